//! Delivery and voice metrics from spans, words and samples.
