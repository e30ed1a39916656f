use super::*;
use crate::call::{Span, samples_to_seconds};
use crate::rehearse::plan::LineSound;
use crate::rehearse::scenario::Scenario;
use crate::rehearse::waiting::Waits;
use proptest::prelude::*;
use std::collections::BTreeMap;

const TEXT: &str = r#"schema = "evenkeel.scenario/1"
id = "t"
title = "T"
heat = 3
start = "opening"
[[line]]
id = "opening"
text = "Opening."
audio = "a.wav"
heat = 3
[[line.next]]
when = ["acknowledge_feelings", "!interrupted", "!dead_air", "!rushed"]
to = "and"
[[line.next]]
to = "talk"
[[line]]
id = "and"
text = "I called, and ..."
audio = "a.wav"
heat = 2
trap = "trailing"
then = "rest"
[[line.next]]
to = "talk"
[[line]]
id = "rest"
text = "the rest"
audio = "a.wav"
heat = 2
[[line.next]]
to = "end"
[[line]]
id = "talk"
text = "Explain."
audio = "a.wav"
heat = 4
[[line.next]]
to = "stop"
[[line]]
id = "stop"
text = "No, stop."
audio = "a.wav"
heat = 4
trap = "barge_in"
after_s = 2.5
[[line.next]]
to = "end"
[[line]]
id = "end"
text = "Thanks."
audio = "a.wav"
heat = 1
"#;

fn plan() -> Plan {
    plan_of(TEXT)
}

/// Each recording: 4 s, speech from 0.1 to 1.5 s and from 2.5 to 3.8 s.
fn plan_of(text: &str) -> Plan {
    let scenario = Scenario::parse(text, "t").expect("is good");
    let speech =
        Timeline::new([Span::from_seconds(0.1, 1.5), Span::from_seconds(2.5, 3.8)].into_iter().flatten());
    let sounds: BTreeMap<_, _> = scenario
        .lines
        .iter()
        .map(|l| (l.id.clone(), LineSound::new(seconds_to_samples(4.0), &speech)))
        .collect();
    Plan::new(scenario, sounds, Waits::default()).expect("has all sounds")
}

/// A device and a clock around the machine: lines start 30 ms after they are asked for, ticks come every 20 ms.
struct Sim {
    plan: Plan,
    call: Call,
    now_s: f64,
    pending: Vec<(f64, Event)>,
    effects: Vec<(f64, Effect)>,
}

impl Sim {
    fn begin() -> Self {
        Self::of(plan())
    }

    fn of(plan: Plan) -> Self {
        let mut sim =
            Self { call: Call::new(&plan), plan, now_s: 0.0, pending: Vec::new(), effects: Vec::new() };
        sim.send(Event::Begin { at: 0 });
        sim
    }

    fn send(&mut self, event: Event) {
        let (call, effects) =
            std::mem::replace(&mut self.call, Call::new(&self.plan)).step(&self.plan, event);
        self.call = call;
        for effect in effects {
            match &effect {
                Effect::PlayLine { play, .. } => {
                    let start = self.now_s + 0.03;
                    self.pending
                        .push((start, Event::LineStarted { play: *play, at: seconds_to_samples(start) }));
                    self.pending.push((
                        start + 4.0,
                        Event::LineEnded { play: *play, at: seconds_to_samples(start + 4.0) },
                    ));
                }
                Effect::StopPlayback => {
                    self.pending
                        .retain(|(_, e)| !matches!(e, Event::LineStarted { .. } | Event::LineEnded { .. }));
                }
                _ => {}
            }
            self.effects.push((self.now_s, effect));
        }
    }

    fn run_until(&mut self, until_s: f64) {
        while self.now_s + 0.019 < until_s {
            self.now_s += 0.02;
            while let Some(i) = self.pending.iter().position(|(at, _)| *at <= self.now_s) {
                let (_, event) = self.pending.remove(i);
                self.send(event);
            }
            self.send(Event::Tick { at: seconds_to_samples(self.now_s) });
        }
    }

    /// The agent speaks from now for so long.
    fn speak(&mut self, for_s: f64) {
        self.send(Event::AgentOnset { at: seconds_to_samples(self.now_s) });
        self.run_until(self.now_s + for_s);
        self.send(Event::AgentOffset { at: seconds_to_samples(self.now_s) });
    }

    fn words(&mut self, text: &str) {
        self.send(Event::Words { text: text.into(), through: seconds_to_samples(self.now_s) });
    }

    fn hear(&mut self, ids: &[&str]) {
        let ids = ids.iter().map(|i| (*i).to_owned()).collect();
        let through = seconds_to_samples(self.now_s);
        self.send(Event::Heard { ids, unsteady: false, rushed: false, through });
    }

    /// Runs to the agent's next turn.
    fn to_turn(&mut self) {
        let limit = self.now_s + 30.0;
        while self.call.phase() != Phase::Agent && self.now_s < limit {
            self.run_until(self.now_s + 0.02);
        }
        assert_eq!(self.call.phase(), Phase::Agent);
    }

    /// Runs until a line is asked for; seconds from now.
    fn next_line(&mut self, limit_s: f64) -> (f64, String) {
        let (from, seen) = (self.now_s, self.effects.len());
        while self.now_s < from + limit_s {
            self.run_until(self.now_s + 0.02);
            for (at, effect) in &self.effects[seen..] {
                if let Effect::PlayLine { line, .. } = effect {
                    return (at - from, line.clone());
                }
            }
        }
        panic!("no line within {limit_s} s: {:?}", self.call);
    }
}

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
fn talking_over_the_customer_is_an_interruption_and_takes_the_other_row() {
    let mut sim = Sim::begin();
    sim.run_until(2.6);
    sim.speak(2.5);
    sim.hear(&["acknowledge_feelings"]);
    assert_eq!(sim.next_line(3.0).1, "talk");
    assert!(sim.call.log().replies[0].flags.interrupted);
}

#[test]
fn starting_in_the_customers_pause_is_an_interruption_when_the_customer_goes_on() {
    let mut sim = Sim::begin();
    sim.run_until(1.7);
    sim.speak(1.4);
    sim.hear(&["acknowledge_feelings"]);
    assert_eq!(sim.next_line(6.0).1, "talk");
    assert!(sim.call.log().replies[0].flags.interrupted);
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
fn a_nod_during_the_line_is_neither_an_interruption_nor_a_reply() {
    let mut sim = Sim::begin();
    sim.run_until(1.7);
    sim.speak(0.5);
    sim.to_turn();
    sim.run_until(sim.now_s + 2.0);
    assert_eq!(sim.call.phase(), Phase::Agent, "still waits for the reply");
    sim.speak(2.0);
    sim.hear(&["acknowledge_feelings"]);
    assert_eq!(sim.next_line(3.0).1, "and");
}

#[test]
fn three_seconds_of_nothing_is_dead_air() {
    let mut sim = Sim::begin();
    sim.to_turn();
    sim.run_until(sim.now_s + 3.2);
    sim.speak(2.0);
    sim.hear(&["acknowledge_feelings"]);
    assert_eq!(sim.next_line(3.0).1, "talk");
    assert!(sim.call.log().replies[0].flags.dead_air);
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

/// At the trailing line's completion.
fn trailing() -> Sim {
    let mut sim = Sim::begin();
    sim.to_turn();
    sim.speak(2.0);
    sim.hear(&["acknowledge_feelings"]);
    assert_eq!(sim.next_line(3.0).1, "and");
    while sim.call.phase() != Phase::Trailing {
        sim.run_until(sim.now_s + 0.02);
    }
    sim
}

#[test]
fn after_a_trailing_line_the_rest_follows_one_and_a_half_seconds_of_silence() {
    let mut sim = trailing();
    let (wait, line) = sim.next_line(5.0);
    assert!((1.4..1.6).contains(&wait), "{wait}");
    assert_eq!(line, "rest");
    assert_eq!(sim.call.log().replies.len(), 1, "the silence was no reply");
}

#[test]
fn a_nod_after_a_trailing_line_lets_the_rest_follow() {
    let mut sim = trailing();
    sim.run_until(sim.now_s + 0.5);
    sim.speak(0.4);
    sim.words("Mm-hmm.");
    let (wait, line) = sim.next_line(5.0);
    assert!((1.4..1.6).contains(&wait), "{wait}");
    assert_eq!(line, "rest");
}

#[test]
fn jumping_in_after_a_trailing_line_takes_its_rows_and_counts_as_interrupting() {
    let mut sim = trailing();
    sim.run_until(sim.now_s + 0.5);
    sim.speak(2.0);
    assert_eq!(sim.call.phase(), Phase::Agent);
    assert_eq!(sim.next_line(5.0).1, "talk");
    assert!(sim.call.log().replies[1].flags.interrupted);
}

#[test]
fn after_a_remark_into_a_trailing_line_without_rows_the_customer_finishes_the_sentence() {
    let rows = "then = \"rest\"\n[[line.next]]\nto = \"talk\"\n";
    assert!(TEXT.contains(rows));
    // `talk` stays reachable from the opening.
    let mut sim = Sim::of(plan_of(&TEXT.replace(rows, "then = \"rest\"\n")));
    sim.to_turn();
    sim.speak(2.0);
    sim.hear(&["acknowledge_feelings"]);
    assert_eq!(sim.next_line(3.0).1, "and");
    while sim.call.phase() != Phase::Trailing {
        sim.run_until(sim.now_s + 0.02);
    }
    sim.speak(2.0);
    assert_eq!(sim.next_line(3.0).1, "rest");
    sim.run_until(sim.now_s + 0.1);
    assert_eq!(sim.call.log().lines.last().map(|l| l.why), Some(Why::Then));
    assert!(sim.call.log().replies[1].flags.interrupted);
}

#[test]
fn a_short_question_after_a_trailing_line_jumps_in_once_its_words_are_known() {
    let mut sim = trailing();
    sim.speak(0.4);
    sim.words("Who?");
    assert_eq!(sim.call.phase(), Phase::Agent);
}

/// In the reply that is barged into.
fn before_barge_in() -> Sim {
    let mut sim = Sim::begin();
    sim.to_turn();
    sim.speak(2.0);
    assert_eq!(sim.next_line(3.0).1, "talk");
    sim.to_turn();
    sim
}

#[test]
fn a_barge_in_starts_over_the_reply_after_its_seconds() {
    let mut sim = before_barge_in();
    sim.run_until(sim.now_s + 1.0);
    sim.send(Event::AgentOnset { at: seconds_to_samples(sim.now_s) });
    let (after, line) = sim.next_line(5.0);
    assert!((2.45..2.56).contains(&after), "{after}");
    assert_eq!(line, "stop");
    sim.run_until(sim.now_s + 0.5);
    sim.send(Event::AgentOffset { at: seconds_to_samples(sim.now_s) });
    sim.to_turn();
    sim.run_until(sim.now_s + 5.0);
    assert_eq!(sim.call.phase(), Phase::Agent, "who yielded is given time");
    sim.speak(2.0);
    assert_eq!(sim.next_line(5.0).1, "end");
    let log = sim.call.log();
    assert_eq!(log.lines[2].why, Why::BargeIn);
    assert_eq!(log.replies[1].ended_by, TurnEndedBy::BargedIn);
    assert!(!log.replies[2].flags.interrupted, "it was the customer who cut in");
}

#[test]
fn a_short_reply_is_followed_by_the_barge_in_line_as_by_any_other() {
    let mut sim = before_barge_in();
    sim.speak(1.2);
    sim.words("I'll do that now.");
    let (wait, line) = sim.next_line(5.0);
    assert!(wait < 0.8, "{wait}");
    assert_eq!(line, "stop");
    assert_eq!(sim.call.log().replies[1].ended_by, TurnEndedBy::Finished);
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
fn on_hold_nothing_is_played_and_an_announced_hold_is_no_dead_air() {
    for (ids, dead) in [(&["announce_hold"] as &[&str], false), (&[], true)] {
        let mut sim = Sim::begin();
        sim.to_turn();
        sim.speak(2.0);
        sim.send(Event::Hold { on: true, at: seconds_to_samples(sim.now_s) });
        assert_eq!(sim.call.phase(), Phase::Hold);
        sim.run_until(sim.now_s + 10.0);
        assert_eq!(sim.call.phase(), Phase::Hold);
        sim.send(Event::Hold { on: false, at: seconds_to_samples(sim.now_s) });
        sim.run_until(sim.now_s + 0.5);
        sim.speak(2.0);
        sim.hear(ids);
        sim.next_line(3.0);
        assert_eq!(sim.call.log().replies[0].flags.dead_air, dead, "{ids:?}");
        let hold = sim.call.log().holds[0];
        let length = samples_to_seconds(hold.end.expect("is closed") - hold.start);
        assert!((9.9..10.1).contains(&length));
    }
}

#[test]
fn hold_does_nothing_while_the_customer_speaks() {
    let mut sim = Sim::begin();
    sim.run_until(1.0);
    assert!(!sim.call.can_hold());
    sim.send(Event::Hold { on: true, at: seconds_to_samples(1.0) });
    assert_eq!(sim.call.phase(), Phase::Customer);
    assert!(sim.call.log().holds.is_empty());
}

#[test]
fn a_line_cut_off_by_a_lost_device_is_played_again_when_it_is_back() {
    let mut sim = Sim::begin();
    sim.run_until(1.0);
    sim.send(Event::DeviceLost { at: seconds_to_samples(1.0) });
    assert_eq!(sim.call.phase(), Phase::Lost);
    assert!(sim.effects.iter().any(|(_, e)| *e == Effect::StopPlayback));
    sim.run_until(9.0);
    sim.send(Event::DeviceBack { at: seconds_to_samples(9.0) });
    sim.to_turn();
    let log = sim.call.log();
    assert_eq!((log.lines[0].whole, log.lines[0].completion), (false, seconds_to_samples(1.0)));
    assert_eq!(log.lines[0].speech, [[seconds_to_samples(0.13), seconds_to_samples(1.0)]]);
    assert_eq!(
        (log.lines[1].line.as_str(), log.lines[1].why, log.lines[1].whole),
        ("opening", Why::Resumed, true)
    );
    assert_eq!(log.gaps[0], Gap { start: seconds_to_samples(1.0), end: Some(seconds_to_samples(9.0)) });
}

#[test]
fn a_loudspeaker_that_stutters_ends_the_line_later() {
    for late_s in [0.005, 0.3] {
        let mut sim = Sim::begin();
        sim.run_until(0.1);
        sim.pending.clear();
        sim.run_until(4.03 + late_s);
        let at = seconds_to_samples(4.03 + late_s);
        sim.send(Event::LineEnded { play: 1, at });
        let counted = if late_s < 0.015 { 0.0 } else { late_s };
        let line = &sim.call.log().lines[0];
        let completion = seconds_to_samples(3.83 + counted);
        assert_eq!((line.completion, line.speech[1][1], line.whole), (completion, completion, true));
        sim.run_until(sim.now_s + 0.5);
        sim.speak(2.0);
        sim.hear(&["acknowledge_feelings"]);
        assert_eq!(sim.next_line(3.0).1, "and");
    }
}

#[test]
fn a_device_lost_in_the_agents_turn_gives_the_turn_back() {
    let mut sim = Sim::begin();
    sim.to_turn();
    sim.speak(1.5);
    sim.send(Event::DeviceLost { at: seconds_to_samples(sim.now_s) });
    sim.run_until(sim.now_s + 20.0);
    sim.send(Event::DeviceBack { at: seconds_to_samples(sim.now_s) });
    assert_eq!(sim.call.phase(), Phase::Agent);
    sim.run_until(sim.now_s + 0.5);
    sim.speak(2.0);
    sim.hear(&["acknowledge_feelings"]);
    assert_eq!(sim.next_line(3.0).1, "and", "the gap is not the agent's dead air");
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

fn event() -> impl Strategy<Value = Event> {
    let at = Just(0u64);
    let ids = proptest::sample::subsequence(vec!["acknowledge_feelings", "announce_hold", "argue"], 0..3);
    prop_oneof![
        8 => at.prop_map(|at| Event::Tick { at }),
        4 => Just(Event::AgentOnset { at: 0 }),
        4 => Just(Event::AgentOffset { at: 0 }),
        2 => (0u32..6).prop_map(|play| Event::LineStarted { play, at: 0 }),
        2 => (0u32..6).prop_map(|play| Event::LineEnded { play, at: 0 }),
        2 => proptest::sample::select(vec!["I see.", "um", "It is done.", "and", ""])
            .prop_map(|t| Event::Words { text: t.to_owned(), through: 0 }),
        2 => ids.prop_map(|ids| Event::Heard {
            ids: ids.into_iter().map(str::to_owned).collect(), unsteady: false, rushed: true, through: 0 }),
        1 => any::<bool>().prop_map(|on| Event::Hold { on, at: 0 }),
        1 => Just(Event::TurnDone { at: 0 }),
        1 => Just(Event::DeviceLost { at: 0 }),
        1 => Just(Event::DeviceBack { at: 0 }),
        1 => Just(Event::Begin { at: 0 }),
    ]
}

fn at_moment(event: Event, now: u64) -> Event {
    match event {
        Event::Begin { .. } => Event::Begin { at: now },
        Event::Tick { .. } => Event::Tick { at: now },
        Event::LineStarted { play, .. } => Event::LineStarted { play, at: now },
        Event::LineEnded { play, .. } => Event::LineEnded { play, at: now },
        Event::AgentOnset { .. } => Event::AgentOnset { at: now },
        Event::AgentOffset { .. } => Event::AgentOffset { at: now },
        Event::Words { text, .. } => Event::Words { text, through: now },
        Event::Heard { ids, unsteady, rushed, .. } => Event::Heard { ids, unsteady, rushed, through: now },
        Event::Hold { on, .. } => Event::Hold { on, at: now },
        Event::TurnDone { .. } => Event::TurnDone { at: now },
        Event::DeviceLost { .. } => Event::DeviceLost { at: now },
        Event::DeviceBack { .. } => Event::DeviceBack { at: now },
        Event::End { .. } => Event::End { at: now },
    }
}

proptest! {
    #[test]
    fn whatever_happens_the_course_stays_lawful(steps in prop::collection::vec((event(), 0u64..24_000), 0..300)) {
        let plan = plan();
        let mut call = Call::new(&plan);
        let mut now = 0;
        // The recording that the device is playing: its number, and when it will be over once it has begun.
        let mut playing: Option<(u32, Option<u64>)> = None;
        let mut plays = 0;
        let end = std::iter::once((Event::End { at: 0 }, 10));
        for (event, forward) in steps.into_iter().chain(end) {
            now += forward;
            let event = at_moment(event, now);
            if let Event::LineStarted { play, at } | Event::LineEnded { play, at } = event
                && let Some((p, ends @ None)) = &mut playing
                && *p == play
            {
                let whole = matches!(event, Event::LineStarted { .. });
                *ends = Some(if whole { at + seconds_to_samples(4.0) } else { at });
            }
            if let Event::LineEnded { play, .. } = event && playing.is_some_and(|(p, _)| p == play) {
                playing = None;
            }
            let before = call.phase();
            let (next, effects) = call.step(&plan, event);
            call = next;
            for effect in effects {
                prop_assert!(before != Phase::Finished);
                match effect {
                    Effect::PlayLine { play, line } => {
                        prop_assert!(plan.index(&line).is_some());
                        let over = playing.is_none_or(|(_, ends)| ends.is_some_and(|e| e <= now));
                        prop_assert!(over, "two lines at once");
                        plays += 1;
                        prop_assert_eq!(play, plays);
                        playing = Some((play, None));
                    }
                    Effect::StopPlayback => playing = None,
                    Effect::JudgeReply { from, to } => prop_assert!(from <= to && to <= now),
                    Effect::Show(phase) => prop_assert_eq!(phase, call.phase()),
                    Effect::Finish(_) => prop_assert_eq!(call.phase(), Phase::Finished),
                }
            }
            let log = call.log();
            prop_assert!(log.lines.windows(2).all(|w| w[0].start <= w[1].start && w[0].completion <= w[1].start));
            prop_assert!(log.replies.iter().all(|r| r.from <= r.to && r.to <= r.over));
            prop_assert!(log.holds.iter().rev().skip(1).all(|h| h.end.is_some()));
        }
        prop_assert_eq!(call.phase(), Phase::Finished);
        prop_assert!(call.log().ended.is_some() && call.log().gaps.iter().all(|g| g.end.is_some()));
        prop_assert!(call.log().holds.iter().all(|h| h.end.is_some()));
    }
}
