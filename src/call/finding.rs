//! One thing worth saying about a call.

use super::{Analysis, ResponseKind, Speaker};
use serde::{Deserialize, Serialize};

/// What the person should do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// Keep doing this.
    Keep,
    /// Do this differently.
    Change,
    /// Try this next time.
    Try,
}

/// A finding names the moment, what was measured against what, why it matters, and one sentence to say instead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// A behavior or metric id.
    pub id: String,
    /// Keep, change or try.
    pub kind: FindingKind,
    /// One line.
    pub title: String,
    /// What was measured against what, and why it matters to the customer.
    pub because: String,
    /// A sentence that fits this scenario; empty for `Keep`.
    pub say_instead: String,
    /// Start of the moment to hear.
    pub start_s: f64,
    /// End of the moment to hear.
    pub end_s: f64,
    /// Where the advice comes from.
    pub sources: Vec<String>,
}

impl Finding {
    /// The moment that it is about. What is heard may begin earlier, so that it can be understood: an interruption is
    /// heard with the customer's words before it, which may be another line than the one that was cut off.
    pub fn moment_s(&self, analysis: &Analysis) -> f64 {
        let inside = |s: &f64| (self.start_s..=self.end_s).contains(s);
        let found = match self.id.as_str() {
            "interruption" => {
                let rows = analysis.interruptions.iter().filter(|i| inside(&i.start_s));
                rows.max_by(|a, b| a.overlap_s.total_cmp(&b.overlap_s)).map(|i| i.start_s)
            }
            "pause_interruption" => {
                let rows = analysis.responses.iter().filter(|r| r.kind == ResponseKind::PauseInterruption);
                rows.map(|r| r.agent_start_s).find(inside)
            }
            "yielded" => {
                let theirs = analysis.turns.iter().filter(|t| t.speaker == Speaker::Customer);
                theirs.map(|t| t.start_s).rfind(inside)
            }
            _ => None,
        };
        found.unwrap_or(self.start_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::Interruption;

    #[test]
    fn an_interruption_is_about_its_onset_and_not_about_what_is_heard_before_it() {
        let finding = |id: &str| Finding {
            id: id.into(),
            kind: FindingKind::Change,
            title: String::new(),
            because: String::new(),
            say_instead: String::new(),
            start_s: 115.3,
            end_s: 119.9,
            sources: Vec::new(),
        };
        let rows = [(40.0, 3.0), (116.0, 0.6), (117.3, 1.6)];
        let interruptions =
            rows.iter().map(|&(start_s, overlap_s)| Interruption { start_s, overlap_s }).collect();
        let analysis = Analysis { interruptions, ..Analysis::default() };
        assert!((finding("interruption").moment_s(&analysis) - 117.3).abs() < 1e-9, "the longest in it");
        assert!((finding("command").moment_s(&analysis) - 115.3).abs() < 1e-9);
    }
}
