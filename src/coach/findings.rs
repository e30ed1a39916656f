//! Two or three things worth saying: keep one, change one, try one. Silent where all is inside the band.
//!
//! Everything that could be said is a candidate with a weight from the rubric; the heaviest of each kind is said, and no
//! two share a topic. The same analysis always gives the same findings.

use super::advice::{Advice, fill};
use super::scene::{Candidate, Scene};
use super::{Rubric, timing, voice, wording};
use crate::call::{Analysis, Facts, Finding, FindingKind, round3};

/// The findings of a call: what to keep, what to change, what to try, in this order and at most one of each.
///
/// `facts` come from the scenario and may be empty for a real recording; then the customer's own words serve.
pub fn findings(analysis: &Analysis, facts: &Facts, rubric: &Rubric) -> Vec<Finding> {
    let Some(advice) = Advice::of(&rubric.language) else { return Vec::new() };
    let scene = Scene { analysis, facts, rubric, advice };
    let mut candidates = timing::candidates(&scene);
    candidates.extend(voice::candidates(&scene));
    candidates.extend(wording::candidates(&scene));

    let mut said: Vec<(FindingKind, Finding)> = Vec::new();
    let mut topics: Vec<String> = Vec::new();
    // What hurts most is chosen first, and praise does not speak against it.
    for kind in [FindingKind::Change, FindingKind::Try, FindingKind::Keep] {
        let mut of_kind: Vec<&Candidate> = candidates.iter().filter(|c| c.kind == kind).collect();
        of_kind.sort_by(|a, b| {
            b.weight.total_cmp(&a.weight).then(a.start_s.total_cmp(&b.start_s)).then(a.row.cmp(b.row))
        });
        let chosen = of_kind.into_iter().find_map(|c| {
            let row = advice.row(kind, c.row)?;
            if topics.contains(&row.topic) {
                return None;
            }
            Some((row.topic.clone(), written(&scene, c, offers_used(&said))?))
        });
        if let Some((topic, finding)) = chosen {
            topics.push(topic);
            said.push((kind, finding));
        }
    }
    said.sort_by_key(|(kind, _)| match kind {
        FindingKind::Keep => 0,
        FindingKind::Change => 1,
        FindingKind::Try => 2,
    });
    said.into_iter().map(|(_, finding)| finding).collect()
}

/// A second sentence names another offer than the first.
fn offers_used(said: &[(FindingKind, Finding)]) -> usize {
    usize::from(said.iter().any(|(_, f)| !f.say_instead.is_empty()))
}

fn written(scene: &Scene, candidate: &Candidate, skip: usize) -> Option<Finding> {
    let row = scene.advice.row(candidate.kind, candidate.row)?;
    let mut slots = scene.common_slots(candidate.start_s, skip);
    slots.extend(candidate.slots.iter().map(|(k, v)| (*k, v.clone())));
    let say_instead = match candidate.kind {
        FindingKind::Keep => String::new(),
        _ => row.say.iter().find_map(|s| fill(s, &slots))?,
    };
    Some(Finding {
        id: row.id.clone(),
        kind: candidate.kind,
        title: fill(&row.title, &slots)?,
        because: fill(&row.because, &slots)?,
        say_instead,
        start_s: round3(candidate.start_s),
        end_s: round3(candidate.end_s.max(candidate.start_s)),
        sources: row.sources.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{
        BaselineKind, Behavior, BehaviorKind, Confidence, DeadAir, Delivery, Engine, Fault, Interruption,
        Metric, Provocation, Response, ResponseKind, Source, Speaker, Turn, Voice, VoiceShift, VoiceTurn,
        Word,
    };
    use FindingKind::{Change, Keep, Try};

    /// A call from rows `speaker, start, end, text`.
    fn call(rows: &[(Speaker, f64, f64, &str)]) -> Analysis {
        let turn = |&(speaker, start_s, end_s, text): &(Speaker, f64, f64, &str)| {
            let all: Vec<&str> = text.split_whitespace().collect();
            let step = (end_s - start_s) / all.len().max(1) as f64;
            let words = all.iter().enumerate().map(|(i, w)| Word {
                text: (*w).to_owned(),
                start_s: start_s + step * i as f64,
                end_s: start_s + step * (i + 1) as f64,
                p: 0.9,
            });
            Turn { speaker, start_s, end_s, text: text.to_owned(), words: words.collect() }
        };
        Analysis {
            schema: crate::call::SCHEMA.into(),
            source: Source::default(),
            engine: Engine::default(),
            turns: rows.iter().map(turn).collect(),
            spans: Vec::new(),
            responses: Vec::new(),
            interruptions: Vec::new(),
            backchannels: Vec::new(),
            dead_air: Vec::new(),
            delivery: Delivery::default(),
            voice: Voice::default(),
            behaviors: Vec::new(),
            findings: Vec::new(),
            warnings: Vec::new(),
        }
    }

    fn heard(analysis: &mut Analysis, kind: BehaviorKind, id: &str, turn: usize, text: &str) {
        let t = &analysis.turns[turn];
        let at = t.text.find(text).expect("the text is in the turn") as f64 / t.text.len() as f64;
        let start_s = t.start_s + at * (t.end_s - t.start_s);
        let end_s = start_s + text.len() as f64 / t.text.len() as f64 * (t.end_s - t.start_s);
        let (id, text, rule) = (id.to_owned(), text.to_owned(), "test".to_owned());
        analysis.behaviors.push(Behavior { id, kind, turn, start_s, end_s, text, rule });
    }

    fn dana() -> Facts {
        Facts {
            scenario: "double-charge".into(),
            customer_name: Some("Dana".into()),
            fault: Fault::Ours,
            heat: 3,
            can_offer: vec![
                "refund the second charge, 5 working days".into(),
                "credit it to the account today".into(),
            ],
            expects: ["acknowledge_feelings", "apologise", "next_steps"].map(String::from).to_vec(),
            ..Facts::default()
        }
    }

    const OPENING: (Speaker, f64, f64, &str) = (
        Speaker::Customer,
        1.0,
        7.0,
        "You charged me twice. Twice, for the same month! Does that sound fixed to you?",
    );

    fn of(analysis: &Analysis, facts: &Facts) -> Vec<Finding> {
        findings(analysis, facts, &Rubric::embedded())
    }

    #[test]
    fn a_hazard_is_quoted_and_answered_with_what_this_scenario_can_offer() {
        let mut a = call(&[
            OPENING,
            (Speaker::Agent, 8.0, 12.0, "It's our policy. There is nothing I can do about it."),
        ]);
        heard(&mut a, BehaviorKind::Hazard, "policy_wall", 1, "It's our policy.");
        let found = of(&a, &dana());
        let change = found.iter().find(|f| f.kind == Change).unwrap();
        assert_eq!(change.id, "policy_wall");
        assert!(change.because.contains("“It's our policy.”"), "{}", change.because);
        assert!(
            change.say_instead.contains("Dana") && change.say_instead.contains("refund the second charge")
        );
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
    fn what_was_good_is_quoted_back_and_has_nothing_to_say_instead() {
        let mut a = call(&[
            OPENING,
            (
                Speaker::Agent,
                8.0,
                14.0,
                "I'm sorry that you were charged twice. I'll refund the second one now.",
            ),
        ]);
        heard(&mut a, BehaviorKind::Skill, "apologise", 1, "I'm sorry");
        heard(&mut a, BehaviorKind::Skill, "next_steps", 1, "I'll refund the second one now");
        heard(&mut a, BehaviorKind::Skill, "acknowledge_feelings", 1, "charged twice");
        let found = of(&a, &dana());
        assert_eq!(found[0].kind, Keep);
        assert!(
            found[0].because.contains("“I'm sorry that you were charged twice.”"),
            "{}",
            found[0].because
        );
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
        let mut gate =
            say("Can I have your account number please? I'm so sorry about the two charges, Dana.");
        heard(
            &mut gate,
            BehaviorKind::Skill,
            "acknowledge_feelings",
            1,
            "I'm so sorry about the two charges",
        );
        heard(&mut gate, BehaviorKind::Skill, "apologise", 1, "I'm so sorry");
        let title = |a: &Analysis| of(a, &dana()).into_iter().find(|f| f.kind == Try).map(|f| f.title);
        assert_eq!(title(&gate).as_deref(), Some("Their story first, then who they are"));
        let mut kind =
            say("I'm so sorry about the two charges, Dana. Can I have your account number please?");
        heard(
            &mut kind,
            BehaviorKind::Skill,
            "acknowledge_feelings",
            1,
            "I'm so sorry about the two charges",
        );
        heard(&mut kind, BehaviorKind::Skill, "apologise", 1, "I'm so sorry");
        assert_ne!(title(&kind).as_deref(), Some("Their story first, then who they are"));
    }

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
    fn a_boundary_is_praised_under_abuse_and_a_fault_against_the_merely_upset() {
        let mut a = call(&[
            OPENING,
            (Speaker::Agent, 8.0, 14.0, "If you go on shouting, I'll have to end this call."),
        ]);
        heard(&mut a, BehaviorKind::Skill, "set_boundary", 1, "I'll have to end this call.");
        let abusive = Facts { heat: 5, ..dana() };
        assert!(of(&a, &abusive).iter().any(|f| f.kind == Keep && f.id == "set_boundary"));
        let upset = of(&a, &dana());
        assert!(upset.iter().any(|f| f.kind == Change && f.id == "set_boundary"));
        assert!(!upset.iter().any(|f| f.kind == Keep && f.id == "set_boundary"));
    }

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
        });
        let change = of(&a, &dana()).into_iter().find(|f| f.kind == Change).unwrap();
        assert!(
            change.because.contains("2.8 semitones above your own pitch, 31 % faster"),
            "{}",
            change.because
        );
        assert!(change.because.contains("12 s"));
        for label in ["angry", "nervous", "stressed", "afraid", "annoyed"] {
            assert!(!change.because.contains(label) && !change.title.contains(label));
        }
        a.voice.baseline = BaselineKind::OwnTurns;
        let change = of(&a, &dana()).into_iter().find(|f| f.kind == Change).unwrap();
        assert!(
            change.because.contains("measured against your calmer turns of this call"),
            "{}",
            change.because
        );
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
        a.voice.turns.push(VoiceTurn { start_s: 68.0, end_s: 74.0, heat: Some(3.6), shift });
        let change = of(&a, &dana()).into_iter().find(|f| f.id == "steadiness").unwrap();
        assert!(
            change
                .because
                .contains("In your turn at 1:08 your voice left its usual range: 4.1 semitones above"),
            "{}",
            change.because
        );
        a.voice.turns[0].heat = Some(2.5);
        assert!(of(&a, &dana()).iter().all(|f| f.id != "steadiness"));
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
            change.say_instead.contains("refund the second charge, five working days, or credit it"),
            "{}",
            change.say_instead
        );
        assert!(
            !found.iter().any(|f| f.kind == Keep && f.id == "apologise"),
            "praise does not speak against it"
        );
    }

    #[test]
    fn a_fault_that_is_not_ours_is_not_conceded() {
        let a = call(&[
            OPENING,
            (Speaker::Agent, 8.0, 12.0, "That was our mistake, I am afraid, and we will see."),
        ]);
        let theirs = Facts { fault: Fault::Nobody, ..dana() };
        assert!(of(&a, &theirs).iter().any(|f| f.id == "no_needless_blame_taking"));
        assert!(!of(&a, &dana()).iter().any(|f| f.id == "no_needless_blame_taking"));
    }

    #[test]
    fn at_most_one_of_each_in_the_order_keep_change_try_and_always_the_same() {
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
        assert_eq!(kinds, [Keep, Change, Try]);
        assert_eq!(found, of(&a, &dana()));
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
}
