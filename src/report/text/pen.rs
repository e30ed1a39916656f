//! Lines for a terminal: width, color, indent.

/// Columns of a line.
pub(in crate::report) const WIDTH: usize = 80;
/// Colors of the terminal, by meaning.
#[derive(Clone, Copy)]
pub(super) enum Ink {
    Good,
    Warn,
    Try,
    Faint,
    Bold,
    Customer,
    Agent,
}

pub(super) struct Pen {
    pub out: String,
    pub color: bool,
}

impl Pen {
    pub fn line(&mut self, text: &str) {
        self.out.push_str(&text.trim_end().replace('\u{a0}', " "));
        self.out.push('\n');
    }

    pub fn ink(&self, ink: Ink, text: &str) -> String {
        if !self.color || text.is_empty() {
            return text.to_owned();
        }
        let code = match ink {
            Ink::Good => "32",
            Ink::Warn => "31",
            Ink::Try => "36",
            Ink::Faint => "2",
            Ink::Bold => "1",
            Ink::Customer => "33",
            Ink::Agent => "34",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }

    /// Text under a hanging indent.
    pub fn paragraph(&mut self, indent: usize, text: &str) {
        for row in wrapped(text, WIDTH - indent) {
            self.line(&format!("{:indent$}{row}", ""));
        }
    }

    pub fn heading(&mut self, text: &str) {
        let text = self.ink(Ink::Bold, text);
        self.line("");
        self.line(&text);
    }
}

/// Lines of at most `width` characters; a longer word is cut. What would steer a terminal is made visible.
pub(in crate::report) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let steers = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let text = text.replace(steers, "\u{fffd}");
    let mut rows: Vec<String> = Vec::new();
    for word in text.split([' ', '\n', '\t']).filter(|w| !w.is_empty()) {
        let length = word.chars().count();
        match rows.last_mut() {
            Some(row) if row.chars().count() + 1 + length <= width => {
                row.push(' ');
                row.push_str(word);
            }
            _ => rows.extend(cut(word, width)),
        }
    }
    rows
}

fn cut(word: &str, width: usize) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    letters.chunks(width.max(1)).map(|c| c.iter().collect()).collect()
}

/// Minutes and seconds.
pub(in crate::report) fn clock(seconds: f64) -> String {
    let whole = seconds.max(0.0).floor() as u64;
    if whole < 3600 {
        format!("{}:{:02}", whole / 60, whole % 60)
    } else {
        format!("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_wrapped_and_no_word_is_lost() {
        let text = "one two three four five six seven";
        let rows = wrapped(text, 9);
        assert!(rows.iter().all(|r| r.chars().count() <= 9));
        assert_eq!(rows.join(" "), text);
        assert_eq!(wrapped("abcdefgh", 3), ["abc", "def", "gh"]);
    }
}
