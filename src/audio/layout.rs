//! Where the sound lies in an uncompressed or block-coded file, and how to read it: what a RIFF or AIFF walk finds.

use super::AudioError;
use crate::call::Warning;
use std::ops::Range;
use std::path::Path;

/// How samples are coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Codec {
    /// Integers in containers of so many bytes, left-justified; `unsigned` = offset binary.
    Int { bytes: u8, unsigned: bool },
    /// IEEE 754 of 4 or 8 bytes.
    Float { bytes: u8 },
    /// ITU-T G.711 mu-law.
    MuLaw,
    /// ITU-T G.711 A-law.
    ALaw,
    /// IMA ADPCM in blocks.
    ImaAdpcm,
    /// Microsoft ADPCM in blocks.
    MsAdpcm,
    /// An MPEG audio stream.
    Mpeg,
}

/// What a header says, after repair.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub codec: Codec,
    pub big_endian: bool,
    /// At least 1.
    pub channels: u16,
    pub rate_hz: u32,
    /// Bytes of one frame of all channels, or of one ADPCM block; at least 1.
    pub block_bytes: usize,
    /// Bytes of the file, inside it.
    pub data: Range<u64>,
    /// Frames as a `fact` or `COMM` chunk says; only believed where it shortens the last block.
    pub claimed_frames: Option<u64>,
    pub warnings: Vec<Warning>,
}

impl Layout {
    /// Frames that lie in the data.
    pub fn frames(&self) -> u64 {
        let bytes = self.data.end.saturating_sub(self.data.start);
        let blocks = bytes / self.block_bytes as u64;
        let coded = match self.codec {
            Codec::ImaAdpcm | Codec::MsAdpcm => {
                let rest = self.adpcm_frames((bytes % self.block_bytes as u64) as usize);
                blocks * self.adpcm_frames(self.block_bytes) + rest
            }
            _ => return blocks,
        };
        match self.claimed_frames {
            Some(n) if n < coded && n + self.adpcm_frames(self.block_bytes) > coded => n,
            _ => coded,
        }
    }

    /// Frames in an ADPCM block of so many bytes: a preamble for each channel, then half a byte a sample.
    pub fn adpcm_frames(&self, bytes: usize) -> u64 {
        let channels = usize::from(self.channels);
        let (preamble, in_preamble) = if self.codec == Codec::MsAdpcm { (7, 2) } else { (4, 1) };
        let Some(body) = bytes.checked_sub(preamble * channels) else { return 0 };
        let samples = if self.codec == Codec::MsAdpcm || channels == 1 {
            body * 2 / channels
        } else {
            // Groups of 4 bytes (8 samples) a channel.
            body / (4 * channels) * 8
        };
        // The decoder works on pairs.
        (samples / 2 * 2 + in_preamble) as u64
    }

    /// Refuses what no recording has.
    pub fn checked(self, path: &Path) -> Result<Self, AudioError> {
        if !(super::recording::RATES_HZ).contains(&self.rate_hz) {
            return Err(AudioError::Rate { path: path.to_owned(), rate_hz: self.rate_hz });
        }
        if self.channels == 0 {
            return Err(AudioError::damaged(path, "its header says that it has no channels"));
        }
        if self.block_bytes == 0 {
            return Err(AudioError::damaged(path, "its header gives a frame no bytes"));
        }
        if matches!(self.codec, Codec::ImaAdpcm | Codec::MsAdpcm) {
            if self.channels > 2 {
                return Err(AudioError::unsupported(path, format!("ADPCM with {} channels", self.channels)));
            }
            if self.adpcm_frames(self.block_bytes) < 2 {
                return Err(AudioError::damaged(path, "its ADPCM blocks are too short to hold a sample"));
            }
        }
        Ok(self)
    }
}

pub(super) fn truncated(missing: u64) -> Warning {
    Warning::new(
        "truncated",
        format!(
            "the file ends {missing} bytes before its header says; what is there was read: copy or export it again"
        ),
    )
}

pub(super) fn repaired(what: &str) -> Warning {
    Warning::new("header_repaired", format!("the header is wrong ({what}); read by what is in the file"))
}
