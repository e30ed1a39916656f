//! Fundamental frequency: short-term autocorrelation divided by that of the window, and the cheapest path through the
//! candidates of all frames (Boersma 1993, "Accurate short-term analysis of the fundamental frequency and the
//! harmonics-to-noise ratio of a sampled sound"), then a second path near the speaker's own pitch, which removes octave
//! jumps (De Looze & Hirst 2008).
//!
//! Works on the signal at 8 kHz: pitch and its first harmonics are below 4 kHz, and so the telephone band costs nothing.

use super::frame::copy_around;
use super::statistics;
use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use std::sync::Arc;

/// One value every 10 ms.
pub const HOP: usize = 160;
/// Rate at which pitch is searched.
const RATE: f64 = 8000.0;
/// Lowest pitch, Hz.
pub const FLOOR_HZ: f64 = 75.0;
/// Highest pitch, Hz: shouting women and children reach it.
pub const CEILING_HZ: f64 = 600.0;
/// Three periods of the lowest pitch.
const WINDOW: usize = 320;
/// Samples of the longest period.
const LONGEST: usize = 107;
/// Holds the window and the longest lag without wrapping.
const FFT: usize = 512;
/// The autocorrelation is computed four times finer than the samples, so that high pitches are not quantized.
const FINE: usize = 4;
const MAX_CANDIDATES: usize = 8;
/// Strength of the unvoiced candidate: the paper has 0.45 at any noise. Below 4 kHz a clean voice is more periodic than in
/// the whole band, and noise lowers the peak of a periodic frame to S/(S+N), so it goes from the first value at 35 dB of
/// range to the second at 10 dB.
const VOICING: [f64; 2] = [0.5, 0.4];
const RANGE_DB: [f64; 2] = [35.0, 10.0];
/// Costs of the paper.
const SILENCE: f64 = 0.03;
const OCTAVE: f64 = 0.01;
const OCTAVE_JUMP: f64 = 0.35;
const VOICED_UNVOICED: f64 = 0.14;
/// Weight of the distance in octaves from the speaker's median beyond the free range, in the second path.
const AWAY: f64 = 0.6;
/// Octaves around the median that cost nothing.
const FREE_OCTAVES: f64 = 0.8;

/// Pitch of one frame of 10 ms.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PitchFrame {
    /// Hz; 0 when unvoiced.
    pub f0_hz: f32,
    /// Height of the autocorrelation peak, 0 to 1: share of the energy that is periodic.
    pub periodicity: f32,
}

#[derive(Clone, Copy)]
struct Candidate {
    f0: f64,
    height: f64,
    strength: f64,
}

/// Searches pitch; keeps its buffers between calls.
pub struct PitchTracker {
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    window: Vec<f32>,
    window_correlation: Vec<f32>,
    time: Vec<f32>,
    spectrum: Vec<Complex<f32>>,
    fine_spectrum: Vec<Complex<f32>>,
    correlation: Vec<f32>,
    scratch: Vec<Complex<f32>>,
}

impl Default for PitchTracker {
    fn default() -> Self {
        Self::new()
    }
}

impl PitchTracker {
    /// Plans the transforms.
    pub fn new() -> Self {
        let mut planner = RealFftPlanner::<f32>::new();
        let (forward, inverse) = (planner.plan_fft_forward(FFT), planner.plan_fft_inverse(FFT * FINE));
        let window: Vec<f32> = (0..WINDOW)
            .map(|i| 0.5 - 0.5 * (std::f32::consts::TAU * (i as f32 + 0.5) / WINDOW as f32).cos())
            .collect();
        let mut tracker = Self {
            time: forward.make_input_vec(),
            spectrum: forward.make_output_vec(),
            fine_spectrum: inverse.make_input_vec(),
            correlation: inverse.make_output_vec(),
            scratch: vec![Complex::default(); forward.get_scratch_len().max(inverse.get_scratch_len())],
            window_correlation: vec![1.0; FFT * FINE],
            forward,
            inverse,
            window,
        };
        tracker.time.fill(0.0);
        tracker.time[..WINDOW].copy_from_slice(&tracker.window);
        tracker.autocorrelate();
        tracker.window_correlation.clone_from(&tracker.correlation);
        tracker
    }

    /// Normalized autocorrelation of `self.time` into `self.correlation`, `FINE` values a sample.
    fn autocorrelate(&mut self) {
        let bins = self.spectrum.len();
        // The lengths are those of the plan, so neither transform can fail.
        let done =
            self.forward.process_with_scratch(&mut self.time, &mut self.spectrum, &mut self.scratch).is_ok();
        for (fine, bin) in self.fine_spectrum.iter_mut().zip(&self.spectrum) {
            *fine = Complex::new(bin.norm_sqr(), 0.0);
        }
        self.fine_spectrum[bins..].fill(Complex::default());
        let done = done
            && self
                .inverse
                .process_with_scratch(&mut self.fine_spectrum, &mut self.correlation, &mut self.scratch)
                .is_ok();
        let zero = self.correlation[0];
        if done && zero > 0.0 {
            self.correlation.iter_mut().for_each(|r| *r /= zero);
        } else {
            self.correlation.fill(0.0);
        }
    }

    /// Pitch of every 10 ms of `samples` (16 kHz); frame `i` is centered on sample `i * HOP + HOP / 2`.
    ///
    /// `loudest` is the largest absolute sample of the recording's speech (or of these samples), against which silence is judged.
    pub fn track(&mut self, samples: &[f32], loudest: f32) -> Vec<PitchFrame> {
        let frames = samples.len() / HOP;
        let half_rate = decimate(samples);
        let voicing = voicing(&half_rate);
        let mut candidates: Vec<Candidate> = Vec::with_capacity(frames * 4);
        let mut ends = Vec::with_capacity(frames);
        for frame in 0..frames {
            let center = frame * (HOP / 2) + HOP / 4;
            self.candidates(&half_rate, center, loudest, voicing, &mut candidates);
            ends.push(candidates.len());
        }
        let first = cheapest_path(&candidates, &ends, None);
        let voiced: Vec<f64> = first.iter().filter(|c| c.f0 > 0.0).map(|c| c.f0.log2()).collect();
        // A third of a second of voice is enough to know where the speaker is.
        let path = match statistics::median(&voiced) {
            Some(center) if voiced.len() >= 30 => cheapest_path(&candidates, &ends, Some(center)),
            _ => first,
        };
        path.iter()
            .map(|c| PitchFrame { f0_hz: c.f0 as f32, periodicity: c.height.clamp(0.0, 1.0) as f32 })
            .collect()
    }

    /// Appends the unvoiced candidate and the best peaks of one frame.
    fn candidates(
        &mut self,
        half_rate: &[f32],
        center: usize,
        loudest: f32,
        voicing: f64,
        out: &mut Vec<Candidate>,
    ) {
        copy_around(half_rate, center, &mut self.time[..WINDOW]);
        // The level around the middle decides on silence: a loud neighbour in the window does not make a frame speech.
        let middle = |half: usize| WINDOW / 2 - half..WINDOW / 2 + half;
        let mean = self.time[middle(LONGEST)].iter().sum::<f32>() / (2 * LONGEST) as f32;
        let peak = self.time[middle(LONGEST / 2)].iter().fold(0f32, |m, v| m.max((v - mean).abs()));
        for (value, window) in self.time[..WINDOW].iter_mut().zip(&self.window) {
            *value = (*value - mean) * window;
        }
        self.time[WINDOW..].fill(0.0);
        let relative = if loudest > 0.0 { f64::from(peak / loudest) } else { 0.0 };
        let unvoiced = voicing + (2.0 - relative * (1.0 + voicing) / SILENCE).max(0.0);
        let start = out.len();
        out.push(Candidate { f0: 0.0, height: 0.0, strength: unvoiced });
        if peak <= 0.0 || relative < SILENCE / 3.0 {
            return;
        }
        self.autocorrelate();
        let rate = RATE * FINE as f64;
        let (shortest, longest) = ((rate / CEILING_HZ) as usize, (rate / FLOOR_HZ) as usize);
        let value = |lag: usize| self.correlation[lag] / self.window_correlation[lag];
        let (mut before, mut here) = (value(shortest - 1), value(shortest));
        for lag in shortest..=longest {
            let after = value(lag + 1);
            if here > before && here >= after && f64::from(here) > 0.5 * voicing {
                let bend = before - 2.0 * here + after;
                let offset = if bend < 0.0 { 0.5 * (before - after) / bend } else { 0.0 };
                let height = f64::from(here - 0.25 * (before - after) * offset);
                let height = if height > 1.0 { 1.0 / height } else { height };
                let f0 = rate / (lag as f64 + f64::from(offset));
                out.push(Candidate { f0, height, strength: height - OCTAVE * (FLOOR_HZ / f0).log2() });
            }
            (before, here) = (here, after);
        }
        if out.len() - start > MAX_CANDIDATES {
            out[start + 1..].sort_unstable_by(|a, b| b.strength.total_cmp(&a.strength));
            out.truncate(start + MAX_CANDIDATES);
        }
    }
}

/// How periodic a frame must be to count as voiced, from the range between the loud and the quiet frames.
fn voicing(half_rate: &[f32]) -> f64 {
    let levels: Vec<f64> = half_rate
        .chunks_exact(HOP / 2)
        .map(|c| 10.0 * f64::from(c.iter().map(|v| v * v).sum::<f32>() / c.len() as f32).max(1e-12).log10())
        .collect();
    let range = statistics::quantile(&levels, 0.9)
        .zip(statistics::quantile(&levels, 0.05))
        .map_or(0.0, |(hi, lo)| hi - lo);
    let clean = ((range - RANGE_DB[1]) / (RANGE_DB[0] - RANGE_DB[1])).clamp(0.0, 1.0);
    VOICING[1] + (VOICING[0] - VOICING[1]) * clean
}

/// The sequence of candidates with the greatest strength less the costs of moving; `center` is the log2 of the speaker's pitch.
fn cheapest_path(candidates: &[Candidate], ends: &[usize], center: Option<f64>) -> Vec<Candidate> {
    let logs: Vec<f64> = candidates.iter().map(|c| if c.f0 > 0.0 { c.f0.log2() } else { 0.0 }).collect();
    let local = |i: usize| {
        let away = center
            .filter(|_| candidates[i].f0 > 0.0)
            .map_or(0.0, |m| ((logs[i] - m).abs() - FREE_OCTAVES).max(0.0));
        candidates[i].strength - AWAY * away
    };
    let mut score = vec![0.0f64; candidates.len()];
    let mut from = vec![usize::MAX; candidates.len()];
    let (mut last_start, mut start) = (0, 0);
    for (frame, &end) in ends.iter().enumerate() {
        for i in start..end {
            let mut best = if frame == 0 { 0.0 } else { f64::NEG_INFINITY };
            for j in if frame == 0 { 0..0 } else { last_start..start } {
                let cost = match (candidates[i].f0 > 0.0, candidates[j].f0 > 0.0) {
                    (false, false) => 0.0,
                    (true, true) => OCTAVE_JUMP * (logs[i] - logs[j]).abs(),
                    _ => VOICED_UNVOICED,
                };
                if score[j] - cost > best {
                    best = score[j] - cost;
                    from[i] = j;
                }
            }
            score[i] = best + local(i);
        }
        (last_start, start) = (start, end);
    }
    let mut path = Vec::with_capacity(ends.len());
    let mut at = (last_start..start).max_by(|a, b| score[*a].total_cmp(&score[*b]));
    while let Some(i) = at {
        path.push(candidates[i]);
        at = (from[i] != usize::MAX).then(|| from[i]);
    }
    path.reverse();
    path
}

/// Half-band low-pass (23 taps, Hamming, 3.4 kHz passes, 55 dB at 4.6 kHz) and every second sample.
fn decimate(samples: &[f32]) -> Vec<f32> {
    const HALF: usize = 11;
    // The odd taps of one side; the middle is a half and the even ones are zero.
    let taps: Vec<(usize, f32)> = (1..=HALF)
        .step_by(2)
        .map(|k| {
            let x = k as f32 * std::f32::consts::FRAC_PI_2;
            let hamming = 0.54 + 0.46 * (std::f32::consts::PI * k as f32 / (HALF + 1) as f32).cos();
            (k, x.sin() / (2.0 * x) * hamming)
        })
        .collect();
    let mut padded = vec![0.0; samples.len() + 2 * HALF];
    padded[HALF..HALF + samples.len()].copy_from_slice(samples);
    (0..samples.len() / 2)
        .map(|i| {
            let middle = 2 * i + HALF;
            0.5 * padded[middle]
                + taps.iter().map(|(k, tap)| tap * (padded[middle - k] + padded[middle + k])).sum::<f32>()
        })
        .collect()
}
