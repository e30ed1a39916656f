//! The one path from samples to an [`Analysis`](crate::call::Analysis), for the window, the command line, batches and tests.

pub mod roles;
