//! The order of the steps, and what was not heard.

use super::{ended, is_by_rule, is_early, moment, quote, said_any};
use crate::call::{Behavior, FindingKind::Try, Speaker, Turn};
use crate::coach::advice::{Place, Row};
use crate::coach::mirror::sentence_around;
use crate::coach::scene::{Candidate, QUOTE_WORDS, Scene, brief, clock};

/// Behaviors that bring a solution.
const SOLVING: [&str; 6] =
    ["next_steps", "offer_options", "can_do", "give_timeline", "escalate", "escalate_with_reason"];

/// Acknowledge before asking, ask before solving; who they are after the first acknowledgement.
pub(super) fn order<'a>(scene: &Scene<'a>) -> Vec<Candidate<'a>> {
    let first = |ids: &[&str]| {
        let heard = scene.analysis.behaviors.iter().filter(|b| ids.contains(&b.id.as_str()));
        heard.min_by(|a, b| a.start_s.total_cmp(&b.start_s))
    };
    let mut out = Vec::new();
    let acknowledged = first(&["acknowledge_feelings", "apologise", "paraphrase"]);
    let by_rule =
        scene.analysis.behaviors.iter().filter(|b| SOLVING.contains(&b.id.as_str()) && is_by_rule(b));
    let solved = by_rule.min_by(|a, b| a.start_s.total_cmp(&b.start_s));
    let asked = first(&["clarifying_question"]);
    let before = |a: &Behavior, b: Option<&Behavior>| b.is_none_or(|b| a.start_s < b.start_s);
    if let Some(s) = solved.filter(|s| before(s, acknowledged)) {
        out.extend(scene.candidate(
            Try,
            "acknowledge_first",
            1.0,
            moment(scene, s),
            [("quote", quote(scene, s))],
        ));
    }
    let wants_question = asked.is_some() || scene.facts.expects.iter().any(|e| e == "clarifying_question");
    if let (true, Some(s)) = (wants_question, solved.filter(|s| before(s, asked))) {
        out.extend(scene.candidate(Try, "ask_first", 1.0, moment(scene, s), [("quote", quote(scene, s))]));
    }
    let identity = scene.replies().find_map(|(_, t)| Some((t, said_any(&t.text, &scene.advice.identity)?)));
    if let Some((turn, sentence)) = identity {
        // Within a turn the sentences tell the order, so that it does not hang on word times.
        let gate = |a: &Behavior| {
            let there = scene.analysis.turns.get(a.turn);
            let same = there.is_some_and(|t| t.start_s.to_bits() == turn.start_s.to_bits());
            if same { turn.text.find(&a.text) > turn.text.find(sentence) } else { a.start_s > turn.start_s }
        };
        if acknowledged.is_none_or(gate) {
            let slots = [("quote", ended(&sentence_around(&turn.text, sentence, QUOTE_WORDS)))];
            out.extend(scene.candidate(Try, "verify_after", 1.0, (turn.start_s, turn.end_s), slots));
        }
    }
    out
}

/// What the scenario asks for, or any call needs, and was not heard.
pub(super) fn missing<'a>(scene: &Scene<'a>) -> Vec<Candidate<'a>> {
    let facts = scene.facts;
    let scenario = !facts.scenario.is_empty();
    let customer = scene.analysis.turns.iter().any(|t| t.speaker == Speaker::Customer);
    if !scenario && !customer {
        return Vec::new();
    }
    let solved = SOLVING.iter().any(|id| scene.heard(id).next().is_some());
    let mut out = Vec::new();
    for row in scene.advice.rows(Try).filter(|r| r.name() == r.id && r.id != "verbal_nods") {
        let asked = facts.expects.contains(&row.id);
        let due =
            asked || (row.anywhere && !scenario) || (row.id == "use_name" && facts.customer_name.is_some());
        let heard = match row.id.as_str() {
            // Without a next step a time is not what is missing, and an offer or a handover is a next step of a kind.
            "give_timeline" if !asked => !solved || is_heard(scene, "give_timeline"),
            "next_steps" if !asked => solved,
            "escalate_with_reason" => !is_heard(scene, "escalate") || is_heard(scene, "escalate_with_reason"),
            // Empathy taken back by a "but" is a finding of its own.
            "acknowledge_feelings" if is_heard(scene, "empathy_but") => true,
            "acknowledge_feelings" => scene.heard(&row.id).any(|b| is_early(scene, b)),
            id => is_heard(scene, id),
        };
        if !due || heard || (row.id == "set_boundary" && !facts.is_abusive()) {
            continue;
        }
        let Some(turn) = place(scene, row) else { continue };
        let slots = [("within", brief(scene.rubric.coach.acknowledge_within_s))];
        let found = scene.candidate(
            Try,
            row.name(),
            if asked { 1.25 } else { 1.0 },
            (turn.start_s, turn.end_s),
            slots,
        );
        out.extend(found.map(|mut c| {
            if row.at == Place::Last {
                c.slots.insert("clock", clock(turn.end_s));
            }
            c
        }));
    }
    out
}

fn is_heard(scene: &Scene, id: &str) -> bool {
    scene.heard(id).next().is_some()
}

/// The turn in which a missing behavior would have had its place.
fn place<'a>(scene: &Scene<'a>, row: &Row) -> Option<&'a Turn> {
    let solving = || {
        let first = scene.analysis.behaviors.iter().find(|b| SOLVING.contains(&b.id.as_str()))?;
        scene.analysis.turns.get(first.turn)
    };
    match row.at {
        Place::First => scene.replies().next().map(|(_, t)| t),
        Place::Last => scene.replies().next_back().map(|(_, t)| t),
        Place::Solve => solving().or_else(|| scene.replies().next_back().map(|(_, t)| t)),
    }
}
