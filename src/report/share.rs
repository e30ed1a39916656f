//! What may leave: an analysis without the voice.

use crate::call::{Analysis, Metric, Voice};

/// Behaviors, findings and measures that come from the voice.
const VOICE: [&str; 9] = [
    "stay_calm",
    "neutral_tone",
    "steadiness",
    "heat",
    "pitch_st",
    "loudness_lu",
    "vocal_effort_db",
    "rate_shift",
    "pitch_slope_shift",
];

/// Whether a behavior, a finding or a measure comes from the voice.
pub fn is_of_voice(id: &str) -> bool {
    VOICE.contains(&id)
}

/// The analysis without everything that was measured in the voice.
pub fn without_voice(analysis: &Analysis) -> Analysis {
    without_voice_because(analysis, "not exported")
}

/// The same with the reason that stands in its place.
pub fn without_voice_because(analysis: &Analysis, reason: &str) -> Analysis {
    let absent = || Metric::absent(reason);
    let mut out = analysis.clone();
    out.voice = Voice {
        heat: absent(),
        steadiness: absent(),
        pitch_st: absent(),
        loudness_lu: absent(),
        vocal_effort_db: absent(),
        rate_shift: absent(),
        pitch_slope_shift: absent(),
        ..Voice::default()
    };
    out.warnings.retain(|w| !w.code.contains("baseline"));
    out.findings.retain(|f| !is_of_voice(&f.id));
    out.behaviors.retain(|b| !is_of_voice(&b.id));
    out
}
