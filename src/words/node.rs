//! A pattern as it was read, and what can be told from it alone.

use std::sync::Arc;

/// Sorted numbers of words.
pub(super) type Ids = Arc<[u32]>;

/// A pattern, or a part of one.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// One word out of a sorted list.
    Words(Ids),
    Any,
    Gap(u8),
    Seq(Vec<Node>),
    Alt(Vec<Node>),
    Opt(Box<Node>),
    Start,
    End,
    Not(Ids),
    NotAhead(Box<Node>),
}

/// Each once.
pub(super) fn sorted(mut ids: Vec<u32>) -> Ids {
    ids.sort_unstable();
    ids.dedup();
    ids.into()
}

/// Alternatives of single words become one list.
pub(super) fn merge(branches: Vec<Node>) -> Node {
    let mut words = Vec::new();
    let mut rest = Vec::new();
    for branch in branches {
        match branch {
            Node::Words(ids) => words.extend(ids.iter().copied()),
            other => rest.push(other),
        }
    }
    if !words.is_empty() {
        rest.push(Node::Words(sorted(words)));
    }
    if rest.len() == 1 { rest.remove(0) } else { Node::Alt(rest) }
}

/// The fewest words a node can take.
pub(super) fn minimum(node: &Node) -> usize {
    match node {
        Node::Words(_) | Node::Any => 1,
        Node::Seq(nodes) => nodes.iter().map(minimum).sum(),
        Node::Alt(nodes) => nodes.iter().map(minimum).min().unwrap_or(0),
        Node::Gap(_) | Node::Opt(_) | Node::Start | Node::End | Node::Not(_) | Node::NotAhead(_) => 0,
    }
}

/// The words with which a node can begin; none when it can begin with anything.
pub(super) fn firsts(node: &Node) -> Option<Vec<u32>> {
    match node {
        Node::Words(ids) => Some(ids.to_vec()),
        Node::Any | Node::Gap(_) => None,
        Node::Start | Node::End | Node::Not(_) | Node::NotAhead(_) => Some(Vec::new()),
        Node::Opt(inner) => firsts(inner),
        Node::Alt(nodes) => {
            let mut out = Vec::new();
            for n in nodes {
                out.extend(firsts(n)?);
            }
            Some(out)
        }
        Node::Seq(nodes) => {
            let mut out = Vec::new();
            for n in nodes {
                out.extend(firsts(n)?);
                if minimum(n) > 0 {
                    return Some(out);
                }
            }
            None
        }
    }
}
