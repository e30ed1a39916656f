//! What came of a rehearsal, in things that can be counted: no hidden score.

use super::log::{Ended, TakeLog};
use super::scenario::Scenario;
use crate::call::{Analysis, BehaviorKind};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// What came of a rehearsal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Whether the scenario came to its end.
    pub completed: bool,
    /// Behaviors that the scenario expects and that were heard.
    pub met: u32,
    /// Behaviors that the scenario expects.
    pub expected: u32,
    /// Hazards heard, fillers aside.
    pub hazards: u32,
    /// Times that the customer was interrupted.
    pub interruptions: u32,
    /// Heat of the last line played; 0 when nothing was.
    pub last_heat: u8,
}

impl Outcome {
    /// Counts what the analysis heard against what the scenario expects.
    pub fn of(scenario: &Scenario, log: &TakeLog, analysis: &Analysis) -> Self {
        let heard = |id: &String| analysis.behaviors.iter().any(|b| &b.id == id);
        Self {
            completed: log.ended.is_some_and(|e| e.how == Ended::Completed),
            met: scenario.expects.iter().filter(|id| heard(id)).count() as u32,
            expected: scenario.expects.len() as u32,
            hazards: analysis
                .behaviors
                .iter()
                .filter(|b| b.kind == BehaviorKind::Hazard && b.id != "filler")
                .count() as u32,
            interruptions: analysis.interruptions.len() as u32,
            last_heat: log.lines.last().map_or(0, |l| l.heat),
        }
    }

    /// Worse before better: completed, then the share of what was expected, then fewer hazards and interruptions, then a
    /// calmer customer at the end. Each step can be said in words; nothing is added up.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Ordering {
        // Shares are compared crosswise, so that no division by zero or rounding decides.
        let share = |a: &Self, b: &Self| (a.met * b.expected.max(1)).cmp(&(b.met * a.expected.max(1)));
        self.completed
            .cmp(&other.completed)
            .then_with(|| share(self, other))
            .then_with(|| (other.hazards + other.interruptions).cmp(&(self.hazards + self.interruptions)))
            .then_with(|| other.last_heat.cmp(&self.last_heat))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(completed: bool, met: u32, hazards: u32, last_heat: u8) -> Outcome {
        Outcome { completed, met, expected: 4, hazards, interruptions: 0, last_heat }
    }

    #[test]
    fn better_outcomes_come_later() {
        let order = [
            outcome(false, 4, 0, 1),
            outcome(true, 1, 0, 1),
            outcome(true, 3, 2, 1),
            outcome(true, 3, 0, 4),
            outcome(true, 3, 0, 2),
        ];
        assert!(order.windows(2).all(|w| w[0].compare(&w[1]) == Ordering::Less));
        assert_eq!(order[1].compare(&order[1].clone()), Ordering::Equal);
    }
}
