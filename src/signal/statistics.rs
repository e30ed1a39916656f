//! Order statistics that stay sensible when a few frames are wrong.

/// The `q` quantile (0 to 1) with linear interpolation between ranks; `None` of nothing. Not-a-number values sort last.
pub fn quantile(values: &[f64], q: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    quantile_of_sorted(&sorted, q)
}

/// As [`quantile`], of values already in order.
pub fn quantile_of_sorted(sorted: &[f64], q: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let at = q.clamp(0.0, 1.0) * last as f64;
    let (lo, part) = (at.floor() as usize, at.fract());
    let hi = (lo + 1).min(last);
    Some(sorted[lo] + (sorted[hi] - sorted[lo]) * part)
}

/// The middle value.
pub fn median(values: &[f64]) -> Option<f64> {
    quantile(values, 0.5)
}

/// Arithmetic mean.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// Spread around the median that half of the values could corrupt: 1.4826 times the median absolute deviation, which
/// is the standard deviation for normal values.
pub fn robust_spread(values: &[f64]) -> Option<f64> {
    let center = median(values)?;
    let deviations: Vec<f64> = values.iter().map(|v| (v - center).abs()).collect();
    median(&deviations).map(|d| 1.4826 * d)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quantiles_interpolate_between_ranks() {
        let v = [4.0, 1.0, 3.0, 2.0];
        assert_eq!(median(&v), Some(2.5));
        assert_eq!(quantile(&v, 0.0), Some(1.0));
        assert_eq!(quantile(&v, 1.0), Some(4.0));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn one_wild_value_does_not_move_the_spread() {
        let calm = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];
        let wild = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7000.0];
        assert_eq!(robust_spread(&calm), robust_spread(&wild));
    }

    proptest! {
        #[test]
        fn quantiles_are_monotone_and_inside_the_values(v in prop::collection::vec(-1e6..1e6f64, 1..40), a in 0.0..1.0f64, b in 0.0..1.0f64) {
            let (qa, qb) = (quantile(&v, a.min(b)).unwrap(), quantile(&v, a.max(b)).unwrap());
            let (lo, hi) = (quantile(&v, 0.0).unwrap(), quantile(&v, 1.0).unwrap());
            prop_assert!(lo <= qa && qa <= qb && qb <= hi);
        }
    }
}
