//! The take on disk: left the customer's lines where they sounded, right the microphone, from its first sample.

use crate::audio::{AudioError, TakeWriter};
use crate::call::RATE_HZ;
use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

/// So much is held back before it is written, because a prompt's start is told a little before or after its time.
const HOLD_BACK: usize = 640;
/// A prompt that was stopped fades out over this.
const FADE: u64 = 160;

struct Placed {
    start: u64,
    end: u64,
    samples: Arc<[f32]>,
}

impl Placed {
    fn at(&self, n: u64) -> f32 {
        if n < self.start || n >= self.end {
            return 0.0;
        }
        let gain = if self.end < self.start + self.samples.len() as u64 {
            ((self.end - n) as f32 / FADE as f32).min(1.0)
        } else {
            1.0
        };
        self.samples.get((n - self.start) as usize).map_or(0.0, |s| s * gain)
    }
}

/// Writes both channels.
pub struct TwoChannels {
    writer: Option<TakeWriter>,
    waiting: VecDeque<f32>,
    written: u64,
    lines: VecDeque<Placed>,
    both: Vec<f32>,
}

impl TwoChannels {
    pub fn create(path: &Path) -> Result<Self, AudioError> {
        Ok(Self {
            writer: Some(TakeWriter::create(path, RATE_HZ, 2)?),
            waiting: VecDeque::with_capacity(4 * HOLD_BACK),
            written: 0,
            lines: VecDeque::new(),
            both: Vec::new(),
        })
    }

    /// A line sounds from sample `start` on.
    pub fn place(&mut self, start: u64, samples: Arc<[f32]>) {
        if let Some(last) = self.lines.back_mut() {
            last.end = last.end.min(start);
        }
        self.lines.push_back(Placed { start, end: start + samples.len() as u64, samples });
        // The last ones are needed for what is held back and for the level of the line that is over.
        while self.lines.len() > 4 {
            self.lines.pop_front();
        }
    }

    /// What is playing stopped at that sample.
    pub fn cut(&mut self, at: u64) {
        if let Some(last) = self.lines.back_mut() {
            last.end = last.end.min(at.max(last.start));
        }
    }

    /// The customer's channel.
    pub fn customer(&self, start: u64, out: &mut [f32]) {
        for (n, o) in (start..).zip(out) {
            *o = self.lines.iter().map(|p| p.at(n)).sum();
        }
    }

    /// The microphone's next samples. After an error nothing more is written, and what is there stays.
    pub fn push(&mut self, microphone: &[f32]) -> Result<(), AudioError> {
        self.waiting.extend(microphone);
        let ready = self.waiting.len().saturating_sub(HOLD_BACK);
        self.write(ready)
    }

    fn write(&mut self, count: usize) -> Result<(), AudioError> {
        self.both.clear();
        for (n, right) in (self.written..).zip(self.waiting.drain(..count)) {
            let left: f32 = self.lines.iter().map(|p| p.at(n)).sum();
            self.both.extend([left, right]);
        }
        self.written += count as u64;
        let Some(writer) = &mut self.writer else { return Ok(()) };
        let result = writer.write(&self.both);
        if result.is_err() {
            self.writer = None;
        }
        result
    }

    /// Ends it; gives the number of samples.
    pub fn finish(mut self) -> Result<u64, AudioError> {
        self.write(self.waiting.len())?;
        if let Some(writer) = self.writer.take() {
            writer.finish()?;
        }
        Ok(self.written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stand_where_they_sounded_and_fade_where_they_were_stopped() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("take.wav");
        let mut take = TwoChannels::create(&path).unwrap();
        take.push(&[0.25; 1000]).unwrap();
        take.place(900, vec![0.5; 2000].into());
        take.push(&[0.25; 3000]).unwrap();
        take.place(3500, vec![0.5; 4000].into());
        take.push(&[0.25; 1000]).unwrap();
        take.cut(4_500);
        take.push(&[0.25; 5000]).unwrap();
        assert_eq!(take.finish().unwrap(), 10_000);
        let stores = crate::audio::Recording::open(&path).unwrap().load(&[0, 1]).unwrap();
        let (left, right) = (stores[0].to_vec().unwrap(), stores[1].to_vec().unwrap());
        assert!(right.iter().all(|s| (*s - 0.25).abs() < 1e-4) && right.len() == 10_000);
        let sounding: Vec<usize> = (0..left.len()).filter(|n| left[*n] != 0.0).collect();
        let expected: Vec<usize> = (900..2900).chain(3500..4500).collect();
        assert_eq!(sounding, expected);
        assert!((left[4300] - 0.5).abs() < 1e-4 && left[4490] < 0.05);
    }
}
