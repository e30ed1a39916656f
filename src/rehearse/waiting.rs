//! How long to wait after the agent's last sound before the customer goes on.
//!
//! A customer who cuts a thinking agent off is worse than a slow one: 0.7 s after a finished sentence, 1.2 s otherwise,
//! longer after a filler or an open "and". All are adjustable; Space ends the turn at once.

use crate::call::seconds_to_samples;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// The waits of a call, in seconds; part of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Waits {
    /// After a finished sentence.
    pub finished_s: f64,
    /// After anything else, and while the words are not known yet.
    pub open_s: f64,
    /// After a filler or a word that asks for more ("um", "and").
    pub unfinished_s: f64,
    /// After nothing but a nod ("right", "okay"): the reply is still to come.
    pub nod_s: f64,
    /// When the agent says nothing at all, until the customer loses patience.
    pub silence_s: f64,
    /// When the agent says nothing after the last line, until the call is over.
    pub closing_s: f64,
    /// After a trailing line, until its `then` follows by itself.
    pub trailing_s: f64,
    /// The longest wait for the judgement of a reply once the turn is over; keeps the next line within 0.3 s.
    pub judge_s: f64,
}

impl Default for Waits {
    fn default() -> Self {
        Self {
            finished_s: 0.7,
            open_s: 1.2,
            unfinished_s: 2.0,
            nod_s: 2.5,
            silence_s: 12.0,
            closing_s: 3.0,
            trailing_s: 1.5,
            judge_s: 0.15,
        }
    }
}

impl Waits {
    /// More (or less) patience after the agent's last sound: all waits for the agent times `factor`.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        Self {
            finished_s: self.finished_s * factor,
            open_s: self.open_s * factor,
            unfinished_s: self.unfinished_s * factor,
            nod_s: self.nod_s * factor,
            silence_s: self.silence_s * factor,
            closing_s: self.closing_s * factor,
            ..self
        }
    }

    /// Samples of silence that end a turn with such an ending.
    pub fn after(&self, ending: TurnEnding) -> u64 {
        seconds_to_samples(match ending {
            TurnEnding::Finished => self.finished_s,
            TurnEnding::Open => self.open_s,
            TurnEnding::Unfinished => self.unfinished_s,
            TurnEnding::Nod => self.nod_s,
        })
    }
}

/// How the words of a reply end so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TurnEnding {
    /// With a whole sentence.
    Finished,
    /// Neither finished nor clearly going on, or unknown.
    Open,
    /// With a filler, an open conjunction or an ellipsis.
    Unfinished,
    /// There is nothing but signs of listening and fillers.
    Nod,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Endings {
    fillers: BTreeSet<String>,
    open: BTreeSet<String>,
    open_unless_closed: BTreeSet<String>,
    nods: BTreeSet<String>,
}

/// English; another language is another file.
static ENDINGS: LazyLock<Option<Endings>> =
    LazyLock::new(|| toml::from_str(include_str!("endings/en.toml")).ok());

impl TurnEnding {
    /// Reads the words of the whole reply so far.
    pub fn of(text: &str) -> Self {
        let Some(endings) = ENDINGS.as_ref() else { return Self::Open };
        let words: Vec<String> = text
            .split_whitespace()
            .map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase().replace('’', "'"))
            .filter(|w| !w.is_empty())
            .collect();
        let Some(last) = words.last() else { return Self::Open };
        let is_nod = |w: &String| endings.nods.contains(w) || endings.fillers.contains(w);
        if words.len() <= 3 && words.iter().all(is_nod) {
            return Self::Nod;
        }
        let trimmed = text.trim_end().trim_end_matches(['"', '\'', '”', '’', ')']);
        if trimmed.ends_with("...") || trimmed.ends_with('…') || trimmed.ends_with(['-', '–', '—', ','])
        {
            return Self::Unfinished;
        }
        let closed = trimmed.ends_with(['.', '?', '!']);
        if endings.fillers.contains(last)
            || endings.open.contains(last)
            || !closed && endings.open_unless_closed.contains(last)
        {
            return Self::Unfinished;
        }
        if closed { Self::Finished } else { Self::Open }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_endings_is_readable() {
        assert!(ENDINGS.is_some());
    }

    #[test]
    fn a_whole_sentence_is_finished_and_its_fragment_open() {
        assert_eq!(TurnEnding::of("I am sorry about that. I'll refund it today."), TurnEnding::Finished);
        assert_eq!(TurnEnding::of("What does the letter say?"), TurnEnding::Finished);
        assert_eq!(TurnEnding::of("I think so."), TurnEnding::Finished);
        assert_eq!(TurnEnding::of("sorry about that"), TurnEnding::Open);
        assert_eq!(TurnEnding::of("I'll refund the second"), TurnEnding::Open);
        assert_eq!(TurnEnding::of(""), TurnEnding::Open);
    }

    #[test]
    fn fillers_and_open_words_ask_for_more_even_with_a_full_stop() {
        for text in [
            "I can see that, um",
            "So I will check and.",
            "Let me see...",
            "It was because",
            "Right, so the",
            "I looked, uh.",
        ] {
            assert_eq!(TurnEnding::of(text), TurnEnding::Unfinished, "{text}");
        }
    }

    #[test]
    fn a_lone_nod_is_not_a_reply() {
        for text in ["Mm-hmm.", "Right, okay.", "I see.", "Um.", "Yes."] {
            assert_eq!(TurnEnding::of(text), TurnEnding::Nod, "{text}");
        }
        assert_eq!(TurnEnding::of("Okay, I will do that now."), TurnEnding::Finished);
    }

    #[test]
    fn waits_are_in_the_order_of_patience() {
        let w = Waits::default();
        let all = [TurnEnding::Finished, TurnEnding::Open, TurnEnding::Unfinished, TurnEnding::Nod]
            .map(|e| w.after(e));
        assert!(all.windows(2).all(|p| p[0] < p[1]));
        assert_eq!(w.scaled(2.0).after(TurnEnding::Open), 2 * w.after(TurnEnding::Open));
        assert!(w.scaled(2.0).judge_s <= 0.3);
    }
}
