//! The files that the program brings.

macro_rules! files {
    ($folder:literal: $($name:literal)*) => {
        &[$((concat!($name, ".toml"), include_str!(concat!("rules/", $folder, "/", $name, ".toml")))),*]
    };
}

const EN: &[(&str, &str)] = files!("en":
    "language"
    "acknowledge_feelings" "announce_hold" "apologise" "argue" "blame_customer" "can_do" "clarifying_question"
    "command" "confirm_resolution" "deflect" "dismiss" "dont_take_personally" "empathy_but" "escalate"
    "escalate_with_reason" "filler" "follow_up" "give_timeline" "jargon" "leave_door_open" "next_steps"
    "no_needless_blame_taking" "offer_options" "overpromise" "paraphrase" "plain_words" "policy_wall"
    "positive_wording" "prevent_recurrence" "set_boundary" "take_ownership" "thank" "use_name" "verbal_nods"
    "work_together"
);

/// File name and text of a language's rules.
pub(crate) fn files(language: &str) -> Option<Vec<(&'static str, &'static str)>> {
    (language == "en").then(|| EN.to_vec())
}

/// The common words of a language, one a line.
pub(crate) fn common(language: &str) -> Option<&'static str> {
    (language == "en").then_some(include_str!("rules/en/common.txt"))
}

/// The trained model of a language.
pub(crate) fn model(language: &str) -> Option<&'static [u8]> {
    let bytes: &[u8] = include_bytes!("model/en.bin");
    (language == "en" && !bytes.is_empty()).then_some(bytes)
}
