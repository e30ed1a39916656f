//! The command line.

pub mod args;
pub mod output;
pub mod progress;

/// Runs the command line and returns its exit code.
pub fn main() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
