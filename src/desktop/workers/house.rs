//! Where things are: the person's folder, scenarios, weights, policy.

use super::ears::Ears;
use crate::asr;
use crate::cli::Embedded;
use crate::library::policy::Policy;
use crate::library::{Library, LibraryError, ScenarioStore};
use anyhow::Context;
use std::path::PathBuf;
use std::sync::OnceLock;

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
        Self { dir, scenarios, models, policy, ears: OnceLock::new() }
    }

    /// The library, one connection for each worker.
    pub fn library(&self) -> Result<Library, LibraryError> {
        Library::open(&self.dir)
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
