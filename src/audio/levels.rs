//! What one look at every sample tells about a channel, gathered while it is decoded.

/// Facts about the samples of one channel at the file's own rate.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Levels {
    /// Largest magnitude, full scale 1.
    pub peak: f32,
    /// Share of samples that were cut off: in runs of three or more equal ones within 1 dB of the channel's own
    /// range of 0 dBFS, 0 to 1.
    pub clipped: f64,
    /// Share of samples that are exactly zero (a muted or missing microphone), 0 to 1.
    pub zero: f64,
    /// Half the file's rate, at most 8,000: no sound above it can be in the recording.
    pub nyquist_hz: u32,
}

/// Samples at or above this can be cut off: 1 dB below full scale, which also covers mu-law's and A-law's largest.
const CLIP_FROM: f32 = 0.89;
/// Equal neighbours from which on a flat top is no coincidence.
const CLIP_RUN: u64 = 3;

#[derive(Clone, Debug, Default)]
pub(super) struct LevelMeter {
    peak: f32,
    count: u64,
    zeros: u64,
    clipped: u64,
    last: f32,
    run: u64,
}

impl LevelMeter {
    pub fn push(&mut self, samples: &[f32]) {
        for s in samples {
            let magnitude = s.abs();
            self.peak = self.peak.max(magnitude);
            self.zeros += u64::from(*s == 0.0);
            // Bitwise, because a flat top is the very same value again.
            if magnitude >= CLIP_FROM && s.to_bits() == self.last.to_bits() {
                self.run += 1;
                match self.run.cmp(&CLIP_RUN) {
                    std::cmp::Ordering::Less => {}
                    std::cmp::Ordering::Equal => self.clipped += CLIP_RUN,
                    std::cmp::Ordering::Greater => self.clipped += 1,
                }
            } else {
                self.run = 1;
            }
            self.last = *s;
        }
        self.count += samples.len() as u64;
    }

    pub fn levels(&self, rate_hz: u32) -> Levels {
        let share = |n: u64| n as f64 / self.count.max(1) as f64;
        Levels {
            peak: self.peak,
            clipped: share(self.clipped),
            zero: if self.count == 0 { 1.0 } else { share(self.zeros) },
            nyquist_hz: (rate_hz / 2).min(crate::call::RATE_HZ / 2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flat_tops_count_as_clipped_and_a_lone_peak_does_not() {
        let mut meter = LevelMeter::default();
        meter.push(&[0.0, 1.0, 0.0, 0.0, -1.0, -1.0]);
        meter.push(&[-1.0, -1.0, 0.5, 0.5, 0.5, 0.5]);
        let levels = meter.levels(8000);
        assert_eq!((levels.peak, levels.nyquist_hz), (1.0, 4000));
        assert!((levels.clipped - 4.0 / 12.0).abs() < 1e-9, "{levels:?}");
        assert!((levels.zero - 3.0 / 12.0).abs() < 1e-9, "{levels:?}");
    }
}
