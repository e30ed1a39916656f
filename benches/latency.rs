//! How soon the customer goes on, and how soon the feedback is there: whole calls in real time on fake devices, with the
//! real detector and recognizer, for each way of hearing.
//!
//! `cargo bench --bench latency -- rolling double-charge` runs that way over that call; without names, all. The replies are those of the
//! agents in `samples/calls`; what sounded when is known to the sample from the fake devices.

#![allow(
    clippy::pedantic,
    clippy::type_complexity,
    clippy::ptr_arg,
    clippy::collapsible_match,
    clippy::unwrap_used,
    reason = "a measurement that cannot go on stops with its reason"
)]

use evenkeel::analyze::{Engine, Options, Recognizer, Watch, analyze_file};
use evenkeel::asr::detector::SileroDetector;
use evenkeel::asr::models::{DEFAULT_MODEL, Embedded};
use evenkeel::asr::{Store, Transcriber};
use evenkeel::audio::Recording;
use evenkeel::call::{Analysis, Speaker};
use evenkeel::coach::Rubric;
use evenkeel::device::{AudioIo, Choice, FakeAudio, FakeHandle, When};
use evenkeel::library::ScenarioStore;
use evenkeel::live::{
    CallSession, Command, Ended, Hearing, LiveEvent, Remembered, Script, Setup, Steady, take_lines,
};
use evenkeel::rehearse::Waits;
use evenkeel::rehearse::log::TurnEndedBy;
use evenkeel::signal::SpeechDetector;
use evenkeel::words::Rules;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const CALLS: [(&str, &str); 5] = [
    ("good-double-charge", "double-charge"),
    ("good-cancelled-operation", "cancelled-operation"),
    ("mixed-power-cut", "power-cut"),
    ("poor-broken-update", "broken-update"),
    ("poor-lost-form", "lost-form"),
];

const WAYS: [(&str, Hearing); 4] = [
    ("after-turn", Hearing::AfterTurn),
    ("each-stretch", Hearing::EachStretch),
    ("rolling", Hearing::Rolling),
    ("ahead", Hearing::Ahead),
];

struct Ears {
    recognizer: Arc<dyn Recognizer>,
    live: Arc<dyn Recognizer>,
    detector: PathBuf,
    rules: Arc<Rules>,
    rubric: Arc<Rubric>,
}

/// One reply.
struct Measured {
    /// From the last sound to the moment its words were known, to the moment its turn was judged over, to the next line.
    words_s: Option<f64>,
    decode_s: Option<f64>,
    judged_s: f64,
    next_s: f64,
    by: TurnEndedBy,
    whole: bool,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The agent's replies of a sample call: sound from its first to its last moment, and words.
fn replies(call: &str) -> Vec<(Vec<f32>, String)> {
    let folder = root().join("samples/calls");
    let truth = std::fs::read_to_string(folder.join(format!("{call}.truth.json"))).expect("truth");
    let truth: serde_json::Value = serde_json::from_str(&truth).expect("truth");
    let mut recording = Recording::open(&folder.join(format!("{call}.wav"))).expect("reads");
    let agent = recording.load(&[1]).expect("two channels").remove(0).to_vec().expect("reads");
    let all = truth["utterances"].as_array().expect("utterances");
    all.iter()
        .filter(|u| u["channel"] == "agent" && u["style"] != "nod")
        .map(|u| {
            let at = |key: &str| (u[key].as_f64().expect("seconds") * 16_000.0) as usize;
            let (from, to) = (at("start_s"), at("end_s").min(agent.len()));
            (agent[from..to].to_vec(), u["text"].as_str().unwrap_or_default().to_owned())
        })
        .collect()
}

fn script(id: &str, ears: &Ears) -> Script {
    let store = ScenarioStore::new(&[], Some(root().join("samples/scenarios")));
    let bundle = store.open(id).expect("a sample");
    let sound = |l: &evenkeel::rehearse::Line| (l.id.clone(), bundle.samples(l).expect("decodes"));
    let sounds = bundle.scenario.lines.iter().map(sound).collect();
    let mut detector = SileroDetector::open(&ears.detector).expect("detector");
    let begun = Instant::now();
    let script = Script::prepare(bundle.scenario, sounds, &mut detector, Waits::default()).expect("whole");
    println!("{id}: prepared in {:.2} s", begun.elapsed().as_secs_f64());
    script
}

fn run(
    way: Hearing,
    call: &str,
    script: &Arc<Script>,
    ears: &Ears,
    dir: &Path,
) -> (Vec<Measured>, Ended, FakeHandle) {
    let handle = Arc::<Mutex<Option<FakeHandle>>>::default();
    let said = replies(call);
    let count = said.len();
    let (inner, script) = (handle.clone(), script.clone());
    let setup = Setup {
        script,
        take: dir.join(format!("{call}-{way:?}.wav")),
        choice: Choice::default(),
        opener: Box::new(move |_| {
            let fake = FakeAudio::in_real_time(0.01);
            for (n, (sound, _)) in said.iter().enumerate() {
                fake.handle().say(When::AfterEnd(n, 0.4), sound.clone());
            }
            *inner.lock().expect("lock") = Some(fake.handle());
            Ok(Box::new(fake) as Box<dyn AudioIo + Send>)
        }),
        detector: Box::new(SileroDetector::open(&ears.detector).expect("detector")),
        recognizer: Some(ears.live.clone()),
        rules: ears.rules.clone(),
        rubric: ears.rubric.clone(),
        baseline: None,
        language: "en".to_owned(),
        leak_db: None,
        hearing: way,
        threaded: true,
    };
    let session = CallSession::start(setup, || {}).expect("starts");
    let mut words: Vec<(f64, f64)> = Vec::new();
    let limit = Instant::now() + Duration::from_secs(240);
    let ended = loop {
        match session.wait(Duration::from_secs(1)) {
            Some(LiveEvent::Words { decode_s, .. }) => {
                let fake = handle.lock().expect("lock").clone().expect("open");
                words.push((fake.now().seconds(), decode_s));
            }
            Some(LiveEvent::Log(log)) => {
                if log.lines.len() > count {
                    session.command(Command::End);
                }
            }
            Some(LiveEvent::Ended(ended)) => break *ended,
            Some(LiveEvent::Failed(why)) => panic!("{why}"),
            _ if Instant::now() > limit => session.command(Command::End),
            _ => {}
        }
    };
    let fake = handle.lock().expect("lock").clone().expect("open");
    let (_, heard) = fake.truth();
    let measured = ended
        .log
        .replies
        .iter()
        .filter_map(|reply| {
            let next = ended.log.lines.iter().find(|l| l.start >= reply.over)?.start;
            let last = heard[..reply.over as usize].iter().rposition(|s| s.abs() > 0.002)? as f64 / 16_000.0;
            let next_s = next as f64 / 16_000.0;
            if std::env::var_os("LATENCY_TRACE").is_some() {
                let near: Vec<_> = words.iter().filter(|w| (w.0 - last).abs() < 4.0).collect();
                println!("    last {last:.2} next {next_s:.2} words {near:.2?}");
            }
            let known = words.iter().rev().find(|w| w.0 > last && w.0 < next_s + 0.05);
            Some(Measured {
                words_s: known.map(|w| w.0 - last),
                decode_s: known.map(|w| w.1),
                judged_s: reply.over as f64 / 16_000.0 - last,
                next_s: next_s - last,
                by: reply.ended_by,
                whole: reply.judged_whole,
            })
        })
        .filter(|m| m.by != TurnEndedBy::BargedIn)
        .collect();
    (measured, ended, fake)
}

fn quantile(values: &mut [f64], q: f64) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let at = ((values.len() as f64 - 1.0) * q).round() as usize;
    values.get(at).copied().unwrap_or(f64::NAN)
}

fn report(name: &str, all: &[Measured]) {
    let mut judged: Vec<f64> = all.iter().map(|m| m.judged_s).collect();
    let mut next: Vec<f64> = all.iter().map(|m| m.next_s).collect();
    let mut after: Vec<f64> = all.iter().map(|m| m.next_s - m.judged_s).collect();
    let mut words: Vec<f64> = all.iter().filter_map(|m| m.words_s).collect();
    let mut decode: Vec<f64> = all.iter().filter_map(|m| m.decode_s).collect();
    let within = next.iter().filter(|n| **n <= 1.5).count();
    let whole = all.iter().filter(|m| m.whole).count();
    println!(
        "{name:13} {} replies, {whole} judged whole; decode {:.2}/{:.2} s, words {:.2}/{:.2} s, judged over {:.2}/{:.2} s, next line {:.2}/{:.2} s after the last \
         sound ({within} within 1.5 s), {:.3}/{:.3} s after the judgement",
        all.len(),
        quantile(&mut decode, 0.5),
        quantile(&mut decode, 0.95),
        quantile(&mut words, 0.5),
        quantile(&mut words, 0.95),
        quantile(&mut judged, 0.5),
        quantile(&mut judged, 0.95),
        quantile(&mut next, 0.5),
        quantile(&mut next, 0.95),
        quantile(&mut after, 0.5),
        quantile(&mut after, 0.95),
    );
    for m in all {
        println!(
            "    words {:>5} (decode {:>5}) judged {:.2} next {:.2} {:?}{}",
            m.words_s.map_or("-".to_owned(), |w| format!("{w:.2}")),
            m.decode_s.map_or("-".to_owned(), |w| format!("{w:.2}")),
            m.judged_s,
            m.next_s,
            m.by,
            if m.whole { "" } else { " (not whole)" }
        );
    }
}

fn plain(text: &str) -> Vec<String> {
    text.split_whitespace()
        .map(|w| w.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase())
        .filter(|w| !w.is_empty())
        .collect()
}

/// Word errors and words of the truth.
fn errors(heard: &str, truth: &str) -> (usize, usize) {
    let (a, b) = (plain(heard), plain(truth));
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut last = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let here = (last + usize::from(x != y)).min(row[j] + 1).min(row[j + 1] + 1);
            last = std::mem::replace(&mut row[j + 1], here);
        }
    }
    (row[b.len()], b.len())
}

fn agent_text(analysis: &Analysis) -> String {
    let of = analysis.turns.iter().filter(|t| t.speaker == Speaker::Agent);
    of.map(|t| t.text.clone()).collect::<Vec<_>>().join(" ")
}

/// How long the feedback takes, with what was heard live and without, and the words of both.
fn feedback(ended: &Ended, facts: evenkeel::call::Facts, ears: &Ears, truth: &str) {
    let options = Options {
        customer: Some(evenkeel::analyze::Channel::Number(0)),
        agent: Some(evenkeel::analyze::Channel::Number(1)),
        facts,
        lines: take_lines(&ended.log),
        ..Options::default()
    };
    let remembered = Remembered::new(ears.recognizer.clone(), &ended.log, ended.heard.clone());
    for (name, recognizer) in
        [("remembered", Arc::new(remembered) as Arc<dyn Recognizer>), ("anew", ears.recognizer.clone())]
    {
        let mut engine = Engine {
            detectors: [0, 1].map(|_| {
                Box::new(SileroDetector::open(&ears.detector).expect("detector"))
                    as Box<dyn SpeechDetector + Send>
            }),
            detector_name: "silero".to_owned(),
            recognizer: Some(recognizer),
            rules: ears.rules.clone(),
            rubric: ears.rubric.clone(),
        };
        let begun = Instant::now();
        let analyzed =
            analyze_file(&ended.path, &options, &mut engine, &Watch::unattended()).expect("analyzes");
        let took = begun.elapsed().as_secs_f64();
        let (wrong, words) = errors(&agent_text(&analyzed.analysis), truth);
        println!(
            "    feedback {name:10} {took:.2} s for a take of {:.0} s; {wrong} of {words} words wrong",
            ended.duration_s
        );
    }
}

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let chosen = |name: &str, all: &[&str]| {
        let any = wanted.iter().any(|w| all.contains(&w.as_str()));
        !any || wanted.iter().any(|w| w == name)
    };
    let store = Store::with_folders(Embedded::default(), vec![root().join("models")], false, None, None);
    let weights = store.find(DEFAULT_MODEL).expect("weights");
    let transcriber = Arc::new(Transcriber::load(&weights, 2).expect("loads"));
    // Two threads for a decode during the call, as a comparison.
    let two = wanted.iter().any(|w| w == "two-threads");
    let ears = Ears {
        recognizer: transcriber.clone(),
        live: if two { transcriber } else { Arc::new(Steady(transcriber)) },
        detector: store.detector().expect("detector"),
        rules: Arc::new(Rules::embedded("en").expect("rules")),
        rubric: Arc::new(Rubric::embedded()),
    };
    let dir = tempfile::tempdir().expect("a folder");
    let ways: Vec<&str> = WAYS.iter().map(|w| w.0).collect();
    let ids: Vec<&str> = CALLS.iter().map(|c| c.1).collect();
    for (name, way) in WAYS.iter().filter(|w| chosen(w.0, &ways)) {
        let mut all = Vec::new();
        for (call, id) in CALLS.iter().filter(|c| chosen(c.1, &ids)) {
            let script = Arc::new(script(id, &ears));
            let (measured, ended, _) = run(*way, call, &script, &ears, dir.path());
            let truth: Vec<String> = replies(call).into_iter().map(|r| r.1).collect();
            println!("{call}: {:?}", ended.log.lines.iter().map(|l| l.line.as_str()).collect::<Vec<_>>());
            feedback(&ended, script.plan().scenario().facts(), &ears, &truth.join(" "));
            all.extend(measured);
        }
        report(name, &all);
    }
}
