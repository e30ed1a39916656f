//! Shifts in words with their numbers: what was measured against the person's own voice, never what they felt.

use super::cues::Cue;
use super::heat::NEUTRAL_BAND;
use crate::call::{BaselineKind, Confidence, Provocation, Voice, VoiceShift};
use std::fmt::Write;

/// "2.8 semitones above your own, 4 LU louder, 31 % faster"; only what lies outside the person's usual variation, the
/// largest first, at most three; `None` when nothing does.
pub fn explain_shift(shift: &VoiceShift) -> Option<String> {
    in_words(shift, |part| part.value.abs() > 1.5 * part.spread)
}

/// The same with all that can be heard, for a voice that has left its range by several small shifts together; `None` when
/// nothing can.
pub fn audible_shift(shift: &VoiceShift) -> Option<String> {
    in_words(shift, |part| part.value.abs() >= part.audible)
}

struct Part {
    value: f64,
    /// Usual spread of one person, in the unit of the value.
    spread: f64,
    /// Just noticeable difference.
    audible: f64,
    words: fn(f64) -> String,
}

fn in_words(shift: &VoiceShift, said: impl Fn(&Part) -> bool) -> Option<String> {
    let share = |cue: Cue| cue.usual_spread().exp2() - 1.0;
    let part = |value: Option<f64>, spread: f64, audible: f64, words: fn(f64) -> String| {
        Some(Part { value: value?, spread, audible, words })
    };
    // About half a semitone, 1 dB and 5 % of tempo are just noticed; of movement, no source known.
    let all = [
        part(shift.pitch_st, Cue::Pitch.usual_spread(), 0.5, pitch_words),
        part(shift.loudness_lu, Cue::Loudness.usual_spread(), 1.0, loudness_words),
        part(shift.vocal_effort_db, Cue::Alpha.usual_spread(), 1.0, effort_words),
        part(shift.rate_shift, share(Cue::Rate), 0.05, rate_words),
        part(shift.pitch_slope_shift, share(Cue::Slope), 0.2, movement_words),
    ];
    let mut parts: Vec<Part> = all.into_iter().flatten().filter(said).collect();
    parts.sort_by(|a, b| (b.value / b.spread).abs().total_cmp(&(a.value / a.spread).abs()));
    let words: Vec<String> = parts.iter().take(3).map(|p| (p.words)(p.value)).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// "2.8 semitones above your own".
fn pitch_words(semitones: f64) -> String {
    format!("{:.1} semitones {} your own", semitones.abs(), if semitones >= 0.0 { "above" } else { "below" })
}

/// "4 LU louder".
fn loudness_words(lu: f64) -> String {
    format!("{:.0} LU {}", lu.abs(), if lu >= 0.0 { "louder" } else { "quieter" })
}

/// "5 dB more pressed".
fn effort_words(db: f64) -> String {
    format!("{:.0} dB {} pressed", db.abs(), if db >= 0.0 { "more" } else { "less" })
}

/// "31 % faster".
fn rate_words(share: f64) -> String {
    format!("{:.0} % {}", 100.0 * share.abs(), if share >= 0.0 { "faster" } else { "slower" })
}

/// "40 % livelier in pitch".
fn movement_words(share: f64) -> String {
    format!("{:.0} % {} in pitch", 100.0 * share.abs(), if share >= 0.0 { "livelier" } else { "flatter" })
}

/// "first", "second" ...; numbers beyond ten.
pub fn ordinal(n: usize) -> String {
    const WORDS: [&str; 10] =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    let ending = match (n % 10, n % 100) {
        (1, tens) if tens != 11 => "st",
        (2, tens) if tens != 12 => "nd",
        (3, tens) if tens != 13 => "rd",
        _ => "th",
    };
    WORDS.get(n.wrapping_sub(1)).map_or_else(|| format!("{n}{ending}"), |w| (*w).to_owned())
}

/// What a hostile line did, in one sentence; `number` counts the hostile lines from 1.
pub fn explain_provocation(provocation: &Provocation, number: usize) -> String {
    let after = format!("After the {} hostile line", ordinal(number));
    if provocation.confidence == Confidence::Absent {
        return format!("{after} the voice was not measured: {}", provocation.reason);
    }
    let shift = shift_of_provocation(provocation);
    let [low, high] = NEUTRAL_BAND;
    let left = provocation.shift.get("heat").is_some_and(|h| !(low..=high).contains(h));
    let words = explain_shift(&shift).or_else(|| audible_shift(&shift).filter(|_| left));
    let back = provocation.recovery_s.filter(|s| *s > 0.0);
    let back = back.map(|s| if s < 1.0 { "within a second".to_owned() } else { format!("after {s:.0} s") });
    let mut text = match (words, back) {
        (Some(words), Some(back)) => {
            format!("{after} your voice was {words}; back inside your own range {back}")
        }
        (Some(words), None) => format!("{after} your voice was {words}"),
        (None, Some(back)) => {
            format!("{after} your voice left your own range for a moment, and was back {back}")
        }
        (None, None) => format!("{after} your voice stayed within your own range"),
    };
    if !provocation.reason.is_empty() {
        let _ = write!(text, " ({})", provocation.reason);
    }
    text
}

/// The shifts of the agent's next 10 s.
pub fn shift_of_provocation(provocation: &Provocation) -> VoiceShift {
    let get = |key: &str| provocation.shift.get(key).copied();
    VoiceShift {
        pitch_st: get("pitch_st"),
        loudness_lu: get("loudness_lu"),
        vocal_effort_db: get("vocal_effort_db"),
        rate_shift: get("rate_shift"),
        pitch_slope_shift: get("pitch_slope_shift"),
    }
}

/// Every number of a row with the difference from the replies to milder lines in brackets: "heat +3.1 (+2.7), ...".
pub fn provocation_numbers(provocation: &Provocation) -> String {
    let number = |key: &str, name: &str, scale: f64, digits: usize, unit: &str| {
        let shown = |v: f64| {
            // No "-0.0".
            let step = 10f64.powi(digits as i32);
            let v = (v * scale * step).round() / step + 0.0;
            format!("{v:+.digits$}")
        };
        let value = provocation.shift.get(key)?;
        let mild = provocation.shift.get(&format!("{key}_vs_mild"));
        let mild = mild.map_or_else(String::new, |m| format!(" ({})", shown(*m)));
        Some(format!("{name} {}{unit}{mild}", shown(*value)))
    };
    let all = [
        number("heat", "heat", 1.0, 1, ""),
        number("pitch_st", "pitch", 1.0, 1, " semitones"),
        number("loudness_lu", "loudness", 1.0, 1, " LU"),
        number("vocal_effort_db", "effort", 1.0, 1, " dB"),
        number("rate_shift", "pace", 100.0, 0, " %"),
        number("pitch_slope_shift", "pitch movement", 100.0, 0, " %"),
        number("latency_s", "latency", 1.0, 1, " s"),
    ];
    all.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// What a voice was compared with; `None` when with nothing.
pub fn baseline_words(kind: BaselineKind) -> Option<&'static str> {
    match kind {
        BaselineKind::Given => Some("the recordings that were given as its baseline"),
        BaselineKind::SoundCheck => Some("the free talk of the sound check"),
        BaselineKind::OwnTurns => Some("the calmer turns of this recording itself"),
        BaselineKind::None => None,
    }
}

/// The shifts of the whole recording.
pub fn shift_of_voice(voice: &Voice) -> VoiceShift {
    VoiceShift {
        pitch_st: voice.pitch_st.value,
        loudness_lu: voice.loudness_lu.value,
        vocal_effort_db: voice.vocal_effort_db.value,
        rate_shift: voice.rate_shift.value,
        pitch_slope_shift: voice.pitch_slope_shift.value,
    }
}

/// The whole recording in one phrase, as [`explain_shift`].
pub fn explain_voice(voice: &Voice) -> Option<String> {
    explain_shift(&shift_of_voice(voice))
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
            pitch_slope_shift: None,
        };
        assert_eq!(
            explain_shift(&shift).unwrap(),
            "7 dB more pressed, 2.8 semitones above your own, 31 % faster"
        );
        assert_eq!(explain_shift(&VoiceShift::default()), None);
    }

    #[test]
    fn several_small_shifts_are_said_where_the_voice_left_its_range_by_their_sum() {
        let shift = VoiceShift {
            pitch_st: Some(-1.0),
            loudness_lu: Some(0.4),
            vocal_effort_db: Some(1.8),
            rate_shift: None,
            pitch_slope_shift: Some(0.3),
        };
        assert_eq!(explain_shift(&shift), None);
        assert_eq!(
            audible_shift(&shift).unwrap(),
            "30 % livelier in pitch, 2 dB more pressed, 1.0 semitones below your own"
        );
        assert_eq!(audible_shift(&VoiceShift { pitch_st: Some(0.1), ..VoiceShift::default() }), None);
    }

    #[test]
    fn a_provocation_names_its_line_and_the_way_back() {
        let mut p = Provocation {
            customer_start_s: 1.0,
            customer_end_s: 4.0,
            shift: [
                ("pitch_st", 3.1),
                ("pitch_st_vs_mild", 2.04),
                ("rate_shift", -0.004),
                ("latency_s", 1.5),
            ]
            .map(|(key, value)| (key.to_owned(), value))
            .into(),
            recovery_s: Some(6.5),
            confidence: Confidence::Ok,
            reason: String::new(),
        };
        assert_eq!(
            explain_provocation(&p, 2),
            "After the second hostile line your voice was 3.1 semitones above your own; back inside your own range after 6 s"
        );
        assert_eq!(provocation_numbers(&p), "pitch +3.1 semitones (+2.0), pace +0 %, latency +1.5 s");
        p.shift.clear();
        p.recovery_s = Some(0.5);
        assert_eq!(
            explain_provocation(&p, 3),
            "After the third hostile line your voice left your own range for a moment, and was back within a second"
        );
        p.recovery_s = Some(0.0);
        assert_eq!(
            explain_provocation(&p, 21),
            "After the 21st hostile line your voice stayed within your own range"
        );
        (p.confidence, p.reason) = (Confidence::Absent, "the agent said nothing after it".to_owned());
        assert_eq!(
            explain_provocation(&p, 1),
            "After the first hostile line the voice was not measured: the agent said nothing after it"
        );
    }
}
