//! Sounds with known truth for tests: no recorded voice, and the same on every machine.

use crate::call::{Span, Timeline};

/// White noise of unit power from a linear congruential generator.
pub struct Noise(u64);

impl Noise {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // Uniform between the bounds that give unit power.
        ((self.0 >> 40) as f32 / (1u64 << 23) as f32 - 1.0) * 1.732
    }

    /// 0 to 1.
    pub fn uniform(&mut self) -> f32 {
        self.next() / 3.464 + 0.5
    }
}

/// A buzz of harmonics up to `limit_hz` with syllables of 0.2 s, in bursts of 1 to 2.5 s with silences of 0.4 to 1.5 s.
pub fn bursts(seconds: f64, limit_hz: f32, amplitude: f32) -> (Vec<f32>, Timeline) {
    let spans = rhythm(seconds, 5);
    (voice(seconds, &spans, limit_hz, amplitude, 120.0), spans)
}

/// Spans of speech with silences between.
pub fn rhythm(seconds: f64, seed: u64) -> Timeline {
    let mut random = Noise::new(seed);
    let mut at = 0.5;
    let mut spans = Vec::new();
    loop {
        let end = at + 1.0 + 1.5 * f64::from(random.uniform());
        if end > seconds - 0.3 {
            return spans.into_iter().collect();
        }
        spans.extend(Span::from_seconds(at, end));
        at = end + 0.4 + 1.1 * f64::from(random.uniform());
    }
}

/// The buzz in these spans; it begins and ends within 5 ms.
pub fn voice(seconds: f64, spans: &Timeline, limit_hz: f32, amplitude: f32, pitch_hz: f32) -> Vec<f32> {
    let mut out = vec![0.0; (seconds * 16_000.0) as usize];
    let mut hiss = Noise::new(pitch_hz.to_bits().into());
    for span in spans.spans() {
        for n in span.start()..span.end() {
            let t = (n - span.start()) as f32 / 16_000.0;
            let to_edge = (n - span.start()).min(span.end() - n) as f32 / 80.0;
            let syllable = 0.55 + 0.45 * (std::f32::consts::TAU * t * 5.0).sin();
            let cycles = pitch_hz * (t + 0.05 / 7.0 * (7.0 * t).sin());
            let harmonics = (limit_hz / pitch_hz) as usize;
            let buzz: f32 = (1..=harmonics)
                .map(|h| (std::f32::consts::TAU * (cycles * h as f32).fract()).sin() / (h as f32).sqrt())
                .sum();
            let breath = if limit_hz > 7000.0 { 0.3 * hiss.next() } else { 0.0 };
            out[n as usize] = amplitude * to_edge.min(1.0) * syllable * (0.3 * buzz + breath);
        }
    }
    out
}

/// Stands in for the neural detector: what is loud for 0.1 s is speech, in frames of 32 ms, too narrow.
pub struct AnySound;

impl crate::signal::SpeechDetector for AnySound {
    fn frame_samples(&self) -> u64 {
        512
    }

    fn probabilities(
        &mut self,
        source: &dyn crate::signal::SampleSource,
    ) -> Result<Vec<f32>, crate::signal::SourceError> {
        let level = crate::signal::envelope::envelope(source)?.dbfs;
        Ok((0..source.len().div_ceil(512) as usize)
            .map(|i| {
                let at = (i * 512 / 160).min(level.len());
                let around = &level[at.saturating_sub(4)..(at + 8).min(level.len())];
                if 10 * around.iter().filter(|l| **l > -50.0).count() >= 6 * around.len() {
                    0.95
                } else {
                    0.02
                }
            })
            .collect())
    }
}
