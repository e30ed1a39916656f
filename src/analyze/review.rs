//! Strikes and corrected words applied: everything that depends on them is computed again from the analysis itself.

use super::behaviors::heard_in;
use crate::call::{Analysis, Facts, Span, Speaker, Timeline, Transcript, seconds_to_samples};
use crate::coach::{self, Rubric};
use crate::measure::{self, Talk, WordsOf};
use crate::rehearse::correct::{self, Correction};
use crate::words::Rules;

/// The analysis as it reads with the corrections; `original` is the one that came from the recording.
pub fn recompute(
    original: &Analysis,
    corrections: &[Correction],
    facts: &Facts,
    rules: &Rules,
    rubric: &Rubric,
) -> Analysis {
    correct::corrected(
        original,
        corrections,
        &|analysis| heard_in(&analysis.turns, rules, facts),
        &|analysis| {
            delivery_again(analysis, rubric);
            analysis.findings = coach::findings(analysis, facts, rubric);
        },
    )
}

/// The delivery metrics that rest on words or on announced holds.
fn delivery_again(analysis: &mut Analysis, rubric: &Rubric) {
    let timeline = |speaker: Speaker| -> Timeline {
        analysis
            .spans
            .iter()
            .filter(|s| s.speaker == speaker)
            .filter_map(|s| Span::from_seconds(s.start_s, s.end_s))
            .collect()
    };
    let transcript = |speaker: Speaker| -> Transcript {
        let words = analysis.turns.iter().filter(|t| t.speaker == speaker).flat_map(|t| &t.words);
        let listened = analysis.backchannels.iter().filter(|_| speaker == Speaker::Agent);
        let mut words: Vec<_> = words
            .filter_map(|w| Some((w.text.clone(), word_span(w.start_s, w.end_s)?, w.p as f32)))
            .chain(
                listened.filter_map(|b| Some((b.text.clone(), Span::from_seconds(b.start_s, b.end_s)?, 1.0))),
            )
            .collect();
        words.sort_by_key(|(_, span, _)| *span);
        Transcript { words }
    };
    let (agent, customer) = (timeline(Speaker::Agent), timeline(Speaker::Customer));
    let (agent_words, customer_words) = (transcript(Speaker::Agent), transcript(Speaker::Customer));
    let has_customer = analysis.source.roles.customer.is_some();
    let recognized = analysis.engine.model != "none";
    let holds: Vec<Span> = analysis
        .behaviors
        .iter()
        .filter(|b| b.id == "announce_hold")
        .filter_map(|b| Span::from_seconds(b.start_s, b.end_s))
        .collect();
    let held: Vec<Span> = analysis.holds.iter().filter_map(|h| h.span()).collect();
    let talk = Talk {
        agent: &agent,
        customer: has_customer.then_some(&customer),
        words: recognized
            .then_some(WordsOf { agent: &agent_words, customer: has_customer.then_some(&customer_words) }),
        lines: &[],
        holds: &holds,
        held: &held,
    };
    let limits = &rubric.limits;
    let taking = measure::turn_taking(&talk, limits);
    let delivery = measure::delivery(
        &talk,
        &taking,
        &analysis.turns,
        analysis.delivery.articulation_rate_sps.clone(),
        limits,
        &rubric.bands,
    );
    analysis.delivery.speech_rate_wpm = delivery.speech_rate_wpm;
    analysis.delivery.filled_per_100_words = delivery.filled_per_100_words;
    if has_customer {
        analysis.dead_air = measure::dead_air(&agent, &customer, &holds, limits);
    }
}

/// Words of no length (several that replace a short one) still have a place.
fn word_span(start_s: f64, end_s: f64) -> Option<Span> {
    let start = seconds_to_samples(start_s);
    Span::new(start, seconds_to_samples(end_s).max(start + 1))
}
