//! What may be chosen for one analysis, and how it is watched.

use super::Channel;
use crate::call::{Facts, Span};
use crate::measure::voice::{Baseline, VoicePolicy};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What may be chosen for one analysis.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent choices of the person, one switch each")]
pub struct Options {
    /// The agent's channel.
    pub agent: Option<Channel>,
    /// The customer's channel.
    pub customer: Option<Channel>,
    /// What is known of the call beforehand.
    pub facts: Facts,
    /// Exact spans of played customer lines (a rehearsal); they overrule the detected ends. With each the heat of the line.
    pub lines: Vec<(Span, u8)>,
    /// Where the customer was on hold (a rehearsal): what was said there was not for them, and is not heard here.
    pub holds: Vec<Span>,
    /// How loud the sound check found the loudspeaker in the microphone, in dB against what was played; `None` = not at
    /// all, or not measured.
    pub leak_db: Option<f64>,
    /// The person's own voice; without one their calm turns serve.
    pub baseline: Option<Arc<Baseline>>,
    /// Leave card, account and phone numbers as they are.
    pub keep_numbers: bool,
    /// Of the recording.
    pub language: String,
    /// Run the recognizer.
    pub words: bool,
    /// Whether the rules know the language; otherwise nothing is heard in the words, and a warning says so.
    pub rules: bool,
    /// Whether the voice is measured.
    pub voice: VoicePolicy,
    /// Leave this machine's folders out of the result.
    pub relative: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            agent: None,
            customer: None,
            facts: Facts::default(),
            lines: Vec::new(),
            holds: Vec::new(),
            leak_db: None,
            baseline: None,
            keep_numbers: false,
            language: "en".to_owned(),
            words: true,
            rules: true,
            voice: VoicePolicy::On,
            relative: false,
        }
    }
}

/// How an analysis is watched and stopped.
#[derive(Clone)]
pub struct Watch<'a> {
    /// Told the part done, 0 to 1.
    pub progress: &'a (dyn Fn(f64) + Sync),
    /// Set it to stop within one pass of the recognizer.
    pub cancel: Arc<AtomicBool>,
}

impl Watch<'_> {
    /// Nobody watches, nothing stops it.
    pub fn unattended() -> Watch<'static> {
        Watch { progress: &|_| {}, cancel: Arc::default() }
    }

    /// Whether to stop.
    pub fn is_cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }
}
