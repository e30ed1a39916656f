//! Why a report could not be written.

/// A report could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The analysis could not be turned into JSON.
    #[error("the analysis could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A row could not be written.
    #[error("the results could not be written as CSV: {0}")]
    Csv(String),
}
