//! The voice against its own baseline: features of the speech, the baseline, heat and steadiness, what hostile lines did,
//! and all of it in words. Differences only: pitch in semitones, levels in dB, and never the name of an emotion.

mod analyze;
mod baseline;
mod channel;
mod cues;
mod doubt;
mod explain;
mod features;
mod heat;
mod people;
mod pool;
mod provocation;
mod summary;

pub use analyze::{VoiceInput, VoicePolicy, analyze, baseline_warnings};
pub use baseline::Baseline;
pub use channel::{Channel, Mismatch};
pub use cues::{CUES, Cue, CueVector, Norm, cue_vector};
pub use explain::{
    audible_shift, baseline_words, explain_provocation, explain_shift, explain_voice, ordinal,
    provocation_numbers, shift_of_provocation, shift_of_voice,
};
pub use features::{ExtractOptions, VoiceFeatures, VoiceFrame};
pub use heat::{Heat, NEUTRAL_BAND};
pub use people::{TwoPitches, two_pitches};
pub use pool::Recorded;
pub use provocation::{CustomerLine, hostile_lines};
pub use summary::{Effort, Summary};

/// Less voiced speech than this has no heat, seconds.
pub const MIN_VOICED_S: f64 = 0.3;

#[cfg(test)]
mod tests;
