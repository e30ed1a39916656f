//! The numbers with their bands, and why some are to be taken with care.

use super::pen::{Ink, Pen};
use super::{WIDTH, wrapped};
use crate::call::{Analysis, Confidence, Metric};
use crate::report::doubts::Doubts;
use crate::report::metric::{SPREADS, metric_info};
use crate::report::voice::voice_in_words;

pub(super) fn numbers(page: &mut Pen, analysis: &Analysis) {
    page.heading("The numbers");
    let mut doubts = Doubts::default();
    let mut absent = "";
    for (id, metric) in crate::coach::metrics(analysis) {
        let Some(info) = metric_info(id) else { continue };
        let value = format!("{} {}", info.value(metric), info.unit);
        let verdict = verdict(metric);
        let band = info.band(metric);
        let band = if band.is_empty() { String::new() } else { format!("band {band}") };
        let name = format!("{:<26}", info.name);
        let shown = format!("{value:<18}");
        let shown = match (metric.confidence, metric.out_of_band()) {
            (Confidence::Absent | Confidence::Low, _) => page.ink(Ink::Faint, &shown),
            (_, Some(true)) => page.ink(Ink::Warn, &shown),
            (_, Some(false)) => page.ink(Ink::Good, &shown),
            _ => shown,
        };
        if metric.confidence == Confidence::Absent {
            let reason = if metric.reason == absent { "the same" } else { metric.reason.as_str() };
            absent = &metric.reason;
            let rows = wrapped(reason, WIDTH - 32);
            for (i, row) in rows.iter().enumerate() {
                let left = if i == 0 { format!("  {name}–   ") } else { " ".repeat(32) };
                let row = page.ink(Ink::Faint, row);
                page.line(&format!("{left}{row}"));
            }
            continue;
        }
        let mark = doubts.mark(metric);
        page.line(&format!("  {name}{shown}{band:<19}{verdict}{mark}"));
    }
    if let Some(text) = voice_in_words(analysis) {
        page.paragraph(2, &text);
    }
    for (number, reason) in doubts.all() {
        for (j, row) in wrapped(&format!("take with care: {reason}"), WIDTH - 6).iter().enumerate() {
            let row = page.ink(Ink::Faint, row);
            let left = if j == 0 { format!("  {:<4}", format!("({number})")) } else { " ".repeat(6) };
            page.line(&format!("{left}{row}"));
        }
    }
    if analysis.voice.heat.value.is_some() {
        for row in wrapped(SPREADS, WIDTH - 2) {
            let row = page.ink(Ink::Faint, &row);
            page.line(&format!("  {row}"));
        }
    }
}

/// Where a number lies against its band, in a word.
pub(in crate::report) fn verdict(metric: &Metric) -> &'static str {
    match (metric.band, metric.value) {
        (Some([lo, _]), Some(v)) if v < lo => "below",
        (Some([_, hi]), Some(v)) if v > hi => "above",
        (Some(_), Some(_)) => "inside",
        _ => "",
    }
}
