//! Uncompressed samples: integers of 1 to 8 bytes, floating point, G.711, in either byte order.

use super::AudioError;
use super::blocks::{Blocks, Format, block_frames};
use super::g711;
use super::input::{Bytes, Input, Section, read_up_to};
use super::layout::{Codec, Layout};
use crate::call::Warning;
use std::path::PathBuf;

pub(super) struct Pcm {
    format: Format,
    layout: Layout,
    reader: Section<Box<dyn Bytes>>,
    bytes: Vec<u8>,
    table: Vec<f32>,
    path: PathBuf,
}

impl Pcm {
    pub fn open(input: &Input, layout: Layout) -> Result<Self, AudioError> {
        let frames = layout.frames();
        let len = frames * layout.block_bytes as u64;
        let reader = Section::new(input.reader()?, layout.data.start, len)
            .map_err(|e| AudioError::read(&input.path, e))?;
        let table = match layout.codec {
            Codec::MuLaw => (0..=255).map(g711::mu_law).collect(),
            Codec::ALaw => (0..=255).map(g711::a_law).collect(),
            _ => Vec::new(),
        };
        let block = block_frames(layout.channels).min(usize::try_from(frames).unwrap_or(usize::MAX)).max(1);
        Ok(Self {
            format: Format { rate_hz: layout.rate_hz, channels: layout.channels, frames: Some(frames) },
            bytes: vec![0; if frames == 0 { 0 } else { block * layout.block_bytes }],
            layout,
            reader,
            table,
            path: input.path.clone(),
        })
    }
}

impl Blocks for Pcm {
    fn format(&self) -> &Format {
        &self.format
    }

    fn next(&mut self, out: &mut Vec<f32>) -> Result<bool, AudioError> {
        out.clear();
        let n = read_up_to(&mut self.reader, &mut self.bytes).map_err(|e| AudioError::read(&self.path, e))?;
        let whole = &self.bytes[..n - n % self.layout.block_bytes];
        decode(self.layout.codec, self.layout.big_endian, &self.table, whole, out);
        Ok(!out.is_empty())
    }

    fn warnings(&self) -> &[Warning] {
        &self.layout.warnings
    }
}

fn decode(codec: Codec, big_endian: bool, table: &[f32], bytes: &[u8], out: &mut Vec<f32>) {
    match codec {
        Codec::Int { bytes: 1, unsigned: true } => {
            out.extend(bytes.iter().map(|b| (f32::from(*b) - 128.0) / 128.0));
        }
        Codec::Int { bytes: 2, .. } => out.extend(bytes.chunks_exact(2).map(|b| {
            let b = [b[0], b[1]];
            f32::from(if big_endian { i16::from_be_bytes(b) } else { i16::from_le_bytes(b) }) / 32768.0
        })),
        Codec::Int { bytes: width, unsigned } => {
            let width = usize::from(width);
            out.extend(bytes.chunks_exact(width).map(|b| {
                // The sample's most significant byte on top of 64 bits.
                let mut value = 0u64;
                for i in 0..width {
                    value |= u64::from(b[if big_endian { i } else { width - 1 - i }]) << (56 - 8 * i);
                }
                let value = if unsigned { value ^ 1 << 63 } else { value };
                (value.cast_signed() as f64 / 2f64.powi(63)) as f32
            }));
        }
        Codec::Float { bytes: 4 } => out.extend(bytes.chunks_exact(4).map(|b| {
            let b = [b[0], b[1], b[2], b[3]];
            finite(if big_endian { f32::from_be_bytes(b) } else { f32::from_le_bytes(b) })
        })),
        Codec::Float { .. } => out.extend(bytes.chunks_exact(8).map(|b| {
            let b = [b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]];
            finite((if big_endian { f64::from_be_bytes(b) } else { f64::from_le_bytes(b) }) as f32)
        })),
        Codec::MuLaw | Codec::ALaw => out.extend(bytes.iter().map(|b| table[usize::from(*b)])),
        Codec::ImaAdpcm | Codec::MsAdpcm | Codec::Mpeg => {}
    }
}

/// What is no number, or so large that arithmetic on it breaks, is no sound.
pub(super) fn finite(sample: f32) -> f32 {
    if sample.is_finite() && sample.abs() <= 1e6 { sample } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(codec: Codec, big_endian: bool, bytes: &[u8]) -> Vec<f32> {
        let mut out = Vec::new();
        decode(codec, big_endian, &[], bytes, &mut out);
        out
    }

    #[test]
    fn every_width_and_byte_order_puts_half_scale_at_a_half() {
        let int = |bytes| Codec::Int { bytes, unsigned: bytes == 1 };
        assert_eq!(one(int(1), false, &[0xC0, 0x80, 0x00]), [0.5, 0.0, -1.0]);
        for width in 2..=8u8 {
            let mut big = vec![0u8; usize::from(width)];
            big[0] = 0x40;
            let little: Vec<u8> = big.iter().rev().copied().collect();
            assert_eq!(one(int(width), true, &big), [0.5], "{width} bytes, big-endian");
            assert_eq!(one(int(width), false, &little), [0.5], "{width} bytes, little-endian");
        }
        assert_eq!(one(Codec::Int { bytes: 1, unsigned: false }, true, &[0x40, 0x80]), [0.5, -1.0]);
        assert_eq!(one(Codec::Float { bytes: 4 }, true, &0.5f32.to_be_bytes()), [0.5]);
        assert_eq!(one(Codec::Float { bytes: 8 }, false, &0.5f64.to_le_bytes()), [0.5]);
    }

    #[test]
    fn what_is_no_number_becomes_silence() {
        for bad in [f32::NAN, f32::INFINITY, f32::MAX] {
            assert_eq!(one(Codec::Float { bytes: 4 }, false, &bad.to_le_bytes()), [0.0]);
        }
    }
}
