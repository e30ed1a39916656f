//! What a baseline is made of, what it leaves out, and what was recorded otherwise.

use super::*;

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
fn a_level_that_was_turned_up_is_not_heat() {
    let calm = talk(CALM, 4, 60);
    let louder: Vec<f32> = calm.iter().map(|v| 4.0 * v).collect();
    let heat = |samples: &Vec<f32>| measured(samples, &baseline()).heat.value.unwrap();
    assert!((heat(&louder) - heat(&calm)).abs() < 1.0, "{} {}", heat(&louder), heat(&calm));
}
