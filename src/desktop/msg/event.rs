//! What happened, told by a worker.

use crate::call::Analysis;
use crate::desktop::state::{
    Compare, DeviceRow, Fetching, Meter, ModelRow, Opened, RecordingRow, Ring, Settings, Shelf,
};
use crate::library::{Hit, Note, TakeId};
use crate::rehearse::{Correction, Phase};
use std::path::PathBuf;

/// What happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// What the library holds.
    Shelf(Box<Shelf>, Option<Settings>),
    /// What the policy switches off; empty when nothing.
    Policy(String),
    /// Recognizers, and where they come from.
    Models(Vec<ModelRow>, String),
    /// How far a recognizer is fetched; `None` when that is over.
    Fetching(Option<Fetching>),
    /// Something to say about a recognizer: name, text, whether something went wrong.
    ModelSaid(String, String, bool),
    /// What came of choosing a recognizer: which was wanted, which is in use, and why it is another one.
    ModelInUse(String, String, Option<String>),
    /// All devices and what keeps one from calling.
    Devices(Vec<DeviceRow>, Vec<String>),
    /// From the sound check.
    Sound(SoundEvent),
    /// From the call.
    Call(CallEvent),
    /// How far an analysis is.
    Progress(u64, f64),
    /// An analysis is there.
    Analyzed(u64, Box<Opened>),
    /// An analysis failed or was stopped.
    AnalysisFailed(u64, String),
    /// A take that was analyzed before.
    Opened(Box<Opened>),
    /// With corrections.
    Recomputed(Box<Analysis>, Vec<Correction>),
    /// What was found at the paths that were dropped: a folder or recordings, or why not.
    Inspected {
        /// The folder.
        folder: Option<PathBuf>,
        /// Recordings.
        rows: Vec<RecordingRow>,
        /// Why one could not be opened.
        refused: Option<String>,
    },
    /// Chosen in a dialog.
    Picked(Vec<PathBuf>),
    /// Two takes.
    Compare(Box<Compare>),
    /// Where the player is.
    Player {
        /// Of this recording.
        path: PathBuf,
        /// Seconds.
        at_s: f64,
        /// Whether it runs.
        playing: bool,
    },
    /// The notes of the open take.
    Notes(TakeId, Vec<Note>),
    /// What the journal's search found.
    Hits(String, Vec<Hit>),
    /// Something to say.
    Said(String),
    /// Something went wrong.
    Failed(String),
    /// The window is to close (SIGTERM).
    Terminate,
}

/// From the sound check.
#[derive(Clone, Debug, PartialEq)]
pub enum SoundEvent {
    /// The microphone is open.
    Open,
    /// Its level.
    Level(Meter),
    /// Background without speech, dBFS.
    Floor(f64),
    /// The test phrase is over: leakage in dB against what was played (absent when none was found), delay in ms.
    Tested(Option<f64>, Option<f64>),
    /// Seconds of free talk.
    Talk(f64),
    /// What came of the free talk.
    TalkDone(String),
    /// What is wrong.
    Trouble(String),
    /// Closed.
    Closed,
}

/// From the call.
#[derive(Clone, Debug, PartialEq)]
pub enum CallEvent {
    /// The devices are open and the recording runs.
    Began,
    /// Where the call is.
    Phase(Phase),
    /// The customer says this.
    Line(String),
    /// Levels and time.
    Meter {
        /// Seconds on disk.
        at_s: f64,
        /// Agent.
        agent: Meter,
        /// Customer.
        customer: Meter,
        /// Whether the agent is heard speaking.
        speaking: bool,
    },
    /// Pace and loudness.
    Ring(Ring),
    /// A device: sentence, and whether the call waits.
    Trouble(String, bool),
    /// It works again.
    Recovered,
    /// Over; the take is whole.
    Ended {
        /// Its row.
        take: TakeId,
        /// Length.
        duration_s: f64,
    },
    /// It could not begin, or be kept.
    Failed(String),
}
