//! What a call in progress tells, and what it can be told.

use super::Pace;
use crate::asr::AsrError;
use crate::call::{Timeline, Transcript};
use crate::device::Choice;
use crate::rehearse::{Phase, TakeLog};
use std::path::PathBuf;

/// What a call in progress can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// The hold button, pressed or released.
    Hold(bool),
    /// The agent says that the turn is over (Space).
    TurnDone,
    /// End the call.
    End,
    /// Go on with these devices.
    Resume(Choice),
}

/// Levels over the last stretch, in dB re full scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// Root mean square.
    pub rms_db: f64,
    /// Largest sample.
    pub peak_db: f64,
    /// Whether samples reached full scale.
    pub clipped: bool,
}

impl Default for Level {
    fn default() -> Self {
        Self { rms_db: -90.0, peak_db: -90.0, clipped: false }
    }
}

/// What a call in progress tells.
#[derive(Debug)]
pub enum LiveEvent {
    /// The devices are open and the recording runs: names of microphone and loudspeaker.
    Began {
        /// Microphone.
        microphone: String,
        /// Loudspeaker or headphones.
        loudspeaker: String,
    },
    /// Where the call is.
    Phase(Phase),
    /// The customer says this line now.
    Line {
        /// Line id.
        id: String,
        /// Its words.
        text: String,
        /// 1 to 5.
        heat: u8,
    },
    /// Levels and time, about twenty times a second.
    Meter {
        /// Seconds of the take.
        at_s: f64,
        /// Agent.
        agent: Level,
        /// Customer.
        customer: Level,
        /// Whether the agent is heard speaking.
        speaking: bool,
    },
    /// Pace and loudness of what is being said, about twice a second while the agent speaks.
    Pace(Pace),
    /// The words of the reply so far.
    Words {
        /// As recognized.
        text: String,
        /// How long the last piece took to recognize.
        decode_s: f64,
    },
    /// Something is wrong: what, with the remedy, and whether the call waits for a device.
    Trouble {
        /// For the person.
        sentence: String,
        /// Whether the call waits for [`Command::Resume`].
        waits: bool,
    },
    /// What was wrong is right again.
    Recovered,
    /// Samples that were lost because the machine was too busy; zeros stand in the take.
    Overflow(u64),
    /// The course so far: keep it with the take.
    Log(Box<TakeLog>),
    /// The call could not begin; there is no take.
    Failed(String),
    /// The call is over and the take closed.
    Ended(Box<Ended>),
}

/// A call that is over.
#[derive(Debug)]
pub struct Ended {
    /// Its course.
    pub log: TakeLog,
    /// The take: left the customer's lines as played, right the microphone.
    pub path: PathBuf,
    /// Its length.
    pub duration_s: f64,
    /// Words that were recognized while the call went on: where, and what.
    pub heard: Vec<(Timeline, Transcript)>,
    /// Why the recording stopped before the call did; what was recorded until then is kept.
    pub cut_short: Option<String>,
    /// The recognizer failed during the call: the lines were then chosen without words.
    pub words_failed: Option<AsrError>,
}
