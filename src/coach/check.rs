//! Targets for `--check`: what of a call is outside of the rubric.

use super::Rubric;
use super::scene::{brief, clock};
use crate::call::{Analysis, BehaviorKind, Confidence, Metric, behavior_info};

/// A target that was missed.
#[derive(Clone, Debug, PartialEq)]
pub struct Missed {
    /// Metric or behavior id.
    pub id: String,
    /// One line: what was measured against what.
    pub text: String,
}

impl std::fmt::Display for Missed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

/// Every target that a call missed, metrics first. Numbers that cannot be trusted miss nothing.
pub fn check(analysis: &Analysis, rubric: &Rubric) -> Vec<Missed> {
    let mut missed: Vec<Missed> =
        metrics(analysis).into_iter().filter_map(|(id, metric)| outside(id, metric, rubric)).collect();
    for silence in &analysis.dead_air {
        let seconds = silence.end_s - silence.start_s;
        if !silence.announced || seconds > rubric.limits.hold_max_s {
            let text = format!("{} s of silence at {}", brief(seconds), clock(silence.start_s));
            missed.push(Missed { id: "dead_air".into(), text });
        }
    }
    let mut named: Vec<(&str, usize)> = Vec::new();
    for b in analysis.behaviors.iter().filter(|b| b.kind == BehaviorKind::Hazard && b.id != "filler") {
        // Once a turn is enough.
        if named.contains(&(b.id.as_str(), b.turn)) {
            continue;
        }
        named.push((&b.id, b.turn));
        let title = behavior_info(&b.id).map_or(b.id.as_str(), |i| i.title);
        missed.push(Missed {
            id: b.id.clone(),
            text: format!("{title} at {}: “{}”", clock(b.start_s), b.text),
        });
    }
    missed
}

/// The metrics of a call with their ids, in the order of the format.
pub fn metrics(analysis: &Analysis) -> Vec<(&'static str, &Metric)> {
    let (d, v) = (&analysis.delivery, &analysis.voice);
    vec![
        ("response_latency_s", &d.response_latency_s),
        ("interruption_rate", &d.interruption_rate),
        ("talk_share", &d.talk_share),
        ("longest_monologue_s", &d.longest_monologue_s),
        ("speech_rate_wpm", &d.speech_rate_wpm),
        ("articulation_rate_sps", &d.articulation_rate_sps),
        ("pauses_per_min", &d.pauses_per_min),
        ("filled_per_100_words", &d.filled_per_100_words),
        ("steadiness", &v.steadiness),
        ("heat", &v.heat),
        ("pitch_st", &v.pitch_st),
        ("loudness_lu", &v.loudness_lu),
        ("vocal_effort_db", &v.vocal_effort_db),
        ("rate_shift", &v.rate_shift),
        ("pitch_slope_shift", &v.pitch_slope_shift),
    ]
}

fn outside(id: &str, metric: &Metric, rubric: &Rubric) -> Option<Missed> {
    let [lo, hi] = rubric.bands.of(id).or(metric.band)?;
    let value = metric.value?;
    let misses = metric.confidence == Confidence::Ok && !(lo..=hi).contains(&value);
    misses.then(|| Missed { id: id.to_owned(), text: format!("{id} is {value}, the band is {lo} to {hi}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_number_outside_its_band_misses_a_target() {
        let rubric = Rubric::embedded();
        assert!(outside("talk_share", &Metric::ok(0.8), &rubric).is_some());
        assert!(outside("talk_share", &Metric::ok(0.5), &rubric).is_none());
        assert!(outside("talk_share", &Metric::low(0.8, "short"), &rubric).is_none());
        assert!(outside("talk_share", &Metric::absent("one voice"), &rubric).is_none());
        // A band of the rubric wins over the one that the number brings; without one that holds.
        assert!(outside("talk_share", &Metric::ok(0.8).with_band(0.0, 1.0), &rubric).is_some());
        assert!(outside("pitch_st", &Metric::ok(3.0).with_band(-2.8, 2.8), &rubric).is_some());
    }
}
