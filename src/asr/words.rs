//! From tokens to words whose times lie inside detected speech.
//!
//! Whisper puts a time at each phrase's ends; these absorb silence, so between two of them the words are spread over
//! the detected speech there by their length in letters, and the detector's edges bound them. (Times by dynamic time
//! warping of the attention cost 106 MB more a thread, for the unpacked vocabulary, and a further decoder pass.)

use super::decode::Decoded;
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
fn join(decoded: &Decoded, starts: &[u64]) -> Vec<Word> {
    let mut words: Vec<(Vec<u8>, u64, f32, u32)> = Vec::new();
    for (token, &start) in decoded.tokens.iter().zip(starts) {
        match words.last_mut() {
            Some((text, _, p, n)) if !token.text.starts_with(b" ") => {
                text.extend_from_slice(&token.text);
                *p += token.probability;
                *n += 1;
            }
            _ => words.push((token.text.clone(), start, token.probability, 1)),
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

/// Where each token begins, in samples from the start of the window: between two marks by letters over the speech there.
fn starts(decoded: &Decoded, window: &Window) -> Vec<u64> {
    let count = decoded.tokens.len();
    let mut marks: Vec<(usize, u64)> = vec![(0, 0)];
    for &(index, at) in &decoded.marks {
        let index = index.min(count);
        let at = at.min(window.len);
        // The later of two marks at one place is where the next phrase begins.
        let (last, before) = marks.last().copied().unwrap_or_default();
        if last == index {
            marks.pop();
        }
        marks.push((index, at.max(before)));
    }
    if marks.last().is_none_or(|m| m.0 < count) {
        marks.push((count, window.len));
    }
    let mut out = Vec::with_capacity(count);
    for pair in marks.windows(2) {
        let [(first, from), (past, to)] = [pair[0], pair[1]];
        let (speech_from, speech_to) = (speech_before(window, from), speech_before(window, to));
        let letters: usize = decoded.tokens[first..past].iter().map(|t| t.text.len()).sum();
        let mut before = 0;
        for token in &decoded.tokens[first..past] {
            let share = before as f64 / letters.max(1) as f64;
            let spoken = speech_from + ((speech_to - speech_from) as f64 * share) as u64;
            out.push(moment_of(window, spoken).clamp(from, to.max(from)));
            before += token.text.len();
        }
    }
    out
}

/// Detected speech in the window before a moment, in samples.
fn speech_before(window: &Window, at: u64) -> u64 {
    window
        .pieces
        .iter()
        .map(|p| at.saturating_sub(p.at + p.speech.start() - p.sound.start()).min(p.speech.len()))
        .sum()
}

/// The moment before which so much speech is; the inverse of [`speech_before`].
fn moment_of(window: &Window, mut spoken: u64) -> u64 {
    for piece in &window.pieces {
        let from = piece.at + piece.speech.start() - piece.sound.start();
        if spoken < piece.speech.len() {
            return from + spoken;
        }
        spoken -= piece.speech.len();
    }
    window.len
}

/// The words of a window, in order, each inside one stretch of detected speech.
pub(super) fn place(decoded: &Decoded, window: &Window) -> Vec<(String, Span, f32)> {
    let words = join(decoded, &starts(decoded, window));
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
    use super::super::decode::Token;
    use super::super::windows::{Grouping, plan};
    use super::*;
    use proptest::prelude::*;

    fn heard(texts: &[&str], marks: &[(usize, f64)]) -> Decoded {
        let token = |t: &&str| Token { text: t.as_bytes().to_vec(), probability: 0.5, log_probability: -0.7 };
        let marks = marks.iter().map(|&(i, s)| (i, (s * 16_000.0) as u64)).collect();
        Decoded { tokens: texts.iter().map(token).collect(), marks, ..Decoded::default() }
    }

    fn span(a: f64, b: f64) -> Span {
        Span::from_seconds(a, b).unwrap()
    }

    #[test]
    fn tokens_become_words_and_punctuation_stays_with_its_word() {
        let words = join(&heard(&[" Un", "believ", "able", ".", " No"], &[]), &[0; 5]);
        let texts: Vec<&str> = words.iter().map(|w| w.text.as_str()).collect();
        assert_eq!(texts, ["Unbelievable.", "No"]);
    }

    #[test]
    fn marks_put_each_phrase_into_its_own_stretch() {
        let spans = [span(1.0, 2.0), span(5.0, 6.0)];
        let window = &plan(&spans, 160_000, Grouping::default())[0];
        // 1.0 s of speech with margins, 0.6 s of silence: the second stretch begins 1.9 s into the window.
        let decoded = heard(&[" yes", " yes", " no"], &[(0, 0.0), (2, 1.3), (2, 1.9), (3, 2.9)]);
        let placed = place(&decoded, window);
        assert!(spans[0].covers(placed[0].1) && spans[0].covers(placed[1].1), "{placed:?}");
        assert!(spans[1].covers(placed[2].1), "{placed:?}");
    }

    #[test]
    fn without_marks_words_spread_over_the_speech_by_their_letters() {
        let spans = [span(1.0, 2.0), span(5.0, 6.0)];
        let window = &plan(&spans, 160_000, Grouping::default())[0];
        let placed = place(&heard(&[" four", " four", " four", " four"], &[]), window);
        assert!(placed[..2].iter().all(|w| spans[0].covers(w.1)), "{placed:?}");
        assert!(placed[2..].iter().all(|w| spans[1].covers(w.1)), "{placed:?}");
    }

    proptest! {
        #[test]
        fn words_are_in_order_apart_and_inside_speech(
            count in 1_usize..40,
            marks in prop::collection::vec((0_usize..40, 0.0..20.0), 0..6),
            rows in prop::collection::vec((200u64..30_000, 2_000u64..40_000), 1..6),
        ) {
            let mut at = 0;
            let spans: Vec<Span> = rows.iter().filter_map(|&(gap, n)| {
                let s = Span::new(at + gap, at + gap + n);
                at += gap + n;
                s
            }).collect();
            let mut marks: Vec<(usize, f64)> = marks.into_iter().map(|(i, s)| (i.min(count), s)).collect();
            marks.sort_by_key(|m| m.0);
            for window in plan(&spans, at, Grouping::default()) {
                let placed = place(&heard(&vec![" word"; count], &marks), &window);
                prop_assert_eq!(placed.len(), count);
                prop_assert!(placed.windows(2).all(|p| p[0].1.end() <= p[1].1.start()));
                prop_assert!(placed.iter().all(|p| spans.iter().any(|s| s.covers(p.1))));
            }
        }
    }
}
