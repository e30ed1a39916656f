//! Who spoke when: the one way from two channels to two timelines.
//!
//! 1. What leaked from the other channel is removed ([`super::leakage`]).
//! 2. The neural detector gives a probability for every 32 ms of what is left ([`super::hearing`]).
//! 3. The near voice is told from a far one by level: against the background around it ([`super::background`]) and
//!    against the person's own strong speech ([`super::near`]).
//! 4. The waveform decides when ([`super::edges`]), also where noise hides the ends ([`super::faint`]).

use super::edges::EdgeFinder;
use super::envelope::{self, FRAME};
use super::leakage::{self, LeakagePath, WithoutLeakage};
use super::near::{Near, near_speech};
use super::{SampleSource, SourceError, SpeechDetector, bandwidth, hearing, refine};
use crate::call::{Span, Speaker, Timeline};

pub use super::quality::ChannelQuality;

/// What may be changed, with the defaults that the figures in `docs/quality.md` were measured with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Probability from which a frame is speech.
    pub threshold: f32,
    /// Probability below which speech, once begun, is over.
    pub threshold_off: f32,
    /// Silences shorter than this are part of the speech around them, in samples.
    pub min_pause: u64,
    /// Speech shorter than this is not speech, in samples.
    pub min_speech: u64,
    /// Whether the other channel's leakage is looked for and removed.
    pub remove_leakage: bool,
    /// Level of the customer's leak into the agent's channel, in dB, where it was measured beforehand: it is then looked
    /// for more patiently. What removing does not make quieter is not removed.
    pub expected_leak_db: Option<f64>,
    /// Whether far voices are told from the near one.
    pub near_only: bool,
    /// Whether edges are refined on the waveform.
    pub refine_edges: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            threshold: 0.5,
            threshold_off: 0.35,
            min_pause: 3200,
            min_speech: 1280,
            remove_leakage: true,
            expected_leak_db: None,
            near_only: true,
            refine_edges: true,
        }
    }
}

/// Both timelines and what they rest on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DetectedSpeech {
    /// When the agent spoke.
    pub agent: Timeline,
    /// When the customer spoke.
    pub customer: Timeline,
    /// The agent's channel.
    pub agent_quality: ChannelQuality,
    /// The customer's channel.
    pub customer_quality: ChannelQuality,
    /// How the customer's sound gets into the agent's channel, for [`WithoutLeakage`].
    pub leak_into_agent: Option<LeakagePath>,
    /// How the agent's sound gets into the customer's channel.
    pub leak_into_customer: Option<LeakagePath>,
}

/// The sound of both; either may be missing (a recording of one person). The customer's may be the prompt that was
/// played during a rehearsal.
#[derive(Clone, Copy, Default)]
pub struct Channels<'a> {
    /// The agent's channel.
    pub agent: Option<&'a dyn SampleSource>,
    /// The customer's channel.
    pub customer: Option<&'a dyn SampleSource>,
}

/// Finds who spoke when, with one detector for both.
pub fn detect(
    detector: &mut dyn SpeechDetector,
    agent: Option<&dyn SampleSource>,
    customer: Option<&dyn SampleSource>,
    options: &Options,
) -> Result<DetectedSpeech, SourceError> {
    let channels = Channels { agent, customer };
    let mut out = leaks(channels, options)?;
    (out.agent, out.agent_quality) = of_person(Speaker::Agent, detector, channels, &out, options)?;
    (out.customer, out.customer_quality) = of_person(Speaker::Customer, detector, channels, &out, options)?;
    Ok(out)
}

/// A leak below this is in the noise of any microphone.
const INAUDIBLE_DB: f64 = -45.0;

/// The first step of [`detect`]: how each channel leaks into the other. The two that follow do not depend on each other,
/// so a caller with two threads and two detectors can take both at once.
pub fn leaks(channels: Channels<'_>, options: &Options) -> Result<DetectedSpeech, SourceError> {
    let mut out = DetectedSpeech::default();
    if let (Some(agent), Some(customer), true) = (channels.agent, channels.customer, options.remove_leakage) {
        let expected = options.expected_leak_db.is_some_and(|db| db > INAUDIBLE_DB);
        let (into_agent, into_customer) = leakage::delays(agent, customer, expected)?;
        if let Some(delay) = into_agent {
            out.leak_into_agent = leakage::estimate(agent, customer, delay)?;
        }
        if let Some(delay) = into_customer {
            out.leak_into_customer = leakage::estimate(customer, agent, delay)?;
        }
    }
    Ok(out)
}

/// When one of the two spoke, after [`leaks`]. Where both leak into each other, what is taken out of one channel is what
/// the other person said, not the whole other channel.
pub fn of_person(
    who: Speaker,
    detector: &mut dyn SpeechDetector,
    channels: Channels<'_>,
    leaks: &DetectedSpeech,
    options: &Options,
) -> Result<(Timeline, ChannelQuality), SourceError> {
    let agent = (channels.agent, leaks.leak_into_agent.as_ref());
    let customer = (channels.customer, leaks.leak_into_customer.as_ref());
    let ((own, leak), (other, leak_into_other)) = match who {
        Speaker::Agent => (agent, customer),
        Speaker::Customer => (customer, agent),
    };
    let Some(channel) = own else { return Ok(Default::default()) };
    let pure = other.zip(leak_into_other).map(|(other, path)| WithoutLeakage::new(other, channel, path));
    let other = pure.as_ref().map_or(other, |p| Some(p as &dyn SampleSource));
    one_channel(detector, channel, other.zip(leak), options)
}

fn one_channel(
    detector: &mut dyn SpeechDetector,
    channel: &dyn SampleSource,
    leak: Option<(&dyn SampleSource, &LeakagePath)>,
    options: &Options,
) -> Result<(Timeline, ChannelQuality), SourceError> {
    let cleaned = leak.map(|(other, path)| (WithoutLeakage::new(channel, other, path), path));
    let source: &dyn SampleSource = cleaned.as_ref().map_or(channel, |(c, _)| c);
    let heard = envelope::envelope(source)?;
    let mut quality = ChannelQuality {
        clipped_fraction: heard.clipped_fraction,
        all_zero: heard.all_zero,
        noise_floor_dbfs: f64::from(envelope::SILENCE_DBFS),
        bleed_db: leak.map(|(_, path)| path.level_db),
        bleed_delay_s: leak.map(|(_, path)| path.delay as f64 / f64::from(crate::call::RATE_HZ)),
        ..ChannelQuality::default()
    };
    if heard.all_zero {
        return Ok((Timeline::default(), quality));
    }
    let p = hearing::frame_probabilities(detector, source, &heard.dbfs)?;
    let near: Near = near_speech(&heard.dbfs, &p, options);
    let found = Timeline::new(near.cores.iter().filter_map(|(a, b)| frames_span(*a, *b)));
    let extent = Span::new(0, source.len());
    let timeline = match (extent, options.refine_edges) {
        (Some(extent), true) => {
            let quiet: Vec<Span> = wide(&found, 4800).gaps(extent).spans().to_vec();
            let leak = cleaned.as_ref().map(|(c, path)| (c, path.rest));
            let mut finder = EdgeFinder::new(source, leak, &quiet, near.far_voices)?;
            refine::refine(&found, &mut finder, extent, &near)?
        }
        _ => found,
    };
    let timeline = timeline.fill_gaps_below(options.min_pause).drop_below(options.min_speech);
    quality.measure(&heard.dbfs, &timeline, &near.background);
    quality.bandwidth_hz = bandwidth::bandwidth_hz(source, &timeline, &heard.dbfs)?;
    Ok((timeline, quality))
}

fn frames_span(a: usize, b: usize) -> Option<Span> {
    Span::new((a * FRAME) as u64, (b * FRAME) as u64)
}

/// Every span made longer on both sides.
fn wide(timeline: &Timeline, by: u64) -> Timeline {
    timeline.spans().iter().filter_map(|s| Span::new(s.start().saturating_sub(by), s.end() + by)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::synthetic::{AnySound, Noise, rhythm, voice};

    const SECONDS: f64 = 40.0;

    fn noisy(mut sound: Vec<f32>, amplitude: f32, seed: u64) -> Vec<f32> {
        let mut random = Noise::new(seed);
        sound.iter_mut().for_each(|s| *s += amplitude * random.next());
        sound
    }

    fn found(agent: &Vec<f32>, customer: &Vec<f32>) -> DetectedSpeech {
        detect(&mut AnySound, Some(agent), Some(customer), &Options::default()).unwrap()
    }

    /// Every span of one has exactly one span of the other whose edges are this close.
    fn assert_same(found: &Timeline, truth: &Timeline, within_ms: f64) {
        assert_eq!(found.spans().len(), truth.spans().len(), "{found:?}\n{truth:?}");
        for (f, t) in found.spans().iter().zip(truth.spans()) {
            let worst = (f.start_s() - t.start_s()).abs().max((f.end_s() - t.end_s()).abs());
            assert!(worst * 1e3 <= within_ms, "{worst} s: {f:?} for {t:?}");
        }
    }

    fn two_voices() -> (Timeline, Vec<f32>, Timeline, Vec<f32>) {
        let (a, c) = (rhythm(SECONDS, 21), rhythm(SECONDS, 22));
        let agent = noisy(voice(SECONDS, &a, 7500.0, 0.2, 190.0), 0.0003, 1);
        let customer = noisy(voice(SECONDS, &c, 7500.0, 0.2, 120.0), 0.0003, 2);
        (a, agent, c, customer)
    }

    #[test]
    fn clean_edges_are_found_to_a_few_milliseconds() {
        let (a, agent, c, customer) = two_voices();
        let speech = found(&agent, &customer);
        assert_same(&speech.agent, &a, 15.0);
        assert_same(&speech.customer, &c, 15.0);
        let quality = speech.agent_quality;
        assert!(quality.snr_db.is_some_and(|snr| snr > 35.0) && quality.bleed_db.is_none(), "{quality:?}");
        assert!(quality.bandwidth_hz.is_some_and(|hz| hz > 6500.0), "{quality:?}");
    }

    #[test]
    fn the_customer_in_the_agents_microphone_is_not_the_agent() {
        let (a, mut agent, c, customer) = two_voices();
        for (delay, gain) in [(1200, 0.25), (1260, -0.08), (1900, 0.05)] {
            for n in delay..agent.len() {
                agent[n] += gain * customer[n - delay];
            }
        }
        let speech = found(&agent, &customer);
        assert_same(&speech.agent, &a, 80.0);
        assert_same(&speech.customer, &c, 15.0);
        let quality = speech.agent_quality;
        assert!(quality.bleed_db.is_some_and(|db| (-14.0..-9.0).contains(&db)), "{quality:?}");
        assert!(quality.bleed_delay_s.is_some_and(|s| (s - 0.075).abs() < 0.001), "{quality:?}");
    }

    #[test]
    fn a_colleague_far_behind_is_not_the_agent() {
        let (_, _, _, customer) = two_voices();
        // The agent listens for 10 s after each 10 s of talking.
        let a: Timeline =
            rhythm(SECONDS, 21).spans().iter().copied().filter(|s| s.start() / 160_000 % 2 == 0).collect();
        let agent = noisy(voice(SECONDS, &a, 7500.0, 0.2, 190.0), 0.0003, 1);
        let far = voice(SECONDS, &rhythm(SECONDS, 30), 7500.0, 0.02, 230.0);
        let agent: Vec<f32> = agent.iter().zip(&far).map(|(x, f)| x + f).collect();
        let speech = found(&agent, &customer);
        let wrong = speech.agent.difference(&a).total_s();
        let missed = a.difference(&speech.agent).total_s();
        assert!(
            wrong < 0.04 * a.total_s() && missed < 0.04 * a.total_s(),
            "{wrong} s wrong, {missed} s missed: {:?} for {a:?}",
            speech.agent
        );
    }

    #[test]
    fn key_clicks_do_not_move_an_edge() {
        let (a, mut agent, _, customer) = two_voices();
        let mut random = Noise::new(4);
        for gap in a.gaps(Span::new(0, agent.len() as u64).unwrap()).spans() {
            let mut at = gap.start() + 900;
            while at + 1500 < gap.end() {
                agent[at as usize..at as usize + 120].iter_mut().for_each(|s| *s += 0.02 * random.next());
                at += 2400;
            }
        }
        let speech = found(&agent, &customer);
        assert_same(&speech.agent, &a, 15.0);
    }

    #[test]
    fn pauses_of_a_quarter_of_a_second_are_kept_and_shorter_ones_are_not() {
        let spans: Timeline = [(1.0, 2.0), (2.26, 3.5), (3.62, 5.0), (6.0, 8.0)]
            .into_iter()
            .filter_map(|(a, b)| Span::from_seconds(a, b))
            .collect();
        let sound = noisy(voice(9.0, &spans, 7500.0, 0.2, 150.0), 0.0003, 8);
        let speech = detect(&mut AnySound, Some(&sound), None, &Options::default()).unwrap();
        assert_same(&speech.agent, &spans.fill_gaps_below(3200), 15.0);
        assert!(speech.customer.is_empty());
    }

    #[test]
    fn digital_silence_is_reported_and_has_no_speech() {
        let silence = vec![0.0f32; 64_000];
        let speech = found(&silence, &silence);
        assert!(speech.agent.is_empty() && speech.agent_quality.all_zero && speech.customer_quality.all_zero);
        assert_eq!(speech.agent_quality.snr_db, None);
        let nothing: Vec<f32> = Vec::new();
        assert!(found(&nothing, &nothing).agent.is_empty());
    }

    #[test]
    fn a_louder_or_softer_recording_gives_the_same_spans() {
        let (_, agent, _, customer) = two_voices();
        let speech = found(&agent, &customer);
        let softer: Vec<f32> = agent.iter().map(|s| s * 0.5).collect();
        assert_same(&found(&softer, &customer).agent, &speech.agent, 10.0);
    }
}
