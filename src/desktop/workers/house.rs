//! Where things are: the person's folder, scenarios, weights, policy.

use super::ears::{Ears, HeardLive};
use super::lines::Lines;
use crate::asr;
use crate::cli::Embedded;
use crate::device::{AudioIo, Choice, DeviceError, DuplexStream};
use crate::library::policy::Policy;
use crate::library::{Library, LibraryError, ScenarioStore};
use anyhow::Context;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Opens microphone and loudspeaker: the real ones, or those of a test.
pub type OpenSound = Arc<dyn Fn(&Choice) -> Result<Box<dyn AudioIo + Send>, DeviceError> + Send + Sync>;

/// Shared by all workers.
pub struct House {
    /// The person's own folder of this program.
    pub dir: PathBuf,
    /// All scenarios.
    pub scenarios: ScenarioStore,
    /// Weights.
    pub models: asr::Store,
    /// What this installation switches off.
    pub policy: Policy,
    /// Opens microphone and loudspeaker.
    pub open_sound: OpenSound,
    /// Calls in progress.
    pub calls: AtomicUsize,
    /// Lines that are ready to be played.
    pub lines: Lines,
    /// What was recognized during the call that was over last, for its analysis.
    pub heard: Mutex<Option<HeardLive>>,
    ears: Mutex<Option<Result<Arc<Ears>, String>>>,
    /// Counts the recognizers that were chosen: only the last choice counts.
    choices: AtomicUsize,
}

impl House {
    /// Finds everything; opens nothing.
    pub fn new(embedded: &Embedded) -> anyhow::Result<Self> {
        let named = std::env::var_os("EVENKEEL_DATA").map(PathBuf::from);
        let own = || directories::ProjectDirs::from("", "", "evenkeel").map(|d| d.data_dir().to_owned());
        let dir = named.or_else(own).context("there is no home folder; set EVENKEEL_DATA to a folder")?;
        let scenarios = ScenarioStore::new(embedded.scenarios, Some(dir.join("scenarios")));
        let (policy, _) = Policy::in_force()?;
        Ok(Self::with(dir, scenarios, asr::Store::new(embedded.models), policy))
    }

    /// With everything given.
    pub fn with(dir: PathBuf, scenarios: ScenarioStore, models: asr::Store, policy: Policy) -> Self {
        let open_sound: OpenSound =
            Arc::new(|choice| DuplexStream::open(choice).map(|io| Box::new(io) as Box<dyn AudioIo + Send>));
        Self {
            dir,
            scenarios,
            models,
            policy,
            open_sound,
            calls: AtomicUsize::default(),
            lines: Lines::default(),
            heard: Mutex::default(),
            ears: Mutex::default(),
            choices: AtomicUsize::default(),
        }
    }

    /// With other sound devices than this machine's.
    #[must_use]
    pub fn with_sound(self, open_sound: OpenSound) -> Self {
        Self { open_sound, ..self }
    }

    /// The library, one connection for each worker.
    pub fn library(&self) -> Result<Library, LibraryError> {
        Library::open(&self.dir)
    }

    /// Gives back the recognizer's working memory, unless a call goes on that needs it at once.
    pub fn rest(&self) {
        if self.calls.load(Ordering::Relaxed) == 0
            && let Some(Ok(ears)) = &*self.held()
            && let Some(transcriber) = &ears.transcriber
        {
            transcriber.release_idle();
        }
    }

    /// Recognizer, detector, rules and rubric: loaded by whoever needs them first, while others wait.
    pub fn ears(&self) -> Result<Arc<Ears>, String> {
        self.held().get_or_insert_with(|| Ears::load(self).map(Arc::new)).clone()
    }

    /// Another recognizer was chosen: a number for [`use_model`](Self::use_model).
    pub fn choose(&self) -> usize {
        self.choices.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Takes another recognizer for whatever begins from now on. Loads it first, a second or so; `None` when another one
    /// was chosen meanwhile, otherwise the name of the one in use, and why it is not the wanted one.
    pub fn use_model(&self, name: &str, choice: usize) -> Option<(String, Option<String>)> {
        let now = match self.ears() {
            Ok(ears) => ears,
            Err(why) => return Some((String::new(), Some(why))),
        };
        let loaded = now.with_model(self, name);
        let mut held = self.held();
        if self.choices.load(Ordering::Relaxed) != choice {
            return None;
        }
        match loaded {
            Ok(ears) => {
                *held = Some(Ok(Arc::new(ears)));
                Some((name.to_owned(), None))
            }
            Err(why) => Some((now.model.clone(), Some(why))),
        }
    }

    fn held(&self) -> MutexGuard<'_, Option<Result<Arc<Ears>, String>>> {
        self.ears.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Now, in seconds since 1970 (UTC).
pub fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |d| d.as_secs().cast_signed())
}
