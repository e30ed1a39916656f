//! Where the lines lead: every reference has a target, every line is reached, and from every line the call can end.

use super::error::{Problems, did_you_mean};
use super::read::RawLine;
use super::{Line, Trap};
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;

pub(super) fn check(
    start: &Spanned<String>,
    raw: &[Spanned<RawLine>],
    lines: &[Line],
    problems: &mut Problems<'_>,
) {
    let mut index: BTreeMap<&str, usize> = BTreeMap::new();
    for (i, line) in lines.iter().enumerate() {
        if index.insert(&line.id, i).is_some() {
            problems.add(
                raw[i].get_ref().id.span().start,
                format!("line.{}.id", line.id),
                "another line has this id",
            );
        }
    }
    if lines.is_empty() {
        problems.add(0, "line", "there is no [[line]]");
        return;
    }
    let first = index.get(start.get_ref().as_str()).copied();
    let Some(first) = first else {
        problems.add(start.span().start, "start", no_line(start.get_ref(), &index));
        return;
    };
    if matches!(lines[first].trap, Some(Trap::BargeIn { .. })) {
        problems.add(
            start.span().start,
            "start",
            "a barge_in line needs a reply to cut into, so it cannot be the first",
        );
    }
    let mut complete = true;
    for (line, raw) in lines.iter().zip(raw) {
        complete &= references(line, raw.get_ref(), lines, &index, problems);
    }
    if complete {
        reach(first, raw, lines, &index, problems);
    }
}

fn no_line(id: &str, index: &BTreeMap<&str, usize>) -> String {
    format!("no line is called `{id}`{}", did_you_mean(id, index.keys().copied()).unwrap_or_default())
}

/// Whether everything that the line names exists; says what does not, and what may not stand there.
fn references(
    line: &Line,
    raw: &RawLine,
    lines: &[Line],
    index: &BTreeMap<&str, usize>,
    problems: &mut Problems<'_>,
) -> bool {
    let mut complete = true;
    if let (Some(Trap::Trailing { then }), Some(place)) = (&line.trap, &raw.then) {
        let key = format!("line.{}.then", line.id);
        match index.get(then.as_str()) {
            None => {
                complete = false;
                problems.add(place.span().start, key, format!("leads nowhere: {}", no_line(then, index)));
            }
            Some(i) if matches!(lines[*i].trap, Some(Trap::BargeIn { .. })) => {
                problems.add(place.span().start, key, "a barge_in line follows a reply, not a silence");
            }
            Some(_) => {}
        }
    }
    for (row, (next, place)) in line.next.iter().zip(&raw.next).enumerate() {
        let key = format!("line.{}.next[{}].to", line.id, row + 1);
        let at = place.to.span().start;
        let Some(target) = index.get(next.to.as_str()) else {
            complete = false;
            problems.add(at, key, format!("leads nowhere: {}", no_line(&next.to, index)));
            continue;
        };
        if matches!(lines[*target].trap, Some(Trap::BargeIn { .. }))
            && (line.next.len() != 1 || !next.when.is_empty())
        {
            let reason = "a barge_in line must be its predecessor's only next, without `when`: it starts before the reply is over";
            problems.add(at, key, reason);
        } else if next.when.is_empty() && row + 1 < line.next.len() {
            problems.add(at, key, "the rows after one without `when` are never taken; put it last");
        }
    }
    if let (Some(last), Some(place)) = (line.next.last(), raw.next.last())
        && !last.when.is_empty()
    {
        let key = format!("line.{}.next", line.id);
        let reason = "when no row holds nothing follows: end with a [[line.next]] without `when`";
        problems.add(place.to.span().start, key, reason);
    }
    complete
}

fn reach(
    first: usize,
    raw: &[Spanned<RawLine>],
    lines: &[Line],
    index: &BTreeMap<&str, usize>,
    problems: &mut Problems<'_>,
) {
    let follows: Vec<BTreeSet<usize>> =
        lines.iter().map(|l| targets(l).filter_map(|t| index.get(t).copied()).collect()).collect();
    let mut reached = BTreeSet::from([first]);
    let mut open = vec![first];
    while let Some(at) = open.pop() {
        open.extend(follows[at].iter().copied().filter(|t| reached.insert(*t)));
    }
    let mut ending: BTreeSet<usize> = (0..lines.len()).filter(|i| follows[*i].is_empty()).collect();
    loop {
        let more: Vec<usize> = (0..lines.len())
            .filter(|i| !ending.contains(i) && follows[*i].iter().any(|t| ending.contains(t)))
            .collect();
        if more.is_empty() {
            break;
        }
        ending.extend(more);
    }
    let some_end = reached.iter().any(|i| ending.contains(i));
    if !some_end {
        problems.add(0, "line", "the call has no end: some line that is reached needs to be without `next`");
    }
    for (i, line) in lines.iter().enumerate() {
        let at = raw[i].get_ref().id.span().start;
        if !reached.contains(&i) {
            problems.add(at, format!("line.{}", line.id), "is never reached from the first line");
        } else if some_end && !ending.contains(&i) {
            problems.add(at, format!("line.{}", line.id), "the call can never end from here");
        }
    }
}

/// Ids of all lines that may follow.
fn targets(line: &Line) -> impl Iterator<Item = &str> {
    let then = match &line.trap {
        Some(Trap::Trailing { then }) => Some(then.as_str()),
        _ => None,
    };
    then.into_iter().chain(line.next.iter().map(|n| n.to.as_str()))
}
