//! What a channel carries: the highest frequency at which the person's speech stands out of the background.

use super::envelope::{FRAME, quantile};
use super::fft::BlockFft;
use super::{SampleSource, SourceError};
use crate::call::{Span, Timeline};

/// Bins of 31.25 Hz.
const WINDOW: usize = 512;
const BIN_HZ: f64 = 31.25;
/// Stretches of 32 ms that are looked at, spread over the recording.
const LOOKS: usize = 600;
/// Speech must stand this many times over the background.
const OVER_BACKGROUND: f32 = 1.6;
/// And reach this share of its own strongest band.
const OVER_PEAK: f32 = 3e-6;
/// Bands of 250 Hz.
const BAND: usize = 8;

/// In Hz; `None` where there is too little speech to tell (3 s).
pub fn bandwidth_hz(
    source: &dyn SampleSource,
    speech: &Timeline,
    level: &[f32],
) -> Result<Option<f64>, SourceError> {
    if speech.total_s() < 3.0 {
        return Ok(None);
    }
    let Some(extent) = Span::new(0, source.len()) else { return Ok(None) };
    let mut fft = BlockFft::new(WINDOW);
    let spoken = spectrum(source, &loud_frames(speech, level), &mut fft)?;
    let quiet: Vec<u64> = speech
        .gaps(extent)
        .spans()
        .iter()
        .flat_map(|s| (s.start()..s.end().saturating_sub(WINDOW as u64)).step_by(WINDOW))
        .collect();
    let behind = spectrum(source, &quiet, &mut fft)?;
    let peak = spoken.iter().copied().fold(0.0, f32::max);
    let top = (0..spoken.len())
        .rev()
        .find(|b| spoken[*b] > OVER_BACKGROUND * behind[*b] && spoken[*b] > OVER_PEAK * peak);
    Ok(top.map(|b| ((b + 1) * BAND) as f64 * BIN_HZ))
}

/// Starts of the louder half of the speech: consonants as well as vowels.
fn loud_frames(speech: &Timeline, level: &[f32]) -> Vec<u64> {
    let frames: Vec<usize> = speech
        .spans()
        .iter()
        .flat_map(|s| (s.start() as usize / FRAME..s.end() as usize / FRAME).step_by(3))
        .filter(|i| *i < level.len())
        .collect();
    let mut levels: Vec<f32> = frames.iter().map(|i| level[*i]).collect();
    let median = quantile(&mut levels, 0.4).unwrap_or(0.0);
    frames.into_iter().filter(|i| level[*i] >= median).map(|i| (i * FRAME) as u64).collect()
}

/// Mean power by band over some of the moments.
fn spectrum(source: &dyn SampleSource, starts: &[u64], fft: &mut BlockFft) -> Result<Vec<f32>, SourceError> {
    let mut sum = vec![0.0f32; WINDOW / 2 / BAND];
    let mut samples = vec![0.0f32; WINDOW];
    let step = (starts.len() / LOOKS).max(1);
    let looks = starts.iter().step_by(step);
    let count = looks.len().max(1) as f32;
    for start in looks {
        source.read_at(*start, &mut samples)?;
        for (i, s) in samples.iter_mut().enumerate() {
            // Blackman: side lobes far below the steepest telephone filter.
            let t = std::f32::consts::TAU * (i as f32 + 0.5) / WINDOW as f32;
            *s *= 0.42 - 0.5 * t.cos() + 0.08 * (2.0 * t).cos();
        }
        for (band, bins) in sum.iter_mut().zip(fft.forward_of(&samples).chunks(BAND)) {
            *band += bins.iter().map(super::fft::Complex32::norm_sqr).sum::<f32>() / count;
        }
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::envelope::envelope;
    use crate::signal::synthetic::{Noise, bursts};

    #[test]
    fn the_limit_of_a_telephone_channel_is_found_under_wide_noise() {
        for (limit_hz, expected) in [(3400.0, 3250.0..4250.0), (7900.0, 7000.0..8001.0)] {
            let (mut sound, speech) = bursts(20.0, limit_hz, 0.1);
            let mut noise = Noise::new(3);
            sound.iter_mut().for_each(|s| *s += 0.001 * noise.next());
            let level = envelope(&sound).unwrap().dbfs;
            let found = bandwidth_hz(&sound, &speech, &level).unwrap().unwrap();
            assert!(expected.contains(&found), "{limit_hz}: {found}");
        }
    }
}
