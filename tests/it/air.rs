//! The virtual sound card: PulseAudio without hardware (`tests/virtual-audio`), private to a test.

use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A private sound server, gone with its owner.
pub(super) struct Air {
    dir: tempfile::TempDir,
}

impl Air {
    /// `None` with a visible line when the server is not installed.
    pub fn start(test: &str) -> Option<Self> {
        let there = |program: &str| {
            Command::new(program)
                .arg("--version")
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .is_ok()
        };
        if !["pulseaudio", "pactl", "paplay", "parecord"].iter().all(|p| there(p)) {
            // Not eprintln, which the test harness would swallow.
            let _ = writeln!(
                std::io::stderr(),
                "device::{test}: SKIPPED, install pulseaudio and pulseaudio-utils to run it"
            );
            return None;
        }
        let air = Self { dir: tempfile::tempdir().expect("a folder") };
        let status = air.script("start").status().expect("bash");
        assert!(
            status.success() && air.dir.path().join("native").exists(),
            "the virtual sound card did not start"
        );
        Some(air)
    }

    fn script(&self, what: &str) -> Command {
        let script = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(format!("tests/virtual-audio/{what}_virtual_audio.sh"));
        let mut command = Command::new("bash");
        command
            .arg(script)
            .env("VA_DIR", self.dir.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// Lets a program find the server.
    pub fn environment<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command
            .env("XDG_RUNTIME_DIR", self.dir.path())
            .env("PULSE_RUNTIME_PATH", self.dir.path())
            .env("PULSE_STATE_PATH", self.dir.path())
            .env("PULSE_SERVER", format!("unix:{}", self.dir.path().join("native").display()))
    }

    /// Records the truth from here on.
    pub fn recorder(&self, path: &Path) -> Recorder {
        let mut command = Command::new("parecord");
        self.environment(&mut command);
        Recorder::spawn(command, path)
    }

    /// Runs a test of `device` in a child that finds the server, and passes its output on.
    pub fn run(&self, inner: &str) {
        self.attempt(inner).unwrap_or_else(|said| panic!("{said}"));
    }

    /// What the child said if it failed.
    pub fn attempt(&self, inner: &str) -> Result<(), String> {
        let output = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", &format!("device::{inner}"), "--ignored", "--nocapture", "--test-threads=1"])
            .env("EVENKEEL_TEST_AIR", self.dir.path())
            .env("XDG_RUNTIME_DIR", self.dir.path())
            .env("PULSE_RUNTIME_PATH", self.dir.path())
            .env("PULSE_STATE_PATH", self.dir.path())
            .env("ALSA_CONFIG_PATH", self.dir.path().join("asound.conf"))
            .env("PULSE_SERVER", format!("unix:{}", self.dir.path().join("native").display()))
            .output()
            .expect("runs");
        let text = String::from_utf8_lossy(&output.stdout);
        text.lines().filter_map(|l| l.find("measured ").map(|at| &l[at..])).for_each(|l| {
            let _ = writeln!(std::io::stderr(), "device::{inner}: {l}");
        });
        if !output.status.success() {
            return Err(format!("{text}\n{}", String::from_utf8_lossy(&output.stderr)));
        }
        assert!(text.contains("1 passed"), "the inner test did not run: {text}");
        Ok(())
    }
}

impl Drop for Air {
    fn drop(&mut self) {
        let _ = self.script("stop").status();
    }
}

pub(super) struct Recorder(Child);

impl Recorder {
    pub fn start(path: &Path) -> Self {
        Self::spawn(Command::new("parecord"), path)
    }

    fn spawn(mut command: Command, path: &Path) -> Self {
        let child = command
            .args([
                "--device=air.monitor",
                "--file-format=wav",
                "--channels=2",
                "--rate=48000",
                "--latency-msec=20",
            ])
            .arg(path)
            .stdout(Stdio::null())
            .spawn()
            .expect("parecord");
        Self(child)
    }

    pub fn stop(&mut self) {
        // SIGINT lets it write its header.
        let _ = Command::new("kill").args(["-INT", &self.0.id().to_string()]).status();
        let _ = self.0.wait();
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        // Also when a test fails: it would hold the pipe that the outer test reads.
        let _ = self.0.kill();
    }
}
