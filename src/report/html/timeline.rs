//! The call as a picture: both voices, how each reply began, silences, what was heard, the moments of the findings and
//! the voice against its band. Drawn as SVG rows of equal length, so that a long call reads like a page of music.

use super::escape::{esc, px};
use super::play_attr;
use crate::call::{
    Analysis, BehaviorKind, FindingKind, Response, ResponseKind, Span, Speaker, Timeline, behavior_info,
    samples_to_seconds,
};
use crate::report::text::clock;
use std::fmt::Write;

/// Units of a row from its left edge to where time begins, and of the time itself.
const LEFT: f64 = 76.0;
const WIDE: f64 = 1000.0;
/// Heights inside a row.
const TOP: f64 = 24.0;
const LANE: f64 = 20.0;
const CUSTOMER_Y: f64 = TOP + 8.0;
const MIDDLE_Y: f64 = CUSTOMER_Y + LANE + 15.0;
const VOICE_H: f64 = 34.0;
/// A row holds at least so much, and a page at most so many rows.
const ROW_S: f64 = 75.0;
const MOST_ROWS: f64 = 14.0;

struct Row<'a> {
    analysis: &'a Analysis,
    from: f64,
    to: f64,
    voice: bool,
    two: bool,
    sound: bool,
}

impl Row<'_> {
    /// The agent's lane; without a customer it is the only one.
    fn agent_y(&self) -> f64 {
        if self.two { MIDDLE_Y + 15.0 } else { CUSTOMER_Y }
    }

    fn marks_y(&self) -> f64 {
        self.agent_y() + LANE + 12.0
    }

    fn axis_y(&self) -> f64 {
        self.marks_y() + 24.0
    }

    fn x(&self, seconds: f64) -> f64 {
        LEFT + (seconds.clamp(self.from, self.to) - self.from) / (self.to - self.from) * WIDE
    }

    fn shows(&self, from: f64, to: f64) -> bool {
        from < self.to && to > self.from
    }

    fn has(&self, at: f64) -> bool {
        at >= self.from && at < self.to
    }

    fn play(&self, from: f64, to: f64) -> String {
        if self.sound { play_attr(from, to) } else { String::new() }
    }
}

/// All rows and the legend; empty when nothing was heard.
pub(super) fn picture(analysis: &Analysis, sound: bool) -> String {
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

fn nods(out: &mut String, row: &Row) {
    for b in row.analysis.backchannels.iter().filter(|b| row.has(b.start_s)) {
        let x = row.x(f64::midpoint(b.start_s, b.end_s));
        let said = if b.text.is_empty() { "a sign of listening" } else { b.text.as_str() };
        let _ = write!(
            out,
            "<circle class=\"nod hit\" cx=\"{}\" cy=\"{}\" r=\"5\"{}><title>{} at {}</title></circle>",
            px(x),
            px(row.agent_y() + LANE / 2.0),
            row.play((b.start_s - 1.0).max(0.0), b.end_s + 0.5),
            esc(said),
            clock(b.start_s)
        );
    }
}

/// Skills as dots and hazards as diamonds under the agent.
fn marks(out: &mut String, row: &Row) {
    let mut last = f64::MIN;
    let mut all: Vec<_> = row.analysis.behaviors.iter().filter(|b| row.has(b.start_s)).collect();
    all.sort_by(|a, b| a.start_s.total_cmp(&b.start_s).then(a.id.cmp(&b.id)));
    for b in all {
        let x = (row.x(b.start_s) + 5.0).max(last + 12.5).min(LEFT + WIDE - 4.0);
        last = x;
        let title = behavior_info(&b.id).map_or(b.id.as_str(), |i| i.title);
        let play = row.play(b.start_s, b.end_s);
        let title = format!("<title>{} at {}: {}</title>", esc(title), clock(b.start_s), esc(&b.text));
        let _ = match b.kind {
            BehaviorKind::Skill => write!(
                out,
                "<circle class=\"m-skill hit\" cx=\"{}\" cy=\"{}\" r=\"4.4\"{play}>{title}</circle>",
                px(x),
                px(row.marks_y())
            ),
            BehaviorKind::Hazard => write!(
                out,
                "<path class=\"m-hazard hit\" d=\"M{} {}l5.4 5.4l-5.4 5.4l-5.4 -5.4z\"{play}>{title}</path>",
                px(x),
                px(row.marks_y() - 5.4)
            ),
        };
    }
}

/// The moments of the findings, as brackets above.
fn findings(out: &mut String, row: &Row) {
    let mut taken: Vec<(f64, f64)> = Vec::new();
    // The longest first, so that a shorter one inside it is seen.
    let mut shown: Vec<_> = row.analysis.findings.iter().filter(|f| row.shows(f.start_s, f.end_s)).collect();
    shown.sort_by(|a, b| (b.end_s - b.start_s).total_cmp(&(a.end_s - a.start_s)));
    for f in shown {
        let (word, class) = match f.kind {
            FindingKind::Keep => ("keep", "f-keep"),
            FindingKind::Change => ("change", "f-change"),
            FindingKind::Try => ("try", "f-try"),
        };
        let (x0, x1) = (row.x(f.start_s), row.x(f.end_s).max(row.x(f.start_s) + 10.0));
        let _ = write!(
            out,
            "<path class=\"bracket {class}\" d=\"M{} {1}V{2}H{3}V{1}\"/>",
            px(x0),
            px(TOP + 4.0),
            px(TOP),
            px(x1)
        );
        // Two findings about one moment share the line with their words side by side.
        let mut x = x0;
        while let Some((_, end)) = taken.iter().find(|(a, b)| x < *b && x + 44.0 > *a) {
            x = *end;
        }
        taken.push((x, x + 46.0));
        let _ = write!(
            out,
            "<text class=\"{class}\" x=\"{}\" y=\"{}\" font-weight=\"600\">{word}</text>",
            px(x),
            px(TOP - 6.0)
        );
    }
}

/// Heat of each agent turn against the band, up is hotter.
fn voice(out: &mut String, row: &Row) {
    let top = row.axis_y() + 10.0;
    let [lo, hi] = row.analysis.voice.heat.band.unwrap_or([-2.0, 2.0]);
    let heats = row.analysis.voice.turns.iter().filter_map(|t| t.heat);
    let (least, most) = heats.fold((lo, hi), |(a, b), h| (a.min(h), b.max(h)));
    let y = |heat: f64| top + (most - heat) / (most - least).max(0.1) * VOICE_H;
    let end = row.x(row.to.min(row.analysis.source.duration_s));
    let _ = write!(
        out,
        "<rect class=\"band\" x=\"{LEFT}\" y=\"{0}\" width=\"{1}\" height=\"{2}\" rx=\"4\"/><line class=\"zero\" x1=\"{LEFT}\" x2=\"{3}\" y1=\"{4}\" y2=\"{4}\"/><text class=\"who t-agent\" x=\"0\" y=\"{5}\">Voice</text>",
        px(y(hi)),
        px(end - LEFT),
        px(y(lo) - y(hi)),
        px(end),
        px(y(0.0)),
        px(y(0.0) + 4.0)
    );
    for t in row.analysis.voice.turns.iter().filter(|t| row.shows(t.start_s, t.end_s)) {
        let Some(heat) = t.heat else { continue };
        let (x0, x1) = (row.x(t.start_s), row.x(t.end_s));
        let class = if (lo..=hi).contains(&heat) { "heat-in" } else { "heat-out" };
        let _ = write!(
            out,
            "<rect class=\"{class} hit\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"4.4\" rx=\"2.2\"{}><title>{heat:+.1} of your own spreads at {}</title></rect>",
            px(x0),
            px(y(heat) - 2.2),
            px((x1 - x0).max(3.0)),
            row.play(t.start_s, t.end_s),
            clock(t.start_s)
        );
    }
}

fn legend(out: &mut String, analysis: &Analysis, voice: bool) {
    let kinds = |k: ResponseKind| analysis.responses.iter().any(|r| r.kind == k);
    let behaviors = |k: BehaviorKind| analysis.behaviors.iter().any(|b| b.kind == k);
    let rows = [
        (
            kinds(ResponseKind::Reply),
            "<path class=\"gap in\" d=\"M2 1V6H18V11\"/>",
            "how long before a reply",
        ),
        (
            !analysis.interruptions.is_empty(),
            "<rect class=\"over\" x=\"2\" y=\"0\" width=\"18\" height=\"12\"/><line class=\"over-edge\" x1=\"2\" x2=\"2\" y1=\"0\" y2=\"12\"/>",
            "both speak: an interruption",
        ),
        (
            !analysis.dead_air.is_empty(),
            "<rect class=\"dead\" fill=\"none\" x=\"1\" y=\"1\" width=\"20\" height=\"10\" rx=\"3\"/>",
            "nobody speaks",
        ),
        (
            !analysis.backchannels.is_empty(),
            "<circle class=\"nod\" cx=\"11\" cy=\"6\" r=\"4.4\"/>",
            "sign of listening",
        ),
        (
            behaviors(BehaviorKind::Skill),
            "<circle class=\"m-skill\" cx=\"11\" cy=\"6\" r=\"4.4\"/>",
            "skill heard",
        ),
        (
            behaviors(BehaviorKind::Hazard),
            "<path class=\"m-hazard\" d=\"M11 0.6l5.4 5.4l-5.4 5.4l-5.4 -5.4z\"/>",
            "hazard heard",
        ),
        (
            voice,
            "<rect class=\"band\" x=\"0\" y=\"1\" width=\"22\" height=\"10\" rx=\"3\"/><rect class=\"heat-in\" x=\"4\" y=\"4\" width=\"14\" height=\"4\" rx=\"2\"/>",
            "voice against your own band, up is hotter",
        ),
    ];
    out.push_str("<div class=\"legend\">");
    for (_, icon, text) in rows.iter().filter(|(there, ..)| *there) {
        let _ = write!(
            out,
            "<span><svg viewBox=\"0 0 22 12\" aria-hidden=\"true\" data-icon>{icon}</svg>{text}</span>"
        );
    }
    out.push_str("</div>");
}
