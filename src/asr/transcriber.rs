//! Words inside detected speech.
//!
//! The weights are loaded once. Windows of speech are independent of each other, so as many are decoded side by side as
//! there are threads, each by one thread: that costs less than several threads on one window, and the words do not
//! depend on the number of threads.

mod load;
mod work;

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use whisper_rs::WhisperContext;

use self::work::Work;
use super::decode::{Language, Setup};
use super::header::Header;
use super::pool::Pool;
use super::windows::{self, Grouping, Window};
use super::{AsrError, Weights, words};
use crate::call::{Span, Timeline, Transcript, seconds_to_samples};
use crate::signal::SampleSource;

/// What may be asked of a transcription.
#[derive(Clone)]
pub struct Options<'a> {
    /// Two-letter code.
    pub language: &'a str,
    /// Set from another thread, it ends the work within one encoder pass with [`AsrError::Cancelled`].
    pub cancel: Arc<AtomicBool>,
    /// Called from worker threads with the fraction done, 0 to 1, after each window.
    pub progress: Option<&'a (dyn Fn(f32) + Sync)>,
    /// Text in whose style is written; `None` = plain.
    pub prompt: Option<&'a str>,
    /// Decode again, with more room, what looks doubtful.
    pub second_try: bool,
    /// How speech is put together for decoding.
    pub grouping: Grouping,
    /// Threads for one window; `None` = a window that is alone has all of them. Threads wait for each other in every
    /// layer, so on a busy machine one is sooner done than two.
    pub window_threads: Option<usize>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            language: "en",
            cancel: Arc::default(),
            progress: None,
            prompt: None,
            second_try: true,
            grouping: Grouping::default(),
            window_threads: None,
        }
    }
}

/// One person's sound and where they speak.
#[derive(Clone, Copy)]
pub struct Channel<'a> {
    /// Mono at the analysis rate.
    pub source: &'a dyn SampleSource,
    /// Only this is decoded.
    pub speech: &'a Timeline,
}

/// Loaded weights; shared by reference between all callers.
pub struct Transcriber {
    context: WhisperContext,
    header: Header,
    pool: Pool,
    threads: usize,
    name: String,
    languages: Mutex<BTreeMap<String, Language>>,
}

impl std::fmt::Debug for Transcriber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transcriber")
            .field("name", &self.name)
            .field("threads", &self.threads)
            .finish_non_exhaustive()
    }
}

impl Transcriber {
    /// Loads weights for at most `threads` threads of decoding over all callers together.
    pub fn load(weights: &Weights, threads: usize) -> Result<Self, AsrError> {
        whisper_rs::install_logging_hooks();
        let name = weights.name().to_owned();
        let (header, context) = load::load(weights)?;
        let threads = threads.max(1);
        Ok(Self { context, header, pool: Pool::new(threads), threads, name, languages: Mutex::default() })
    }

    /// Name of the weights, for `engine.model`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many threads decode at most.
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// Gives back the working memory that no decode uses now: some hundred MB after a long window. The next decode makes
    /// it anew, which takes a few milliseconds.
    pub fn release_idle(&self) {
        self.pool.release();
    }

    /// The words of one person.
    pub fn transcribe(
        &self,
        source: &dyn SampleSource,
        speech: &Timeline,
        options: &Options<'_>,
    ) -> Result<Transcript, AsrError> {
        Ok(self.transcribe_all(&[Channel { source, speech }], options)?.pop().unwrap_or_default())
    }

    /// The words of several people; their windows share the threads.
    pub fn transcribe_all(
        &self,
        channels: &[Channel<'_>],
        options: &Options<'_>,
    ) -> Result<Vec<Transcript>, AsrError> {
        let language = self.language(options.language)?;
        let prompt = self.prompt(options.prompt);
        let mut windows: Vec<(usize, Window)> = Vec::new();
        for (i, channel) in channels.iter().enumerate() {
            let spans = spans(*channel, options.grouping)?;
            windows.extend(
                windows::plan(&spans, channel.source.len(), options.grouping).into_iter().map(|w| (i, w)),
            );
        }
        let workers = self.threads.min(windows.len()).max(1);
        let setup = Setup {
            language: &language,
            prompt: &prompt,
            fitted: self.header.takes_fitted_context(),
            // A single window has all threads to itself.
            threads: options.window_threads.unwrap_or(self.threads / workers).max(1),
            end_of_text: self.context.token_eot(),
            time_zero: self.context.token_beg(),
            cancel: &options.cancel,
        };
        let work = Work { transcriber: self, channels, windows: &windows, setup, options };
        let heard = work.run(workers)?;
        let mut transcripts = vec![Transcript::default(); channels.len()];
        for ((channel, window), decoded) in windows.iter().zip(heard) {
            transcripts[*channel].words.extend(words::place(&decoded, window));
        }
        // A nod's window lies inside the one around it.
        for transcript in &mut transcripts {
            transcript.words.sort_by_key(|word| word.1);
        }
        Ok(transcripts)
    }

    fn language(&self, code: &str) -> Result<Language, AsrError> {
        let mut made = self.languages.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(language) = made.get(code) {
            return Ok(language.clone());
        }
        let known = (!code.contains('\0')).then(|| whisper_rs::get_lang_id(code)).flatten();
        let known =
            known.and_then(whisper_rs::get_lang_str).ok_or_else(|| AsrError::Language(code.to_owned()))?;
        if self.header.is_english_only() && code != "en" {
            return Err(AsrError::EnglishOnly(code.to_owned()));
        }
        Ok(made.entry(code.to_owned()).or_insert_with(|| Language::new(known)).clone())
    }

    fn prompt(&self, text: Option<&str>) -> Vec<i32> {
        text.and_then(|t| self.context.tokenize(t, 200).ok()).unwrap_or_default()
    }
}

/// The stretches of a channel, none longer than a window.
fn spans(channel: Channel<'_>, grouping: Grouping) -> Result<Vec<Span>, AsrError> {
    let longest = seconds_to_samples(grouping.longest_s - 2.0 * grouping.margin_s);
    let mut out = Vec::with_capacity(channel.speech.spans().len());
    for &span in channel.speech.spans() {
        if span.len() > longest {
            out.extend(windows::cut(span, longest, |at, out| channel.source.read_at(at, out))?);
        } else {
            out.push(span);
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asr::models::{DEFAULT_MODEL, Embedded, Store};
    use std::path::Path;
    use std::sync::atomic::Ordering;
    use std::time::{Duration, Instant};

    fn load(threads: usize) -> Transcriber {
        let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
        let store = Store::with_folders(Embedded::default(), vec![models], false, None, None);
        Transcriber::load(&store.find(DEFAULT_MODEL).unwrap(), threads).unwrap()
    }

    /// White noise, the same each time.
    fn noise(seconds: usize, amplitude: f32) -> Vec<f32> {
        let mut state = 1_u32;
        (0..seconds * 16_000)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                amplitude * ((state >> 8) as f32 / 8_388_608.0 - 1.0)
            })
            .collect()
    }

    fn whole(samples: &[f32]) -> Timeline {
        Timeline::new(Span::new(0, samples.len() as u64))
    }

    #[test]
    fn what_is_not_speech_gives_no_words_even_where_a_detector_says_it_is() {
        let transcriber = load(1);
        for samples in [vec![0.0; 16_000 * 3], noise(4, 0.001), noise(4, 0.1)] {
            let heard = transcriber.transcribe(&samples, &whole(&samples), &Options::default()).unwrap();
            assert_eq!(heard.words, []);
        }
    }

    #[test]
    fn without_speech_nothing_is_decoded() {
        let heard = load(1).transcribe(&noise(1, 0.1), &Timeline::default(), &Options::default()).unwrap();
        assert_eq!(heard.words, []);
    }

    #[test]
    fn cancelling_ends_a_decode_in_its_middle() {
        let transcriber = load(1);
        let samples = noise(130, 0.1);
        let options = Options::default();
        let flag = Arc::clone(&options.cancel);
        std::thread::scope(|scope| {
            scope.spawn(move || {
                std::thread::sleep(Duration::from_millis(300));
                flag.store(true, Ordering::Relaxed);
            });
            let begun = Instant::now();
            let result = transcriber.transcribe(&samples, &whole(&samples), &options);
            assert!(matches!(result, Err(AsrError::Cancelled)));
            // Ten windows of 13 s each take several seconds; one encoder pass under a second, more on a busy machine.
            assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        });
        // The state that was cancelled serves again, and so does a new one after it was given back.
        let short = noise(2, 0.01);
        assert!(transcriber.transcribe(&short, &whole(&short), &Options::default()).is_ok());
        transcriber.release_idle();
        assert!(transcriber.transcribe(&short, &whole(&short), &Options::default()).is_ok());
    }

    #[test]
    fn a_language_that_nobody_speaks_and_weights_that_are_none_are_said() {
        let error = load(1).transcribe(
            &vec![0.0; 10],
            &Timeline::default(),
            &Options { language: "xx", ..Options::default() },
        );
        assert!(error.unwrap_err().to_string().contains("`xx`"));
        let here = Weights::File { name: "x".into(), path: Path::new(file!()).to_path_buf() };
        assert!(matches!(Transcriber::load(&here, 1), Err(AsrError::NotAModel(_) | AsrError::NoWeights(_))));
    }
}
