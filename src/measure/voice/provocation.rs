//! What hostile customer lines do to the agent's voice, and how long it takes to come back.

use super::analyze::{Reference, VoiceInput, round};
use super::heat::NEUTRAL_BAND;
use super::{Baseline, Cue, Heat, Summary, VoiceFeatures};
use crate::call::{Provocation, Span, VoiceShift, seconds_to_samples};
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

pub(super) fn provocations(reference: &Reference, input: &VoiceInput) -> Vec<Provocation> {
    let hostile = hostile_lines(input.customer, input.customer_voice);
    let responses: Vec<Option<Shift>> =
        input.customer.iter().map(|line| response(reference, input, line.span)).collect();
    let mild = mean_of(responses.iter().zip(&hostile).filter(|(_, h)| !**h).filter_map(|(r, _)| r.as_ref()));
    let mut out = Vec::new();
    for (i, line) in input.customer.iter().enumerate().filter(|(i, _)| hostile[*i]) {
        let Some(mut shift) = responses[i].clone() else { continue };
        for (key, usual) in &mild {
            if let Some(value) = shift.get(key) {
                let difference = round(value - usual);
                shift.insert(format!("{key}_vs_mild"), difference);
            }
        }
        let until = input
            .customer
            .iter()
            .skip(i + 1)
            .zip(&hostile[i + 1..])
            .find(|(_, h)| **h)
            .map(|(l, _)| l.span.start());
        out.push(Provocation {
            customer_start_s: line.span.start_s(),
            customer_end_s: line.span.end_s(),
            shift,
            recovery_s: recovery_s(reference, line.span.end(), until),
        });
    }
    out
}

/// The agent's next 10 s after a line, and the latency before them; `None` when the agent does not speak before the next line.
fn response(reference: &Reference, input: &VoiceInput, line: Span) -> Option<Shift> {
    let next_line = input.customer.iter().map(|l| l.span.start()).find(|s| *s >= line.end());
    let turn =
        input.turns.iter().find(|t| t.end() > line.end() && next_line.is_none_or(|n| t.start() < n))?;
    let start = turn.start().max(line.end());
    let heat = reference.heat(Span::new(start, start + seconds_to_samples(AFTER_S))?)?;
    let VoiceShift { pitch_st, loudness_lu, vocal_effort_db, rate_shift } = heat.shift;
    let latency = input
        .responses
        .iter()
        .filter(|r| (r.customer_end_s - line.end_s()).abs() < 0.6)
        .map(|r| r.latency_s)
        .next()
        .or_else(|| Some((turn.start() as f64 - line.end() as f64) / f64::from(crate::call::RATE_HZ)));
    Some(
        [
            ("heat", Some(heat.heat)),
            ("pitch_st", pitch_st),
            ("loudness_lu", loudness_lu),
            ("vocal_effort_db", vocal_effort_db),
            ("rate_shift", rate_shift),
            ("latency_s", latency),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), round(value?))))
        .collect(),
    )
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

/// Seconds from the end of a line until the voice is inside its band and stays there for the next window too; 0 when it
/// never left it; `None` when it never came back before `until`, or nothing was said.
fn recovery_s(reference: &Reference, from: u64, until: Option<u64>) -> Option<f64> {
    let end = until.unwrap_or(u64::MAX).min(reference.features.extent()?.end());
    let (window, step) = (seconds_to_samples(WINDOW_S), seconds_to_samples(STEP_S));
    let mut heats = Vec::new();
    let mut at = from;
    while at + window / 2 <= end {
        if let Some(heat) = Span::new(at, at + window).and_then(|span| reference.heat(span)) {
            heats.push((at, heat.heat));
        }
        at += step;
    }
    let out = heats.iter().rposition(|(_, heat)| *heat > NEUTRAL_BAND[1]);
    match out {
        None => (!heats.is_empty()).then_some(0.0),
        Some(last) => {
            heats.get(last + 1).map(|(at, _)| round((at - from) as f64 / f64::from(crate::call::RATE_HZ)))
        }
    }
}
