//! For a terminal: the findings first, then the call as a picture, the numbers and what was heard. 80 columns.

use super::metric::metric_info;
use super::{Look, Report, ReportError, Sound};
use crate::call::{
    Analysis, BehaviorKind, Confidence, FindingKind, Metric, ResponseKind, Speaker, SpeakerSpan,
    behavior_info,
};
use std::fmt::Write;

/// Columns of a line.
pub(super) const WIDTH: usize = 80;
/// Cells of the picture of the call.
const CELLS: usize = 66;

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
        }
        warnings(&mut page, analysis);
        Ok(page.out.into_bytes())
    }
}

/// Colors of the terminal, by meaning.
#[derive(Clone, Copy)]
enum Ink {
    Good,
    Warn,
    Try,
    Faint,
    Bold,
    Customer,
    Agent,
}

struct Pen {
    out: String,
    color: bool,
}

impl Pen {
    fn line(&mut self, text: &str) {
        self.out.push_str(&text.trim_end().replace('\u{a0}', " "));
        self.out.push('\n');
    }

    fn ink(&self, ink: Ink, text: &str) -> String {
        if !self.color || text.is_empty() {
            return text.to_owned();
        }
        let code = match ink {
            Ink::Good => "32",
            Ink::Warn => "31",
            Ink::Try => "36",
            Ink::Faint => "2",
            Ink::Bold => "1",
            Ink::Customer => "33",
            Ink::Agent => "34",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }

    /// Text under a hanging indent.
    fn paragraph(&mut self, indent: usize, text: &str) {
        for row in wrapped(text, WIDTH - indent) {
            self.line(&format!("{:indent$}{row}", ""));
        }
    }

    fn heading(&mut self, text: &str) {
        let text = self.ink(Ink::Bold, text);
        self.line("");
        self.line(&text);
    }
}

/// Lines of at most `width` characters; a longer word is cut. What would steer a terminal is made visible.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let steers = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let text = text.replace(steers, "\u{fffd}");
    let mut rows: Vec<String> = Vec::new();
    for word in text.split([' ', '\n', '\t']).filter(|w| !w.is_empty()) {
        let length = word.chars().count();
        match rows.last_mut() {
            Some(row) if row.chars().count() + 1 + length <= width => {
                row.push(' ');
                row.push_str(word);
            }
            _ => rows.extend(cut(word, width)),
        }
    }
    rows
}

fn cut(word: &str, width: usize) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    letters.chunks(width.max(1)).map(|c| c.iter().collect()).collect()
}

/// Minutes and seconds.
pub(super) fn clock(seconds: f64) -> String {
    let whole = seconds.max(0.0).floor() as u64;
    if whole < 3600 {
        format!("{}:{:02}", whole / 60, whole % 60)
    } else {
        format!("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60)
    }
}

/// What the recording is, in one line.
pub(super) fn about(analysis: &Analysis) -> String {
    let s = &analysis.source;
    let channels = match (s.roles.customer, s.roles.agent) {
        (Some(_), Some(_)) => "customer and agent",
        (Some(_), None) => "customer only",
        (None, Some(_)) => "one voice, the agent",
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
        page.heading("Nothing to change: what was measured is inside its band.");
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

/// Both voices as two rows of cells, with what to notice between them.
fn picture(page: &mut Pen, analysis: &Analysis) {
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

fn numbers(page: &mut Pen, analysis: &Analysis) {
    page.heading("The numbers");
    // Several numbers often share one reason: it is said once, below.
    let mut doubts: Vec<&str> = Vec::new();
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
            let rows = wrapped(&metric.reason, WIDTH - 32);
            for (i, row) in rows.iter().enumerate() {
                let left = if i == 0 { format!("  {name}–   ") } else { " ".repeat(32) };
                let row = page.ink(Ink::Faint, row);
                page.line(&format!("{left}{row}"));
            }
            continue;
        }
        let mark = match metric.confidence {
            Confidence::Low => {
                let known = doubts.iter().position(|d| *d == metric.reason);
                let at = known.unwrap_or_else(|| {
                    doubts.push(&metric.reason);
                    doubts.len() - 1
                });
                format!(" ({})", at + 1)
            }
            _ => String::new(),
        };
        page.line(&format!("  {name}{shown}{band:<19}{verdict}{mark}"));
    }
    for (i, reason) in doubts.iter().enumerate() {
        for (j, row) in wrapped(&format!("take with care: {reason}"), WIDTH - 6).iter().enumerate() {
            let row = page.ink(Ink::Faint, row);
            let left = if j == 0 { format!("  {:<4}", format!("({})", i + 1)) } else { " ".repeat(6) };
            page.line(&format!("{left}{row}"));
        }
    }
}

/// Where a number lies against its band, in a word.
pub(super) fn verdict(metric: &Metric) -> &'static str {
    match (metric.band, metric.value) {
        (Some([lo, _]), Some(v)) if v < lo => "below",
        (Some([_, hi]), Some(v)) if v > hi => "above",
        (Some(_), Some(_)) => "inside",
        _ => "",
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
            let mut times = String::new();
            for (i, t) in at.iter().enumerate() {
                let _ = write!(times, "{}{}", if i > 0 { ", " } else { "" }, clock(*t));
            }
            let rows = wrapped(&times, WIDTH - 46);
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
    fn lines_are_wrapped_and_no_word_is_lost() {
        let text = "one two three four five six seven";
        let rows = wrapped(text, 9);
        assert!(rows.iter().all(|r| r.chars().count() <= 9));
        assert_eq!(rows.join(" "), text);
        assert_eq!(wrapped("abcdefgh", 3), ["abc", "def", "gh"]);
    }

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
