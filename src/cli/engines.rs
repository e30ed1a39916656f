//! From arguments to what an analysis needs: weights, rules, rubric, policy, scenario facts, baseline.

use super::Embedded;
use super::args::RecordingArgs;
use crate::analyze::{Analyzed, Channel, Engine, Options, Recognizer, pooled_baseline};
use crate::asr::detector::SileroDetector;
use crate::asr::models::DEFAULT_MODEL;
use crate::asr::{Store, Transcriber};
use crate::audio::wav_mulaw_8k;
use crate::call::{Facts, Span};
use crate::coach::Rubric;
use crate::library::ScenarioStore;
use crate::library::policy::Policy;
use crate::measure::voice::VoicePolicy;
use crate::signal::SampleSource;
use crate::words::{Rules, WordsError};
use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// Longest stretch of sound that is put into a page at once.
const CLIP_MOST_S: f64 = 600.0;
/// What reports name as the detector.
const DETECTOR_NAME: &str = "silero-v6.2.0";

/// Everything that one command on recordings needs.
pub struct Prepared {
    /// The engine of the first worker.
    pub engine: Engine,
    /// What was chosen.
    pub options: Options,
    /// Threads to use altogether.
    pub threads: usize,
    /// What shapes a result besides the recording, for resuming a batch.
    pub fingerprint: String,
    detector: PathBuf,
}

/// Turns the arguments into it, or says what is wrong with them.
pub fn prepare(args: &RecordingArgs, embedded: &Embedded) -> Result<Prepared> {
    let threads = match args.threads {
        Some(0) => bail!("--threads 0: give at least 1"),
        Some(n) => n,
        None => crate::asr::environment::default_threads(),
    };
    let channel = |text: &Option<String>, name: &str| -> Result<Option<Channel>> {
        text.as_deref().map(str::parse).transpose().with_context(|| format!("--{name}"))
    };
    let rubric = rubric(args.rubric.as_deref())?;
    let (rules, known) = match rules(&args.language, args.rules.as_deref()) {
        Ok(rules) => (rules, true),
        // Another language is still transcribed and timed.
        Err(_) if args.rules.is_none() && !embedded_rules(&args.language) => (Rules::embedded("en")?, false),
        Err(error) => return Err(error),
    };
    let (policy, _) = Policy::in_force()?;
    let store = Store::new(embedded.models);
    let detector = store.detector()?;
    let recognizer: Option<Arc<dyn Recognizer>> = if args.no_words {
        if args.model.is_some() {
            bail!("--model and --no-words exclude each other; leave one out");
        }
        None
    } else {
        let weights = store.find(args.model.as_deref().unwrap_or(DEFAULT_MODEL))?;
        Some(Arc::new(Transcriber::load(&weights, threads)?))
    };
    let mut engine = Engine {
        detectors: [Box::new(SileroDetector::open(&detector)?), Box::new(SileroDetector::open(&detector)?)],
        detector_name: DETECTOR_NAME.to_owned(),
        recognizer,
        rules: Arc::new(rules),
        rubric: Arc::new(rubric),
    };
    let mut options = Options {
        agent: channel(&args.agent, "agent")?,
        customer: channel(&args.customer, "customer")?,
        keep_numbers: args.keep_numbers,
        language: args.language.clone(),
        words: !args.no_words,
        rules: known,
        relative: args.relative,
        voice: match (policy.voice_metrics, args.no_voice) {
            (false, _) => VoicePolicy::OffByPolicy(policy.reason.clone()),
            (true, true) => VoicePolicy::OffByUser,
            (true, false) => VoicePolicy::On,
        },
        ..Options::default()
    };
    if let Some(id) = &args.scenario {
        options.facts = facts(id, embedded)?;
    }
    if !args.baseline.is_empty() && options.voice == VoicePolicy::On {
        let baseline = pooled_baseline(&args.baseline, options.agent, &mut engine)?;
        let baseline = baseline
            .context("--baseline: there is hardly any voice in these recordings; give 30 s of calm talk")?;
        options.baseline = Some(Arc::new(baseline));
    }
    let fingerprint = fingerprint(args, &engine, &options)?;
    Ok(Prepared { engine, options, threads, fingerprint, detector })
}

impl Prepared {
    /// What makes an engine for one more worker; the recognizer, the rules and the rubric are shared.
    pub fn more_engines(&self) -> impl Fn() -> Result<Engine, String> + Sync + use<> {
        let detector = self.detector.clone();
        let detector_name = self.engine.detector_name.clone();
        let recognizer = self.engine.recognizer.clone();
        let (rules, rubric) = (self.engine.rules.clone(), self.engine.rubric.clone());
        move || {
            let open = || SileroDetector::open(&detector).map_err(|e| e.to_string());
            Ok(Engine {
                detectors: [Box::new(open()?), Box::new(open()?)],
                detector_name: detector_name.clone(),
                recognizer: recognizer.clone(),
                rules: rules.clone(),
                rubric: rubric.clone(),
            })
        }
    }
}

/// A hash over everything that shapes a result besides the recording itself.
fn fingerprint(args: &RecordingArgs, engine: &Engine, options: &Options) -> Result<String> {
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        hash.update(text.as_bytes());
        hash.update([0]);
    };
    add(env!("CARGO_PKG_VERSION"));
    add(&crate::report::COLUMNS.join(" "));
    add(engine.recognizer.as_ref().map_or("none", |r| r.name()));
    add(&format!("{:?} {:?} {:?}", options.agent, options.customer, options.voice));
    add(&format!("{} {} {}", options.language, options.keep_numbers, options.words));
    add(&format!("{:?}", options.facts));
    add(&serde_json::to_string(&options.baseline.as_deref())?);
    add(&format!("{:?}", engine.rubric));
    for file in rule_files(args.rules.as_deref())? {
        add(&file.0);
        add(&file.1);
    }
    Ok(format!("{:x?}", hash.finalize().to_vec()))
}

/// The rubric that was named, or the one that ships.
pub fn rubric(path: Option<&Path>) -> Result<Rubric> {
    let Some(path) = path else { return Ok(Rubric::embedded()) };
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{}: cannot read this rubric", path.display()))?;
    Ok(Rubric::parse(&text, &path.display().to_string())?)
}

/// The rules of a language, with the trainer's own files laid over them.
pub fn rules(language: &str, own: Option<&Path>) -> Result<Rules> {
    Ok(Rules::with_overrides(language, &rule_files(own)?)?)
}

/// Whether the program brings rules for a language.
fn embedded_rules(language: &str) -> bool {
    !matches!(Rules::embedded(language), Err(WordsError::Language(_)))
}

/// Name and text of every rule file of a folder, in order.
fn rule_files(own: Option<&Path>) -> Result<Vec<(String, String)>> {
    let Some(dir) = own else { return Ok(Vec::new()) };
    let entries = std::fs::read_dir(dir).with_context(|| {
        format!("{}: --rules names a folder with .toml files; this cannot be read", dir.display())
    })?;
    let mut paths: Vec<PathBuf> =
        entries.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "toml")).collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path)
                .with_context(|| format!("{}: cannot be read", path.display()))?;
            Ok((path.display().to_string(), text))
        })
        .collect()
}

/// The scenarios in the binary and those in the person's own folder.
pub fn scenarios(embedded: &Embedded) -> ScenarioStore {
    ScenarioStore::new(embedded.scenarios, data_dir().map(|d| d.join("scenarios")))
}

/// What a scenario tells beforehand.
pub fn facts(id: &str, embedded: &Embedded) -> Result<Facts> {
    Ok(scenarios(embedded).open(id)?.scenario.facts())
}

/// The person's own folder of this program.
pub fn data_dir() -> Option<PathBuf> {
    if let Some(dir) = std::env::var_os("EVENKEEL_DATA") {
        return Some(PathBuf::from(dir));
    }
    directories::ProjectDirs::from("", "", "evenkeel").map(|d| d.data_dir().to_owned())
}

/// A stretch of both voices as a small WAV file for a page.
pub fn clip(analyzed: &Analyzed, from_s: f64, to_s: f64) -> Option<Vec<u8>> {
    let span = Span::from_seconds(from_s, to_s.min(from_s + CLIP_MOST_S))?;
    let mut mixed = vec![0.0f32; span.len() as usize];
    let mut block = mixed.clone();
    for store in [&analyzed.agent, &analyzed.customer].into_iter().flatten() {
        store.read_at(span.start(), &mut block).ok()?;
        mixed.iter_mut().zip(&block).for_each(|(m, b)| *m += b);
    }
    let peak = mixed.iter().fold(0.0f32, |p, s| p.max(s.abs()));
    if peak > 0.0 {
        let gain = (0.8 / peak).min(8.0);
        for sample in &mut mixed {
            *sample *= gain;
        }
    }
    Some(wav_mulaw_8k(&mixed))
}

/// A flag that Ctrl-C and a request to end set; a second Ctrl-C ends at once.
pub fn cancel_on_interrupt() -> Arc<AtomicBool> {
    static FLAG: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    FLAG.get_or_init(|| {
        let flag = Arc::new(AtomicBool::new(false));
        let seen = flag.clone();
        let _ = ctrlc::set_handler(move || {
            if seen.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
        });
        flag
    })
    .clone()
}
