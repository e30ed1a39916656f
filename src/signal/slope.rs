//! How much a pitch moves.

use super::statistics;

/// Frames before and after: the slope is the regression over 50 ms, which smooths the jitter of single periods and is
/// shorter than a syllable's glide.
const HALF: usize = 2;
/// A larger step from one 10 ms to the next is a jump of the tracker or another voiced stretch, no glide, semitones.
const JUMP_ST: f64 = 2.0;
/// Fewer slopes than this (a twentieth of a second) tell nothing.
const ENOUGH: usize = 5;

/// Mean absolute slope of a pitch contour, semitones a second, from frames of 10 ms given as (index, semitones), in order;
/// `None` when hardly any five of them follow each other. ('t Hart, Collier & Cohen 1990 on contours as glides; the number
/// is Praat's "mean absolute slope" with a regression in place of single differences.)
pub fn mean_absolute_slope(contour: &[(u32, f64)]) -> Option<f64> {
    let connected =
        |pair: &[(u32, f64)]| pair[1].0 == pair[0].0 + 1 && (pair[1].1 - pair[0].1).abs() <= JUMP_ST;
    let slopes: Vec<f64> = contour
        .windows(2 * HALF + 1)
        .filter(|window| window.windows(2).all(connected))
        .map(|window| {
            let moment = |(k, (_, st)): (usize, &(u32, f64))| (k as f64 - HALF as f64) * st;
            100.0 * (window.iter().enumerate().map(moment).sum::<f64>() / 10.0).abs()
        })
        .collect();
    statistics::mean(&slopes).filter(|_| slopes.len() >= ENOUGH)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contour(frames: u32, st: impl Fn(f64) -> f64) -> Vec<(u32, f64)> {
        (0..frames).map(|i| (i, st(f64::from(i) / 100.0))).collect()
    }

    #[test]
    fn a_glide_has_its_own_slope_up_and_down() {
        for slope in [12.0, -30.0] {
            let found = mean_absolute_slope(&contour(50, |t| 4.0 + slope * t)).unwrap();
            assert!((found - f64::abs(slope)).abs() < 1e-9, "{found}");
        }
    }

    #[test]
    fn a_held_pitch_with_jitter_hardly_moves() {
        let jittered = contour(200, |t| 0.1 * (2.0 * ((t * 100.0) as i32 % 2) as f64 - 1.0));
        assert!(mean_absolute_slope(&jittered).unwrap() < 3.0);
    }

    #[test]
    fn a_jump_of_an_octave_is_no_movement() {
        let jumping = contour(100, |t| if t < 0.5 { 0.0 } else { 12.0 });
        assert!(mean_absolute_slope(&jumping).unwrap() < 1e-9);
    }

    #[test]
    fn frames_across_a_pause_are_not_connected() {
        let mut apart = contour(20, |_| 0.0);
        apart.extend((60..80).map(|i| (i, 1.5)));
        assert!(mean_absolute_slope(&apart).unwrap() < 1e-9);
    }

    #[test]
    fn too_few_connected_frames_give_no_number() {
        let scattered: Vec<(u32, f64)> = (0..50).map(|i| (3 * i, 0.0)).collect();
        assert_eq!(mean_absolute_slope(&scattered), None);
        assert_eq!(mean_absolute_slope(&[]), None);
    }
}
