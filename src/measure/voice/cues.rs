//! The cues that a voice gives of heat, as one vector, and what is known of them before any of this person's speech.

use super::Summary;
use crate::signal::{BANDS, Bandwidth, effort_from_spectrum_db};
use serde::{Deserialize, Serialize};

/// Number of cues.
pub const CUES: usize = 9;

/// What moves with heat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cue {
    /// Median pitch, semitones.
    Pitch,
    /// 10th percentile of pitch, semitones: the floor, which rises with arousal even where the median does not (Bänziger &
    /// Scherer 2005, Goudbeek & Scherer 2010).
    Floor,
    /// Loudness of the speech, LU.
    Loudness,
    /// Alpha ratio, dB.
    Alpha,
    /// Vocal loudness that the shape of the spectrum tells, dB.
    Spectrum,
    /// Articulation rate, octaves (1 = twice as fast).
    Rate,
    /// Harmonics-to-noise ratio, dB.
    Harmonics,
    /// 10th to 90th percentile of pitch, semitones: not part of heat, but of flatness.
    Range,
    /// Mean absolute slope of the pitch, octaves of it (1 = twice as steep).
    Slope,
}

impl Cue {
    /// All, in the order of the vectors.
    pub const ALL: [Self; CUES] = [
        Self::Pitch,
        Self::Floor,
        Self::Loudness,
        Self::Alpha,
        Self::Spectrum,
        Self::Rate,
        Self::Harmonics,
        Self::Range,
        Self::Slope,
    ];

    /// Spread between stretches of about two seconds of voiced neutral speech of one person in one recording situation.
    /// Pitch: Traunmüller & Eriksson 1995 (utterance to utterance about a tenth of the mean); loudness and spectrum: the
    /// long-term spectra of Nordenberg & Sundberg 2004 and the loudness of short neutral utterances; rate: Miller et al.
    /// 1984 (a fifth between stretches of one speaker). Slope: no source known; nearly a quarter, about as rate, since a contour passes with
    /// the syllables.
    pub fn usual_spread(self) -> f64 {
        match self {
            Self::Pitch | Self::Floor => 1.4,
            Self::Loudness => 2.5,
            Self::Alpha => 2.0,
            Self::Spectrum => 3.0,
            Self::Rate => 0.25,
            Self::Harmonics => 1.6,
            Self::Range => 2.2,
            Self::Slope => 0.3,
        }
    }

    /// Weight in heat. Every review finds anger louder, higher, with more movement of pitch, and stronger in the high
    /// frequencies (Banse & Scherer 1996; Juslin & Laukka 2003; Goudbeek & Scherer 2010), and none of the four always: equal
    /// weight to height, movement, level and effort, the first and the last measured in two ways. Rate differs between studies and short stretches hold few syllables;
    /// roughness (less harmonic energy) is the one mark of cold anger, and easily spoiled by noise.
    pub fn weight(self) -> f64 {
        match self {
            Self::Loudness | Self::Slope => 1.0,
            Self::Pitch | Self::Floor | Self::Alpha | Self::Spectrum => 0.5,
            Self::Rate => 0.15,
            Self::Harmonics => -0.4,
            Self::Range => 0.0,
        }
    }

    /// What a shift of `z` spreads adds to heat before its weight. A fall in pitch counts half: anger that is held back is
    /// not high, only pressed (Banse & Scherer 1996), so that a low voice takes less back than a high one adds.
    pub fn evidence(self, z: f64) -> f64 {
        if matches!(self, Self::Pitch | Self::Floor) && z < 0.0 { 0.5 * z } else { z }
    }

    /// Correlation of two cues in neutral speech, signs as they are: speaking up moves pitch, level and spectrum together
    /// (Gramming et al. 1988: half a semitone a dB), and the two measures of effort are nearly one.
    pub fn correlation(self, other: Self) -> f64 {
        let voice =
            |c: Self| matches!(c, Self::Pitch | Self::Floor | Self::Loudness | Self::Alpha | Self::Spectrum);
        match (self, other) {
            (a, b) if a == b => 1.0,
            (Self::Alpha, Self::Spectrum)
            | (Self::Spectrum, Self::Alpha)
            | (Self::Pitch, Self::Floor)
            | (Self::Floor, Self::Pitch) => 0.8,
            (a, b) if voice(a) && voice(b) => 0.4,
            _ => 0.0,
        }
    }
}

/// One number a cue; `None` where it could not be measured.
pub type CueVector = [Option<f64>; CUES];

/// The cues of a stretch within a band; the absolute height of some means nothing, only differences do.
pub fn cue_vector(summary: &Summary, band: Bandwidth) -> CueVector {
    let flat = [0.0; BANDS];
    Cue::ALL.map(|cue| match cue {
        Cue::Pitch => Some(summary.pitch_st),
        Cue::Floor => Some(summary.pitch_low_st),
        Cue::Loudness => summary.loudness_lufs,
        Cue::Alpha => Some(summary.effort(band).alpha_ratio_db),
        Cue::Spectrum => Some(effort_from_spectrum_db(&flat, &summary.ltas_db, band)),
        Cue::Rate => summary.articulation_rate_sps().map(f64::log2),
        Cue::Harmonics => Some(summary.hnr_db),
        Cue::Range => Some(summary.pitch_high_st - summary.pitch_low_st),
        Cue::Slope => summary.pitch_slope_stps.filter(|s| *s > 0.0).map(f64::log2),
    })
}

/// Center and spread of one cue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Norm {
    /// Where the person usually is.
    pub center: f64,
    /// How much that varies between stretches of two voiced seconds.
    pub spread: f64,
}
