//! The recognizer: word error rate, words in the right turn, time and memory.
//!
//! `EVENKEEL_ASR_OTHER=hypotheses.json` (`{"clip.flac": "text"}`) scores another tool's words with the same normalizer.

use crate::edits::edits;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use evenkeel::analyze::{Ask, Recognizer, Watch};
use evenkeel::asr::detector::SileroDetector;
use evenkeel::asr::models::DEFAULT_MODEL;
use evenkeel::asr::{Channel, Embedded, Options, Store, Transcriber};
use evenkeel::audio::Recording;
use evenkeel::call::{Span, Timeline};
use evenkeel::live::Steady;
use evenkeel::signal::speech;

/// Prints them as Markdown.
pub fn run(eval: &Path) {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    let store = Store::with_folders(Embedded::default(), vec![models], false, None, None);
    let (Ok(weights), Ok(detector)) = (store.find(DEFAULT_MODEL), store.detector()) else {
        println!("skipped, no weights");
        return;
    };
    let (Ok(transcriber), Ok(mut detector)) =
        (Transcriber::load(&weights, 2), SileroDetector::open(&detector))
    else {
        println!("skipped, the weights do not load");
        return;
    };
    clips(&transcriber, &eval.join("asr"));
    call(&transcriber, &mut detector, &eval.join("calls"));
    live(transcriber, &eval.join("asr/whisper_cpp_44.flac"));
}

/// Word error rate over the clips, each as one stretch of speech.
fn clips(transcriber: &Transcriber, dir: &Path) {
    let Ok(mut reader) = csv::Reader::from_path(dir.join("transcripts.csv")) else { return };
    let other: Option<BTreeMap<String, String>> = std::env::var_os("EVENKEEL_ASR_OTHER")
        .and_then(|p| std::fs::read(p).ok())
        .and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let mut rows: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    let (cpu, begun) = (cpu_s(), Instant::now());
    for record in reader.records().flatten() {
        let samples = match Recording::open(&dir.join(&record[0])).and_then(|mut r| r.load_mono()) {
            Ok(samples) => samples,
            Err(error) => {
                println!("{error}");
                continue;
            }
        };
        let whole = Timeline::new(Span::new(0, samples.len() as u64));
        let Ok(heard) = transcriber.transcribe(&samples, &whole, &Options::default()) else { continue };
        let text: Vec<&str> = heard.words.iter().map(|w| w.0.as_str()).collect();
        let truth = normalize(&record[3]);
        let errors = edits(&truth, &normalize(&text.join(" ")));
        let others =
            other.as_ref().and_then(|o| o.get(&record[0])).map_or(0, |t| edits(&truth, &normalize(t)));
        for key in [&record[1], "all"] {
            let row = rows.entry(key.to_owned()).or_default();
            *row = [row[0] + truth.len(), row[1] + errors, row[2] + others];
        }
    }
    println!("| clips of | words | errors | WER | other tool |\n|---|---|---|---|---|");
    for (name, [words, errors, others]) in &rows {
        let percent = |n: &usize| 100.0 * *n as f64 / (*words).max(1) as f64;
        let other = other.as_ref().map_or_else(|| "-".to_owned(), |_| format!("{:.1} %", percent(others)));
        println!("| {name} | {words} | {errors} | {:.1} % | {other} |", percent(errors));
    }
    println!(
        "\n{:.1} CPU s, {:.1} s with {} threads\n",
        cpu_s() - cpu,
        begun.elapsed().as_secs_f64(),
        transcriber.threads()
    );
}

/// Cost of the words of both channels of the real call, detection included.
fn call(transcriber: &Transcriber, detector: &mut SileroDetector, dir: &Path) {
    let Some(path) = std::fs::read_dir(dir).ok().and_then(|mut d| d.next()?.ok()).map(|e| e.path()) else {
        return;
    };
    let (cpu, begun) = (cpu_s(), Instant::now());
    let Ok(mut recording) = Recording::open(&path) else { return };
    let Ok(channels) = recording.load(&[0, 1]) else { return };
    let [agent, customer] = &channels[..] else { return };
    let Ok(found) = speech::detect(detector, Some(agent), Some(customer), &speech::Options::default()) else {
        return;
    };
    let detected = cpu_s() - cpu;
    let both = [
        Channel { source: agent, speech: &found.agent },
        Channel { source: customer, speech: &found.customer },
    ];
    let Ok(words) = transcriber.transcribe_all(&both, &Options::default()) else { return };
    println!(
        "Real call: {:.0} s of speech, {} words; {:.1} CPU s ({detected:.1} to find the speech), {:.1} s with {} threads; peak memory {}\n",
        found.agent.total_s() + found.customer.total_s(),
        words.iter().map(|w| w.words.len()).sum::<usize>(),
        cpu_s() - cpu,
        begun.elapsed().as_secs_f64(),
        transcriber.threads(),
        peak_memory(),
    );
}

/// How long a stretch takes to become words while a call goes on, decoded as the call's listener does.
fn live(transcriber: Transcriber, clip: &Path) {
    let Ok(samples) = Recording::open(clip).and_then(|mut r| r.load_mono()) else { return };
    let steady = Steady(Arc::new(transcriber));
    println!("| stretch, s | its words are there after, s |\n|---|---|");
    for (from, to) in [(0.3, 2.3), (3.2, 5.2), (5.2, 10.6)] {
        let begun = Instant::now();
        let stretch: Timeline = Span::from_seconds(from, to).into_iter().collect();
        let ask = Ask { language: "en", watch: Watch::unattended(), soon: true };
        if steady.transcribe(&[(&samples, &stretch)], &ask).is_ok() {
            println!("| {:.1} | {:.2} |", to - from, begun.elapsed().as_secs_f64());
        }
    }
}

/// Lower case, no punctuation, contractions and small numbers written out.
fn normalize(text: &str) -> Vec<String> {
    const FORMS: [(&str, &str); 22] = [
        ("won't", "will not"),
        ("can't", "can not"),
        ("n't", " not"),
        ("i'm", "i am"),
        ("let's", "let us"),
        ("he's", "he is"),
        ("she's", "she is"),
        ("it's", "it is"),
        ("that's", "that is"),
        ("what's", "what is"),
        ("there's", "there is"),
        ("'re", " are"),
        ("'ll", " will"),
        ("'ve", " have"),
        ("'d", " would"),
        ("gonna", "going to"),
        ("wanna", "want to"),
        ("okay", "ok"),
        ("'", ""),
        ("-", " "),
        ("%", " percent"),
        ("&", " and "),
    ];
    const NUMBERS: [&str; 13] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    let mut text = text.to_lowercase().replace('\u{2019}', "'");
    for (from, to) in FORMS {
        text = text.replace(from, to);
    }
    text.replace("2020", "twenty twenty")
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(|w| w.parse::<usize>().ok().and_then(|n| NUMBERS.get(n)).map_or(w, |n| n).to_owned())
        .collect()
}

/// CPU seconds of this program so far; 0 where the system does not say.
fn cpu_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |i: usize| fields.get(i).and_then(|f| f.parse::<f64>().ok()).unwrap_or_default();
    (ticks(11) + ticks(12)) / 100.0
}

/// Peak resident memory as the system says it.
fn peak_memory() -> String {
    std::fs::read_to_string("/proc/self/status")
        .unwrap_or_default()
        .lines()
        .find_map(|l| l.strip_prefix("VmHWM:"))
        .map_or_else(|| "unknown".to_owned(), |v| v.trim().to_owned())
}
