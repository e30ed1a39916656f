//! The rules of a language: reading them, and their own examples.

use super::embedded;
use super::error::WordsError;
use super::hearing::ReplyContext;
use super::index::Index;
use super::jargon::Jargon;
use super::language::Language;
use super::model::Model;
use super::pattern::{Compiler, Vocabulary};
use super::rulefile::{self, Example};

/// The rules of a language, ready to listen.
#[derive(Debug)]
pub struct Rules {
    pub(super) lang: Language,
    pub(super) vocabulary: Vocabulary,
    pub(super) index: Index,
    pub(super) jargon: Jargon,
    pub(super) model: Option<Model>,
}

impl Rules {
    /// The rules that the program brings.
    pub fn embedded(language: &str) -> Result<Self, WordsError> {
        Self::with_overrides(language, &[])
    }

    /// The rules that the program brings, with a trainer's own files: `(file name, text)`. A file of the same name
    /// replaces the one that the program brings, any other is added.
    pub fn with_overrides(language: &str, own: &[(String, String)]) -> Result<Self, WordsError> {
        let brought = embedded::files(language);
        let stem = |name: &str| name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned();
        let mut files: Vec<(String, &str)> = Vec::new();
        for (name, text) in brought.unwrap_or_default() {
            if !own.iter().any(|(n, _)| stem(n) == *name) {
                files.push((format!("rules/{language}/{name}"), text));
            }
        }
        files.extend(
            own.iter()
                .filter(|(n, _)| n.rsplit('.').next() == Some("toml"))
                .map(|(n, t)| (n.clone(), t.as_str())),
        );
        let at = files.iter().position(|(n, _)| stem(n) == "language.toml");
        let (file, text) = files.remove(at.ok_or_else(|| WordsError::Language(language.to_owned()))?);
        let common = own.iter().find(|(n, _)| stem(n) == "common.txt").map(|(_, t)| t.as_str());
        let common = common.or_else(|| embedded::common(language)).unwrap_or_default();
        let model = embedded::model(language).map(Model::read).transpose()?;
        Self::build(Language::read(&file, text)?, &files, common, model)
    }

    /// Rules of nothing but the given files, one of which is `language.toml`; without the model.
    pub fn only(own: &[(String, String)]) -> Result<Self, WordsError> {
        let (language, rest): (Vec<_>, Vec<_>) = own.iter().partition(|(n, _)| n == "language.toml");
        let (file, text) = language.first().ok_or_else(|| WordsError::Language("none".to_owned()))?;
        let rest: Vec<(String, &str)> = rest.iter().map(|(n, t)| (n.clone(), t.as_str())).collect();
        Self::build(Language::read(file, text)?, &rest, "", None)
    }

    fn build(
        lang: Language,
        files: &[(String, &str)],
        common: &str,
        model: Option<Model>,
    ) -> Result<Self, WordsError> {
        let mut vocabulary = Vocabulary::default();
        let mut compiler = Compiler::new(&lang, &mut vocabulary);
        let mut read = Vec::with_capacity(files.len());
        for (name, text) in files {
            read.push(rulefile::read(name, text, &mut compiler)?);
        }
        let index = Index::new(read, vocabulary.len());
        Ok(Self { jargon: Jargon::new(&lang, common), lang, vocabulary, index, model })
    }

    /// The same rules with another model, or none.
    #[must_use]
    pub fn with_model(self, model: Option<Model>) -> Self {
        Self { model, ..self }
    }

    /// The examples of every file.
    pub fn examples(&self) -> impl Iterator<Item = &Example> {
        self.index.files.iter().flat_map(|f| f.examples.iter())
    }

    /// Why a behavior matters, as its file says.
    pub fn why(&self, id: &str) -> Option<&str> {
        self.index.files.iter().find(|f| f.id == id).map(|f| f.why.as_str())
    }

    /// Runs every file's own examples through the rules (without the model); the first that is not as it says is an error.
    pub fn check_examples(&self) -> Result<(), WordsError> {
        self.failing_examples().into_iter().next().map_or(Ok(()), Err)
    }

    /// Every example that is not as its file says.
    pub fn failing_examples(&self) -> Vec<WordsError> {
        let mut out = Vec::new();
        for e in self.examples() {
            let context = ReplyContext {
                customer_line: e.customer.as_deref(),
                customer_name: e.name.as_deref(),
                facts: None,
            };
            let hits = self.hear_by_rules(&context, &e.reply);
            let hit = hits.iter().find(|h| h.id == e.id);
            if hit.is_some() != e.heard {
                let reason = hit.map_or_else(
                    || "its example is not heard".to_owned(),
                    |h| format!("`{}` hears \"{}\" in its contrast example", h.rule, h.text),
                );
                out.push(WordsError::Example {
                    file: e.file.clone(),
                    line: e.line,
                    rule: e.id.to_owned(),
                    example: e.reply.clone(),
                    reason,
                });
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rules_own_examples_are_heard_and_its_contrast_examples_are_not() {
        let failing: Vec<String> =
            Rules::embedded("en").unwrap().failing_examples().iter().map(ToString::to_string).collect();
        assert!(failing.is_empty(), "{failing:#?}");
    }

    #[test]
    fn every_rule_file_says_why_and_has_an_example() {
        let rules = Rules::embedded("en").unwrap();
        for file in &rules.index.files {
            assert!(!file.why.is_empty(), "{} says no why", file.id);
            assert!(file.examples.iter().any(|e| e.heard), "{} has no example", file.id);
        }
    }

    #[test]
    fn a_trainers_file_replaces_the_one_of_the_same_name() {
        let own = "id = \"thank\"\nwhy = \"x\"\n[[rule]]\nname = \"own\"\npatterns = [\"diolch\"]\n";
        let rules = Rules::with_overrides("en", &[("my/thank.toml".to_owned(), own.to_owned())]).unwrap();
        let ids = |reply: &str| {
            let hits = rules.hear_by_rules(&ReplyContext::default(), reply);
            hits.into_iter().map(|h| h.rule).collect::<Vec<_>>()
        };
        assert!(ids("diolch").contains(&"thank/own".to_owned()));
        assert!(!ids("thank you").iter().any(|r| r.starts_with("thank/")));
    }

    #[test]
    fn a_mistake_in_a_trainers_file_is_told_with_file_and_line() {
        let own = "id = \"thank\"\nwhy = \"x\"\n[[rule]]\nname = \"own\"\npatterns = [\n  \"fine\",\n  \"(open\",\n]\n";
        let error =
            Rules::with_overrides("en", &[("mine/thank.toml".to_owned(), own.to_owned())]).unwrap_err();
        assert!(error.to_string().starts_with("mine/thank.toml:7: "), "{error}");
        let own = "id = \"thankk\"\nwhy = \"x\"\n";
        let error = Rules::with_overrides("en", &[("t.toml".to_owned(), own.to_owned())]).unwrap_err();
        assert!(error.to_string().starts_with("t.toml:1: `thankk` is no behavior"), "{error}");
        assert!(matches!(Rules::embedded("xx"), Err(WordsError::Language(_))));
    }

    #[test]
    fn the_embedded_model_reads_back_as_written() {
        let model = Rules::embedded("en").unwrap().model.unwrap();
        assert_eq!(Model::read(&model.to_bytes()).unwrap(), model);
        assert!(Model::read(b"EKWM1 and nothing good").is_err());
    }
}
