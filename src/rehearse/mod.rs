//! The scenario format, the call in progress as a pure state machine, and what surrounds practice: the ladder, repetition,
//! rest, corrections and cards.
//!
//! Nothing here reads a file, a clock or a device: the caller brings texts, sounds, moments and dates.

pub mod branch;
pub mod cards;
pub mod correct;
pub mod flags;
pub mod ladder;
pub mod log;
pub mod machine;
pub mod outcome;
pub mod plan;
pub mod repetition;
pub mod rest;
pub mod scenario;
pub mod waiting;

pub use branch::{Heard, choose};
pub use correct::{Correction, Strike, WordFix, corrected};
pub use flags::Flags;
pub use log::{Ended, TakeLog};
pub use machine::{Call, Effect, Event, Phase};
pub use outcome::Outcome;
pub use plan::{LineSound, Plan, PlanError};
pub use scenario::{Condition, Line, Next, Scenario, ScenarioError, ScenarioProblem, Trap};
pub use waiting::{TurnEnding, Waits};
