//! Praise, order, what is missing, what is too much.

use super::{OPENING, call, dana, heard, of};
use crate::call::FindingKind::{Change, Keep, Try};
use crate::call::{Analysis, BehaviorKind, FactLine, Facts, Fault, Speaker};

#[test]
fn what_was_good_is_quoted_back_and_has_nothing_to_say_instead() {
    let mut a = call(&[
        OPENING,
        (Speaker::Agent, 8.0, 14.0, "I'm sorry that you were charged twice. I'll refund the second one now."),
    ]);
    heard(&mut a, BehaviorKind::Skill, "apologise", 1, "I'm sorry");
    heard(&mut a, BehaviorKind::Skill, "next_steps", 1, "I'll refund the second one now");
    heard(&mut a, BehaviorKind::Skill, "acknowledge_feelings", 1, "charged twice");
    let found = of(&a, &dana());
    assert_eq!(found[0].kind, Keep);
    assert!(found[0].because.contains("“I'm sorry that you were charged twice.”"), "{}", found[0].because);
    assert!(found[0].say_instead.is_empty());
}

#[test]
fn solving_before_acknowledging_is_a_hint_about_the_order() {
    let mut a = call(&[
        OPENING,
        (
            Speaker::Agent,
            8.0,
            16.0,
            "I'll refund the second one now and it takes five days. I'm sorry about that by the way.",
        ),
    ]);
    heard(&mut a, BehaviorKind::Skill, "next_steps", 1, "I'll refund the second one now");
    heard(&mut a, BehaviorKind::Skill, "apologise", 1, "I'm sorry about that");
    let hint = of(&a, &dana()).into_iter().find(|f| f.kind == Try).unwrap();
    assert_eq!(hint.title, "First the person, then the solution");
    assert!(hint.say_instead.starts_with("I'm sorry that we charged you twice."), "{}", hint.say_instead);
}

#[test]
fn asking_who_they_are_comes_after_the_first_acknowledgement() {
    let say = |text| call(&[OPENING, (Speaker::Agent, 8.0, 16.0, text)]);
    let mut gate = say("Can I have your account number please? I'm so sorry about the two charges, Dana.");
    heard(&mut gate, BehaviorKind::Skill, "acknowledge_feelings", 1, "I'm so sorry about the two charges");
    heard(&mut gate, BehaviorKind::Skill, "apologise", 1, "I'm so sorry");
    let title = |a: &Analysis| of(a, &dana()).into_iter().find(|f| f.kind == Try).map(|f| f.title);
    assert_eq!(title(&gate).as_deref(), Some("Their story first, then who they are"));
    let mut kind = say("I'm so sorry about the two charges, Dana. Can I have your account number please?");
    heard(&mut kind, BehaviorKind::Skill, "acknowledge_feelings", 1, "I'm so sorry about the two charges");
    heard(&mut kind, BehaviorKind::Skill, "apologise", 1, "I'm so sorry");
    assert_ne!(title(&kind).as_deref(), Some("Their story first, then who they are"));
}

#[test]
fn a_boundary_is_praised_under_abuse_and_a_fault_against_the_merely_upset() {
    let mut a =
        call(&[OPENING, (Speaker::Agent, 8.0, 14.0, "If you go on shouting, I'll have to end this call.")]);
    heard(&mut a, BehaviorKind::Skill, "set_boundary", 1, "I'll have to end this call.");
    let abusive = Facts { heat: 5, ..dana() };
    assert!(of(&a, &abusive).iter().any(|f| f.kind == Keep && f.id == "set_boundary"));
    let upset = of(&a, &dana());
    assert!(upset.iter().any(|f| f.kind == Change && f.id == "set_boundary"));
    assert!(!upset.iter().any(|f| f.kind == Keep && f.id == "set_boundary"));
}

#[test]
fn empathy_that_is_taken_back_is_not_praised() {
    let say = "Look, I understand you're upset, but I can't just give you your money back.";
    let mut a = call(&[OPENING, (Speaker::Agent, 8.0, 14.0, say)]);
    heard(&mut a, BehaviorKind::Skill, "acknowledge_feelings", 1, "I understand you're upset");
    assert!(!of(&a, &dana()).iter().any(|f| f.kind == Keep));
}

#[test]
fn an_endless_apology_is_shortened_and_followed_by_options() {
    let mut a = call(&[
        OPENING,
        (Speaker::Agent, 8.0, 18.0, "I'm so very sorry about all of this, really, I am so sorry."),
    ]);
    heard(
        &mut a,
        BehaviorKind::Skill,
        "apologise",
        1,
        "I'm so very sorry about all of this, really, I am so sorry.",
    );
    let found = of(&a, &dana());
    let change = found.iter().find(|f| f.kind == Change).unwrap();
    assert_eq!(change.title, "A shorter sorry, then the options");
    assert!(
        change.say_instead.contains(
            "I can refund the second charge, which takes five working days, or I can credit it to the account"
        ),
        "{}",
        change.say_instead
    );
    assert!(!found.iter().any(|f| f.kind == Keep && f.id == "apologise"), "praise does not speak against it");
}

#[test]
fn a_fault_that_is_not_ours_is_not_conceded() {
    let a =
        call(&[OPENING, (Speaker::Agent, 8.0, 12.0, "That was our mistake, I am afraid, and we will see.")]);
    let theirs = Facts { fault: Fault::Nobody, ..dana() };
    assert!(of(&a, &theirs).iter().any(|f| f.id == "no_needless_blame_taking"));
    assert!(!of(&a, &dana()).iter().any(|f| f.id == "no_needless_blame_taking"));
}

#[test]
fn nothing_is_mentioned_that_nobody_in_this_call_said() {
    let line = |id: &str, text: &str| FactLine { id: id.into(), text: text.into(), heat: 3 };
    let lines = vec![
        line("opening", "Good morning, is that the parking office?"),
        line("fines", "And I've had two parking fines since then, on my own street."),
    ];
    let facts = Facts { lines, ..dana() };
    let alone = call(&[(
        Speaker::Agent,
        1.0,
        8.0,
        "You need to calm down first, and then you can ring the other office.",
    )]);
    assert!(of(&alone, &facts).iter().all(|f| !f.say_instead.contains("fines")), "{:?}", of(&alone, &facts));
}

#[test]
fn without_a_scenario_two_calls_are_not_given_the_same_sentence() {
    let reply = "Yeah, so we don't have it. If it isn't in the system then that is that, I suppose.";
    let say = |theirs: &str| {
        let a = call(&[(Speaker::Customer, 1.0, 7.0, theirs), (Speaker::Agent, 8.0, 16.0, reply)]);
        let hint = of(&a, &Facts::default()).into_iter().find(|f| f.kind == Try);
        hint.map(|f| f.say_instead).unwrap_or_default()
    };
    let form = say("I handed that form in at your counter. In person. And now you never got it?");
    let bag = say("You sent my bag to the wrong airport. Where is it?");
    assert!(form.contains("“I handed that form in at your counter.”"), "{form}");
    assert!(bag.contains("“You sent my bag to the wrong airport.”"), "{bag}");
}
