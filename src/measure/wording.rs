//! The recognized words put into turns.

use super::{TurnTaking, WordsOf, ipu};
use crate::call::{Span, Speaker, Turn, Word, round3, samples_to_seconds};

/// A word as lists hold it: lower case, no punctuation at its ends, typographic apostrophes made plain.
pub fn plain_word(text: &str) -> String {
    text.replace('\u{2019}', "'").trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

/// The turns of a call with the words that were said in them, in order of their start. A word goes to the turn whose
/// speech lies nearest to the middle of the word; words of backchannels go to no turn.
pub fn turns_with_words(taking: &TurnTaking, words: Option<WordsOf>) -> Vec<Turn> {
    let mut turns: Vec<Turn> = taking
        .turns
        .iter()
        .map(|t| Turn {
            speaker: t.speaker,
            start_s: round3(t.span.start_s()),
            end_s: round3(t.span.end_s()),
            text: String::new(),
            words: Vec::new(),
        })
        .collect();
    let Some(words) = words else { return turns };
    for (speaker, transcript) in [(Speaker::Agent, Some(words.agent)), (Speaker::Customer, words.customer)] {
        let Some(transcript) = transcript else { continue };
        // Where a word may go: the turns of this person, and nowhere (`None`) for signs of listening.
        let mut homes: Vec<(Span, Option<usize>)> = taking
            .turns
            .iter()
            .enumerate()
            .filter(|(_, t)| t.speaker == speaker)
            .map(|(i, t)| (t.span, Some(i)))
            .collect();
        if speaker == Speaker::Agent {
            homes.extend(taking.backchannel_spans.iter().map(|&s| (s, None)));
        }
        homes.sort_by_key(|(span, _)| *span);
        let spans: Vec<Span> = homes.iter().map(|(s, _)| *s).collect();
        for (text, span, p) in &transcript.words {
            let home = ipu::nearest(&spans, u64::midpoint(span.start(), span.end())).and_then(|i| homes[i].1);
            if let (Some(home), false) = (home, text.trim().is_empty()) {
                turns[home].words.push(Word {
                    text: text.trim().to_owned(),
                    start_s: round3(samples_to_seconds(span.start())),
                    end_s: round3(samples_to_seconds(span.end())),
                    p: (f64::from(*p) * 100.0).round() / 100.0,
                });
            }
        }
    }
    for turn in &mut turns {
        turn.text = turn.words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ");
    }
    turns
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{Timeline, Transcript};
    use crate::coach::Rubric;
    use crate::measure::{Talk, turn_taking};

    #[test]
    fn each_word_goes_to_its_turn_and_those_of_a_backchannel_to_none() {
        let at = |a, b| Span::from_seconds(a, b).unwrap();
        let agent: Timeline = [at(2.0, 2.4), at(6.0, 8.0)].into_iter().collect();
        let customer: Timeline = [at(0.5, 5.0)].into_iter().collect();
        let words = |rows: &[(&str, f64, f64)]| Transcript {
            words: rows.iter().map(|&(w, a, b)| (w.to_owned(), at(a, b), 0.987)).collect(),
        };
        let ours = words(&[("Mm-hm.", 2.0, 2.3), (" I", 5.9, 6.3), ("see.", 6.4, 7.0)]);
        let theirs = words(&[("Twice!", 0.6, 1.0)]);
        let both = WordsOf { agent: &ours, customer: Some(&theirs) };
        let talk = Talk { words: Some(both), ..Talk::of(&agent, Some(&customer)) };
        let turns = turns_with_words(&turn_taking(&talk, &Rubric::embedded().limits), Some(both));
        let texts: Vec<&str> = turns.iter().map(|t| t.text.as_str()).collect();
        assert_eq!(texts, ["Twice!", "I see."]);
        assert_eq!(turns[1].words[0].p, 0.99);
    }

    #[test]
    fn a_plain_word_keeps_its_inner_marks() {
        assert_eq!(plain_word("“Mm-hm…”"), "mm-hm");
        assert_eq!(plain_word("Don\u{2019}t!"), "don't");
    }
}
