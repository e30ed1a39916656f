//! Level over time: one value in dBFS for every 10 ms, high-passed at 120 Hz so that hum and rumble do not count.

use super::{SampleSource, SourceError};

/// Samples behind one level: 10 ms.
pub const FRAME: usize = 160;
/// What counts as no sound at all, in dBFS.
pub const SILENCE_DBFS: f32 = -100.0;
/// Samples read at once (a whole number of frames).
const BLOCK: usize = FRAME * 1024;

/// What one pass over a channel sees.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Envelope {
    /// RMS level of each 10 ms, in dBFS (a full-scale square wave is 0).
    pub dbfs: Vec<f32>,
    /// Share of samples in runs at the channel's own ceiling.
    pub clipped_fraction: f64,
    /// Every sample is exactly zero.
    pub all_zero: bool,
}

/// Reads the source once.
pub fn envelope(source: &dyn SampleSource) -> Result<Envelope, SourceError> {
    let mut filter = HighPass::default();
    let mut dbfs = Vec::with_capacity((source.len() as usize).div_ceil(FRAME));
    let (mut clipped, mut all_zero, mut run, mut last) = (0u64, true, 0u32, 0.0f32);
    let mut block = vec![0.0f32; BLOCK];
    let mut at = 0;
    while at < source.len() {
        source.read_at(at, &mut block)?;
        let have = ((source.len() - at) as usize).min(BLOCK);
        for frame in block[..have].chunks(FRAME) {
            let mut energy = 0.0f32;
            for &x in frame {
                all_zero &= x == 0.0;
                // Three or more equal samples near full scale are a cut-off peak.
                if x.abs() > 0.5 && (x - last).abs() < 1e-4 {
                    run += 1;
                    clipped += match run {
                        2 => 3,
                        n if n > 2 => 1,
                        _ => 0,
                    };
                } else {
                    run = 0;
                }
                last = x;
                let y = filter.step(x);
                energy += y * y;
            }
            dbfs.push(power_to_db(energy / frame.len() as f32));
        }
        at += have as u64;
    }
    Ok(Envelope { dbfs, clipped_fraction: clipped as f64 / source.len().max(1) as f64, all_zero })
}

/// 10·log10, held at [`SILENCE_DBFS`].
pub fn power_to_db(power: f32) -> f32 {
    10.0 * power.max(1e-10).log10()
}

/// The value below which `share` (0 to 1) of the values lie; reorders them. `None` of nothing.
pub fn quantile(values: &mut [f32], share: f64) -> Option<f32> {
    let last = values.len().checked_sub(1)?;
    let rank = ((last as f64 * share).round() as usize).min(last);
    Some(*values.select_nth_unstable_by(rank, f32::total_cmp).1)
}

/// Second-order Butterworth high-pass at 120 Hz for 16 kHz.
#[derive(Clone, Copy, Debug, Default)]
struct HighPass {
    x: [f32; 2],
    y: [f32; 2],
}

impl HighPass {
    fn step(&mut self, x: f32) -> f32 {
        const B: f32 = 0.967_228;
        const A: [f32; 2] = [-1.933_38, 0.935_529];
        let y = B * (x - 2.0 * self.x[0] + self.x[1]) - A[0] * self.y[0] - A[1] * self.y[1];
        self.x = [x, self.x[0]];
        self.y = [y, self.y[0]];
        y
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hz: f32, amplitude: f32) -> Vec<f32> {
        (0..16_000).map(|i| amplitude * (std::f32::consts::TAU * hz * i as f32 / 16_000.0).sin()).collect()
    }

    #[test]
    fn a_tone_has_its_rms_level_and_hum_has_none() {
        let level = |hz| envelope(&tone(hz, 0.1)).unwrap().dbfs[50];
        assert!((level(1000.0) + 23.0).abs() < 0.2, "{}", level(1000.0));
        assert!(level(30.0) < -45.0, "{}", level(30.0));
    }

    #[test]
    fn cut_off_peaks_are_counted_and_clean_ones_are_not() {
        let clipped: Vec<f32> = tone(300.0, 1.5).iter().map(|x| x.clamp(-0.9, 0.9)).collect();
        assert!(envelope(&clipped).unwrap().clipped_fraction > 0.2);
        assert!(envelope(&tone(300.0, 0.9)).unwrap().clipped_fraction < 0.001);
    }

    #[test]
    fn exact_silence_is_recognized() {
        assert!(envelope(&vec![0.0; 1000]).unwrap().all_zero);
        assert!(!envelope(&tone(300.0, 1e-5)).unwrap().all_zero);
    }
}
