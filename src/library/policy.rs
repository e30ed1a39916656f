//! The installation's policy: what this workplace has switched off, in a small TOML file that whoever installs it writes.
//!
//! Looked for in `EVENKEEL_POLICY`, then the system's folder, then the user's own; the first one found holds.

use serde::Deserialize;
use std::path::{Path, PathBuf};

/// What the installation allows.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Whether the voice may be measured at all. In the EU, inferring workers' emotions from voice is prohibited at work
    /// outside personal training; an installation that reviews real calls may want to be on the far side of that line.
    pub voice_metrics: bool,
    /// Said wherever something is absent because of this file.
    pub reason: String,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            voice_metrics: true,
            reason: "voice metrics are turned off by this installation's policy".to_owned(),
        }
    }
}

/// A policy that cannot be read stops the program: it must not be passed over silently.
#[derive(Debug, thiserror::Error)]
#[error("{path}: the policy file cannot be used: {why}; mend or remove it")]
pub struct PolicyError {
    path: String,
    why: String,
}

impl Policy {
    /// Where it is looked for, in order.
    pub fn places() -> Vec<PathBuf> {
        let mut places: Vec<PathBuf> =
            std::env::var_os("EVENKEEL_POLICY").map(PathBuf::from).into_iter().collect();
        if cfg!(unix) {
            places.push(PathBuf::from("/etc/evenkeel/policy.toml"));
        } else if let Some(data) = std::env::var_os("PROGRAMDATA") {
            places.push(PathBuf::from(data).join("Evenkeel").join("policy.toml"));
        }
        if let Some(dirs) = directories::ProjectDirs::from("", "", "evenkeel") {
            places.push(dirs.config_dir().join("policy.toml"));
        }
        places
    }

    /// The policy in force and the file it came from.
    pub fn in_force() -> Result<(Self, Option<PathBuf>), PolicyError> {
        let named = std::env::var_os("EVENKEEL_POLICY").is_some();
        for (index, path) in Self::places().into_iter().enumerate() {
            if path.exists() || (named && index == 0) {
                return Self::read(&path).map(|p| (p, Some(path)));
            }
        }
        Ok((Self::default(), None))
    }

    /// Reads one file.
    pub fn read(path: &Path) -> Result<Self, PolicyError> {
        let fail = |why: String| PolicyError { path: path.display().to_string(), why };
        let text = std::fs::read_to_string(path).map_err(|e| fail(e.to_string()))?;
        toml::from_str(&text).map_err(|e| fail(e.to_string().trim().replace('\n', " ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("policy.toml");
        std::fs::write(&path, text).unwrap();
        (dir, path)
    }

    #[test]
    fn voice_metrics_can_be_turned_off() {
        let (_dir, path) = written("voice_metrics = false\n");
        assert!(!Policy::read(&path).unwrap().voice_metrics);
    }

    #[test]
    fn a_misspelt_key_is_refused_by_name_rather_than_ignored() {
        let (_dir, path) = written("voice_metric = false\n");
        let error = Policy::read(&path).unwrap_err().to_string();
        assert!(error.contains("voice_metric") && error.contains("policy.toml"), "{error}");
    }
}
