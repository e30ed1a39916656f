//! Windows out of a signal.

/// Copies the samples around `center` (half of `out` before it) into `out`; beyond the ends is silence.
pub(super) fn copy_around(samples: &[f32], center: usize, out: &mut [f32]) {
    let half = out.len() / 2;
    let skip = half.saturating_sub(center).min(out.len());
    let from = (center + skip).saturating_sub(half).min(samples.len());
    let have = (samples.len() - from).min(out.len() - skip);
    out[..skip].fill(0.0);
    out[skip..skip + have].copy_from_slice(&samples[from..from + have]);
    out[skip + have..].fill(0.0);
}

#[cfg(test)]
mod tests {
    use super::copy_around;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_window_agrees_with_looking_at_each_sample(n in 0usize..40, center in 0usize..50, half in 1usize..12) {
            let samples: Vec<f32> = (0..n).map(|i| i as f32 + 1.0).collect();
            let mut out = vec![-1.0; 2 * half];
            copy_around(&samples, center, &mut out);
            for (i, value) in out.iter().enumerate() {
                let expected = (center + i).checked_sub(half).and_then(|j| samples.get(j)).copied().unwrap_or(0.0);
                prop_assert_eq!(*value, expected);
            }
        }
    }
}
