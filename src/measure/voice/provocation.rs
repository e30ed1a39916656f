//! What hostile customer lines do to the agent's voice, and how long it takes to come back.

use super::analyze::{Reference, VoiceInput, round};
use super::heat::NEUTRAL_BAND;
use super::{Baseline, Cue, Heat, Summary, VoiceFeatures};
use crate::call::{Confidence, Provocation, Span, VoiceShift, seconds_to_samples};
use std::collections::BTreeMap;

/// A line of the scenario from this heat on is hostile (1 mild to 5 abusive).
const HOSTILE_LINE: u8 = 3;
/// A customer's line this many of their own spreads over their calm level is hostile.
const HOSTILE_HEAT: f64 = 2.0;
/// ... and louder or more pressed by this many: a warm goodbye is high too, but soft.
const HOSTILE_EFFORT: f64 = 1.0;
/// A shorter line is not judged, voiced seconds.
const LINE_VOICED_S: f64 = 0.8;
/// The agent's next speech that is looked at, seconds.
const AFTER_S: f64 = 10.0;
/// Window and step with which the way back is followed, seconds.
const WINDOW_S: f64 = 2.0;
const STEP_S: f64 = 0.5;

/// A line of the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CustomerLine {
    /// When.
    pub span: Span,
    /// 1 mild to 5 abusive, from the scenario; `None` in a real recording.
    pub heat: Option<u8>,
}

/// Which lines are hostile: by the scenario's heat, otherwise by the customer's own rise over their calm level.
pub fn hostile_lines(lines: &[CustomerLine], voice: Option<&VoiceFeatures>) -> Vec<bool> {
    let spans: Vec<Span> = lines.iter().map(|l| l.span).collect();
    // Two calm lines are needed to see that a third is not.
    let calm =
        voice.filter(|_| spans.len() >= 3).and_then(|v| Some((v, Baseline::from_own_turns(v, &spans)?)));
    lines
        .iter()
        .map(|line| match (line.heat, &calm) {
            (Some(heat), _) => heat >= HOSTILE_LINE,
            (None, Some((voice, calm))) => Summary::of(voice, line.span)
                .filter(|s| s.voiced_s >= LINE_VOICED_S)
                .and_then(|s| calm.heat(&s, &calm.channel(voice)))
                .is_some_and(|h| h.heat > HOSTILE_HEAT && forced(&h)),
            (None, None) => false,
        })
        .collect()
}

/// Whether the voice is louder or more pressed, not only higher.
fn forced(heat: &Heat) -> bool {
    [Cue::Loudness, Cue::Alpha].iter().any(|cue| heat.z[*cue as usize].is_some_and(|z| z > HOSTILE_EFFORT))
}

type Shift = BTreeMap<String, f64>;

/// What the agent said after a line.
struct Answer {
    start: u64,
    shift: Shift,
    summary: Summary,
}

pub(super) fn provocations(reference: &Reference, input: &VoiceInput) -> Vec<Provocation> {
    let hostile = hostile_lines(input.customer, input.customer_voice);
    let next_hostile = |i: usize| {
        let later = input.customer.iter().zip(&hostile).skip(i + 1);
        later.filter(|(_, h)| **h).map(|(l, _)| l.span.start()).next()
    };
    let answers: Vec<Result<Answer, &str>> = input
        .customer
        .iter()
        .enumerate()
        .map(|(i, line)| answer(reference, input, line.span, next_hostile(i)))
        .collect();
    let mild = mean_of(
        answers.iter().zip(&hostile).filter(|(_, h)| !**h).filter_map(|(a, _)| Some(&a.as_ref().ok()?.shift)),
    );
    let hostile_rows = input.customer.iter().enumerate().zip(&answers).filter(|((i, _), _)| hostile[*i]);
    hostile_rows
        .map(|((i, line), answer)| {
            let mut out = Provocation {
                customer_start_s: line.span.start_s(),
                customer_end_s: line.span.end_s(),
                shift: Shift::new(),
                recovery_s: None,
                confidence: Confidence::Absent,
                reason: String::new(),
            };
            match answer {
                Err(why) => (*why).clone_into(&mut out.reason),
                Ok(answer) => {
                    out.shift = answer.shift.clone();
                    for (key, usual) in &mild {
                        if let Some(value) = answer.shift.get(key) {
                            out.shift.insert(format!("{key}_vs_mild"), round(value - usual));
                        }
                    }
                    (out.confidence, out.reason) = reference.trust(Some(&answer.summary));
                    match recovery_s(reference, line.span.end(), answer.start, next_hostile(i)) {
                        Some(back) => out.recovery_s = Some(back),
                        None => also(&mut out.reason, never_back(next_hostile(i).is_some())),
                    }
                }
            }
            out
        })
        .collect()
}

fn also(reason: &mut String, text: &str) {
    if !reason.is_empty() {
        reason.push_str("; ");
    }
    reason.push_str(text);
}

/// Why there is no way back to tell of.
fn never_back(another_line: bool) -> &'static str {
    if another_line {
        "the voice was not back inside its band before the next hostile line"
    } else {
        "the voice was not back inside its band before the end of the recording"
    }
}

/// The agent's next 10 s after a line, up to the next hostile one, and the latency before them.
fn answer(
    reference: &Reference,
    input: &VoiceInput,
    line: Span,
    next_hostile: Option<u64>,
) -> Result<Answer, &'static str> {
    let next_line = input.customer.iter().map(|l| l.span.start()).find(|s| *s >= line.end());
    let mut turns = input.turns.iter();
    let turn = turns.find(|t| t.end() > line.end() && next_line.is_none_or(|n| t.start() < n)).ok_or(
        if next_line.is_some() {
            "the agent said nothing before the next line"
        } else {
            "the agent said nothing after it"
        },
    )?;
    let start = turn.start().max(line.end());
    let until = next_hostile.unwrap_or(u64::MAX).max(start + 1).min(start + seconds_to_samples(AFTER_S));
    let too_short = "the answer holds too little voiced speech";
    let summary =
        Span::new(start, until).and_then(|span| Summary::of(reference.features, span)).ok_or(too_short)?;
    let heat = reference.heat_of(&summary).ok_or(too_short)?;
    let VoiceShift { pitch_st, loudness_lu, vocal_effort_db, rate_shift, pitch_slope_shift } = heat.shift;
    let latency = input
        .responses
        .iter()
        .filter(|r| (r.customer_end_s - line.end_s()).abs() < 0.6)
        .map(|r| r.latency_s)
        .next()
        .or_else(|| Some((turn.start() as f64 - line.end() as f64) / f64::from(crate::call::RATE_HZ)));
    let shift = [
        ("heat", Some(heat.heat)),
        ("pitch_st", pitch_st),
        ("loudness_lu", loudness_lu),
        ("vocal_effort_db", vocal_effort_db),
        ("rate_shift", rate_shift),
        ("pitch_slope_shift", pitch_slope_shift),
        ("latency_s", latency),
    ];
    let shift = shift.into_iter().filter_map(|(key, value)| Some((key.to_owned(), round(value?)))).collect();
    Ok(Answer { start, shift, summary })
}

fn mean_of<'a>(rows: impl Iterator<Item = &'a Shift>) -> Shift {
    let mut sums: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for row in rows {
        for (key, value) in row {
            let entry = sums.entry(key.clone()).or_default();
            *entry = (entry.0 + value, entry.1 + 1.0);
        }
    }
    sums.into_iter().map(|(key, (sum, n))| (key, sum / n)).collect()
}

/// Seconds from the end of a line until the voice that left its band in the answer to it is back inside, and stays there for
/// the next window too; 0 when the answer never left it; `None` when it was not back before `until`.
fn recovery_s(reference: &Reference, from: u64, answer: u64, until: Option<u64>) -> Option<f64> {
    let end = until.unwrap_or(u64::MAX).min(reference.features.extent()?.end());
    let (window, step) = (seconds_to_samples(WINDOW_S), seconds_to_samples(STEP_S));
    let starts = (0..).map(|n| from + n * step).take_while(|at| at + window / 2 <= end);
    let heat = |at: u64| Some(reference.heat(Span::new(at, at + window)?)?.heat);
    let heats: Vec<(u64, f64)> = starts.filter_map(|at| Some((at, heat(at)?))).collect();
    let is_out = |heat: f64| heat > NEUTRAL_BAND[1];
    let answered = answer + seconds_to_samples(AFTER_S);
    let Some(left) = heats.iter().position(|(at, heat)| *at < answered && is_out(*heat)) else {
        return Some(0.0);
    };
    let back = (left + 1..heats.len()).find(|i| {
        let stays = heats[*i..].iter().take_while(|(at, _)| *at <= heats[*i].0 + window);
        stays.into_iter().all(|(_, heat)| !is_out(*heat))
    })?;
    // A window is inside when most of what was out of the band has left it: that is after its first quarter.
    Some(round((heats[back].0 + window / 4 - from) as f64 / f64::from(crate::call::RATE_HZ)))
}
