//! From a pattern to its program, and what can be told of a match before it is looked for.

use super::{Bits, Op, Program, Spread, Switch};
use crate::words::node::{Ids, Node, firsts, minimum};

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
}
