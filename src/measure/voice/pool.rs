//! Which of the recordings that were given for a baseline it is made of.

use super::doubt::{doubts_of_baselines, not_one_voice, too_little};
use super::{Baseline, Cue, Summary, VoiceFeatures, baseline};
use crate::call::{BaselineKind, Timeline};

/// One in this many recordings may be left out because it is unlike all others.
const ONE_IN: usize = 3;
/// Spreads of heat or of pitch from all others that hardly any calm recording of the same person has (`docs/quality.md`).
const FAR: f64 = 5.0;

/// One recording for a baseline.
#[derive(Clone, Copy)]
pub struct Recorded<'a> {
    /// For people.
    pub name: &'a str,
    /// The voice.
    pub features: &'a VoiceFeatures,
    /// Where somebody was heard speaking, when the features were taken from more than that.
    pub speech: Option<&'a Timeline>,
}

/// A recording with what is computed of it once.
struct Row<'a> {
    name: &'a str,
    features: &'a VoiceFeatures,
    pieces: Vec<Summary>,
    whole: Option<Summary>,
    doubt: Option<String>,
}

impl Baseline {
    /// Of calm recordings, all pooled; `None` without 0.3 s of voiced speech.
    pub fn from_recordings(kind: BaselineKind, recordings: &[&VoiceFeatures]) -> Option<Self> {
        let names: Vec<String> = (1..=recordings.len()).map(|n| format!("recording {n}")).collect();
        let named = names.iter().zip(recordings);
        let all: Vec<Recorded> =
            named.map(|(name, features)| Recorded { name, features, speech: None }).collect();
        Self::from_named(kind, &all)
    }

    /// The same with names for people. What is no voice, and one in three that stands far from all others, are left out and
    /// named; where most would have to be, all stay, and the doubt is kept.
    pub fn from_named(kind: BaselineKind, recordings: &[Recorded]) -> Option<Self> {
        let (mut rows, mut left_out) = usable(recordings);
        let mut may_go = rows.len() / ONE_IN;
        while may_go > 0 {
            let Some((odd, far)) = oddest(kind, &rows) else { break };
            left_out.push(format!(
                "{} was left out of the baseline: it stands {far:.1} neutral spreads from the other recordings",
                rows.remove(odd).name
            ));
            may_go -= 1;
        }
        let mut baseline = pooled(kind, &rows.iter().collect::<Vec<_>>())?;
        baseline.doubts = rows.iter().filter_map(|r| r.doubt.clone()).collect();
        baseline.doubts.extend(doubts_of_baselines(&rows.iter().map(|r| r.features).collect::<Vec<_>>()));
        baseline.doubts.sort();
        baseline.doubts.dedup();
        baseline.left_out = left_out;
        Some(baseline)
    }
}

fn pooled(kind: BaselineKind, rows: &[&Row]) -> Option<Baseline> {
    let features: Vec<&VoiceFeatures> = rows.iter().map(|r| r.features).collect();
    let pieces: Vec<Summary> = rows.iter().flat_map(|r| r.pieces.iter().cloned()).collect();
    let levels: Vec<f64> = rows.iter().filter_map(|r| r.whole.as_ref()?.loudness_lufs).collect();
    Baseline::pooled(kind, &features, &pieces, &levels)
}

/// The recordings that hold one voice, and why others do not; all that are voiced where most do not.
fn usable<'a>(recordings: &[Recorded<'a>]) -> (Vec<Row<'a>>, Vec<String>) {
    let out = |name: &str, why: &str| format!("{name} was left out of the baseline: {why}");
    let mut left_out = Vec::new();
    let mut rows: Vec<Row> = Vec::with_capacity(recordings.len());
    for Recorded { name, features, speech } in recordings {
        match too_little(features.voiced_s()) {
            // A few very short ones are a baseline together.
            Some(why) if features.voiced_s() == 0.0 => left_out.push(out(name, &why)),
            _ => rows.push(Row {
                name,
                features,
                pieces: baseline::pieces(features),
                whole: features.extent().and_then(|all| Summary::of(features, all)),
                doubt: not_one_voice(features, *speech),
            }),
        }
    }
    let voiced = |of: &dyn Fn(&Row) -> bool| -> f64 {
        rows.iter().filter(|r| of(r)).map(|r| r.features.voiced_s()).sum()
    };
    if 2.0 * voiced(&|r| r.doubt.is_none()) > voiced(&|_| true) {
        rows.retain(|r| {
            left_out.extend(r.doubt.iter().map(|why| out(r.name, why)));
            r.doubt.is_none()
        });
    }
    (rows, left_out)
}

/// The recording that stands farthest from all others together, where that is too far, and how far.
fn oddest(kind: BaselineKind, rows: &[Row]) -> Option<(usize, f64)> {
    let far = |i: usize| -> Option<f64> {
        let others: Vec<&Row> = rows.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, r)| r).collect();
        let baseline = pooled(kind, &others)?;
        let channel = baseline.channel(rows[i].features);
        let heat = baseline.heat(rows[i].whole.as_ref()?, &channel)?;
        Some(heat.heat.abs().max(heat.z[Cue::Pitch as usize]?.abs()))
    };
    let all = (0..rows.len()).filter_map(|i| Some((i, far(i)?)));
    all.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, far)| *far > FAR)
}
