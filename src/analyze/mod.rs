//! The one path from samples to an [`Analysis`](crate::call::Analysis), for the window, the command line, batches and tests.
//!
//! bytes → `audio` samples → 16 kHz mono per person → detector → speech spans → turn taking → words inside the spans →
//! behaviors → voice → findings. It never goes back up.

mod assemble;
mod baseline;
mod behaviors;
mod engine;
mod error;
mod options;
mod pipeline;
mod redact;
mod review;
mod roles;
mod voice;
mod warnings;

pub use baseline::pooled_baseline;
pub(crate) use engine::whisper;
pub use engine::{Ask, Engine, Person, Recognizer};
pub use error::AnalyzeError;
pub use options::{Options, Watch};
pub use pipeline::{Analyzed, Words, analyze_file, analyze_reader, analyze_recording};
pub use review::recompute;
pub use roles::{Channel, RoleError, assign};
