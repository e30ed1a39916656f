//! One number with what is needed to trust it.

use serde::{Deserialize, Serialize};

/// How far a number can be trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Not measured: the value is null and the reason says why.
    #[default]
    Absent,
    /// Measured, with a reason to doubt it.
    Low,
    /// Measured.
    Ok,
}

/// A number, its confidence with the reason, and the band inside which nothing needs to be said.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    /// The number, three decimals; `None` exactly when the confidence is absent.
    pub value: Option<f64>,
    /// How far it can be trusted.
    pub confidence: Confidence,
    /// Why it is not `Ok`; empty when it is.
    pub reason: String,
    /// Lower and upper bound of the quiet band, from the rubric.
    pub band: Option<[f64; 2]>,
}

/// Three decimals, and no negative zero (equal input must give byte-equal output).
pub fn round3(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0 + 0.0
}

impl Metric {
    /// A trusted number; one that is not finite becomes absent.
    pub fn ok(value: f64) -> Self {
        if value.is_finite() {
            Self { value: Some(round3(value)), confidence: Confidence::Ok, reason: String::new(), band: None }
        } else {
            Self::absent("the computation had no result")
        }
    }

    /// A number with a reason to doubt it.
    pub fn low(value: f64, reason: impl Into<String>) -> Self {
        Self::ok(value).doubt(reason)
    }

    /// No number, and why.
    pub fn absent(reason: impl Into<String>) -> Self {
        Self { value: None, confidence: Confidence::Absent, reason: reason.into(), band: None }
    }

    /// Lowers the confidence of a present number; reasons add up.
    #[must_use]
    pub fn doubt(mut self, reason: impl Into<String>) -> Self {
        if self.value.is_some() {
            self.confidence = Confidence::Low;
            let reason = reason.into();
            if self.reason.is_empty() {
                self.reason = reason;
            } else if !self.reason.contains(&reason) {
                self.reason = format!("{}; {reason}", self.reason);
            }
        }
        self
    }

    /// Attaches the quiet band.
    #[must_use]
    pub fn with_band(mut self, lo: f64, hi: f64) -> Self {
        self.band = Some([lo, hi]);
        self
    }

    /// Whether the value lies outside its band; `None` without a value or a band.
    pub fn out_of_band(&self) -> Option<bool> {
        let ([lo, hi], value) = (self.band?, self.value?);
        Some(value < lo || value > hi)
    }
}
