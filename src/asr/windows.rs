//! Which stretches of speech are decoded together.
//!
//! Every decode pays for its context: a start-up cost of about [`SLACK`](super::decode) s each, and attention that grows
//! with the square of its length. So neighbouring stretches share a window while it stays short, and the silence
//! between them is shortened to what the recognizer needs to hear them as separate.

use crate::call::{Span, seconds_to_samples};

/// One stretch of speech and where it begins in its window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// The speech as detected.
    pub(super) speech: Span,
    /// The sound that is put into the window: the speech with a little of what surrounds it.
    pub(super) sound: Span,
    /// Where `sound` begins in the window, in samples.
    pub(super) at: u64,
}

/// What is decoded at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) pieces: Vec<Piece>,
    /// Samples.
    pub(super) len: u64,
}

/// How windows are made; all in seconds.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_field_names, reason = "the unit stays in every name")]
pub struct Grouping {
    /// A window is not made longer by a further stretch.
    pub longest_s: f64,
    /// Silence that is put between two stretches, at most; shorter ones stay as they are.
    pub gap_s: f64,
    /// Stretches further apart than this never share a window.
    pub apart_s: f64,
    /// Sound taken along before and after a stretch, because detected edges cut soft consonants.
    pub margin_s: f64,
    /// A stretch shorter than this with silence on both sides has its own window. It is mostly a nod ("mm-hm"), which the
    /// recognizer skips in a longer window, so that the first words of the next sentence would be put into its place.
    pub nod_s: f64,
    /// That silence.
    pub nod_apart_s: f64,
}

impl Default for Grouping {
    fn default() -> Self {
        Self { longest_s: 14.0, gap_s: 0.6, apart_s: 30.0, margin_s: 0.15, nod_s: 0.9, nod_apart_s: 0.5 }
    }
}

impl Window {
    /// First moment of speech.
    pub(super) fn start(&self) -> u64 {
        self.pieces.first().map_or(0, |p| p.speech.start())
    }

    /// Speech in it, in samples.
    pub(super) fn speech_len(&self) -> u64 {
        self.pieces.iter().map(|p| p.speech.len()).sum()
    }

    /// Appends a stretch whose sound begins `gap` samples behind the window's end.
    fn push(&mut self, speech: Span, sound: Span, gap: u64) {
        let at = if self.pieces.is_empty() { 0 } else { self.len + gap };
        self.pieces.push(Piece { speech, sound, at });
        self.len = at + sound.len();
    }
}

/// Groups stretches (sorted, disjoint) of a recording of `len` samples into windows.
pub(super) fn plan(spans: &[Span], len: u64, grouping: Grouping) -> Vec<Window> {
    let samples = seconds_to_samples;
    let margin = samples(grouping.margin_s);
    let mut windows: Vec<Window> = Vec::new();
    // Windows that take nothing more.
    let mut nods: Vec<Window> = Vec::new();
    for (i, &speech) in spans.iter().enumerate() {
        // Margins never reach into a neighbouring stretch: its sound comes along with itself.
        let before = i.checked_sub(1).map_or(0, |p| spans[p].end());
        let after = spans.get(i + 1).map_or(len.max(speech.end()), |n| n.start());
        let from = speech.start().saturating_sub(margin).max(before + (speech.start() - before) / 2);
        let to = (speech.end() + margin).min(speech.end() + (after - speech.end()) / 2);
        let Some(sound) = Span::new(from.min(speech.start()), to.max(speech.end())) else { continue };
        let apart = samples(grouping.nod_apart_s);
        let follows = i > 0 && speech.start() - before < apart;
        let precedes = i + 1 < spans.len() && after - speech.end() < apart;
        if speech.len() < samples(grouping.nod_s) && !follows && !precedes {
            let mut window = Window::default();
            window.push(speech, sound, 0);
            nods.push(window);
            continue;
        }
        let fits = windows.last().is_some_and(|w: &Window| {
            let last = w.pieces.last().map_or(0, |p| p.speech.end());
            w.len + samples(grouping.gap_s) + sound.len() <= samples(grouping.longest_s)
                && speech.start() - last <= samples(grouping.apart_s)
        });
        if !fits {
            windows.push(Window::default());
        }
        if let Some(window) = windows.last_mut() {
            let between = window.pieces.last().map_or(0, |p| sound.start() - p.sound.end());
            window.push(speech, sound, between.min(samples(grouping.gap_s)));
        }
    }
    windows.append(&mut nods);
    windows.sort_by_key(Window::start);
    windows
}

/// Cuts a stretch into parts of at most `longest` samples, each cut at the quietest 20 ms of the later half of its part.
/// `read` fills a buffer from a sample on; it is asked for half a part at a time.
pub(super) fn cut<E>(
    speech: Span,
    longest: u64,
    mut read: impl FnMut(u64, &mut [f32]) -> Result<(), E>,
) -> Result<Vec<Span>, E> {
    const FRAME: usize = 320;
    let longest = longest.max(4 * FRAME as u64);
    let mut parts = Vec::new();
    let mut from = speech.start();
    let mut later_half = vec![0.0; (longest / 2) as usize];
    while speech.end() - from > longest {
        let half = from + longest - later_half.len() as u64;
        read(half, &mut later_half)?;
        let energy = |i: usize| later_half[i..i + FRAME].iter().map(|x| x * x).sum::<f32>();
        let quietest = (0..later_half.len() - FRAME)
            .step_by(FRAME / 2)
            .min_by(|&a, &b| energy(a).total_cmp(&energy(b)))
            .unwrap_or_default();
        let to = half + (quietest + FRAME / 2) as u64;
        parts.extend(Span::new(from, to));
        from = to;
    }
    parts.extend(Span::new(from, speech.end()));
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn span(a: f64, b: f64) -> Span {
        Span::from_seconds(a, b).unwrap()
    }

    #[test]
    fn neighbours_share_a_window_and_long_silences_are_shortened() {
        let spans = [span(1.0, 3.0), span(3.3, 5.0), span(9.0, 10.0)];
        let windows = plan(&spans, 16_000 * 20, Grouping::default());
        assert_eq!(windows.len(), 1);
        let at: Vec<u64> = windows[0].pieces.iter().map(|p| p.at).collect();
        let silence = at[2] - at[1] - windows[0].pieces[1].sound.len();
        assert_eq!(silence, 9600);
        // The short pause stays as it was.
        assert_eq!(at[1] - at[0], windows[0].pieces[1].sound.start() - windows[0].pieces[0].sound.start());
    }

    #[test]
    fn a_long_stretch_is_cut_where_it_is_quiet() {
        let mut samples = vec![0.5; 16_000 * 20];
        samples[16_000 * 8..16_000 * 8 + 800].fill(0.0);
        let read = |at, out: &mut [f32]| crate::signal::SampleSource::read_at(&samples, at, out);
        let parts = cut(span(0.0, 20.0), 16_000 * 12, read).unwrap();
        assert_eq!(parts.len(), 2);
        assert!((parts[0].end_s() - 8.02).abs() < 0.05, "{parts:?}");
    }

    #[test]
    fn a_nod_has_its_own_window_and_a_word_before_a_sentence_has_not() {
        let spans = [span(1.0, 3.0), span(4.0, 4.5), span(6.0, 8.0), span(8.3, 8.8), span(9.0, 10.0)];
        let windows = plan(&spans, 16_000 * 20, Grouping::default());
        let pieces: Vec<Vec<Span>> =
            windows.iter().map(|w| w.pieces.iter().map(|p| p.speech).collect()).collect();
        assert_eq!(pieces, [vec![spans[0], spans[2], spans[3], spans[4]], vec![spans[1]]]);
    }

    proptest! {
        #[test]
        fn every_stretch_is_in_one_window_and_pieces_do_not_overlap(
            rows in prop::collection::vec((0u64..60_000, 800u64..80_000), 1..20)
        ) {
            let mut at = 0;
            let spans: Vec<Span> = rows.iter().filter_map(|&(gap, n)| {
                let s = Span::new(at + gap + 1, at + gap + 1 + n);
                at += gap + 1 + n;
                s
            }).collect();
            let windows = plan(&spans, at, Grouping::default());
            let mut planned: Vec<Span> =
                windows.iter().flat_map(|w| w.pieces.iter().map(|p| p.speech)).collect();
            planned.sort();
            prop_assert_eq!(&planned, &spans);
            for window in &windows {
                for pair in window.pieces.windows(2) {
                    prop_assert!(pair[0].at + pair[0].sound.len() <= pair[1].at);
                    prop_assert!(pair[0].sound.end() <= pair[1].sound.start());
                }
                for piece in &window.pieces {
                    prop_assert!(piece.sound.covers(piece.speech));
                }
            }
        }
    }
}
