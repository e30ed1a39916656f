//! What stands where there is no finding: "nothing to change" only where something was measured.

use crate::call::{Analysis, Confidence, Speaker};

/// A title and a sentence.
pub(super) fn nothing_found(analysis: &Analysis) -> (&'static str, &'static str) {
    let speaks = |who: Speaker| analysis.spans.iter().any(|s| s.speaker == who);
    let roles = analysis.source.roles;
    if analysis.spans.is_empty() {
        return ("Nothing was measured", "There is no speech in this recording.");
    }
    if roles.agent.is_none() {
        return ("Nothing to say about the agent", "No channel was taken for the agent.");
    }
    if !speaks(Speaker::Agent) {
        return ("Nothing to say about the agent", "Nobody speaks on the agent's channel.");
    }
    let metrics = crate::coach::metrics(analysis);
    let mut trusted = metrics.iter().filter(|(_, m)| m.confidence == Confidence::Ok).peekable();
    if trusted.peek().is_none() {
        return (
            "Too little to judge by",
            "No number of this recording can be trusted enough to say what to change.",
        );
    }
    if trusted.any(|(_, m)| m.out_of_band() == Some(true)) {
        return (
            "Nothing stands out",
            "Some numbers lie outside their band; none of it is worth a moment of its own.",
        );
    }
    ("Nothing to change", "What could be measured lies inside its band.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{Metric, Roles, SpeakerSpan};

    #[test]
    fn nothing_to_change_needs_something_measured_inside_its_band() {
        let mut analysis = Analysis::default();
        assert_eq!(nothing_found(&analysis).0, "Nothing was measured");
        analysis.source.roles = Roles { customer: Some(0), agent: Some(1) };
        let span = |speaker| SpeakerSpan { speaker, start_s: 0.0, end_s: 1.0 };
        analysis.spans.push(span(Speaker::Customer));
        assert_eq!(nothing_found(&analysis).0, "Nothing to say about the agent");
        analysis.spans.push(span(Speaker::Agent));
        assert_eq!(nothing_found(&analysis).0, "Too little to judge by");
        analysis.delivery.talk_share = Metric::ok(0.5).with_band(0.0, 0.7);
        assert_eq!(nothing_found(&analysis).0, "Nothing to change");
        analysis.delivery.talk_share = Metric::ok(0.9).with_band(0.0, 0.7);
        assert_eq!(nothing_found(&analysis).0, "Nothing stands out");
    }
}
