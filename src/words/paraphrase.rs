//! Whether the agent says the issue back: content words of the customer's line that come again in one stretch of the
//! reply which is neither a promise nor a question of procedure. Words are compared by stem and a few synonyms.

use super::language::Language;
use super::token::{self, ASK, MONEY, NUM, STOP, Stream, TIME};
use std::collections::HashSet;
use std::ops::Range;

/// How many words a stretch has in which shared words count as said together.
const WINDOW: usize = 14;
/// Shared content words from which a stretch says the issue back by itself.
const ENOUGH: usize = 3;
/// How many words behind a pattern still belong to what it introduces.
const BEHIND: usize = 10;

/// Shared content words: in the reply as a whole, in its best stretch, and as a share of the customer's.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Overlap {
    /// Distinct shared stems in the best stretch.
    pub window: usize,
    /// Of the customer's distinct content stems, how many come again.
    pub share: f64,
}

fn content(lang: &Language, word: &str) -> Option<String> {
    let plain = ![STOP, ASK, "<name>"].contains(&word) && !lang.stop.contains(word);
    let marked = [NUM, TIME, MONEY].contains(&word) || lang.numbers.contains(word);
    (plain && (marked || word.chars().count() > 2)).then(|| lang.stem(word))
}

/// The reply beside the customer's line.
pub(crate) struct Comparison {
    /// Position and stem of every content word that the customer used too.
    shared: Vec<(usize, String)>,
    /// Distinct content stems of the customer.
    theirs: usize,
}

impl Comparison {
    pub fn new(lang: &Language, customer: Option<&str>, stream: &Stream) -> Self {
        let theirs: HashSet<String> = customer.map_or_else(HashSet::new, |l| {
            token::read(lang, l, None).tokens.iter().filter_map(|t| content(lang, &t.word)).collect()
        });
        let words = stream.tokens.iter().enumerate();
        let shared = if theirs.is_empty() {
            Vec::new()
        } else {
            words
                .filter_map(|(i, t)| content(lang, &t.word).filter(|s| theirs.contains(s)).map(|s| (i, s)))
                .collect()
        };
        Self { shared, theirs: theirs.len() }
    }

    fn distinct(&self, from: usize, to: usize) -> usize {
        let inside = self.shared.iter().filter(|(i, _)| (from..to).contains(i));
        inside.map(|(_, s)| s.as_str()).collect::<HashSet<_>>().len()
    }

    /// Distinct shared words from `start` to a little behind `end`.
    pub fn shared(&self, start: usize, end: usize) -> usize {
        self.distinct(start, end + BEHIND)
    }

    fn best(&self) -> Option<(usize, usize, usize)> {
        let mut best: Option<(usize, usize, usize)> = None;
        for (start, _) in &self.shared {
            let n = self.distinct(*start, start + WINDOW);
            if best.is_none_or(|(most, _, _)| n > most) {
                let inside = self.shared.iter().filter(|(i, _)| (*start..start + WINDOW).contains(i));
                best = Some((n, *start, inside.map(|(i, _)| *i).max().unwrap_or(*start)));
            }
        }
        best
    }

    pub fn overlap(&self) -> Overlap {
        let again = self.distinct(0, usize::MAX);
        Overlap { window: self.best().map_or(0, |b| b.0), share: again as f64 / self.theirs.max(1) as f64 }
    }

    /// Where the issue is said back by its words alone: three of them in one stretch.
    pub fn said_back(&self, stream: &Stream) -> Option<(&'static str, Range<usize>)> {
        let (n, a, b) = self.best()?;
        (n >= ENOUGH)
            .then(|| ("paraphrase/own-words", stream.tokens[a].chars.start..stream.tokens[b].chars.end))
    }
}
