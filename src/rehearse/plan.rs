//! A scenario made ready to play: each line with the length of its recording and where the customer speaks in it.

use super::scenario::{Line, Scenario};
use super::waiting::Waits;
use crate::call::{Span, Timeline};
use std::collections::BTreeMap;

/// One line's recording, in samples at the analysis rate from its own start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineSound {
    length: u64,
    speech: Timeline,
}

impl LineSound {
    /// Length of the recording and the speech that the detector found in it; speech beyond the end is cut off.
    pub fn new(length: u64, speech: &Timeline) -> Self {
        let speech = Span::new(0, length).map_or_else(Timeline::default, |whole| speech.crop(whole));
        Self { length, speech }
    }

    /// Length of the recording.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Where the customer speaks.
    pub fn speech(&self) -> &Timeline {
        &self.speech
    }

    /// The completion point: the end of its speech; of the recording where no speech was found.
    pub fn completion(&self) -> u64 {
        self.speech.extent().map_or(self.length, Span::end)
    }
}

/// What cannot be played.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// A line without its sound.
    #[error(
        "the recording of line `{line}` was not prepared; check the scenario with `evenkeel scenarios check`"
    )]
    NoSound {
        /// Line id.
        line: String,
    },
}

/// A scenario with its sounds and the waits of this call.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    scenario: Scenario,
    sounds: Vec<LineSound>,
    waits: Waits,
}

impl Plan {
    /// Every line of the scenario needs its sound, by line id.
    pub fn new(
        scenario: Scenario,
        mut sounds: BTreeMap<String, LineSound>,
        waits: Waits,
    ) -> Result<Self, PlanError> {
        let sounds = scenario
            .lines
            .iter()
            .map(|l| sounds.remove(&l.id).ok_or_else(|| PlanError::NoSound { line: l.id.clone() }))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self { scenario, sounds, waits })
    }

    /// The scenario.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The waits.
    pub fn waits(&self) -> &Waits {
        &self.waits
    }

    pub(super) fn line(&self, index: usize) -> &Line {
        &self.scenario.lines[index]
    }

    pub(super) fn sound(&self, index: usize) -> &LineSound {
        &self.sounds[index]
    }

    pub(super) fn index(&self, id: &str) -> Option<usize> {
        self.scenario.lines.iter().position(|l| l.id == id)
    }
}
