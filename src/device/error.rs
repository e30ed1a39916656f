//! What can go wrong with sound devices, in sentences a person can act on.

use std::fmt;

/// Which half of a duplex stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The microphone.
    Input,
    /// Headphones or loudspeaker.
    Output,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Input => "microphone",
            Self::Output => "loudspeaker",
        })
    }
}

/// A stream could not be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DeviceError {
    /// There is none of that kind.
    #[error("no {0} was found; connect one and check that it is switched on in the system's sound settings")]
    None(Side),
    /// The chosen one is not there.
    #[error("the {side} \"{name}\" is not connected; connect it or choose another in the sound check")]
    NotFound {
        /// Which half.
        side: Side,
        /// As chosen.
        name: String,
    },
    /// Another program has it.
    #[error(
        "the {side} \"{name}\" is in use by another program; close that program (a call or a browser tab) or choose another device"
    )]
    Busy {
        /// Which half.
        side: Side,
        /// Of the device.
        name: String,
    },
    /// The system forbids it.
    #[error(
        "the system does not allow the use of the {side} \"{name}\"; allow it in the system's privacy settings, then start again"
    )]
    Denied {
        /// Which half.
        side: Side,
        /// Of the device.
        name: String,
    },
    /// The sound server does not answer.
    #[error(
        "the sound system does not answer; restart it (on Linux: `systemctl --user restart pipewire-pulse` or `pulseaudio -k`) or restart the computer"
    )]
    NoAnswer,
    /// Anything else.
    #[error(
        "the {side} \"{name}\" cannot be opened: {why}; unplug and reconnect it, or choose another device"
    )]
    Failed {
        /// Which half.
        side: Side,
        /// Of the device.
        name: String,
        /// What the system says.
        why: String,
    },
}

/// What happened to a running stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TroubleKind {
    /// The device was unplugged or switched off.
    Gone,
    /// The device is still listed but gives no sound: suspended, asleep, or its server hangs.
    Stalled,
    /// The microphone delivers nothing but exact zeros.
    Silent,
    /// Another program took it.
    Busy,
    /// The system forbids it.
    Denied,
    /// The system moved the sound to another device.
    Moved,
    /// Anything else.
    Failed,
}

/// Something is wrong with a running stream; the take so far is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Which half.
    pub side: Side,
    /// What happened.
    pub kind: TroubleKind,
    /// Whether the stream is dead: open a new one, perhaps with another device.
    pub fatal: bool,
    /// For the person, with the remedy.
    pub sentence: String,
}

impl Trouble {
    pub(super) fn new(side: Side, kind: TroubleKind, name: &str) -> Self {
        let what = match kind {
            TroubleKind::Gone => format!(
                "The {side} \"{name}\" was disconnected. Reconnect it or choose another device to go on."
            ),
            TroubleKind::Stalled => format!(
                "The {side} \"{name}\" stopped giving sound. It may be asleep or suspended: wake it, reconnect it, or \
                 choose another device to go on."
            ),
            TroubleKind::Silent => {
                format!("The microphone \"{name}\" gives nothing but zeros. {}", silent_cause())
            }
            TroubleKind::Busy => format!(
                "Another program took the {side} \"{name}\". Close it, or choose another device to go on."
            ),
            TroubleKind::Denied => format!(
                "The system does not allow the use of the {side} \"{name}\". Allow it in the privacy settings, then go on."
            ),
            TroubleKind::Moved => format!(
                "The system moved the sound away from the {side} \"{name}\". Check in the sound settings that the right \
                 device is in use."
            ),
            TroubleKind::Failed => {
                format!("The {side} \"{name}\" failed. Reconnect it or choose another device to go on.")
            }
        };
        let fatal = !matches!(kind, TroubleKind::Silent | TroubleKind::Moved);
        Self { side, kind, fatal, sentence: what }
    }

    /// With what the system said, for who has to find the cause.
    #[must_use]
    pub(super) fn because(mut self, said: &str) -> Self {
        self.sentence = format!("{} The sound system said: {}.", self.sentence, said.trim_end_matches('.'));
        self
    }
}

fn silent_cause() -> &'static str {
    if cfg!(target_os = "macos") {
        "Allow Evenkeel (or the terminal it runs in) under System Settings, Privacy & Security, Microphone."
    } else if cfg!(windows) {
        "Switch off its mute key, and allow desktop programs under Settings, Privacy, Microphone."
    } else {
        "Switch off its mute key, and check in the sound settings that it is not muted."
    }
}
