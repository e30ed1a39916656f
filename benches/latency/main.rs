//! How soon the customer goes on, and how soon the feedback is there: whole calls in real time with the real detector and
//! recognizer, for each way of hearing, on fake devices or on a virtual sound card.
//!
//! `cargo bench --bench latency -- rolling double-charge` runs that way over that call on fakes; without names, all;
//! `card` takes the virtual sound card (PulseAudio, `tests/virtual-audio`). The replies are those of the agents in
//! `samples/calls`; the customer's lines are cut to 3.5 s, so that most of the time is replies. Last sounds are read off the take,
//! starts of lines off its log (within 20 ms of the truth, `tests/it/device.rs`), and the virtual card's own recording.

#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    reason = "a measurement that cannot go on stops with its reason"
)]

mod call;
mod card;
mod replies;
mod report;

use evenkeel::asr::models::{DEFAULT_MODEL, Embedded};
use evenkeel::asr::{Store, Transcriber};
use evenkeel::coach::Rubric;
use evenkeel::live::{Hearing, Steady};
use evenkeel::words::Rules;
use std::path::PathBuf;
use std::sync::Arc;

/// Whose replies, in which scenario.
const CALLS: [(&str, &str); 8] = [
    ("good-double-charge", "double-charge"),
    ("good-cancelled-operation", "cancelled-operation"),
    ("mixed-power-cut", "power-cut"),
    ("poor-broken-update", "broken-update"),
    ("poor-lost-form", "lost-form"),
    ("deadair-lost-bag", "lost-bag"),
    ("good-double-charge", "late-parcel"),
    ("good-cancelled-operation", "overbooked-hotel"),
];

/// Name, when words are recognized, and how long a late judgement is waited for.
const WAYS: [(&str, Hearing, f64); 6] = [
    ("after-turn", Hearing::AfterTurn, 0.15),
    ("each-stretch", Hearing::EachStretch, 0.15),
    ("rolling", Hearing::Rolling, 0.15),
    ("ahead", Hearing::Ahead, 0.15),
    // The likeliest line, by what is known, is taken the moment the wait is over.
    ("likeliest", Hearing::Ahead, 0.0),
    ("early", Hearing::Early, 0.15),
];

/// What hears.
struct Ears {
    transcriber: Arc<Transcriber>,
    live: Arc<dyn evenkeel::analyze::Recognizer>,
    detector: PathBuf,
    rules: Arc<Rules>,
    rubric: Arc<Rubric>,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let has = |name: &str| wanted.iter().any(|w| w == name);
    if has("card") && std::env::var_os("EVENKEEL_BENCH_AIR").is_none() {
        return card::again_with_card();
    }
    let chosen = |name: &str, all: &[&str]| !wanted.iter().any(|w| all.contains(&w.as_str())) || has(name);
    let store = Store::with_folders(Embedded::default(), vec![root().join("models")], false, None, None);
    let weights = store.find(DEFAULT_MODEL).expect("weights");
    let transcriber = Arc::new(Transcriber::load(&weights, 2).expect("loads"));
    let ears = Ears {
        // Two threads for a decode during the call, as a comparison.
        live: if has("two-threads") { transcriber.clone() } else { Arc::new(Steady(transcriber.clone())) },
        transcriber,
        detector: store.detector().expect("detector"),
        rules: Arc::new(Rules::embedded("en").expect("rules")),
        rubric: Arc::new(Rubric::embedded()),
    };
    let dir = tempfile::tempdir().expect("a folder");
    let (ways, ids) = (WAYS.map(|w| w.0), CALLS.map(|c| c.1));
    for (name, hearing, judge_s) in WAYS.iter().filter(|w| chosen(w.0, &ways)) {
        let (mut all, mut feedbacks) = (Vec::new(), Vec::new());
        for (call, id) in CALLS.iter().filter(|c| chosen(c.1, &ids)) {
            println!("{name}, {call} in {id}: load {}", load());
            let outcome = call::run((*hearing, *judge_s), call, id, &ears, dir.path(), has("card"));
            let truth: Vec<String> = replies::of(call).into_iter().map(|r| r.1).collect();
            feedbacks.push(report::feedback(&outcome, &ears, &truth.join(" "), has("anew")));
            all.extend(outcome.measured);
        }
        report::report(name, &all, &feedbacks);
    }
}

fn load() -> String {
    std::fs::read_to_string("/proc/loadavg")
        .map(|l| l.split_whitespace().take(2).collect::<Vec<_>>().join(" "))
        .unwrap_or_default()
}
