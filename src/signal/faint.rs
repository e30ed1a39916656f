//! The beginning and end of speech that noise hides.
//!
//! Speech fades into steady noise in some bands long after it is lost in the sum over all of them, and a weak first sound
//! (a fricative over 4 kHz, a hummed pitch under 250 Hz) need not resemble what follows. Beyond an edge that was found
//! by level, each frame's likelihood ratio against the background is taken for several forms that speech may have: one of
//! nine bands raised by 3 or 7 dB, or the spectrum just inside of the edge (a matched filter). Both rest on the
//! a-posteriori signal-to-noise ratio of each bin of 31 Hz (Ephraim & Malah 1984; as a likelihood ratio Sohn, Kim & Sung
//! 1999). The best path through these forms, short silences between them included, ends where its sum is largest (Viterbi
//! 1967; with one form it is Page's CUSUM).

use std::collections::HashMap;

use super::envelope::quantile;
use super::fft::{BlockFft, Complex32};
use super::leakage::WithoutLeakage;
use super::{SampleSource, SourceError};
use crate::call::Span;

/// 32 ms Hann windows every 5 ms.
const WINDOW: usize = 512;
const HOP: usize = 80;
/// Bins that are compared: 100 Hz to 7.8 kHz.
const FIRST: usize = 3;
const BINS: usize = 247;
/// Limits of the bands in those bins, about as wide as hearing's own bands.
const LIMITS: [usize; BANDS + 1] = [0, 5, 13, 25, 41, 61, 89, 125, 167, 247];
const BANDS: usize = 9;
/// The matched filter stays below 4 kHz.
const MATCHED: usize = 125;
/// The spectrum of the speech is taken over 50 ms inside of the edge.
const INSIDE: usize = 10;
/// Looked at beyond the edge: 0.5 s.
const OUTSIDE: usize = 100;
/// One bin of one frame counts at most this much over the noise.
const RATIO_MAX: f32 = 30.0;
/// Frames overlap: each brings this share of what a frame of its own would.
const FRESH: f32 = 0.32;
/// Signal-to-noise ratios of a raised band.
const RAISED: [f32; 2] = [1.0, 4.0];
/// The matched filter's output in noise has about this standard deviation (neighboring bins of a Hann window are
/// alike), and in speech about this mean in standard deviations.
const SPREAD: f32 = 1.25;
const MATCH: f32 = 2.0;
/// One frame's logarithm of the likelihood ratio counts at most this much, and this much is taken off as the price of
/// having several forms.
const LLR_MAX: f32 = 3.0;
const LLR_OFF: f32 = 0.15;
/// The price of going over from one form of speech to another, into a silence, of each frame of it, and out of it.
const CHANGE: f32 = 5.0;
const SILENCE: f32 = 4.0;
const SILENT_FRAME: f32 = 0.1;
/// Noise is sampled for cells of 5 s, half a second in each.
const CELL: u64 = 80_000;
const CELL_FRAMES: usize = 50;
/// The noise of so many frames is taken together where there are as many; fewer than the second number are no spectrum.
const PLENTY: usize = 150;
const ENOUGH: usize = 30;

type Spectrum = Vec<f32>;

/// The noise of one stretch.
#[derive(Clone, Debug)]
struct Noise {
    frames: usize,
    /// Mean power of each bin.
    mean: Spectrum,
    /// Independent values that the mean ratio of each band is made of, as its spread shows: few where noise is unsteady.
    degrees: [f32; BANDS],
}

/// Follows speech into the noise of one channel.
pub struct FaintFinder {
    bank: Bank,
    quiet: Vec<Span>,
    /// Noise of the cells that were asked for; most recordings hide few edges.
    known: HashMap<usize, Option<Noise>>,
}

impl FaintFinder {
    /// `quiet` are stretches in which the channel's own person is silent, in order.
    pub fn new(quiet: &[Span]) -> Self {
        Self { bank: Bank::new(), quiet: quiet.to_vec(), known: HashMap::new() }
    }

    /// How many samples beyond `edge`, towards `limit` on either side of it, speech goes on being heard.
    pub fn beyond(
        &mut self,
        source: &dyn SampleSource,
        leak: Option<(&WithoutLeakage<'_>, f32)>,
        edge: u64,
        limit: u64,
    ) -> Result<u64, SourceError> {
        let outside = OUTSIDE.min(edge.abs_diff(limit) as usize / HOP);
        let Some(noise) = self.noise(source, edge)?.filter(|_| outside > 0) else { return Ok(0) };
        let before = limit < edge;
        let lead = if before { outside } else { INSIDE };
        let from = edge.saturating_sub((lead * HOP) as u64);
        let mut ratios = self.ratios(source, leak, from, outside + INSIDE, &noise.mean)?;
        if before {
            ratios.reverse();
        }
        Ok((last_of_speech(&evidence(&ratios, &noise.degrees)) * HOP) as u64)
    }

    /// Power over noise and leak for each bin of `n` frames from `from` on.
    fn ratios(
        &mut self,
        source: &dyn SampleSource,
        leak: Option<(&WithoutLeakage<'_>, f32)>,
        from: u64,
        n: usize,
        noise: &Spectrum,
    ) -> Result<Vec<Spectrum>, SourceError> {
        let middle = from + HOP as u64 / 2;
        let mut out = self.bank.frames(source, middle, n, HOP)?;
        let mut below = vec![noise.clone(); n];
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

    /// The noise around a moment, from the nearest cells that have some.
    fn noise(&mut self, source: &dyn SampleSource, at: u64) -> Result<Option<Noise>, SourceError> {
        let (cell, cells) = ((at / CELL) as usize, source.len().div_ceil(CELL) as usize);
        let mut out = Noise { frames: 0, mean: vec![0.0; BINS], degrees: [0.0; BANDS] };
        for reach in 0..cells {
            for i in [cell.checked_sub(reach), (reach > 0).then_some(cell + reach)].into_iter().flatten() {
                if i >= cells {
                    continue;
                }
                if !self.known.contains_key(&i) {
                    let noise = Noise::of(&self.sampled(source, i as u64 * CELL)?);
                    self.known.insert(i, noise);
                }
                if let Some(Some(noise)) = self.known.get(&i) {
                    let n = noise.frames as f32;
                    out.mean.iter_mut().zip(&noise.mean).for_each(|(o, v)| *o += v * n);
                    out.degrees.iter_mut().zip(&noise.degrees).for_each(|(o, v)| *o += v * n);
                    out.frames += noise.frames;
                }
            }
            if out.frames >= PLENTY {
                break;
            }
        }
        let n = out.frames as f32;
        out.mean.iter_mut().chain(&mut out.degrees).for_each(|v| *v /= n);
        Ok((out.frames >= ENOUGH).then_some(out))
    }

    /// Frames of noise in the cell that begins at `start`.
    fn sampled(&mut self, source: &dyn SampleSource, start: u64) -> Result<Vec<Spectrum>, SourceError> {
        let mut frames: Vec<Spectrum> = Vec::new();
        let first = self.quiet.partition_point(|span| span.end() <= start);
        for span in self.quiet[first..].iter().take_while(|span| span.start() < start + CELL) {
            let (from, to) = (span.start().max(start), span.end().min(start + CELL));
            if from + (WINDOW as u64) < span.end() {
                // Every other hop: windows overlap by far.
                let n = (CELL_FRAMES.saturating_sub(frames.len())).min((to - from) as usize / (2 * HOP));
                frames.extend(self.bank.frames(source, from + WINDOW as u64 / 2, n, 2 * HOP)?);
            }
        }
        Ok(frames)
    }
}

impl Noise {
    /// The mean by way of the median (of an exponential distribution it is ln 2 of the mean) and the spread by way of
    /// the quartiles, which a breath or a click does not move.
    fn of(frames: &[Spectrum]) -> Option<Self> {
        /// Of a normal distribution, between the quartiles.
        const QUARTILES: f32 = 1.349;
        let mean: Spectrum = (0..BINS)
            .map(|b| {
                let mut bin: Vec<f32> = frames.iter().map(|f| f[b]).collect();
                Some((quantile(&mut bin, 0.5)? / std::f32::consts::LN_2).max(1e-12))
            })
            .collect::<Option<_>>()?;
        let ratios: Vec<[f32; BANDS]> = frames
            .iter()
            .map(|f| band_means(&f.iter().zip(&mean).map(|(p, m)| p / m).collect::<Spectrum>()))
            .collect();
        let mut degrees = [0.0; BANDS];
        for (b, degrees) in degrees.iter_mut().enumerate() {
            let mut band: Vec<f32> = ratios.iter().map(|r| r[b]).collect();
            let spread = (quantile(&mut band, 0.75)? - quantile(&mut band, 0.25)?) / QUARTILES;
            *degrees = (1.0 / (spread * spread).max(1e-6)).min((LIMITS[b + 1] - LIMITS[b]) as f32);
        }
        Some(Self { frames: frames.len(), mean, degrees })
    }
}

fn band_means(ratios: &[f32]) -> [f32; BANDS] {
    std::array::from_fn(|b| {
        ratios[LIMITS[b]..LIMITS[b + 1]].iter().sum::<f32>() / (LIMITS[b + 1] - LIMITS[b]) as f32
    })
}

/// Forms that speech may have: each band raised in two ways, and the spectrum inside of the edge.
const FORMS: usize = BANDS * RAISED.len() + 1;

/// For each frame beyond the edge and each form: the logarithm of the likelihood ratio against noise alone. `ratios`
/// begin with [`INSIDE`] frames inside of the edge.
fn evidence(ratios: &[Spectrum], degrees: &[f32; BANDS]) -> Vec<[f32; FORMS]> {
    let Some((inside, outside)) = ratios.split_at_checked(INSIDE) else { return Vec::new() };
    let filter = matched_filter(inside);
    outside
        .iter()
        .map(|ratios| {
            let bands = band_means(ratios);
            let mut out = [0.0; FORMS];
            for (form, out) in out.iter_mut().enumerate() {
                let llr = if form < BANDS * RAISED.len() {
                    let (b, snr) = (form % BANDS, RAISED[form / BANDS]);
                    degrees[b] * (bands[b] * snr / (1.0 + snr) - snr.ln_1p())
                } else {
                    let heard: f32 = ratios.iter().zip(&filter).map(|(r, w)| (r - 1.0) * w).sum();
                    MATCH * (heard - MATCH / 2.0)
                };
                *out = (FRESH * llr).min(LLR_MAX) - LLR_OFF;
            }
            out
        })
        .collect()
}

/// Weights of the bins, so that noise gives a sum with standard deviation 1.
fn matched_filter(inside: &[Spectrum]) -> Spectrum {
    let shape: Vec<f32> = (0..MATCHED)
        .map(|b| {
            let mean = inside.iter().map(|r| r[b]).sum::<f32>() / inside.len() as f32;
            (mean - 1.0).max(0.0).sqrt()
        })
        .collect();
    let mut weights: Spectrum =
        (0..MATCHED).map(|b| shape[b.saturating_sub(1)..(b + 2).min(MATCHED)].iter().sum::<f32>()).collect();
    let norm = weights.iter().map(|w| w * w).sum::<f32>().sqrt();
    for weight in &mut weights {
        *weight /= (norm * SPREAD).max(1e-6);
    }
    weights
}

/// Frames beyond the edge over which speech goes on: where the best path's sum is largest.
fn last_of_speech(evidence: &[[f32; FORMS]]) -> usize {
    let mut forms = [0.0f32; FORMS];
    let mut silence = f32::MIN;
    let (mut best, mut frames) = (0.0, 0);
    for (i, llr) in evidence.iter().enumerate() {
        let top = forms.iter().copied().fold(f32::MIN, f32::max);
        let enter = (top - CHANGE).max(silence - SILENCE);
        silence = silence.max(top - SILENCE) - SILENT_FRAME;
        for (form, llr) in forms.iter_mut().zip(llr) {
            *form = form.max(enter) + llr;
            if *form > best {
                (best, frames) = (*form, i + 1);
            }
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
    use crate::signal::synthetic;

    /// A tone of 2 s that sets in and dies away 3 dB every 10 ms, 1 s of noise on both sides.
    fn fading(noise: f32) -> Vec<f32> {
        let mut random = synthetic::Noise::new(5);
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
        let mut finder = FaintFinder::new(&quiet);
        // The tone is as loud as the noise after 60 ms, and 20 dB under it after 130 ms.
        let after = finder.beyond(&sound, None, 48_000 + 800, 64_000).unwrap();
        let before = finder.beyond(&sound, None, 16_000 - 800, 0).unwrap();
        for samples in [after, before] {
            assert!((400..2000).contains(&samples), "{after} {before}");
        }
        let in_noise: u64 =
            (0..10).map(|i| finder.beyond(&sound, None, 54_400 + 300 * i, 64_000).unwrap()).sum();
        assert!(in_noise <= 10 * 480, "{in_noise}");
        assert_eq!(finder.beyond(&sound, None, 48_000, 48_000).unwrap(), 0);
    }

    #[test]
    fn a_weak_first_sound_unlike_the_rest_is_found_across_a_short_silence() {
        let mut sound = fading(0.02);
        // A whistle of 0.1 s at 5 kHz that ends 0.1 s before the tone is heard.
        for (i, s) in sound[12_000..13_600].iter_mut().enumerate() {
            *s += 0.02 * (std::f32::consts::TAU * 5000.0 * i as f32 / 16_000.0).sin();
        }
        let quiet: Vec<Span> =
            [Span::new(0, 9600), Span::new(54_400, 64_000)].into_iter().flatten().collect();
        let mut finder = FaintFinder::new(&quiet);
        let samples = finder.beyond(&sound, None, 15_200, 0).unwrap();
        assert!(samples.abs_diff(15_200 - 12_000) <= 320, "{samples}");
    }

    #[test]
    fn without_known_noise_nothing_is_followed() {
        let sound = fading(0.02);
        let mut finder = FaintFinder::new(&[]);
        assert_eq!(finder.beyond(&sound, None, 48_800, 64_000).unwrap(), 0);
    }
}
