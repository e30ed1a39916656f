//! The little programs that patterns become, and how they run over a reply.

mod build;

use super::language::Language;
use super::node::Ids;
use super::pattern::Vocabulary;
use super::token::{ASK, STOP, Token};

#[derive(Clone, Debug)]
enum Op {
    Word(u32),
    Set(Ids),
    Any,
    /// One word of a gap: any but an end of sentence.
    Inner,
    Split(u32, u32),
    /// Goes where the next word can begin something.
    Switch(Box<Switch>),
    Jump(u32),
    Start,
    End,
    Not(Ids),
    NotAhead(Box<Program>),
    Match,
}

/// Where alternatives go on, by the word that they begin with.
#[derive(Clone, Debug, Default)]
struct Switch {
    /// Word and place, sorted.
    by_word: Vec<(u32, u32)>,
    /// Places of the alternatives that may begin with anything.
    always: Vec<u32>,
}

impl Switch {
    fn places(&self, id: u32) -> impl Iterator<Item = u32> {
        let from = self.by_word.partition_point(|(w, _)| *w < id);
        self.by_word[from..].iter().take_while(move |(w, _)| *w == id).map(|(_, at)| *at)
    }
}

/// A pattern ready to run.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    ops: Vec<Op>,
    /// Words one of which is in everything that this matches; none when there is no such list.
    pub anchor: Option<Ids>,
    /// The same as bits.
    needs: Option<Spread>,
    /// Words one of which it begins with; none when it can begin with anything.
    first: Option<Vec<u32>>,
}

/// A set of words as bits. Several words share a bit, so it can only tell that a word is not in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Bits(u64);

impl Bits {
    /// Every word, or none at all.
    pub const ALL: Self = Self(u64::MAX);

    pub fn of(id: u32) -> Self {
        Self(1 << (id.wrapping_mul(0x9e37_79b1) >> 26))
    }

    pub fn may_have(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A set of words as more bits, for all of a reply's words.
#[derive(Clone, Copy, Debug, Default)]
struct Spread([u64; 4]);

impl Spread {
    fn of(ids: &[u32]) -> Self {
        let mut out = Self::default();
        for id in ids {
            let bit = id.wrapping_mul(0x9e37_79b1) >> 24;
            out.0[bit as usize / 64] |= 1 << (bit % 64);
        }
        out
    }

    fn may_share(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(a, b)| a & b != 0)
    }
}

/// A stream with its words as numbers.
pub(crate) struct Numbered<'a> {
    pub tokens: &'a [Token],
    pub ids: Vec<u32>,
    pub starts: Vec<bool>,
    has: Spread,
    stop: u32,
    ask: u32,
}

impl<'a> Numbered<'a> {
    pub fn new(vocabulary: &Vocabulary, lang: &Language, tokens: &'a [Token]) -> Self {
        let ids: Vec<u32> = tokens.iter().map(|t| vocabulary.id(&t.word)).collect();
        let (stop, ask) = (vocabulary.id(STOP), vocabulary.id(ASK));
        let mut starts = Vec::with_capacity(tokens.len());
        let mut start = true;
        for (token, id) in tokens.iter().zip(&ids) {
            starts.push(start);
            start = *id == stop || *id == ask || lang.openers.contains(&token.word) || (start && token.skip);
        }
        let has = Spread::of(&ids);
        Self { tokens, ids, starts, has, stop, ask }
    }

    /// The word after a place, for [`Program::beginnings`]: one that may be passed over excludes nothing.
    pub fn next_after(&self, at: usize) -> Bits {
        match (self.ids.get(at + 1), self.tokens.get(at + 1)) {
            (Some(_), Some(token)) if token.skip => Bits::default(),
            (Some(id), _) => Bits::of(*id),
            (None, _) => Bits::ALL,
        }
    }

    fn is_end(&self, at: usize) -> bool {
        self.ids.get(at).is_none_or(|id| *id == self.stop || *id == self.ask)
    }
}

/// Memory that matching uses again and again.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    seen: Vec<u32>,
    generation: u32,
    stack: Vec<(u32, u32)>,
}

impl Scratch {
    fn reserve(&mut self, size: usize) {
        if self.seen.len() < size {
            self.seen.resize(size, 0);
        }
        self.generation = self.generation.wrapping_add(1);
        if self.generation == 0 {
            self.seen.fill(0);
            self.generation = 1;
        }
    }
}

impl Program {
    /// Calls `found` with the token range of every match, from left to right, none overlapping.
    pub fn run(&self, text: &Numbered, scratch: &mut Scratch, mut found: impl FnMut(usize, usize)) {
        let n = text.ids.len();
        if self.needs.is_some_and(|needs| !needs.may_share(&text.has)) {
            return;
        }
        scratch.reserve(self.ops.len() * (n + 1));
        let mut at = 0;
        while at < n {
            let possible = self.first.as_ref().is_none_or(|f| f.binary_search(&text.ids[at]).is_ok());
            match possible.then(|| self.match_at(text, scratch, at)).flatten() {
                Some(end) => {
                    found(at, end);
                    at = end.max(at + 1);
                }
                None => at += 1,
            }
        }
    }

    /// The end of a match that begins at `start`.
    pub fn run_at(&self, text: &Numbered, scratch: &mut Scratch, start: usize) -> Option<usize> {
        scratch.reserve(self.ops.len() * (text.ids.len() + 1));
        self.match_at(text, scratch, start)
    }

    /// The end of a match that begins at `start`. What failed once from a place fails again, so places are visited once.
    fn match_at(&self, text: &Numbered, scratch: &mut Scratch, start: usize) -> Option<usize> {
        let n = text.ids.len();
        scratch.stack.clear();
        scratch.stack.push((0, start as u32));
        while let Some((pc, at)) = scratch.stack.pop() {
            let (pc, at) = (pc as usize, at as usize);
            let slot = pc * (n + 1) + at;
            if scratch.seen[slot] == scratch.generation {
                continue;
            }
            scratch.seen[slot] = scratch.generation;
            let next = pc as u32 + 1;
            let id = text.ids.get(at).copied();
            let taken = match &self.ops[pc] {
                Op::Word(w) => id == Some(*w),
                Op::Set(set) => id.is_some_and(|id| set.binary_search(&id).is_ok()),
                Op::Any | Op::Inner => !text.is_end(at),
                Op::Split(a, b) => {
                    scratch.stack.push((*b, at as u32));
                    scratch.stack.push((*a, at as u32));
                    continue;
                }
                Op::Switch(switch) => {
                    if at > start && text.tokens.get(at).is_some_and(|t| t.skip) {
                        scratch.stack.push((pc as u32, at as u32 + 1));
                    }
                    scratch.stack.extend(switch.always.iter().map(|to| (*to, at as u32)));
                    if let Some(id) = id {
                        scratch.stack.extend(switch.places(id).map(|to| (to, at as u32)));
                    }
                    continue;
                }
                Op::Jump(to) => {
                    scratch.stack.push((*to, at as u32));
                    continue;
                }
                Op::Start => {
                    if text.starts.get(at).copied().unwrap_or(false) {
                        scratch.stack.push((next, at as u32));
                    }
                    continue;
                }
                Op::End => {
                    if text.is_end(at)
                        || (at..n).take_while(|k| !text.is_end(*k)).all(|k| text.tokens[k].skip)
                    {
                        scratch.stack.push((next, at as u32));
                    }
                    continue;
                }
                Op::Not(set) => {
                    if id.is_none_or(|id| set.binary_search(&id).is_err()) {
                        scratch.stack.push((next, at as u32));
                    }
                    continue;
                }
                Op::NotAhead(program) => {
                    let mut own = Scratch::default();
                    own.reserve(program.ops.len() * (n + 1));
                    if program.match_at(text, &mut own, at).is_none() {
                        scratch.stack.push((next, at as u32));
                    }
                    continue;
                }
                Op::Match => return Some(at),
            };
            // A word that may be passed over can stand anywhere inside a match.
            if at > start && text.tokens.get(at).is_some_and(|t| t.skip) {
                scratch.stack.push((pc as u32, at as u32 + 1));
            }
            if taken {
                scratch.stack.push((next, at as u32 + 1));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::{embedded, pattern::Compiler, token};
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_looked_at_before_a_match_excludes_none(
            pattern in "([ab]|\\([ab]( [cd])?\\|c\\)|\\[d\\]|_|\\.\\.2|!b|\\^|\\$)( ([abcd]|\\(a\\|[bd] c\\)|\\[c\\]|_|\\.\\.1|!a|\\$)){0,4}",
            text in "([abcdx]|just|x\\.)( ([abcdx]|just|x\\.)){0,8}",
        ) {
            let lang = Language::read("language.toml", embedded::files("en").unwrap()[0].1).unwrap();
            let mut vocabulary = Vocabulary::default();
            if let Ok(program) = Compiler::new(&lang, &mut vocabulary).compile(&pattern) {
                let stream = token::read(&lang, &text, None);
                let numbered = Numbered::new(&vocabulary, &lang, &stream.tokens);
                let beginnings = program.beginnings();
                let mut scratch = Scratch::default();
                for at in 0..numbered.ids.len() {
                    if program.run_at(&numbered, &mut scratch, at).is_none() {
                        continue;
                    }
                    prop_assert!(program.needs.is_none_or(|n| n.may_share(&numbered.has)), "{pattern} in {text}");
                    let Some(beginnings) = &beginnings else { continue };
                    let of_word = beginnings.iter().find(|(id, _)| *id == numbered.ids[at]);
                    let next = numbered.next_after(at);
                    prop_assert!(of_word.is_some_and(|(_, bits)| bits.may_have(next)), "{pattern} in {text} at {at}");
                }
            }
        }
    }
}
