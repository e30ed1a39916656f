//! What the call machine is told, what it wants done, and where a call can be.

use crate::rehearse::log::Ended;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What happened; moments are samples at the analysis rate from the take's first sample.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The call starts.
    Begin {
        /// When.
        at: u64,
    },
    /// Time went on.
    Tick {
        /// The moment at which a line that is asked for now would sound.
        at: u64,
    },
    /// The line's first sample left the loudspeaker.
    LineStarted {
        /// Of [`Effect::PlayLine`].
        play: u32,
        /// When.
        at: u64,
    },
    /// The line's last sample left the loudspeaker.
    LineEnded {
        /// Of [`Effect::PlayLine`].
        play: u32,
        /// When.
        at: u64,
    },
    /// The agent began to speak.
    AgentOnset {
        /// When.
        at: u64,
    },
    /// The agent stopped speaking.
    AgentOffset {
        /// When.
        at: u64,
    },
    /// The words of the reply so far (all of them, not what is new).
    Words {
        /// As recognized.
        text: String,
        /// Up to which moment sound was recognized.
        through: u64,
    },
    /// What was heard in the reply so far.
    Heard {
        /// Ids of behaviors and hazards.
        ids: BTreeSet<String>,
        /// The voice left its band.
        unsteady: bool,
        /// Faster than the band allows.
        rushed: bool,
        /// Up to which moment sound was judged.
        through: u64,
    },
    /// The hold button.
    Hold {
        /// Pressed (or released).
        on: bool,
        /// When.
        at: u64,
    },
    /// The agent says that the turn is over (Space).
    TurnDone {
        /// When.
        at: u64,
    },
    /// The microphone or the loudspeaker is gone.
    DeviceLost {
        /// When.
        at: u64,
    },
    /// There is a device again.
    DeviceBack {
        /// When.
        at: u64,
    },
    /// The agent ends the call.
    End {
        /// When.
        at: u64,
    },
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Play a customer line from its start.
    PlayLine {
        /// To be given back in the events about it.
        play: u32,
        /// Line id.
        line: String,
    },
    /// Stop what is playing, at once.
    StopPlayback,
    /// Judge the reply now and answer with [`Event::Heard`]; the machine goes on without it after `judge_s`.
    JudgeReply {
        /// From.
        from: u64,
        /// To.
        to: u64,
    },
    /// Show this.
    Show(Phase),
    /// The call is over: close the take.
    Finish(Ended),
}

/// Where the call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Before [`Event::Begin`].
    Ready,
    /// The customer has the floor.
    Customer,
    /// The customer stopped on an unfinished "and ...".
    Trailing,
    /// The agent's turn.
    Agent,
    /// The agent's turn is over, and the next line is being chosen.
    Judging,
    /// The customer is on hold.
    Hold,
    /// There is no device; the take is kept and the call can go on.
    Lost,
    /// Over.
    Finished,
}
