//! The beginning and end of speech that noise hides.
//!
//! Speech fades into steady noise in some bands long after it is lost in the sum over all of them. Beyond an edge that
//! was found by level, each frame is compared with the spectrum of the speech just inside the edge: a matched filter on
//! the a-posteriori signal-to-noise ratio of each bin of 31 Hz (the ratio of Ephraim & Malah 1984, as in the detector
//! of Sohn, Kim & Sung 1999), summed outward until the evidence is largest.

use super::envelope::quantile;
use super::fft::{BlockFft, Complex32};
use super::leakage::WithoutLeakage;
use super::{SampleSource, SourceError};
use crate::call::Span;

/// 32 ms Hann windows every 5 ms.
const WINDOW: usize = 512;
const HOP: usize = 80;
/// Bins that are compared: 100 Hz to 4 kHz.
const FIRST: usize = 3;
const BINS: usize = 125;
/// The spectrum of the speech is taken over 50 ms inside of the edge.
const INSIDE: usize = 10;
/// Looked at beyond the edge: 0.5 s.
const OUTSIDE: usize = 100;
/// One bin of one frame counts at most this much over the noise.
const RATIO_MAX: f32 = 30.0;
/// The sum over the bins has about this standard deviation in noise (neighboring bins of a Hann window are alike).
const SPREAD: f32 = 1.25;
/// A sum over three frames that noise alone rarely reaches.
const CLEAR: f32 = 2.0;
/// Noise is sampled for cells of 5 s, half a second in each.
const CELL: u64 = 80_000;
const CELL_FRAMES: usize = 50;
/// Fewer frames of noise than this are no spectrum.
const ENOUGH: usize = 60;

type Spectrum = Vec<f32>;

/// Follows speech into the noise of one channel.
pub struct FaintFinder {
    bank: Bank,
    /// Median noise spectrum of each cell, with the frames behind it.
    cells: Vec<Option<(usize, Spectrum)>>,
}

impl FaintFinder {
    /// `quiet` are stretches in which the channel's own person is silent.
    pub fn new(source: &dyn SampleSource, quiet: &[Span]) -> Result<Self, SourceError> {
        let mut bank = Bank::new();
        let mut cells: Vec<Option<(usize, Spectrum)>> = vec![None; source.len().div_ceil(CELL) as usize];
        let mut frames: Vec<Spectrum> = Vec::new();
        let mut open = 0;
        for span in quiet {
            let mut at = span.start();
            while at + (WINDOW as u64) < span.end() {
                let index = (at / CELL) as usize;
                if index != open {
                    close(&mut cells, open, &mut frames);
                    open = index;
                }
                let end = span.end().min((index as u64 + 1) * CELL);
                // Every other hop: windows overlap by far.
                let n = (CELL_FRAMES.saturating_sub(frames.len())).min((end - at) as usize / (2 * HOP));
                frames.extend(bank.frames(source, at + WINDOW as u64 / 2, n, 2 * HOP)?);
                at = end;
            }
        }
        close(&mut cells, open, &mut frames);
        Ok(Self { bank, cells })
    }

    /// How many samples before `edge` speech goes on being heard, at most to `limit`.
    pub fn before(
        &mut self,
        source: &dyn SampleSource,
        leak: Option<(&WithoutLeakage<'_>, f32)>,
        edge: u64,
        limit: u64,
    ) -> Result<u64, SourceError> {
        let outside = OUTSIDE.min(edge.saturating_sub(limit) as usize / HOP);
        let from = edge - (outside * HOP) as u64;
        let mut ratios = self.ratios(source, leak, from, outside + INSIDE, edge)?;
        ratios.reverse();
        Ok((beyond(&ratios) * HOP) as u64)
    }

    /// How many samples after `edge` speech goes on being heard, at most to `limit`.
    pub fn after(
        &mut self,
        source: &dyn SampleSource,
        leak: Option<(&WithoutLeakage<'_>, f32)>,
        edge: u64,
        limit: u64,
    ) -> Result<u64, SourceError> {
        let outside = OUTSIDE.min(limit.saturating_sub(edge) as usize / HOP);
        let from = edge.saturating_sub((INSIDE * HOP) as u64);
        let ratios = self.ratios(source, leak, from, outside + INSIDE, edge)?;
        Ok((beyond(&ratios) * HOP) as u64)
    }

    /// Power over noise and leak for each bin of `n` frames from `from` on; nothing where the noise is not known.
    fn ratios(
        &mut self,
        source: &dyn SampleSource,
        leak: Option<(&WithoutLeakage<'_>, f32)>,
        from: u64,
        n: usize,
        edge: u64,
    ) -> Result<Vec<Spectrum>, SourceError> {
        let Some(noise) = self.noise(edge) else { return Ok(Vec::new()) };
        let middle = from + HOP as u64 / 2;
        let mut out = self.bank.frames(source, middle, n, HOP)?;
        let mut below = vec![noise; n];
        if let Some((path, rest)) = leak {
            let mut samples = vec![0.0; n * HOP + WINDOW];
            path.read_leak(middle.saturating_sub(WINDOW as u64 / 2), &mut samples)?;
            for (noise, leak) in below.iter_mut().zip(self.bank.of(&samples, n, HOP)) {
                noise.iter_mut().zip(leak).for_each(|(n, l)| *n += 2.0 * rest * l);
            }
        }
        for (powers, below) in out.iter_mut().zip(below) {
            powers.iter_mut().zip(below).for_each(|(p, b)| *p = (*p / b.max(1e-12)).min(RATIO_MAX));
        }
        Ok(out)
    }

    /// The noise around a moment, from the nearest cells that have enough of it.
    fn noise(&self, at: u64) -> Option<Spectrum> {
        let cell = (at / CELL) as usize;
        let mut sum = vec![0.0; BINS];
        let mut frames = 0;
        for reach in 0..self.cells.len() {
            for i in [cell.checked_sub(reach), (reach > 0).then_some(cell + reach)].into_iter().flatten() {
                if let Some(Some((n, spectrum))) = self.cells.get(i) {
                    sum.iter_mut().zip(spectrum).for_each(|(s, v)| *s += v * *n as f32);
                    frames += n;
                }
            }
            if frames >= ENOUGH {
                break;
            }
        }
        (frames >= ENOUGH / 2).then(|| sum.into_iter().map(|v| v / frames as f32).collect())
    }
}

/// The mean noise of a cell by way of the median (of an exponential distribution it is ln 2 of the mean), which a breath
/// or a click does not move.
fn close(cells: &mut [Option<(usize, Spectrum)>], index: usize, frames: &mut Vec<Spectrum>) {
    if let (Some(cell), false) = (cells.get_mut(index), frames.is_empty()) {
        let median = (0..BINS)
            .map(|b| {
                let mut bin: Vec<f32> = frames.iter().map(|f| f[b]).collect();
                quantile(&mut bin, 0.5).unwrap_or(0.0) / std::f32::consts::LN_2
            })
            .collect();
        *cell = Some((frames.len(), median));
    }
    frames.clear();
}

/// Frames beyond the edge over which speech goes on; `ratios` begin with [`INSIDE`] frames inside of it.
fn beyond(ratios: &[Spectrum]) -> usize {
    if ratios.len() <= INSIDE {
        return 0;
    }
    let shape: Vec<f32> = (0..BINS)
        .map(|b| {
            let mean = ratios[..INSIDE].iter().map(|r| r[b]).sum::<f32>() / INSIDE as f32;
            (mean - 1.0).max(0.0).sqrt()
        })
        .collect();
    let mut weights: Vec<f32> =
        (0..BINS).map(|b| shape[b.saturating_sub(1)..(b + 2).min(BINS)].iter().sum::<f32>()).collect();
    let norm = weights.iter().map(|w| w * w).sum::<f32>().sqrt();
    if norm <= 0.0 {
        return 0;
    }
    for weight in &mut weights {
        *weight /= norm * SPREAD;
    }
    let heard: Vec<f32> =
        ratios.iter().map(|r| r.iter().zip(&weights).map(|(r, w)| (r - 1.0) * w).sum()).collect();
    let (mut sum, mut best, mut frames) = (0.0, 0.0, 0);
    for i in INSIDE..heard.len() {
        let around = &heard[i - 1..(i + 2).min(heard.len())];
        let three = around.iter().sum::<f32>() / 3f32.sqrt();
        sum += ((three - CLEAR) / 2.0).clamp(-1.0, 1.0);
        if sum > best {
            (best, frames) = (sum, i + 1 - INSIDE);
        }
    }
    frames
}

/// Windowed transform.
struct Bank {
    fft: BlockFft,
    window: Vec<f32>,
}

impl Bank {
    fn new() -> Self {
        let step = std::f32::consts::TAU / WINDOW as f32;
        let window = (0..WINDOW).map(|i| 0.5 - 0.5 * (step * i as f32).cos()).collect();
        Self { fft: BlockFft::new(WINDOW), window }
    }

    /// Powers of `n` frames whose middles lie `step` apart from `middle` on.
    fn frames(
        &mut self,
        source: &dyn SampleSource,
        middle: u64,
        n: usize,
        step: usize,
    ) -> Result<Vec<Spectrum>, SourceError> {
        let mut samples = vec![0.0; n * step + WINDOW];
        source.read_at(middle.saturating_sub(WINDOW as u64 / 2), &mut samples)?;
        Ok(self.of(&samples, n, step))
    }

    fn of(&mut self, samples: &[f32], n: usize, step: usize) -> Vec<Spectrum> {
        let mut piece = [0.0f32; WINDOW];
        (0..n)
            .map(|f| {
                for ((p, s), w) in piece.iter_mut().zip(&samples[f * step..]).zip(&self.window) {
                    *p = s * w;
                }
                self.fft.forward_of(&piece)[FIRST..FIRST + BINS].iter().map(Complex32::norm_sqr).collect()
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::synthetic::Noise;

    /// A tone of 2 s that sets in and dies away 3 dB every 10 ms, 1 s of noise on both sides.
    fn fading(noise: f32) -> Vec<f32> {
        let mut random = Noise::new(5);
        (0..64_000)
            .map(|i| {
                let outside = (16_000 - i).max(i - 48_000).max(0) as f32;
                let tone = (std::f32::consts::TAU * 500.0 * i as f32 / 16_000.0).sin();
                0.2 * tone * 10f32.powf(-outside / 160.0 * 3.0 / 20.0) + noise * random.next()
            })
            .collect()
    }

    #[test]
    fn what_fades_is_followed_into_the_noise_on_both_sides_and_noise_is_not() {
        let sound = fading(0.02);
        let quiet: Vec<Span> =
            [Span::new(0, 9600), Span::new(54_400, 64_000)].into_iter().flatten().collect();
        let mut finder = FaintFinder::new(&sound, &quiet).unwrap();
        // The tone is as loud as the noise after 60 ms, and 20 dB under it after 130 ms.
        let after = finder.after(&sound, None, 48_000 + 800, 64_000).unwrap();
        let before = finder.before(&sound, None, 16_000 - 800, 0).unwrap();
        for samples in [after, before] {
            assert!((400..2000).contains(&samples), "{after} {before}");
        }
        assert!(finder.after(&sound, None, 56_000, 64_000).unwrap() <= 240);
        assert_eq!(finder.after(&sound, None, 48_000, 48_000).unwrap(), 0);
    }

    #[test]
    fn without_known_noise_nothing_is_followed() {
        let sound = fading(0.02);
        let mut finder = FaintFinder::new(&sound, &[]).unwrap();
        assert_eq!(finder.after(&sound, None, 48_800, 64_000).unwrap(), 0);
    }
}
