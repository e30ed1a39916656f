//! Everything about one recording: the object behind every report, schema `evenkeel.analysis/1` of `docs/cli.md`.
//! Field order is the order of the keys.

use super::{Behavior, Confidence, Finding, Metric, Span, round3};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Name and version of the format.
pub const SCHEMA: &str = "evenkeel.analysis/1";

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The angry one.
    Customer,
    /// The one who rehearses.
    Agent,
}

/// Everything about one recording.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Analysis {
    /// [`SCHEMA`].
    pub schema: String,
    /// The recording.
    pub source: Source,
    /// What analyzed it.
    pub engine: Engine,
    /// Turns of both, in order of their start.
    pub turns: Vec<Turn>,
    /// Speech spans of both, in order of their start.
    pub spans: Vec<SpeakerSpan>,
    /// One row for every agent turn that follows or overlaps a customer turn.
    pub responses: Vec<Response>,
    /// Responses of kind interruption only.
    pub interruptions: Vec<Interruption>,
    /// Signs of listening.
    pub backchannels: Vec<Backchannel>,
    /// Nobody speaks for 3 s or more.
    pub dead_air: Vec<DeadAir>,
    /// The customer was on hold; known of rehearsals only. What was said meanwhile is in no turn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<OnHold>,
    /// Pace, pauses, shares.
    pub delivery: Delivery,
    /// The voice against its own baseline.
    pub voice: Voice,
    /// What was heard in the agent's words.
    pub behaviors: Vec<Behavior>,
    /// The two or three things that matter.
    pub findings: Vec<Finding>,
    /// What to know before trusting the rest.
    pub warnings: Vec<Warning>,
}

/// The recording.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// As given.
    pub path: String,
    /// Of the file's bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Length.
    pub duration_s: f64,
    /// Of the file.
    pub sample_rate_hz: u32,
    /// Of the file.
    pub channels: u16,
    /// Which channel is whose, from 0.
    pub roles: Roles,
}

/// Which channel is whose, from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roles {
    /// Absent when there is no customer channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<u16>,
    /// Absent when there is no agent channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<u16>,
}

/// What analyzed it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Engine {
    /// Of Evenkeel.
    pub version: String,
    /// Recognizer weights, or `none`.
    pub model: String,
    /// Speech detector.
    pub detector: String,
}

/// Consecutive speech of one person with nobody else taking the floor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// Who.
    pub speaker: Speaker,
    /// First sound.
    pub start_s: f64,
    /// Last sound.
    pub end_s: f64,
    /// What was said; empty without a recognizer.
    pub text: String,
    /// Word by word.
    pub words: Vec<Word>,
}

/// A word, its time clamped into detected speech.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// As recognized, with its punctuation.
    pub text: String,
    /// Start.
    pub start_s: f64,
    /// End.
    pub end_s: f64,
    /// The recognizer's probability, two decimals.
    pub p: f64,
}

/// What the recognizer heard in one stretch of speech; times are absolute samples at the analysis rate.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transcript {
    /// In order of time: text as recognized, its span, its probability.
    pub words: Vec<(String, Span, f32)>,
}

/// A stretch of one person's speech.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpeakerSpan {
    /// Who.
    pub speaker: Speaker,
    /// Start.
    pub start_s: f64,
    /// End.
    pub end_s: f64,
}

/// How an agent turn began relative to the customer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseKind {
    /// After the customer had finished.
    Reply,
    /// Within the customer's last 0.5 s: never a fault.
    TerminalOverlap,
    /// Began earlier, overlapped at most 0.5 s, no backchannel: never a fault.
    BriefOverlap,
    /// Began more than 0.5 s before the completion point and overlapped longer than 0.5 s.
    Interruption,
    /// Began in the customer's mid-turn pause, and the customer went on.
    PauseInterruption,
}

/// An agent turn that follows or overlaps a customer turn.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Response {
    /// The customer's completion point.
    pub customer_end_s: f64,
    /// Onset of the agent's first speech that is not a lone filler.
    pub agent_start_s: f64,
    /// Their difference; negative when the agent began before the customer ended.
    pub latency_s: f64,
    /// How it began.
    pub kind: ResponseKind,
}

/// An agent onset that took the floor from the customer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interruption {
    /// Agent onset.
    pub start_s: f64,
    /// For how long both spoke.
    pub overlap_s: f64,
}

/// A sign of listening that does not take the floor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Backchannel {
    /// Start.
    pub start_s: f64,
    /// End.
    pub end_s: f64,
    /// Words; empty without a recognizer.
    pub text: String,
}

/// A silence of both for 3 s or more.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeadAir {
    /// Start.
    pub start_s: f64,
    /// End.
    pub end_s: f64,
    /// Whether a hold was announced just before.
    pub announced: bool,
}

/// A time on hold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OnHold {
    /// Start.
    pub start_s: f64,
    /// End.
    pub end_s: f64,
}

impl OnHold {
    /// From a stretch in samples.
    pub fn of(span: Span) -> Self {
        Self { start_s: round3(span.start_s()), end_s: round3(span.end_s()) }
    }

    /// The stretch in samples.
    pub fn span(self) -> Option<Span> {
        Span::from_seconds(self.start_s, self.end_s)
    }
}

/// Pace, pauses, shares.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// Words a minute of turn time including pauses, over turns of at least 8 words.
    pub speech_rate_wpm: Metric,
    /// Syllable nuclei a second of phonation.
    pub articulation_rate_sps: Metric,
    /// Agent speech / all speech.
    pub talk_share: Metric,
    /// Longest agent turn.
    pub longest_monologue_s: Metric,
    /// Median.
    pub response_latency_s: Metric,
    /// Turns of the agent that interrupt / turns of the agent.
    pub interruption_rate: Metric,
    /// Silent pauses of at least 0.25 s inside agent turns, a minute of turn time.
    pub pauses_per_min: Metric,
    /// Filled pauses, a lower bound.
    pub filled_per_100_words: Metric,
}

/// Where the neutral reference of the voice came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum BaselineKind {
    /// Recordings named by the user.
    #[serde(rename = "given")]
    Given,
    /// Free talk recorded in the sound check.
    #[serde(rename = "sound check")]
    SoundCheck,
    /// The person's own calm turns of this recording.
    #[serde(rename = "own turns")]
    OwnTurns,
    /// There is none.
    #[default]
    #[serde(rename = "none")]
    None,
}

/// The voice against its own baseline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Voice {
    /// Which baseline.
    pub baseline: BaselineKind,
    /// Signed, in units of the person's own neutral spread; positive = hotter.
    pub heat: Metric,
    /// 0 to 100.
    pub steadiness: Metric,
    /// Shift of the median pitch, semitones over the baseline.
    pub pitch_st: Metric,
    /// Shift of the speech loudness, LU over the baseline.
    pub loudness_lu: Metric,
    /// Shift of the alpha ratio, dB over the baseline.
    pub vocal_effort_db: Metric,
    /// Articulation rate against the baseline, as a fraction (0.1 = 10 % faster).
    pub rate_shift: Metric,
    /// How much the pitch moves (mean absolute slope) against the baseline, as a fraction (0.3 = 30 % more).
    #[serde(default)]
    pub pitch_slope_shift: Metric,
    /// Turn by turn.
    pub turns: Vec<VoiceTurn>,
    /// Hostile customer lines and what they did to the voice.
    pub provocations: Vec<Provocation>,
}

/// The shifts of one stretch of speech against the baseline; `None` where it could not be measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct VoiceShift {
    /// Semitones.
    pub pitch_st: Option<f64>,
    /// LU.
    pub loudness_lu: Option<f64>,
    /// dB.
    pub vocal_effort_db: Option<f64>,
    /// Fraction.
    pub rate_shift: Option<f64>,
    /// Fraction.
    #[serde(default)]
    pub pitch_slope_shift: Option<f64>,
}

/// Heat of one agent turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VoiceTurn {
    /// Start.
    pub start_s: f64,
    /// End.
    pub end_s: f64,
    /// In units of the person's own neutral spread.
    pub heat: Option<f64>,
    /// How far the numbers of this turn can be trusted.
    #[serde(default = "trusted")]
    pub confidence: Confidence,
    /// Why not; empty when they can.
    #[serde(default)]
    pub reason: String,
    /// What it is made of.
    #[serde(flatten)]
    pub shift: VoiceShift,
}

/// What one hostile customer line did to the agent's next 10 s.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Provocation {
    /// Start of the hostile line.
    pub customer_start_s: f64,
    /// Its end.
    pub customer_end_s: f64,
    /// By name (`heat`, `pitch_st`, `loudness_lu`, `vocal_effort_db`, `rate_shift`, `pitch_slope_shift`, `latency_s`, and the same
    /// with `_vs_mild` against the reply to a mild line); absent keys could not be measured.
    pub shift: BTreeMap<String, f64>,
    /// Seconds from the end of the line until the voice was back inside its band, 0 when it never left it; `None` when it
    /// did not come back, or nothing was said.
    pub recovery_s: Option<f64>,
    /// How far these numbers can be trusted.
    #[serde(default = "trusted")]
    pub confidence: Confidence,
    /// Why they cannot, or why there is no way back to tell of; otherwise empty.
    #[serde(default)]
    pub reason: String,
}

/// Of analyses that were stored before their rows had a confidence.
fn trusted() -> Confidence {
    Confidence::Ok
}

/// Something to know before trusting the rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// Stable, for programs.
    pub code: String,
    /// For people, with what to do.
    pub text: String,
}

impl Warning {
    /// A warning of a code.
    pub fn new(code: &str, text: impl Into<String>) -> Self {
        Self { code: code.to_owned(), text: text.into() }
    }
}
