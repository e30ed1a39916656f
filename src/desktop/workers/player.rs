//! Plays stretches of recordings: both voices mixed, read in pieces, the position told twenty times a second.

use super::Outbox;
use crate::audio::{ChannelStore, Recording};
use crate::call::{RATE_HZ, seconds_to_samples};
use crate::desktop::msg::{Event, Job};
use crate::device::{DeviceEvent, Moment, PlayId, Speaker};
use crate::signal::SampleSource;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// What is given to the device at once, in seconds.
const PIECE_S: f64 = 60.0;
/// How often the position is told.
const TELL: Duration = Duration::from_millis(50);
/// An unused loudspeaker is closed after this, so that the machine can sleep.
const IDLE: Duration = Duration::from_secs(20);
/// Recordings are brought up to this peak, where they are quieter.
const PEAK: f32 = 0.7;

struct Open {
    path: PathBuf,
    stores: Vec<ChannelStore>,
    duration_s: f64,
    gain: f32,
}

struct Playing {
    id: PlayId,
    from_s: f64,
    piece_end_s: f64,
    to_s: f64,
    started: Option<Moment>,
}

/// A loudspeaker that hesitates is not worth a word, one that stays silent is.
const PATIENCE: Duration = Duration::from_millis(1500);

#[derive(Default)]
struct Player {
    open: Option<Open>,
    speaker: Option<(String, Speaker)>,
    playing: Option<Playing>,
    /// What is wrong with the loudspeaker, and since when.
    trouble: Option<(Instant, String)>,
}

/// Works until the window is gone.
pub fn run(outbox: &Outbox, jobs: &Receiver<Job>) {
    let mut player = Player::default();
    let mut used = Instant::now();
    loop {
        let job = if player.playing.is_some() {
            used = Instant::now();
            match jobs.recv_timeout(TELL) {
                Ok(job) => Some(job),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            }
        } else if player.speaker.is_some() {
            match jobs.recv_timeout(IDLE.saturating_sub(used.elapsed())) {
                Ok(job) => Some(job),
                Err(RecvTimeoutError::Timeout) => {
                    player.speaker = None;
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        } else {
            match jobs.recv() {
                Ok(job) => Some(job),
                Err(_) => return,
            }
        };
        match job {
            Some(Job::Play { path, from_s, to_s, headphones }) => {
                if let Err(why) = player.start(&path, from_s, to_s, &headphones) {
                    player.playing = None;
                    outbox.send(Event::Player { path, at_s: from_s, playing: false });
                    outbox.send(Event::Failed(why));
                }
            }
            Some(Job::StopPlaying) => player.stop(),
            _ => player.follow(outbox),
        }
    }
}

impl Player {
    fn start(&mut self, path: &Path, from_s: f64, to_s: Option<f64>, headphones: &str) -> Result<(), String> {
        if self.open.as_ref().is_none_or(|o| o.path != path) {
            self.open = Some(open(path)?);
        }
        if self.speaker.as_ref().is_none_or(|(name, _)| name != headphones) {
            let wanted = Some(headphones).filter(|h| !h.is_empty());
            self.speaker = Some((headphones.to_owned(), Speaker::open(wanted).map_err(|e| e.to_string())?));
        }
        let whole = self.open.as_ref().map_or(0.0, |o| o.duration_s);
        let to_s = to_s.unwrap_or(whole).min(whole);
        self.piece(from_s.clamp(0.0, whole), to_s)
    }

    /// Gives the next piece to the device.
    fn piece(&mut self, from_s: f64, to_s: f64) -> Result<(), String> {
        let (Some(open), Some((_, speaker))) = (&self.open, &mut self.speaker) else { return Ok(()) };
        let end_s = to_s.min(from_s + PIECE_S);
        let mut mixed = vec![0.0f32; seconds_to_samples((end_s - from_s).max(0.01)) as usize];
        let mut block = mixed.clone();
        for store in &open.stores {
            store.read_at(seconds_to_samples(from_s), &mut block).map_err(|e| e.to_string())?;
            mixed.iter_mut().zip(&block).for_each(|(m, b)| *m += b * open.gain);
        }
        let id = speaker.play(&mixed, RATE_HZ);
        self.playing = Some(Playing { id, from_s, piece_end_s: end_s, to_s, started: None });
        Ok(())
    }

    fn stop(&mut self) {
        if let Some((_, speaker)) = &mut self.speaker {
            speaker.stop();
        }
        self.playing = None;
    }

    /// Where it is, and the next piece when one is over.
    fn follow(&mut self, outbox: &Outbox) {
        let (Some(open), Some((_, speaker)), Some(playing)) =
            (&self.open, &mut self.speaker, &mut self.playing)
        else {
            return;
        };
        let path = open.path.clone();
        let mut over = false;
        for event in speaker.poll() {
            match event {
                DeviceEvent::PlaybackStarted { id, at } if id == playing.id => playing.started = Some(at),
                // The end is told when it is given to the device; what is on its way is still to be heard.
                DeviceEvent::PlaybackEnded { id, .. } if id == playing.id => over = true,
                DeviceEvent::Trouble(trouble) if trouble.fatal => {
                    outbox.send(Event::Failed(trouble.sentence));
                    over = true;
                    playing.to_s = playing.piece_end_s;
                }
                DeviceEvent::Trouble(trouble) => self.trouble = Some((Instant::now(), trouble.sentence)),
                DeviceEvent::Recovered(_) => self.trouble = None,
                _ => {}
            }
        }
        if let Some((_, sentence)) = self.trouble.take_if(|(since, _)| since.elapsed() > PATIENCE) {
            outbox.send(Event::Failed(sentence));
        }
        let now = speaker.now();
        let at_s = playing.started.map_or(playing.from_s, |s| playing.from_s + now.since(s).max(0.0));
        let at_s = at_s.min(playing.piece_end_s);
        let (more, to_s, end_s) =
            (playing.piece_end_s < playing.to_s - 0.01, playing.to_s, playing.piece_end_s);
        if !over {
            outbox.send(Event::Player { path, at_s, playing: true });
        } else if more {
            if let Err(why) = self.piece(end_s, to_s) {
                outbox.send(Event::Failed(why));
            }
        } else {
            self.playing = None;
            outbox.send(Event::Player { path, at_s: end_s, playing: false });
        }
    }
}

fn open(path: &Path) -> Result<Open, String> {
    let mut recording = Recording::open(path).map_err(|e| e.to_string())?;
    let wanted: Vec<u16> = (0..recording.info().channels.min(2)).collect();
    let stores = recording.load(&wanted).map_err(|e| e.to_string())?;
    let peak = stores.iter().map(|s| s.levels().peak).fold(0.0f32, f32::max);
    let gain = if peak > 0.0 { (PEAK / peak).clamp(1.0, 8.0) } else { 1.0 };
    Ok(Open { path: path.to_owned(), stores, duration_s: recording.info().duration_s, gain })
}
