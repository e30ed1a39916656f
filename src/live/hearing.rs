//! What the agent says in a turn: recognized while it is being said, and judged.

use super::tape::Tape;
use crate::analyze::{Ask, Person, Recognizer, Watch};
use crate::asr::AsrError;
use crate::asr::doubt::{is_plausible, is_sure, unheard};
use crate::call::{Facts, Span, Timeline, Transcript, seconds_to_samples};
use crate::coach::Rubric;
use crate::measure::voice::{Baseline, ExtractOptions, Summary, VoiceFeatures};
use crate::words::{ReplyContext, Rules};
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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
/// The end of a stretch is found when it may be over, and again when it is.
const SAME_END_S: f64 = 0.1;
/// Recognizing may take so long: what is left of the shortest wait once the end of a stretch is noticed. Where it would
/// take longer, only the newest stretch is recognized.
const BUDGET_S: f64 = 0.4;

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
pub type Heard = Vec<(Timeline, Transcript)>;

/// Who waits for words.
#[derive(Clone, Copy)]
enum Haste {
    /// The call does: what looks doubtful is not tried again.
    Awaited,
    /// Nobody: it ends as soon as something else is to be recognized.
    MakesWay,
}

/// Recognizes and judges what the agent says, turn by turn.
pub struct Core {
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
    pub fn new(tape: Tape, know: Knowledge, cancel: Arc<AtomicBool>, make_way: Arc<AtomicBool>) -> Self {
        Self {
            tape,
            know,
            turn: 0,
            stretches: Vec::new(),
            settled: Vec::new(),
            pending: Default::default(),
            pace: 0.0,
            over: VecDeque::new(),
            done: Vec::new(),
            cancel,
            make_way,
        }
    }

    /// Something waits for its words longer than what is being recognized once more.
    pub fn makes_way(&self, yes: bool) {
        self.make_way.store(yes, Ordering::Relaxed);
    }

    /// Whether replies that are over wait to be recognized once more.
    pub fn has_more(&self) -> bool {
        !self.over.is_empty()
    }

    pub fn hear(&mut self, request: &Request) -> Answer {
        self.remember(request);
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
        let words = self.words_of(&new, Haste::Awaited)?;
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

    /// The words of some speech. A decode may end too soon: what it left out is recognized by itself.
    fn words_of(&self, speech: &Timeline, haste: Haste) -> Result<Transcript, AsrError> {
        let mut words = self.decode(speech, haste)?;
        if let Some(rest) = unheard(speech, &words).filter(|rest| rest.total() < speech.total()) {
            words.words.extend(self.decode(&rest, haste)?.words);
            words.words.sort_by_key(|w| (w.1.start(), w.1.end()));
        }
        Ok(words)
    }

    fn decode(&self, speech: &Timeline, haste: Haste) -> Result<Transcript, AsrError> {
        let Some(recognizer) = &self.know.recognizer else { return Ok(Transcript::default()) };
        let (stop, soon) = match haste {
            Haste::Awaited => (&self.cancel, true),
            Haste::MakesWay => (&self.make_way, false),
        };
        let people: [Person<'_>; 1] = [(&self.tape, speech)];
        let watch = Watch { progress: &|_| {}, cancel: stop.clone() };
        let heard = recognizer.transcribe(&people, &Ask { language: &self.know.language, watch, soon })?;
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

    /// Takes note of what was said; a turn that goes by unheard is recognized when there is time.
    pub fn remember(&mut self, request: &Request) {
        if request.turn != self.turn {
            self.close_turn();
            self.turn = request.turn;
        }
        self.stretches.clone_from(&request.stretches);
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
    pub fn polish(&mut self) {
        let Some((speech, heard)) = self.over.pop_front() else { return };
        match self.words_of(&speech, Haste::MakesWay) {
            Ok(words) => self.done.push((speech, words)),
            Err(_) if self.make_way.load(Ordering::Relaxed) && !self.cancel.load(Ordering::Relaxed) => {
                self.over.push_front((speech, heard));
            }
            Err(_) => self.done.extend(heard),
        }
    }

    /// Everything that was heard in the call; what nobody can have said is left to the analysis.
    pub fn finish(mut self) -> Heard {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from_s: f64, to_s: f64) -> Span {
        Span::from_seconds(from_s, to_s).expect("in order")
    }

    #[test]
    fn an_end_that_is_found_a_little_later_is_the_same_end() {
        let known = Timeline::new([span(1.0, 2.0), span(3.0, 4.0)]);
        assert!(ends_like(&Timeline::new([span(1.0, 2.0), span(3.0, 4.06)]), &known));
        assert!(!ends_like(&Timeline::new([span(1.0, 2.0), span(3.0, 4.3)]), &known));
        assert!(!ends_like(&Timeline::new([span(1.0, 2.0), span(3.5, 4.0)]), &known));
        assert!(!ends_like(&known, &Timeline::default()));
    }
}
