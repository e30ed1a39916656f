//! Delivery and voice metrics from spans, words and samples: who had the floor, how a turn began, pauses, pace.
//! Definitions: `docs/metrics.md`. Every threshold is a field of [`Limits`], read from the rubric.

mod delivery;
mod floor;
mod ipu;
mod limits;
mod responses;
mod silence;
mod turn_taking;
pub mod voice;
mod wording;

pub use delivery::delivery;
pub use limits::{Bands, Limits};
pub use silence::{SilentPause, dead_air};
pub use turn_taking::{BargeIn, SpeakerTurn, Talk, TurnTaking, WordsOf, turn_taking};
pub use wording::{plain_word, turns_with_words};
