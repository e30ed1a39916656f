//! Hands the arguments to the command line or opens the window.

/// The scenarios of `samples/scenarios`, listed by `build.rs`: only the binary holds their bytes, not the library or a test.
static SCENARIOS: evenkeel::library::EmbeddedFiles = include!(concat!(env!("OUT_DIR"), "/scenarios.rs"));

fn main() -> std::process::ExitCode {
    evenkeel::cli::main(SCENARIOS)
}
