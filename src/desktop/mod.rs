//! The window: state and a pure reducer, views that return what was asked for, workers that do what takes time.
//!
//! `app` wires them together; nothing in a view changes state, and nothing over a few milliseconds runs in the reducer.

pub mod theme;
pub mod widgets;

/// Opens the window.
pub fn run(_scenario: Option<&str>, _embedded: &crate::cli::Embedded) -> anyhow::Result<()> {
    anyhow::bail!("the window is not built yet")
}
