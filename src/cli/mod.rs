//! The command line.

pub mod args;
pub mod output;
pub mod progress;

/// Runs the command line with the scenarios that the binary holds, and returns its exit code.
pub fn main(_scenarios: crate::library::EmbeddedFiles) -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
