//! One output format a file, behind one trait. Equal input gives byte-equal output: no clock, no machine in it.

mod csv;
mod debrief;
mod doubts;
mod error;
mod file;
mod html;
mod index;
mod json;
mod metric;
mod nothing;
mod share;
mod text;
mod voice;

pub use self::csv::{COLUMNS, row};
pub use debrief::{Debrief, DebriefClip, DebriefMeasure, DebriefNote, ScoreLine, debrief_page, debrief_text};
pub use error::ReportError;
pub use file::{temporary_beside, write_whole};
pub use index::{IndexRow, index, out_of_band};
pub use json::transcript_line;
pub use metric::{METRICS, MetricInfo, metric_info};
pub use share::{is_of_voice, without_voice, without_voice_because};
pub use voice::{HOSTILE_LINES, HOSTILE_NUMBERS, HostileLine, hostile_lines, turn_in_words, voice_in_words};

use crate::call::Analysis;

/// The formats of `docs/cli.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people, 80 columns.
    Text,
    /// One object, indented.
    Json,
    /// One object a line.
    Jsonl,
    /// One row a recording.
    Csv,
    /// A page that stands alone, with sound.
    Html,
}

/// What differs from place to place.
#[derive(Clone, Copy, Debug, Default)]
pub struct Look {
    /// Colors, for a terminal.
    pub color: bool,
    /// Whether this is the first recording of the output (a CSV has one header).
    pub first: bool,
    /// Only who said what.
    pub words_only: bool,
}

/// A stretch of the recording as a small WAV file (8 kHz mu-law, both voices), for pages with sound; `None` where the
/// sound is not at hand. Arguments: from and to in seconds.
pub type Sound<'a> = &'a dyn Fn(f64, f64) -> Option<Vec<u8>>;

/// One way to write an analysis.
pub trait Report {
    /// The bytes of the whole report, ending with a line break.
    fn render(&self, analysis: &Analysis, look: &Look, sound: Sound) -> Result<Vec<u8>, ReportError>;
}

/// The report of a format.
pub fn of(format: Format) -> &'static dyn Report {
    match format {
        Format::Json => &json::Indented,
        Format::Jsonl => &json::Line,
        Format::Csv => &csv::Rows,
        Format::Text => &text::Text,
        Format::Html => &html::Page,
    }
}
