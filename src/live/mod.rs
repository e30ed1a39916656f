//! A call in progress with real sound: between the devices, the recognizer and the pure call machine.
//!
//! [`CallSession`] is the named thread that owns everything; [`Session`] is the same without a thread, one step a poll,
//! which tests drive on a virtual clock. The microphone's own samples are the clock of the take: every moment of the
//! call machine, the two channels on disk and the log count them from the first.
//!
//! device events → [`tape`] and [`take`] (on disk) → [`ear`] (speech edges) → [`listener`] (words, behaviors, while the
//! agent still speaks) → `rehearse::Call` → prompts.

mod clock;
mod ear;
mod error;
mod events;
mod hearing;
mod leak;
mod listener;
mod meter;
mod recall;
mod reply;
mod ring;
mod script;
mod session;
mod setup;
mod take;
mod tape;
mod thread;

pub use error::LiveError;
pub use events::{Command, Ended, Level, LiveEvent};
pub use hearing::Hearing;
pub use recall::{Remembered, Steady, know_take};
pub use ring::Pace;
pub use script::{ReadyLine, Script};
pub use session::Session;
pub use setup::{Opener, Setup};
pub use thread::{CallSession, drive};
