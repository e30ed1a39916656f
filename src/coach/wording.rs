//! What the words give to say: hazards with a better wording, what was good quoted back, the order of the steps, and
//! what the scenario asks for and was not heard.

mod hazards;
mod kept;
mod misplaced;
mod missing;

use super::mirror::{sentence_around, sentences};
use super::scene::{Candidate, QUOTE_WORDS, Scene};
use crate::call::Behavior;
use crate::measure::plain_word;

/// Fewest words of the agent from which something may be called missing.
const ENOUGH_WORDS: usize = 12;

/// Candidates from behaviors and hazards; none without words.
pub(super) fn candidates<'a>(scene: &Scene<'a>) -> Vec<Candidate<'a>> {
    if scene.agent_words() == 0 {
        return Vec::new();
    }
    let mut out = hazards::hazards(scene);
    out.extend(misplaced::misplaced(scene));
    out.extend(kept::kept(scene));
    if scene.agent_words() >= ENOUGH_WORDS {
        let order = missing::order(scene);
        out.extend(missing::missing(scene));
        out.extend(order);
    }
    out
}

fn quote(scene: &Scene, b: &Behavior) -> String {
    let turn = scene.analysis.turns.get(b.turn).map_or("", |t| t.text.as_str());
    ended(&sentence_around(turn, &b.text, QUOTE_WORDS))
}

/// With a full stop where there is no mark at the end.
fn ended(text: &str) -> String {
    let text = text.trim_end_matches([',', ';', ':', '-']);
    if text.ends_with(['.', '!', '?', '…']) { text.to_owned() } else { format!("{text}.") }
}

/// Longest sentence that is played whole, and how much is played around the words of a longer one.
const WHOLE_SENTENCE_S: f64 = 8.0;
const AROUND_S: f64 = 1.5;

/// What to hear: the sentence in which it was said, or a moment around it where there are no marks.
fn moment(scene: &Scene, b: &Behavior) -> (f64, f64) {
    let Some(turn) = scene.analysis.turns.get(b.turn) else { return (b.start_s, b.end_s) };
    let sentence = sentences(&turn.text).find(|s| s.contains(&b.text)).and_then(|s| {
        // A turn's text is its words with single blanks between them.
        let from = s.as_ptr() as usize - turn.text.as_ptr() as usize;
        let mut at = 0;
        let mut said = turn.words.iter().filter(|w| {
            let start = at;
            at += w.text.len() + 1;
            start < from + s.len() && start + w.text.len() > from
        });
        let first = said.next()?;
        Some((first.start_s, said.last().unwrap_or(first).end_s))
    });
    match sentence {
        Some((from, to)) if to - from <= WHOLE_SENTENCE_S && from <= b.end_s && to >= b.start_s => (from, to),
        _ => ((b.start_s - AROUND_S).max(turn.start_s), (b.end_s + AROUND_S).min(turn.end_s)),
    }
}

/// Whether a rule heard it, which can be shown, and not only the model.
fn is_by_rule(b: &Behavior) -> bool {
    !b.rule.starts_with("model")
}

/// The sentence that holds one of the phrases.
fn said_any<'t>(text: &'t str, phrases: &[String]) -> Option<&'t str> {
    sentences(text).find(|s| {
        let plain: Vec<String> = s.split_whitespace().map(plain_word).collect();
        let line = format!(" {} ", plain.join(" "));
        phrases.iter().any(|p| line.contains(&format!(" {p} ")))
    })
}

/// An acknowledgement counts for more near the start of its reply.
fn is_early(scene: &Scene, b: &Behavior) -> bool {
    let start = scene.analysis.turns.get(b.turn).map_or(b.start_s, |t| t.start_s);
    b.start_s - start <= scene.rubric.coach.acknowledge_within_s
}
