//! What is kept of a voice: one small row for every 10 ms of speech, and nothing of the words.

use crate::call::{Span, Timeline};
use crate::signal::{
    BANDS, Bandwidth, FrameSpectrum, HOP, LevelHistogram, LoudnessBlock, PitchFrame, PitchTracker,
    SampleSource, SourceError, SpectrumAnalyzer, loudness_blocks, statistics, syllable_nuclei,
    vowel_intensity_db,
};

/// Longest stretch held in memory, samples: 20 s.
const CHUNK: u64 = 20 * 16_000;
/// Read before and after each stretch, so that its edges have their context and the noise around it is seen: 0.2 s.
const PAD: u64 = 3200;
/// Pauses shorter than this belong to phonation (de Jong & Wempe 2009): 0.3 s.
const PAUSE_FRAMES: usize = 30;
/// This far below the loudest is a pause, dB.
const PAUSE_DB: f64 = 25.0;
/// What has no pitch is sound when it is this far above the background, dB: noise smoothed over 70 ms strays less.
const OVER_BACKGROUND_DB: f64 = 4.0;

/// Share of the moments in and around the speech that are taken for silence, with what the room and the line add.
const QUIET: f64 = 0.05;
/// The quietest sixth of a recording with pauses stays within this much of its quietest twentieth, dB.
const STILL_DB: f64 = 3.0;
/// Speech this far below the loud voiced frames is none, dB.
const FAR_BELOW_DB: f64 = 40.0;

/// What is known of the recording besides its samples.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExtractOptions {
    /// Rate of the file, Hz: nothing above half of it is believed.
    pub file_rate_hz: Option<u32>,
}

/// 10 ms of speech.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct VoiceFrame {
    /// Which 10 ms of the recording.
    pub index: u32,
    /// Hz; 0 when unvoiced.
    pub f0_hz: f32,
    /// 0 to 1.
    pub periodicity: f32,
    /// Levels.
    pub spectrum: FrameSpectrum,
    /// Inside phonation: sounding, or in a pause shorter than 0.3 s.
    pub phonated: bool,
}

impl VoiceFrame {
    /// Middle of the frame, in samples.
    pub fn center(&self) -> u64 {
        u64::from(self.index) * HOP as u64 + HOP as u64 / 2
    }

    /// Whether it has a pitch.
    pub fn is_voiced(&self) -> bool {
        self.f0_hz > 0.0
    }
}

/// The voice of one person in one recording.
#[derive(Clone, Debug, Default)]
pub struct VoiceFeatures {
    /// Frames inside the speech, in order.
    pub frames: Vec<VoiceFrame>,
    /// Loudness of the speech.
    pub blocks: Vec<LoudnessBlock>,
    /// Syllable nuclei, in samples, in order.
    pub nuclei: Vec<u64>,
    /// What the channel lets through.
    pub bandwidth: Bandwidth,
    /// Level of voiced speech over the quietest tenth of what surrounds it, dB.
    pub snr_db: Option<f64>,
    /// Power of the background in each band: what the quietest twentieth of the speech and its surroundings stays below.
    pub noise: [f64; BANDS],
    /// Whether that is a background: pauses long enough that their level stands still, not the quietest speech.
    pub has_background: bool,
    /// Share of the speech samples that stand at the ceiling, 0 to 1.
    pub clipped: f64,
    /// Level of the highest sample, dB re full scale.
    pub peak_db: f64,
}

impl VoiceFeatures {
    /// Reads the speech, stretch by stretch, and keeps its features.
    pub fn extract(
        source: &dyn SampleSource,
        speech: &Timeline,
        options: ExtractOptions,
    ) -> Result<Self, SourceError> {
        let mut extractor = Extractor::default();
        for span in speech.spans() {
            let mut start = span.start();
            while start < span.end().min(source.len()) {
                let end = span.end().min(start + CHUNK).min(source.len());
                if let Some(chunk) = Span::new(start, end) {
                    extractor.chunk(source, chunk)?;
                }
                start = end;
            }
        }
        Ok(extractor.finish(options))
    }

    /// The frames inside a stretch.
    pub fn frames_in(&self, span: Span) -> &[VoiceFrame] {
        let from = self.frames.partition_point(|f| f.center() < span.start());
        let to = self.frames.partition_point(|f| f.center() < span.end());
        &self.frames[from..to.max(from)]
    }

    /// Seconds of voiced speech.
    pub fn voiced_s(&self) -> f64 {
        self.frames.iter().filter(|f| f.is_voiced()).count() as f64 / 100.0
    }

    /// From the first frame to the last.
    pub fn extent(&self) -> Option<Span> {
        let (first, last) = (self.frames.first()?, self.frames.last()?);
        Span::new(u64::from(first.index) * HOP as u64, (u64::from(last.index) + 1) * HOP as u64)
    }
}

#[derive(Default)]
struct Extractor {
    pitch: PitchTracker,
    spectrum: SpectrumAnalyzer,
    out: VoiceFeatures,
    around: LevelHistogram,
    around_in_band: [LevelHistogram; BANDS],
    speech_samples: u64,
    clipped_samples: u64,
}

impl Extractor {
    fn chunk(&mut self, source: &dyn SampleSource, chunk: Span) -> Result<(), SourceError> {
        let hop = HOP as u64;
        // Frames stand on one grid for the whole recording.
        let from = chunk.start().saturating_sub(PAD) / hop * hop;
        let to = (chunk.end() + PAD).min(source.len()).max(from + hop);
        let mut samples = vec![0.0; (to - from) as usize];
        source.read_at(from, &mut samples)?;
        for value in &mut samples {
            if !value.is_finite() {
                *value = 0.0;
            }
        }
        let inside = &samples[(chunk.start() - from) as usize..(chunk.end() - from) as usize];
        let loudest = inside.iter().fold(0f32, |m, v| m.max(v.abs()));
        self.speech_samples += chunk.len();
        self.clipped_samples += clipped(inside, loudest);
        self.out.peak_db = if self.out.frames.is_empty() { -120.0 } else { self.out.peak_db }
            .max(20.0 * f64::from(loudest.max(1e-6)).log10());
        loudness_blocks(inside, chunk.start(), &mut self.out.blocks);

        let pitch = self.pitch.track(&samples, usual_peak(inside).min(loudest));
        let spectra: Vec<FrameSpectrum> =
            (0..pitch.len()).map(|i| self.spectrum.frame(&samples, i * HOP + HOP / 2)).collect();
        for spectrum in &spectra {
            self.around.add(spectrum.level);
            for (histogram, level) in self.around_in_band.iter_mut().zip(spectrum.bands) {
                histogram.add(level);
            }
        }
        let first = (from / hop) as u32;
        let nuclei = syllable_nuclei(&spectra, &pitch);
        let center = |i: usize| from + (i * HOP + HOP / 2) as u64;
        self.out.nuclei.extend(nuclei.into_iter().map(center).filter(|c| chunk.contains(*c)));
        let phonated = phonated(&vowel_intensity_db(&spectra), &pitch);
        for (i, (pitch, spectrum)) in pitch.iter().zip(&spectra).enumerate() {
            if chunk.contains(center(i)) {
                self.out.frames.push(VoiceFrame {
                    index: first + i as u32,
                    f0_hz: pitch.f0_hz,
                    periodicity: pitch.periodicity,
                    spectrum: *spectrum,
                    phonated: phonated[i],
                });
            }
        }
        Ok(())
    }

    fn finish(mut self, options: ExtractOptions) -> VoiceFeatures {
        let out = &mut self.out;
        out.clipped = self.clipped_samples as f64 / self.speech_samples.max(1) as f64;
        let voiced: Vec<f64> =
            out.frames.iter().filter(|f| f.is_voiced()).map(|f| f.spectrum.level.db()).collect();
        if let (Some(speech), Some(noise)) =
            (statistics::quantile(&voiced, 0.5), self.around.quantile_db(QUIET))
        {
            out.snr_db = Some((speech - noise).clamp(0.0, 90.0));
        }
        let rise = self.around.quantile_db(3.0 * QUIET).zip(self.around.quantile_db(QUIET));
        out.has_background = rise.is_some_and(|(more, quiet)| more - quiet < STILL_DB);
        out.noise = std::array::from_fn(|b| {
            self.around_in_band[b].quantile_db(QUIET).map_or(0.0, |db| 10f64.powf(db / 10.0))
        });
        out.bandwidth = bandwidth(&out.frames, options.file_rate_hz);
        // A stretch without speech was judged by its own loudest moment: what is far below the voice of the recording is
        // not the voice.
        if let Some(loud) = statistics::quantile(&voiced, 0.95) {
            for frame in out.frames.iter_mut().filter(|f| f.spectrum.level.db() < loud - FAR_BELOW_DB) {
                (frame.f0_hz, frame.phonated) = (0.0, false);
            }
            let frames = &out.frames;
            out.nuclei.retain(|at| {
                let i = frames.partition_point(|f| f.center() < *at);
                frames.get(i).is_some_and(|f| f.spectrum.level.db() >= loud - FAR_BELOW_DB)
            });
        }
        self.out
    }
}

/// The largest sample that is not a knock against the microphone: at most three times the 95th percentile of the peaks of 10 ms.
fn usual_peak(samples: &[f32]) -> f32 {
    let peaks: Vec<f64> =
        samples.chunks(HOP).map(|c| f64::from(c.iter().fold(0f32, |m, v| m.max(v.abs())))).collect();
    3.0 * statistics::quantile(&peaks, 0.95).unwrap_or(0.0) as f32
}

/// Samples of runs of at least three that stand within a hair of the ceiling.
fn clipped(samples: &[f32], loudest: f32) -> u64 {
    // A quiet recording is not clipped, whatever its own peak does.
    if loudest < 0.1 {
        return 0;
    }
    let ceiling = loudest * 0.995;
    let (mut total, mut run) = (0, 0u64);
    for value in samples.iter().chain([&0.0]) {
        if value.abs() >= ceiling {
            run += 1;
        } else {
            if run >= 3 {
                total += run;
            }
            run = 0;
        }
    }
    total
}

/// Sounding frames, and the pauses between them that are too short to be pauses. In noise only what stands out of it sounds.
fn phonated(intensity: &[f64], pitch: &[PitchFrame]) -> Vec<bool> {
    let quantile = |q| statistics::quantile(intensity, q).unwrap_or(0.0);
    let (threshold, background) = (quantile(0.99) - PAUSE_DB, quantile(QUIET) + OVER_BACKGROUND_DB);
    let sounds = |(v, p): (&f64, &PitchFrame)| *v > threshold && (*v > background || p.f0_hz > 0.0);
    let mut out: Vec<bool> = intensity.iter().zip(pitch).map(sounds).collect();
    let mut last = None;
    for i in 0..out.len() {
        if out[i] {
            if let Some(l) = last
                && i - l <= PAUSE_FRAMES
            {
                out[l..i].fill(true);
            }
            last = Some(i);
        }
    }
    out
}

/// Telephone when even the loudest moments have next to nothing above 5 kHz, hisses included.
fn bandwidth(frames: &[VoiceFrame], file_rate_hz: Option<u32>) -> Bandwidth {
    if file_rate_hz.is_some_and(|r| r < 10_000) {
        return Bandwidth::Telephone;
    }
    let loudest = |bands: std::ops::Range<usize>| {
        let power = |f: &VoiceFrame| f.spectrum.bands[bands.clone()].iter().map(|b| b.power()).sum::<f64>();
        let levels: Vec<f64> = frames.iter().map(|f| 10.0 * power(f).max(1e-12).log10()).collect();
        statistics::quantile(&levels, 0.98)
    };
    // 5-8 kHz against 1-3.4 kHz: of 324 wide-band clips none was below -46 dB, of 286 telephone copies none above -50.
    match (loudest(17..19), loudest(9..15)) {
        (Some(high), Some(middle)) if high < middle - 48.0 => Bandwidth::Telephone,
        _ => Bandwidth::Wide,
    }
}
