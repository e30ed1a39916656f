//! The command line: arguments in, data on standard output, talk on standard error, an exit code.

mod analyze;
pub mod args;
mod batch;
mod doctor;
mod engines;
mod models;
mod output;
mod progress;
mod scenarios;
mod words;

use args::{Cli, Command};
use std::process::ExitCode;

/// What `main.rs` carries in the binary and hands down.
#[derive(Clone, Copy)]
pub struct Embedded {
    /// Recognizer weights.
    pub models: crate::asr::Embedded,
    /// Scenario folders.
    pub scenarios: crate::library::EmbeddedFiles,
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All done.
    Done,
    /// Done, but some files failed or a target was missed.
    Partly,
    /// Nothing could be done.
    Nothing,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::SUCCESS,
            Outcome::Partly => Self::from(1),
            Outcome::Nothing => Self::from(2),
        }
    }
}

/// Runs the command line.
pub fn main(embedded: Embedded) -> ExitCode {
    let cli = match Cli::read() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers (0); anything else means that nothing could be done.
            let code = if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
            let _ = error.print();
            return code;
        }
    };
    let result = match cli.command {
        Some(Command::Analyze(args)) => analyze::analyze(&args, &embedded),
        Some(Command::Transcribe(args)) => analyze::transcribe(&args, &embedded),
        Some(Command::Batch(args)) => batch::run(&args, &embedded),
        Some(Command::Words(args)) => words::run(&args, &embedded),
        Some(Command::Scenarios(args)) => scenarios::run(&args, &embedded),
        Some(Command::Models(args)) => models::run(&args, &embedded),
        Some(Command::Doctor) => Ok(doctor::run(&embedded)),
        Some(Command::Devices) => Ok(doctor::devices()),
        Some(Command::Practice(args)) => window(args.scenario.as_deref(), &embedded),
        None => window(None, &embedded),
    };
    match result {
        Ok(outcome) => outcome.into(),
        Err(error) => {
            eprintln!("evenkeel: {}", told(&error));
            ExitCode::from(2)
        }
    }
}

/// What went wrong, with its causes that are not said already.
fn told(error: &anyhow::Error) -> String {
    let mut out = error.to_string();
    for cause in error.chain().skip(1) {
        let text = cause.downcast_ref().map_or_else(|| cause.to_string(), output::why);
        if !out.contains(&text) && !out.contains(&cause.to_string()) {
            out = format!("{out}: {text}");
        }
    }
    out
}

/// Opens the window, or says what to do where there is no display.
fn window(scenario: Option<&str>, embedded: &Embedded) -> anyhow::Result<Outcome> {
    if !has_display() {
        eprintln!("evenkeel: there is no display here to open the window on.");
        eprintln!("Recordings can be analyzed without one:\n");
        eprintln!("    evenkeel analyze call.wav\n    evenkeel batch DIR --out OUT\n");
        eprintln!("`evenkeel --help` lists all commands.");
        return Ok(Outcome::Nothing);
    }
    #[cfg(feature = "desktop")]
    {
        crate::desktop::run(scenario, embedded)?;
        Ok(Outcome::Done)
    }
    #[cfg(not(feature = "desktop"))]
    {
        let _ = (scenario, embedded);
        anyhow::bail!(
            "this build has no window (it was made without the `desktop` feature); `evenkeel --help` lists the commands"
        )
    }
}

/// Whether a window can be opened at all.
fn has_display() -> bool {
    !cfg!(all(unix, not(target_os = "macos")))
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|v| !v.is_empty()))
}
