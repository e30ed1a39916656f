//! How the floor goes from one to the other, and how long the customer waits.

use super::*;

#[test]
fn the_call_opens_with_the_first_line_and_gives_the_floor_at_its_completion() {
    let mut sim = Sim::begin();
    assert_eq!(sim.effects[0].1, Effect::PlayLine { play: 1, line: "opening".into() });
    sim.run_until(3.7);
    assert_eq!(sim.call.phase(), Phase::Customer);
    sim.run_until(3.9);
    assert_eq!(sim.call.phase(), Phase::Agent);
    assert!(sim.effects.contains(&(sim.effects.last().expect("some").0, Effect::Show(Phase::Agent))));
    let line = &sim.call.log().lines[0];
    assert_eq!((line.start, line.completion), (seconds_to_samples(0.03), seconds_to_samples(3.83)));
}

#[test]
fn a_finished_sentence_is_answered_after_seven_tenths_and_an_open_one_after_twelve() {
    for (text, lo, hi) in [("I'm so sorry about that.", 0.68, 0.74), ("I'm so sorry about", 1.18, 1.24)] {
        let mut sim = Sim::begin();
        sim.to_turn();
        sim.run_until(sim.now_s + 0.8);
        sim.speak(2.0);
        sim.words(text);
        sim.hear(&["acknowledge_feelings"]);
        let (wait, line) = sim.next_line(5.0);
        assert!((lo..hi).contains(&wait), "{text}: {wait}");
        assert_eq!(line, "and");
    }
}

#[test]
fn a_filler_and_a_lone_nod_are_given_more_time() {
    for (text, least) in [("I can see that, um", 1.9), ("Right, okay.", 2.4)] {
        let mut sim = Sim::begin();
        sim.to_turn();
        sim.speak(0.9);
        sim.words(text);
        assert!(sim.next_line(5.0).0 > least, "{text}");
    }
}

#[test]
fn an_agent_who_goes_on_within_the_wait_keeps_the_turn() {
    let mut sim = Sim::begin();
    sim.to_turn();
    for _ in 0..4 {
        sim.speak(1.5);
        sim.run_until(sim.now_s + 1.0);
    }
    assert_eq!(sim.call.phase(), Phase::Agent);
    assert_eq!(sim.call.log().replies.len(), 0);
}

#[test]
fn a_late_judgement_is_waited_for_a_moment_only() {
    let mut sim = Sim::begin();
    sim.to_turn();
    sim.speak(2.0);
    let (wait, line) = sim.next_line(5.0);
    assert!((1.3..1.4).contains(&wait), "{wait}");
    assert_eq!(line, "talk", "nothing was heard in time");
    assert!(sim.effects.iter().any(|(_, e)| matches!(e, Effect::JudgeReply { .. })));
    assert!(!sim.call.log().replies[0].judged_whole);
}

#[test]
fn a_judgement_in_time_is_used_at_once() {
    let mut sim = Sim::begin();
    sim.to_turn();
    sim.speak(2.0);
    sim.run_until(sim.now_s + 1.26);
    assert_eq!(sim.call.phase(), Phase::Judging);
    sim.hear(&["acknowledge_feelings"]);
    assert_eq!(sim.call.line(&sim.plan), "and");
    assert!(sim.call.log().replies[0].judged_whole);
}

#[test]
fn speech_while_the_reply_is_judged_takes_the_turn_back() {
    let mut sim = Sim::begin();
    sim.to_turn();
    sim.speak(2.0);
    sim.run_until(sim.now_s + 1.26);
    assert_eq!(sim.call.phase(), Phase::Judging);
    sim.speak(1.0);
    assert_eq!(sim.call.phase(), Phase::Agent);
}

#[test]
fn space_ends_the_turn_without_waiting() {
    let mut sim = Sim::begin();
    sim.to_turn();
    sim.speak(2.0);
    sim.hear(&["acknowledge_feelings"]);
    sim.send(Event::TurnDone { at: seconds_to_samples(sim.now_s) });
    assert_eq!(sim.call.line(&sim.plan), "and");
    assert_eq!(sim.call.log().replies[0].ended_by, TurnEndedBy::Space);
}

#[test]
fn space_while_the_customer_speaks_changes_nothing() {
    let mut sim = Sim::begin();
    sim.run_until(2.0);
    sim.send(Event::TurnDone { at: seconds_to_samples(2.0) });
    assert_eq!((sim.call.phase(), sim.call.line(&sim.plan)), (Phase::Customer, "opening"));
}

#[test]
fn how_the_reply_was_spoken_takes_its_row() {
    for (unsteady, rushed, expected) in
        [(false, false, "and"), (false, true, "talk"), (true, false, "rest"), (true, true, "rest")]
    {
        let text = TEXT.replacen(
            "[[line.next]]",
            "[[line.next]]\nwhen = [\"acknowledge_feelings\", \"unsteady\"]\nto = \"rest\"\n[[line.next]]",
            1,
        );
        let mut sim = Sim::of(plan_of(&text));
        sim.to_turn();
        sim.speak(2.0);
        let ids = ["acknowledge_feelings".to_owned()].into();
        sim.send(Event::Heard { ids, unsteady, rushed, through: seconds_to_samples(sim.now_s) });
        assert_eq!(sim.next_line(3.0).1, expected, "unsteady {unsteady}, rushed {rushed}");
    }
}

#[test]
fn an_agent_who_never_speaks_is_not_waited_for_for_ever() {
    let mut sim = Sim::begin();
    sim.to_turn();
    let (wait, line) = sim.next_line(20.0);
    assert!((11.9..12.2).contains(&wait), "{wait}");
    assert_eq!(line, "talk");
    let reply = &sim.call.log().replies[0];
    assert_eq!((reply.ended_by, reply.from, reply.to), (TurnEndedBy::Silence, reply.from, reply.from));
    assert!(reply.flags.dead_air);
}

#[test]
fn after_the_last_line_a_farewell_is_recorded_and_the_call_completes() {
    let mut sim = before_barge_in();
    sim.speak(1.2);
    sim.next_line(5.0);
    sim.to_turn();
    sim.speak(1.0);
    assert_eq!(sim.next_line(5.0).1, "end");
    sim.to_turn();
    assert!(sim.call.is_closing(&sim.plan));
    sim.speak(1.0);
    sim.words("Thank you, goodbye.");
    sim.run_until(sim.now_s + 1.0);
    assert_eq!(sim.call.phase(), Phase::Finished);
    assert_eq!(sim.call.log().ended.map(|e| e.how), Some(Ended::Completed));
    assert_eq!(sim.effects.iter().filter(|(_, e)| matches!(e, Effect::Finish(_))).count(), 1);
}

#[test]
fn ending_the_call_stops_what_plays_and_finishes_once() {
    let mut sim = Sim::begin();
    sim.run_until(1.0);
    sim.send(Event::End { at: seconds_to_samples(1.0) });
    let last: Vec<_> = sim.effects.iter().rev().take(3).map(|(_, e)| e.clone()).collect();
    assert_eq!(last, [Effect::Show(Phase::Finished), Effect::Finish(Ended::ByAgent), Effect::StopPlayback]);
    let seen = sim.effects.len();
    sim.send(Event::End { at: seconds_to_samples(1.1) });
    sim.run_until(5.0);
    assert_eq!(sim.effects.len(), seen, "nothing happens any more");
}

#[test]
fn the_course_survives_json() {
    let mut sim = before_barge_in();
    sim.speak(3.0);
    sim.send(Event::End { at: seconds_to_samples(sim.now_s) });
    let json = serde_json::to_string(sim.call.log()).expect("is plain data");
    assert_eq!(&serde_json::from_str::<TakeLog>(&json).expect("reads back"), sim.call.log());
}
