//! The sentences of a reply, each by itself before the model.

use super::token::{ASK, STOP, Stream};
use std::ops::Range;

/// One sentence: its words, what rules heard in it, and the model's scores once they were asked for.
struct Sentence {
    words: Range<usize>,
    /// Byte behind its last word.
    end: usize,
    heard: Vec<&'static str>,
    scores: Option<Vec<f32>>,
}

/// Scores of the words of a sentence in which rules of these labels fired.
pub(super) type Scores<'a> = &'a dyn Fn(Range<usize>, &[&'static str]) -> Vec<f32>;

/// The sentences of one reply.
pub(super) struct Sentences {
    rows: Vec<Sentence>,
}

impl Sentences {
    /// Cuts behind every written sentence end.
    pub fn new(stream: &Stream) -> Self {
        let mut rows = Vec::new();
        let mut from = 0;
        for (i, token) in stream.tokens.iter().enumerate() {
            if i + 1 == stream.tokens.len() || [STOP, ASK].contains(&token.word.as_str()) {
                let (words, end) = (from..i + 1, token.chars.end);
                rows.push(Sentence { words, end, heard: Vec::new(), scores: None });
                from = i + 1;
            }
        }
        Self { rows }
    }

    fn at(&mut self, byte: usize) -> Option<&mut Sentence> {
        let index = self.rows.partition_point(|s| s.end <= byte);
        self.rows.get_mut(index)
    }

    /// A rule heard something at this byte.
    pub fn add(&mut self, byte: usize, id: &'static str) {
        if let Some(sentence) = self.at(byte) {
            sentence.heard.push(id);
        }
    }

    /// What the model makes of a label in the sentence at this byte, by itself; none where it is the whole reply, which
    /// was judged already.
    pub fn score(&mut self, byte: usize, label: usize, scores: Scores) -> Option<f32> {
        if self.rows.len() < 2 {
            return None;
        }
        self.at(byte)?.score(label, scores)
    }

    /// The sentence that speaks most for a label, and how much; as much as can be where it is the whole reply.
    pub fn best(&mut self, label: usize, scores: Scores) -> Option<(Range<usize>, f32)> {
        if let [only] = self.rows.as_slice() {
            return Some((only.words.clone(), f32::MAX));
        }
        let scored = self.rows.iter_mut().filter_map(|s| Some((s.words.clone(), s.score(label, scores)?)));
        scored.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.start.cmp(&a.0.start)))
    }
}

impl Sentence {
    fn score(&mut self, label: usize, scores: Scores) -> Option<f32> {
        let known = self.scores.get_or_insert_with(|| scores(self.words.clone(), &self.heard));
        known.get(label).copied()
    }
}
