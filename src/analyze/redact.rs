//! Card, account and phone numbers out of a finished analysis, wherever words are quoted.

use crate::call::Analysis;
use crate::words::{mask_numbers, mask_words};

/// Masks every text of the analysis. Words keep their number and times.
pub fn redact(analysis: &mut Analysis) {
    for turn in &mut analysis.turns {
        let texts: Vec<&str> = turn.words.iter().map(|w| w.text.as_str()).collect();
        let masked = mask_words(&texts);
        for (word, text) in turn.words.iter_mut().zip(masked) {
            word.text = text;
        }
        turn.text = if turn.words.is_empty() {
            mask_numbers(&turn.text)
        } else {
            turn.words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ")
        };
    }
    let quoted = analysis.behaviors.iter_mut().map(|b| &mut b.text);
    let listened = analysis.backchannels.iter_mut().map(|b| &mut b.text);
    let said = analysis.findings.iter_mut().flat_map(|f| [&mut f.title, &mut f.because, &mut f.say_instead]);
    for text in quoted.chain(listened).chain(said) {
        *text = mask_numbers(text);
    }
}
