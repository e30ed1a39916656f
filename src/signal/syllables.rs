//! Syllable nuclei without words: peaks of intensity that a dip sets apart and that are voiced, after de Jong & Wempe
//! 2009, "Praat script to detect syllable nuclei and measure speech rate automatically" (from the paper).
//!
//! Intensity is that of 300 to 3400 Hz, where vowels are strongest against fricatives and hum, so that the count is the
//! same on a telephone line.

use super::effort::{FrameSpectrum, edge_hz};
use super::{PitchFrame, statistics};

/// A peak this far below the loudest speech is not a nucleus, dB.
const BELOW_LOUDEST_DB: f64 = 25.0;
/// Fall before and after a peak, dB.
const DIP_DB: f64 = 2.0;
/// Frames on each side of the moving average: with the 32 ms window about what the paper's 50 Hz intensity smooths.
const SMOOTH: usize = 3;
/// First and one past the last band of 300 to 3400 Hz.
const BANDS: std::ops::Range<usize> = 4..15;

/// Intensity of the vowels' band, dB, smoothed.
pub fn vowel_intensity_db(frames: &[FrameSpectrum]) -> Vec<f64> {
    debug_assert!(edge_hz(BANDS.start) > 300.0);
    let power: Vec<f64> = frames.iter().map(|f| f.bands[BANDS].iter().map(|b| b.power()).sum()).collect();
    // Binomial-like: twice a moving average, in power.
    (0..power.len())
        .map(|i| {
            let near = &power[i.saturating_sub(SMOOTH)..(i + SMOOTH + 1).min(power.len())];
            10.0 * (near.iter().sum::<f64>() / near.len() as f64).max(1e-12).log10()
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
    nuclei.retain(|&i| intensity[i] > threshold && pitch.get(i).is_some_and(|p| p.f0_hz > 0.0));
    nuclei
}
