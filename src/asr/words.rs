//! From tokens to words whose times lie inside detected speech.
//!
//! Whisper's own times absorb silence, so they only say in which stretch a word was said and roughly where; the
//! detector's edges bound it.

use super::decode::Token;
use super::windows::Window;
use crate::call::{RATE_HZ, Span};

/// No word is shorter than this where there is room.
const SHORTEST: u64 = RATE_HZ as u64 / 25;

/// A word before its times are settled.
#[derive(Clone, Debug, PartialEq)]
struct Word {
    text: String,
    /// Samples from the start of the window.
    start: u64,
    probability: f32,
}

/// Joins tokens into words: a token that begins with a space begins a word.
fn join(tokens: &[Token]) -> Vec<Word> {
    let mut words: Vec<(Vec<u8>, u64, f32, u32)> = Vec::new();
    for token in tokens {
        match words.last_mut() {
            Some((text, _, p, n)) if !token.text.starts_with(b" ") => {
                text.extend_from_slice(&token.text);
                *p += token.probability;
                *n += 1;
            }
            _ => words.push((token.text.clone(), token.start, token.probability, 1)),
        }
    }
    words
        .into_iter()
        .map(|(text, start, p, n)| Word {
            text: super::cleanup::word(&String::from_utf8_lossy(&text)),
            start,
            probability: p / n as f32,
        })
        .filter(|w| !w.text.is_empty())
        .collect()
}

/// The words of a window, in order, each inside one stretch of detected speech.
pub(super) fn place(tokens: &[Token], window: &Window) -> Vec<(String, Span, f32)> {
    let words = join(tokens);
    let stretch = stretches(&words, window);
    let mut out = Vec::with_capacity(words.len());
    let mut from = 0;
    while from < words.len() {
        let to = from + stretch[from..].iter().take_while(|s| **s == stretch[from]).count();
        let piece = &window.pieces[stretch[from]];
        let absolute = |at: u64| {
            (piece.sound.start() + at.saturating_sub(piece.at))
                .clamp(piece.speech.start(), piece.speech.end())
        };
        let starts: Vec<u64> = words[from..to].iter().map(|w| absolute(w.start)).collect();
        for (word, span) in words[from..to].iter().zip(settle(&starts, piece.speech)) {
            out.push((word.text.clone(), span, word.probability));
        }
        from = to;
    }
    out
}

/// Which piece each word belongs to: the one nearest to its middle, never going back.
fn stretches(words: &[Word], window: &Window) -> Vec<usize> {
    let mut at_least = 0;
    words
        .iter()
        .enumerate()
        .map(|(i, word)| {
            let end = words
                .get(i + 1)
                .map_or(window.len, |n| n.start)
                .clamp(word.start, word.start + u64::from(RATE_HZ) / 2);
            let middle = word.start.midpoint(end);
            let distance = |p: usize| {
                let piece = &window.pieces[p];
                let from = piece.at + (piece.speech.start() - piece.sound.start());
                let to = from + piece.speech.len();
                from.saturating_sub(middle).max(middle.saturating_sub(to))
            };
            at_least = (at_least..window.pieces.len()).min_by_key(|&p| distance(p)).unwrap_or(at_least);
            at_least
        })
        .collect()
}

/// Spans in order inside `within`, as near to the wished starts as their shortest length allows.
fn settle(starts: &[u64], within: Span) -> Vec<Span> {
    let n = starts.len() as u64;
    let shortest = SHORTEST.min(within.len() / n.max(1)).max(1);
    let mut settled: Vec<u64> = Vec::with_capacity(starts.len());
    for (i, &start) in starts.iter().enumerate() {
        let earliest = settled.last().map_or(within.start(), |s| s + shortest);
        let latest = within.end().saturating_sub((n - i as u64) * shortest).max(earliest);
        settled.push(start.clamp(earliest, latest));
    }
    (0..starts.len())
        .filter_map(|i| {
            Span::new(settled[i], settled.get(i + 1).copied().unwrap_or(within.end()).max(settled[i] + 1))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::windows::{Grouping, plan};
    use super::*;
    use proptest::prelude::*;

    fn token(text: &str, start_s: f64) -> Token {
        Token {
            text: text.into(),
            probability: 0.5,
            log_probability: -0.7,
            start: (start_s * 16_000.0) as u64,
        }
    }

    #[test]
    fn tokens_become_words_and_punctuation_stays_with_its_word() {
        let words = join(&[
            token(" Un", 0.1),
            token("believ", 0.2),
            token("able", 0.3),
            token(".", 0.5),
            token(" No", 0.6),
        ]);
        let texts: Vec<&str> = words.iter().map(|w| w.text.as_str()).collect();
        assert_eq!(texts, ["Unbelievable.", "No"]);
    }

    #[test]
    fn a_word_timed_in_the_silence_moves_into_the_nearest_speech() {
        let spans = [Span::from_seconds(1.0, 2.0).unwrap(), Span::from_seconds(5.0, 6.0).unwrap()];
        let window = &plan(&spans, 160_000, Grouping::default())[0];
        // 1.0 s of speech with margins, 0.6 s of silence: the second stretch begins 1.75 s into the window.
        let placed = place(&[token(" yes", 0.2), token(" but", 1.65), token(" no", 2.2)], window);
        assert!(spans[0].covers(placed[0].1));
        assert!(spans[1].covers(placed[1].1), "{placed:?}");
        assert!(spans[1].covers(placed[2].1));
    }

    proptest! {
        #[test]
        fn words_are_in_order_apart_and_inside_speech(
            starts in prop::collection::vec(0u64..200_000, 1..40),
            rows in prop::collection::vec((200u64..30_000, 2_000u64..40_000), 1..6),
        ) {
            let mut at = 0;
            let spans: Vec<Span> = rows.iter().filter_map(|&(gap, n)| {
                let s = Span::new(at + gap, at + gap + n);
                at += gap + n;
                s
            }).collect();
            for window in plan(&spans, at, Grouping::default()) {
                let mut starts = starts.clone();
                starts.sort_unstable();
                let tokens: Vec<Token> = starts.iter().map(|s| token(" word", *s as f64 / 16_000.0)).collect();
                let placed = place(&tokens, &window);
                prop_assert_eq!(placed.len(), tokens.len());
                prop_assert!(placed.windows(2).all(|p| p[0].1.end() <= p[1].1.start()));
                prop_assert!(placed.iter().all(|p| spans.iter().any(|s| s.covers(p.1))));
            }
        }
    }
}
