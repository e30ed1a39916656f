//! What can be wrong with a rule, said so that its author can mend it.

/// A rule, slot or model that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WordsError {
    /// The file is not the TOML that a rule file is.
    #[error("{file}:{line}: {reason}")]
    Format {
        /// As given.
        file: String,
        /// From 1.
        line: usize,
        /// What is wrong and what is expected.
        reason: String,
    },
    /// A pattern cannot be read.
    #[error("{file}:{line}: pattern \"{pattern}\": {reason}")]
    Pattern {
        /// As given.
        file: String,
        /// From 1.
        line: usize,
        /// As written.
        pattern: String,
        /// What is wrong and what is expected.
        reason: String,
    },
    /// A rule's own example is not heard, or its contrast example is.
    #[error("{file}:{line}: rule `{rule}`: {reason}: \"{example}\"")]
    Example {
        /// As given.
        file: String,
        /// From 1.
        line: usize,
        /// `id`.
        rule: String,
        /// The example.
        example: String,
        /// Heard or not heard.
        reason: String,
    },
    /// There are no rules for the language.
    #[error(
        "no rules for the language `{0}`: there are rules for en; give a folder of your own with language.toml"
    )]
    Language(String),
    /// The model file is damaged or of another format.
    #[error(
        "the words model cannot be used: {0}; train it again with `cargo run --release --example train_words`"
    )]
    Model(String),
}

/// The line (from 1) on which a byte offset lies.
pub(crate) fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes().iter().take(at).filter(|b| **b == b'\n').count() + 1
}
