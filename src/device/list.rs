//! The microphones and loudspeakers there are, and what is wrong with each.

use super::error::Side;
use super::hosts;
use cpal::traits::{DeviceTrait, HostTrait};
use std::sync::mpsc::channel;
use std::time::Duration;

/// How long the sound system may take to list its devices.
const DEADLINE: Duration = Duration::from_secs(5);

/// What a device does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Records.
    Input,
    /// Plays.
    Output,
}

/// A microphone or a loudspeaker. A device that does both is listed twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceInfo {
    /// Stable, for [`Choice`](super::Choice) and for settings.
    pub id: String,
    /// For people.
    pub name: String,
    /// What it does.
    pub direction: Direction,
    /// Whether it is used when nothing is chosen.
    pub is_default: bool,
    /// The sound system behind it.
    pub host: String,
    /// Its own sample rate, in Hz; 0 when it does not tell.
    pub rate_hz: u32,
    /// Least and greatest sample rate it takes, in Hz; 0 when it does not tell.
    pub rates_hz: (u32, u32),
    /// Its own number of channels; 0 when it does not tell.
    pub channels: u16,
    /// What is wrong with it, in a sentence with the remedy.
    pub trouble: Option<String>,
}

/// All devices of the sound system in use, microphones first, the default ones on top; empty when there is none or it
/// does not answer within five seconds.
pub fn list() -> Vec<DeviceInfo> {
    within_deadline(|| {
        let Some(host) = hosts::host() else { return Vec::new() };
        let mut all = one_direction(&host, Direction::Input);
        all.extend(one_direction(&host, Direction::Output));
        all
    })
    .unwrap_or_default()
}

/// Why no call can be made with these devices, in sentences; empty when one can.
pub fn diagnose(devices: &[DeviceInfo]) -> Vec<String> {
    let mut out = Vec::new();
    for (direction, side) in [(Direction::Input, Side::Input), (Direction::Output, Side::Output)] {
        let mut of_kind = devices.iter().filter(|d| d.direction == direction).peekable();
        if of_kind.peek().is_none() {
            out.push(format!(
                "No {side} was found. Connect one, and check that it is switched on in the sound settings."
            ));
        } else if of_kind.all(|d| d.trouble.is_some()) {
            out.push(format!("No {side} that was found can be used. Connect another one."));
        }
    }
    out
}

/// Identifiers of all devices; empty when they could not be listed.
pub(super) fn ids() -> Vec<String> {
    let list = || {
        let devices = hosts::host()?.devices().ok()?;
        Some(devices.filter_map(|d| d.id().ok()).map(|id| id.to_string()).collect())
    };
    within_deadline(list).flatten().unwrap_or_default()
}

fn within_deadline<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (send, receive) = channel();
    std::thread::Builder::new()
        .name("device-list".to_owned())
        .spawn(move || {
            let _ = send.send(work());
        })
        .ok()?;
    receive.recv_timeout(DEADLINE).ok()
}

fn one_direction(host: &cpal::Host, direction: Direction) -> Vec<DeviceInfo> {
    let input = direction == Direction::Input;
    let default = if input { host.default_input_device() } else { host.default_output_device() };
    let default = default.and_then(|d| d.id().ok());
    let Ok(devices) = host.devices() else { return Vec::new() };
    let mut all: Vec<DeviceInfo> = devices
        .filter(|d| if input { d.supports_input() } else { d.supports_output() })
        .filter_map(|device| {
            let id = device.id().ok()?;
            let own = if input { device.default_input_config() } else { device.default_output_config() };
            let refused = own.as_ref().err().map(ToString::to_string);
            let trouble = trouble(&id.to_string(), input, refused.as_deref());
            let rates: Vec<(u32, u32)> = if input {
                device
                    .supported_input_configs()
                    .map(|all| all.map(|c| (c.min_sample_rate(), c.max_sample_rate())).collect())
            } else {
                device
                    .supported_output_configs()
                    .map(|all| all.map(|c| (c.min_sample_rate(), c.max_sample_rate())).collect())
            }
            .unwrap_or_default();
            let (rate_hz, channels) = own.as_ref().map_or((0, 0), |c| (c.sample_rate(), c.channels()));
            Some(DeviceInfo {
                name: device.description().map_or_else(|_| id.to_string(), |d| d.name().to_owned()),
                direction,
                is_default: default.as_ref() == Some(&id),
                host: host.id().name().to_owned(),
                rate_hz,
                rates_hz: (
                    rates.iter().map(|r| r.0).min().unwrap_or(0),
                    rates.iter().map(|r| r.1).max().unwrap_or(0),
                ),
                channels,
                trouble,
                id: id.to_string(),
            })
        })
        .collect();
    all.sort_by_key(|d| (!d.is_default, d.trouble.is_some(), d.name.clone()));
    all
}

/// What is wrong with a device, by its identifier and what the system said when it was asked for its format.
fn trouble(id: &str, input: bool, refused: Option<&str>) -> Option<String> {
    if input && id.ends_with(".monitor") {
        return Some(
            "This is what the loudspeaker plays, not a microphone: choose another for your voice.".to_owned(),
        );
    }
    let (host, name) = id.split_once(':').unwrap_or(("", id));
    let alsa = host.eq_ignore_ascii_case("alsa");
    if alsa && name == "null" {
        return Some(if input {
            "No microphone: it records silence, whatever is said.".to_owned()
        } else {
            "No loudspeaker: nothing that it plays is heard.".to_owned()
        });
    }
    let said = refused?.trim_end_matches('.');
    // Names of cards say which; the others are ways to some card or sound server.
    if alsa && !name.contains("CARD=") && !name.starts_with("hw:") {
        return Some(format!(
            "Leads to a sound card or a sound server that is not here ({said}). Connect a device, or start the sound server."
        ));
    }
    Some(format!("It is listed but cannot be used ({said}). Connect it, or close the program that uses it."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_device_is_said_and_what_leads_nowhere_is_not_to_be_connected() {
        assert!(trouble("alsa:null", true, None).unwrap().contains("records silence"));
        assert!(trouble("ALSA:null", false, None).unwrap().contains("nothing that it plays"));
        let plugin = trouble("alsa:samplerate", true, Some("Not available.")).unwrap();
        assert!(plugin.contains("not here (Not available).") && !plugin.contains("Connect it"), "{plugin}");
        let card = trouble("alsa:sysdefault:CARD=PCH", true, Some("busy")).unwrap();
        assert!(card.contains("close the program"), "{card}");
        assert_eq!(trouble("alsa:sysdefault:CARD=PCH", true, None), None);
        assert!(trouble("pulseaudio:x.monitor", true, None).is_some());
    }

    #[test]
    fn what_is_missing_is_said() {
        let device = |direction, trouble: Option<&str>| DeviceInfo {
            id: "x:y".into(),
            name: "Y".into(),
            direction,
            is_default: true,
            host: "X".into(),
            rate_hz: 48_000,
            rates_hz: (8_000, 48_000),
            channels: 1,
            trouble: trouble.map(str::to_owned),
        };
        assert_eq!(diagnose(&[]).len(), 2);
        assert!(diagnose(&[device(Direction::Output, None)])[0].starts_with("No microphone was found."));
        let muted = [device(Direction::Output, None), device(Direction::Input, Some("It is a monitor."))];
        assert!(diagnose(&muted)[0].contains("can be used"));
        assert!(diagnose(&[device(Direction::Output, None), device(Direction::Input, None)]).is_empty());
    }
}
