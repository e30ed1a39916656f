//! Holds, and devices that fail.

use super::*;

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
fn what_is_said_on_hold_is_no_part_of_the_reply() {
    let mut sim = Sim::begin();
    sim.to_turn();
    sim.speak(2.0);
    let said = sim.now_s;
    sim.send(Event::Hold { on: true, at: seconds_to_samples(sim.now_s) });
    sim.run_until(sim.now_s + 2.0);
    sim.speak(3.0);
    sim.run_until(sim.now_s + 1.0);
    // Somebody who is still speaking aside when they come back begins then.
    sim.send(Event::AgentOnset { at: seconds_to_samples(sim.now_s) });
    sim.run_until(sim.now_s + 1.0);
    let back = sim.now_s;
    sim.send(Event::Hold { on: false, at: seconds_to_samples(back) });
    sim.run_until(sim.now_s + 0.5);
    sim.send(Event::AgentOffset { at: seconds_to_samples(sim.now_s) });
    sim.hear(&[]);
    sim.next_line(8.0);
    let reply = &sim.call.log().replies[0];
    assert!(reply.flags.dead_air, "seven seconds that nobody announced, whatever was said aside");
    assert!((samples_to_seconds(reply.to) - back - 0.5).abs() < 0.05);
    assert!(samples_to_seconds(reply.from) < said);
}

#[test]
fn back_from_a_hold_the_agent_has_the_floor_first() {
    let mut sim = Sim::begin();
    sim.to_turn();
    sim.speak(2.0);
    sim.words("Let me look at that.");
    sim.send(Event::Hold { on: true, at: seconds_to_samples(sim.now_s) });
    sim.run_until(sim.now_s + 8.0);
    sim.send(Event::Hold { on: false, at: seconds_to_samples(sim.now_s) });
    let (silent, _) = sim.next_line(10.0);
    assert!((3.5..4.5).contains(&silent), "time for a thank you: {silent}");

    let mut sim = Sim::begin();
    sim.to_turn();
    sim.speak(2.0);
    sim.send(Event::Hold { on: true, at: seconds_to_samples(sim.now_s) });
    sim.run_until(sim.now_s + 8.0);
    sim.send(Event::Hold { on: false, at: seconds_to_samples(sim.now_s) });
    sim.run_until(sim.now_s + 2.0);
    sim.speak(1.5);
    sim.words("Thank you for holding.");
    sim.hear(&[]);
    let (after, _) = sim.next_line(5.0);
    assert!(after < 1.0, "and then the call goes on as always: {after}");
}
