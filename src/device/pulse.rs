//! PulseAudio streams (PipeWire's, too) with buffers of our own choice, as streams of cpal.
//!
//! cpal asks for a buffer of twice a request, of which the server keeps nothing for the device: it then runs the device in
//! the shortest blocks that it can do, 0.5 ms, and sends the microphone's sound in as short ones, 2,000 messages a second,
//! each with a question about the time. That was a quarter of a core, and a server that stutters as soon as the machine is
//! busy. Here the device gets a part of the buffer of its own ([`client`]), the time is asked for 25 times a second
//! ([`clock`]), and the microphone's buffer is long, so that a busy machine loses nothing.

mod client;
mod clock;

use self::client::{c_string, client, device_ms, error};
use self::clock::Clock;
use super::latch::Latch;
use super::sides::{CaptureSide, PlaybackSide};
use cpal::traits::StreamTrait;
use cpal::{Error, FrameCount, StreamInstant};
use futures_executor::block_on;
use pulseaudio::protocol::stream::{BufferAttr, StreamFlags};
use pulseaudio::protocol::{ChannelMap, PlaybackStreamParams, RecordStreamParams, SampleFormat, SampleSpec};
use pulseaudio::{AsPlaybackSource, ClientError, PlaybackStream, RecordStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

/// Mono, 32 bit floating point.
const FRAME: u32 = 4;
/// The server asks for so much at once, and sends at most so much at once.
const BLOCK_MS: u32 = 20;
/// What the server keeps of the microphone while this program has no time.
const KEPT_MS: u32 = 4_000;
/// How long the first sound is waited for: a virtual device that nobody used may have just begun to sleep for two seconds.
const WAKE: Duration = Duration::from_millis(2_500);
/// How often it is looked for.
const LOOK: Duration = Duration::from_millis(5);

/// Opens a microphone by its name on the server; it waits to be played.
pub(super) fn record(
    name: &str,
    rate_hz: u32,
    origin: Instant,
    mut side: CaptureSide,
    latch: Arc<Latch>,
) -> Result<cpal::Stream, Error> {
    let client = client()?;
    let clock = Clock::new(origin, rate_hz);
    let awake = Arc::new(AtomicBool::default());
    let (clocked, heard, mut frames) = (clock.clone(), awake.clone(), 0u64);
    let take = move |bytes: &[u8]| {
        heard.store(true, Ordering::Relaxed);
        let now_ns = clocked.now_ns();
        let samples = bytes.chunks_exact(FRAME as usize).map(float);
        let count = samples.len() as u64;
        let at_ns = clocked.at_ns(frames).unwrap_or(now_ns - clocked.span_ns(count));
        frames += count;
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
    Stream::follow(Inner::Record(stream), clock, awake, latch)
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
    let clock = Clock::new(origin, rate_hz);
    let awake = Arc::new(AtomicBool::default());
    let (clocked, running, mut frames) = (clock.clone(), awake.clone(), 0u64);
    let wanted = move |bytes: &mut [u8]| {
        // What is asked for first only fills the buffer.
        running.store(frames > 0, Ordering::Relaxed);
        let now_ns = clocked.now_ns();
        let at_ns = clocked.at_ns(frames).unwrap_or(now_ns);
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
    Stream::follow(Inner::Playback(stream), clock, awake, latch)
}

#[derive(Clone)]
enum Inner {
    Record(RecordStream),
    Playback(PlaybackStream),
}

impl Inner {
    fn cork(&self, yes: bool) -> Result<(), Error> {
        match self {
            Self::Record(stream) if yes => block_on(stream.cork()),
            Self::Record(stream) => block_on(stream.uncork()),
            Self::Playback(stream) if yes => block_on(stream.cork()),
            Self::Playback(stream) => block_on(stream.uncork()),
        }
        .map_err(|e| error(&e))
    }

    /// The server's time, and when frame 0 was or will have been at the converter against it, in nanoseconds.
    fn first_frame(&self, clock: &Clock) -> Result<(SystemTime, i64), ClientError> {
        let span_ns = |bytes: i64| clock.span_ns(u64::try_from(bytes).unwrap_or(0) / u64::from(FRAME));
        Ok(match self {
            Self::Record(stream) => {
                let t = block_on(stream.timing_info())?;
                // The newest sample has been in the device so long.
                (t.remote_time, -micros(t.source_usec) - span_ns(t.write_offset))
            }
            Self::Playback(stream) => {
                let t = block_on(stream.timing_info())?;
                // What the device took last sounds when the rest of what it has is over.
                (t.remote_time, micros(t.sink_usec) - span_ns(t.read_offset))
            }
        })
    }
}

/// Dropping it lets the thread that asks for the time end, and with it the stream.
struct Stream {
    inner: Inner,
    awake: Arc<AtomicBool>,
    clock: Clock,
    _stop: Mutex<Sender<()>>,
}

impl Stream {
    fn follow(
        inner: Inner,
        clock: Clock,
        awake: Arc<AtomicBool>,
        latch: Arc<Latch>,
    ) -> Result<cpal::Stream, Error> {
        let (asked, at) = (inner.clone(), clock.clone());
        let stop = clock.follow(latch, move || asked.first_frame(&at))?;
        let stream = Self { inner, awake, clock, _stop: Mutex::new(stop) };
        Ok(cpal::Stream::from(cpal::platform::CustomStream::from_stream(stream)))
    }
}

impl StreamTrait for Stream {
    fn play(&self) -> Result<(), Error> {
        self.inner.cork(false)?;
        let since = Instant::now();
        while !self.awake.load(Ordering::Relaxed) && since.elapsed() < WAKE {
            std::thread::sleep(LOOK);
        }
        Ok(())
    }

    fn pause(&self) -> Result<(), Error> {
        self.inner.cork(true)
    }

    fn now(&self) -> StreamInstant {
        self.clock.now()
    }

    fn buffer_size(&self) -> Result<FrameCount, Error> {
        Ok(bytes(BLOCK_MS, self.clock.rate_hz) / FRAME)
    }
}

fn flags() -> StreamFlags {
    StreamFlags { start_corked: true, adjust_latency: true, ..StreamFlags::default() }
}

fn spec(rate_hz: u32) -> SampleSpec {
    let format =
        if cfg!(target_endian = "little") { SampleFormat::Float32Le } else { SampleFormat::Float32Be };
    SampleSpec { format, channels: 1, sample_rate: rate_hz }
}

fn float(bytes: &[u8]) -> f32 {
    bytes.try_into().map_or(0.0, f32::from_ne_bytes)
}

fn bytes(ms: u32, rate_hz: u32) -> u32 {
    rate_hz / 100 * ms / 10 * FRAME
}

fn micros(us: u64) -> i64 {
    i64::try_from(us).unwrap_or(0).saturating_mul(1_000)
}
