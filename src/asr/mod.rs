//! The recognizer and the speech detector (the only room that names whisper_rs).

pub mod detector;
pub mod models;
pub mod transcriber;
