//! What an analysis needs besides the recording: detector, recognizer, rules, rubric. One per worker thread.

use super::Watch;
use crate::asr::{self, AsrError, Transcriber};
use crate::call::{Timeline, Transcript};
use crate::coach::Rubric;
use crate::signal::{SampleSource, SpeechDetector};
use crate::words::Rules;
use std::sync::Arc;

/// Somebody's sound and when they speak in it.
pub type Person<'a> = (&'a dyn SampleSource, &'a Timeline);

/// Words inside detected speech. The real one is Whisper in `asr`; tests have a written one.
pub trait Recognizer: Send + Sync {
    /// What the report names as the model.
    fn name(&self) -> &str;

    /// Recognizes the speech of several people, in their order.
    fn transcribe(&self, people: &[Person<'_>], ask: &Ask<'_>) -> Result<Vec<Transcript>, AsrError>;
}

/// How speech is to be recognized.
#[derive(Clone)]
pub struct Ask<'a> {
    /// Two-letter code.
    pub language: &'a str,
    /// Told the part of the recognizing that is done; stops it.
    pub watch: Watch<'a>,
    /// Words that come late are worth nothing: what looks doubtful is not tried again.
    pub soon: bool,
}

/// Several people through Whisper, each window in so many threads (see [`asr::Options::window_threads`]).
pub(crate) fn whisper(
    transcriber: &Transcriber,
    people: &[Person<'_>],
    ask: &Ask<'_>,
    window_threads: Option<usize>,
) -> Result<Vec<Transcript>, AsrError> {
    let channels: Vec<asr::Channel> =
        people.iter().map(|(source, speech)| asr::Channel { source: *source, speech }).collect();
    let progress = |part| (ask.watch.progress)(f64::from(part));
    let options = asr::Options {
        language: ask.language,
        cancel: ask.watch.cancel.clone(),
        progress: Some(&progress),
        second_try: !ask.soon,
        window_threads,
        ..asr::Options::default()
    };
    transcriber.transcribe_all(&channels, &options)
}

impl Recognizer for Transcriber {
    fn name(&self) -> &str {
        Transcriber::name(self)
    }

    fn transcribe(&self, people: &[Person<'_>], ask: &Ask<'_>) -> Result<Vec<Transcript>, AsrError> {
        whisper(self, people, ask, None)
    }
}

/// Everything that stays the same from recording to recording. Each worker thread has its own detector and shares the rest.
pub struct Engine {
    /// Whether somebody speaks; one for each channel, which are listened to side by side.
    pub detectors: [Box<dyn SpeechDetector + Send>; 2],
    /// What the report names as the detector.
    pub detector_name: String,
    /// What they say; `None` without weights or with `--no-words`.
    pub recognizer: Option<Arc<dyn Recognizer>>,
    /// What the words do.
    pub rules: Arc<Rules>,
    /// How it is judged.
    pub rubric: Arc<Rubric>,
}
