//! Syllable nuclei without words: peaks of voiced intensity that dips set apart, after de Jong & Wempe 2009, "Praat script
//! to detect syllable nuclei and measure speech rate automatically" (from the paper).
//!
//! Intensity is that of 190 to 3400 Hz, where vowels are strongest against fricatives and hum, so that the count is the
//! same on a telephone line. Other than in the paper, voicing does not only choose among the peaks: intensity is that of
//! the periodic part, the power times the height of the autocorrelation peak (which is S/(S+N) for a voice S in noise N,
//! Boersma 1993). A consonant that is loud but has no pitch is then a dip, as it is to the ear, and noise fills none.

use super::effort::FrameSpectrum;
use super::{PitchFrame, statistics};

/// A peak this far below the loudest speech is not a nucleus, dB.
const BELOW_LOUDEST_DB: f64 = 22.0;
/// Frames within which a peak must be voiced.
const NEAR: usize = 1;
/// Fall before and after a peak, dB.
const DIP_DB: f64 = 3.6;
/// What has no pitch counts as this periodic (7 dB less than a vowel), since voicing is judged over three periods and its
/// edges are blurred.
const UNVOICED: f64 = 0.2;
/// Half of a Hann window of seven frames, 70 ms: about what the paper's 50 Hz intensity smooths.
const PAUSES: [f64; 4] = [0.25, 0.213_4, 0.125, 0.036_6];
/// The same of three frames: a voiced consonant between two short vowels is no longer.
const VOWELS: [f64; 2] = [0.5, 0.25];

/// Intensity of the vowels' range, dB, smoothed over 70 ms.
pub fn vowel_intensity_db(frames: &[FrameSpectrum]) -> Vec<f64> {
    let power: Vec<f64> = frames.iter().map(|f| f.vowels.power()).collect();
    smoothed_db(&power, &PAUSES)
}

/// The same of what is periodic, smoothed over 30 ms.
fn voiced_intensity_db(frames: &[FrameSpectrum], pitch: &[PitchFrame]) -> Vec<f64> {
    let periodic = |p: &PitchFrame| if p.f0_hz > 0.0 { f64::from(p.periodicity) } else { 0.0 };
    let power: Vec<f64> =
        frames.iter().zip(pitch).map(|(f, p)| f.vowels.power() * periodic(p).max(UNVOICED)).collect();
    smoothed_db(&power, &VOWELS)
}

/// Smoothed by a symmetric window, of which the middle and one side are given.
fn smoothed_db(power: &[f64], window: &[f64]) -> Vec<f64> {
    let at = |i: usize, k: isize| power[i.saturating_add_signed(k).min(power.len() - 1)];
    (0..power.len())
        .map(|i| {
            let around =
                |(k, w): (isize, &f64)| if k == 0 { w * at(i, 0) } else { w * (at(i, k) + at(i, -k)) };
            10.0 * (0..).zip(window).map(around).sum::<f64>().max(1e-12).log10()
        })
        .collect()
}

/// Frame numbers of the syllable nuclei, in order.
pub fn syllable_nuclei(frames: &[FrameSpectrum], pitch: &[PitchFrame]) -> Vec<usize> {
    let intensity = voiced_intensity_db(frames, pitch);
    let Some(loudest) = statistics::quantile(&intensity, 0.99) else { return Vec::new() };
    let threshold = loudest - BELOW_LOUDEST_DB;
    let mut nuclei = Vec::new();
    // Walks from peak to dip to peak with a hysteresis of DIP_DB.
    let (mut peak, mut dip, mut rising) = (0, 0, true);
    for i in 1..intensity.len() {
        if rising {
            if intensity[i] > intensity[peak] {
                peak = i;
            } else if intensity[i] < intensity[peak] - DIP_DB {
                nuclei.push(peak);
                (dip, rising) = (i, false);
            }
        } else if intensity[i] < intensity[dip] {
            dip = i;
        } else if intensity[i] > intensity[dip] + DIP_DB {
            (peak, rising) = (i, true);
        }
    }
    if rising && peak > 0 {
        nuclei.push(peak);
    }
    // Voicing is judged over longer windows than intensity, so that a peak may stand a frame or two beside it.
    let voiced = |i: usize| {
        pitch[i.saturating_sub(NEAR).min(pitch.len())..(i + NEAR + 1).min(pitch.len())]
            .iter()
            .any(|p| p.f0_hz > 0.0)
    };
    nuclei.retain(|&i| intensity[i] > threshold && voiced(i));
    nuclei
}

#[cfg(test)]
mod tests {
    use super::super::SpectrumAnalyzer;
    use super::super::pitch::{HOP, PitchTracker};
    use super::super::synthetic::Noise;
    use super::*;

    fn nuclei(samples: &[f32]) -> Vec<usize> {
        let loudest = samples.iter().fold(0f32, |m, v| m.max(v.abs()));
        let pitch = PitchTracker::new().track(samples, loudest);
        let mut analyzer = SpectrumAnalyzer::new();
        let frames: Vec<FrameSpectrum> =
            (0..pitch.len()).map(|i| analyzer.frame(samples, i * HOP + HOP / 2)).collect();
        syllable_nuclei(&frames, &pitch)
    }

    /// Vowels (a buzz of 130 Hz) and hisses of the same power by turns, a quarter of a second of silence around.
    fn vowels_and_hisses(vowels: usize, vowel_s: f64, hiss_s: f64, hiss_gain: f32) -> Vec<f32> {
        let mut hiss = Noise::new(7);
        let mut out = vec![0.0; 4000];
        for _ in 0..vowels {
            for i in 0..(vowel_s * 16_000.0) as usize {
                let cycle = 130.0 * i as f32 / 16_000.0;
                let buzz: f32 =
                    (1..=30u8).map(|h| (std::f32::consts::TAU * cycle * f32::from(h)).sin()).sum();
                out.push(0.1 * buzz / 15f32.sqrt());
            }
            out.extend((0..(hiss_s * 16_000.0) as usize).map(|_| 0.1 * hiss_gain * hiss.next()));
        }
        out.extend([0.0; 4000]);
        out
    }

    fn noisy(samples: &[f32], gain: f32) -> Vec<f32> {
        let mut noise = Noise::new(3);
        samples.iter().map(|v| v + gain * noise.next()).collect()
    }

    #[test]
    fn every_vowel_between_hisses_as_loud_is_one_nucleus() {
        for (vowel_s, hiss_s) in [(0.2, 0.1), (0.12, 0.08)] {
            let found = nuclei(&vowels_and_hisses(10, vowel_s, hiss_s, 1.0));
            assert_eq!(found.len(), 10, "{vowel_s} s: {found:?}");
            for (k, at) in found.iter().enumerate() {
                let from = 0.25 + k as f64 * (vowel_s + hiss_s);
                let at = *at as f64 / 100.0;
                assert!(at > from - 0.02 && at < from + vowel_s + 0.02, "{k}: {at} for {from}");
            }
        }
    }

    #[test]
    fn noise_does_not_fill_the_dips() {
        let clean = vowels_and_hisses(10, 0.15, 0.1, 0.05);
        for gain in [0.0, 0.01, 0.03] {
            assert_eq!(nuclei(&noisy(&clean, gain)).len(), 10, "noise {gain}");
        }
    }

    #[test]
    fn a_vowel_that_is_held_is_one_nucleus_and_silence_and_hisses_are_none() {
        assert_eq!(nuclei(&vowels_and_hisses(1, 1.0, 0.1, 0.3)).len(), 1);
        assert_eq!(nuclei(&vowels_and_hisses(4, 0.0, 0.3, 1.0)).len(), 0);
        assert_eq!(nuclei(&[0.0; 16_000]).len(), 0);
        assert_eq!(nuclei(&[]).len(), 0);
    }
}
