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

/// "; did you mean `x`?" for the known name that is nearest, if one is near.
pub(super) fn did_you_mean<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    known
        .map(|k| (strsim::damerau_levenshtein(k, name), k))
        .min()
        .filter(|(far, k)| *far * 3 <= k.len())
        .map(|(_, k)| format!("; did you mean `{k}`?"))
}

/// A value as people call it: `string "hot"` is text.
fn plain_found(found: &str) -> String {
    let names = [
        ("string", "text"),
        ("integer", "the whole number"),
        ("floating point", "the number"),
        ("boolean", "the word"),
        ("sequence", "a list"),
        ("map", "a table"),
    ];
    names
        .iter()
        .find_map(|(from, to)| found.strip_prefix(from).map(|rest| format!("{to}{rest}")))
        .unwrap_or_else(|| found.to_owned())
}

fn plain_wanted(wanted: &str) -> &str {
    match wanted {
        "i64" | "u8" => "a whole number such as 3",
        "f64" => "a number such as 2.5",
        "a string" => "text in quotation marks",
        "a sequence" => "a list such as [\"a\", \"b\"]",
        w if w.starts_with("struct") || w == "a map" => "a table",
        other => other,
    }
}

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
            let expected = message.split_once(',').map(|(_, rest)| rest).unwrap_or_default();
            let near = did_you_mean(quoted, expected.split('`').skip(1).step_by(2));
            let more = near
                .unwrap_or_else(|| if expected.is_empty() { String::new() } else { format!(",{expected}") });
            format!("unknown key `{quoted}`{more}")
        } else if message.starts_with("missing field") {
            format!("`{quoted}` is missing")
        } else if let Some((found, wanted)) =
            message.strip_prefix("invalid type: ").and_then(|m| m.split_once(", expected "))
        {
            format!("{} stands here, and {} is needed", plain_found(found), plain_wanted(wanted))
        } else {
            self.unread(at, message)
        };
        self.add(at, key, reason);
    }

    /// What the TOML reader could not make sense of, and the usual cause.
    fn unread(&self, at: usize, message: &str) -> String {
        let at = at.min(self.text.len());
        let from = self.text[..at].rfind('\n').map_or(0, |n| n + 1);
        let line = self.text[from..].lines().next().unwrap_or_default();
        let message = message.replace('\n', " ");
        if line.replace("\\\"", "").matches('"').count() % 2 == 1 {
            return format!(
                "a quotation mark is missing: text stands between two of them, as in key = \"text\" ({message})"
            );
        }
        format!(
            "this line cannot be read; a line is a [table], or key = \"text\", key = 3, key = [\"a\", \"b\"] ({message})"
        )
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
