//! The one path from samples to an [`Analysis`](crate::call::Analysis).
