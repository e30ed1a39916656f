//! What the voice gives to say: shifts against the person's own baseline, in numbers, and never the name of a feeling.

use super::scene::{Candidate, Scene, brief};
use crate::call::{BaselineKind, Confidence, FindingKind, Provocation, Voice, VoiceTurn};
use crate::measure::voice::ordinal;
use FindingKind::{Change, Keep};

/// A shorter turn holds too few syllables to be spoken of alone, seconds.
const TURN_S: f64 = 2.0;

/// Candidates from the voice metrics; none where they are absent or not to be trusted.
pub(super) fn candidates<'a>(scene: &Scene<'a>) -> Vec<Candidate<'a>> {
    let voice = &scene.analysis.voice;
    if voice.steadiness.confidence != Confidence::Ok {
        return Vec::new();
    }
    let limits = &scene.rubric.coach;
    let heat_of = |p: &Provocation| p.shift.get("heat").copied();
    let hottest =
        voice.provocations.iter().enumerate().filter(|(_, p)| p.confidence == Confidence::Ok).max_by(
            |(_, a), (_, b)| heat_of(a).unwrap_or(f64::MIN).total_cmp(&heat_of(b).unwrap_or(f64::MIN)),
        );
    if let Some((index, worst)) =
        hottest.filter(|(_, p)| heat_of(p).is_some_and(|h| h >= limits.provoked_heat))
    {
        let get = |key: &str| worst.shift.get(key).copied();
        let mut slots = vec![(
            "shifts",
            shifts(get("pitch_st"), get("loudness_lu"), get("vocal_effort_db"), get("rate_shift")),
        )];
        slots.extend(worst.recovery_s.filter(|r| *r >= limits.recovery_s).map(|r| ("recovery", brief(r))));
        let (line, at) = (ordinal(index + 1), super::scene::clock(worst.customer_start_s));
        slots.push(("when", format!("After the {line} hostile line, at {at},")));
        slots.extend(measured(voice));
        let moment = (worst.customer_end_s, worst.customer_end_s + limits.recovery_s);
        return scene.candidate(Change, "steadiness", 1.0, moment, slots).into_iter().collect();
    }
    let whole = || {
        let (pitch, loudness) = (voice.pitch_st.value, voice.loudness_lu.value);
        shifts(pitch, loudness, voice.vocal_effort_db.value, voice.rate_shift.value)
    };
    let [lo, hi] = voice.heat.band.unwrap_or([f64::MIN, f64::MAX]);
    let Some(heat) = voice.heat.value else { return Vec::new() };
    let by_heat =
        |a: &&VoiceTurn, b: &&VoiceTurn| a.heat.unwrap_or_default().total_cmp(&b.heat.unwrap_or_default());
    // One turn can leave the band while the whole call stays inside it.
    let long = |t: &&VoiceTurn| t.end_s - t.start_s >= TURN_S;
    let hottest = voice.turns.iter().filter(long).max_by(by_heat);
    let hot = |t: &&VoiceTurn| heat > hi || t.heat.is_some_and(|h| h >= limits.turn_heat);
    if let Some(turn) = hottest.filter(hot) {
        let s = &turn.shift;
        let mut slots = vec![
            ("shifts", shifts(s.pitch_st, s.loudness_lu, s.vocal_effort_db, s.rate_shift)),
            ("when", format!("In your turn at {}", super::scene::clock(turn.start_s))),
        ];
        slots.extend(measured(voice));
        return scene
            .candidate(Change, "steadiness", 1.0, (turn.start_s, turn.end_s), slots)
            .into_iter()
            .collect();
    }
    if heat < lo {
        let Some(turn) = voice.turns.iter().min_by(by_heat) else { return Vec::new() };
        let slots = std::iter::once(("shifts", whole())).chain(measured(voice));
        let found = scene.candidate(Change, "neutral_tone", 1.0, (turn.start_s, turn.end_s), slots);
        return found.into_iter().collect();
    }
    let Some(line) = voice.provocations.first() else { return Vec::new() };
    let hostile = voice.provocations.len();
    let slots = vec![
        ("hostile", if hostile == 1 { "the one".into() } else { hostile.to_string() }),
        ("lines", if hostile == 1 { "line".into() } else { "lines".into() }),
        ("shifts", whole()),
    ];
    let moment = (line.customer_end_s, line.customer_end_s + limits.recovery_s);
    let slots = slots.into_iter().chain(measured(voice));
    scene.candidate(Keep, "stay_calm", 1.0, moment, slots).into_iter().collect()
}

/// What the voice was measured against, where that is not a baseline of its own.
fn measured(voice: &Voice) -> Option<(&'static str, String)> {
    (voice.baseline == BaselineKind::OwnTurns)
        .then(|| ("measured", "measured against your calmer turns of this call".to_owned()))
}

/// Shifts in words with their numbers; those too small to hear are left out.
fn shifts(pitch: Option<f64>, loudness: Option<f64>, effort: Option<f64>, rate: Option<f64>) -> String {
    let mut parts = Vec::new();
    let mut say = |value: Option<f64>, audible: f64, scale: f64, up: &str, down: &str| {
        if let Some(v) = value.filter(|v| v.abs() >= audible) {
            let number = if scale > 1.0 { format!("{:.0}", v.abs() * scale) } else { brief(v.abs()) };
            parts.push(format!("{number} {}", if v > 0.0 { up } else { down }));
        }
    };
    // Just noticeable differences are about half a semitone, 1 dB and 5 % of tempo.
    say(pitch, 0.5, 1.0, "semitones above your own pitch", "semitones below your own pitch");
    say(rate, 0.05, 100.0, "% faster", "% slower");
    say(loudness, 1.0, 1.0, "dB louder", "dB quieter");
    say(effort, 1.0, 1.0, "dB more pressed", "dB less pressed");
    if parts.is_empty() { "no audible shift".to_owned() } else { parts.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shifts_are_numbers_and_small_ones_are_left_out() {
        assert_eq!(
            shifts(Some(2.84), Some(0.4), None, Some(0.31)),
            "2.8 semitones above your own pitch, 31 % faster"
        );
        assert_eq!(
            shifts(Some(-1.0), None, Some(-2.0), None),
            "1 semitones below your own pitch, 2 dB less pressed"
        );
        assert_eq!(shifts(Some(0.1), None, None, None), "no audible shift");
    }
}
