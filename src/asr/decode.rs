//! One window through whisper.cpp: greedy, with a context that fits, and the tokens with their times.

use std::ops::Range;
use std::sync::atomic::AtomicBool;

use whisper_rs::{FullParams, SamplingStrategy, WhisperError, WhisperState};

use super::guard;
use crate::call::RATE_HZ;

/// Encoder frames a second.
const FRAMES_PER_S: f32 = 50.0;
/// Fitted contexts are whole multiples of this: ggml's fast kernels for 16-bit numbers take no other lengths.
const STEP: i32 = 32;
/// The longest fitted context; the encoder's whole one is 1500, 30 s.
const LONGEST: i32 = 1500 / STEP * STEP;
/// Silence behind the words, in encoder frames, that keeps the decoder from repeating itself (measured on short clips: +64
/// loops, +100 costs words, +200 and more do not).
const SLACK: i32 = 200;
/// Longer windows than [`LONG_S`] loop less, and there it costs more.
const SLACK_LONG: i32 = 64;
const LONG_S: f32 = 8.0;
/// The room of a second decode.
const SLACK_SECOND: i32 = 400;
/// whisper.cpp decodes nothing shorter than 1 s.
const SHORTEST_S: f32 = 1.1;
/// Text tokens that a second of the fastest speech can give, and what a decode may have beyond that.
const TOKENS_PER_S: f32 = 8.0;
const TOKENS_EXTRA: f32 = 12.0;

/// How much room a decode has behind the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// As little as mostly does.
    Usual,
    /// More, for windows whose decode looks doubtful: another context ends a loop. (Five hypotheses instead were no better,
    /// and took 40 MB more a thread.)
    More,
}

/// A piece of a word.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    /// May end inside a character.
    pub(super) text: Vec<u8>,
    pub(super) probability: f32,
    pub(super) log_probability: f32,
}

/// What was heard in a window.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Decoded {
    pub(super) tokens: Vec<Token>,
    /// Where the recognizer put a time: before the token of that index, in samples from the start of the window.
    pub(super) marks: Vec<(usize, u64)>,
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
        self.text_of(0..self.tokens.len())
    }

    /// The text of some tokens.
    pub(super) fn text_of(&self, tokens: Range<usize>) -> String {
        let tokens = self.tokens.get(tokens).unwrap_or_default();
        let bytes: Vec<u8> = tokens.iter().flat_map(|t| t.text.iter().copied()).collect();
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
    /// The token of time 0; the next ones are 20 ms apart.
    pub(super) time_zero: i32,
    pub(super) cancel: &'a AtomicBool,
}

/// Parameters that every decode in a language shares. The language's C string inside is never given back by
/// whisper-rs, so these are made once.
#[derive(Clone, Debug)]
pub(super) struct Language(FullParams<'static, 'static>);

impl Language {
    pub(super) fn new(code: &'static str) -> Self {
        Self(parameters(code))
    }
}

fn parameters(language: &'static str) -> FullParams<'static, 'static> {
    let mut params = FullParams::new(SamplingStrategy::Greedy { best_of: 1 });
    params.set_language(Some(language));
    params.set_translate(false);
    params.set_no_context(true);
    params.set_single_segment(true);
    params.set_no_timestamps(false);
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
fn context(samples: usize, fitted: bool, slack: i32) -> i32 {
    let seconds = samples as f32 / RATE_HZ as f32;
    if !fitted {
        return 0;
    }
    let frames = (seconds * FRAMES_PER_S).ceil() as i32 + slack;
    ((frames + STEP - 1) / STEP * STEP).min(LONGEST)
}

/// Decodes one window. `samples` is padded to what whisper.cpp needs.
pub(super) fn decode(
    state: &mut WhisperState,
    setup: &Setup<'_>,
    samples: &mut Vec<f32>,
    room: Room,
) -> Result<Decoded, WhisperError> {
    let sound = samples.len() as u64;
    let seconds = samples.len() as f32 / RATE_HZ as f32;
    let cap = (seconds * TOKENS_PER_S + TOKENS_EXTRA).min(200.0) as i32;
    let mut params: FullParams<'_, '_> = setup.language.0.clone();
    let slack = match room {
        Room::More => SLACK_SECOND,
        Room::Usual if seconds > LONG_S => SLACK_LONG,
        Room::Usual => SLACK,
    };
    params.set_audio_ctx(context(samples.len(), setup.fitted, slack));
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
    let mut decoded = collect(state, setup, cap);
    guard::drop_echo(&mut decoded, sound);
    Ok(decoded)
}

fn collect(state: &WhisperState, setup: &Setup<'_>, cap: i32) -> Decoded {
    let mut out = Decoded::default();
    for segment in state.as_iter() {
        out.no_speech = segment.no_speech_probability();
        for i in 0..segment.n_tokens() {
            let Some(token) = segment.get_token(i) else { continue };
            let data = token.token_data();
            if data.id >= setup.time_zero {
                out.marks
                    .push((out.tokens.len(), (data.id - setup.time_zero) as u64 * u64::from(RATE_HZ) / 50));
            }
            if data.id >= setup.end_of_text {
                continue;
            }
            let Ok(text) = token.to_bytes() else { continue };
            out.tokens.push(Token { text: text.to_vec(), probability: data.p, log_probability: data.plog });
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
        assert_eq!(context(16_000 * 4, true, SLACK), 416);
        assert_eq!(context(16_000 * 29, true, SLACK), LONGEST);
        assert_eq!(context(16_000 * 4, false, SLACK), 0);
    }
}
