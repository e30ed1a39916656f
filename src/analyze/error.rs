//! Why a recording could not be analyzed; each names the file and what to do.

use super::RoleError;
use crate::asr;
use crate::audio::AudioError;
use crate::signal::SourceError;

/// Why a recording could not be analyzed.
#[derive(Debug, thiserror::Error)]
pub enum AnalyzeError {
    /// The file.
    #[error(transparent)]
    Audio(#[from] AudioError),
    /// The channels.
    #[error("{path}: {source}")]
    Roles {
        /// As given.
        path: String,
        /// What does not fit.
        source: RoleError,
    },
    /// The temporary samples.
    #[error("{path}: {source}; is the disk for temporary files full?")]
    Samples {
        /// As given.
        path: String,
        /// What failed.
        source: SourceError,
    },
    /// The recognizer.
    #[error("{path}: {source}")]
    Recognizer {
        /// As given.
        path: String,
        /// What failed.
        source: asr::AsrError,
    },
    /// The person stopped it.
    #[error("stopped")]
    Cancelled,
}
