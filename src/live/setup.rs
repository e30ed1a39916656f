//! Everything that a call needs.

use super::Script;
use super::hearing::Hearing;
use crate::analyze::Recognizer;
use crate::coach::Rubric;
use crate::device::{AudioIo, Choice, DeviceError};
use crate::measure::voice::Baseline;
use crate::signal::SpeechDetector;
use crate::words::Rules;
use std::path::PathBuf;
use std::sync::Arc;

/// Opens the devices: the real ones, or those of a test.
pub type Opener = Box<dyn FnMut(&Choice) -> Result<Box<dyn AudioIo + Send>, DeviceError> + Send>;

/// Everything that a call needs.
pub struct Setup {
    /// What is played.
    pub script: Arc<Script>,
    /// Where the take goes; the file must not exist.
    pub take: PathBuf,
    /// Which devices.
    pub choice: Choice,
    /// Opens them.
    pub opener: Opener,
    /// Says whether somebody speaks.
    pub detector: Box<dyn SpeechDetector + Send>,
    /// Says what; without one the lines follow what is known without words.
    pub recognizer: Option<Arc<dyn Recognizer>>,
    /// Hears behaviors in it.
    pub rules: Arc<Rules>,
    /// Bands of pace and heat.
    pub rubric: Arc<Rubric>,
    /// The person's own voice.
    pub baseline: Option<Arc<Baseline>>,
    /// Two-letter code.
    pub language: String,
    /// Leakage of the loudspeaker into the microphone as the sound check measured it, in dB against what was played.
    pub leak_db: Option<f64>,
    /// When words are recognized.
    pub hearing: Hearing,
    /// Recognize on a thread of its own; otherwise at once, for tests on a virtual clock.
    pub threaded: bool,
}
