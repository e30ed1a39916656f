//! A page that stands alone: findings on top, the call as a picture, the numbers as cards, what was said; with the
//! sound inside, playable by span. Light and dark, prints to two pages, nothing is fetched.

mod cards;
mod escape;
mod marks;
mod timeline;
mod transcript;

pub(super) use escape::esc;
pub(super) use timeline::picture;

use super::nothing::nothing_found;
use super::text::{about, clock};
use super::voice::{HOSTILE_LINES, HOSTILE_NUMBERS, hostile_lines};
use super::{Look, Report, ReportError, Sound};
use crate::call::{Analysis, Finding, FindingKind};
use base64::Engine as _;
use std::fmt::Write;

/// The style of every page.
pub(super) const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Up to this length the whole call is inside the page; of a longer one only its moments (0.5 MB a minute otherwise).
const WHOLE_S: f64 = 600.0;
/// Most moments of a long call that have sound, and how long each may be.
const MOST_CLIPS: usize = 12;
const CLIP_S: f64 = 20.0;

/// The page.
pub(super) struct Page;

/// A stretch of sound inside the page.
struct Clip {
    from: f64,
    to: f64,
    wav: Vec<u8>,
}

/// All sound inside the page.
pub(super) struct Clips(Vec<Clip>);

impl Clips {
    fn of(analysis: &Analysis, sound: Sound) -> Self {
        let length = analysis.source.duration_s;
        if length <= WHOLE_S {
            return Self(
                sound(0.0, length).into_iter().map(|wav| Clip { from: 0.0, to: length, wav }).collect(),
            );
        }
        let findings = analysis.findings.iter().map(|f| (f.start_s, f.end_s.min(f.start_s + CLIP_S)));
        let cut_in = analysis
            .interruptions
            .iter()
            .map(|i| ((i.start_s - 2.0).max(0.0), i.start_s + i.overlap_s + 1.0));
        Self::some(findings.chain(cut_in).take(MOST_CLIPS), sound)
    }

    /// Only these moments.
    pub(super) fn some(moments: impl Iterator<Item = (f64, f64)>, sound: Sound) -> Self {
        Self(moments.filter_map(|(from, to)| sound(from, to).map(|wav| Clip { from, to, wav })).collect())
    }

    fn holds(&self, from: f64) -> bool {
        self.0.iter().any(|c| from >= c.from - 0.01 && from < c.to)
    }

    fn is_whole(&self, analysis: &Analysis) -> bool {
        !self.0.is_empty() && analysis.source.duration_s <= WHOLE_S
    }
}

/// What makes a click play a stretch.
pub(super) fn play_attr(from: f64, to: f64) -> String {
    format!(" data-play=\"{from:.3} {to:.3}\"")
}

/// A button that plays a stretch; empty where there is no sound of it.
pub(super) fn play_button(clips: &Clips, from: f64, to: f64, bare: bool) -> String {
    if !clips.holds(from) {
        return String::new();
    }
    let label = format!("Play {} to {}", clock(from), clock(to));
    let text = if bare { String::new() } else { format!("{} to {}", clock(from), clock(to)) };
    format!(
        "<button type=\"button\" class=\"play{}\"{} aria-label=\"{label}\"><svg viewBox=\"0 0 14 14\" aria-hidden=\"true\"><path class=\"go\" d=\"M3 1.5v11l9.5-5.5z\"/><path class=\"stop\" d=\"M2.5 2.5h9v9h-9z\"/></svg>{text}</button>",
        if bare { " bare" } else { "" },
        play_attr(from, to)
    )
}

/// The beginning of every page. Nothing may be fetched, and scripts are only those inside.
pub(super) fn open(title: &str, wide: bool) -> String {
    opened(title, if wide { " class=\"wide\"" } else { "" }, "")
}

/// The same with a style of its own.
pub(super) fn open_styled(title: &str, style: &str) -> String {
    opened(title, "", style)
}

fn opened(title: &str, class: &str, style: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\"><meta name=\"referrer\" content=\"no-referrer\"><title>{}</title><style>\n{STYLE}{style}</style></head><body><main{class}><div class=\"brand\">Evenkeel</div>",
        esc(title)
    )
}

impl Report for Page {
    fn render(&self, analysis: &Analysis, _: &Look, sound: Sound) -> Result<Vec<u8>, ReportError> {
        let clips = Clips::of(analysis, sound);
        let name = analysis.source.path.rsplit(['/', '\\']).next().unwrap_or(&analysis.source.path);
        let mut out = open(&format!("{name} - Evenkeel"), false);
        let _ = write!(out, "<h1>{}</h1><p class=\"about\">{}</p>", esc(name), esc(&about(analysis)));
        findings(&mut out, analysis, &clips);
        let picture = timeline::picture(analysis, clips.is_whole(analysis));
        if !picture.is_empty() {
            let hint = if clips.is_whole(analysis) {
                "<p class=\"sub screen\">Click anything to hear it.</p>"
            } else {
                ""
            };
            let _ = write!(out, "<h2>The call</h2>{hint}{picture}");
        }
        let _ = write!(
            out,
            "<h2>The numbers</h2><p class=\"sub screen\">Point at a card to see how its number is made. The pale stretch is the band inside which nothing needs to be said.</p>{}",
            cards::cards(analysis)
        );
        hostile(&mut out, analysis, &clips);
        if !analysis.warnings.is_empty() {
            out.push_str("<h2>Before you trust this</h2><ul class=\"notes\">");
            for w in &analysis.warnings {
                let _ = write!(out, "<li>{}</li>", esc(&w.text));
            }
            out.push_str("</ul>");
        }
        out.push_str(&transcript::transcript(analysis, &clips));
        let e = &analysis.engine;
        let _ = write!(
            out,
            "<p class=\"colophon\">Made offline by Evenkeel {} from {}. Words: {}. Speech: {}. Voice numbers are differences from the speaker's own baseline and name no feeling.</p></main>",
            esc(&e.version),
            esc(&analysis.source.path),
            esc(&e.model),
            esc(&e.detector)
        );
        Ok(close(out, &clips))
    }
}

/// What each hostile line did to the voice.
fn hostile(out: &mut String, analysis: &Analysis, clips: &Clips) {
    let rows = hostile_lines(analysis);
    if rows.is_empty() {
        return;
    }
    let _ = write!(out, "<h2>{HOSTILE_LINES}</h2><p class=\"sub\">{HOSTILE_NUMBERS}</p><ul class=\"lines\">");
    for row in rows {
        let _ = write!(
            out,
            "<li{}>{}{} <small>{}</small></li>",
            if row.trusted { "" } else { " class=\"low\"" },
            play_button(clips, row.start_s, row.end_s, true),
            esc(&row.words),
            esc(&row.numbers)
        );
    }
    out.push_str("</ul>");
}

/// The end of a page: its sound, and what plays it.
pub(super) fn close(mut out: String, clips: &Clips) -> Vec<u8> {
    for clip in &clips.0 {
        let _ = write!(
            out,
            "<script type=\"text/plain\" class=\"clip\" data-from=\"{:.3}\" data-to=\"{:.3}\">{}</script>",
            clip.from,
            clip.to,
            base64::engine::general_purpose::STANDARD.encode(&clip.wav)
        );
    }
    if !clips.0.is_empty() {
        let _ = write!(out, "<script>\n{SCRIPT}</script>");
    }
    out.push_str("</body></html>\n");
    out.into_bytes()
}

fn findings(out: &mut String, analysis: &Analysis, clips: &Clips) {
    if analysis.findings.is_empty() {
        let (title, text) = nothing_found(analysis);
        let _ = write!(out, "<div class=\"calm\"><h3>{title}</h3><p>{text}</p></div>");
        return;
    }
    out.push_str("<div class=\"findings\">");
    for f in &analysis.findings {
        finding(out, f, clips);
    }
    out.push_str("</div>");
}

/// A finding without its moment and sources.
pub(super) fn finding_head(out: &mut String, f: &Finding) {
    // Each kind has a shape of its own, so that color carries nothing alone.
    let (class, word, icon) = match f.kind {
        FindingKind::Keep => ("keep", "Keep", "M3 9.5l4 4L15 5"),
        FindingKind::Change => ("change", "Change", "M3 6h10M10 3l3 3-3 3M15 12H5M8 9l-3 3 3 3"),
        FindingKind::Try => ("try", "Try", "M9 3v12M3 9h12"),
    };
    let _ = write!(
        out,
        "<article class=\"finding {class}\"><div class=\"kind\"><svg viewBox=\"0 0 18 18\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2.2\" stroke-linecap=\"round\" stroke-linejoin=\"round\" aria-hidden=\"true\"><path d=\"{icon}\"/></svg>{word}</div><h3>{}</h3><p class=\"because\">{}</p>",
        esc(&f.title),
        esc(&f.because)
    );
    if !f.say_instead.is_empty() {
        let _ = write!(out, "<div class=\"say\"><small>You could say</small>{}</div>", esc(&f.say_instead));
    }
}

fn finding(out: &mut String, f: &Finding, clips: &Clips) {
    finding_head(out, f);
    let button = play_button(clips, f.start_s, f.end_s, false);
    let moment = if button.is_empty() {
        format!("<span class=\"moment\">{} to {}</span>", clock(f.start_s), clock(f.end_s))
    } else {
        button
    };
    let _ = write!(
        out,
        "<footer>{moment}<span class=\"source\">{}</span></footer></article>",
        esc(&f.sources.join("; "))
    );
}
