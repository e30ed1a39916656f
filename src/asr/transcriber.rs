//! Words inside detected speech.
//!
//! The weights are loaded once. Windows of speech are independent of each other, so as many are decoded side by side as
//! there are threads, each by one thread: that costs less than several threads on one window, and the words do not
//! depend on the number of threads.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use whisper_rs::{WhisperContext, WhisperContextParameters, WhisperError};

use super::decode::{self, Decoded, Language, Room, Setup};
use super::header::{self, Header};
use super::models::Weights;
use super::pool::{Lent, Pool};
use super::windows::{self, Grouping, Window};
use super::{AsrError, embedded, guard, level, widen, words};
use crate::call::{Span, Timeline, Transcript, samples_to_seconds, seconds_to_samples};
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
        let header = match weights {
            Weights::File { path, .. } if !path.is_file() => return Err(AsrError::NoWeights(path.clone())),
            Weights::File { path, .. } => {
                Header::read(path).filter(|header| header.is_followed_by_a_vocabulary(path))
            }
            Weights::Embedded { bytes, .. } => bytes.get(..header::BYTES).and_then(Header::parse),
        };
        let header = header.ok_or_else(|| AsrError::NotAModel(weights.to_string()))?;
        let mut params = WhisperContextParameters::default();
        params.flash_attn(false);
        let wide = match weights {
            Weights::File { path, .. } => std::fs::read(path).ok().and_then(|model| widen::widen(&model)),
            Weights::Embedded { bytes, .. } => match embedded::read(bytes) {
                Some(model) => widen::widen(&model),
                None => widen::widen(bytes),
            },
        };
        let context = match (wide, weights) {
            (Some(wide), _) => WhisperContext::new_from_buffer_with_params(&wide, params),
            (None, Weights::File { path, .. }) => {
                WhisperContext::new_with_params(PathBuf::from(path), params)
            }
            (None, Weights::Embedded { bytes, .. }) => {
                WhisperContext::new_from_buffer_with_params(bytes, params)
            }
        }
        .map_err(|_| AsrError::Load(weights.to_string()))?;
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
        let heard = self.decode_all(channels, &windows, &setup, workers, options)?;
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

    fn decode_all(
        &self,
        channels: &[Channel<'_>],
        windows: &[(usize, Window)],
        setup: &Setup<'_>,
        workers: usize,
        options: &Options<'_>,
    ) -> Result<Vec<Decoded>, AsrError> {
        // The longest first, so that no thread is left with a long one at the end.
        let mut order: Vec<usize> = (0..windows.len()).collect();
        order.sort_by_key(|&i| (std::cmp::Reverse(windows[i].1.len), i));
        let total = windows.iter().map(|(_, w)| w.speech_len()).sum::<u64>().max(1);
        let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let results: Vec<Mutex<Option<Result<Decoded, AsrError>>>> =
            windows.iter().map(|_| Mutex::default()).collect();
        let failed = AtomicBool::new(false);
        let work = || {
            let mut lent: Option<Lent<'_>> = None;
            while let Some(&i) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                if failed.load(Ordering::Relaxed) {
                    break;
                }
                let (channel, window) = &windows[i];
                let result = self.decode_window(&mut lent, channels[*channel].source, window, setup, options);
                if result.is_err() {
                    failed.store(true, Ordering::Relaxed);
                }
                *results[i].lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
                let done = done.fetch_add(window.speech_len() as usize, Ordering::Relaxed) as u64
                    + window.speech_len();
                if let Some(progress) = options.progress {
                    progress(done as f32 / total as f32);
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..workers {
                scope.spawn(work);
            }
            work();
        });
        let mut out = Vec::with_capacity(windows.len());
        let mut cancelled = false;
        for result in results {
            match result.into_inner().unwrap_or_else(PoisonError::into_inner) {
                Some(Ok(decoded)) => out.push(decoded),
                Some(Err(AsrError::Cancelled)) | None => cancelled = true,
                Some(Err(error)) => return Err(error),
            }
        }
        if cancelled { Err(AsrError::Cancelled) } else { Ok(out) }
    }

    fn decode_window<'p>(
        &'p self,
        lent: &mut Option<Lent<'p>>,
        source: &dyn SampleSource,
        window: &Window,
        setup: &Setup<'_>,
        options: &Options<'_>,
    ) -> Result<Decoded, AsrError> {
        let fail = |error: &WhisperError| {
            if options.cancel.load(Ordering::Relaxed) {
                AsrError::Cancelled
            } else {
                AsrError::Engine { at_s: samples_to_seconds(window.start()), reason: error.to_string() }
            }
        };
        if options.cancel.load(Ordering::Relaxed) {
            return Err(AsrError::Cancelled);
        }
        let lent = match lent {
            Some(lent) => lent,
            None => lent.insert(self.pool.lend(&self.context).map_err(|e| fail(&e))?),
        };
        let Some(state) = lent.state() else { return Err(AsrError::Cancelled) };
        let mut samples = sound(source, window)?;
        level::settle(&mut samples);
        let mut decoded = decode::decode(state, setup, &mut samples, Room::Usual).map_err(|e| fail(&e))?;
        if options.second_try && guard::is_doubtful(&decoded, window.speech_len()) {
            let second = decode::decode(state, setup, &mut samples, Room::More).map_err(|e| fail(&e))?;
            if guard::is_better(&second, &decoded) {
                decoded = second;
            }
        }
        if guard::is_invented(&decoded) {
            decoded = Decoded::default();
        }
        Ok(decoded)
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

/// The samples of a window: each piece's sound, and silence between them.
fn sound(source: &dyn SampleSource, window: &Window) -> Result<Vec<f32>, AsrError> {
    let mut samples = vec![0.0; window.len as usize];
    for piece in &window.pieces {
        let at = piece.at as usize;
        source.read_at(piece.sound.start(), &mut samples[at..at + piece.sound.len() as usize])?;
    }
    Ok(samples)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asr::models::{DEFAULT_MODEL, Embedded, Store};
    use std::path::Path;
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
