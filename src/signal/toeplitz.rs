//! Solving symmetric Toeplitz equations (Levinson 1946; Golub & Van Loan, algorithm 4.7.2).

/// `x` with `T x = b`, where `T[i][j] = r[|i - j|]`; `None` when the matrix is not positive definite. O(n²).
pub fn solve(r: &[f64], b: &[f64]) -> Option<Vec<f64>> {
    let n = b.len();
    if n == 0 || r.len() < n || r[0] <= 0.0 {
        return None;
    }
    let scale = 1.0 / r[0];
    let r: Vec<f64> = r[1..n].iter().map(|v| v * scale).collect();
    let mut x = vec![0.0; n];
    let mut y = vec![0.0; n];
    let mut reversed = vec![0.0; n];
    x[0] = b[0] * scale;
    if n == 1 {
        return Some(x);
    }
    y[0] = -r[0];
    let (mut alpha, mut beta) = (-r[0], 1.0);
    for k in 1..n {
        beta *= 1.0 - alpha * alpha;
        if beta <= 0.0 {
            return None;
        }
        for (i, v) in reversed[..k].iter_mut().enumerate() {
            *v = y[k - 1 - i];
        }
        let mu = (b[k] * scale - dot_reversed(&r[..k], &x[..k])) / beta;
        for (v, w) in x[..k].iter_mut().zip(&reversed[..k]) {
            *v += mu * w;
        }
        x[k] = mu;
        if k < n - 1 {
            alpha = -(r[k] + dot_reversed(&r[..k], &y[..k])) / beta;
            for (v, w) in y[..k].iter_mut().zip(&reversed[..k]) {
                *v += alpha * w;
            }
            y[k] = alpha;
        }
    }
    Some(x)
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
            b in prop::collection::vec(-1.0f64..1.0, 1..40),
            tail in prop::collection::vec(-0.02f64..0.02, 40),
        ) {
            let r: Vec<f64> = std::iter::once(1.0).chain(tail).collect();
            let x = solve(&r, &b).unwrap();
            for i in 0..b.len() {
                let row: f64 = (0..b.len()).map(|j| r[i.abs_diff(j)] * x[j]).sum();
                prop_assert!((row - b[i]).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn an_impossible_matrix_is_refused() {
        assert!(solve(&[1.0, 2.0], &[1.0, 1.0]).is_none());
        assert!(solve(&[0.0], &[1.0]).is_none());
    }
}
