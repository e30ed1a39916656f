//! Windows of speech, decoded side by side.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use whisper_rs::WhisperError;

use super::{Channel, Options, Transcriber};
use crate::asr::decode::{self, Decoded, Room, Setup};
use crate::asr::pool::Lent;
use crate::asr::windows::Window;
use crate::asr::{AsrError, guard, level};
use crate::call::samples_to_seconds;
use crate::signal::SampleSource;

/// What there is to decode, and how.
pub(super) struct Work<'a> {
    pub transcriber: &'a Transcriber,
    pub channels: &'a [Channel<'a>],
    /// Each with its channel.
    pub windows: &'a [(usize, Window)],
    pub setup: Setup<'a>,
    pub options: &'a Options<'a>,
}

impl<'a> Work<'a> {
    /// What was decoded in each window, by so many threads, this one among them.
    pub fn run(&self, workers: usize) -> Result<Vec<Decoded>, AsrError> {
        let windows = self.windows;
        // The longest first, so that no thread is left with a long one at the end.
        let mut order: Vec<usize> = (0..windows.len()).collect();
        order.sort_by_key(|&i| (std::cmp::Reverse(windows[i].1.len), i));
        let total = windows.iter().map(|(_, w)| w.speech_len()).sum::<u64>().max(1);
        let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let results: Vec<Mutex<Option<Result<Decoded, AsrError>>>> =
            windows.iter().map(|_| Mutex::default()).collect();
        let failed = AtomicBool::new(false);
        let work = || {
            let mut lent: Option<Lent<'_>> = None;
            while let Some(&i) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                if failed.load(Ordering::Relaxed) {
                    break;
                }
                let (channel, window) = &windows[i];
                let result = self.window(&mut lent, self.channels[*channel].source, window);
                if result.is_err() {
                    failed.store(true, Ordering::Relaxed);
                }
                *results[i].lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
                let done = done.fetch_add(window.speech_len() as usize, Ordering::Relaxed) as u64
                    + window.speech_len();
                if let Some(progress) = self.options.progress {
                    progress(done as f32 / total as f32);
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..workers {
                scope.spawn(work);
            }
            work();
        });
        let mut out = Vec::with_capacity(windows.len());
        let mut cancelled = false;
        for result in results {
            match result.into_inner().unwrap_or_else(PoisonError::into_inner) {
                Some(Ok(decoded)) => out.push(decoded),
                Some(Err(AsrError::Cancelled)) | None => cancelled = true,
                Some(Err(error)) => return Err(error),
            }
        }
        if cancelled { Err(AsrError::Cancelled) } else { Ok(out) }
    }

    /// One window; the state that a thread was lent serves all of its windows.
    fn window(
        &self,
        lent: &mut Option<Lent<'a>>,
        source: &dyn SampleSource,
        window: &Window,
    ) -> Result<Decoded, AsrError> {
        let (setup, options) = (&self.setup, self.options);
        let fail = |error: &WhisperError| {
            if options.cancel.load(Ordering::Relaxed) {
                AsrError::Cancelled
            } else {
                AsrError::Engine { at_s: samples_to_seconds(window.start()), reason: error.to_string() }
            }
        };
        if options.cancel.load(Ordering::Relaxed) {
            return Err(AsrError::Cancelled);
        }
        let lent = match lent {
            Some(lent) => lent,
            None => lent.insert(self.transcriber.pool.lend(&self.transcriber.context).map_err(|e| fail(&e))?),
        };
        let Some(state) = lent.state() else { return Err(AsrError::Cancelled) };
        let mut samples = sound(source, window)?;
        level::settle(&mut samples);
        let mut decoded = decode::decode(state, setup, &mut samples, Room::Usual).map_err(|e| fail(&e))?;
        if options.second_try && guard::is_doubtful(&decoded, window.speech_len()) {
            let second = decode::decode(state, setup, &mut samples, Room::More).map_err(|e| fail(&e))?;
            if guard::is_better(&second, &decoded) {
                decoded = second;
            }
        }
        if guard::is_invented(&decoded) {
            decoded = Decoded::default();
        }
        Ok(decoded)
    }
}

/// The samples of a window: each piece's sound, and silence between them.
fn sound(source: &dyn SampleSource, window: &Window) -> Result<Vec<f32>, AsrError> {
    let mut samples = vec![0.0; window.len as usize];
    for piece in &window.pieces {
        let at = piece.at as usize;
        source.read_at(piece.sound.start(), &mut samples[at..at + piece.sound.len() as usize])?;
    }
    Ok(samples)
}
