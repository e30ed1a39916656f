//! The person's own neutral voice.

use super::cues::{CUES, Cue, CueVector, Norm, cue_vector};
use super::{Summary, VoiceFeatures, VoiceFrame};
use crate::call::{BaselineKind, Span};
use crate::signal::{BANDS, Bandwidth, statistics};
use serde::{Deserialize, Deserializer, Serialize};

/// Length of the pieces that a long recording is cut into, so that its own variation is seen: 3 s of frames.
const PIECE_FRAMES: usize = 300;
/// The usual spread counts as much as this many pieces of the person's own speech.
const USUAL_COUNTS_AS: f64 = 12.0;
/// Loudness that varies less than this between recordings (LU), or peaks that do (dB), were set by a machine.
const LEVELLED_LU: f64 = 0.8;
const LEVELLED_PEAK_DB: f64 = 0.5;
/// Of two recordings, only levels as equal as these are no accident.
const LEVELLED_OF_TWO: f64 = 0.1;
/// Less voice than this in a piece of a turn says nothing of the person, seconds.
const PIECE_VOICED_S: f64 = 0.5;
/// Pieces up to this far over the middle of all, in spreads, are taken for calm.
const CALM_OVER_MIDDLE: f64 = 0.5;

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
    /// Recordings or turns behind it.
    pub sources: u32,
    /// What the channel let through.
    pub bandwidth: Bandwidth,
    /// Cues measured up to 5 kHz, and within the telephone band.
    #[serde(deserialize_with = "norms_of_any_age")]
    pub wide: [Option<Norm>; CUES],
    /// See `wide`.
    #[serde(deserialize_with = "norms_of_any_age")]
    pub telephone: [Option<Norm>; CUES],
    /// Share of the loudness that can be believed, 0 to 1: 0 when the levels were made equal.
    pub loudness_trust: f64,
    /// Peak that all recordings share, dB re full scale, when they were made equal by their peaks.
    pub shared_peak_db: Option<f64>,
    /// Long-term spectrum of the voiced frames, dB, and of the background: together they tell another microphone.
    pub ltas_db: [f64; BANDS],
    /// See `ltas_db`.
    pub noise_db: [f64; BANDS],
    /// Median signal-to-noise ratio, dB.
    pub snr_db: Option<f64>,
    /// What makes its own recordings doubtful.
    #[serde(default)]
    pub doubts: Vec<String>,
    /// Which recordings it was not made of, and why.
    #[serde(default)]
    pub left_out: Vec<String>,
}

impl Baseline {
    /// Of these recordings, with the pieces that each was cut into and the loudness of each.
    pub(super) fn pooled(
        kind: BaselineKind,
        recordings: &[&VoiceFeatures],
        pieces: &[Summary],
        levels: &[f64],
    ) -> Option<Self> {
        let peaks: Vec<f64> = recordings.iter().filter(|r| !r.frames.is_empty()).map(|r| r.peak_db).collect();
        let snr: Vec<f64> = recordings.iter().filter_map(|r| r.snr_db).collect();
        let telephone = recordings.iter().filter(|r| r.bandwidth == Bandwidth::Telephone).count();
        let mut baseline = Self::of_pieces(kind, pieces)?;
        baseline.bandwidth = if telephone > 0 { Bandwidth::Telephone } else { Bandwidth::Wide };
        baseline.snr_db = statistics::median(&snr);
        baseline.noise_db = noise_db(recordings);
        baseline.sources = recordings.len() as u32;
        let equal = |values: &[f64], within: f64| match values.len() {
            0 | 1 => false,
            2 => (values[0] - values[1]).abs() < LEVELLED_OF_TWO,
            _ => spread(values) < within,
        };
        baseline.loudness_trust = 1.0;
        if equal(levels, LEVELLED_LU) {
            baseline.loudness_trust = 0.0;
        }
        if equal(&peaks, LEVELLED_PEAK_DB) {
            baseline.loudness_trust = 0.0;
            baseline.shared_peak_db = statistics::median(&peaks);
        }
        Some(baseline)
    }

    /// Of the person's own calm speech: the pieces of their turns that stay near or below the middle of all, found twice
    /// over.
    pub fn from_own_turns(features: &VoiceFeatures, turns: &[Span]) -> Option<Self> {
        let all: Vec<(usize, Summary)> = turns
            .iter()
            .enumerate()
            .flat_map(|(turn, span)| {
                pieces_of(features, features.frames_in(*span)).into_iter().map(move |p| (turn, p))
            })
            .filter(|(_, piece)| piece.voiced_s >= PIECE_VOICED_S)
            .collect();
        let summaries = |rows: &[(usize, Summary)]| rows.iter().map(|(_, s)| s.clone()).collect::<Vec<_>>();
        let mut rows = all.clone();
        for _ in 0..2 {
            let calm = Self::of_own(features, &summaries(&rows))?;
            let channel = calm.channel(features);
            let heat = |piece: &Summary| calm.heat(piece, &channel).map(|h| h.heat);
            let heats: Vec<f64> = all.iter().filter_map(|(_, piece)| heat(piece)).collect();
            let limit = statistics::median(&heats)? + CALM_OVER_MIDDLE;
            rows = all.iter().filter(|(_, piece)| heat(piece).is_some_and(|h| h <= limit)).cloned().collect();
        }
        let mut calm = Self::of_own(features, &summaries(&rows))?;
        rows.dedup_by_key(|(turn, _)| *turn);
        calm.sources = rows.len() as u32;
        Some(calm)
    }

    fn of_own(features: &VoiceFeatures, pieces: &[Summary]) -> Option<Self> {
        let mut calm = Self::of_pieces(BaselineKind::OwnTurns, pieces)?;
        calm.bandwidth = features.bandwidth;
        calm.snr_db = features.snr_db;
        calm.noise_db = noise_db(&[features]);
        Some(calm)
    }

    fn of_pieces(kind: BaselineKind, pieces: &[Summary]) -> Option<Self> {
        let voiced_s: f64 = pieces.iter().map(|p| p.voiced_s).sum();
        if voiced_s < super::MIN_VOICED_S {
            return None;
        }
        let mut power = [0.0; BANDS];
        for piece in pieces {
            for (sum, level) in power.iter_mut().zip(&piece.ltas_db) {
                *sum += 10f64.powf(level / 10.0) * piece.voiced_s / voiced_s;
            }
        }
        Some(Self {
            kind,
            speech_s: pieces.iter().map(|p| p.phonation_s).sum(),
            voiced_s,
            pieces: pieces.len() as u32,
            wide: norms(pieces, Bandwidth::Wide),
            telephone: norms(pieces, Bandwidth::Telephone),
            ltas_db: power.map(|p| 10.0 * p.max(1e-12).log10()),
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
}

/// A short recording is one piece, a long one several of about 3 s.
pub(super) fn pieces(features: &VoiceFeatures) -> Vec<Summary> {
    pieces_of(features, &features.frames)
}

fn pieces_of(features: &VoiceFeatures, frames: &[VoiceFrame]) -> Vec<Summary> {
    let count = (frames.len() / PIECE_FRAMES).max(1);
    let size = frames.len().div_ceil(count).max(1);
    frames
        .chunks(size)
        .filter_map(|chunk| {
            let span = Span::new(chunk.first()?.center(), chunk.last()?.center() + 1)?;
            Summary::of(features, span).filter(|s| s.voiced_s >= super::MIN_VOICED_S || count == 1)
        })
        .collect()
}

/// Level of the background in each band, the median of the recordings that have one; the lowest level without any.
fn noise_db(recordings: &[&VoiceFeatures]) -> [f64; BANDS] {
    std::array::from_fn(|b| {
        let heard = recordings.iter().filter(|r| r.has_background);
        let levels: Vec<f64> = heard.map(|r| 10.0 * r.noise[b].max(1e-12).log10()).collect();
        statistics::median(&levels).unwrap_or(-120.0)
    })
}

/// A baseline that was stored before a cue was known still counts by the others.
fn norms_of_any_age<'de, D: Deserializer<'de>>(stored: D) -> Result<[Option<Norm>; CUES], D::Error> {
    let stored = Vec::<Option<Norm>>::deserialize(stored)?;
    Ok(std::array::from_fn(|cue| stored.get(cue).copied().flatten()))
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
