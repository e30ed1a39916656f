//! Speed and memory as ratios in one run: machines are shared and noisy, so nothing here is a test.
//!
//! `cargo bench --bench speed` (or `make bench`); `-- voice` only the voice, `-- long` more. The sound is the four-minute service call of the evaluation folder where it
//! is there, otherwise the sample calls one after the other. Peak memory is read from `/proc` (Linux only).

#![allow(
    clippy::pedantic,
    clippy::type_complexity,
    clippy::ptr_arg,
    clippy::collapsible_match,
    clippy::unwrap_used,
    reason = "a measurement that cannot go on stops with its reason"
)]

use evenkeel::call::{Analysis, Span, Speaker, Timeline};
use evenkeel::measure::voice::{CustomerLine, ExtractOptions, VoiceFeatures, VoiceInput, VoicePolicy};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

fn main() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let Some((name, call)) = four_minutes(dir.path()) else {
        println!("speed: no recording to measure with");
        return;
    };
    println!("# Speed and memory\n\nRecording: {name}, two channels, 2 threads.\n");
    let seconds = duration_s(&call);
    if std::env::args().any(|a| a == "voice") {
        return voice(&call, seconds);
    }
    let words = measure(&call, &[]);
    let silent = measure(&call, &["--no-words"]);
    let timing = measure(&call, &["--no-words", "--no-voice"]);
    println!("| what | wall s | CPU s | of real time | peak MB |");
    println!("|---|---:|---:|---:|---:|");
    for (what, m) in [("everything", &words), ("without words", &silent), ("timing only", &timing)] {
        println!(
            "| {what} | {:.2} | {:.2} | {:.4} | {:.0} |",
            m.wall_s,
            m.cpu_s,
            m.wall_s / seconds,
            m.peak_mb
        );
    }
    println!("\nwithout words: {:.0} x real time", seconds / silent.wall_s);
    voice(&call, seconds);
    let long: Vec<PathBuf> = [20.0, 40.0].iter().map(|m| repeated(&call, m * 60.0, dir.path())).collect();
    let hours = repeated(&call, 3.0 * 3600.0, dir.path());
    let three = measure(&hours, &["--no-words"]);
    println!(
        "three hours without words: {:.1} s, {:.0} x real time, peak {:.0} MB",
        three.wall_s,
        3.0 * 3600.0 / three.wall_s,
        three.peak_mb
    );
    if std::env::args().any(|a| a == "long") {
        let [a, b] = [measure(&long[0], &[]), measure(&long[1], &[])];
        println!(
            "with words, 20 and 40 minutes: {:.0} and {:.0} s, peak {:.0} and {:.0} MB (`cargo bench --bench speed -- long`)",
            a.wall_s, b.wall_s, a.peak_mb, b.peak_mb
        );
    }
}

fn voice(call: &Path, seconds: f64) {
    match voice_s(call) {
        Some((cpu_s, speech_s)) => println!(
            "all voice metrics of both people: {:.0} x real time a core ({:.0} x the {speech_s:.0} s of speech alone)",
            seconds / cpu_s,
            speech_s / cpu_s
        ),
        None => println!("voice: /proc is not there to tell the CPU time"),
    }
}

/// CPU seconds of all voice metrics on one thread (features of both channels, own baseline, every turn, every hostile
/// line), the mean of ten rounds, and seconds of speech; who spoke when comes from the program.
fn voice_s(call: &Path) -> Option<(f64, f64)> {
    const ROUNDS: u32 = 10;
    let out = Command::new(env!("CARGO_BIN_EXE_evenkeel"))
        .args(["analyze", "--no-words", "--no-voice", "--format", "json"])
        .arg(call)
        .stderr(Stdio::null())
        .output()
        .expect("the program starts");
    let found: Analysis = serde_json::from_slice(&out.stdout).expect("an analysis");
    let spans = |who: Speaker| -> Vec<Span> {
        let turns = found.turns.iter().filter(|t| t.speaker == who);
        turns.filter_map(|t| Span::from_seconds(t.start_s, t.end_s)).collect()
    };
    let speech = |who: Speaker| -> Timeline {
        let spans = found.spans.iter().filter(|s| s.speaker == who);
        spans.filter_map(|s| Span::from_seconds(s.start_s, s.end_s)).collect()
    };
    let (agent, customer) = (found.source.roles.agent?, found.source.roles.customer?);
    let stores = evenkeel::audio::Recording::open(call).ok()?.load(&[agent, customer]).ok()?;
    let people = [speech(Speaker::Agent), speech(Speaker::Customer)];
    let turns = spans(Speaker::Agent);
    let lines: Vec<CustomerLine> =
        spans(Speaker::Customer).into_iter().map(|span| CustomerLine { span, heat: None }).collect();
    let before = cpu_seconds(std::process::id())?;
    for _ in 0..ROUNDS {
        let [agent, customer] = [0, 1].map(|i| {
            VoiceFeatures::extract(&stores[i], &people[i], ExtractOptions::default()).expect("samples")
        });
        let voice = evenkeel::measure::voice::analyze(&VoiceInput {
            agent: &agent,
            speech: None,
            turns: &turns,
            baseline: None,
            customer: &lines,
            customer_voice: Some(&customer),
            responses: &found.responses,
            policy: &VoicePolicy::On,
        });
        std::hint::black_box(voice);
    }
    let took = cpu_seconds(std::process::id())? - before;
    Some((took.max(0.01) / f64::from(ROUNDS), people.iter().map(Timeline::total_s).sum()))
}

/// What one run of the program took.
struct Measured {
    wall_s: f64,
    cpu_s: f64,
    peak_mb: f64,
}

fn measure(file: &Path, more: &[&str]) -> Measured {
    let started = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_evenkeel"))
        .args(["analyze", "--threads", "2", "--format", "jsonl"])
        .arg(file)
        .args(more)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let (mut peak_mb, mut cpu_s) = (0.0f64, 0.0f64);
    loop {
        // The last look before it ends is at most 10 ms old.
        peak_mb = peak_mb.max(status_mb(child.id()).unwrap_or(0.0));
        cpu_s = cpu_s.max(cpu_seconds(child.id()).unwrap_or(0.0));
        if child.try_wait().expect("the program is ours").is_some() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    Measured { wall_s: started.elapsed().as_secs_f64(), cpu_s, peak_mb }
}

fn status_mb(pid: u32) -> Option<f64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = text.lines().find(|l| l.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? / 1024.0)
}

/// User and system time; the kernel counts in hundredths.
fn cpu_seconds(pid: u32) -> Option<f64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    Some((fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?) / 100.0)
}

fn four_minutes(dir: &Path) -> Option<(String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let eval = std::env::var_os("EVENKEEL_EVAL")
        .map_or_else(|| root.join("../shared/eval"), PathBuf::from)
        .join("calls");
    if let Some(wav) = std::fs::read_dir(eval)
        .ok()
        .and_then(|d| d.flatten().map(|e| e.path()).find(|p| p.extension().is_some_and(|e| e == "wav")))
    {
        return Some(("a real service call of four minutes".to_owned(), wav));
    }
    let sample = root.join("samples/calls/good-double-charge.wav");
    sample
        .exists()
        .then(|| ("a sample call, repeated to four minutes".to_owned(), repeated(&sample, 240.0, dir)))
}

fn duration_s(wav: &Path) -> f64 {
    evenkeel::audio::Recording::open(wav).map_or(0.0, |r| r.info().duration_s)
}

/// The recording over and over until it has this length, as 8 kHz 16-bit PCM.
fn repeated(wav: &Path, seconds: f64, dir: &Path) -> PathBuf {
    use evenkeel::signal::SampleSource;
    let path = dir.join(format!("{seconds:.0}.wav"));
    let mut recording = evenkeel::audio::Recording::open(wav).expect("readable");
    let stores = recording.load(&[0, 1]).expect("two channels");
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: 8000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(&path, spec).expect("writable");
    let length = stores[0].len().max(1);
    let mut block = [vec![0.0f32; 1 << 14], vec![0.0f32; 1 << 14]];
    let wanted = (seconds * 16_000.0) as u64;
    let mut at = 0;
    while at < wanted {
        let n = (wanted - at).min(length - at % length).min(1 << 14) as usize;
        for (store, block) in stores.iter().zip(&mut block) {
            store.read_at(at % length, &mut block[..n]).expect("samples");
        }
        // Both channels came from 8 kHz, so every second sample is enough.
        for i in (0..n).step_by(2) {
            for channel in &block {
                writer
                    .write_sample((channel[i] * 32_767.0).clamp(-32_768.0, 32_767.0) as i16)
                    .expect("written");
            }
        }
        at += n as u64;
    }
    writer.finalize().expect("finished");
    path
}
