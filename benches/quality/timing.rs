//! Who spoke when, against calls with sample-exact truth: `eval/timing`, or any folder of the same form in
//! `EVENKEEL_TIMING`. `EVENKEEL_VERBOSE=1` shows each edge and reply that is off.
//!
//! A true reply counts as found when a response's onset lies within 0.5 s of it; every response left over is spurious.
//! Onsets and latencies come from the real turn taking without words.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use evenkeel::asr::detector::SileroDetector;
use evenkeel::audio::Recording;
use evenkeel::call::{ResponseKind, Timeline};
use evenkeel::measure::{Talk, turn_taking};
use evenkeel::signal::envelope::{self, FRAME};
use evenkeel::signal::speech::{self, Options};
use evenkeel::signal::{SampleSource, SourceError, SpeechDetector};

/// An onset this far from the true one is another reply.
const SAME_REPLY_S: f64 = 0.5;

/// Prints the figures as Markdown.
pub fn run(eval: &Path) {
    let dir = std::env::var_os("EVENKEEL_TIMING").map_or_else(|| eval.join("timing"), PathBuf::from);
    let weights = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/ggml-silero-v6.2.0.bin");
    let mut neural = match SileroDetector::open(&weights) {
        Ok(detector) => detector,
        Err(error) => return println!("skipped: {error}"),
    };
    let mut names: Vec<PathBuf> = std::fs::read_dir(&dir)
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.path())
        .filter(|p| p.to_string_lossy().ends_with(".truth.json"))
        .collect();
    names.sort();
    let calls: Vec<Call> = names.iter().filter_map(|p| Call::load(p)).collect();
    let all = Options::default();
    println!("{} calls\n\n### Everything\n", calls.len());
    report(&score(&calls, &mut neural, &all));
    let (_, speed) = score(&calls, &mut EnergyDetector, &all);
    println!("Everything but the neural detector: {speed:.0} times real time (processor time).");
    if std::env::var_os("EVENKEEL_VERBOSE").is_some() || std::env::var_os("EVENKEEL_QUICK").is_some() {
        return;
    }
    let plain = Options { remove_leakage: false, near_only: false, refine_edges: false, ..all };
    for (title, options) in [
        ("Detector alone", plain),
        ("Detector, edges on the waveform", Options { refine_edges: true, ..plain }),
        ("Leakage removed, then detector", Options { remove_leakage: true, ..plain }),
        ("Leakage removed, detector, near voice only", Options { refine_edges: false, ..all }),
    ] {
        println!("\n### {title}\n");
        report(&score(&calls, &mut neural, &options));
    }
    println!("\n### Energy over the floor instead of the neural detector, everything else the same\n");
    report(&score(&calls, &mut EnergyDetector, &all));
}

/// One call in memory with its truth.
struct Call {
    name: String,
    condition: String,
    agent: Vec<f32>,
    customer: Vec<f32>,
    truth: serde_json::Value,
}

impl Call {
    fn load(truth: &Path) -> Option<Self> {
        let name = truth.file_name()?.to_string_lossy().trim_end_matches(".truth.json").to_string();
        let audio = ["flac", "wav"]
            .iter()
            .map(|e| truth.with_file_name(format!("{name}.{e}")))
            .find(|p| p.exists())?;
        let truth: serde_json::Value = serde_json::from_slice(&std::fs::read(truth).ok()?).ok()?;
        let mut channels: Vec<Vec<f32>> = Recording::open(&audio)
            .ok()?
            .load(&[0, 1])
            .ok()?
            .iter()
            .filter_map(|c| c.to_vec().ok())
            .collect();
        let (right, left) = (channels.pop()?, channels.pop()?);
        let (agent, customer) = if truth["agent_channel"] == "left" { (left, right) } else { (right, left) };
        let condition = truth["condition"].as_str().unwrap_or("all").to_string();
        Some(Self { name, condition, agent, customer, truth })
    }
}

#[derive(Default)]
struct Score {
    replies: usize,
    found: usize,
    spurious: usize,
    interruptions: usize,
    hit: usize,
    wrong: usize,
    latency_ms: Vec<f64>,
    onset_ms: Vec<f64>,
    offset_ms: Vec<f64>,
}

fn score(
    calls: &[Call],
    detector: &mut dyn SpeechDetector,
    options: &Options,
) -> (BTreeMap<String, Score>, f64) {
    let verbose = std::env::var_os("EVENKEEL_VERBOSE").is_some() && detector.frame_samples() != FRAME as u64;
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    let (mut heard_s, mut spent_s) = (0.0, 0.0);
    for call in calls {
        let start = cpu_s();
        let found = match speech::detect(detector, Some(&call.agent), Some(&call.customer), options) {
            Ok(found) => found,
            Err(error) => {
                println!("{}: {error}", call.name);
                continue;
            }
        };
        spent_s += cpu_s() - start;
        heard_s += call.agent.len() as f64 / 16_000.0;
        let score = scores.entry(call.condition.clone()).or_default();
        if verbose {
            println!(
                "{}: agent {:?}\n   customer {:?}",
                call.name, found.agent_quality, found.customer_quality
            );
        }
        edges(call, &found.agent, &found.customer, score, verbose);
        replies(call, &found.agent, &found.customer, score, verbose);
    }
    (scores, heard_s / spent_s)
}

fn edges(call: &Call, agent: &Timeline, customer: &Timeline, score: &mut Score, verbose: bool) {
    for span in call.truth["spans"].as_array().into_iter().flatten() {
        let (start, end) = (span["start_s"].as_f64().unwrap_or(0.0), span["end_s"].as_f64().unwrap_or(0.0));
        let timeline = if span["channel"] == "agent" { agent } else { customer };
        let nearest = |of: &dyn Fn(&evenkeel::call::Span) -> f64| {
            timeline.spans().iter().map(of).min_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap_or(f64::NAN)
                * 1e3
        };
        let (on, off) = (nearest(&|s| s.start_s() - start), nearest(&|s| s.end_s() - end));
        if verbose && (on.abs() > 60.0 || off.abs() > 60.0) {
            println!("   {} {start:.3} to {end:.3}: onset {on:+.0} ms, offset {off:+.0} ms", span["channel"]);
        }
        score.onset_ms.push(on);
        score.offset_ms.push(off);
    }
}

fn replies(call: &Call, agent: &Timeline, customer: &Timeline, score: &mut Score, verbose: bool) {
    let mut rows =
        turn_taking(&Talk::of(agent, Some(customer)), &evenkeel::coach::Rubric::embedded().limits).responses;
    for truth in call.truth["replies"].as_array().into_iter().flatten() {
        let (start, latency) =
            (truth["agent_start_s"].as_f64().unwrap_or(0.0), truth["latency_s"].as_f64().unwrap_or(0.0));
        let is_interruption = truth["kind"] == "interruption";
        score.replies += 1;
        score.interruptions += usize::from(is_interruption);
        let best = (0..rows.len())
            .min_by(|a, b| {
                (rows[*a].agent_start_s - start).abs().total_cmp(&(rows[*b].agent_start_s - start).abs())
            })
            .filter(|i| (rows[*i].agent_start_s - start).abs() <= SAME_REPLY_S);
        let Some(best) = best else {
            if verbose {
                println!("   MISSED {} at {start:.3}", truth["kind"]);
            }
            continue;
        };
        let row = rows.remove(best);
        score.found += 1;
        let error_ms = (row.latency_s - latency) * 1e3;
        score.latency_ms.push(error_ms.abs());
        let said = row.kind == ResponseKind::Interruption;
        score.hit += usize::from(said && is_interruption);
        score.wrong += usize::from(said && !is_interruption);
        if verbose && (error_ms.abs() > 60.0 || said != is_interruption) {
            println!(
                "   {} at {start:.3}: {latency:.3} s, got {:.3} s as {:?}",
                truth["kind"], row.latency_s, row.kind
            );
        }
    }
    for row in rows {
        score.spurious += 1;
        score.wrong += usize::from(row.kind == ResponseKind::Interruption);
        if verbose {
            println!("   SPURIOUS {row:?}");
        }
    }
}

fn report((scores, speed): &(BTreeMap<String, Score>, f64)) {
    println!(
        "| condition | replies found | spurious | interruptions found (false) | latency error median / p95 ms | onset p5 / median / p95 ms | offset p5 / median / p95 ms |\n|---|---|---|---|---|---|---|"
    );
    let mut all = Score::default();
    for (condition, s) in scores {
        line(condition, s);
        all.replies += s.replies;
        all.found += s.found;
        all.spurious += s.spurious;
        all.interruptions += s.interruptions;
        all.hit += s.hit;
        all.wrong += s.wrong;
        all.latency_ms.extend(&s.latency_ms);
        all.onset_ms.extend(&s.onset_ms);
        all.offset_ms.extend(&s.offset_ms);
    }
    line("all", &all);
    let f1 = 2.0 * all.hit as f64 / (all.interruptions + all.hit + all.wrong).max(1) as f64;
    println!("\nInterruption F1 {f1:.3}; {speed:.0} times real time for both channels (processor time).");
}

fn line(condition: &str, s: &Score) {
    let at = |values: &[f64], share: f64| {
        let mut values = values.to_vec();
        values.sort_by(f64::total_cmp);
        values
            .get((values.len().saturating_sub(1) as f64 * share).round() as usize)
            .copied()
            .unwrap_or(f64::NAN)
    };
    let three = |v: &[f64]| format!("{:.0} / {:.0} / {:.0}", at(v, 0.05), at(v, 0.5), at(v, 0.95));
    println!(
        "| {condition} | {} of {} | {} | {} of {} ({}) | {:.0} / {:.0} | {} | {} |",
        s.found,
        s.replies,
        s.spurious,
        s.hit,
        s.interruptions,
        s.wrong,
        at(&s.latency_ms, 0.5),
        at(&s.latency_ms, 0.95),
        three(&s.onset_ms),
        three(&s.offset_ms)
    );
}

/// Processor time of this process so far, which other programs on the machine do not change; elsewhere the clock.
fn cpu_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<f64> = stat
        .rsplit(')')
        .next()
        .unwrap_or("")
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|f| f.parse().ok())
        .collect();
    if fields.len() == 2 {
        return fields.iter().sum::<f64>() / 100.0;
    }
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0.0, |d| d.as_secs_f64())
}

/// For comparison: speech is what stands 12 dB over the channel's tenth percentile for a tenth of a second.
struct EnergyDetector;

impl SpeechDetector for EnergyDetector {
    fn frame_samples(&self) -> u64 {
        FRAME as u64
    }

    fn probabilities(&mut self, source: &dyn SampleSource) -> Result<Vec<f32>, SourceError> {
        let level = envelope::envelope(source)?.dbfs;
        let floor = envelope::quantile(&mut level.clone(), 0.1).unwrap_or(0.0);
        Ok((0..level.len())
            .map(|i| {
                let around = &level[i.saturating_sub(5)..(i + 6).min(level.len())];
                let mean = around.iter().sum::<f32>() / around.len() as f32;
                if mean > floor + 12.0 { 1.0 } else { 0.0 }
            })
            .collect())
    }
}
