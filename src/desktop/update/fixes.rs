//! From a turn as recognized and the same turn as typed to the words that were corrected.

use crate::call::Word;
use crate::rehearse::{Correction, WordFix};

/// What has to change in the recognized words so that they read as typed; words that stay are aligned by their longest
/// common subsequence, whatever stands between belongs to the word before it.
pub fn word_fixes(turn: usize, recognized: &[Word], typed: &str) -> Vec<Correction> {
    let old: Vec<&str> = recognized.iter().map(|w| w.text.as_str()).collect();
    let new: Vec<&str> = typed.split_whitespace().collect();
    let kept = common(&old, &new);
    let mut fixes: Vec<(usize, String)> = Vec::new();
    let (mut i, mut j) = (0, 0);
    for (oi, nj) in kept.into_iter().chain([(old.len(), new.len())]) {
        let put = new[j..nj].join(" ");
        if i < oi {
            fixes.push((i, put));
            fixes.extend((i + 1..oi).map(|k| (k, String::new())));
        } else if !put.is_empty() && !old.is_empty() {
            // Nothing was replaced: the new words join the neighbour, which may have been given some on its other side.
            match fixes.last_mut() {
                Some((at, text)) if i > 0 && *at == i - 1 => *text = format!("{text} {put}"),
                _ if i > 0 => fixes.push((i - 1, format!("{} {put}", old[i - 1]))),
                _ => fixes.push((0, format!("{put} {}", old[0]))),
            }
        }
        (i, j) = (oi + 1, nj + 1);
    }
    let fix =
        |(word, is): (usize, String)| Correction::Word(WordFix { turn, word, was: old[word].to_owned(), is });
    fixes.into_iter().map(fix).collect()
}

/// Pairs of indices of a longest common subsequence.
fn common(a: &[&str], b: &[&str]) -> Vec<(usize, usize)> {
    let mut length = vec![vec![0u32; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            length[i][j] =
                if a[i] == b[j] { length[i + 1][j + 1] + 1 } else { length[i + 1][j].max(length[i][j + 1]) };
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            pairs.push((i, j));
            i += 1;
            j += 1;
        } else if length[i + 1][j] >= length[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{Speaker, Turn};
    use crate::rehearse::correct::apply_words;
    use proptest::prelude::*;

    fn turn(words: &[&str]) -> Turn {
        let words: Vec<Word> = words
            .iter()
            .enumerate()
            .map(|(i, w)| Word { text: (*w).to_owned(), start_s: i as f64, end_s: i as f64 + 0.5, p: 0.9 })
            .collect();
        Turn {
            speaker: Speaker::Agent,
            start_s: 0.0,
            end_s: words.len() as f64,
            text: words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" "),
            words,
        }
    }

    #[test]
    fn only_the_words_that_changed_are_corrected() {
        let words = turn(&["I", "am", "story", "for", "that."]).words;
        let fixes = word_fixes(3, &words, "I am sorry for that.");
        assert_eq!(
            fixes,
            [Correction::Word(WordFix { turn: 3, word: 2, was: "story".into(), is: "sorry".into() })]
        );
        assert!(word_fixes(3, &words, "I am  story for that.").is_empty());
    }

    proptest! {
        #[test]
        fn applied_the_corrections_read_as_typed(
            old in prop::collection::vec("[abc]{1,2}", 1..8), new in prop::collection::vec("[abc]{1,2}", 0..8),
        ) {
            let old: Vec<&str> = old.iter().map(String::as_str).collect();
            let fixes = word_fixes(0, &turn(&old).words, &new.join(" "));
            let got = apply_words(vec![turn(&old)], &fixes).remove(0);
            prop_assert_eq!(got.text.split_whitespace().collect::<Vec<_>>().join(" "), new.join(" "));
        }
    }
}
