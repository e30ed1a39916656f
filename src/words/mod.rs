//! Behaviors and hazards in the words of a reply: rules as data (`rules/<language>/<id>.toml`), a small model above
//! them, and what can only be told by comparing with the customer's own words.

mod conditions;
mod embedded;
mod error;
mod hearing;
mod hit;
mod index;
mod jargon;
mod language;
mod mask;
mod model;
mod node;
mod paraphrase;
mod pattern;
mod program;
mod rulefile;
mod rules;
mod sentences;
mod token;
pub mod train;

pub use error::WordsError;
pub use hearing::ReplyContext;
pub use hit::Hit;
pub use mask::{mask_numbers, mask_words};
pub use model::Model;
pub use rulefile::Example;
pub use rules::Rules;
