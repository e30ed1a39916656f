//! Strikes ("this was not an apology") and corrected words: kept with the take, and applied to its analysis again whenever
//! it is recomputed, before anything that is derived from words and behaviors.

use crate::call::{Analysis, Behavior, Turn, Word};
use serde::{Deserialize, Serialize};

/// One thing that the person put right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Correction {
    /// A behavior that was not there.
    Strike(Strike),
    /// A word that was recognized wrongly.
    Word(WordFix),
}

/// A behavior that was not there. It stays struck when the words around it change, as long as it is heard at the same time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Strike {
    /// Behavior id.
    pub id: String,
    /// Turn.
    pub turn: usize,
    /// Start of what was struck.
    pub start_s: f64,
    /// End of what was struck.
    pub end_s: f64,
}

/// A word that was recognized wrongly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WordFix {
    /// Turn.
    pub turn: usize,
    /// Word in the turn as recognized, not as corrected.
    pub word: usize,
    /// What was recognized; a correction of anything else is ignored, because the recognizer may have changed.
    pub was: String,
    /// What was said: one word, several, or none.
    pub is: String,
}

impl Strike {
    /// Strikes this behavior.
    pub fn of(behavior: &Behavior) -> Self {
        Self {
            id: behavior.id.clone(),
            turn: behavior.turn,
            start_s: behavior.start_s,
            end_s: behavior.end_s,
        }
    }

    fn covers(&self, behavior: &Behavior) -> bool {
        let overlap = self.end_s.min(behavior.end_s) - self.start_s.max(behavior.start_s);
        let same = (self.start_s - behavior.start_s).abs() < 0.001;
        self.id == behavior.id && self.turn == behavior.turn && (overlap > 0.0 || same)
    }
}

/// Takes struck behaviors out.
#[must_use]
pub fn apply_strikes(behaviors: Vec<Behavior>, corrections: &[Correction]) -> Vec<Behavior> {
    let struck = |b: &Behavior| corrections.iter().any(|c| matches!(c, Correction::Strike(s) if s.covers(b)));
    behaviors.into_iter().filter(|b| !struck(b)).collect()
}

/// Puts corrected words in; a corrected word has probability 1, and several words share the time of the one they replace.
#[must_use]
pub fn apply_words(mut turns: Vec<Turn>, corrections: &[Correction]) -> Vec<Turn> {
    for (index, turn) in turns.iter_mut().enumerate() {
        let fix = |word: usize| {
            corrections.iter().rev().find_map(|c| match c {
                Correction::Word(fix)
                    if fix.turn == index && fix.word == word && fix.was == turn.words[word].text =>
                {
                    Some(fix)
                }
                _ => None,
            })
        };
        if (0..turn.words.len()).all(|w| fix(w).is_none()) {
            continue;
        }
        let words: Vec<Word> = turn
            .words
            .iter()
            .enumerate()
            .flat_map(|(i, word)| fix(i).map_or_else(|| vec![word.clone()], |fix| replaced(word, &fix.is)))
            .collect();
        turn.text = words.iter().map(|w| w.text.trim()).collect::<Vec<_>>().join(" ");
        turn.words = words;
    }
    turns
}

fn replaced(word: &Word, text: &str) -> Vec<Word> {
    let parts: Vec<&str> = text.split_whitespace().collect();
    let each = (word.end_s - word.start_s) / parts.len().max(1) as f64;
    let at = |i: usize| ((word.start_s + each * i as f64) * 1000.0).round() / 1000.0;
    let part = |(i, text): (usize, &&str)| Word {
        text: (*text).to_owned(),
        start_s: at(i),
        end_s: at(i + 1),
        p: 1.0,
    };
    parts.iter().enumerate().map(part).collect()
}

/// The analysis with all corrections, everything that depends on them made again: words, then behaviors (`judge` hears them
/// in the corrected turns), then strikes, then whatever `conclude` derives from all of it (findings, metrics of words).
///
/// `original` is the analysis as it came from the recording, never one that was corrected before.
#[must_use]
pub fn corrected(
    original: &Analysis,
    corrections: &[Correction],
    judge: &dyn Fn(&Analysis) -> Vec<Behavior>,
    conclude: &dyn Fn(&mut Analysis),
) -> Analysis {
    let mut analysis = original.clone();
    if corrections.iter().any(|c| matches!(c, Correction::Word(_))) {
        analysis.turns = apply_words(analysis.turns, corrections);
        analysis.behaviors = judge(&analysis);
    }
    analysis.behaviors = apply_strikes(analysis.behaviors, corrections);
    conclude(&mut analysis);
    analysis
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{BehaviorKind, Speaker};

    fn word(text: &str, start_s: f64) -> Word {
        Word { text: text.to_owned(), start_s, end_s: start_s + 0.4, p: 0.5 }
    }

    fn turn(words: &[&str]) -> Turn {
        let words: Vec<Word> = words.iter().enumerate().map(|(i, w)| word(w, i as f64)).collect();
        let text = words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ");
        Turn { speaker: Speaker::Agent, start_s: 0.0, end_s: words.len() as f64, text, words }
    }

    fn behavior(id: &str, turn: usize, start_s: f64) -> Behavior {
        let kind = BehaviorKind::Skill;
        Behavior {
            id: id.into(),
            kind,
            turn,
            start_s,
            end_s: start_s + 1.0,
            text: String::new(),
            rule: String::new(),
        }
    }

    fn fix(word: usize, was: &str, is: &str) -> Correction {
        Correction::Word(WordFix { turn: 0, word, was: was.into(), is: is.into() })
    }

    #[test]
    fn a_strike_takes_out_that_behavior_at_that_moment_only() {
        let all = vec![
            behavior("apologise", 0, 1.0),
            behavior("apologise", 0, 9.0),
            behavior("apologise", 1, 1.0),
            behavior("thank", 0, 1.0),
        ];
        let strike = Correction::Strike(Strike::of(&all[0]));
        let left = apply_strikes(all.clone(), &[strike]);
        assert_eq!(left, all[1..]);
    }

    #[test]
    fn a_corrected_word_changes_the_text_and_keeps_the_times_of_the_others() {
        let turns =
            apply_words(vec![turn(&["I", "sore", "you"])], &[fix(1, "sore", "am sorry"), fix(2, "you", "")]);
        assert_eq!(turns[0].text, "I am sorry");
        let times: Vec<_> = turns[0].words.iter().map(|w| (w.start_s, w.end_s)).collect();
        assert_eq!(times, [(0.0, 0.4), (1.0, 1.2), (1.2, 1.4)]);
    }

    #[test]
    fn the_last_correction_of_a_word_counts_and_one_of_other_words_is_ignored() {
        let turns = apply_words(
            vec![turn(&["sore"])],
            &[fix(0, "sore", "soar"), fix(0, "sore", "sorry"), fix(0, "other", "x"), fix(7, "sore", "x")],
        );
        assert_eq!(turns[0].text, "sorry");
    }

    #[test]
    fn everything_downstream_is_made_again_and_strikes_survive_it() {
        let original = Analysis {
            schema: String::new(),
            source: crate::call::Source::default(),
            engine: crate::call::Engine::default(),
            turns: vec![turn(&["I", "sore"])],
            spans: vec![],
            responses: vec![],
            interruptions: vec![],
            backchannels: vec![],
            dead_air: vec![],
            holds: vec![],
            delivery: crate::call::Delivery::default(),
            voice: crate::call::Voice::default(),
            behaviors: vec![],
            findings: vec![],
            warnings: vec![],
        };
        let judge = |a: &Analysis| {
            let mut heard = vec![behavior("thank", 0, 0.0)];
            if a.turns[0].text.contains("sorry") {
                heard.push(behavior("apologise", 0, 1.0));
            }
            heard
        };
        let strike = Correction::Strike(Strike::of(&behavior("thank", 0, 0.0)));
        let made = corrected(&original, &[strike, fix(1, "sore", "sorry")], &judge, &|a| {
            a.engine.model = a.behaviors.len().to_string()
        });
        assert_eq!(made.behaviors.iter().map(|b| b.id.as_str()).collect::<Vec<_>>(), ["apologise"]);
        assert_eq!(made.engine.model, "1");
        assert_eq!(
            corrected(&original, &[], &judge, &|_| ()),
            original,
            "without corrections nothing changes"
        );
    }
}
