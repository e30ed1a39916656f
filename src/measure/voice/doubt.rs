//! Why a number of the voice may be wrong: said with it, never kept.

use super::{Baseline, MIN_VOICED_S, Mismatch, VoiceFeatures, VoiceFrame};
use crate::call::{BaselineKind, Metric, Span, Timeline, seconds_to_samples};
use crate::signal::{Bandwidth, statistics};

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
// Of 336 recordings of one person each (`docs/quality.md`), 36 % of the phonation was voiced in the one with the least; in
// a whisper 16 %.
const HARDLY_VOICED: f64 = 0.25;
/// Share of the voiced frames in or beside what the detector takes for speech: at least 0.2 of a person, none of music.
const HARDLY_HEARD: f64 = 0.1;
/// What counts as beside it, seconds.
const BESIDE_S: f64 = 0.3;
/// Voiced share of the phonation from which on a voice is expected to be clear, the periodicity it has then (the least of
/// 210 such recordings: 0.79), and the range of its level, dB (the least: 19).
const FILLED: f64 = 0.7;
const UNCLEAR: f64 = 0.78;
const LEVEL_STAYS_DB: f64 = 16.0;

/// Reasons for doubt that concern every number made of these features; `speech` is where somebody was heard speaking,
/// where that is known.
pub(super) fn doubts_of_sound(features: &VoiceFeatures, speech: Option<&Timeline>) -> Vec<String> {
    let mut out: Vec<String> = short(features.voiced_s()).into_iter().collect();
    if let Some(snr) = features.snr_db.filter(|s| *s < ENOUGH_SNR_DB) {
        out.push(format!("low signal-to-noise ratio ({snr:.0} dB)"));
    }
    if features.clipped > TOO_MUCH_CLIPPED {
        out.push(format!("clipped ({:.1} % of the speech is at the ceiling)", 100.0 * features.clipped));
    }
    out.extend(not_one_voice(features, speech));
    out
}

/// Why so much voiced speech, in seconds, gives a hint only.
pub(super) fn short(voiced_s: f64) -> Option<String> {
    (voiced_s < ENOUGH_VOICED_S).then(|| format!("only {voiced_s:.1} s of voiced speech"))
}

/// Why this is not one person speaking with a voice.
pub(super) fn not_one_voice(features: &VoiceFeatures, speech: Option<&Timeline>) -> Option<String> {
    let share = voiced_share(features);
    if !sounds_like_speech(features) {
        return Some("does not sound like one person speaking".to_owned());
    }
    if speech.is_some_and(|speech| share_in(features, speech) < HARDLY_HEARD) {
        return Some("hardly anything of it was taken for speech".to_owned());
    }
    if share < HARDLY_VOICED {
        return Some(format!("hardly voiced ({:.0} % of the speech), as in a whisper", 100.0 * share));
    }
    several_voices(features, share).then(|| "several voices at once, or a loud or echoing room".to_owned())
}

/// Share of the phonation that is voiced.
fn voiced_share(features: &VoiceFeatures) -> f64 {
    let phonated = features.frames.iter().filter(|f| f.phonated).count();
    features.frames.iter().filter(|f| f.is_voiced()).count() as f64 / phonated.max(1) as f64
}

/// Share of the voiced frames in or beside the speech.
fn share_in(features: &VoiceFeatures, speech: &Timeline) -> f64 {
    let beside = seconds_to_samples(BESIDE_S);
    let spans = speech.spans().iter();
    let near: Timeline =
        spans.filter_map(|s| Span::new(s.start().saturating_sub(beside), s.end() + beside)).collect();
    let voiced = || features.frames.iter().filter(|f| f.is_voiced());
    let inside = voiced().filter(|f| near.is_speech_at(f.center())).count();
    inside as f64 / voiced().count().max(1) as f64
}

/// Others who talk fill the consonants and pauses of a voice with voicing, while they take away its periodicity or its
/// rises and falls in level. One voice, rough or in noise, loses voicing with its periodicity.
fn several_voices(features: &VoiceFeatures, voiced_share: f64) -> bool {
    let levels: Vec<f64> = features.frames.iter().map(|f| f.spectrum.level.db()).collect();
    let voiced = features.frames.iter().filter(|f| f.is_voiced());
    let periodicity: Vec<f64> = voiced.map(|f| f64::from(f.periodicity)).collect();
    let (Some(high), Some(low), Some(periodicity)) = (
        statistics::quantile(&levels, 0.9),
        statistics::quantile(&levels, 0.1),
        statistics::median(&periodicity),
    ) else {
        return false;
    };
    voiced_share > FILLED && (periodicity < UNCLEAR || high - low < LEVEL_STAYS_DB)
}

/// Reasons for doubt that come with comparing against this baseline.
pub(super) fn doubts_of_baseline(baseline: &Baseline, mismatch: Option<Mismatch>) -> Vec<String> {
    let mut out = Vec::new();
    if baseline.kind == BaselineKind::OwnTurns {
        let (turns, seconds) = (baseline.sources, baseline.speech_s);
        if turns < ENOUGH_OWN_TURNS || seconds < ENOUGH_OWN_S {
            out.push(format!("the person's own calm turns are few ({turns}, {seconds:.0} s of speech)"));
        }
    } else if baseline.speech_s < ENOUGH_BASELINE_S {
        out.push(format!("the baseline holds only {:.1} s of speech", baseline.speech_s));
    }
    out.extend(baseline.doubts.iter().map(|doubt| format!("of the baseline: {doubt}")));
    out.extend(mismatch.map(|m| m.reason().to_owned()));
    out
}

/// Reasons for doubt that concern most of what a baseline is made of.
pub(super) fn doubts_of_baselines(recordings: &[&VoiceFeatures]) -> Vec<String> {
    let share = |of: &dyn Fn(&VoiceFeatures) -> f64| -> f64 {
        let all: f64 = recordings.iter().map(|r| r.voiced_s()).sum();
        recordings.iter().map(|r| of(r) * r.voiced_s()).sum::<f64>() / all.max(1e-9)
    };
    let mut out = Vec::new();
    let noisy = |r: &VoiceFeatures| f64::from(u8::from(r.snr_db.is_some_and(|s| s < ENOUGH_SNR_DB)));
    if share(&noisy) > 0.5 {
        out.push("low signal-to-noise ratio".to_owned());
    }
    let clipped = share(&|r| r.clipped);
    if clipped > TOO_MUCH_CLIPPED {
        out.push(format!("clipped ({:.1} % of the speech is at the ceiling)", 100.0 * clipped));
    }
    let telephone = share(&|r| f64::from(u8::from(r.bandwidth == Bandwidth::Telephone)));
    if telephone > 0.0 && telephone < 1.0 {
        out.push("some of its recordings are telephone-band and some are not".to_owned());
    }
    out
}

/// A metric with all its doubts.
pub(super) fn doubted(metric: Metric, doubts: &[String]) -> Metric {
    doubts.iter().fold(metric, |metric, reason| metric.doubt(reason.clone()))
}

/// Why so much voiced speech, in seconds, gives no number.
pub(super) fn too_little(voiced_s: f64) -> Option<String> {
    (voiced_s < MIN_VOICED_S).then(|| {
        if voiced_s == 0.0 {
            "no voiced speech".to_owned()
        } else {
            format!("too little speech ({voiced_s:.2} s voiced)")
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
