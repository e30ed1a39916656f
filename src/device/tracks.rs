//! The two tracks of a call on the microphone's own samples: what the customer's line gave and what the microphone heard.
//!
//! A prompt's start is known on the common clock, tens of milliseconds before the microphone's samples of that moment
//! arrive, so its samples are laid beside them where they belong: the stored take has the true latencies in it.

use super::{CaptureBlock, DeviceEvent, PlayId};
use crate::call::RATE_HZ;
use std::sync::Arc;

struct Line {
    id: PlayId,
    samples: Arc<[f32]>,
    /// Microphone sample at which it starts, once known.
    start: Option<i64>,
    /// Microphone sample at which it was stopped.
    stop: Option<i64>,
}

/// Lays prompts beside the microphone's samples.
#[derive(Default)]
pub struct CallTracks {
    lines: Vec<Line>,
    /// Last block: its first sample's number, and its moment in seconds.
    anchor: Option<(u64, f64)>,
    waiting: Vec<DeviceEvent>,
}

impl CallTracks {
    /// A call without a sample.
    pub fn new() -> Self {
        Self::default()
    }

    /// Tells what is about to be played, at 16 kHz, under the name that [`play`](super::AudioIo::play) gave it.
    pub fn playing(&mut self, id: PlayId, samples: impl Into<Arc<[f32]>>) {
        self.lines.push(Line { id, samples: samples.into(), start: None, stop: None });
    }

    /// Takes an event; a captured block comes back as interleaved frames, customer left and microphone right, ready for
    /// [`TakeWriter`](crate::audio::TakeWriter) at 16 kHz.
    pub fn take(&mut self, event: &DeviceEvent) -> Option<Vec<f32>> {
        match event {
            DeviceEvent::PlaybackStarted { .. } | DeviceEvent::PlaybackEnded { .. } => {
                self.waiting.push(event.clone());
                None
            }
            DeviceEvent::Captured(block) => Some(self.lay(block)),
            _ => None,
        }
    }

    fn lay(&mut self, block: &CaptureBlock) -> Vec<f32> {
        self.anchor = Some((block.first, block.start.seconds()));
        for event in std::mem::take(&mut self.waiting) {
            match event {
                DeviceEvent::PlaybackStarted { id, at } => {
                    let start = self.sample_at(at.seconds());
                    self.line(id, |line| line.start = start);
                }
                DeviceEvent::PlaybackEnded { id, at, whole: false } => {
                    let stop = self.sample_at(at.seconds());
                    self.line(id, |line| line.stop = stop);
                }
                _ => {}
            }
        }
        let first = block.first as i64;
        let mut out: Vec<f32> = block.samples.iter().flat_map(|s| [0.0, *s]).collect();
        for line in &self.lines {
            let Some(start) = line.start else { continue };
            let end = (start + line.samples.len() as i64).min(line.stop.unwrap_or(i64::MAX));
            for at in start.max(first)..end.min(first + block.samples.len() as i64) {
                out[2 * (at - first) as usize] += line.samples[(at - start) as usize];
            }
        }
        let done = first + block.samples.len() as i64;
        self.lines.retain(|l| {
            l.start.is_none_or(|s| s + l.samples.len() as i64 > done && l.stop.is_none_or(|e| e > done))
        });
        out
    }

    fn line(&mut self, id: PlayId, change: impl FnOnce(&mut Line)) {
        if let Some(line) = self.lines.iter_mut().find(|l| l.id == id) {
            change(line);
        }
    }

    /// The number of the microphone's sample at a moment.
    pub fn sample_at(&self, moment_s: f64) -> Option<i64> {
        let (first, start_s) = self.anchor?;
        Some(first as i64 + ((moment_s - start_s) * f64::from(RATE_HZ)).round() as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::{AudioIo, FakeAudio, When};

    #[test]
    fn the_tracks_hold_the_true_times_of_both() {
        let mut fake = FakeAudio::new(0.02);
        let handle = fake.handle();
        handle.say(When::AfterEnd(0, 0.3), vec![0.5; 800]);
        let line: Vec<f32> = vec![0.25; 4_000];
        let mut tracks = CallTracks::new();
        let mut take: Vec<f32> = Vec::new();
        for round in 0..120 {
            if round == 20 || round == 80 {
                let prompt = fake.prepare(&line, 16_000);
                tracks.playing(fake.play(&prompt), line.clone());
            }
            if round == 85 {
                fake.stop_playback();
            }
            for event in fake.poll() {
                take.extend(tracks.take(&event).unwrap_or_default());
            }
        }
        let (played, heard) = handle.truth();
        let (left, right): (Vec<f32>, Vec<f32>) = take.chunks(2).map(|f| (f[0], f[1])).unzip();
        assert!(left == played && right == heard);
        assert_eq!(left.iter().filter(|s| **s > 0.0).count(), 4_000 + 5 * 320);
    }
}
