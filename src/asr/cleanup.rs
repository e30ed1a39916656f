//! What of a recognized word is kept: Whisper also writes sounds ("[`BLANK_AUDIO`]", "(laughs)", "♪") and dashes.

/// The word without surrounding space; empty when it is not a word.
pub(super) fn word(text: &str) -> String {
    let text = text.trim();
    let is_sound = text.starts_with(['[', '(', '*', '♪', '<']) || text.ends_with([']', '*', '♪', '>']);
    if is_sound || !text.chars().any(char::is_alphanumeric) {
        String::new()
    } else {
        text.replace('\u{fffd}', "")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sounds_and_dashes_are_no_words() {
        for sound in ["[BLANK_AUDIO]", " (laughs)", " ♪", " -", "...", "*sighs*"] {
            assert_eq!(word(sound), "", "{sound}");
        }
        assert_eq!(word(" don't,"), "don't,");
        assert_eq!(word(" 42"), "42");
    }
}
