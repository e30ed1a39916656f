//! What is known about a call before it starts: plain data out of a scenario, so that `words` and `coach` need not know scenarios.

/// Whose fault the problem is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The company's.
    Ours,
    /// The customer's or somebody else's.
    Theirs,
    /// Nobody's.
    Nobody,
    /// Not known yet.
    #[default]
    Unknown,
}

/// A customer line as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FactLine {
    /// Its id in the scenario.
    pub id: String,
    /// Exact words of the recording.
    pub text: String,
    /// 1 mild to 5 abusive.
    pub heat: u8,
}

/// What is known about a call before it starts. Everything may be empty: a real recording has no scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Scenario id; empty without one.
    pub scenario: String,
    /// One line on the problem ("Charged twice for one month").
    pub title: String,
    /// How the customer is addressed.
    pub customer_name: Option<String>,
    /// Whose fault it is.
    pub fault: Fault,
    /// 1 mild to 5 abusive; 0 when unknown.
    pub heat: u8,
    /// What may be offered.
    pub can_offer: Vec<String>,
    /// What may not.
    pub cannot_offer: Vec<String>,
    /// Behavior ids that this scenario asks for.
    pub expects: Vec<String>,
    /// Words of this company that must be explained.
    pub jargon: Vec<String>,
    /// The customer's lines, where they are known.
    pub lines: Vec<FactLine>,
}

impl Facts {
    /// Whether a boundary may be called for: a scenario or one of its lines is abusive (heat 5).
    pub fn is_abusive(&self) -> bool {
        self.heat >= 5 || self.lines.iter().any(|l| l.heat >= 5)
    }
}
