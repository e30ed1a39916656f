//! Where in the spectrum the voice has its energy, which moves upward with vocal effort: levels of bands every 10 ms, from
//! which the alpha ratio and the Hammarberg index (Eyben et al. 2016, "The Geneva minimalistic acoustic parameter set")
//! and the change of the long-term average spectrum (Nordenberg & Sundberg 2004) are made.

use super::frame::copy_around;
use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};
use std::sync::Arc;

/// Samples of one window: 32 ms.
pub const WINDOW: usize = 512;
/// Hz of one bin.
const BIN_HZ: f64 = 16_000.0 / WINDOW as f64;
/// First bin of each band, and one past the last: about thirds of an octave from 62.5 Hz to 8 kHz, with edges where
/// the measures have theirs (1, 2, 3.4 and 5 kHz).
const EDGES: [usize; BANDS + 1] =
    [2, 4, 6, 8, 10, 13, 16, 20, 25, 32, 40, 51, 64, 81, 102, 109, 128, 160, 202, 256];
/// Number of bands.
pub const BANDS: usize = 19;

/// Lower edge of a band, Hz; `BANDS` gives the upper edge of the last.
pub fn edge_hz(band: usize) -> f64 {
    EDGES[band.min(BANDS)] as f64 * BIN_HZ
}

/// Hundredths of a dB, so that hours of frames stay small.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Level(i16);

impl Level {
    /// Of a power, full scale being 1.
    pub fn of_power(power: f64) -> Self {
        Self((1000.0 * power.max(1e-12).log10()).round() as i16)
    }

    /// dB re full scale.
    pub fn db(self) -> f64 {
        f64::from(self.0) / 100.0
    }

    /// Power, full scale being 1.
    pub fn power(self) -> f64 {
        10f64.powf(f64::from(self.0) / 1000.0)
    }
}

/// Levels of one frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FrameSpectrum {
    /// Of everything.
    pub level: Level,
    /// Of each band.
    pub bands: [Level; BANDS],
    /// Of 190 to 3400 Hz, summed as loudness is, by the cube root of each bin's power (Stevens 1957): a vowel that opens
    /// the whole band stands out from a nasal that is loud in one harmonic.
    pub vowels: Level,
    /// Of the strongest bin of 0-2 kHz, 2-3.4 kHz and 3.4-5 kHz.
    pub peaks: [Level; 3],
}

/// Makes frames; keeps its buffers between calls.
pub struct SpectrumAnalyzer {
    forward: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    scale: f64,
    time: Vec<f32>,
    spectrum: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
}

impl Default for SpectrumAnalyzer {
    fn default() -> Self {
        Self::new()
    }
}

impl SpectrumAnalyzer {
    /// Plans the transform.
    pub fn new() -> Self {
        let forward = RealFftPlanner::<f32>::new().plan_fft_forward(WINDOW);
        let window: Vec<f32> = (0..WINDOW)
            .map(|i| 0.5 - 0.5 * (std::f32::consts::TAU * (i as f32 + 0.5) / WINDOW as f32).cos())
            .collect();
        let energy: f64 = window.iter().map(|w| f64::from(w * w)).sum();
        Self {
            // One side of the spectrum, window energy taken out: the bins sum to the mean square.
            scale: 2.0 / (energy * WINDOW as f64),
            time: forward.make_input_vec(),
            spectrum: forward.make_output_vec(),
            scratch: forward.make_scratch_vec(),
            forward,
            window,
        }
    }

    /// Levels around the sample `center`; beyond the ends is silence.
    pub fn frame(&mut self, samples: &[f32], center: usize) -> FrameSpectrum {
        copy_around(samples, center, &mut self.time);
        for (value, window) in self.time.iter_mut().zip(&self.window) {
            *value *= window;
        }
        if self.forward.process_with_scratch(&mut self.time, &mut self.spectrum, &mut self.scratch).is_err() {
            let none = Level::of_power(0.0);
            return FrameSpectrum { level: none, bands: [none; BANDS], vowels: none, peaks: [none; 3] };
        }
        let power = |from: usize, to: usize| -> f64 {
            self.scale * f64::from(self.spectrum[from..to].iter().map(Complex::norm_sqr).sum::<f32>())
        };
        let peak = |from: usize, to: usize| -> Level {
            Level::of_power(
                self.scale
                    * f64::from(self.spectrum[from..to].iter().map(Complex::norm_sqr).fold(0.0, f32::max)),
            )
        };
        let roots: f32 = self.spectrum[6..109].iter().map(|bin| bin.norm_sqr().cbrt()).sum();
        let mut bands = [Level::default(); BANDS];
        let mut total = 0.0;
        for (band, level) in bands.iter_mut().enumerate() {
            let p = power(EDGES[band], EDGES[band + 1]);
            total += p;
            *level = Level::of_power(p);
        }
        FrameSpectrum {
            level: Level::of_power(total),
            bands,
            vowels: Level::of_power(self.scale * f64::from(roots).powi(3)),
            peaks: [peak(2, 64), peak(64, 109), peak(109, 160)],
        }
    }
}

/// Which part of the spectrum the channel lets through.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Bandwidth {
    /// 300 to 3400 Hz.
    Telephone,
    /// To 5 kHz and beyond.
    #[default]
    Wide,
}

impl Bandwidth {
    /// The bands that both measures and channel have: from 62.5 Hz to 5 kHz, or from 312.5 Hz to 3.4 kHz.
    pub fn bands(self) -> std::ops::Range<usize> {
        match self {
            Self::Wide => 0..17,
            Self::Telephone => 4..15,
        }
    }

    /// Upper bound of the measures, Hz.
    pub fn upper_hz(self) -> f64 {
        edge_hz(self.bands().end)
    }
}

/// First band above 1 kHz.
const ABOVE_1_KHZ: usize = 9;

impl FrameSpectrum {
    /// Alpha ratio of the frame, dB: energy above 1 kHz over that below, within the channel's band, without that of the
    /// noise in each band.
    pub fn alpha_ratio_db(&self, band: Bandwidth, noise: &[f64; BANDS]) -> f64 {
        let sum = |range: std::ops::Range<usize>| {
            range.map(|b| without_noise(self.bands[b].power(), noise[b])).sum::<f64>()
        };
        let bands = band.bands();
        10.0 * (sum(ABOVE_1_KHZ..bands.end).max(1e-12) / sum(bands.start..ABOVE_1_KHZ).max(1e-12)).log10()
    }

    /// Hammarberg index of the frame, dB: strongest bin below 2 kHz over the strongest above, up to 5 kHz or the band's end.
    pub fn hammarberg_db(&self, band: Bandwidth) -> f64 {
        let above = match band {
            Bandwidth::Wide => self.peaks[1].max_of(self.peaks[2]),
            Bandwidth::Telephone => self.peaks[1],
        };
        self.peaks[0].db() - above.db()
    }
}

/// A power less that of the noise; never less than a twentieth, since noise is no more than an estimate.
pub fn without_noise(power: f64, noise: f64) -> f64 {
    (power - noise).max(0.05 * power)
}

impl Level {
    fn max_of(self, other: Self) -> Self {
        Self(self.0.max(other.0))
    }
}

/// dB by which the long-term spectrum rises at a frequency when the voice becomes 1 dB louder: loud less normal speech of
/// ANSI S3.5-1997, table 3 (thirds of an octave from 160 Hz), by the 12.5 dB that lie between them. Little at the bottom,
/// most from 1 to 3 kHz, less above; Nordenberg & Sundberg 2004 have the same shape.
pub fn loudness_gain(frequency_hz: f64) -> f64 {
    const HZ: [f64; 18] = [
        160.0, 200.0, 250.0, 315.0, 400.0, 500.0, 630.0, 800.0, 1000.0, 1250.0, 1600.0, 2000.0, 2500.0,
        3150.0, 4000.0, 5000.0, 6300.0, 8000.0,
    ];
    const NORMAL: [f64; 18] = [
        32.41, 34.48, 34.75, 33.98, 34.59, 34.27, 32.06, 28.30, 25.01, 23.00, 20.15, 17.32, 13.18, 11.55,
        9.33, 5.31, 2.59, 1.13,
    ];
    const LOUD: [f64; 18] = [
        35.29, 37.76, 41.55, 43.78, 43.30, 44.85, 45.55, 44.05, 42.16, 40.53, 37.70, 34.39, 30.98, 28.21,
        25.41, 18.35, 13.87, 11.39,
    ];
    const LOUDER_DB: f64 = 12.5;
    let gain = |i: usize| (LOUD[i] - NORMAL[i]) / LOUDER_DB;
    let above = HZ.partition_point(|hz| *hz <= frequency_hz);
    if above == 0 || above == HZ.len() {
        return gain(above.min(HZ.len() - 1));
    }
    let part = (frequency_hz / HZ[above - 1]).ln() / (HZ[above] / HZ[above - 1]).ln();
    gain(above - 1) + part * (gain(above) - gain(above - 1))
}

/// The change of vocal loudness in dB that explains best how the *shape* of the long-term spectrum moved from `before` to
/// `after`: the regression of the change of each band on [`loudness_gain`], so that gain of the microphone plays no part.
pub fn effort_from_spectrum_db(before: &[f64; BANDS], after: &[f64; BANDS], band: Bandwidth) -> f64 {
    // Below 125 Hz is hum.
    let bands = band.bands().start.max(2)..band.bands().end;
    let (mut n, mut sx, mut sy, mut sxx, mut sxy) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for b in bands {
        let x = loudness_gain((edge_hz(b) * edge_hz(b + 1)).sqrt());
        let y = after[b] - before[b];
        n += 1.0;
        sx += x;
        sy += y;
        sxx += x * x;
        sxy += x * y;
    }
    (n * sxy - sx * sy) / (n * sxx - sx * sx)
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: [f64; BANDS] = [0.0; BANDS];

    fn tone(hz: f64, amplitude: f64) -> Vec<f32> {
        (0..1600)
            .map(|i| (amplitude * (std::f64::consts::TAU * hz * i as f64 / 16_000.0).sin()) as f32)
            .collect()
    }

    #[test]
    fn a_full_scale_sine_has_minus_3_db() {
        let frame = SpectrumAnalyzer::new().frame(&tone(700.0, 1.0), 800);
        assert!((frame.level.db() + 3.01).abs() < 0.1, "{}", frame.level.db());
    }

    #[test]
    fn the_alpha_ratio_is_the_ratio_of_energies() {
        let low = tone(500.0, 0.5);
        let both: Vec<f32> = low.iter().zip(tone(2500.0, 0.05)).map(|(a, b)| a + b).collect();
        let frame = SpectrumAnalyzer::new().frame(&both, 800);
        for band in [Bandwidth::Wide, Bandwidth::Telephone] {
            assert!((frame.alpha_ratio_db(band, &QUIET) + 20.0).abs() < 0.2);
            assert!((frame.hammarberg_db(band) - 20.0).abs() < 1.0);
        }
    }

    #[test]
    fn the_telephone_band_ignores_what_lies_outside_it() {
        let mix = |a: Vec<f32>, b: Vec<f32>| -> Vec<f32> { a.iter().zip(b).map(|(a, b)| a + b).collect() };
        let voice = mix(tone(500.0, 0.5), tone(2500.0, 0.05));
        let hissing = mix(voice.clone(), tone(4600.0, 0.4));
        let mut analyzer = SpectrumAnalyzer::new();
        let (plain, hissing) = (analyzer.frame(&voice, 800), analyzer.frame(&hissing, 800));
        assert!(
            hissing.alpha_ratio_db(Bandwidth::Wide, &QUIET)
                > plain.alpha_ratio_db(Bandwidth::Wide, &QUIET) + 15.0
        );
        let change = hissing.alpha_ratio_db(Bandwidth::Telephone, &QUIET)
            - plain.alpha_ratio_db(Bandwidth::Telephone, &QUIET);
        assert!(change.abs() < 0.1, "{change}");
    }

    #[test]
    fn effort_from_the_spectrum_ignores_the_gain_and_finds_the_loudness() {
        let before = [-40.0; BANDS];
        let mut after = before;
        for (b, level) in after.iter_mut().enumerate() {
            *level += 6.0 * loudness_gain((edge_hz(b) * edge_hz(b + 1)).sqrt()) - 17.0;
        }
        for band in [Bandwidth::Wide, Bandwidth::Telephone] {
            assert!((effort_from_spectrum_db(&before, &after, band) - 6.0).abs() < 1e-9);
        }
    }

    #[test]
    fn noise_that_is_known_does_not_change_the_alpha_ratio() {
        let voice: Vec<f32> = tone(500.0, 0.5).iter().zip(tone(2500.0, 0.05)).map(|(a, b)| a + b).collect();
        let noisy: Vec<f32> = voice.iter().zip(tone(1300.0, 0.1)).map(|(a, b)| a + b).collect();
        let mut analyzer = SpectrumAnalyzer::new();
        let noise = analyzer.frame(&tone(1300.0, 0.1), 800).bands.map(Level::power);
        let (plain, noisy) = (analyzer.frame(&voice, 800), analyzer.frame(&noisy, 800));
        for band in [Bandwidth::Wide, Bandwidth::Telephone] {
            assert!(noisy.alpha_ratio_db(band, &QUIET) > plain.alpha_ratio_db(band, &QUIET) + 5.0);
            let change = noisy.alpha_ratio_db(band, &noise) - plain.alpha_ratio_db(band, &QUIET);
            assert!(change.abs() < 1.0, "{change}");
        }
    }
}
