//! Inter-pausal units: one person's speech bounded by pauses of at least 0.25 s, with the words heard in them,
//! and which of them are only signs of listening.

use super::{Limits, plain_word};
use crate::call::{Span, Timeline, Transcript, seconds_to_samples};

/// One inter-pausal unit.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ipu {
    /// Where.
    pub span: Span,
    /// Its words, plain; `None` without a recognizer or where the words are not to be believed.
    pub words: Option<Vec<String>>,
    /// The words as recognized.
    pub text: String,
    /// Whether it only shows listening.
    pub listening: bool,
}

/// Cuts speech into units and puts each recognized word into the unit nearest to its middle.
pub(super) fn units(speech: &Timeline, words: Option<&Transcript>, limits: &Limits) -> Vec<Ipu> {
    let filled = speech.fill_gaps_below(seconds_to_samples(limits.ipu_gap_s));
    let mut rows: Vec<Vec<(&str, f32)>> = vec![Vec::new(); filled.spans().len()];
    for (text, span, p) in words.map(|w| w.words.as_slice()).unwrap_or_default() {
        if let Some(at) = nearest(filled.spans(), u64::midpoint(span.start(), span.end())) {
            rows[at].push((text, *p));
        }
    }
    filled
        .spans()
        .iter()
        .zip(rows)
        .map(|(&span, row)| {
            let mean_p = row.iter().map(|(_, p)| f64::from(*p)).sum::<f64>() / row.len().max(1) as f64;
            let believed = !row.is_empty() && mean_p >= limits.word_p_min;
            let text = row.iter().map(|(w, _)| w.trim()).collect::<Vec<_>>().join(" ");
            let plain = row.iter().map(|(w, _)| plain_word(w)).filter(|w| !w.is_empty()).collect();
            Ipu { span, words: believed.then_some(plain), text, listening: false }
        })
        .collect()
}

/// Index of the span that holds the moment or lies nearest to it.
pub(super) fn nearest(spans: &[Span], at: u64) -> Option<usize> {
    let next = spans.partition_point(|s| s.end() <= at);
    let before = next.checked_sub(1).map(|i| (at - spans[i].end(), i));
    let after = spans.get(next).map(|s| (s.start().saturating_sub(at), next));
    before
        .into_iter()
        .chain(after)
        .min_by_key(|&(distance, i)| (distance, std::cmp::Reverse(i)))
        .map(|(_, i)| i)
}

impl Ipu {
    /// Whether it holds nothing but filled pauses.
    pub fn is_lone_filler(&self, limits: &Limits) -> bool {
        self.words.as_ref().is_some_and(|w| !w.is_empty() && w.iter().all(|w| limits.fillers.contains(w)))
    }

    /// Whether its words are those of a listener; `None` without words.
    fn says_listening(&self, limits: &Limits) -> Option<bool> {
        let words = self.words.as_ref()?;
        Some(words.len() <= limits.backchannel_words && is_made_of(words, &limits.backchannels))
    }
}

/// Whether the words can be cut into phrases of the list without a rest.
fn is_made_of(words: &[String], phrases: &[String]) -> bool {
    words.is_empty()
        || (1..=words.len())
            .rev()
            .any(|n| phrases.contains(&words[..n].join(" ")) && is_made_of(&words[n..], phrases))
}

/// Marks the units of `own` that show listening while the other has the floor.
///
/// With words: at most three words of the list, at most 1 s. Without: at most 1.0 s. Either way wholly inside the
/// other's turn and not the beginning or the end of a longer attempt to speak.
pub(super) fn mark_listening(own: &mut [Ipu], other: &[Ipu], limits: &Limits) {
    let longest = seconds_to_samples(limits.backchannel_s);
    let run_gap = seconds_to_samples(limits.run_gap_s);
    let candidate: Vec<bool> = own
        .iter()
        .map(|unit| {
            unit.span.len() <= longest
                && unit.says_listening(limits) != Some(false)
                && lies_inside(unit.span, other, limits)
        })
        .collect();
    let mut from = 0;
    while from < own.len() {
        let mut to = from + 1;
        while to < own.len() && own[to].span.start() - own[to - 1].span.end() <= run_gap {
            to += 1;
        }
        let all = candidate[from..to].iter().all(|&c| c);
        let mut leading = true;
        for at in from..to {
            // "Right." before a reply of its own is listening only where the words say so.
            leading &= candidate[at] && own[at].says_listening(limits) == Some(true);
            own[at].listening = all || leading;
        }
        from = to;
    }
}

/// Whether the other spoke before and goes on after, with no silence in between that ends a turn.
fn lies_inside(x: Span, other: &[Ipu], limits: &Limits) -> bool {
    let longest = seconds_to_samples(limits.turn_pause_s);
    let started = other.partition_point(|o| o.span.start() <= x.start());
    let ended = other.partition_point(|o| o.span.end() <= x.end());
    let (Some(first), true) = (started.checked_sub(1), ended < other.len()) else { return false };
    first >= ended || other[first..=ended].windows(2).all(|w| w[1].span.start() - w[0].span.end() <= longest)
}
