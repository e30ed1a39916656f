//! Many files: found in order, worked on by bounded workers that share one model, resumed by content.
//!
//! What is finished lies in `OUT/.evenkeel/` under a name made of the file's content and of everything that shapes the
//! result, so that a second run goes on where the first stopped, whatever was renamed since. One broken file never stops it.

mod discover;
mod outcome;
mod run;

pub use discover::{Found, discover};
pub use outcome::{BatchError, Failure, Finished, Summary};
pub use run::{Event, Job, run};
