//! What each hostile line did to the voice.

use super::pen::{Ink, Pen};
use super::{WIDTH, wrapped};
use crate::call::Analysis;
use crate::report::voice::{HOSTILE_LINES, HOSTILE_NUMBERS, hostile_lines};

pub(super) fn lines(page: &mut Pen, analysis: &Analysis) {
    let rows = hostile_lines(analysis);
    if rows.is_empty() {
        return;
    }
    page.heading(HOSTILE_LINES);
    for row in rows {
        page.paragraph(2, &row.words);
        for line in wrapped(&row.numbers, WIDTH - 4) {
            let line = page.ink(Ink::Faint, &line);
            page.line(&format!("    {line}"));
        }
    }
    for line in wrapped(HOSTILE_NUMBERS, WIDTH - 2) {
        let line = page.ink(Ink::Faint, &line);
        page.line(&format!("  {line}"));
    }
}
