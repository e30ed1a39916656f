//! The way of a recording from its bytes to everything that is known about it.

use super::assemble::{Spoken, assemble};
use super::{AnalyzeError, Ask, Engine, Options, Watch, assign, redact, warnings};
use crate::audio::{ChannelStore, Recording};
use crate::call::{
    Analysis, Engine as EngineRow, OnHold, Roles, SCHEMA, Source, Speaker, SpeakerSpan, Timeline, Transcript,
    Warning, round3,
};
use crate::coach;
use crate::signal::speech::{self, DetectedSpeech};
use crate::signal::{SampleSource, SourceError};
use std::io::Read;
use std::path::Path;

/// A finished analysis with the sound it came from, for reports and the window.
pub struct Analyzed {
    /// Everything about the recording.
    pub analysis: Analysis,
    /// The agent's channel at the analysis rate.
    pub agent: Option<ChannelStore>,
    /// The customer's channel at the analysis rate.
    pub customer: Option<ChannelStore>,
}

/// Parts of the whole by cost, for the progress bar: reading, detecting, recognizing; the rest is small.
const READ: f64 = 0.05;
const DETECT: f64 = 0.20;
const WORDS: f64 = 0.70;

/// Analyzes a file.
pub fn analyze_file(
    path: &Path,
    options: &Options,
    engine: &mut Engine,
    watch: &Watch,
) -> Result<Analyzed, AnalyzeError> {
    analyze_recording(Recording::open(path)?, options, engine, watch)
}

/// Analyzes what comes from a stream, under a name for messages.
pub fn analyze_reader(
    name: &Path,
    reader: impl Read,
    options: &Options,
    engine: &mut Engine,
    watch: &Watch,
) -> Result<Analyzed, AnalyzeError> {
    analyze_recording(Recording::open_reader(name, reader)?, options, engine, watch)
}

/// Analyzes an open recording.
pub fn analyze_recording(
    mut recording: Recording,
    options: &Options,
    engine: &mut Engine,
    watch: &Watch,
) -> Result<Analyzed, AnalyzeError> {
    let path = recording.info().path.display().to_string();
    let (roles, assumed) = assign(options.agent, options.customer, recording.info().channels)
        .map_err(|source| AnalyzeError::Roles { path: path.clone(), source })?;
    let wanted: Vec<u16> = [roles.agent, roles.customer].into_iter().flatten().collect();
    let mut stores = recording.load(&wanted)?.into_iter();
    let agent = roles.agent.and_then(|_| stores.next());
    let customer = roles.customer.and_then(|_| stores.next());
    (watch.progress)(READ);
    stop_if(watch)?;

    let samples = |source: SourceError| AnalyzeError::Samples { path: path.clone(), source };
    let mut speech = listen(engine, agent.as_ref(), customer.as_ref(), options.leak_db).map_err(samples)?;
    if !options.holds.is_empty() {
        speech.agent = speech.agent.difference(&Timeline::new(options.holds.iter().copied()));
    }
    (watch.progress)(READ + DETECT);
    stop_if(watch)?;

    let words = recognize(&path, &speech, agent.as_ref(), customer.as_ref(), options, engine, watch)?;
    (watch.progress)(READ + DETECT + WORDS);

    let mut analysis = blank(&recording, roles, options, engine);
    analysis.spans = spans(&speech);
    analysis.holds = options.holds.iter().copied().map(OnHold::of).collect();
    let spoken =
        Spoken { speech: &speech, words: words.as_ref(), lines: &options.lines, rules: options.rules };
    assemble(&mut analysis, &spoken, &options.facts, engine);
    let of_baseline =
        super::voice::measure(&mut analysis, &speech, agent.as_ref(), customer.as_ref(), options, engine)
            .map_err(samples)?;
    analysis.findings = coach::findings(&analysis, &options.facts, &engine.rubric);

    let mut notes: Vec<Warning> = recording.info().warnings.clone();
    notes.extend(assumed);
    notes.extend(warnings::of_sound(&speech, roles, words.is_some()));
    notes.extend(warnings::of_leak(&speech.agent_quality, options.leak_db));
    if words.is_some() && !options.rules {
        let text = format!(
            "there are no rules for the language `{}`: the words are transcribed, and not judged",
            options.language
        );
        notes.push(Warning::new("no_rules", text));
    }
    notes.extend(warnings::of_voice(&analysis.voice, &options.voice));
    notes.extend(of_baseline);
    let chosen = options.agent.is_some() || options.customer.is_some() || !options.lines.is_empty();
    notes.extend(warnings::of_roles(&analysis.turns, chosen));
    analysis.warnings = notes;
    if !options.keep_numbers {
        redact::redact(&mut analysis);
    }
    (watch.progress)(1.0);
    Ok(Analyzed { analysis, agent, customer })
}

/// Who spoke when; both channels at once where there are two.
fn listen(
    engine: &mut Engine,
    agent: Option<&ChannelStore>,
    customer: Option<&ChannelStore>,
    leak_db: Option<f64>,
) -> Result<DetectedSpeech, SourceError> {
    let options = speech::Options { expected_leak_db: leak_db, ..speech::Options::default() };
    let channels = speech::Channels {
        agent: agent.map(|s| s as &dyn SampleSource),
        customer: customer.map(|s| s as &dyn SampleSource),
    };
    let mut out = speech::leaks(channels, &options)?;
    let [first, second] = &mut engine.detectors;
    let leaks = out.clone();
    let (of_agent, of_customer) = rayon::join(
        || speech::of_person(Speaker::Agent, first.as_mut(), channels, &leaks, &options),
        || speech::of_person(Speaker::Customer, second.as_mut(), channels, &leaks, &options),
    );
    (out.agent, out.agent_quality) = of_agent?;
    (out.customer, out.customer_quality) = of_customer?;
    Ok(out)
}

fn stop_if(watch: &Watch) -> Result<(), AnalyzeError> {
    if watch.is_cancelled() { Err(AnalyzeError::Cancelled) } else { Ok(()) }
}

/// The words of both, or `None` when no recognizer runs.
fn recognize(
    path: &str,
    speech: &DetectedSpeech,
    agent: Option<&ChannelStore>,
    customer: Option<&ChannelStore>,
    options: &Options,
    engine: &Engine,
    watch: &Watch,
) -> Result<Option<Words>, AnalyzeError> {
    let Some(recognizer) = engine.recognizer.as_ref().filter(|_| options.words) else { return Ok(None) };
    let mut people: Vec<(&dyn SampleSource, &Timeline)> = Vec::with_capacity(2);
    people.extend(agent.map(|store| (store as &dyn SampleSource, &speech.agent)));
    people.extend(customer.map(|store| (store as &dyn SampleSource, &speech.customer)));
    let progress = |part: f64| (watch.progress)(READ + DETECT + WORDS * part);
    let watched = Watch { progress: &progress, cancel: watch.cancel.clone() };
    match recognizer.transcribe(&people, &Ask { language: &options.language, watch: watched, soon: false }) {
        Err(_) if watch.is_cancelled() => Err(AnalyzeError::Cancelled),
        Err(source) => Err(AnalyzeError::Recognizer { path: path.to_owned(), source }),
        Ok(transcripts) => {
            let mut of = transcripts.into_iter();
            let agent = agent.and_then(|_| of.next()).unwrap_or_default();
            Ok(Some(Words { agent, customer: customer.and_then(|_| of.next()) }))
        }
    }
}

/// The words of both.
pub struct Words {
    /// The agent's.
    pub agent: Transcript,
    /// The customer's, where there is one.
    pub customer: Option<Transcript>,
}

fn spans(speech: &DetectedSpeech) -> Vec<SpeakerSpan> {
    let mut all: Vec<SpeakerSpan> = [(Speaker::Customer, &speech.customer), (Speaker::Agent, &speech.agent)]
        .into_iter()
        .flat_map(|(speaker, timeline)| {
            timeline.spans().iter().map(move |s| SpeakerSpan {
                speaker,
                start_s: round3(s.start_s()),
                end_s: round3(s.end_s()),
            })
        })
        .collect();
    all.sort_by(|a, b| a.start_s.total_cmp(&b.start_s).then(a.speaker.cmp(&b.speaker)));
    all
}

/// Everything that is known before anything is judged.
fn blank(recording: &Recording, roles: Roles, options: &Options, engine: &Engine) -> Analysis {
    let info = recording.info();
    let path = if options.relative && info.path.is_absolute() {
        info.path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned())
    } else {
        info.path.display().to_string()
    };
    Analysis {
        schema: SCHEMA.to_owned(),
        source: Source {
            path,
            sha256: info.sha256.clone(),
            duration_s: round3(info.duration_s),
            sample_rate_hz: info.sample_rate_hz,
            channels: info.channels,
            roles,
        },
        engine: EngineRow {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            model: engine
                .recognizer
                .as_ref()
                .filter(|_| options.words)
                .map_or_else(|| "none".to_owned(), |r| r.name().to_owned()),
            detector: engine.detector_name.clone(),
        },
        ..Analysis::default()
    }
}
