//! One thing worth saying about a call.

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
