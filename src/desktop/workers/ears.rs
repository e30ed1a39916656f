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
use std::sync::{Arc, Mutex};

/// What reports name as the detector.
const DETECTOR_NAME: &str = "silero-v6.2.0";

/// A take and what was recognized in it while it was recorded, channel by channel.
pub type HeardLive = (TakeId, Vec<(Timeline, Transcript)>);

/// Recognizer, detector, rules and rubric.
pub struct Ears {
    /// Weights in memory; absent when none are installed.
    pub transcriber: Option<Arc<Transcriber>>,
    /// Why there is no recognizer.
    pub deaf: Option<String>,
    /// Behaviors in words.
    pub rules: Arc<Rules>,
    /// Bands and advice.
    pub rubric: Arc<Rubric>,
    /// What was recognized during the call that was over last, for its analysis.
    pub heard: Mutex<Option<HeardLive>>,
    detector: PathBuf,
}

impl Ears {
    /// Loads all of it: about 0.2 s.
    pub fn load(house: &House) -> Result<Self, String> {
        let settings: Settings =
            house.library().ok().and_then(|l| l.setting(SETTINGS).ok().flatten()).unwrap_or_default();
        let name = if settings.model.is_empty() { DEFAULT_MODEL } else { &settings.model };
        let found = house.models.find(name).or_else(|_| house.models.find(DEFAULT_MODEL));
        let loaded = found
            .map_err(|e| e.to_string())
            .and_then(|w| Transcriber::load(&w, environment::default_threads()).map_err(|e| e.to_string()));
        let (transcriber, deaf) = match loaded {
            Ok(transcriber) => (Some(Arc::new(transcriber)), None),
            Err(why) => (None, Some(why)),
        };
        Ok(Self {
            transcriber,
            deaf,
            rules: Arc::new(Rules::embedded("en").map_err(|e| e.to_string())?),
            rubric: Arc::new(Rubric::embedded()),
            heard: Mutex::default(),
            detector: house.models.detector().map_err(|e| e.to_string())?,
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
