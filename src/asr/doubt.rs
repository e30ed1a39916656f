//! Whether the words of a stretch can be what was said in it, by their number and their probability.
//!
//! A decode may end too soon, or go round in circles, and says so nowhere: the time it had for its words does.

use crate::call::{Span, Timeline, Transcript, seconds_to_samples};

/// Speech without a word for longer was left out by the decode.
const WORDLESS_S: f64 = 1.6;
/// No word lasts longer, whatever its time says.
const LONGEST_WORD_S: f64 = 0.8;
/// Words that are surer than this on average are not recognized again; the recognizer itself tries again below.
const SURE: f32 = 0.7;
/// Fewer words a second than anybody says: the decode was thrown away, or ended too soon.
const LEAST_WORDS_PER_S: f64 = 0.8;
/// More words a second than anybody says: the decode went round in circles.
const MOST_WORDS_PER_S: f64 = 7.0;

/// The longest part of the speech without a word, if it is longer than anybody speaks without one.
pub fn unheard(speech: &Timeline, words: &Transcript) -> Option<Timeline> {
    // A word's time lasts until the next one, however far that is.
    let longest = seconds_to_samples(LONGEST_WORD_S);
    let heard = |s: Span| Span::new(s.start(), s.end().min(s.start() + longest));
    let words: Timeline = words.words.iter().filter_map(|w| heard(w.1)).collect();
    let silent = speech.spans().iter().flat_map(|s| words.gaps(*s).spans().to_vec());
    let longest = silent.max_by_key(|s| s.len())?;
    (longest.len() > seconds_to_samples(WORDLESS_S)).then(|| speech.crop(longest))
}

/// Whether the words can be left as they are. A decode that ran in circles is thrown away as a whole: no words, or fewer than
/// anybody says.
pub fn is_sure(speech: &Timeline, words: &Transcript) -> bool {
    let sum: f32 = words.words.iter().map(|w| w.2).sum();
    is_plausible(speech, words) && sum >= SURE * words.words.len() as f32
}

/// Whether somebody can have said so many words in that time. A short stretch may hold one or two more.
pub fn is_plausible(speech: &Timeline, words: &Transcript) -> bool {
    let (count, s) = (words.words.len() as f64, speech.total_s());
    count > 0.0 && count >= LEAST_WORDS_PER_S * s && count <= MOST_WORDS_PER_S * s + 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from_s: f64, to_s: f64) -> Span {
        Span::from_seconds(from_s, to_s).expect("in order")
    }

    fn words(spans: &[(f64, f64)]) -> Transcript {
        Transcript { words: spans.iter().map(|(a, b)| ("word".to_owned(), span(*a, *b), 0.9)).collect() }
    }

    #[test]
    fn speech_without_a_word_is_found_and_pauses_are_not() {
        let speech = Timeline::new([span(1.0, 4.0), span(6.0, 9.0)]);
        let whole: Vec<(f64, f64)> =
            (0..30).map(|n| (1.0 + 0.3 * f64::from(n), 1.2 + 0.3 * f64::from(n))).collect();
        assert_eq!(unheard(&speech, &words(&whole)), None);
        // The decode ended with the word at 6.4 s, whose time goes on to the end.
        let mut short = words(&whole[..19]);
        short.words[18].1 = span(6.4, 9.0);
        let rest = unheard(&speech, &short).expect("1.8 s");
        assert!((rest.total_s() - 1.8).abs() < 0.01, "{rest:?}");
        assert_eq!(unheard(&speech, &Transcript::default()), Some(Timeline::new([span(6.0, 9.0)])));
    }

    #[test]
    fn few_words_or_unsure_ones_are_recognized_again() {
        let speech = Timeline::new([span(0.0, 3.0)]);
        let three = [(0.0, 0.5), (1.0, 1.5), (2.0, 2.5)];
        assert!(is_sure(&speech, &words(&three)));
        assert!(!is_sure(&speech, &words(&three[..2])) && !is_sure(&speech, &Transcript::default()));
        let circles: Vec<(f64, f64)> =
            (0..24).map(|n| (0.12 * f64::from(n), 0.12 * f64::from(n) + 0.1)).collect();
        assert!(!is_plausible(&speech, &words(&circles)) && is_plausible(&speech, &words(&circles[..20])));
        let mut unsure = words(&three);
        unsure.words.iter_mut().for_each(|w| w.2 = 0.5);
        assert!(!is_sure(&speech, &unsure));
    }
}
