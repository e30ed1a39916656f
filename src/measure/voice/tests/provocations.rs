//! Hostile lines, the shift after them and the way back.

use super::*;

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
