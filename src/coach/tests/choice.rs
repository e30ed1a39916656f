//! Which of all that could be said is said.

use super::{OPENING, call, dana, heard, of};
use crate::call::FindingKind::{Change, Keep, Try};
use crate::call::{Behavior, BehaviorKind, Facts, FindingKind, Interruption, Metric, Speaker};

#[test]
fn inside_the_bands_with_nothing_missing_it_is_silent() {
    let mut a = call(&[OPENING, (Speaker::Agent, 8.0, 10.0, "Right.")]);
    a.delivery.response_latency_s = Metric::ok(1.0).with_band(0.3, 3.0);
    a.delivery.talk_share = Metric::ok(0.4).with_band(0.0, 0.7);
    assert!(of(&a, &Facts::default()).is_empty());
}

#[test]
fn a_number_that_is_not_trusted_says_nothing() {
    let mut a = call(&[OPENING, (Speaker::Agent, 8.0, 10.0, "Right.")]);
    a.delivery.talk_share = Metric::low(0.9, "too little speech").with_band(0.0, 0.7);
    assert!(of(&a, &Facts::default()).is_empty());
    a.delivery.talk_share = Metric::ok(0.9).with_band(0.0, 0.7);
    assert_eq!(of(&a, &Facts::default())[0].id, "talk_share");
}

#[test]
fn at_most_three_in_the_order_keep_change_try_and_always_the_same() {
    let mut a = call(&[
        OPENING,
        (
            Speaker::Agent,
            8.0,
            20.0,
            "You should have called sooner. You need to calm down. I'm sorry. I'll refund it today.",
        ),
    ]);
    heard(&mut a, BehaviorKind::Hazard, "blame_customer", 1, "You should have called sooner.");
    heard(&mut a, BehaviorKind::Hazard, "command", 1, "You need to");
    heard(&mut a, BehaviorKind::Hazard, "dismiss", 1, "calm down");
    heard(&mut a, BehaviorKind::Skill, "apologise", 1, "I'm sorry.");
    heard(&mut a, BehaviorKind::Skill, "next_steps", 1, "I'll refund it today.");
    let found = of(&a, &dana());
    let kinds: Vec<FindingKind> = found.iter().map(|f| f.kind).collect();
    // Two things were said that hurt: the second outweighs the hint about the order.
    assert_eq!(kinds, [Keep, Change, Change]);
    assert_eq!(found, of(&a, &dana()));
}

#[test]
fn what_was_said_and_hurt_comes_before_a_hint_about_empathy() {
    let say = "Okay, sir, calm down. We announced this. I guarantee it works tomorrow, and that is all there is to say.";
    let mut a = call(&[OPENING, (Speaker::Agent, 5.0, 14.0, say)]);
    a.interruptions.push(Interruption { start_s: 5.0, overlap_s: 2.0 });
    let rows = |a: &crate::call::Analysis| {
        of(a, &dana()).into_iter().map(|f| (f.id, f.kind)).collect::<Vec<(String, FindingKind)>>()
    };
    assert_eq!(rows(&a), [("interruption".into(), Change), ("acknowledge_feelings".into(), Try)]);
    heard(&mut a, BehaviorKind::Hazard, "overpromise", 1, "I guarantee it");
    assert_eq!(rows(&a), [("interruption".into(), Change), ("overpromise".into(), Change)]);
    heard(&mut a, BehaviorKind::Hazard, "dismiss", 1, "calm down");
    assert_eq!(rows(&a), [("interruption".into(), Change), ("dismiss".into(), Change)]);
}

proptest::proptest! {
    #[test]
    fn any_words_at_any_moment_give_findings_that_can_be_heard(
        theirs in "\\PC{0,80}",
        ours in "[a-zA-Z',.!? ]{0,80}|\\PC{0,80}",
        from in 0usize..60,
        length in 1usize..30,
        turn in 0usize..4,
        id in 0usize..47,
    ) {
        let mut a = call(&[(Speaker::Customer, 1.0, 7.0, &theirs), (Speaker::Agent, 6.0, 12.0, &ours)]);
        let info = &crate::call::BEHAVIORS[id % crate::call::BEHAVIORS.len()];
        let text: String = ours.chars().skip(from).take(length).collect();
        a.behaviors.push(Behavior {
            id: info.id.into(), kind: info.kind, turn, start_s: 7.0, end_s: 8.0, text, rule: "test".into(),
        });
        a.interruptions.push(Interruption { start_s: 6.0, overlap_s: 1.0 });
        for facts in [Facts::default(), dana()] {
            let found = of(&a, &facts);
            proptest::prop_assert!(found.len() <= 3);
            for f in found {
                proptest::prop_assert!(f.start_s <= f.end_s && f.start_s >= 0.0);
                proptest::prop_assert!((f.kind == Keep) == f.say_instead.is_empty());
                let open = |text: &str| text.contains('{');
                let slots_filled = !open(&f.because) || open(&theirs) || open(&ours);
                proptest::prop_assert!(slots_filled, "a slot was left open");
            }
        }
    }
}
