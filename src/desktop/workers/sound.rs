//! The sound check: devices, level, background, leakage of a test phrase, free talk for the baseline.

use super::house::now;
use super::{House, Outbox};
use crate::audio::TakeWriter;
use crate::call::{BaselineKind, RATE_HZ, Timeline};
use crate::desktop::msg::{Event, Job, SoundEvent};
use crate::desktop::state::{DeviceRow, Meter, Settings};
use crate::device::{
    AudioIo, CaptureBlock, Choice, DeviceEvent, Direction, PlayId, TroubleKind, diagnose, list,
};
use crate::library::{NewTake, TakeKind};
use crate::measure::voice::{Baseline, ExtractOptions, VoiceFeatures};
use crate::signal::speech;
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// How often the devices are polled.
const POLL: Duration = Duration::from_millis(20);
/// How often the level is told.
const TELL: Duration = Duration::from_millis(66);
/// Seconds of free talk that are enough.
const TALK_S: f64 = 40.0;
/// Fewer are not worth keeping.
const TALK_LEAST_S: f64 = 12.0;
/// The test phrase: a line of the scenarios.
const PHRASE: (&str, usize) = ("late-parcel", 0);
/// Seconds after the phrase in which its echo still counts.
const TAIL_S: f64 = 0.5;
/// Longest round trip looked for.
const MOST_DELAY_S: f64 = 0.5;

/// A peak above this is a sound in front of the microphone: -40 dBFS.
const SOUNDED: f32 = 0.01;

/// Works until the window is gone.
pub fn run(house: &House, outbox: &Outbox, jobs: &Receiver<Job>) {
    let mut check: Option<Check> = None;
    loop {
        let job = if check.is_some() {
            match jobs.recv_timeout(POLL) {
                Ok(job) => Some(job),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            }
        } else {
            match jobs.recv() {
                Ok(job) => Some(job),
                Err(_) => return,
            }
        };
        let tell = |e| outbox.send(Event::Sound(e));
        match job {
            Some(Job::ListDevices) => devices(outbox),
            Some(Job::OpenSound(settings)) => {
                check = None;
                match Check::open(house, settings) {
                    Ok(open) => {
                        check = Some(open);
                        tell(SoundEvent::Open);
                    }
                    Err(why) => tell(SoundEvent::Trouble(why)),
                }
            }
            Some(Job::CloseSound) if check.take().is_some() => tell(SoundEvent::Closed),
            Some(Job::TestPhrase) => {
                if let Some(check) = &mut check
                    && let Err(why) = check.play_phrase(house)
                {
                    tell(SoundEvent::Trouble(why));
                }
            }
            Some(Job::FreeTalk(on)) => {
                if let Some(check) = &mut check {
                    check.free_talk(house, outbox, on);
                }
            }
            _ => {}
        }
        if let Some(open) = &mut check
            && open.poll(house, outbox)
        {
            check = None;
        }
    }
}

fn devices(outbox: &Outbox) {
    let all = list();
    let problems = diagnose(&all);
    let rows = all.into_iter().map(|d| DeviceRow {
        id: d.id,
        name: d.name,
        is_input: d.direction == Direction::Input,
        is_default: d.is_default,
        trouble: d.trouble,
    });
    outbox.send(Event::Devices(rows.collect(), problems));
}

/// Devices by the names that the lists on this screen give them.
fn as_listed(sentence: &str, (microphone, headphones): &(String, String), settings: &Settings) -> String {
    let mut said = sentence.to_owned();
    for (name, chosen) in [(microphone, &settings.microphone), (headphones, &settings.headphones)] {
        if chosen.is_empty() && !name.is_empty() {
            said = said.replace(&format!("\"{name}\""), "\"System default\"");
        }
    }
    said
}

struct Phrase {
    id: PlayId,
    samples: Vec<f32>,
    start_s: Option<f64>,
    end_s: Option<f64>,
}

struct Talk {
    samples: Vec<f32>,
    take: Option<(crate::library::TakeId, crate::library::Library, TakeWriter)>,
}

struct Check {
    io: Box<dyn AudioIo + Send>,
    settings: Settings,
    /// Levels of the last seconds, dBFS, a block each.
    levels: VecDeque<f64>,
    peak: f32,
    power: f64,
    count: usize,
    clipped: bool,
    /// Something was heard since the microphone was opened.
    sounded: bool,
    told: Instant,
    /// The microphone from `heard_from_s` on, while the test phrase is played.
    heard: Vec<f32>,
    heard_from_s: Option<f64>,
    phrase: Option<Phrase>,
    talk: Option<Talk>,
}

impl Check {
    fn open(house: &House, settings: Settings) -> Result<Self, String> {
        let wanted = |id: &String| Some(id.clone()).filter(|i| !i.is_empty());
        let choice = Choice { input: wanted(&settings.microphone), output: wanted(&settings.headphones) };
        let io = (house.open_sound)(&choice).map_err(|e| e.to_string())?;
        Ok(Self {
            io,
            settings,
            levels: VecDeque::new(),
            peak: 0.0,
            power: 0.0,
            count: 0,
            clipped: false,
            sounded: false,
            told: Instant::now(),
            heard: Vec::new(),
            heard_from_s: None,
            phrase: None,
            talk: None,
        })
    }

    fn play_phrase(&mut self, house: &House) -> Result<(), String> {
        let bundle = house.scenarios.open(PHRASE.0).map_err(|e| e.to_string())?;
        let line = bundle.scenario.lines.get(PHRASE.1).ok_or("the test phrase is missing")?;
        let samples = bundle.samples(line).map_err(|e| e.to_string())?;
        let prompt = self.io.prepare(&samples, RATE_HZ);
        self.heard.clear();
        self.heard_from_s = None;
        let id = self.io.play(&prompt);
        self.phrase = Some(Phrase { id, samples, start_s: None, end_s: None });
        Ok(())
    }

    /// True when the device is gone.
    fn poll(&mut self, house: &House, outbox: &Outbox) -> bool {
        let mut gone = false;
        for event in self.io.poll() {
            match event {
                DeviceEvent::Captured(block) => self.captured(&block),
                DeviceEvent::PlaybackStarted { id, at } => {
                    if let Some(phrase) = self.phrase.as_mut().filter(|p| p.id == id) {
                        phrase.start_s = Some(at.seconds());
                    }
                }
                DeviceEvent::PlaybackEnded { id, at, .. } => {
                    if let Some(phrase) = self.phrase.as_mut().filter(|p| p.id == id) {
                        phrase.end_s = Some(at.seconds());
                    }
                }
                // A headset that mutes pauses gives zeros, too: a microphone that was heard is not a mute one.
                DeviceEvent::Trouble(t) if t.kind == TroubleKind::Silent && self.sounded => {}
                DeviceEvent::Trouble(trouble) => {
                    let names = self.io.names();
                    let sentence = as_listed(&trouble.sentence, &names, &self.settings);
                    outbox.send(Event::Sound(SoundEvent::Trouble(sentence)));
                    gone |= trouble.fatal;
                }
                DeviceEvent::Ready => {}
                // What was wrong is right again.
                DeviceEvent::Recovered(_) => outbox.send(Event::Sound(SoundEvent::Open)),
            }
        }
        if self.told.elapsed() >= TELL && self.count > 0 {
            self.tell(outbox);
        }
        self.phrase_over(outbox);
        if self.talk.as_ref().is_some_and(|t| t.samples.len() as f64 >= TALK_S * f64::from(RATE_HZ)) {
            self.free_talk(house, outbox, false);
        }
        if gone {
            outbox.send(Event::Sound(SoundEvent::Closed));
        }
        gone
    }

    fn captured(&mut self, block: &CaptureBlock) {
        self.peak = self.peak.max(block.peak);
        self.power += f64::from(block.rms).powi(2) * block.samples.len() as f64;
        self.count += block.samples.len();
        self.clipped |= block.clipped;
        self.sounded |= block.peak > SOUNDED;
        if self.phrase.is_some() {
            self.heard_from_s.get_or_insert(block.start.seconds());
            self.heard.extend_from_slice(&block.samples);
        }
        if let Some(talk) = &mut self.talk {
            talk.samples.extend_from_slice(&block.samples);
            if let Some((_, _, writer)) = &mut talk.take {
                // What the disk refuses is still in memory; the baseline is made from that.
                let _ = writer.write(&block.samples);
            }
        }
    }

    fn tell(&mut self, outbox: &Outbox) {
        let db = |x: f64| 20.0 * x.max(1e-5).log10();
        let rms_db = db((self.power / self.count as f64).sqrt());
        let meter = Meter { rms_db, peak_db: db(f64::from(self.peak)), clipped: self.clipped };
        self.levels.push_back(rms_db);
        if self.levels.len() > 90 {
            self.levels.pop_front();
        }
        outbox.send(Event::Sound(SoundEvent::Level(meter)));
        if self.levels.len() >= 20 && self.phrase.is_none() {
            // The background is what a tenth of the last six seconds stayed below.
            let mut sorted: Vec<f64> = self.levels.iter().copied().collect();
            sorted.sort_by(f64::total_cmp);
            outbox.send(Event::Sound(SoundEvent::Floor(sorted[sorted.len() / 10])));
        }
        if let Some(talk) = &self.talk {
            let s = talk.samples.len() as f64 / f64::from(RATE_HZ);
            outbox.send(Event::Sound(SoundEvent::Talk(s.min(TALK_S))));
        }
        (self.peak, self.power, self.count, self.clipped) = (0.0, 0.0, 0, false);
        self.told = Instant::now();
    }

    fn phrase_over(&mut self, outbox: &Outbox) {
        let Some(end_s) = self.phrase.as_ref().and_then(|p| p.end_s) else { return };
        if self.io.now().seconds() < end_s + TAIL_S + 0.1 {
            return;
        }
        let (Some(phrase), Some(from_s)) = (self.phrase.take(), self.heard_from_s) else { return };
        let start = ((phrase.start_s.unwrap_or(from_s) - from_s) * f64::from(RATE_HZ)).max(0.0) as usize;
        let (leak_db, delay_s) = leak(&phrase.samples, self.heard.get(start..).unwrap_or_default());
        self.heard.clear();
        outbox.send(Event::Sound(SoundEvent::Tested(leak_db, delay_s.map(|s| s * 1000.0))));
    }

    fn free_talk(&mut self, house: &House, outbox: &Outbox, on: bool) {
        if on {
            self.talk = Some(Talk { samples: Vec::new(), take: begin(house, &self.settings) });
            return;
        }
        let Some(talk) = self.talk.take() else { return };
        if let Some((id, mut library, writer)) = talk.take {
            let duration_s = writer.duration_s();
            let done = writer.finish().map_err(|e| e.to_string());
            let kept =
                done.and_then(|()| library.finish_recording(id, duration_s).map_err(|e| e.to_string()));
            if let Err(why) = kept {
                outbox.send(Event::Failed(why));
            }
        }
        let text = match keep_baseline(house, &self.settings, &talk.samples) {
            Ok(doubts) if doubts.is_empty() => {
                "Thank you. Your neutral voice is known for this microphone.".to_owned()
            }
            Ok(doubts) => format!(
                "Kept, but what is compared with it will be less certain: {}. Record it again when you can.",
                doubts.join("; ")
            ),
            Err(why) => why,
        };
        outbox.send(Event::Sound(SoundEvent::TalkDone(text)));
    }
}

fn begin(
    house: &House,
    settings: &Settings,
) -> Option<(crate::library::TakeId, crate::library::Library, TakeWriter)> {
    let mut library = house.library().ok()?;
    let new = NewTake {
        kind: TakeKind::FreeTalk,
        scenario: String::new(),
        title: "Free talk".to_owned(),
        heat: 0,
        retry_of: None,
        device: settings.microphone.clone(),
        started_at: now(),
    };
    let (id, path) = library.begin_take(&new).ok()?;
    let writer = TakeWriter::create(&path, RATE_HZ, 1).ok()?;
    Some((id, library, writer))
}

/// The voice of the free talk, for this microphone; returns what makes it doubtful.
fn keep_baseline(house: &House, settings: &Settings, samples: &[f32]) -> Result<Vec<String>, String> {
    if !house.policy.voice_metrics {
        return Err(house.policy.reason.clone());
    }
    if (samples.len() as f64) < TALK_LEAST_S * f64::from(RATE_HZ) {
        return Err(
            "That was too short to know your voice by. Twelve seconds are the least, forty are good."
                .to_owned(),
        );
    }
    let mut detector = house.ears()?.detector()?;
    let source = samples.to_vec();
    let found = speech::detect(&mut detector, Some(&source), None, &speech::Options::default());
    let found: Timeline = found.map_err(|e| e.to_string())?.agent;
    let features =
        VoiceFeatures::extract(&source, &found, ExtractOptions::default()).map_err(|e| e.to_string())?;
    let baseline = Baseline::from_recordings(BaselineKind::SoundCheck, &[&features])
        .ok_or("Too little speech was heard. Speak a little more, and closer to the microphone.")?;
    let library = house.library().map_err(|e| e.to_string())?;
    library.set_baseline(&settings.microphone, now(), &baseline).map_err(|e| e.to_string())?;
    Ok(baseline.doubts)
}

/// How loud the phrase is in the microphone, in dB against what was played, and after what time: the best lag of a
/// normalized correlation of both, at 4 kHz steps of the 16 kHz signals. `None` where it stays in the noise.
fn leak(played: &[f32], heard: &[f32]) -> (Option<f64>, Option<f64>) {
    const STEP: usize = 4;
    let most = (MOST_DELAY_S * f64::from(RATE_HZ)) as usize;
    let n = played.len().min(heard.len().saturating_sub(most));
    if n < RATE_HZ as usize / 2 {
        return (None, None);
    }
    let a: Vec<f64> = played[..n].iter().step_by(STEP).map(|s| f64::from(*s)).collect();
    let power: f64 = a.iter().map(|s| s * s).sum();
    let mut best = (0.0f64, 0usize);
    for lag in (0..most).step_by(STEP) {
        let b = heard[lag..lag + n].iter().step_by(STEP);
        let dot: f64 = a.iter().zip(b).map(|(x, y)| x * f64::from(*y)).sum();
        if dot.abs() > best.0.abs() {
            best = (dot, lag);
        }
    }
    let heard_power: f64 =
        heard[best.1..best.1 + n].iter().step_by(STEP).map(|s| f64::from(*s).powi(2)).sum();
    let correlation = best.0.abs() / (power * heard_power).sqrt().max(1e-12);
    // A room smears the echo over many lags, so even a strong one correlates weakly; noise alone stays below 0.05.
    if correlation < 0.06 {
        return (None, None);
    }
    let gain_db = 20.0 * (best.0.abs() / power.max(1e-12)).log10();
    (Some(gain_db), Some(best.1 as f64 / f64::from(RATE_HZ)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(n: usize, mut seed: u32) -> Vec<f32> {
        (0..n)
            .map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (seed >> 8) as f32 / 8_388_608.0 - 1.0
            })
            .collect()
    }

    #[test]
    fn a_device_is_called_as_in_the_list_where_it_was_chosen() {
        let names = ("Default Audio Device".to_owned(), "Speakers".to_owned());
        let sentence = "The microphone \"Default Audio Device\" gives nothing but zeros.";
        let said = as_listed(sentence, &names, &Settings::default());
        assert_eq!(said, "The microphone \"System default\" gives nothing but zeros.");
        let chosen = Settings { microphone: "x".to_owned(), ..Settings::default() };
        assert_eq!(as_listed(sentence, &names, &chosen), sentence);
    }

    #[test]
    fn a_known_echo_is_measured_and_noise_is_none() {
        let played = noise(32_000, 1);
        let mut heard: Vec<f32> = noise(48_000, 2).iter().map(|s| s * 0.01).collect();
        for (i, s) in played.iter().enumerate() {
            heard[i + 1600] += 0.1 * s;
        }
        let (leak_db, delay_s) = leak(&played, &heard);
        assert!((leak_db.unwrap() + 20.0).abs() < 0.5, "{leak_db:?}");
        assert!((delay_s.unwrap() - 0.1).abs() < 0.001, "{delay_s:?}");
        assert_eq!(leak(&played, &noise(48_000, 3)), (None, None));
    }
}
