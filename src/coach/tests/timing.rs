//! Interruptions and silence.

use super::{OPENING, call, dana, of};
use crate::call::FindingKind::Change;
use crate::call::{DeadAir, Facts, Interruption, Response, ResponseKind, Speaker};

#[test]
fn an_interruption_gives_back_the_words_that_were_cut_off() {
    let mut a =
        call(&[OPENING, (Speaker::Agent, 5.0, 9.0, "Let me stop you right there for a second please.")]);
    a.interruptions.push(Interruption { start_s: 5.0, overlap_s: 2.0 });
    a.responses.push(Response {
        customer_end_s: 7.0,
        agent_start_s: 5.0,
        latency_s: -2.0,
        kind: ResponseKind::Interruption,
    });
    let change = of(&a, &dana()).into_iter().find(|f| f.kind == Change).unwrap();
    assert_eq!(change.id, "interruption");
    assert!(change.because.contains("2 s before Dana had finished"), "{}", change.because);
    assert!(change.say_instead.contains("You were saying: “"), "{}", change.say_instead);
    assert!(change.start_s < 5.0 && change.end_s > 7.0);
}

#[test]
fn dead_air_shows_that_a_pause_is_good_up_to_two_seconds() {
    let mut a = call(&[OPENING, (Speaker::Agent, 14.0, 16.0, "Right.")]);
    a.dead_air.push(DeadAir { start_s: 7.0, end_s: 14.0, announced: false });
    let change = of(&a, &Facts::default()).remove(0);
    assert_eq!((change.id.as_str(), change.start_s, change.end_s), ("dead_air", 7.0, 14.0));
    assert!(change.because.contains("7 s") && change.because.contains("two seconds"));
    a.dead_air[0].announced = true;
    assert!(of(&a, &Facts::default()).is_empty(), "an announced hold of up to 15 s is fine");
}

#[test]
fn several_silences_are_counted() {
    let mut a = call(&[OPENING, (Speaker::Agent, 14.0, 16.0, "Right.")]);
    a.dead_air.push(DeadAir { start_s: 7.0, end_s: 14.0, announced: false });
    assert!(!of(&a, &Facts::default())[0].because.contains("silences"));
    a.dead_air.push(DeadAir { start_s: 16.0, end_s: 20.0, announced: false });
    let because = of(&a, &Facts::default()).remove(0).because;
    assert!(because.contains("It was the longest of 2 such silences, 11 s in all."), "{because}");
}

#[test]
fn nobody_is_asked_to_nod_to_a_silence() {
    let nods = |a: &crate::call::Analysis| of(a, &Facts::default()).iter().any(|f| f.id == "verbal_nods");
    let long = (Speaker::Customer, 1.0, 25.0, "You charged me twice and then you charged me twice again.");
    let mut a = call(&[long, (Speaker::Agent, 26.0, 27.0, "Right.")]);
    assert!(nods(&a));
    a.dead_air.push(DeadAir { start_s: 9.0, end_s: 20.8, announced: false });
    assert!(!nods(&a));
    assert!(!nods(&call(&[long])), "who never spoke has another thing to try");
}
