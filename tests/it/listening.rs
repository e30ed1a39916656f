//! What the measured calls lack, heard by the real detector in a quiet room, with a leak, in noise and with a colleague
//! behind: signs of listening, pauses of the customer, starts in them, yielding, holds, dead air.

use super::stage::{Condition, Stage, line, nearest, taken, word};
use evenkeel::call::{ResponseKind, Span};
use evenkeel::coach::Rubric;
use evenkeel::measure::{Talk, turn_taking};

const BAG: &str = "lost-bag";
const FORM: &str = "lost-form";

#[test]
fn a_backchannel_a_barge_in_dead_air_and_a_pause_are_told_apart_in_every_room() {
    for condition in Condition::ALL {
        let mut stage = Stage::new(75.0);
        let (bag, form) = ("lost-bag", "lost-form");
        // A sign of listening in the middle of the customer's line: no response.
        let opening = Stage::say(&mut stage.customer, 1.0, &line(bag, "opening"));
        Stage::say(&mut stage.agent, 3.0, &word(form, "opening", 0.5));
        let reply_at = opening + 0.7;
        let replied = Stage::say(&mut stage.agent, reply_at, &line(form, "opening"));
        // The customer barges in; the agent goes on.
        let barge_at = replied - 2.0;
        let barged = Stage::say(&mut stage.customer, barge_at, &line(bag, "the-dress"));
        // Dead air of four seconds, then an answer.
        let late_at = barged + 4.0;
        let late = Stage::say(&mut stage.agent, late_at, &line(form, "again"));
        // A customer who pauses for 1.2 s inside the turn and goes on; the agent waits.
        let paused = Stage::say(&mut stage.customer, late + 0.6, &line(bag, "tonight"));
        let resumed = Stage::say(&mut stage.customer, paused + 1.2, &line(bag, "the-dress-on"));
        let last_at = resumed + 1.0;
        let end = Stage::say(&mut stage.agent, last_at, &line(form, "the-rules"));
        assert!(end < 74.0, "{end}");
        condition.apply(&mut stage);
        let near_s = condition.tolerance_s();
        let found = stage.detect();
        assert_eq!(found.leak_into_agent.is_some(), condition == Condition::Leak);
        let taking = taken(&found.agent, &found.customer);
        for (start_s, latency_s) in [(reply_at, 0.7), (late_at, 4.0), (last_at, 1.0)] {
            let row = nearest(&taking.responses, start_s)
                .unwrap_or_else(|| panic!("{condition:?}: no response at {start_s}: {:?}", taking.responses));
            assert!((row.latency_s - latency_s).abs() < near_s, "{condition:?}: {row:?} for {latency_s}");
            assert_eq!(row.kind, ResponseKind::Reply);
        }
        assert_eq!(taking.responses.len(), 3, "{condition:?}: {:?}", taking.responses);
        assert!(taking.interruptions.is_empty(), "{:?}", taking.interruptions);
        assert_eq!(taking.backchannels.len(), 1, "{condition:?}: {:?}", taking.backchannels);
        assert!((taking.backchannels[0].start_s - 3.0).abs() < near_s, "{:?}", taking.backchannels);
        assert_eq!(taking.barge_ins.len(), 1, "{condition:?}: {:?}", taking.barge_ins);
        assert!(!taking.barge_ins[0].yielded && (taking.barge_ins[0].start_s - barge_at).abs() < near_s);
        let dead: Vec<_> = taking.dead_air.iter().filter(|d| (d.start_s - barged).abs() < near_s).collect();
        assert_eq!(dead.len(), 1, "{:?}", taking.dead_air);
    }
}

#[test]
fn the_customers_pauses_of_0_8_and_1_5_seconds_are_waited_through() {
    for condition in Condition::ALL {
        let mut stage = Stage::new(45.0);
        let first = Stage::say(&mut stage.customer, 1.0, &line(BAG, "the-dress"));
        let second = Stage::say(&mut stage.customer, first + 0.8, &line(BAG, "tonight"));
        let third = Stage::say(&mut stage.customer, second + 1.5, &line(BAG, "the-dress-on"));
        let at = third + 0.9;
        let paused = Stage::say(&mut stage.agent, at, &line(FORM, "again"));
        let end = Stage::say(&mut stage.agent, paused + 1.3, &word(FORM, "the-rules", 2.0));
        assert!(end < 44.0, "{end}");
        condition.apply(&mut stage);
        let found = stage.detect();
        let taking = taken(&found.agent, &found.customer);
        let near_s = condition.tolerance_s();
        assert_eq!(taking.responses.len(), 1, "{condition:?}: {:?}", taking.responses);
        let row = &taking.responses[0];
        assert!(
            (row.latency_s - 0.9).abs() < near_s && row.kind == ResponseKind::Reply,
            "{condition:?}: {row:?}"
        );
        assert!(
            taking.interruptions.is_empty() && taking.backchannels.is_empty(),
            "{condition:?}: {taking:?}"
        );
        assert_eq!(taking.turns.len(), 2, "{condition:?}: {:?}", taking.turns);
        let long: Vec<_> = taking.pauses.iter().filter(|p| p.long).collect();
        assert_eq!(long.len(), 1, "{condition:?}: {:?}", taking.pauses);
        assert!((long[0].end_s - long[0].start_s - 1.3).abs() < 2.0 * near_s, "{condition:?}: {long:?}");
    }
}

#[test]
fn starting_in_the_customers_pause_and_giving_way_is_a_pause_interruption() {
    for condition in Condition::ALL {
        let mut stage = Stage::new(30.0);
        let first = Stage::say(&mut stage.customer, 1.0, &line(BAG, "the-dress"));
        // The agent starts in a pause of 1.3 s; the customer goes on, and the agent stops 0.3 s later.
        let started = first + 0.5;
        let goes_on = first + 1.3;
        Stage::say(&mut stage.agent, started, &word(FORM, "again", 1.1));
        let over = Stage::say(&mut stage.customer, goes_on, &line(BAG, "opening"));
        let end = Stage::say(&mut stage.agent, over + 0.6, &line(FORM, "the-rules"));
        assert!(end < 29.0, "{end}");
        condition.apply(&mut stage);
        let found = stage.detect();
        let taking = taken(&found.agent, &found.customer);
        let near_s = condition.tolerance_s();
        let row = nearest(&taking.responses, started)
            .unwrap_or_else(|| panic!("{condition:?}: {:?}", taking.responses));
        assert_eq!(row.kind, ResponseKind::PauseInterruption, "{condition:?}: {row:?}");
        assert!((row.latency_s - (started - over)).abs() < 2.0 * near_s, "{condition:?}: {row:?}");
        let last = nearest(&taking.responses, over + 0.6)
            .unwrap_or_else(|| panic!("{condition:?}: {:?}", taking.responses));
        assert!((last.latency_s - 0.6).abs() < near_s, "{condition:?}: {last:?}");
        assert_eq!((taking.responses.len(), taking.interruptions.len()), (2, 0), "{condition:?}: {taking:?}");
    }
}

#[test]
fn stopping_when_the_customer_barges_in_is_yielding_and_talking_on_is_not() {
    for condition in Condition::ALL {
        for (spoke_on_s, yields) in [(0.25, true), (1.2, false)] {
            let mut stage = Stage::new(34.0);
            let asked = Stage::say(&mut stage.customer, 1.0, &line(BAG, "opening"));
            let reply_at = asked + 0.8;
            let stopped = Stage::say(&mut stage.agent, reply_at, &word(FORM, "opening", 4.0));
            let barged = stopped - spoke_on_s;
            let over = Stage::say(&mut stage.customer, barged, &line(BAG, "tonight"));
            let end = Stage::say(&mut stage.agent, over + 1.0, &line(FORM, "again"));
            assert!(end < 33.0, "{end}");
            condition.apply(&mut stage);
            let found = stage.detect();
            let taking = taken(&found.agent, &found.customer);
            let near_s = condition.tolerance_s();
            assert_eq!(taking.barge_ins.len(), 1, "{condition:?}: {:?}", taking.barge_ins);
            let row = taking.barge_ins[0];
            assert!((row.start_s - barged).abs() < near_s && row.yielded == yields, "{condition:?}: {row:?}");
            for (start_s, latency_s) in [(reply_at, 0.8), (over + 1.0, 1.0)] {
                let row = nearest(&taking.responses, start_s)
                    .unwrap_or_else(|| panic!("{condition:?}: {:?}", taking.responses));
                assert!((row.latency_s - latency_s).abs() < near_s, "{condition:?}: {row:?} for {latency_s}");
            }
            assert!(taking.interruptions.is_empty(), "{condition:?}: {:?}", taking.interruptions);
        }
    }
}

#[test]
fn a_hold_that_was_announced_is_no_fault_and_a_silence_without_a_word_is() {
    for condition in Condition::ALL {
        let mut stage = Stage::new(56.0);
        let asked = Stage::say(&mut stage.customer, 1.0, &line(BAG, "opening"));
        let announced = asked + 0.8;
        let held = Stage::say(&mut stage.agent, announced, &line(FORM, "out-of-order"));
        let back = Stage::say(&mut stage.agent, held + 8.0, &line(FORM, "again"));
        let more = Stage::say(&mut stage.customer, back + 0.7, &line(BAG, "the-dress"));
        let late_at = more + 3.6;
        let end = Stage::say(&mut stage.agent, late_at, &line(FORM, "the-rules"));
        assert!(end < 55.0, "{end}");
        condition.apply(&mut stage);
        let found = stage.detect();
        let holds: Vec<Span> = Span::from_seconds(announced, held).into_iter().collect();
        let talk = Talk { holds: &holds, ..Talk::of(&found.agent, Some(&found.customer)) };
        let taking = turn_taking(&talk, &Rubric::embedded().limits);
        let near_s = condition.tolerance_s();
        assert_eq!(taking.dead_air.len(), 2, "{condition:?}: {:?}", taking.dead_air);
        for (row, (start_s, length_s, announced)) in
            taking.dead_air.iter().zip([(held, 8.0, true), (more, 3.6, false)])
        {
            assert!((row.start_s - start_s).abs() < near_s, "{condition:?}: {row:?}");
            assert!((row.end_s - row.start_s - length_s).abs() < 2.0 * near_s, "{condition:?}: {row:?}");
            assert_eq!(row.announced, announced, "{condition:?}: {row:?}");
        }
        let late = nearest(&taking.responses, late_at)
            .unwrap_or_else(|| panic!("{condition:?}: {:?}", taking.responses));
        assert!((late.latency_s - 3.6).abs() < near_s, "{condition:?}: {late:?}");
    }
}
