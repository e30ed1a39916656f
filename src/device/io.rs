//! What the rest of the program sees of sound devices.

use super::{Moment, Trouble};
use std::sync::Arc;

/// A clip ready to be played: already at the output's own rate.
#[derive(Clone, Debug)]
pub struct Prompt {
    pub(super) samples: Arc<[f32]>,
    pub(super) rate_hz: u32,
}

impl Prompt {
    /// Resamples a clip for an output of some rate; do it ahead of time, it costs a few milliseconds.
    pub(super) fn new(samples: &[f32], from_hz: u32, rate_hz: u32) -> Self {
        let samples: Arc<[f32]> = if from_hz == rate_hz {
            samples.into()
        } else {
            crate::audio::resample(samples, from_hz, rate_hz).into()
        };
        Self { samples, rate_hz }
    }

    /// Length.
    pub fn duration_s(&self) -> f64 {
        self.samples.len() as f64 / f64::from(self.rate_hz.max(1))
    }
}

/// Names one playback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlayId(pub u64);

/// A stretch of the microphone's sound at 16 kHz. Blocks follow each other without a gap: what was lost is zeros.
#[derive(Clone, Debug, PartialEq)]
pub struct CaptureBlock {
    /// When its first sample was at the converter.
    pub start: Moment,
    /// Number of its first sample since the stream was opened.
    pub first: u64,
    /// Full scale 1.
    pub samples: Vec<f32>,
    /// Largest magnitude at the device's own rate.
    pub peak: f32,
    /// Root mean square at the device's own rate.
    pub rms: f32,
    /// Whether samples reached full scale.
    pub clipped: bool,
    /// Device samples since the last block that found no room and were replaced by zeros.
    pub lost: u64,
}

/// What happened since the last look.
#[derive(Clone, Debug, PartialEq)]
pub enum DeviceEvent {
    /// Both streams run and their clocks are known; prompts given earlier start now.
    Ready,
    /// The microphone's sound.
    Captured(CaptureBlock),
    /// A prompt's first sample is or will be at the converter at that moment.
    PlaybackStarted {
        /// Which.
        id: PlayId,
        /// When; it may lie some ten milliseconds ahead.
        at: Moment,
    },
    /// A prompt's last sample is or will be at the converter at that moment.
    PlaybackEnded {
        /// Which.
        id: PlayId,
        /// When; it may lie some ten milliseconds ahead.
        at: Moment,
        /// False when it was stopped or replaced.
        whole: bool,
    },
    /// Something is wrong.
    Trouble(Trouble),
    /// What was wrong is right again.
    Recovered(super::Side),
}

/// Sound in and out on one clock. One worker thread owns it and polls it every 10 to 20 ms.
pub trait AudioIo: Send {
    /// The common clock.
    fn now(&self) -> Moment;

    /// Prepares a clip for [`play`](Self::play).
    fn prepare(&self, samples: &[f32], rate_hz: u32) -> Prompt;

    /// Plays a prompt as soon as possible, instead of one that is playing.
    fn play(&mut self, prompt: &Prompt) -> PlayId;

    /// So many seconds after [`play`](Self::play) its sound is at the converter.
    fn lead_s(&self) -> f64 {
        0.0
    }

    /// Fades out what is playing.
    fn stop_playback(&mut self);

    /// What happened since the last call, in order.
    fn poll(&mut self) -> Vec<DeviceEvent>;

    /// Names of the microphone and the loudspeaker.
    fn names(&self) -> (String, String);
}
