//! What was good, quoted back.

use super::{is_by_rule, is_early, moment, quote};
use crate::call::{Behavior, BehaviorKind, FindingKind::Keep};
use crate::coach::scene::{Candidate, Scene, times};
use crate::measure::plain_word;

/// The best occurrence of each skill that was heard.
pub(super) fn kept<'a>(scene: &Scene<'a>) -> Vec<Candidate<'a>> {
    let facts = scene.facts;
    let mut out = Vec::new();
    let hazards: Vec<(usize, String, &Behavior)> = scene
        .analysis
        .behaviors
        .iter()
        .filter(|b| b.kind == BehaviorKind::Hazard && b.id != "filler" && is_by_rule(b))
        .map(|b| (b.turn, quote(scene, b), b))
        .collect();
    // A sentence that also holds a hazard is not quoted as an example.
    let is_clean = |b: &Behavior| {
        let said = quote(scene, b);
        let taken_back = ["acknowledge_feelings", "apologise", "paraphrase"].contains(&b.id.as_str())
            && said.split_whitespace().any(|w| scene.advice.cancels.contains(&plain_word(w)));
        let hazard = |(turn, quoted, h): &(usize, String, &Behavior)| {
            *turn == b.turn && (*quoted == said || said.contains(&h.text))
        };
        !taken_back && !hazards.iter().any(hazard)
    };
    for row in scene.advice.rows(Keep) {
        let best = scene.heard(&row.id).filter(|b| is_clean(b)).max_by_key(|b| {
            (is_early(scene, b), is_by_rule(b), b.text.len().min(80), std::cmp::Reverse(b.turn))
        });
        let Some(b) = best else { continue };
        let not_asked = row.id == "set_boundary" && !facts.scenario.is_empty() && !facts.is_abusive();
        let too_often =
            row.id == "use_name" && scene.turns_with("use_name") > scene.rubric.coach.use_name_most;
        if not_asked || too_often {
            continue;
        }
        let trust = if is_by_rule(b) { 1.0 } else { scene.rubric.coach.model_only_skill };
        let asked = trust * if facts.expects.contains(&row.id) { 1.25 } else { 1.0 };
        let slots = [("quote", quote(scene, b)), ("times", times(scene.turns_with(&row.id)))];
        out.extend(scene.candidate(Keep, row.name(), asked, moment(scene, b), slots));
    }
    out
}
