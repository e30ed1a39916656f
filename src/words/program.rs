//! The little programs that patterns become, and how they run over a reply.

use super::language::Language;
use super::pattern::{Ids, Node, Vocabulary, firsts, minimum};
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

fn emit(node: &Node, ops: &mut Vec<Op>) {
    match node {
        Node::Words(ids) if ids.len() == 1 => ops.push(Op::Word(ids[0])),
        Node::Words(ids) => ops.push(Op::Set(ids.clone())),
        Node::Any => ops.push(Op::Any),
        Node::Start => ops.push(Op::Start),
        Node::End => ops.push(Op::End),
        Node::Not(ids) => ops.push(Op::Not(ids.clone())),
        Node::NotAhead(inner) => {
            ops.push(Op::NotAhead(Box::new(Program::new(inner, None))));
        }
        Node::Seq(nodes) => nodes.iter().for_each(|n| emit(n, ops)),
        Node::Opt(inner) => {
            let at = ops.len();
            ops.push(Op::Match);
            emit(inner, ops);
            ops[at] = Op::Split(at as u32 + 1, ops.len() as u32);
        }
        Node::Gap(n) => {
            // Fewest words first. Each step may leave to the end.
            let at = ops.len();
            for _ in 0..*n {
                ops.push(Op::Match);
                ops.push(Op::Inner);
            }
            let end = ops.len() as u32;
            for k in 0..usize::from(*n) {
                ops[at + 2 * k] = Op::Split(end, (at + 2 * k + 1) as u32);
            }
        }
        Node::Alt(nodes) => {
            let at = ops.len();
            ops.push(Op::Match);
            let mut switch = Switch::default();
            let mut leaves = Vec::new();
            for n in nodes {
                let place = ops.len() as u32;
                match firsts(n).filter(|_| minimum(n) > 0) {
                    Some(ids) => switch.by_word.extend(ids.into_iter().map(|id| (id, place))),
                    None => switch.always.push(place),
                }
                emit(n, ops);
                leaves.push(ops.len());
                ops.push(Op::Match);
            }
            let end = ops.len() as u32;
            for leaf in leaves {
                ops[leaf] = Op::Jump(end);
            }
            switch.by_word.sort_unstable();
            switch.by_word.dedup();
            ops[at] = Op::Switch(Box::new(switch));
        }
    }
}

impl Program {
    pub fn new(node: &Node, anchor: Option<Ids>) -> Self {
        let mut ops = Vec::new();
        emit(node, &mut ops);
        ops.push(Op::Match);
        let first = firsts(node).map(|mut f| {
            f.sort_unstable();
            f.dedup();
            f
        });
        let needs = anchor.as_ref().map(|ids| Spread::of(ids));
        Self { ops, anchor, needs, first }
    }

    /// The words with which a match can begin and for each what may come after it; none when it can begin with anything.
    pub fn beginnings(&self) -> Option<Vec<(u32, Bits)>> {
        let mut out: Vec<(u32, Bits)> =
            self.first.as_ref()?.iter().map(|id| (*id, Bits::default())).collect();
        for pc in self.reach(0) {
            let next = self.follow(pc + 1);
            let mut add = |id: u32| {
                if let Ok(i) = out.binary_search_by_key(&id, |(id, _)| *id) {
                    out[i].1 = out[i].1.or(next);
                }
            };
            match &self.ops[pc] {
                Op::Word(id) => add(*id),
                Op::Set(ids) => ids.iter().copied().for_each(add),
                _ => return None,
            }
        }
        Some(out)
    }

    /// Words that can be taken from a place on; all when it may end there or take anything.
    fn follow(&self, from: usize) -> Bits {
        self.reach(from).into_iter().fold(Bits::default(), |bits, pc| match &self.ops[pc] {
            Op::Word(id) => bits.or(Bits::of(*id)),
            Op::Set(ids) => ids.iter().fold(bits, |bits, id| bits.or(Bits::of(*id))),
            _ => Bits::ALL,
        })
    }

    /// The places that take a word or end, as far as they can be reached without taking one.
    fn reach(&self, from: usize) -> Vec<usize> {
        let (mut seen, mut todo, mut out) = (vec![false; self.ops.len()], vec![from], Vec::new());
        while let Some(pc) = todo.pop() {
            if std::mem::replace(&mut seen[pc], true) {
                continue;
            }
            match &self.ops[pc] {
                Op::Word(_) | Op::Set(_) | Op::Any | Op::Inner | Op::Match => out.push(pc),
                Op::Split(a, b) => todo.extend([*a as usize, *b as usize]),
                Op::Switch(s) => {
                    todo.extend(s.by_word.iter().map(|(_, to)| *to as usize));
                    todo.extend(s.always.iter().map(|to| *to as usize));
                }
                Op::Jump(to) => todo.push(*to as usize),
                Op::Start | Op::End | Op::Not(_) | Op::NotAhead(_) => todo.push(pc + 1),
            }
        }
        out
    }

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
