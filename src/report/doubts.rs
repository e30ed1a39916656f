//! Why numbers are to be taken with care: several share a reason, and each reason is said once, under a number.

use crate::call::{Confidence, Metric};

/// The reasons so far, in the order in which they were met.
#[derive(Default)]
pub(super) struct Doubts<'a>(Vec<&'a str>);

impl<'a> Doubts<'a> {
    /// " (1, 3)", the numbers of a metric's reasons; empty for one that is trusted or absent.
    pub fn mark(&mut self, metric: &'a Metric) -> String {
        if metric.confidence != Confidence::Low {
            return String::new();
        }
        let numbers: Vec<String> = metric
            .reason
            .split("; ")
            .map(|reason| {
                let known = self.0.iter().position(|d| *d == reason);
                let at = known.unwrap_or_else(|| {
                    self.0.push(reason);
                    self.0.len() - 1
                });
                (at + 1).to_string()
            })
            .collect();
        format!(" ({})", numbers.join(", "))
    }

    /// Each reason with its number.
    pub fn all(&self) -> impl Iterator<Item = (usize, &'a str)> + '_ {
        (1..).zip(self.0.iter().map(|d| d.trim_end_matches('.')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_that_two_numbers_share_is_said_once() {
        let (one, two) = (Metric::low(1.0, "few turns"), Metric::low(1.0, "few turns").doubt("narrow band"));
        let trusted = Metric::ok(1.0);
        let mut doubts = Doubts::default();
        assert_eq!(doubts.mark(&one), " (1)");
        assert_eq!(doubts.mark(&two), " (1, 2)");
        assert_eq!(doubts.mark(&trusted), "");
        assert_eq!(doubts.all().collect::<Vec<_>>(), [(1, "few turns"), (2, "narrow band")]);
    }
}
