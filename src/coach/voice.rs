//! What the voice gives to say: shifts against the person's own baseline, in numbers, and never the name of a feeling.

use super::scene::{Candidate, Scene, brief};
use crate::call::{BaselineKind, Confidence, FindingKind, Provocation, Voice, VoiceShift, VoiceTurn};
use crate::measure::voice::{audible_shift, ordinal, shift_of_provocation, shift_of_voice};
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
        let mut slots = vec![("shifts", heard(&shift_of_provocation(worst)))];
        slots.extend(worst.recovery_s.filter(|r| *r >= limits.recovery_s).map(|r| ("recovery", brief(r))));
        let (line, at) = (ordinal(index + 1), super::scene::clock(worst.customer_start_s));
        slots.push(("when", format!("After the {line} hostile line, at {at},")));
        slots.extend(measured(voice));
        let moment = (worst.customer_end_s, worst.customer_end_s + limits.recovery_s);
        return scene.candidate(Change, "steadiness", 1.0, moment, slots).into_iter().collect();
    }
    let whole = || heard(&shift_of_voice(voice));
    let [lo, hi] = voice.heat.band.unwrap_or([f64::MIN, f64::MAX]);
    let Some(heat) = voice.heat.value else { return Vec::new() };
    let by_heat =
        |a: &&VoiceTurn, b: &&VoiceTurn| a.heat.unwrap_or_default().total_cmp(&b.heat.unwrap_or_default());
    // One turn can leave the band while the whole call stays inside it.
    let long = |t: &&VoiceTurn| t.end_s - t.start_s >= TURN_S;
    let hottest = voice.turns.iter().filter(long).max_by(by_heat);
    let hot = |t: &&VoiceTurn| heat > hi || t.heat.is_some_and(|h| h >= limits.turn_heat);
    if let Some(turn) = hottest.filter(hot) {
        let mut slots = vec![
            ("shifts", heard(&turn.shift)),
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
fn heard(shift: &VoiceShift) -> String {
    audible_shift(shift).unwrap_or_else(|| "no audible shift".to_owned())
}
