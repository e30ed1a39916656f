//! How the other person's sound gets into this channel: delay and room response, and this channel without it.
//!
//! The other channel is known exactly, so the way from it into this one is a linear system that can be solved for: its
//! delay over the whole recording, its response of [`TAPS`] samples per block of 30 s.

mod delay;
mod response;

pub use delay::delays;

use super::envelope::quantile;
use super::fft::BlockFft;
use super::{SampleSource, SourceError};
use response::{Solver, Totals};

/// Length of a room response: 160 ms from just before the direct sound.
pub const TAPS: usize = 2560;
/// Responses begin this much before the strongest correlation.
const LEAD: i64 = 64;
/// A response is estimated for each block of 30 s and so follows a person who moves.
const BLOCK: usize = 480_000;
/// Transform length of overlap-save filtering, and the new samples each transform gives.
const FFT: usize = 8192;
const STEP: usize = FFT - TAPS;
/// Removing must take at least this much out of the leaking moments, or nothing is removed.
const MIN_GAIN_DB: f64 = 2.0;

/// The way from the other person's channel into this one.
#[derive(Clone, Debug, PartialEq)]
pub struct LeakagePath {
    /// Samples by which the direct sound arrives later than in the other channel.
    pub delay: i64,
    /// Level of what arrives against the level in the other channel, in dB.
    pub level_db: f64,
    /// How much removing takes out of the leaking moments, in dB.
    pub removed_db: f64,
    /// Power that is left of the leak, against the predicted leak (0 to 1): nine tenths of the moments have less.
    pub rest: f32,
    /// One response per block; they start at `delay - LEAD`.
    responses: Vec<Vec<f32>>,
}

/// A channel with the other person's leakage taken out; with `path` `None` the channel itself.
pub struct WithoutLeakage<'a> {
    channel: &'a dyn SampleSource,
    other: &'a dyn SampleSource,
    path: &'a LeakagePath,
}

impl<'a> WithoutLeakage<'a> {
    /// Both channels must be the ones that the path was estimated from.
    pub fn new(channel: &'a dyn SampleSource, other: &'a dyn SampleSource, path: &'a LeakagePath) -> Self {
        Self { channel, other, path }
    }

    /// What leaked, as predicted from the other channel.
    pub fn read_leak(&self, start: u64, out: &mut [f32]) -> Result<(), SourceError> {
        let mut fft = BlockFft::new(FFT);
        let mut done = 0;
        let mut reference = vec![0.0; FFT];
        while done < out.len() {
            let at = start as usize + done;
            let block = (at / BLOCK).min(self.path.responses.len().saturating_sub(1));
            let until_next =
                if block + 1 < self.path.responses.len() { (block + 1) * BLOCK - at } else { usize::MAX };
            let Some(response) = self.path.responses.get(block) else {
                out[done..].fill(0.0);
                break;
            };
            let spectrum = fft.forward_of(response);
            let run = until_next.min(out.len() - done);
            for piece in out[done..done + run].chunks_mut(STEP).enumerate() {
                let from = signed(at + piece.0 * STEP) - signed(TAPS) - (self.path.delay - LEAD);
                read_signed(self.other, from, &mut reference)?;
                let mut bins = fft.forward_of(&reference);
                bins.iter_mut().zip(&spectrum).for_each(|(a, b)| *a *= b);
                let time = fft.inverse(&mut bins);
                let n = piece.1.len();
                piece.1.copy_from_slice(&time[TAPS..TAPS + n]);
            }
            done += run;
        }
        Ok(())
    }
}

impl SampleSource for WithoutLeakage<'_> {
    fn len(&self) -> u64 {
        self.channel.len()
    }

    fn read_at(&self, start: u64, out: &mut [f32]) -> Result<(), SourceError> {
        let mut leak = vec![0.0; out.len()];
        self.read_leak(start, &mut leak)?;
        self.channel.read_at(start, out)?;
        out.iter_mut().zip(&leak).for_each(|(o, l)| *o -= l);
        Ok(())
    }
}

/// Sample counts of recordings are far below where this would saturate.
fn signed(samples: usize) -> i64 {
    i64::try_from(samples).unwrap_or(i64::MAX)
}

/// Reads from a place that may lie before the start, where there is silence.
fn read_signed(source: &dyn SampleSource, start: i64, out: &mut [f32]) -> Result<(), SourceError> {
    let before = (start.min(0).unsigned_abs() as usize).min(out.len());
    out[..before].fill(0.0);
    source.read_at(start.max(0) as u64, &mut out[before..])
}

/// Solves for the way from `other` into `channel` at this delay. `None` when removing it gains nothing.
pub fn estimate(
    channel: &dyn SampleSource,
    other: &dyn SampleSource,
    delay: i64,
) -> Result<Option<LeakagePath>, SourceError> {
    let mut solver = Solver::new();
    let length = channel.len();
    let mut responses: Vec<Option<Vec<f32>>> = Vec::new();
    let mut totals = Totals::default();
    let mut rests: Vec<f32> = Vec::new();
    let mut at = 0u64;
    while at < length {
        let n = ((length - at) as usize).min(BLOCK);
        // A short last block has too little to learn from and goes with the one before.
        if n < BLOCK / 3 && at > 0 {
            break;
        }
        let solved = solver.block(channel, other, delay, at, n)?;
        responses.push(solved.map(|(response, t, r)| {
            totals.add(&t);
            rests.extend(r);
            response
        }));
        at += BLOCK as u64;
    }
    // A block in which the other hardly spoke takes the nearest response that is known.
    let known: Vec<usize> = (0..responses.len()).filter(|i| responses[*i].is_some()).collect();
    let filled: Vec<Vec<f32>> = (0..responses.len())
        .filter_map(|i| known.iter().min_by_key(|k| k.abs_diff(i)).and_then(|k| responses[*k].clone()))
        .collect();
    let removed_db = 10.0 * (totals.before / totals.after.max(1e-12)).max(1e-12).log10();
    if filled.is_empty() || removed_db < MIN_GAIN_DB {
        return Ok(None);
    }
    Ok(Some(LeakagePath {
        delay,
        level_db: 10.0 * (totals.leak / totals.reference.max(1e-12)).max(1e-12).log10(),
        removed_db,
        rest: quantile(&mut rests, 0.9).unwrap_or(1.0).clamp(1e-5, 1.0),
        responses: filled,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::Timeline;
    use crate::signal::synthetic::{Noise, bursts, rhythm, voice};

    const ROOM: [(usize, f32); 4] = [(0, 0.25), (37, -0.1), (160, 0.06), (900, 0.03)];

    fn through_room(sound: &[f32], delay: usize) -> Vec<f32> {
        let mut out = vec![0.0; sound.len()];
        for (tap, gain) in ROOM {
            for n in delay + tap..sound.len() {
                out[n] += gain * sound[n - delay - tap];
            }
        }
        out
    }

    fn power_db(sound: &[f32]) -> f64 {
        10.0 * (sound.iter().map(|s| f64::from(s * s)).sum::<f64>() / sound.len() as f64).max(1e-20).log10()
    }

    fn noise(sound: &mut [f32], amplitude: f32) {
        let mut random = Noise::new(sound[20_000].to_bits().into());
        sound.iter_mut().for_each(|s| *s += amplitude * random.next());
    }

    #[test]
    fn a_leak_is_found_with_its_delay_and_level_and_removed_while_the_own_voice_stays() {
        let (mut other, _) = bursts(40.0, 7500.0, 0.2);
        noise(&mut other, 0.0003);
        let own_spans: Timeline = rhythm(40.0, 77);
        let own = voice(40.0, &own_spans, 7500.0, 0.2, 210.0);
        let mut channel: Vec<f32> = through_room(&other, 700).iter().zip(&own).map(|(l, o)| l + o).collect();
        noise(&mut channel, 0.0003);
        let (into, back) = delays(&channel, &other, false).unwrap();
        assert!(into.is_some_and(|d| (d - 700).abs() <= 1), "{into:?}");
        assert_eq!(back, None);
        let path = estimate(&channel, &other, 700).unwrap().unwrap();
        assert!((path.level_db + 11.1).abs() < 1.5, "{path:?}");
        let mut cleaned = vec![0.0; channel.len()];
        WithoutLeakage::new(&channel, &other, &path).read_at(0, &mut cleaned).unwrap();
        let rest: Vec<f32> = cleaned.iter().zip(&own).map(|(c, o)| c - o).collect();
        let leak: Vec<f32> = channel.iter().zip(&own).map(|(c, o)| c - o).collect();
        assert!(power_db(&leak) - power_db(&rest) > 15.0, "{} {}", power_db(&leak), power_db(&rest));
        // Reading a stretch gives the same samples as reading all.
        let mut part = vec![0.0; 9000];
        WithoutLeakage::new(&channel, &other, &path).read_at(123_457, &mut part).unwrap();
        assert!(part.iter().zip(&cleaned[123_457..]).all(|(a, b)| (a - b).abs() < 1e-5));
    }

    #[test]
    fn two_channels_that_have_nothing_in_common_have_no_leak() {
        let (mut other, _) = bursts(30.0, 7500.0, 0.2);
        let mut own = voice(30.0, &rhythm(30.0, 99), 7500.0, 0.2, 205.0);
        noise(&mut other, 0.001);
        noise(&mut own, 0.001);
        let found = delays(&own, &other, false).unwrap().0.map(|d| estimate(&own, &other, d).unwrap());
        assert!(found.flatten().is_none());
        // Nor when one is expected.
        let expected = delays(&own, &other, true).unwrap().0.map(|d| estimate(&own, &other, d).unwrap());
        assert!(expected.flatten().is_none());
    }

    #[test]
    fn silence_has_no_leak_and_no_error() {
        let silence = vec![0.0f32; 100_000];
        assert_eq!(delays(&silence, &silence, true).unwrap(), (None, None));
        assert!(estimate(&silence, &silence, 0).unwrap().is_none());
    }
}
