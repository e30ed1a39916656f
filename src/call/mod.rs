//! Plain data of a call: time, turns, metrics, behaviors, findings and the [`Analysis`] that every format is made from.
//!
//! Times are integer sample counts at [`RATE_HZ`] inside and seconds with three decimals at the edges.

mod analysis;
mod behavior;
mod facts;
mod finding;
mod metric;
mod span;
mod timeline;

pub use analysis::{
    Analysis, Backchannel, BaselineKind, DeadAir, Delivery, Engine, Interruption, OnHold, Provocation,
    Response, ResponseKind, Roles, SCHEMA, Source, Speaker, SpeakerSpan, Transcript, Turn, Voice, VoiceShift,
    VoiceTurn, Warning, Word,
};
pub use behavior::{BEHAVIORS, Behavior, BehaviorInfo, BehaviorKind, Heard, behavior_info};
pub use facts::{FactLine, Facts, Fault};
pub use finding::{Finding, FindingKind};
pub use metric::{Confidence, Metric, round3};
pub use span::{RATE_HZ, Span, samples_to_seconds, seconds_to_samples};
pub use timeline::Timeline;
