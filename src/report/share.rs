//! What may leave: an analysis without the voice.

use crate::call::{Analysis, Metric, Voice};

/// Behaviors, findings and measures that come from the voice.
const VOICE: [&str; 8] = [
    "stay_calm",
    "neutral_tone",
    "steadiness",
    "heat",
    "pitch_st",
    "loudness_lu",
    "vocal_effort_db",
    "rate_shift",
];

/// The analysis without everything that was measured in the voice.
pub fn without_voice(analysis: &Analysis) -> Analysis {
    let absent = || Metric::absent("not exported");
    let mut out = analysis.clone();
    out.voice = Voice {
        heat: absent(),
        steadiness: absent(),
        pitch_st: absent(),
        loudness_lu: absent(),
        vocal_effort_db: absent(),
        rate_shift: absent(),
        ..Voice::default()
    };
    out.findings.retain(|f| !VOICE.contains(&f.id.as_str()));
    out.behaviors.retain(|b| !VOICE.contains(&b.id.as_str()));
    out
}
