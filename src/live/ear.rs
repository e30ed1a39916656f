//! When the agent speaks, told while it happens: onsets and offsets about 0.1 to 0.25 s after the fact.
//!
//! Level says where something sounds (over the background and over what the loudspeaker leaks), the neural detector
//! whether it is speech. It is asked only around sound, on one second at a time, so that it costs a few percent of a core.

use super::leak::Leak;
use crate::call::Span;
use crate::signal::{SampleSource, SourceError, SpeechDetector};
use std::collections::VecDeque;

/// 10 ms.
const FRAME: u64 = 160;
/// What the detector hears before the frames that are asked about: 0.8 s.
const CONTEXT_FRAMES: u64 = 25;
/// Detector frames that are asked about at once: 96 ms.
const AT_ONCE: u64 = 3;
/// Probability of speech, while silent and while speaking.
const BEGIN: f32 = 0.5;
const GO_ON: f32 = 0.35;
/// Speech begins with so many detector frames in a row: 64 ms.
const FRAMES_TO_BEGIN: usize = 2;
/// Silence that ends a stretch: shorter than every wait of the call machine, longer than a stop consonant.
const PAUSE: u64 = 3_520;
/// Silence that may become the end of a stretch: what was said is recognized from here on, ahead of the decision.
const LULL: u64 = 1_760;
/// Sound counts from this over the background, and over the expected leak.
const OVER_FLOOR_DB: f32 = 9.0;
const OVER_LEAK_DB: f32 = 6.0;
/// Nothing quieter is speech into a microphone.
const QUIETEST_DB: f32 = -62.0;
/// The background is the level that this share of the last 4 s stays below.
const FLOOR_QUANTILE: f32 = 0.15;
const FLOOR_FRAMES: usize = 400;
/// No background is louder than this.
const LOUDEST_FLOOR_DB: f32 = -35.0;
/// Levels kept for looking back: 20 s.
const LOOK_BACK: usize = 2_000;

/// What was just found out, in samples of the take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    Onset(u64),
    Offset(u64),
    /// The stretch may have ended here; an `Offset` follows if it did.
    Lull(u64),
}

pub struct Ear {
    detector: Box<dyn SpeechDetector + Send>,
    step: u64,
    leak: Leak,
    /// Level of each 10 ms frame and whether it stands out; the last one is `frames`.
    levels: VecDeque<(f32, bool)>,
    frames: u64,
    floor: f32,
    /// Detector frames judged.
    judged: u64,
    run: usize,
    onset: Option<u64>,
    last_speech: u64,
    /// The lull that was told.
    lull: u64,
}

impl Ear {
    /// `leak_db` as measured in the sound check.
    pub fn new(detector: Box<dyn SpeechDetector + Send>, leak_db: Option<f64>) -> Self {
        Self {
            step: detector.frame_samples().max(FRAME),
            detector,
            leak: Leak::known(leak_db),
            levels: VecDeque::with_capacity(LOOK_BACK),
            frames: 0,
            floor: LOUDEST_FLOOR_DB,
            judged: 0,
            run: 0,
            onset: None,
            last_speech: 0,
            lull: 0,
        }
    }

    /// The stretch that is going on.
    pub fn open(&self) -> Option<u64> {
        self.onset
    }

    /// Whether something sounds that is not judged yet, and may be the agent going on.
    pub fn undecided(&self) -> bool {
        let from = self.judged * self.step / FRAME;
        self.onset.is_none()
            && (self.run > 0 || (from..self.frames).filter(|f| self.outstanding(*f)).count() >= 2)
    }

    /// Forgets a stretch that is going on: a device was lost.
    pub fn interrupt(&mut self) {
        self.onset = None;
        self.run = 0;
    }

    /// Hears what is new on the tape. `customer` gives the prompt's samples of the same time.
    pub fn hear(
        &mut self,
        tape: &dyn SampleSource,
        customer: impl Fn(u64, &mut [f32]),
    ) -> Result<Vec<Edge>, SourceError> {
        let mut samples = [0.0; FRAME as usize];
        while (self.frames + 1) * FRAME <= tape.len() {
            tape.read_at(self.frames * FRAME, &mut samples)?;
            let here = level_db(&samples);
            customer(self.frames * FRAME, &mut samples);
            let leak = self.leak.expect(level_db(&samples), here);
            let stands_out =
                here > (self.floor + OVER_FLOOR_DB).max(QUIETEST_DB) && here > leak + OVER_LEAK_DB;
            self.levels.push_back((here, stands_out));
            if self.levels.len() > LOOK_BACK {
                self.levels.pop_front();
            }
            self.frames += 1;
            if self.frames.is_multiple_of(10) {
                self.estimate_floor();
            }
        }
        let mut edges = Vec::new();
        while (self.judged + AT_ONCE) * self.step <= self.frames * FRAME {
            self.judge(tape, &mut edges)?;
        }
        Ok(edges)
    }

    /// The quietest moment between two, to cut a long stretch.
    pub fn quietest(&self, within: Span) -> u64 {
        let first = self.frames - self.levels.len() as u64;
        let frames = (within.start() / FRAME).max(first)..(within.end() / FRAME).min(self.frames);
        let level = |f: &u64| self.levels[(f - first) as usize].0;
        let at = frames.min_by(|a, b| level(a).total_cmp(&level(b)));
        at.map_or(within.end(), |f| f * FRAME + FRAME / 2)
    }

    fn judge(&mut self, tape: &dyn SampleSource, edges: &mut Vec<Edge>) -> Result<(), SourceError> {
        let from = self.judged;
        self.judged += AT_ONCE;
        let sounds = (from..self.judged).any(|f| self.stands_out(f));
        let probabilities = if sounds {
            let start = from.saturating_sub(CONTEXT_FRAMES);
            let mut window = vec![0.0; ((self.judged - start) * self.step) as usize];
            tape.read_at(start * self.step, &mut window)?;
            let all = self.detector.probabilities(&window)?;
            all.get((from - start) as usize..).unwrap_or_default().to_vec()
        } else {
            Vec::new()
        };
        for (i, frame) in (from..self.judged).enumerate() {
            let p = probabilities.get(i).copied().unwrap_or(0.0);
            let speech = self.stands_out(frame) && p >= if self.onset.is_some() { GO_ON } else { BEGIN };
            self.take_in(frame, speech, edges);
        }
        Ok(())
    }

    fn take_in(&mut self, frame: u64, speech: bool, edges: &mut Vec<Edge>) {
        let end = (frame + 1) * self.step;
        if speech {
            self.run += 1;
            // Speech lasts as long as it stands out.
            self.last_speech = self.last_outstanding(end).unwrap_or(end);
            if self.onset.is_none() && self.run >= FRAMES_TO_BEGIN {
                let onset = self.first_outstanding(end - self.run as u64 * self.step);
                self.onset = Some(onset);
                edges.push(Edge::Onset(onset));
            }
            return;
        }
        self.run = 0;
        let Some(onset) = self.onset else { return };
        let ended = self.last_speech.max(onset + FRAME);
        if end >= self.last_speech + PAUSE {
            self.onset = None;
            edges.push(Edge::Offset(ended));
        } else if end >= self.last_speech + LULL && self.lull != ended {
            self.lull = ended;
            edges.push(Edge::Lull(ended));
        }
    }

    fn level(&self, frame: u64) -> Option<(f32, bool)> {
        let first = self.frames - self.levels.len() as u64;
        self.levels.get(usize::try_from(frame.checked_sub(first)?).ok()?).copied()
    }

    fn outstanding(&self, frame: u64) -> bool {
        self.level(frame).is_some_and(|(_, o)| o)
    }

    /// Whether a detector frame holds sound that stands out.
    fn stands_out(&self, frame: u64) -> bool {
        (frame * self.step / FRAME..((frame + 1) * self.step).div_ceil(FRAME)).any(|f| self.outstanding(f))
    }

    fn last_outstanding(&self, before: u64) -> Option<u64> {
        let end = before / FRAME;
        (end.saturating_sub(4)..end).rev().find(|f| self.outstanding(*f)).map(|f| (f + 1) * FRAME)
    }

    /// Back from a speech frame over sound without a break, at most 0.1 s: consonants that the detector hears late.
    fn first_outstanding(&self, from: u64) -> u64 {
        let mut first = (from / FRAME..self.frames.max(from / FRAME + 1))
            .find(|f| self.outstanding(*f) || *f + 1 >= self.frames);
        let earliest = (from / FRAME).saturating_sub(10);
        while let Some(f) = first
            && f > earliest
            && self.outstanding(f - 1)
        {
            first = Some(f - 1);
        }
        first.map_or(from, |f| f * FRAME)
    }

    fn estimate_floor(&mut self) {
        let mut last: Vec<f32> = self.levels.iter().rev().take(FLOOR_FRAMES).map(|l| l.0).collect();
        let at = ((last.len() - 1) as f32 * FLOOR_QUANTILE) as usize;
        let (_, floor, _) = last.select_nth_unstable_by(at, f32::total_cmp);
        self.floor = floor.min(LOUDEST_FLOOR_DB);
    }
}

fn level_db(samples: &[f32]) -> f32 {
    let power = samples.iter().map(|s| s * s).sum::<f32>() / samples.len().max(1) as f32;
    10.0 * power.max(1e-10).log10()
}
