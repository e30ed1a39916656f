//! What the numbers of the voice are to be read with: the baseline, the shifts in words, every hostile line.

use super::text::clock;
use crate::call::{Analysis, Confidence, VoiceTurn};
use crate::measure::voice::{
    baseline_words, explain_provocation, explain_shift, explain_voice, provocation_numbers,
};
use std::fmt::Write;

/// "Your voice, against the free talk of the sound check: 2.8 semitones above your own."; `None` when it was not measured.
pub fn voice_in_words(analysis: &Analysis) -> Option<String> {
    let voice = &analysis.voice;
    let base = baseline_words(voice.baseline)?;
    voice.heat.value?;
    let shift = explain_voice(voice).unwrap_or_else(|| "no shift beyond your usual variation".to_owned());
    Some(format!("Your voice, against {base}: {shift}."))
}

/// One hostile line: where it is, what it did in words, and every number.
#[derive(Clone, Debug, PartialEq)]
pub struct HostileLine {
    /// Start of the line.
    pub start_s: f64,
    /// Its end.
    pub end_s: f64,
    /// One sentence.
    pub words: String,
    /// "heat +3.1 (+2.7), ..."; empty when nothing was measured.
    pub numbers: String,
    /// Whether the numbers can be trusted.
    pub trusted: bool,
}

/// What stands over them.
pub const HOSTILE_LINES: &str = "After their hostile lines";

/// How the numbers are to be read.
pub const HOSTILE_NUMBERS: &str =
    "Your next ten seconds against your baseline; in brackets, against your replies to milder lines.";

/// Every hostile line of the customer.
pub fn hostile_lines(analysis: &Analysis) -> Vec<HostileLine> {
    // What makes the whole voice doubtful is said with its numbers, not again with each line.
    let said = &analysis.voice.heat.reason;
    let rows = analysis.voice.provocations.iter().zip(1..);
    rows.map(|(p, number)| HostileLine {
        start_s: p.customer_start_s,
        end_s: p.customer_end_s,
        words: {
            let mut own = p.clone();
            own.reason = match own.reason.strip_prefix(said.as_str()) {
                Some(rest) if !said.is_empty() => rest.trim_start_matches("; ").to_owned(),
                _ => own.reason,
            };
            format!("{}: {}.", clock(p.customer_start_s), explain_provocation(&own, number))
        },
        numbers: provocation_numbers(p),
        trusted: p.confidence == Confidence::Ok,
    })
    .collect()
}

/// What a turn's mark stands for: "+3.2 of your own spreads at 0:14: 4.0 semitones above your own".
pub fn turn_in_words(turn: &VoiceTurn) -> Option<String> {
    let mut out = format!("{:+.1} of your own spreads at {}", turn.heat?, clock(turn.start_s));
    if let Some(shift) = explain_shift(&turn.shift) {
        out.push_str(": ");
        out.push_str(&shift);
    }
    if turn.confidence != Confidence::Ok {
        let _ = write!(out, " (take with care: {})", turn.reason);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{BaselineKind, Metric, Voice};

    #[test]
    fn the_baseline_is_named_and_without_a_number_nothing_is_said() {
        let mut analysis = Analysis::default();
        assert_eq!(voice_in_words(&analysis), None);
        analysis.voice = Voice {
            baseline: BaselineKind::SoundCheck,
            heat: Metric::ok(3.0),
            pitch_st: Metric::ok(2.84),
            ..Voice::default()
        };
        assert_eq!(
            voice_in_words(&analysis).unwrap(),
            "Your voice, against the free talk of the sound check: 2.8 semitones above your own."
        );
    }
}
