//! Calls on a simulated device and clock.

mod course;
mod disturbance;
mod overlap;
mod traps;
mod turns;

use super::*;
use crate::call::{Span, samples_to_seconds};
use crate::rehearse::plan::LineSound;
use crate::rehearse::scenario::Scenario;
use crate::rehearse::waiting::Waits;
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

/// In the reply that is barged into.
fn before_barge_in() -> Sim {
    let mut sim = Sim::begin();
    sim.to_turn();
    sim.speak(2.0);
    assert_eq!(sim.next_line(3.0).1, "talk");
    sim.to_turn();
    sim
}
