//! Turn taking on the true speech of the staged calls (`samples/calls`): every reply, kind, backchannel and silence.

use evenkeel::call::{Span, Timeline};
use evenkeel::coach::Rubric;
use evenkeel::measure::{Talk, turn_taking};
use serde_json::Value;

fn seconds(row: &Value, key: &str) -> f64 {
    row[key].as_f64().expect("a number of seconds")
}

/// The utterances of one person without the silences inside them.
fn speech(utterances: &[Value], who: &str) -> Timeline {
    let mut spans = Vec::new();
    for u in utterances.iter().filter(|u| u["channel"] == who) {
        let mut from = seconds(u, "start_s");
        for silence in u["silences_in_utterance"].as_array().into_iter().flatten() {
            spans.extend(Span::from_seconds(from, silence[0].as_f64().expect("seconds")));
            from = silence[1].as_f64().expect("seconds");
        }
        spans.extend(Span::from_seconds(from, seconds(u, "end_s")));
    }
    spans.into_iter().collect()
}

#[test]
fn the_staged_calls_are_judged_as_their_truth_says() {
    let limits = Rubric::embedded().limits;
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/calls");
    let mut calls = 0;
    for entry in std::fs::read_dir(folder).expect("samples are there").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.ends_with(".truth.json") {
            continue;
        }
        let truth: Value =
            serde_json::from_str(&std::fs::read_to_string(entry.path()).expect("readable")).expect("JSON");
        let utterances = truth["utterances"].as_array().expect("utterances");
        let (agent, customer) = (speech(utterances, "agent"), speech(utterances, "customer"));
        if customer.is_empty() {
            continue;
        }
        calls += 1;
        let found = turn_taking(&Talk::of(&agent, Some(&customer)), &limits);
        let mut end = 0.0;
        let mut expected = Vec::new();
        for u in utterances {
            match u["onset"].as_str() {
                None => end = seconds(u, "end_s"),
                Some("backchannel") => {}
                Some(kind) => expected.push((kind.to_owned(), end, seconds(u, "start_s"))),
            }
        }
        let rows: Vec<(String, f64, f64)> = found
            .responses
            .iter()
            .map(|r| {
                let kind = serde_json::to_value(r.kind).expect("a kind");
                (kind.as_str().expect("a word").to_owned(), r.customer_end_s, r.agent_start_s)
            })
            .collect();
        assert_eq!(rows, expected, "{name}");
        assert_eq!(
            found.backchannels.len() as u64,
            truth["counts"]["backchannel"].as_u64().expect("a count"),
            "{name}"
        );
        let silences: Vec<(f64, f64)> = found.dead_air.iter().map(|d| (d.start_s, d.end_s)).collect();
        let truly: Vec<(f64, f64)> = truth["unannounced_dead_air"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|d| (d[0].as_f64().expect("seconds"), d[1].as_f64().expect("seconds")))
            .collect();
        assert_eq!(silences, truly, "{name}");
    }
    assert!(calls >= 6, "only {calls} calls of two voices");
}
