//! What a speech detector must offer; the neural one lives in `asr`, a synthetic one in tests.

use super::{SampleSource, SourceError};

/// One probability of speech for each frame of [`SpeechDetector::frame_samples`] samples.
pub trait SpeechDetector {
    /// Samples at the analysis rate behind one probability.
    fn frame_samples(&self) -> u64;

    /// Probabilities 0 to 1 over the whole source, read in blocks; the last frame may be padded with silence.
    fn probabilities(&mut self, source: &dyn SampleSource) -> Result<Vec<f32>, SourceError>;
}
