//! Sound devices without devices: a virtual clock, a microphone fed from memory, and a record of what was played.
//! Tests drive a whole rehearsal with it, faster than real time and the same every time.

use super::io::{AudioIo, CaptureBlock, DeviceEvent, PlayId, Prompt};
use super::{Moment, Side, Trouble, TroubleKind};
use crate::call::{RATE_HZ, seconds_to_samples};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// When the person at the fake microphone speaks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum When {
    /// So many seconds after the start.
    At(f64),
    /// So many seconds after the first sample of the `n`-th prompt, counted from 0.
    AfterStart(usize, f64),
    /// So many seconds after the last sample of the `n`-th prompt, counted from 0; negative = an interruption.
    AfterEnd(usize, f64),
}

#[derive(Debug, Default)]
struct Shared {
    /// 16 kHz samples that have passed.
    now: u64,
    script: Vec<(When, Arc<[f32]>)>,
    /// Placed utterances: first sample and sound.
    placed: Vec<(u64, Arc<[f32]>)>,
    /// Start and planned end of every prompt.
    prompts: Vec<(u64, u64)>,
    /// Gain and delay in samples with which the loudspeaker is heard in the microphone.
    leak: (f32, usize),
    trouble: Option<Trouble>,
    recovered: Option<Side>,
    gone: bool,
    played: Vec<f32>,
    heard: Vec<f32>,
}

/// A second hold on a [`FakeAudio`] that was given to a worker.
#[derive(Clone, Debug, Default)]
pub struct FakeHandle(Arc<Mutex<Shared>>);

impl FakeHandle {
    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says something into the microphone (16 kHz) at a moment that may depend on prompts not yet played.
    pub fn say(&self, when: When, samples: impl Into<Arc<[f32]>>) {
        self.lock().script.push((when, samples.into()));
    }

    /// Lets the loudspeaker leak into the microphone from now on, with this gain and so many seconds later.
    pub fn leak(&self, gain: f32, delay_s: f64) {
        self.lock().leak = (gain, seconds_to_samples(delay_s) as usize);
    }

    /// Breaks a device: the trouble is reported at the next poll; after a fatal one nothing more is captured or played.
    pub fn fail(&self, side: Side, kind: TroubleKind) {
        self.lock().trouble = Some(Trouble::new(side, kind, "Fake"));
    }

    /// A device that had failed works again, as one that wakes up; it is told at the next poll.
    pub fn recover(&self, side: Side) {
        let mut shared = self.lock();
        let now = shared.now as usize;
        shared.played.resize(now, 0.0);
        shared.heard.resize(now, 0.0);
        shared.gone = false;
        shared.recovered = Some(side);
    }

    /// Virtual time that has passed.
    pub fn now(&self) -> Moment {
        Moment::from_seconds(self.lock().now as f64 / f64::from(RATE_HZ))
    }

    /// Everything that was played so far, and everything the microphone gave, at 16 kHz from moment 0: the truth.
    pub fn truth(&self) -> (Vec<f32>, Vec<f32>) {
        let shared = self.lock();
        (shared.played.clone(), shared.heard.clone())
    }
}

struct Playing {
    id: PlayId,
    samples: Arc<[f32]>,
    at: usize,
}

/// A microphone and a loudspeaker that exist only in memory.
pub struct FakeAudio {
    shared: FakeHandle,
    step: u64,
    playing: Option<Playing>,
    next: Option<(PlayId, Prompt)>,
    stop: bool,
    ready: bool,
    last_id: u64,
    /// Virtual time follows the real one from here.
    since: Option<Instant>,
}

impl FakeAudio {
    /// Every poll passes `step_s` seconds of virtual time.
    pub fn new(step_s: f64) -> Self {
        Self {
            shared: FakeHandle::default(),
            step: seconds_to_samples(step_s).max(1),
            playing: None,
            next: None,
            stop: false,
            ready: false,
            last_id: 0,
            since: None,
        }
    }

    /// Virtual time keeps up with the real one, in steps: a poll passes as many as are due.
    pub fn in_real_time(step_s: f64) -> Self {
        Self { since: Some(Instant::now()), ..Self::new(step_s) }
    }

    /// A second hold, to feed it from a test.
    pub fn handle(&self) -> FakeHandle {
        self.shared.clone()
    }

    fn step(&mut self, events: &mut Vec<DeviceEvent>) {
        let handle = self.shared.clone();
        let mut shared = handle.lock();
        let from = shared.now;
        let moment = |sample: u64| Moment::from_seconds(sample as f64 / f64::from(RATE_HZ));
        if self.stop {
            self.stop = false;
            if let Some(playing) = self.playing.take() {
                if let Some(last) = shared.prompts.last_mut() {
                    last.1 = from;
                }
                events.push(DeviceEvent::PlaybackEnded { id: playing.id, at: moment(from), whole: false });
            }
        }
        if let Some((id, prompt)) = self.next.take() {
            shared.prompts.push((from, from + prompt.samples.len() as u64));
            self.playing = Some(Playing { id, samples: prompt.samples, at: 0 });
            events.push(DeviceEvent::PlaybackStarted { id, at: moment(from) });
        }
        let mut out = vec![0.0f32; self.step as usize];
        if let Some(playing) = &mut self.playing {
            let rest = &playing.samples[playing.at..];
            let n = rest.len().min(out.len());
            out[..n].copy_from_slice(&rest[..n]);
            playing.at += n;
            if playing.at == playing.samples.len() {
                events.push(DeviceEvent::PlaybackEnded {
                    id: playing.id,
                    at: moment(from + n as u64),
                    whole: true,
                });
                self.playing = None;
            }
        }
        shared.place();
        let end = from + self.step;
        shared.played.extend_from_slice(&out);
        let (gain, delay) = shared.leak;
        let mut heard: Vec<f32> = (shared.played.len() - out.len()..shared.played.len())
            .map(|n| n.checked_sub(delay).map_or(0.0, |n| gain * shared.played[n]))
            .collect();
        for (start, samples) in &shared.placed {
            let overlap = (*start).max(from)..(start + samples.len() as u64).min(end);
            for at in overlap {
                heard[(at - from) as usize] += samples[(at - start) as usize];
            }
        }
        shared.now = end;
        shared.heard.extend_from_slice(&heard);
        let peak = heard.iter().fold(0.0f32, |p, s| p.max(s.abs()));
        let rms = (heard.iter().map(|s| s * s).sum::<f32>() / heard.len() as f32).sqrt();
        events.push(DeviceEvent::Captured(CaptureBlock {
            start: moment(from),
            first: from,
            peak,
            rms,
            clipped: peak >= 1.0,
            lost: 0,
            samples: heard,
        }));
    }
}

impl Shared {
    /// Gives a place to every utterance whose moment is known by now.
    fn place(&mut self) {
        let Self { script, placed, prompts, now, .. } = self;
        script.retain(|(when, samples)| {
            let start = match when {
                When::At(s) => Some(*s * f64::from(RATE_HZ)),
                When::AfterStart(n, s) => prompts.get(*n).map(|p| p.0 as f64 + s * f64::from(RATE_HZ)),
                When::AfterEnd(n, s) => prompts.get(*n).map(|p| p.1 as f64 + s * f64::from(RATE_HZ)),
            };
            if let Some(start) = start {
                placed.push(((start.round().max(0.0) as u64).max(*now), samples.clone()));
            }
            start.is_none()
        });
    }
}

impl AudioIo for FakeAudio {
    fn now(&self) -> Moment {
        self.shared.now()
    }

    fn prepare(&self, samples: &[f32], rate_hz: u32) -> Prompt {
        Prompt::new(samples, rate_hz, RATE_HZ)
    }

    fn play(&mut self, prompt: &Prompt) -> PlayId {
        self.last_id += 1;
        self.stop = self.playing.is_some();
        self.next = Some((PlayId(self.last_id), prompt.clone()));
        PlayId(self.last_id)
    }

    fn stop_playback(&mut self) {
        self.stop = true;
        self.next = None;
    }

    fn poll(&mut self) -> Vec<DeviceEvent> {
        let Some(since) = self.since else { return self.poll_once() };
        let mut events = Vec::new();
        let step_s = self.step as f64 / f64::from(RATE_HZ);
        while self.shared.now().seconds() + step_s <= since.elapsed().as_secs_f64() {
            events.extend(self.poll_once());
        }
        events
    }

    fn names(&self) -> (String, String) {
        ("Fake microphone".to_owned(), "Fake loudspeaker".to_owned())
    }
}

impl FakeAudio {
    fn poll_once(&mut self) -> Vec<DeviceEvent> {
        let mut events = Vec::new();
        let (trouble, recovered, gone) = {
            let mut shared = self.shared.lock();
            let trouble = shared.trouble.take();
            shared.gone |= trouble.as_ref().is_some_and(|t| t.fatal);
            shared.now += if shared.gone { self.step } else { 0 };
            (trouble, shared.recovered.take(), shared.gone)
        };
        events.extend(trouble.map(DeviceEvent::Trouble));
        events.extend(recovered.map(DeviceEvent::Recovered));
        if gone {
            return events;
        }
        if !std::mem::replace(&mut self.ready, true) {
            events.push(DeviceEvent::Ready);
        }
        self.step(&mut events);
        events
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(fake: &mut FakeAudio, polls: usize) -> Vec<DeviceEvent> {
        (0..polls).flat_map(|_| fake.poll()).collect()
    }

    #[test]
    fn a_reply_comes_when_the_script_says_and_the_truth_shows_it() {
        let mut fake = FakeAudio::new(0.02);
        let handle = fake.handle();
        handle.say(When::AfterEnd(0, 0.25), vec![0.5; 1600]);
        handle.say(When::AfterEnd(1, -0.05), vec![0.7; 800]);
        let prompt = fake.prepare(&vec![0.1; 8_000], 8_000);
        assert!((prompt.duration_s() - 1.0).abs() < 1e-9);
        fake.play(&prompt);
        let mut events = run(&mut fake, 100);
        fake.play(&prompt);
        events.extend(run(&mut fake, 100));
        let ends: Vec<f64> = events
            .iter()
            .filter_map(|e| {
                if let DeviceEvent::PlaybackEnded { at, whole: true, .. } = e {
                    Some(at.seconds())
                } else {
                    None
                }
            })
            .collect();
        assert_eq!(ends, [1.0, 3.0]);
        let (played, heard) = handle.truth();
        assert_eq!(heard.iter().position(|s| (*s - 0.5).abs() < 1e-6), Some(20_000));
        assert_eq!(heard.iter().position(|s| (*s - 0.7).abs() < 1e-6), Some(47_200));
        assert_eq!(played.iter().filter(|s| **s != 0.0).count(), 32_000);
        let captured: Vec<f32> = events
            .iter()
            .flat_map(|e| if let DeviceEvent::Captured(b) = e { b.samples.clone() } else { Vec::new() })
            .collect();
        assert!(captured == heard);
    }

    #[test]
    fn a_stop_ends_the_prompt_and_a_failure_ends_everything() {
        let mut fake = FakeAudio::new(0.02);
        let handle = fake.handle();
        let prompt = fake.prepare(&vec![0.1; 16_000], 16_000);
        let id = fake.play(&prompt);
        run(&mut fake, 10);
        fake.stop_playback();
        let events = run(&mut fake, 1);
        assert!(
            events
                .iter()
                .any(|e| matches!(e, DeviceEvent::PlaybackEnded { id: i, whole: false, .. } if *i == id))
        );
        handle.fail(Side::Input, TroubleKind::Gone);
        let events = run(&mut fake, 5);
        assert_eq!(events.len(), 1, "{events:?}");
        assert!(
            matches!(&events[0], DeviceEvent::Trouble(t) if t.fatal && t.sentence.contains("disconnected"))
        );
    }
}
