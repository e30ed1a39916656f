//! Takes: from the first sample of a recording to its analysis, rating and corrections.

mod json;
mod measures;
mod reading;
mod recording;
mod results;

use crate::call::Analysis;
use crate::rehearse::{Correction, Outcome, TakeLog};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Names a take.
pub type TakeId = i64;

/// What a take is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TakeKind {
    /// A rehearsed call.
    Call,
    /// One line of a call again.
    Retry,
    /// A recording opened for review; its file stays where it is.
    Review,
    /// Free talk for the baseline.
    FreeTalk,
}

/// How far a take is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TakeState {
    /// Being recorded, or left behind by a crash.
    Recording,
    /// Whole, not analyzed.
    Recorded,
    /// Analyzed.
    Analyzed,
}

/// What is known when a recording starts.
#[derive(Clone, Debug)]
pub struct NewTake {
    /// What it is.
    pub kind: TakeKind,
    /// Scenario id; empty without one.
    pub scenario: String,
    /// For lists.
    pub title: String,
    /// Of the scenario; 0 when unknown.
    pub heat: u8,
    /// The take and line that a retry repeats.
    pub retry_of: Option<(TakeId, String)>,
    /// Microphone, for the baseline.
    pub device: String,
    /// Now, in seconds since 1970 (UTC).
    pub started_at: i64,
}

/// A row of the history.
#[derive(Clone, Debug, PartialEq)]
pub struct TakeSummary {
    /// Id.
    pub id: TakeId,
    /// What it is.
    pub kind: TakeKind,
    /// How far it is.
    pub state: TakeState,
    /// Scenario id.
    pub scenario: String,
    /// Title.
    pub title: String,
    /// Of the scenario.
    pub heat: u8,
    /// The take and line that a retry repeats.
    pub retry_of: Option<(TakeId, String)>,
    /// Microphone.
    pub device: String,
    /// Seconds since 1970 (UTC).
    pub started_at: i64,
    /// Length.
    pub duration_s: f64,
    /// The recording.
    pub audio: PathBuf,
    /// Its size.
    pub audio_bytes: u64,
    /// What came of it.
    pub outcome: Option<Outcome>,
    /// 1 to 5, given before the scores were shown.
    pub self_rating: Option<u8>,
    /// The agent's note on the call.
    pub call_note: String,
}

/// Everything about one take.
#[derive(Clone, Debug, PartialEq)]
pub struct TakeDetail {
    /// The row.
    pub summary: TakeSummary,
    /// What was played when.
    pub log: Option<TakeLog>,
    /// As it came from the recording: corrections are not in it.
    pub analysis: Option<Analysis>,
    /// What the person put right, in order.
    pub corrections: Vec<Correction>,
    /// Prompt id and answer.
    pub reflections: Vec<Reflection>,
}

/// An answer to a prompt of "reflect first".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reflection {
    /// Id of the prompt.
    pub prompt: String,
    /// The answer.
    pub answer: String,
}
