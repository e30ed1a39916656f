//! One stretch of speech in a few numbers.

use super::VoiceFeatures;
use crate::call::Span;
use crate::signal::{
    BANDS, Bandwidth, edge_hz, gated_loudness, mean_absolute_slope, statistics, without_noise,
};
use serde::{Deserialize, Serialize};

/// Where the energy of the voiced frames is, within one band.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Effort {
    /// Mean over the voiced frames, dB.
    pub alpha_ratio_db: f64,
    /// Mean over the voiced frames, dB.
    pub hammarberg_db: f64,
}

/// One stretch of speech in a few numbers, none of them relative to anything yet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Seconds of voiced frames.
    pub voiced_s: f64,
    /// Seconds without pauses of 0.3 s and more.
    pub phonation_s: f64,
    /// Syllable nuclei.
    pub syllables: u32,
    /// Median pitch, semitones over 100 Hz.
    pub pitch_st: f64,
    /// 10th percentile of the pitch, semitones over 100 Hz.
    pub pitch_low_st: f64,
    /// 90th percentile of the pitch, semitones over 100 Hz.
    pub pitch_high_st: f64,
    /// Mean absolute slope of the pitch, semitones a second; `None` when hardly any frames are connected.
    #[serde(default)]
    pub pitch_slope_stps: Option<f64>,
    /// LUFS of the speech.
    pub loudness_lufs: Option<f64>,
    /// Within 300 to 3400 Hz.
    pub telephone: Effort,
    /// Up to 5 kHz.
    pub wide: Effort,
    /// Long-term spectrum: level of the mean power of the voiced frames in each band, without the noise's, dB.
    pub ltas_db: [f64; BANDS],
    /// Median harmonics-to-noise ratio of the voiced frames, dB.
    pub hnr_db: f64,
    /// 90th less 50th percentile of the level of voiced frames, dB.
    pub level_range_db: f64,
}

impl Summary {
    /// Of the speech inside a stretch; `None` without a voiced frame.
    pub fn of(features: &VoiceFeatures, span: Span) -> Option<Self> {
        let frames = features.frames_in(span);
        let voiced: Vec<_> = frames.iter().filter(|f| f.is_voiced()).collect();
        let levels: Vec<f64> = voiced.iter().map(|f| f.spectrum.level.db()).collect();
        let contour: Vec<(u32, f64)> =
            voiced.iter().map(|f| (f.index, 12.0 * (f64::from(f.f0_hz) / 100.0).log2())).collect();
        let mut pitch: Vec<f64> = contour.iter().map(|(_, st)| *st).collect();
        pitch.sort_unstable_by(f64::total_cmp);
        let pitch_at = |q: f64| statistics::quantile_of_sorted(&pitch, q);
        let n = voiced.len() as f64;
        let mut out = Self {
            voiced_s: n / 100.0,
            phonation_s: frames.iter().filter(|f| f.phonated).count() as f64 / 100.0,
            pitch_st: pitch_at(0.5)?,
            pitch_low_st: pitch_at(0.1)?,
            pitch_high_st: pitch_at(0.9)?,
            pitch_slope_stps: mean_absolute_slope(&contour),
            ..Self::default()
        };
        let from = features.nuclei.partition_point(|s| *s < span.start());
        out.syllables = (features.nuclei.partition_point(|s| *s < span.end()) - from) as u32;
        out.loudness_lufs = gated_loudness(
            features
                .blocks
                .iter()
                .filter(|b| b.span.intersection(span).is_some_and(|i| 2 * i.len() >= b.span.len()))
                .map(|b| b.lufs),
        );
        let mut power = [0.0; BANDS];
        for frame in &voiced {
            out.telephone.alpha_ratio_db +=
                frame.spectrum.alpha_ratio_db(Bandwidth::Telephone, &features.noise) / n;
            out.telephone.hammarberg_db += frame.spectrum.hammarberg_db(Bandwidth::Telephone) / n;
            out.wide.alpha_ratio_db += frame.spectrum.alpha_ratio_db(Bandwidth::Wide, &features.noise) / n;
            out.wide.hammarberg_db += frame.spectrum.hammarberg_db(Bandwidth::Wide) / n;
            for (sum, level) in power.iter_mut().zip(&frame.spectrum.bands) {
                *sum += level.power() / n;
            }
        }
        out.ltas_db =
            std::array::from_fn(|b| 10.0 * without_noise(power[b], features.noise[b]).max(1e-12).log10());
        let hnr: Vec<f64> = voiced
            .iter()
            .map(|f| {
                let r = f64::from(f.periodicity).clamp(0.01, 0.9999);
                10.0 * (r / (1.0 - r)).log10()
            })
            .collect();
        out.hnr_db = statistics::median(&hnr)?;
        out.level_range_db = statistics::quantile(&levels, 0.9)? - statistics::quantile(&levels, 0.5)?;
        Some(out)
    }

    /// Syllable nuclei a second of phonation.
    pub fn articulation_rate_sps(&self) -> Option<f64> {
        (self.phonation_s >= 0.3 && self.syllables > 0).then(|| f64::from(self.syllables) / self.phonation_s)
    }

    /// The effort measures within a band.
    pub fn effort(&self, band: Bandwidth) -> Effort {
        match band {
            Bandwidth::Telephone => self.telephone,
            Bandwidth::Wide => self.wide,
        }
    }

    /// Centers of the bands of [`Self::ltas_db`], Hz.
    pub fn band_centers_hz() -> [f64; BANDS] {
        std::array::from_fn(|b| (edge_hz(b) * edge_hz(b + 1)).sqrt())
    }
}
