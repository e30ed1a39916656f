//! What the errors of a stream mean.

use super::TroubleKind;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// So many errors of unknown meaning are a dead stream, even while callbacks still come,
const FLOOD: u64 = 100;
/// if they keep coming for so long
const FLOOD_FOR: Duration = Duration::from_millis(500);
/// without a pause of so long.
const LULL: Duration = Duration::from_millis(250);
/// An error explains a stream that stopped within so long after it.
const LATELY: Duration = Duration::from_secs(2);

/// Keeps the first fatal error of a stream: a lost ALSA device reports hundreds of thousands.
#[derive(Debug, Default)]
pub(super) struct Latch {
    moved: AtomicBool,
    glitches: AtomicU64,
    errors: Mutex<Errors>,
}

#[derive(Debug, Default)]
struct Errors {
    fatal: Option<TroubleKind>,
    /// What the system said first that is more than a glitch.
    said: Option<String>,
    /// The latest errors of unknown meaning: the stream is dead only when its callbacks stop as well, or in a flood.
    unclear: Option<Run>,
}

/// Errors that follow each other.
#[derive(Clone, Copy, Debug)]
struct Run {
    since: Instant,
    last: Instant,
    count: u64,
}

impl Latch {
    pub fn note(&self, error: &cpal::Error) {
        self.note_at(error, Instant::now());
    }

    pub(super) fn note_at(&self, error: &cpal::Error, now: Instant) {
        let known = match error.kind() {
            cpal::ErrorKind::Xrun => {
                self.glitches.fetch_add(1, Ordering::Relaxed);
                return;
            }
            cpal::ErrorKind::RealtimeDenied => return,
            cpal::ErrorKind::DeviceChanged => {
                self.moved.store(true, Ordering::Relaxed);
                return;
            }
            cpal::ErrorKind::DeviceNotAvailable => Some(TroubleKind::Gone),
            cpal::ErrorKind::DeviceBusy => Some(TroubleKind::Busy),
            cpal::ErrorKind::PermissionDenied => Some(TroubleKind::Denied),
            cpal::ErrorKind::StreamInvalidated => Some(TroubleKind::Failed),
            _ => None,
        };
        let mut errors = self.errors();
        errors.said.get_or_insert_with(|| error.to_string());
        let fatal = known.or_else(|| errors.floods(now).then_some(TroubleKind::Failed));
        errors.fatal = errors.fatal.or(fatal);
    }

    fn errors(&self) -> MutexGuard<'_, Errors> {
        self.errors.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn said(&self) -> Option<String> {
        self.errors().said.clone()
    }

    pub fn fatal(&self) -> Option<TroubleKind> {
        self.errors().fatal
    }

    /// Whether there was an error of unknown meaning lately.
    pub fn unclear(&self) -> bool {
        self.errors().unclear.is_some_and(|run| run.last.elapsed() < LATELY)
    }

    /// Whether the stream was moved to another device since this was asked last.
    pub fn moved(&self) -> bool {
        self.moved.swap(false, Ordering::Relaxed)
    }

    /// Underruns and overruns that the system reported.
    pub fn glitches(&self) -> u64 {
        self.glitches.load(Ordering::Relaxed)
    }
}

impl Errors {
    /// One more of unknown meaning; whether there are too many for too long.
    fn floods(&mut self, now: Instant) -> bool {
        let going_on = self.unclear.filter(|run| now.saturating_duration_since(run.last) <= LULL);
        let (since, count) = going_on.map_or((now, 1), |run| (run.since, run.count + 1));
        self.unclear = Some(Run { since, last: now, count });
        count > FLOOD && now.saturating_duration_since(since) >= FLOOD_FOR
    }
}
