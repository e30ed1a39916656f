//! The rules of a language at work: from a reply to what was heard in it.

use super::embedded;
use super::error::WordsError;
use super::jargon::Jargon;
use super::language::Language;
use super::model::{Features, Model};
use super::paraphrase;
use super::pattern::{Compiler, Vocabulary};
use super::program::{Bits, Numbered, Program, Scratch};
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

/// One hit a moment: of hits of one id that overlap only the longest stays, and a hint only where nothing plainer was heard
/// of its id. Five marks on one apology read like five apologies.
fn without_repeats(hits: &[Hit]) -> Vec<Hit> {
    let is_hint = |hit: &Hit| hit.rule.ends_with("/hint");
    let worth = |hit: &Hit| (!is_hint(hit), hit.chars.len());
    let mut kept: Vec<Hit> = Vec::with_capacity(hits.len());
    for hit in hits {
        let plainer = |other: &Hit| other.id == hit.id && is_hint(hit) && !is_hint(other);
        let covers = |other: &Hit| {
            other.id == hit.id
                && other.chars.start < hit.chars.end
                && hit.chars.start < other.chars.end
                && (worth(other) > worth(hit)
                    || worth(other) == worth(hit) && other.chars.start < hit.chars.start)
        };
        let again = kept.iter().any(|k| k.id == hit.id && k.chars == hit.chars);
        if !again && !hits.iter().any(|other| plainer(other) || covers(other)) {
            kept.push(hit.clone());
        }
    }
    kept
}

/// A hit before its text is cut out: rule index, or a name for what is told by code.
struct Raw {
    rule: Option<usize>,
    id: &'static str,
    name: String,
    chars: Range<usize>,
}

/// The rules of a language, ready to listen.
#[derive(Debug)]
pub struct Rules {
    lang: Language,
    vocabulary: Vocabulary,
    files: Vec<RuleFile>,
    /// File and rule of every rule, in order.
    order: Vec<(usize, usize)>,
    /// For every word, the patterns that need it.
    by_word: Vec<Vec<u32>>,
    /// Patterns that need no word in particular.
    always: Vec<u32>,
    /// For every word, the patterns that can begin with it, with what may come next.
    by_first: Vec<Vec<(u32, Bits)>>,
    /// Patterns that can begin with any word.
    anywhere: Vec<u32>,
    /// Rule and number of every pattern.
    patterns: Vec<(u32, u32)>,
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
        let mut out = Self {
            jargon: Jargon::new(&lang, common),
            by_word: vec![Vec::new(); vocabulary.len()],
            by_first: vec![Vec::new(); vocabulary.len()],
            anywhere: Vec::new(),
            patterns: Vec::new(),
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
                    let number = out.patterns.len() as u32;
                    out.patterns.push((index, p as u32));
                    match &program.anchor {
                        Some(ids) => ids.iter().for_each(|id| out.by_word[*id as usize].push(number)),
                        None => out.always.push(number),
                    }
                    match program.beginnings() {
                        Some(ids) => {
                            for (id, next) in ids {
                                out.by_first[id as usize].push((number, next));
                            }
                        }
                        None => out.anywhere.push(number),
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
        without_repeats(&hits)
    }

    /// The features of a reply for the model.
    pub(crate) fn features(&self, context: &ReplyContext, reply: &str) -> Features {
        let stream = token::read(&self.lang, reply, context.name());
        let raw = self.rule_hits(context, reply, &stream);
        self.features_of(&raw, context, &stream)
    }

    fn features_of(&self, raw: &[Raw], context: &ReplyContext, stream: &Stream) -> Features {
        let heard = raw.iter().filter(|h| h.rule.is_none_or(|r| !self.rule(r).hint)).map(|h| h.id);
        let comparison = paraphrase::Comparison::new(&self.lang, context.customer_line, stream);
        Features::new(stream, heard, comparison.overlap(), context.customer_line.is_some())
    }

    fn rule(&self, index: usize) -> &rulefile::Rule {
        let (f, r) = self.order[index];
        &self.files[f].rules[r]
    }

    fn rule_hits(&self, context: &ReplyContext, reply: &str, stream: &Stream) -> Vec<Raw> {
        let text = Numbered::new(&self.vocabulary, &self.lang, &stream.tokens);
        let mut scratch = Scratch::default();
        let comparison = paraphrase::Comparison::new(&self.lang, context.customer_line, stream);
        let mut raw: Vec<Raw> = Vec::new();
        // Patterns come file by file: what a file excepts is looked for once.
        let mut excepted: (Option<usize>, Vec<(usize, usize)>) = (None, Vec::new());
        for (index, mut found) in self.patterns_found(&text, &mut scratch) {
            let (r, _) = self.patterns[index as usize];
            let (f, k) = self.order[r as usize];
            let (file, rule) = (&self.files[f], &self.files[f].rules[k]);
            found.retain(|(a, b)| {
                rule.within_words.is_none_or(|n| *a < n)
                    && (rule.shares_words == 0 || comparison.shared(*a, *b) >= rule.shares_words)
            });
            if found.is_empty() || !self.rule_applies(rule, context, &text, &mut scratch) {
                continue;
            }
            if excepted.0 != Some(f) {
                excepted = (Some(f), Vec::new());
                for e in &file.except {
                    e.run(&text, &mut scratch, |a, b| excepted.1.push((a, b)));
                }
            }
            found.retain(|(x, y)| excepted.1.iter().all(|(a, b)| y <= a || b <= x));
            for e in &rule.except {
                e.run(&text, &mut scratch, |a, b| found.retain(|(x, y)| *y <= a || b <= *x));
            }
            raw.extend(found.into_iter().map(|(a, b)| {
                let chars = stream.tokens[a].chars.start..stream.tokens[b - 1].chars.end;
                Raw { rule: Some(r as usize), id: rule.id, name: rule.name.clone(), chars }
            }));
        }
        self.code_hits(context, reply, stream, &comparison, &mut raw);
        raw.sort_by(|a, b| (a.chars.start, a.chars.end, &a.name).cmp(&(b.chars.start, b.chars.end, &b.name)));
        raw
    }

    /// Every pattern that matches, and where. A pattern is tried only when a word that it cannot do without is there,
    /// and only where it can begin, judged by two words.
    fn patterns_found(&self, text: &Numbered, scratch: &mut Scratch) -> Vec<(u32, Vec<(usize, usize)>)> {
        let mut possible = vec![false; self.patterns.len()];
        self.always.iter().for_each(|p| possible[*p as usize] = true);
        let mut ids = text.ids.clone();
        ids.sort_unstable();
        ids.dedup();
        for id in ids {
            self.by_word[id as usize].iter().for_each(|p| possible[*p as usize] = true);
        }
        let mut found: std::collections::BTreeMap<u32, Vec<(usize, usize)>> =
            std::collections::BTreeMap::new();
        for (at, id) in text.ids.iter().enumerate() {
            let next = text.next_after(at);
            let begun = self.by_first[*id as usize].iter().filter(|(_, bits)| bits.may_have(next));
            for p in begun.map(|(p, _)| p).chain(&self.anywhere) {
                if !possible[*p as usize] {
                    continue;
                }
                if found.get(p).and_then(|f| f.last()).is_some_and(|(_, end)| *end > at) {
                    continue;
                }
                let (r, k) = self.patterns[*p as usize];
                let program = &self.rule(r as usize).patterns[k as usize];
                if let Some(end) = program.run_at(text, scratch, at) {
                    found.entry(*p).or_default().push((at, end.max(at + 1)));
                }
            }
        }
        found.into_iter().collect()
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
                raw.push(Raw { rule: None, id: info.id, name: name.to_owned(), chars });
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
        let features = self.features_of(raw, context, stream);
        if !model.uses_rules {
            raw.clear();
        }
        for (id, heard) in model.decide(&features) {
            if !heard {
                raw.retain(|h| h.id != id || h.rule.is_some_and(|r| self.rule(r).sure));
            } else if !raw.iter().any(|h| h.id == id)
                && !stream.tokens.is_empty()
                && let Some(info) = behavior_info(id)
            {
                let chars = model.strongest(info.id, stream);
                raw.push(Raw { rule: None, id: info.id, name: format!("model:{id}"), chars });
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    static RULES: std::sync::LazyLock<Rules> = std::sync::LazyLock::new(|| Rules::embedded("en").unwrap());

    fn rules() -> &'static Rules {
        &RULES
    }

    #[test]
    fn every_rules_own_examples_are_heard_and_its_contrast_examples_are_not() {
        let failing: Vec<String> = rules().failing_examples().iter().map(ToString::to_string).collect();
        assert!(failing.is_empty(), "{failing:#?}");
    }

    #[test]
    fn every_rule_file_says_why_and_has_an_example() {
        let rules = rules();
        for file in &rules.files {
            assert!(!file.why.is_empty(), "{} says no why", file.id);
            assert!(file.examples.iter().any(|e| e.heard), "{} has no example", file.id);
        }
    }

    #[test]
    fn a_hit_quotes_its_words_and_names_its_rule() {
        let hits = rules().hear_by_rules(&ReplyContext::default(), "Right. I'm so sorry about the wait.");
        let hit = hits.iter().find(|h| h.id == "apologise").unwrap();
        assert!(hit.text.contains("sorry"));
        assert!(hit.rule.starts_with("apologise/"));
        assert_eq!(&"Right. I'm so sorry about the wait."[hit.chars.clone()], hit.text);
    }

    #[test]
    fn policy_is_a_wall_only_without_an_alternative() {
        let rules = rules();
        let heard = |reply: &str| {
            rules.hear_by_rules(&ReplyContext::default(), reply).iter().any(|h| h.id == "policy_wall")
        };
        assert!(heard("It's our policy, there's nothing I can do."));
        assert!(!heard("I can't refund it. What I can do is send a new one or credit your account."));
    }

    #[test]
    fn the_customers_name_counts_where_it_is_spoken_to_them() {
        let rules = rules();
        let context = ReplyContext { customer_name: Some("Mr Salter"), ..ReplyContext::default() };
        let heard = |reply: &str| rules.hear_by_rules(&context, reply).iter().any(|h| h.id == "use_name");
        assert!(heard("thank you mr salter"));
        assert!(!heard("the letter went to a mr salter senior"));
    }

    #[test]
    fn the_words_of_a_scenario_that_must_be_explained_are_heard() {
        let facts = Facts { jargon: vec!["late fees".to_owned()], ..Facts::default() };
        let context = ReplyContext { facts: Some(&facts), ..ReplyContext::default() };
        let hits = rules().hear_by_rules(&context, "That's the late fee, so.");
        assert!(hits.iter().any(|h| h.rule == "jargon/scenario"));
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
    fn one_apology_is_heard_once() {
        let hits = rules()
            .hear(&ReplyContext::default(), "I'm really sorry about that, I do apologise for the delay.");
        let apologies: Vec<&Hit> = hits.iter().filter(|h| h.id == "apologise").collect();
        assert!((1..=2).contains(&apologies.len()), "{apologies:?}");
        for (i, a) in apologies.iter().enumerate() {
            for b in &apologies[i + 1..] {
                assert!(a.chars.end <= b.chars.start || b.chars.end <= a.chars.start, "{apologies:?}");
            }
        }
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
    fn what_a_rule_is_sure_of_the_model_does_not_overrule() {
        // Said with so much that speaks for a good reply that the weights alone would not hear it.
        let said = "Okay, I am so sorry. Dana, you know what, blimey, I'll refund it by Friday and email you the proof.";
        let rule = |sure: &str| {
            let text = format!(
                "id = \"dismiss\"\nwhy = \"it is ours\"\n[[rule]]\nname = \"own\"\n{sure}patterns = [\"blimey\"]\n"
            );
            let rules = Rules::with_overrides("en", &[("own.toml".to_owned(), text)]).unwrap();
            rules.hear(&ReplyContext::default(), said).iter().any(|h| h.rule == "dismiss/own")
        };
        assert!(!rule(""));
        assert!(rule("sure = true\n"));
    }

    #[test]
    fn the_embedded_model_reads_back_as_written() {
        let model = rules().model.as_ref().unwrap();
        assert_eq!(&Model::read(&model.to_bytes()).unwrap(), model);
        assert!(Model::read(b"EKWM1 and nothing good").is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_text_is_heard_without_panic_and_hits_lie_on_character_boundaries(
            texts in prop::collection::vec("(\\PC{0,120}|[a-z' ,.?!0-9£é]{0,200})", 8),
            name in prop::option::of("\\PC{0,12}"),
        ) {
            let rules = rules();
            for pair in texts.windows(2) {
                let context =
                    ReplyContext { customer_line: Some(&pair[0]), customer_name: name.as_deref(), facts: None };
                let hits = rules.hear(&context, &pair[1]);
                for hit in &hits {
                    prop_assert_eq!(pair[1].get(hit.chars.clone()), Some(hit.text.as_str()));
                }
                prop_assert!(hits.windows(2).all(|w| w[0].chars.start <= w[1].chars.start));
                prop_assert_eq!(&hits, &rules.hear(&context, &pair[1]));
            }
        }
    }
}
