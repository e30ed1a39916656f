//! The virtual sound card: this benchmark again, in an environment in which cpal finds it.

use super::root;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

fn script(what: &str, dir: &Path) {
    let script = root().join(format!("tests/virtual-audio/{what}_virtual_audio.sh"));
    let mut command = Command::new("bash");
    command.arg(script).env("VA_DIR", dir).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let _ = command.status();
}

/// Runs this program again, with the card.
pub fn again_with_card() {
    let dir = tempfile::tempdir().expect("a folder");
    script("start", dir.path());
    assert!(
        dir.path().join("native").exists(),
        "the virtual sound card did not start: is PulseAudio installed?"
    );
    let status = Command::new(std::env::current_exe().expect("this program"))
        .args(std::env::args().skip(1))
        .env("EVENKEEL_BENCH_AIR", dir.path())
        .env("XDG_RUNTIME_DIR", dir.path())
        .env("PULSE_RUNTIME_PATH", dir.path())
        .env("PULSE_STATE_PATH", dir.path())
        .env("PULSE_SERVER", format!("unix:{}", dir.path().join("native").display()))
        .status();
    script("stop", dir.path());
    assert!(status.expect("runs").success());
}

/// Says a file into the microphone.
pub fn say(path: &Path) -> Child {
    Command::new("paplay").arg("--device=mouth").arg(path).spawn().expect("paplay")
}

/// Records what really sounds: left the loudspeaker, right the mouth.
pub struct Truth(Child, PathBuf);

impl Truth {
    pub fn record(path: PathBuf) -> Self {
        let child = Command::new("parecord")
            .args([
                "--device=air.monitor",
                "--file-format=wav",
                "--channels=2",
                "--rate=48000",
                "--latency-msec=20",
            ])
            .arg(&path)
            .stdout(Stdio::null())
            .spawn()
            .expect("parecord");
        Self(child, path)
    }

    pub fn stop(mut self) -> PathBuf {
        // SIGINT lets it write its header.
        let _ = Command::new("kill").args(["-INT", &self.0.id().to_string()]).status();
        let _ = self.0.wait();
        self.1
    }
}
