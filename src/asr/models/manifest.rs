//! Which models there are, as `models/manifest.toml` says.

use serde::Deserialize;

const MANIFEST: &str = include_str!("../../../models/manifest.toml");

/// A line of the manifest.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// What `--model` takes.
    pub name: String,
    /// File name.
    pub file: String,
    /// Size, where known.
    pub bytes: Option<u64>,
    /// Lower-case hexadecimal, where known.
    pub sha256: Option<String>,
    /// Comes with the program.
    #[serde(default)]
    pub shipped: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    /// Where models are fetched from.
    pub home: String,
    pub model: Vec<Model>,
}

impl Manifest {
    pub fn embedded() -> Self {
        // It is part of the program and a test reads it.
        toml::from_str(MANIFEST).unwrap_or_else(|_| Self { home: String::new(), model: Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asr::models::DEFAULT_MODEL;

    #[test]
    fn the_manifest_reads_and_names_are_unique_and_checksums_whole() {
        let manifest: Manifest = toml::from_str(MANIFEST).unwrap();
        assert!(manifest.home.starts_with("https://"));
        let mut names: Vec<&str> = manifest.model.iter().map(|m| m.name.as_str()).collect();
        for wanted in
            ["tiny.en", "base.en", "small.en", "medium.en", "large-v3-turbo", "small.en-q5_1", DEFAULT_MODEL]
        {
            assert!(names.contains(&wanted), "{wanted}");
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), manifest.model.len());
        for model in &manifest.model {
            assert!(
                model
                    .sha256
                    .as_ref()
                    .is_none_or(|s| s.len() == 64 && s.chars().all(|c| c.is_ascii_hexdigit()))
            );
            assert!(model.sha256.is_some() || model.bytes.is_some(), "{} can't be checked", model.name);
        }
    }
}
