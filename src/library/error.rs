//! What goes wrong with what is kept, each with what the person can do.

use crate::rehearse::ScenarioError;
use std::path::{Path, PathBuf};

/// Storage failed, or refused.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// Another program holds the database.
    #[error(
        "{0} is in use by another program; close it (another Evenkeel, a backup, a sync tool) and try again"
    )]
    Locked(PathBuf),
    /// The folder or file can't be written.
    #[error(
        "{0} can't be written; make it writable, free some space or choose another folder in the settings"
    )]
    ReadOnly(PathBuf),
    /// There is nothing under that name.
    #[error("{0}: there is no such file or folder; check the spelling")]
    Missing(PathBuf),
    /// The disk is full.
    #[error("the disk that holds {0} is full; free some space and try again, nothing was lost so far")]
    DiskFull(PathBuf),
    /// A newer version wrote it.
    #[error(
        "{path} was written by a newer Evenkeel (format {found}, this one knows {known}); update the program"
    )]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest format that this program knows.
        known: i64,
    },
    /// The file is no database, or damaged.
    #[error(
        "{0} is damaged or not an Evenkeel library; move it aside and start again, your recordings in `takes` stay"
    )]
    Damaged(PathBuf),
    /// Any other refusal of the database.
    #[error("the library could not do that: {0}")]
    Database(rusqlite::Error),
    /// A file.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A take that is not there.
    #[error("there is no take {0}; it may have been deleted")]
    NoTake(i64),
    /// Stored data that can't be read back.
    #[error("take {take}: its stored {what} can't be read ({reason}); analyze the recording again")]
    Stored {
        /// Take.
        take: i64,
        /// What.
        what: &'static str,
        /// Why.
        reason: String,
    },
    /// A scenario that was refused.
    #[error("{0}")]
    Scenario(#[from] ScenarioError),
    /// A scenario that is not there.
    #[error("there is no scenario `{id}`; {known}")]
    NoScenario {
        /// As asked for.
        id: String,
        /// Which there are.
        known: String,
    },
    /// A target that exists.
    #[error("{0} exists already; nothing is overwritten, choose another name or move it away")]
    Exists(PathBuf),
    /// A pack that was refused.
    #[error("{path}: {reason}")]
    Pack {
        /// The pack.
        path: PathBuf,
        /// What is wrong and what to do about it.
        reason: String,
    },
    /// A name that can't be one.
    #[error("`{0}` can't be a scenario's id: it is made of a-z, 0-9 and -")]
    BadId(String),
}

impl LibraryError {
    pub(super) fn file(path: &Path, source: std::io::Error) -> Self {
        use std::io::ErrorKind as K;
        match source.kind() {
            K::StorageFull => Self::DiskFull(path.to_owned()),
            K::ReadOnlyFilesystem | K::PermissionDenied => Self::ReadOnly(path.to_owned()),
            K::NotFound => Self::Missing(path.to_owned()),
            K::AlreadyExists => Self::Exists(path.to_owned()),
            _ => Self::File { path: path.to_owned(), source },
        }
    }

    pub(super) fn database(path: &Path, error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as C;
        match error.sqlite_error_code() {
            Some(C::DatabaseBusy | C::DatabaseLocked) => Self::Locked(path.to_owned()),
            Some(C::ReadOnly | C::CannotOpen | C::PermissionDenied) => Self::ReadOnly(path.to_owned()),
            Some(C::DiskFull) => Self::DiskFull(path.to_owned()),
            Some(C::NotADatabase | C::DatabaseCorrupt) => Self::Damaged(path.to_owned()),
            _ => Self::Database(error),
        }
    }
}
