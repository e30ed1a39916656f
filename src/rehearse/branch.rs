//! What was heard in the reply just given, and which row it takes.

use super::flags::Flags;
use super::scenario::{Condition, Line};
use std::collections::BTreeSet;

/// What a reply is judged by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// Ids of behaviors and hazards.
    pub ids: BTreeSet<String>,
    /// How it was delivered.
    pub flags: Flags,
}

impl Heard {
    /// Whether one condition holds.
    pub fn meets(&self, condition: &Condition) -> bool {
        let present = self.flags.named(&condition.what).unwrap_or_else(|| self.ids.contains(&condition.what));
        present != condition.negated
    }
}

/// The row that the reply takes and its target: the first whose conditions all hold; `None` ends the call.
pub fn choose<'a>(line: &'a Line, heard: &Heard) -> Option<(usize, &'a str)> {
    line.next
        .iter()
        .enumerate()
        .find(|(_, next)| next.when.iter().all(|c| heard.meets(c)))
        .map(|(row, next)| (row, next.to.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rehearse::scenario::Next;

    fn line(rows: &[(&[&str], &str)]) -> Line {
        let next = |(when, to): &(&[&str], &str)| Next {
            when: when.iter().map(|w| Condition::read(w)).collect(),
            to: (*to).to_owned(),
        };
        Line {
            id: "a".into(),
            text: "a".into(),
            audio: "a.wav".into(),
            heat: 1,
            trap: None,
            next: rows.iter().map(next).collect(),
        }
    }

    fn heard(ids: &[&str], interrupted: bool) -> Heard {
        Heard {
            ids: ids.iter().map(|i| (*i).to_owned()).collect(),
            flags: Flags { interrupted, ..Flags::default() },
        }
    }

    #[test]
    fn the_first_row_whose_conditions_all_hold_is_taken() {
        let line = line(&[(&["apologise", "!interrupted"], "soft"), (&["apologise"], "mid"), (&[], "hot")]);
        assert_eq!(choose(&line, &heard(&["apologise"], false)), Some((0, "soft")));
        assert_eq!(choose(&line, &heard(&["apologise"], true)), Some((1, "mid")));
        assert_eq!(choose(&line, &heard(&["thank"], false)), Some((2, "hot")));
    }

    #[test]
    fn a_line_without_rows_ends_the_call() {
        assert_eq!(choose(&line(&[]), &heard(&["apologise"], false)), None);
    }
}
