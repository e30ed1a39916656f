//! Weights to load: a file, or inside the program.

use std::path::PathBuf;

use super::{DEFAULT_MODEL, DETECTOR};

/// Weights inside the program; `main.rs` includes them, so that only the program itself carries them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Embedded {
    /// `models/ggml-base-q5_1.bin`.
    pub base: Option<&'static [u8]>,
    /// `models/ggml-silero-v6.2.0.bin`.
    pub silero: Option<&'static [u8]>,
}

impl Embedded {
    /// The bytes of a model, where the program carries them.
    pub(super) fn of(self, name: &str) -> Option<&'static [u8]> {
        match name {
            DEFAULT_MODEL => self.base,
            DETECTOR => self.silero,
            _ => None,
        }
    }
}

/// Weights to load.
#[derive(Clone, Debug)]
pub enum Weights {
    /// A file.
    File {
        /// As the manifest or the file's name says.
        name: String,
        /// Where.
        path: PathBuf,
    },
    /// Inside the program.
    Embedded {
        /// As the manifest says.
        name: String,
        /// The whole file.
        bytes: &'static [u8],
    },
}

impl Weights {
    /// What reports call them.
    pub fn name(&self) -> &str {
        match self {
            Self::File { name, .. } | Self::Embedded { name, .. } => name,
        }
    }
}

impl std::fmt::Display for Weights {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File { path, .. } => path.display().fmt(f),
            Self::Embedded { name, .. } => write!(f, "the built-in model {name}"),
        }
    }
}
