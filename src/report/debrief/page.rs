//! The debrief as a page that stands alone and prints to one sheet: what to keep and to change with the moments to hear,
//! the call as a picture, a handful of numbers, what people wrote, and room to write.

use super::{Debrief, DebriefClip, DebriefMeasure};
use crate::call::{Analysis, Finding, Metric};
use crate::report::Sound;
use crate::report::html::{Clips, close, esc, finding_head, open_styled, picture, play_button};
use crate::report::metric::metric_info;
use crate::report::text::clock;
use std::fmt::Write;

/// What differs from a report.
const STYLE: &str = include_str!("page.css");
/// Notes on the page; more are counted.
const MOST_NOTES: usize = 5;

/// The page. `analysis` is what the page was made of; `sound` gives the moments to listen to together.
pub fn debrief_page(page: &Debrief, analysis: &Analysis, sound: Sound) -> Vec<u8> {
    let clips = Clips::some(page.clips.iter().map(|c| (c.start_s, c.end_s)), sound);
    let mut out = open_styled(&format!("{} - debrief", page.title), STYLE);
    let about: Vec<String> = [page.when.clone(), clock(page.duration_s)]
        .into_iter()
        .chain(page.self_rating.map(|r| format!("own rating before the numbers: {r} of 5")))
        .filter(|t| !t.is_empty())
        .collect();
    let _ = write!(
        out,
        "<h1>{}</h1><p class=\"about\">Debrief · {}</p>",
        esc(&page.title),
        esc(&about.join(" · "))
    );
    if page.findings.is_empty() {
        out.push_str("<div class=\"calm\"><h3>Nothing stood out</h3><p>What could be measured lies inside its band.</p></div>");
    } else {
        out.push_str("<div class=\"findings\">");
        for (finding, clip) in page.findings.iter().zip(&page.clips) {
            one(&mut out, finding, clip, &clips);
        }
        out.push_str("</div>");
    }
    let drawn = picture(analysis, false);
    if !drawn.is_empty() {
        let _ = write!(out, "<h2>The call</h2>{drawn}");
    }
    numbers(&mut out, &page.measures);
    out.push_str("<div class=\"two\">");
    written(&mut out, page);
    scores(&mut out, page);
    out.push_str("</div><h2>Agreed for next time</h2><div class=\"lines\"><i></i><i></i></div><p class=\"colophon\">Made offline by Evenkeel. Ten minutes, two people: listen first, then talk.</p></main>");
    close(out, &clips)
}

fn one(out: &mut String, finding: &Finding, clip: &DebriefClip, clips: &Clips) {
    finding_head(out, finding);
    for (class, said) in [("customer", &clip.customer), ("agent", &clip.agent)] {
        if !said.is_empty() {
            let _ = write!(out, "<p class=\"quote {class}\">“{}”</p>", esc(&super::cut(said)));
        }
    }
    let at = format!("{} to {}", clock(clip.start_s), clock(clip.end_s));
    let _ = write!(
        out,
        "<footer><span class=\"moment\">Listen together: {at}</span>{}</footer></article>",
        play_button(clips, clip.start_s, clip.end_s, true)
    );
}

fn numbers(out: &mut String, measures: &[DebriefMeasure]) {
    if measures.is_empty() {
        return;
    }
    out.push_str("<div class=\"few\">");
    for m in measures {
        let Some(info) = metric_info(&m.id) else { continue };
        let metric = Metric { band: m.band, ..Metric::ok(m.value) };
        let band = info.band(&metric);
        let (class, band) = match metric.out_of_band() {
            Some(true) => ("out", format!("outside the band {band}")),
            Some(false) => ("in", format!("inside the band {band}")),
            None => ("", String::new()),
        };
        let _ = write!(
            out,
            "<div class=\"{class}\"><small>{}</small><b>{} {}</b><small>{}</small></div>",
            esc(info.name),
            info.value(&metric),
            esc(info.unit),
            esc(&band)
        );
    }
    out.push_str("</div>");
}

/// Reflection and notes.
fn written(out: &mut String, page: &Debrief) {
    let empty = page.reflection.is_empty() && page.notes.is_empty() && page.call_note.is_empty();
    out.push_str("<section><h2>What was noticed</h2>");
    for (prompt, answer) in &page.reflection {
        let _ = write!(out, "<p class=\"prompt\">{}</p><p>{}</p>", esc(prompt), esc(&super::cut(answer)));
    }
    for note in page.notes.iter().take(MOST_NOTES) {
        let _ = write!(
            out,
            "<p><span class=\"moment\">{}</span> {}</p>",
            clock(note.at_s),
            esc(&super::cut(&note.text))
        );
    }
    if page.notes.len() > MOST_NOTES {
        let _ = write!(out, "<p class=\"prompt\">and {} more notes</p>", page.notes.len() - MOST_NOTES);
    }
    if !page.call_note.is_empty() {
        let _ = write!(out, "<p>{}</p>", esc(&super::cut(&page.call_note)));
    }
    if empty {
        out.push_str("<div class=\"lines\"><i></i><i></i><i></i></div>");
    }
    out.push_str("</section>");
}

fn scores(out: &mut String, page: &Debrief) {
    if page.scorecard.is_empty() {
        return;
    }
    out.push_str("<section><h2>Scorecard</h2>");
    for line in &page.scorecard {
        let dots: String =
            (1..=5).map(|k| if line.points.is_some_and(|p| k <= p) { '●' } else { '○' }).collect();
        let said = line.points.map_or_else(|| "not judged".to_owned(), |p| format!("{p} of 5"));
        let _ = write!(
            out,
            "<p class=\"score\"><span>{}</span><span class=\"dots\" aria-label=\"{said}\">{dots}</span></p>",
            esc(&line.criterion)
        );
        if !line.remark.is_empty() {
            let _ = write!(out, "<p class=\"prompt\">{}</p>", esc(&super::cut(&line.remark)));
        }
    }
    out.push_str("</section>");
}
