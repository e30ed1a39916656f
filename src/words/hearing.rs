//! From a reply to what is heard in it: patterns, comparisons, then the model's say and the conditions between behaviors.

use super::conditions::{Conditions, keep_beside_the_others};
use super::hit::{Hit, Raw, finish};
use super::model::{Features, Model, SPEAKS, STANDS};
use super::paraphrase::Comparison;
use super::program::{Numbered, Scratch};
use super::rules::Rules;
use super::sentences::Sentences;
use super::token::{self, Stream};
use crate::call::{Facts, Fault};
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

impl Rules {
    /// What is heard in a reply, sorted by where it begins. The same reply always gives the same.
    pub fn hear(&self, context: &ReplyContext, reply: &str) -> Vec<Hit> {
        Hearing::new(self, context, reply).hits(self.model.as_ref())
    }

    /// What the rules hear without the model.
    pub fn hear_by_rules(&self, context: &ReplyContext, reply: &str) -> Vec<Hit> {
        Hearing::new(self, context, reply).hits(None)
    }

    /// The features of a reply for the model.
    pub(super) fn features(&self, context: &ReplyContext, reply: &str) -> Features {
        let hearing = Hearing::new(self, context, reply);
        hearing.features(&hearing.raw())
    }

    /// Heard by a rule that is too weak alone.
    fn is_hint(&self, hit: &Raw) -> bool {
        hit.rule.is_some_and(|r| self.index.rule(r).hint)
    }
}

/// A reply beside what is known around it.
struct Hearing<'a> {
    rules: &'a Rules,
    context: &'a ReplyContext<'a>,
    reply: &'a str,
    stream: Stream,
    comparison: Comparison,
}

impl<'a> Hearing<'a> {
    fn new(rules: &'a Rules, context: &'a ReplyContext<'a>, reply: &'a str) -> Self {
        let stream = token::read(&rules.lang, reply, context.name());
        let comparison = Comparison::new(&rules.lang, context.customer_line, &stream);
        Self { rules, context, reply, stream, comparison }
    }

    fn hits(&self, model: Option<&Model>) -> Vec<Hit> {
        let mut raw = self.raw();
        match model {
            Some(model) => self.decide(model, &mut raw),
            None => raw.retain(|h| !self.rules.is_hint(h)),
        }
        keep_beside_the_others(self.rules, &mut raw);
        // Where the fault is known to be ours, there is no fault of others that was not conceded.
        if self.context.facts.is_some_and(|f| f.fault == Fault::Ours) {
            raw.retain(|h| h.id != "no_needless_blame_taking");
        }
        finish(raw, self.reply)
    }

    /// What rules and comparisons hear, hints too.
    fn raw(&self) -> Vec<Raw> {
        let (rules, tokens) = (self.rules, &self.stream.tokens);
        let text = Numbered::new(&rules.vocabulary, &rules.lang, tokens);
        let mut conditions = Conditions::new(rules, self.context.customer_line, &text, &self.comparison);
        let mut raw: Vec<Raw> = Vec::new();
        for (index, found) in rules.index.matches(&text, &mut Scratch::default()) {
            let rule = rules.index.rule(index);
            raw.extend(conditions.keep(index, found).into_iter().map(|(a, b)| {
                let chars = tokens[a].chars.start..tokens[b - 1].chars.end;
                Raw { rule: Some(index), id: rule.id, name: rule.name.clone(), chars }
            }));
        }
        self.tell(&mut raw);
        raw.sort_by(|a, b| (a.chars.start, a.chars.end, &a.name).cmp(&(b.chars.start, b.chars.end, &b.name)));
        raw
    }

    /// What is told by comparing or by lists rather than by patterns.
    fn tell(&self, raw: &mut Vec<Raw>) {
        let (context, stream) = (self.context, &self.stream);
        raw.extend(stream.fillers.iter().filter_map(|f| Raw::told("filler", "filler/sound", f.clone())));
        let jargon = &self.rules.jargon;
        let jargon = jargon.find(&self.rules.lang, context.facts, context.customer_line, self.reply, stream);
        raw.extend(jargon.into_iter().filter_map(|(name, chars)| Raw::told("jargon", name, chars)));
        let said_back = self.comparison.said_back(stream);
        raw.extend(said_back.and_then(|(name, chars)| Raw::told("paraphrase", name, chars)));
    }

    fn features(&self, raw: &[Raw]) -> Features {
        let heard = raw.iter().filter(|h| !self.rules.is_hint(h)).map(|h| h.id);
        let (stream, known) = (&self.stream, self.context.customer_line.is_some());
        Features::new(&stream.tokens, stream.words, heard, self.comparison.overlap(), known)
    }

    /// The same of one sentence of the reply, as if it had been all.
    fn features_of_sentence(&self, words: Range<usize>, heard: &[&'static str]) -> Features {
        let tokens = &self.stream.tokens[words];
        let written = tokens.chunk_by(|a, b| a.chars == b.chars).count();
        let known = self.context.customer_line.is_some();
        Features::new(tokens, written, heard.iter().copied(), self.comparison.overlap(), known)
    }

    /// Whether the file of a behavior excepts these words, all of them: then the model does not hear it there either.
    fn is_excepted(&self, id: &str, chars: &Range<usize>) -> bool {
        let (rules, tokens) = (self.rules, &self.stream.tokens);
        let text = Numbered::new(&rules.vocabulary, &rules.lang, tokens);
        let mut scratch = Scratch::default();
        let mut excepted = false;
        let within = |t: &&token::Token| chars.start <= t.chars.start && t.chars.end <= chars.end && !t.skip;
        let Some(last) = tokens.iter().rfind(within).map(|t| t.chars.end) else { return false };
        for pattern in rules.index.files.iter().filter(|f| f.id == id).flat_map(|f| &f.except) {
            pattern.run(&text, &mut scratch, |a, b| {
                excepted |= tokens[a].chars.start <= chars.start && last <= tokens[b - 1].chars.end;
            });
        }
        excepted
    }

    /// Whether the model may not overrule it.
    fn is_sure(&self, hit: &Raw) -> bool {
        hit.rule.is_some_and(|r| self.rules.index.rule(r).sure)
    }

    /// Lets the model have its say on every label it knows. What a rule heard goes only where the model disputes both the
    /// reply and the sentence that it was heard in: what is said in other sentences takes nothing back.
    fn decide(&self, model: &Model, raw: &mut Vec<Raw>) {
        let features = self.features(raw);
        if !model.uses_rules {
            raw.clear();
        }
        let mut sentences = Sentences::new(&self.stream);
        for hit in raw.iter().filter(|h| !self.rules.is_hint(h)) {
            sentences.add(hit.chars.start, hit.id);
        }
        let by_itself = |words: Range<usize>, heard: &[&'static str]| {
            model.scores(&self.features_of_sentence(words, heard))
        };
        for (label, (id, heard)) in model.decide(&features).into_iter().enumerate() {
            if !heard {
                raw.retain(|h| {
                    h.id != id || self.is_sure(h) || {
                        let score = sentences.score(h.chars.start, label, &by_itself);
                        !self.rules.is_hint(h) && score.is_some_and(|s| s > STANDS)
                    }
                });
            } else if !raw.iter().any(|h| h.id == id)
                && let Some((words, score)) = sentences.best(label, &by_itself)
                && score > SPEAKS
            {
                let chars = model.strongest(label, &self.stream.tokens[words]);
                if !self.is_excepted(id, &chars) {
                    raw.extend(Raw::told(id, &format!("model:{id}"), chars));
                }
            }
        }
        // A hint alone stays a hint where no model decides.
        raw.retain(|h| model.knows(h.id) || !self.rules.is_hint(h));
    }
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
    fn a_hit_quotes_its_words_and_names_its_rule() {
        let hits = rules().hear_by_rules(&ReplyContext::default(), "Right. I'm so sorry about the wait.");
        let hit = hits.iter().find(|h| h.id == "apologise").unwrap();
        assert!(hit.text.contains("sorry"));
        assert!(hit.rule.starts_with("apologise/"));
        assert_eq!(&"Right. I'm so sorry about the wait."[hit.chars.clone()], hit.text);
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
    fn what_a_rule_heard_in_one_sentence_does_not_vanish_when_another_follows_or_goes_before() {
        let said = "We do a rollback of the build.";
        let heard = |reply: &str| {
            rules()
                .hear(&ReplyContext::default(), reply)
                .into_iter()
                .any(|h| h.id == "jargon" && h.text == "rollback")
        };
        assert!(heard(said));
        for other in
            ["Please wait.", "The second payment is gone.", "The dog is gone.", "I'll call you on Friday."]
        {
            assert!(heard(&format!("{said} {other}")), "{other}");
            assert!(heard(&format!("{other} {said}")), "{other}");
        }
    }

    #[test]
    fn nobody_is_praised_for_not_conceding_a_fault_that_is_ours() {
        let heard = |fault: Fault| {
            let facts = Facts { fault, ..Facts::default() };
            let context = ReplyContext { facts: Some(&facts), ..ReplyContext::default() };
            let hits =
                rules().hear(&context, "I'm sorry you're in this spot, I don't know yet how it came about.");
            hits.iter().any(|h| h.id == "no_needless_blame_taking")
        };
        assert!(heard(Fault::Unknown) && heard(Fault::Nobody));
        assert!(!heard(Fault::Ours));
    }

    #[test]
    fn what_cannot_be_done_is_not_what_can() {
        let said = "Look, I understand you're upset, but I can't just give you your money back.";
        let hits = rules().hear(&ReplyContext::default(), said);
        assert!(hits.iter().all(|h| h.id != "can_do"), "{hits:?}");
    }

    #[test]
    fn thanks_for_staying_are_no_ownership() {
        let said = "Thank you for staying with me, Dana. I'll call you on Friday afternoon to make sure it's arrived.";
        let line = "Okay, I'm writing that down. And thank you. You're the first person who's actually looked at it.";
        let context = ReplyContext {
            customer_line: Some(line),
            customer_name: Some("Dana"),
            ..ReplyContext::default()
        };
        let hits = rules().hear(&context, said);
        assert!(hits.iter().all(|h| !(h.id == "take_ownership" && h.text.contains("staying"))), "{hits:?}");
    }

    #[test]
    fn an_answer_to_a_question_is_no_argument() {
        let argues = |line: &str, reply: &str| {
            let context = ReplyContext { customer_line: Some(line), ..ReplyContext::default() };
            rules().hear(&context, reply).iter().any(|h| h.id == "argue")
        };
        assert!(!argues("Is there anything else I can help you with?", "I don't think so."));
        assert!(!argues("You charged me twice. Does that sound fixed to you?", "No, it doesn't."));
        assert!(argues("You never sent it.", "No, that's not what happened, you never rang us."));
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
                    let begins_with_a_mark = hit.text.starts_with(['.', '!', '?', ';', ':']);
                    prop_assert!(!(hit.rule.starts_with("model:") && begins_with_a_mark), "{:?}", hit);
                }
                prop_assert!(hits.windows(2).all(|w| w[0].chars.start <= w[1].chars.start));
                prop_assert_eq!(&hits, &rules.hear(&context, &pair[1]));
            }
        }
    }
}
