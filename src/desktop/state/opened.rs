//! A recording with its analysis, as feedback or under review.

use crate::call::Analysis;
use crate::desktop::widgets::TimelineView;
use crate::library::{Note, Reflection, Scorecard, TakeId};
use crate::rehearse::{Correction, Scenario, TakeLog};
use std::path::PathBuf;

/// Where it came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OpenedKind {
    /// A rehearsed call.
    #[default]
    Rehearsal,
    /// One line again.
    Retry,
    /// A recording from elsewhere.
    Review,
    /// The call that ships as an example.
    Sample,
}

/// A recording with its analysis and everything that hangs on it.
#[derive(Clone, Debug, Default)]
pub struct Opened {
    /// Its row in the library.
    pub take: Option<TakeId>,
    /// Where it came from.
    pub kind: OpenedKind,
    /// For people.
    pub title: String,
    /// Seconds since 1970 (UTC); 0 when unknown.
    pub when: i64,
    /// The recording.
    pub audio: PathBuf,
    /// The scenario, where it was a rehearsal.
    pub scenario: Option<Scenario>,
    /// What was played when.
    pub log: Option<TakeLog>,
    /// As it came from the recording.
    pub original: Analysis,
    /// With corrections.
    pub shown: Analysis,
    /// What the person put right.
    pub corrections: Vec<Correction>,
    /// Before the numbers.
    pub reflections: Vec<Reflection>,
    /// 1 to 5.
    pub self_rating: Option<u8>,
    /// The agent's note on the call.
    pub call_note: String,
    /// The trainer's notes.
    pub notes: Vec<Note>,
    /// The trainer's scorecard.
    pub scorecard: Option<Scorecard>,
    /// Lines of it that were tried again.
    pub retries: Vec<RetryTake>,
}

/// A line that was tried again.
#[derive(Clone, Debug, PartialEq)]
pub struct RetryTake {
    /// Its row.
    pub take: TakeId,
    /// Which line.
    pub line: String,
    /// When.
    pub when: i64,
}

/// Panels below the timeline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Panel {
    /// What was said.
    #[default]
    Transcript,
    /// The numbers.
    Measures,
    /// Notes and scorecard.
    Notes,
    /// One page to talk it over.
    Debrief,
}

/// Words being corrected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditWords {
    /// Which turn.
    pub turn: usize,
    /// As typed.
    pub text: String,
}

/// What is shown.
#[derive(Clone, Debug, Default)]
pub struct Feedback {
    /// The recording.
    pub opened: Opened,
    /// The part of it on the timeline.
    pub view: Option<TimelineView>,
    /// Below the timeline.
    pub panel: Panel,
    /// Words being corrected.
    pub editing: Option<EditWords>,
    /// A note being written.
    pub draft: String,
    /// Voice metrics go into exports.
    pub export_voice: bool,
}

impl Feedback {
    /// A recording seen whole.
    pub fn of(opened: Opened) -> Self {
        let view = TimelineView::whole(opened.shown.source.duration_s);
        Self { opened, view: Some(view), ..Self::default() }
    }

    /// The part on the timeline.
    pub fn timeline(&self) -> TimelineView {
        self.view.unwrap_or_else(|| TimelineView::whole(self.opened.shown.source.duration_s))
    }
}
