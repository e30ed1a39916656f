//! The response of the way from the other channel into this one, by weighted least squares over a block.
//!
//! Weights leave out the moments at which this channel's own person speaks (iteratively reweighted, as in robust
//! regression): first by level, then by what remains after subtraction. The normal equations are Toeplitz for the
//! unweighted block; the weighted ones are reached by repeated correction of the residual.

use super::{FFT, LEAD, STEP, TAPS, read_signed, signed};
use crate::signal::envelope::quantile;
use crate::signal::fft::{BlockFft, Complex32};
use crate::signal::{SampleSource, SourceError, toeplitz};

/// Weights are per 10 ms.
const FRAME: usize = 160;
/// Rounds of reweighting.
const ROUNDS: usize = 7;
/// Powers over the moments at which only the leak is heard.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Totals {
    pub before: f64,
    pub after: f64,
    pub leak: f64,
    pub reference: f64,
}

impl Totals {
    pub fn add(&mut self, other: &Self) {
        self.before += other.before;
        self.after += other.after;
        self.leak += other.leak;
        self.reference += other.reference;
    }
}

/// A block's response, its powers, and what is left of the leak at each of its louder moments.
pub(super) type Solved = (Vec<f32>, Totals, Vec<f32>);

/// Buffers for one block.
pub(super) struct Solver {
    fft: BlockFft,
    y: Vec<f32>,
    x: Vec<f32>,
}

impl Solver {
    pub fn new() -> Self {
        Self { fft: BlockFft::new(FFT), y: Vec::new(), x: Vec::new() }
    }

    /// `None` when the other person is hardly heard in this block.
    pub fn block(
        &mut self,
        channel: &dyn SampleSource,
        other: &dyn SampleSource,
        delay: i64,
        at: u64,
        n: usize,
    ) -> Result<Option<Solved>, SourceError> {
        self.y.resize(n, 0.0);
        channel.read_at(at, &mut self.y)?;
        // The reference with its past, padded so that every transform has its full length.
        self.x.resize(n.div_ceil(STEP) * STEP + TAPS, 0.0);
        let mut x = std::mem::take(&mut self.x);
        read_signed(other, signed(at as usize) - signed(TAPS) - (delay - LEAD), &mut x)?;
        let y = std::mem::take(&mut self.y);
        let solved = self.solve(&y, &x);
        (self.x, self.y) = (x, y);
        Ok(solved)
    }

    fn solve(&mut self, y: &[f32], x: &[f32]) -> Option<Solved> {
        let spectra: Vec<Vec<Complex32>> =
            (0..y.len().div_ceil(STEP)).map(|k| self.fft.forward_of(&x[k * STEP..k * STEP + FFT])).collect();
        let reference_energy = frame_energies(&x[TAPS - LEAD as usize..][..y.len()]);
        let own_energy = frame_energies(y);
        let loud = quantile(&mut reference_energy.clone(), 0.95).unwrap_or(0.0);
        let active: Vec<bool> =
            smooth(&reference_energy).iter().map(|e| *e > loud * 1e-3 && *e > 1e-9 * FRAME as f32).collect();
        // First guess: the other person alone is heard where their own channel is clearly the louder one.
        let reference_around = smooth(&reference_energy);
        let own_around = smooth(&own_energy);
        let mut weights: Vec<f32> = (0..own_energy.len())
            .map(|i| if active[i] && own_around[i] < 0.4 * reference_around[i] { 1.0 } else { 0.0 })
            .collect();
        let heard = |w: &[f32]| w.iter().sum::<f32>() * (FRAME as f32) / 16_000.0;
        if heard(&weights) < 1.0 {
            return None;
        }
        let padded: Vec<f32> = x[TAPS..].iter().take(y.len()).copied().collect();
        let mut r = self.correlate(&padded, &spectra);
        r[0] *= 1.0 + 1e-4;
        let inverse = toeplitz::Inverse::new(&r, &mut self.fft)?;
        let mut response = vec![0.0f64; TAPS];
        let mut leak = vec![0.0f32; y.len()];
        for _ in 0..ROUNDS {
            let error: Vec<f32> =
                y.iter().zip(&leak).enumerate().map(|(i, (a, b))| weights[i / FRAME] * (a - b)).collect();
            let share = f64::from(weighted_share(&weights, &reference_energy)).max(0.1);
            let p: Vec<f32> = self.correlate(&error, &spectra).iter().map(|v| *v as f32).collect();
            let step = inverse.apply(&p, &mut self.fft);
            response.iter_mut().zip(&step).for_each(|(h, s)| *h += s / share);
            let taps: Vec<f32> = response.iter().map(|v| *v as f32).collect();
            leak = self.filter(&taps, &spectra, y.len());
            let rest: Vec<f32> = frame_energies(&y.iter().zip(&leak).map(|(a, b)| a - b).collect::<Vec<_>>());
            let predicted = frame_energies(&leak);
            weights = reweight(&rest, &predicted, &active);
            if heard(&weights) < 0.5 {
                return None;
            }
        }
        let rest: Vec<f32> = frame_energies(&y.iter().zip(&leak).map(|(a, b)| a - b).collect::<Vec<_>>());
        let predicted = frame_energies(&leak);
        let mut totals = Totals::default();
        let mut rests = Vec::new();
        let loud = quantile(&mut predicted.clone(), 0.75).unwrap_or(0.0);
        for i in (0..weights.len()).filter(|i| weights[*i] > 0.5) {
            totals.before += f64::from(own_energy[i]);
            totals.after += f64::from(rest[i]);
            totals.leak += f64::from(predicted[i]);
            totals.reference += f64::from(reference_energy[i]);
            if predicted[i] >= loud {
                rests.push(rest[i] / predicted[i].max(1e-12));
            }
        }
        (totals.after < totals.before).then(|| (response.iter().map(|v| *v as f32).collect(), totals, rests))
    }

    /// Sum over n of `a[n] x[n - k]` for each tap k.
    fn correlate(&mut self, a: &[f32], spectra: &[Vec<Complex32>]) -> Vec<f64> {
        let mut sum = vec![Complex32::default(); FFT / 2 + 1];
        let mut piece = vec![0.0f32; FFT];
        for (chunk, spectrum) in a.chunks(STEP).zip(spectra) {
            if chunk.iter().all(|v| *v == 0.0) {
                continue;
            }
            piece[..TAPS].fill(0.0);
            piece[TAPS..TAPS + chunk.len()].copy_from_slice(chunk);
            piece[TAPS + chunk.len()..].fill(0.0);
            let bins = self.fft.forward_of(&piece);
            for ((s, p), q) in sum.iter_mut().zip(&bins).zip(spectrum) {
                *s += p * q.conj();
            }
        }
        self.fft.inverse(&mut sum)[..TAPS].iter().map(|v| f64::from(*v)).collect()
    }

    fn filter(&mut self, taps: &[f32], spectra: &[Vec<Complex32>], n: usize) -> Vec<f32> {
        let response = self.fft.forward_of(taps);
        let mut out = vec![0.0f32; n];
        for (chunk, spectrum) in out.chunks_mut(STEP).zip(spectra) {
            let mut bins: Vec<Complex32> = spectrum.iter().zip(&response).map(|(a, b)| a * b).collect();
            let time = self.fft.inverse(&mut bins);
            let n = chunk.len();
            chunk.copy_from_slice(&time[TAPS..TAPS + n]);
        }
        out
    }
}

/// Near-end speech shows as more rest than the leak itself explains: such frames lose their weight.
fn reweight(rest: &[f32], predicted: &[f32], active: &[bool]) -> Vec<f32> {
    let (rest, predicted) = (smooth(rest), smooth(predicted));
    let mut ratios: Vec<f32> =
        (0..rest.len()).filter(|i| active[*i]).map(|i| rest[i] / predicted[i].max(1e-12)).collect();
    // The best third tells what subtraction can reach; what lies far above it has another cause.
    let reachable = quantile(&mut ratios, 0.33).unwrap_or(1.0).clamp(1e-4, 0.3);
    (0..rest.len())
        .map(|i| {
            let ratio = rest[i] / predicted[i].max(1e-12);
            if active[i] { (6.0 * reachable / ratio.max(1e-9)).min(1.0).powi(2) } else { 0.0 }
        })
        .map(|w| if w > 0.1 { w } else { 0.0 })
        .collect()
}

/// The share of the reference's energy that the weights keep.
fn weighted_share(weights: &[f32], reference: &[f32]) -> f32 {
    let all: f32 = reference.iter().sum();
    weights.iter().zip(reference).map(|(w, e)| w * e).sum::<f32>() / all.max(1e-12)
}

fn frame_energies(samples: &[f32]) -> Vec<f32> {
    samples.chunks(FRAME).map(|f| f.iter().map(|x| x * x).sum()).collect()
}

/// Mean over 70 ms.
fn smooth(values: &[f32]) -> Vec<f32> {
    (0..values.len())
        .map(|i| {
            let around = &values[i.saturating_sub(3)..(i + 4).min(values.len())];
            around.iter().sum::<f32>() / around.len() as f32
        })
        .collect()
}
