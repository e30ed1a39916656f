//! The language of patterns, one line of words each.
//!
//! | written | matches |
//! |---|---|
//! | `look into` | these words, in whatever contraction (`i'm` is `i am`) |
//! | `look+` | any form of the word: look, looks, looked, looking |
//! | `(a\|b c)` | one of these |
//! | `[please]` | this or nothing |
//! | `{time}` | a slot of the language file, itself a list of patterns |
//! | `..4` | up to four words of any kind, not past the end of a sentence |
//! | `_` | any one word |
//! | `!word`, `!(a\|b)` | not followed by this word or one of these |
//! | `^` `$` | start and end of a sentence; `^` also after words such as "so" and "right" |
//! | `.` | an end of sentence may stand here; `?` a question mark does |
//!
//! Words of the language's `skip` list ("just", "really") may stand between any two words of a pattern.

use super::language::Language;
use super::node::{Ids, Node, merge, minimum, sorted};
use super::program::Program;
use super::token::{ASK, STOP};
use std::collections::HashMap;
use std::sync::Arc;

/// Words as numbers; 0 is every word that no pattern names.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    ids: HashMap<String, u32>,
}

impl Vocabulary {
    pub fn intern(&mut self, word: &str) -> u32 {
        if let Some(id) = self.ids.get(word) {
            return *id;
        }
        let id = self.ids.len() as u32 + 1;
        self.ids.insert(word.to_owned(), id);
        id
    }

    pub fn id(&self, word: &str) -> u32 {
        self.ids.get(word).copied().unwrap_or(0)
    }

    pub fn len(&self) -> usize {
        self.ids.len() + 1
    }
}

/// Compiles patterns of one language.
pub(crate) struct Compiler<'a> {
    lang: &'a Language,
    vocabulary: &'a mut Vocabulary,
    ranks: HashMap<u32, usize>,
    slots: HashMap<String, Node>,
    open: Vec<String>,
}

impl<'a> Compiler<'a> {
    pub fn new(lang: &'a Language, vocabulary: &'a mut Vocabulary) -> Self {
        vocabulary.intern(STOP);
        vocabulary.intern(ASK);
        let ranks = lang.frequent.iter().map(|(w, rank)| (vocabulary.intern(w), *rank)).collect();
        Self { lang, vocabulary, ranks, slots: HashMap::new(), open: Vec::new() }
    }

    /// Compiles a pattern; the error says what is wrong with it.
    pub fn compile(&mut self, pattern: &str) -> Result<Program, String> {
        let node = self.parse(pattern)?;
        if matches!(node, Node::Opt(_) | Node::Gap(_)) || minimum(&node) == 0 {
            return Err("it would match nothing at all; let it require at least one word".to_owned());
        }
        let anchor = self.anchor(&node).map(|(ids, _)| ids);
        Ok(Program::new(&node, anchor))
    }

    fn parse(&mut self, text: &str) -> Result<Node, String> {
        let chars: Vec<char> = text.chars().collect();
        let mut at = 0;
        let node = self.alternatives(&chars, &mut at, 0)?;
        if at < chars.len() {
            return Err(format!("`{}` closes nothing that was opened", chars[at]));
        }
        Ok(node)
    }

    fn alternatives(&mut self, chars: &[char], at: &mut usize, depth: usize) -> Result<Node, String> {
        if depth > 12 {
            return Err("more than twelve brackets inside one another".to_owned());
        }
        let mut branches = vec![self.sequence(chars, at, depth)?];
        while chars.get(*at) == Some(&'|') {
            if depth == 0 {
                return Err("`|` stands outside of brackets; write (a|b)".to_owned());
            }
            *at += 1;
            branches.push(self.sequence(chars, at, depth)?);
        }
        Ok(if branches.len() == 1 { branches.remove(0) } else { merge(branches) })
    }

    fn sequence(&mut self, chars: &[char], at: &mut usize, depth: usize) -> Result<Node, String> {
        let mut nodes = Vec::new();
        while let Some(&c) = chars.get(*at) {
            match c {
                ' ' => *at += 1,
                '|' | ')' | ']' => break,
                '(' | '[' => {
                    *at += 1;
                    let inner = self.alternatives(chars, at, depth + 1)?;
                    let close = if c == '(' { ')' } else { ']' };
                    if chars.get(*at) != Some(&close) {
                        return Err(format!("`{c}` is not closed by `{close}`"));
                    }
                    *at += 1;
                    nodes.push(if c == '[' { Node::Opt(Box::new(inner)) } else { inner });
                }
                '{' => {
                    let name: String = chars[*at + 1..].iter().take_while(|c| **c != '}').collect();
                    *at += name.chars().count() + 2;
                    if *at > chars.len() {
                        return Err("`{` is not closed by `}`".to_owned());
                    }
                    nodes.push(self.slot(&name)?);
                }
                '!' => {
                    *at += 1;
                    nodes.push(self.negation(chars, at, depth)?);
                }
                _ => {
                    let word: String =
                        chars[*at..].iter().take_while(|c| !" |()[]{}!".contains(**c)).collect();
                    *at += word.chars().count();
                    if word.is_empty() {
                        return Err(format!("`{c}` has no meaning here"));
                    }
                    self.word(&word, &mut nodes)?;
                }
            }
        }
        Ok(if nodes.len() == 1 { nodes.remove(0) } else { Node::Seq(nodes) })
    }

    fn negation(&mut self, chars: &[char], at: &mut usize, depth: usize) -> Result<Node, String> {
        let node = match chars.get(*at) {
            Some('(') => {
                *at += 1;
                let inner = self.alternatives(chars, at, depth + 1)?;
                if chars.get(*at) != Some(&')') {
                    return Err("`(` after `!` is not closed by `)`".to_owned());
                }
                *at += 1;
                inner
            }
            Some('{') => {
                let name: String = chars[*at + 1..].iter().take_while(|c| **c != '}').collect();
                *at += name.chars().count() + 2;
                if *at > chars.len() {
                    return Err("`{` is not closed by `}`".to_owned());
                }
                self.slot(&name)?
            }
            _ => {
                let word: String = chars[*at..].iter().take_while(|c| !" |()[]{}!".contains(**c)).collect();
                *at += word.chars().count();
                let mut nodes = Vec::new();
                self.word(&word, &mut nodes)?;
                if nodes.len() == 1 { nodes.remove(0) } else { Node::Seq(nodes) }
            }
        };
        if minimum(&node) == 0 {
            return Err("what stands after `!` would match nothing at all".to_owned());
        }
        Ok(match node {
            Node::Words(ids) => Node::Not(ids),
            other => Node::NotAhead(Box::new(other)),
        })
    }

    fn slot(&mut self, name: &str) -> Result<Node, String> {
        if let Some(node) = self.slots.get(name) {
            return Ok(node.clone());
        }
        let Some(patterns) = self.lang.slots.get(name) else {
            return Err(format!("there is no slot {{{name}}} in the language file"));
        };
        if self.open.iter().any(|n| n == name) {
            return Err(format!("slot {{{name}}} is made of itself"));
        }
        self.open.push(name.to_owned());
        let mut branches = Vec::new();
        for (pattern, line) in patterns {
            branches.push(
                self.parse(pattern)
                    .map_err(|e| format!("slot {{{name}}}, line {line} of the language file: {e}"))?,
            );
        }
        self.open.pop();
        let node = merge(branches);
        self.slots.insert(name.to_owned(), node.clone());
        Ok(node)
    }

    fn word(&mut self, word: &str, out: &mut Vec<Node>) -> Result<(), String> {
        match word {
            "^" => out.push(Node::Start),
            "$" => out.push(Node::End),
            "_" => out.push(Node::Any),
            "." => {
                let ids = sorted(vec![self.vocabulary.intern(STOP), self.vocabulary.intern(ASK)]);
                out.push(Node::Opt(Box::new(Node::Words(ids))));
            }
            "?" => out.push(self.one(ASK)),
            _ if word.starts_with("..") => {
                let n = word[2..].parse::<u8>().ok().filter(|n| (1..=30).contains(n));
                out.push(Node::Gap(n.ok_or("write a gap as ..1 to ..30")?));
            }
            _ if word.starts_with('<') => out.push(self.one(word)),
            _ => {
                if let Some(bad) = word.chars().find(|c| !c.is_alphanumeric() && !"'’+-".contains(*c)) {
                    return Err(format!("`{bad}` in \"{word}\" has no meaning"));
                }
                if let Some(base) = word.strip_suffix('+') {
                    let forms = self.lang.forms(&base.to_lowercase());
                    let ids = forms.iter().map(|f| self.vocabulary.intern(f)).collect();
                    out.push(Node::Words(sorted(ids)));
                } else {
                    for token in super::token::read(self.lang, word, None).tokens {
                        out.push(self.one(&token.word));
                    }
                }
            }
        }
        Ok(())
    }

    fn one(&mut self, word: &str) -> Node {
        Node::Words(Arc::from([self.vocabulary.intern(word)]))
    }

    /// The rarest list of words one of which is in everything that matches, and how common it is.
    fn anchor(&self, node: &Node) -> Option<(Ids, f64)> {
        match node {
            Node::Words(ids) => Some((ids.clone(), ids.iter().map(|id| self.commonness(*id)).sum())),
            Node::Seq(nodes) => {
                nodes.iter().filter_map(|n| self.anchor(n)).min_by(|a, b| a.1.total_cmp(&b.1))
            }
            Node::Alt(nodes) => {
                let mut all = Vec::new();
                let mut cost = 0.0;
                for n in nodes {
                    let (ids, c) = self.anchor(n)?;
                    all.extend(ids.iter().copied());
                    cost += c;
                }
                Some((sorted(all), cost))
            }
            _ => None,
        }
    }

    fn commonness(&self, id: u32) -> f64 {
        self.ranks.get(&id).map_or(0.002, |r| 1.0 / (*r as f64 + 2.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::embedded;
    use crate::words::program::{Numbered, Scratch};
    use proptest::prelude::*;

    fn language() -> Language {
        let files = embedded::files("en").unwrap();
        Language::read("language.toml", files[0].1).unwrap()
    }

    /// Where the pattern is found, as words.
    fn found(pattern: &str, text: &str) -> Option<String> {
        let lang = language();
        let mut vocabulary = Vocabulary::default();
        let program = Compiler::new(&lang, &mut vocabulary).compile(pattern).unwrap();
        let stream = crate::words::token::read(&lang, text, None);
        let numbered = Numbered::new(&vocabulary, &lang, &stream.tokens);
        let mut out = None;
        program.run(&numbered, &mut Scratch::default(), |a, b| {
            out.get_or_insert(text[stream.tokens[a].chars.start..stream.tokens[b - 1].chars.end].to_owned());
        });
        out
    }

    fn refused(pattern: &str) -> String {
        let lang = language();
        Compiler::new(&lang, &mut Vocabulary::default()).compile(pattern).unwrap_err()
    }

    #[test]
    fn a_contraction_matches_however_it_is_written() {
        for text in ["I'm sending it", "im sending it", "I am sending it", "I\u{2019}m sending it"] {
            assert!(found("i'm sending", text).is_some(), "{text}");
        }
        assert!(found("that is not right", "That's not right").is_some());
    }

    #[test]
    fn a_plus_matches_any_form_of_the_word_and_no_other_word() {
        assert_eq!(found("send+ it", "she sent it").as_deref(), Some("sent it"));
        assert_eq!(found("stop+", "stopping now").as_deref(), Some("stopping"));
        assert_eq!(found("send+ it", "the sender it was"), None);
    }

    #[test]
    fn a_gap_stays_inside_its_sentence() {
        assert!(found("call ..4 tomorrow", "I'll call you back tomorrow").is_some());
        assert_eq!(found("call ..4 tomorrow", "I'll call you. It's closed tomorrow"), None);
        assert_eq!(found("call ..1 tomorrow", "call me maybe some time tomorrow"), None);
    }

    #[test]
    fn words_that_say_nothing_may_stand_between_and_fillers_and_repeats_do_not_count() {
        assert!(found("i understand", "I really do, I just really understand").is_some());
        assert!(found("can i ask", "can i, can i, um, ask").is_some());
    }

    #[test]
    fn options_alternatives_negation_and_ends_mean_what_the_table_says() {
        assert!(found("^ no [sir] it is", "No sir, it is").is_some());
        assert_eq!(found("hold on !(to|a)", "hold on to it"), None);
        assert!(found("hold on !(to|a)", "hold on please").is_some());
        assert_eq!(found("sorry $", "sorry about that"), None);
        assert!(found("(a|the) (bus|red car)", "in the red car").is_some());
        assert!(found("happy with that ?", "Happy with that?").is_some());
        assert_eq!(found("happy with that ?", "Happy with that."), None);
    }

    #[test]
    fn a_pattern_that_cannot_be_read_says_why() {
        assert!(refused("(a|b").contains("not closed"));
        assert!(refused("a|b").contains("outside of brackets"));
        assert!(refused("[a]").contains("at least one word"));
        assert!(refused("{nowhere}").contains("no slot"));
        assert!(refused("..99 a").contains("..30"));
        assert!(refused("a)").contains("closes nothing"));
    }

    proptest! {
        #[test]
        fn no_pattern_panics(pattern in "[a-z(|)\\[\\]{}.!^$?+ 0-9]{0,40}") {
            let lang = language();
            let _ = Compiler::new(&lang, &mut Vocabulary::default()).compile(&pattern);
        }
    }
}
