//! Calls put together from the customers' lines. Truth is exact by construction: a line begins and ends where its 5 ms
//! level passes 45 dB under its peak.

use evenkeel::asr::detector::SileroDetector;
use evenkeel::audio::{Recording, read_short};
use evenkeel::call::{Response, Timeline};
use evenkeel::coach::Rubric;
use evenkeel::measure::{Talk, TurnTaking, turn_taking};
use evenkeel::signal::speech::{DetectedSpeech, Options, detect};
use std::path::{Path, PathBuf};

/// What the agent says: replies of a sample call.
const CALL: &str = "samples/calls/good-double-charge.wav";

/// Agent utterances of the sample call: sound and words.
pub fn replies() -> Vec<(Vec<f32>, String)> {
    let path = root().join(CALL);
    let truth = std::fs::read_to_string(path.with_extension("truth.json")).expect("truth");
    let truth: serde_json::Value = serde_json::from_str(&truth).expect("truth");
    let agent = Recording::open(&path).expect("reads").load(&[1]).expect("two").remove(0);
    let agent = agent.to_vec().expect("reads");
    let all = truth["utterances"].as_array().expect("utterances");
    all.iter()
        .filter(|u| u["channel"] == "agent" && u["onset"] == "reply")
        .map(|u| {
            let at = |key: &str| (u[key].as_f64().expect("seconds") * 16_000.0) as usize;
            (agent[at("start_s")..at("end_s")].to_vec(), u["text"].as_str().unwrap_or_default().to_owned())
        })
        .collect()
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn detector() -> SileroDetector {
    SileroDetector::open(&root().join("models/ggml-silero-v6.2.0.bin"))
        .expect("the detector's weights are in models/")
}

pub fn taken(agent: &Timeline, customer: &Timeline) -> TurnTaking {
    turn_taking(&Talk::of(agent, Some(customer)), &Rubric::embedded().limits)
}

pub fn nearest(rows: &[Response], start_s: f64) -> Option<&Response> {
    rows.iter()
        .min_by(|a, b| (a.agent_start_s - start_s).abs().total_cmp(&(b.agent_start_s - start_s).abs()))
        .filter(|r| (r.agent_start_s - start_s).abs() < 0.3)
}

/// Two channels under construction.
pub struct Stage {
    pub agent: Vec<f32>,
    pub customer: Vec<f32>,
}

impl Stage {
    pub fn new(seconds: f64) -> Self {
        let n = (seconds * 16_000.0) as usize;
        let mut room = noise(12_345);
        Self {
            agent: (0..n).map(|_| 0.001 * room()).collect(),
            customer: (0..n).map(|_| 0.001 * room()).collect(),
        }
    }

    /// Puts a voice at a moment and tells where it ends, in seconds.
    pub fn say(channel: &mut [f32], at_s: f64, sound: &[f32]) -> f64 {
        let start = (at_s * 16_000.0) as usize;
        for (o, s) in channel[start..].iter_mut().zip(sound) {
            *o += s;
        }
        at_s + sound.len() as f64 / 16_000.0
    }

    pub fn leak(&mut self, delay: usize, gain: f32) {
        for n in delay..self.agent.len() {
            self.agent[n] += gain * self.customer[n - delay];
        }
    }

    pub fn detect(&self) -> DetectedSpeech {
        detect(&mut detector(), Some(&self.agent), Some(&self.customer), &Options::default())
            .expect("memory reads")
    }
}

/// A spoken line, cut to its sound.
pub fn line(scenario: &str, name: &str) -> Vec<f32> {
    let path: PathBuf = root().join(format!("samples/scenarios/{scenario}/lines/{name}.flac"));
    let sound = read_short(&path).unwrap_or_else(|e| panic!("{e}"));
    let loud: Vec<f32> =
        sound.chunks(80).map(|f| f.iter().map(|x| x * x).sum::<f32>() / f.len() as f32).collect();
    let limit = loud.iter().copied().fold(0.0, f32::max) * 10f32.powf(-4.5);
    let first = loud.iter().position(|p| *p > limit).unwrap_or(0);
    let last = loud.iter().rposition(|p| *p > limit).unwrap_or(0);
    sound[first * 80..((last + 1) * 80).min(sound.len())].to_vec()
}

/// The first word or two of a line, faded out.
pub fn word(scenario: &str, name: &str, seconds: f64) -> Vec<f32> {
    let mut sound = line(scenario, name);
    let n = ((seconds * 16_000.0) as usize).min(sound.len());
    sound.truncate(n);
    for i in 0..400.min(n) {
        sound[n - 1 - i] *= i as f32 / 400.0;
    }
    sound
}

/// What a call sounds like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Condition {
    /// Two quiet rooms.
    Quiet,
    /// The customer leaks into the agent's microphone at -14 dB, 56 ms late.
    Leak,
    /// White noise 20 dB under the speech of both.
    Noise,
    /// A colleague talks behind the agent, 18 dB down.
    Colleague,
}

impl Condition {
    pub const ALL: [Self; 4] = [Self::Quiet, Self::Leak, Self::Noise, Self::Colleague];

    /// How far a moment may be off, in seconds.
    pub fn tolerance_s(self) -> f64 {
        match self {
            Self::Quiet => 0.05,
            Self::Leak => 0.08,
            Self::Noise => 0.15,
            // A soft last syllable is as loud as the colleague.
            Self::Colleague => 0.25,
        }
    }

    /// Does it to a finished call.
    pub fn apply(self, stage: &mut Stage) {
        match self {
            Self::Quiet => {}
            Self::Leak => stage.leak(900, 0.2),
            Self::Noise => {
                let amplitude = 0.1 * 3f32.sqrt() * spoken_rms(&stage.agent);
                let mut random = noise(99);
                stage.agent.iter_mut().chain(&mut stage.customer).for_each(|s| *s += amplitude * random());
            }
            Self::Colleague => {
                let gain = 10f32.powf(-18.0 / 20.0);
                let mut at = 0;
                for name in ["opening", "the-plumber", "small-print", "ashamed", "the-letter"].iter().cycle()
                {
                    let far = line("claim-refused", name);
                    if at + far.len() > stage.agent.len() {
                        break;
                    }
                    stage.agent[at..].iter_mut().zip(&far).for_each(|(o, s)| *o += gain * s);
                    at += far.len() + 12_000;
                }
            }
        }
    }
}

/// RMS of what is within 30 dB of the loudest 10 ms.
fn spoken_rms(sound: &[f32]) -> f32 {
    let powers: Vec<f32> =
        sound.chunks(160).map(|f| f.iter().map(|x| x * x).sum::<f32>() / f.len() as f32).collect();
    let limit = powers.iter().copied().fold(0.0, f32::max) * 1e-3;
    let spoken: Vec<f32> = powers.into_iter().filter(|p| *p > limit).collect();
    (spoken.iter().sum::<f32>() / spoken.len().max(1) as f32).sqrt()
}

/// Uniform noise from -1 to 1, the same each time.
fn noise(seed: u64) -> impl FnMut() -> f32 {
    let mut state = seed;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    }
}
