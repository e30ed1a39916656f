//! How each measure is shown: its name, unit and definition, for cards, trends and sparklines.

use crate::call::{Analysis, Metric, behavior_info};
use crate::desktop::widgets::MetricLook;

/// Id and look of every measure.
const LOOKS: [(&str, MetricLook); 14] = [
    (
        "response_latency_s",
        MetricLook {
            name: "Time to answer",
            unit: "s",
            decimals: 1,
            scale: 1.0,
            definition: "Median time from the end of the customer's turn to the start of your reply. Conversation runs at \
                         about 0.2 s; up to 2 s reads as thinking, more as not listening (Stivers et al. 2009).",
        },
    ),
    (
        "interruption_rate",
        MetricLook {
            name: "Interruptions",
            unit: "%",
            decimals: 0,
            scale: 100.0,
            definition: "Share of your turns that began more than 0.5 s before the customer was done and overlapped longer \
                         than 0.5 s. Nods such as “mm-hm” and overlaps at the very end do not count (Heldner & Edlund 2010).",
        },
    ),
    (
        "speech_rate_wpm",
        MetricLook {
            name: "Pace",
            unit: "words/min",
            decimals: 0,
            scale: 1.0,
            definition: "Words a minute of your turns including their pauses, over turns of at least 8 words.",
        },
    ),
    (
        "pauses_per_min",
        MetricLook {
            name: "Pauses",
            unit: "a minute",
            decimals: 0,
            scale: 1.0,
            definition: "Silent pauses of at least 0.25 s inside your turns, a minute of turn time. Pauses give a customer \
                         room; very few sound like reading out.",
        },
    ),
    (
        "filled_per_100_words",
        MetricLook {
            name: "Ums and ers",
            unit: "per 100 words",
            decimals: 1,
            scale: 1.0,
            definition: "Filled pauses in 100 words. The recognizer drops some of them, so this is a lower bound.",
        },
    ),
    (
        "talk_share",
        MetricLook {
            name: "Your share of the talk",
            unit: "%",
            decimals: 0,
            scale: 100.0,
            definition: "Your speech divided by the speech of both.",
        },
    ),
    (
        "longest_monologue_s",
        MetricLook {
            name: "Longest turn",
            unit: "s",
            decimals: 0,
            scale: 1.0,
            definition: "Your longest turn without the customer.",
        },
    ),
    (
        "articulation_rate_sps",
        MetricLook {
            name: "Speed of speaking",
            unit: "syllables/s",
            decimals: 1,
            scale: 1.0,
            definition: "Syllable nuclei a second while you speak, pauses left out (after de Jong & Wempe 2009).",
        },
    ),
    (
        "steadiness",
        MetricLook {
            name: "Steadiness",
            unit: "of 100",
            decimals: 0,
            scale: 1.0,
            definition: "How close your voice stayed to your own neutral one: pitch, loudness, effort and rate together, \
                         against your baseline. 100 = inside it all the time. It says nothing about what you felt.",
        },
    ),
    (
        "heat",
        MetricLook {
            name: "Voice against your own",
            unit: "spreads",
            decimals: 1,
            scale: 1.0,
            definition: "One signed number from pitch, loudness, effort and rate, in units of your own neutral spread. \
                         Above 0 = more pressed than your neutral voice, below = flatter.",
        },
    ),
    (
        "pitch_st",
        MetricLook {
            name: "Pitch",
            unit: "semitones",
            decimals: 1,
            scale: 1.0,
            definition: "Median pitch of your voice over its baseline.",
        },
    ),
    (
        "loudness_lu",
        MetricLook {
            name: "Loudness",
            unit: "LU",
            decimals: 1,
            scale: 1.0,
            definition: "Loudness of your speech over its baseline, after ITU-R BS.1770. A headset with automatic gain hides it.",
        },
    ),
    (
        "vocal_effort_db",
        MetricLook {
            name: "Effort",
            unit: "dB",
            decimals: 1,
            scale: 1.0,
            definition: "Shift of the alpha ratio (energy above against below 1 kHz) over your baseline: a pressed voice is brighter.",
        },
    ),
    (
        "rate_shift",
        MetricLook {
            name: "Faster than your own",
            unit: "%",
            decimals: 0,
            scale: 100.0,
            definition: "Syllables a second against your baseline; above 0 = faster.",
        },
    ),
];

/// The look of a measure.
pub fn look(id: &str) -> Option<&'static MetricLook> {
    LOOKS.iter().find(|(known, _)| *known == id).map(|(_, look)| look)
}

/// The title of a behavior or measure.
pub fn behavior_title(id: &str) -> &str {
    behavior_info(id).map(|i| i.title).or_else(|| look(id).map(|l| l.name)).unwrap_or(id)
}

/// The value of a measure in an analysis.
pub fn metric<'a>(analysis: &'a Analysis, id: &str) -> Option<&'a Metric> {
    let (d, v) = (&analysis.delivery, &analysis.voice);
    Some(match id {
        "response_latency_s" => &d.response_latency_s,
        "interruption_rate" => &d.interruption_rate,
        "speech_rate_wpm" => &d.speech_rate_wpm,
        "pauses_per_min" => &d.pauses_per_min,
        "filled_per_100_words" => &d.filled_per_100_words,
        "talk_share" => &d.talk_share,
        "longest_monologue_s" => &d.longest_monologue_s,
        "articulation_rate_sps" => &d.articulation_rate_sps,
        "steadiness" => &v.steadiness,
        "heat" => &v.heat,
        "pitch_st" => &v.pitch_st,
        "loudness_lu" => &v.loudness_lu,
        "vocal_effort_db" => &v.vocal_effort_db,
        "rate_shift" => &v.rate_shift,
        _ => return None,
    })
}
