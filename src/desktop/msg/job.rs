//! What is to be done by a worker.

use super::ModelDo;
use crate::desktop::state::{Opened, Settings};
use crate::library::{Recoverable, Reflection, Scorecard, TakeId};
use crate::rehearse::Scenario;
use crate::report::Debrief;
use std::path::PathBuf;

/// What is to be done by a worker.
#[derive(Clone, Debug)]
pub enum Job {
    /// Read the library and the scenarios.
    LoadShelf,
    /// Keep the settings.
    SaveSettings(Settings),
    /// List devices.
    ListDevices,
    /// Open the microphone to look at its level.
    OpenSound(Settings),
    /// Close it.
    CloseSound,
    /// Play the test phrase and measure leakage and delay.
    TestPhrase,
    /// Record free talk for the baseline, or stop.
    FreeTalk(bool),
    /// Make a scenario's lines ready to be played.
    Ready(String),
    /// Start a call.
    StartCall(Box<CallPlan>),
    /// To the call in progress.
    Call(CallDo),
    /// Analyze.
    Analyze {
        /// Names the work.
        id: u64,
        /// What.
        what: AnalyzeWhat,
        /// With what.
        settings: Box<Settings>,
    },
    /// Stop this work.
    Cancel(u64),
    /// Apply corrections to an analysis and keep them.
    Recompute(Box<Opened>),
    /// What is this recording? What is in this folder?
    Inspect(Vec<PathBuf>),
    /// Let the person choose a file, or a folder.
    Pick {
        /// A folder.
        folder: bool,
    },
    /// Open a take that was analyzed; analyze it otherwise.
    OpenTake(TakeId),
    /// Two takes, the older one first.
    LoadCompare(TakeId, TakeId),
    /// To the recognizers.
    Models(ModelDo),
    /// Play a stretch.
    Play {
        /// Of this recording.
        path: PathBuf,
        /// From.
        from_s: f64,
        /// To; the end without one.
        to_s: Option<f64>,
        /// On this device.
        headphones: String,
    },
    /// Stop playing.
    StopPlaying,
    /// Keep what was thought before the numbers.
    Reflect(TakeId, u8, Vec<Reflection>),
    /// Keep the call note.
    CallNote(TakeId, String),
    /// Add a note.
    AddNote(TakeId, f64, String),
    /// Remove a note.
    RemoveNote(TakeId, i64),
    /// Keep the scorecard.
    Scorecard(TakeId, Scorecard),
    /// Keep the scorecard to start from; the built-in one without.
    Template(Option<Scorecard>),
    /// Write a journal entry.
    WriteJournal(Option<TakeId>, String),
    /// Change an entry.
    EditJournal(i64, String),
    /// Remove an entry.
    DeleteJournal(i64),
    /// Search the journal.
    SearchJournal(String),
    /// Delete a take.
    DeleteTake(TakeId),
    /// Delete everything.
    DeleteAll,
    /// Mend or throw away what a crash left.
    Recover(Recoverable, bool),
    /// Save a debrief where the person chooses: the page, its recording, with voice metrics.
    ExportDebrief(Box<Debrief>, Box<Opened>, bool),
    /// Save a report where the person chooses.
    ExportReport(Box<Opened>, bool),
}

/// A call to be started.
#[derive(Clone, Debug)]
pub struct CallPlan {
    /// The scenario, or the one line of it that is tried again.
    pub scenario: Scenario,
    /// The take and line that this repeats.
    pub retry_of: Option<(TakeId, String)>,
    /// Devices, waits, ring.
    pub settings: Settings,
}

/// To the call in progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallDo {
    /// The hold button.
    Hold(bool),
    /// The agent is done.
    TurnDone,
    /// End.
    End,
    /// Go on with these devices: microphone, headphones.
    Resume(String, String),
}

/// What to analyze.
#[derive(Clone, Debug, PartialEq)]
pub enum AnalyzeWhat {
    /// A take of the library.
    Take(TakeId),
    /// A recording from elsewhere; without any channel the usual ones are assumed, and doubted where the words say so.
    File {
        /// Which.
        path: PathBuf,
        /// Channel of the customer.
        customer: Option<u16>,
        /// Channel of the agent.
        agent: Option<u16>,
    },
    /// The example call.
    Sample,
}
