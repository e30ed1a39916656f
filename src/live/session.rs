//! One call, step by step: what the device gives goes to the take, the ear and the call machine, whose effects go back.

mod devices;

use super::clock::TakeClock;
use super::ear::{Ear, Edge};
use super::events::{Command, Ended, LiveEvent};
use super::hearing::{Hearing, Knowledge, Request};
use super::listener::Listener;
use super::meter::{Meter, level_of};
use super::reply::Reply;
use super::setup::{Opener, Setup};
use super::take::TwoChannels;
use super::tape::Tape;
use super::{LiveError, Script, ring};
use crate::asr::AsrError;
use crate::call::{samples_to_seconds, seconds_to_samples};
use crate::device::{AudioIo, Choice, PlayId, Prompt};
use crate::measure::voice::Baseline;
use crate::rehearse::{Call, Effect, Event, Phase};
use crate::signal::SampleSource;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// The microphone is heard so long before the first line, so that its background is known.
const LEAD_IN_S: f64 = 0.5;
/// A line is asked for at most so much before its time, however slow the devices are: until then it is listened for an
/// agent who goes on.
const MOST_AHEAD_S: f64 = 0.1;
/// Levels are told this often.
const METER_S: f64 = 0.05;
/// Pace is told this often.
const PACE_S: f64 = 0.5;

struct Playing {
    id: PlayId,
    play: u32,
    line: String,
    /// When it sounded first.
    start: Option<u64>,
}

/// A call in progress.
pub struct Session {
    script: Arc<Script>,
    baseline: Option<Arc<Baseline>>,
    opener: Opener,
    choice: Choice,
    /// A device that failed is opened again without asking, but not before this moment of the take.
    again_from: u64,
    io: Option<Box<dyn AudioIo + Send>>,
    prompts: BTreeMap<String, Prompt>,
    call: Option<Call>,
    begun: bool,
    /// A device is missing.
    lost: bool,
    clock: TakeClock,
    tape: Tape,
    take: Option<TwoChannels>,
    path: PathBuf,
    hearing: Hearing,
    ear: Ear,
    listener: Option<Listener>,
    playing: Option<Playing>,
    turn: u32,
    reply: Reply,
    /// When the customer was taken off hold last.
    back_at: u64,
    meter: Meter,
    next_meter: u64,
    next_pace: u64,
    cut_short: Option<String>,
    words_failed: Option<AsrError>,
    out: Vec<LiveEvent>,
}

impl Session {
    /// Opens devices and take; the call begins by itself when both streams run.
    pub fn open(mut setup: Setup) -> Result<Self, LiveError> {
        let io = (setup.opener)(&setup.choice)?;
        let take = TwoChannels::create(&setup.take)?;
        let tape = Tape::default();
        let know = Knowledge {
            recognizer: setup.recognizer,
            rules: setup.rules,
            rubric: setup.rubric,
            baseline: setup.baseline.clone(),
            facts: setup.script.facts.clone(),
            language: setup.language,
            asks_for_voice: setup.script.asks_for_voice(),
            hearing: setup.hearing,
        };
        let listener = Listener::new(tape.clone(), know, setup.threaded).ok_or(LiveError::Thread)?;
        let mut session = Self {
            call: Some(Call::new(setup.script.plan()).with_leak(setup.leak_db)),
            script: setup.script,
            baseline: setup.baseline,
            opener: setup.opener,
            choice: setup.choice,
            again_from: 0,
            io: None,
            prompts: BTreeMap::new(),
            begun: false,
            lost: false,
            clock: TakeClock::default(),
            tape,
            take: Some(take),
            path: setup.take,
            hearing: setup.hearing,
            ear: Ear::new(setup.detector, setup.leak_db),
            listener: Some(listener),
            playing: None,
            turn: 0,
            reply: Reply::default(),
            back_at: 0,
            meter: Meter::default(),
            next_meter: 0,
            next_pace: 0,
            cut_short: None,
            words_failed: None,
            out: Vec::new(),
        };
        session.connect(io);
        Ok(session)
    }

    /// Whether the call is over and the take closed.
    pub fn is_over(&self) -> bool {
        self.take.is_none()
    }

    /// Seconds of the take so far.
    pub fn at_s(&self) -> f64 {
        samples_to_seconds(self.now())
    }

    /// Where the call is.
    pub fn phase(&self) -> Phase {
        self.call.as_ref().map_or(Phase::Finished, Call::phase)
    }

    /// Looks at everything once; call it every 10 ms.
    pub fn step(&mut self) -> Vec<LiveEvent> {
        if !self.is_over() {
            let events = self.io.as_mut().map(|io| io.poll()).unwrap_or_default();
            self.take_in(events);
            self.listen();
            self.tick();
        }
        std::mem::take(&mut self.out)
    }

    /// Obeys the person.
    pub fn command(&mut self, command: Command) {
        let at = self.now();
        match command {
            Command::Hold(on) => self.hold(on, at),
            Command::TurnDone => self.machine(Event::TurnDone { at }),
            Command::End => self.machine(Event::End { at }),
            Command::Resume(choice) => self.resume(&choice),
        }
    }

    /// What is said while the customer is on hold is nobody's reply: it is neither recognized nor judged.
    fn hold(&mut self, on: bool, at: u64) {
        let before = self.phase();
        self.machine(Event::Hold { on, at });
        match (before, self.phase()) {
            (Phase::Agent | Phase::Judging, Phase::Hold) => {
                self.reply.close(at);
                self.ask(None, false);
            }
            (Phase::Hold, Phase::Agent) => {
                self.back_at = at;
                if self.ear.open().is_some() {
                    self.reply.open(at);
                }
            }
            _ => {}
        }
    }

    /// Up to here the microphone was heard.
    fn now(&self) -> u64 {
        self.tape.len()
    }

    /// When a line that is asked for now would sound. The newest sound of the microphone is some ten milliseconds old, and
    /// the loudspeaker's server takes as long again: both belong to the wait.
    fn next_sound(&self) -> u64 {
        let heard = self.now();
        let next = self.io.as_ref().and_then(|io| self.clock.sample(io.now().plus(io.lead_s())));
        next.map_or(heard, |n| n.clamp(heard, heard + seconds_to_samples(MOST_AHEAD_S)))
    }

    fn listen(&mut self) {
        let Some(take) = &self.take else { return };
        let edges = self.ear.hear(&self.tape, |start, out| take.customer(start, out));
        for edge in edges.unwrap_or_default() {
            match edge {
                Edge::Onset(at) => {
                    // Noticed after the way back, begun before it.
                    let at = at.max(self.back_at);
                    if self.phase() != Phase::Hold {
                        self.reply.open(at);
                    }
                    self.machine(Event::AgentOnset { at });
                }
                Edge::Offset(at) => {
                    self.machine(Event::AgentOffset { at });
                    if self.reply.is_open() {
                        self.reply.close(at);
                        self.ask(None, false);
                    }
                }
                Edge::Lull(at)
                    if self.reply.is_open() && matches!(self.hearing, Hearing::Ahead | Hearing::Early) =>
                {
                    self.ask(Some(at), false);
                }
                Edge::Lull(_) => {}
            }
        }
        if self.reply.cut_long(self.hearing, self.now(), &self.ear) {
            self.ask(None, false);
        }
        for answer in self.listener.as_mut().map(Listener::answers).unwrap_or_default() {
            self.words_failed = answer.failed.or(self.words_failed.take());
            if answer.turn != self.turn {
                continue;
            }
            if !answer.text.is_empty() {
                self.out.push(LiveEvent::Words { text: answer.text.clone(), decode_s: answer.decode_s });
                self.machine(Event::Words { text: answer.text, through: answer.through });
            }
            self.machine(Event::Heard {
                ids: answer.ids,
                unsteady: answer.unsteady,
                rushed: answer.rushed,
                through: answer.through,
            });
        }
    }

    /// Everything said in this turn, with the stretch that goes on up to a moment.
    fn ask(&mut self, until: Option<u64>, over: bool) {
        let stretches = self.reply.stretches(until);
        let line = self.call.as_ref().and_then(|c| c.log().lines.last());
        let customer = line.map_or_else(String::new, |l| l.text.clone());
        if let Some(listener) = &mut self.listener {
            listener.ask(Request { turn: self.turn, stretches, customer, over });
        }
    }

    fn tick(&mut self) {
        let now = self.now();
        if self.lost || self.is_over() {
            return;
        }
        if !self.begun && now >= seconds_to_samples(LEAD_IN_S) {
            self.begun = true;
            if let Some(io) = &self.io {
                let (microphone, loudspeaker) = io.names();
                self.out.push(LiveEvent::Began { microphone, loudspeaker });
            }
            self.machine(Event::Begin { at: now });
        }
        // Nobody is cut off while it is being found out whether they went on: a tenth of a second at most.
        if !self.ear.undecided() {
            self.machine(Event::Tick { at: self.next_sound() });
        }
        if now >= self.next_meter {
            self.next_meter = now + seconds_to_samples(METER_S);
            self.tell_levels(now);
        }
        if now >= self.next_pace && self.reply.is_open() {
            self.next_pace = now + seconds_to_samples(PACE_S);
            if let Some(baseline) = &self.baseline {
                let pace = ring::measure(&self.tape, &self.reply.timeline(now), baseline);
                self.out.extend(pace.map(LiveEvent::Pace));
            }
        }
    }

    fn tell_levels(&mut self, now: u64) {
        let mut samples = vec![0.0; seconds_to_samples(METER_S) as usize];
        if let Some(take) = &self.take {
            take.customer(now.saturating_sub(samples.len() as u64), &mut samples);
        }
        let (agent, customer) = (self.meter.take(), level_of(&samples));
        let speaking = self.ear.open().is_some();
        self.out.push(LiveEvent::Meter { at_s: samples_to_seconds(now), agent, customer, speaking });
    }

    fn tell_log(&mut self) {
        if let Some(call) = &self.call {
            self.out.push(LiveEvent::Log(Box::new(call.log().clone())));
        }
    }

    fn machine(&mut self, event: Event) {
        let Some(call) = self.call.take() else { return };
        let (call, effects) = call.step(self.script.plan(), event);
        self.call = Some(call);
        for effect in effects {
            self.obey(effect);
        }
    }

    fn obey(&mut self, effect: Effect) {
        match effect {
            Effect::PlayLine { play, line } => self.play(play, line),
            Effect::StopPlayback => {
                if let Some(io) = &mut self.io {
                    io.stop_playback();
                }
            }
            Effect::JudgeReply { .. } => self.ask(Some(self.now()), true),
            Effect::Show(phase) => self.out.push(LiveEvent::Phase(phase)),
            Effect::Finish(_) => self.finish(),
        }
    }

    fn play(&mut self, play: u32, line: String) {
        if self.reply.is_open() {
            self.ask(Some(self.now()), false);
        }
        self.reply.next(self.now());
        self.turn = play;
        if let (Some(io), Some(prompt)) = (&mut self.io, self.prompts.get(&line)) {
            let id = io.play(prompt);
            self.playing = Some(Playing { id, play, line: line.clone(), start: None });
        }
        if let Some(l) = self.script.plan().scenario().line(&line) {
            self.out.push(LiveEvent::Line { id: line, text: l.text.clone(), heat: l.heat });
        }
    }

    fn finish(&mut self) {
        let now = self.now();
        self.reply.close(now);
        let mut samples = now;
        if let Some(take) = self.take.take() {
            match take.finish() {
                Ok(n) => samples = n,
                Err(e) => self.cut_short = self.cut_short.take().or(Some(e.to_string())),
            }
        }
        // Closing a device that hangs takes a second: the take is safe by then.
        self.io = None;
        let heard = self.listener.take().map(Listener::finish).unwrap_or_default();
        let Some(call) = &self.call else { return };
        self.out.push(LiveEvent::Ended(Box::new(Ended {
            log: call.log().clone(),
            path: self.path.clone(),
            duration_s: samples_to_seconds(samples),
            heard,
            cut_short: self.cut_short.take(),
            words_failed: self.words_failed.take(),
        })));
    }
}
