//! From text as spoken to a stream of plain words: lower case, contractions opened (`i'm` and `im` are `i am`), numbers
//! and clock times as one word each, fillers, repeats and the customer's name taken out, sentence ends kept where they
//! are written. Every word knows its bytes in the text.

use super::language::Language;
use std::ops::Range;

/// Stands for a number in figures.
pub(crate) const NUM: &str = "<num>";
/// Stands for a clock time in figures.
pub(crate) const TIME: &str = "<time>";
/// Stands for an amount of money in figures.
pub(crate) const MONEY: &str = "<money>";
/// Stands for an ordinal in figures.
pub(crate) const ORDINAL: &str = "<ord>";
/// Stands for the end of a sentence.
pub(crate) const STOP: &str = "<.>";
/// Stands for the end of a question.
pub(crate) const ASK: &str = "<?>";

/// One word as patterns see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// Normalized.
    pub word: String,
    /// Bytes of the written word that it comes from.
    pub chars: Range<usize>,
    /// A pattern may pass over it.
    pub skip: bool,
}

/// A reply as patterns see it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stream {
    /// In order.
    pub tokens: Vec<Token>,
    /// Hesitation sounds that were taken out.
    pub fillers: Vec<Range<usize>>,
    /// Where the customer was named.
    pub names: Vec<Range<usize>>,
    /// Written words, sentence ends not counted.
    pub words: usize,
}

/// A written word: what stands between spaces and punctuation.
struct Written {
    chars: Range<usize>,
    lower: String,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Stop,
    Ask,
    Comma,
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2018}' | '\u{02bc}' | '`')
}

fn is_currency(c: char) -> bool {
    matches!(c, '£' | '$' | '€' | '₹' | '¥')
}

/// Splits into words and marks, bytes kept.
fn written(text: &str) -> Vec<Written> {
    let mut out = Vec::with_capacity(text.len() / 4);
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let end_of = |i: usize| chars.get(i).map_or(text.len(), |(at, _)| *at);
    let mut i = 0;
    while i < chars.len() {
        let (at, c) = chars[i];
        if c.is_alphanumeric() || is_currency(c) {
            let mut lower = String::new();
            let mut j = i;
            while j < chars.len() {
                let c = chars[j].1;
                let next = chars.get(j + 1).map(|x| x.1);
                let before = j.checked_sub(1).and_then(|k| chars.get(k)).map(|x| x.1);
                let joins = |a: fn(char) -> bool| before.is_some_and(a) && next.is_some_and(a);
                if c.is_alphanumeric() || (is_currency(c) && j == i) {
                    lower.extend(c.to_lowercase());
                } else if is_apostrophe(c) && j > i && next.is_some_and(char::is_alphabetic) {
                    lower.push('\'');
                } else if matches!(c, '.' | ',' | ':') && joins(|c| c.is_ascii_digit()) {
                    lower.push(c);
                } else if c == '.' && single_letters(&chars, j) {
                    // `p.m.`, `U.K.`: the dots belong to the word.
                } else {
                    break;
                }
                j += 1;
            }
            out.push(Written { chars: at..end_of(j), lower, kind: Kind::Word });
            i = j;
            continue;
        }
        let kind = match c {
            '.' | '!' | ';' | ':' | '\u{2026}' | '\n' | '\u{2014}' => Some(Kind::Stop),
            '?' => Some(Kind::Ask),
            ',' => Some(Kind::Comma),
            '%' => {
                out.push(Written { chars: at..end_of(i + 1), lower: "percent".to_owned(), kind: Kind::Word });
                None
            }
            _ => None,
        };
        if let Some(kind) = kind {
            out.push(Written { chars: at..end_of(i + 1), lower: String::new(), kind });
        }
        i += 1;
    }
    out
}

/// Whether the dot at `j` stands in an abbreviation of single letters and another letter follows or went before.
fn single_letters(chars: &[(usize, char)], j: usize) -> bool {
    let letter = |k: Option<usize>| k.and_then(|k| chars.get(k)).is_some_and(|x| x.1.is_alphabetic());
    let word = |k: Option<usize>| k.and_then(|k| chars.get(k)).is_some_and(|x| x.1.is_alphanumeric());
    let single = letter(j.checked_sub(1)) && !word(j.checked_sub(2));
    let more = letter(Some(j + 1)) && !word(Some(j + 2));
    let dotted = j >= 2 && chars[j - 2].1 == '.' && letter(j.checked_sub(3));
    single && (more || (dotted && !word(Some(j + 1))))
}

/// The plain words of one written word.
fn plain(lang: &Language, lower: &str, out: &mut Vec<String>) {
    let first = lower.chars().next();
    if first.is_some_and(is_currency) {
        out.push(MONEY.to_owned());
        return;
    }
    if first.is_some_and(|c| c.is_ascii_digit()) {
        out.push(figures(lang, lower).to_owned());
        return;
    }
    if let Some(words) = lang.contractions.get(lower) {
        out.extend(words.iter().cloned());
        return;
    }
    if let Some((head, tail)) = lower.rsplit_once('\'') {
        if let Some(words) = lang.apostrophe.get(tail) {
            // `n't` keeps its n on the left of the apostrophe.
            let head = if tail == "t" { head.strip_suffix('n').unwrap_or(head) } else { head };
            if !head.is_empty() {
                plain(lang, head, out);
                out.extend(words.iter().cloned());
                return;
            }
        }
        out.push(lower.replace('\'', ""));
        return;
    }
    out.push(lower.to_owned());
}

fn figures(lang: &Language, lower: &str) -> &'static str {
    let tail = lower.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | ':'));
    let digits = &lower[..lower.len() - tail.len()];
    if lang.times_of_day.contains(tail) || (digits.contains(':') && tail.is_empty()) {
        TIME
    } else if lang.ordinal_endings.iter().any(|e| e == tail) {
        ORDINAL
    } else {
        NUM
    }
}

/// Whether a `+` form's ending or the whole word is listed.
fn listed(list: &[String], word: &str) -> bool {
    list.iter().any(|e| {
        e.strip_prefix('-').map_or(e == word, |end| word.len() > end.len() + 2 && word.ends_with(end))
    })
}

/// Reads a text; `name` is the customer's, as the agent is told it.
pub(crate) fn read(lang: &Language, text: &str, name: Option<&str>) -> Stream {
    let words = written(text);
    let mut out = Stream { tokens: Vec::with_capacity(words.len() + 8), ..Stream::default() };
    let name_words: Vec<String> = name.map_or_else(Vec::new, |n| {
        written(n)
            .into_iter()
            .map(|w| w.lower)
            .filter(|w| !w.is_empty() && !lang.titles.contains(w))
            .collect()
    });
    let mut opened = Vec::new();
    let mut merged = 0;
    for (i, w) in words.iter().enumerate() {
        if i < merged {
            continue;
        }
        match w.kind {
            Kind::Comma => continue,
            Kind::Stop | Kind::Ask => {
                let after_title = i > 0
                    && words[i - 1].chars.end == w.chars.start
                    && lang.titles.contains(&words[i - 1].lower);
                if !after_title && !out.tokens.is_empty() {
                    let word = if w.kind == Kind::Ask { ASK } else { STOP };
                    // `?!` and `...` end one sentence; a question mark wins.
                    if let Some(last) = out.tokens.last_mut().filter(|t| t.word == STOP || t.word == ASK) {
                        if w.kind == Kind::Ask {
                            ASK.clone_into(&mut last.word);
                        }
                    } else {
                        out.tokens.push(Token { word: word.to_owned(), chars: w.chars.clone(), skip: false });
                    }
                }
                continue;
            }
            Kind::Word => {}
        }
        out.words += 1;
        let second = words.get(i + 1).filter(|n| n.kind == Kind::Word);
        let one = second
            .and_then(|n| lang.merges.get(&w.lower)?.iter().find(|(b, _)| *b == n.lower).map(|m| (n, &m.1)));
        if let Some((n, one)) = one {
            out.tokens.push(Token { word: one.clone(), chars: w.chars.start..n.chars.end, skip: false });
            merged = i + 2;
            continue;
        }
        if lang.fillers.contains(&w.lower) {
            out.fillers.push(w.chars.clone());
            continue;
        }
        let bare = w.lower.strip_suffix("'s").unwrap_or(&w.lower);
        let titled = i > 0 && lang.titles.contains(&words[i - 1].lower);
        // A name that is also a common word (Will, Mark) counts only where it is written as a name.
        let written_as_name = titled
            || !lang.frequent.contains_key(bare)
            || (text[w.chars.clone()].starts_with(char::is_uppercase) && !out.tokens.is_empty());
        if written_as_name && name_words.iter().any(|n| n == &w.lower || n == bare) {
            let start = if titled { words[i - 1].chars.start } else { w.chars.start };
            if titled && out.tokens.last().is_some_and(|t| t.chars == words[i - 1].chars) {
                out.tokens.pop();
            }
            match out.names.last_mut().filter(|n| text[n.end..start].trim().is_empty()) {
                Some(n) => n.end = w.chars.end,
                None => out.names.push(start..w.chars.end),
            }
            out.tokens.push(Token { word: "<name>".to_owned(), chars: w.chars.clone(), skip: true });
            continue;
        }
        opened.clear();
        let next = words.get(i + 1).filter(|n| n.kind == Kind::Word).map_or("", |n| n.lower.as_str());
        let before =
            i.checked_sub(1).filter(|k| words[*k].kind == Kind::Word).map_or("", |k| words[k].lower.as_str());
        match lang.ambiguous.get(&w.lower) {
            Some(a) if listed(&a.before, next) && !listed(&a.not_after, before) => {
                opened.extend(a.means.split_whitespace().map(str::to_owned));
            }
            _ => plain(lang, &w.lower, &mut opened),
        }
        let vocative = lang.vocatives.contains(&w.lower) && !lang.not_vocative_after.contains(before);
        for word in opened.drain(..) {
            let skip = vocative || lang.skip.contains(&word);
            out.tokens.push(Token { word, chars: w.chars.clone(), skip });
        }
    }
    drop_repeats(lang, &mut out.tokens);
    out
}

/// Takes out the second copy of words said twice in a row (`can i just, can i just`), up to four words long.
fn drop_repeats(lang: &Language, tokens: &mut Vec<Token>) {
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len());
    let may_repeat =
        |t: &Token| t.word == STOP || t.word == ASK || t.word == NUM || lang.numbers.contains(&t.word);
    for token in tokens.drain(..) {
        kept.push(token);
        let len = kept.len();
        let copy = (1..=4).rev().find(|n| {
            len >= 2 * n && (len - n..len).all(|k| kept[k].word == kept[k - n].word && !may_repeat(&kept[k]))
        });
        if let Some(n) = copy {
            kept.truncate(len - n);
        }
    }
    *tokens = kept;
}
