//! Good things in the wrong place or measure.

use super::{ended, moment, quote, said_any};
use crate::call::{Fault, FindingKind::Change};
use crate::coach::mirror::sentence_around;
use crate::coach::scene::{Candidate, QUOTE_WORDS, Scene, brief, times};

pub(super) fn misplaced<'a>(scene: &Scene<'a>) -> Vec<Candidate<'a>> {
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
