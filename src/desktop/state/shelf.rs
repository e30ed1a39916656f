//! What the library holds, as the screens need it.

use crate::library::{
    Entry, Recoverable, Scorecard, Storage, TakeId, TakeKind, TakeState, TakeSummary, Trend,
};
use crate::rehearse::repetition::Due;
use crate::rehearse::rest::Nudge;
use crate::rehearse::{Outcome, Scenario};
use std::path::PathBuf;

/// What the library holds.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    /// Mild before hot.
    pub rungs: Vec<RungRow>,
    /// Index of the rung to offer first.
    pub next_up: Option<usize>,
    /// Scenarios that were refused: id and everything that is wrong.
    pub refused: Vec<(String, String)>,
    /// Latest first.
    pub takes: Vec<TakeSummary>,
    /// A pause is due.
    pub nudge: Option<Nudge>,
    /// What to practice again, most urgent first.
    pub due: Vec<Due>,
    /// Each measure that has values.
    pub trends: Vec<TrendRow>,
    /// Latest first.
    pub journal: Vec<Entry>,
    /// On disk.
    pub storage: Storage,
    /// What a crash left behind.
    pub recoverable: Vec<Recoverable>,
    /// Where everything is kept.
    pub dir: PathBuf,
    /// The person's own scorecard to start from.
    pub template: Option<Scorecard>,
    /// Whether there is a baseline for the microphone in use.
    pub has_baseline: bool,
}

/// One scenario on the ladder.
#[derive(Clone, Debug)]
pub struct RungRow {
    /// The scenario.
    pub scenario: Scenario,
    /// The best of all results.
    pub best: Option<Outcome>,
    /// When it was last tried.
    pub last_tried: Option<i64>,
    /// How often.
    pub tries: usize,
    /// What is due that it asks for.
    pub due: Vec<String>,
}

/// A measure over time.
#[derive(Clone, Debug)]
pub struct TrendRow {
    /// Its id.
    pub id: String,
    /// Its values.
    pub trend: Trend,
}

/// A recording on disk.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecordingRow {
    /// Where.
    pub path: PathBuf,
    /// Length; 0 when unknown.
    pub duration_s: f64,
    /// Channels; 0 when unknown.
    pub channels: u16,
}

impl Shelf {
    /// A scenario by id.
    pub fn scenario(&self, id: &str) -> Option<&Scenario> {
        self.rungs.iter().map(|r| &r.scenario).find(|s| s.id == id)
    }

    /// The scorecard to start from.
    pub fn scorecard(&self) -> Scorecard {
        self.template.clone().unwrap_or_else(Scorecard::template)
    }

    /// Takes that can be heard against this one, latest first: calls of the same scenario, or other recordings.
    pub fn comparable(&self, take: TakeId) -> Vec<&TakeSummary> {
        let Some(this) = self.takes.iter().find(|t| t.id == take) else { return Vec::new() };
        let fits = |t: &&TakeSummary| {
            t.id != take
                && t.kind == this.kind
                && t.scenario == this.scenario
                && t.state == TakeState::Analyzed
        };
        let whole = matches!(this.kind, TakeKind::Call | TakeKind::Review);
        self.takes.iter().filter(|_| whole).filter(fits).collect()
    }
}
