//! Levels of both people over the last twentieth of a second.

use super::events::Level;
use crate::device::CaptureBlock;

/// Collects the microphone's level until it is told.
#[derive(Debug, Default)]
pub struct Meter {
    level: Level,
    power: f64,
    samples: u64,
}

impl Meter {
    /// Takes a block in, as loud as it was at the device's own rate.
    pub fn hear(&mut self, block: &CaptureBlock) {
        let n = block.samples.len() as u64;
        self.power += f64::from(block.rms).powi(2) * n as f64;
        self.samples += n;
        self.level.peak_db = self.level.peak_db.max(db(f64::from(block.peak)));
        self.level.clipped |= block.clipped;
    }

    /// The level since the last call of this.
    pub fn take(&mut self) -> Level {
        let Self { level, power, samples } = std::mem::take(self);
        Level { rms_db: db((power / samples.max(1) as f64).sqrt()), ..level }
    }
}

/// The level of samples.
pub fn level_of(samples: &[f32]) -> Level {
    let power = samples.iter().map(|s| f64::from(*s).powi(2)).sum::<f64>() / samples.len().max(1) as f64;
    let peak = samples.iter().fold(0.0f32, |p, s| p.max(s.abs()));
    Level { rms_db: db(power.sqrt()), peak_db: db(f64::from(peak)), clipped: false }
}

fn db(amplitude: f64) -> f64 {
    20.0 * amplitude.max(1e-5).log10()
}
