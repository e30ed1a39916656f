//! Samples in, numbers out: levels, pitch, effort, syllables, speech spans.

mod detect;
mod source;

pub use detect::SpeechDetector;
pub use source::{SampleSource, SourceError};
