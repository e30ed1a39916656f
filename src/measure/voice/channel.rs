//! What lies between the voice and the file: microphone, band, gain; and how far it lets two recordings be compared.

use super::{Baseline, Summary, VoiceFeatures};
use crate::signal::{Bandwidth, loudness_gain, statistics};

/// Below this signal-to-noise ratio the harmonics-to-noise ratio tells the noise, dB.
const HARMONICS_SNR_DB: f64 = 25.0;
/// A background this low in a band is what the samples' resolution leaves, not what a microphone picks up, dB.
const SILENT_DB: f64 = -108.0;
/// Fewer bands with a background than this tell no microphone.
const ENOUGH_BANDS: usize = 8;
/// Peaks this close to those that the baseline's recordings share were set by the same machine, dB.
const SAME_PEAK_DB: f64 = 1.0;

/// How far the cues of a recording can be compared with those of a baseline, each 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Channel {
    /// The band that both have.
    pub bandwidth: Bandwidth,
    /// Levels: 0 when a machine made them equal or another microphone was used.
    pub loudness: f64,
    /// The slope of the spectrum: 0 when another microphone bends it.
    pub effort: f64,
    /// The harmonics-to-noise ratio: 0 in noise.
    pub harmonics: f64,
}

/// Why a recording may not have been made as its baseline was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// One of them is telephone-band.
    Band,
    /// Their spectra differ more than a voice can.
    Microphone,
}

impl Mismatch {
    /// Code of its warning.
    pub fn code(self) -> &'static str {
        match self {
            Self::Band => "baseline_band",
            Self::Microphone => "baseline_microphone",
        }
    }

    /// What to do.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Band => "a baseline over the same line would say more",
            Self::Microphone => "record the baseline again with this one",
        }
    }

    /// For the person.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Band => {
                "the baseline was recorded with another bandwidth; compared within the telephone band"
            }
            Self::Microphone => {
                "the baseline seems to come from another microphone; loudness and vocal effort are left out of heat"
            }
        }
    }
}

impl Baseline {
    /// How far a recording can be compared with this baseline.
    pub fn channel(&self, features: &VoiceFeatures) -> Channel {
        let mismatch = self.mismatch(features);
        let levelled = self.shared_peak_db.is_some_and(|p| (p - features.peak_db).abs() < SAME_PEAK_DB);
        let quiet = |snr: Option<f64>| snr.is_some_and(|s| s >= HARMONICS_SNR_DB);
        Channel {
            bandwidth: if features.bandwidth == self.bandwidth {
                self.bandwidth
            } else {
                Bandwidth::Telephone
            },
            loudness: if mismatch.is_some() || levelled { 0.0 } else { self.loudness_trust },
            effort: if mismatch == Some(Mismatch::Microphone) { 0.0 } else { 1.0 },
            harmonics: if quiet(self.snr_db) && quiet(features.snr_db) { 1.0 } else { 0.0 },
        }
    }

    /// What tells that `features` were not recorded as the baseline was.
    ///
    /// A voice that presses changes its own spectrum and leaves the background as it was; another microphone bends both in
    /// the same way. So what the two changes have in common is the microphone. Where there is no background to compare, only
    /// a change of the voice's spectrum that no voice makes tells it.
    pub fn mismatch(&self, features: &VoiceFeatures) -> Option<Mismatch> {
        if features.bandwidth != self.bandwidth {
            return Some(Mismatch::Band);
        }
        let now = Summary::of(features, features.extent()?)?;
        let bands: Vec<usize> = self.bandwidth.bands().skip_while(|b| *b < 2).collect();
        let voice = unlike_effort(&bands, |b| now.ltas_db[b] - self.ltas_db[b])?;
        let rms = (voice.iter().map(|c| c * c).sum::<f64>() / voice.len() as f64).sqrt();
        // A few seconds of other words alone change bands by several dB; half a minute, hardly.
        let seconds = now.voiced_s.min(self.voiced_s).max(0.5);
        if rms > (4.0 + 12.0 / seconds.sqrt()).max(6.0) {
            return Some(Mismatch::Microphone);
        }
        let noise_db = features.noise.map(|power| 10.0 * power.max(1e-12).log10());
        let heard: Vec<usize> =
            bands.into_iter().filter(|b| noise_db[*b].min(self.noise_db[*b]) > SILENT_DB).collect();
        if !features.has_background || heard.len() < ENOUGH_BANDS {
            return None;
        }
        let voice = unlike_effort(&heard, |b| now.ltas_db[b] - self.ltas_db[b])?;
        let noise = unlike_effort(&heard, |b| noise_db[b] - self.noise_db[b])?;
        let common = voice.iter().zip(&noise).map(|(v, n)| v * n).sum::<f64>() / heard.len() as f64;
        let limit = 1.2 + 1.6 / seconds.sqrt();
        (common > limit * limit).then_some(Mismatch::Microphone)
    }
}

/// What remains of a change by band without its mean (gain) and without what vocal effort does.
fn unlike_effort(bands: &[usize], change: impl Fn(usize) -> f64) -> Option<Vec<f64>> {
    let centers = Summary::band_centers_hz();
    let gains: Vec<f64> = bands.iter().map(|b| loudness_gain(centers[*b])).collect();
    let values: Vec<f64> = bands.iter().map(|b| change(*b)).collect();
    let (gain, mean) = (statistics::mean(&gains)?, statistics::mean(&values)?);
    let pairs = || gains.iter().map(|g| g - gain).zip(values.iter().map(|v| v - mean));
    let spread: f64 = pairs().map(|(g, _)| g * g).sum();
    let slope = pairs().map(|(g, v)| g * v).sum::<f64>() / spread.max(1e-9);
    Some(pairs().map(|(g, v)| v - slope * g).collect())
}
