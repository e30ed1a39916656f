//! What the agent has said since the line began, stretch by stretch, as it is given to the recognizer.

use super::ear::Ear;
use super::hearing::Hearing;
use crate::call::{Span, Timeline, seconds_to_samples};

/// A stretch of this many seconds is cut at its quietest moment: that is looked for after so many of them.
const LONG_S: (f64, f64) = (5.0, 2.5);
const SHORT_S: (f64, f64) = (2.6, 1.4);
/// And not in its last part.
const LAST_S: f64 = 0.3;

/// Stretches of speech of one reply; the last one may be going on.
#[derive(Debug, Default)]
pub struct Reply {
    closed: Vec<Span>,
    open: Option<u64>,
}

impl Reply {
    /// The agent began to speak.
    pub fn open(&mut self, at: u64) {
        self.open = Some(at);
    }

    /// The agent stopped, or the sound did.
    pub fn close(&mut self, at: u64) {
        if let Some(open) = self.open.take() {
            self.closed.extend(Span::new(open, at));
        }
    }

    /// Whether the agent is speaking.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// A new line was played: what was said belongs to the one before; who is still speaking goes on into the new reply.
    pub fn next(&mut self, at: u64) {
        self.closed.clear();
        self.open = self.open.map(|_| at);
    }

    /// Everything said up to a moment, or up to the end of the last closed stretch.
    pub fn stretches(&self, until: Option<u64>) -> Vec<Span> {
        let open = self.open.zip(until).and_then(|(open, until)| Span::new(open, until));
        self.closed.iter().copied().chain(open).collect()
    }

    /// The same as a timeline.
    pub fn timeline(&self, now: u64) -> Timeline {
        self.stretches(Some(now)).into_iter().collect()
    }

    /// Cuts a stretch that goes on for long, so that its first part is recognized meanwhile; true when it did.
    pub fn cut_long(&mut self, hearing: Hearing, now: u64, ear: &Ear) -> bool {
        let (long_s, first_s) = if hearing == Hearing::Early { SHORT_S } else { LONG_S };
        let Some(open) = self.open.filter(|open| now > open + seconds_to_samples(long_s)) else {
            return false;
        };
        let from = open + seconds_to_samples(first_s);
        let Some(within) = Span::new(from, now.saturating_sub(seconds_to_samples(LAST_S))) else {
            return false;
        };
        let at = ear.quietest(within);
        self.close(at);
        self.open = Some(at);
        true
    }
}
