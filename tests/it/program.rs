//! Running the real binary.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The project's folder, where `samples/` is.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A sample call.
pub fn call(name: &str) -> PathBuf {
    root().join("samples/calls").join(name)
}

/// The program without anything of this machine: no policy, no data of the user, no display.
pub fn evenkeel(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_evenkeel"));
    command
        .current_dir(root())
        .env("EVENKEEL_DATA", home)
        .env("XDG_CONFIG_HOME", home)
        .env("XDG_DATA_HOME", home)
        .env_remove("EVENKEEL_POLICY")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY");
    command
}

/// Runs it and gives back what it wrote.
pub fn run(arguments: &[&str]) -> Output {
    let home = tempfile::tempdir().expect("a temporary folder");
    evenkeel(home.path()).args(arguments).output().expect("the program starts")
}

/// Standard output as text.
pub fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// Standard error as text.
pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
