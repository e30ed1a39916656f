//! A person's own neutral voice out of calm recordings that the user names.

use super::{AnalyzeError, Channel, Engine, assign};
use crate::audio::Recording;
use crate::call::BaselineKind;
use crate::measure::voice::{Baseline, ExtractOptions, Recorded, VoiceFeatures};
use crate::signal::{SampleSource, speech};
use std::path::PathBuf;

/// Pools all recordings; `None` when together they hold too little voice.
pub fn pooled_baseline(
    files: &[PathBuf],
    agent: Option<Channel>,
    engine: &mut Engine,
) -> Result<Option<Baseline>, AnalyzeError> {
    let mut voices = Vec::with_capacity(files.len());
    for file in files {
        let path = file.display().to_string();
        let mut recording = Recording::open(file)?;
        let channels = recording.info().channels;
        // A baseline of one voice is the agent's, whichever channel the calls have the agent on.
        let chosen = if channels == 1 { None } else { agent };
        let (roles, _) = assign(chosen, None, channels)
            .map_err(|source| AnalyzeError::Roles { path: path.clone(), source })?;
        let stores = recording.load(&[roles.agent.unwrap_or(0)])?;
        let samples = |source| AnalyzeError::Samples { path: path.clone(), source };
        let extract = ExtractOptions { file_rate_hz: Some(recording.info().sample_rate_hz) };
        for store in &stores {
            let alone = roles.customer.is_none();
            let options = speech::Options::default();
            let source: &dyn SampleSource = store;
            let found = speech::detect(engine.detectors[0].as_mut(), Some(source), None, &options)
                .map_err(samples)?
                .agent;
            let voice = VoiceFeatures::extract(store, &super::voice::heard(store, &found, alone), extract)
                .map_err(samples)?;
            let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
            voices.push((name, voice, alone.then_some(found)));
        }
    }
    let all: Vec<Recorded> = voices
        .iter()
        .map(|(name, features, speech)| Recorded { name, features, speech: speech.as_ref() })
        .collect();
    Ok(Baseline::from_named(BaselineKind::Given, &all))
}
