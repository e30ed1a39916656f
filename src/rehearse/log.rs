//! What was played when and why, kept with the take: the analysis knows from it where the customer speaks and how hostile
//! each line was, without guessing.
//!
//! Moments are integer samples at [`RATE_HZ`] from the take's first sample.

use super::flags::Flags;
use super::waiting::TurnEnding;
use crate::call::{RATE_HZ, Span, Timeline};
use serde::{Deserialize, Serialize};

/// Name and version of the format.
pub const SCHEMA: &str = "evenkeel.take/1";

/// The course of one call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TakeLog {
    /// [`SCHEMA`].
    pub schema: String,
    /// Scenario id.
    pub scenario: String,
    /// Samples a second of every moment in here.
    pub rate_hz: u32,
    /// How loud the sound check found the loudspeaker in the microphone, in dB against what is played.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leak_db: Option<f64>,
    /// Customer lines as they were played.
    pub lines: Vec<PlayedLine>,
    /// The agent's replies as they were judged while the call went on.
    pub replies: Vec<JudgedReply>,
    /// Times on hold.
    pub holds: Vec<Hold>,
    /// Times without a device.
    pub gaps: Vec<Gap>,
    /// How and when the call ended; absent while it goes on, or when the program was killed.
    pub ended: Option<Ending>,
}

/// One line as it was played.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlayedLine {
    /// Line id.
    pub line: String,
    /// Why this line.
    pub why: Why,
    /// 1 to 5.
    pub heat: u8,
    /// Exact words of the recording.
    pub text: String,
    /// First sample out of the loudspeaker.
    pub start: u64,
    /// End of the customer's speech; where it was cut off when it was not played to its end.
    pub completion: u64,
    /// Start and end of each stretch of speech.
    pub speech: Vec<[u64; 2]>,
    /// Whether it was played to the end of its speech.
    pub whole: bool,
}

/// Why a line was played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Why {
    /// The first line.
    Opening,
    /// A row of its predecessor, from 0.
    Row {
        /// Which.
        row: usize,
    },
    /// A trailing line's continuation.
    Then,
    /// Over the agent's reply.
    BargeIn,
    /// Again, after the device was lost.
    Resumed,
}

/// One reply as it was judged for branching.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JudgedReply {
    /// Id of the line that it answers.
    pub line: String,
    /// Its first sound; the line's completion when nothing was said.
    pub from: u64,
    /// Its last sound.
    pub to: u64,
    /// What ended it.
    pub ended_by: TurnEndedBy,
    /// When the turn was judged over.
    pub over: u64,
    /// Ids heard, in order.
    pub heard: Vec<String>,
    /// How it was delivered.
    pub flags: Flags,
    /// Whether the whole reply had been judged before the next line was chosen.
    pub judged_whole: bool,
}

/// What ended a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TurnEndedBy {
    /// A wait after a finished sentence.
    Finished,
    /// A wait after anything else.
    Open,
    /// A wait after a filler or an open word.
    Unfinished,
    /// A wait after a lone nod.
    Nod,
    /// The agent said so.
    Space,
    /// Nothing was said.
    Silence,
    /// The customer barged in.
    BargedIn,
    /// The call was ended.
    CallEnded,
}

impl From<TurnEnding> for TurnEndedBy {
    fn from(ending: TurnEnding) -> Self {
        match ending {
            TurnEnding::Finished => Self::Finished,
            TurnEnding::Open => Self::Open,
            TurnEnding::Unfinished => Self::Unfinished,
            TurnEnding::Nod => Self::Nod,
        }
    }
}

/// A time on hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Pressed.
    pub start: u64,
    /// Released, or the call's end.
    pub end: Option<u64>,
}

/// A time without a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Lost.
    pub start: u64,
    /// Back, or the call's end.
    pub end: Option<u64>,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// The scenario came to its end.
    Completed,
    /// The agent ended it.
    ByAgent,
}

/// How and when a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// How.
    pub how: Ended,
    /// When.
    pub at: u64,
}

impl TakeLog {
    /// An empty course.
    pub fn new(scenario: &str) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            scenario: scenario.to_owned(),
            rate_hz: RATE_HZ,
            leak_db: None,
            lines: Vec::new(),
            replies: Vec::new(),
            holds: Vec::new(),
            gaps: Vec::new(),
            ended: None,
        }
    }

    /// The line played last stopped before the end of its speech.
    pub(super) fn cut_last_line(&mut self, at: u64) {
        let Some(line) = self.lines.last_mut() else { return };
        line.whole = false;
        line.completion = at.max(line.start);
        line.speech.retain(|s| s[0] < at);
        if let Some(last) = line.speech.last_mut() {
            last[1] = last[1].min(at);
        }
    }

    /// The line played last took longer than its recording.
    pub(super) fn lengthen_last_line(&mut self, by: u64) {
        let Some(line) = self.lines.last_mut().filter(|l| l.whole) else { return };
        line.completion += by;
        if let Some(last) = line.speech.last_mut() {
            last[1] += by;
        }
    }

    /// Where the customer speaks, as played.
    pub fn customer_speech(&self) -> Timeline {
        Timeline::new(self.lines.iter().flat_map(|l| &l.speech).filter_map(|[a, b]| Span::new(*a, *b)))
    }

    /// The line that was played last before or at a moment.
    pub fn line_at(&self, sample: u64) -> Option<&PlayedLine> {
        self.lines.iter().rev().find(|l| l.start <= sample)
    }

    /// The line that is answered at a moment: that of the reply going on, which may run into the next line; otherwise the
    /// one that was played last.
    pub fn answered_at(&self, sample: u64) -> Option<&PlayedLine> {
        let reply = self.replies.iter().find(|r| (r.from..=r.over.max(r.to)).contains(&sample));
        let line = reply.and_then(|r| {
            let before = |l: &&PlayedLine| l.line == r.line && l.start <= sample;
            self.lines.iter().rev().find(before)
        });
        line.or_else(|| self.line_at(sample))
    }

    /// Times on hold that were closed.
    pub fn hold_time(&self) -> Timeline {
        Timeline::new(self.holds.iter().filter_map(|h| Span::new(h.start, h.end?)))
    }
}
