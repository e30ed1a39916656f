//! Whether one channel holds two people who take turns, as far as their pitch tells: two voices far apart, each for
//! seconds, changing over again and again. Two voices of like pitch are not told apart, and one voice that jumps between
//! calm and shouting looks the same (`docs/quality.md`): this is a reason to listen, not a measurement.

use super::{VoiceFeatures, VoiceFrame};
use crate::signal::statistics;

/// A stretch of one breath, cut so that it hardly holds two people: voiced frames, least and most.
const PIECE: [usize; 2] = [20, 80];
/// Between the two pitches, semitones.
const APART_ST: f64 = 8.0;
/// Between the two, in spreads within each.
const APART_SPREADS: f64 = 3.5;
/// Of each voiced, seconds, and share of the whole.
const EACH_S: f64 = 2.8;
const EACH_SHARE: f64 = 0.1;
/// From one to the other and back.
const CHANGES: usize = 3;

/// Two pitches in one channel.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TwoPitches {
    /// Centers of the lower and the higher, Hz.
    pub low_hz: f64,
    /// See above.
    pub high_hz: f64,
    /// Between them, semitones.
    pub apart_st: f64,
    /// The same in spreads within each.
    pub spreads: f64,
    /// Voiced seconds of the one that is heard less, and of both.
    pub least_s: f64,
    /// See above.
    pub all_s: f64,
    /// How often one follows the other.
    pub changes: usize,
}

impl TwoPitches {
    /// Whether this is more than one voice that moves.
    pub fn are_people(&self) -> bool {
        self.apart_st >= APART_ST
            && self.spreads >= APART_SPREADS
            && self.least_s >= EACH_S
            && self.least_s >= EACH_SHARE * self.all_s
            && self.changes >= CHANGES
    }
}

/// The two pitches that part a recording best; `None` when there is too little to part.
pub fn two_pitches(features: &VoiceFeatures) -> Option<TwoPitches> {
    let pieces = pieces(features);
    let mut sorted = pieces.clone();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut best: Option<(f64, TwoPitches, f64)> = None;
    for cut in 1..sorted.len() {
        let ((low, high), limit) = (sorted.split_at(cut), sorted[cut].0);
        let (low, high) = (Side::of(low), Side::of(high));
        let within = low.scatter + high.scatter;
        if best.as_ref().is_none_or(|(least, ..)| within < *least) {
            let all_s = low.seconds + high.seconds;
            let spread = (within / all_s).sqrt().max(0.5);
            let apart_st = high.center - low.center;
            let hz = |st: f64| 100.0 * (st / 12.0).exp2();
            let found = TwoPitches {
                low_hz: hz(low.center),
                high_hz: hz(high.center),
                apart_st,
                spreads: apart_st / spread,
                least_s: low.seconds.min(high.seconds),
                all_s,
                changes: 0,
            };
            best = Some((within, found, limit));
        }
    }
    let (_, mut found, limit) = best?;
    found.changes = pieces.windows(2).filter(|w| (w[0].0 < limit) != (w[1].0 < limit)).count();
    Some(found)
}

/// Median pitch in semitones and voiced seconds of each piece, in order.
fn pieces(features: &VoiceFeatures) -> Vec<(f64, f64)> {
    let mut out = Vec::new();
    let mut piece: Vec<f64> = Vec::new();
    let mut last = 0u32;
    let mut close = |piece: &mut Vec<f64>| {
        if piece.len() >= PIECE[0] {
            out.extend(statistics::median(piece).map(|st| (st, piece.len() as f64 / 100.0)));
        }
        piece.clear();
    };
    for frame in features.frames.iter().filter(|f| f.phonated) {
        if frame.index != last + 1 || piece.len() >= PIECE[1] {
            close(&mut piece);
        }
        last = frame.index;
        piece.extend(
            Some(frame)
                .filter(|f| f.is_voiced())
                .map(|f: &VoiceFrame| 12.0 * (f64::from(f.f0_hz) / 100.0).log2()),
        );
    }
    close(&mut piece);
    out
}

struct Side {
    seconds: f64,
    center: f64,
    scatter: f64,
}

impl Side {
    fn of(pieces: &[(f64, f64)]) -> Self {
        let seconds: f64 = pieces.iter().map(|p| p.1).sum();
        let center = pieces.iter().map(|p| p.0 * p.1).sum::<f64>() / seconds;
        let scatter = pieces.iter().map(|p| (p.0 - center).powi(2) * p.1).sum();
        Self { seconds, center, scatter }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaths of 1.5 s with half a second between, each at a pitch that wanders by a semitone.
    fn breaths(pitches: &[f32]) -> VoiceFeatures {
        let mut features = VoiceFeatures::default();
        for (i, hz) in pitches.iter().enumerate() {
            features.frames.extend((0..150u32).map(|k| VoiceFrame {
                index: i as u32 * 200 + k,
                f0_hz: hz * (1.0 + 0.06 * (k as f32 / 20.0).sin()),
                phonated: true,
                ..VoiceFrame::default()
            }));
        }
        features
    }

    #[test]
    fn two_who_take_turns_are_told_and_one_who_rises_is_not() {
        let two = two_pitches(&breaths(&[110.0, 205.0, 115.0, 210.0, 108.0, 220.0])).unwrap();
        assert!(two.are_people(), "{two:?}");
        assert!((two.low_hz - 111.0).abs() < 6.0 && (two.high_hz - 211.0).abs() < 10.0, "{two:?}");
        let risen = two_pitches(&breaths(&[110.0, 118.0, 126.0, 140.0, 155.0, 165.0])).unwrap();
        assert!(!risen.are_people(), "{risen:?}");
        // Half a call higher than the other half is one person who got louder, or who was handed over to.
        let once = two_pitches(&breaths(&[110.0, 112.0, 110.0, 205.0, 210.0, 205.0])).unwrap();
        assert!(!once.are_people(), "{once:?}");
        assert_eq!(two_pitches(&VoiceFeatures::default()), None);
    }
}
