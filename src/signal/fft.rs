//! A real transform with its buffers, for block-wise filtering and correlation.

use std::sync::Arc;

pub use realfft::num_complex::Complex32;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

/// Forward and inverse transform of one length; the pair of both is the identity.
pub struct BlockFft {
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    time: Vec<f32>,
    scratch: Vec<Complex32>,
}

impl BlockFft {
    /// For `length` samples (even).
    pub fn new(length: usize) -> Self {
        let mut planner = RealFftPlanner::new();
        let (forward, inverse) = (planner.plan_fft_forward(length), planner.plan_fft_inverse(length));
        let scratch = vec![Complex32::default(); forward.get_scratch_len().max(inverse.get_scratch_len())];
        Self { forward, inverse, time: vec![0.0; length], scratch }
    }

    /// The spectrum (`length / 2 + 1` bins) of the samples, padded with silence or cut to the length.
    pub fn forward_of(&mut self, samples: &[f32]) -> Vec<Complex32> {
        let n = samples.len().min(self.time.len());
        self.time[..n].copy_from_slice(&samples[..n]);
        self.time[n..].fill(0.0);
        let mut bins = self.forward.make_output_vec();
        // The lengths are right by construction, so that there is no error to report.
        let _ = self.forward.process_with_scratch(&mut self.time, &mut bins, &mut self.scratch);
        bins
    }

    /// The samples of a spectrum (which is used up), scaled so that forward and back is the identity.
    pub fn inverse(&mut self, bins: &mut [Complex32]) -> &[f32] {
        // The first and last bin of a real signal have no imaginary part; rounding may have given them one.
        if let Some(first) = bins.first_mut() {
            first.im = 0.0;
        }
        if let Some(last) = bins.last_mut() {
            last.im = 0.0;
        }
        let _ = self.inverse.process_with_scratch(bins, &mut self.time, &mut self.scratch);
        let scale = 1.0 / self.time.len() as f32;
        self.time.iter_mut().for_each(|v| *v *= scale);
        &self.time
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forward_and_back_is_the_identity() {
        let mut fft = BlockFft::new(64);
        let x: Vec<f32> = (0..64).map(|i| ((i * 37) % 19) as f32 - 9.0).collect();
        let mut bins = fft.forward_of(&x);
        let back = fft.inverse(&mut bins).to_vec();
        assert!(x.iter().zip(&back).all(|(a, b)| (a - b).abs() < 1e-4));
    }
}
