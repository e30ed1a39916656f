//! Turns, delivery and behaviors from spans and words: the part that is computed again when a word is corrected.

use super::Engine;
use super::behaviors;
use super::pipeline::Words;
use crate::call::{Analysis, Facts, Metric, Span};
use crate::measure::{self, Talk, WordsOf};
use crate::signal::speech::DetectedSpeech;

/// What was heard, before it is judged.
pub struct Spoken<'a> {
    /// Who spoke when.
    pub speech: &'a DetectedSpeech,
    /// What they said.
    pub words: Option<&'a Words>,
    /// Exact spans of played lines with their heat.
    pub lines: &'a [(Span, u8)],
    /// Whether the rules know the language.
    pub rules: bool,
}

/// Fills turns, turn taking, delivery and behaviors.
pub fn assemble(analysis: &mut Analysis, spoken: &Spoken, facts: &Facts, engine: &Engine) {
    let limits = &engine.rubric.limits;
    let held: Vec<Span> = analysis.holds.iter().filter_map(|h| h.span()).collect();
    let lines: Vec<Span> = spoken.lines.iter().map(|(s, _)| *s).collect();
    let has_customer = analysis.source.roles.customer.is_some();
    let words = spoken.words.map(|w| WordsOf { agent: &w.agent, customer: w.customer.as_ref() });
    let talk = Talk {
        agent: &spoken.speech.agent,
        customer: has_customer.then_some(&spoken.speech.customer),
        words,
        lines: &lines,
        holds: &[],
        held: &held,
    };
    let taking = measure::turn_taking(&talk, limits);
    analysis.turns = measure::turns_with_words(&taking, words);
    if spoken.rules {
        analysis.behaviors = behaviors::heard_in(&analysis.turns, &engine.rules, facts);
    }
    let holds: Vec<Span> = analysis
        .behaviors
        .iter()
        .filter(|b| b.id == "announce_hold")
        .filter_map(|b| Span::from_seconds(b.start_s, b.end_s))
        .collect();
    // Whether a silence was announced is known only now that the words were heard.
    analysis.dead_air = measure::dead_air(&spoken.speech.agent, &spoken.speech.customer, &holds, limits);
    if !has_customer {
        analysis.dead_air.clear();
    }
    let articulation = Metric::absent("the voice was not measured");
    analysis.delivery =
        measure::delivery(&talk, &taking, &analysis.turns, articulation, limits, &engine.rubric.bands);
    analysis.responses = taking.responses;
    analysis.interruptions = taking.interruptions;
    analysis.backchannels = taking.backchannels;
}
