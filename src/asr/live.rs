//! Words while somebody is still speaking, so that a reply's words are there when its turn is judged over.
//!
//! Each stretch of speech is decoded as soon as it ends, and one that goes on for long is decoded in parts, so little is
//! left when the turn ends: the wait that judges the turn over is longer than the last decode. The recording is decoded
//! again as a whole after the call; these words choose the customer's next line.

use std::sync::Arc;

use super::transcriber::{Options, Transcriber};
use super::{AsrError, windows};
use crate::call::{Span, Timeline, Transcript, seconds_to_samples};
use crate::signal::SampleSource;

/// A stretch that is still open is decoded in parts of this length.
const PART_S: f64 = 5.0;

/// Hears one speaker, stretch by stretch; lives on a worker thread.
#[derive(Debug)]
pub struct LiveTranscriber {
    transcriber: Arc<Transcriber>,
    /// Everything before is decoded.
    done: u64,
    heard: Transcript,
}

impl LiveTranscriber {
    /// Begins at the start of a recording.
    pub fn new(transcriber: Arc<Transcriber>) -> Self {
        Self { transcriber, done: 0, heard: Transcript::default() }
    }

    /// Decodes what is settled and new: `closed` are the stretches that have ended, `open` is the one being spoken, up to
    /// now. Call it when a stretch ends and about once a second while one is open; it blocks for the decode, about 0.3 s.
    /// `source` may be still growing.
    pub fn hear(
        &mut self,
        source: &dyn SampleSource,
        closed: &Timeline,
        open: Option<Span>,
        options: &Options<'_>,
    ) -> Result<(), AsrError> {
        let mut settled: Vec<Span> = closed.spans().to_vec();
        if let Some(open) = open.and_then(|o| Span::new(o.start().max(self.done), o.end())) {
            let mut parts =
                windows::cut(open, seconds_to_samples(PART_S), |at, out| source.read_at(at, out))?;
            parts.pop();
            settled.extend(parts);
        }
        let settled: Timeline =
            settled.iter().filter_map(|s| Span::new(s.start().max(self.done), s.end())).collect();
        let Some(all) = settled.extent() else { return Ok(()) };
        let new = self.transcriber.transcribe(source, &settled, options)?;
        self.heard.words.extend(new.words);
        self.done = all.end();
        Ok(())
    }

    /// The words since the last call of this: what was said in the turn that is over.
    pub fn take(&mut self) -> Transcript {
        std::mem::take(&mut self.heard)
    }

    /// The words of the turn so far.
    pub fn so_far(&self) -> &Transcript {
        &self.heard
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asr::models::{Embedded, Store};
    use std::path::Path;

    #[test]
    fn nothing_is_decoded_twice_and_silence_gives_no_words() {
        let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
        let store = Store::with_folders(Embedded::default(), vec![models], false, None, None);
        let weights = store.find(crate::asr::models::DEFAULT_MODEL).unwrap();
        let mut live = LiveTranscriber::new(Arc::new(Transcriber::load(&weights, 1).unwrap()));
        let silence = vec![0.0_f32; 16_000 * 8];
        let options = Options::default();
        let span = |a, b| Span::from_seconds(a, b).unwrap();
        live.hear(&silence, &Timeline::default(), Some(span(1.0, 3.0)), &options).unwrap();
        assert_eq!(live.done, 0);
        live.hear(&silence, &Timeline::default(), Some(span(1.0, 7.0)), &options).unwrap();
        let part = live.done;
        assert!((16_000 * 3..16_000 * 6).contains(&part), "{part}");
        live.hear(&silence, &Timeline::new([span(1.0, 7.5)]), None, &options).unwrap();
        assert_eq!(live.done, 16_000 * 15 / 2);
        assert_eq!(live.so_far().words, []);
        assert_eq!(live.take().words, []);
    }
}
