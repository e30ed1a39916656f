//! How each agent turn began relative to the customer's (after Heldner & Edlund 2010, Gravano & Hirschberg 2011),
//! and whether the agent yielded when the customer barged in.

use super::ipu::Ipu;
use super::silence::at_s;
use super::{BargeIn, Limits};
use crate::call::{
    Interruption, Response, ResponseKind, Span, Timeline, round3, samples_to_seconds, seconds_to_samples,
};

/// One row for every agent turn that follows or overlaps a customer turn, and the interruptions among them.
pub(super) fn responses(
    agent_turns: &[Span],
    agent: &[Ipu],
    customer_turns: &[Span],
    customer_floor: &[Span],
    limits: &Limits,
) -> (Vec<Response>, Vec<Interruption>) {
    let customer_speech: Timeline = customer_floor.iter().copied().collect();
    let (mut rows, mut interruptions) = (Vec::new(), Vec::new());
    for &turn in agent_turns {
        let units: Vec<&Ipu> = agent.iter().filter(|u| !u.listening && turn.covers(u.span)).collect();
        // A lone "um" is not yet an answer; a turn of nothing else begins where it begins.
        let onset = units.iter().find(|u| !u.is_lone_filler(limits)).map_or(turn.start(), |u| u.span.start());
        let Some(&theirs) = customer_turns.iter().rev().find(|c| c.start() < onset) else { continue };
        let speech: Timeline = units.iter().map(|u| u.span).filter(|s| s.start() >= onset).collect();
        let overlap = speech.intersection(&customer_speech.crop(theirs)).total();
        let kind = kind_of(onset, theirs.end(), overlap, customer_speech.is_speech_at(onset), limits);
        rows.push(Response {
            customer_end_s: at_s(theirs.end()),
            agent_start_s: at_s(onset),
            latency_s: round3((onset as f64 - theirs.end() as f64) / f64::from(crate::call::RATE_HZ)),
            kind,
        });
        if kind == ResponseKind::Interruption {
            interruptions
                .push(Interruption { start_s: at_s(onset), overlap_s: round3(samples_to_seconds(overlap)) });
        }
    }
    (rows, interruptions)
}

fn kind_of(onset: u64, completion: u64, overlap: u64, in_speech: bool, limits: &Limits) -> ResponseKind {
    if onset >= completion {
        ResponseKind::Reply
    } else if completion - onset <= seconds_to_samples(limits.terminal_overlap_s) {
        ResponseKind::TerminalOverlap
    } else if overlap > seconds_to_samples(limits.brief_overlap_s) {
        ResponseKind::Interruption
    } else if in_speech {
        ResponseKind::BriefOverlap
    } else {
        ResponseKind::PauseInterruption
    }
}

/// Customer turns that began while the agent was speaking, and for how long the agent spoke on.
pub(super) fn barge_ins(
    customer_turns: &[Span],
    agent_turns: &[Span],
    agent_floor: &[Span],
    limits: &Limits,
) -> Vec<BargeIn> {
    customer_turns
        .iter()
        .filter_map(|theirs| {
            let onset = theirs.start();
            let turn = agent_turns.iter().find(|t| t.start() < onset && onset < t.end())?;
            let mut units = agent_floor.iter().filter(|u| turn.covers(**u) && u.end() > onset);
            let first = units.next()?;
            // Stopping for a breath and going on over the customer is not yielding.
            let resumed = units.rfind(|u| u.start() < theirs.end());
            let stopped = resumed.unwrap_or(first).end();
            let spoke_on = stopped - onset;
            Some(BargeIn {
                start_s: at_s(onset),
                agent_spoke_on_s: round3(samples_to_seconds(spoke_on)),
                yielded: spoke_on <= seconds_to_samples(limits.yield_s),
            })
        })
        .collect()
}
