//! Why a number of the voice may be wrong: said with it, never kept.

use super::{Baseline, MIN_VOICED_S, Mismatch, VoiceFeatures, VoiceFrame};
use crate::call::{BaselineKind, Metric};
use crate::signal::statistics;

/// Voiced speech below which a number is only a hint, seconds.
const ENOUGH_VOICED_S: f64 = 1.0;
/// Speech in the baseline below which it is only a hint, seconds.
const ENOUGH_BASELINE_S: f64 = 10.0;
/// Of the person's own turns there must be more, since which of them are calm is a guess: turns, and seconds of speech.
const ENOUGH_OWN_TURNS: u32 = 4;
const ENOUGH_OWN_S: f64 = 20.0;
/// Signal-to-noise ratio below which pitch and effort suffer, dB.
const ENOUGH_SNR_DB: f64 = 10.0;
/// Share of clipped samples above which the spectrum is bent.
const TOO_MUCH_CLIPPED: f64 = 0.002;

/// Reasons for doubt that concern every number made of these features.
pub(super) fn doubts_of_sound(features: &VoiceFeatures) -> Vec<String> {
    let mut out = Vec::new();
    let voiced = features.voiced_s();
    if voiced < ENOUGH_VOICED_S {
        out.push(format!("only {voiced:.1} s of voiced speech"));
    }
    if let Some(snr) = features.snr_db.filter(|s| *s < ENOUGH_SNR_DB) {
        out.push(format!("low signal-to-noise ratio ({snr:.0} dB)"));
    }
    if features.clipped > TOO_MUCH_CLIPPED {
        out.push(format!("clipped ({:.1} % of the speech is at the ceiling)", 100.0 * features.clipped));
    }
    if !sounds_like_speech(features) {
        out.push("does not sound like one person speaking".to_owned());
    }
    out
}

/// Reasons for doubt that come with comparing against this baseline.
pub(super) fn doubts_of_baseline(baseline: &Baseline, mismatch: Option<Mismatch>) -> Vec<String> {
    let mut out = Vec::new();
    if baseline.kind == BaselineKind::OwnTurns {
        let (turns, seconds) = (baseline.sources, baseline.speech_s);
        if turns < ENOUGH_OWN_TURNS || seconds < ENOUGH_OWN_S {
            out.push(format!(
                "no baseline was given, and the person's own calm turns are few ({turns}, {seconds:.0} s of speech)"
            ));
        }
    } else if baseline.speech_s < ENOUGH_BASELINE_S {
        out.push(format!("the baseline holds only {:.0} s of speech", baseline.speech_s));
    }
    out.extend(mismatch.map(|m| m.reason().to_owned()));
    out
}

/// A metric with all its doubts.
pub(super) fn doubted(metric: Metric, doubts: &[String]) -> Metric {
    doubts.iter().fold(metric, |metric, reason| metric.doubt(reason.clone()))
}

/// Why there is nothing to measure.
pub(super) fn too_little(features: &VoiceFeatures) -> Option<String> {
    let voiced = features.voiced_s();
    (voiced < MIN_VOICED_S).then(|| {
        if voiced == 0.0 {
            "no voiced speech".to_owned()
        } else {
            format!("too little speech ({voiced:.2} s voiced)")
        }
    })
}

/// Speech rises and falls in level with every syllable, and its pitch glides; tones, music and machines hold both.
fn sounds_like_speech(features: &VoiceFeatures) -> bool {
    let levels: Vec<f64> = features.frames.iter().map(|f| f.spectrum.level.db()).collect();
    let (Some(high), Some(low)) = (statistics::quantile(&levels, 0.9), statistics::quantile(&levels, 0.1))
    else {
        return false;
    };
    let semitone = |hz: f32| 12.0 * f64::from(hz).log2();
    // Frames whose pitch stays within a tenth of a semitone for 100 ms.
    let held = features
        .frames
        .windows(11)
        .filter(|w| {
            w[10].index - w[0].index == 10
                && w.iter().all(VoiceFrame::is_voiced)
                && w.iter().all(|f| (semitone(f.f0_hz) - semitone(w[0].f0_hz)).abs() < 0.1)
        })
        .count();
    let voiced = features.frames.iter().filter(|f| f.is_voiced()).count();
    let share = voiced as f64 / features.frames.len().max(1) as f64;
    high - low > 8.0 && (held as f64) < 0.3 * voiced as f64 && share > 0.05
}
