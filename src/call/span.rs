//! A half-open stretch of time, in samples at the analysis rate.

/// The analysis rate: everything inside is counted in samples at 16 kHz.
pub const RATE_HZ: u32 = 16_000;

/// Seconds of a sample count at [`RATE_HZ`].
pub fn samples_to_seconds(samples: u64) -> f64 {
    samples as f64 / f64::from(RATE_HZ)
}

/// The nearest sample count at [`RATE_HZ`]; negative and not-a-number become 0.
pub fn seconds_to_samples(seconds: f64) -> u64 {
    (seconds * f64::from(RATE_HZ)).round().max(0.0) as u64
}

/// `[start, end)` in samples at [`RATE_HZ`]; never empty and never backwards, by construction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    start: u64,
    end: u64,
}

impl Span {
    /// `None` when the span would be empty or backwards.
    pub fn new(start: u64, end: u64) -> Option<Self> {
        (start < end).then_some(Self { start, end })
    }

    /// The span between two moments in seconds.
    pub fn from_seconds(start_s: f64, end_s: f64) -> Option<Self> {
        Self::new(seconds_to_samples(start_s), seconds_to_samples(end_s))
    }

    /// First sample.
    pub fn start(self) -> u64 {
        self.start
    }

    /// One past the last sample.
    pub fn end(self) -> u64 {
        self.end
    }

    /// Length in samples, at least 1.
    #[expect(clippy::len_without_is_empty, reason = "a span is never empty")]
    pub fn len(self) -> u64 {
        self.end - self.start
    }

    /// First moment, in seconds.
    pub fn start_s(self) -> f64 {
        samples_to_seconds(self.start)
    }

    /// Last moment, in seconds.
    pub fn end_s(self) -> f64 {
        samples_to_seconds(self.end)
    }

    /// Length in seconds.
    pub fn duration_s(self) -> f64 {
        samples_to_seconds(self.len())
    }

    /// What both share.
    pub fn intersection(self, other: Self) -> Option<Self> {
        Self::new(self.start.max(other.start), self.end.min(other.end))
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn hull(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Whether the moment lies inside.
    pub fn contains(self, sample: u64) -> bool {
        (self.start..self.end).contains(&sample)
    }

    /// Whether the other lies wholly inside.
    pub fn covers(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}
