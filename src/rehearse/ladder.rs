//! The ladder of scenarios by heat: best result, last tried, what to practice next.

use super::outcome::Outcome;
use super::repetition::{Practiced, due_now};
use super::scenario::Scenario;
use std::cmp::Ordering;

/// A past rehearsal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// Scenario id.
    pub scenario: String,
    /// When it began, in seconds since 1970 (UTC).
    pub at: i64,
    /// What came of it; absent while it was never analyzed.
    pub outcome: Option<Outcome>,
}

/// One scenario on the ladder.
#[derive(Clone, Debug, PartialEq)]
pub struct Rung<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The best of all results.
    pub best: Option<Outcome>,
    /// When it was last tried.
    pub last_tried: Option<i64>,
    /// How often.
    pub tries: usize,
    /// Items of spaced repetition that are due and that this scenario asks for.
    pub due: Vec<String>,
}

/// All scenarios, mild before hot, with what is known about each.
pub fn ladder<'a>(
    scenarios: &'a [Scenario],
    past: &[Past],
    practiced: &[Practiced],
    now: i64,
) -> Vec<Rung<'a>> {
    let due = due_now(practiced, now);
    let mut rungs: Vec<Rung<'a>> = scenarios
        .iter()
        .map(|scenario| {
            let tries: Vec<&Past> = past.iter().filter(|p| p.scenario == scenario.id).collect();
            Rung {
                scenario,
                best: tries.iter().filter_map(|p| p.outcome.as_ref()).max_by(|a, b| a.compare(b)).cloned(),
                last_tried: tries.iter().map(|p| p.at).max(),
                tries: tries.len(),
                due: due
                    .iter()
                    .filter(|d| scenario.expects.contains(&d.item))
                    .map(|d| d.item.clone())
                    .collect(),
            }
        })
        .collect();
    rungs.sort_by(|a, b| {
        a.scenario.heat.cmp(&b.scenario.heat).then_with(|| a.scenario.title.cmp(&b.scenario.title))
    });
    rungs
}

/// The scenario to offer first: the one that asks for most of what is due and was not just tried; else the mildest that
/// was never completed; else the one tried longest ago.
pub fn next_up<'r, 'a>(rungs: &'r [Rung<'a>]) -> Option<&'r Rung<'a>> {
    let due = rungs.iter().filter(|r| !r.due.is_empty());
    let most_due = due.max_by(|a, b| match a.due.len().cmp(&b.due.len()) {
        Ordering::Equal => {
            b.last_tried.cmp(&a.last_tried).then_with(|| b.scenario.heat.cmp(&a.scenario.heat))
        }
        unequal => unequal,
    });
    most_due
        .or_else(|| rungs.iter().find(|r| !r.best.as_ref().is_some_and(|b| b.completed)))
        .or_else(|| rungs.iter().min_by_key(|r| r.last_tried))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scenario(id: &str, heat: u8, expects: &[&str]) -> Scenario {
        Scenario {
            heat,
            title: id.to_owned(),
            expects: expects.iter().map(|e| (*e).to_owned()).collect(),
            ..Scenario::template(id)
        }
    }

    fn past(scenario: &str, at: i64, met: u32) -> Past {
        let outcome = Outcome { completed: true, met, expected: 4, ..Outcome::default() };
        Past { scenario: scenario.to_owned(), at, outcome: Some(outcome) }
    }

    fn all() -> Vec<Scenario> {
        vec![
            scenario("hot", 5, &["set_boundary"]),
            scenario("mild", 1, &["apologise"]),
            scenario("mid", 3, &["apologise", "next_steps"]),
        ]
    }

    #[test]
    fn mild_comes_before_hot_with_the_best_and_the_latest_try() {
        let all = all();
        let rungs = ladder(&all, &[past("mid", 10, 3), past("mid", 30, 1), past("gone", 40, 4)], &[], 100);
        assert_eq!(rungs.iter().map(|r| r.scenario.id.as_str()).collect::<Vec<_>>(), ["mild", "mid", "hot"]);
        assert_eq!(rungs[1].best.as_ref().map(|b| b.met), Some(3));
        assert_eq!((rungs[1].last_tried, rungs[1].tries), (Some(30), 2));
        assert_eq!((rungs[0].last_tried, rungs[0].tries), (None, 0));
    }

    #[test]
    fn what_is_due_decides_what_comes_next() {
        let all = all();
        let wrong = |item: &str| Practiced { item: item.to_owned(), at: 0, well: false };
        let rungs = ladder(&all, &[], &[wrong("apologise"), wrong("next_steps")], 200_000);
        assert_eq!(next_up(&rungs).map(|r| r.scenario.id.as_str()), Some("mid"));
    }

    #[test]
    fn without_anything_due_the_mildest_unfinished_comes_next_and_then_the_oldest() {
        let all = all();
        let rungs = ladder(&all, &[past("mild", 10, 1)], &[], 100);
        assert_eq!(next_up(&rungs).map(|r| r.scenario.id.as_str()), Some("mid"));
        let rungs = ladder(&all, &[past("mild", 30, 1), past("mid", 10, 1), past("hot", 20, 1)], &[], 100);
        assert_eq!(next_up(&rungs).map(|r| r.scenario.id.as_str()), Some("mid"));
        assert_eq!(next_up(&[]), None);
    }
}
