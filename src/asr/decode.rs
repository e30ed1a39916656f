//! One window through whisper.cpp: greedy, with a context that fits, and the tokens with their times.

use std::sync::atomic::AtomicBool;

use whisper_rs::{FullParams, SamplingStrategy, WhisperError, WhisperState};

use crate::call::RATE_HZ;

/// Encoder frames a second.
const FRAMES_PER_S: f32 = 50.0;
/// The encoder's whole context: 30 s.
const FULL_CONTEXT: i32 = 1500;
/// Silence behind the words, in encoder frames, that keeps the decoder from repeating itself (measured: +64 loops, +200
/// and more do not).
const SLACK: i32 = 200;
/// whisper.cpp decodes nothing shorter than 1 s.
const SHORTEST_S: f32 = 1.1;
/// Text tokens that a second of the fastest speech can give, and what a decode may have beyond that.
const TOKENS_PER_S: f32 = 8.0;
const TOKENS_EXTRA: f32 = 12.0;

/// Hypotheses of a thorough decode.
const BEAM: i32 = 5;

/// How a decode searches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effort {
    /// The likeliest token each time, in a context that fits the window.
    Greedy,
    /// Five hypotheses, in the whole context: for windows where the greedy decode looks doubtful.
    Thorough,
}

/// A piece of a word and where it was heard.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    /// May end inside a character.
    pub(super) text: Vec<u8>,
    pub(super) probability: f32,
    pub(super) log_probability: f32,
    /// Samples from the start of the window.
    pub(super) start: u64,
}

/// What was heard in a window.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Decoded {
    pub(super) tokens: Vec<Token>,
    /// The network's own probability that nobody spoke.
    pub(super) no_speech: f32,
    /// Whether it was still going when it was stopped.
    pub(super) ran_on: bool,
}

impl Decoded {
    /// Mean log probability of a token; 0 without tokens.
    pub(super) fn confidence(&self) -> f32 {
        if self.tokens.is_empty() {
            return 0.0;
        }
        self.tokens.iter().map(|t| t.log_probability).sum::<f32>() / self.tokens.len() as f32
    }

    /// The text as recognized.
    pub(super) fn text(&self) -> String {
        let bytes: Vec<u8> = self.tokens.iter().flat_map(|t| t.text.iter().copied()).collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// What stays the same over the windows of a recording.
pub(super) struct Setup<'a> {
    pub(super) language: &'a Language,
    pub(super) prompt: &'a [i32],
    pub(super) fitted: bool,
    pub(super) threads: usize,
    pub(super) end_of_text: i32,
    pub(super) cancel: &'a AtomicBool,
}

/// Parameters that every decode in a language shares. The language's C string inside is never given back by
/// whisper-rs, so these are made once.
#[derive(Clone, Debug)]
pub(super) struct Language {
    greedy: FullParams<'static, 'static>,
    thorough: FullParams<'static, 'static>,
}

impl Language {
    pub(super) fn new(code: &'static str) -> Self {
        Self {
            greedy: parameters(code, SamplingStrategy::Greedy { best_of: 1 }),
            thorough: parameters(code, SamplingStrategy::BeamSearch { beam_size: BEAM, patience: -1.0 }),
        }
    }
}

fn parameters(language: &'static str, strategy: SamplingStrategy) -> FullParams<'static, 'static> {
    let mut params = FullParams::new(strategy);
    params.set_language(Some(language));
    params.set_translate(false);
    params.set_no_context(true);
    params.set_single_segment(true);
    params.set_no_timestamps(true);
    params.set_suppress_blank(true);
    params.set_suppress_nst(true);
    params.set_temperature(0.0);
    params.set_temperature_inc(0.0);
    params.set_print_special(false);
    params.set_print_progress(false);
    params.set_print_realtime(false);
    params.set_print_timestamps(false);
    params
}

/// The context for so many samples.
fn context(samples: usize, fitted: bool) -> i32 {
    let seconds = samples as f32 / RATE_HZ as f32;
    if fitted { ((seconds * FRAMES_PER_S).ceil() as i32 + SLACK).min(FULL_CONTEXT) } else { 0 }
}

/// Decodes one window. `samples` is padded to what whisper.cpp needs.
pub(super) fn decode(
    state: &mut WhisperState,
    setup: &Setup<'_>,
    samples: &mut Vec<f32>,
    effort: Effort,
) -> Result<Decoded, WhisperError> {
    let seconds = samples.len() as f32 / RATE_HZ as f32;
    let cap = (seconds * TOKENS_PER_S + TOKENS_EXTRA).min(200.0) as i32;
    let mut params: FullParams<'_, '_> = match effort {
        Effort::Greedy => setup.language.greedy.clone(),
        Effort::Thorough => setup.language.thorough.clone(),
    };
    let audio_context = context(samples.len(), setup.fitted && effort == Effort::Greedy);
    params.set_audio_ctx(audio_context);
    params.set_max_tokens(cap);
    params.set_n_threads(setup.threads as i32);
    if !setup.prompt.is_empty() {
        params.set_tokens(setup.prompt);
    }
    let shortest = (SHORTEST_S * RATE_HZ as f32) as usize;
    if samples.len() < shortest {
        samples.resize(shortest, 0.0);
    }
    super::cancel::full(state, params, samples, setup.cancel)?;
    Ok(collect(state, setup.end_of_text, cap))
}

fn collect(state: &WhisperState, end_of_text: i32, cap: i32) -> Decoded {
    let mut out = Decoded::default();
    for segment in state.as_iter() {
        out.no_speech = segment.no_speech_probability();
        for i in 0..segment.n_tokens() {
            let Some(token) = segment.get_token(i) else { continue };
            let data = token.token_data();
            if data.id >= end_of_text {
                continue;
            }
            let Ok(text) = token.to_bytes() else { continue };
            out.tokens.push(Token {
                text: text.to_vec(),
                probability: data.p,
                log_probability: data.plog,
                start: data.t_dtw.max(0) as u64 * u64::from(RATE_HZ) / 100,
            });
        }
    }
    out.ran_on = out.tokens.len() as i32 >= cap;
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_context_fits_the_sound_with_room_behind_it() {
        assert_eq!(context(16_000 * 4, true), 400);
        assert_eq!(context(16_000 * 29, true), FULL_CONTEXT);
        assert_eq!(context(16_000 * 4, false), 0);
    }
}
