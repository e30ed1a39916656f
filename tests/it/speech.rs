//! Who spoke when, with the real detector: the staged calls, and calls put together here from the customers' lines with
//! what the staged ones lack. Truth is exact by construction: a line begins and ends where its 5 ms level passes 45 dB
//! under its peak.

use evenkeel::asr::detector::SileroDetector;
use evenkeel::audio::{Recording, read_short};
use evenkeel::call::{Response, ResponseKind, Timeline};
use evenkeel::coach::Rubric;
use evenkeel::measure::{Talk, TurnTaking, turn_taking};
use evenkeel::signal::speech::{DetectedSpeech, Options, detect};
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn detector() -> SileroDetector {
    SileroDetector::open(&root().join("models/ggml-silero-v6.2.0.bin"))
        .expect("the detector's weights are in models/")
}

fn taken(agent: &Timeline, customer: &Timeline) -> TurnTaking {
    turn_taking(&Talk::of(agent, Some(customer)), &Rubric::embedded().limits)
}

fn nearest(rows: &[Response], start_s: f64) -> Option<&Response> {
    rows.iter()
        .min_by(|a, b| (a.agent_start_s - start_s).abs().total_cmp(&(b.agent_start_s - start_s).abs()))
        .filter(|r| (r.agent_start_s - start_s).abs() < 0.3)
}

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

/// Two channels under construction.
struct Stage {
    agent: Vec<f32>,
    customer: Vec<f32>,
}

impl Stage {
    fn new(seconds: f64) -> Self {
        let n = (seconds * 16_000.0) as usize;
        let mut state = 12_345_u64;
        let mut room = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 40) as f32 / (1u64 << 23) as f32 - 1.0) * 0.001
        };
        Self { agent: (0..n).map(|_| room()).collect(), customer: (0..n).map(|_| room()).collect() }
    }

    /// Puts a voice at a moment and tells where it ends, in seconds.
    fn say(channel: &mut [f32], at_s: f64, sound: &[f32]) -> f64 {
        let start = (at_s * 16_000.0) as usize;
        for (o, s) in channel[start..].iter_mut().zip(sound) {
            *o += s;
        }
        at_s + sound.len() as f64 / 16_000.0
    }

    fn leak(&mut self, delay: usize, gain: f32) {
        for n in delay..self.agent.len() {
            self.agent[n] += gain * self.customer[n - delay];
        }
    }

    fn detect(&self) -> DetectedSpeech {
        detect(&mut detector(), Some(&self.agent), Some(&self.customer), &Options::default())
            .expect("memory reads")
    }
}

/// A spoken line, cut to its sound.
fn line(scenario: &str, name: &str) -> Vec<f32> {
    let path: PathBuf = root().join(format!("samples/scenarios/{scenario}/lines/{name}.flac"));
    let sound = read_short(&path).unwrap_or_else(|e| panic!("{e}"));
    let loud: Vec<f32> =
        sound.chunks(80).map(|f| f.iter().map(|x| x * x).sum::<f32>() / f.len() as f32).collect();
    let limit = loud.iter().copied().fold(0.0, f32::max) * 10f32.powf(-4.5);
    let first = loud.iter().position(|p| *p > limit).unwrap_or(0);
    let last = loud.iter().rposition(|p| *p > limit).unwrap_or(0);
    sound[first * 80..((last + 1) * 80).min(sound.len())].to_vec()
}

/// The first word or two of a line, faded out.
fn word(scenario: &str, name: &str, seconds: f64) -> Vec<f32> {
    let mut sound = line(scenario, name);
    let n = ((seconds * 16_000.0) as usize).min(sound.len());
    sound.truncate(n);
    for i in 0..400.min(n) {
        sound[n - 1 - i] *= i as f32 / 400.0;
    }
    sound
}

#[test]
fn a_backchannel_a_barge_in_dead_air_and_a_pause_are_told_apart_even_with_leakage() {
    for leak in [None, Some((900, 0.2))] {
        let mut stage = Stage::new(75.0);
        let (bag, form) = ("lost-bag", "lost-form");
        // A sign of listening in the middle of the customer's line: no response.
        let opening = Stage::say(&mut stage.customer, 1.0, &line(bag, "opening"));
        Stage::say(&mut stage.agent, 3.0, &word(form, "opening", 0.5));
        let reply_at = opening + 0.7;
        let replied = Stage::say(&mut stage.agent, reply_at, &line(form, "opening"));
        // The customer barges in; the agent goes on.
        let barge_at = replied - 2.0;
        let barged = Stage::say(&mut stage.customer, barge_at, &line(bag, "the-dress"));
        // Dead air of four seconds, then an answer.
        let late_at = barged + 4.0;
        let late = Stage::say(&mut stage.agent, late_at, &line(form, "again"));
        // A customer who pauses for 1.2 s inside the turn and goes on; the agent waits.
        let paused = Stage::say(&mut stage.customer, late + 0.6, &line(bag, "tonight"));
        let resumed = Stage::say(&mut stage.customer, paused + 1.2, &line(bag, "the-dress-on"));
        let last_at = resumed + 1.0;
        let end = Stage::say(&mut stage.agent, last_at, &line(form, "the-rules"));
        assert!(end < 74.0, "{end}");
        if let Some((delay, gain)) = leak {
            stage.leak(delay, gain);
        }
        let found = stage.detect();
        assert_eq!(found.leak_into_agent.is_some(), leak.is_some());
        let taking = taken(&found.agent, &found.customer);
        for (start_s, latency_s) in [(reply_at, 0.7), (late_at, 4.0), (last_at, 1.0)] {
            let row = nearest(&taking.responses, start_s)
                .unwrap_or_else(|| panic!("no response at {start_s}: {:?}", taking.responses));
            assert!((row.latency_s - latency_s).abs() < 0.08, "{row:?} for {latency_s}");
            assert_eq!(row.kind, ResponseKind::Reply);
        }
        assert_eq!(taking.responses.len(), 3, "{:?}", taking.responses);
        assert!(taking.interruptions.is_empty(), "{:?}", taking.interruptions);
        assert_eq!(taking.backchannels.len(), 1, "{:?}", taking.backchannels);
        assert!((taking.backchannels[0].start_s - 3.0).abs() < 0.05, "{:?}", taking.backchannels);
        assert_eq!(taking.barge_ins.len(), 1, "{:?}", taking.barge_ins);
        assert!(!taking.barge_ins[0].yielded && (taking.barge_ins[0].start_s - barge_at).abs() < 0.05);
        let dead: Vec<_> = taking.dead_air.iter().filter(|d| (d.start_s - barged).abs() < 0.1).collect();
        assert_eq!(dead.len(), 1, "{:?}", taking.dead_air);
    }
}

#[test]
fn starting_in_the_customers_pause_is_seen_and_so_is_yielding() {
    let mut stage = Stage::new(45.0);
    let (bag, form) = ("lost-bag", "lost-form");
    let first = Stage::say(&mut stage.customer, 1.0, &line(bag, "the-dress"));
    // The agent starts in a pause of 1.4 s; the customer goes on over them and is let in at once.
    let started = first + 0.6;
    let stopped = Stage::say(&mut stage.agent, started, &word(form, "again", 1.1));
    let on = stopped - 0.3;
    let over = Stage::say(&mut stage.customer, on, &line(bag, "opening"));
    let end = Stage::say(&mut stage.agent, over + 0.5, &line(form, "the-rules"));
    assert!(end < 44.0, "{end}");
    let found = stage.detect();
    let taking = taken(&found.agent, &found.customer);
    assert!(taking.barge_ins.iter().all(|b| b.yielded), "{:?}", taking.barge_ins);
    let last = nearest(&taking.responses, over + 0.5).unwrap_or_else(|| panic!("{:?}", taking.responses));
    assert!((last.latency_s - 0.5).abs() < 0.08, "{last:?}");
    assert!(
        nearest(&taking.responses, started).is_some_and(|r| r.kind != ResponseKind::Interruption),
        "{taking:?}"
    );
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
