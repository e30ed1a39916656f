//! What can be wrong with weights, and what to do about it.

use std::path::{Path, PathBuf};

/// The weights could not be found, fetched, checked or removed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelsError {
    /// Not in the manifest and no file.
    #[error("`{0}` is neither a known model nor a file; `evenkeel models list` names them all")]
    Unknown(String),
    /// Known, but not here.
    #[error("the model {0} is not installed; `evenkeel models get {0}` fetches it")]
    Absent(String),
    /// It comes with the program.
    #[error("{0} comes with the program and stays; only fetched models can be removed")]
    Shipped(String),
    /// Not what it should be.
    #[error("{path}: {why}; remove the file and fetch it again with `evenkeel models get {name}`")]
    Wrong {
        /// Model.
        name: String,
        /// File.
        path: PathBuf,
        /// Size or checksum, found and expected.
        why: String,
    },
    /// The server could not be reached or did not answer.
    #[error(
        "{url} could not be reached ({why}); check the connection, or set EVENKEEL_MODELS_URL to a place that has the file"
    )]
    Offline {
        /// Address.
        url: String,
        /// What went wrong.
        why: String,
    },
    /// The server refused.
    #[error(
        "{url} answered {status}; the file may have moved, EVENKEEL_MODELS_URL can name another place that has it"
    )]
    Refused {
        /// Address.
        url: String,
        /// HTTP status.
        status: u16,
    },
    /// The connection broke.
    #[error(
        "the connection broke at {got} bytes ({why}); run `evenkeel models get {name}` again, it goes on from there"
    )]
    Broken {
        /// Model.
        name: String,
        /// Bytes that are kept.
        got: u64,
        /// What went wrong.
        why: String,
    },
    /// No room.
    #[error("{0}: the disk is full; free some space and run the command again, it goes on from there")]
    DiskFull(PathBuf),
    /// Reading or writing failed.
    #[error("{path}: {source}")]
    Io {
        /// File.
        path: PathBuf,
        /// Cause.
        source: std::io::Error,
    },
    /// No home folder.
    #[error("there is no folder for models; set EVENKEEL_MODELS to one")]
    NoFolder,
    /// The caller cancelled.
    #[error("cancelled; what was fetched is kept, `evenkeel models get` goes on from there")]
    Cancelled,
}

impl ModelsError {
    pub(super) fn io(path: &Path, source: std::io::Error) -> Self {
        match source.kind() {
            std::io::ErrorKind::StorageFull => Self::DiskFull(path.to_path_buf()),
            _ => Self::Io { path: path.to_path_buf(), source },
        }
    }
}
