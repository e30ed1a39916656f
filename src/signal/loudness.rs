//! Loudness of speech only, after ITU-R BS.1770-4 and EBU R 128: K-weighted blocks of 400 ms every 100 ms, those below
//! -70 LUFS and then those more than 10 LU below the rest left out.

use crate::call::Span;
use ebur128::{EbuR128, Mode};

/// A tenth of a second at the analysis rate.
const STEP: usize = 1600;
/// Length of one block in steps.
const STEPS: usize = 4;
const ABSOLUTE_GATE: f64 = -70.0;
const RELATIVE_GATE: f64 = -10.0;

/// Loudness of one block of at most 400 ms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LoudnessBlock {
    /// Which stretch.
    pub span: Span,
    /// LUFS.
    pub lufs: f64,
}

/// Blocks of one stretch of speech that starts at sample `start` of the recording. A stretch shorter than 400 ms is one block.
pub fn loudness_blocks(samples: &[f32], start: u64, out: &mut Vec<LoudnessBlock>) {
    let Ok(mut meter) = EbuR128::new(1, crate::call::RATE_HZ, Mode::M) else { return };
    if samples.len() < STEP * STEPS {
        // Shorter than a block: the meter divides by 400 ms, so what is missing is added back.
        if meter.add_frames_f32(samples).is_ok()
            && let (Ok(lufs), Some(span)) =
                (meter.loudness_momentary(), Span::new(start, start + samples.len() as u64))
        {
            let missing = (STEP * STEPS) as f64 / samples.len() as f64;
            out.push(LoudnessBlock { span, lufs: lufs + 10.0 * missing.log10() });
        }
        return;
    }
    for (step, chunk) in samples.chunks_exact(STEP).enumerate() {
        if meter.add_frames_f32(chunk).is_err() {
            return;
        }
        if step + 1 >= STEPS
            && let Ok(lufs) = meter.loudness_momentary()
        {
            let end = start + ((step + 1) * STEP) as u64;
            out.extend(Span::new(end - (STEP * STEPS) as u64, end).map(|span| LoudnessBlock { span, lufs }));
        }
    }
}

/// Gated loudness of blocks, LUFS; `None` when all is silence.
pub fn gated_loudness(blocks: impl Iterator<Item = f64>) -> Option<f64> {
    let powers: Vec<f64> = blocks.filter(|l| *l > ABSOLUTE_GATE).map(|l| 10f64.powf(l / 10.0)).collect();
    let mean = |p: &[f64]| p.iter().sum::<f64>() / p.len() as f64;
    if powers.is_empty() {
        return None;
    }
    let gate = mean(&powers) * 10f64.powf(RELATIVE_GATE / 10.0);
    let loud: Vec<f64> = powers.into_iter().filter(|p| *p > gate).collect();
    (!loud.is_empty()).then(|| 10.0 * mean(&loud).log10())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(seconds: f64, amplitude: f64) -> Vec<f32> {
        let n = (seconds * 16_000.0) as usize;
        (0..n)
            .map(|i| (amplitude * (std::f64::consts::TAU * 997.0 * i as f64 / 16_000.0).sin()) as f32)
            .collect()
    }

    fn loudness(samples: &[f32]) -> Option<f64> {
        let mut blocks = Vec::new();
        loudness_blocks(samples, 0, &mut blocks);
        gated_loudness(blocks.iter().map(|b| b.lufs))
    }

    #[test]
    fn the_calibration_tone_of_the_standard_reads_minus_3() {
        assert!((loudness(&tone(3.0, 1.0)).unwrap() + 3.01).abs() < 0.1);
        assert!((loudness(&tone(3.0, 0.1)).unwrap() + 23.01).abs() < 0.1);
    }

    #[test]
    fn it_agrees_with_the_meters_own_gated_loudness() {
        let mut samples = tone(2.0, 0.3);
        samples.extend(tone(2.0, 0.001));
        samples.extend(tone(1.5, 0.1));
        let mut meter = EbuR128::new(1, 16_000, Mode::I).unwrap();
        meter.add_frames_f32(&samples).unwrap();
        assert!((loudness(&samples).unwrap() - meter.loudness_global().unwrap()).abs() < 0.1);
    }

    #[test]
    fn a_short_word_is_not_quieter_for_being_short() {
        assert!((loudness(&tone(0.2, 0.1)).unwrap() + 23.0).abs() < 0.6);
        assert_eq!(loudness(&vec![0.0; 32_000]), None);
    }
}
