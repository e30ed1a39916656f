//! When what a pattern matched does not count: by where it stands, by what else the two say, and by what else is heard.

use super::hit::Raw;
use super::paraphrase::Comparison;
use super::program::{Numbered, Program, Scratch};
use super::rulefile::Rule;
use super::rules::Rules;
use super::token;

/// The conditions on the words of one reply.
pub(super) struct Conditions<'a> {
    rules: &'a Rules,
    customer_line: Option<&'a str>,
    text: &'a Numbered<'a>,
    comparison: &'a Comparison,
    scratch: Scratch,
    /// Matches come file by file: what a file excepts is looked for once.
    excepted: (Option<usize>, Vec<(usize, usize)>),
}

impl<'a> Conditions<'a> {
    pub fn new(
        rules: &'a Rules,
        customer_line: Option<&'a str>,
        text: &'a Numbered<'a>,
        comparison: &'a Comparison,
    ) -> Self {
        Self {
            rules,
            customer_line,
            text,
            comparison,
            scratch: Scratch::default(),
            excepted: (None, Vec::new()),
        }
    }

    /// Of the words that a rule matched, those that count.
    pub fn keep(&mut self, index: usize, mut found: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
        let rule = self.rules.index.rule(index);
        found.retain(|(a, b)| {
            rule.within_words.is_none_or(|n| *a < n)
                && (rule.shares_words == 0 || self.comparison.shared(*a, *b) >= rule.shares_words)
        });
        if found.is_empty() || !self.applies(rule) {
            return Vec::new();
        }
        let file = self.rules.index.file_of(index);
        if self.excepted.0 != Some(file) {
            self.excepted = (Some(file), Vec::new());
            let (rows, asked) = (&self.rules.index.files[file], self.was_asked());
            let answers = rows.answers.iter().filter(|_| asked);
            for e in rows.except.iter().chain(answers) {
                e.run(self.text, &mut self.scratch, |a, b| self.excepted.1.push((a, b)));
            }
        }
        found.retain(|(x, y)| self.excepted.1.iter().all(|(a, b)| y <= a || b <= x));
        for e in &rule.except {
            e.run(self.text, &mut self.scratch, |a, b| found.retain(|(x, y)| *y <= a || b <= *x));
        }
        found
    }

    /// Whether the customer's line ends with a question.
    fn was_asked(&self) -> bool {
        self.customer_line
            .is_some_and(|l| l.trim_end_matches(|c: char| c == '"' || c.is_whitespace()).ends_with('?'))
    }

    /// Whether a rule counts beside the rest of the reply and the customer's line.
    fn applies(&mut self, rule: &Rule) -> bool {
        if said(&rule.unless_said, self.text, &mut self.scratch) {
            return false;
        }
        if rule.customer.is_empty() {
            return true;
        }
        self.customer_line.is_some_and(|line| {
            let stream = token::read(&self.rules.lang, line, None);
            let text = Numbered::new(&self.rules.vocabulary, &self.rules.lang, &stream.tokens);
            said(&rule.customer, &text, &mut self.scratch)
        })
    }
}

fn said(programs: &[Program], text: &Numbered, scratch: &mut Scratch) -> bool {
    programs.iter().any(|p| {
        let mut any = false;
        p.run(text, scratch, |_, _| any = true);
        any
    })
}

/// Conditions on the other behaviors of the same reply.
pub(super) fn keep_beside_the_others(rules: &Rules, raw: &mut Vec<Raw>) {
    let heard: Vec<&str> = raw.iter().map(|h| h.id).collect();
    let has = |ids: &[&'static str]| ids.iter().any(|id| heard.contains(id));
    raw.retain(|h| {
        let by_file = rules.index.files.iter().filter(|f| f.id == h.id).all(|f| !has(&f.unless_heard));
        let by_rule = h.rule.is_none_or(|r| {
            let rule = rules.index.rule(r);
            !has(&rule.unless_heard) && (rule.only_if_heard.is_empty() || has(&rule.only_if_heard))
        });
        by_file && by_rule
    });
}

#[cfg(test)]
mod tests {
    use crate::words::{ReplyContext, Rules};

    #[test]
    fn policy_is_a_wall_only_without_an_alternative() {
        let rules = Rules::embedded("en").unwrap();
        let heard = |reply: &str| {
            rules.hear_by_rules(&ReplyContext::default(), reply).iter().any(|h| h.id == "policy_wall")
        };
        assert!(heard("It's our policy, there's nothing I can do."));
        assert!(!heard("I can't refund it. What I can do is send a new one or credit your account."));
    }
}
