//! How far the sound of a channel can be trusted.

use super::background::Background;
use super::envelope::{self, FRAME, quantile};
use crate::call::{Span, Timeline};

/// How far the sound of one channel can be trusted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChannelQuality {
    /// Level of the speech (its stronger half) over the background, in dB; `None` without speech.
    pub snr_db: Option<f64>,
    /// Level of the background, in dBFS.
    pub noise_floor_dbfs: f64,
    /// Mean power of the speech, in dBFS; `None` without speech.
    pub speech_level_dbfs: Option<f64>,
    /// Share of samples that are cut-off peaks.
    pub clipped_fraction: f64,
    /// The channel is digital silence: a muted or forbidden microphone.
    pub all_zero: bool,
    /// Upper limit of what the channel carries, in Hz; `None` without speech.
    pub bandwidth_hz: Option<f64>,
    /// Level at which the other channel leaks into this one, in dB against that channel; `None` when it does not.
    pub bleed_db: Option<f64>,
    /// How much later the leak arrives than in the other channel, in seconds.
    pub bleed_delay_s: Option<f64>,
}

impl ChannelQuality {
    /// Levels from the 10 ms levels of the channel and its speech.
    pub fn measure(&mut self, level: &[f32], speech: &Timeline, background: &Background) {
        let frames =
            |s: &Span| (s.start() as usize / FRAME)..((s.end() as usize).div_ceil(FRAME)).min(level.len());
        let mut powers: Vec<f32> =
            speech.spans().iter().flat_map(frames).map(|i| 10f32.powf(level[i] / 10.0)).collect();
        let mut floors: Vec<f32> = (0..level.len()).step_by(100).map(|i| background.level(i)).collect();
        self.noise_floor_dbfs = f64::from(quantile(&mut floors, 0.5).unwrap_or(envelope::SILENCE_DBFS));
        if powers.is_empty() {
            return;
        }
        let mean = powers.iter().sum::<f32>() / powers.len() as f32;
        self.speech_level_dbfs = Some(f64::from(envelope::power_to_db(mean)));
        let median = quantile(&mut powers, 0.5).unwrap_or(0.0);
        let stronger: Vec<f32> = powers.iter().copied().filter(|p| *p >= median).collect();
        let strong = stronger.iter().sum::<f32>() / stronger.len().max(1) as f32;
        self.snr_db = Some(f64::from(envelope::power_to_db(strong)) - self.noise_floor_dbfs);
    }
}
