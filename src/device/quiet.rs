//! The list of devices without what the system's sound libraries write to standard error while they look.

use super::{DeviceInfo, list};

/// As [`list`], with standard error closed to everybody meanwhile: for a command that does nothing else. ALSA and JACK write
/// a line for everything that is not there, past every handler that could be given to them.
#[cfg(unix)]
pub fn list_quietly() -> Vec<DeviceInfo> {
    use std::os::fd::AsFd;
    let kept = std::io::stderr().as_fd().try_clone_to_owned();
    let nowhere = std::fs::OpenOptions::new().write(true).open("/dev/null");
    let (Ok(kept), Ok(nowhere)) = (kept, nowhere) else { return list() };
    if nix::unistd::dup2_stderr(&nowhere).is_err() {
        return list();
    }
    let all = list();
    let _ = nix::unistd::dup2_stderr(&kept);
    all
}

/// As [`list`].
#[cfg(not(unix))]
pub fn list_quietly() -> Vec<DeviceInfo> {
    list()
}
