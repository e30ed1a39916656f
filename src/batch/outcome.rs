//! What came of a batch.

use std::path::PathBuf;

/// Why a batch could not run, or could not go on.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// Nothing there.
    #[error("{}: there is no such folder; check the spelling", .0.display())]
    NoFolder(PathBuf),
    /// A file.
    #[error("{}: this is a file; use `evenkeel analyze` for it, or name its folder", .0.display())]
    NotAFolder(PathBuf),
    /// No recording in it.
    #[error("{}: there are no recordings below this folder (WAV, FLAC, MP3, Ogg, M4A, AIFF)", .0.display())]
    NoRecordings(PathBuf),
    /// A folder could not be read.
    #[error("{}: this folder cannot be read ({source})", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Results could not be written.
    #[error("{}: results cannot be written here ({source}); is the disk full or the folder protected?", path.display())]
    Unwritable {
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A report could not be made.
    #[error(transparent)]
    Report(#[from] crate::report::ReportError),
    /// The person stopped it.
    #[error("stopped; run the same command again to go on from here")]
    Stopped,
}

/// A file that could not be analyzed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Below the folder.
    pub name: String,
    /// What is wrong and what to do.
    pub why: String,
}

/// A file that was analyzed.
#[derive(Clone, Debug)]
pub struct Finished {
    /// Below the folder.
    pub name: String,
    /// Where the whole analysis lies, as JSON: thousands of them would not fit into memory.
    pub kept: PathBuf,
    /// Its cells, one for each of [`COLUMNS`](crate::report::COLUMNS).
    pub row: Vec<String>,
    /// Its trusted numbers outside their band.
    pub out: Vec<&'static str>,
    /// Its report, below the output folder.
    pub report: String,
}

/// What came of all files, in the order of their names.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Analyzed, now or in an earlier run.
    pub finished: Vec<Finished>,
    /// Not analyzed.
    pub failed: Vec<Failure>,
    /// How many of the finished came from an earlier run.
    pub resumed: usize,
}
