//! Evenkeel: rehearse calls with angry customers, offline.
//!
//! The rooms of the house and what may be imported from where: `docs/architecture.md`. The pure core has no
//! files, threads, clock, devices or logging; the adapters are the only rooms that name their crate.

#![cfg_attr(
    test,
    allow(
        clippy::pedantic,
        clippy::ptr_arg,
        clippy::wrong_self_convention,
        reason = "tests compare exact numbers and build what they need; a `SampleSource` is a whole `Vec`"
    )
)]

// Plain data of a call, and the algebra of time.
pub mod call;
// Samples in, numbers out.
pub mod signal;
// Turn taking, pauses, pace, voice against baseline.
pub mod measure;
// Behaviors in the words.
pub mod words;
// Rubric, findings, what to say instead.
pub mod coach;
// A call in progress as a pure state machine, and the scenario format.
pub mod rehearse;

// The outside: files, sound cards, the recognizer, storage, formats.
pub mod asr;
pub mod audio;
pub mod device;
pub mod library;
pub mod report;

// The jobs.
pub mod analyze;
pub mod batch;
// A call in progress with real sound.
pub mod live;

// The shells.
pub mod cli;
#[cfg(feature = "desktop")]
pub mod desktop;
