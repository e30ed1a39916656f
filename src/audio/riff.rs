//! Walks the chunks of a WAVE file (RIFF, RIFX, RF64, BW64) and repairs what recorders leave wrong: sizes of 0 or
//! `0xFFFFFFFF`, a file cut short, odd chunks without their padding byte, junk between chunks, a long `fact`.
//!
//! Sources: Microsoft Multimedia Programming Interface 1.0 (1991); EBU Tech 3306 (RF64); ITU-R BS.2088 (BW64).

use super::AudioError;
use super::input::{Bytes, Input, read_up_to};
use super::layout::{Codec, Layout, repaired, truncated};
use crate::call::Warning;
use std::io::{Seek, SeekFrom};
use std::path::Path;

/// No honest recording has more chunks; each costs a read.
const MAX_CHUNKS: usize = 10_000;
/// How far behind a broken chunk the next good one is looked for.
const RESYNC_BYTES: usize = 1 << 16;
/// Sizes from here on that exceed the file mean "unknown": recorders that stream write 0xFFFFFFFF or 0x7FFFF000.
const STREAMED_SIZE: u64 = 0x7FFF_0000;

struct Walk<'a> {
    reader: Box<dyn Bytes>,
    path: &'a Path,
    len: u64,
    big_endian: bool,
    /// Data size of the `ds64` chunk.
    ds64: Option<u64>,
    format: Option<Format>,
    fact: Option<u64>,
    warnings: Vec<Warning>,
}

struct Format {
    tag: u16,
    channels: u16,
    rate_hz: u32,
    block_bytes: u16,
    bits: u16,
}

/// Finds the sound of a WAVE file.
pub(super) fn walk(input: &Input) -> Result<Layout, AudioError> {
    let mut walk = Walk {
        reader: input.reader()?,
        path: &input.path,
        len: input.len,
        big_endian: false,
        ds64: None,
        format: None,
        fact: None,
        warnings: Vec::new(),
    };
    let mut head = [0u8; 12];
    if walk.read(0, &mut head)? < 12 {
        return Err(AudioError::damaged(walk.path, "it ends inside its header"));
    }
    walk.big_endian = head.starts_with(b"RIFX");
    let data = walk.chunks()?;
    let Some(format) = walk.format.take() else {
        return Err(AudioError::damaged(walk.path, "it has no format header, so its sound cannot be read"));
    };
    let (codec, block_bytes) = codec(&format, walk.path)?;
    Layout {
        codec,
        big_endian: walk.big_endian,
        channels: format.channels,
        rate_hz: format.rate_hz,
        block_bytes,
        data,
        claimed_frames: walk.fact,
        warnings: walk.warnings,
    }
    .checked(walk.path)
}

impl Walk<'_> {
    fn read(&mut self, at: u64, out: &mut [u8]) -> Result<usize, AudioError> {
        self.reader
            .seek(SeekFrom::Start(at))
            .and_then(|_| read_up_to(&mut self.reader, out))
            .map_err(|e| AudioError::read(self.path, e))
    }

    fn u16(&self, bytes: &[u8]) -> u16 {
        let b = [bytes[0], bytes[1]];
        if self.big_endian { u16::from_be_bytes(b) } else { u16::from_le_bytes(b) }
    }

    fn u32(&self, bytes: &[u8]) -> u32 {
        let b = [bytes[0], bytes[1], bytes[2], bytes[3]];
        if self.big_endian { u32::from_be_bytes(b) } else { u32::from_le_bytes(b) }
    }

    /// Identifier and size of the chunk at a place, if there is one.
    fn header(&mut self, at: u64) -> Result<Option<([u8; 4], u64)>, AudioError> {
        let mut h = [0u8; 8];
        if self.read(at, &mut h)? < 8 || !plausible(&h) {
            return Ok(None);
        }
        Ok(Some(([h[0], h[1], h[2], h[3]], u64::from(self.u32(&h[4..])))))
    }

    /// Goes through the chunks up to the sound.
    fn chunks(&mut self) -> Result<std::ops::Range<u64>, AudioError> {
        let mut at = 12u64;
        let mut data = None;
        for _ in 0..MAX_CHUNKS {
            if at + 8 > self.len {
                break;
            }
            let Some((id, size)) = self.header(at)? else {
                let Some(next) = self.resync(at)? else { break };
                self.warn(repaired("bytes between its parts"));
                at = next;
                continue;
            };
            let body = at + 8;
            match &id {
                b"data" => {
                    let range = self.data_range(body, size)?;
                    let found = range.end > range.start;
                    let end = range.end;
                    if found || data.is_none() {
                        data = Some(range);
                    }
                    if found && self.format.is_some() {
                        break;
                    }
                    at = self.padded(end, end - body)?;
                    continue;
                }
                b"fmt " if self.format.is_none() => self.format(body, size)?,
                b"fact" => {
                    let mut b = [0u8; 4];
                    if size >= 4 && self.read(body, &mut b)? == 4 {
                        self.fact = Some(u64::from(self.u32(&b))).filter(|n| *n != u64::from(u32::MAX));
                    }
                }
                b"ds64" => {
                    let mut b = [0u8; 16];
                    if size >= 16 && self.read(body, &mut b)? == 16 {
                        let mut size = [0u8; 8];
                        size.copy_from_slice(&b[8..]);
                        self.ds64 = Some(u64::from_le_bytes(size));
                    }
                }
                _ => {}
            }
            at = self.padded(body.saturating_add(size), size)?;
        }
        match data {
            Some(range) => Ok(range),
            None if self.format.is_some() => {
                Err(AudioError::damaged(self.path, "it ends before its sound begins"))
            }
            None => Err(AudioError::damaged(self.path, "it ends inside its header")),
        }
    }

    /// The bytes of the sound that are really there.
    fn data_range(&mut self, body: u64, size: u64) -> Result<std::ops::Range<u64>, AudioError> {
        let there = self.len - body.min(self.len);
        let claimed = match self.ds64 {
            Some(long) if size == u64::from(u32::MAX) => long,
            _ => size,
        };
        if claimed == 0 && there > 0 && self.header(body)?.is_none_or(|(_, next)| next > there) {
            self.warn(repaired("it gives its sound no length"));
            return Ok(body..self.len);
        }
        if claimed > there {
            if claimed >= STREAMED_SIZE {
                self.warn(repaired("it gives its sound no length"));
            } else {
                self.warn(truncated(claimed - there));
            }
            return Ok(body..self.len);
        }
        Ok(body..body + claimed)
    }

    /// Where the next chunk begins: odd ones are padded, but not by every writer.
    fn padded(&mut self, end: u64, size: u64) -> Result<u64, AudioError> {
        if size.is_multiple_of(2) {
            return Ok(end);
        }
        let padded = self.header(end.saturating_add(1))?.is_some();
        Ok(if padded || self.header(end)?.is_none() { end.saturating_add(1) } else { end })
    }

    /// Looks for the next `fmt ` or `data` behind something that is no chunk.
    fn resync(&mut self, at: u64) -> Result<Option<u64>, AudioError> {
        let mut block = vec![0u8; RESYNC_BYTES.min((self.len - at) as usize)];
        let n = self.read(at, &mut block)?;
        let found = block[..n]
            .windows(4)
            .skip(1)
            .position(|w| w == b"data" || (w == b"fmt " && self.format.is_none()));
        Ok(found.map(|i| at + 1 + i as u64))
    }

    fn warn(&mut self, warning: Warning) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    fn format(&mut self, body: u64, size: u64) -> Result<(), AudioError> {
        let mut b = [0u8; 40];
        let have = self.read(body, &mut b)?.min(usize::try_from(size).unwrap_or(usize::MAX));
        if have < 14 {
            return Err(AudioError::damaged(self.path, "its format header is cut off"));
        }
        let mut format = Format {
            tag: self.u16(&b),
            channels: self.u16(&b[2..]),
            rate_hz: self.u32(&b[4..]),
            block_bytes: self.u16(&b[12..]),
            bits: if have >= 16 { self.u16(&b[14..]) } else { 0 },
        };
        if format.tag == 0xFFFE && have >= 28 {
            // The first field of the identifier of the extensible header is the plain tag.
            format.tag = self.u32(&b[24..]) as u16;
        }
        self.format = Some(format);
        Ok(())
    }
}

fn plausible(id: &[u8]) -> bool {
    id[..4].iter().all(|c| (0x20..0x7F).contains(c))
}

/// How the samples are coded, and the bytes of a frame or block.
fn codec(format: &Format, path: &Path) -> Result<(Codec, usize), AudioError> {
    let channels = usize::from(format.channels).max(1);
    let block = usize::from(format.block_bytes);
    // The block size is believed where it holds the bits; else the bits decide.
    let from_block = if block.is_multiple_of(channels) { block / channels } else { 0 };
    let container = |bits: u16| {
        let need = usize::from(bits).div_ceil(8);
        if from_block >= need && (1..=8).contains(&from_block) { from_block } else { need }
    };
    let sampled = |codec, bytes: usize| Ok((codec, bytes * channels));
    match format.tag {
        1 => match container(format.bits) {
            bytes @ 1..=8 => sampled(Codec::Int { bytes: bytes as u8, unsigned: bytes == 1 }, bytes),
            _ => Err(AudioError::damaged(path, format!("its header says {} bits a sample", format.bits))),
        },
        3 => match container(format.bits) {
            bytes @ (4 | 8) => sampled(Codec::Float { bytes: bytes as u8 }, bytes),
            bytes => Err(AudioError::unsupported(path, format!("floating point of {} bits", bytes * 8))),
        },
        6 => sampled(Codec::ALaw, 1),
        7 => sampled(Codec::MuLaw, 1),
        2 => Ok((Codec::MsAdpcm, block)),
        0x11 => Ok((Codec::ImaAdpcm, block)),
        0x50 | 0x55 => Ok((Codec::Mpeg, 1)),
        tag => Err(AudioError::unsupported(path, tag_name(tag))),
    }
}

/// Names of the other codings that call recorders write into WAVE files (RFC 2361).
fn tag_name(tag: u16) -> String {
    let name = match tag {
        0x0010 => "OKI ADPCM",
        0x0014 | 0x0040 | 0x0045 | 0x0064 | 0x0085 | 0x0125 | 0x0140 => "G.726 or G.721 ADPCM",
        0x0017 => "Dialogic OKI ADPCM",
        0x0022 => "TrueSpeech",
        0x0028 | 0x008F | 0x0065 => "G.722",
        0x0031 | 0x1500 => "GSM 6.10",
        0x0038 | 0x0057 | 0x0136 => "AMR",
        0x0041 | 0x0042 | 0x0043 | 0x0059 | 0x0111 => "G.723",
        0x0083 | 0x0072 | 0x0133 => "G.729",
        0x00FF | 0x1600 | 0x1602 | 0x1610 | 0xA106 => "AAC inside a WAV file",
        0x0160..=0x0163 => "Windows Media Audio",
        0xA109 => "Speex",
        0xF1AC => "FLAC inside a WAV file",
        0x674F..=0x6771 => "Vorbis inside a WAV file",
        _ => return format!("WAV format {tag:#06x}"),
    };
    format!("{name} (WAV format {tag:#06x})")
}
