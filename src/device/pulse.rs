//! PulseAudio streams (PipeWire's, too) with buffers of our own choice, as streams of cpal.
//!
//! cpal asks for a buffer of twice a request, of which the server keeps nothing for the device: it then runs the device in
//! the shortest blocks that it can do, 0.5 ms, and sends the microphone's sound in as short ones, 2,000 messages a second,
//! each with a question about the time. That was a quarter of a core, and a server that stutters as soon as the machine is
//! busy. Here the device gets [`DEVICE_MS`] of the buffer, the time is asked for [`ASK`], and the microphone's buffer is
//! long, so that a busy machine loses nothing.

use super::sides::{CaptureSide, PlaybackSide};
use super::watch::Latch;
use cpal::traits::StreamTrait;
use cpal::{Error, ErrorKind, FrameCount, StreamInstant};
use futures_executor::block_on;
use pulseaudio::protocol::stream::{BufferAttr, StreamFlags};
use pulseaudio::protocol::{
    ChannelMap, PlaybackStreamParams, PulseError, RecordStreamParams, SampleFormat, SampleSpec,
};
use pulseaudio::{AsPlaybackSource, Client, ClientError, PlaybackStream, RecordStream};
use std::ffi::CString;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// Mono, 32 bit floating point.
const FRAME: u32 = 4;
/// The server asks for so much at once, and sends at most so much at once.
const BLOCK_MS: u32 = 20;
/// How much of the buffer is the device's own. A virtual device passes on what it will play so much early, and its monitor
/// is heard by so much too soon: more would cost exactness there, less would cost time everywhere.
const DEVICE_MS: u32 = 5;
/// What the server keeps of the microphone while this program has no time.
const KEPT_MS: u32 = 4_000;
/// How often the server is asked where its device is.
const ASK: Duration = Duration::from_millis(40);
/// How long the first sound is waited for: a virtual device that nobody used may have just begun to sleep for two seconds.
const WAKE: Duration = Duration::from_millis(2_500);
/// How often it is looked for.
const LOOK: Duration = Duration::from_millis(5);
/// Before the first answer.
const UNKNOWN: i64 = i64::MIN;

/// The connection: one for the program, because it outlives its handle, and a server takes 64.
static CLIENT: Mutex<Option<Client>> = Mutex::new(None);

fn client() -> Result<Client, Error> {
    let kept = || CLIENT.lock().unwrap_or_else(PoisonError::into_inner);
    let known = kept().clone();
    if let Some(client) = known
        && block_on(client.server_info()).is_ok()
    {
        return Ok(client);
    }
    let client = Client::from_env(c"Evenkeel").map_err(|e| error(&e))?;
    *kept() = Some(client.clone());
    Ok(client)
}

/// Opens a microphone by its name on the server; it waits to be played.
pub(super) fn record(
    name: &str,
    rate_hz: u32,
    origin: Instant,
    mut side: CaptureSide,
    latch: Arc<Latch>,
) -> Result<cpal::Stream, Error> {
    let client = client()?;
    let began = Arc::new(AtomicI64::new(UNKNOWN));
    let awake = Arc::new(AtomicBool::default());
    let (known, heard, mut frames) = (began.clone(), awake.clone(), 0u64);
    let take = move |bytes: &[u8]| {
        heard.store(true, Ordering::Relaxed);
        let now_ns = ns(origin.elapsed());
        let samples = bytes.chunks_exact(FRAME as usize).map(float);
        let length = span_ns(samples.len() as u64, rate_hz);
        let at_ns = match known.load(Ordering::Relaxed) {
            UNKNOWN => now_ns - length,
            began => began + span_ns(frames, rate_hz),
        };
        frames += samples.len() as u64;
        side.take(now_ns, at_ns, samples);
    };
    let params = RecordStreamParams {
        sample_spec: spec(rate_hz),
        channel_map: ChannelMap::mono(),
        source_name: Some(c_string(name)),
        buffer_attr: BufferAttr {
            max_length: bytes(KEPT_MS, rate_hz),
            fragment_size: bytes(BLOCK_MS, rate_hz),
            ..BufferAttr::default()
        },
        flags: flags(),
        ..RecordStreamParams::default()
    };
    let stream = block_on(client.create_record_stream(params, take)).map_err(|e| error(&e))?;
    let asked = stream.clone();
    let ask = move || {
        let t = block_on(asked.timing_info())?;
        let got = u64::try_from(t.write_offset).unwrap_or(0) / u64::from(FRAME);
        // The newest sample has been in the device so long.
        Ok((t.remote_time, -micros(t.source_usec) - span_ns(got, rate_hz)))
    };
    Ok(wrap(Stream {
        inner: Inner::Record(stream),
        awake,
        origin,
        rate_hz,
        _stop: follow(origin, began, latch, ask)?,
    }))
}

/// Opens a loudspeaker by its name on the server; it waits to be played.
pub(super) fn playback(
    name: &str,
    rate_hz: u32,
    origin: Instant,
    mut side: PlaybackSide,
    latch: Arc<Latch>,
) -> Result<cpal::Stream, Error> {
    let client = client()?;
    let began = Arc::new(AtomicI64::new(UNKNOWN));
    let awake = Arc::new(AtomicBool::default());
    let (known, running, mut frames) = (began.clone(), awake.clone(), 0u64);
    let wanted = move |bytes: &mut [u8]| {
        // What is asked for first only fills the buffer.
        running.store(frames > 0, Ordering::Relaxed);
        let now_ns = ns(origin.elapsed());
        let at_ns = match known.load(Ordering::Relaxed) {
            UNKNOWN => now_ns,
            began => began + span_ns(frames, rate_hz),
        };
        let asked = bytes.len() / FRAME as usize;
        side.give(now_ns, at_ns, asked, |n, sample| {
            let at = n * FRAME as usize;
            if let Some(four) = bytes.get_mut(at..at + FRAME as usize) {
                four.copy_from_slice(&sample.to_ne_bytes());
            }
        });
        frames += asked as u64;
        asked * FRAME as usize
    };
    let params = PlaybackStreamParams {
        sample_spec: spec(rate_hz),
        channel_map: ChannelMap::mono(),
        sink_name: Some(c_string(name)),
        buffer_attr: BufferAttr {
            // The server takes two requests off and gives half of what is left to the device.
            target_length: bytes(2 * BLOCK_MS + 2 * device_ms(&client), rate_hz),
            minimum_request_length: bytes(BLOCK_MS, rate_hz),
            ..BufferAttr::default()
        },
        flags: flags(),
        ..PlaybackStreamParams::default()
    };
    let stream = block_on(client.create_playback_stream(params, wanted.as_playback_source()))
        .map_err(|e| error(&e))?;
    let asked = stream.clone();
    let ask = move || {
        let t = block_on(asked.timing_info())?;
        let gone = u64::try_from(t.read_offset).unwrap_or(0) / u64::from(FRAME);
        // What the device took last sounds when the rest of what it has is over.
        Ok((t.remote_time, micros(t.sink_usec) - span_ns(gone, rate_hz)))
    };
    Ok(wrap(Stream {
        inner: Inner::Playback(stream),
        awake,
        origin,
        rate_hz,
        _stop: follow(origin, began, latch, ask)?,
    }))
}

/// PipeWire gives its devices a whole request where nothing is left for them, which is as it should be.
fn device_ms(client: &Client) -> u32 {
    let name = block_on(client.server_info()).ok().and_then(|info| info.server_name);
    let is_pipewire = name.is_some_and(|n| n.to_string_lossy().contains("PipeWire"));
    if is_pipewire { 0 } else { DEVICE_MS }
}

enum Inner {
    Record(RecordStream),
    Playback(PlaybackStream),
}

/// Dropping it lets the thread that asks for the time end, and with it the stream.
struct Stream {
    inner: Inner,
    awake: Arc<AtomicBool>,
    origin: Instant,
    rate_hz: u32,
    _stop: Mutex<Sender<()>>,
}

impl StreamTrait for Stream {
    fn play(&self) -> Result<(), Error> {
        match &self.inner {
            Inner::Record(stream) => block_on(stream.uncork()),
            Inner::Playback(stream) => block_on(stream.uncork()),
        }
        .map_err(|e| error(&e))?;
        let since = Instant::now();
        while !self.awake.load(Ordering::Relaxed) && since.elapsed() < WAKE {
            std::thread::sleep(LOOK);
        }
        Ok(())
    }

    fn pause(&self) -> Result<(), Error> {
        match &self.inner {
            Inner::Record(stream) => block_on(stream.cork()),
            Inner::Playback(stream) => block_on(stream.cork()),
        }
        .map_err(|e| error(&e))
    }

    fn now(&self) -> StreamInstant {
        let since = self.origin.elapsed();
        StreamInstant::new(since.as_secs(), since.subsec_nanos())
    }

    fn buffer_size(&self) -> Result<FrameCount, Error> {
        Ok(bytes(BLOCK_MS, self.rate_hz) / FRAME)
    }
}

fn wrap(stream: Stream) -> cpal::Stream {
    cpal::Stream::from(cpal::platform::CustomStream::from_stream(stream))
}

/// Asks again and again when frame 0 was or will have been at the converter: `ask` gives the server's time and that
/// moment against it, in nanoseconds.
fn follow(
    origin: Instant,
    began: Arc<AtomicI64>,
    latch: Arc<Latch>,
    ask: impl Fn() -> Result<(SystemTime, i64), ClientError> + Send + 'static,
) -> Result<Mutex<Sender<()>>, Error> {
    let (stop, stopped) = channel();
    let run = move || watch_clock(&stopped, origin, &began, &latch, &ask);
    std::thread::Builder::new()
        .name("device-clock".to_owned())
        .spawn(run)
        .map_err(|e| Error::with_message(ErrorKind::BackendError, e.to_string()))?;
    Ok(Mutex::new(stop))
}

fn watch_clock(
    stopped: &Receiver<()>,
    origin: Instant,
    began: &AtomicI64,
    latch: &Latch,
    ask: &dyn Fn() -> Result<(SystemTime, i64), ClientError>,
) {
    loop {
        let asked = Instant::now();
        match ask() {
            Ok((server, first)) => {
                // The server looked between question and answer; it shares this machine's clock.
                let age = SystemTime::now().duration_since(server).unwrap_or_default().min(asked.elapsed());
                began.store(ns(origin.elapsed()) - ns(age) + first, Ordering::Relaxed);
            }
            Err(e) => return latch.note(&error(&e)),
        }
        if stopped.recv_timeout(ASK) != Err(RecvTimeoutError::Timeout) {
            return;
        }
    }
}

fn error(error: &ClientError) -> Error {
    let kind = match error {
        ClientError::ServerUnavailable => ErrorKind::HostUnavailable,
        ClientError::ServerError(PulseError::NoEntity) => ErrorKind::DeviceNotAvailable,
        ClientError::ServerError(PulseError::AccessDenied | PulseError::AuthKey) => {
            ErrorKind::PermissionDenied
        }
        ClientError::ServerError(PulseError::Busy | PulseError::Timeout) => ErrorKind::DeviceBusy,
        ClientError::Disconnected | ClientError::Io(_) | ClientError::UnexpectedSequenceNumber => {
            ErrorKind::StreamInvalidated
        }
        _ => ErrorKind::BackendError,
    };
    Error::with_message(kind, format!("the sound server says: {error}"))
}

fn flags() -> StreamFlags {
    StreamFlags { start_corked: true, adjust_latency: true, ..StreamFlags::default() }
}

fn spec(rate_hz: u32) -> SampleSpec {
    let format =
        if cfg!(target_endian = "little") { SampleFormat::Float32Le } else { SampleFormat::Float32Be };
    SampleSpec { format, channels: 1, sample_rate: rate_hz }
}

fn c_string(name: &str) -> CString {
    CString::new(name).unwrap_or_default()
}

fn float(bytes: &[u8]) -> f32 {
    bytes.try_into().map_or(0.0, f32::from_ne_bytes)
}

fn bytes(ms: u32, rate_hz: u32) -> u32 {
    rate_hz / 100 * ms / 10 * FRAME
}

fn span_ns(frames: u64, rate_hz: u32) -> i64 {
    i64::try_from(u128::from(frames) * 1_000_000_000 / u128::from(rate_hz.max(1))).unwrap_or(i64::MAX)
}

fn micros(us: u64) -> i64 {
    i64::try_from(us).unwrap_or(0).saturating_mul(1_000)
}

fn ns(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}
