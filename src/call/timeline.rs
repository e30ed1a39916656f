//! The speech of one person as sorted, disjoint spans, and the algebra on it (after pyannote's `Timeline`).

use super::Span;

/// Sorted spans that neither overlap nor touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    spans: Vec<Span>,
}

impl Timeline {
    /// Sorts, and merges what overlaps or touches.
    pub fn new(spans: impl IntoIterator<Item = Span>) -> Self {
        let mut all: Vec<Span> = spans.into_iter().collect();
        all.sort_unstable();
        let mut spans: Vec<Span> = Vec::with_capacity(all.len());
        for span in all {
            match spans.last_mut() {
                Some(last) if span.start() <= last.end() => *last = last.hull(span),
                _ => spans.push(span),
            }
        }
        Self { spans }
    }

    /// The spans in order.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Sum of all lengths, in samples.
    pub fn total(&self) -> u64 {
        self.spans.iter().map(|s| s.len()).sum()
    }

    /// Sum of all lengths, in seconds.
    pub fn total_s(&self) -> f64 {
        super::samples_to_seconds(self.total())
    }

    /// From the first start to the last end.
    pub fn extent(&self) -> Option<Span> {
        Some(self.spans.first()?.hull(*self.spans.last()?))
    }

    /// Time in either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self::new(self.spans.iter().chain(&other.spans).copied())
    }

    /// Time in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let (mut i, mut j, mut out) = (0, 0, Vec::new());
        while let (Some(a), Some(b)) = (self.spans.get(i), other.spans.get(j)) {
            out.extend(a.intersection(*b));
            if a.end() <= b.end() { i += 1 } else { j += 1 }
        }
        Self { spans: out }
    }

    /// The silences inside `within`.
    #[must_use]
    pub fn gaps(&self, within: Span) -> Self {
        let mut out = Vec::with_capacity(self.spans.len() + 1);
        let mut at = within.start();
        for span in &self.spans {
            out.extend(Span::new(at, span.start().min(within.end())));
            at = at.max(span.end());
        }
        out.extend(Span::new(at, within.end()));
        Self { spans: out }
    }

    /// Time in this one and not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        self.extent().map_or_else(Self::default, |within| self.intersection(&other.gaps(within)))
    }

    /// Only what lies inside `within`.
    #[must_use]
    pub fn crop(&self, within: Span) -> Self {
        Self { spans: self.spans.iter().filter_map(|s| s.intersection(within)).collect() }
    }

    /// Joins spans whose gap is shorter than `max_gap` samples: with 0.25 s these are the inter-pausal units.
    #[must_use]
    pub fn fill_gaps_below(&self, max_gap: u64) -> Self {
        let mut spans: Vec<Span> = Vec::with_capacity(self.spans.len());
        for span in &self.spans {
            match spans.last_mut() {
                Some(last) if span.start() - last.end() < max_gap => *last = last.hull(*span),
                _ => spans.push(*span),
            }
        }
        Self { spans }
    }

    /// Drops spans shorter than `min` samples.
    #[must_use]
    pub fn drop_below(&self, min: u64) -> Self {
        Self { spans: self.spans.iter().copied().filter(|s| s.len() >= min).collect() }
    }

    /// Whether somebody speaks at this moment.
    pub fn is_speech_at(&self, sample: u64) -> bool {
        let next = self.spans.partition_point(|s| s.end() <= sample);
        self.spans.get(next).is_some_and(|s| s.contains(sample))
    }
}

impl FromIterator<Span> for Timeline {
    fn from_iter<I: IntoIterator<Item = Span>>(spans: I) -> Self {
        Self::new(spans)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn timeline() -> impl Strategy<Value = Timeline> {
        prop::collection::vec((0u64..200, 1u64..30), 0..12)
            .prop_map(|rows| rows.into_iter().filter_map(|(a, n)| Span::new(a, a + n)).collect())
    }

    fn at(t: &Timeline, sample: u64) -> bool {
        t.spans().iter().any(|s| s.contains(sample))
    }

    proptest! {
        #[test]
        fn every_operation_agrees_with_looking_at_each_sample(a in timeline(), b in timeline()) {
            let window = Span::new(0, 260).unwrap();
            let (union, both, minus, gaps) = (a.union(&b), a.intersection(&b), a.difference(&b), a.gaps(window));
            for s in 0..260 {
                prop_assert_eq!(at(&union, s), at(&a, s) || at(&b, s));
                prop_assert_eq!(at(&both, s), at(&a, s) && at(&b, s));
                prop_assert_eq!(at(&minus, s), at(&a, s) && !at(&b, s));
                prop_assert_eq!(at(&gaps, s), !at(&a, s));
                prop_assert_eq!(a.is_speech_at(s), at(&a, s));
            }
        }

        #[test]
        fn spans_stay_sorted_and_apart(a in timeline(), gap in 0u64..20) {
            let filled = a.fill_gaps_below(gap);
            for t in [&a, &filled] {
                prop_assert!(t.spans().windows(2).all(|w| w[0].end() < w[1].start()));
            }
            prop_assert!(filled.spans().windows(2).all(|w| w[1].start() - w[0].end() >= gap));
        }
    }
}
