//! Two takes heard against each other, line by line.

use super::{Opened, OpenedKind};
use crate::call::{Speaker, samples_to_seconds};
use std::collections::BTreeSet;

/// Turns of two recordings are the same line when they share this part of their words.
const SAME_LINE: f64 = 0.5;
/// Heard after the end of a reply.
const AFTER_S: f64 = 0.4;
/// Heard before a reply, when the ear changes to it.
const BEFORE_S: f64 = 0.3;

/// Two takes.
#[derive(Clone, Debug, Default)]
pub struct Compare {
    /// Both.
    pub sides: [Opened; 2],
    /// What both have, in the order of the call; never empty.
    pub lines: Vec<ComparedLine>,
    /// Which line is shown.
    pub line: usize,
    /// Which take is heard, or was heard last.
    pub heard: usize,
}

/// One line of the customer with its reply in both takes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ComparedLine {
    /// The customer's words; empty where two recordings are compared as a whole.
    pub text: String,
    /// Where it is in each.
    pub sides: [Stretch; 2],
}

/// A customer's line and the reply to it, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stretch {
    /// The line begins.
    pub from_s: f64,
    /// The reply begins.
    pub reply_s: f64,
    /// The reply is over.
    pub to_s: f64,
}

impl Stretch {
    /// Whether a moment lies inside.
    pub fn holds(&self, at_s: f64) -> bool {
        (self.from_s - 0.01..self.to_s + 0.01).contains(&at_s)
    }
}

impl Compare {
    /// Finds what both have: the lines that were played in both, otherwise turns of the customer that say the same,
    /// otherwise each recording as a whole.
    pub fn of(before: Opened, after: Opened) -> Self {
        let sides = [before, after];
        let mut lines = played(&sides);
        if lines.is_empty() {
            lines = said(&sides);
        }
        if lines.is_empty() {
            lines.push(ComparedLine { text: String::new(), sides: [whole(&sides[0]), whole(&sides[1])] });
        }
        Self { sides, lines, line: 0, heard: 1 }
    }

    /// The line that is shown.
    pub fn current(&self) -> ComparedLine {
        self.lines.get(self.line).cloned().unwrap_or_default()
    }

    /// Whether the second one is a line of the first, tried again.
    pub fn is_retry(&self) -> bool {
        self.sides[1].kind == OpenedKind::Retry
    }

    /// What the takes are called.
    pub fn names(&self) -> [&'static str; 2] {
        if self.is_retry() { ["Before", "Now"] } else { ["A", "B"] }
    }

    /// Where the ear goes in the other take: the same moment of the customer's line, or the beginning of the reply.
    pub fn switched(&self, at_s: f64) -> f64 {
        let line = self.current();
        let (here, there) = (line.sides[self.heard.min(1)], line.sides[1 - self.heard.min(1)]);
        if here.holds(at_s) && at_s < here.reply_s {
            (there.from_s + at_s - here.from_s).min(there.reply_s - BEFORE_S).max(there.from_s)
        } else if here.holds(at_s) {
            (there.reply_s - BEFORE_S).max(there.from_s)
        } else {
            there.from_s
        }
    }
}

fn whole(opened: &Opened) -> Stretch {
    let shown = &opened.shown;
    let first = shown.turns.iter().find(|t| t.speaker == Speaker::Agent).map_or(0.0, |t| t.start_s);
    Stretch { from_s: 0.0, reply_s: first, to_s: shown.source.duration_s.max(0.1) }
}

/// Lines that were played in both takes, by their ids.
fn played(sides: &[Opened; 2]) -> Vec<ComparedLine> {
    let [Some(before), Some(after)] = [&sides[0].log, &sides[1].log] else { return Vec::new() };
    if before.scenario != after.scenario {
        return Vec::new();
    }
    let mut seen = BTreeSet::new();
    let new = before.lines.iter().filter(|l| seen.insert(l.line.as_str()));
    new.filter_map(|line| {
        let text = sides[0].scenario.as_ref().and_then(|s| s.line(&line.line)).map(|l| l.text.clone());
        Some(ComparedLine {
            text: text.unwrap_or_else(|| line.text.clone()),
            sides: [stretch(&sides[0], &line.line)?, stretch(&sides[1], &line.line)?],
        })
    })
    .collect()
}

/// One line and its reply in a take.
fn stretch(opened: &Opened, line: &str) -> Option<Stretch> {
    let seconds = samples_to_seconds;
    let log = opened.log.as_ref()?;
    let index = log.lines.iter().position(|l| l.line == line)?;
    let from_s = seconds(log.lines[index].start);
    let next = log.lines.get(index + 1).map(|l| seconds(l.start));
    let reply = log.replies.iter().find(|r| r.line == line);
    let end = opened.shown.source.duration_s;
    // A reply that went on into the next line is heard to its end.
    let to_s = match (reply.map(|r| seconds(r.to) + AFTER_S), next) {
        (Some(a), Some(b)) => a.max(b),
        (Some(a), None) => a,
        (None, Some(b)) => b,
        (None, None) => end,
    };
    let to_s = to_s.min(end).max(from_s + 0.1);
    let reply_s = reply.map_or_else(|| seconds(log.lines[index].completion), |r| seconds(r.from));
    Some(Stretch { from_s, reply_s: reply_s.clamp(from_s, to_s), to_s })
}

/// Turns of the customer that say the same in both recordings, in order: the pairing with the most words in common.
fn said(sides: &[Opened; 2]) -> Vec<ComparedLine> {
    let turns = |o: &Opened| -> Vec<(usize, BTreeSet<String>)> {
        let customer = o.shown.turns.iter().enumerate().filter(|(_, t)| t.speaker == Speaker::Customer);
        customer.map(|(i, t)| (i, words(&t.text))).collect()
    };
    let (a, b) = (turns(&sides[0]), turns(&sides[1]));
    let alike = |i: usize, j: usize| {
        let all = a[i].1.union(&b[j].1).count().max(1);
        let both = a[i].1.intersection(&b[j].1).count();
        let part = both as f64 / all as f64;
        (part >= SAME_LINE).then_some(part)
    };
    let mut best = vec![vec![0.0f64; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            let skip = best[i + 1][j].max(best[i][j + 1]);
            best[i][j] = alike(i, j).map_or(skip, |part| skip.max(part + best[i + 1][j + 1]));
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    while i < a.len() && j < b.len() {
        if alike(i, j).is_some_and(|part| part + best[i + 1][j + 1] >= best[i][j]) {
            let (x, y) = (a[i].0, b[j].0);
            lines.push(ComparedLine {
                text: sides[0].shown.turns[x].text.clone(),
                sides: [answered(&sides[0], x), answered(&sides[1], y)],
            });
            i += 1;
            j += 1;
        } else if best[i + 1][j] >= best[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    lines
}

fn words(text: &str) -> BTreeSet<String> {
    let bare = |w: &str| w.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    text.split_whitespace().map(bare).filter(|w| !w.is_empty()).collect()
}

/// A turn of the customer with the reply that follows it.
fn answered(opened: &Opened, turn: usize) -> Stretch {
    let shown = &opened.shown;
    let from_s = shown.turns[turn].start_s;
    let rest = &shown.turns[turn + 1..];
    let reply: Vec<_> = rest.iter().take_while(|t| t.speaker == Speaker::Agent).collect();
    let to_s = reply.last().map_or(shown.turns[turn].end_s, |t| t.end_s) + AFTER_S;
    let reply_s = reply.first().map_or(shown.turns[turn].end_s, |t| t.start_s);
    let to_s = to_s.min(shown.source.duration_s).max(from_s + 0.1);
    Stretch { from_s, reply_s: reply_s.clamp(from_s, to_s), to_s }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{Analysis, Source, Turn};

    fn recording(turns: &[(Speaker, f64, f64, &str)]) -> Opened {
        let turn = |(speaker, start_s, end_s, text): &(Speaker, f64, f64, &str)| Turn {
            speaker: *speaker,
            start_s: *start_s,
            end_s: *end_s,
            text: (*text).to_owned(),
            words: Vec::new(),
        };
        let shown = Analysis {
            source: Source { duration_s: 30.0, ..Source::default() },
            turns: turns.iter().map(turn).collect(),
            ..Analysis::default()
        };
        Opened { shown, ..Opened::default() }
    }

    #[test]
    fn recordings_are_paired_where_the_customer_says_the_same() {
        use Speaker::{Agent, Customer};
        let a = recording(&[
            (Customer, 0.0, 3.0, "You charged me twice for May."),
            (Agent, 3.5, 6.0, "Sorry."),
            (Customer, 7.0, 9.0, "And the overdraft fee?"),
            (Agent, 9.5, 12.0, "I will look."),
        ]);
        let b = recording(&[
            (Customer, 1.0, 2.0, "Hello?"),
            (Agent, 2.2, 3.0, "Hi."),
            (Customer, 4.0, 7.0, "You charged me twice, for May!"),
            (Agent, 8.0, 10.0, "Oh dear."),
        ]);
        let compare = Compare::of(a.clone(), b);
        assert_eq!(compare.lines.len(), 1);
        let sides = compare.lines[0].sides;
        assert_eq!(
            (sides[0].from_s, sides[0].reply_s, sides[1].from_s, sides[1].reply_s),
            (0.0, 3.5, 4.0, 8.0)
        );
        let other = Compare::of(a, recording(&[(Agent, 2.0, 3.0, "Good morning.")]));
        assert_eq!((other.lines.len(), other.lines[0].sides[1].to_s), (1, 30.0), "as a whole");
    }

    #[test]
    fn the_ear_changes_at_the_same_moment_of_the_line_and_to_the_beginning_of_the_reply() {
        let line = ComparedLine {
            text: String::new(),
            sides: [
                Stretch { from_s: 10.0, reply_s: 15.0, to_s: 20.0 },
                Stretch { from_s: 2.0, reply_s: 8.0, to_s: 12.0 },
            ],
        };
        let compare = Compare { lines: vec![line], heard: 0, ..Compare::default() };
        assert!((compare.switched(11.5) - 3.5).abs() < 1e-9);
        assert!((compare.switched(17.0) - 7.7).abs() < 1e-9);
        assert!((compare.switched(99.0) - 2.0).abs() < 1e-9);
        let back = Compare { heard: 1, ..compare };
        assert!((back.switched(7.5) - 14.7).abs() < 1e-9, "not beyond the line");
    }
}
