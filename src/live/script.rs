//! A scenario made ready to be played: every line's sound at 16 kHz, and where the customer speaks in it.

use super::LiveError;
use crate::call::{Facts, Span};
use crate::rehearse::{LineSound, Plan, Scenario, Waits};
use crate::signal::{SpeechDetector, speech};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A scenario with its sounds.
#[derive(Clone, Debug)]
pub struct Script {
    pub(super) plan: Plan,
    pub(super) sounds: BTreeMap<String, Arc<[f32]>>,
    pub(super) facts: Facts,
}

/// A line made ready to be played.
#[derive(Clone, Debug)]
pub struct ReadyLine {
    sound: Arc<[f32]>,
    timing: LineSound,
}

impl ReadyLine {
    /// Finds the customer's speech in a line (16 kHz). Takes about a hundredth of the line's length.
    pub fn new(mut samples: Vec<f32>, detector: &mut dyn SpeechDetector) -> Result<Self, LiveError> {
        let options = speech::Options { remove_leakage: false, near_only: false, ..Default::default() };
        let found = speech::detect(detector, None, Some(&samples), &options)?.customer;
        // Nobody waits for the silence before a line.
        let sounding = sounding(&samples);
        let from = sounding.map_or(0, |s| s.start().saturating_sub(LEAD));
        let heard = sounding.map_or_else(|| found.clone(), |s| found.crop(s));
        let moved = heard.spans().iter().filter_map(|s| Span::new(s.start() - from, s.end() - from));
        let timing = LineSound::new(samples.len() as u64 - from, &moved.collect());
        samples.drain(..from as usize);
        Ok(Self { sound: samples.into(), timing })
    }
}

impl Script {
    /// Of lines that are ready, by their ids.
    pub fn of(
        scenario: Scenario,
        lines: BTreeMap<String, ReadyLine>,
        waits: Waits,
    ) -> Result<Self, LiveError> {
        let facts = scenario.facts();
        let timings = lines.iter().map(|(id, line)| (id.clone(), line.timing.clone())).collect();
        let plan = Plan::new(scenario, timings, waits)?;
        Ok(Self { plan, sounds: lines.into_iter().map(|(id, line)| (id, line.sound)).collect(), facts })
    }

    /// Makes all lines (16 kHz, by line id) ready first.
    pub fn prepare(
        scenario: Scenario,
        sounds: BTreeMap<String, Vec<f32>>,
        detector: &mut dyn SpeechDetector,
        waits: Waits,
    ) -> Result<Self, LiveError> {
        let ready = |(id, samples): (String, Vec<f32>)| Ok((id, ReadyLine::new(samples, detector)?));
        let lines = sounds.into_iter().map(ready).collect::<Result<_, LiveError>>()?;
        Self::of(scenario, lines, waits)
    }

    /// The scenario with its timings.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Whether any line's continuation depends on how the voice was.
    pub(super) fn asks_for_voice(&self) -> bool {
        let mut conditions =
            self.plan.scenario().lines.iter().flat_map(|l| &l.next).flat_map(|next| &next.when);
        conditions.any(|c| c.what == "unsteady" || c.what == "rushed")
    }
}

/// What is left of the silence before a line: 20 ms.
const LEAD: u64 = 320;
/// Steps of 5 ms in which a line's first and last sound are looked for.
const STEP: usize = 80;
/// A line sounds within so many dB of its loudest step, and so many dB over its quietest ones.
const RANGE_DB: f32 = 45.0;
const OVER_FLOOR_DB: f32 = 10.0;

/// From the first to the last sound of a line. Lines are cut close, so that there is no background from which the finder
/// of edges could tell their ends; they are clean, so that their level can.
fn sounding(samples: &[f32]) -> Option<Span> {
    let level = |c: &[f32]| c.iter().map(|s| s * s).sum::<f32>() / c.len() as f32;
    let levels: Vec<f32> = samples.chunks(STEP).map(|c| 10.0 * level(c).max(1e-10).log10()).collect();
    let mut sorted = levels.clone();
    sorted.sort_unstable_by(f32::total_cmp);
    let loudest = *sorted.last()?;
    let floor = sorted[sorted.len() / 50];
    let limit = (loudest - RANGE_DB).max((floor + OVER_FLOOR_DB).min(loudest - 25.0));
    let first = levels.iter().position(|l| *l >= limit)?;
    let last = levels.iter().rposition(|l| *l >= limit)?;
    Span::new((first * STEP) as u64, ((last + 1) * STEP).min(samples.len()) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_with_its_last_sound_and_not_with_its_tail_of_noise() {
        let mut line: Vec<f32> = (0..48_000).map(|n| 0.3 * (n as f32 * 0.05).sin()).collect();
        let noise = |n: usize| 0.0005 * ((n * 7919 % 1000) as f32 / 500.0 - 1.0);
        line.extend((0..3_200).map(noise));
        let before: Vec<f32> = (0..1_600).map(noise).chain(line).collect();
        assert_eq!(sounding(&before), Span::new(1_600, 49_600));
        assert_eq!(sounding(&[]), None);
    }
}
