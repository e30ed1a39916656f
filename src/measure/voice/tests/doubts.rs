//! What is no voice, too little, or not to be measured at all.

use super::*;

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
