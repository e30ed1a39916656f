//! Shifts in words with their numbers: what was measured against the person's own voice, never what they felt.

use super::cues::Cue;
use crate::call::{Provocation, Voice, VoiceShift};

/// "2.8 semitones above your own, 4 LU louder, 31 % faster"; only what lies outside the person's usual variation, the
/// largest first, at most three; `None` when nothing does.
pub fn explain_shift(shift: &VoiceShift) -> Option<String> {
    let mut parts: Vec<(f64, String)> = Vec::new();
    let mut add = |value: Option<f64>, spread: f64, text: &dyn Fn(f64) -> String| {
        if let Some(v) = value
            && v.abs() > 1.5 * spread
        {
            parts.push((v.abs() / spread, text(v)));
        }
    };
    add(shift.pitch_st, Cue::Pitch.usual_spread(), &pitch_words);
    add(shift.loudness_lu, Cue::Loudness.usual_spread(), &loudness_words);
    add(shift.vocal_effort_db, Cue::Alpha.usual_spread(), &effort_words);
    add(shift.rate_shift, Cue::Rate.usual_spread().exp2() - 1.0, &rate_words);
    parts.sort_by(|a, b| b.0.total_cmp(&a.0));
    parts.truncate(3);
    (!parts.is_empty()).then(|| parts.into_iter().map(|p| p.1).collect::<Vec<_>>().join(", "))
}

/// "2.8 semitones above your own".
pub fn pitch_words(semitones: f64) -> String {
    format!("{:.1} semitones {} your own", semitones.abs(), if semitones >= 0.0 { "above" } else { "below" })
}

/// "4 LU louder".
pub fn loudness_words(lu: f64) -> String {
    format!("{:.0} LU {}", lu.abs(), if lu >= 0.0 { "louder" } else { "quieter" })
}

/// "5 dB more vocal effort".
pub fn effort_words(db: f64) -> String {
    format!("{:.0} dB {} vocal effort", db.abs(), if db >= 0.0 { "more" } else { "less" })
}

/// "31 % faster".
pub fn rate_words(share: f64) -> String {
    format!("{:.0} % {}", 100.0 * share.abs(), if share >= 0.0 { "faster" } else { "slower" })
}

/// "first", "second" ...; numbers beyond ten.
fn ordinal(n: usize) -> String {
    const WORDS: [&str; 10] =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    WORDS.get(n.wrapping_sub(1)).map_or_else(|| format!("{n}th"), |w| (*w).to_owned())
}

/// What a hostile line did, in one sentence; `number` counts the hostile lines from 1. `None` when the voice stayed inside its band.
pub fn explain_provocation(provocation: &Provocation, number: usize) -> Option<String> {
    let get = |key: &str| provocation.shift.get(key).copied();
    let shift = VoiceShift {
        pitch_st: get("pitch_st"),
        loudness_lu: get("loudness_lu"),
        vocal_effort_db: get("vocal_effort_db"),
        rate_shift: get("rate_shift"),
    };
    let words = explain_shift(&shift)?;
    let back = match provocation.recovery_s {
        Some(0.0) => String::new(),
        Some(s) => format!("; back inside your own range after {s:.0} s"),
        None => "; not back inside your own range before the next one".to_owned(),
    };
    Some(format!("After the {} hostile line your voice was {words}{back}", ordinal(number)))
}

/// The whole recording in one phrase, as [`explain_shift`].
pub fn explain_voice(voice: &Voice) -> Option<String> {
    explain_shift(&VoiceShift {
        pitch_st: voice.pitch_st.value,
        loudness_lu: voice.loudness_lu.value,
        vocal_effort_db: voice.vocal_effort_db.value,
        rate_shift: voice.rate_shift.value,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shifts_are_said_with_numbers_largest_first() {
        let shift = VoiceShift {
            pitch_st: Some(2.8),
            loudness_lu: Some(1.0),
            vocal_effort_db: Some(7.0),
            rate_shift: Some(0.31),
        };
        assert_eq!(
            explain_shift(&shift).unwrap(),
            "7 dB more vocal effort, 2.8 semitones above your own, 31 % faster"
        );
        assert_eq!(explain_shift(&VoiceShift::default()), None);
    }

    #[test]
    fn a_provocation_names_its_line_and_the_way_back() {
        let p = Provocation {
            customer_start_s: 1.0,
            customer_end_s: 4.0,
            shift: [("pitch_st".to_owned(), 3.1)].into(),
            recovery_s: Some(6.5),
            confidence: crate::call::Confidence::Ok,
            reason: String::new(),
        };
        let text = explain_provocation(&p, 2).unwrap();
        assert_eq!(
            text,
            "After the second hostile line your voice was 3.1 semitones above your own; back inside your own range after 6 s"
        );
    }
}
