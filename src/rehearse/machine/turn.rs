//! The agent's turn: when it is over, what it is judged by, and which line follows.

use super::{Call, Effect, Phase, nod};
use crate::call::{Span, Timeline, seconds_to_samples};
use crate::rehearse::branch::choose;
use crate::rehearse::flags::{Flags, interrupts};
use crate::rehearse::log::{Ended, JudgedReply, TurnEndedBy, Why};
use crate::rehearse::plan::Plan;
use crate::rehearse::scenario::Trap;
use crate::rehearse::waiting::TurnEnding;

/// `docs/metrics.md`: nobody speaks for so long.
const DEAD_AIR_S: f64 = 3.0;
/// `docs/metrics.md`: the longest silence that an announced hold excuses.
const ANNOUNCED_S: f64 = 15.0;
/// A reply shorter than this whose words are not known yet is taken for a nod.
const SHORT_S: f64 = 0.6;
/// Words that were recognized up to this close to the last sound are the words of the whole reply.
const WORDS_LAG_S: f64 = 0.2;
/// A barge-in waits for the agent to be well inside a stretch of speech again.
const INTO_SPEECH_S: f64 = 0.3;
/// Back from a hold the agent has the floor first: so long it is waited for "thanks for holding".
const AFTER_HOLD_S: f64 = 4.0;
/// When the agent said it all over the customer's line: how long to wait for more.
const SAID_OVER_LINE_S: f64 = 4.0;

impl Call {
    pub(super) fn advance_trailing(&mut self, plan: &Plan, effects: &mut Vec<Effect>) {
        let completed = self.completed.unwrap_or(self.now);
        let spoken = self.side.after(completed, self.now);
        let says_something = self.words.as_ref().is_some_and(|(text, through)| {
            *through > completed && !text.trim().is_empty() && TurnEnding::of(text) != TurnEnding::Nod
        });
        let jumps = |s: &Span| s.len() > nod() || says_something;
        if spoken.iter().any(jumps) {
            self.jumped_in = true;
            self.phase = Phase::Agent;
            self.advance_turn(plan, effects);
            return;
        }
        let quiet_since = spoken.iter().map(|s| s.end()).max().unwrap_or(0).max(self.resume_from);
        if !self.side.is_speaking() && self.now >= quiet_since + seconds_to_samples(plan.waits().trailing_s) {
            self.play_then(plan, effects);
        }
    }

    pub(super) fn play_then(&mut self, plan: &Plan, effects: &mut Vec<Effect>) {
        if let Some(Trap::Trailing { then }) = &plan.line(self.line).trap
            && let Some(next) = plan.index(then)
        {
            self.play(plan, next, Why::Then, effects);
        }
    }

    pub(super) fn advance_turn(&mut self, plan: &Plan, effects: &mut Vec<Effect>) {
        if let Some((line, after)) = self.barge_in(plan)
            && self.barge_in_is_due(after)
        {
            self.note_reply(plan, TurnEndedBy::BargedIn);
            self.play(plan, line, Why::BargeIn, effects);
            return;
        }
        if self.side.is_speaking() {
            return;
        }
        let completed = self.completed.unwrap_or(self.now);
        let waits = plan.waits();
        let (from, wait, by) = match self.side.after(completed, self.now).last() {
            Some(last) => {
                let ending = self.ending(last.end());
                (last.end(), waits.after(ending), TurnEndedBy::from(ending))
            }
            None if self.is_closing(plan) => {
                (completed, seconds_to_samples(waits.closing_s), TurnEndedBy::Silence)
            }
            None if self
                .side
                .spans(self.now)
                .iter()
                .any(|s| s.start() >= self.line_start() && s.len() > nod()) =>
            {
                let wait = SAID_OVER_LINE_S.min(waits.silence_s);
                (completed, seconds_to_samples(wait), TurnEndedBy::Silence)
            }
            None => (completed, seconds_to_samples(waits.silence_s), TurnEndedBy::Silence),
        };
        // Whatever was said before the hold, the customer does not jump at somebody who has just come back.
        let wait = match self.back_at {
            Some(back) if self.side.after(back, self.now).is_empty() => {
                wait.max(seconds_to_samples(AFTER_HOLD_S.min(waits.silence_s)))
            }
            _ => wait,
        };
        if self.now >= from.max(self.resume_from) + wait {
            self.turn_over(plan, by, effects);
        }
    }

    /// How the reply ends, as far as its words are known.
    fn ending(&self, last_sound: u64) -> TurnEnding {
        let completed = self.completed.unwrap_or(0);
        match &self.words {
            Some((text, through)) if through + seconds_to_samples(WORDS_LAG_S) >= last_sound => {
                TurnEnding::of(text)
            }
            _ => {
                let said: u64 = self.side.after(completed, self.now).iter().map(|s| s.len()).sum();
                if said < seconds_to_samples(SHORT_S) { TurnEnding::Nod } else { TurnEnding::Open }
            }
        }
    }

    /// The line that cuts into the reply to the current one, and after how many samples of it.
    fn barge_in(&self, plan: &Plan) -> Option<(usize, u64)> {
        let [next] = plan.line(self.line).next.as_slice() else { return None };
        let line = plan.index(&next.to)?;
        match plan.line(line).trap {
            Some(Trap::BargeIn { after_s }) => Some((line, seconds_to_samples(after_s))),
            _ => None,
        }
    }

    fn barge_in_is_due(&self, after: u64) -> bool {
        let completed = self.completed.unwrap_or(self.now);
        let Some(open) = self.side.open_since() else { return false };
        let first =
            self.side.after(completed, self.now).first().map_or(self.now, |s| s.start().max(completed));
        self.now >= (first + after).max(open + seconds_to_samples(INTO_SPEECH_S))
    }

    /// The turn is over: choose at once where nothing depends on the words or they are judged already.
    pub(super) fn turn_over(&mut self, plan: &Plan, by: TurnEndedBy, effects: &mut Vec<Effect>) {
        self.over = Some((by, self.now));
        let depends = plan.line(self.line).next.iter().any(|n| !n.when.is_empty());
        if !depends || !self.side.since_any() || self.is_judged() {
            self.branch(plan, effects);
            return;
        }
        self.phase = Phase::Judging;
        let (from, to) = self.reply();
        effects.push(Effect::JudgeReply { from, to });
    }

    pub(super) fn advance_judging(&mut self, plan: &Plan, effects: &mut Vec<Effect>) {
        let since = self.over.map_or(self.now, |(_, at)| at);
        if self.is_judged() || self.now >= since + seconds_to_samples(plan.waits().judge_s) {
            self.branch(plan, effects);
        }
    }

    /// First and last sound of the reply: everything the agent said since the line began.
    fn reply(&self) -> (u64, u64) {
        let whole = Timeline::new(self.side.spans(self.now)).extent();
        let completed = self.completed.unwrap_or(self.now);
        let (from, to) =
            whole.map_or((completed, completed), |s| (s.start().max(self.line_start()), s.end()));
        // Who presses Space while still speaking has said that the rest is no longer the reply.
        (from, self.over.map_or(to, |(_, over)| to.min(over)).max(from))
    }

    fn line_start(&self) -> u64 {
        self.log.lines.last().map_or(0, |l| l.start)
    }

    fn is_judged(&self) -> bool {
        self.heard_through + seconds_to_samples(WORDS_LAG_S) >= self.reply().1
    }

    pub(super) fn branch(&mut self, plan: &Plan, effects: &mut Vec<Effect>) {
        let by = self.over.map_or(TurnEndedBy::Space, |(by, _)| by);
        self.note_reply(plan, by);
        let line = plan.line(self.line);
        let next = choose(line, &self.heard).and_then(|(row, to)| Some((plan.index(to)?, Why::Row { row })));
        // A trailing line without rows: the customer finishes the sentence after the agent's remark.
        let next = next.or_else(|| match &line.trap {
            Some(Trap::Trailing { then }) => plan.index(then).map(|i| (i, Why::Then)),
            _ => None,
        });
        match next {
            Some((index, why)) => self.play(plan, index, why, effects),
            None => self.finish(Ended::Completed, effects),
        }
    }

    /// Fills in the flags that timing decides and writes the reply to the log.
    pub(super) fn note_reply(&mut self, plan: &Plan, by: TurnEndedBy) {
        let judged_whole = self.is_judged();
        let (from, to) = self.reply();
        let spans = self.side.spans(self.now);
        self.heard.flags = Flags {
            interrupted: self.jumped_in || interrupts(&self.customer(), &spans),
            dead_air: self.is_dead_air(&spans),
            ..self.heard.flags
        };
        self.log.replies.push(JudgedReply {
            line: plan.line(self.line).id.clone(),
            from,
            to,
            ended_by: by,
            over: self.over.map_or(self.now, |(_, at)| at),
            heard: self.heard.ids.iter().cloned().collect(),
            flags: self.heard.flags,
            judged_whole,
        });
    }

    /// Whether nobody spoke for 3 s (for 15 s where a hold was announced) between the line and the end of the reply.
    fn is_dead_air(&self, spans: &[Span]) -> bool {
        let completed = self.completed.unwrap_or(self.now);
        let last = spans.iter().map(|s| s.end()).filter(|e| *e > completed).max().unwrap_or(self.now);
        let Some(turn) = Span::new(completed, last) else { return false };
        let announced = self.heard.ids.contains("announce_hold");
        let holds = self.log.hold_time();
        let lost = Timeline::new(self.log.gaps.iter().filter_map(|g| Span::new(g.start, g.end?)));
        let silences = Timeline::new(spans.iter().copied()).union(&lost).gaps(turn);
        silences.spans().iter().any(|silence| {
            let held = holds.crop(*silence).total() > 0;
            let limit = if held && announced { ANNOUNCED_S } else { DEAD_AIR_S };
            silence.len() >= seconds_to_samples(limit)
        })
    }
}
