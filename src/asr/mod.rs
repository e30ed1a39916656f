//! The recognizer and the speech detector (the only room that names `whisper_rs`).
//!
//! [`Store`] finds or fetches weights, [`Transcriber`] turns detected speech into words,
//! [`SileroDetector`](detector::SileroDetector) says where speech is.

mod cancel;
mod cleanup;
mod decode;
pub mod detector;
pub mod doubt;
mod embedded;
pub mod environment;
mod error;
mod guard;
mod header;
mod level;
pub mod models;
mod pool;
pub mod transcriber;
mod widen;
mod windows;
mod words;

pub use error::AsrError;
pub use models::{Embedded, ModelsError, Store, Weights};
pub use transcriber::{Channel, Options, Transcriber};
