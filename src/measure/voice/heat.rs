//! One signed number out of the shifts of all cues, in units of the person's own neutral spread.

use super::cues::{CUES, Cue, cue_vector};
use super::{Baseline, Channel, Summary};
use crate::call::VoiceShift;

/// How far a stretch is from the baseline.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Heat {
    /// In units of the person's own neutral spread; positive = hotter.
    pub heat: f64,
    /// Each cue in its own spread.
    pub z: [Option<f64>; CUES],
    /// In the cues' own units.
    pub shift: VoiceShift,
    /// Pitch range against the baseline's, in spreads.
    pub range_z: f64,
}

/// Voiced seconds that the usual spreads belong to.
const USUAL_VOICED_S: f64 = 2.0;
/// Share of recordings whose gain is not the baseline's: somebody moved, or turned a knob.
const GAIN_MOVED: f64 = 0.3;
/// How far loudness and spectrum, each in its spread, tell different things when the gain is the same, and when it is not.
const APART: [f64; 2] = [1.5, 5.0];

/// How likely the gain is the baseline's: a louder voice has another spectrum (see [`crate::signal::loudness_gain`]), so a
/// level that changed without it was turned up or down. 0 to 1.
fn same_gain(loudness_z: f64, spectrum_z: f64) -> f64 {
    let normal = |sd: f64| (-0.5 * ((loudness_z - spectrum_z) / sd).powi(2)).exp() / sd;
    let (same, moved) = ((1.0 - GAIN_MOVED) * normal(APART[0]), GAIN_MOVED * normal(APART[1]));
    same / (same + moved).max(1e-300)
}

impl Baseline {
    /// Heat of a stretch heard through a channel ([`Baseline::channel`]).
    pub fn heat(&self, summary: &Summary, channel: &Channel) -> Option<Heat> {
        if summary.voiced_s < super::MIN_VOICED_S {
            return None;
        }
        let (values, norms) = (cue_vector(summary, channel.bandwidth), self.norms(channel.bandwidth));
        // Half of the spread comes from what is said, and averages out over a longer stretch.
        let longer = (0.5 + 0.5 * USUAL_VOICED_S / summary.voiced_s.clamp(super::MIN_VOICED_S, 20.0)).sqrt();
        let z: [Option<f64>; CUES] =
            std::array::from_fn(|i| Some((values[i]? - norms[i]?.center) / (norms[i]?.spread * longer)));
        let gain = z[Cue::Loudness as usize]
            .zip(z[Cue::Spectrum as usize])
            .map_or(1.0, |(loudness, spectrum)| same_gain(loudness, spectrum));
        let weights: [f64; CUES] = std::array::from_fn(|i| {
            let cue = Cue::ALL[i];
            let trust = match cue {
                Cue::Loudness => channel.loudness * gain,
                Cue::Alpha | Cue::Spectrum => channel.effort,
                Cue::Harmonics => channel.harmonics,
                _ => 1.0,
            };
            if z[i].is_some() { cue.weight() * trust } else { 0.0 }
        });
        let mut variance = 0.0;
        for (a, wa) in Cue::ALL.iter().zip(weights) {
            for (b, wb) in Cue::ALL.iter().zip(weights) {
                variance += wa * wb * a.correlation(*b);
            }
        }
        let sum: f64 = Cue::ALL
            .iter()
            .map(|c| weights[*c as usize] * z[*c as usize].map_or(0.0, |z| c.evidence(z)))
            .sum();
        let difference = |cue: Cue| Some(values[cue as usize]? - norms[cue as usize]?.center);
        Some(Heat {
            heat: sum / variance.sqrt().max(1e-9),
            z,
            shift: VoiceShift {
                pitch_st: difference(Cue::Pitch),
                loudness_lu: difference(Cue::Loudness),
                vocal_effort_db: difference(Cue::Alpha),
                rate_shift: difference(Cue::Rate).map(|octaves| octaves.exp2() - 1.0),
                pitch_slope_shift: difference(Cue::Slope).map(|octaves| octaves.exp2() - 1.0),
            },
            range_z: z[Cue::Range as usize].unwrap_or(0.0),
        })
    }
}

/// Upper and lower edge of the neutral band of heat: where 19 of 20 neutral stretches lie.
pub const NEUTRAL_BAND: [f64; 2] = [-2.0, 2.0];
/// Spreads outside the band that halve the steadiness.
const HALVES_AFTER: f64 = 2.0;
/// Pitch range this many spreads under the person's own is monotone.
const MONOTONE_Z: f64 = -2.0;

impl Heat {
    /// 0 to 100: 100 inside the neutral band, halved by every two spreads outside it; above by heat, below by heat or by a
    /// pitch that has lost its movement.
    pub fn steadiness(&self) -> f64 {
        let above = self.heat - NEUTRAL_BAND[1];
        let below = (NEUTRAL_BAND[0] - self.heat).max(MONOTONE_Z - self.range_z);
        100.0 * (-(above.max(below).max(0.0)) / HALVES_AFTER).exp2()
    }
}
