//! The person's own neutral voice.

use super::cues::{CUES, Cue, CueVector, Norm, cue_vector};
use super::{Summary, VoiceFeatures};
use crate::call::{BaselineKind, Span};
use crate::signal::{BANDS, Bandwidth, statistics};
use serde::{Deserialize, Serialize};

/// Length of the pieces that a long recording is cut into, so that its own variation is seen: 3 s of frames.
const PIECE_FRAMES: usize = 300;
/// The usual spread counts as much as this many pieces of the person's own speech.
const USUAL_COUNTS_AS: f64 = 12.0;
/// Loudness that varies less than this between recordings (LU), or peaks that do (dB), were set by a machine.
const LEVELLED_LU: f64 = 0.8;
const LEVELLED_PEAK_DB: f64 = 0.5;

/// The person's own neutral voice, as numbers that can be stored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// Where it came from.
    pub kind: BaselineKind,
    /// Seconds of speech behind it.
    pub speech_s: f64,
    /// Seconds of voiced speech behind it.
    pub voiced_s: f64,
    /// Stretches behind it.
    pub pieces: u32,
    /// What the channel let through.
    pub bandwidth: Bandwidth,
    /// Cues measured up to 5 kHz, and within the telephone band.
    pub wide: [Option<Norm>; CUES],
    /// See `wide`.
    pub telephone: [Option<Norm>; CUES],
    /// Share of the loudness that can be believed, 0 to 1: 0 when the levels were made equal.
    pub loudness_trust: f64,
    /// Peak that all recordings share, dB re full scale, when they were made equal by their peaks.
    pub shared_peak_db: Option<f64>,
    /// Mean spectrum of the voiced frames, dB: with the noise it tells another microphone.
    pub ltas_db: [f64; BANDS],
    /// Median signal-to-noise ratio, dB.
    pub snr_db: Option<f64>,
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
    /// For the person.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Band => {
                "the baseline was recorded with another bandwidth; compared within the telephone band"
            }
            Self::Microphone => "the baseline seems to come from another microphone",
        }
    }
}

impl Baseline {
    /// Of calm recordings, all pooled; `None` without 0.3 s of voiced speech.
    pub fn from_recordings(kind: BaselineKind, recordings: &[&VoiceFeatures]) -> Option<Self> {
        let pieces: Vec<Summary> = recordings.iter().flat_map(|r| pieces(r)).collect();
        let levels: Vec<f64> =
            recordings.iter().filter_map(|r| Summary::of(r, r.extent()?)?.loudness_lufs).collect();
        let peaks: Vec<f64> = recordings.iter().filter(|r| !r.frames.is_empty()).map(|r| r.peak_db).collect();
        let snr: Vec<f64> = recordings.iter().filter_map(|r| r.snr_db).collect();
        let telephone = recordings.iter().filter(|r| r.bandwidth == Bandwidth::Telephone).count();
        let mut baseline = Self::of_pieces(kind, &pieces)?;
        baseline.bandwidth = if telephone > 0 { Bandwidth::Telephone } else { Bandwidth::Wide };
        baseline.snr_db = statistics::median(&snr);
        baseline.loudness_trust = 1.0;
        if levels.len() >= 3 {
            if spread(&levels) < LEVELLED_LU {
                baseline.loudness_trust = 0.0;
            }
            if spread(&peaks) < LEVELLED_PEAK_DB {
                baseline.loudness_trust = 0.0;
                baseline.shared_peak_db = statistics::median(&peaks);
            }
        }
        Some(baseline)
    }

    /// Of the person's own calm turns: those that stay near or below the middle of all, found twice over.
    pub fn from_own_turns(features: &VoiceFeatures, turns: &[Span]) -> Option<Self> {
        let all: Vec<Summary> =
            turns.iter().filter_map(|t| Summary::of(features, *t)).filter(|s| s.voiced_s >= 0.5).collect();
        let mut calm = Self::of_pieces(BaselineKind::OwnTurns, &all)?;
        for _ in 0..2 {
            let heats: Vec<Option<f64>> =
                all.iter().map(|s| calm.heat(s, features.bandwidth, 1.0).map(|h| h.heat)).collect();
            let middle = statistics::median(&heats.iter().flatten().copied().collect::<Vec<_>>())?;
            let near: Vec<Summary> = all
                .iter()
                .zip(&heats)
                .filter(|(_, heat)| heat.is_some_and(|h| h <= middle + 0.5))
                .map(|(summary, _)| summary.clone())
                .collect();
            calm = Self::of_pieces(BaselineKind::OwnTurns, &near)?;
        }
        calm.bandwidth = features.bandwidth;
        calm.snr_db = features.snr_db;
        calm.loudness_trust = 1.0;
        Some(calm)
    }

    fn of_pieces(kind: BaselineKind, pieces: &[Summary]) -> Option<Self> {
        let voiced_s: f64 = pieces.iter().map(|p| p.voiced_s).sum();
        if voiced_s < super::MIN_VOICED_S {
            return None;
        }
        let mut ltas_db = [0.0; BANDS];
        for piece in pieces {
            for (sum, level) in ltas_db.iter_mut().zip(&piece.ltas_db) {
                *sum += level * piece.voiced_s / voiced_s;
            }
        }
        Some(Self {
            kind,
            speech_s: pieces.iter().map(|p| p.phonation_s).sum(),
            voiced_s,
            pieces: pieces.len() as u32,
            wide: norms(pieces, Bandwidth::Wide),
            telephone: norms(pieces, Bandwidth::Telephone),
            ltas_db,
            loudness_trust: 1.0,
            ..Self::default()
        })
    }

    /// Center and spread of the cues within a band.
    pub fn norms(&self, band: Bandwidth) -> &[Option<Norm>; CUES] {
        match band {
            Bandwidth::Wide => &self.wide,
            Bandwidth::Telephone => &self.telephone,
        }
    }

    /// Center and spread of one cue.
    pub fn norm(&self, cue: Cue, band: Bandwidth) -> Option<Norm> {
        self.norms(band)[cue as usize]
    }

    /// What tells that `features` were not recorded as the baseline was.
    pub fn mismatch(&self, features: &VoiceFeatures) -> Option<Mismatch> {
        if features.bandwidth != self.bandwidth {
            return Some(Mismatch::Band);
        }
        let now = Summary::of(features, features.extent()?)?;
        // What the voice itself does to the spectrum is a slope; what remains is the microphone and the room.
        let band = self.bandwidth;
        let effort = effort(self, &now, band);
        let change: Vec<f64> = band
            .bands()
            .map(|b| {
                now.ltas_db[b]
                    - self.ltas_db[b]
                    - effort * crate::signal::loudness_gain(Summary::band_centers_hz()[b])
            })
            .collect();
        let center = statistics::mean(&change)?;
        let rms = (change.iter().map(|c| (c - center).powi(2)).sum::<f64>() / change.len() as f64).sqrt();
        // A few seconds of other words alone change bands by 3 to 8 dB; half a minute, hardly.
        let seconds = now.voiced_s.min(self.voiced_s);
        let limit = (4.0 + 12.0 / seconds.max(0.5).sqrt()).max(6.0);
        (rms > limit).then_some(Mismatch::Microphone)
    }
}

fn effort(baseline: &Baseline, now: &Summary, band: Bandwidth) -> f64 {
    crate::signal::effort_from_spectrum_db(&baseline.ltas_db, &now.ltas_db, band)
}

/// A short recording is one piece, a long one several of about 3 s.
fn pieces(features: &VoiceFeatures) -> Vec<Summary> {
    let count = (features.frames.len() / PIECE_FRAMES).max(1);
    let size = features.frames.len().div_ceil(count).max(1);
    features
        .frames
        .chunks(size)
        .filter_map(|chunk| {
            let span = Span::new(chunk.first()?.center(), chunk.last()?.center() + 1)?;
            Summary::of(features, span).filter(|s| s.voiced_s >= super::MIN_VOICED_S || count == 1)
        })
        .collect()
}

fn norms(pieces: &[Summary], band: Bandwidth) -> [Option<Norm>; CUES] {
    let vectors: Vec<CueVector> = pieces.iter().map(|p| cue_vector(p, band)).collect();
    Cue::ALL.map(|cue| {
        let values: Vec<f64> = vectors.iter().filter_map(|v| v[cue as usize]).collect();
        let center =
            if values.len() >= 5 { statistics::median(&values)? } else { statistics::mean(&values)? };
        // The person's own variation, drawn toward what is usual: two or three pieces say little about a spread.
        let own = if values.len() >= 8 { statistics::robust_spread(&values)? } else { spread(&values) };
        let n = values.len() as f64;
        let usual = cue.usual_spread();
        let variance =
            (USUAL_COUNTS_AS * usual * usual + (n - 1.0) * own * own) / (USUAL_COUNTS_AS + n - 1.0);
        Some(Norm { center, spread: (variance * (1.0 + 1.0 / n)).sqrt() })
    })
}

/// Standard deviation.
fn spread(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let Some(mean) = statistics::mean(values) else { return 0.0 };
    if values.len() < 2 {
        0.0
    } else {
        (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt()
    }
}
