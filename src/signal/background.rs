//! What is heard on a channel while its person is silent: level and spread over time.
//!
//! Room noise, line noise, a colleague's voice far behind. Two numbers for each second, taken over the moments of the
//! 10 s around it at which the near voice is silent: the median level, and the level that nine tenths stay below.

use super::envelope::quantile;

/// Frames of 10 ms in a second.
const SECOND: usize = 100;
/// Looked at on each side of a moment.
const REACH: usize = 5 * SECOND;
/// Fewer silent frames than this say nothing.
const ENOUGH: usize = 50;

/// Level of the background for each second.
#[derive(Clone, Debug, PartialEq)]
pub struct Background {
    seconds: Vec<(f32, f32)>,
}

impl Background {
    /// `near[i]` tells whether the channel's own person may be speaking in the frame of `level[i]` (dBFS, 10 ms each).
    pub fn new(level: &[f32], near: &[bool]) -> Self {
        let rows: Vec<Option<(f32, f32)>> = (0..level.len().div_ceil(SECOND))
            .map(|second| {
                let middle = second * SECOND + SECOND / 2;
                let range = middle.saturating_sub(REACH)..(middle + REACH).min(level.len());
                let mut quiet: Vec<f32> = range.clone().filter(|i| !near[*i]).map(|i| level[i]).collect();
                (quiet.len() >= ENOUGH).then(|| of(&mut quiet))
            })
            .collect();
        let fallback = {
            let mut quiet: Vec<f32> = level.iter().zip(near).filter(|(_, n)| !**n).map(|(l, _)| *l).collect();
            if quiet.len() >= ENOUGH {
                of(&mut quiet)
            } else {
                // Somebody who never pauses: the quietest moments are the best guess.
                let floor = quantile(&mut level.to_vec(), 0.05).unwrap_or(super::envelope::SILENCE_DBFS);
                (floor, floor + 3.0)
            }
        };
        let known: Vec<usize> = (0..rows.len()).filter(|i| rows[*i].is_some()).collect();
        let nearest = |i: usize| {
            let at = known.partition_point(|k| *k < i);
            [at.checked_sub(1), Some(at)]
                .into_iter()
                .flatten()
                .filter_map(|k| known.get(k))
                .min_by_key(|k| k.abs_diff(i))
                .and_then(|k| rows[*k])
        };
        Self {
            seconds: (0..rows.len()).map(|i| rows[i].or_else(|| nearest(i)).unwrap_or(fallback)).collect(),
        }
    }

    /// A first look without knowing who speaks: the quietest tenth of the 20 s around each second.
    pub fn quietest(level: &[f32]) -> Self {
        let seconds = (0..level.len().div_ceil(SECOND))
            .map(|second| {
                let middle = second * SECOND + SECOND / 2;
                let around = &level[middle.saturating_sub(2 * REACH)..(middle + 2 * REACH).min(level.len())];
                let mut around: Vec<f32> = around.iter().step_by(2).copied().collect();
                let floor = quantile(&mut around, 0.1).unwrap_or(super::envelope::SILENCE_DBFS);
                (floor, floor)
            })
            .collect();
        Self { seconds }
    }

    /// Median level around the 10 ms frame, in dBFS.
    pub fn level(&self, frame: usize) -> f32 {
        self.at(frame).0
    }

    /// The level that nine tenths of the background stay below, in dBFS.
    pub fn loud(&self, frame: usize) -> f32 {
        self.at(frame).1
    }

    fn at(&self, frame: usize) -> (f32, f32) {
        let last = (super::envelope::SILENCE_DBFS, super::envelope::SILENCE_DBFS);
        self.seconds.get(frame / SECOND).or(self.seconds.last()).copied().unwrap_or(last)
    }
}

fn of(quiet: &mut [f32]) -> (f32, f32) {
    let floor = super::envelope::SILENCE_DBFS;
    (quantile(quiet, 0.5).unwrap_or(floor), quantile(quiet, 0.9).unwrap_or(floor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_background_is_what_is_heard_between_the_words() {
        let near: Vec<bool> = (0..3000).map(|i| i % 400 < 200).collect();
        let level: Vec<f32> =
            near.iter().enumerate().map(|(i, n)| if *n { -20.0 } else { -60.0 + (i % 3) as f32 }).collect();
        let b = Background::new(&level, &near);
        assert!((b.level(1500) + 59.0).abs() < 0.1 && (b.loud(1500) + 58.0).abs() < 0.1);
    }

    #[test]
    fn it_follows_a_rise_and_survives_speech_without_pause() {
        let level: Vec<f32> = (0..6000).map(|i| if i < 3000 { -60.0 } else { -40.0 }).collect();
        let b = Background::new(&level, &vec![false; 6000]);
        assert!((b.level(1000) + 60.0).abs() < 0.1 && (b.level(5000) + 40.0).abs() < 0.1);
        let b = Background::new(&level, &vec![true; 6000]);
        assert!((b.level(1000) + 60.0).abs() < 0.1);
    }
}
