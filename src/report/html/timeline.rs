//! The call as a picture: both voices, how each reply began, silences, what was heard, the moments of the findings and
//! the voice against its band. Drawn as SVG rows of equal length, so that a long call reads like a page of music.

use super::escape::px;
use super::marks::{findings, legend, marks, nods, voice};
use super::play_attr;
use crate::call::{Analysis, Response, ResponseKind, Span, Speaker, Timeline, samples_to_seconds};
use crate::report::text::clock;
use std::fmt::Write;

/// Units of a row from its left edge to where time begins, and of the time itself.
pub(super) const LEFT: f64 = 76.0;
pub(super) const WIDE: f64 = 1000.0;
/// Heights inside a row.
pub(super) const TOP: f64 = 24.0;
pub(super) const LANE: f64 = 20.0;
const CUSTOMER_Y: f64 = TOP + 8.0;
const MIDDLE_Y: f64 = CUSTOMER_Y + LANE + 15.0;
pub(super) const VOICE_H: f64 = 34.0;
/// A row holds at least so much, and a page at most so many rows.
const ROW_S: f64 = 75.0;
const MOST_ROWS: f64 = 14.0;

/// One row of time, and how it is drawn.
pub(super) struct Row<'a> {
    pub analysis: &'a Analysis,
    pub from: f64,
    pub to: f64,
    voice: bool,
    two: bool,
    sound: bool,
}

impl Row<'_> {
    /// The agent's lane; without a customer it is the only one.
    pub fn agent_y(&self) -> f64 {
        if self.two { MIDDLE_Y + 15.0 } else { CUSTOMER_Y }
    }

    pub fn marks_y(&self) -> f64 {
        self.agent_y() + LANE + 12.0
    }

    pub fn axis_y(&self) -> f64 {
        self.marks_y() + 24.0
    }

    pub fn x(&self, seconds: f64) -> f64 {
        LEFT + (seconds.clamp(self.from, self.to) - self.from) / (self.to - self.from) * WIDE
    }

    pub fn shows(&self, from: f64, to: f64) -> bool {
        from < self.to && to > self.from
    }

    pub fn has(&self, at: f64) -> bool {
        at >= self.from && at < self.to
    }

    pub fn play(&self, from: f64, to: f64) -> String {
        if self.sound { play_attr(from, to) } else { String::new() }
    }
}

/// All rows and the legend; empty when nothing was heard.
pub(in crate::report) fn picture(analysis: &Analysis, sound: bool) -> String {
    let length = analysis.source.duration_s;
    if analysis.spans.is_empty() || length <= 0.0 {
        return String::new();
    }
    let row_s = row_length(length);
    let voice = analysis.voice.turns.iter().any(|t| t.heat.is_some());
    let two = analysis.source.roles.customer.is_some();
    let rows = (length / row_s).ceil().max(1.0) as usize;
    let mut out = format!("<div class=\"picture{}\">", if rows > 3 { " many" } else { "" });
    for i in 0..rows {
        let from = row_s * i as f64;
        draw(&mut out, &Row { analysis, from, to: from + row_s, voice, two, sound });
    }
    legend(&mut out, analysis, voice);
    out.push_str("</div>");
    out
}

fn row_length(length: f64) -> f64 {
    if length <= ROW_S * 1.35 {
        return length;
    }
    let rows = (length / ROW_S).ceil().min(MOST_ROWS);
    (length / rows / 5.0).ceil() * 5.0
}

fn draw(out: &mut String, row: &Row) {
    let height = row.axis_y() + 6.0 + if row.voice { VOICE_H + 8.0 } else { 0.0 };
    let _ = write!(
        out,
        "<svg viewBox=\"0 0 {} {}\" data-from=\"{}\" data-to=\"{}\" data-left=\"{LEFT}\" data-width=\"{WIDE}\" role=\"img\" aria-label=\"Who spoke when, {} to {}\">",
        px(LEFT + WIDE + 10.0),
        px(height),
        px(row.from),
        px(row.to),
        clock(row.from),
        clock(row.to.min(row.analysis.source.duration_s)),
    );
    axis(out, row);
    silences(out, row);
    speech(out, row);
    overlaps(out, row);
    for response in &row.analysis.responses {
        reply(out, row, response);
    }
    nods(out, row);
    marks(out, row);
    findings(out, row);
    if row.voice {
        voice(out, row);
    }
    let _ = write!(
        out,
        "<line class=\"playhead\" x1=\"{LEFT}\" x2=\"{LEFT}\" y1=\"{TOP}\" y2=\"{}\"/></svg>",
        px(row.axis_y() - 14.0)
    );
}

fn axis(out: &mut String, row: &Row) {
    let end = row.to.min(row.analysis.source.duration_s);
    let lane_end = row.x(end);
    let mut lane = |y: f64, name: &str, class: &str| {
        let _ = write!(
            out,
            "<rect class=\"lane\" x=\"{LEFT}\" y=\"{}\" width=\"{}\" height=\"{LANE}\" rx=\"5\"/><text class=\"who {class}\" x=\"0\" y=\"{}\">{name}</text>",
            px(y),
            px(lane_end - LEFT),
            px(y + 14.5)
        );
    };
    if row.two {
        lane(CUSTOMER_Y, "Customer", "t-customer");
    }
    lane(row.agent_y(), "Agent", "t-agent");
    let length = row.to - row.from;
    let step = [1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0]
        .into_iter()
        .find(|s| length / s <= 12.0);
    let step = step.unwrap_or(3600.0);
    let mut at = (row.from / step).ceil() * step;
    while at < end {
        let x = row.x(at);
        let _ = write!(
            out,
            "<line class=\"grid\" x1=\"{0}\" x2=\"{0}\" y1=\"{1}\" y2=\"{2}\"/><text x=\"{0}\" y=\"{3}\" text-anchor=\"{4}\">{5}</text>",
            px(x),
            px(row.axis_y() - 16.0),
            px(row.axis_y() - 11.0),
            px(row.axis_y()),
            if at <= row.from { "start" } else { "middle" },
            clock(at)
        );
        at += step;
    }
}

fn speech(out: &mut String, row: &Row) {
    for s in row.analysis.spans.iter().filter(|s| row.shows(s.start_s, s.end_s)) {
        let nod = row.analysis.backchannels.iter().any(|b| b.start_s < s.end_s && s.start_s < b.end_s);
        if nod && s.speaker == Speaker::Agent {
            continue;
        }
        let (y, class) = match s.speaker {
            Speaker::Customer => (CUSTOMER_Y, "s-customer"),
            Speaker::Agent => (row.agent_y(), "s-agent"),
        };
        let (x0, x1) = (row.x(s.start_s), row.x(s.end_s));
        let _ = write!(
            out,
            "<rect class=\"{class} hit\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{LANE}\" rx=\"4\"{}><title>{} {} to {}</title></rect>",
            px(x0),
            px(y),
            px((x1 - x0).max(1.5)),
            row.play(s.start_s, s.end_s),
            if s.speaker == Speaker::Customer { "Customer" } else { "Agent" },
            tenths(s.start_s),
            tenths(s.end_s),
        );
    }
}

/// Minutes, seconds and tenths.
fn tenths(seconds: f64) -> String {
    let all = (seconds.max(0.0) * 10.0).round() as u64;
    format!("{}:{:02}.{}", all / 600, all / 10 % 60, all % 10)
}

/// Where both speak in an interruption.
fn overlaps(out: &mut String, row: &Row) {
    let of = |who: Speaker| -> Timeline {
        let spans = row.analysis.spans.iter().filter(|s| s.speaker == who);
        spans.filter_map(|s| Span::from_seconds(s.start_s, s.end_s)).collect()
    };
    let both = of(Speaker::Customer).intersection(&of(Speaker::Agent));
    for i in &row.analysis.interruptions {
        let response =
            row.analysis.responses.iter().find(|r| r.agent_start_s.to_bits() == i.start_s.to_bits());
        let until = response.map_or(i.start_s + i.overlap_s, |r| r.customer_end_s);
        let Some(within) = Span::from_seconds(i.start_s, until) else { continue };
        for s in both.crop(within).spans() {
            let (a, b) = (samples_to_seconds(s.start()), samples_to_seconds(s.end()));
            if row.shows(a, b) {
                let _ = write!(
                    out,
                    "<rect class=\"over\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
                    px(row.x(a)),
                    px(CUSTOMER_Y),
                    px(row.x(b) - row.x(a)),
                    px(row.agent_y() + LANE - CUSTOMER_Y)
                );
            }
        }
        if row.has(i.start_s) {
            let x = px(row.x(i.start_s));
            let _ = write!(
                out,
                "<line class=\"over-edge\" x1=\"{x}\" x2=\"{x}\" y1=\"{}\" y2=\"{}\"/>",
                px(CUSTOMER_Y - 3.0),
                px(row.agent_y() + LANE + 3.0)
            );
        }
    }
}

/// How one agent turn began: a bracket with its latency, or that it cut in.
fn reply(out: &mut String, row: &Row, r: &Response) {
    let x = row.x(r.agent_start_s);
    let text_y = px(MIDDLE_Y + 4.0);
    match r.kind {
        ResponseKind::Reply => {
            let silent = row.analysis.dead_air.iter().any(|d| (d.end_s - r.agent_start_s).abs() < 0.3);
            if silent || !row.shows(r.customer_end_s, r.agent_start_s) {
                return;
            }
            let inside = row
                .analysis
                .delivery
                .response_latency_s
                .band
                .is_none_or(|[lo, hi]| (lo..=hi).contains(&r.latency_s));
            let class = if inside { "in" } else { "out" };
            let x0 = row.x(r.customer_end_s);
            let (y0, y1) = (px(CUSTOMER_Y + LANE + 2.0), px(row.agent_y() - 2.0));
            let _ = write!(
                out,
                "<path class=\"gap {class}\" d=\"M{0} {y0}V{2}H{1}V{y1}\"/><text class=\"{class}\" x=\"{3}\" y=\"{text_y}\">{4:.1} s</text>",
                px(x0),
                px(x),
                px(MIDDLE_Y),
                px(x + 5.0),
                r.latency_s
            );
        }
        ResponseKind::Interruption if row.has(r.agent_start_s) => {
            let _ = write!(
                out,
                "<text class=\"out\" x=\"{}\" y=\"{text_y}\" text-anchor=\"end\">cut in</text>",
                px((x - 5.0).max(LEFT + 34.0))
            );
        }
        ResponseKind::PauseInterruption if row.has(r.agent_start_s) => {
            let _ = write!(
                out,
                "<text class=\"out\" x=\"{}\" y=\"{text_y}\" text-anchor=\"end\">in a pause</text>",
                px(x - 5.0)
            );
        }
        _ => {}
    }
}

fn silences(out: &mut String, row: &Row) {
    for d in row.analysis.dead_air.iter().filter(|d| row.shows(d.start_s, d.end_s)) {
        let (x0, x1) = (row.x(d.start_s) + 1.0, row.x(d.end_s) - 1.0);
        let (class, what) = if d.announced { ("dead held", "announced wait") } else { ("dead", "silence") };
        let words = format!("{:.1} s {what}", d.end_s - d.start_s);
        let short = format!("{:.1} s", d.end_s - d.start_s);
        let shown = if x1 - x0 > 86.0 { words.as_str() } else { short.as_str() };
        let _ = write!(
            out,
            "<rect class=\"{class} hit\" fill=\"none\" pointer-events=\"all\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"5\"{}><title>{words}</title></rect><text class=\"{}\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{shown}</text>",
            px(x0),
            px(CUSTOMER_Y),
            px((x1 - x0).max(2.0)),
            px(row.agent_y() + LANE - CUSTOMER_Y),
            row.play(d.start_s, d.end_s),
            if d.announced { "" } else { "out" },
            px(f64::midpoint(x0, x1)),
            px(MIDDLE_Y + 4.0)
        );
    }
}
