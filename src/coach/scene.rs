//! One call as the coach looks at it: the analysis, the facts and the rubric, with what the candidates need of them.

use super::Rubric;
use super::advice::{Advice, Slots};
use super::mirror::{mirror, quotable};
use super::offer::{possible, promised};
use crate::call::{Analysis, Behavior, Facts, Fault, FindingKind, Speaker, Turn};

/// Most words of a quotation.
pub(super) const QUOTE_WORDS: usize = 18;

/// Everything a candidate is made from.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    pub analysis: &'a Analysis,
    pub facts: &'a Facts,
    pub rubric: &'a Rubric,
    pub advice: &'a Advice,
}

/// Something that could be said, and how much it weighs.
#[derive(Clone, Debug)]
pub(super) struct Candidate<'a> {
    /// The row of the advice file.
    pub row: &'a str,
    pub kind: FindingKind,
    pub weight: f64,
    pub start_s: f64,
    pub end_s: f64,
    pub slots: Slots,
}

impl<'a> Scene<'a> {
    /// The weight that the rubric gives an id; `None` when it is not to be said.
    pub fn weight(&self, kind: FindingKind, id: &str) -> Option<f64> {
        let weights = &self.rubric.weights;
        match kind {
            FindingKind::Keep => &weights.keep,
            FindingKind::Change => &weights.change,
            FindingKind::Try => &weights.r#try,
        }
        .get(id)
        .copied()
        .filter(|w| *w > 0.0)
    }

    /// A candidate about a moment, `factor` times its weight.
    pub fn candidate(
        &self,
        kind: FindingKind,
        row: &'a str,
        factor: f64,
        (start_s, end_s): (f64, f64),
        slots: impl IntoIterator<Item = (&'static str, String)>,
    ) -> Option<Candidate<'a>> {
        let weight = self.weight(kind, row)? * factor;
        if weight <= 0.0 {
            return None;
        }
        let mut slots: Slots = slots.into_iter().collect();
        slots.entry("clock").or_insert_with(|| clock(start_s));
        Some(Candidate { row, kind, weight, start_s, end_s, slots })
    }

    /// Turns of the agent with their index.
    pub fn agent_turns(&self) -> impl DoubleEndedIterator<Item = (usize, &'a Turn)> {
        self.analysis.turns.iter().enumerate().filter(|(_, t)| t.speaker == Speaker::Agent)
    }

    /// Replies: agent turns after the customer first spoke, or all where no customer is heard.
    pub fn replies(&self) -> impl DoubleEndedIterator<Item = (usize, &'a Turn)> {
        let from =
            self.analysis.turns.iter().find(|t| t.speaker == Speaker::Customer).map_or(0.0, |t| t.start_s);
        self.agent_turns().filter(move |(_, t)| t.start_s > from || from == 0.0)
    }

    /// What the agent said, in words.
    pub fn agent_words(&self) -> usize {
        self.agent_turns().map(|(_, t)| t.words.len().max(t.text.split_whitespace().count())).sum()
    }

    /// Heard behaviors of an id.
    pub fn heard(&self, id: &str) -> impl Iterator<Item = &'a Behavior> {
        self.analysis.behaviors.iter().filter(move |b| b.id == id)
    }

    /// In how many turns an id was heard.
    pub fn turns_with(&self, id: &str) -> usize {
        let mut turns: Vec<usize> = self.heard(id).map(|b| b.turn).collect();
        turns.sort_unstable();
        turns.dedup();
        turns.len()
    }

    /// The customer's turn that was going on or had ended at this moment.
    pub fn customer_before(&self, at_s: f64) -> Option<&'a Turn> {
        self.analysis.turns.iter().rev().find(|t| t.speaker == Speaker::Customer && t.start_s < at_s)
    }

    /// The customer's complaint turned round: from the turn before the moment, else from any, the last first.
    fn mirror(&self, at_s: f64) -> Option<String> {
        let ours = self.facts.fault == Fault::Ours;
        let spoken =
            self.analysis.turns.iter().filter(|t| t.speaker == Speaker::Customer && !t.text.is_empty());
        let turns: Vec<&Turn> = spoken.collect();
        let near = turns.iter().rev().filter(|t| t.start_s < at_s);
        near.chain(turns.iter())
            .find_map(|t| mirror(&t.text, ours, self.advice))
            // A reply without the customer's sound: what was said is not known, but for how every call of the scenario begins.
            .or_else(|| {
                turns.is_empty().then(|| mirror(&self.facts.lines.first()?.text, ours, self.advice))?
            })
    }

    /// What the customer said, in their own words: from the turn before the moment, else from any, the last first.
    fn told(&self, at_s: f64) -> Option<String> {
        let spoken = || self.analysis.turns.iter().filter(|t| t.speaker == Speaker::Customer);
        let near: Vec<&Turn> = spoken().filter(|t| t.start_s < at_s).collect();
        near.into_iter().rev().chain(spoken()).find_map(|t| quotable(&t.text, self.advice))
    }

    /// What every template may use, for a moment. `skip` offers have been named already.
    pub fn common_slots(&self, at_s: f64, skip: usize) -> Slots {
        let mut slots = Slots::new();
        let name = self.facts.customer_name.clone().filter(|n| !n.trim().is_empty());
        slots.insert("they", name.clone().unwrap_or_else(|| "the customer".into()));
        slots.insert("They", name.clone().unwrap_or_else(|| "The customer".into()));
        slots.extend(name.map(|n| ("name", n)));
        let offers = &self.facts.can_offer;
        let count = offers.len().max(1);
        if let Some(first) = offers.get(skip % count) {
            let offer = possible(first, self.advice);
            slots.insert("Offer", super::advice::capitalized(&offer));
            slots.insert("offer", offer);
            slots.insert("step", promised(first, self.advice));
        }
        if offers.len() > 1 {
            slots.insert("offer2", possible(&offers[(skip + 1) % count], self.advice));
        }
        let timed = offers.iter().find(|o| self.has_time(o));
        slots.extend(timed.map(|o| ("timed_offer", possible(o, self.advice))));
        slots.extend(self.told(at_s).map(|t| ("told", t)));
        if let Some(turned) = self.mirror(at_s) {
            slots.insert("mirror_sentence", format!("{}.", super::advice::capitalized(&turned)));
            slots.insert("mirror", turned);
        }
        slots
    }

    fn has_time(&self, offer: &str) -> bool {
        offer.split_whitespace().any(|w| self.advice.times.contains(&crate::measure::plain_word(w)))
    }
}

/// A moment as people read it: minutes and seconds.
pub(super) fn clock(seconds: f64) -> String {
    let whole = seconds.max(0.0).floor() as u64;
    format!("{}:{:02}", whole / 60, whole % 60)
}

/// "once", "twice", "3 times".
pub(super) fn times(count: usize) -> String {
    match count {
        1 => "once".into(),
        2 => "twice".into(),
        n => format!("{n} times"),
    }
}

/// A number with one decimal, without a needless ".0".
pub(super) fn brief(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}
