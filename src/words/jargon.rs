//! Words that an ordinary customer would not know: the scenario's list, acronyms, and words that are in no list of
//! common words. (Expressions that have ordinary words are patterns of `jargon.toml`.)

use super::language::Language;
use super::token::{self, Stream};
use crate::call::Facts;
use std::collections::HashSet;
use std::ops::Range;

/// What everybody knows.
#[derive(Debug)]
pub(crate) struct Jargon {
    /// Stems of common words, and in capitals the acronyms that everybody knows.
    common: HashSet<String>,
}

impl Jargon {
    /// From a list of one word a line; `#` begins a comment.
    pub fn new(lang: &Language, common: &str) -> Self {
        let rows = common.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
        Self { common: rows.flat_map(|w| [w.to_owned(), lang.stem(w)]).collect() }
    }

    /// Rule name and place of every such word.
    pub fn find(
        &self,
        lang: &Language,
        facts: Option<&Facts>,
        customer: Option<&str>,
        reply: &str,
        stream: &Stream,
    ) -> Vec<(&'static str, Range<usize>)> {
        let mut out = Vec::new();
        for term in facts.iter().flat_map(|f| f.jargon.iter()) {
            let wanted: Vec<String> =
                token::read(lang, term, None).tokens.iter().map(|t| lang.stem(&t.word)).collect();
            if wanted.is_empty() {
                continue;
            }
            for window in stream.tokens.windows(wanted.len()) {
                if window.iter().zip(&wanted).all(|(t, w)| lang.stem(&t.word) == *w) {
                    out.push(("jargon/scenario", window[0].chars.start..window[window.len() - 1].chars.end));
                }
            }
        }
        // Capitals tell only where the text has small letters too.
        let cased = reply.chars().any(char::is_lowercase);
        let written_with_case = cased && reply.chars().any(char::is_uppercase);
        let theirs: HashSet<String> = customer
            .map(|c| token::read(lang, c, None).tokens.into_iter().map(|t| lang.stem(&t.word)).collect())
            .unwrap_or_default();
        let mut rare: Vec<Range<usize>> = Vec::new();
        let mut last_end = 0;
        for token in &stream.tokens {
            let word = &reply[token.chars.clone()];
            // A word that the customer used needs no explaining.
            if token.chars.start < last_end
                || token.word.starts_with('<')
                || theirs.contains(&lang.stem(&token.word))
            {
                continue;
            }
            last_end = token.chars.end;
            if cased && self.is_acronym(word) {
                out.push(("jargon/acronym", token.chars.clone()));
            } else if written_with_case && self.is_rare(lang, word) {
                rare.push(token.chars.clone());
            }
        }
        // One rare word may be a colorful one; two are a trade's.
        if rare.len() >= 2 {
            out.extend(rare.into_iter().map(|r| ("jargon/rare-word", r)));
        }
        out
    }

    fn is_acronym(&self, word: &str) -> bool {
        let bare = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word);
        let bare = bare.strip_suffix('s').unwrap_or(bare);
        let letters = bare.chars().count();
        (2..=6).contains(&letters)
            && bare.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '.')
            && bare.chars().filter(char::is_ascii_uppercase).count() >= 2
            && !self.common.contains(bare)
            // Words that are shouted are no acronyms.
            && !self.common.contains(&bare.to_lowercase())
    }

    fn is_rare(&self, lang: &Language, word: &str) -> bool {
        let plain = word.chars().count() >= 5 && word.chars().all(|c| c.is_ascii_lowercase());
        plain && !self.common.contains(word) && !self.common.contains(&lang.stem(word))
    }
}
