//! What the agent says, recognized and judged on its own thread while the agent is still speaking.

use super::tape::Tape;
use crate::analyze::{Person, Recognizer, Watch};
use crate::asr::AsrError;
use crate::call::{Facts, Span, Timeline, Transcript, seconds_to_samples};
use crate::coach::Rubric;
use crate::measure::voice::{Baseline, ExtractOptions, Summary, VoiceFeatures};
use crate::words::{ReplyContext, Rules};
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::time::Instant;

/// When the words of a reply are recognized; measured against each other in `docs/quality.md`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hearing {
    /// All of it once its turn is over.
    AfterTurn,
    /// Each stretch by itself as soon as it ends.
    EachStretch,
    /// The last seconds together, again at the end of each stretch: short stretches are recognized with what was said
    /// around them, as long as the machine is fast enough for that.
    Rolling,
    /// As before, and already when a stretch may have ended, before it is certain: the words are there when the wait is
    /// over.
    #[default]
    Ahead,
    /// As before, in short pieces that are not recognized again before the reply is over: little is left to do when it
    /// ends, for more wrong words where pieces meet.
    Early,
}

/// So much speech is recognized together before it is settled.
const SETTLE_S: f64 = 6.0;
/// The same for short pieces.
const SETTLE_EARLY_S: f64 = 1.2;
const WORDLESS_S: f64 = 1.6;
const LONGEST_WORD_S: f64 = 0.8;
/// The end of a stretch is found when it may be over, and again when it is.
const SAME_END_S: f64 = 0.1;
/// Words that are surer than this on average are not recognized again; the recognizer itself tries again below.
const SURE: f32 = 0.7;
const LEAST_WORDS_PER_S: f64 = 0.8;
/// More words a second than anybody says: the decode went round in circles.
const MOST_WORDS_PER_S: f64 = 7.0;
/// Recognizing may take so long: what is left of the shortest wait once the end of a stretch is noticed. Where it would
/// take longer, only the newest stretch is recognized.
const BUDGET_S: f64 = 0.4;
/// Requests and answers that may wait.
const QUEUE: usize = 64;

/// Everything said in the turn so far.
#[derive(Clone, Debug)]
pub struct Request {
    pub turn: u32,
    pub stretches: Vec<Span>,
    /// What the customer said before.
    pub customer: String,
    /// The turn is over.
    pub over: bool,
}

/// What was heard in it.
#[derive(Debug, Default)]
pub struct Answer {
    pub turn: u32,
    pub text: String,
    pub through: u64,
    pub ids: BTreeSet<String>,
    pub unsteady: bool,
    pub rushed: bool,
    pub failed: Option<AsrError>,
    pub decode_s: f64,
}

/// What the judging needs.
pub struct Knowledge {
    pub recognizer: Option<Arc<dyn Recognizer>>,
    pub rules: Arc<Rules>,
    pub rubric: Arc<Rubric>,
    pub baseline: Option<Arc<Baseline>>,
    pub facts: Facts,
    pub language: String,
    pub asks_for_voice: bool,
    pub hearing: Hearing,
}

/// Pieces of the call with their words.
type Heard = Vec<(Timeline, Transcript)>;

struct Core {
    tape: Tape,
    know: Knowledge,
    turn: u32,
    stretches: Vec<Span>,
    settled: Heard,
    pending: (Timeline, Transcript),
    /// Seconds of recognizing for a second of speech.
    pace: f64,
    /// Turns that are over: their speech, and the words so far.
    over: VecDeque<(Timeline, Heard)>,
    done: Heard,
    cancel: Arc<AtomicBool>,
    make_way: Arc<AtomicBool>,
}

impl Core {
    fn hear(&mut self, request: &Request) -> Answer {
        if request.turn != self.turn {
            self.close_turn();
            self.turn = request.turn;
        }
        self.stretches.clone_from(&request.stretches);
        let begun = Instant::now();
        let failed = self.recognize(request.over).err();
        let decode_s = begun.elapsed().as_secs_f64();
        let words = self.settled.iter().chain([&self.pending]).flat_map(|(_, t)| &t.words);
        let text = words.map(|w| w.0.as_str()).collect::<Vec<_>>().join(" ");
        let through = self.settled.iter().chain([&self.pending]).filter_map(|(t, _)| t.extent());
        let through = match self.know.recognizer {
            Some(_) => through.map(Span::end).max().unwrap_or(0),
            None => request.stretches.iter().map(|s| s.end()).max().unwrap_or(0),
        };
        let context = ReplyContext {
            customer_line: Some(request.customer.as_str()).filter(|l| !l.is_empty()),
            customer_name: None,
            facts: Some(&self.know.facts),
        };
        let hits = self.know.rules.hear(&context, &text);
        let ids = hits.into_iter().map(|h| h.id.to_owned()).collect();
        let (unsteady, rushed) = if self.know.asks_for_voice { self.voice() } else { (false, false) };
        Answer { turn: request.turn, text, through, ids, unsteady, rushed, failed, decode_s }
    }

    fn recognize(&mut self, over: bool) -> Result<(), AsrError> {
        if self.know.recognizer.is_none() || self.know.hearing == Hearing::AfterTurn && !over {
            return Ok(());
        }
        let mut new = self.unsettled();
        let known = self.pending.0.extent().map_or(0, Span::end);
        if new.is_empty() || ends_like(&new, &self.pending.0) {
            return Ok(());
        }
        // A stretch that went on after all is recognized from its start.
        let ended = new.spans().iter().all(|s| s.end() <= known || s.start() >= known);
        if new.total_s() * self.pace > BUDGET_S && ended && !self.pending.0.is_empty() {
            self.settled.push(std::mem::take(&mut self.pending));
            new = self.unsettled();
        }
        let begun = Instant::now();
        let words = self.transcribe(&new, &self.cancel.clone(), true)?;
        // Slow at once, fast again by and by: one decode that was in time says little.
        let pace = begun.elapsed().as_secs_f64() / new.total_s().max(1.0);
        self.pace = if pace > self.pace { pace } else { 0.7 * self.pace + 0.3 * pace };
        let settle = match self.know.hearing {
            Hearing::EachStretch => true,
            Hearing::Early => new.total() >= seconds_to_samples(SETTLE_EARLY_S),
            _ => new.total() >= seconds_to_samples(SETTLE_S),
        };
        self.pending = (new, words);
        if settle {
            self.settled.push(std::mem::take(&mut self.pending));
        }
        Ok(())
    }

    /// What was said and is not settled.
    fn unsettled(&self) -> Timeline {
        let settled = self.settled.iter().filter_map(|(t, _)| t.extent()).map(Span::end).max().unwrap_or(0);
        self.stretches.iter().filter_map(|s| Span::new(s.start().max(settled), s.end())).collect()
    }

    fn transcribe(
        &self,
        speech: &Timeline,
        cancel: &Arc<AtomicBool>,
        soon: bool,
    ) -> Result<Transcript, AsrError> {
        let mut words = self.transcribe_once(speech, cancel, soon)?;
        // A decode may end too soon: what it left out is recognized by itself.
        if let Some(rest) = unheard(speech, &words).filter(|rest| rest.total() < speech.total()) {
            words.words.extend(self.transcribe_once(&rest, cancel, soon)?.words);
            words.words.sort_by_key(|w| (w.1.start(), w.1.end()));
        }
        Ok(words)
    }

    fn transcribe_once(
        &self,
        speech: &Timeline,
        cancel: &Arc<AtomicBool>,
        soon: bool,
    ) -> Result<Transcript, AsrError> {
        let Some(recognizer) = &self.know.recognizer else { return Ok(Transcript::default()) };
        let watch = Watch { progress: &|_| {}, cancel: cancel.clone() };
        let people: [Person<'_>; 1] = [(&self.tape, speech)];
        let heard = if soon {
            recognizer.transcribe_soon(&people, &self.know.language, &watch)?
        } else {
            recognizer.transcribe(&people, &self.know.language, &watch, &|_| {})?
        };
        Ok(heard.into_iter().next().unwrap_or_default())
    }

    /// Whether the voice left its band, and whether the pace did.
    fn voice(&self) -> (bool, bool) {
        let speech: Timeline = self.stretches.iter().copied().collect();
        let Ok(features) = VoiceFeatures::extract(&self.tape, &speech, ExtractOptions::default()) else {
            return (false, false);
        };
        let Some(summary) = features.extent().and_then(|e| Summary::of(&features, e)) else {
            return (false, false);
        };
        let over = |metric: &str, value: f64| self.know.rubric.bands.of(metric).is_some_and(|b| value > b[1]);
        let rate = summary.articulation_rate_sps();
        match &self.know.baseline {
            Some(own) => {
                let heat = own.heat(&summary, &own.channel(&features));
                let pace = super::ring::rate_shift(&summary, features.bandwidth, own);
                (
                    heat.is_some_and(|h| over("heat", h.heat)),
                    pace.is_some_and(|shift| over("rate_shift", shift)),
                )
            }
            None => (false, rate.is_some_and(|r| over("articulation_rate_sps", r))),
        }
    }

    fn close_turn(&mut self) {
        let mut heard = std::mem::take(&mut self.settled);
        let pending = std::mem::take(&mut self.pending);
        if !pending.0.is_empty() {
            heard.push(pending);
        }
        let speech: Timeline = std::mem::take(&mut self.stretches).into_iter().collect();
        if self.know.recognizer.is_none() || speech.is_empty() {
            return;
        }
        // What was recognized in one piece, without doubt, is as good as it gets.
        if matches!(&heard[..], [(whole, words)] if ends_like(&speech, whole) && is_sure(whole, words)) {
            self.done.extend(heard);
        } else {
            self.over.push_back((speech, heard));
        }
    }

    /// Recognizes a reply that is over once more as a whole, while the customer speaks.
    fn polish(&mut self) {
        let Some((speech, heard)) = self.over.pop_front() else { return };
        match self.transcribe(&speech, &self.make_way.clone(), false) {
            Ok(words) => self.done.push((speech, words)),
            Err(_) if self.make_way.load(Ordering::Relaxed) && !self.cancel.load(Ordering::Relaxed) => {
                self.over.push_front((speech, heard));
            }
            Err(_) => self.done.extend(heard),
        }
    }

    /// Everything that was heard in the call; what nobody can have said is left to the analysis.
    fn finish(mut self) -> Heard {
        self.close_turn();
        let rest = self.over.into_iter().flat_map(|(_, heard)| heard);
        self.done.extend(rest.filter(|(speech, words)| is_plausible(speech, words)));
        self.done
    }
}

/// Whether one is the other with an end that was found a little later: no word fits between.
fn ends_like(new: &Timeline, known: &Timeline) -> bool {
    let (Some(a), Some(b)) = (new.extent(), known.extent()) else { return false };
    let whole = Span::new(b.start(), b.end().min(a.end()));
    a.end().abs_diff(b.end()) <= seconds_to_samples(SAME_END_S)
        && whole.is_some_and(|w| a.start() == b.start() && new.crop(w) == known.crop(w))
}

/// The longest part of the speech without a word, if it is longer than anybody speaks without one.
fn unheard(speech: &Timeline, words: &Transcript) -> Option<Timeline> {
    // A word's time lasts until the next one, however far that is.
    let longest = seconds_to_samples(LONGEST_WORD_S);
    let heard = |s: Span| Span::new(s.start(), s.end().min(s.start() + longest));
    let words: Timeline = words.words.iter().filter_map(|w| heard(w.1)).collect();
    let silent = speech.spans().iter().flat_map(|s| words.gaps(*s).spans().to_vec());
    let longest = silent.max_by_key(|s| s.len())?;
    (longest.len() > seconds_to_samples(WORDLESS_S)).then(|| speech.crop(longest))
}

/// Whether the words can be left as they are. A decode that ran in circles is thrown away as a whole: no words, or fewer than
/// anybody says.
fn is_sure(speech: &Timeline, words: &Transcript) -> bool {
    let sum: f32 = words.words.iter().map(|w| w.2).sum();
    is_plausible(speech, words) && sum >= SURE * words.words.len() as f32
}

/// Whether somebody can have said so many words in that time. A short stretch may hold one or two more.
fn is_plausible(speech: &Timeline, words: &Transcript) -> bool {
    let (count, s) = (words.words.len() as f64, speech.total_s());
    count > 0.0 && count >= LEAST_WORDS_PER_S * s && count <= MOST_WORDS_PER_S * s + 2.0
}

/// Recognizes on its own thread, or at once where a virtual clock must not run ahead.
pub enum Listener {
    AtOnce {
        core: Box<CoreBox>,
        answers: Vec<Answer>,
    },
    Thread {
        requests: Option<SyncSender<Request>>,
        answers: Receiver<Answer>,
        thread: Option<std::thread::JoinHandle<Heard>>,
        cancel: Arc<AtomicBool>,
        make_way: Arc<AtomicBool>,
    },
}

/// Keeps [`Core`] private.
pub struct CoreBox(Core);

impl Listener {
    pub fn new(tape: Tape, know: Knowledge, threaded: bool) -> Option<Self> {
        let (cancel, make_way) = (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
        let core = Core {
            tape,
            know,
            turn: 0,
            stretches: Vec::new(),
            settled: Vec::new(),
            pending: Default::default(),
            pace: 0.0,
            over: VecDeque::new(),
            done: Vec::new(),
            cancel: cancel.clone(),
            make_way: make_way.clone(),
        };
        if !threaded {
            return Some(Self::AtOnce { core: Box::new(CoreBox(core)), answers: Vec::new() });
        }
        let (requests, inbox) = sync_channel(QUEUE);
        let (outbox, answers) = sync_channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("call-words".to_owned())
            .spawn(move || run(core, &inbox, &outbox))
            .ok()?;
        Some(Self::Thread { requests: Some(requests), answers, thread: Some(thread), cancel, make_way })
    }

    /// Never blocks.
    pub fn ask(&mut self, request: Request) {
        match self {
            Self::AtOnce { core, answers } => answers.push(core.0.hear(&request)),
            Self::Thread { requests, make_way, .. } => {
                if let Some(requests) = requests {
                    // The queue is emptied at every look; a full one holds newer requests than it needs.
                    let _ = requests.try_send(request);
                }
                make_way.store(true, Ordering::Relaxed);
            }
        }
    }

    /// What was found out since the last look.
    pub fn answers(&mut self) -> Vec<Answer> {
        match self {
            Self::AtOnce { answers, .. } => std::mem::take(answers),
            Self::Thread { answers, .. } => answers.try_iter().collect(),
        }
    }

    /// Stops; what was heard in the call. Waits for a decode in progress to stop, one pass of the recognizer at most.
    pub fn finish(self) -> Heard {
        match self {
            Self::AtOnce { core, .. } => core.0.finish(),
            Self::Thread { mut requests, mut thread, cancel, make_way, .. } => {
                cancel.store(true, Ordering::Relaxed);
                make_way.store(true, Ordering::Relaxed);
                drop(requests.take());
                thread.take().and_then(|t| t.join().ok()).unwrap_or_default()
            }
        }
    }
}

fn run(mut core: Core, requests: &Receiver<Request>, answers: &SyncSender<Answer>) -> Heard {
    loop {
        core.make_way.store(false, Ordering::Relaxed);
        let mut next = if core.over.is_empty() {
            let Ok(request) = requests.recv() else { return core.finish() };
            Some(request)
        } else {
            match requests.try_recv() {
                Ok(request) => Some(request),
                Err(TryRecvError::Empty) => None,
                Err(TryRecvError::Disconnected) => return core.finish(),
            }
        };
        // Only the newest of a turn counts: it holds everything that the older ones asked for.
        while let Ok(newer) = requests.try_recv() {
            if let Some(older) = next.replace(newer)
                && next.as_ref().is_some_and(|n| n.turn != older.turn)
            {
                core.remember(&older);
            }
        }
        match next {
            Some(request) => {
                let answer = core.hear(&request);
                if answers.send(answer).is_err() {
                    return core.finish();
                }
            }
            None => core.polish(),
        }
    }
}

impl Core {
    /// A turn went by unheard: it is recognized when there is time.
    fn remember(&mut self, request: &Request) {
        if request.turn != self.turn {
            self.close_turn();
            self.turn = request.turn;
        }
        self.stretches.clone_from(&request.stretches);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from_s: f64, to_s: f64) -> Span {
        Span::from_seconds(from_s, to_s).expect("in order")
    }

    fn words(spans: &[(f64, f64)]) -> Transcript {
        Transcript { words: spans.iter().map(|(a, b)| ("word".to_owned(), span(*a, *b), 0.9)).collect() }
    }

    #[test]
    fn speech_without_a_word_is_found_and_pauses_are_not() {
        let speech = Timeline::new([span(1.0, 4.0), span(6.0, 9.0)]);
        let whole: Vec<(f64, f64)> =
            (0..30).map(|n| (1.0 + 0.3 * f64::from(n), 1.2 + 0.3 * f64::from(n))).collect();
        assert_eq!(unheard(&speech, &words(&whole)), None);
        // The decode ended with the word at 6.4 s, whose time goes on to the end.
        let mut short = words(&whole[..19]);
        short.words[18].1 = span(6.4, 9.0);
        let rest = unheard(&speech, &short).expect("1.8 s");
        assert!((rest.total_s() - 1.8).abs() < 0.01, "{rest:?}");
        assert_eq!(unheard(&speech, &Transcript::default()), Some(Timeline::new([span(6.0, 9.0)])));
    }

    #[test]
    fn an_end_that_is_found_a_little_later_is_the_same_end() {
        let known = Timeline::new([span(1.0, 2.0), span(3.0, 4.0)]);
        assert!(ends_like(&Timeline::new([span(1.0, 2.0), span(3.0, 4.06)]), &known));
        assert!(!ends_like(&Timeline::new([span(1.0, 2.0), span(3.0, 4.3)]), &known));
        assert!(!ends_like(&Timeline::new([span(1.0, 2.0), span(3.5, 4.0)]), &known));
        assert!(!ends_like(&known, &Timeline::default()));
    }

    #[test]
    fn few_words_or_unsure_ones_are_recognized_again() {
        let speech = Timeline::new([span(0.0, 3.0)]);
        let three = [(0.0, 0.5), (1.0, 1.5), (2.0, 2.5)];
        assert!(is_sure(&speech, &words(&three)));
        assert!(!is_sure(&speech, &words(&three[..2])) && !is_sure(&speech, &Transcript::default()));
        let circles: Vec<(f64, f64)> =
            (0..24).map(|n| (0.12 * f64::from(n), 0.12 * f64::from(n) + 0.1)).collect();
        assert!(!is_plausible(&speech, &words(&circles)) && is_plausible(&speech, &words(&circles[..20])));
        let mut unsure = words(&three);
        unsure.words.iter_mut().for_each(|w| w.2 = 0.5);
        assert!(!is_sure(&speech, &unsure));
    }
}
