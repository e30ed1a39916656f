//! The title of whatever has an id: behaviors and measures.

use crate::call::{Analysis, Metric, behavior_info};
use crate::report::{MetricInfo, metric_info};

/// How a measure is shown.
pub fn look(id: &str) -> Option<&'static MetricInfo> {
    metric_info(id)
}

/// The title of a behavior or measure.
pub fn behavior_title(id: &str) -> &str {
    let of_the_turns = || TURNS.iter().find(|(known, _)| *known == id).map(|(_, title)| *title);
    behavior_info(id)
        .map(|i| i.title)
        .or_else(|| look(id).map(|l| l.name))
        .or_else(of_the_turns)
        .unwrap_or(id)
}

/// What advice is about that is neither a behavior nor a measure.
const TURNS: [(&str, &str); 4] = [
    ("dead_air", "Said what the silence was for"),
    ("interruption", "Let them get to the end"),
    ("pause_interruption", "Waited out their pauses"),
    ("yielded", "Gave way when they cut in"),
];

/// The value of a measure in an analysis.
pub fn metric<'a>(analysis: &'a Analysis, id: &str) -> Option<&'a Metric> {
    crate::coach::metrics(analysis).into_iter().find(|(known, _)| *known == id).map(|(_, metric)| metric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_comes_back_to_be_practiced_has_a_title_for_people() {
        for id in
            ["interruption", "pause_interruption", "dead_air", "yielded", "response_latency_s", "apologise"]
        {
            assert_ne!(behavior_title(id), id);
        }
    }
}
