//! Tests on synthetic voices whose pitch, level, effort and syllables are known.

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

#[test]
fn gain_made_equal_between_recordings_takes_loudness_out_of_heat() {
    let recordings: Vec<VoiceFeatures> = (0..5).map(|i| features(&speak(CALM, 3.0, i))).collect();
    let equal =
        Baseline::from_recordings(BaselineKind::Given, &recordings.iter().collect::<Vec<_>>()).unwrap();
    assert!(equal.loudness_trust == 0.0);
    let loud = measured(&speak(Speaker { gain: 0.2, ..CALM }, 3.0, 40), &equal);
    assert!(loud.heat.value.unwrap().abs() < 1.5, "{:?}", loud.heat);
    assert_eq!(loud.loudness_lu.confidence, Confidence::Low);
}

#[test]
fn silence_noise_music_and_clipping_never_give_a_confident_number() {
    let baseline = baseline();
    let mut random = noise(5);
    let silence = vec![0.0; 48_000];
    let hiss: Vec<f32> = (0..48_000).map(|_| 0.1 * random() as f32).collect();
    let music: Vec<f32> = (0..64_000)
        .map(|i| {
            let t = f64::from(i) / 16_000.0;
            let note = [262.0, 330.0, 392.0, 330.0][(t * 2.0) as usize % 4];
            let fade = 1.0 - 0.9 * (t * 2.0).fract();
            (0.2 * fade
                * (1..6)
                    .map(|k| (std::f64::consts::TAU * note * f64::from(k) * t).sin() / f64::from(k))
                    .sum::<f64>()) as f32
        })
        .collect();
    let clipped: Vec<f32> = speak(HOT, 4.0, 3).iter().map(|v| (v * 8.0).clamp(-0.9, 0.9)).collect();
    for (name, samples) in [("silence", silence), ("hiss", hiss), ("music", music), ("clipped", clipped)] {
        let voice = measured(&samples, &baseline);
        for metric in [&voice.heat, &voice.steadiness, &voice.pitch_st, &voice.vocal_effort_db] {
            assert_ne!(metric.confidence, Confidence::Ok, "{name}: {metric:?}");
            assert!(!metric.reason.is_empty());
        }
    }
}

#[test]
fn heat_has_a_value_from_a_third_of_a_second_of_voice_on() {
    let baseline = baseline();
    let short = measured(&speak(Speaker { syllables_per_s: 2.0, ..CALM }, 0.5, 3), &baseline);
    assert!(short.heat.value.is_some() && short.heat.confidence == Confidence::Low, "{:?}", short.heat);
    let shorter = measured(&speak(Speaker { syllables_per_s: 5.0, ..CALM }, 0.2, 3), &baseline);
    assert_eq!(shorter.heat.confidence, Confidence::Absent);
    assert!(shorter.heat.reason.contains("too little speech"), "{}", shorter.heat.reason);
}

#[test]
fn a_policy_makes_every_metric_absent_with_the_reason() {
    let agent = features(&speak(CALM, 3.0, 1));
    let off = VoicePolicy::OffByPolicy("off by the policy of this house".to_owned());
    let voice = analyze(&VoiceInput { policy: &off, ..input(&agent, None) });
    assert_eq!(voice.heat.confidence, Confidence::Absent);
    assert!(voice.pitch_st.reason == "off by the policy of this house" && voice.turns.is_empty());
}

#[test]
fn a_baseline_survives_being_stored() {
    let before = baseline();
    let text = serde_json::to_string(&before).unwrap();
    let after: Baseline = serde_json::from_str(&text).unwrap();
    let hot = features(&speak(HOT, 3.0, 2));
    let heat = |b: &Baseline| analyze(&input(&hot, Some(b))).heat;
    assert_eq!(heat(&before), heat(&after));
}

#[test]
fn a_telephone_clip_against_a_wide_baseline_says_so() {
    let mut clip = features(&speak(CALM, 3.0, 50));
    clip.bandwidth = crate::signal::Bandwidth::Telephone;
    let voice = analyze(&input(&clip, Some(&baseline())));
    assert!(voice.heat.reason.contains("bandwidth"), "{}", voice.heat.reason);
    assert!(voice.vocal_effort_db.reason.contains("3.4 kHz"));
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
fn a_hostile_line_is_followed_by_its_shift_and_the_way_back() {
    let (samples, turns, lines) = call();
    let speech = Timeline::new(turns.iter().copied());
    let agent = VoiceFeatures::extract(&samples, &speech, ExtractOptions::default()).unwrap();
    let response = Response {
        customer_end_s: lines[2].span.end_s(),
        agent_start_s: turns[2].start_s(),
        latency_s: 0.125,
        kind: crate::call::ResponseKind::Reply,
    };
    let voice = analyze(&VoiceInput {
        turns: &turns,
        customer: &lines,
        responses: &[response],
        ..input(&agent, None)
    });
    assert_eq!(voice.baseline, BaselineKind::OwnTurns);
    assert_eq!(voice.heat.confidence, Confidence::Ok, "{:?}", voice.heat);
    assert_eq!(voice.turns.len(), 4);
    let [provocation] = voice.provocations.as_slice() else { panic!("{:?}", voice.provocations) };
    assert!(
        provocation.shift["pitch_st"] > 2.0 && provocation.shift["heat_vs_mild"] > 1.5,
        "{provocation:?}"
    );
    assert!((provocation.shift["latency_s"] - 0.125).abs() < 1e-9);
    let recovery = provocation.recovery_s.unwrap();
    assert!((4.0..7.0).contains(&recovery), "{recovery}");
}

#[test]
fn few_own_turns_lower_the_confidence_and_one_is_none() {
    let (samples, turns, _) = call();
    let agent = features(&samples);
    let of = |turns: &[Span]| analyze(&VoiceInput { turns, ..input(&agent, None) });
    let two = of(&turns[..2]);
    assert_eq!(two.baseline, BaselineKind::OwnTurns);
    assert_eq!(two.steadiness.confidence, Confidence::Low);
    assert!(two.steadiness.reason.contains("calm turns are few (2"), "{}", two.steadiness.reason);
    let one = of(&turns[..1]);
    assert_eq!((one.baseline, one.heat.confidence), (BaselineKind::None, Confidence::Absent));
}

#[test]
fn a_baseline_names_what_it_was_not_made_of_and_holds() {
    let calm: Vec<VoiceFeatures> = (0u8..5)
        .map(|i| {
            let gain = 0.05 * f64::from(10 + i) / 12.0;
            features(&speak(Speaker { gain, ..CALM }, 3.0, 10 + u64::from(i)))
        })
        .collect();
    let mut random = noise(3);
    let hiss = features(&(0..48_000).map(|_| 0.1 * random() as f32).collect());
    let shouted = features(&speak(HOT, 3.0, 30));
    let mut all: Vec<(&str, &VoiceFeatures)> = calm.iter().map(|c| ("calm.wav", c)).collect();
    all.extend([("shouted.wav", &shouted), ("hiss.wav", &hiss)]);
    let all: Vec<Recorded> =
        all.into_iter().map(|(name, features)| Recorded { name, features, speech: None }).collect();
    let spoiled = Baseline::from_named(BaselineKind::Given, &all).unwrap();
    assert_eq!(spoiled.left_out.len(), 2, "{:?}", spoiled.left_out);
    assert!(spoiled.left_out.iter().any(|t| t.starts_with("shouted.wav")));
    assert!(spoiled.left_out.iter().any(|t| t.starts_with("hiss.wav") && t.contains("no voiced speech")));
    let heat = |b: &Baseline| measured(&speak(HOT, 4.0, 7), b).heat.value.unwrap();
    assert!((heat(&spoiled) - heat(&baseline())).abs() < 1e-9, "as without them");
    assert!(baseline().left_out.is_empty() && baseline().doubts.is_empty());
    let clip = features(&speak(CALM, 4.0, 3));
    let codes: Vec<String> = baseline_warnings(&clip, &spoiled).into_iter().map(|w| w.code).collect();
    assert_eq!(codes, ["baseline_left_out", "baseline_left_out"]);
}

#[test]
fn a_baseline_that_cannot_be_trusted_lowers_every_number_with_its_reason() {
    let clipped: Vec<f32> = speak(CALM, 12.0, 3).iter().map(|v| (v * 80.0).clamp(-0.9, 0.9)).collect();
    let own = Baseline::from_recordings(BaselineKind::Given, &[&features(&clipped)]).unwrap();
    let voice = measured(&speak(CALM, 4.0, 9), &own);
    for metric in [&voice.heat, &voice.steadiness, &voice.pitch_st] {
        assert_eq!(metric.confidence, Confidence::Low);
        assert!(metric.reason.contains("of the baseline: clipped"), "{}", metric.reason);
    }
    let warnings = baseline_warnings(&features(&speak(CALM, 4.0, 9)), &own);
    assert!(warnings.iter().any(|w| w.code == "weak_baseline" && w.text.contains("clipped")), "{warnings:?}");
}

#[test]
fn a_whisper_several_voices_and_what_no_detector_heard_are_doubted() {
    let baseline = baseline();
    let mut random = noise(8);
    let mut whisper: Vec<f32> = (0..96_000)
        .map(|i| {
            let rise = (std::f64::consts::PI * 4.0 * f64::from(i) / 16_000.0).sin().powi(2);
            (0.1 * rise * random()) as f32
        })
        .collect();
    whisper.extend(speak(Speaker { gain: 0.02, ..CALM }, 0.7, 2));
    let crowd: Vec<Vec<f32>> = [97.0, 131.0, 178.0]
        .iter()
        .zip(1u8..)
        .map(|(pitch_hz, i)| {
            let rate = 3.1 + 0.37 * f64::from(i);
            speak(Speaker { pitch_hz: *pitch_hz, syllables_per_s: rate, ..CALM }, 6.0, u64::from(i))
        })
        .collect();
    let crowd: Vec<f32> = (0..crowd[0].len()).map(|i| crowd.iter().map(|c| c[i]).sum()).collect();
    let reason = |samples: &Vec<f32>| measured(samples, &baseline).heat.reason;
    assert!(reason(&whisper).contains("whisper"), "{}", reason(&whisper));
    assert!(reason(&crowd).contains("several voices"), "{}", reason(&crowd));
    let voice = features(&speak(CALM, 4.0, 9));
    let nobody = Timeline::default();
    let unheard = analyze(&VoiceInput { speech: Some(&nobody), ..input(&voice, Some(&baseline)) });
    assert!(unheard.heat.reason.contains("taken for speech"), "{}", unheard.heat.reason);
}

#[test]
fn a_hostile_line_without_an_answer_and_one_that_did_nothing_have_their_rows() {
    let (samples, turns, mut lines) = call();
    let speech = Timeline::new(turns.iter().copied());
    let agent = VoiceFeatures::extract(&samples, &speech, ExtractOptions::default()).unwrap();
    // The raised voice follows a mild line: it is no matter of the hostile one before.
    (lines[0].heat, lines[2].heat) = (Some(4), Some(1));
    let end = samples.len() as u64;
    lines.push(CustomerLine { span: Span::new(end + 1000, end + 9000).unwrap(), heat: Some(5) });
    let voice = analyze(&VoiceInput { turns: &turns, customer: &lines, ..input(&agent, None) });
    let [level, unanswered] = voice.provocations.as_slice() else { panic!("{:?}", voice.provocations) };
    assert_eq!((level.recovery_s, level.confidence), (Some(0.0), Confidence::Ok), "{level:?}");
    assert_eq!((unanswered.recovery_s, unanswered.confidence), (None, Confidence::Absent));
    assert!(unanswered.shift.is_empty() && unanswered.reason.contains("said nothing"), "{unanswered:?}");
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

/// As through a microphone that lifts what lies above about 2.5 kHz.
fn brighter(samples: &[f32], by: f32) -> Vec<f32> {
    let mut low = [0.0f32; 2];
    samples
        .iter()
        .map(|v| {
            low[0] += 0.6 * (v - low[0]);
            low[1] += 0.6 * (low[0] - low[1]);
            v + by * (v - low[1])
        })
        .collect()
}

#[test]
fn another_microphone_is_said_and_a_pressed_voice_is_not_taken_for_one() {
    let own = features(&talk(CALM, 6, 20));
    let own = Baseline::from_recordings(BaselineKind::Given, &[&own]).unwrap();
    let said = |samples: &Vec<f32>| {
        let voice = analyze(&input(&features(samples), Some(&own)));
        (voice.heat.reason.contains("another microphone"), voice.heat.value.unwrap())
    };
    assert!(!said(&talk(CALM, 6, 40)).0);
    let (microphone, pressed) = said(&talk(HOT, 6, 40));
    assert!(!microphone && pressed > 3.0, "{pressed}");
    let (microphone, calm) = said(&brighter(&talk(CALM, 6, 40), 4.0));
    assert!(microphone && calm.abs() < 2.0, "{calm}");
    let (_, still_hot) = said(&brighter(&talk(HOT, 6, 40), 4.0));
    assert!(still_hot > 2.0, "{still_hot}");
}

#[test]
fn a_baseline_that_was_stored_before_a_cue_was_known_still_counts() {
    let own = baseline();
    let mut stored = serde_json::to_value(&own).unwrap();
    for band in ["wide", "telephone"] {
        stored[band].as_array_mut().unwrap().truncate(8);
    }
    let old: Baseline = serde_json::from_value(stored).unwrap();
    assert_eq!(
        old.norm(Cue::Pitch, crate::signal::Bandwidth::Wide),
        own.norm(Cue::Pitch, crate::signal::Bandwidth::Wide)
    );
    assert_eq!(old.norm(Cue::Slope, crate::signal::Bandwidth::Wide), None);
    let voice = measured(&talk(HOT, 4, 60), &old);
    assert!(voice.heat.value.unwrap() > 2.0);
    assert_eq!(voice.pitch_slope_shift.value, None);
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

#[test]
fn a_level_that_was_turned_up_is_not_heat() {
    let calm = talk(CALM, 4, 60);
    let louder: Vec<f32> = calm.iter().map(|v| 4.0 * v).collect();
    let heat = |samples: &Vec<f32>| measured(samples, &baseline()).heat.value.unwrap();
    assert!((heat(&louder) - heat(&calm)).abs() < 1.0, "{} {}", heat(&louder), heat(&calm));
}

#[test]
fn a_warm_goodbye_is_no_hostile_line() {
    let (mut samples, mut lines) = (Vec::new(), Vec::new());
    for i in 0u8..5 {
        let from = samples.len() as u64;
        // The last line is high and lively, and no louder nor more pressed than the others.
        let high = Speaker { pitch_hz: 210.0, slope_db: -12.5, glide_st: 3.5, ..CALM };
        let speaker = if i == 4 { high } else { CALM };
        samples.extend(speak(speaker, 4.0, 80 + u64::from(i)));
        lines.push(CustomerLine { span: Span::new(from, samples.len() as u64).unwrap(), heat: None });
        samples.extend(vec![0.0; 16_000]);
    }
    let voice = features(&samples);
    let spans: Vec<Span> = lines.iter().map(|l| l.span).collect();
    let own = Baseline::from_own_turns(&voice, &spans).unwrap();
    let last = own.heat(&Summary::of(&voice, spans[4]).unwrap(), &own.channel(&voice)).unwrap();
    assert!(last.heat > 2.0, "{}", last.heat);
    assert_eq!(hostile_lines(&lines, Some(&voice)), [false; 5]);
}

#[test]
fn without_a_scenario_the_customers_own_rise_makes_a_line_hostile() {
    let (samples, turns, _) = call();
    let lines: Vec<CustomerLine> = turns
        .iter()
        .map(|t| CustomerLine { span: Span::new(t.start(), t.start() + 70_000).unwrap(), heat: None })
        .collect();
    let customer = features(&samples);
    assert_eq!(hostile_lines(&lines, Some(&customer)), [false, false, true, false]);
    assert_eq!(hostile_lines(&lines, None), [false; 4]);
}

/// Counts what is read, and refuses to give more than half a minute at once.
struct Long(u64);

impl SampleSource for Long {
    fn len(&self) -> u64 {
        self.0
    }

    fn read_at(&self, start: u64, out: &mut [f32]) -> Result<(), SourceError> {
        assert!(out.len() <= 30 * 16_000);
        for (i, value) in out.iter_mut().enumerate() {
            *value = 0.1 * (((start + i as u64) % 133) as f32 / 66.0 - 1.0);
        }
        Ok(())
    }
}

#[test]
fn a_long_recording_is_never_held_as_a_whole() {
    let source = Long(120 * 16_000);
    let whole: Timeline = Span::new(0, source.len()).into_iter().collect();
    let features = VoiceFeatures::extract(&source, &whole, ExtractOptions::default()).unwrap();
    assert_eq!(features.frames.len(), 12_000);
    assert!(features.frames.windows(2).all(|w| w[0].index + 1 == w[1].index));
}
