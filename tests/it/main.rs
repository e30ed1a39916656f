//! Integration tests: one binary, one module a subject, so that the C++ and the window are linked once.

#![allow(
    clippy::pedantic,
    clippy::type_complexity,
    clippy::ptr_arg,
    clippy::collapsible_match,
    clippy::unwrap_used,
    reason = "a test says what it expects and stops; style is judged in the product"
)]
mod air;
mod cli;
mod desktop;
mod device;
mod edits;
mod golden;
mod layers;
mod listening;
mod live;
mod models;
mod no_headphones;
mod program;
#[cfg(feature = "desktop")]
mod rehearsal;
mod replies;
mod reports;
mod speech;
mod stage;
mod turn_taking;
