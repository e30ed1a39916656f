//! The customer's own words for a better sentence: a complaint turned round ("You charged me twice" becomes "we charged
//! you twice"), and short quotations.

use super::advice::Advice;
use crate::measure::plain_word;

/// Most words of a sentence that is turned round.
const MOST_WORDS: usize = 12;

/// The best sentence of what the customer said, turned round to be said by the agent; it starts in lower case and has
/// no full stop. With `ours`, sentences may put what happened on us ("we charged you twice").
pub(super) fn mirror(text: &str, ours: bool, advice: &Advice) -> Option<String> {
    let mut best: Option<(i32, String)> = None;
    for sentence in sentences(text) {
        if sentence.ends_with('?') {
            continue;
        }
        if let Some((score, turned)) = turn_round(sentence, ours, advice)
            && best.as_ref().is_none_or(|(top, _)| score > *top)
        {
            best = Some((score, turned));
        }
    }
    best.map(|(_, turned)| turned)
}

/// Sentences with their closing mark.
pub(super) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(['.', '!', '?']).map(str::trim).filter(|s| s.chars().any(char::is_alphanumeric))
}

fn turn_round(sentence: &str, ours: bool, advice: &Advice) -> Option<(i32, String)> {
    let mut words: Vec<&str> = Vec::new();
    for word in sentence.split_whitespace() {
        let plain = plain_word(word);
        if words.is_empty() && advice.openers.contains(&plain) {
            continue;
        }
        // "Nobody, nobody can tell me": a word said twice is said once.
        if words.last().is_some_and(|last| plain_word(last) == plain) {
            words.pop();
        }
        words.push(word);
    }
    let words = within_length(&words);
    let plain: Vec<String> = words.iter().map(|w| plain_word(w)).collect();
    let line = format!(" {} ", plain.join(" "));
    let holds = |phrase: &String| line.contains(&format!(" {phrase} "));
    if words.len() < 3
        || !advice.subjects.contains(&plain[0])
        || advice.unsaid.iter().chain(&advice.insults).any(holds)
        || !advice.complaint.iter().any(holds)
    {
        return None;
    }
    let mut score = 0;
    let mut personal = false;
    let mut out = Vec::with_capacity(words.len());
    for (i, (word, said)) in words.iter().zip(&plain).enumerate() {
        let after_i = i > 0 && plain[i - 1] == "i";
        let turned = match said.as_str() {
            "i" | "me" => "you",
            "i'm" => "you're",
            "i've" => "you've",
            "i'd" => "you'd",
            "my" => "your",
            "mine" => "yours",
            "myself" => "yourself",
            "am" if after_i => "are",
            "was" if after_i => "were",
            "you" if i == 0 && ours => "we",
            "you've" if i == 0 && ours => "we've",
            "you're" if i == 0 && ours => "we're",
            "your" if ours => "our",
            other if other == "you" || other.starts_with("you'") || other == "your" || other == "yours" => {
                return None;
            }
            _ => {
                out.push(if i == 0 { lowered(word) } else { (*word).to_owned() });
                continue;
            }
        };
        personal = true;
        score += if said == "my" { 3 } else { 1 };
        out.push(word.to_lowercase().replacen(said.as_str(), turned, 1));
    }
    if !personal {
        return None;
    }
    // A sentence that says what the thing is makes a better mirror than one with "it".
    if plain.iter().any(|w| ["it", "this", "that"].contains(&w.as_str())) {
        score -= 2;
    }
    score += i32::from(plain.len() >= 4)
        + i32::from(
            plain.iter().any(|w| ["twice", "times", "hours", "weeks", "again"].contains(&w.as_str())),
        );
    if score <= 0 {
        return None;
    }
    Some((score, out.join(" ").trim_end_matches(|c: char| !c.is_alphanumeric()).to_owned()))
}

/// All of it, or as many whole clauses as fit.
fn within_length<'a, 'b>(words: &'b [&'a str]) -> &'b [&'a str] {
    if words.len() <= MOST_WORDS {
        return words;
    }
    let cut = (0..MOST_WORDS).rev().find(|&i| words[i].ends_with(','));
    cut.map_or(&[], |i| &words[..=i])
}

/// Words that a quoted sentence has, at least and at most.
const QUOTED_WORDS: std::ops::RangeInclusive<usize> = 4..=14;

/// The sentence of what the customer said that is best said back to them word for word: what happened, without insults,
/// threats and questions. It ends with a mark.
pub(super) fn quotable(text: &str, advice: &Advice) -> Option<String> {
    let mut best: Option<(usize, String)> = None;
    for sentence in sentences(text).filter(|s| !s.ends_with('?')) {
        let words: Vec<&str> =
            sentence.split_whitespace().skip_while(|w| advice.openers.contains(&plain_word(w))).collect();
        let plain: Vec<String> = words.iter().map(|w| plain_word(w)).collect();
        let line = format!(" {} ", plain.join(" "));
        let holds = |phrase: &&String| line.contains(&format!(" {phrase} "));
        if !QUOTED_WORDS.contains(&words.len())
            || advice.unquoted.iter().chain(&advice.insults).any(|p| holds(&p))
        {
            continue;
        }
        let complaint = advice.complaint.iter().filter(holds).count();
        let personal = plain.iter().any(|w| ["i", "i've", "i'm", "my", "me"].contains(&w.as_str()));
        let score = 2 * complaint.min(2) + 2 * usize::from(personal) + usize::from(words.len() >= 6);
        if best.as_ref().is_none_or(|(top, _)| score > *top) {
            let said = super::advice::capitalized(&words.join(" "));
            let ended = said.ends_with(['.', '!']);
            best = Some((score, if ended { said } else { format!("{said}.") }));
        }
    }
    best.filter(|(score, _)| *score >= 2).map(|(_, said)| said)
}

/// The first letter in lower case, unless it is a name or an abbreviation as far as can be told.
fn lowered(word: &str) -> String {
    let mut chars = word.chars();
    match chars.next() {
        Some(first) if !word.chars().skip(1).any(char::is_uppercase) => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => word.to_owned(),
    }
}

/// The last words of a text, for "you were saying": the sentence that was begun, at most `most` words of it. `None`
/// where it is too little, or is better not repeated.
pub(super) fn tail(words: &[&str], most: usize, advice: &Advice) -> Option<String> {
    // A sentence of which only a word or two was heard brings the one before it along.
    let ends = words.iter().take(words.len().saturating_sub(3)).rposition(|w| w.ends_with(['.', '!', '?']));
    let begun = ends.map_or(0, |i| i + 1);
    let from = begun.max(words.len().saturating_sub(most));
    let rest = &words[from..];
    let line = format!(" {} ", rest.iter().map(|w| plain_word(w)).collect::<Vec<_>>().join(" "));
    let sayable = !advice.insults.iter().any(|phrase| line.contains(&format!(" {phrase} ")));
    let text = rest.join(" ");
    let text = text.trim_end_matches(['.', ',', ';', ':', '-']);
    (rest.len() >= 3 && sayable)
        .then(|| if from > begun { format!("… {text} …") } else { format!("{text} …") })
}

/// The sentence of a turn that holds the words that were heard, at most `most` words around them.
pub(super) fn sentence_around(turn: &str, heard: &str, most: usize) -> String {
    let sentence = sentences(turn).find(|s| s.contains(heard)).unwrap_or(if turn.contains(heard) {
        turn
    } else {
        heard
    });
    let words: Vec<&str> = sentence.split_whitespace().collect();
    if words.len() <= most {
        return sentence.to_owned();
    }
    let before = sentence.find(heard).map_or(0, |at| sentence[..at].split_whitespace().count());
    let from = before.saturating_sub(2).min(words.len() - most);
    let to = from + most;
    let (head, end) = (if from > 0 { "… " } else { "" }, if to < words.len() { " …" } else { "" });
    format!("{head}{}{end}", words[from..to].join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turned(text: &str, ours: bool) -> Option<String> {
        mirror(text, ours, Advice::of("en").unwrap())
    }

    #[test]
    fn complaints_are_turned_round() {
        let rows = [
            (
                "You charged me twice. Twice, for the same month! Does that sound fixed to you?",
                true,
                "we charged you twice",
            ),
            (
                "You've cancelled it again. You've cancelled my operation, by letter.",
                true,
                "we've cancelled your operation, by letter",
            ),
            (
                "And nobody, nobody can tell me where one suitcase is.",
                true,
                "nobody can tell you where one suitcase is",
            ),
            (
                "My card's been declined, at a hotel desk, in Lisbon, with two kids asleep on the luggage! I told you!",
                false,
                "your card's been declined, at a hotel desk, in Lisbon",
            ),
            ("I have called four times. Four!", true, "you have called four times"),
            ("I can't get up the stairs anymore.", true, "you can't get up the stairs anymore"),
            ("Okay. So I was told twice.", false, "you were told twice"),
        ];
        for (said, ours, want) in rows {
            assert_eq!(turned(said, ours).as_deref(), Some(want), "{said}");
        }
    }

    #[test]
    fn threats_wishes_insults_and_questions_are_not() {
        for said in [
            "I'm done. I'm cancelling, and I'm calling my bank.",
            "I want my money back, and not tomorrow.",
            "You're all useless! And you, you're not even listening!",
            "Why is it always me who can't get through?",
            "I am not a number on your list!",
            "Oh, please don't talk to me about backups.",
            "Thank you. You're the first person who's not hung up on me.",
            "",
        ] {
            assert_eq!(turned(said, true), None, "{said}");
        }
    }

    #[test]
    fn what_happened_is_quoted_and_threats_insults_and_questions_are_not() {
        let quoted = |text: &str| quotable(text, Advice::of("en").unwrap());
        let form = "I handed that form in at your counter. In person. And now you're writing to tell me you never got it?";
        assert_eq!(quoted(form).as_deref(), Some("I handed that form in at your counter."));
        assert_eq!(
            quoted("Well, your update broke my three projects").as_deref(),
            Some("Your update broke my three projects.")
        );
        for said in [
            "Where is my money then?",
            "I'm cancelling my whole contract today.",
            "You useless clowns lost my bag.",
            "Thank you for that.",
        ] {
            assert_eq!(quoted(said), None, "{said}");
        }
    }

    #[test]
    fn what_happened_is_not_put_on_us_unless_it_was_ours() {
        assert_eq!(turned("You charged me twice.", false), None);
        assert_eq!(turned("Your update broke my projects.", false), None);
    }

    #[test]
    fn a_quotation_is_the_sentence_around_what_was_heard() {
        let turn = "Hello. I'm so sorry that we cancelled it again. Let me look.";
        assert_eq!(sentence_around(turn, "so sorry", 16), "I'm so sorry that we cancelled it again.");
        let long = "well i had a look and so i'm really sorry about this because it went wrong on our side and then again";
        assert_eq!(sentence_around(long, "really sorry", 6), "… so i'm really sorry about this …");
        let advice = Advice::of("en").unwrap();
        assert_eq!(tail(&["and", "then", "it", "broke,"], 3, advice).as_deref(), Some("… then it broke …"));
        assert_eq!(
            tail(&["Twice!", "And", "now", "my", "rent"], 7, advice).as_deref(),
            Some("And now my rent …")
        );
        assert_eq!(tail(&["what", "the", "hell", "are"], 7, advice), None);
        assert_eq!(tail(&["Twice!"], 7, advice), None);
    }
}
