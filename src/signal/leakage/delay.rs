//! How much later each channel arrives in the other: generalized cross-correlation with phase transform (Knapp & Carter
//! 1976) over the whole recording.

use super::signed;
use crate::signal::fft::{BlockFft, Complex32};
use crate::signal::{SampleSource, SourceError};

/// The correlation's transform and the largest delay that is looked for: 0.5 s (loudspeakers over wireless).
const DELAY_FFT: usize = 16_384;
const MAX_DELAY: usize = 8000;
/// A correlation peak counts when it stands this far over the correlation's own spread.
const PEAK_OVER_SPREAD: f32 = 9.0;
/// The same where a leak is expected. The highest of 8,000 lags of noise reaches about 4.
const EXPECTED_OVER_SPREAD: f32 = 5.5;
/// The delays at which each channel arrives in the other: (`other` in `channel`, `channel` in `other`), where a
/// correlation peak stands out. `expected`: it is known that `other` leaks into `channel`.
pub fn delays(
    channel: &dyn SampleSource,
    other: &dyn SampleSource,
    expected: bool,
) -> Result<(Option<i64>, Option<i64>), SourceError> {
    let mut fft = BlockFft::new(DELAY_FFT);
    let mut sum = vec![Complex32::default(); DELAY_FFT / 2 + 1];
    let (mut y, mut x) = (vec![0.0; DELAY_FFT], vec![0.0; DELAY_FFT]);
    let length = channel.len().min(other.len());
    let mut at = 0;
    while at < length {
        channel.read_at(at, &mut y)?;
        other.read_at(at, &mut x)?;
        let (a, b) = (fft.forward_of(&y), fft.forward_of(&x));
        for ((s, p), q) in sum.iter_mut().zip(&a).zip(&b) {
            let product = p * q.conj();
            *s += product / product.norm().max(1e-12);
        }
        at += DELAY_FFT as u64 / 2;
    }
    // Below 150 Hz hum is common to everything on the same mains; above 3.6 kHz a telephone channel has only rounding errors.
    sum[..DELAY_FFT * 150 / 16_000].fill(Complex32::default());
    sum[DELAY_FFT * 3600 / 16_000..].fill(Complex32::default());
    let correlation = fft.inverse(&mut sum);
    let spread = (correlation.iter().map(|c| c * c).sum::<f32>() / DELAY_FFT as f32).sqrt();
    let peak = |range: &mut dyn Iterator<Item = i64>, over_spread: f32| {
        range
            .map(|lag| (lag, correlation[lag.rem_euclid(signed(DELAY_FFT)) as usize].abs()))
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .filter(|(_, height)| *height > over_spread * spread && spread > 0.0)
            .map(|(lag, _)| lag)
    };
    let max = signed(MAX_DELAY);
    let known = if expected { EXPECTED_OVER_SPREAD } else { PEAK_OVER_SPREAD };
    let into_channel = peak(&mut (-16..=max), known);
    let into_other = peak(&mut (-max..=16), PEAK_OVER_SPREAD).map(|lag| -lag);
    Ok((into_channel, into_other))
}
