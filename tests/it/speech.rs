//! Who spoke when, with the real detector: the staged calls against their truth files, one voice, a played prompt.

use super::stage::{Stage, detector, line, nearest, root, taken};
use evenkeel::audio::Recording;
use evenkeel::signal::speech::{Options, detect};

#[test]
fn the_staged_calls_have_the_latencies_of_their_truth_files() {
    let mut detector = detector();
    let mut errors_ms: Vec<f64> = Vec::new();
    let mut missed = Vec::new();
    for name in
        ["poor-lost-form", "deadair-lost-bag", "good-double-charge", "mixed-power-cut", "poor-broken-update"]
    {
        let path = root().join(format!("samples/calls/{name}.wav"));
        let truth: serde_json::Value = serde_json::from_slice(
            &std::fs::read(path.with_extension("truth.json")).expect("truth is there"),
        )
        .expect("truth is JSON");
        let channels = Recording::open(&path).and_then(|mut r| r.load(&[0, 1])).expect("the call reads");
        let left_is_agent = truth["channels"]["left"] == "agent";
        let (agent, customer) =
            if left_is_agent { (&channels[0], &channels[1]) } else { (&channels[1], &channels[0]) };
        let found = detect(&mut detector, Some(agent), Some(customer), &Options::default())
            .expect("samples read back");
        let rows = taken(&found.agent, &found.customer).responses;
        for said in truth["utterances"].as_array().expect("utterances") {
            let Some(latency_s) = said["response_latency_s"].as_f64() else { continue };
            if said["onset"] == "backchannel" {
                continue;
            }
            let start_s = said["start_s"].as_f64().expect("start");
            match nearest(&rows, start_s) {
                Some(row) => errors_ms.push((row.latency_s - latency_s).abs() * 1e3),
                None => missed.push(format!("{name} at {start_s}")),
            }
        }
    }
    errors_ms.sort_by(f64::total_cmp);
    assert!(missed.is_empty(), "{missed:?}");
    assert!(errors_ms.len() >= 15, "{errors_ms:?}");
    assert!(errors_ms[errors_ms.len() / 2] <= 30.0, "{errors_ms:?}");
    assert!(errors_ms[errors_ms.len() * 9 / 10] <= 80.0, "{errors_ms:?}");
}

#[test]
fn one_voice_alone_works_and_a_played_prompt_is_a_customer() {
    let mut stage = Stage::new(30.0);
    let prompt_end = Stage::say(&mut stage.customer, 1.0, &line("lost-bag", "opening"));
    let end = Stage::say(&mut stage.agent, prompt_end + 0.9, &line("lost-form", "again"));
    assert!(end < 29.0);
    let alone = detect(&mut detector(), Some(&stage.agent), None, &Options::default()).expect("memory reads");
    let start_s = alone.agent.extent().map_or(0.0, evenkeel::call::Span::start_s);
    assert!((start_s - prompt_end - 0.9).abs() < 0.03, "{start_s}");
    // The loudspeaker plays into the microphone; the prompt itself is known exactly and has no noise.
    stage.leak(2400, 0.3);
    let mut prompt = vec![0.0; stage.customer.len()];
    Stage::say(&mut prompt, 1.0, &line("lost-bag", "opening"));
    let heard = detect(&mut detector(), Some(&stage.agent), Some(&prompt), &Options::default())
        .expect("memory reads");
    let start_s = heard.agent.extent().map_or(0.0, evenkeel::call::Span::start_s);
    assert!((start_s - prompt_end - 0.9).abs() < 0.05, "{start_s}");
    assert!(
        heard.agent_quality.bleed_delay_s.is_some_and(|s| (s - 0.15).abs() < 0.002),
        "{:?}",
        heard.agent_quality
    );
}
