//! Opens cpal streams and ties them to the [sides](super::sides).

use super::formats::{capture, play};
use super::hosts::PULSE;
use super::latch::Latch;
use super::sides::{CaptureSide, Command, Heartbeat, Mark, Note, PlaybackSide};
use super::{DeviceError, Side};
use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{BufferSize, SampleFormat, StreamConfig, SupportedBufferSize};
use rtrb::{Consumer, Producer, RingBuffer};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What is asked for where the system converts rates anyway.
const SERVER_RATE_HZ: u32 = 48_000;
/// Callbacks a second that are asked for: 20 ms blocks gave the best onset times on PulseAudio, whose own default is 2 s.
const BLOCKS_A_SECOND: u32 = 50;
/// How long the microphone may go unread before samples are lost.
const RING_S: u32 = 4;
/// How long the system may take to open a stream.
const OPEN: Duration = Duration::from_secs(3);

/// How often a loudspeaker that gets stuck while it starts is opened.
const STARTS: usize = 4;
/// How long its first callbacks are waited for; a slow one (Bluetooth) is taken as it is.
const START: Duration = Duration::from_secs(1);
/// After so many callbacks (0.3 s) it is past its start.
const SETTLED: u64 = 15;
/// Without a callback for so long after an error, a stream that starts is stuck.
const STUCK: Duration = Duration::from_millis(150);

/// What is common to both halves.
pub(super) struct Opened {
    pub stream: cpal::Stream,
    pub rate_hz: u32,
    pub name: String,
    pub id: String,
    pub beat: Arc<Heartbeat>,
    pub latch: Arc<Latch>,
}

pub(super) struct InputEnd {
    pub samples: Consumer<f32>,
    pub marks: Consumer<Mark>,
}

pub(super) struct OutputEnd {
    pub commands: Producer<Command>,
    pub notes: Consumer<Note>,
}

struct Found {
    device: cpal::Device,
    name: String,
    id: String,
    config: StreamConfig,
    format: SampleFormat,
}

impl Found {
    /// Its name on the PulseAudio server.
    #[cfg(target_os = "linux")]
    fn server_name(&self) -> Option<&str> {
        self.id.split_once(':').filter(|(host, _)| host.eq_ignore_ascii_case(PULSE)).map(|(_, name)| name)
    }
}

fn find(host: &cpal::Host, side: Side, wanted: Option<&str>) -> Result<Found, DeviceError> {
    let name_of =
        |d: &cpal::Device| d.description().map_or_else(|_| "unknown".to_owned(), |i| i.name().to_owned());
    let id_of = |d: &cpal::Device| d.id().map_or_else(|_| String::new(), |i| i.to_string());
    let device = match wanted {
        Some(wanted) => {
            let direction = |d: &cpal::Device| match side {
                Side::Input => d.supports_input(),
                Side::Output => d.supports_output(),
            };
            let not_found = || DeviceError::NotFound { side, name: wanted.to_owned() };
            let all: Vec<cpal::Device> = host.devices().map_err(|_| not_found())?.filter(direction).collect();
            let by_id = all.iter().position(|d| id_of(d) == wanted);
            let index =
                by_id.or_else(|| all.iter().position(|d| name_of(d) == wanted)).ok_or_else(not_found)?;
            all.into_iter().nth(index).ok_or_else(not_found)?
        }
        None => match side {
            Side::Input => host.default_input_device(),
            Side::Output => host.default_output_device(),
        }
        .ok_or(DeviceError::None(side))?,
    };
    let (name, id) = (name_of(&device), id_of(&device));
    let default = match side {
        Side::Input => device.default_input_config(),
        Side::Output => device.default_output_config(),
    }
    .map_err(|e| failure(side, &name, &e))?;
    let mut config = default.config();
    let mut format = default.sample_format();
    if host.id().name() == PULSE {
        // The server mixes to any layout; one channel at a common rate costs it the least.
        (config.channels, config.sample_rate, format) = (1, SERVER_RATE_HZ, SampleFormat::F32);
    }
    let block = config.sample_rate / BLOCKS_A_SECOND;
    config.buffer_size = match default.buffer_size() {
        SupportedBufferSize::Range { min, max } => BufferSize::Fixed(block.clamp(*min, (*max).max(*min))),
        SupportedBufferSize::Unknown => BufferSize::Default,
    };
    Ok(Found { device, name, id, config, format })
}

/// Opens the microphone; it runs, but nobody needs to read yet.
pub(super) fn open_input(
    host: &cpal::Host,
    wanted: Option<&str>,
    origin: Instant,
) -> Result<(Opened, InputEnd), DeviceError> {
    let found = find(host, Side::Input, wanted)?;
    let build = |config: StreamConfig| {
        let (samples, heard) = RingBuffer::new((config.sample_rate * RING_S) as usize);
        let (marks, stamps) = RingBuffer::new(4096);
        let (beat, latch) = (Arc::new(Heartbeat::default()), Arc::new(Latch::default()));
        let mut side = CaptureSide { samples, marks, beat: beat.clone(), lost: 0 };
        let end = InputEnd { samples: heard, marks: stamps };
        #[cfg(target_os = "linux")]
        if let Some(name) = found.server_name() {
            let stream = super::pulse::record(name, config.sample_rate, origin, side, latch.clone())?;
            return Ok((stream, end, beat, latch));
        }
        let channels = usize::from(config.channels).max(1);
        let errors = latch.clone();
        let stream = found.device.build_input_stream_raw(
            config,
            found.format,
            move |data, info| {
                let now_ns = nanoseconds(origin.elapsed());
                let stamp = info.timestamp();
                let age = stamp.callback.saturating_duration_since(stamp.capture);
                capture(&mut side, data, channels, now_ns, now_ns - nanoseconds(age));
            },
            move |error| errors.note(&error),
            Some(OPEN),
        )?;
        Ok::<_, cpal::Error>((stream, end, beat, latch))
    };
    let (stream, end, beat, latch) = with_any_buffer(&found, Side::Input, build)?;
    stream.play().map_err(|e| failure(Side::Input, &found.name, &e))?;
    let rate_hz = found.config.sample_rate;
    Ok((Opened { stream, rate_hz, name: found.name, id: found.id, beat, latch }, end))
}

/// Opens the loudspeaker; it plays silence from now on, so that it never has to wake up for a prompt.
pub(super) fn open_output(
    host: &cpal::Host,
    wanted: Option<&str>,
    origin: Instant,
) -> Result<(Opened, OutputEnd), DeviceError> {
    for _ in 1..STARTS {
        let (opened, end) = try_output(host, wanted, origin)?;
        if host.id().name() == PULSE || starts(&opened) {
            return Ok((opened, end));
        }
    }
    try_output(host, wanted, origin)
}

/// Waits for the first callbacks; false when it is stuck on an error. ALSA's PulseAudio plugin answers with an I/O error until
/// the server has sent its timing (alsa-plugins issue 65); where that hits in the moment of the start, nothing wakes the
/// stream again: about one time in ten on a busy machine.
fn starts(opened: &Opened) -> bool {
    let begun = Instant::now();
    let (mut count, mut since) = (0, begun);
    while count < SETTLED && begun.elapsed() < START {
        std::thread::sleep(Duration::from_millis(5));
        let now = opened.beat.read().0;
        if now > count {
            (count, since) = (now, Instant::now());
        } else if opened.latch.unclear() && since.elapsed() > STUCK {
            return false;
        }
    }
    true
}

fn try_output(
    host: &cpal::Host,
    wanted: Option<&str>,
    origin: Instant,
) -> Result<(Opened, OutputEnd), DeviceError> {
    let found = find(host, Side::Output, wanted)?;
    let build = |config: StreamConfig| {
        let (commands, orders) = RingBuffer::new(16);
        let (tell, notes) = RingBuffer::new(4096);
        let (beat, latch) = (Arc::new(Heartbeat::default()), Arc::new(Latch::default()));
        let mut side = PlaybackSide::new(orders, tell, beat.clone(), config.sample_rate);
        let end = OutputEnd { commands, notes };
        #[cfg(target_os = "linux")]
        if let Some(name) = found.server_name() {
            let stream = super::pulse::playback(name, config.sample_rate, origin, side, latch.clone())?;
            return Ok((stream, end, beat, latch));
        }
        let channels = usize::from(config.channels).max(1);
        let errors = latch.clone();
        let stream = found.device.build_output_stream_raw(
            config,
            found.format,
            move |data, info| {
                let now_ns = nanoseconds(origin.elapsed());
                let stamp = info.timestamp();
                let ahead = stamp.playback.saturating_duration_since(stamp.callback);
                play(&mut side, data, channels, now_ns, now_ns + nanoseconds(ahead));
            },
            move |error| errors.note(&error),
            Some(OPEN),
        )?;
        Ok::<_, cpal::Error>((stream, end, beat, latch))
    };
    let (stream, end, beat, latch) = with_any_buffer(&found, Side::Output, build)?;
    stream.play().map_err(|e| failure(Side::Output, &found.name, &e))?;
    let rate_hz = found.config.sample_rate;
    Ok((Opened { stream, rate_hz, name: found.name, id: found.id, beat, latch }, end))
}

/// Builds with 20 ms blocks, or with the system's own where those are refused.
fn with_any_buffer<T>(
    found: &Found,
    side: Side,
    build: impl Fn(StreamConfig) -> Result<T, cpal::Error>,
) -> Result<T, DeviceError> {
    build(found.config)
        .or_else(|first| match found.config.buffer_size {
            BufferSize::Fixed(_) => build(StreamConfig { buffer_size: BufferSize::Default, ..found.config }),
            BufferSize::Default => Err(first),
        })
        .map_err(|e| failure(side, &found.name, &e))
}

fn failure(side: Side, name: &str, error: &cpal::Error) -> DeviceError {
    let name = name.to_owned();
    match error.kind() {
        cpal::ErrorKind::DeviceBusy => DeviceError::Busy { side, name },
        cpal::ErrorKind::PermissionDenied => DeviceError::Denied { side, name },
        cpal::ErrorKind::DeviceNotAvailable => DeviceError::NotFound { side, name },
        cpal::ErrorKind::HostUnavailable => DeviceError::NoAnswer,
        _ => DeviceError::Failed { side, name, why: error.to_string() },
    }
}

fn nanoseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}
