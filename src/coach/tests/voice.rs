//! The voice against its own baseline.

use super::{OPENING, call, dana, of};
use crate::call::FindingKind::Change;
use crate::call::{BaselineKind, Confidence, Metric, Provocation, Speaker, Voice, VoiceShift, VoiceTurn};

#[test]
fn a_voice_finding_is_numbers_and_never_a_feeling() {
    let mut a = call(&[OPENING, (Speaker::Agent, 8.0, 14.0, "Right.")]);
    a.voice = Voice {
        steadiness: Metric::ok(40.0),
        heat: Metric::ok(2.0).with_band(-2.0, 1.5),
        ..Voice::default()
    };
    let shift = [("heat", 2.4), ("pitch_st", 2.8), ("rate_shift", 0.31)];
    a.voice.provocations.push(Provocation {
        customer_start_s: 1.0,
        customer_end_s: 7.0,
        shift: shift.into_iter().map(|(k, v)| (k.to_owned(), v)).collect(),
        recovery_s: Some(12.0),
        confidence: Confidence::Ok,
        reason: String::new(),
    });
    let change = of(&a, &dana()).into_iter().find(|f| f.kind == Change).unwrap();
    assert!(change.because.contains("2.8 semitones above your own, 31 % faster"), "{}", change.because);
    assert!(change.because.contains("12 s"));
    for label in ["angry", "nervous", "stressed", "afraid", "annoyed"] {
        assert!(!change.because.contains(label) && !change.title.contains(label));
    }
    a.voice.baseline = BaselineKind::OwnTurns;
    let change = of(&a, &dana()).into_iter().find(|f| f.kind == Change).unwrap();
    assert!(change.because.contains("measured against your calmer turns of this call"), "{}", change.because);
    a.voice.steadiness.confidence = Confidence::Low;
    assert!(of(&a, &dana()).iter().all(|f| f.id != "steadiness"));
}

#[test]
fn one_hot_turn_of_a_level_call_is_said_with_its_moment() {
    let mut a = call(&[OPENING, (Speaker::Agent, 68.0, 74.0, "Right.")]);
    a.voice = Voice {
        steadiness: Metric::ok(85.0),
        heat: Metric::ok(0.4).with_band(-2.0, 2.0),
        ..Voice::default()
    };
    let shift = VoiceShift { pitch_st: Some(4.1), loudness_lu: Some(6.0), ..VoiceShift::default() };
    a.voice.turns.push(VoiceTurn {
        start_s: 68.0,
        end_s: 74.0,
        heat: Some(3.6),
        confidence: Confidence::Ok,
        reason: String::new(),
        shift,
    });
    let change = of(&a, &dana()).into_iter().find(|f| f.id == "steadiness").unwrap();
    assert!(
        change.because.contains("In your turn at 1:08 your voice left its usual range: 4.1 semitones above"),
        "{}",
        change.because
    );
    a.voice.turns[0].heat = Some(2.5);
    assert!(of(&a, &dana()).iter().all(|f| f.id != "steadiness"));
}
