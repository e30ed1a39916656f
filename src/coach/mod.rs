//! Judgement: the rubric, the findings and what to say instead.

mod rubric;

pub use rubric::{Rubric, RubricError};
