//! The small model above the rules: one logistic regression a label over pairs of plain words and over how much is
//! shared with the customer's words. Where a rule fires, the score starts above zero, else below, and what was learned
//! moves it from there; so with nothing learned it says what the rules say.
//!
//! File: `EKWM2`, flags, labels with bias, then weights by feature (FNV-1a of its name, 32 bits) in
//! steps of 1/[`STEP`].

use super::error::WordsError;
use super::token::{ASK, STOP, Token};
use std::collections::BTreeMap;
use std::ops::Range;

const MAGIC: &[u8; 5] = b"EKWM2";
/// Weights are kept in steps of one over this.
pub(crate) const STEP: f32 = 32.0;

/// How far a rule of the label that fires pulls the score up, and none pulls it down. Found on replies that neither rules
/// nor weights had seen (1 to 2 are alike); one for every label, because their own differ by no more than chance.
const PULL: f32 = 1.5;

/// What the score of one sentence must exceed for what a rule heard in it to stand where the score of the whole reply says no.
/// On authors left out in turn 0 to 1.5 are alike.
pub(crate) const STANDS: f32 = 0.25;

/// What the best sentence must exceed for what only the model hears: there is a place to show. A reply of many words can
/// add up to a label for which no sentence speaks.
pub(crate) const SPEAKS: f32 = -3.0;

/// What a reply looks like to the model.
#[derive(Clone, Debug, Default)]
pub struct Features {
    /// Hashes of what is present, sorted, each once.
    pub(crate) present: Vec<u32>,
    /// Labels of which a rule fired.
    pub(crate) heard: Vec<&'static str>,
}

pub(crate) fn hash(parts: &[&str]) -> u32 {
    let mut h: u32 = 0x811c_9dc5;
    for part in parts {
        for b in part.bytes().chain([0x1f]) {
            h = (h ^ u32::from(b)).wrapping_mul(0x0100_0193);
        }
    }
    h
}

fn grams(words: &[&str], mut each: impl FnMut(usize, usize, u32)) {
    for i in 0..words.len() {
        for n in 1..=2 {
            if let Some(w) = words.get(i..i + n) {
                each(i, n, hash(w));
            }
        }
    }
}

impl Features {
    /// Of a whole reply, or of one sentence of it; `written` words long.
    pub(crate) fn new(
        tokens: &[Token],
        written: usize,
        heard: impl Iterator<Item = &'static str>,
        overlap: super::paraphrase::Overlap,
        has_customer: bool,
    ) -> Self {
        let mut words: Vec<&str> = vec!["<s>"];
        words.extend(tokens.iter().map(|t| t.word.as_str()));
        words.push("</s>");
        let mut out = Self::default();
        grams(&words, |_, _, h| out.present.push(h));
        out.heard.extend(heard);
        if has_customer {
            for k in 1..=overlap.window.min(5) {
                out.present.push(hash(&["overlap", ["1", "2", "3", "4", "5"][k - 1]]));
            }
            if overlap.share >= 0.4 {
                out.present.push(hash(&["overlap", "share"]));
            }
        }
        if written <= 6 {
            out.present.push(hash(&["short"]));
        }
        if written >= 30 {
            out.present.push(hash(&["long"]));
        }
        out.heard.sort_unstable();
        out.heard.dedup();
        out.present.sort_unstable();
        out.present.dedup();
        out
    }
}

/// One label of the model.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Label {
    pub id: String,
    pub bias: f32,
}

/// Weights by feature: features are hashes, so their upper half says where to look.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Weights {
    /// Sorted.
    features: Vec<u32>,
    /// Where the cells of each feature begin, and where the last ones end.
    starts: Vec<u32>,
    /// Label and weight in steps.
    cells: Vec<(u8, i8)>,
    /// For each upper half, the first feature that has it or a higher one.
    first: Vec<u32>,
}

impl Default for Weights {
    fn default() -> Self {
        std::iter::empty().collect()
    }
}

impl FromIterator<(u32, Vec<(u8, i8)>)> for Weights {
    fn from_iter<T: IntoIterator<Item = (u32, Vec<(u8, i8)>)>>(rows: T) -> Self {
        let rows: BTreeMap<u32, Vec<(u8, i8)>> = rows.into_iter().collect();
        let (mut starts, mut cells) = (vec![0], Vec::new());
        for row in rows.values() {
            cells.extend(row);
            starts.push(cells.len() as u32);
        }
        let features: Vec<u32> = rows.into_keys().collect();
        let first = (0..=1_u64 << 16)
            .map(|half| features.partition_point(|f| u64::from(*f) < half << 16) as u32)
            .collect();
        Self { features, starts, cells, first }
    }
}

impl Weights {
    fn of(&self, feature: u32) -> &[(u8, i8)] {
        let half = feature as usize >> 16;
        let (from, to) = (self.first[half] as usize, self.first[half + 1] as usize);
        match self.features[from..to].iter().position(|f| *f == feature) {
            Some(at) => &self.cells[self.starts[from + at] as usize..self.starts[from + at + 1] as usize],
            None => &[],
        }
    }

    fn rows(&self) -> impl Iterator<Item = (u32, &[(u8, i8)])> {
        let cells = self.starts.windows(2).map(|w| &self.cells[w[0] as usize..w[1] as usize]);
        self.features.iter().copied().zip(cells)
    }
}

/// A trained model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    /// Whether what the rules hear counts, or the words alone.
    pub(crate) uses_rules: bool,
    pub(crate) labels: Vec<Label>,
    pub(crate) weights: Weights,
}

impl Model {
    /// Reads a model file.
    pub fn read(bytes: &[u8]) -> Result<Self, WordsError> {
        Reader { bytes, at: 0 }
            .model()
            .ok_or_else(|| WordsError::Model("it is damaged or of another format".into()))
    }

    /// The bytes of the file; equal models give equal bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.push(u8::from(self.uses_rules));
        out.push(self.labels.len() as u8);
        for label in &self.labels {
            out.push(label.id.len() as u8);
            out.extend(label.id.as_bytes());
            out.extend(label.bias.to_le_bytes());
        }
        out.extend((self.weights.features.len() as u32).to_le_bytes());
        for (feature, weights) in self.weights.rows() {
            out.extend(feature.to_le_bytes());
            out.push(weights.len() as u8);
            for (label, weight) in weights {
                out.push(*label);
                out.extend(weight.to_le_bytes());
            }
        }
        out
    }

    /// Whether it was trained for a label.
    pub fn knows(&self, id: &str) -> bool {
        self.labels.iter().any(|l| l.id == id)
    }

    pub(crate) fn scores(&self, features: &Features) -> Vec<f32> {
        let mut scores: Vec<f32> = self.labels.iter().map(|l| l.bias).collect();
        if self.uses_rules {
            for (score, label) in scores.iter_mut().zip(&self.labels) {
                *score += if features.heard.contains(&label.id.as_str()) { PULL } else { -PULL };
            }
        }
        for feature in &features.present {
            for (label, weight) in self.weights.of(*feature) {
                if let Some(score) = scores.get_mut(usize::from(*label)) {
                    *score += f32::from(*weight) / STEP;
                }
            }
        }
        scores
    }

    /// Every label that it knows, and whether it is heard.
    pub(crate) fn decide(&self, features: &Features) -> Vec<(&str, bool)> {
        let scores = self.scores(features);
        self.labels.iter().zip(scores).map(|(l, s)| (l.id.as_str(), s > 0.0)).collect()
    }

    /// The words of a sentence that spoke most for a label, at most twelve of them.
    pub(crate) fn strongest(&self, label: usize, tokens: &[Token]) -> Range<usize> {
        let words: Vec<&str> = tokens.iter().map(|t| t.word.as_str()).collect();
        let mut worth = vec![0.0_f32; words.len()];
        grams(&words, |i, n, h| {
            let weight = self.weights.of(h).iter().find(|(l, _)| usize::from(*l) == label);
            if let Some((_, w)) = weight {
                worth[i..i + n].iter_mut().for_each(|x| *x += f32::from(*w) / n as f32);
            }
        });
        // The stretch with the largest sum (Kadane), so that a run of telling words is quoted whole.
        let (mut best, mut range) = (f32::MIN, 0..words.len().max(1));
        let (mut sum, mut start) = (0.0, 0);
        for (i, w) in worth.iter().enumerate() {
            if [STOP, ASK].contains(&words[i]) {
                (sum, start) = (0.0, i + 1);
                continue;
            }
            if sum <= 0.0 || i - start >= 12 {
                (sum, start) = (0.0, i);
            }
            sum += w;
            if sum > best {
                (best, range) = (sum, start..i + 1);
            }
        }
        let chars = |i: usize| tokens.get(i).map_or(0..0, |t| t.chars.clone());
        chars(range.start).start..chars(range.end - 1).end
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn take(&mut self, n: usize) -> Option<&[u8]> {
        let out = self.bytes.get(self.at..self.at.checked_add(n)?)?;
        self.at += n;
        Some(out)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|b| b[0])
    }

    fn word(&mut self) -> Option<[u8; 4]> {
        self.take(4)?.try_into().ok()
    }

    fn model(&mut self) -> Option<Model> {
        if self.take(MAGIC.len())? != MAGIC {
            return None;
        }
        let mut out = Model { uses_rules: self.byte()? == 1, ..Model::default() };
        for _ in 0..self.byte()? {
            let len = usize::from(self.byte()?);
            let id = String::from_utf8(self.take(len)?.to_vec()).ok()?;
            let bias = f32::from_le_bytes(self.word()?);
            out.labels.push(Label { id, bias });
        }
        let mut rows = Vec::new();
        for _ in 0..u32::from_le_bytes(self.word()?) {
            let feature = u32::from_le_bytes(self.word()?);
            let mut weights = Vec::new();
            for _ in 0..self.byte()? {
                let label = self.byte()?;
                weights.push((label, self.byte()?.cast_signed()));
            }
            rows.push((feature, weights));
        }
        out.weights = rows.into_iter().collect();
        (self.at == self.bytes.len()).then_some(out)
    }
}
