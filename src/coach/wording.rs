//! What the words give to say: hazards with a better wording, what was good quoted back, the order of the steps, and
//! what the scenario asks for and was not heard.

use super::advice::{Place, Row};
use super::mirror::{sentence_around, sentences};
use super::scene::{Candidate, QUOTE_WORDS, Scene, brief, times};
use crate::call::{Behavior, BehaviorKind, Fault, FindingKind, Turn};
use crate::measure::plain_word;
use FindingKind::{Change, Keep, Try};

/// Fewest words of the agent from which something may be called missing.
const ENOUGH_WORDS: usize = 12;

/// Fewer words than this after a "no" are an answer and not an argument.
const SHORT_ANSWER_WORDS: usize = 5;

/// Behaviors that bring a solution.
const SOLVING: [&str; 6] =
    ["next_steps", "offer_options", "can_do", "give_timeline", "escalate", "escalate_with_reason"];

/// Candidates from behaviors and hazards; none without words.
pub(super) fn candidates<'a>(scene: &Scene<'a>) -> Vec<Candidate<'a>> {
    if scene.agent_words() == 0 {
        return Vec::new();
    }
    let mut out = hazards(scene);
    out.extend(misplaced(scene));
    out.extend(kept(scene));
    if scene.agent_words() >= ENOUGH_WORDS {
        let order = order(scene);
        out.extend(missing(scene));
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

fn hazards<'a>(scene: &Scene<'a>) -> Vec<Candidate<'a>> {
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
        let slots = [("quote", quote(scene, shown))];
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

/// Good things in the wrong place or measure.
fn misplaced<'a>(scene: &Scene<'a>) -> Vec<Candidate<'a>> {
    let mut out = Vec::new();
    let facts = scene.facts;
    let known = !facts.scenario.is_empty();
    if let (true, Some(b)) = (known && !facts.is_abusive(), scene.heard("set_boundary").next()) {
        out.extend(scene.candidate(
            Change,
            "set_boundary",
            1.0,
            moment(scene, b),
            [("quote", quote(scene, b))],
        ));
    }
    if let Some([_, longest]) = scene.rubric.good.of("apology_s")
        && let Some((from, to, seconds)) = scene.replies().find_map(|(i, _)| long_apology(scene, i, longest))
    {
        let slots = [("seconds", brief(seconds)), ("limit", brief(longest))];
        out.extend(scene.candidate(Change, "apology_s", 1.0, (from, to), slots));
    }
    if known && facts.fault != Fault::Ours {
        let conceded =
            scene.replies().find_map(|(_, t)| Some((t, said_any(&t.text, &scene.advice.concede)?)));
        if let Some((turn, sentence)) = conceded {
            let slots = [("quote", ended(&sentence_around(&turn.text, sentence, QUOTE_WORDS)))];
            out.extend(scene.candidate(
                Change,
                "no_needless_blame_taking",
                1.0,
                (turn.start_s, turn.end_s),
                slots,
            ));
        }
    }
    let names = scene.turns_with("use_name");
    if let (true, Some(b)) = (names > scene.rubric.coach.use_name_most, scene.heard("use_name").next()) {
        out.extend(scene.candidate(Change, "use_name", 1.0, moment(scene, b), [("times", times(names))]));
    }
    let most = scene.rubric.coach.reply_words_most;
    if let Some((_, turn)) =
        scene.agent_turns().max_by_key(|(_, t)| t.words.len()).filter(|(_, t)| t.words.len() > most)
    {
        let slots = [("words", turn.words.len().to_string()), ("limit", most.to_string())];
        out.extend(scene.candidate(Change, "plain_words", 1.0, (turn.start_s, turn.end_s), slots));
    }
    out
}

/// From where to where, and for how long in all, a turn apologizes, if that is longer than `longest`.
fn long_apology(scene: &Scene, turn: usize, longest: f64) -> Option<(f64, f64, f64)> {
    let mut sentences: Vec<(f64, f64)> =
        scene.heard("apologise").filter(|b| b.turn == turn).map(|b| moment(scene, b)).collect();
    sentences.sort_by(|a, b| a.0.total_cmp(&b.0));
    sentences.dedup();
    let seconds: f64 = sentences.iter().map(|(from, to)| to - from).sum();
    let (first, last) = (sentences.first()?, sentences.last()?);
    (seconds > longest).then_some((first.0, last.1, seconds))
}

/// The sentence that holds one of the phrases.
fn said_any<'t>(text: &'t str, phrases: &[String]) -> Option<&'t str> {
    sentences(text).find(|s| {
        let plain: Vec<String> = s.split_whitespace().map(plain_word).collect();
        let line = format!(" {} ", plain.join(" "));
        phrases.iter().any(|p| line.contains(&format!(" {p} ")))
    })
}

/// The best occurrence of each skill that was heard.
fn kept<'a>(scene: &Scene<'a>) -> Vec<Candidate<'a>> {
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

/// An acknowledgement counts for more near the start of its reply.
fn is_early(scene: &Scene, b: &Behavior) -> bool {
    let start = scene.analysis.turns.get(b.turn).map_or(b.start_s, |t| t.start_s);
    b.start_s - start <= scene.rubric.coach.acknowledge_within_s
}

/// Acknowledge before asking, ask before solving; who they are after the first acknowledgement.
fn order<'a>(scene: &Scene<'a>) -> Vec<Candidate<'a>> {
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
fn missing<'a>(scene: &Scene<'a>) -> Vec<Candidate<'a>> {
    let facts = scene.facts;
    let scenario = !facts.scenario.is_empty();
    let customer = scene.analysis.turns.iter().any(|t| t.speaker == crate::call::Speaker::Customer);
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
                c.slots.insert("clock", super::scene::clock(turn.end_s));
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
