//! Syllable nuclei without words: peaks of intensity that a dip sets apart and that are voiced, after de Jong & Wempe
//! 2009, "Praat script to detect syllable nuclei and measure speech rate automatically" (from the paper).
//!
//! Intensity is that of 190 to 3400 Hz, where vowels are strongest against fricatives and hum, so that the count is the
//! same on a telephone line.

use super::effort::FrameSpectrum;
use super::{PitchFrame, statistics};

/// A peak this far below the loudest speech is not a nucleus, dB.
const BELOW_LOUDEST_DB: f64 = 22.0;
/// Frames within which a peak must be voiced.
const NEAR: usize = 1;
/// Fall before and after a peak, dB.
const DIP_DB: f64 = 1.6;
/// Smoothing over 70 ms, about what the paper's 50 Hz intensity smooths: a Hann window of seven frames.
const SMOOTH: [f64; 4] = [0.25, 0.213_4, 0.125, 0.036_6];
/// Intensity of the vowels' range, dB, smoothed.
pub fn vowel_intensity_db(frames: &[FrameSpectrum]) -> Vec<f64> {
    let power: Vec<f64> = frames.iter().map(|f| f.vowels.power()).collect();
    let at = |i: usize, k: isize| power[i.saturating_add_signed(k).min(power.len() - 1)];
    (0..power.len())
        .map(|i| {
            let sides: f64 = (1..=3).map(|k| SMOOTH[k as usize] * (at(i, k) + at(i, -k))).sum();
            10.0 * (SMOOTH[0] * at(i, 0) + sides).max(1e-12).log10()
        })
        .collect()
}

/// Frame numbers of the syllable nuclei, in order.
pub fn syllable_nuclei(frames: &[FrameSpectrum], pitch: &[PitchFrame]) -> Vec<usize> {
    let intensity = vowel_intensity_db(frames);
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
