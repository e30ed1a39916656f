//! The title of whatever has an id: behaviors and measures.

use crate::call::{Analysis, Metric, behavior_info};
use crate::report::{MetricInfo, metric_info};

/// How a measure is shown.
pub fn look(id: &str) -> Option<&'static MetricInfo> {
    metric_info(id)
}

/// The title of a behavior or measure.
pub fn behavior_title(id: &str) -> &str {
    behavior_info(id).map(|i| i.title).or_else(|| look(id).map(|l| l.name)).unwrap_or(id)
}

/// The value of a measure in an analysis.
pub fn metric<'a>(analysis: &'a Analysis, id: &str) -> Option<&'a Metric> {
    crate::coach::metrics(analysis).into_iter().find(|(known, _)| *known == id).map(|(_, metric)| metric)
}
