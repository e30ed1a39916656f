//! An offer as a scenario writes it ("refund the second charge, 5 working days", "a courier tonight"), made to be said.

use super::advice::Advice;
use crate::measure::plain_word;

/// Who does what an offer says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// "refund the second charge": the agent.
    Ours,
    /// "collect at the depot": the customer.
    Theirs,
    /// "the estimate: between nine and eleven": has a verb of its own.
    Sentence,
    /// "a courier tonight": a thing.
    Thing,
}

/// Most words of what an offer takes, at its end: ", about five working days".
const TAKES_WORDS: usize = 5;

/// As what the agent can do: "I can refund the second charge, which takes five working days". A sentence without its full
/// stop.
pub(super) fn possible(offer: &str, advice: &Advice) -> String {
    said(offer, advice, "I can", "I can offer you")
}

/// As what the agent does now: "I'll refund the second charge, which takes five working days".
pub(super) fn promised(offer: &str, advice: &Advice) -> String {
    said(offer, advice, "I'll", "I'll arrange")
}

fn said(offer: &str, advice: &Advice, act: &str, give: &str) -> String {
    let words: Vec<String> = spoken(offer);
    let form = form(offer, &words, advice);
    let text = with_time(&words, advice);
    match form {
        Form::Ours => format!("{act} {text}"),
        Form::Theirs => format!("you can {text}"),
        Form::Sentence => text,
        Form::Thing => format!("{give} {}{text}", article(&words, advice)),
    }
}

/// The words as they are said to the customer: small numbers spelled, "when she sends" as "when you send".
fn spoken(offer: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in offer.trim().trim_end_matches('.').replacen(": ", " is ", 1).split_whitespace() {
        let of_them = out.last().is_some_and(|w| w == "he" || w == "she");
        if of_them && let Some(last) = out.last_mut() {
            "you".clone_into(last);
        }
        out.push(match word {
            "2" => "two".into(),
            "3" => "three".into(),
            "4" => "four".into(),
            "5" => "five".into(),
            "6" => "six".into(),
            "7" => "seven".into(),
            "8" if out.last().is_none_or(|w| w != "version") => "eight".into(),
            "10" => "ten".into(),
            "is" if of_them => "are".into(),
            "has" if of_them => "have".into(),
            verb if of_them && verb.ends_with('s') => verb.trim_end_matches('s').into(),
            other => other.into(),
        });
    }
    out
}

fn form(offer: &str, words: &[String], advice: &Advice) -> Form {
    let plain = |i: usize| words.get(i).map(|w| plain_word(w)).unwrap_or_default();
    let (first, next) = (plain(0), plain(1));
    let an_object = || advice.objects.contains(&next) || next.ends_with("ing");
    if offer.contains(": ") {
        Form::Sentence
    } else if advice.their_verbs.contains(&first) {
        Form::Theirs
    } else if advice.verbs.contains(&first) || advice.verbs_or_things.contains(&first) && an_object() {
        Form::Ours
    } else {
        Form::Thing
    }
}

/// "refund of the fee" lacks its article.
fn article(words: &[String], advice: &Advice) -> &'static str {
    let first = words.first().map(|w| plain_word(w)).unwrap_or_default();
    match first.chars().next() {
        Some(letter) if advice.verbs_or_things.contains(&first) => {
            if "aeiou".contains(letter) {
                "an "
            } else {
                "a "
            }
        }
        _ => "",
    }
}

/// A length of time behind the last comma is what it takes.
fn with_time(words: &[String], advice: &Advice) -> String {
    let text = words.join(" ");
    let Some((head, tail)) = text.rsplit_once(", ") else { return text };
    let last: Vec<String> = tail.split_whitespace().map(plain_word).collect();
    let counted =
        last.iter().any(|w| advice.numbers.contains(w) || w.starts_with(|c: char| c.is_ascii_digit()));
    let timed = last.last().is_some_and(|w| advice.times.contains(w));
    let begins = last.first().is_some_and(|w| {
        w == "about"
            || w == "around"
            || advice.numbers.contains(w)
            || w.starts_with(|c: char| c.is_ascii_digit())
    });
    if counted && timed && begins && last.len() <= TAKES_WORDS {
        format!("{head}, which takes {tail}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_an_offer_reads_right_in_a_sentence() {
        let advice = Advice::of("en").unwrap();
        let rows = [
            (
                "deliver tomorrow before noon",
                "I can deliver tomorrow before noon",
                "I'll deliver tomorrow before noon",
            ),
            (
                "collect at the depot today after five",
                "you can collect at the depot today after five",
                "you can collect at the depot today after five",
            ),
            (
                "refund the second charge, 5 working days",
                "I can refund the second charge, which takes five working days",
                "I'll refund the second charge, which takes five working days",
            ),
            (
                "a courier tonight by eleven if the bag is on the flight",
                "I can offer you a courier tonight by eleven if the bag is on the flight",
                "I'll arrange a courier tonight by eleven if the bag is on the flight",
            ),
            ("a text every hour", "I can offer you a text every hour", "I'll arrange a text every hour"),
            (
                "the estimate: between nine and eleven tonight",
                "the estimate is between nine and eleven tonight",
                "the estimate is between nine and eleven tonight",
            ),
            (
                "pay the overdraft fee when she sends the statement",
                "I can pay the overdraft fee when you send the statement",
                "I'll pay the overdraft fee when you send the statement",
            ),
            ("refund of the fee", "I can offer you a refund of the fee", "I'll arrange a refund of the fee"),
            ("credit one month", "I can credit one month", "I'll credit one month"),
            ("put version 8 back", "I can put version 8 back", "I'll put version 8 back"),
        ];
        for (offer, can, will) in rows {
            assert_eq!(possible(offer, advice), can);
            assert_eq!(promised(offer, advice), will);
        }
    }
}
