//! The analysis object as it is, indented or on one line; and reduced to what was said.

use super::{Look, Report, ReportError, Sound};
use crate::call::{Analysis, Engine, Source, Turn, Warning};
use serde::Serialize;

/// One object over many lines.
pub(super) struct Indented;
/// One object on one line.
pub(super) struct Line;

/// What `transcribe` writes: the analysis object without what was not asked for.
#[derive(Serialize)]
struct Transcribed<'a> {
    schema: &'a str,
    source: &'a Source,
    engine: &'a Engine,
    turns: &'a [Turn],
    warnings: &'a [Warning],
}

impl Report for Indented {
    fn render(&self, analysis: &Analysis, look: &Look, _: Sound) -> Result<Vec<u8>, ReportError> {
        if look.words_only { transcript_line(analysis, true) } else { bytes(analysis, true) }
    }
}

impl Report for Line {
    fn render(&self, analysis: &Analysis, look: &Look, _: Sound) -> Result<Vec<u8>, ReportError> {
        if look.words_only { transcript_line(analysis, false) } else { bytes(analysis, false) }
    }
}

/// The reduced object.
pub fn transcript_line(analysis: &Analysis, indented: bool) -> Result<Vec<u8>, ReportError> {
    let reduced = Transcribed {
        schema: &analysis.schema,
        source: &analysis.source,
        engine: &analysis.engine,
        turns: &analysis.turns,
        warnings: &analysis.warnings,
    };
    bytes(&reduced, indented)
}

fn bytes(object: &impl Serialize, indented: bool) -> Result<Vec<u8>, ReportError> {
    let mut out = if indented { serde_json::to_vec_pretty(object)? } else { serde_json::to_vec(object)? };
    out.push(b'\n');
    Ok(out)
}
