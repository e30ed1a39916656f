//! Who spoke when: the one way from two channels to two timelines.
//!
//! 1. What leaked from the other channel is removed ([`super::leakage`]).
//! 2. The neural detector gives a probability for every 32 ms of what is left.
//! 3. The near voice is told from a far one by level: against the background around it ([`super::background`]) and
//!    against the person's own strong speech.
//! 4. The waveform decides when ([`super::edges`]).

use super::background::Background;
use super::bandwidth;
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
    let mut out = leaks(agent, customer, options)?;
    (out.agent, out.agent_quality) = of_agent(detector, agent, customer, &out, options)?;
    (out.customer, out.customer_quality) = of_customer(detector, agent, customer, &out, options)?;
    Ok(out)
}

/// A leak below this is in the noise of any microphone.
const INAUDIBLE_DB: f64 = -45.0;

/// The first step of [`detect`]: how each channel leaks into the other. The two that follow do not depend on each other,
/// so a caller with two threads and two detectors can take both at once.
pub fn leaks(
    agent: Option<&dyn SampleSource>,
    customer: Option<&dyn SampleSource>,
    options: &Options,
) -> Result<DetectedSpeech, SourceError> {
    let mut out = DetectedSpeech::default();
    if let (Some(agent), Some(customer), true) = (agent, customer, options.remove_leakage) {
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

/// When the agent spoke, after [`leaks`]. Where both leak into each other, what is taken out of one is what the other
/// person said, not the whole channel.
pub fn of_agent(
    detector: &mut dyn SpeechDetector,
    agent: Option<&dyn SampleSource>,
    customer: Option<&dyn SampleSource>,
    leaks: &DetectedSpeech,
    options: &Options,
) -> Result<(Timeline, ChannelQuality), SourceError> {
    of_one(
        detector,
        (agent, leaks.leak_into_agent.as_ref()),
        (customer, leaks.leak_into_customer.as_ref()),
        options,
    )
}

/// When the customer spoke, after [`leaks`].
pub fn of_customer(
    detector: &mut dyn SpeechDetector,
    agent: Option<&dyn SampleSource>,
    customer: Option<&dyn SampleSource>,
    leaks: &DetectedSpeech,
    options: &Options,
) -> Result<(Timeline, ChannelQuality), SourceError> {
    of_one(
        detector,
        (customer, leaks.leak_into_customer.as_ref()),
        (agent, leaks.leak_into_agent.as_ref()),
        options,
    )
}

/// A channel with what leaks into it.
type Side<'a> = (Option<&'a dyn SampleSource>, Option<&'a LeakagePath>);

fn of_one(
    detector: &mut dyn SpeechDetector,
    (own, leak): Side,
    (other, leak_into_other): Side,
    options: &Options,
) -> Result<(Timeline, ChannelQuality), SourceError> {
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
    let p = frame_probabilities(detector, source, &heard.dbfs)?;
    let near = near_speech(&heard.dbfs, &p, options);
    let background = &near.background;
    let found = Timeline::new(near.cores.iter().filter_map(|(a, b)| frames_span(*a, *b)));
    let extent = Span::new(0, source.len());
    let timeline = match (extent, options.refine_edges) {
        (Some(extent), true) => {
            let quiet: Vec<Span> = wide(&found, 4800).gaps(extent).spans().to_vec();
            let leak = cleaned.as_ref().map(|(c, path)| (c, path.rest));
            let mut finder = EdgeFinder::new(source, leak, &quiet, near.far_voices)?;
            refine(&found, &mut finder, extent, &near)?
        }
        _ => found,
    };
    let timeline = timeline.fill_gaps_below(options.min_pause).drop_below(options.min_speech);
    measure(&heard.dbfs, &timeline, background, &mut quality);
    quality.bandwidth_hz = bandwidth::bandwidth_hz(source, &timeline, &heard.dbfs)?;
    Ok((timeline, quality))
}

/// How far over the channel's quietest tenth something must stand to be worth the detector's time, in dB.
const WORTH_HEARING_DB: f32 = 4.0;
/// What the detector hears before and after such a moment, in frames of 10 ms: its memory needs half a second.
const HEARD_BEFORE: usize = 60;
const HEARD_AFTER: usize = 30;

/// The detector's probability for each 10 ms; it is not asked where nothing stands out of the background.
fn frame_probabilities(
    detector: &mut dyn SpeechDetector,
    source: &dyn SampleSource,
    level: &[f32],
) -> Result<Vec<f32>, SourceError> {
    let floor = Background::quietest(level);
    let peak = maxima(level, 2);
    let mut p = vec![0.0; level.len()];
    let step = detector.frame_samples();
    let mut at = 0;
    while let Some(first) = (at..level.len()).find(|i| peak[*i] > floor.level(*i) + WORTH_HEARING_DB) {
        let mut last = first;
        for (i, peak) in peak.iter().enumerate().skip(first) {
            if *peak > floor.level(i) + WORTH_HEARING_DB {
                last = i;
            } else if i > last + HEARD_BEFORE + HEARD_AFTER {
                break;
            }
        }
        let (from, to) =
            (first.saturating_sub(HEARD_BEFORE).max(at), (last + 1 + HEARD_AFTER).min(level.len()));
        let part = Part { source, start: (from * FRAME) as u64, len: ((to - from) * FRAME) as u64 };
        let heard = detector.probabilities(&part)?;
        for (i, p) in p[from..to].iter_mut().enumerate() {
            let at = (i * FRAME + FRAME / 2) as u64 / step;
            *p = heard.get(at as usize).copied().unwrap_or(0.0);
        }
        at = to;
    }
    Ok(p)
}

/// A stretch of a source as a source of its own.
struct Part<'a> {
    source: &'a dyn SampleSource,
    start: u64,
    len: u64,
}

impl SampleSource for Part<'_> {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, start: u64, out: &mut [f32]) -> Result<(), SourceError> {
        let have = (self.len.saturating_sub(start) as usize).min(out.len());
        self.source.read_at(self.start + start, &mut out[..have])?;
        out[have..].fill(0.0);
        Ok(())
    }
}

/// What level and probability say together.
struct Near {
    /// Stretches of frames in which the near person certainly speaks.
    cores: Vec<(usize, usize)>,
    background: Background,
    /// Level of the person's strong speech, in dBFS.
    strong: f32,
    /// Whether other voices are heard behind the person.
    far_voices: bool,
}

/// Without other voices in the background: speech whose loudest moment is this far under is no speech of this person.
const FAINT_DB: f32 = 24.0;
/// Other voices are behind the person when the detector hears speech in this share of the background.
const FAR_SHARE: f32 = 0.12;
/// Stretches over which levels of voices are compared, in frames: about a syllable and a half.
const SYLLABLES: usize = 30;
/// A fifth of such a stretch over the limit is the near voice.
const LOUD_SHARE: usize = 6;
/// Single frames of a voice stand at least this far over what a fifth of its stretches reach, in dB.
const FAR_PEAKS_DB: f32 = 5.0;
/// Two voices at least this far apart can be told by level, in dB.
const APART_DB: f32 = 5.0;

fn near_speech(level: &[f32], p: &[f32], options: &Options) -> Near {
    let peak = maxima(level, 2);
    let mut voiced: Vec<f32> =
        level.iter().zip(p).filter(|(_, p)| **p >= options.threshold).map(|(l, _)| *l).collect();
    let strong = quantile(&mut voiced, 0.95).unwrap_or(0.0);
    let split = far_limit(level, p, options.threshold).filter(|_| options.near_only);
    let over = |limit: f32| {
        let near: Vec<bool> =
            (0..level.len()).map(|i| p[i] >= options.threshold && peak[i] >= limit).collect();
        dilate(&near, 30)
    };
    // One's own weak words stand beside one's strong ones; other voices go on where one is silent.
    let spoken_behind = |near: &[bool]| {
        let near = dilate(near, 70);
        let behind: Vec<usize> = (0..level.len()).filter(|i| !near[*i]).collect();
        let speaking = behind.iter().filter(|i| p[**i] >= options.threshold).count();
        speaking as f32 > FAR_SHARE * behind.len() as f32 && speaking > 100
    };
    let behind = split.map(|limit| (limit, over(limit))).filter(|(_, near)| spoken_behind(near));
    let limit = behind.as_ref().map(|(limit, _)| *limit);
    let background =
        Background::new(level, &behind.map_or_else(|| over(strong - FAINT_DB), |(_, near)| near));
    let gate = |i: usize| {
        let (mid, loud) = (background.level(i), background.loud(i));
        if options.near_only { mid + (1.5 * (loud - mid)).clamp(3.0, 10.0) } else { f32::MIN }
    };
    let mut cores: Vec<(usize, usize)> = Vec::new();
    let mut on = false;
    for i in 0..level.len() {
        let now = peak[i] >= gate(i) && p[i] >= if on { options.threshold_off } else { options.threshold };
        if now {
            match cores.last_mut() {
                // Closures and weak syllables do not end a stretch.
                Some(last) if i - last.1 <= 12 => last.1 = i + 1,
                _ => cores.push((i, i + 1)),
            }
        }
        on = now;
    }
    if let Some(limit) = limit {
        cores = cores.iter().flat_map(|core| louder_parts(level, *core, limit)).collect();
    } else if options.near_only {
        cores.retain(|(a, b)| top(level, *a, *b) >= strong - FAINT_DB);
    }
    cores = cores.into_iter().filter_map(|core| without_clicks(core, |i| level[i] - gate(i))).collect();
    cores.retain(|(a, b)| b - a >= 4);
    Near { cores, background, strong, far_voices: limit.is_some() }
}

/// A core without the key clicks that the detector's slow fall has taken in: sounds of at most 30 ms, well over the
/// gate, that stand as far apart from the rest. `over_db` tells how far a frame stands over the gate.
fn without_clicks((mut a, mut b): (usize, usize), over_db: impl Fn(usize) -> f32) -> Option<(usize, usize)> {
    const SHORT: usize = 3;
    /// A weak syllable that peeks out of noise is not a click.
    const CLICK_DB: f32 = 8.0;
    let loud = |i: &usize| over_db(*i) >= 0.0;
    let is_click =
        |run: std::ops::Range<usize>| run.len() <= SHORT && run.clone().any(|i| over_db(i) > CLICK_DB);
    loop {
        let tail = (a..b).rev().skip_while(|i| !loud(i)).take_while(loud).last()?;
        let last = (a..b).rev().find(loud)?;
        let head = (a..b).find(loud)?;
        let after = (head..b).find(|i| !loud(i)).unwrap_or(b);
        if is_click(tail..last + 1) {
            let before = (a..tail).rev().find(loud)?;
            if tail - before > SHORT {
                b = before + 1;
                continue;
            }
        }
        if is_click(head..after) {
            let next = (after..b).find(loud)?;
            if next - after >= SHORT {
                a = next;
                continue;
            }
        }
        return Some((a, b));
    }
}

/// The level that eight tenths of the frames stay below.
fn top(level: &[f32], a: usize, b: usize) -> f32 {
    quantile(&mut level[a..b].to_vec(), 0.8).unwrap_or(envelope::SILENCE_DBFS)
}

/// The level between near and far voices: two means over stretches of 0.3 s in which somebody speaks, and the limit
/// three standard deviations over the far ones. `None` where there is one voice, or two that are alike.
fn far_limit(level: &[f32], p: &[f32], threshold: f32) -> Option<f32> {
    let mut tops: Vec<f32> = (0..level.len().saturating_sub(SYLLABLES))
        .step_by(SYLLABLES)
        .filter(|i| p[*i..i + SYLLABLES].iter().filter(|p| **p >= threshold).count() > SYLLABLES / 2)
        .map(|i| top(level, i, i + SYLLABLES))
        .collect();
    let (mut near, mut far) = (quantile(&mut tops, 0.98)?, quantile(&mut tops, 0.2)?);
    let spread = |part: &[f32], mean: f32| {
        (part.iter().map(|t| (t - mean).powi(2)).sum::<f32>() / part.len().max(1) as f32).sqrt()
    };
    let (mut near_spread, mut far_spread) = (0.0, 0.0);
    for _ in 0..10 {
        let (low, high): (Vec<f32>, Vec<f32>) = tops.iter().partition(|t| **t < f32::midpoint(near, far));
        if low.is_empty() || high.is_empty() {
            return None;
        }
        far = low.iter().sum::<f32>() / low.len() as f32;
        near = high.iter().sum::<f32>() / high.len() as f32;
        (near_spread, far_spread) = (spread(&high, near), spread(&low, far));
    }
    (near - far > APART_DB)
        .then(|| (far + (3.0 * far_spread).max(FAR_PEAKS_DB)).min(near - 0.5 * near_spread))
}

/// The parts of a stretch that belong to syllables over the limit: a far voice before or after is cut off.
fn louder_parts(level: &[f32], (a, b): (usize, usize), limit: f32) -> Vec<(usize, usize)> {
    /// Weak syllables are kept for so long after and before a strong one, in frames.
    const REACH: usize = 25;
    let mut out: Vec<(usize, usize)> = Vec::new();
    for i in (a..b).filter(|i| level[*i] >= limit) {
        match out.last_mut() {
            Some(last) if i - last.1 <= REACH => last.1 = i + 1,
            _ => out.push((i, i + 1)),
        }
    }
    // A few loud frames are a door or a key, or a far voice's one loud vowel.
    out.retain(|(x, y)| {
        let loud: Vec<usize> = (*x..*y).filter(|i| level[*i] >= limit).collect();
        loud.windows(LOUD_SHARE).any(|w| w[LOUD_SHARE - 1] - w[0] < SYLLABLES)
    });
    out
}

/// How far under strong speech the last of it fades away, as a rule, in dB.
const FADE_DB: f32 = 42.0;
/// Noise hides the end of what it is louder than: mean length hidden for each dB, in samples (5.2 ms).
const FADE_OUT_SAMPLES: f32 = 83.0;
/// Beginnings are steeper; the first 12 dB hide nothing, then 2.5 ms for each dB.
const FADE_IN_SAMPLES: f32 = 40.0;
const FADE_IN_FREE_DB: f32 = 12.0;

fn refine(
    found: &Timeline,
    finder: &mut EdgeFinder<'_>,
    extent: Span,
    near: &Near,
) -> Result<Timeline, SourceError> {
    let spans = found.spans();
    let mut edges = Vec::with_capacity(spans.len());
    for (i, span) in spans.iter().enumerate() {
        let before = i.checked_sub(1).map_or(extent.start(), |j| spans[j].end());
        let after = spans.get(i + 1).map_or(extent.end(), |s| s.start());
        edges.push((finder.onset(span.start(), before)?, finder.offset(span.end(), after)?));
    }
    let hidden_db = |at: u64| {
        let floor = near.background.level(at as usize / FRAME);
        (floor - (near.strong - FADE_DB)).clamp(0.0, 30.0)
    };
    Ok((0..edges.len())
        .filter_map(|i| {
            let (start, end) = edges[i];
            let before = i.checked_sub(1).map_or(0, |j| edges[j].1);
            let after = edges.get(i + 1).map_or(extent.end(), |e| e.0);
            // What fades into the noise on both sides of a short pause leaves half of the pause.
            let into = (hidden_db(end) * FADE_OUT_SAMPLES) as u64;
            let lead = ((hidden_db(start) - FADE_IN_FREE_DB).max(0.0) * FADE_IN_SAMPLES) as u64;
            Span::new(
                start.saturating_sub(lead.min(start.saturating_sub(before) / 4)),
                end + into.min(after.saturating_sub(end) / 2),
            )
        })
        .collect())
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
