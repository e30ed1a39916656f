//! How loud the recognizer is given speech.
//!
//! Whisper's input is logarithmic with a floor 80 dB under the loudest moment, but not freed from level, so the same words
//! come out differently at another loudness. Softer than recordings usually are is better (docs/quality.md, "Words").

/// Root mean square of the loud parts, in dB relative to full scale. From -38 to -46 it makes no difference.
const LEVEL_DB: f32 = -40.0;
/// 10 ms.
const FRAME: usize = 160;
/// Frames softer than this part of the loudest one's energy are not counted as speech: 30 dB.
const LOUD: f32 = 1e-3;

/// Brings speech to the level at which it is recognized best. Silence stays as it is.
pub(super) fn settle(samples: &mut [f32]) {
    let energies: Vec<f32> =
        samples.chunks(FRAME).map(|f| f.iter().map(|x| x * x).sum::<f32>() / f.len() as f32).collect();
    let limit = LOUD * energies.iter().copied().fold(0.0, f32::max);
    let loud: Vec<f32> = energies.into_iter().filter(|e| *e > limit).collect();
    let mean = loud.iter().sum::<f32>() / loud.len() as f32;
    let gain = 10_f32.powf(LEVEL_DB / 20.0) / mean.sqrt();
    if gain.is_finite() {
        for sample in samples {
            *sample *= gain;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speech_of_any_loudness_gets_the_same_level_and_pauses_do_not_count() {
        for amplitude in [0.9_f32, 0.01, 1e-4] {
            let mut samples: Vec<f32> = (0..16_000)
                .map(|i| if i < 8_000 { amplitude * (i as f32 * 0.3).sin() } else { 0.0 })
                .collect();
            settle(&mut samples);
            let rms = (samples[..8_000].iter().map(|x| x * x).sum::<f32>() / 8_000.0).sqrt();
            assert!((20.0 * rms.log10() - LEVEL_DB).abs() < 0.1, "{rms}");
        }
    }

    #[test]
    fn silence_stays_silence() {
        let mut samples = vec![0.0; 1_000];
        settle(&mut samples);
        assert_eq!(samples, vec![0.0; 1_000]);
        settle(&mut []);
    }
}
