//! The edit list of an MP4 or M4A file, which says how many of the decoder's first samples are encoder delay.
//! Without it the sound of an M4A starts 20 to 50 ms late. Source: ISO/IEC 14496-12, 8.6.6.

use super::input::{Bytes, Input, read_up_to};
use std::io::{Seek, SeekFrom};
use std::ops::Range;

const MAX_BOXES: usize = 10_000;

/// The one edit of the sound track.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Edit {
    /// Where the sound begins, in the track's ticks.
    start: u64,
    /// Track ticks a second.
    track_hz: u32,
    /// How long it is, in the movie's ticks; 0 = unknown.
    length: u64,
    /// Movie ticks a second.
    movie_hz: u32,
}

impl Edit {
    /// Frames before the sound.
    pub fn skip_frames(&self, rate_hz: u32) -> u64 {
        scale(self.start, rate_hz, self.track_hz).unwrap_or(0)
    }

    /// Frames of sound, if the list says so.
    pub fn frames(&self, rate_hz: u32) -> Option<u64> {
        // One tick more: the length is rounded to coarse ticks, and no sample may be lost.
        scale(self.length + 1, rate_hz, self.movie_hz).filter(|_| self.length > 0)
    }
}

fn scale(ticks: u64, rate_hz: u32, ticks_hz: u32) -> Option<u64> {
    let frames = u128::from(ticks) * u128::from(rate_hz) / u128::from(ticks_hz).max(1);
    u64::try_from(frames).ok().filter(|_| ticks_hz > 0)
}

/// Reads it, if the bytes are MP4 and its sound track has exactly one plain edit.
pub(super) fn edit(input: &Input) -> Option<Edit> {
    let mut file = Boxes { reader: input.reader().ok()?, budget: MAX_BOXES };
    if file.bytes(4, 4)? != *b"ftyp" {
        return None;
    }
    let movie = file.find(0..input.len, *b"moov")?;
    let header = file.find(movie.clone(), *b"mvhd")?;
    let movie_hz = file.timescale(&header)?;
    let mut from = movie.start;
    loop {
        let track = file.find(from..movie.end, *b"trak")?;
        from = track.end;
        let media = file.find(track.clone(), *b"mdia")?;
        let handler = file.find(media.clone(), *b"hdlr")?;
        if file.bytes(handler.start + 8, 4)? != *b"soun" {
            continue;
        }
        let header = file.find(media, *b"mdhd")?;
        let track_hz = file.timescale(&header)?;
        let edits = file.find(track, *b"edts")?;
        let list = file.find(edits, *b"elst")?;
        let version = file.bytes(list.start, 1)?[0];
        if file.number(list.start + 4, 4)? != 1 {
            return None;
        }
        let wide: u64 = if version == 1 { 8 } else { 4 };
        let length = file.number(list.start + 8, wide)?;
        let start = file.number(list.start + 8 + wide, wide)?;
        let nothing = if wide == 8 { u64::MAX } else { u64::from(u32::MAX) };
        // An encoder delay is short; anything else is an edit for a video.
        return (start != nothing && start <= u64::from(track_hz)).then_some(Edit {
            start,
            track_hz,
            length,
            movie_hz,
        });
    }
}

struct Boxes {
    reader: Box<dyn Bytes>,
    budget: usize,
}

impl Boxes {
    fn bytes(&mut self, at: u64, len: usize) -> Option<Vec<u8>> {
        let mut out = vec![0u8; len];
        self.reader.seek(SeekFrom::Start(at)).ok()?;
        (read_up_to(&mut self.reader, &mut out).ok()? == len).then_some(out)
    }

    fn number(&mut self, at: u64, len: u64) -> Option<u64> {
        Some(self.bytes(at, len as usize)?.iter().fold(0, |n, b| n << 8 | u64::from(*b)))
    }

    /// The body of the first box of a kind inside a stretch.
    fn find(&mut self, inside: Range<u64>, kind: [u8; 4]) -> Option<Range<u64>> {
        let mut at = inside.start;
        while at + 8 <= inside.end {
            self.budget = self.budget.checked_sub(1)?;
            let size = self.number(at, 4)?;
            let found = self.bytes(at + 4, 4)? == kind;
            let (head, size) = match size {
                0 => (8, inside.end - at),
                1 => (16, self.number(at + 8, 8)?),
                n => (8, n),
            };
            let end = at.checked_add(size)?.min(inside.end);
            if size < head {
                return None;
            }
            if found {
                return Some(at + head..end);
            }
            at = end;
        }
        None
    }

    fn timescale(&mut self, header: &Range<u64>) -> Option<u32> {
        let wide = self.bytes(header.start, 1)?[0] == 1;
        u32::try_from(self.number(header.start + if wide { 20 } else { 12 }, 4)?).ok()
    }
}
