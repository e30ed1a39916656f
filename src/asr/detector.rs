//! Silero v6.2 through whisper.cpp: one probability of speech for every 32 ms.
//!
//! whisper.cpp clears the network's memory at each call, so a long source is read in blocks that begin
//! [`WARM_UP_SAMPLES`] earlier than what is kept of them: the probabilities do not depend on where a block begins, and
//! memory does not grow with the recording.

use std::path::{Path, PathBuf};

use whisper_rs::{WhisperVadContext, WhisperVadContextParams};

use crate::signal::{SampleSource, SourceError, SpeechDetector};

/// Samples behind one probability (fixed by the network).
const FRAME_SAMPLES: u64 = 512;
/// What is kept of one block: 30.72 s.
const BLOCK_SAMPLES: u64 = 960 * FRAME_SAMPLES;
/// Heard before a block so that the network's memory is filled: 2.05 s.
const WARM_UP_SAMPLES: u64 = 64 * FRAME_SAMPLES;

/// The speech detector could not be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DetectorError {
    /// The weights are missing or not what they should be.
    #[error("{0}: not a usable speech detector; `evenkeel models verify` says what is wrong with it")]
    Weights(PathBuf),
}

/// The neural speech detector. One thread: whisper.cpp's thread pool costs more than this small network.
#[derive(Debug)]
pub struct SileroDetector {
    context: WhisperVadContext,
}

impl SileroDetector {
    /// Loads the weights (ggml form, about 0.9 MB).
    pub fn open(weights: &Path) -> Result<Self, DetectorError> {
        let fail = || DetectorError::Weights(weights.to_path_buf());
        let path = weights.to_str().filter(|p| !p.contains('\0') && weights.is_file()).ok_or_else(fail)?;
        whisper_rs::install_logging_hooks();
        let mut params = WhisperVadContextParams::new();
        params.set_n_threads(1);
        params.set_use_gpu(false);
        let context = WhisperVadContext::new(path, params).map_err(|_| fail())?;
        Ok(Self { context })
    }
}

impl SpeechDetector for SileroDetector {
    fn frame_samples(&self) -> u64 {
        FRAME_SAMPLES
    }

    fn probabilities(&mut self, source: &dyn SampleSource) -> Result<Vec<f32>, SourceError> {
        let mut out = Vec::with_capacity(source.len().div_ceil(FRAME_SAMPLES) as usize);
        let mut samples = Vec::new();
        let mut at = 0;
        while at < source.len() {
            let from = at.saturating_sub(WARM_UP_SAMPLES);
            let end = (at + BLOCK_SAMPLES).min(source.len());
            samples.resize((end - from) as usize, 0.0);
            source.read_at(from, &mut samples)?;
            self.context
                .detect_speech(&samples)
                .map_err(|e| SourceError(format!("the speech detector failed at {} s: {e}", at / 16_000)))?;
            let skip = ((at - from) / FRAME_SAMPLES) as usize;
            out.extend_from_slice(self.context.probabilities().get(skip..).unwrap_or_default());
            at = end;
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detector() -> SileroDetector {
        SileroDetector::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("models/ggml-silero-v6.2.0.bin"))
            .unwrap()
    }

    #[test]
    fn silence_and_a_tone_are_not_speech_and_every_frame_has_a_probability() {
        let mut detector = detector();
        let tone: Vec<f32> = (0..40 * 16_000).map(|i| 0.2 * (i as f32 * 0.3).sin()).collect();
        for sound in [vec![0.0; 40 * 16_000], tone] {
            let p = detector.probabilities(&sound).unwrap();
            assert_eq!(p.len(), (40 * 16_000_usize).div_ceil(512));
            assert!(p.iter().skip(16).all(|p| *p < 0.3), "{p:?}");
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = SileroDetector::open(Path::new("no/such.bin")).unwrap_err().to_string();
        assert!(error.contains("no/such.bin"), "{error}");
    }
}
