//! Samples in, numbers out: levels, pitch, effort, syllables, speech spans.

pub mod background;
pub mod bandwidth;
mod clicks;
mod detect;
pub mod edges;
mod effort;
pub mod envelope;
mod faint;
mod fft;
mod frame;
mod hearing;
mod histogram;
pub mod leakage;
mod loudness;
mod near;
mod pitch;
mod quality;
mod refine;
mod slope;
mod source;
pub mod speech;
pub mod statistics;
mod syllables;
mod toeplitz;

pub use detect::SpeechDetector;
pub use effort::{
    BANDS, Bandwidth, FrameSpectrum, Level, SpectrumAnalyzer, edge_hz, effort_from_spectrum_db,
    loudness_gain, without_noise,
};
pub use histogram::LevelHistogram;
pub use loudness::{LoudnessBlock, gated_loudness, loudness_blocks};
pub use pitch::{HOP, PitchFrame, PitchTracker};
pub use slope::mean_absolute_slope;
pub use source::{SampleSource, SourceError};
pub use syllables::{syllable_nuclei, vowel_intensity_db};

#[cfg(test)]
mod synthetic;
