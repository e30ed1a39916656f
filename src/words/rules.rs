//! The rules of a language at work: from a reply to what was heard in it.

use super::embedded;
use super::error::WordsError;
use super::jargon::Jargon;
use super::language::Language;
use super::model::{self, Features, Model};
use super::paraphrase;
use super::pattern::{Compiler, Numbered, Program, Scratch, Vocabulary};
use super::rulefile::{self, Example, RuleFile};
use super::token::{self, Stream};
use crate::call::{BehaviorKind, Facts, behavior_info};
use std::ops::Range;

/// What is known around a reply; everything may be absent.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReplyContext<'a> {
    /// What the customer said just before.
    pub customer_line: Option<&'a str>,
    /// How the customer is called; else the name of the facts.
    pub customer_name: Option<&'a str>,
    /// The scenario.
    pub facts: Option<&'a Facts>,
}

impl<'a> ReplyContext<'a> {
    fn name(&self) -> Option<&'a str> {
        self.customer_name.or_else(|| self.facts.and_then(|f| f.customer_name.as_deref()))
    }
}

/// A behavior or hazard heard in a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// One of the ids of `docs/behaviors.md`.
    pub id: &'static str,
    /// Skill or hazard.
    pub kind: BehaviorKind,
    /// Bytes of the reply in which it was heard, on character boundaries.
    pub chars: Range<usize>,
    /// Those words.
    pub text: String,
    /// `id/rule`, or `model:id` where only the model heard it.
    pub rule: String,
}

/// A hit before its text is cut out: rule index, or a name for what is told by code.
struct Raw {
    rule: Option<usize>,
    id: &'static str,
    name: String,
    chars: Range<usize>,
    /// What the model is told about it.
    marks: [u32; 3],
}

/// The rules of a language, ready to listen.
#[derive(Debug)]
pub struct Rules {
    lang: Language,
    vocabulary: Vocabulary,
    files: Vec<RuleFile>,
    /// File and rule of every rule, in order.
    order: Vec<(usize, usize)>,
    /// For every word, the rules and patterns that need it.
    by_word: Vec<Vec<(u32, u32)>>,
    /// Rules and patterns that need no word in particular.
    always: Vec<(u32, u32)>,
    jargon: Jargon,
    model: Option<Model>,
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
        files.extend(own.iter().filter(|(n, _)| n.ends_with(".toml")).map(|(n, t)| (n.clone(), t.as_str())));
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
        let mut out = Self {
            jargon: Jargon::new(&lang, common),
            by_word: vec![Vec::new(); vocabulary.len()],
            lang,
            vocabulary,
            files: read,
            order: Vec::new(),
            always: Vec::new(),
            model: None,
        };
        for (f, file) in out.files.iter().enumerate() {
            for (r, rule) in file.rules.iter().enumerate() {
                let index = out.order.len() as u32;
                out.order.push((f, r));
                for (p, program) in rule.patterns.iter().enumerate() {
                    match &program.anchor {
                        Some(ids) => {
                            ids.iter().for_each(|id| out.by_word[*id as usize].push((index, p as u32)))
                        }
                        None => out.always.push((index, p as u32)),
                    }
                }
            }
        }
        out.model = model;
        Ok(out)
    }

    /// The examples of every file.
    pub fn examples(&self) -> impl Iterator<Item = &Example> {
        self.files.iter().flat_map(|f| f.examples.iter())
    }

    /// Why a behavior matters, as its file says.
    pub fn why(&self, id: &str) -> Option<&str> {
        self.files.iter().find(|f| f.id == id).map(|f| f.why.as_str())
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

    /// What is heard in a reply, sorted by where it begins. The same reply always gives the same.
    pub fn hear(&self, context: &ReplyContext, reply: &str) -> Vec<Hit> {
        self.hear_with(self.model.as_ref(), context, reply)
    }

    /// What the rules hear without the model.
    pub fn hear_by_rules(&self, context: &ReplyContext, reply: &str) -> Vec<Hit> {
        self.hear_with(None, context, reply)
    }

    /// The same rules with another model, or none.
    #[must_use]
    pub fn with_model(self, model: Option<Model>) -> Self {
        Self { model, ..self }
    }

    fn hear_with(&self, model: Option<&Model>, context: &ReplyContext, reply: &str) -> Vec<Hit> {
        let stream = token::read(&self.lang, reply, context.name());
        let mut raw = self.rule_hits(context, reply, &stream);
        match model {
            Some(model) => self.decide(model, context, &stream, &mut raw),
            None => raw.retain(|h| h.rule.is_none_or(|r| !self.rule(r).hint)),
        }
        self.apply_conditions(&mut raw);
        let mut hits: Vec<Hit> = raw.into_iter().filter_map(|h| finish(h, reply)).collect();
        hits.sort_by(|a, b| {
            (a.chars.start, a.chars.end, a.id, &a.rule).cmp(&(b.chars.start, b.chars.end, b.id, &b.rule))
        });
        hits.dedup_by(|a, b| a.id == b.id && a.chars == b.chars);
        hits
    }

    /// The features of a reply for the model.
    pub(crate) fn features(&self, context: &ReplyContext, reply: &str) -> Features {
        let stream = token::read(&self.lang, reply, context.name());
        let raw = self.rule_hits(context, reply, &stream);
        self.features_of(&raw, context, &stream)
    }

    fn features_of(&self, raw: &[Raw], context: &ReplyContext, stream: &Stream) -> Features {
        let rules =
            raw.iter().map(|h| (h.id, h.name.as_str(), h.rule.is_some_and(|r| self.rule(r).hint), h.marks));
        let comparison = paraphrase::Comparison::new(&self.lang, context.customer_line, stream);
        Features::new(stream, rules, comparison.overlap(), context.customer_line.is_some())
    }

    fn rule(&self, index: usize) -> &rulefile::Rule {
        let (f, r) = self.order[index];
        &self.files[f].rules[r]
    }

    fn rule_hits(&self, context: &ReplyContext, reply: &str, stream: &Stream) -> Vec<Raw> {
        let text = Numbered::new(&self.vocabulary, &self.lang, &stream.tokens);
        let mut scratch = Scratch::default();
        let mut wanted: Vec<(u32, u32)> = self.always.clone();
        let mut ids = text.ids.clone();
        ids.sort_unstable();
        ids.dedup();
        for id in ids {
            wanted.extend_from_slice(&self.by_word[id as usize]);
        }
        wanted.sort_unstable();
        wanted.dedup();
        let comparison = paraphrase::Comparison::new(&self.lang, context.customer_line, stream);
        let mut raw: Vec<Raw> = Vec::new();
        for (r, p) in wanted {
            let (f, k) = self.order[r as usize];
            let (file, rule) = (&self.files[f], &self.files[f].rules[k]);
            let mut found: Vec<(usize, usize)> = Vec::new();
            rule.patterns[p as usize].run(&text, &mut scratch, |a, b| found.push((a, b)));
            found.retain(|(a, b)| {
                rule.within_words.is_none_or(|n| *a < n)
                    && (rule.shares_words == 0 || comparison.shared(*a, *b) >= rule.shares_words)
            });
            if found.is_empty() || !self.rule_applies(rule, context, &text, &mut scratch) {
                continue;
            }
            for e in file.except.iter().chain(&rule.except) {
                e.run(&text, &mut scratch, |a, b| found.retain(|(x, y)| *y <= a || b <= *x));
            }
            raw.extend(found.into_iter().map(|(a, b)| {
                let chars = stream.tokens[a].chars.start..stream.tokens[b - 1].chars.end;
                let word = |k: usize| stream.tokens[k].word.as_str();
                let marks = [
                    model::hash(&["pattern", rule.id, &rule.patterns[p as usize].key.to_string()]),
                    model::hash(&["in", rule.id, word(a), word((a + 1).min(b - 1))]),
                    model::hash(&["ends", rule.id, word(a), word(b - 1)]),
                ];
                Raw { rule: Some(r as usize), id: rule.id, name: rule.name.clone(), chars, marks }
            }));
        }
        self.code_hits(context, reply, stream, &comparison, &mut raw);
        raw.sort_by(|a, b| (a.chars.start, a.chars.end, &a.name).cmp(&(b.chars.start, b.chars.end, &b.name)));
        raw
    }

    fn rule_applies(
        &self,
        rule: &rulefile::Rule,
        context: &ReplyContext,
        text: &Numbered,
        scratch: &mut Scratch,
    ) -> bool {
        let said = |programs: &[Program], text: &Numbered, scratch: &mut Scratch| {
            programs.iter().any(|p| {
                let mut any = false;
                p.run(text, scratch, |_, _| any = true);
                any
            })
        };
        if said(&rule.unless_said, text, scratch) {
            return false;
        }
        if rule.customer.is_empty() {
            return true;
        }
        context.customer_line.is_some_and(|line| {
            let stream = token::read(&self.lang, line, None);
            said(&rule.customer, &Numbered::new(&self.vocabulary, &self.lang, &stream.tokens), scratch)
        })
    }

    /// What is told by comparing or by lists rather than by patterns.
    fn code_hits(
        &self,
        context: &ReplyContext,
        reply: &str,
        stream: &Stream,
        comparison: &paraphrase::Comparison,
        raw: &mut Vec<Raw>,
    ) {
        let mut push = |id: &str, name: &str, chars: Range<usize>| {
            if let Some(info) = behavior_info(id) {
                raw.push(Raw { rule: None, id: info.id, name: name.to_owned(), chars, marks: [0; 3] });
            }
        };
        for chars in &stream.fillers {
            push("filler", "filler/sound", chars.clone());
        }
        for (name, chars) in self.jargon.find(&self.lang, context.facts, context.customer_line, reply, stream)
        {
            push("jargon", name, chars);
        }
        if let Some((name, chars)) = comparison.said_back(stream) {
            push("paraphrase", name, chars);
        }
    }

    /// Lets the model have its say on every label it knows.
    fn decide(&self, model: &Model, context: &ReplyContext, stream: &Stream, raw: &mut Vec<Raw>) {
        let mut features = self.features_of(raw, context, stream);
        if !model.uses_rules {
            features.forget_rules();
            raw.clear();
        }
        for (id, heard) in model.decide(&features) {
            let Some(info) = behavior_info(id) else { continue };
            if !heard {
                raw.retain(|h| h.id != info.id);
            } else if !raw.iter().any(|h| h.id == info.id) && !stream.tokens.is_empty() {
                let chars = model.strongest(info.id, stream);
                raw.push(Raw { rule: None, id: info.id, name: format!("model:{id}"), chars, marks: [0; 3] });
            }
        }
        // A hint alone stays a hint where no model decides.
        raw.retain(|h| model.knows(h.id) || h.rule.is_none_or(|r| !self.rule(r).hint));
    }

    /// Conditions on the other behaviors of the same reply.
    fn apply_conditions(&self, raw: &mut Vec<Raw>) {
        let heard: Vec<&str> = raw.iter().map(|h| h.id).collect();
        let has = |ids: &[&'static str]| ids.iter().any(|id| heard.contains(id));
        raw.retain(|h| {
            let by_file = self.files.iter().filter(|f| f.id == h.id).all(|f| !has(&f.unless_heard));
            let by_rule = h.rule.is_none_or(|r| {
                let rule = self.rule(r);
                !has(&rule.unless_heard) && (rule.only_if_heard.is_empty() || has(&rule.only_if_heard))
            });
            by_file && by_rule
        });
    }
}

fn finish(raw: Raw, reply: &str) -> Option<Hit> {
    let kind = behavior_info(raw.id)?.kind;
    let text = reply.get(raw.chars.clone())?.to_owned();
    Some(Hit { id: raw.id, kind, chars: raw.chars, text, rule: raw.name })
}
