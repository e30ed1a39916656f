//! When the frames of a stream are at the converter, on the clock of the program.

use super::client::error;
use crate::device::latch::Latch;
use cpal::{Error, ErrorKind, StreamInstant};
use pulseaudio::ClientError;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant, SystemTime};

/// How often the server is asked where its device is.
const ASK: Duration = Duration::from_millis(40);
/// Before the first answer.
const UNKNOWN: i64 = i64::MIN;

/// Shared by a stream, its callback and the thread that asks for the time.
#[derive(Clone)]
pub(super) struct Clock {
    origin: Instant,
    pub rate_hz: u32,
    /// When frame 0 was or will have been at the converter, in nanoseconds since `origin`.
    began: Arc<AtomicI64>,
}

impl Clock {
    pub fn new(origin: Instant, rate_hz: u32) -> Self {
        Self { origin, rate_hz, began: Arc::new(AtomicI64::new(UNKNOWN)) }
    }

    pub fn now(&self) -> StreamInstant {
        let since = self.origin.elapsed();
        StreamInstant::new(since.as_secs(), since.subsec_nanos())
    }

    pub fn now_ns(&self) -> i64 {
        ns(self.origin.elapsed())
    }

    /// When the frame of this number is at the converter; none before the server's first answer.
    pub fn at_ns(&self, frame: u64) -> Option<i64> {
        match self.began.load(Ordering::Relaxed) {
            UNKNOWN => None,
            began => Some(began + self.span_ns(frame)),
        }
    }

    pub fn span_ns(&self, frames: u64) -> i64 {
        i64::try_from(u128::from(frames) * 1_000_000_000 / u128::from(self.rate_hz.max(1)))
            .unwrap_or(i64::MAX)
    }

    /// Asks again and again until the sender is dropped: `first_frame` gives the server's time and when frame 0 was or will
    /// have been at the converter against it, in nanoseconds.
    pub fn follow(
        &self,
        latch: Arc<Latch>,
        first_frame: impl Fn() -> Result<(SystemTime, i64), ClientError> + Send + 'static,
    ) -> Result<Sender<()>, Error> {
        let (stop, stopped) = channel();
        let clock = self.clone();
        std::thread::Builder::new()
            .name("device-clock".to_owned())
            .spawn(move || clock.watch(&stopped, &latch, &first_frame))
            .map_err(|e| Error::with_message(ErrorKind::BackendError, e.to_string()))?;
        Ok(stop)
    }

    fn watch(
        &self,
        stopped: &Receiver<()>,
        latch: &Latch,
        first_frame: &dyn Fn() -> Result<(SystemTime, i64), ClientError>,
    ) {
        loop {
            let asked = Instant::now();
            match first_frame() {
                Ok((server, first)) => {
                    // The server looked between question and answer; it shares this machine's clock.
                    let age =
                        SystemTime::now().duration_since(server).unwrap_or_default().min(asked.elapsed());
                    self.began.store(self.now_ns() - ns(age) + first, Ordering::Relaxed);
                }
                Err(e) => return latch.note(&error(&e)),
            }
            if stopped.recv_timeout(ASK) != Err(RecvTimeoutError::Timeout) {
                return;
            }
        }
    }
}

fn ns(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}
