//! Which decodes to doubt, and which words nobody said.
//!
//! Whisper answers noise with phrases from the subtitles it was trained on ("Thank you.", "I'm sorry."), and sometimes
//! repeats itself without end. An invented apology must never count, so words are believed only with evidence.

use super::decode::Decoded;
use crate::call::{RATE_HZ, seconds_to_samples};

/// Mean log probability of a token below which a decode is tried again.
const DOUBTFUL: f32 = -0.75;
/// The same for speech longer than [`LONG_S`], where a second decode costs much and seldom finds better.
const DOUBTFUL_LONG: f32 = -0.9;
const LONG_S: f32 = 6.0;
/// Shorter speech is a nod or a single word: never sure, and nothing is won by a second decode.
const NOD_S: f32 = 0.9;
/// Below it nothing is believed at all.
const WORTHLESS: f32 = -1.6;
/// The network's own probability that nobody spoke, above which an unsure decode is dropped (`OpenAI`'s threshold).
const NO_SPEECH: f32 = 0.6;
/// What an unsure decode is (`OpenAI`'s threshold).
const UNSURE: f32 = -1.0;
/// A phrase that ends so long after the sound was not said in it.
const BEYOND_S: f64 = 0.3;
/// Words so often in a row are a loop (people say "no, no, no").
const REPEATS: usize = 5;

/// What Whisper says when it hears no words, in lower case without punctuation.
const SUBTITLE_PHRASES: [&str; 21] = [
    "thank you",
    "thank you very much",
    "thank you so much",
    "thanks",
    "thanks for watching",
    "thank you for watching",
    "thank you for watching the video",
    "thank you for listening",
    "please subscribe",
    "subscribe",
    "i'm sorry",
    "sorry",
    "i am sorry",
    "you",
    "bye",
    "bye bye",
    "oh",
    "so",
    "the end",
    "i'm not sure",
    "we'll be right back",
];

/// Whether a second decode, with more room, of so many samples of speech is worth its time.
pub(super) fn is_doubtful(decoded: &Decoded, speech: u64) -> bool {
    let seconds = speech as f32 / RATE_HZ as f32;
    let limit = if seconds > LONG_S { DOUBTFUL_LONG } else { DOUBTFUL };
    decoded.ran_on
        || (seconds > NOD_S && !decoded.tokens.is_empty() && decoded.confidence() < limit)
        || is_looping(&decoded.text())
}

/// Of two decodes of the same window, whether the second is to be preferred.
pub(super) fn is_better(second: &Decoded, first: &Decoded) -> bool {
    let broken = |d: &Decoded| d.ran_on || is_looping(&d.text());
    match (broken(first), broken(second)) {
        (true, false) => true,
        (false, true) => false,
        _ => second.confidence() > first.confidence(),
    }
}

/// Whether a decode is to be dropped as the answer to something that is not speech.
pub(super) fn is_invented(decoded: &Decoded) -> bool {
    let sure = decoded.confidence();
    let phrase = normalized(&decoded.text());
    sure < WORTHLESS
        || (decoded.no_speech > NO_SPEECH && sure < UNSURE)
        || (SUBTITLE_PHRASES.contains(&phrase.as_str()) && (decoded.no_speech > 0.3 || sure < -0.7))
}

/// Drops a phrase that repeats the one before it, word for word, and ends beyond the sound of so many samples: what the
/// recognizer makes of the silence behind the words.
pub(super) fn drop_echo(decoded: &mut Decoded, sound: u64) {
    let limit = sound + seconds_to_samples(BEYOND_S);
    let phrase = |from: usize, to: usize| normalized(&decoded.text_of(from..to));
    let mut before: Option<String> = None;
    for (i, pair) in decoded.marks.windows(2).enumerate() {
        let [(from, _), (to, end)] = [pair[0], pair[1]];
        if from >= to {
            continue;
        }
        let text = phrase(from, to);
        if end > limit && before.as_ref() == Some(&text) {
            decoded.tokens.truncate(from);
            decoded.marks.truncate(i);
            return;
        }
        before = Some(text);
    }
}

/// Lower case, letters and apostrophes only, single spaces.
fn normalized(text: &str) -> String {
    let letters: String = text
        .chars()
        .map(|c| if c.is_alphanumeric() || c == '\'' { c.to_ascii_lowercase() } else { ' ' })
        .collect();
    letters.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a phrase of one to eight words is said [`REPEATS`] times in a row.
fn is_looping(text: &str) -> bool {
    let text = normalized(text);
    let words: Vec<&str> = text.split(' ').collect();
    (1..=8).any(|n| {
        let mut run = 0;
        words.iter().zip(words.iter().skip(n)).any(|(a, b)| {
            run = if a == b { run + 1 } else { 0 };
            run >= n * (REPEATS - 1)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::decode::Token;
    use super::*;

    fn heard(text: &str, log_probability: f32, no_speech: f32) -> Decoded {
        let token =
            Token { text: text.as_bytes().to_vec(), probability: log_probability.exp(), log_probability };
        Decoded { tokens: vec![token], no_speech, ..Decoded::default() }
    }

    #[test]
    fn a_phrase_over_and_over_is_a_loop_and_three_times_no_is_not() {
        assert!(is_looping(
            "and then the bank and then the bank and then the bank and then the bank and then the bank"
        ));
        assert!(is_looping("la la la la la la"));
        assert!(!is_looping("no, no, no, that is not what I said"));
        assert!(!is_looping(""));
    }

    #[test]
    fn an_apology_is_believed_only_with_evidence() {
        assert!(is_invented(&heard(" I'm sorry.", -0.9, 0.1)));
        assert!(is_invented(&heard(" Thank you.", -0.4, 0.7)));
        assert!(!is_invented(&heard(" I'm sorry.", -0.2, 0.01)));
        assert!(!is_invented(&heard(" I'm sorry about the delay with your order.", -0.9, 0.2)));
    }

    #[test]
    fn a_nod_is_not_tried_again_and_long_speech_only_when_it_is_poor() {
        let unsure = heard(" Mm-hmm.", -0.8, 0.0);
        let poor = heard(" a be see", -1.1, 0.0);
        assert!(!is_doubtful(&poor, 8_000));
        assert!(is_doubtful(&unsure, 32_000));
        assert!(!is_doubtful(&unsure, 160_000));
        assert!(is_doubtful(&poor, 160_000));
    }

    #[test]
    fn a_phrase_repeated_behind_the_sound_is_dropped_and_one_within_it_stays() {
        let token = |t: &str| Token { text: t.as_bytes().to_vec(), probability: 1.0, log_probability: 0.0 };
        let said = |text: &str| Decoded {
            tokens: [" Four", " games.", text, " games."].map(token).to_vec(),
            marks: vec![(0, 0), (2, 32_000), (2, 32_000), (4, 64_000)],
            ..Decoded::default()
        };
        for (second, sound, kept) in [
            (" four", 46_400, " Four games."),
            (" Four", 60_000, " Four games. Four games."),
            (" five", 46_400, " Four games. five games."),
        ] {
            let mut decoded = said(second);
            drop_echo(&mut decoded, sound);
            assert_eq!(decoded.text(), kept);
        }
    }

    #[test]
    fn of_two_decodes_the_one_that_does_not_loop_wins() {
        let looping = heard("a b a b a b a b a b a b", -0.1, 0.0);
        let plain = heard("a bee", -0.9, 0.0);
        assert!(is_better(&plain, &looping));
        assert!(!is_better(&looping, &plain));
    }
}
