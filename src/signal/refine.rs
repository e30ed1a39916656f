//! Edges of detected speech on the waveform, and what noise hides beyond them.

use super::SourceError;
use super::edges::EdgeFinder;
use super::envelope::FRAME;
use super::near::Near;
use crate::call::{Span, Timeline};

/// How far under strong speech the last of it fades away, as a rule, in dB.
const FADE_DB: f32 = 42.0;
/// Noise that stands this much over that hides the ends, so that they are looked for bin by bin.
const HIDING_DB: f32 = 4.0;
/// Even so the ends of what fades are lost from here on: mean length for each further dB, in samples (4 ms of endings,
/// 1.2 ms of beginnings, which are steeper).
const LOST_DB: f32 = 14.0;
const LOST_END_SAMPLES: f32 = 64.0;
const LOST_START_SAMPLES: f32 = 19.0;
/// Other voices in the background are no noise to look into. Mean length that they hide for each dB, in samples
/// (5.2 ms); beginnings are steeper: the first 12 dB hide nothing, then 2.5 ms for each.
const FADE_OUT_SAMPLES: f32 = 83.0;
const FADE_IN_SAMPLES: f32 = 40.0;
const FADE_IN_FREE_DB: f32 = 12.0;

/// Moves both ends of each found stretch to where the waveform has them.
pub fn refine(
    found: &Timeline,
    finder: &mut EdgeFinder<'_>,
    extent: Span,
    near: &Near,
) -> Result<Timeline, SourceError> {
    let spans = found.spans();
    let mut edges = Vec::with_capacity(spans.len());
    for (i, span) in spans.iter().enumerate() {
        let before = i.checked_sub(1).map_or(extent.start(), |j| spans[j].end());
        let after = spans.get(i + 1).map_or(extent.end(), |s| s.start());
        edges.push((finder.onset(span.start(), before)?, finder.offset(span.end(), after)?));
    }
    let hidden_db = |at: u64| {
        let floor = near.background.level(at as usize / FRAME);
        (floor - (near.strong - FADE_DB)).clamp(0.0, 30.0)
    };
    let mut out = Vec::with_capacity(edges.len());
    for (i, &(start, end)) in edges.iter().enumerate() {
        let before = i.checked_sub(1).map_or(extent.start(), |j| edges[j].1);
        let after = edges.get(i + 1).map_or(extent.end(), |e| e.0);
        // What fades into the noise on both sides of a short pause leaves half of the pause each.
        let (room_before, room_after) = (start.saturating_sub(before) / 2, after.saturating_sub(end) / 2);
        let (over_start, over_end) = (hidden_db(start), hidden_db(end));
        let (lead, into) = if near.far_voices {
            (
                ((over_start - FADE_IN_FREE_DB).max(0.0) * FADE_IN_SAMPLES) as u64,
                (over_end * FADE_OUT_SAMPLES) as u64,
            )
        } else {
            let mut hidden = |edge, over: f32, limit, lost_samples: f32| {
                let heard = if over > HIDING_DB { finder.faint_beyond(edge, limit)? } else { 0 };
                Ok(heard + ((over - LOST_DB).max(0.0) * lost_samples) as u64)
            };
            (
                hidden(start, over_start, start - room_before, LOST_START_SAMPLES)?,
                hidden(end, over_end, end + room_after, LOST_END_SAMPLES)?,
            )
        };
        out.extend(Span::new(start - lead.min(room_before), end + into.min(room_after)));
    }
    Ok(Timeline::new(out))
}
