//! Talking over the customer, nods, and silence.

use super::*;

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
