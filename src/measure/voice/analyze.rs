//! From the features of a recording to the `voice` object of the analysis.

use super::doubt::{doubted, doubts_of_baseline, doubts_of_sound, short, too_little};
use super::heat::NEUTRAL_BAND;
use super::provocation::{self, CustomerLine};
use super::{Baseline, Channel, Cue, Heat, Summary, VoiceFeatures};
use crate::call::{
    BaselineKind, Confidence, Metric, Response, Span, Timeline, Voice, VoiceShift, VoiceTurn, Warning,
};
use crate::signal::Bandwidth;

/// Whether the voice is measured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum VoicePolicy {
    /// Measured.
    #[default]
    On,
    /// Turned off by the installation's policy file, whose reason is said.
    OffByPolicy(String),
    /// Turned off for this run.
    OffByUser,
}

/// What the voice of one recording is made from.
#[derive(Clone, Copy)]
pub struct VoiceInput<'a> {
    /// The agent's voice.
    pub agent: &'a VoiceFeatures,
    /// Where the agent was heard speaking, when the features were taken from more than that.
    pub speech: Option<&'a Timeline>,
    /// The agent's turns; a recording of one voice may give none and counts whole.
    pub turns: &'a [Span],
    /// Given recordings or the sound check; without one, the agent's own calm turns serve.
    pub baseline: Option<&'a Baseline>,
    /// The customer's lines, with the scenario's heat where it is known.
    pub customer: &'a [CustomerLine],
    /// The customer's voice, from which hostile lines are found when no scenario tells them.
    pub customer_voice: Option<&'a VoiceFeatures>,
    /// For the latency after each hostile line.
    pub responses: &'a [Response],
    /// Off means absent everywhere, with the reason.
    pub policy: &'a VoicePolicy,
}

/// Spreads by which loudness and spectrum must tell different things for the level to be called turned: there heat takes
/// loudness for less than a quarter.
const LEVEL_ALONE: f64 = 4.0;

/// Everything about the voice.
pub fn analyze(input: &VoiceInput) -> Voice {
    match input.policy {
        VoicePolicy::On => {}
        VoicePolicy::OffByPolicy(reason) => return absent(reason),
        VoicePolicy::OffByUser => return absent("voice metrics were turned off"),
    }
    if let Some(reason) = too_little(input.agent.voiced_s()) {
        return absent(&reason);
    }
    let Some(whole) = input.agent.extent() else { return absent("no voiced speech") };
    let turns = if input.turns.is_empty() { vec![whole] } else { input.turns.to_vec() };
    let own;
    let baseline = if let Some(given) = input.baseline {
        given
    } else {
        match Baseline::from_own_turns(input.agent, &turns) {
            Some(b) if b.sources >= 2 => {
                own = b;
                &own
            }
            _ => {
                let (count, s) = (turns.len(), if turns.len() == 1 { "" } else { "s" });
                let seconds: f64 = turns.iter().map(|t| t.duration_s()).sum();
                return absent(&format!(
                    "no baseline, and the person's own turns are too few to find one in them ({count} turn{s}, {seconds:.0} s)"
                ));
            }
        }
    };
    let reference = Reference::new(baseline, input.agent, input.speech);
    let mut voice = reference.overall(whole);
    voice.turns = turns.iter().map(|turn| reference.turn(*turn)).collect();
    voice.steadiness = reference.steadiness(&turns);
    voice.provocations = provocation::provocations(&reference, input);
    voice
}

/// A baseline and the recording that is compared with it.
pub(super) struct Reference<'a> {
    pub(super) baseline: &'a Baseline,
    pub(super) features: &'a VoiceFeatures,
    channel: Channel,
    doubts: Vec<String>,
}

impl<'a> Reference<'a> {
    pub(super) fn new(
        baseline: &'a Baseline,
        features: &'a VoiceFeatures,
        speech: Option<&Timeline>,
    ) -> Self {
        let mismatch = baseline.mismatch(features);
        let mut doubts = doubts_of_sound(features, speech);
        doubts.extend(doubts_of_baseline(baseline, mismatch));
        Self { baseline, features, channel: baseline.channel(features), doubts }
    }

    /// Heat of one stretch.
    pub(super) fn heat(&self, span: Span) -> Option<Heat> {
        self.heat_of(&Summary::of(self.features, span)?)
    }

    /// The same of what was summed up before.
    pub(super) fn heat_of(&self, summary: &Summary) -> Option<Heat> {
        self.baseline.heat(summary, &self.channel)
    }

    /// How far the numbers of a stretch can be trusted, and why not.
    pub(super) fn trust(&self, summary: Option<&Summary>) -> (Confidence, String) {
        let voiced = summary.map_or(0.0, |s| s.voiced_s);
        let metric = match too_little(voiced) {
            Some(reason) => Metric::absent(reason),
            None => doubted(Metric::ok(voiced), &self.doubts),
        };
        let metric = short(voiced).into_iter().fold(metric, Metric::doubt);
        (metric.confidence, metric.reason)
    }

    fn turn(&self, turn: Span) -> VoiceTurn {
        let summary = Summary::of(self.features, turn);
        let heat = summary.as_ref().and_then(|s| self.heat_of(s));
        let (confidence, reason) = self.trust(summary.as_ref());
        VoiceTurn {
            start_s: turn.start_s(),
            end_s: turn.end_s(),
            heat: heat.and_then(|h| Metric::ok(h.heat).value),
            confidence,
            reason,
            shift: heat.map_or_else(VoiceShift::default, |h| round_shift(h.shift)),
        }
    }

    fn overall(&self, whole: Span) -> Voice {
        let Some(heat) = self.heat(whole) else { return absent("too little speech") };
        let metric = |value: Option<f64>, cue: Cue| {
            let Some(value) = value else { return Metric::absent("too little speech") };
            let spread =
                self.baseline.norm(cue, self.channel.bandwidth).map_or(cue.usual_spread(), |n| n.spread);
            // The spreads of rate and slope are in octaves, their shifts shares.
            let octaves = matches!(cue, Cue::Rate | Cue::Slope);
            let edge = |by: f64| round(if octaves { by.exp2() - 1.0 } else { by });
            doubted(Metric::ok(value), &self.doubts).with_band(edge(-2.0 * spread), edge(2.0 * spread))
        };
        let mut out = Voice {
            baseline: self.baseline.kind,
            heat: doubted(Metric::ok(heat.heat), &self.doubts).with_band(NEUTRAL_BAND[0], NEUTRAL_BAND[1]),
            pitch_st: metric(heat.shift.pitch_st, Cue::Pitch),
            loudness_lu: metric(heat.shift.loudness_lu, Cue::Loudness),
            vocal_effort_db: metric(heat.shift.vocal_effort_db, Cue::Alpha),
            rate_shift: metric(heat.shift.rate_shift, Cue::Rate),
            pitch_slope_shift: metric(heat.shift.pitch_slope_shift, Cue::Slope),
            ..Voice::default()
        };
        if self.channel.loudness == 0.0 {
            out.loudness_lu = out
                .loudness_lu
                .doubt("the recordings' levels cannot be compared; loudness is left out of heat");
        }
        // A louder voice has another spectrum; where only the level changed, somebody turned it or moved.
        let turned = heat.z[Cue::Loudness as usize]
            .zip(heat.z[Cue::Spectrum as usize])
            .is_some_and(|(loudness, spectrum)| (loudness - spectrum).abs() > LEVEL_ALONE);
        if turned && self.channel.loudness > 0.0 {
            out.loudness_lu = out.loudness_lu.doubt(
                "the level changed and the sound of the voice did not: the input level or the distance to the microphone is another",
            );
        }
        if self.channel.bandwidth == Bandwidth::Telephone {
            out.vocal_effort_db =
                out.vocal_effort_db.doubt("narrow band: effort measured up to 3.4 kHz only");
        }
        out
    }

    /// Mean over the turns, each counted by its voiced time.
    fn steadiness(&self, turns: &[Span]) -> Metric {
        let (mut sum, mut weight) = (0.0, 0.0);
        for summary in turns.iter().filter_map(|t| Summary::of(self.features, *t)) {
            if let Some(heat) = self.baseline.heat(&summary, &self.channel) {
                sum += heat.steadiness() * summary.voiced_s;
                weight += summary.voiced_s;
            }
        }
        if weight == 0.0 {
            return Metric::absent("every turn holds too little speech");
        }
        doubted(Metric::ok(sum / weight), &self.doubts).with_band(70.0, 100.0)
    }
}

/// What is to be known of a baseline before a voice compared with it is trusted.
pub fn baseline_warnings(agent: &VoiceFeatures, baseline: &Baseline) -> Vec<Warning> {
    if agent.voiced_s() < super::MIN_VOICED_S {
        return Vec::new();
    }
    let mismatch = baseline.mismatch(agent);
    let mut out: Vec<Warning> = mismatch
        .map(|m| Warning::new(m.code(), format!("{}; {}", m.reason(), m.remedy())))
        .into_iter()
        .collect();
    let doubts = doubts_of_baseline(baseline, None);
    if !doubts.is_empty() {
        out.push(Warning::new(
            "weak_baseline",
            format!(
                "{}: record 30 to 60 seconds of usual, unhurried talk with this microphone",
                doubts.join("; ")
            ),
        ));
    }
    out.extend(baseline.left_out.iter().map(|text| Warning::new("baseline_left_out", text.clone())));
    out
}

fn absent(reason: &str) -> Voice {
    let metric = || Metric::absent(reason);
    Voice {
        baseline: BaselineKind::None,
        heat: metric(),
        steadiness: metric(),
        pitch_st: metric(),
        loudness_lu: metric(),
        vocal_effort_db: metric(),
        rate_shift: metric(),
        pitch_slope_shift: metric(),
        turns: Vec::new(),
        provocations: Vec::new(),
    }
}

pub(super) fn round(value: f64) -> f64 {
    Metric::ok(value).value.unwrap_or(0.0)
}

fn round_shift(shift: VoiceShift) -> VoiceShift {
    VoiceShift {
        pitch_st: shift.pitch_st.map(round),
        loudness_lu: shift.loudness_lu.map(round),
        vocal_effort_db: shift.vocal_effort_db.map(round),
        rate_shift: shift.rate_shift.map(round),
        pitch_slope_shift: shift.pitch_slope_shift.map(round),
    }
}
