//! What a person wants (from the views), what is to be done (to the workers), and what happened (from them).

use super::state::{
    DeviceRow, HistoryPanel, Look, Meter, ModelRow, Opened, Panel, RecordingRow, Ring, Screen, Settings,
    Shelf,
};
use super::widgets::TimelineView;
use crate::call::Analysis;
use crate::library::{Hit, Note, Recoverable, Reflection, Scorecard, TakeId};
use crate::rehearse::debrief::Debrief;
use crate::rehearse::{Correction, Phase, Scenario};
use std::path::PathBuf;

/// What a person wants.
#[derive(Clone, Debug, PartialEq)]
pub enum Msg {
    /// Another screen.
    Go(Screen),
    /// Esc.
    Back,
    /// Space: the main action of the screen.
    Main,
    /// R.
    Again,
    /// An arrow: seconds on the timeline.
    Step(f64),
    /// A text was typed.
    Typed(Field, String),
    /// Show one trade only; all when empty.
    Sector(String),
    /// Read the brief of a scenario.
    Brief(String),
    /// Start or stop the pacer.
    Pacer(bool),
    /// Stop cooling down.
    CoolDownDone,
    /// Start the call of a scenario.
    StartCall(String),
    /// The hold button.
    Hold(bool),
    /// The agent is done (Space).
    TurnDone,
    /// End the call, after a question.
    EndCall,
    /// Go on with the device that is chosen now.
    ResumeCall,
    /// How it went, 1 to 5.
    Rate(u8),
    /// Reflection done.
    Reflected,
    /// Feedback without reflection.
    SkipReflection,
    /// Stop the analysis.
    CancelWork,
    /// The example call.
    OpenSample,
    /// A take of the library.
    OpenTake(TakeId),
    /// Choose a recording on disk.
    PickFile,
    /// Choose a folder of recordings.
    PickFolder,
    /// Recordings or a folder were dropped or chosen.
    Dropped(Vec<PathBuf>),
    /// A recording of the folder.
    Ask(RecordingRow),
    /// Which channel is whose.
    Roles(Option<u16>, Option<u16>),
    /// Analyze the recording that was asked about.
    OpenAsked,
    /// Do not open it.
    DropAsked,
    /// Another part of the timeline.
    Show(TimelineView),
    /// Move the cursor.
    Seek(f64),
    /// Hear a stretch of what is open; to the end without one.
    Play(f64, Option<f64>),
    /// Hear a stretch of one of the compared takes.
    PlayOther(PathBuf, f64, f64),
    /// Stop or go on.
    PlayPause,
    /// Another panel.
    Panel(Panel),
    /// This was not there.
    Strike(usize),
    /// Take back the last correction.
    UndoCorrection,
    /// Correct the words of a turn.
    Edit(usize),
    /// Keep or drop the corrected words.
    EditDone(bool),
    /// Record this moment's reply again.
    RetryLine(f64),
    /// Compare with a line that was tried again.
    OpenCompare(TakeId),
    /// Add a note at a moment.
    AddNote(f64),
    /// Remove a note.
    RemoveNote(i64),
    /// Points on a line of the scorecard.
    Score(usize, Option<u8>),
    /// The remark or criterion of a line of the scorecard: line, whether the criterion, text.
    ScoreText(usize, bool, String),
    /// Whether voice metrics go into exports.
    ExportVoice(bool),
    /// Save the debrief.
    ExportDebrief,
    /// Save the report.
    ExportReport,
    /// A panel of the history.
    HistoryPanel(HistoryPanel),
    /// Which trend.
    Measure(usize),
    /// Write the journal entry.
    WriteJournal,
    /// Change an entry.
    EditJournal(i64),
    /// Keep or drop the changed entry.
    EditJournalDone(bool),
    /// Remove an entry.
    DeleteJournal(i64),
    /// Ask, then delete.
    Delete(TakeId),
    /// Ask, then delete everything.
    DeleteAll,
    /// The answer to the question.
    Answer(bool),
    /// Take what a crash left, or throw it away.
    Recover(Recoverable, bool),
    /// Close the notice.
    CloseNotice,
    /// Choose a microphone.
    Microphone(String),
    /// Choose headphones.
    Headphones(String),
    /// List devices again.
    ListDevices,
    /// Play the test phrase.
    TestPhrase,
    /// Begin or stop free talk.
    FreeTalk(bool),
    /// Not now.
    DeclineTalk,
    /// Light or dark.
    Look(Look),
    /// Text size.
    TextScale(f32),
    /// Patience of the customer.
    Patience(f64),
    /// The ring.
    Ring(bool),
    /// The voice.
    Voice(bool),
    /// Days that takes are kept.
    Retention(u32),
    /// Weights.
    Model(String),
}

/// A text that is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Search on the home screen.
    Search,
    /// Answer to a prompt of "reflect first".
    Reflection(usize),
    /// Corrected words.
    Words,
    /// A trainer's note.
    Note,
    /// The agent's note on the call.
    CallNote,
    /// A journal entry.
    Journal,
    /// Search in the journal.
    JournalSearch,
    /// An entry being changed.
    JournalEdit,
}

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
    /// Two takes of one line.
    LoadCompare {
        /// The whole call.
        call: TakeId,
        /// The retry.
        retry: TakeId,
    },
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
    /// Save a debrief where the person chooses.
    ExportDebrief(Box<Debrief>),
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
    /// A recording from elsewhere.
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

/// What happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// What the library holds.
    Shelf(Box<Shelf>, Option<Settings>),
    /// Weights, and what the policy switches off.
    Installed {
        /// Weights.
        models: Vec<ModelRow>,
        /// Empty when nothing is switched off.
        policy: String,
    },
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
    /// Two takes of one line, with the stretch of each.
    Compare {
        /// The customer's line.
        line: String,
        /// The whole call.
        before: Box<Opened>,
        /// Its stretch.
        before_span: (f64, f64),
        /// The retry.
        after: Box<Opened>,
        /// Its stretch.
        after_span: (f64, f64),
    },
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

/// Does the jobs. The real one has threads; tests have a scripted one.
pub trait Backend {
    /// Starts a job; never blocks.
    fn run(&mut self, job: Job);

    /// What happened since the last look.
    fn poll(&mut self) -> Vec<Event>;
}
