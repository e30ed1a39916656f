//! Turns: consecutive inter-pausal units of one person with nobody else taking the floor.

use super::Limits;
use crate::call::{Span, seconds_to_samples};

/// Whether the other took the floor between two units of one person.
///
/// In a short silence the person usually goes on with the same turn (Gravano & Hirschberg 2011), so the other has the
/// floor only after speaking alone for a while, or having said something whole.
pub(super) fn is_taken_between(prev: Span, next: Span, other: &[Span], limits: &Limits) -> bool {
    let Some(gap) = Span::new(prev.end(), next.start()) else { return false };
    let from = other.partition_point(|o| o.end() <= gap.start());
    let inside: Vec<Span> = other[from..].iter().copied().take_while(|o| o.start() < gap.end()).collect();
    let Some(last) = inside.last() else { return false };
    let alone: u64 = inside.iter().filter_map(|o| o.intersection(gap)).map(Span::len).sum();
    if gap.len() > seconds_to_samples(limits.turn_pause_s) {
        return alone >= seconds_to_samples(limits.ipu_gap_s);
    }
    let whole: u64 = inside.iter().map(|o| o.len()).sum();
    let finished = last.end() <= gap.end();
    alone >= seconds_to_samples(if finished { limits.finish_alone_s } else { limits.floor_alone_s })
        || (finished && 2 * alone >= whole)
}

/// Joins units to turns. `lines` are exact stretches that are one turn each, however the units lie in them.
pub(super) fn turns(own: &[Span], other: &[Span], lines: &[Span], limits: &Limits) -> Vec<Span> {
    let line_of = |s: Span| lines.iter().position(|l| l.intersection(s).is_some());
    let mut out: Vec<Span> = Vec::new();
    let mut prev: Option<Span> = None;
    for &unit in own {
        let cut = prev.is_none_or(|prev| match (line_of(prev), line_of(unit)) {
            (Some(a), Some(b)) if a == b => false,
            (Some(_), Some(_)) if other.iter().any(|o| (prev.end()..unit.start()).contains(&o.start())) => {
                true
            }
            _ => is_taken_between(prev, unit, other, limits),
        });
        match out.last_mut() {
            Some(turn) if !cut => *turn = turn.hull(unit),
            _ => out.push(unit),
        }
        prev = Some(unit);
    }
    out
}

/// The turns of a recording with one voice: nobody else is heard, so a long silence is where another may have spoken.
pub(super) fn turns_alone(own: &[Span], limits: &Limits) -> Vec<Span> {
    let units: crate::call::Timeline = own.iter().copied().collect();
    units.fill_gaps_below(seconds_to_samples(limits.mono_turn_gap_s)).spans().to_vec()
}

/// Cuts turns where a stretch of `cuts` lies between two of their units; gives also the parts that follow a cut.
pub(super) fn cut_at(turns: &[Span], own: &[Span], cuts: &[Span]) -> (Vec<Span>, Vec<Span>) {
    let (mut all, mut after) = (Vec::new(), Vec::new());
    for &turn in turns {
        let units: Vec<Span> = own.iter().copied().filter(|u| turn.covers(*u)).collect();
        let is_cut = |a: &Span, b: &Span| cuts.iter().any(|c| a.end() < c.end() && c.start() < b.start());
        let parts: Vec<Span> = units
            .chunk_by(|a, b| !is_cut(a, b))
            .filter_map(|part| Some(part.first()?.hull(*part.last()?)))
            .collect();
        if parts.len() < 2 {
            all.push(turn);
            continue;
        }
        after.extend(&parts[1..]);
        all.extend(parts);
    }
    (all, after)
}
