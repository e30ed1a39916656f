//! What was said, as a conversation, with what was heard in the agent's words marked.

use super::escape::esc;
use super::{Clips, play_button};
use crate::call::{Analysis, Behavior, BehaviorKind, Response, ResponseKind, Speaker, Turn, behavior_info};
use crate::report::text::clock;
use std::fmt::Write;

/// How a transcript is printed on one page: the class, its columns, characters of a line, height of a line and of what
/// is around a turn, in CSS pixels of `page.css`; the first that fits is taken.
const PRINTED: [(&str, f64, f64, f64, f64); 3] =
    [("", 2.0, 64.0, 13.8, 40.0), (" long", 3.0, 55.0, 10.4, 29.0), (" longer", 4.0, 50.0, 8.3, 23.0)];
/// Usable height of the second page, with a margin for what this estimate does not know.
const PRINTED_HEIGHT: f64 = 880.0;

/// The print class of a conversation; in one that fits nowhere, only turns in which something was heard are printed.
fn printed(analysis: &Analysis) -> &'static str {
    let fits = |(_, columns, chars, line, around): &&(&str, f64, f64, f64, f64)| {
        let heights =
            analysis.turns.iter().map(|t| (t.text.chars().count() as f64 / chars).ceil() * line + around);
        heights.sum::<f64>() <= columns * PRINTED_HEIGHT
    };
    PRINTED.iter().find(fits).map_or(" longer endless", |p| p.0)
}

/// The transcript; empty without turns.
pub(super) fn transcript(analysis: &Analysis, clips: &Clips) -> String {
    if analysis.turns.is_empty() {
        return String::new();
    }
    let class = printed(analysis);
    let mut out = format!("<section class=\"second{class}\"><h2>What was said</h2>");
    if class.ends_with("endless") {
        out.push_str("<p class=\"sub paper\">Printed: the turns in which something was heard. All of them are on the screen.</p>");
    }
    out.push_str("<div class=\"talk\">");
    let mut asides: Vec<(f64, String)> = analysis
        .dead_air
        .iter()
        .map(|d| {
            let (class, what) = if d.announced { ("", "announced wait") } else { (" warn", "of silence") };
            (d.start_s, format!("<div class=\"aside{class}\">{:.1} s {what}</div>", d.end_s - d.start_s))
        })
        .chain(analysis.backchannels.iter().map(|b| {
            let said = if b.text.is_empty() { "(a sign of listening)" } else { b.text.as_str() };
            (b.start_s, format!("<div class=\"nodded plain\">{} {}</div>", clock(b.start_s), esc(said)))
        }))
        .collect();
    asides.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut asides = asides.into_iter().peekable();
    for (i, turn) in analysis.turns.iter().enumerate() {
        while let Some((_, html)) = asides.next_if(|(at, _)| *at < turn.start_s) {
            out.push_str(&html);
        }
        let heard: Vec<&Behavior> = analysis.behaviors.iter().filter(|b| b.turn == i).collect();
        let response = analysis.responses.iter().find(|r| {
            turn.speaker == Speaker::Agent && r.agent_start_s >= turn.start_s && r.agent_start_s < turn.end_s
        });
        bubble(&mut out, turn, &heard, response, clips);
    }
    asides.for_each(|(_, html)| out.push_str(&html));
    out.push_str("</div></section>");
    out
}

fn bubble(out: &mut String, turn: &Turn, heard: &[&Behavior], response: Option<&Response>, clips: &Clips) {
    let (class, who) = match turn.speaker {
        Speaker::Customer => ("customer", "Customer"),
        Speaker::Agent => ("agent", "Agent"),
    };
    let plain = if heard.is_empty() { " plain" } else { "" };
    let _ = write!(
        out,
        "<div class=\"turn {class}{plain}\" data-from=\"{}\" data-to=\"{}\"><div class=\"meta\"><b>{who}</b>{}",
        turn.start_s,
        turn.end_s,
        clock(turn.start_s)
    );
    if let Some(r) = response {
        let _ = match r.kind {
            ResponseKind::Reply => write!(out, "<span>after {:.1} s</span>", r.latency_s),
            ResponseKind::TerminalOverlap => write!(out, "<span>on their last word</span>"),
            ResponseKind::BriefOverlap => write!(out, "<span>a brief overlap</span>"),
            ResponseKind::Interruption => {
                write!(
                    out,
                    "<span class=\"late\">cut in {:.1} s before they had finished</span>",
                    -r.latency_s
                )
            }
            ResponseKind::PauseInterruption => {
                write!(out, "<span class=\"late\">started in their pause</span>")
            }
        };
    }
    out.push_str(&play_button(clips, turn.start_s, turn.end_s, true));
    let words = if turn.text.is_empty() { "<i>speech</i>".to_owned() } else { marked(&turn.text, heard) };
    let _ = write!(out, "</div><div class=\"words\">{words}</div>");
    if !heard.is_empty() {
        out.push_str("<div class=\"tags\">");
        let mut said: Vec<&str> = Vec::new();
        for b in heard {
            if !said.contains(&b.id.as_str()) {
                said.push(&b.id);
                let title = behavior_info(&b.id).map_or(b.id.as_str(), |i| i.title);
                let _ = write!(out, "<span class=\"{}\">{}</span>", kind(b), esc(title));
            }
        }
        out.push_str("</div>");
    }
    out.push_str("</div>");
}

fn kind(b: &Behavior) -> &'static str {
    match b.kind {
        BehaviorKind::Skill => "skill",
        BehaviorKind::Hazard => "hazard",
    }
}

/// The text with the words in which something was heard marked. Where two overlap, the hazard is shown, else the first.
fn marked(text: &str, heard: &[&Behavior]) -> String {
    let mut order: Vec<&&Behavior> = heard.iter().collect();
    order.sort_by_key(|b| std::cmp::Reverse(b.kind));
    let mut marks: Vec<(usize, usize, &Behavior)> = Vec::new();
    for b in order {
        let phrase = b.text.trim();
        if phrase.is_empty() {
            continue;
        }
        let free = text
            .match_indices(phrase)
            .map(|(at, found)| (at, at + found.len()))
            .find(|&(from, to)| marks.iter().all(|(a, z, _)| to <= *a || from >= *z));
        marks.extend(free.map(|(from, to)| (from, to, *b)));
    }
    marks.sort_by_key(|m| m.0);
    let mut out = String::new();
    let mut at = 0;
    for (from, to, b) in marks {
        let title = behavior_info(&b.id).map_or(b.id.as_str(), |i| i.title);
        let _ = write!(
            out,
            "{}<mark class=\"{}\" title=\"{}\">{}</mark>",
            esc(&text[at..from]),
            kind(b),
            esc(title),
            esc(&text[from..to])
        );
        at = to;
    }
    out.push_str(&esc(&text[at..]));
    out
}
