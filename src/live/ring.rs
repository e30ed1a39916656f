//! Pace and loudness of the last seconds against the person's own, for the calm ring.

use crate::call::{Span, Timeline};
use crate::measure::voice::{Baseline, Cue, ExtractOptions, Summary, VoiceFeatures};
use crate::signal::{Bandwidth, SampleSource};

/// What is looked at: the last 4 s.
const WINDOW: u64 = 64_000;
/// Less voice than this says nothing, in seconds.
const VOICED_S: f64 = 0.8;

/// Pace and loudness against the person's own.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pace {
    /// Articulation rate over the own one, less 1: 0.1 = a tenth faster.
    pub rate: Option<f64>,
    /// Louder than the own, LU.
    pub loudness_lu: Option<f64>,
}

/// Of the speech in the last seconds; `None` when there is too little.
pub fn measure(tape: &dyn SampleSource, speech: &Timeline, baseline: &Baseline) -> Option<Pace> {
    let now = tape.len();
    let speech = speech.crop(Span::new(now.saturating_sub(WINDOW), now)?);
    let features = VoiceFeatures::extract(tape, &speech, ExtractOptions::default()).ok()?;
    let summary = Summary::of(&features, features.extent()?).filter(|s| s.voiced_s >= VOICED_S)?;
    let rate = rate_shift(&summary, features.bandwidth, baseline);
    let loudness = summary.loudness_lufs.zip(baseline.norm(Cue::Loudness, features.bandwidth));
    let loudness_lu = loudness.filter(|_| baseline.loudness_trust >= 0.5).map(|(l, own)| l - own.center);
    Some(Pace { rate, loudness_lu })
}

/// Articulation rate over the own one, less 1.
pub fn rate_shift(summary: &Summary, band: Bandwidth, baseline: &Baseline) -> Option<f64> {
    let own = baseline.norm(Cue::Rate, band)?;
    Some(summary.articulation_rate_sps()? / own.center.exp2() - 1.0)
}
