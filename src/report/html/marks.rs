//! What is drawn upon the voices of [`super::timeline`]: signs of listening, behaviors, the moments of the findings, the
//! voice against its band, and the legend.

use super::escape::{esc, px};
use super::timeline::{LANE, LEFT, Row, TOP, VOICE_H, WIDE};
use crate::call::{Analysis, BehaviorKind, Confidence, FindingKind, ResponseKind, behavior_info};
use crate::report::text::clock;
use crate::report::voice::turn_in_words;
use std::fmt::Write;

pub(super) fn nods(out: &mut String, row: &Row) {
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
pub(super) fn marks(out: &mut String, row: &Row) {
    let mut last = f64::MIN;
    let mut all: Vec<_> = row.analysis.behaviors.iter().filter(|b| row.has(b.start_s)).collect();
    all.sort_by(|a, b| a.start_s.total_cmp(&b.start_s).then(a.id.cmp(&b.id)));
    // Once a turn is enough for a picture; every occurrence is in the transcript.
    let mut drawn: Vec<(&str, usize)> = Vec::new();
    all.retain(|b| {
        let new = !drawn.contains(&(b.id.as_str(), b.turn));
        drawn.push((&b.id, b.turn));
        new
    });
    for b in all {
        let x = (row.x(b.start_s) + 5.0).max(last + 10.5).min(LEFT + WIDE - 4.0);
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
pub(super) fn findings(out: &mut String, row: &Row) {
    let mut taken: Vec<(f64, f64)> = Vec::new();
    // The longest first, so that a shorter one inside it is seen.
    let mut shown: Vec<_> = row.analysis.findings.iter().filter(|f| row.shows(f.start_s, f.end_s)).collect();
    shown.sort_by(|a, b| (b.end_s - b.start_s).total_cmp(&(a.end_s - a.start_s)));
    shown.dedup_by(|a, b| (a.kind, a.start_s, a.end_s) == (b.kind, b.start_s, b.end_s));
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
pub(super) fn voice(out: &mut String, row: &Row) {
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
        // What cannot be trusted is grey.
        let class = match t.confidence {
            Confidence::Ok if (lo..=hi).contains(&heat) => "heat-in",
            Confidence::Ok => "heat-out",
            _ => "heat-low",
        };
        let title = turn_in_words(t).unwrap_or_default();
        let _ = write!(
            out,
            "<rect class=\"{class} hit\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"4.4\" rx=\"2.2\"{}><title>{}</title></rect>",
            px(x0),
            px(y(heat) - 2.2),
            px((x1 - x0).max(3.0)),
            row.play(t.start_s, t.end_s),
            esc(&title)
        );
    }
    // Where a hostile line ended.
    for p in row.analysis.voice.provocations.iter().filter(|p| row.has(p.customer_end_s)) {
        let x = row.x(p.customer_end_s);
        let _ = write!(
            out,
            "<path class=\"line-end\" d=\"M{0} {1}V{2}\"><title>a hostile line ends at {3}</title></path>",
            px(x),
            px(top),
            px(top + VOICE_H),
            clock(p.customer_end_s)
        );
    }
}

pub(super) fn legend(out: &mut String, analysis: &Analysis, voice: bool) {
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
        (
            voice && !analysis.voice.provocations.is_empty(),
            "<path class=\"line-end\" d=\"M11 0V12\"/>",
            "a hostile line ends",
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
