//! Judgement: the rubric, the findings and what to say instead. What is said is data: `rubric.toml` and `advice/`.

mod advice;
mod check;
mod findings;
mod mirror;
mod offer;
mod rubric;
mod scene;
mod timing;
mod voice;
mod wording;

pub use check::{Missed, check, metrics};
pub use findings::findings;
pub use rubric::{CoachLimits, Rubric, RubricError, Weights};

#[cfg(test)]
mod tests;
