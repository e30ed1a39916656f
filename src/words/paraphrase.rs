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

fn customer_stems(lang: &Language, line: Option<&str>) -> HashSet<String> {
    line.map_or_else(HashSet::new, |l| {
        token::read(lang, l, None).tokens.iter().filter_map(|t| content(lang, &t.word)).collect()
    })
}

fn best(lang: &Language, theirs: &HashSet<String>, stream: &Stream) -> Option<(usize, usize, usize)> {
    let shared: Vec<(usize, String)> = stream
        .tokens
        .iter()
        .enumerate()
        .filter_map(|(i, t)| content(lang, &t.word).filter(|s| theirs.contains(s)).map(|s| (i, s)))
        .collect();
    let mut best: Option<(usize, usize, usize)> = None;
    for (k, (start, _)) in shared.iter().enumerate() {
        let inside = shared[k..].iter().take_while(|(i, _)| *i < start + WINDOW);
        let distinct: HashSet<&str> = inside.clone().map(|(_, s)| s.as_str()).collect();
        let end = inside.last().map_or(*start, |(i, _)| *i);
        if best.is_none_or(|(n, _, _)| distinct.len() > n) {
            best = Some((distinct.len(), *start, end));
        }
    }
    best
}

/// How much of the customer's words comes again.
pub(crate) fn overlap(lang: &Language, customer: Option<&str>, stream: &Stream) -> Overlap {
    let theirs = customer_stems(lang, customer);
    if theirs.is_empty() {
        return Overlap::default();
    }
    let again: HashSet<String> =
        stream.tokens.iter().filter_map(|t| content(lang, &t.word)).filter(|s| theirs.contains(s)).collect();
    let window = best(lang, &theirs, stream).map_or(0, |b| b.0);
    Overlap { window, share: again.len() as f64 / theirs.len() as f64 }
}

/// Where the issue is said back by its words alone.
pub(crate) fn find(lang: &Language, customer: Option<&str>, stream: &Stream) -> Option<Range<usize>> {
    let theirs = customer_stems(lang, customer);
    let (n, a, b) = best(lang, &theirs, stream)?;
    (n >= ENOUGH).then(|| stream.tokens[a].chars.start..stream.tokens[b].chars.end)
}
