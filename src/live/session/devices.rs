//! What the devices do in a call: they come, go, and give sound whose moments are counted in samples of the take.

use super::Session;
use crate::call::{RATE_HZ, samples_to_seconds, seconds_to_samples};
use crate::device::{AudioIo, CaptureBlock, Choice, DeviceEvent, Moment, PlayId, TroubleKind};
use crate::live::LiveEvent;
use crate::rehearse::Event;
use crate::signal::SampleSource as _;
use std::sync::Arc;

/// What stands in the take for the time without a device.
const GAP_S: f64 = 1.0;
/// A device that failed for no known reason is tried again at once; one that fails again within so much sound is not.
const AGAIN_S: f64 = 10.0;
/// A stutter that can be heard.
const STUTTER_S: f64 = 0.05;

impl Session {
    pub(super) fn connect(&mut self, io: Box<dyn AudioIo + Send>) {
        let prepare = |(id, samples): (&String, &Arc<[f32]>)| (id.clone(), io.prepare(samples, RATE_HZ));
        self.prompts = self.script.sounds.iter().map(prepare).collect();
        self.io = Some(io);
        self.clock.forget();
    }

    pub(super) fn resume(&mut self, choice: &Choice) {
        if self.is_over() {
            return;
        }
        self.lose();
        // The old device may be the one that is wanted again.
        self.io = None;
        self.choice = choice.clone();
        match (self.opener)(choice) {
            Ok(io) => self.connect(io),
            Err(e) => self.out.push(LiveEvent::Trouble { sentence: e.to_string(), waits: true }),
        }
    }

    /// There is no device: the call waits.
    pub(super) fn lose(&mut self) {
        if !std::mem::replace(&mut self.lost, true) {
            self.ear.interrupt();
            self.reply.close(self.now());
            self.playing = None;
            if let Some(take) = &mut self.take {
                take.cut(self.tape.len());
            }
            self.machine(Event::DeviceLost { at: self.now() });
        }
    }

    pub(super) fn take_in(&mut self, events: Vec<DeviceEvent>) {
        // Prompts are told with the blocks they sound in: first the clock, then what it dates.
        let mut known = self.now();
        for event in &events {
            if let DeviceEvent::Captured(block) = event {
                if self.lost {
                    known = self.now() + seconds_to_samples(GAP_S);
                }
                self.clock.set(known, block.start);
                known += block.samples.len() as u64;
            }
        }
        for event in events {
            match event {
                DeviceEvent::Ready => {}
                DeviceEvent::Captured(block) => self.captured(&block),
                DeviceEvent::PlaybackStarted { id, at } => self.started(id, at),
                DeviceEvent::PlaybackEnded { id, at, whole } => self.ended(id, at, whole),
                DeviceEvent::Trouble(trouble) => {
                    self.out.push(LiveEvent::Trouble { sentence: trouble.sentence, waits: trouble.fatal });
                    if trouble.fatal {
                        self.lose();
                        if trouble.kind != TroubleKind::Stalled {
                            self.io = None;
                        }
                        if trouble.kind == TroubleKind::Failed && self.now() >= self.again_from {
                            self.again_from = self.now() + seconds_to_samples(AGAIN_S);
                            return self.resume(&self.choice.clone());
                        }
                    }
                }
                DeviceEvent::Recovered(_) => self.out.push(LiveEvent::Recovered),
            }
        }
    }

    fn captured(&mut self, block: &CaptureBlock) {
        if self.lost {
            self.record(&vec![0.0; seconds_to_samples(GAP_S) as usize]);
            self.lost = false;
            self.out.push(LiveEvent::Recovered);
            self.machine(Event::DeviceBack { at: self.now() });
        }
        if block.lost > 0 {
            self.out.push(LiveEvent::Overflow(block.lost));
        }
        self.meter.hear(block);
        self.record(&block.samples);
    }

    fn record(&mut self, samples: &[f32]) {
        self.tape.push(samples);
        if let Some(take) = &mut self.take
            && let Err(e) = take.push(samples)
        {
            let sentence = e.to_string();
            self.out.push(LiveEvent::Trouble { sentence: sentence.clone(), waits: false });
            self.cut_short = Some(sentence);
            self.machine(Event::End { at: self.now() });
        }
    }

    fn started(&mut self, id: PlayId, at: Moment) {
        let Some(at) = self.clock.sample(at) else { return };
        let Some(playing) = self.playing.as_mut().filter(|p| p.id == id) else { return };
        playing.start = Some(at);
        let play = playing.play;
        if let (Some(take), Some(samples)) = (&mut self.take, self.script.sounds.get(&playing.line)) {
            take.place(at, samples.clone());
        }
        self.machine(Event::LineStarted { play, at });
        self.tell_log();
    }

    fn ended(&mut self, id: PlayId, at: Moment, whole: bool) {
        let Some(at) = self.clock.sample(at) else { return };
        let Some(playing) = self.playing.as_ref().filter(|p| p.id == id) else { return };
        let (play, start) = (playing.play, playing.start);
        let length = self.script.sounds.get(&playing.line).map_or(0, |s| s.len() as u64);
        if !whole && let Some(take) = &mut self.take {
            take.cut(at);
        }
        // The clocks jitter by a millisecond: what was played whole is as long as it is.
        let due = start.filter(|_| whole).map(|s| s + length);
        let at = due.map_or(at, |due| at.max(due));
        let late_s = samples_to_seconds(due.map_or(0, |due| at - due));
        if late_s > STUTTER_S {
            let sentence = format!(
                "The loudspeaker stuttered for {late_s:.1} s. The times that are measured count it in; if it happens again, close other programs."
            );
            self.out.push(LiveEvent::Trouble { sentence, waits: false });
        }
        self.machine(Event::LineEnded { play, at });
    }
}
