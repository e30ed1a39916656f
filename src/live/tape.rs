//! The last two minutes of the microphone in memory, read by the detector and the recognizer while it grows.

use crate::signal::{SampleSource, SourceError};
use std::sync::{Arc, PoisonError, RwLock};

/// What is kept, in samples: longer than any reply that is judged as one.
const KEEP: usize = 120 * 16_000;
/// Old samples are dropped in pieces of this size, so that dropping costs next to nothing.
const DROP: usize = 10 * 16_000;

#[derive(Debug, Default)]
struct Inner {
    first: u64,
    samples: Vec<f32>,
}

/// A second hold shares the sound.
#[derive(Clone, Debug, Default)]
pub struct Tape(Arc<RwLock<Inner>>);

impl Tape {
    pub fn push(&self, samples: &[f32]) {
        let mut inner = self.0.write().unwrap_or_else(PoisonError::into_inner);
        inner.samples.extend_from_slice(samples);
        if inner.samples.len() > KEEP + DROP {
            inner.samples.drain(..DROP);
            inner.first += DROP as u64;
        }
    }
}

impl SampleSource for Tape {
    fn len(&self) -> u64 {
        let inner = self.0.read().unwrap_or_else(PoisonError::into_inner);
        inner.first + inner.samples.len() as u64
    }

    fn read_at(&self, start: u64, out: &mut [f32]) -> Result<(), SourceError> {
        let inner = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let missing = inner.first.saturating_sub(start).min(out.len() as u64) as usize;
        out[..missing].fill(0.0);
        let from = (start + missing as u64).saturating_sub(inner.first);
        inner.samples.read_at(from, &mut out[missing..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_stay_when_old_sound_is_dropped() {
        let tape = Tape::default();
        for second in 0..200 {
            tape.push(&vec![second as f32; 16_000]);
        }
        assert_eq!(tape.len(), 200 * 16_000);
        let mut out = [9.0; 2];
        tape.read_at(150 * 16_000 - 1, &mut out).unwrap();
        assert_eq!(out, [149.0, 150.0]);
        tape.read_at(0, &mut out).unwrap();
        assert_eq!(out, [0.0, 0.0]);
        tape.read_at(200 * 16_000 - 1, &mut out).unwrap();
        assert_eq!(out, [199.0, 0.0]);
    }
}
