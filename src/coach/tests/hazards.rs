//! What is said about a hazard, and when it is doubted.

use super::{OPENING, call, dana, heard, of};
use crate::call::FindingKind::{Change, Keep};
use crate::call::{BehaviorKind, Facts, Speaker};

#[test]
fn a_hazard_is_quoted_and_answered_with_what_this_scenario_can_offer() {
    let mut a =
        call(&[OPENING, (Speaker::Agent, 8.0, 12.0, "It's our policy. There is nothing I can do about it.")]);
    heard(&mut a, BehaviorKind::Hazard, "policy_wall", 1, "It's our policy.");
    let found = of(&a, &dana());
    let change = found.iter().find(|f| f.kind == Change).unwrap();
    assert_eq!(change.id, "policy_wall");
    assert!(change.because.contains("“It's our policy.”"), "{}", change.because);
    assert!(change.say_instead.contains("Dana") && change.say_instead.contains("refund the second charge"));
    assert!((8.0..12.0).contains(&change.start_s) && change.end_s > change.start_s);
}

#[test]
fn without_a_scenario_the_customers_own_words_serve() {
    let opening = (Speaker::Customer, 1.0, 7.0, "My card's been declined, at a hotel desk, in Lisbon.");
    let mut a = call(&[
        opening,
        (Speaker::Agent, 8.0, 12.0, "You need to calm down and then we can talk about it, all right."),
    ]);
    heard(&mut a, BehaviorKind::Hazard, "dismiss", 1, "calm down");
    let found = of(&a, &Facts::default());
    assert_eq!(
        found[0].say_instead,
        "I can hear how much this matters. I'm sorry that your card's been declined, at a hotel desk, in Lisbon."
    );
}

#[test]
fn nobody_is_accused_on_the_models_word_alone_and_no_hazard_is_praised() {
    let say = "I'll put you on the list. You'll have to come in and do it all again.";
    let mut a = call(&[OPENING, (Speaker::Agent, 8.0, 14.0, say)]);
    heard(&mut a, BehaviorKind::Hazard, "deflect", 1, "put you on the list");
    a.behaviors[0].rule = "model:deflect".into();
    assert!(!of(&a, &dana()).iter().any(|f| f.id == "deflect"));
    heard(&mut a, BehaviorKind::Skill, "next_steps", 1, "come in and do it all again");
    heard(&mut a, BehaviorKind::Hazard, "command", 1, "You'll have to");
    assert!(!of(&a, &dana()).iter().any(|f| f.kind == Keep));
}

#[test]
fn a_hazard_in_one_sentence_with_its_contrary_is_doubted() {
    let say = "If you'd rather, I can credit it to your phone account today. You should have called.";
    let mut a = call(&[OPENING, (Speaker::Agent, 8.0, 14.0, say)]);
    heard(&mut a, BehaviorKind::Hazard, "blame_customer", 1, "If you'd");
    heard(&mut a, BehaviorKind::Skill, "can_do", 1, "I can credit it");
    assert!(!of(&a, &dana()).iter().any(|f| f.id == "blame_customer"));
    heard(&mut a, BehaviorKind::Hazard, "blame_customer", 1, "You should have called");
    assert!(of(&a, &dana()).iter().any(|f| f.id == "blame_customer"));
}

#[test]
fn a_short_no_to_a_question_is_an_answer_and_no_argument() {
    let mut a = call(&[
        OPENING,
        (
            Speaker::Agent,
            8.0,
            10.0,
            "No, it doesn't, Dana. No, you are wrong about that, and I can prove it.",
        ),
    ]);
    heard(&mut a, BehaviorKind::Hazard, "argue", 1, "No, it doesn't");
    assert!(!of(&a, &dana()).iter().any(|f| f.id == "argue"));
    heard(&mut a, BehaviorKind::Hazard, "argue", 1, "you are wrong");
    assert!(of(&a, &dana()).iter().any(|f| f.id == "argue"));
}

#[test]
fn what_happened_several_times_is_counted_and_an_order_is_asked_for_instead() {
    let say = "You need to fill in a new one. It is late. You need to come in for that, I am afraid.";
    let mut a = call(&[OPENING, (Speaker::Agent, 8.0, 14.0, say)]);
    heard(&mut a, BehaviorKind::Hazard, "command", 1, "You need to fill");
    let change =
        |a: &crate::call::Analysis| of(a, &Facts::default()).into_iter().find(|f| f.kind == Change).unwrap();
    assert!(!change(&a).because.contains("in this call"), "{}", change(&a).because);
    assert!(
        change(&a).say_instead.starts_with("Would you be able to fill in a new one?"),
        "{}",
        change(&a).say_instead
    );
    heard(&mut a, BehaviorKind::Hazard, "command", 1, "You need to come");
    assert!(change(&a).because.contains("It happened twice in this call."), "{}", change(&a).because);
}
