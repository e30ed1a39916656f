//! Samples in, numbers out: levels, pitch, effort, syllables, speech spans.

pub mod background;
mod detect;
pub mod edges;
pub mod envelope;
mod fft;
pub mod leakage;
mod source;
pub mod speech;
mod toeplitz;

pub use detect::SpeechDetector;
pub use source::{SampleSource, SourceError};
