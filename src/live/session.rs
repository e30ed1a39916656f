//! One call, step by step: what the device gives goes to the take, the ear and the call machine, whose effects go back.

use super::ear::{Ear, Edge};
use super::events::{Command, Ended, Level, LiveEvent};
use super::listener::{Hearing, Knowledge, Listener, Request};
use super::take::TwoChannels;
use super::tape::Tape;
use super::{LiveError, Script, ring};
use crate::analyze::Recognizer;
use crate::asr::AsrError;
use crate::call::{RATE_HZ, Span, Timeline, samples_to_seconds, seconds_to_samples};
use crate::coach::Rubric;
use crate::device::{
    AudioIo, CaptureBlock, Choice, DeviceError, DeviceEvent, Moment, PlayId, Prompt, TroubleKind,
};
use crate::measure::voice::Baseline;
use crate::rehearse::{Call, Effect, Event, Phase};
use crate::signal::{SampleSource, SpeechDetector};
use crate::words::Rules;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Opens the devices: the real ones, or those of a test.
pub type Opener = Box<dyn FnMut(&Choice) -> Result<Box<dyn AudioIo + Send>, DeviceError> + Send>;

/// The microphone is heard so long before the first line, so that its background is known.
const LEAD_IN_S: f64 = 0.5;
/// What stands in the take for the time without a device.
const GAP_S: f64 = 1.0;
/// Levels are told this often.
const METER_S: f64 = 0.05;
/// Pace is told this often.
const PACE_S: f64 = 0.5;
/// A stretch longer than this is recognized up to its quietest moment, while it goes on.
const LONG_S: f64 = 5.0;
/// That moment is looked for after this much of it, and not in its last part.
const LONG_FIRST_S: f64 = 2.5;
const LONG_LAST_S: f64 = 0.3;

/// Everything that a call needs.
pub struct Setup {
    /// What is played.
    pub script: Arc<Script>,
    /// Where the take goes; the file must not exist.
    pub take: PathBuf,
    /// Which devices.
    pub choice: Choice,
    /// Opens them.
    pub opener: Opener,
    /// Says whether somebody speaks.
    pub detector: Box<dyn SpeechDetector + Send>,
    /// Says what; without one the lines follow what is known without words.
    pub recognizer: Option<Arc<dyn Recognizer>>,
    /// Hears behaviors in it.
    pub rules: Arc<Rules>,
    /// Bands of pace and heat.
    pub rubric: Arc<Rubric>,
    /// The person's own voice.
    pub baseline: Option<Arc<Baseline>>,
    /// Two-letter code.
    pub language: String,
    /// Leakage of the loudspeaker into the microphone as the sound check measured it, in dB against what was played.
    pub leak_db: Option<f64>,
    /// When words are recognized.
    pub hearing: Hearing,
    /// Recognize on a thread of its own; otherwise at once, for tests on a virtual clock.
    pub threaded: bool,
}

/// Device moments to samples of the take.
#[derive(Default)]
struct TakeClock {
    /// Sample of the take and its moment.
    anchor: Option<(u64, Moment)>,
}

impl TakeClock {
    fn sample(&self, at: Moment) -> Option<u64> {
        let (sample, moment) = self.anchor?;
        let away = (at.since(moment) * f64::from(RATE_HZ)).round() as i64;
        Some(sample.saturating_add_signed(away))
    }
}

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
    stretches: Vec<Span>,
    open_from: Option<u64>,
    agent: Level,
    power: (f64, u64),
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
            call: Some(Call::new(setup.script.plan())),
            script: setup.script,
            baseline: setup.baseline,
            opener: setup.opener,
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
            stretches: Vec::new(),
            open_from: None,
            agent: Level::default(),
            power: (0.0, 0),
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
            Command::Hold(on) => self.machine(Event::Hold { on, at }),
            Command::TurnDone => self.machine(Event::TurnDone { at }),
            Command::End => self.machine(Event::End { at }),
            Command::Resume(choice) => self.resume(&choice),
        }
    }

    fn now(&self) -> u64 {
        self.tape.len()
    }

    fn connect(&mut self, io: Box<dyn AudioIo + Send>) {
        let prepare = |(id, samples): (&String, &Arc<[f32]>)| (id.clone(), io.prepare(samples, RATE_HZ));
        self.prompts = self.script.sounds.iter().map(prepare).collect();
        self.io = Some(io);
        self.clock.anchor = None;
    }

    fn resume(&mut self, choice: &Choice) {
        if self.is_over() {
            return;
        }
        self.lose();
        // The old device may be the one that is wanted again.
        self.io = None;
        match (self.opener)(choice) {
            Ok(io) => self.connect(io),
            Err(e) => self.out.push(LiveEvent::Trouble { sentence: e.to_string(), waits: true }),
        }
    }

    /// There is no device: the call waits.
    fn lose(&mut self) {
        if !std::mem::replace(&mut self.lost, true) {
            self.ear.interrupt();
            self.close_stretch(self.now());
            self.playing = None;
            if let Some(take) = &mut self.take {
                take.cut(self.tape.len());
            }
            self.machine(Event::DeviceLost { at: self.now() });
        }
    }

    fn take_in(&mut self, events: Vec<DeviceEvent>) {
        // Prompts are told with the blocks they sound in: first the clock, then what it dates.
        let mut known = self.now();
        for event in &events {
            if let DeviceEvent::Captured(block) = event {
                if self.lost {
                    known = self.now() + seconds_to_samples(GAP_S);
                }
                self.clock.anchor = Some((known, block.start));
                known += block.samples.len() as u64;
            }
        }
        for event in events {
            match event {
                DeviceEvent::Ready => {}
                DeviceEvent::Captured(block) => self.captured(&block),
                DeviceEvent::PlaybackStarted { id, at } => self.started(id, at),
                DeviceEvent::PlaybackEnded { id, at, whole } => self.ended(id, at, whole),
                DeviceEvent::Trouble(trouble) => {
                    self.out.push(LiveEvent::Trouble { sentence: trouble.sentence, waits: trouble.fatal });
                    if trouble.fatal {
                        self.lose();
                        if trouble.kind != TroubleKind::Stalled {
                            self.io = None;
                        }
                    }
                }
                DeviceEvent::Recovered(_) => self.out.push(LiveEvent::Recovered),
            }
        }
    }

    fn captured(&mut self, block: &CaptureBlock) {
        if self.lost {
            self.record(&vec![0.0; seconds_to_samples(GAP_S) as usize]);
            self.lost = false;
            self.out.push(LiveEvent::Recovered);
            self.machine(Event::DeviceBack { at: self.now() });
        }
        if block.lost > 0 {
            self.out.push(LiveEvent::Overflow(block.lost));
        }
        let n = block.samples.len() as u64;
        self.power.0 += f64::from(block.rms).powi(2) * n as f64;
        self.power.1 += n;
        self.agent.peak_db = self.agent.peak_db.max(db(f64::from(block.peak)));
        self.agent.clipped |= block.clipped;
        self.record(&block.samples);
    }

    fn record(&mut self, samples: &[f32]) {
        self.tape.push(samples);
        if let Some(take) = &mut self.take
            && let Err(e) = take.push(samples)
        {
            let sentence = e.to_string();
            self.out.push(LiveEvent::Trouble { sentence: sentence.clone(), waits: false });
            self.cut_short = Some(sentence);
            self.machine(Event::End { at: self.now() });
        }
    }

    fn started(&mut self, id: PlayId, at: Moment) {
        let Some(at) = self.clock.sample(at) else { return };
        let Some(playing) = self.playing.as_mut().filter(|p| p.id == id) else { return };
        playing.start = Some(at);
        let play = playing.play;
        if let (Some(take), Some(samples)) = (&mut self.take, self.script.sounds.get(&playing.line)) {
            take.place(at, samples.clone());
        }
        self.machine(Event::LineStarted { play, at });
        self.tell_log();
    }

    fn ended(&mut self, id: PlayId, at: Moment, whole: bool) {
        let Some(at) = self.clock.sample(at) else { return };
        let Some(playing) = self.playing.as_ref().filter(|p| p.id == id) else { return };
        let (play, start) = (playing.play, playing.start);
        let length = self.script.sounds.get(&playing.line).map_or(0, |s| s.len() as u64);
        if !whole && let Some(take) = &mut self.take {
            take.cut(at);
        }
        // The clocks jitter by a millisecond: what was played whole is as long as it is.
        let at = if whole { start.map_or(at, |s| at.max(s + length)) } else { at };
        self.machine(Event::LineEnded { play, at });
    }

    fn listen(&mut self) {
        let Some(take) = &self.take else { return };
        let edges = self.ear.hear(&self.tape, |start, out| take.customer(start, out));
        for edge in edges.unwrap_or_default() {
            match edge {
                Edge::Onset(at) => {
                    self.open_from = Some(at);
                    self.machine(Event::AgentOnset { at });
                }
                Edge::Offset(at) => {
                    self.machine(Event::AgentOffset { at });
                    self.close_stretch(at);
                    self.ask(None, false);
                }
                Edge::Lull(at) if self.hearing == Hearing::Ahead => self.ask(Some(at), false),
                Edge::Lull(_) => {}
            }
        }
        if let Some(open) = self.open_from
            && self.now() > open + seconds_to_samples(LONG_S)
            && let Some(within) = Span::new(
                open + seconds_to_samples(LONG_FIRST_S),
                self.now().saturating_sub(seconds_to_samples(LONG_LAST_S)),
            )
        {
            let at = self.ear.quietest(within);
            self.close_stretch(at);
            self.open_from = Some(at);
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

    fn close_stretch(&mut self, at: u64) {
        if let Some(open) = self.open_from.take() {
            self.stretches.extend(Span::new(open, at));
        }
    }

    /// Everything said in this turn, with the stretch that goes on up to a moment.
    fn ask(&mut self, until: Option<u64>, over: bool) {
        let open = self.open_from.zip(until).and_then(|(open, until)| Span::new(open, until));
        let stretches: Vec<Span> = self.stretches.iter().copied().chain(open).collect();
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
            self.machine(Event::Tick { at: now });
        }
        if now >= self.next_meter {
            self.next_meter = now + seconds_to_samples(METER_S);
            self.tell_levels(now);
        }
        if now >= self.next_pace && self.open_from.is_some() {
            self.next_pace = now + seconds_to_samples(PACE_S);
            if let Some(baseline) = &self.baseline {
                let open = self.open_from.and_then(|open| Span::new(open, now));
                let speech: Timeline = self.stretches.iter().copied().chain(open).collect();
                let pace = ring::measure(&self.tape, &speech, baseline);
                self.out.extend(pace.map(LiveEvent::Pace));
            }
        }
    }

    fn tell_levels(&mut self, now: u64) {
        let mut samples = vec![0.0; seconds_to_samples(METER_S) as usize];
        if let Some(take) = &self.take {
            take.customer(now.saturating_sub(samples.len() as u64), &mut samples);
        }
        let power = samples.iter().map(|s| f64::from(*s).powi(2)).sum::<f64>() / samples.len() as f64;
        let peak = samples.iter().fold(0.0f32, |p, s| p.max(s.abs()));
        let customer = Level { rms_db: db(power.sqrt()), peak_db: db(f64::from(peak)), clipped: false };
        self.agent.rms_db = db((self.power.0 / self.power.1.max(1) as f64).sqrt());
        self.power = (0.0, 0);
        let agent = std::mem::take(&mut self.agent);
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
            Effect::BeginTurn { .. } => {}
            Effect::JudgeReply { .. } => self.ask(Some(self.now()), true),
            Effect::Show(phase) => self.out.push(LiveEvent::Phase(phase)),
            Effect::Finish(_) => self.finish(),
        }
    }

    fn play(&mut self, play: u32, line: String) {
        let speaking = self.open_from.is_some();
        self.close_stretch(self.now());
        if speaking {
            self.open_from = Some(self.now());
            self.ask(None, false);
        }
        self.turn = play;
        self.stretches.clear();
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
        self.close_stretch(now);
        self.io = None;
        let mut samples = now;
        if let Some(take) = self.take.take() {
            match take.finish() {
                Ok(n) => samples = n,
                Err(e) => self.cut_short = self.cut_short.take().or(Some(e.to_string())),
            }
        }
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

fn db(amplitude: f64) -> f64 {
    20.0 * amplitude.max(1e-5).log10()
}
