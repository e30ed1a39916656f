//! The analysis worker: owns the engine; also how a take becomes what the window shows.

use super::house::now;
use super::{House, Outbox};
use crate::analyze::{AnalyzeError, Channel, Engine, Options, Watch, analyze_file, recompute};
use crate::call::{Analysis, Facts};
use crate::desktop::msg::{AnalyzeWhat, Event, Job};
use crate::desktop::state::{Opened, OpenedKind, RetryTake, Settings};
use crate::library::{Library, LibraryError, NewTake, TakeId, TakeKind, TakeSummary};
use crate::live::{Remembered, know_take};
use crate::measure::voice::{Baseline, VoicePolicy};
use crate::rehearse::{Outcome, TakeLog};
use crate::report::without_voice_because;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The example call: a synthetic customer and agent, 8 kHz mu-law, as a call recorder writes it.
const SAMPLE: &[u8] = include_bytes!("../../../samples/calls/mixed-power-cut.wav");
/// The scenario it follows.
const SAMPLE_SCENARIO: &str = "power-cut";

/// The recognizer's working memory is given back when nothing was to be analyzed for so long.
const REST: Duration = Duration::from_secs(4);

/// Works until the window is gone.
pub fn run(
    house: &House,
    outbox: &Outbox,
    cancels: &Mutex<BTreeMap<u64, Arc<AtomicBool>>>,
    jobs: &Receiver<Job>,
) {
    // The weights are read while the person reads the first screen.
    let _ = house.ears();
    let mut busy = false;
    loop {
        let next = if busy { jobs.recv_timeout(REST) } else { jobs.recv().map_err(RecvTimeoutError::from) };
        let job = match next {
            Ok(job) => job,
            Err(RecvTimeoutError::Timeout) => {
                house.rest();
                busy = false;
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return,
        };
        busy = true;
        let Job::Analyze { id, what, settings } = job else { continue };
        let flag =
            cancels.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned().unwrap_or_default();
        // Of the recognizer that is in use now.
        let engine = house.ears().and_then(|ears| ears.engine());
        let done =
            engine.and_then(|mut engine| analyze(house, outbox, &mut engine, id, &what, &settings, &flag));
        match done {
            Ok(opened) => outbox.send(Event::Analyzed(id, Box::new(opened))),
            Err(_) if flag.load(Ordering::Relaxed) => {
                outbox.send(Event::AnalysisFailed(id, "It was stopped.".to_owned()));
            }
            Err(why) => outbox.send(Event::AnalysisFailed(id, why)),
        }
        cancels.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }
}

fn analyze(
    house: &House,
    outbox: &Outbox,
    engine: &mut Engine,
    id: u64,
    what: &AnalyzeWhat,
    settings: &Settings,
    flag: &Arc<AtomicBool>,
) -> Result<Opened, String> {
    let progress = |part: f64| outbox.send(Event::Progress(id, part));
    let watch = Watch { progress: &progress, cancel: flag.clone() };
    let voice = match (house.policy.voice_metrics, settings.voice) {
        (false, _) => VoicePolicy::OffByPolicy(house.policy.reason.clone()),
        (true, false) => VoicePolicy::OffByUser,
        (true, true) => VoicePolicy::On,
    };
    let mut options = Options { voice, ..Options::default() };
    let fail = |e: LibraryError| e.to_string();
    match what {
        AnalyzeWhat::Sample => {
            let path = sample_file(house)?;
            options.facts = house
                .scenarios
                .open(SAMPLE_SCENARIO)
                .map_or_else(|_| Facts::default(), |b| b.scenario.facts());
            options.customer = Some(Channel::Number(0));
            options.agent = Some(Channel::Number(1));
            let analysis = heard(&path, &options, engine, &watch)?;
            Ok(Opened {
                kind: OpenedKind::Sample,
                title: "A call as an example".to_owned(),
                audio: path,
                shown: analysis.clone(),
                original: analysis,
                ..Opened::default()
            })
        }
        AnalyzeWhat::File { path, customer, agent } => {
            // What nobody chose stays open: then it is looked whether the channels are the other way round.
            if customer.or(*agent).is_some() {
                let channel = |c: Option<u16>| Some(c.map_or(Channel::Nobody, Channel::Number));
                options.customer = channel(*customer);
                options.agent = channel(*agent);
            }
            let analysis = heard(path, &options, engine, &watch)?;
            let mut library = house.library().map_err(fail)?;
            let title = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            let new = NewTake {
                kind: TakeKind::Review,
                scenario: String::new(),
                title,
                heat: 0,
                retry_of: None,
                device: String::new(),
                started_at: now(),
            };
            let take = library.add_review(&new, path, analysis.source.duration_s).map_err(fail)?;
            library.save_analysis(take, &analysis, None).map_err(fail)?;
            opened_take(house, &library, take).map_err(fail)
        }
        AnalyzeWhat::Take(take) => {
            let mut library = house.library().map_err(fail)?;
            let detail = library.detail(*take).map_err(fail)?;
            take_options(house, &library, &detail.summary, detail.log.as_ref(), &mut options);
            let full = engine.recognizer.clone();
            remember(house, engine, *take, detail.log.as_ref());
            let analysis = heard(&detail.summary.audio, &options, engine, &watch);
            engine.recognizer = full;
            let analysis = analysis?;
            let scenario = house.scenarios.open(&detail.summary.scenario).ok().map(|b| b.scenario);
            let outcome = scenario.zip(detail.log.as_ref()).map(|(s, l)| Outcome::of(&s, l, &analysis));
            let outcome = outcome.filter(|_| detail.summary.kind == TakeKind::Call);
            library.save_analysis(*take, &analysis, outcome.as_ref()).map_err(fail)?;
            opened_take(house, &library, *take).map_err(fail)
        }
    }
}

/// What the library knows about a take before it is heard.
fn take_options(
    house: &House,
    library: &Library,
    take: &TakeSummary,
    log: Option<&TakeLog>,
    options: &mut Options,
) {
    let rehearsed = matches!(take.kind, TakeKind::Call | TakeKind::Retry);
    if rehearsed {
        options.customer = Some(Channel::Number(0));
        options.agent = Some(Channel::Number(1));
    }
    if let Ok(bundle) = house.scenarios.open(&take.scenario) {
        options.facts = bundle.scenario.facts();
    }
    if let Some(log) = log {
        know_take(options, log);
    }
    // A recording from elsewhere is another person's voice, or another microphone.
    if let Ok(Some(stored)) = library.baseline::<Baseline>(&take.device)
        && rehearsed
    {
        options.baseline = Some(Arc::new(stored.data));
    }
}

/// What was recognized during the call that is just over is not recognized again.
fn remember(house: &House, engine: &mut Engine, take: TakeId, log: Option<&TakeLog>) {
    let heard = house.heard.lock().unwrap_or_else(PoisonError::into_inner).take_if(|h| h.0 == take);
    if let (Some((_, heard)), Some(log), Some(full)) = (heard, log, engine.recognizer.clone()) {
        engine.recognizer = Some(Arc::new(Remembered::new(full, log, heard)));
    }
}

fn heard(path: &Path, options: &Options, engine: &mut Engine, watch: &Watch) -> Result<Analysis, String> {
    analyze_file(path, options, engine, watch).map(|a| a.analysis).map_err(|e: AnalyzeError| e.to_string())
}

/// The example as a file, for the player.
fn sample_file(house: &House) -> Result<PathBuf, String> {
    let dir = house.dir.join("example");
    let path = dir.join("example-call.wav");
    if std::fs::metadata(&path).is_ok_and(|m| m.len() == SAMPLE.len() as u64) {
        return Ok(path);
    }
    let write = || {
        std::fs::create_dir_all(&dir)?;
        std::fs::write(&path, SAMPLE)
    };
    write().map_err(|e| {
        format!("{}: {e}; free some space or choose another data folder with EVENKEEL_DATA", path.display())
    })?;
    Ok(path)
}

/// A take with everything that hangs on it, corrections applied.
pub fn opened_take(house: &House, library: &Library, id: TakeId) -> Result<Opened, LibraryError> {
    let detail = library.detail(id)?;
    let summary = detail.summary;
    let kind = match summary.kind {
        TakeKind::Call => OpenedKind::Rehearsal,
        TakeKind::Retry => OpenedKind::Retry,
        TakeKind::Review | TakeKind::FreeTalk => OpenedKind::Review,
    };
    let retries = library
        .takes()?
        .into_iter()
        .filter_map(|t| {
            let (call, line) = t.retry_of?;
            (call == id).then_some(RetryTake { take: t.id, line, when: t.started_at })
        })
        .collect();
    let mut original = detail.analysis.unwrap_or_default();
    // What was measured before the policy came is not shown either.
    if !house.policy.voice_metrics {
        original = without_voice_because(&original, &house.policy.reason);
    }
    let mut opened = Opened {
        take: Some(id),
        kind,
        title: summary.title,
        when: summary.started_at,
        audio: summary.audio,
        scenario: house.scenarios.open(&summary.scenario).ok().map(|b| b.scenario),
        log: detail.log,
        shown: original.clone(),
        original,
        corrections: detail.corrections,
        reflections: detail.reflections,
        self_rating: summary.self_rating,
        call_note: summary.call_note,
        notes: library.notes(id)?,
        scorecard: library.scorecard(id)?,
        retries,
    };
    if !opened.corrections.is_empty()
        && let Ok(shown) = recomputed(house, &opened)
    {
        opened.shown = shown;
    }
    Ok(opened)
}

/// The analysis with all corrections.
pub fn recomputed(house: &House, opened: &Opened) -> Result<Analysis, String> {
    let ears = house.ears()?;
    let facts = opened.scenario.as_ref().map_or_else(Facts::default, crate::rehearse::Scenario::facts);
    Ok(recompute(&opened.original, &opened.corrections, &facts, &ears.rules, &ears.rubric))
}
