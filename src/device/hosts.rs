//! The sound systems of this machine, each connected to once.

use cpal::traits::HostTrait;
use std::str::FromStr as _;
use std::sync::{Arc, Mutex, PoisonError};

/// Name of the host whose server converts rates and may move streams between devices.
pub(super) const PULSE: &str = "PulseAudio";

/// The sound systems that are connected to. The connection to a PulseAudio server outlives its handle (its thread waits for
/// ever), and a server takes 64 of them: each is made once and kept.
static HOSTS: Mutex<Vec<Arc<cpal::Host>>> = Mutex::new(Vec::new());

fn connected(id: cpal::HostId) -> Option<Arc<cpal::Host>> {
    let hosts = || HOSTS.lock().unwrap_or_else(PoisonError::into_inner);
    let known = hosts().iter().find(|h| h.id() == id).cloned();
    // A server that was restarted needs a new one.
    let answers = |host: &Arc<cpal::Host>| id.name() != PULSE || host.devices().is_ok();
    if let Some(host) = known.filter(answers) {
        return Some(host);
    }
    let host = Arc::new(cpal::host_from_id(id).ok()?);
    let mut hosts = hosts();
    hosts.retain(|h| h.id() != id);
    hosts.push(host.clone());
    Some(host)
}

/// The sound system in use: the first that answers.
pub(super) fn host() -> Option<Arc<cpal::Host>> {
    cpal::available_hosts().into_iter().find_map(connected)
}

/// The sound system of a chosen device, whose identifier begins with its name; else the first that answers.
pub(super) fn host_of(wanted: Option<&str>) -> Option<Arc<cpal::Host>> {
    let named = wanted.and_then(|id| cpal::DeviceId::from_str(id).ok());
    named.and_then(|id| connected(id.host())).or_else(host)
}
