//! Starts the program again where its libraries need it, then hands the arguments to the command line or opens the window.

use evenkeel::asr::{self, environment};
use evenkeel::cli::{self, Embedded};

/// The scenarios of `samples/scenarios`, listed by `build.rs`: only the binary holds their bytes, not the library or a test.
static SCENARIOS: evenkeel::library::EmbeddedFiles = include!(concat!(env!("OUT_DIR"), "/scenarios.rs"));

/// The weights, so that one file works offline from any folder.
#[cfg(feature = "embed-models")]
static MODELS: asr::Embedded = asr::Embedded {
    base: Some(include_bytes!("../models/ggml-base-q5_1.bin")),
    silero: Some(include_bytes!("../models/ggml-silero-v6.2.0.bin")),
};
#[cfg(not(feature = "embed-models"))]
static MODELS: asr::Embedded = asr::Embedded { base: None, silero: None };

fn main() -> std::process::ExitCode {
    #[cfg(unix)]
    if let Some(variables) = environment::restart_with() {
        use std::os::unix::process::CommandExt;
        if let Ok(program) = std::env::current_exe() {
            // Comes back only when it fails; then the program is slower on a busy machine and nothing else.
            let _ =
                std::process::Command::new(program).args(std::env::args_os().skip(1)).envs(variables).exec();
        }
    }
    cli::main(Embedded { models: MODELS, scenarios: SCENARIOS })
}
