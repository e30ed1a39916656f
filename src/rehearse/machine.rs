//! A call in progress as a pure state machine: `step(state, event) -> (state, effects)`.
//!
//! Events bring the time of the take in samples; effects say what the devices and workers have to do. The machine never
//! plays two lines at once, plays nothing over the agent but a planned barge-in, and always ends on [`Event::End`].
//!
//! A caller ticks it about every 20 ms, forwards what the device and the live detector see, and obeys the effects:
//! after [`Effect::PlayLine`] come [`Event::LineStarted`] and [`Event::LineEnded`] with the same `play` number.

mod event;
mod side;
mod turn;

use super::branch::Heard;
use super::log::{Ended, Ending, Gap, Hold, PlayedLine, TakeLog, TurnEndedBy, Why};
use super::plan::Plan;
use super::scenario::Trap;
use crate::call::{Timeline, seconds_to_samples};
use side::AgentSide;

pub use event::{Effect, Event, Phase};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Playing {
    play: u32,
    /// First sample; `None` until the device says so.
    start: Option<u64>,
    /// End of the speech; `u64::MAX` until started.
    completion: u64,
    /// End of the recording.
    end: u64,
    why: Why,
}

/// A call in progress.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    now: u64,
    phase: Phase,
    /// The line played last, by its place in the scenario.
    line: usize,
    playing: Option<Playing>,
    plays: u32,
    /// When the recording that was played last should be over, by its length.
    due: Option<u64>,
    /// The completion point of the current line, once it is over.
    completed: Option<u64>,
    /// Silence before this moment does not count towards the end of the turn (hold and device gaps).
    resume_from: u64,
    /// When the customer was taken off hold in this turn.
    back_at: Option<u64>,
    /// The agent cut into a trailing line.
    jumped_in: bool,
    side: AgentSide,
    words: Option<(String, u64)>,
    heard: Heard,
    heard_through: u64,
    /// What ended the turn that is being judged, and when.
    over: Option<(TurnEndedBy, u64)>,
    log: TakeLog,
}

impl Call {
    /// A call that has not begun.
    pub fn new(plan: &Plan) -> Self {
        Self {
            now: 0,
            phase: Phase::Ready,
            line: plan.index(&plan.scenario().start).unwrap_or(0),
            playing: None,
            plays: 0,
            due: None,
            completed: None,
            resume_from: 0,
            back_at: None,
            jumped_in: false,
            side: AgentSide::default(),
            words: None,
            heard: Heard::default(),
            heard_through: 0,
            over: None,
            log: TakeLog::new(&plan.scenario().id),
        }
    }

    /// The same with what the sound check knows, for the log: the loudspeaker's level in the microphone.
    #[must_use]
    pub fn with_leak(mut self, leak_db: Option<f64>) -> Self {
        self.log.leak_db = leak_db;
        self
    }

    /// Where the call is.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// The latest moment that any event brought.
    pub fn now(&self) -> u64 {
        self.now
    }

    /// The course so far.
    pub fn log(&self) -> &TakeLog {
        &self.log
    }

    /// The current line's id.
    pub fn line<'p>(&self, plan: &'p Plan) -> &'p str {
        &plan.line(self.line).id
    }

    /// Whether the current line is the last, so that only a farewell is left.
    pub fn is_closing(&self, plan: &Plan) -> bool {
        let line = plan.line(self.line);
        line.next.is_empty() && !matches!(line.trap, Some(Trap::Trailing { .. }))
    }

    /// Whether the hold button does something now.
    pub fn can_hold(&self) -> bool {
        matches!(self.phase, Phase::Agent | Phase::Judging | Phase::Hold)
    }

    /// The next state, and what is to be done, in this order.
    #[must_use]
    pub fn step(mut self, plan: &Plan, event: Event) -> (Self, Vec<Effect>) {
        let before = self.phase;
        let mut effects = Vec::new();
        if self.phase != Phase::Finished {
            self.take_in(plan, event, &mut effects);
            self.advance(plan, &mut effects);
        }
        if self.phase != before {
            effects.push(Effect::Show(self.phase));
        }
        (self, effects)
    }

    fn take_in(&mut self, plan: &Plan, event: Event, effects: &mut Vec<Effect>) {
        match event {
            Event::Begin { at } => {
                self.now = self.now.max(at);
                if self.phase == Phase::Ready {
                    self.play(plan, self.line, Why::Opening, effects);
                }
            }
            Event::Tick { at } => self.now = self.now.max(at),
            Event::LineStarted { play, at } => self.line_started(plan, play, at),
            Event::LineEnded { play, at } => {
                // A device that never said when it began still said when it was done.
                self.line_started(plan, play, at.saturating_sub(plan.sound(self.line).length()));
                self.now = self.now.max(at);
                self.stuttered(play, at);
                if let Some(playing) = &mut self.playing
                    && playing.play == play
                {
                    let early = at < playing.completion;
                    playing.completion = playing.completion.min(at);
                    playing.end = playing.end.min(at);
                    if early {
                        self.log.cut_last_line(at);
                    }
                }
            }
            Event::AgentOnset { at } => {
                self.now = self.now.max(at);
                self.side.onset(at);
                if self.phase == Phase::Judging && self.over.is_some_and(|(by, _)| by != TurnEndedBy::Space) {
                    self.over = None;
                    self.phase = Phase::Agent;
                }
            }
            Event::AgentOffset { at } => {
                self.now = self.now.max(at);
                self.side.offset(at);
            }
            Event::Words { text, through } => self.words = Some((text, through)),
            Event::Heard { ids, unsteady, rushed, through } => {
                self.heard.ids = ids;
                self.heard.flags.unsteady = unsteady;
                self.heard.flags.rushed = rushed;
                self.heard_through = through;
            }
            Event::Hold { on, at } => self.hold(on, at),
            Event::TurnDone { at } => {
                self.now = self.now.max(at);
                match self.phase {
                    Phase::Agent => self.turn_over(plan, TurnEndedBy::Space, effects),
                    Phase::Judging => self.branch(plan, effects),
                    Phase::Trailing => self.play_then(plan, effects),
                    _ => {}
                }
            }
            Event::DeviceLost { at } => self.device_lost(at, effects),
            Event::DeviceBack { at } => self.device_back(plan, at, effects),
            Event::End { at } => {
                self.now = self.now.max(at);
                if matches!(self.phase, Phase::Agent | Phase::Judging | Phase::Hold) && self.side.since_any()
                {
                    self.note_reply(plan, TurnEndedBy::CallEnded);
                }
                self.finish(Ended::ByAgent, effects);
            }
        }
    }

    /// What follows from time alone.
    fn advance(&mut self, plan: &Plan, effects: &mut Vec<Effect>) {
        self.settle_playback(plan);
        match self.phase {
            Phase::Trailing => self.advance_trailing(plan, effects),
            Phase::Agent => self.advance_turn(plan, effects),
            Phase::Judging => self.advance_judging(plan, effects),
            _ => {}
        }
    }

    fn play(&mut self, plan: &Plan, line: usize, why: Why, effects: &mut Vec<Effect>) {
        self.stop_playback(effects);
        self.plays += 1;
        self.line = line;
        self.completed = None;
        self.jumped_in = false;
        self.back_at = None;
        self.over = None;
        self.words = None;
        self.heard = Heard::default();
        self.heard_through = 0;
        self.side.new_line();
        self.playing =
            Some(Playing { play: self.plays, start: None, completion: u64::MAX, end: u64::MAX, why });
        self.phase = Phase::Customer;
        effects.push(Effect::PlayLine { play: self.plays, line: plan.line(line).id.clone() });
    }

    fn line_started(&mut self, plan: &Plan, play: u32, at: u64) {
        self.now = self.now.max(at);
        let sound = plan.sound(self.line);
        let Some(playing) = self.playing.as_mut().filter(|p| p.play == play && p.start.is_none()) else {
            return;
        };
        let at = at.max(self.log.lines.last().map_or(0, |l| l.completion));
        playing.start = Some(at);
        playing.completion = at + sound.completion();
        playing.end = at + sound.length();
        self.due = Some(playing.end);
        let line = plan.line(self.line);
        self.log.lines.push(PlayedLine {
            line: line.id.clone(),
            why: playing.why,
            heat: line.heat,
            text: line.text.clone(),
            start: at,
            completion: playing.completion,
            speech: sound.speech().spans().iter().map(|s| [at + s.start(), at + s.end()]).collect(),
            whole: true,
        });
    }

    /// A loudspeaker that stutters ends a recording later than its length says, and with it the customer's speech.
    fn stuttered(&mut self, play: u32, at: u64) {
        let late = at.saturating_sub(self.due.filter(|_| play == self.plays).unwrap_or(at));
        if !(seconds_to_samples(STUTTER_S)..seconds_to_samples(LONGEST_STUTTER_S)).contains(&late) {
            return;
        }
        self.due = Some(at);
        self.log.lengthen_last_line(late);
        if let Some(playing) = self.playing.as_mut() {
            playing.completion += late;
            playing.end = at;
        }
        if let Some(completed) = &mut self.completed {
            *completed += late;
            self.resume_from = self.resume_from.max(*completed);
        }
    }

    /// Gives the floor to the agent at the completion point, and forgets a recording at its end.
    fn settle_playback(&mut self, plan: &Plan) {
        let Some(playing) = self.playing else { return };
        if playing.start.is_none() {
            return;
        }
        if self.now >= playing.end {
            self.playing = None;
        }
        if self.phase == Phase::Customer && self.now >= playing.completion {
            self.completed = Some(playing.completion);
            self.resume_from = playing.completion;
            let trailing = matches!(plan.line(self.line).trap, Some(Trap::Trailing { .. }));
            self.phase = if trailing { Phase::Trailing } else { Phase::Agent };
        }
    }

    /// Stops a recording that is still running and cuts its line in the log.
    fn stop_playback(&mut self, effects: &mut Vec<Effect>) {
        let Some(playing) = self.playing.take() else { return };
        effects.push(Effect::StopPlayback);
        if playing.start.is_some() && self.now < playing.completion {
            self.log.cut_last_line(self.now);
        }
    }

    fn hold(&mut self, on: bool, at: u64) {
        self.now = self.now.max(at);
        match (self.phase, on) {
            (Phase::Agent | Phase::Judging, true) => {
                self.over = None;
                self.side.turn_aside(self.now);
                self.phase = Phase::Hold;
                self.log.holds.push(Hold { start: self.now, end: None });
            }
            (Phase::Hold, false) => {
                self.phase = Phase::Agent;
                self.resume_from = self.now;
                self.back_at = Some(self.now);
                self.side.turn_back(self.now);
                self.close_hold();
            }
            _ => {}
        }
    }

    fn close_hold(&mut self) {
        let now = self.now;
        if let Some(hold) = self.log.holds.last_mut().filter(|h| h.end.is_none()) {
            hold.end = Some(now);
        }
    }

    fn device_lost(&mut self, at: u64, effects: &mut Vec<Effect>) {
        self.now = self.now.max(at);
        if matches!(self.phase, Phase::Ready | Phase::Lost) {
            return;
        }
        self.stop_playback(effects);
        self.side.turn_back(self.now);
        self.side.offset(self.now);
        self.close_hold();
        self.over = None;
        self.phase = Phase::Lost;
        self.log.gaps.push(Gap { start: self.now, end: None });
    }

    fn device_back(&mut self, plan: &Plan, at: u64, effects: &mut Vec<Effect>) {
        self.now = self.now.max(at);
        if self.phase != Phase::Lost {
            return;
        }
        self.close_gap();
        if self.completed.is_some() {
            self.resume_from = self.now;
            let unanswered =
                matches!(plan.line(self.line).trap, Some(Trap::Trailing { .. })) && !self.jumped_in;
            self.phase = if unanswered { Phase::Trailing } else { Phase::Agent };
        } else {
            self.play(plan, self.line, Why::Resumed, effects);
        }
    }

    fn close_gap(&mut self) {
        let now = self.now;
        if let Some(gap) = self.log.gaps.last_mut().filter(|g| g.end.is_none()) {
            gap.end = Some(now);
        }
    }

    fn finish(&mut self, how: Ended, effects: &mut Vec<Effect>) {
        self.stop_playback(effects);
        self.close_hold();
        self.close_gap();
        self.phase = Phase::Finished;
        self.log.ended = Some(Ending { how, at: self.now });
        effects.push(Effect::Finish(how));
    }

    /// The customer's speech in the current line, in samples of the take.
    fn customer(&self) -> Timeline {
        let spans = self.log.lines.last().map(|l| l.speech.as_slice()).unwrap_or_default();
        Timeline::new(spans.iter().filter_map(|[a, b]| crate::call::Span::new(*a, *b)))
    }
}

/// Less is the jitter of the clocks.
const STUTTER_S: f64 = 0.015;
/// A device that says nothing for longer has lost more than time.
const LONGEST_STUTTER_S: f64 = 3.0;

/// The longest stretch that is taken for a nod while its words are not known (`docs/metrics.md`: a backchannel).
fn nod() -> u64 {
    seconds_to_samples(1.0)
}

#[cfg(test)]
mod tests;
