//! Tests on synthetic voices whose pitch, level, effort and syllables are known.

mod baselines;
mod doubts;
mod provocations;

use super::*;
use crate::call::{BaselineKind, Confidence, Response, Span, Timeline, Voice};
use crate::signal::{SampleSource, SourceError};

/// A voice: harmonics with a spectral slope, syllables that rise and fall, a pitch that glides.
#[derive(Clone, Copy)]
struct Speaker {
    pitch_hz: f64,
    /// Semitones to each side.
    glide_st: f64,
    /// dB an octave.
    slope_db: f64,
    gain: f64,
    syllables_per_s: f64,
}

const CALM: Speaker =
    Speaker { pitch_hz: 120.0, glide_st: 2.5, slope_db: -10.0, gain: 0.05, syllables_per_s: 4.0 };

const HOT: Speaker =
    Speaker { pitch_hz: 175.0, glide_st: 3.5, slope_db: -6.0, gain: 0.15, syllables_per_s: 5.0 };

/// Deterministic noise, -1 to 1.
fn noise(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as f64 / f64::from(1u32 << 30)) - 1.0
    }
}

fn speak(speaker: Speaker, seconds: f64, seed: u64) -> Vec<f32> {
    let mut random = noise(seed);
    let drift = 0.5 * random();
    let mut phase = 0.0;
    let gains: Vec<f64> =
        (1..=60).map(|k| 10f64.powf(speaker.slope_db * f64::from(k).log2() / 20.0)).collect();
    (0..(seconds * 16_000.0) as usize)
        .map(|i| {
            let t = i as f64 / 16_000.0;
            let st = speaker.glide_st * (std::f64::consts::TAU * 0.7 * t + seed as f64).sin() + drift;
            let f0 = speaker.pitch_hz * (st / 12.0).exp2();
            phase += f0 / 16_000.0;
            let rise = (std::f64::consts::PI * speaker.syllables_per_s * t).sin().powi(2);
            let harmonics = gains.iter().take((7000.0 / f0) as usize).enumerate();
            let value: f64 =
                harmonics.map(|(k, g)| g * (std::f64::consts::TAU * (k + 1) as f64 * phase).sin()).sum();
            (speaker.gain * (0.03 + 0.97 * rise) * value + 2e-4 * random()) as f32
        })
        .collect()
}

fn features(samples: &Vec<f32>) -> VoiceFeatures {
    let whole: Timeline = Span::new(0, samples.len() as u64).into_iter().collect();
    VoiceFeatures::extract(samples, &whole, ExtractOptions::default()).unwrap()
}

fn baseline() -> Baseline {
    let recordings: Vec<VoiceFeatures> = (0u8..5)
        .map(|i| {
            features(&speak(
                Speaker { gain: 0.05 * f64::from(10 + i) / 12.0, ..CALM },
                3.0,
                10 + u64::from(i),
            ))
        })
        .collect();
    Baseline::from_recordings(BaselineKind::Given, &recordings.iter().collect::<Vec<_>>()).unwrap()
}

fn input<'a>(agent: &'a VoiceFeatures, baseline: Option<&'a Baseline>) -> VoiceInput<'a> {
    VoiceInput {
        agent,
        speech: None,
        turns: &[],
        baseline,
        customer: &[],
        customer_voice: None,
        responses: &[],
        policy: &VoicePolicy::On,
    }
}

fn measured(samples: &Vec<f32>, baseline: &Baseline) -> Voice {
    analyze(&input(&features(samples), Some(baseline)))
}

/// A call of four exchanges: the agent is provoked by the third line and calm again by the end of that turn.
fn call() -> (Vec<f32>, Vec<Span>, Vec<CustomerLine>) {
    let (mut samples, mut turns, mut lines) = (Vec::new(), Vec::new(), Vec::new());
    for i in 0u8..4 {
        let from = samples.len() as u64;
        samples.extend(vec![0.0; 32_000]);
        lines.push(CustomerLine {
            span: Span::new(from, from + 30_000).unwrap(),
            heat: Some(if i == 2 { 4 } else { 1 }),
        });
        let start = samples.len() as u64;
        if i == 2 {
            samples.extend(speak(HOT, 5.0, 60));
        }
        samples.extend(speak(CALM, 6.0, 70 + u64::from(i)));
        turns.extend(Span::new(start, samples.len() as u64));
    }
    (samples, turns, lines)
}

#[test]
fn pitch_and_syllables_of_a_known_voice_are_found() {
    for pitch_hz in [95.0, 140.0, 220.0, 330.0] {
        let samples = speak(Speaker { pitch_hz, glide_st: 1.0, ..CALM }, 4.0, 3);
        let features = features(&samples);
        let summary = Summary::of(&features, features.extent().unwrap()).unwrap();
        let expected = 12.0 * (pitch_hz / 100.0_f64).log2();
        assert!((summary.pitch_st - expected).abs() < 0.8, "{pitch_hz}: {} for {expected}", summary.pitch_st);
        assert!((15..=17).contains(&summary.syllables), "{pitch_hz}: {} syllables", summary.syllables);
    }
}

#[test]
fn pauses_stay_pauses_in_noise() {
    let mut clean = speak(CALM, 3.0, 3);
    clean.extend([0.0; 16_000]);
    clean.extend(speak(CALM, 2.0, 4));
    let rms = (clean.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>() / clean.len() as f64).sqrt();
    for (snr_db, tolerance_s) in [(f64::INFINITY, 0.1), (20.0, 0.15), (10.0, 0.4)] {
        let mut random = noise(5);
        let gain = rms * 3f64.sqrt() * 10f64.powf(-snr_db / 20.0);
        let noisy = clean.iter().map(|v| v + (gain * random()) as f32).collect();
        let features = features(&noisy);
        let summary = Summary::of(&features, features.extent().unwrap()).unwrap();
        assert!((summary.phonation_s - 5.0).abs() < tolerance_s, "{snr_db} dB: {}", summary.phonation_s);
    }
}

#[test]
fn the_same_voice_is_at_the_center_of_its_baseline() {
    let voice = measured(&speak(CALM, 4.0, 99), &baseline());
    assert!(voice.heat.value.unwrap().abs() < 1.5, "{:?}", voice.heat);
    assert!(voice.steadiness.value.unwrap() > 90.0);
    assert_eq!(voice.baseline, BaselineKind::Given);
}

#[test]
fn a_raised_voice_is_hot_and_each_shift_says_by_how_much() {
    let voice = measured(&speak(HOT, 4.0, 7), &baseline());
    assert!(voice.heat.value.unwrap() > 4.0, "{:?}", voice.heat);
    assert!(voice.steadiness.value.unwrap() < 60.0);
    assert!((voice.pitch_st.value.unwrap() - 6.5).abs() < 1.5, "{:?}", voice.pitch_st);
    assert!(voice.loudness_lu.value.unwrap() > 8.0 && voice.vocal_effort_db.value.unwrap() > 4.0);
    assert!((voice.rate_shift.value.unwrap() - 0.25).abs() < 0.1, "{:?}", voice.rate_shift);
    assert!(explain_voice(&voice).unwrap().contains("semitones above your own"));
}

#[test]
fn a_lower_softer_voice_is_negative_and_a_monotone_one_is_not_steady() {
    let quiet = measured(
        &speak(Speaker { pitch_hz: 105.0, slope_db: -14.0, gain: 0.012, ..CALM }, 4.0, 7),
        &baseline(),
    );
    assert!(quiet.heat.value.unwrap() < -1.0, "{:?}", quiet.heat);
    let calm = measured(&speak(CALM, 4.0, 8), &baseline());
    let monotone = measured(&speak(Speaker { glide_st: 0.0, ..CALM }, 4.0, 8), &baseline());
    assert!(
        monotone.steadiness.value.unwrap() < calm.steadiness.value.unwrap() - 5.0,
        "{:?}",
        monotone.steadiness
    );
}

/// Speech with pauses in the hiss of a room.
fn talk(speaker: Speaker, sentences: u64, seed: u64) -> Vec<f32> {
    let mut random = noise(seed);
    let mut out = Vec::new();
    for i in 0..sentences {
        out.extend(speak(speaker, 2.5, seed + i));
        out.extend(vec![0.0; 12_000]);
    }
    out.iter_mut().for_each(|v| *v += 1e-3 * random() as f32);
    out
}

#[test]
fn a_pitch_that_moves_more_is_hotter_and_one_that_hardly_moves_is_flatter() {
    let heat = |glide_st: f64| {
        let voice = measured(&talk(Speaker { glide_st, ..CALM }, 4, 60), &baseline());
        voice.heat.value.unwrap()
    };
    let (still, own, lively) = (heat(0.6), heat(CALM.glide_st), heat(5.0));
    assert!(own - still > 0.5 && lively - own > 0.5, "{still} {own} {lively}");
}
