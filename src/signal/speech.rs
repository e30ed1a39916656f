//! Who spoke when: the one way from two channels to two timelines.
//!
//! 1. What leaked from the other channel is removed ([`super::leakage`]).
//! 2. The neural detector gives a probability for every 32 ms of what is left.
//! 3. The near voice is told from a far one by level: against the background around it ([`super::background`]) and
//!    against the person's own strong speech.
//! 4. The waveform decides when ([`super::edges`]).

use super::background::Background;
use super::edges::EdgeFinder;
use super::envelope::{self, FRAME, quantile};
use super::leakage::{self, LeakagePath, WithoutLeakage};
use super::{SampleSource, SourceError, SpeechDetector};
use crate::call::{Span, Timeline};

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
            near_only: true,
            refine_edges: true,
        }
    }
}

/// How far the sound of one channel can be trusted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChannelQuality {
    /// Level of the speech (its stronger half) over the background, in dB; `None` without speech.
    pub snr_db: Option<f64>,
    /// Level of the background, in dBFS.
    pub noise_floor_dbfs: f64,
    /// Mean power of the speech, in dBFS; `None` without speech.
    pub speech_level_dbfs: Option<f64>,
    /// Share of samples that are cut-off peaks.
    pub clipped_fraction: f64,
    /// The channel is digital silence: a muted or forbidden microphone.
    pub all_zero: bool,
    /// Upper limit of what the channel carries, in Hz; `None` without speech.
    pub bandwidth_hz: Option<f64>,
    /// Level at which the other channel leaks into this one, in dB against that channel; `None` when it does not.
    pub bleed_db: Option<f64>,
    /// How much later the leak arrives than in the other channel, in seconds.
    pub bleed_delay_s: Option<f64>,
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

/// Finds who spoke when. Either channel may be missing (a recording of one person); the customer's may be the prompt
/// that was played during a rehearsal.
pub fn detect(
    detector: &mut dyn SpeechDetector,
    agent: Option<&dyn SampleSource>,
    customer: Option<&dyn SampleSource>,
    options: &Options,
) -> Result<DetectedSpeech, SourceError> {
    let mut out = DetectedSpeech::default();
    if let (Some(agent), Some(customer), true) = (agent, customer, options.remove_leakage) {
        let (into_agent, into_customer) = leakage::delays(agent, customer)?;
        if let Some(delay) = into_agent {
            out.leak_into_agent = leakage::estimate(agent, customer, delay)?;
        }
        if let Some(delay) = into_customer {
            out.leak_into_customer = leakage::estimate(customer, agent, delay)?;
        }
    }
    if let Some(channel) = agent {
        (out.agent, out.agent_quality) =
            one_channel(detector, channel, customer.zip(out.leak_into_agent.as_ref()), options)?;
    }
    if let Some(channel) = customer {
        (out.customer, out.customer_quality) =
            one_channel(detector, channel, agent.zip(out.leak_into_customer.as_ref()), options)?;
    }
    Ok(out)
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
    let probabilities = detector.probabilities(source)?;
    let step = detector.frame_samples();
    let p: Vec<f32> = (0..heard.dbfs.len() as u64)
        .map(|i| {
            probabilities.get(((i * FRAME as u64 + FRAME as u64 / 2) / step) as usize).copied().unwrap_or(0.0)
        })
        .collect();
    let (cores, background) = cores(&heard.dbfs, &p, options);
    let found = Timeline::new(cores.iter().filter_map(|(a, b)| frames_span(*a, *b)));
    let extent = Span::new(0, source.len());
    let timeline = match (extent, options.refine_edges) {
        (Some(extent), true) => {
            let quiet: Vec<Span> = wide(&found, 4800).gaps(extent).spans().to_vec();
            let leak = cleaned.as_ref().map(|(c, path)| (c, path.rest));
            refine(&found, &mut EdgeFinder::new(source, leak, &quiet)?, extent)?
        }
        _ => found,
    };
    let timeline = timeline.fill_gaps_below(options.min_pause).drop_below(options.min_speech);
    measure(&heard.dbfs, &timeline, &background, &mut quality);
    Ok((timeline, quality))
}

/// Stretches of frames in which the near person certainly speaks.
fn cores(level: &[f32], p: &[f32], options: &Options) -> (Vec<(usize, usize)>, Background) {
    let peak = maxima(level, 2);
    let mut voiced: Vec<f32> =
        level.iter().zip(p).filter(|(_, p)| **p >= options.threshold).map(|(l, _)| *l).collect();
    let strong = quantile(&mut voiced, 0.95).unwrap_or(0.0);
    let mut near: Vec<bool> =
        (0..level.len()).map(|i| p[i] >= options.threshold && peak[i] >= strong - NEAR_DB).collect();
    near = dilate(&near, 30);
    let background = Background::new(level, &near);
    let gate = |i: usize| {
        let (mid, loud) = (background.level(i), background.loud(i));
        if options.near_only { mid + (1.5 * (loud - mid)).max(3.0) } else { f32::MIN }
    };
    let mut out: Vec<(usize, usize)> = Vec::new();
    let mut on = false;
    for i in 0..level.len() {
        let loud_enough = peak[i] >= gate(i);
        let now = loud_enough && p[i] >= if on { options.threshold_off } else { options.threshold };
        if now {
            match out.last_mut() {
                // Closures and weak syllables do not end a stretch.
                Some(last) if i - last.1 <= 12 => last.1 = i + 1,
                _ => out.push((i, i + 1)),
            }
        }
        on = now;
    }
    if options.near_only {
        out.retain(|(a, b)| {
            let top = level[*a..*b].iter().copied().fold(f32::MIN, f32::max);
            let loud = (*a..*b).map(|i| background.loud(i)).fold(f32::MIN, f32::max);
            top >= (loud + 6.0).max(strong - FAR_DB)
        });
    }
    out.retain(|(a, b)| b - a >= 4);
    (out, background)
}

/// Speech this far under the person's own strong speech may be somebody else's: it counts as background at first.
const NEAR_DB: f32 = 13.0;
/// Speech whose loudest moment is this far under is never the person's own.
const FAR_DB: f32 = 22.0;

fn refine(found: &Timeline, finder: &mut EdgeFinder<'_>, extent: Span) -> Result<Timeline, SourceError> {
    let mut out = Vec::with_capacity(found.spans().len());
    let spans = found.spans();
    for (i, span) in spans.iter().enumerate() {
        let before = i.checked_sub(1).map_or(extent.start(), |j| spans[j].end());
        let after = spans.get(i + 1).map_or(extent.end(), |s| s.start());
        let (a, b) = (finder.onset(span.start(), before)?, finder.offset(span.end(), after)?);
        out.extend(Span::new(a, b));
    }
    Ok(Timeline::new(out))
}

fn measure(level: &[f32], speech: &Timeline, background: &Background, quality: &mut ChannelQuality) {
    let frames =
        |s: &Span| (s.start() as usize / FRAME)..((s.end() as usize).div_ceil(FRAME)).min(level.len());
    let mut powers: Vec<f32> =
        speech.spans().iter().flat_map(frames).map(|i| 10f32.powf(level[i] / 10.0)).collect();
    let mut floors: Vec<f32> = (0..level.len()).step_by(100).map(|i| background.level(i)).collect();
    quality.noise_floor_dbfs = f64::from(quantile(&mut floors, 0.5).unwrap_or(envelope::SILENCE_DBFS));
    if powers.is_empty() {
        return;
    }
    let mean = powers.iter().sum::<f32>() / powers.len() as f32;
    quality.speech_level_dbfs = Some(f64::from(envelope::power_to_db(mean)));
    let median = quantile(&mut powers, 0.5).unwrap_or(0.0);
    let stronger: Vec<f32> = powers.iter().copied().filter(|p| *p >= median).collect();
    let strong = stronger.iter().sum::<f32>() / stronger.len().max(1) as f32;
    quality.snr_db = Some(f64::from(envelope::power_to_db(strong)) - quality.noise_floor_dbfs);
}

fn frames_span(a: usize, b: usize) -> Option<Span> {
    Span::new((a * FRAME) as u64, (b * FRAME) as u64)
}

fn wide(timeline: &Timeline, by: u64) -> Timeline {
    timeline.spans().iter().filter_map(|s| Span::new(s.start().saturating_sub(by), s.end() + by)).collect()
}

/// The largest of each value and `reach` neighbors on both sides.
fn maxima(values: &[f32], reach: usize) -> Vec<f32> {
    (0..values.len())
        .map(|i| {
            values[i.saturating_sub(reach)..(i + reach + 1).min(values.len())]
                .iter()
                .copied()
                .fold(f32::MIN, f32::max)
        })
        .collect()
}

fn dilate(flags: &[bool], reach: usize) -> Vec<bool> {
    let mut out = vec![false; flags.len()];
    let mut until = 0;
    for i in 0..flags.len() {
        if flags[i] {
            out[i.saturating_sub(reach).max(until.min(i))..=i].fill(true);
            until = i + reach + 1;
        }
        if i < until {
            out[i] = true;
        }
    }
    out
}
