//! What the window shows, as plain data. Only `update` changes it.

mod call;
mod compare;
mod models;
mod opened;
mod settings;
mod shelf;

pub use call::{CallView, Meter, Ring};
pub use compare::{Compare, ComparedLine, Stretch};
pub use models::{Fetching, ModelRow, Models};
pub use opened::{EditWords, Feedback, Opened, OpenedKind, Panel, RetryTake};
pub use settings::{ALL_DEVICES, Look, Settings};
pub use shelf::{RecordingRow, RungRow, Shelf, TrendRow};

use crate::library::Hit;
use std::path::PathBuf;

/// Which screen is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Screen {
    /// The ladder of scenarios.
    #[default]
    Home,
    /// Devices, level, leakage.
    Sound,
    /// Before a call.
    Brief,
    /// A call in progress.
    Call,
    /// What the person thinks, before any number.
    Reflect,
    /// What came of it; any recording.
    Feedback,
    /// Two takes of one line.
    Compare,
    /// Takes, trends, journal.
    History,
    /// Opening recordings.
    Review,
    /// Settings.
    Settings,
}

/// Everything.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Which screen is shown.
    pub screen: Screen,
    /// How often another screen was gone to: each begins at its top.
    pub visit: u64,
    /// How many recordings were opened: the feedback on each begins at its top.
    pub openings: u64,
    /// Now, in seconds since 1970 (UTC).
    pub now: i64,
    /// Seconds since the window opened.
    pub clock_s: f64,
    /// What the person chose.
    pub settings: Settings,
    /// What the library holds; absent until it was read.
    pub shelf: Option<Shelf>,
    /// Asked for on the command line, opened as soon as the scenarios are there.
    pub straight_to: Option<String>,
    /// The home screen's search.
    pub search: String,
    /// The home screen's trade, all when empty.
    pub sector: String,
    /// The scenario of the brief.
    pub brief: Option<Brief>,
    /// The call in progress.
    pub call: Option<CallView>,
    /// Before the feedback.
    pub reflect: Reflect,
    /// An analysis in progress.
    pub work: Option<Work>,
    /// What is shown as feedback or under review.
    pub feedback: Option<Feedback>,
    /// Two takes.
    pub compare: Option<Compare>,
    /// A take that waits for another one to be compared with.
    pub compare_with: Option<crate::library::TakeId>,
    /// Opening recordings.
    pub review: Review,
    /// Takes, trends, journal.
    pub history: History,
    /// Devices, level, leakage.
    pub sound: Sound,
    /// What is playing.
    pub player: Player,
    /// One sentence at the bottom.
    pub notice: Option<Notice>,
    /// A question that must be answered first.
    pub ask: Option<Ask>,
    /// Recognizers.
    pub models: Models,
    /// What this installation's policy switches off; empty when nothing.
    pub policy: String,
    /// Whether the window is to close.
    pub closing: bool,
    /// The pacer after a hot call: breaths to go for and when it began.
    pub cool_down: Option<(u32, f64)>,
}

/// The brief of a scenario.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Brief {
    /// Scenario id.
    pub scenario: String,
    /// When the pacer was started, in seconds of the window's clock.
    pub pacer_from_s: Option<f64>,
}

/// "Reflect first".
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reflect {
    /// The take that it is about.
    pub take: Option<crate::library::TakeId>,
    /// Heat of the scenario.
    pub heat: u8,
    /// 1 to 5.
    pub rating: Option<u8>,
    /// An answer to each prompt.
    pub answers: [String; 2],
}

impl Reflect {
    /// Whether something was written that is not kept yet.
    pub fn has_words(&self) -> bool {
        self.answers.iter().any(|a| !a.trim().is_empty())
    }
}

/// An analysis in progress.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Work {
    /// Names it.
    pub id: u64,
    /// For people.
    pub title: String,
    /// 0 to 1.
    pub part: f64,
    /// Why it failed.
    pub failed: Option<String>,
    /// Whether its feedback is shown as soon as it is there.
    pub show: bool,
}

/// Opening recordings.
#[derive(Clone, Debug, Default)]
pub struct Review {
    /// A recording whose channels are to be told apart.
    pub asking: Option<RecordingRow>,
    /// Channel of the customer; `None` = nobody.
    pub customer: Option<u16>,
    /// Channel of the agent.
    pub agent: Option<u16>,
    /// Whether the person chose the channels; what nobody touched is an assumption that may be doubted.
    pub chosen: bool,
    /// The folder that was opened.
    pub folder: Option<PathBuf>,
    /// Recordings in it.
    pub rows: Vec<RecordingRow>,
    /// Why one could not be opened.
    pub refused: Option<String>,
}

/// Takes, trends, journal.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Which of its panels.
    pub panel: HistoryPanel,
    /// A new entry being written.
    pub draft: String,
    /// Journal search.
    pub search: String,
    /// What it found.
    pub hits: Vec<Hit>,
    /// An entry being changed: id and text.
    pub editing: Option<(i64, String)>,
    /// The trend shown.
    pub measure: usize,
}

/// Panels of the history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HistoryPanel {
    /// All takes.
    #[default]
    Takes,
    /// Each measure over time.
    Trends,
    /// Journal.
    Journal,
    /// Reframing and support.
    Cards,
    /// Retention, storage, deleting.
    Storage,
}

/// Devices, level, leakage.
#[derive(Clone, Debug, Default)]
pub struct Sound {
    /// Whether devices were asked for.
    pub listed: bool,
    /// All devices.
    pub devices: Vec<DeviceRow>,
    /// What keeps one from calling, in sentences.
    pub problems: Vec<String>,
    /// Whether the microphone is open.
    pub open: bool,
    /// Level now.
    pub meter: Meter,
    /// Loudest so far, dBFS.
    pub loudest_db: Option<f64>,
    /// Quietest so far, dBFS.
    pub floor_db: Option<f64>,
    /// Loudspeaker in the microphone, dB against what was played.
    pub leak_db: Option<f64>,
    /// Round trip, milliseconds.
    pub delay_ms: Option<f64>,
    /// Whether the test phrase is playing.
    pub testing: bool,
    /// Free talk: seconds recorded so far.
    pub talk_s: Option<f64>,
    /// What came of it.
    pub talk_done: Option<String>,
    /// What is wrong.
    pub trouble: Option<String>,
}

/// A microphone or a loudspeaker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceRow {
    /// Stable.
    pub id: String,
    /// For people.
    pub name: String,
    /// A microphone, otherwise a loudspeaker.
    pub is_input: bool,
    /// Used when nothing is chosen.
    pub is_default: bool,
    /// What is wrong with it.
    pub trouble: Option<String>,
}

/// What is playing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Player {
    /// Which recording.
    pub path: Option<PathBuf>,
    /// Where, seconds.
    pub at_s: f64,
    /// Whether it runs.
    pub playing: bool,
}

/// One sentence at the bottom.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// For people.
    pub text: String,
    /// Whether something went wrong.
    pub is_trouble: bool,
    /// When it was said, in seconds of the window's clock.
    pub since_s: f64,
}

/// A question that must be answered first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Delete a take with its recording?
    DeleteTake(crate::library::TakeId),
    /// Delete everything?
    DeleteAll,
    /// End the call?
    EndCall,
    /// Leave what was written before the numbers?
    DropWords,
}
