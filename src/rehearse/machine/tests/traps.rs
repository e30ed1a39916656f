//! Lines that trail off, and lines that barge in.

use super::*;

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
