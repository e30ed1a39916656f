//! The call as a picture of two lanes, and how each reply began.

use super::clock;
use super::pen::{Ink, Pen};
use crate::call::{Analysis, ResponseKind, Speaker, SpeakerSpan};

/// Cells of the picture of the call.
const CELLS: usize = 66;

/// Both voices as two rows of cells, with what to notice between them.
pub(super) fn picture(page: &mut Pen, analysis: &Analysis) {
    if analysis.spans.is_empty() || analysis.source.duration_s <= 0.0 {
        return;
    }
    let cell_s = analysis.source.duration_s / CELLS as f64;
    page.heading("The call");
    let of = |who: Speaker| -> Vec<SpeakerSpan> {
        analysis.spans.iter().filter(|s| s.speaker == who).copied().collect()
    };
    let lane = |spans: &[SpeakerSpan]| -> String {
        (0..CELLS)
            .map(|i| {
                let (from, to) = (cell_s * i as f64, cell_s * (i + 1) as f64);
                let spoken: f64 =
                    spans.iter().map(|s| (s.end_s.min(to) - s.start_s.max(from)).max(0.0)).sum();
                if spoken >= cell_s * 0.5 {
                    '█'
                } else if spoken > cell_s * 0.1 {
                    '▌'
                } else {
                    '·'
                }
            })
            .collect()
    };
    let mut marks = vec![' '; CELLS];
    let at = |seconds: f64| ((seconds / cell_s) as usize).min(CELLS - 1);
    for silence in &analysis.dead_air {
        marks[at(silence.start_s)..=at(silence.end_s)].fill(if silence.announced { '-' } else { '~' });
    }
    for b in &analysis.backchannels {
        marks[at(b.start_s)] = '°';
    }
    for i in &analysis.interruptions {
        marks[at(i.start_s)] = '!';
    }
    let marks: String = marks.iter().collect();
    if analysis.source.roles.customer.is_some() {
        let row = format!("  customer  {}", page.ink(Ink::Customer, &lane(&of(Speaker::Customer))));
        page.line(&row);
        if !marks.trim().is_empty() {
            let row = format!("            {}", page.ink(Ink::Warn, &marks));
            page.line(&row);
        }
    }
    let row = format!("  agent     {}", page.ink(Ink::Agent, &lane(&of(Speaker::Agent))));
    page.line(&row);
    let end = clock(analysis.source.duration_s);
    page.line(&format!("            0:00{:>width$}", end, width = CELLS - 4));
    let mut legend = Vec::new();
    for (there, text) in [
        (!analysis.interruptions.is_empty(), "! interruption"),
        (!analysis.backchannels.is_empty(), "° sign of listening"),
        (analysis.dead_air.iter().any(|d| !d.announced), "~ nobody speaks"),
        (analysis.dead_air.iter().any(|d| d.announced), "- announced wait"),
    ] {
        legend.extend(there.then_some(text));
    }
    if !legend.is_empty() {
        let legend = page.ink(Ink::Faint, &legend.join("   "));
        page.line(&format!("            {legend}"));
    }
    replies(page, analysis);
}

fn replies(page: &mut Pen, analysis: &Analysis) {
    if analysis.responses.is_empty() {
        return;
    }
    let rows: Vec<String> = analysis
        .responses
        .iter()
        .map(|r| {
            let how = match r.kind {
                ResponseKind::Reply => format!("after\u{a0}{:.1}\u{a0}s", r.latency_s),
                ResponseKind::TerminalOverlap => "on their last word".to_owned(),
                ResponseKind::BriefOverlap => "a brief overlap".to_owned(),
                ResponseKind::Interruption => format!("{:.1}\u{a0}s before they had finished", -r.latency_s),
                ResponseKind::PauseInterruption => "in their pause".to_owned(),
            };
            format!("{}\u{a0}{how}", clock(r.agent_start_s))
        })
        .collect();
    page.line("");
    let text = format!("Replies: {}.", rows.join("; "));
    page.paragraph(2, &text);
}
