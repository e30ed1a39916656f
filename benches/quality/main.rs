//! Quality figures over `../shared/eval` (or `EVENKEEL_EVAL`), one module a question. Data that may not be shipped is
//! never copied here; where the folder is absent each part says so and is skipped.
//!
//! `cargo bench --bench quality -- timing tone` runs those parts; without names, all.

#![allow(
    clippy::pedantic,
    clippy::type_complexity,
    clippy::ptr_arg,
    clippy::collapsible_match,
    clippy::unwrap_used,
    reason = "a measurement that cannot go on stops with its reason"
)]

use std::path::PathBuf;

mod asr;
#[path = "../../tests/it/edits.rs"]
mod edits;
mod reading;
mod timing;
mod tone;
mod words;

/// The evaluation folder, if it is there.
fn eval_dir() -> Option<PathBuf> {
    let dir = std::env::var_os("EVENKEEL_EVAL")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/eval"), PathBuf::from);
    dir.is_dir().then_some(dir)
}

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let parts: [(&str, fn(&std::path::Path)); 5] = [
        ("reading", reading::run),
        ("timing", timing::run),
        ("tone", tone::run),
        ("asr", asr::run),
        ("words", words::run),
    ];
    let Some(dir) = eval_dir() else {
        println!("quality: skipped, no evaluation data beside the project (set EVENKEEL_EVAL)");
        return;
    };
    for (name, run) in parts {
        if wanted.is_empty() || wanted.iter().any(|w| w == name) {
            println!("\n## {name}\n");
            run(&dir);
        }
    }
}
