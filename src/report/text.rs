//! For a terminal: the findings first, then the call as a picture, the numbers and what was heard. 80 columns.

mod lines;
mod numbers;
mod pen;
mod picture;

pub(super) use numbers::verdict;
pub(super) use pen::{WIDTH, clock, wrapped};

use super::nothing::nothing_found;
use super::{Look, Report, ReportError, Sound};
use crate::call::{Analysis, BehaviorKind, FindingKind, Speaker, behavior_info};
use lines::lines;
use numbers::numbers;
use pen::{Ink, Pen};
use picture::picture;

/// The text report.
pub(super) struct Text;

impl Report for Text {
    fn render(&self, analysis: &Analysis, look: &Look, _: Sound) -> Result<Vec<u8>, ReportError> {
        let mut page = Pen { out: String::new(), color: look.color };
        if !look.first {
            page.line("");
        }
        head(&mut page, analysis);
        if look.words_only {
            transcript(&mut page, analysis);
        } else {
            findings(&mut page, analysis);
            picture(&mut page, analysis);
            numbers(&mut page, analysis);
            heard(&mut page, analysis);
            lines(&mut page, analysis);
        }
        warnings(&mut page, analysis);
        Ok(page.out.into_bytes())
    }
}

/// What the recording is, in one line.
pub(super) fn about(analysis: &Analysis) -> String {
    let s = &analysis.source;
    let channels = match (s.roles.customer, s.roles.agent) {
        (Some(_), Some(_)) => "customer and agent",
        (Some(_), None) => "customer only",
        (None, Some(_)) if s.channels > 1 => "agent only",
        (None, Some(_)) => "one channel, taken for the agent alone",
        (None, None) => "nobody assigned",
    };
    let model = if analysis.engine.model == "none" {
        "without words".to_owned()
    } else {
        analysis.engine.model.clone()
    };
    format!("{}, {channels}, {} Hz, {model}", clock(s.duration_s), s.sample_rate_hz)
}

fn head(page: &mut Pen, analysis: &Analysis) {
    for row in wrapped(&analysis.source.path, WIDTH) {
        let row = page.ink(Ink::Bold, &row);
        page.line(&row);
    }
    for row in wrapped(&about(analysis), WIDTH) {
        let row = page.ink(Ink::Faint, &row);
        page.line(&row);
    }
}

fn findings(page: &mut Pen, analysis: &Analysis) {
    if analysis.findings.is_empty() {
        let (title, text) = nothing_found(analysis);
        page.heading(title);
        page.paragraph(2, text);
        return;
    }
    for f in &analysis.findings {
        let (word, ink) = match f.kind {
            FindingKind::Keep => ("KEEP  ", Ink::Good),
            FindingKind::Change => ("CHANGE", Ink::Warn),
            FindingKind::Try => ("TRY   ", Ink::Try),
        };
        page.line("");
        for (i, row) in wrapped(&f.title, WIDTH - 8).iter().enumerate() {
            let left = if i == 0 { page.ink(ink, word) } else { " ".repeat(6) };
            let row = page.ink(Ink::Bold, row);
            page.line(&format!("{left}  {row}"));
        }
        page.paragraph(8, &f.because);
        if !f.say_instead.is_empty() {
            page.paragraph(8, &format!("Say: {}", f.say_instead));
        }
        let moment =
            page.ink(Ink::Faint, &format!("        Hear it: {} to {}", clock(f.start_s), clock(f.end_s)));
        page.line(&moment);
    }
}

fn heard(page: &mut Pen, analysis: &Analysis) {
    for (kind, title, ink) in
        [(BehaviorKind::Skill, "Heard", Ink::Good), (BehaviorKind::Hazard, "Hazards", Ink::Warn)]
    {
        let mut rows: Vec<(&str, Vec<f64>)> = Vec::new();
        for b in analysis.behaviors.iter().filter(|b| b.kind == kind) {
            match rows.iter_mut().find(|(id, _)| *id == b.id) {
                Some((_, at)) => at.push(b.start_s),
                None => rows.push((&b.id, vec![b.start_s])),
            }
        }
        if rows.is_empty() {
            continue;
        }
        page.heading(title);
        for (id, at) in rows {
            let name = behavior_info(id).map_or(id, |i| i.title);
            let mut times: Vec<String> = at.iter().map(|t| clock(*t)).collect();
            times.dedup();
            let rows = wrapped(&times.join(", "), WIDTH - 46);
            for (i, row) in rows.iter().enumerate() {
                let left = if i == 0 { page.ink(ink, &format!("{name:<44}")) } else { " ".repeat(44) };
                page.line(&format!("  {left}{row}"));
            }
        }
    }
}

fn transcript(page: &mut Pen, analysis: &Analysis) {
    page.line("");
    if analysis.turns.is_empty() {
        page.line("Nothing was said.");
    }
    for turn in &analysis.turns {
        let (who, ink) = match turn.speaker {
            Speaker::Customer => ("customer", Ink::Customer),
            Speaker::Agent => ("agent   ", Ink::Agent),
        };
        for (i, row) in
            wrapped(if turn.text.is_empty() { "…" } else { &turn.text }, WIDTH - 19).iter().enumerate()
        {
            let left = if i == 0 {
                format!("{:>7}  {}  ", clock(turn.start_s), page.ink(ink, who))
            } else {
                " ".repeat(19)
            };
            page.line(&format!("{left}{row}"));
        }
    }
}

fn warnings(page: &mut Pen, analysis: &Analysis) {
    if analysis.warnings.is_empty() {
        return;
    }
    page.heading("Before you trust this");
    for w in &analysis.warnings {
        let rows = wrapped(&w.text, WIDTH - 4);
        for (i, row) in rows.iter().enumerate() {
            page.line(&format!("  {} {row}", if i == 0 { "-" } else { " " }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_color_without_a_terminal() {
        let plain = Text.render(&Analysis::default(), &Look::default(), &|_, _| None).unwrap();
        assert!(!plain.contains(&0x1b));
        let colored = Text
            .render(&Analysis::default(), &Look { color: true, ..Look::default() }, &|_, _| None)
            .unwrap();
        assert!(colored.contains(&0x1b));
    }
}
