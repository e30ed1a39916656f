//! All rules of all files, and which of their patterns can match where: few of thousands are tried on a reply.

use super::program::{Bits, Numbered, Scratch};
use super::rulefile::{Rule, RuleFile};
use std::collections::BTreeMap;

/// The files with their rules counted through, and every pattern by the words that it needs.
#[derive(Debug)]
pub(super) struct Index {
    pub files: Vec<RuleFile>,
    /// File and rule within it of every rule, in order.
    rules: Vec<(usize, usize)>,
    /// Rule and number within it of every pattern.
    patterns: Vec<(u32, u32)>,
    /// For every word, the patterns that need it.
    by_word: Vec<Vec<u32>>,
    /// Patterns that need no word in particular.
    always: Vec<u32>,
    /// For every word, the patterns that can begin with it, with what may come next.
    by_first: Vec<Vec<(u32, Bits)>>,
    /// Patterns that can begin with any word.
    anywhere: Vec<u32>,
}

impl Index {
    /// `words`: how many the vocabulary of the patterns has.
    pub fn new(files: Vec<RuleFile>, words: usize) -> Self {
        let mut out = Self {
            files,
            rules: Vec::new(),
            patterns: Vec::new(),
            by_word: vec![Vec::new(); words],
            always: Vec::new(),
            by_first: vec![Vec::new(); words],
            anywhere: Vec::new(),
        };
        for (f, file) in out.files.iter().enumerate() {
            for (r, rule) in file.rules.iter().enumerate() {
                let index = out.rules.len() as u32;
                out.rules.push((f, r));
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
        out
    }

    pub fn rule(&self, index: usize) -> &Rule {
        let (f, r) = self.rules[index];
        &self.files[f].rules[r]
    }

    /// The file of a rule.
    pub fn file_of(&self, index: usize) -> usize {
        self.rules[index].0
    }

    /// The rule of every pattern that matches, file by file, and where. A pattern is tried only when a word that it cannot
    /// do without is there, and only where it can begin, judged by two words.
    pub fn matches(&self, text: &Numbered, scratch: &mut Scratch) -> Vec<(usize, Vec<(usize, usize)>)> {
        let mut possible = vec![false; self.patterns.len()];
        self.always.iter().for_each(|p| possible[*p as usize] = true);
        let mut ids = text.ids.clone();
        ids.sort_unstable();
        ids.dedup();
        for id in ids {
            self.by_word[id as usize].iter().for_each(|p| possible[*p as usize] = true);
        }
        let mut found: BTreeMap<u32, Vec<(usize, usize)>> = BTreeMap::new();
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
        found.into_iter().map(|(p, places)| (self.patterns[p as usize].0 as usize, places)).collect()
    }
}
