//! The debrief as text, 80 columns.

use super::Debrief;
use crate::call::{FindingKind, Metric};
use crate::report::metric::metric_info;
use crate::report::text::{WIDTH, clock, wrapped};
use std::fmt::Write;

/// The page as text.
pub fn debrief_text(page: &Debrief) -> String {
    let mut out = String::new();
    paragraph(&mut out, 0, &format!("DEBRIEF: {}", page.title));
    let about: Vec<&str> = [page.when.as_str()].into_iter().filter(|w| !w.is_empty()).collect();
    paragraph(&mut out, 0, &format!("{}  {}", about.join(" "), clock(page.duration_s)));
    for (finding, clip) in page.findings.iter().zip(&page.clips) {
        let word = match finding.kind {
            FindingKind::Keep => "KEEP",
            FindingKind::Change => "CHANGE",
            FindingKind::Try => "TRY",
        };
        out.push('\n');
        paragraph(&mut out, 0, &format!("{word}: {}", finding.title));
        paragraph(&mut out, 4, &finding.because);
        if !finding.say_instead.is_empty() {
            paragraph(&mut out, 4, &format!("You could say: “{}”", finding.say_instead));
        }
        paragraph(&mut out, 4, &format!("Listen at {} to {}:", clock(clip.start_s), clock(clip.end_s)));
        for (who, said) in [("Customer", &clip.customer), ("Agent", &clip.agent)] {
            if !said.is_empty() {
                paragraph(&mut out, 6, &format!("{who}: “{}”", super::cut(said)));
            }
        }
    }
    if page.self_rating.is_some() || !page.reflection.is_empty() {
        heading(&mut out, "BEFORE THE NUMBERS");
        if let Some(rating) = page.self_rating {
            paragraph(&mut out, 2, &format!("Own rating: {rating} of 5"));
        }
        for (prompt, answer) in &page.reflection {
            paragraph(&mut out, 2, prompt);
            paragraph(&mut out, 4, answer);
        }
    }
    if !page.measures.is_empty() {
        heading(&mut out, "NUMBERS");
        for m in &page.measures {
            let Some(info) = metric_info(&m.id) else { continue };
            let metric = Metric { band: m.band, ..Metric::ok(m.value) };
            let band = info.band(&metric);
            let band = if band.is_empty() { String::new() } else { format!("   (band {band})") };
            paragraph(&mut out, 2, &format!("{:<24} {} {}{band}", info.name, info.value(&metric), info.unit));
        }
    }
    if !page.scorecard.is_empty() {
        heading(&mut out, "SCORECARD");
        for line in &page.scorecard {
            let points = line.points.map_or_else(|| "-".to_owned(), |p| p.to_string());
            paragraph(&mut out, 2, &format!("{points} of 5  {}", line.criterion));
            paragraph(&mut out, 10, &line.remark);
        }
    }
    if !page.notes.is_empty() || !page.call_note.is_empty() {
        heading(&mut out, "NOTES");
        for note in &page.notes {
            paragraph(&mut out, 2, &format!("{:>5}  {}", clock(note.at_s), note.text));
        }
        paragraph(&mut out, 2, &page.call_note);
    }
    let _ = write!(out, "\nAGREED FOR NEXT TIME\n\n  {0}\n\n  {0}\n", "_".repeat(WIDTH - 4));
    out
}

fn heading(out: &mut String, text: &str) {
    let _ = write!(out, "\n{text}\n");
}

fn paragraph(out: &mut String, indent: usize, text: &str) {
    for row in wrapped(text, WIDTH - indent) {
        let _ = writeln!(out, "{:indent$}{row}", "");
    }
}
