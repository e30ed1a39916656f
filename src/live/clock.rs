//! Moments of the devices as samples of the take.

use crate::call::RATE_HZ;
use crate::device::Moment;

/// The microphone's own samples are the clock of the take; the newest block says which moment a sample was.
#[derive(Debug, Default)]
pub struct TakeClock {
    /// Sample of the take and its moment.
    anchor: Option<(u64, Moment)>,
}

impl TakeClock {
    /// That sample of the take was at the converter at that moment.
    pub fn set(&mut self, sample: u64, at: Moment) {
        self.anchor = Some((sample, at));
    }

    /// Other devices, another clock.
    pub fn forget(&mut self) {
        self.anchor = None;
    }

    /// The sample of the take that was, is or will be at the converter at a moment.
    pub fn sample(&self, at: Moment) -> Option<u64> {
        let (sample, moment) = self.anchor?;
        let away = (at.since(moment) * f64::from(RATE_HZ)).round() as i64;
        Some(sample.saturating_add_signed(away))
    }
}
