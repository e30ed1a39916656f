//! Notices what no callback tells: a stream that stopped, a device that went away, a microphone of zeros.

use super::latch::Latch;
use super::presence::Presence;
use super::sides::Heartbeat;
use super::{DeviceEvent, Side, Trouble, TroubleKind};
use std::sync::Arc;

/// A running stream without a callback for so long has stopped.
const STALL_NS: i64 = 500_000_000;
/// A stream may need so long for its first callback (Bluetooth 0.5 to 3 s).
const FIRST_NS: i64 = 4_000_000_000;
/// How long the list of devices may take before a stopped stream is reported without it.
const LOOKUP_NS: i64 = 1_500_000_000;
/// Exact zeros for so long are a muted or forbidden microphone; a quiet room never is.
const ZEROS_S: f64 = 3.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Fine,
    /// No callback; the list of devices was asked for then.
    Asking(i64),
    Stalled,
    Dead,
}

/// Watches one side.
pub(super) struct Watch {
    side: Side,
    name: String,
    id: String,
    beat: Arc<Heartbeat>,
    latch: Arc<Latch>,
    state: State,
    zeros_s: f64,
    silent: bool,
}

impl Watch {
    pub fn new(side: Side, name: &str, id: &str, beat: Arc<Heartbeat>, latch: Arc<Latch>) -> Self {
        let (name, id) = (name.to_owned(), id.to_owned());
        Self { side, name, id, beat, latch, state: State::Fine, zeros_s: 0.0, silent: false }
    }

    fn trouble(&self, kind: TroubleKind) -> DeviceEvent {
        let trouble = Trouble::new(self.side, kind, &self.name);
        DeviceEvent::Trouble(match (kind, self.latch.said()) {
            (TroubleKind::Failed, Some(said)) => trouble.because(&said),
            _ => trouble,
        })
    }

    /// Whether the stream is beyond hope and should be dropped.
    pub fn dead(&self) -> bool {
        self.state == State::Dead
    }

    /// Frames lost because nobody read, and glitches the system reported.
    pub fn losses(&self) -> (u64, u64) {
        (self.beat.lost(), self.latch.glitches())
    }

    /// Looks; `now_ns` counts from when the stream was opened.
    pub fn look(&mut self, now_ns: i64, presence: &mut Presence, events: &mut Vec<DeviceEvent>) {
        if self.dead() {
            return;
        }
        presence.update();
        if let Some(kind) = self.latch.fatal() {
            self.state = State::Dead;
            events.push(self.trouble(kind));
            return;
        }
        if self.latch.moved() {
            events.push(self.trouble(TroubleKind::Moved));
        }
        let (count, last_ns) = self.beat.read();
        let quiet = if count == 0 { now_ns > FIRST_NS } else { now_ns - last_ns > STALL_NS };
        let listed = presence.lists(&self.id);
        match self.state {
            _ if listed == Some(false) => {
                self.state = State::Dead;
                events.push(self.trouble(TroubleKind::Gone));
            }
            State::Fine if quiet && self.latch.unclear() => {
                self.state = State::Dead;
                events.push(self.trouble(TroubleKind::Failed));
            }
            State::Fine if quiet => {
                presence.ask();
                self.state = State::Asking(now_ns);
            }
            State::Asking(since) if quiet && (listed == Some(true) || now_ns - since > LOOKUP_NS) => {
                self.state = State::Stalled;
                events.push(self.trouble(TroubleKind::Stalled));
            }
            State::Asking(_) if !quiet => self.state = State::Fine,
            State::Stalled if !quiet => {
                self.state = State::Fine;
                events.push(DeviceEvent::Recovered(self.side));
            }
            _ => {}
        }
    }

    /// Takes note of microphone samples at the device's rate.
    pub fn heard(&mut self, samples: &[f32], rate_hz: u32, events: &mut Vec<DeviceEvent>) {
        if samples.iter().any(|s| *s != 0.0) {
            if std::mem::take(&mut self.silent) {
                events.push(DeviceEvent::Recovered(self.side));
            }
            self.zeros_s = 0.0;
            return;
        }
        self.zeros_s += samples.len() as f64 / f64::from(rate_hz.max(1));
        if self.zeros_s >= ZEROS_S && !self.silent {
            self.silent = true;
            events.push(self.trouble(TroubleKind::Silent));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::sides::CaptureSide;
    use std::sync::mpsc::Sender;
    use std::time::{Duration, Instant};

    fn watch() -> (Watch, CaptureSide, Arc<Latch>, Presence, Sender<Vec<String>>) {
        let (beat, latch) = (Arc::new(Heartbeat::default()), Arc::new(Latch::default()));
        let watch = Watch::new(Side::Input, "Mic", "x:mic", beat.clone(), latch.clone());
        let side = CaptureSide {
            samples: rtrb::RingBuffer::new(100).0,
            marks: rtrb::RingBuffer::new(4).0,
            beat,
            lost: 0,
        };
        let (presence, answer) = Presence::made_up();
        (watch, side, latch, presence, answer)
    }

    fn kinds(events: &[DeviceEvent]) -> Vec<TroubleKind> {
        events
            .iter()
            .filter_map(|e| if let DeviceEvent::Trouble(t) = e { Some(t.kind) } else { None })
            .collect()
    }

    const S: i64 = 1_000_000_000;

    #[test]
    fn a_stream_that_stops_is_told_apart_by_the_list_of_devices() {
        for (listed, kind, dead) in [
            (vec!["x:mic"], TroubleKind::Stalled, false),
            (vec!["x:other"], TroubleKind::Gone, true),
            (vec!["y:mic"], TroubleKind::Stalled, false),
        ] {
            let (mut watch, mut side, _, mut presence, answer) = watch();
            let mut events = Vec::new();
            side.take(S, S, [0.1].into_iter());
            watch.look(S + 100_000_000, &mut presence, &mut events);
            assert!(events.is_empty());
            watch.look(2 * S, &mut presence, &mut events);
            answer.send(listed.into_iter().map(str::to_owned).collect()).expect("taken");
            watch.look(2 * S + 20_000_000, &mut presence, &mut events);
            watch.look(4 * S, &mut presence, &mut events);
            assert_eq!((kinds(&events), watch.dead()), (vec![kind], dead));
            side.take(5 * S, 5 * S, [0.1].into_iter());
            watch.look(5 * S, &mut presence, &mut events);
            assert_eq!(events.contains(&DeviceEvent::Recovered(Side::Input)), !dead);
        }
    }

    #[test]
    fn a_slow_start_is_no_stall_but_no_start_is() {
        let (mut watch, _, _, mut presence, _answer) = watch();
        let mut events = Vec::new();
        watch.look(3 * S, &mut presence, &mut events);
        watch.look(5 * S, &mut presence, &mut events);
        assert!(events.is_empty());
        watch.look(7 * S, &mut presence, &mut events);
        assert_eq!(kinds(&events), [TroubleKind::Stalled], "although the list never came");
    }

    #[test]
    fn of_a_flood_of_errors_the_first_is_kept_and_glitches_are_only_counted() {
        let (mut watch, mut side, latch, mut presence, _answer) = watch();
        let mut events = Vec::new();
        side.take(S, S, [0.1].into_iter());
        latch.note(&cpal::Error::new(cpal::ErrorKind::Xrun));
        watch.look(S, &mut presence, &mut events);
        assert!(events.is_empty() && watch.losses() == (0, 1));
        latch.note(&cpal::Error::new(cpal::ErrorKind::DeviceNotAvailable));
        for _ in 0..100_000 {
            latch.note(&cpal::Error::new(cpal::ErrorKind::BackendError));
        }
        watch.look(S, &mut presence, &mut events);
        watch.look(S, &mut presence, &mut events);
        assert_eq!((kinds(&events), watch.dead()), (vec![TroubleKind::Gone], true));
    }

    #[test]
    fn an_error_of_unknown_meaning_kills_only_a_stream_that_stops_or_floods() {
        // Errors, how far apart in microseconds, whether callbacks have stopped.
        for (errors, apart_us, quiet, dead) in [
            (1, 0, false, false),
            (1, 0, true, true),
            (10_000, 10, false, false), // a stream that is about to start
            (10_000, 100, false, true),
            (1_000, 300_000, false, false), // one now and then over five minutes
        ] {
            let (mut watch, mut side, latch, mut presence, _answer) = watch();
            let mut events = Vec::new();
            let begun = Instant::now();
            side.take(S, S, [0.1].into_iter());
            for n in 0..errors {
                let at = begun + Duration::from_micros(n * apart_us);
                latch.note_at(&cpal::Error::new(cpal::ErrorKind::BackendError), at);
            }
            watch.look(if quiet { 2 * S } else { S }, &mut presence, &mut events);
            let told = (watch.dead(), kinds(&events).len());
            assert_eq!(told, (dead, usize::from(dead)), "{errors} errors {apart_us} us apart");
        }
    }

    #[test]
    fn a_microphone_of_zeros_is_said_once_and_taken_back() {
        let (mut watch, ..) = watch();
        let mut events = Vec::new();
        for _ in 0..200 {
            watch.heard(&[0.0; 960], 48_000, &mut events);
        }
        assert_eq!(kinds(&events), [TroubleKind::Silent]);
        watch.heard(&[0.0, 1e-6], 48_000, &mut events);
        assert_eq!(events.last(), Some(&DeviceEvent::Recovered(Side::Input)));
    }
}
