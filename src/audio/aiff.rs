//! Walks the chunks of an AIFF or AIFF-C file (Apple, 1988 and 1991): the same idea as RIFF, big-endian.

use super::AudioError;
use super::input::{Input, read_up_to};
use super::layout::{Codec, Layout, repaired, truncated};
use std::io::{Seek, SeekFrom};

const MAX_CHUNKS: usize = 10_000;

/// Finds the sound of an AIFF file.
pub(super) fn walk(input: &Input) -> Result<Layout, AudioError> {
    let path = &input.path;
    let mut reader = input.reader()?;
    let mut read = |at: u64, out: &mut [u8]| {
        reader
            .seek(SeekFrom::Start(at))
            .and_then(|_| read_up_to(&mut reader, out))
            .map_err(|e| AudioError::read(path, e))
    };
    let (mut common, mut sound, mut at) = (None, None, 12u64);
    for _ in 0..MAX_CHUNKS {
        let mut h = [0u8; 8];
        if read(at, &mut h)? < 8 {
            break;
        }
        let size = u64::from(u32::from_be_bytes([h[4], h[5], h[6], h[7]]));
        let body = at + 8;
        if h.starts_with(b"COMM") && common.is_none() {
            let mut b = [0u8; 22];
            if size < 18 || read(body, &mut b)? < 18 {
                return Err(AudioError::damaged(path, "its format header is cut off"));
            }
            common = Some((b, size >= 22));
        } else if h.starts_with(b"SSND") && sound.is_none() {
            let mut b = [0u8; 8];
            if read(body, &mut b)? < 8 {
                return Err(AudioError::damaged(path, "it ends before its sound begins"));
            }
            let offset = u64::from(u32::from_be_bytes([b[0], b[1], b[2], b[3]]));
            sound = Some((body + 8 + offset, body + size));
        }
        if common.is_some() && sound.is_some() {
            break;
        }
        at = body + size + size % 2;
    }
    let (Some((b, has_kind)), Some((start, claimed_end))) = (common, sound) else {
        return Err(AudioError::damaged(path, "it ends before its sound begins"));
    };
    let channels = u16::from_be_bytes([b[0], b[1]]);
    let frames = u64::from(u32::from_be_bytes([b[2], b[3], b[4], b[5]]));
    let bytes = usize::from(u16::from_be_bytes([b[6], b[7]])).div_ceil(8);
    let kind: &[u8] = if has_kind { &b[18..22] } else { b"NONE" };
    let int = |bytes: usize, unsigned| (Codec::Int { bytes: bytes as u8, unsigned }, bytes);
    let (codec, sample_bytes) = match kind {
        b"NONE" | b"twos" | b"sowt" if (1..=8).contains(&bytes) => int(bytes, false),
        b"raw " => int(1, true),
        b"in24" => int(3, false),
        b"in32" => int(4, false),
        b"fl32" | b"FL32" => (Codec::Float { bytes: 4 }, 4),
        b"fl64" | b"FL64" => (Codec::Float { bytes: 8 }, 8),
        b"ulaw" | b"ULAW" => (Codec::MuLaw, 1),
        b"alaw" | b"ALAW" => (Codec::ALaw, 1),
        b"NONE" | b"twos" | b"sowt" => {
            return Err(AudioError::damaged(path, format!("its header says {bytes} bytes a sample")));
        }
        other => {
            return Err(AudioError::unsupported(
                path,
                format!("AIFF-C {:?}", String::from_utf8_lossy(other)),
            ));
        }
    };
    let block_bytes = sample_bytes * usize::from(channels);
    let mut warnings = Vec::new();
    let end = claimed_end.min(input.len);
    if claimed_end > input.len {
        warnings.push(truncated(claimed_end - input.len));
    } else if start.saturating_add(frames * block_bytes as u64) > end {
        warnings.push(repaired("its frame count does not fit its sound"));
    }
    Layout {
        codec,
        big_endian: kind != b"sowt",
        channels,
        rate_hz: extended(&b[8..18]),
        block_bytes,
        data: start.min(end)
            ..end.min(start.saturating_add(frames.saturating_mul(block_bytes as u64))).max(start.min(end)),
        claimed_frames: None,
        warnings,
    }
    .checked(path)
}

/// An 80-bit IEEE 754 extended number, rounded; 0 when it is no rate.
fn extended(b: &[u8]) -> u32 {
    let exponent = i32::from(u16::from_be_bytes([b[0], b[1]])) - 16383;
    let mantissa = b[2..10].iter().fold(0u64, |m, x| m << 8 | u64::from(*x));
    if !(0..32).contains(&exponent) {
        return 0;
    }
    let value = mantissa as f64 / 2f64.powi(63 - exponent);
    if value < f64::from(u32::MAX) { value.round() as u32 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::extended;

    #[test]
    fn the_eighty_bit_rate_is_read() {
        assert_eq!(extended(&[0x40, 0x0E, 0xAC, 0x44, 0, 0, 0, 0, 0, 0]), 44_100);
        assert_eq!(extended(&[0x40, 0x0B, 0xFA, 0, 0, 0, 0, 0, 0, 0]), 8_000);
        assert_eq!(extended(&[0xFF; 10]), 0);
    }
}
