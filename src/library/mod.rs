//! What is kept: scenarios in folders and packs; takes, ratings, journal, notes and trends in a database, audio beside it; the
//! installation's policy.

mod baselines;
mod error;
mod journal;
mod notes;
pub mod policy;
mod recovery;
mod retention;
pub mod scenarios;
mod schema;
mod store;
mod takes;
mod trends;

pub use baselines::StoredBaseline;
pub use error::LibraryError;
pub use journal::{Entry, Hit};
pub use notes::{Note, Scorecard};
pub use recovery::Recoverable;
pub use retention::Storage;
pub use scenarios::{Bundle, EmbeddedFiles, Found, Origin, ScenarioStore};
pub use store::Library;
pub use takes::{NewTake, Reflection, TakeDetail, TakeId, TakeKind, TakeState, TakeSummary};
pub use trends::{Trend, TrendPoint};

#[cfg(test)]
mod tests;
