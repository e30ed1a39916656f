//! Who had the floor and how each turn of the agent began, from the speech spans of both.
//!
//! The detector owns time: no moment here comes from a word. Words only decide what a short unit was (a sign of
//! listening, a lone filler) where there are any.

use super::ipu::{Ipu, mark_listening, units};
use super::responses::{barge_ins, responses};
use super::silence::{SilentPause, dead_air, silent_pauses};
use super::{Limits, floor};
use crate::call::{Backchannel, DeadAir, Interruption, Response, Span, Speaker, Timeline, Transcript};

/// The recognized words of both.
#[derive(Clone, Copy, Debug)]
pub struct WordsOf<'a> {
    /// The agent's.
    pub agent: &'a Transcript,
    /// The customer's; `None` where only the agent was recognized.
    pub customer: Option<&'a Transcript>,
}

/// What was heard in a recording, all in samples at the analysis rate.
#[derive(Clone, Copy, Debug)]
pub struct Talk<'a> {
    /// The agent's speech.
    pub agent: &'a Timeline,
    /// The customer's speech; `None` in a recording of one voice.
    pub customer: Option<&'a Timeline>,
    /// Their words, if a recognizer ran.
    pub words: Option<WordsOf<'a>>,
    /// Exact speech extents of played customer lines (a rehearsal); they overrule the detected ends.
    pub lines: &'a [Span],
    /// Where a hold was announced.
    pub holds: &'a [Span],
    /// Where the customer was on hold: a turn ends there, and what follows is its continuation, not another answer.
    pub held: &'a [Span],
}

impl<'a> Talk<'a> {
    /// Speech of two people and nothing more.
    pub fn of(agent: &'a Timeline, customer: Option<&'a Timeline>) -> Self {
        Self { agent, customer, words: None, lines: &[], holds: &[], held: &[] }
    }
}

/// A turn of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpeakerTurn {
    /// Who.
    pub speaker: Speaker,
    /// From the first sound to the last.
    pub span: Span,
}

/// The customer began to speak while the agent was speaking.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BargeIn {
    /// The customer's onset.
    pub start_s: f64,
    /// For how long the agent spoke on.
    pub agent_spoke_on_s: f64,
    /// Whether the agent stopped within the limit (0.5 s) and let the customer speak.
    pub yielded: bool,
}

/// Turn taking of a whole recording. Rows are in order of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TurnTaking {
    /// Turns of both, by start.
    pub turns: Vec<SpeakerTurn>,
    /// One row for every agent turn that follows or overlaps a customer turn.
    pub responses: Vec<Response>,
    /// The agent's interruptions.
    pub interruptions: Vec<Interruption>,
    /// The agent's signs of listening.
    pub backchannels: Vec<Backchannel>,
    /// Where they are, in samples (words inside them belong to no turn).
    pub backchannel_spans: Vec<Span>,
    /// Nobody speaks.
    pub dead_air: Vec<DeadAir>,
    /// Silences of at least 0.25 s inside agent turns.
    pub pauses: Vec<SilentPause>,
    /// Where the customer barged in.
    pub barge_ins: Vec<BargeIn>,
}

impl TurnTaking {
    /// The turns of one person.
    pub fn turns_of(&self, speaker: Speaker) -> impl Iterator<Item = Span> + '_ {
        self.turns.iter().filter(move |t| t.speaker == speaker).map(|t| t.span)
    }
}

/// Finds the turns and how each began.
pub fn turn_taking(talk: &Talk, limits: &Limits) -> TurnTaking {
    let (agent_words, customer_words) = talk.words.map_or((None, None), |w| (Some(w.agent), w.customer));
    let customer_speech = talk.customer.map(|c| snapped(c, talk.lines)).unwrap_or_default();
    let mut agent = units(talk.agent, agent_words, limits);
    let mut customer = units(&customer_speech, customer_words, limits);
    // Both sides are judged on all of the other's units, so that neither depends on the order of the two steps.
    let everything_agent = agent.clone();
    mark_listening(&mut agent, &customer, limits);
    mark_listening(&mut customer, &everything_agent, limits);

    let agent_floor = floor_spans(&agent);
    let customer_floor = floor_spans(&customer);
    let agent_turns = if talk.customer.is_some() {
        floor::turns(&agent_floor, &customer_floor, &[], limits)
    } else {
        floor::turns_alone(&agent_floor, limits)
    };
    let (agent_turns, resumed) = floor::cut_at(&agent_turns, &agent_floor, talk.held);
    let customer_turns = floor::turns(&customer_floor, &agent_floor, talk.lines, limits);

    // A short unit in the middle of a turn of one's own is part of that turn.
    for unit in agent.iter_mut().filter(|u| u.listening) {
        unit.listening = !agent_turns.iter().any(|t| t.covers(unit.span));
    }

    let mut turns: Vec<SpeakerTurn> =
        tagged(Speaker::Customer, &customer_turns).chain(tagged(Speaker::Agent, &agent_turns)).collect();
    turns.sort_by_key(|t| (t.span.start(), t.speaker));

    let answers: Vec<Span> = agent_turns.iter().copied().filter(|t| !resumed.contains(t)).collect();
    let (responses, interruptions) = responses(&answers, &agent, &customer_turns, &customer_floor, limits);
    let listening: Vec<&Ipu> = agent.iter().filter(|u| u.listening).collect();
    TurnTaking {
        responses,
        interruptions,
        backchannels: listening
            .iter()
            .map(|u| Backchannel {
                start_s: super::silence::at_s(u.span.start()),
                end_s: super::silence::at_s(u.span.end()),
                text: u.text.clone(),
            })
            .collect(),
        backchannel_spans: listening.iter().map(|u| u.span).collect(),
        dead_air: talk
            .customer
            .map(|_| dead_air(talk.agent, &customer_speech, talk.holds, limits))
            .unwrap_or_default(),
        pauses: silent_pauses(&agent_turns, talk.agent, &customer_speech, limits),
        barge_ins: barge_ins(&customer_turns, &agent_turns, &agent_floor, limits),
        turns,
    }
}

fn tagged(speaker: Speaker, spans: &[Span]) -> impl Iterator<Item = SpeakerTurn> {
    spans.iter().map(move |&span| SpeakerTurn { speaker, span })
}

fn floor_spans(units: &[Ipu]) -> Vec<Span> {
    units.iter().filter(|u| !u.listening).map(|u| u.span).collect()
}

/// The customer's speech with the exact ends of the played lines: what was detected outside of a line is an echo, and
/// a line begins and ends where it was played.
fn snapped(detected: &Timeline, lines: &[Span]) -> Timeline {
    if lines.is_empty() {
        return detected.clone();
    }
    lines
        .iter()
        .flat_map(|&line| {
            let found = detected.crop(line);
            let ends = found.extent().map_or_else(
                || vec![line],
                |e| {
                    Span::new(line.start(), e.start())
                        .into_iter()
                        .chain(Span::new(e.end(), line.end()))
                        .collect()
                },
            );
            found.spans().iter().copied().chain(ends).collect::<Vec<_>>()
        })
        .collect()
}

#[cfg(test)]
mod tests;
