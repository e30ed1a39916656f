//! One call in real time, and what is read off it.

use super::{Ears, card, replies};
use evenkeel::asr::detector::SileroDetector;
use evenkeel::audio::{Recording, wav_pcm16};
use evenkeel::call::Facts;
use evenkeel::device::{AudioIo, Choice, DuplexStream, FakeAudio, When};
use evenkeel::live::{CallSession, Command, Ended, Hearing, LiveEvent, Script, Setup};
use evenkeel::rehearse::log::{TurnEndedBy, Why};
use evenkeel::rehearse::{Heard, choose};
use evenkeel::words::ReplyContext;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The agent begins so long after the line.
const LATENCY_S: f64 = 0.4;

/// One reply; seconds from its last sound.
pub struct Measured {
    /// Its words were known.
    pub words_s: Option<f64>,
    pub decode_s: Option<f64>,
    /// Its turn was judged over.
    pub judged_s: f64,
    /// The next line was asked for.
    pub asked_s: f64,
    /// The next line began, by the log; by the card's own recording.
    pub next_s: f64,
    pub truly_s: Option<f64>,
    pub by: TurnEndedBy,
    /// All of it was judged before the next line was chosen.
    pub whole: bool,
    /// The line is the one that follows from all its words.
    pub right_row: bool,
    /// The agent went on over the next line.
    pub cut_off: bool,
}

pub struct Outcome {
    pub measured: Vec<Measured>,
    pub ended: Ended,
    pub facts: Facts,
}

/// Take time of what happens, from the meter's.
#[derive(Default)]
struct Clock(Option<(f64, Instant)>);

impl Clock {
    fn now(&self) -> f64 {
        self.0.map_or(0.0, |(at_s, since)| at_s + since.elapsed().as_secs_f64())
    }
}

pub fn run(
    (hearing, judge_s): (Hearing, f64),
    call: &str,
    id: &str,
    ears: &Ears,
    dir: &Path,
    card: bool,
) -> Outcome {
    let script = Arc::new(replies::script(id, judge_s, ears));
    let said = replies::of(call);
    let mouths: Vec<_> = said
        .iter()
        .enumerate()
        .map(|(n, (sound, _))| {
            let path = dir.join(format!("{call}-{n}.wav"));
            std::fs::write(&path, wav_pcm16(sound, 16_000)).expect("written");
            path
        })
        .collect();
    let sounds: Vec<Vec<f32>> = said.iter().map(|s| s.0.clone()).collect();
    let setup = Setup {
        script: script.clone(),
        take: dir.join(format!("{call}-{id}-{hearing:?}-{judge_s}.wav")),
        choice: Choice::default(),
        opener: Box::new(move |choice| {
            if card {
                return DuplexStream::open(choice).map(|io| Box::new(io) as Box<dyn AudioIo + Send>);
            }
            let fake = FakeAudio::in_real_time(0.01);
            for (n, sound) in sounds.iter().enumerate() {
                fake.handle().say(When::AfterEnd(n, LATENCY_S), sound.clone());
            }
            Ok(Box::new(fake) as Box<dyn AudioIo + Send>)
        }),
        detector: Box::new(SileroDetector::open(&ears.detector).expect("detector")),
        recognizer: Some(ears.live.clone()),
        rules: ears.rules.clone(),
        rubric: ears.rubric.clone(),
        baseline: None,
        language: "en".to_owned(),
        leak_db: None,
        hearing,
        threaded: true,
    };
    let truth = card.then(|| card::Truth::record(dir.join("truth.wav")));
    let session = CallSession::start(setup, || {}).expect("starts");
    let limit = Instant::now() + Duration::from_secs(300);
    let (mut clock, mut words, mut asked) = (Clock::default(), Vec::new(), Vec::new());
    let (mut completions, mut saying) = (Vec::<f64>::new(), Vec::new());
    let ended = loop {
        match session.wait(Duration::from_millis(20)) {
            Some(LiveEvent::Meter { at_s, .. }) => clock.0 = Some((at_s, Instant::now())),
            Some(LiveEvent::Words { decode_s, .. }) => words.push((clock.now(), decode_s)),
            Some(LiveEvent::Line { .. }) => asked.push(clock.now()),
            Some(LiveEvent::Log(log)) => {
                completions = log.lines.iter().map(|l| l.completion as f64 / 16_000.0).collect();
                if log.lines.len() > said.len() {
                    session.command(Command::End);
                }
            }
            Some(LiveEvent::Ended(ended)) => break *ended,
            Some(LiveEvent::Failed(why)) => panic!("{why}"),
            _ if Instant::now() > limit => session.command(Command::End),
            _ => {}
        }
        let n = saying.len();
        if card && n < said.len() && completions.get(n).is_some_and(|c| clock.now() >= c + LATENCY_S) {
            saying.push(card::say(&mouths[n]));
        }
    };
    saying.iter_mut().for_each(|s| drop(s.wait()));
    let truth = truth.map(|t| two(&t.stop()));
    let measured = measure(&ended, &script, &said, (&words, &asked), truth.as_ref(), ears);
    let facts = script.plan().scenario().facts();
    Outcome { measured, ended, facts }
}

fn two(path: &Path) -> [Vec<f32>; 2] {
    let stores = Recording::open(path).expect("reads").load(&[0, 1]).expect("two channels");
    [0, 1].map(|c| stores[c].to_vec().expect("reads"))
}

/// The last sample before a moment that sounds.
fn last_sound(track: &[f32], before: usize) -> Option<f64> {
    let n = track[..before.min(track.len())].iter().rposition(|s| s.abs() > 0.002)?;
    Some(n as f64 / 16_000.0)
}

fn measure(
    ended: &Ended,
    script: &Script,
    said: &[(Vec<f32>, String)],
    (words, asked): (&[(f64, f64)], &[f64]),
    truth: Option<&[Vec<f32>; 2]>,
    ears: &Ears,
) -> Vec<Measured> {
    let [_, heard] = two(&ended.path);
    let scenario = script.plan().scenario();
    let facts = scenario.facts();
    let lines = &ended.log.lines;
    let of_reply = |reply: &evenkeel::rehearse::log::JudgedReply| {
        let next =
            lines.iter().position(|l| l.start >= reply.over.saturating_sub(1_600) && l.start > reply.to)?;
        if reply.ended_by == TurnEndedBy::BargedIn || reply.ended_by == TurnEndedBy::Silence {
            return None;
        }
        let start = lines[next].start;
        let last = last_sound(&heard, start as usize)?;
        let next_s = start as f64 / 16_000.0;
        let known = words.iter().rev().find(|w| w.0 > last && w.0 < next_s + 0.05);
        let asked = asked.iter().rev().find(|a| **a <= next_s + 0.05)?;
        let line = scenario.line(&reply.line)?;
        let text = said.get(next - 1).map_or("", |s| s.1.as_str());
        let context =
            ReplyContext { customer_line: Some(&line.text), customer_name: None, facts: Some(&facts) };
        let ids = ears.rules.hear(&context, text).into_iter().map(|h| h.id.to_owned()).collect();
        let ideal = choose(line, &Heard { ids, flags: reply.flags }).map(|(row, _)| Why::Row { row });
        let over = &heard[(start as usize).min(heard.len())..(start as usize + 8_000).min(heard.len())];
        Some(Measured {
            words_s: known.map(|w| w.0 - last),
            decode_s: known.map(|w| w.1),
            judged_s: reply.over as f64 / 16_000.0 - last,
            asked_s: asked - last,
            next_s: next_s - last,
            truly_s: truth.and_then(|t| truly(t, next)),
            by: reply.ended_by,
            whole: reply.judged_whole,
            right_row: ideal == Some(lines[next].why),
            cut_off: over.iter().filter(|s| s.abs() > 0.01).count() > 400,
        })
    };
    ended.log.replies.iter().filter_map(of_reply).collect()
}

/// By the card's own recording: from the mouth's last sound to the start of line `n`.
fn truly([left, right]: &[Vec<f32>; 2], n: usize) -> Option<f64> {
    // Lines are apart by more than a second of silence, and have shorter pauses.
    let mut starts = Vec::new();
    let mut last = None;
    for (at, s) in left.iter().enumerate() {
        if s.abs() > 0.003 {
            if last.is_none_or(|l| at - l > 24_000) {
                starts.push(at);
            }
            last = Some(at);
        }
    }
    let start = *starts.get(n)?;
    Some(start as f64 / 16_000.0 - last_sound(right, start)?)
}
