//! Numbers that could be a card, an account, a phone or a reference, and e-mail addresses, made unreadable. Dates,
//! prices and times are kept.

use std::ops::Range;

/// What stands for a masked stretch.
const MASK: &str = "[number]";
/// What stands for a masked address.
const ADDRESS: &str = "[address]";
/// From so many digits in a row a number could identify somebody.
const DIGITS: usize = 5;

const SPOKEN: [&str; 11] =
    ["zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const TENS: [&str; 18] = [
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
];
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// What a word adds to a number that is being read out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Piece {
    /// So many digits in figures.
    Figures(usize),
    /// So many digits, spoken.
    Spoken(usize),
    /// `double` or `triple`: the next digit counts so often.
    Times(usize),
    /// Stands between the groups: `dash`, `plus`, `and then`.
    Between,
    Address,
    Other,
}

fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

fn piece(word: &str) -> Piece {
    let core = bare(word).to_lowercase();
    if is_address(word) {
        return Piece::Address;
    }
    let digits = word.chars().filter(char::is_ascii_digit).count();
    if digits > 0 {
        let price = word.contains(['£', '$', '€', '₹', '¥', '%']);
        let clock = core.contains(':') || core.ends_with("am") || core.ends_with("pm");
        let date = core.matches('/').count() == 2 || is_iso_date(&core);
        let ordinal = ["st", "nd", "rd", "th"].iter().any(|e| core.ends_with(e)) && digits <= 2;
        let decimal = core.split(['.', ',']).count() > 1
            && core.split(['.', ',']).all(|p| p.len() <= 3 && p.bytes().all(|b| b.is_ascii_digit()));
        let letters = core.chars().filter(|c| c.is_alphabetic()).count();
        if price || clock || date || ordinal || decimal || letters > 4 {
            return Piece::Other;
        }
        return Piece::Figures(digits);
    }
    if core.contains('-') {
        let mut sum = 0;
        for part in core.split('-') {
            match piece(part) {
                Piece::Spoken(n) => sum += n,
                _ => return Piece::Other,
            }
        }
        return Piece::Spoken(sum);
    }
    match core.as_str() {
        "double" => Piece::Times(2),
        "triple" | "treble" => Piece::Times(3),
        "dash" | "hyphen" | "plus" | "" => Piece::Between,
        c if SPOKEN.contains(&c) || c == "nought" || c == "o" => Piece::Spoken(1),
        c if TENS.contains(&c) => Piece::Spoken(2),
        _ => Piece::Other,
    }
}

fn is_iso_date(core: &str) -> bool {
    let parts: Vec<&str> = core.split(['-', '.']).collect();
    let lens: Vec<usize> = parts.iter().map(|p| p.len()).collect();
    parts.iter().all(|p| p.bytes().all(|b| b.is_ascii_digit()))
        && matches!(lens.as_slice(), [4, 1..=2, 1..=2] | [1..=2, 1..=2, 4])
        && parts.iter().any(|p| p.len() == 4 && (p.starts_with("19") || p.starts_with("20")))
}

fn is_address(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    word.split_once('@')
        .is_some_and(|(a, b)| !a.is_empty() && b.contains('.') || !a.is_empty() && b.len() > 2)
}

/// The words to mask, and whether as an address.
fn stretches(words: &[&str]) -> Vec<(Range<usize>, bool)> {
    let mut out = Vec::new();
    let mut i = 0;
    while i < words.len() {
        if let Some(range) = spoken_address(words, i) {
            i = range.end;
            out.push((range, true));
            continue;
        }
        match piece(words[i]) {
            Piece::Address => {
                out.push((i..i + 1, true));
                i += 1;
            }
            Piece::Figures(_) | Piece::Spoken(_) | Piece::Times(_) => {
                let (end, digits, pieces) = number(words, i);
                let dated = is_dated(words, i, end);
                if digits >= DIGITS && pieces && !dated {
                    out.push((i..end, false));
                }
                i = end.max(i + 1);
            }
            Piece::Between | Piece::Other => i += 1,
        }
    }
    out
}

/// End of the number that begins at `i`, its digits, and whether it is read out digit by digit rather than counted.
fn number(words: &[&str], i: usize) -> (usize, usize, bool) {
    let (mut digits, mut times, mut end, mut k) = (0, 1, i, i);
    let (mut singles, mut tens) = (0, false);
    while let Some(word) = words.get(k) {
        match piece(word) {
            Piece::Figures(n) => {
                digits += n * times;
                singles += n;
                times = 1;
                end = k + 1;
            }
            Piece::Spoken(n) => {
                // "forty nine" is two digits, and nobody reads out a number like that digit by digit.
                let counted = n == 1 && tens;
                digits += if counted { 0 } else { n * times };
                singles += if n == 1 && !counted { times } else { 0 };
                tens = n == 2 && !tens;
                times = 1;
                end = k + 1;
            }
            Piece::Times(n) => times = n,
            Piece::Between if k > i => {}
            _ => break,
        }
        // A full stop or a comma after figures may stand inside a number that is read out; a question mark ends it.
        if word.ends_with(['?', '!']) {
            break;
        }
        k += 1;
    }
    (end, digits, singles >= 2)
}

/// `12 March 2026`, `March the fourth, 2026`: figures beside a month are a date.
fn is_dated(words: &[&str], start: usize, end: usize) -> bool {
    let month = |k: Option<usize>| {
        k.and_then(|k| words.get(k)).is_some_and(|w| MONTHS.contains(&bare(w).to_lowercase().as_str()))
    };
    let short = words[start..end].iter().map(|w| bare(w).len()).sum::<usize>() <= 6;
    short && (month(start.checked_sub(1)) || month(Some(end)))
}

/// `anna dot lee at mail dot com`, as a recognizer writes what was spelled out.
fn spoken_address(words: &[&str], i: usize) -> Option<Range<usize>> {
    let word = |k: usize| words.get(k).map(|w| bare(w).to_lowercase());
    let mut k = i + 1;
    let mut hops = 0;
    while word(k).as_deref() == Some("dot") || word(k).as_deref() == Some("underscore") {
        k += 2;
        hops += 1;
        if hops > 4 {
            return None;
        }
    }
    if word(k).as_deref() != Some("at") || word(k + 2).as_deref() != Some("dot") {
        return None;
    }
    let mut end = k + 4;
    if word(end).as_deref() == Some("dot") {
        end += 2;
    }
    (end <= words.len()).then_some(i..end)
}

fn split(text: &str) -> Vec<(usize, &str)> {
    let mut out = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        match (c.is_whitespace(), start) {
            (false, None) => start = Some(at),
            (true, Some(s)) => {
                out.push((s, &text[s..at]));
                start = None;
            }
            _ => {}
        }
    }
    out.extend(start.map(|s| (s, &text[s..])));
    out
}

/// A text with every number that could identify somebody and every e-mail address masked, in figures or as a recognizer
/// writes what was read out ("double four seven two one"). The punctuation around them stays.
pub fn mask_numbers(text: &str) -> String {
    let words = split(text);
    let bare_words: Vec<&str> = words.iter().map(|w| w.1).collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (range, address) in stretches(&bare_words) {
        let (first, last) = (words[range.start], words[range.end - 1]);
        let lead =
            first.1.len() - first.1.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '+').len();
        let tail = last.1.trim_end_matches(|c: char| !c.is_alphanumeric()).len();
        let (from, to) = (first.0 + lead, (last.0 + tail).max(first.0 + lead));
        out.push_str(&text[at..from]);
        out.push_str(if address { ADDRESS } else { MASK });
        at = to;
    }
    out.push_str(&text[at..]);
    out
}

/// The same word by word, for transcripts with a time for every word: as many words come out as go in.
pub fn mask_words<S: AsRef<str>>(words: &[S]) -> Vec<String> {
    let plain: Vec<&str> = words.iter().map(|w| w.as_ref().trim()).collect();
    let mut out: Vec<String> = words.iter().map(|w| w.as_ref().to_owned()).collect();
    for (range, address) in stretches(&plain) {
        for k in range {
            let mask = if address { ADDRESS } else { MASK };
            let core = bare(plain[k]);
            out[k] = if core.is_empty() { out[k].clone() } else { words[k].as_ref().replacen(core, mask, 1) };
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn card_account_and_phone_numbers_are_masked() {
        for text in [
            "4929 1234 5678 9012",
            "07700 900 123",
            "+44 20 7946 0958",
            "account 12345678",
            "4929-1234-5678-9012",
        ] {
            let masked = mask_numbers(text);
            assert!(
                masked.contains(MASK) && !masked.contains(|c: char| c.is_ascii_digit()),
                "{text}: {masked}"
            );
        }
    }

    #[test]
    fn numbers_that_are_read_out_are_masked_as_the_recognizer_writes_them() {
        for text in [
            "double four seven two one",
            "oh seven seven double oh nine",
            "it's four four one nine two",
            "one two, three four, five six",
        ] {
            assert!(mask_numbers(text).contains(MASK), "{text}");
        }
    }

    #[test]
    fn addresses_are_masked_written_and_spelled_out() {
        assert_eq!(mask_numbers("mail anna.lee@mail.example, please"), "mail [address], please");
        assert_eq!(mask_numbers("it's anna dot lee at mail dot com okay"), "it's [address] okay");
    }

    #[test]
    fn dates_prices_times_and_small_numbers_stay() {
        for text in [
            "on 12 March 2026 at 10:30",
            "it costs £1,299.00",
            "2026-03-12",
            "12/03/2026",
            "five to seven days",
            "gate 12 at half seven",
            "twenty four hours",
            "two or three people",
            "call at 7pm or 8 pm",
            "forty nine ninety nine",
        ] {
            assert_eq!(mask_numbers(text), text);
        }
    }

    #[test]
    fn words_are_masked_one_by_one() {
        let out = mask_words(&["It's", "07700", "900", "123.", "Right?"]);
        assert_eq!(out, ["It's", "[number]", "[number]", "[number].", "Right?"]);
    }

    proptest! {
        #[test]
        fn masking_never_panics_and_twice_is_once(text in "(\\PC{0,80}|[a-z0-9@. +-]{0,80})") {
            let once = mask_numbers(&text);
            prop_assert_eq!(mask_numbers(&once), once.clone());
            let words: Vec<&str> = text.split_whitespace().collect();
            prop_assert_eq!(mask_words(&words).len(), words.len());
        }
    }
}
