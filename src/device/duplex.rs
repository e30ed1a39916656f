//! The real thing: a microphone and a loudspeaker through cpal.

use super::drop::drop_within;
use super::hosts;
use super::io::{AudioIo, CaptureBlock, DeviceEvent, PlayId, Prompt};
use super::presence::Presence;
use super::sides::{Command, Mark, Note};
use super::streams::{self, InputEnd, Opened, OutputEnd};
use super::watch::Watch;
use super::{DeviceError, Moment, SampleClock, Side};
use crate::audio::LiveResampler;
use crate::call::RATE_HZ;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

/// How long opening both streams may take before the sound system counts as hanging.
const OPEN: Duration = Duration::from_secs(10);
/// How long closing may take before the streams are left to themselves.
const CLOSE: Duration = Duration::from_secs(1);
/// Stamps needed on both streams before a prompt may start.
const READY_STAMPS: usize = 5;
/// More lost sound than this is not filled with zeros, in seconds.
const MAX_GAP_S: u64 = 10;
/// From here on a sample counts as clipped.
const FULL_SCALE: f32 = 0.999;

/// Which devices; `None` = the system's default. Identifiers as in [`DeviceInfo`](super::DeviceInfo), or names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Microphone.
    pub input: Option<String>,
    /// Loudspeaker or headphones.
    pub output: Option<String>,
}

/// A microphone and a loudspeaker on one clock.
pub struct DuplexStream {
    origin: Instant,
    streams: Vec<cpal::Stream>,
    input: InputEnd,
    output: OutputEnd,
    input_hz: u32,
    output_hz: u32,
    names: (String, String),
    clock_in: SampleClock,
    clock_out: SampleClock,
    /// Device frames of the microphone so far, and 16 kHz samples made of them.
    frames_in: u64,
    samples_in: u64,
    resampler: LiveResampler,
    raw: Vec<f32>,
    watches: [Watch; 2],
    presence: Presence,
    ready: bool,
    /// The frame with which the loudspeaker's next callback begins.
    next_out: u64,
    last_out: u64,
    queued: Option<(PlayId, Prompt)>,
    last_id: u64,
    lost: u64,
}

impl DuplexStream {
    /// Opens both; returns as soon as they are set up, [`DeviceEvent::Ready`] tells when they run.
    pub fn open(choice: &Choice) -> Result<Self, DeviceError> {
        let origin = Instant::now();
        let choice = choice.clone();
        let (send, receive) = channel();
        let open = move || -> Result<_, DeviceError> {
            let (input, output) = (choice.input.as_deref(), choice.output.as_deref());
            let host = hosts::host_of(input).ok_or(DeviceError::NoAnswer)?;
            let input = streams::open_input(&host, input, origin)?;
            let other = hosts::host_of(output).ok_or(DeviceError::NoAnswer)?;
            let output = streams::open_output(&other, output, origin)?;
            Ok((input, output, host.id().name() == hosts::PULSE && other.id() == host.id()))
        };
        std::thread::Builder::new()
            .name("device-open".to_owned())
            .spawn(move || {
                let _ = send.send(open());
            })
            .map_err(|_| DeviceError::NoAnswer)?;
        let ((input, input_end), (output, output_end), server) =
            receive.recv_timeout(OPEN).map_err(|_| DeviceError::NoAnswer)??;
        Self::over(origin, input, input_end, output, output_end, server)
    }

    fn over(
        origin: Instant,
        input: Opened,
        input_end: InputEnd,
        output: Opened,
        output_end: OutputEnd,
        server: bool,
    ) -> Result<Self, DeviceError> {
        let resampler = LiveResampler::new(input.rate_hz).ok_or_else(|| DeviceError::Failed {
            side: Side::Input,
            name: input.name.clone(),
            why: format!("it records {} samples a second", input.rate_hz),
        })?;
        let watch = |side, o: &Opened| Watch::new(side, &o.name, &o.id, o.beat.clone(), o.latch.clone());
        Ok(Self {
            origin,
            watches: [watch(Side::Input, &input), watch(Side::Output, &output)],
            names: (input.name, output.name),
            input_hz: input.rate_hz,
            output_hz: output.rate_hz,
            clock_in: SampleClock::new(f64::from(input.rate_hz)),
            clock_out: SampleClock::new(f64::from(output.rate_hz)),
            streams: vec![input.stream, output.stream],
            input: input_end,
            output: output_end,
            frames_in: 0,
            samples_in: 0,
            resampler,
            raw: Vec::new(),
            presence: Presence::start(server),
            ready: false,
            next_out: 0,
            last_out: 0,
            queued: None,
            last_id: 0,
            lost: 0,
        })
    }

    /// Microphone frames lost because nobody polled, and underruns and overruns that the system reported.
    pub fn losses(&self) -> (u64, u64) {
        let (lost, glitches) = self.watches[0].losses();
        (lost, glitches + self.watches[1].losses().1)
    }

    /// Sample rates of the microphone and the loudspeaker, in Hz.
    pub fn rates_hz(&self) -> (u32, u32) {
        (self.input_hz, self.output_hz)
    }

    fn capture(&mut self, events: &mut Vec<DeviceEvent>) {
        self.raw.clear();
        while let Ok(Mark { at_ns, frames, lost }) = self.input.marks.pop() {
            let gap = u64::from(lost).min(MAX_GAP_S * u64::from(self.input_hz));
            self.lost += gap;
            self.raw.resize(self.raw.len() + gap as usize, 0.0);
            self.clock_in.observe(self.frames_in + self.raw.len() as u64, Moment::from_ns(at_ns));
            let from = self.raw.len();
            self.raw.resize(from + frames as usize, 0.0);
            // The samples of a mark lie in the ring before it.
            let _ = self.input.samples.pop_entire_slice(&mut self.raw[from..]);
        }
        if self.raw.is_empty() {
            return;
        }
        self.frames_in += self.raw.len() as u64;
        self.watches[0].heard(&self.raw, self.input_hz, events);
        let peak = self.raw.iter().fold(0.0f32, |p, s| p.max(s.abs()));
        let power = self.raw.iter().map(|s| s * s).sum::<f32>() / self.raw.len() as f32;
        let mut samples = Vec::new();
        self.resampler.push(&self.raw, &mut samples);
        if samples.is_empty() {
            return;
        }
        let first = self.samples_in;
        self.samples_in += samples.len() as u64;
        let frame = first as f64 * f64::from(self.input_hz) / f64::from(RATE_HZ);
        events.push(DeviceEvent::Captured(CaptureBlock {
            start: self.clock_in.moment_of(frame),
            first,
            samples,
            peak,
            rms: power.sqrt(),
            clipped: peak >= FULL_SCALE,
            lost: std::mem::take(&mut self.lost),
        }));
    }

    fn playback(&mut self, events: &mut Vec<DeviceEvent>) {
        let mut told = Vec::new();
        while let Ok(note) = self.output.notes.pop() {
            match note {
                Note::Mark { frame, at_ns } => {
                    self.clock_out.observe(frame, Moment::from_ns(at_ns));
                    self.next_out = 2 * frame - self.last_out;
                    self.last_out = frame;
                }
                other => told.push(other),
            }
        }
        for note in told {
            match note {
                Note::Started { id, frame } => {
                    events.push(DeviceEvent::PlaybackStarted {
                        id,
                        at: self.clock_out.moment_of(frame as f64),
                    });
                }
                Note::Ended { id, frame, whole, .. } => {
                    let at = self.clock_out.moment_of(frame as f64);
                    events.push(DeviceEvent::PlaybackEnded { id, at, whole });
                }
                Note::Mark { .. } => {}
            }
        }
    }

    fn send(&mut self, id: PlayId, prompt: &Prompt) {
        // Sixteen commands fit; an owner that sends more in 20 ms only loses the surplus.
        let _ = self.output.commands.push(Command::Play { id, samples: prompt.samples.clone() });
    }
}

impl AudioIo for DuplexStream {
    fn now(&self) -> Moment {
        Moment::from_ns(i64::try_from(self.origin.elapsed().as_nanos()).unwrap_or(i64::MAX))
    }

    fn prepare(&self, samples: &[f32], rate_hz: u32) -> Prompt {
        Prompt::new(samples, rate_hz, self.output_hz)
    }

    fn play(&mut self, prompt: &Prompt) -> PlayId {
        self.last_id += 1;
        let id = PlayId(self.last_id);
        if self.ready {
            self.send(id, prompt);
        } else {
            self.queued = Some((id, prompt.clone()));
        }
        id
    }

    fn lead_s(&self) -> f64 {
        self.clock_out.moment_of(self.next_out as f64).since(self.now()).clamp(0.0, MAX_GAP_S as f64)
    }

    fn stop_playback(&mut self) {
        self.queued = None;
        let _ = self.output.commands.push(Command::Stop);
    }

    fn poll(&mut self) -> Vec<DeviceEvent> {
        let mut events = Vec::new();
        self.playback(&mut events);
        self.capture(&mut events);
        if !self.ready && self.clock_in.stamps() >= READY_STAMPS && self.clock_out.stamps() >= READY_STAMPS {
            self.ready = true;
            events.push(DeviceEvent::Ready);
            if let Some((id, prompt)) = self.queued.take() {
                self.send(id, &prompt);
            }
        }
        let now_ns = self.now().ns();
        for watch in &mut self.watches {
            watch.look(now_ns, &mut self.presence, &mut events);
        }
        if self.watches.iter().any(Watch::dead) && !self.streams.is_empty() {
            // At once, because a lost ALSA device floods; on another thread, because a lost PulseAudio one may hang.
            drop_within(std::mem::take(&mut self.streams), Duration::ZERO);
        }
        events
    }

    fn names(&self) -> (String, String) {
        self.names.clone()
    }
}

impl Drop for DuplexStream {
    fn drop(&mut self) {
        if !self.streams.is_empty() {
            drop_within(std::mem::take(&mut self.streams), CLOSE);
        }
    }
}
