//! When exactly a stretch of speech begins and ends.
//!
//! The neural detector decides whether somebody speaks, in steps of 32 ms and with a lag that grows with noise. Around
//! each of its edges the waveform decides when: powers in eight bands every 5 ms against the same bands of the
//! background, and the moment at which the summed evidence is largest (a one-sided CUSUM, Page 1954). Evidence is
//! bounded per frame, so that a key click before a word or a breath long after it cannot outweigh the silence between.

use super::envelope::quantile;
use super::faint::FaintFinder;
use super::fft::BlockFft;
use super::leakage::WithoutLeakage;
use super::{SampleSource, SourceError};
use crate::call::Span;

/// 16 ms Hann windows every 5 ms.
const WINDOW: usize = 256;
const HOP: usize = 80;
/// Band limits in bins of 62.5 Hz: 125 Hz to 7.5 kHz, about as wide as hearing's own bands.
const LIMITS: [usize; 9] = [2, 5, 9, 15, 23, 34, 50, 76, 120];
/// Number of bands.
const BANDS: usize = LIMITS.len() - 1;
/// Edges are looked for at most this far outside of what the detector found, and this far inside.
const OUTSIDE: u64 = 9600;
const INSIDE: u64 = 4800;
/// Background is sampled for half a second of each cell of 5 s.
const CELL: u64 = 80_000;
const CELL_FRAMES: usize = 100;

type Powers = [f32; BANDS];

/// The background of one channel by band, kept for cells of 5 s.
pub struct BandBackground {
    cells: Vec<Vec<Powers>>,
}

/// Finds edges on one channel.
pub struct EdgeFinder<'a> {
    source: &'a dyn SampleSource,
    /// What was removed from the channel, and the share of its power that is left.
    leak: Option<(&'a WithoutLeakage<'a>, f32)>,
    bank: Bank,
    background: BandBackground,
    faint: FaintFinder,
    unsteady: bool,
}

impl<'a> EdgeFinder<'a> {
    /// `quiet` are stretches in which the channel's own person is silent; `unsteady` that other voices are heard in them.
    pub fn new(
        source: &'a dyn SampleSource,
        leak: Option<(&'a WithoutLeakage<'a>, f32)>,
        quiet: &[Span],
        unsteady: bool,
    ) -> Result<Self, SourceError> {
        let mut bank = Bank::new();
        let mut cells: Vec<Vec<Powers>> = vec![Vec::new(); source.len().div_ceil(CELL) as usize];
        for span in quiet {
            let mut at = span.start();
            while at + (WINDOW as u64) < span.end() {
                let index = (at / CELL) as usize;
                let end = span.end().min((index as u64 + 1) * CELL);
                let Some(cell) = cells.get_mut(index) else { break };
                let frames = (CELL_FRAMES.saturating_sub(cell.len())).min((end - at) as usize / HOP);
                if frames > 0 {
                    cell.extend(bank.powers(source, at, frames)?);
                }
                at = end;
            }
        }
        let faint = FaintFinder::new(quiet);
        Ok(Self { source, leak, bank, background: BandBackground { cells }, faint, unsteady })
    }

    /// Where speech that the detector heard from `found` on really begins; not before `limit`.
    pub fn onset(&mut self, found: u64, limit: u64) -> Result<u64, SourceError> {
        let from = found.saturating_sub(OUTSIDE).max(limit);
        let to = (found + INSIDE).min(self.source.len());
        let evidence = self.evidence(from, to)?;
        let anchor = (found.saturating_sub(from)) as usize / HOP;
        let edge = walk(&evidence, anchor);
        Ok(edge.map_or(found, |i| from + (i * HOP) as u64))
    }

    /// Where speech that the detector heard until `found` really ends; not after `limit`.
    pub fn offset(&mut self, found: u64, limit: u64) -> Result<u64, SourceError> {
        let from = found.saturating_sub(INSIDE);
        let to = (found + OUTSIDE).min(limit).min(self.source.len());
        let mut evidence = self.evidence(from, to)?;
        evidence.reverse();
        let last = evidence.len();
        let anchor = (to.saturating_sub(found)) as usize / HOP;
        let edge = walk(&evidence, anchor);
        Ok(edge.map_or(found, |i| from + ((last - i) * HOP) as u64))
    }

    /// How many samples beyond an edge, towards `limit` on either side of it, speech is still heard in the noise.
    pub fn faint_beyond(&mut self, edge: u64, limit: u64) -> Result<u64, SourceError> {
        self.faint.beyond(self.source, self.leak, edge, limit)
    }

    /// For each 5 ms from `from` on: how much it looks like speech, -1 to 1.
    fn evidence(&mut self, from: u64, to: u64) -> Result<Vec<f32>, SourceError> {
        let frames = (to.saturating_sub(from)) as usize / HOP;
        let powers = self.bank.powers(self.source, from, frames)?;
        let leak = match self.leak {
            Some((path, rest)) => {
                let mut samples = vec![0.0; frames * HOP + WINDOW];
                path.read_leak(from.saturating_sub(LEADING), &mut samples)?;
                self.bank.of(&samples, frames).into_iter().map(|p| p.map(|v| v * rest * 2.0)).collect()
            }
            None => vec![[0.0; BANDS]; frames],
        };
        let (noise, threshold) = self.background.around(from + (to - from) / 2, self.unsteady);
        Ok(powers
            .iter()
            .zip(&leak)
            .map(|(p, l)| {
                // Silence must weigh as much as sound, or a click would outweigh the silence before it.
                let over = excess(p, &noise, l) - threshold;
                (over / if over < 0.0 { 0.6 } else { 1.5 }).clamp(-1.0, 1.0)
            })
            .collect())
    }
}

/// Half a window: frames are centered on their time.
const LEADING: u64 = (WINDOW / 2 - HOP / 2) as u64;

impl BandBackground {
    /// Mean power by band around a moment, and the excess that the background itself hardly reaches.
    fn around(&self, at: u64, unsteady: bool) -> (Powers, f32) {
        let cell = (at / CELL) as usize;
        let mut frames: Vec<&Powers> = Vec::new();
        for reach in 0..self.cells.len().max(1) {
            let (a, b) = (cell.checked_sub(reach), (reach > 0).then_some(cell + reach));
            for i in [a, b].into_iter().flatten() {
                frames.extend(self.cells.get(i).into_iter().flatten());
            }
            if frames.len() >= 120 {
                break;
            }
        }
        if frames.len() < 10 {
            return ([1e-10; BANDS], 6.0);
        }
        let middle = |frames: &[&Powers], share| {
            let mut out = [0.0; BANDS];
            for (b, o) in out.iter_mut().enumerate() {
                let mut band: Vec<f32> = frames.iter().map(|f| f[b]).collect();
                *o = quantile(&mut band, share).unwrap_or(0.0);
            }
            out
        };
        if !unsteady {
            // The person's own breath before a word and the room's answer after it are not the background: it is the
            // steady part below them, with the spread that noise of that level has.
            let low = middle(&frames, 0.3);
            frames.retain(|f| excess(f, &low, &[0.0; BANDS]) < STEADY_DB);
        }
        let mut mean = [0.0; BANDS];
        for frame in &frames {
            mean.iter_mut().zip(frame.iter()).for_each(|(m, v)| *m += v / frames.len() as f32);
        }
        let mut own: Vec<f32> = frames.iter().map(|f| excess(f, &mean, &[0.0; BANDS])).collect();
        let high = quantile(&mut own, 0.95).unwrap_or(1.0);
        (mean, high + 0.5)
    }
}

/// Steady noise stays within this mean excess over its own lower third.
const STEADY_DB: f32 = 4.5;

/// Mean over the bands of how far the power stands over noise and leak, in dB.
fn excess(power: &Powers, noise: &Powers, leak: &Powers) -> f32 {
    let sum: f32 =
        (0..BANDS).map(|b| (10.0 * (power[b] / (noise[b] + leak[b] + 1e-11)).log10()).clamp(0.0, 30.0)).sum();
    sum / BANDS as f32
}

/// The outer edge: from the first stretch of clear speech at or after `anchor` back to where the sum of evidence is
/// largest. `None` where nothing is clear.
fn walk(evidence: &[f32], anchor: usize) -> Option<usize> {
    const CLEAR: usize = 4;
    let first = (0..evidence.len().saturating_sub(CLEAR - 1))
        .filter(|i| *i >= anchor)
        .find(|i| evidence[*i..*i + CLEAR].iter().all(|e| *e > 0.0))?;
    let (mut sum, mut best, mut edge) = (0.0, 0.0, first);
    for i in (0..first).rev() {
        sum += evidence[i];
        if sum > best {
            (best, edge) = (sum, i);
        }
    }
    Some(edge)
}

/// Windowed transform and band sums.
struct Bank {
    fft: BlockFft,
    window: Vec<f32>,
}

impl Bank {
    fn new() -> Self {
        let window = (0..WINDOW)
            .map(|i| 0.5 - 0.5 * (std::f32::consts::TAU * (i as f32 + 0.5) / WINDOW as f32).cos())
            .collect();
        Self { fft: BlockFft::new(WINDOW), window }
    }

    /// Band powers of `frames` frames of 5 ms from `from` on.
    fn powers(
        &mut self,
        source: &dyn SampleSource,
        from: u64,
        frames: usize,
    ) -> Result<Vec<Powers>, SourceError> {
        let mut samples = vec![0.0; frames * HOP + WINDOW];
        source.read_at(from.saturating_sub(LEADING), &mut samples)?;
        Ok(self.of(&samples, frames))
    }

    fn of(&mut self, samples: &[f32], frames: usize) -> Vec<Powers> {
        let mut piece = [0.0f32; WINDOW];
        (0..frames)
            .map(|f| {
                for ((p, s), w) in piece.iter_mut().zip(&samples[f * HOP..]).zip(&self.window) {
                    *p = s * w;
                }
                let bins = self.fft.forward_of(&piece);
                let mut out = [0.0; BANDS];
                for (b, o) in out.iter_mut().enumerate() {
                    *o = bins[LIMITS[b]..LIMITS[b + 1]]
                        .iter()
                        .map(realfft::num_complex::Complex::norm_sqr)
                        .sum::<f32>()
                        / (WINDOW * WINDOW) as f32;
                }
                out
            })
            .collect()
    }
}
