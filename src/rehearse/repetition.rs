//! Spaced repetition of what went worst: each behavior or measure that needed a change comes back after a day, and after
//! ever longer times as long as it goes well (a Leitner box, its intervals doubling).

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How one behavior or measure went in one rehearsal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Practiced {
    /// Behavior or measure id.
    pub item: String,
    /// When, in seconds since 1970 (UTC).
    pub at: i64,
    /// Whether it went well.
    pub well: bool,
}

/// Something to come back to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// Behavior or measure id.
    pub item: String,
    /// When it should be practiced again, in seconds since 1970 (UTC).
    pub due: i64,
    /// Days between the last practice and `due`.
    pub interval_days: u32,
    /// How often it went wrong in all.
    pub lapses: u32,
}

const DAY_S: i64 = 86_400;
/// After six good repetitions (64 days) an item has been learned and is left alone until it goes wrong again.
const LONGEST_DAYS: u32 = 32;

/// Everything that has gone wrong and is not yet learned, most urgent first: overdue before due, then by lapses.
pub fn schedule(history: &[Practiced]) -> Vec<Due> {
    let mut by_item: BTreeMap<&str, Vec<(i64, bool)>> = BTreeMap::new();
    for p in history {
        by_item.entry(&p.item).or_default().push((p.at, p.well));
    }
    let mut out: Vec<Due> = by_item.into_iter().filter_map(|(item, rows)| due(item, rows)).collect();
    out.sort_by(|a, b| {
        a.due.cmp(&b.due).then_with(|| b.lapses.cmp(&a.lapses)).then_with(|| a.item.cmp(&b.item))
    });
    out
}

/// What is due by now.
pub fn due_now(history: &[Practiced], now: i64) -> Vec<Due> {
    schedule(history).into_iter().filter(|d| d.due <= now).collect()
}

fn due(item: &str, mut rows: Vec<(i64, bool)>) -> Option<Due> {
    rows.sort_unstable();
    let mut interval_days = 0u32;
    let mut lapses = 0;
    let mut last = None::<i64>;
    for (at, well) in rows {
        if !well {
            lapses += 1;
            interval_days = 1;
            last = Some(at);
        } else if let Some(before) = last {
            // Practice sooner than due (again on the same day) neither counts nor postpones.
            if at >= before + i64::from(interval_days) * DAY_S {
                interval_days *= 2;
                last = Some(at);
            }
        }
    }
    let last = last.filter(|_| interval_days <= LONGEST_DAYS)?;
    Some(Due { item: item.to_owned(), due: last + i64::from(interval_days) * DAY_S, interval_days, lapses })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(item: &str, day: i64, well: bool) -> Practiced {
        Practiced { item: item.to_owned(), at: day * DAY_S, well }
    }

    #[test]
    fn what_always_went_well_never_comes_back() {
        assert!(schedule(&[row("apologise", 1, true), row("apologise", 9, true)]).is_empty());
    }

    #[test]
    fn what_went_wrong_comes_back_after_a_day_and_then_ever_later() {
        let mut history = vec![row("apologise", 0, false)];
        let mut day = 0;
        for expected in [1, 2, 4, 8, 16, 32] {
            let due = schedule(&history).remove(0);
            assert_eq!((due.interval_days, due.due), (expected, (day + i64::from(expected)) * DAY_S));
            day += i64::from(expected);
            history.push(row("apologise", day, true));
        }
        assert!(schedule(&history).is_empty(), "it is learned");
        history.push(row("apologise", day + 1, false));
        assert_eq!(schedule(&history)[0].interval_days, 1, "and starts again when it goes wrong");
    }

    #[test]
    fn practice_on_the_same_day_does_not_count_twice() {
        let history = [row("argue", 0, false), row("argue", 0, true), row("argue", 0, true)];
        assert_eq!(schedule(&history)[0].interval_days, 1);
    }

    #[test]
    fn the_longest_overdue_comes_first_and_the_future_is_not_due() {
        let history = [row("a", 5, false), row("b", 2, false), row("c", 9, false)];
        let items: Vec<_> = due_now(&history, 7 * DAY_S).into_iter().map(|d| d.item).collect();
        assert_eq!(items, ["b", "a"]);
    }

    proptest::proptest! {
        #[test]
        fn the_order_of_the_history_does_not_matter(
            mut rows in proptest::collection::vec((0usize..3, 0i64..60, proptest::bool::ANY), 0..30)
        ) {
            let make = |rows: &[(usize, i64, bool)]| -> Vec<Practiced> {
                rows.iter().map(|(i, d, w)| row(["a", "b", "c"][*i], *d, *w)).collect()
            };
            let before = schedule(&make(&rows));
            rows.reverse();
            proptest::prop_assert_eq!(schedule(&make(&rows)), before);
        }
    }
}
