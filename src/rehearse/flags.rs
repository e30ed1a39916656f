//! The delivery flags of one reply, from when both spoke: quick judgements for branching while the call goes on.
//! The take's analysis measures the same things again, from the recording.

use crate::call::{Span, Timeline, seconds_to_samples};
use serde::{Deserialize, Serialize};

/// How a reply was delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the four delivery flags of the scenario format are independent"
)]
pub struct Flags {
    /// The agent took the floor before the customer had finished.
    pub interrupted: bool,
    /// Nobody spoke for 3 s or more, without an announced hold.
    pub dead_air: bool,
    /// The voice left its band.
    pub unsteady: bool,
    /// Faster than the band allows.
    pub rushed: bool,
}

impl Flags {
    /// The flag of this name; `None` for any other name.
    pub fn named(self, name: &str) -> Option<bool> {
        match name {
            "interrupted" => Some(self.interrupted),
            "dead_air" => Some(self.dead_air),
            "unsteady" => Some(self.unsteady),
            "rushed" => Some(self.rushed),
            _ => None,
        }
    }
}

/// `docs/metrics.md`: an interruption begins more than this before the completion point and overlaps longer than this.
const GRACE_S: f64 = 0.5;
/// `docs/metrics.md`: the longest backchannel.
const BACKCHANNEL_S: f64 = 1.0;
/// `docs/metrics.md`: the shortest pause inside a turn.
const PAUSE_S: f64 = 0.25;

/// Whether the agent took the floor from the customer: an interruption or a pause interruption of `docs/metrics.md`.
/// Without words a stretch of at most 1 s inside the customer's turn counts as a backchannel.
pub fn interrupts(customer: &Timeline, agent: &[Span]) -> bool {
    let Some(turn) = customer.extent() else { return false };
    let grace = seconds_to_samples(GRACE_S);
    let pauses = customer.fill_gaps_below(seconds_to_samples(PAUSE_S)).gaps(turn);
    agent.iter().any(|span| {
        let backchannel = span.len() <= seconds_to_samples(BACKCHANNEL_S) && span.end() <= turn.end();
        if backchannel || span.start() <= turn.start() || span.start() + grace >= turn.end() {
            return false;
        }
        let in_pause = pauses.is_speech_at(span.start());
        let overlap = customer.crop(*span).total();
        in_pause && overlap > 0 || overlap > grace
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(of: &[(f64, f64)]) -> Vec<Span> {
        of.iter().filter_map(|(a, b)| Span::from_seconds(*a, *b)).collect()
    }

    fn judged(agent: &[(f64, f64)]) -> bool {
        // The customer speaks from 0 to 6 s with a pause from 2 to 3 s.
        interrupts(&Timeline::new(spans(&[(0.0, 2.0), (3.0, 6.0)])), &spans(agent))
    }

    #[test]
    fn talking_over_the_customer_interrupts() {
        assert!(judged(&[(4.0, 7.0)]));
        assert!(judged(&[(0.5, 1.8)]));
    }

    #[test]
    fn starting_in_the_pause_interrupts_when_the_customer_goes_on() {
        assert!(judged(&[(2.4, 3.6)]));
    }

    #[test]
    fn a_nod_a_late_overlap_and_a_reply_do_not_interrupt() {
        assert!(!judged(&[(1.0, 1.6)]));
        assert!(!judged(&[(2.3, 2.9)]));
        assert!(!judged(&[(5.6, 9.0)]));
        assert!(!judged(&[(6.9, 9.0)]));
        assert!(!judged(&[]));
    }
}
