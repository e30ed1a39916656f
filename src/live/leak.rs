//! How loud the loudspeaker is expected in the microphone, so that the customer's own voice is not taken for the agent's.
//!
//! Only for the live decisions; the analysis of the take removes leakage sample by sample. Levels of 10 ms frames in dB:
//! the leak is what the microphone has over the prompt in most frames in which the prompt sounds.

use std::collections::VecDeque;

/// The prompt's echo in a room trails it by so many frames.
const TRAIL: usize = 25;
/// A prompt quieter than this tells nothing about the leak, dBFS.
const PROMPT_DB: f32 = -45.0;
/// Frames of sounding prompt that are remembered: 10 s.
const MEMORY: usize = 1_000;
/// Fewer tell nothing yet: 0.3 s.
const ENOUGH: usize = 30;
/// Of the differences, this share lies below the expected leak: an agent who talks over a fifth of the customer's
/// speech does not shift it.
const QUANTILE: f32 = 0.8;

/// Learns the leak while it listens.
#[derive(Clone, Debug, Default)]
pub struct Leak {
    prompt: VecDeque<f32>,
    differences: VecDeque<f32>,
    gain_db: Option<f32>,
    since: usize,
}

impl Leak {
    /// With what the sound check measured, in dB against the prompt.
    pub fn known(gain_db: Option<f64>) -> Self {
        Self { gain_db: gain_db.map(|g| g as f32), ..Self::default() }
    }

    /// The leak's level in this frame, dBFS; learns from the frame.
    pub fn expect(&mut self, prompt_db: f32, microphone_db: f32) -> f32 {
        self.prompt.push_back(prompt_db);
        if self.prompt.len() > TRAIL {
            self.prompt.pop_front();
        }
        let prompt = self.prompt.iter().copied().fold(f32::MIN, f32::max);
        if prompt < PROMPT_DB {
            return f32::MIN;
        }
        self.differences.push_back(microphone_db - prompt);
        if self.differences.len() > MEMORY {
            self.differences.pop_front();
        }
        self.since += 1;
        if self.differences.len() >= ENOUGH && self.since >= 10 {
            self.since = 0;
            let mut sorted: Vec<f32> = self.differences.iter().copied().collect();
            sorted.sort_unstable_by(f32::total_cmp);
            self.gain_db = Some(sorted[((sorted.len() - 1) as f32 * QUANTILE) as usize]);
        }
        // Before anything is known, a voice over the prompt has to be about as loud as the prompt.
        prompt + self.gain_db.unwrap_or(-10.0)
    }
}
