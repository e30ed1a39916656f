//! Silences: dead air of both, and silent pauses inside the agent's turns (Campione & Véronis 2002).

use super::Limits;
use crate::call::{DeadAir, Span, Timeline, round3, samples_to_seconds, seconds_to_samples};

/// Seconds of a moment as reports show it.
pub(super) fn at_s(sample: u64) -> f64 {
    round3(samples_to_seconds(sample))
}

/// A silence inside an agent turn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SilentPause {
    /// Start.
    pub start_s: f64,
    /// End.
    pub end_s: f64,
    /// At least 1 s.
    pub long: bool,
}

/// The silences of both, between the first and the last speech, that last at least [`Limits::dead_air_s`].
/// One is announced when a hold was announced shortly before it began.
pub fn dead_air(agent: &Timeline, customer: &Timeline, holds: &[Span], limits: &Limits) -> Vec<DeadAir> {
    let both = agent.union(customer);
    let Some(within) = both.extent() else { return Vec::new() };
    let before = seconds_to_samples(limits.hold_before_s);
    both.gaps(within)
        .drop_below(seconds_to_samples(limits.dead_air_s))
        .spans()
        .iter()
        .map(|gap| DeadAir {
            start_s: at_s(gap.start()),
            end_s: at_s(gap.end()),
            announced: holds.iter().any(|h| h.start() < gap.end() && h.end() + before >= gap.start()),
        })
        .collect()
}

/// Silences of at least 0.25 s inside the agent's turns while the customer is silent too.
pub(super) fn silent_pauses(
    turns: &[Span],
    agent: &Timeline,
    customer: &Timeline,
    limits: &Limits,
) -> Vec<SilentPause> {
    let spoken = agent.union(customer);
    let long = seconds_to_samples(limits.long_pause_s);
    turns
        .iter()
        .flat_map(|&turn| spoken.gaps(turn).drop_below(seconds_to_samples(limits.ipu_gap_s)).spans().to_vec())
        .map(|p| SilentPause { start_s: at_s(p.start()), end_s: at_s(p.end()), long: p.len() >= long })
        .collect()
}
