//! What a person wants (from the views), what is to be done (to the workers), and what happened (from them).

mod event;
mod job;

pub use event::{CallEvent, Event, SoundEvent};
pub use job::{AnalyzeWhat, CallDo, CallPlan, Job};

use super::state::{HistoryPanel, Look, Panel, RecordingRow, Screen};
use super::widgets::TimelineView;
use crate::library::{Recoverable, TakeId};
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
    /// Analyze the recording under review again, customer and agent the other way round.
    SwapRoles,
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
    /// Hear a side of the comparison from the beginning of the line.
    PlaySide(usize),
    /// S: the other side of the comparison, at the same place.
    Switch,
    /// Another line of the comparison.
    CompareLine(usize),
    /// Remember a take, or compare it with the one that is remembered; forget it when it is the same.
    CompareMark(TakeId),
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
    /// Compare what is open with another take.
    OpenCompare(TakeId),
    /// Add a note at a moment.
    AddNote(f64),
    /// Remove a note.
    RemoveNote(i64),
    /// Points on a line of the scorecard.
    Score(usize, Option<u8>),
    /// The remark or criterion of a line of the scorecard: line, whether the criterion, text.
    ScoreText(usize, bool, String),
    /// Start from this scorecard from now on, or from the built-in one.
    KeepTemplate(bool),
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
    /// The recognizer to use.
    Model(String),
    /// Fetch, check or remove a recognizer.
    Models(ModelDo),
    /// Show all recognizers.
    AllModels(bool),
}

/// What is to be done with recognizers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelDo {
    /// Fetch.
    Get(String),
    /// Stop fetching.
    Stop,
    /// Check every byte.
    Verify(String),
    /// Remove.
    Remove(String),
    /// Load it and use it from now on.
    Use(String),
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

/// Does the jobs. The real one has threads; tests have a scripted one.
pub trait Backend {
    /// Starts a job; never blocks.
    fn run(&mut self, job: Job);

    /// What happened since the last look.
    fn poll(&mut self) -> Vec<Event>;
}
