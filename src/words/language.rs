//! What the rules need to know about a language, read from its `language.toml`: contractions, words that may be
//! passed over, endings, slots. Nothing in the code names an English word.

use super::error::{WordsError, line_of};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap, HashSet};

/// A written form that is two things: `well` is `we will` before a verb.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ambiguous {
    /// As written.
    pub word: String,
    /// What it is when the conditions hold.
    pub means: String,
    /// One of these follows (an entry that begins with `-` is an ending).
    pub before: Vec<String>,
    /// None of these precedes.
    #[serde(default)]
    pub not_after: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LanguageFile {
    contractions: BTreeMap<String, String>,
    apostrophe: BTreeMap<String, String>,
    ambiguous: Vec<Ambiguous>,
    fillers: Vec<String>,
    skip: Vec<String>,
    openers: Vec<String>,
    vocatives: Vec<String>,
    not_vocative_after: Vec<String>,
    titles: Vec<String>,
    frequent: Vec<String>,
    stop: Vec<String>,
    numbers: Vec<String>,
    merges: BTreeMap<String, String>,
    times_of_day: Vec<String>,
    ordinal_endings: Vec<String>,
    endings: Vec<[String; 2]>,
    irregular: Vec<String>,
    synonyms: Vec<String>,
    slots: BTreeMap<String, toml::Spanned<Vec<toml::Spanned<String>>>>,
}

/// A language, ready for use.
#[derive(Debug)]
pub(crate) struct Language {
    pub contractions: HashMap<String, Vec<String>>,
    pub apostrophe: HashMap<String, Vec<String>>,
    pub ambiguous: HashMap<String, Ambiguous>,
    pub fillers: HashSet<String>,
    pub skip: HashSet<String>,
    pub openers: HashSet<String>,
    pub vocatives: HashSet<String>,
    pub not_vocative_after: HashSet<String>,
    pub titles: HashSet<String>,
    pub frequent: HashMap<String, usize>,
    pub stop: HashSet<String>,
    pub numbers: HashSet<String>,
    /// First word, second word, what they are together.
    pub merges: HashMap<String, Vec<(String, String)>>,
    pub times_of_day: HashSet<String>,
    pub ordinal_endings: Vec<String>,
    pub endings: Vec<[String; 2]>,
    /// Every irregular form and its base form.
    pub base: HashMap<String, String>,
    /// Base form and its irregular forms.
    pub irregular: HashMap<String, Vec<String>>,
    /// A word and the name of its group of synonyms.
    pub synonyms: HashMap<String, String>,
    /// Slot name, its patterns with their lines.
    pub slots: BTreeMap<String, Vec<(String, usize)>>,
}

fn set(words: Vec<String>) -> HashSet<String> {
    words.into_iter().collect()
}

fn words_of(map: BTreeMap<String, String>) -> HashMap<String, Vec<String>> {
    map.into_iter().map(|(k, v)| (k, v.split_whitespace().map(str::to_owned).collect())).collect()
}

impl Language {
    /// Reads `language.toml`.
    pub fn read(file: &str, text: &str) -> Result<Self, WordsError> {
        let raw: LanguageFile = toml::from_str(text).map_err(|e| WordsError::Format {
            file: file.to_owned(),
            line: e.span().map_or(1, |s| line_of(text, s.start)),
            reason: e.message().to_owned(),
        })?;
        let mut base = HashMap::new();
        let mut irregular = HashMap::new();
        for row in &raw.irregular {
            let forms: Vec<String> = row.split_whitespace().map(str::to_owned).collect();
            if let Some(first) = forms.first() {
                for form in &forms {
                    base.entry(form.clone()).or_insert_with(|| first.clone());
                }
                irregular.insert(first.clone(), forms.clone());
            }
        }
        let mut synonyms = HashMap::new();
        for row in &raw.synonyms {
            let mut forms = row.split_whitespace();
            if let Some(first) = forms.next() {
                synonyms.insert(first.to_owned(), first.to_owned());
                for form in forms {
                    synonyms.insert(form.to_owned(), first.to_owned());
                }
            }
        }
        let mut merges: HashMap<String, Vec<(String, String)>> = HashMap::new();
        for (pair, one) in raw.merges {
            if let Some((a, b)) = pair.split_once(' ') {
                merges.entry(a.to_owned()).or_default().push((b.to_owned(), one));
            }
        }
        let slots = raw.slots.into_iter().map(|(name, patterns)| {
            let rows = patterns.into_inner().into_iter().map(|p| {
                let line = line_of(text, p.span().start);
                (p.into_inner(), line)
            });
            (name, rows.collect())
        });
        Ok(Self {
            contractions: words_of(raw.contractions),
            apostrophe: words_of(raw.apostrophe),
            ambiguous: raw.ambiguous.into_iter().map(|a| (a.word.clone(), a)).collect(),
            fillers: set(raw.fillers),
            skip: set(raw.skip),
            openers: set(raw.openers),
            vocatives: set(raw.vocatives),
            not_vocative_after: set(raw.not_vocative_after),
            titles: set(raw.titles),
            frequent: raw.frequent.into_iter().enumerate().map(|(i, w)| (w, i)).collect(),
            stop: set(raw.stop),
            numbers: set(raw.numbers),
            merges,
            times_of_day: set(raw.times_of_day),
            ordinal_endings: raw.ordinal_endings,
            endings: raw.endings,
            base,
            irregular,
            synonyms,
            slots: slots.collect(),
        })
    }

    /// Every form of a base form: its irregular ones, else those that the endings make.
    pub fn forms(&self, base: &str) -> Vec<String> {
        let mut out = vec![base.to_owned()];
        if let Some(forms) = self.irregular.get(base) {
            out.extend(forms.iter().cloned());
        }
        let last = base.chars().next_back();
        for [strip, add] in &self.endings {
            let Some(stem) = base.strip_suffix(strip.as_str()) else { continue };
            if let Some(rest) = add.strip_prefix('*') {
                out.extend(last.map(|c| format!("{stem}{c}{rest}")));
            } else {
                out.push(format!("{stem}{add}"));
            }
        }
        out.sort();
        out.dedup();
        out
    }

    /// What two forms of one word share: the base form of an irregular one, else the word without its ending;
    /// then the head of its group of synonyms.
    pub fn stem(&self, word: &str) -> String {
        let stem = self.base.get(word).cloned().unwrap_or_else(|| self.without_ending(word));
        self.synonyms.get(word).or_else(|| self.synonyms.get(&stem)).cloned().unwrap_or(stem)
    }

    fn without_ending(&self, word: &str) -> String {
        let mut best = word;
        let mut added = "";
        for [strip, add] in &self.endings {
            let add = add.trim_start_matches('*');
            if let Some(stem) = word.strip_suffix(add)
                && stem.chars().count() >= 3
                && stem.len() < best.len()
            {
                best = stem;
                added = strip;
            }
        }
        let mut out = if added == "y" { format!("{best}y") } else { best.to_owned() };
        if out.len() > 3 && out.ends_with('e') {
            out.pop();
        }
        let tail: Vec<char> = out.chars().rev().take(2).collect();
        if out.len() > 3 && tail.len() == 2 && tail[0] == tail[1] && tail[0] != 's' && best != word {
            out.pop();
        }
        out
    }
}
