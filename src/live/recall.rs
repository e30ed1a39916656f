//! The analysis of a take right after its call: what is known already is not recognized again.
//!
//! The customer's words are the scenario's own, and the agent's were recognized while the call went on; only speech that
//! was not heard live (or was cut differently) is decoded.

use crate::analyze::{self, Ask, Person, Recognizer};
use crate::asr::{AsrError, Transcriber};
use crate::call::{Span, Timeline, Transcript, seconds_to_samples};
use crate::rehearse::TakeLog;
use std::sync::Arc;

/// A stretch counts as heard when so much of it was.
const COVERED: f64 = 0.9;
/// Edges found live and found in the take differ by up to this.
const EDGE_S: f64 = 0.15;

/// What the course of a call tells its analysis: when each line was played, from its first to its last sound, with its
/// heat, when the customer was on hold, and how loud the sound check found the loudspeaker in the microphone.
pub fn know_take(options: &mut analyze::Options, log: &TakeLog) {
    let extent = |l: &crate::rehearse::log::PlayedLine| {
        let start = l.speech.first().map_or(l.start, |s| s[0]);
        Span::new(start, l.completion.max(start + 1)).map(|span| (span, l.heat))
    };
    options.lines = log.lines.iter().filter_map(extent).collect();
    options.holds = log.hold_time().spans().to_vec();
    options.leak_db = log.leak_db;
}

/// The recognizer as a call needs it: one thread for each window. A decode has to be in time while the window, the sound
/// server and the detector work too, and threads that wait for each other lose more by that than they gain.
pub struct Steady(pub Arc<Transcriber>);

impl Recognizer for Steady {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn transcribe(&self, people: &[Person<'_>], ask: &Ask<'_>) -> Result<Vec<Transcript>, AsrError> {
        analyze::whisper(&self.0, people, ask, Some(1))
    }
}

/// A recognizer that remembers one call; give it to the engine that analyzes the call's take (agent first, then customer).
pub struct Remembered {
    inner: Arc<dyn Recognizer>,
    heard: Vec<(Timeline, Transcript)>,
    customer: Transcript,
}

impl Remembered {
    /// What was heard while the call went on, and what the customer said by the script.
    pub fn new(inner: Arc<dyn Recognizer>, log: &TakeLog, heard: Vec<(Timeline, Transcript)>) -> Self {
        Self { inner, heard, customer: scripted(log) }
    }

    /// The agent's words where they are known, and the speech where they are not.
    fn recall(&self, speech: &Timeline) -> (Transcript, Timeline) {
        let edge = seconds_to_samples(EDGE_S);
        let wide = |s: &Span| Span::new(s.start().saturating_sub(edge), s.end() + edge);
        let listened: Timeline =
            self.heard.iter().flat_map(|(t, _)| t.spans().iter().filter_map(wide)).collect();
        let (known, unknown): (Vec<Span>, Vec<Span>) = speech
            .spans()
            .iter()
            .partition(|s| listened.crop(**s).total() as f64 >= COVERED * s.len() as f64);
        // Each word goes to the known stretch that is nearest to its middle, if one is near enough.
        let mut words = Vec::new();
        for (text, span, p) in self.heard.iter().flat_map(|(_, t)| &t.words) {
            let middle = u64::midpoint(span.start(), span.end());
            let away = |s: &Span| s.start().saturating_sub(middle).max(middle.saturating_sub(s.end()));
            let Some(home) = speech.spans().iter().min_by_key(|s| away(s)).filter(|s| away(s) <= edge) else {
                continue;
            };
            if known.contains(home) {
                let start = span.start().clamp(home.start(), home.end() - 1);
                let end = span.end().clamp(start + 1, home.end().max(start + 1));
                words.extend(Span::new(start, end).map(|s| (text.clone(), s, *p)));
            }
        }
        words.sort_by_key(|w| (w.1.start(), w.1.end()));
        (Transcript { words }, unknown.into_iter().collect())
    }
}

impl Recognizer for Remembered {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn transcribe(&self, people: &[Person<'_>], ask: &Ask<'_>) -> Result<Vec<Transcript>, AsrError> {
        let Some((source, speech)) = people.first() else { return Ok(Vec::new()) };
        let (mut agent, unknown) = self.recall(speech);
        if !unknown.is_empty() {
            let new = self.inner.transcribe(&[(*source, &unknown)], ask)?;
            agent.words.extend(new.into_iter().flat_map(|t| t.words));
            agent.words.sort_by_key(|w| (w.1.start(), w.1.end()));
        }
        Ok([agent, self.customer.clone()].into_iter().take(people.len()).collect())
    }
}

/// The words of the lines that were played, spread over their speech by their length.
fn scripted(log: &TakeLog) -> Transcript {
    let mut words = Vec::new();
    for line in &log.lines {
        let speech: Timeline = line.speech.iter().filter_map(|[a, b]| Span::new(*a, *b)).collect();
        let texts: Vec<&str> = line.text.split_whitespace().collect();
        let letters: usize = texts.iter().map(|t| t.len() + 1).sum();
        let whole =
            if line.whole { speech.total() } else { (letters as u64 * PER_LETTER).max(speech.total()) };
        let mut at = 0;
        for text in texts {
            let share = |letters_in: usize| whole * letters_in as u64 / letters.max(1) as u64;
            let from = share(at);
            at += text.len() + 1;
            // What was cut off was not said.
            if let (Some(start), Some(end)) = (nth(&speech, from), nth(&speech, share(at).saturating_sub(1)))
            {
                words.extend(Span::new(start, end + 1).map(|s| (text.to_owned(), s, 1.0)));
            }
        }
    }
    Transcript { words }
}

/// A letter of speech takes about 65 ms: where a line was cut off, what was said is told from that.
const PER_LETTER: u64 = 1_040;

/// The `n`-th sample of speech.
fn nth(speech: &Timeline, mut n: u64) -> Option<u64> {
    for span in speech.spans() {
        if n < span.len() {
            return Some(span.start() + n);
        }
        n -= span.len();
    }
    None
}
