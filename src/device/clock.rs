//! One clock for both streams.
//!
//! Each callback says when its first sample was or will be at the converter. cpal's two streams count from different
//! origins, so only the difference "converter minus now" is taken from them and added to the program's own monotonic
//! clock. Single stamps jitter by the server's polling; a [`SampleClock`] takes the median of the last half second.

/// A moment on the common clock of a duplex stream, in nanoseconds since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    ns: i64,
}

impl Moment {
    /// So many nanoseconds after the stream was opened.
    pub fn from_ns(ns: i64) -> Self {
        Self { ns }
    }

    /// So many seconds after the stream was opened.
    pub fn from_seconds(s: f64) -> Self {
        Self { ns: (s * 1e9).round() as i64 }
    }

    /// In nanoseconds.
    pub fn ns(self) -> i64 {
        self.ns
    }

    /// In seconds.
    pub fn seconds(self) -> f64 {
        self.ns as f64 / 1e9
    }

    /// Seconds from another moment to this one; negative when this one is earlier.
    pub fn since(self, earlier: Self) -> f64 {
        (self.ns - earlier.ns) as f64 / 1e9
    }

    /// A moment so many seconds later.
    #[must_use]
    pub fn plus(self, s: f64) -> Self {
        Self { ns: self.ns + Self::from_seconds(s).ns }
    }
}

/// Stamps whose median is believed: half a second of 20 ms blocks.
const WINDOW: usize = 25;
/// When so many stamps in a row are off in the same direction, the stream has jumped (an underrun, a moved device).
const JUMPED: usize = 4;
/// By how much, in seconds.
const JUMP_S: f64 = 0.010;

/// Maps frame numbers of a stream to moments and back.
#[derive(Clone, Debug)]
pub struct SampleClock {
    rate_hz: f64,
    /// Moment of frame 0, in seconds, as each of the last stamps says.
    origins: Vec<f64>,
    next: usize,
    off: Vec<f64>,
    origin: f64,
}

impl SampleClock {
    /// A clock of a stream of so many frames a second.
    pub fn new(rate_hz: f64) -> Self {
        Self { rate_hz, origins: Vec::new(), next: 0, off: Vec::new(), origin: 0.0 }
    }

    /// Learns that a frame was or will be at the converter at a moment.
    pub fn observe(&mut self, frame: u64, at: Moment) {
        let origin = at.seconds() - frame as f64 / self.rate_hz;
        let deviation = origin - self.origin;
        let same_way = self.off.first().is_none_or(|o| (o - self.origin).signum() == deviation.signum());
        if !self.origins.is_empty() && deviation.abs() > JUMP_S && same_way {
            self.off.push(origin);
        } else {
            self.off.clear();
        }
        if self.off.len() >= JUMPED {
            self.origins = std::mem::take(&mut self.off);
            self.next = 0;
        } else if self.origins.len() < WINDOW {
            self.origins.push(origin);
        } else {
            self.origins[self.next % WINDOW] = origin;
            self.next += 1;
        }
        let mut sorted = self.origins.clone();
        sorted.sort_by(f64::total_cmp);
        self.origin = sorted[sorted.len() / 2];
    }

    /// Number of stamps behind the estimate; below about five it is rough.
    pub fn stamps(&self) -> usize {
        self.origins.len()
    }

    /// When a frame was or will be at the converter.
    pub fn moment_of(&self, frame: f64) -> Moment {
        Moment::from_seconds(self.origin + frame / self.rate_hz)
    }

    /// Which frame is at the converter at a moment; negative before the first.
    pub fn frame_at(&self, at: Moment) -> f64 {
        (at.seconds() - self.origin) * self.rate_hz
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jitter(i: u64) -> f64 {
        // -3 to +3 ms, and every seventh stamp 15 ms late.
        ((i * 37 % 7) as f64 - 3.0) / 1000.0 + if i % 7 == 3 { 0.015 } else { 0.0 }
    }

    #[test]
    fn jittering_stamps_give_a_steady_clock() {
        let mut clock = SampleClock::new(48_000.0);
        for i in 0..100 {
            clock.observe(i * 960, Moment::from_seconds(1.25 + i as f64 * 0.02 + jitter(i)));
        }
        let error = clock.moment_of(96_000.0).since(Moment::from_seconds(3.25));
        assert!(error.abs() < 0.002, "{error}");
        assert!((clock.frame_at(clock.moment_of(1234.5)) - 1234.5).abs() < 0.01);
    }

    #[test]
    fn a_jump_is_followed_within_four_blocks_and_drift_all_the_time() {
        let mut clock = SampleClock::new(48_000.0);
        for i in 0..50u64 {
            clock.observe(i * 960, Moment::from_seconds(i as f64 * 0.02));
        }
        for i in 50..54u64 {
            clock.observe(i * 960, Moment::from_seconds(i as f64 * 0.02 + 0.2));
        }
        assert!((clock.moment_of(54.0 * 960.0).seconds() - 1.28).abs() < 1e-6);
        let mut drifting = SampleClock::new(48_000.0);
        let real = 48_000.0 * 1.0002;
        for i in 0..3_000u64 {
            drifting.observe(i * 960, Moment::from_seconds((i * 960) as f64 / real));
        }
        let at = 2_999.0 * 960.0;
        assert!((drifting.moment_of(at).seconds() - at / real).abs() < 0.0002);
    }
}
