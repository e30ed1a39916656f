//! From what was heard in the text of a turn to behaviors at moments of the recording.

use crate::call::{Behavior, Facts, Speaker, Turn, Word};
use crate::words::{ReplyContext, Rules};
use std::ops::Range;

/// Behaviors of all agent turns, in order of time. A turn's text is its words joined by single blanks.
pub fn heard_in(turns: &[Turn], rules: &Rules, facts: &Facts) -> Vec<Behavior> {
    let mut all = Vec::new();
    let mut customer_line = String::new();
    for (index, turn) in turns.iter().enumerate() {
        if turn.speaker == Speaker::Customer {
            // Lines that follow each other without a reply between belong together.
            if turns.get(index.wrapping_sub(1)).is_some_and(|t| t.speaker == Speaker::Customer) {
                customer_line.push(' ');
            } else {
                customer_line.clear();
            }
            customer_line.push_str(&turn.text);
            continue;
        }
        let context = ReplyContext {
            customer_line: Some(customer_line.as_str()).filter(|l| !l.is_empty()),
            customer_name: None,
            facts: Some(facts),
        };
        all.extend(rules.hear(&context, &turn.text).into_iter().map(|hit| {
            let (start_s, end_s) = moment(&turn.words, &hit.chars).unwrap_or((turn.start_s, turn.end_s));
            Behavior {
                id: hit.id.to_owned(),
                kind: hit.kind,
                turn: index,
                start_s,
                end_s,
                text: hit.text,
                rule: hit.rule,
            }
        }));
    }
    all
}

/// From the first to the last word that the characters touch.
fn moment(words: &[Word], chars: &Range<usize>) -> Option<(f64, f64)> {
    let mut at = 0;
    let mut touched = words.iter().filter(|w| {
        let here = at..at + w.text.len();
        at = here.end + 1;
        here.start < chars.end.max(chars.start + 1) && chars.start < here.end
    });
    let first = touched.next()?;
    let last = touched.last().unwrap_or(first);
    Some((first.start_s, last.end_s))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Word> {
        text.split(' ')
            .enumerate()
            .map(|(i, w)| Word { text: w.to_owned(), start_s: i as f64, end_s: i as f64 + 0.5, p: 1.0 })
            .collect()
    }

    #[test]
    fn characters_become_the_times_of_the_words_they_touch() {
        let words = words("so I'm really sorry Dana");
        assert_eq!(moment(&words, &(3..19)), Some((1.0, 3.5)));
        assert_eq!(moment(&words, &(0..2)), Some((0.0, 0.5)));
        assert_eq!(moment(&words, &(0..24)), Some((0.0, 4.5)));
        assert_eq!(moment(&[], &(0..4)), None);
    }
}
