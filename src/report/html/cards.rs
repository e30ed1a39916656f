//! The numbers as cards: value, band, confidence; the definition on hover or focus.

use super::escape::{esc, px};
use crate::call::{Analysis, Confidence, Metric};
use crate::report::doubts::Doubts;
use crate::report::metric::{MetricInfo, metric_info};
use crate::report::text::verdict;
use crate::report::voice::voice_in_words;
use std::fmt::Write;

/// All cards.
pub(super) fn cards(analysis: &Analysis) -> String {
    let mut out = String::from("<div class=\"cards\">");
    let mut doubts = Doubts::default();
    let mut absent = "";
    for (id, metric) in crate::coach::metrics(analysis) {
        let Some(info) = metric_info(id) else { continue };
        let note = if metric.confidence == Confidence::Absent {
            // One reason for several in a row is said once.
            let again = std::mem::replace(&mut absent, &metric.reason) == metric.reason;
            if again { "the same".to_owned() } else { metric.reason.clone() }
        } else {
            String::new()
        };
        card(&mut out, info, metric, &format!("{}{}", esc(&note), doubts.mark(metric)));
    }
    out.push_str("</div>");
    if let Some(text) = voice_in_words(analysis) {
        let _ = write!(out, "<p class=\"doubt\">{}</p>", esc(&text));
    }
    for (number, reason) in doubts.all() {
        let _ = write!(out, "<p class=\"doubt\">({number}) Take with care: {}.</p>", esc(reason));
    }
    out
}

fn card(out: &mut String, info: &MetricInfo, metric: &Metric, note: &str) {
    let class = match (metric.confidence, metric.out_of_band()) {
        (Confidence::Absent, _) => "absent",
        // What cannot be trusted is grey.
        (Confidence::Low, _) => "low",
        (_, Some(true)) => "out",
        (_, Some(false)) => "in",
        _ => "",
    };
    let unit = if metric.value.is_some() { info.unit } else { "" };
    let _ = write!(
        out,
        "<div class=\"metric {class}\" tabindex=\"0\"><div class=\"name\">{}</div><div class=\"value\">{} <small>{}</small></div>",
        esc(info.name),
        info.value(metric),
        esc(unit)
    );
    bar(out, info, metric);
    out.push_str("<div class=\"note\">");
    let band = info.band(metric);
    if metric.confidence != Confidence::Absent && !band.is_empty() {
        let _ = write!(out, "{}", esc(&format!("{}, band {band}", verdict(metric))));
    }
    out.push_str(note);
    let _ = write!(
        out,
        "</div><div class=\"tip\" role=\"tooltip\">{}<b>{}</b><b>Confidence: {}</b></div></div>",
        esc(info.definition),
        esc(info.source),
        match metric.confidence {
            Confidence::Ok => "good".to_owned(),
            Confidence::Low => format!("low, {}", esc(&metric.reason)),
            Confidence::Absent => format!("not measured, {}", esc(&metric.reason)),
        }
    );
}

/// The band as a stretch of a track and the value as a dot on it.
fn bar(out: &mut String, info: &MetricInfo, metric: &Metric) {
    let (Some([lo, hi]), Some(value)) = (metric.band, metric.value) else { return };
    let width = (hi - lo).max(1e-6);
    let lowest = if lo <= 0.0 && !info.signed { lo } else { lo - width * 0.5 };
    let highest = if info.id == "steadiness" { hi } else { hi + width * 0.5 };
    let (from, to) = (lowest.min(value), highest.max(value));
    let x = |v: f64| 3.0 + (v - from) / (to - from) * 94.0;
    let _ = write!(
        out,
        "<div class=\"bar\" aria-hidden=\"true\"><i class=\"quiet\" style=\"left:{}%;width:{}%\"></i><i class=\"dot\" style=\"left:{}%\"></i></div>",
        px(x(lo)),
        px(x(hi) - x(lo)),
        px(x(value))
    );
}
