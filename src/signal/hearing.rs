//! What the neural detector says, asked only where something stands out of the background.

use super::background::Background;
use super::envelope::FRAME;
use super::near::maxima;
use super::{SampleSource, SourceError, SpeechDetector};

/// How far over the channel's quietest tenth something must stand to be worth the detector's time, in dB.
const WORTH_HEARING_DB: f32 = 4.0;
/// What the detector hears before and after such a moment, in frames of 10 ms: its memory needs half a second.
const HEARD_BEFORE: usize = 60;
const HEARD_AFTER: usize = 30;

/// The detector's probability for each 10 ms; it is not asked where nothing stands out of the background.
pub fn frame_probabilities(
    detector: &mut dyn SpeechDetector,
    source: &dyn SampleSource,
    level: &[f32],
) -> Result<Vec<f32>, SourceError> {
    let floor = Background::quietest(level);
    let peak = maxima(level, 2);
    let mut p = vec![0.0; level.len()];
    let step = detector.frame_samples();
    let mut at = 0;
    while let Some(first) = (at..level.len()).find(|i| peak[*i] > floor.level(*i) + WORTH_HEARING_DB) {
        let mut last = first;
        for (i, peak) in peak.iter().enumerate().skip(first) {
            if *peak > floor.level(i) + WORTH_HEARING_DB {
                last = i;
            } else if i > last + HEARD_BEFORE + HEARD_AFTER {
                break;
            }
        }
        let (from, to) =
            (first.saturating_sub(HEARD_BEFORE).max(at), (last + 1 + HEARD_AFTER).min(level.len()));
        let part = Part { source, start: (from * FRAME) as u64, len: ((to - from) * FRAME) as u64 };
        let heard = detector.probabilities(&part)?;
        for (i, p) in p[from..to].iter_mut().enumerate() {
            let at = (i * FRAME + FRAME / 2) as u64 / step;
            *p = heard.get(at as usize).copied().unwrap_or(0.0);
        }
        at = to;
    }
    Ok(p)
}

/// A stretch of a source as a source of its own.
struct Part<'a> {
    source: &'a dyn SampleSource,
    start: u64,
    len: u64,
}

impl SampleSource for Part<'_> {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, start: u64, out: &mut [f32]) -> Result<(), SourceError> {
        let have = (self.len.saturating_sub(start) as usize).min(out.len());
        self.source.read_at(self.start + start, &mut out[..have])?;
        out[have..].fill(0.0);
        Ok(())
    }
}
