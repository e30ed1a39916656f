//! The person at the microphone, told from far voices and clicks by level and probability.

use super::background::Background;
use super::clicks::without_clicks;
use super::envelope::{self, quantile};
use super::speech::Options;

/// What level and probability say together.
pub struct Near {
    /// Stretches of frames in which the near person certainly speaks.
    pub cores: Vec<(usize, usize)>,
    pub background: Background,
    /// Level of the person's strong speech, in dBFS.
    pub strong: f32,
    /// Whether other voices are heard behind the person.
    pub far_voices: bool,
}

/// Without other voices in the background: speech whose loudest moment is this far under is no speech of this person.
const FAINT_DB: f32 = 24.0;
/// Other voices are behind the person when the detector hears speech in this share of the background.
const FAR_SHARE: f32 = 0.12;
/// The background is what is heard this far from the near voice, in frames; where that is less than 5 s, closer.
const AWAY: usize = 250;
const AWAY_AT_LEAST: usize = 70;
const AWAY_ENOUGH: usize = 500;
/// Stretches over which levels of voices are compared, in frames: about a syllable and a half.
const SYLLABLES: usize = 30;
/// A fifth of such a stretch over the limit is the near voice.
const LOUD_SHARE: usize = 6;
/// Single frames of a voice stand at least this far over what a fifth of its stretches reach, in dB.
const FAR_PEAKS_DB: f32 = 5.0;
/// Two voices at least this far apart can be told by level, in dB.
const APART_DB: f32 = 5.0;

/// `level` and `p` have one value for each 10 ms.
pub fn near_speech(level: &[f32], p: &[f32], options: &Options) -> Near {
    let peak = maxima(level, 2);
    let mut voiced: Vec<f32> =
        level.iter().zip(p).filter(|(_, p)| **p >= options.threshold).map(|(l, _)| *l).collect();
    let strong = quantile(&mut voiced, 0.95).unwrap_or(0.0);
    let split = far_limit(level, p, options.threshold).filter(|_| options.near_only);
    let over = |limit: f32| {
        let near: Vec<bool> =
            (0..level.len()).map(|i| p[i] >= options.threshold && peak[i] >= limit).collect();
        dilate(&near, 30)
    };
    // One's own weak words stand beside one's strong ones, in a soft sentence up to seconds away; other voices go on
    // where one is silent.
    let spoken_behind = |near: &[bool]| {
        let away = |reach| {
            let near = dilate(near, reach);
            (0..level.len()).filter(|i| !near[*i]).collect::<Vec<usize>>()
        };
        let mut behind = away(AWAY);
        if behind.len() < AWAY_ENOUGH {
            behind = away(AWAY_AT_LEAST);
        }
        let speaking = behind.iter().filter(|i| p[**i] >= options.threshold).count();
        speaking as f32 > FAR_SHARE * behind.len() as f32 && speaking > 100
    };
    let behind = split.map(|limit| (limit, over(limit))).filter(|(_, near)| spoken_behind(near));
    let limit = behind.as_ref().map(|(limit, _)| *limit);
    let background =
        Background::new(level, &behind.map_or_else(|| over(strong - FAINT_DB), |(_, near)| near));
    let gate = |i: usize| {
        let (mid, loud) = (background.level(i), background.loud(i));
        if options.near_only { mid + (1.5 * (loud - mid)).clamp(3.0, 10.0) } else { f32::MIN }
    };
    let mut cores: Vec<(usize, usize)> = Vec::new();
    let mut on = false;
    for i in 0..level.len() {
        let now = peak[i] >= gate(i) && p[i] >= if on { options.threshold_off } else { options.threshold };
        if now {
            match cores.last_mut() {
                // Closures and weak syllables do not end a stretch.
                Some(last) if i - last.1 <= 12 => last.1 = i + 1,
                _ => cores.push((i, i + 1)),
            }
        }
        on = now;
    }
    if let Some(limit) = limit {
        cores = cores.iter().flat_map(|core| louder_parts(level, *core, limit)).collect();
    } else if options.near_only {
        cores.retain(|(a, b)| top(level, *a, *b) >= strong - FAINT_DB);
    }
    cores = cores.into_iter().filter_map(|core| without_clicks(core, |i| level[i] - gate(i))).collect();
    cores.retain(|(a, b)| b - a >= 4);
    Near { cores, background, strong, far_voices: limit.is_some() }
}

/// The level that eight tenths of the frames stay below.
fn top(level: &[f32], a: usize, b: usize) -> f32 {
    quantile(&mut level[a..b].to_vec(), 0.8).unwrap_or(envelope::SILENCE_DBFS)
}

/// The level between near and far voices: two means over stretches of 0.3 s in which somebody speaks, and the limit
/// three standard deviations over the far ones. `None` where there is one voice, or two that are alike.
fn far_limit(level: &[f32], p: &[f32], threshold: f32) -> Option<f32> {
    let mut tops: Vec<f32> = (0..level.len().saturating_sub(SYLLABLES))
        .step_by(SYLLABLES)
        .filter(|i| p[*i..i + SYLLABLES].iter().filter(|p| **p >= threshold).count() > SYLLABLES / 2)
        .map(|i| top(level, i, i + SYLLABLES))
        .collect();
    let (mut near, mut far) = (quantile(&mut tops, 0.98)?, quantile(&mut tops, 0.2)?);
    let spread = |part: &[f32], mean: f32| {
        (part.iter().map(|t| (t - mean).powi(2)).sum::<f32>() / part.len().max(1) as f32).sqrt()
    };
    let (mut near_spread, mut far_spread) = (0.0, 0.0);
    for _ in 0..10 {
        let (low, high): (Vec<f32>, Vec<f32>) = tops.iter().partition(|t| **t < f32::midpoint(near, far));
        if low.is_empty() || high.is_empty() {
            return None;
        }
        far = low.iter().sum::<f32>() / low.len() as f32;
        near = high.iter().sum::<f32>() / high.len() as f32;
        (near_spread, far_spread) = (spread(&high, near), spread(&low, far));
    }
    (near - far > APART_DB)
        .then(|| (far + (3.0 * far_spread).max(FAR_PEAKS_DB)).min(near - 0.5 * near_spread))
}

/// The parts of a stretch that belong to syllables over the limit: a far voice before or after is cut off.
fn louder_parts(level: &[f32], (a, b): (usize, usize), limit: f32) -> Vec<(usize, usize)> {
    /// Weak syllables are kept for so long after and before a strong one, in frames.
    const REACH: usize = 25;
    /// And go on at this much under the limit, in dB; 4 dB and more would take in the far voice.
    const WEAKER_DB: f32 = 2.0;
    let weak = |i: &usize| {
        level[i.saturating_sub(1)..(i + 2).min(level.len())].iter().any(|l| *l >= limit - WEAKER_DB)
    };
    let mut out: Vec<(usize, usize)> = Vec::new();
    for (i, at) in level.iter().enumerate().take(b).skip(a) {
        match out.last_mut() {
            Some(last) if i - last.1 <= REACH && weak(&i) => last.1 = i + 1,
            _ if *at >= limit => {
                let floor = out.last().map_or(a, |last| last.1);
                let mut first = i;
                for k in (floor..i).rev().take_while(|k| i - k <= 4 * REACH) {
                    if first - k > REACH {
                        break;
                    }
                    if weak(&k) {
                        first = k;
                    }
                }
                out.push((first, i + 1));
            }
            _ => {}
        }
    }
    // A few loud frames are a door or a key, or a far voice's one loud vowel.
    out.retain(|(x, y)| {
        let loud: Vec<usize> = (*x..*y).filter(|i| level[*i] >= limit).collect();
        loud.windows(LOUD_SHARE).any(|w| w[LOUD_SHARE - 1] - w[0] < SYLLABLES)
    });
    out
}

/// The largest of each value and `reach` neighbors on both sides.
pub fn maxima(values: &[f32], reach: usize) -> Vec<f32> {
    (0..values.len())
        .map(|i| {
            values[i.saturating_sub(reach)..(i + reach + 1).min(values.len())]
                .iter()
                .copied()
                .fold(f32::MIN, f32::max)
        })
        .collect()
}

fn dilate(flags: &[bool], reach: usize) -> Vec<bool> {
    let mut out = vec![false; flags.len()];
    let mut until = 0;
    for i in 0..flags.len() {
        if flags[i] {
            out[i.saturating_sub(reach).max(until.min(i))..=i].fill(true);
            until = i + reach + 1;
        }
        if i < until {
            out[i] = true;
        }
    }
    out
}
