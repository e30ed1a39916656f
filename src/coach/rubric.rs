//! The rubric: bands, thresholds and weights as data that a trainer can read, edit and diff (`src/coach/rubric.toml`).

use crate::measure::{Bands, Limits};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Name and version of the format.
const SCHEMA: &str = "evenkeel.rubric/1";

/// The rubric that ships with the program.
const EMBEDDED: &str = include_str!("rubric.toml");

/// Why a rubric was refused, with its place.
#[derive(Debug, thiserror::Error)]
#[error("{file}{}: {message}", line.map(|l| format!(":{l}")).unwrap_or_default())]
pub struct RubricError {
    /// The file as given.
    pub file: String,
    /// Line from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong and what would be right.
    pub message: String,
}

/// Every number by which a call is judged.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rubric {
    /// Format.
    pub schema: String,
    /// What reports call it.
    pub name: String,
    /// Language of the word lists.
    pub language: String,
    /// How moments are told apart.
    pub limits: Limits,
    /// Out of band outside of these.
    pub bands: Bands,
    /// Worth praising inside of these.
    pub good: Bands,
    /// When the coach speaks.
    pub coach: CoachLimits,
    /// Skills that put a hazard of the same sentence in doubt, by hazard.
    pub contrary: BTreeMap<String, Vec<String>>,
    /// What goes first.
    pub weights: Weights,
}

/// When the coach speaks.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoachLimits {
    /// An acknowledgement counts within this of the start of the reply.
    pub acknowledge_within_s: f64,
    /// More uses of the name in a call are too many.
    pub use_name_most: usize,
    /// More words in one turn are too many.
    pub reply_words_most: usize,
    /// A sentence of more words is long.
    pub long_sentence_words: usize,
    /// A customer turn this long without a backchannel is worth a hint.
    pub few_backchannels_after_s: f64,
    /// Heat after a hostile line that is worth a finding.
    pub provoked_heat: f64,
    /// Heat of one turn that is worth a finding by itself.
    pub turn_heat: f64,
    /// A longer recovery is worth a finding.
    pub recovery_s: f64,
    /// What a skill weighs that only the model heard.
    pub model_only_skill: f64,
    /// What a hazard weighs that only the model heard.
    pub model_only_hazard: f64,
    /// How many times its weight a hazard counts when it is weighed against a hint; 0 leaves hints alone.
    #[serde(default = "hazard_before_hint")]
    pub hazard_before_hint: f64,
    /// Scenario heat from which a line is hostile.
    pub hostile_heat: u8,
}

/// For rubrics written before there was such a number.
fn hazard_before_hint() -> f64 {
    1.5
}

/// What goes first when more could be said: the weight of one occurrence by id. Ids that are not listed are not said.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// To change.
    pub change: BTreeMap<String, f64>,
    /// To try.
    pub r#try: BTreeMap<String, f64>,
    /// To keep.
    pub keep: BTreeMap<String, f64>,
}

impl Rubric {
    /// The rubric that ships with the program.
    #[expect(clippy::missing_panics_doc, reason = "the file is part of the build and a test reads it")]
    #[expect(clippy::expect_used, reason = "the file is part of the build and a test reads it")]
    pub fn embedded() -> Self {
        Self::parse(EMBEDDED, "rubric.toml").expect("the embedded rubric is whole")
    }

    /// The text of the rubric that ships with the program, to start one's own from.
    pub fn embedded_text() -> &'static str {
        EMBEDDED
    }

    /// Reads a rubric. `file` is named in errors.
    pub fn parse(text: &str, file: &str) -> Result<Self, RubricError> {
        let rubric: Self = toml::from_str(text).map_err(|e| RubricError {
            file: file.to_owned(),
            line: e.span().map(|s| line_at(text, s.start)),
            message: e.message().to_owned(),
        })?;
        match rubric.fault() {
            None => Ok(rubric),
            Some((key, message)) => Err(RubricError {
                file: file.to_owned(),
                line: line_of(text, &key),
                message: format!("{key}: {message}"),
            }),
        }
    }

    /// The first key whose value makes no sense, and why.
    fn fault(&self) -> Option<(String, String)> {
        if self.schema != SCHEMA {
            return Some(("schema".into(), format!("is {:?}, this program reads {SCHEMA:?}", self.schema)));
        }
        for (name, [lo, hi]) in self.bands.0.iter().chain(&self.good.0) {
            if !(lo.is_finite() && hi.is_finite() && lo <= hi) {
                return Some((name.clone(), format!("[{lo}, {hi}] is not [lowest, highest]")));
            }
        }
        for (name, weight) in self.weights.change.iter().chain(&self.weights.r#try).chain(&self.weights.keep)
        {
            if !(weight.is_finite() && *weight >= 0.0) {
                return Some((name.clone(), format!("a weight is 0 or more, not {weight}")));
            }
        }
        let before = self.coach.hazard_before_hint;
        if !(before.is_finite() && before >= 0.0) {
            return Some(("hazard_before_hint".into(), format!("a factor is 0 or more, not {before}")));
        }
        for (name, seconds) in self.limits.lengths() {
            if !(seconds.is_finite() && seconds >= 0.0) {
                return Some((name.into(), format!("a length is 0 s or more, not {seconds}")));
            }
        }
        let known = |id: &String| crate::call::behavior_info(id).is_some();
        if let Some(id) =
            self.contrary.iter().flat_map(|(id, skills)| skills.iter().chain([id])).find(|id| !known(id))
        {
            return Some(("contrary".into(), format!("{id:?} is not an id of docs/behaviors.md")));
        }
        let spelt = self.limits.backchannels.iter().chain(&self.limits.fillers);
        spelt
            .into_iter()
            .find(|p| p.trim().is_empty() || p.to_lowercase() != **p)
            .map(|p| ("backchannels".into(), format!("words are written in lower case, {p:?} is not")))
    }
}

fn line_at(text: &str, byte: usize) -> usize {
    text[..byte.min(text.len())].matches('\n').count() + 1
}

fn line_of(text: &str, key: &str) -> Option<usize> {
    text.lines()
        .position(|l| l.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('=')))
        .map(|i| i + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_rubric_is_whole() {
        let rubric = Rubric::parse(EMBEDDED, "rubric.toml").unwrap();
        assert_eq!(rubric.bands.of("talk_share"), Some([0.0, 0.7]));
        assert!(rubric.limits.backchannels.contains(&"mm-hm".to_owned()));
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let text = EMBEDDED.replace("yield_s = 0.5", "yeild_s = 0.5");
        let line = text.lines().position(|l| l.starts_with("yeild_s")).unwrap() + 1;
        let error = Rubric::parse(&text, "mine.toml").unwrap_err().to_string();
        assert!(error.starts_with(&format!("mine.toml:{line}: ")) && error.contains("yeild_s"), "{error}");
    }

    #[test]
    fn a_band_upside_down_is_refused_with_its_line() {
        let text = EMBEDDED.replace("talk_share = [0.0, 0.7]", "talk_share = [0.7, 0.0]");
        let error = Rubric::parse(&text, "mine.toml").unwrap_err();
        assert_eq!(error.line, text.lines().position(|l| l.starts_with("talk_share")).map(|i| i + 1));
        assert!(error.to_string().contains("lowest"), "{error}");
    }

    #[test]
    fn a_negative_length_and_a_foreign_schema_are_refused() {
        let negative = EMBEDDED.replace("dead_air_s = 3.0", "dead_air_s = -3.0");
        assert!(Rubric::parse(&negative, "mine.toml").unwrap_err().to_string().contains("dead_air_s"));
        let foreign = EMBEDDED.replace("evenkeel.rubric/1", "evenkeel.rubric/9");
        assert!(Rubric::parse(&foreign, "mine.toml").unwrap_err().to_string().contains("this program reads"));
    }

    #[test]
    fn what_is_not_toml_names_its_line() {
        let error = Rubric::parse("schema = \"evenkeel.rubric/1\"\nname = \n", "mine.toml").unwrap_err();
        assert_eq!(error.line, Some(2));
    }
}
