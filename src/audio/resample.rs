//! From any rate to 16 kHz with an FFT resampler (rubato; linear phase), its delay taken out, so that sample `n` of the
//! result is the moment `n / 16,000` of the recording.

use super::AudioError;
use crate::call::RATE_HZ;
use rubato::audioadapter_buffers::direct::SequentialSliceOfVecs;
use rubato::{Fft, FixedSync, Indexing, Resampler, WindowFunction};
use std::path::Path;

/// Least FFT length on the slower side: the transition band is then under 2 % of the slower rate.
const FFT_SAMPLES: usize = 1024;
/// The same for sound that is heard while it is spoken: 24 ms of delay at 16 kHz, a transition band of 6 %.
const LIVE_FFT_SAMPLES: usize = 256;

/// Resamples several channels together, in blocks.
pub(super) struct ToRate {
    inner: Option<Fft<f32>>,
    from_hz: u32,
    to_hz: u32,
    pending: Vec<Vec<f32>>,
    output: Vec<Vec<f32>>,
    /// Delay still to be dropped, in output samples.
    skip: usize,
    taken: u64,
    given: u64,
}

impl ToRate {
    pub fn analysis(from_hz: u32, channels: usize, path: &Path) -> Result<Self, AudioError> {
        Self::new(from_hz, RATE_HZ, channels, FFT_SAMPLES)
            .ok_or_else(|| AudioError::Rate { path: path.to_owned(), rate_hz: from_hz })
    }

    fn new(from_hz: u32, to_hz: u32, channels: usize, fft: usize) -> Option<Self> {
        let (from, to) = (from_hz as usize, to_hz as usize);
        if from == 0 || to == 0 {
            return None;
        }
        let inner = if from == to {
            None
        } else {
            let least = if from > to { fft * from / to } else { fft };
            // An even number of the shortest exact blocks: only then is the filter's delay a whole number of samples
            // on both sides.
            let pair = 2 * from / gcd(from, to);
            let chunk = least.div_ceil(pair) * pair;
            let window = WindowFunction::BlackmanHarris2;
            Some(Fft::new_custom(from, to, chunk, 1, channels, window, FixedSync::Both).ok()?)
        };
        let room = inner.as_ref().map_or(0, Resampler::output_frames_max);
        Some(Self {
            skip: inner.as_ref().map_or(0, Resampler::output_delay),
            inner,
            from_hz,
            to_hz,
            pending: vec![Vec::new(); channels],
            output: vec![vec![0.0; room]; channels],
            taken: 0,
            given: 0,
        })
    }

    /// Takes the next samples of each channel and hands on what is ready, channel by channel.
    pub fn push<E>(
        &mut self,
        input: &[Vec<f32>],
        mut ready: impl FnMut(usize, &[f32]) -> Result<(), E>,
    ) -> Result<(), E> {
        let frames = input.first().map_or(0, Vec::len);
        self.taken += frames as u64;
        if self.inner.is_none() {
            self.given += frames as u64;
            return input.iter().enumerate().try_for_each(|(channel, samples)| ready(channel, samples));
        }
        for (pending, samples) in self.pending.iter_mut().zip(input) {
            pending.extend_from_slice(samples);
        }
        self.run(None, &mut ready)
    }

    /// Hands on the rest: in all as many samples as cover the input's length.
    pub fn finish<E>(&mut self, mut ready: impl FnMut(usize, &[f32]) -> Result<(), E>) -> Result<(), E> {
        if self.inner.is_none() {
            return Ok(());
        }
        let total =
            (u128::from(self.taken) * u128::from(self.to_hz)).div_ceil(u128::from(self.from_hz)) as u64;
        self.run(Some(total), &mut ready)
    }

    /// Processes whole chunks; with a total, pads with silence until so many samples were handed on.
    fn run<E>(
        &mut self,
        total: Option<u64>,
        ready: &mut impl FnMut(usize, &[f32]) -> Result<(), E>,
    ) -> Result<(), E> {
        let Some(inner) = &mut self.inner else { return Ok(()) };
        let channels = self.pending.len();
        let mut at = 0;
        loop {
            let have = self.pending.first().map_or(0, Vec::len) - at;
            let need = inner.input_frames_next();
            let wanted = total.map_or(usize::MAX, |t| usize::try_from(t - self.given).unwrap_or(usize::MAX));
            if wanted == 0 || (total.is_none() && have < need) {
                break;
            }
            let indexing = Indexing::new().input_offset(at).partial_len(have.min(need));
            let room = self.output.first().map_or(0, Vec::len);
            let result = match (
                SequentialSliceOfVecs::new(&self.pending, channels, at + have),
                SequentialSliceOfVecs::new_mut(&mut self.output, channels, room),
            ) {
                (Ok(input), Ok(mut output)) => {
                    inner.process_into_buffer(&input, &mut output, Some(&indexing)).ok()
                }
                _ => None,
            };
            // The buffers have the sizes the resampler asked for, so this does not fail.
            let Some((_, produced)) = result else { break };
            at += have.min(need);
            let drop = self.skip.min(produced);
            self.skip -= drop;
            let n = (produced - drop).min(wanted);
            for (channel, output) in self.output.iter().enumerate() {
                ready(channel, &output[drop..drop + n])?;
            }
            self.given += n as u64;
        }
        for pending in &mut self.pending {
            pending.drain(..at);
        }
        Ok(())
    }
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// A whole short clip at another rate; empty when the rates make no sense.
pub fn resample(samples: &[f32], from_hz: u32, to_hz: u32) -> Vec<f32> {
    let Some(mut resampler) = ToRate::new(from_hz, to_hz, 1, FFT_SAMPLES) else { return Vec::new() };
    let mut out = Vec::new();
    let mut keep = |_: usize, part: &[f32]| {
        out.extend_from_slice(part);
        Ok::<(), std::convert::Infallible>(())
    };
    for block in samples.chunks(1 << 16) {
        let Ok(()) = resampler.push(&[block.to_vec()], &mut keep);
    }
    let Ok(()) = resampler.finish(&mut keep);
    out
}

/// Resamples one channel to the analysis rate while it is recorded. Output sample `n` is the moment `n / 16,000` after the
/// first input sample; it comes 24 ms late.
pub struct LiveResampler(ToRate);

impl LiveResampler {
    /// `None` when the rate makes no sense.
    pub fn new(from_hz: u32) -> Option<Self> {
        ToRate::new(from_hz, RATE_HZ, 1, LIVE_FFT_SAMPLES).map(Self)
    }

    /// Takes the next samples and appends what is ready.
    pub fn push(&mut self, samples: &[f32], out: &mut Vec<f32>) {
        let Ok(()) = self.0.push(&[samples.to_vec()], |_, part| {
            out.extend_from_slice(part);
            Ok::<(), std::convert::Infallible>(())
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES: [u32; 12] =
        [1234, 6000, 8000, 11_025, 12_000, 22_050, 32_000, 44_100, 48_000, 44_101, 96_000, 384_000];

    /// A smooth 40 Hz-wide burst around a moment, far below any Nyquist here.
    fn burst(rate: u32, center_s: f64, len_s: f64) -> Vec<f32> {
        (0..(len_s * f64::from(rate)) as usize)
            .map(|n| {
                let t = n as f64 / f64::from(rate) - center_s;
                (0.8 * (-(t / 0.004).powi(2)).exp() * (2.0 * std::f64::consts::PI * 100.0 * t).cos()) as f32
            })
            .collect()
    }

    /// The moment of the envelope's center of energy.
    fn centroid_s(samples: &[f32], rate: u32) -> f64 {
        let (mut weight, mut sum) = (0.0, 0.0);
        for (n, s) in samples.iter().enumerate() {
            let e = f64::from(*s).powi(2);
            weight += e;
            sum += e * n as f64;
        }
        sum / weight / f64::from(rate)
    }

    #[test]
    fn a_moment_stays_where_it_was_at_every_rate() {
        for rate in RATES {
            let input = burst(rate, 0.7, 1.5);
            let output = resample(&input, rate, RATE_HZ);
            let expected = (input.len() as u64 * u64::from(RATE_HZ)).div_ceil(u64::from(rate));
            assert_eq!(output.len() as u64, expected, "length at {rate} Hz");
            let error = (centroid_s(&output, RATE_HZ) - centroid_s(&input, rate)) * f64::from(RATE_HZ);
            assert!(error.abs() < 0.05, "{error} samples at {rate} Hz");
        }
    }

    #[test]
    fn blocks_of_any_size_give_the_same_samples() {
        let input = burst(44_100, 0.3, 0.8);
        let whole = resample(&input, 44_100, RATE_HZ);
        let mut resampler = ToRate::new(44_100, RATE_HZ, 1, FFT_SAMPLES).expect("rates are fine");
        let mut parts = Vec::new();
        let mut keep = |_: usize, p: &[f32]| {
            parts.extend_from_slice(p);
            Ok::<(), ()>(())
        };
        for (i, block) in input.chunks(777).enumerate() {
            resampler.push(&[block.to_vec()], &mut keep).expect("kept");
            if i == 3 {
                resampler.push(&[Vec::new()], &mut keep).expect("nothing is fine");
            }
        }
        resampler.finish(&mut keep).expect("kept");
        assert!(parts == whole);
    }

    #[test]
    fn live_sound_keeps_its_moments_and_comes_within_thirty_milliseconds() {
        let input = burst(48_000, 0.3, 0.6);
        let mut live = LiveResampler::new(48_000).expect("rate is fine");
        let mut out = Vec::new();
        for (i, block) in input.chunks(960).enumerate() {
            live.push(block, &mut out);
            let behind = (i + 1) * 320 - out.len();
            assert!(behind <= 480, "{behind} samples behind");
        }
        assert!((centroid_s(&out, RATE_HZ) - 0.3).abs() < 1e-5, "{}", centroid_s(&out, RATE_HZ));
    }

    #[test]
    fn what_lies_above_the_new_band_is_removed_and_the_rest_kept() {
        let tone = |hz: f64| -> Vec<f32> {
            (0..48_000)
                .map(|n| (2.0 * std::f64::consts::PI * hz * f64::from(n) / 48_000.0).sin() as f32)
                .collect()
        };
        let level_db = |hz: f64| {
            let out = resample(&tone(hz), 48_000, RATE_HZ);
            let middle = &out[4000..12_000];
            10.0 * (middle.iter().map(|s| f64::from(*s).powi(2)).sum::<f64>() / 4000.0).log10()
        };
        for hz in [100.0, 1000.0, 5000.0, 7800.0] {
            assert!(level_db(hz).abs() < 0.05, "{hz} Hz: {} dB", level_db(hz));
        }
        for hz in [8100.0, 9000.0, 12_000.0, 20_000.0] {
            assert!(level_db(hz) < -90.0, "{hz} Hz: {} dB", level_db(hz));
        }
    }

    #[test]
    fn nothing_gives_nothing_and_one_sample_gives_its_length() {
        assert!(resample(&[], 8000, RATE_HZ).is_empty());
        assert_eq!(resample(&[0.5], 8000, RATE_HZ).len(), 2);
        assert_eq!(resample(&[0.5], 48_000, RATE_HZ).len(), 1);
        assert!(resample(&[0.5], 0, RATE_HZ).is_empty());
    }
}
