//! Quantiles of the levels of hours of frames, without a list of them.

use super::Level;

/// Levels within half a dB count as one.
const STEP_DB: f64 = 0.5;
/// From the lowest level that a power can have, to full scale.
const LOWEST_DB: f64 = -120.0;
const STEPS: usize = 241;

/// How often each level was seen.
#[derive(Clone, Debug)]
pub struct LevelHistogram {
    counts: Vec<u32>,
    total: u32,
}

impl Default for LevelHistogram {
    fn default() -> Self {
        Self { counts: vec![0; STEPS], total: 0 }
    }
}

impl LevelHistogram {
    /// Counts one.
    pub fn add(&mut self, level: Level) {
        let step = ((level.db() - LOWEST_DB) / STEP_DB).round().clamp(0.0, (STEPS - 1) as f64) as usize;
        self.counts[step] += 1;
        self.total += 1;
    }

    /// The level in dB that a share `q` of all does not exceed, within half a dB; `None` of nothing.
    pub fn quantile_db(&self, q: f64) -> Option<f64> {
        let wanted = (q * f64::from(self.total)).ceil().max(1.0);
        let mut seen = 0.0;
        let step = self.counts.iter().position(|n| {
            seen += f64::from(*n);
            seen >= wanted
        })?;
        (self.total > 0).then_some(LOWEST_DB + STEP_DB * step as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::statistics;
    use proptest::prelude::*;

    #[test]
    fn of_nothing_there_is_no_quantile() {
        assert_eq!(LevelHistogram::default().quantile_db(0.5), None);
    }

    proptest! {
        #[test]
        fn it_agrees_with_sorting(powers in prop::collection::vec(1e-11..1.0f64, 1..200), q in 0.0..1.0f64) {
            let mut histogram = LevelHistogram::default();
            let mut levels: Vec<f64> = powers.iter().map(|p| Level::of_power(*p).db()).collect();
            powers.iter().for_each(|p| histogram.add(Level::of_power(*p)));
            let found = histogram.quantile_db(q).unwrap();
            levels.sort_by(f64::total_cmp);
            let rank = ((q * levels.len() as f64).ceil() as usize).clamp(1, levels.len()) - 1;
            prop_assert!((found - levels[rank]).abs() <= STEP_DB);
            prop_assert!(found <= statistics::quantile(&levels, 1.0).unwrap() + STEP_DB);
        }
    }
}
