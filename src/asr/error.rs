//! What can go wrong with the recognizer, each with the remedy.

use crate::signal::SourceError;
use std::path::PathBuf;

/// The recognizer could not do its work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AsrError {
    /// The file is not there.
    #[error("{0}: no such file; `evenkeel models list` names the weights that are installed")]
    NoWeights(PathBuf),
    /// The file is no whisper.cpp model.
    #[error(
        "{0} is not a whisper.cpp model (ggml); `evenkeel models verify` checks the installed ones, `evenkeel models get base.en` fetches one"
    )]
    NotAModel(String),
    /// whisper.cpp refused the weights.
    #[error(
        "{0} could not be loaded, it may be damaged or too large for this machine's memory; `evenkeel models verify` checks it"
    )]
    Load(String),
    /// The language is none that Whisper knows.
    #[error("`{0}` is not a language the recognizer knows; give a two-letter code such as en, de or fr")]
    Language(String),
    /// The weights are English only.
    #[error(
        "these weights know English only, not `{0}`; choose ones without .en in their name (`evenkeel models list`)"
    )]
    EnglishOnly(String),
    /// The engine failed on a stretch of speech.
    #[error(
        "the recognizer failed at {at_s:.1} s ({reason}); `--no-words` measures timing and voice without it"
    )]
    Engine {
        /// Where in the recording.
        at_s: f64,
        /// What whisper.cpp said.
        reason: String,
    },
    /// The caller cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The samples could not be read.
    #[error(transparent)]
    Source(#[from] SourceError),
}
