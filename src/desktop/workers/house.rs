//! Where things are: the person's folder, scenarios, weights, policy.

use super::ears::Ears;
use crate::asr;
use crate::cli::Embedded;
use crate::device::{AudioIo, Choice, DeviceError, DuplexStream};
use crate::library::policy::Policy;
use crate::library::{Library, LibraryError, ScenarioStore};
use anyhow::Context;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

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
    ears: OnceLock<Result<Ears, String>>,
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
        Self { dir, scenarios, models, policy, open_sound, calls: AtomicUsize::new(0), ears: OnceLock::new() }
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
            && let Some(Ok(Ears { transcriber: Some(transcriber), .. })) = self.ears.get()
        {
            transcriber.release_idle();
        }
    }

    /// Recognizer, detector, rules and rubric: loaded by whoever needs them first, while others wait.
    pub fn ears(&self) -> Result<&Ears, String> {
        self.ears.get_or_init(|| Ears::load(self)).as_ref().map_err(Clone::clone)
    }
}

/// Now, in seconds since 1970 (UTC).
pub fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |d| d.as_secs().cast_signed())
}
