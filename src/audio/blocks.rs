//! One way to read any recording: interleaved samples at its own rate, a block at a time.

use super::adpcm::Adpcm;
use super::input::{Input, read_up_to};
use super::layout::{Codec, Layout};
use super::packets::Packets;
use super::pcm::Pcm;
use super::sniff::{HEAD_BYTES, Kind, sniff};
use super::{AudioError, aiff, riff};
use crate::call::Warning;

/// What is known before the first sample.
#[derive(Clone, Debug)]
pub(super) struct Format {
    pub rate_hz: u32,
    pub channels: u16,
    /// Of each channel; a compressed stream may not say.
    pub frames: Option<u64>,
}

/// Samples in order.
pub(super) trait Blocks: Send {
    fn format(&self) -> &Format;

    /// Replaces `out` by the next frames, interleaved, full scale 1; false at the end.
    fn next(&mut self, out: &mut Vec<f32>) -> Result<bool, AudioError>;

    /// What was noticed so far.
    fn warnings(&self) -> &[Warning];
}

/// Frames in a block of so many channels: large enough to be quick, bounded whatever the header says.
pub(super) fn block_frames(channels: u16) -> usize {
    (1 << 16) / usize::from(channels).max(1) + 1
}

/// Opens the bytes as what they are.
pub(super) fn open(input: &Input) -> Result<Box<dyn Blocks>, AudioError> {
    let mut head = [0u8; HEAD_BYTES];
    let n = read_up_to(&mut input.reader()?, &mut head).map_err(|e| AudioError::read(&input.path, e))?;
    match sniff(&head[..n], &input.path) {
        Kind::Wave => coded(input, riff::walk(input)?),
        Kind::Aiff => coded(input, aiff::walk(input)?),
        Kind::Packets => Ok(Box::new(Packets::open(input, 0..input.len, Vec::new())?)),
        Kind::Unsupported(codec) => Err(AudioError::unsupported(&input.path, codec)),
        Kind::Other(what) => Err(AudioError::NotAudio { path: input.path.clone(), what: what.to_owned() }),
    }
}

fn coded(input: &Input, layout: Layout) -> Result<Box<dyn Blocks>, AudioError> {
    Ok(match layout.codec {
        Codec::Mpeg => Box::new(Packets::open(input, layout.data, layout.warnings)?),
        Codec::ImaAdpcm | Codec::MsAdpcm => Box::new(Adpcm::open(input, layout)?),
        _ => Box::new(Pcm::open(input, layout)?),
    })
}
