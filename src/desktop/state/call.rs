//! A call in progress, as it is shown.

use crate::library::TakeId;
use crate::rehearse::Phase;

/// A level now, dBFS.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Meter {
    /// Root mean square.
    pub rms_db: f64,
    /// Largest sample.
    pub peak_db: f64,
    /// Whether samples reached full scale.
    pub clipped: bool,
}

impl Default for Meter {
    fn default() -> Self {
        Self { rms_db: -90.0, peak_db: -90.0, clipped: false }
    }
}

/// Pace and loudness of what is being said, against the person's own.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ring {
    /// Words (or syllables) a second against the own rate, as a fraction; 0 = the own.
    pub pace: Option<f64>,
    /// LU above the own loudness.
    pub loudness_lu: Option<f64>,
}

/// A call in progress.
#[derive(Clone, Debug)]
pub struct CallView {
    /// Scenario id.
    pub scenario: String,
    /// Its title.
    pub title: String,
    /// Of the scenario.
    pub heat: u8,
    /// Whether the devices are open and the recording runs.
    pub running: bool,
    /// Where the call is.
    pub phase: Phase,
    /// The customer's words now.
    pub line: String,
    /// The customer's level.
    pub customer: Meter,
    /// The agent's level.
    pub agent: Meter,
    /// Whether the agent is heard speaking.
    pub speaking: bool,
    /// Seconds on disk.
    pub elapsed_s: f64,
    /// Pace and loudness.
    pub ring: Ring,
    /// What is wrong with a device, and whether the call waits for it.
    pub trouble: Option<(String, bool)>,
    /// The take and line that this repeats.
    pub retry_of: Option<(TakeId, String)>,
    /// Whether the end was asked for.
    pub ending: bool,
}

impl CallView {
    /// A call that is being opened.
    pub fn opening(scenario: &str, title: &str, heat: u8) -> Self {
        Self {
            scenario: scenario.to_owned(),
            title: title.to_owned(),
            heat,
            running: false,
            phase: Phase::Ready,
            line: String::new(),
            customer: Meter::default(),
            agent: Meter::default(),
            speaking: false,
            elapsed_s: 0.0,
            ring: Ring::default(),
            trouble: None,
            retry_of: None,
            ending: false,
        }
    }
}
