//! A loudspeaker alone, for listening to recordings: needs no microphone.

use super::drop::drop_within;
use super::hosts;
use super::io::{DeviceEvent, PlayId, Prompt};
use super::presence::Presence;
use super::sides::{Command, Note};
use super::streams::{self, OutputEnd};
use super::watch::Watch;
use super::{DeviceError, Moment, SampleClock, Side};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

/// How long opening may take before the sound system counts as hanging.
const OPEN: Duration = Duration::from_secs(5);
/// How long closing may take before the stream is left to itself.
const CLOSE: Duration = Duration::from_secs(1);

/// A loudspeaker or headphones, opened for playing only.
pub struct Speaker {
    origin: Instant,
    streams: Vec<cpal::Stream>,
    output: OutputEnd,
    rate_hz: u32,
    clock: SampleClock,
    watch: Watch,
    presence: Presence,
    last_id: u64,
}

impl Speaker {
    /// Opens it; `None` = the system's default.
    pub fn open(output: Option<&str>) -> Result<Self, DeviceError> {
        let origin = Instant::now();
        let wanted = output.map(str::to_owned);
        let (send, receive) = channel();
        let open = move || -> Result<_, DeviceError> {
            let host = hosts::host().ok_or(DeviceError::NoAnswer)?;
            let opened = streams::open_output(&host, wanted.as_deref(), origin)?;
            let server = host.id().name() == hosts::PULSE;
            Ok((opened, server))
        };
        let work = move || {
            let _ = send.send(open());
        };
        std::thread::Builder::new()
            .name("device-open".to_owned())
            .spawn(work)
            .map_err(|_| DeviceError::NoAnswer)?;
        let ((opened, output), server) = receive.recv_timeout(OPEN).map_err(|_| DeviceError::NoAnswer)??;
        Ok(Self {
            origin,
            output,
            rate_hz: opened.rate_hz,
            clock: SampleClock::new(f64::from(opened.rate_hz)),
            watch: Watch::new(Side::Output, &opened.name, &opened.id, opened.beat, opened.latch),
            presence: Presence::start(server),
            streams: vec![opened.stream],
            last_id: 0,
        })
    }

    /// The clock of its events.
    pub fn now(&self) -> Moment {
        Moment::from_ns(i64::try_from(self.origin.elapsed().as_nanos()).unwrap_or(i64::MAX))
    }

    /// Plays samples of some rate from now on, instead of what is playing.
    pub fn play(&mut self, samples: &[f32], rate_hz: u32) -> PlayId {
        let prompt = Prompt::new(samples, rate_hz, self.rate_hz);
        self.last_id += 1;
        let id = PlayId(self.last_id);
        let _ = self.output.commands.push(Command::Play { id, samples: prompt.samples });
        id
    }

    /// Fades out what is playing.
    pub fn stop(&mut self) {
        let _ = self.output.commands.push(Command::Stop);
    }

    /// What happened since the last look: starts, ends and trouble.
    pub fn poll(&mut self) -> Vec<DeviceEvent> {
        let mut events = Vec::new();
        let mut told = Vec::new();
        while let Ok(note) = self.output.notes.pop() {
            match note {
                Note::Mark { frame, at_ns } => self.clock.observe(frame, Moment::from_ns(at_ns)),
                other => told.push(other),
            }
        }
        for note in told {
            match note {
                Note::Started { id, frame } => {
                    events.push(DeviceEvent::PlaybackStarted { id, at: self.clock.moment_of(frame as f64) });
                }
                Note::Ended { id, frame, whole, .. } => {
                    let at = self.clock.moment_of(frame as f64);
                    events.push(DeviceEvent::PlaybackEnded { id, at, whole });
                }
                Note::Mark { .. } => {}
            }
        }
        let now_ns = self.now().ns();
        self.watch.look(now_ns, &mut self.presence, &mut events);
        events
    }
}

impl Drop for Speaker {
    fn drop(&mut self) {
        drop_within(std::mem::take(&mut self.streams), CLOSE);
    }
}
