//! Hazards: what was said, and whether it is to be believed.

use super::{is_by_rule, moment, quote};
use crate::call::{Behavior, BehaviorKind, FindingKind::Change};
use crate::coach::scene::{Candidate, Scene, times};
use crate::measure::plain_word;

/// Fewer words than this after a "no" are an answer and not an argument.
const SHORT_ANSWER_WORDS: usize = 5;

pub(super) fn hazards<'a>(scene: &Scene<'a>) -> Vec<Candidate<'a>> {
    let mut out: Vec<Candidate<'a>> = Vec::new();
    for first in
        scene.analysis.behaviors.iter().filter(|b| b.kind == BehaviorKind::Hazard && b.id != "filler")
    {
        if out.iter().any(|c| c.row == first.id) {
            continue;
        }
        let said: Vec<&Behavior> = scene.heard(&first.id).filter(|b| !is_doubted(scene, b)).collect();
        let Some(shown) = said.iter().find(|b| is_by_rule(b)).or(said.first()).copied() else { continue };
        let again = (scene.turns_with(&first.id) as f64 - 1.0).min(4.0);
        let trust = if is_by_rule(shown) { 1.0 } else { scene.rubric.coach.model_only_hazard };
        let mut slots = vec![("quote", quote(scene, shown))];
        let mut sentences: Vec<(usize, String)> =
            said.iter().filter(|b| is_by_rule(b)).map(|b| (b.turn, quote(scene, b))).collect();
        sentences.sort();
        sentences.dedup();
        if sentences.len() > 1 {
            slots.push(("often", times(sentences.len())));
        }
        slots.extend(request(scene, shown).map(|r| ("request", r)));
        out.extend(scene.candidate(
            Change,
            &first.id,
            trust * (1.0 + 0.25 * again),
            moment(scene, shown),
            slots,
        ));
    }
    out
}

/// Fewest and most words of what is asked for instead of being ordered.
const REQUEST_WORDS: std::ops::RangeInclusive<usize> = 2..=10;

/// What an order wants, to be asked for: "You need to fill in a new one" gives "fill in a new one". None where the sentence
/// hurts in another way too, or goes on about something else.
fn request(scene: &Scene, order: &Behavior) -> Option<String> {
    let sentence = quote(scene, order);
    let mut others = scene.analysis.behaviors.iter().filter(|b| b.turn == order.turn && b.id != order.id);
    if others.any(|b| b.kind == BehaviorKind::Hazard && quote(scene, b) == sentence) {
        return None;
    }
    let lower = sentence.to_lowercase();
    let (at, phrase) = scene.advice.orders.iter().find_map(|p| Some((lower.find(p.as_str())?, p)))?;
    let rest = sentence.get(at + phrase.len()..)?.strip_prefix(' ')?;
    let rest = rest.split([',', ';', '.', '!', '?', '…']).next()?.trim();
    REQUEST_WORDS.contains(&rest.split_whitespace().count()).then(|| rest.to_owned())
}

/// Whether a hazard was heard in one sentence with a skill that speaks against it.
fn is_doubted(scene: &Scene, hazard: &Behavior) -> bool {
    let sentence = quote(scene, hazard);
    if hazard.id == "argue" && is_plain_answer(scene, &sentence, hazard.start_s) {
        return true;
    }
    let Some(contrary) = scene.rubric.contrary.get(&hazard.id) else { return false };
    let mut skills =
        scene.analysis.behaviors.iter().filter(|b| b.turn == hazard.turn && contrary.contains(&b.id));
    skills.any(|b| quote(scene, b) == sentence)
}

/// Whether a sentence is a short no to what the customer asked: "Does that sound fixed to you?" "No, it doesn't."
fn is_plain_answer(scene: &Scene, sentence: &str, at_s: f64) -> bool {
    let asked = scene.customer_before(at_s).is_some_and(|t| t.text.trim_end().ends_with('?'));
    let mut words = sentence.split_whitespace().map(plain_word);
    asked && words.next().is_some_and(|w| w == "no") && words.count() < SHORT_ANSWER_WORDS
}
