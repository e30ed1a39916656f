//! Solving symmetric Toeplitz equations again and again with the same matrix.
//!
//! The first column of the inverse comes from the recursion of Levinson (1946) and Durbin (1960); with the formula of
//! Gohberg & Semencul (1972) it gives the product of the whole inverse with any vector by a few transforms.

use super::fft::{BlockFft, Complex32};

/// The inverse of a positive definite matrix `T[i][j] = r[|i - j|]`.
pub struct Inverse {
    /// Spectra of the prediction filter, and of its end reversed and one later.
    filter: Vec<Complex32>,
    end: Vec<Complex32>,
    scale: f64,
    n: usize,
}

impl Inverse {
    /// O(n²) for `n` values of `r`; `None` when the matrix is not positive definite. `fft` must be at least `2 n` long.
    pub fn new(r: &[f64], fft: &mut BlockFft) -> Option<Self> {
        let n = r.len();
        if n == 0 || r[0] <= 0.0 {
            return None;
        }
        let mut error = r[0];
        let mut filter = vec![0.0f64; n];
        let mut reversed = vec![0.0f64; n];
        filter[0] = 1.0;
        for k in 1..n {
            let reflection = -(r[k] + dot_reversed(&filter[1..k], &r[1..k])) / error;
            error *= 1.0 - reflection * reflection;
            if error <= 0.0 {
                return None;
            }
            for (v, f) in reversed[..k].iter_mut().zip(filter[..k].iter().rev()) {
                *v = *f;
            }
            for (f, v) in filter[1..=k].iter_mut().zip(&reversed[..k]) {
                *f += reflection * v;
            }
        }
        let end: Vec<f32> = std::iter::once(0.0).chain(filter[1..].iter().rev().map(|v| *v as f32)).collect();
        let filter: Vec<f32> = filter.iter().map(|v| *v as f32).collect();
        Some(Self { filter: fft.forward_of(&filter), end: fft.forward_of(&end), scale: 1.0 / error, n })
    }

    /// `x` with `T x = b`, to about single precision times the matrix's condition. `fft` as above.
    pub fn apply(&self, b: &[f32], fft: &mut BlockFft) -> Vec<f64> {
        let b = fft.forward_of(b);
        let mut sum: Vec<Complex32> = Vec::new();
        for (column, sign) in [(&self.filter, 1.0), (&self.end, -1.0)] {
            let mut bins: Vec<Complex32> = b.iter().zip(column).map(|(b, c)| b * c.conj()).collect();
            let upper = fft.inverse(&mut bins)[..self.n].to_vec();
            let lower = fft.forward_of(&upper).into_iter().zip(column).map(|(u, c)| u * c * sign);
            if sum.is_empty() {
                sum = lower.collect();
            } else {
                sum.iter_mut().zip(lower).for_each(|(s, l)| *s += l);
            }
        }
        fft.inverse(&mut sum)[..self.n].iter().map(|v| f64::from(*v) * self.scale).collect()
    }
}

/// Sum of `a[i] * b[n - 1 - i]`, in four lanes so that it vectorizes.
fn dot_reversed(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len();
    let whole = n / 4 * 4;
    let mut lanes = [0.0; 4];
    for (p, q) in a[..whole].chunks_exact(4).zip(b[n - whole..].rchunks_exact(4)) {
        for i in 0..4 {
            lanes[i] += p[i] * q[3 - i];
        }
    }
    let tail: f64 = a[whole..].iter().zip(b[..n - whole].iter().rev()).map(|(p, q)| p * q).sum();
    lanes.iter().sum::<f64>() + tail
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_solution_solves_the_equations(
            b in prop::collection::vec(-1.0f32..1.0, 1..40),
            tail in prop::collection::vec(-0.02f64..0.02, 40),
        ) {
            let r: Vec<f64> = std::iter::once(1.0).chain(tail).take(b.len()).collect();
            let mut fft = BlockFft::new(128);
            let x = Inverse::new(&r, &mut fft).unwrap().apply(&b, &mut fft);
            for i in 0..b.len() {
                let row: f64 = (0..b.len()).map(|j| r[i.abs_diff(j)] * x[j]).sum();
                prop_assert!((row - f64::from(b[i])).abs() < 1e-4);
            }
        }
    }

    #[test]
    fn an_impossible_matrix_is_refused() {
        let mut fft = BlockFft::new(8);
        assert!(Inverse::new(&[1.0, 2.0], &mut fft).is_none());
        assert!(Inverse::new(&[0.0], &mut fft).is_none());
    }
}
