//! What hears: detector, recognizer, rules, rubric; loaded once for all workers.

use super::House;
use super::library::SETTINGS;
use crate::analyze::{Engine, Recognizer};
use crate::asr::detector::SileroDetector;
use crate::asr::models::DEFAULT_MODEL;
use crate::asr::{Transcriber, environment};
use crate::call::{Timeline, Transcript};
use crate::coach::Rubric;
use crate::desktop::state::Settings;
use crate::library::TakeId;
use crate::words::Rules;
use std::path::PathBuf;
use std::sync::Arc;

/// What reports name as the detector.
const DETECTOR_NAME: &str = "silero-v6.2.0";

/// A take and what was recognized in it while it was recorded, channel by channel.
pub type HeardLive = (TakeId, Vec<(Timeline, Transcript)>);

/// Recognizer, detector, rules and rubric.
pub struct Ears {
    /// Weights in memory; absent when none are installed.
    pub transcriber: Option<Arc<Transcriber>>,
    /// Name of the recognizer.
    pub model: String,
    /// Why there is no recognizer.
    pub deaf: Option<String>,
    /// Behaviors in words.
    pub rules: Arc<Rules>,
    /// Bands and advice.
    pub rubric: Arc<Rubric>,
    detector: PathBuf,
}

impl Ears {
    /// Loads all of it: about 0.2 s.
    pub fn load(house: &House) -> Result<Self, String> {
        let settings: Settings =
            house.library().ok().and_then(|l| l.setting(SETTINGS).ok().flatten()).unwrap_or_default();
        let name = if settings.model.is_empty() { DEFAULT_MODEL } else { &settings.model };
        let chosen = recognizer(house, name).map(|t| (name, t));
        let loaded = chosen.or_else(|_| recognizer(house, DEFAULT_MODEL).map(|t| (DEFAULT_MODEL, t)));
        let (model, transcriber, deaf) = match loaded {
            Ok((name, transcriber)) => (name.to_owned(), Some(transcriber), None),
            Err(why) => (String::new(), None, Some(why)),
        };
        Ok(Self {
            transcriber,
            model,
            deaf,
            rules: Arc::new(Rules::embedded("en").map_err(|e| e.to_string())?),
            rubric: Arc::new(Rubric::embedded()),
            detector: house.models.detector().map_err(|e| e.to_string())?,
        })
    }

    /// The same with another recognizer.
    pub fn with_model(&self, house: &House, name: &str) -> Result<Self, String> {
        Ok(Self {
            transcriber: Some(recognizer(house, name)?),
            model: name.to_owned(),
            deaf: None,
            rules: self.rules.clone(),
            rubric: self.rubric.clone(),
            detector: self.detector.clone(),
        })
    }

    /// A detector of one's own.
    pub fn detector(&self) -> Result<SileroDetector, String> {
        SileroDetector::open(&self.detector).map_err(|e| e.to_string())
    }

    /// An engine of one's own for analyses.
    pub fn engine(&self) -> Result<Engine, String> {
        Ok(Engine {
            detectors: [Box::new(self.detector()?), Box::new(self.detector()?)],
            detector_name: DETECTOR_NAME.to_owned(),
            recognizer: self.transcriber.clone().map(|t| t as Arc<dyn Recognizer>),
            rules: self.rules.clone(),
            rubric: self.rubric.clone(),
        })
    }
}

fn recognizer(house: &House, name: &str) -> Result<Arc<Transcriber>, String> {
    let weights = house.models.find(name).map_err(|e| e.to_string())?;
    let loaded = Transcriber::load(&weights, environment::default_threads());
    loaded.map(Arc::new).map_err(|e| e.to_string())
}
