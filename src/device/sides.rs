//! The two callbacks without cpal: what runs on the audio thread. Nothing here allocates, frees, locks, logs or waits.

use super::PlayId;
use rtrb::{Consumer, Producer, PushError};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// Fade-out of a stopped prompt, so that it does not click: 5 ms.
const FADES_A_SECOND: u32 = 200;

/// Signs of life of a stream, read by its owner.
#[derive(Debug, Default)]
pub(super) struct Heartbeat {
    last_ns: AtomicI64,
    count: AtomicU64,
    lost: AtomicU64,
}

impl Heartbeat {
    fn beat(&self, now_ns: i64) {
        self.last_ns.store(now_ns, Ordering::Relaxed);
        self.count.fetch_add(1, Ordering::Relaxed);
    }

    /// Number of callbacks, and when the last one was.
    pub fn read(&self) -> (u64, i64) {
        (self.count.load(Ordering::Relaxed), self.last_ns.load(Ordering::Relaxed))
    }

    /// Frames that found no room, in all.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }
}

/// One callback's worth of frames: when its first was or will be at the converter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub at_ns: i64,
    pub frames: u32,
    /// Frames dropped before it because a ring was full.
    pub lost: u32,
}

/// The microphone's half.
pub(super) struct CaptureSide {
    pub samples: Producer<f32>,
    pub marks: Producer<Mark>,
    pub beat: Arc<Heartbeat>,
    pub lost: u32,
}

impl CaptureSide {
    /// Takes whole mono frames in; `at_ns` is when the first was at the converter.
    pub fn take(&mut self, now_ns: i64, at_ns: i64, mono: impl ExactSizeIterator<Item = f32>) {
        self.beat.beat(now_ns);
        let frames = mono.len();
        let room = !self.marks.is_full() && self.samples.slots() >= frames;
        let chunk = if room {
            self.samples.write_chunk_uninit(frames)
        } else {
            Err(rtrb::chunks::ChunkError::TooFewSlots(0))
        };
        let Ok(chunk) = chunk else {
            self.lost = self.lost.saturating_add(frames as u32);
            self.beat.lost.fetch_add(frames as u64, Ordering::Relaxed);
            return;
        };
        let written = chunk.fill_from_iter(mono) as u32;
        let mark = Mark { at_ns, frames: written, lost: self.lost };
        if self.marks.push(mark).is_ok() {
            self.lost = 0;
        }
    }
}

/// What the owner tells the loudspeaker's half.
#[derive(Debug)]
pub(super) enum Command {
    Play { id: PlayId, samples: Arc<[f32]> },
    Stop,
}

/// What the loudspeaker's half tells its owner. The samples come back to be freed there.
pub(super) enum Note {
    /// A frame and when it will be at the converter.
    Mark {
        frame: u64,
        at_ns: i64,
    },
    Started {
        id: PlayId,
        frame: u64,
    },
    Ended {
        id: PlayId,
        frame: u64,
        whole: bool,
        _samples: Arc<[f32]>,
    },
}

struct Playing {
    id: PlayId,
    samples: Arc<[f32]>,
    at: usize,
    /// Frames of fade-out left, once it is being stopped.
    fade: Option<u32>,
}

/// The loudspeaker's half.
pub(super) struct PlaybackSide {
    commands: Consumer<Command>,
    notes: Producer<Note>,
    beat: Arc<Heartbeat>,
    playing: Option<Playing>,
    /// Waits until the one before it has faded.
    next: Option<Playing>,
    frame: u64,
    fade_frames: u32,
}

impl PlaybackSide {
    pub fn new(
        commands: Consumer<Command>,
        notes: Producer<Note>,
        beat: Arc<Heartbeat>,
        rate_hz: u32,
    ) -> Self {
        let fade_frames = (rate_hz / FADES_A_SECOND).max(1);
        Self { commands, notes, beat, playing: None, next: None, frame: 0, fade_frames }
    }

    /// Gives the next frames, one call of `put` each; `at_ns` is when the first will be at the converter.
    pub fn give(&mut self, now_ns: i64, at_ns: i64, frames: usize, mut put: impl FnMut(usize, f32)) {
        self.beat.beat(now_ns);
        // A mark that finds no room is only one stamp less for the clock.
        if self.notes.slots() > 4 {
            let _ = self.notes.push(Note::Mark { frame: self.frame, at_ns });
        }
        self.obey();
        for i in 0..frames {
            let sample = self.sample();
            put(i, sample);
            self.frame += 1;
        }
    }

    fn obey(&mut self) {
        // While one waits for its turn, later commands stay in the ring.
        while self.next.is_none() {
            match self.commands.pop() {
                Ok(Command::Play { id, samples }) => {
                    self.fade();
                    self.next = Some(Playing { id, samples, at: 0, fade: None });
                }
                Ok(Command::Stop) => self.fade(),
                Err(_) => break,
            }
        }
    }

    fn fade(&mut self) {
        let frames = self.fade_frames;
        if let Some(playing) = &mut self.playing {
            playing.fade.get_or_insert(frames);
        }
    }

    fn sample(&mut self) -> f32 {
        // A note about the end may need a slot before the next can begin.
        if self.playing.is_none() && self.next.is_some() && self.notes.slots() >= 2 {
            self.playing = self.next.take();
            if let Some(playing) = &self.playing {
                let _ = self.notes.push(Note::Started { id: playing.id, frame: self.frame });
            }
        }
        let fade_frames = self.fade_frames;
        let Some(playing) = &mut self.playing else { return 0.0 };
        let sample = playing.samples.get(playing.at).copied();
        let gain = match &mut playing.fade {
            Some(left) if *left > 0 => {
                *left -= 1;
                *left as f32 / fade_frames as f32
            }
            Some(_) => 0.0,
            None => 1.0,
        };
        if let (Some(sample), true) = (sample, gain > 0.0) {
            playing.at += 1;
            return sample * gain;
        }
        self.end(sample.is_none());
        0.0
    }

    /// Sends the finished one back; keeps it, silent, while there is no room, because it must not be freed here.
    fn end(&mut self, whole: bool) {
        let Some(playing) = self.playing.take() else { return };
        let Playing { id, samples, at, fade } = playing;
        let note = Note::Ended { id, frame: self.frame, whole: whole && fade.is_none(), _samples: samples };
        if let Err(PushError::Full(Note::Ended { _samples: samples, .. })) = self.notes.push(note) {
            self.playing = Some(Playing { id, samples, at, fade });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rtrb::RingBuffer;

    struct Bench {
        side: PlaybackSide,
        commands: Producer<Command>,
        notes: Consumer<Note>,
    }

    fn playback() -> Bench {
        let (commands, take) = RingBuffer::new(8);
        let (give, notes) = RingBuffer::new(64);
        Bench { side: PlaybackSide::new(take, give, Arc::default(), 1_000), commands, notes }
    }

    fn told(notes: &mut Consumer<Note>) -> Vec<(&'static str, u64, u64)> {
        let mut out = Vec::new();
        while let Ok(note) = notes.pop() {
            match note {
                Note::Mark { .. } => {}
                Note::Started { id, frame } => out.push(("started", id.0, frame)),
                Note::Ended { id, frame, whole, .. } => {
                    out.push((if whole { "ended" } else { "stopped" }, id.0, frame));
                }
            }
        }
        out
    }

    fn run(side: &mut PlaybackSide, frames: usize) -> Vec<f32> {
        let mut out = vec![9.0; frames];
        side.give(0, 0, frames, |i, s| out[i] = s);
        out
    }

    #[test]
    fn a_prompt_is_played_whole_and_its_ends_are_told_to_the_frame() {
        let mut b = playback();
        assert_eq!(run(&mut b.side, 3), [0.0; 3]);
        b.commands.push(Command::Play { id: PlayId(7), samples: [0.1, 0.2, 0.3].into() }).expect("room");
        assert_eq!(run(&mut b.side, 2), [0.1, 0.2]);
        assert_eq!(run(&mut b.side, 3), [0.3, 0.0, 0.0]);
        assert_eq!(told(&mut b.notes), [("started", 7, 3), ("ended", 7, 6)]);
    }

    #[test]
    fn a_stopped_or_replaced_prompt_fades_and_the_next_follows() {
        let mut b = playback();
        let long: Arc<[f32]> = vec![1.0; 100].into();
        b.commands.push(Command::Play { id: PlayId(1), samples: long.clone() }).expect("room");
        run(&mut b.side, 10);
        b.commands.push(Command::Play { id: PlayId(2), samples: [0.5, 0.5].into() }).expect("room");
        b.commands.push(Command::Stop).expect("room");
        let out = run(&mut b.side, 20);
        assert!(out[0] < 1.0 && out.windows(2).take(4).all(|w| w[1] <= w[0]), "{out:?}");
        assert_eq!(told(&mut b.notes)[..3], [("started", 1, 0), ("stopped", 1, 14), ("started", 2, 15)]);
    }

    #[test]
    fn full_rings_lose_sound_but_count_it() {
        let (samples, mut heard) = RingBuffer::new(10);
        let (marks, mut stamps) = RingBuffer::new(4);
        let beat = Arc::new(Heartbeat::default());
        let mut side = CaptureSide { samples, marks, beat: beat.clone(), lost: 0 };
        side.take(1, 1, vec![0.5; 6].into_iter());
        side.take(2, 2, vec![0.6; 6].into_iter());
        assert_eq!((heard.slots(), beat.lost(), beat.read()), (6, 6, (2, 2)));
        heard.read_chunk(6).expect("there").commit_all();
        side.take(3, 3, vec![0.7; 6].into_iter());
        assert_eq!(stamps.pop(), Ok(Mark { at_ns: 1, frames: 6, lost: 0 }));
        assert_eq!(stamps.pop(), Ok(Mark { at_ns: 3, frames: 6, lost: 6 }));
    }

    #[test]
    fn the_callbacks_neither_allocate_nor_free() {
        let control = allocation_counter::measure(|| drop(std::hint::black_box(vec![0u8; 100])));
        assert_eq!(control.count_total, 1, "the counter counts");

        let mut b = playback();
        let (samples, mut heard) = RingBuffer::new(4_096);
        let (marks, mut stamps) = RingBuffer::new(64);
        let mut capture = CaptureSide { samples, marks, beat: Arc::default(), lost: 0 };
        let input = [0.25f32; 960];
        let mut output = [0.0f32; 960];
        for round in 0..200u64 {
            if round % 3 == 0 {
                let samples: Arc<[f32]> = vec![0.5; 700 + 40 * (round as usize % 11)].into();
                let _ = b.commands.push(Command::Play { id: PlayId(round), samples });
            }
            if round % 7 == 0 {
                let _ = b.commands.push(Command::Stop);
            }
            let used = allocation_counter::measure(|| {
                capture.take(0, 0, input.iter().copied());
                b.side.give(0, 0, output.len(), |i, s| output[i] = s);
            });
            assert_eq!((used.count_total, used.count_current), (0, 0), "round {round}");
            // The owner is late for a while, so that full rings are met as well.
            if round % 40 < 20 {
                while b.notes.pop().is_ok() {}
                while stamps.pop().is_ok() {}
                let there = heard.slots();
                heard.read_chunk(there).expect("there").commit_all();
            }
        }
        assert!(capture.beat.lost() > 0, "full rings were met");
    }
}
