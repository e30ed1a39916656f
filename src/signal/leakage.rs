//! How the other person's sound gets into this channel: delay and room response, and this channel without it.
//!
//! The other channel is known exactly, so the way from it into this one is a linear system that can be solved for.
//! The delay comes from the generalized cross-correlation with phase transform (Knapp & Carter 1976) over the whole
//! recording; the response of [`TAPS`] samples from weighted least squares per block of 30 s. Weights leave out the
//! moments at which this channel's own person speaks (iteratively reweighted, as in robust regression): first by
//! level, then by what remains after subtraction. The normal equations are Toeplitz for the unweighted block; the
//! weighted ones are reached by repeated correction of the residual.

use super::fft::{BlockFft, Complex32};
use super::{SampleSource, SourceError, toeplitz};

/// Length of a room response: 160 ms from just before the direct sound.
pub const TAPS: usize = 2560;
/// Responses begin this much before the strongest correlation.
const LEAD: i64 = 64;
/// A response is estimated for each block of 30 s and so follows a person who moves.
const BLOCK: usize = 480_000;
/// Transform length of overlap-save filtering, and the new samples each transform gives.
const FFT: usize = 8192;
const STEP: usize = FFT - TAPS;
/// Weights are per 10 ms.
const FRAME: usize = 160;
/// Rounds of reweighting.
const ROUNDS: usize = 7;
/// The correlation's transform and the largest delay that is looked for: 0.5 s (loudspeakers over wireless).
const DELAY_FFT: usize = 16_384;
const MAX_DELAY: usize = 8000;
/// A correlation peak counts when it stands this far over the correlation's own spread.
const PEAK_OVER_SPREAD: f32 = 9.0;
/// The same where a leak is expected. The highest of 8,000 lags of noise reaches about 4.
const EXPECTED_OVER_SPREAD: f32 = 5.5;
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

/// The delays at which each channel arrives in the other: (`other` in `channel`, `channel` in `other`), where a
/// correlation peak stands out. `expected`: it is known that `other` leaks into `channel`.
pub fn delays(
    channel: &dyn SampleSource,
    other: &dyn SampleSource,
    expected: bool,
) -> Result<(Option<i64>, Option<i64>), SourceError> {
    let mut fft = BlockFft::new(DELAY_FFT);
    let mut sum = vec![Complex32::default(); DELAY_FFT / 2 + 1];
    let (mut y, mut x) = (vec![0.0; DELAY_FFT], vec![0.0; DELAY_FFT]);
    let length = channel.len().min(other.len());
    let mut at = 0;
    while at < length {
        channel.read_at(at, &mut y)?;
        other.read_at(at, &mut x)?;
        let (a, b) = (fft.forward_of(&y), fft.forward_of(&x));
        for ((s, p), q) in sum.iter_mut().zip(&a).zip(&b) {
            let product = p * q.conj();
            *s += product / product.norm().max(1e-12);
        }
        at += DELAY_FFT as u64 / 2;
    }
    // Below 150 Hz hum is common to everything on the same mains; above 3.6 kHz a telephone channel has only rounding errors.
    sum[..DELAY_FFT * 150 / 16_000].fill(Complex32::default());
    sum[DELAY_FFT * 3600 / 16_000..].fill(Complex32::default());
    let correlation = fft.inverse(&mut sum);
    let spread = (correlation.iter().map(|c| c * c).sum::<f32>() / DELAY_FFT as f32).sqrt();
    let peak = |range: &mut dyn Iterator<Item = i64>, over_spread: f32| {
        range
            .map(|lag| (lag, correlation[lag.rem_euclid(signed(DELAY_FFT)) as usize].abs()))
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .filter(|(_, height)| *height > over_spread * spread && spread > 0.0)
            .map(|(lag, _)| lag)
    };
    let max = signed(MAX_DELAY);
    let known = if expected { EXPECTED_OVER_SPREAD } else { PEAK_OVER_SPREAD };
    let into_channel = peak(&mut (-16..=max), known);
    let into_other = peak(&mut (-max..=16), PEAK_OVER_SPREAD).map(|lag| -lag);
    Ok((into_channel, into_other))
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
        rest: super::envelope::quantile(&mut rests, 0.9).unwrap_or(1.0).clamp(1e-5, 1.0),
        responses: filled,
    }))
}

/// Powers over the moments at which only the leak is heard.
#[derive(Clone, Copy, Debug, Default)]
struct Totals {
    before: f64,
    after: f64,
    leak: f64,
    reference: f64,
}

impl Totals {
    fn add(&mut self, other: &Self) {
        self.before += other.before;
        self.after += other.after;
        self.leak += other.leak;
        self.reference += other.reference;
    }
}

/// A block's response, its powers, and what is left of the leak at each of its louder moments.
type Solved = (Vec<f32>, Totals, Vec<f32>);

/// Buffers for one block.
struct Solver {
    fft: BlockFft,
    y: Vec<f32>,
    x: Vec<f32>,
}

impl Solver {
    fn new() -> Self {
        Self { fft: BlockFft::new(FFT), y: Vec::new(), x: Vec::new() }
    }

    /// `None` when the other person is hardly heard in this block.
    fn block(
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
        let loud = super::envelope::quantile(&mut reference_energy.clone(), 0.95).unwrap_or(0.0);
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
        let loud = super::envelope::quantile(&mut predicted.clone(), 0.75).unwrap_or(0.0);
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
    let reachable = super::envelope::quantile(&mut ratios, 0.33).unwrap_or(1.0).clamp(1e-4, 0.3);
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
