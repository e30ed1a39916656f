//! Everything that is wrong with a scenario, each with its place.

use std::fmt;

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioProblem {
    /// The file, as named by the caller.
    pub file: String,
    /// The key, with line ids (`line.opening.next[2].to`); empty when the text is not TOML.
    pub key: String,
    /// Line in the file from 1; 0 when it concerns no one line.
    pub line: usize,
    /// What is wrong and what to do about it.
    pub reason: String,
}

impl fmt::Display for ScenarioProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if !self.key.is_empty() {
            write!(f, ": {}", self.key)?;
        }
        write!(f, ": {}", self.reason)
    }
}

/// A scenario that was refused; one problem a line, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioError {
    /// Never empty.
    pub problems: Vec<ScenarioProblem>,
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.problems.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for ScenarioError {}

/// Collects problems with the place that a byte offset stands for.
pub(super) struct Problems<'a> {
    text: &'a str,
    file: &'a str,
    found: Vec<ScenarioProblem>,
}

impl<'a> Problems<'a> {
    pub(super) fn new(text: &'a str, file: &'a str) -> Self {
        Self { text, file, found: Vec::new() }
    }

    pub(super) fn add(&mut self, at: usize, key: impl Into<String>, reason: impl Into<String>) {
        let line = 1 + self.text.bytes().take(at).filter(|b| *b == b'\n').count();
        self.found.push(ScenarioProblem {
            file: self.file.to_owned(),
            key: key.into(),
            line,
            reason: reason.into(),
        });
    }

    /// The refusal of the TOML reader, with the key that it is about as far as its place tells.
    pub(super) fn add_toml(&mut self, error: &toml::de::Error) {
        let message = error.message();
        let at = error.span().map_or(0, |s| s.start);
        let quoted = message.split('`').nth(1).unwrap_or_default();
        let key = if message.starts_with("missing field") || message.starts_with("unknown field") {
            quoted.to_owned()
        } else {
            let from = self.text[..at.min(self.text.len())].rfind('\n').map_or(0, |n| n + 1);
            let line = self.text[from..].lines().next().unwrap_or_default();
            line.split_once('=').map(|(key, _)| key.trim().to_owned()).unwrap_or_default()
        };
        let reason = if message.starts_with("unknown field") {
            format!(
                "unknown key `{quoted}`{}",
                message.split_once(',').map(|(_, rest)| format!(",{rest}")).unwrap_or_default()
            )
        } else if message.starts_with("missing field") {
            format!("`{quoted}` is missing")
        } else {
            message.replace('\n', " ")
        };
        self.add(at, key, reason);
    }

    pub(super) fn into_result<T>(mut self, value: T) -> Result<T, ScenarioError> {
        if self.found.is_empty() {
            return Ok(value);
        }
        self.found.sort_by_key(|p| p.line);
        Err(ScenarioError { problems: self.found })
    }

    pub(super) fn into_error(self) -> ScenarioError {
        ScenarioError { problems: self.found }
    }
}
