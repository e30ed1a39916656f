//! A scenario made ready to be played: every line's sound at 16 kHz, and where the customer speaks in it.

use super::LiveError;
use crate::call::Facts;
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

impl Script {
    /// Finds the customer's speech in every line (16 kHz, by line id). Takes about a hundredth of the lines' length.
    pub fn prepare(
        scenario: Scenario,
        sounds: BTreeMap<String, Vec<f32>>,
        detector: &mut dyn SpeechDetector,
        waits: Waits,
    ) -> Result<Self, LiveError> {
        let mut timings = BTreeMap::new();
        for (id, samples) in &sounds {
            let options = speech::Options { remove_leakage: false, near_only: false, ..Default::default() };
            let found = speech::detect(detector, None, Some(samples), &options)?;
            timings.insert(id.clone(), LineSound::new(samples.len() as u64, &found.customer));
        }
        let facts = scenario.facts();
        let plan = Plan::new(scenario, timings, waits)?;
        let sounds = sounds.into_iter().map(|(id, samples)| (id, samples.into())).collect();
        Ok(Self { plan, sounds, facts })
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
