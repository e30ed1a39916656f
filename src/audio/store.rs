//! One person's sound at 16 kHz on a temporary file, so that three hours cost no memory.
//!
//! Samples lie in blocks of 4,096: a power-of-two scale, then 16-bit integers. A 16-bit recording comes back exactly;
//! anything else to within 2^-15 of the block's own peak, and nothing clips.

use super::input::temporary_dir;
use super::{AudioError, Levels};
use crate::signal::{SampleSource, SourceError};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

const BLOCK: usize = 4096;
const BLOCK_BYTES: usize = 4 + 2 * BLOCK;

/// A channel of a recording, mono at the analysis rate, readable from several threads at once.
#[derive(Debug)]
pub struct ChannelStore {
    file: File,
    len: u64,
    levels: Levels,
}

impl ChannelStore {
    /// What decoding noticed about the channel.
    pub fn levels(&self) -> Levels {
        self.levels
    }

    /// All samples in memory: for short recordings only.
    pub fn to_vec(&self) -> Result<Vec<f32>, SourceError> {
        let mut out = vec![0.0; self.len as usize];
        self.read_at(0, &mut out)?;
        Ok(out)
    }
}

impl SampleSource for ChannelStore {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, start: u64, out: &mut [f32]) -> Result<(), SourceError> {
        out.fill(0.0);
        let have = usize::try_from(self.len.saturating_sub(start)).unwrap_or(usize::MAX).min(out.len());
        let mut bytes = vec![0u8; BLOCK_BYTES];
        let mut done = 0;
        while done < have {
            let at = start + done as u64;
            let (block, from) = (at / BLOCK as u64, (at % BLOCK as u64) as usize);
            let n = (BLOCK - from).min(have - done);
            let here = block * BLOCK_BYTES as u64;
            let body = &mut bytes[4..4 + 2 * (from + n)];
            // One read from the scale to the last wanted sample of the block.
            let len = body.len() + 4;
            read_exact_at(&self.file, &mut bytes[..len], here).map_err(|e| SourceError(e.to_string()))?;
            let scale = f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
            let samples = bytes[4 + 2 * from..len].chunks_exact(2);
            for (o, b) in out[done..done + n].iter_mut().zip(samples) {
                *o = f32::from(i16::from_le_bytes([b[0], b[1]])) * scale;
            }
            done += n;
        }
        Ok(())
    }
}

/// Takes samples in order and becomes a [`ChannelStore`].
pub(super) struct StoreWriter {
    file: BufWriter<File>,
    dir: PathBuf,
    pending: Vec<f32>,
    len: u64,
    bytes: Vec<u8>,
}

impl StoreWriter {
    pub fn new() -> Result<Self, AudioError> {
        let dir = temporary_dir();
        let file = tempfile::tempfile_in(&dir)
            .map_err(|source| AudioError::Temporary { dir: dir.clone(), source })?;
        Ok(Self {
            file: BufWriter::with_capacity(8 * BLOCK_BYTES, file),
            dir,
            pending: Vec::with_capacity(BLOCK),
            len: 0,
            bytes: Vec::with_capacity(BLOCK_BYTES),
        })
    }

    pub fn push(&mut self, mut samples: &[f32]) -> Result<(), AudioError> {
        self.len += samples.len() as u64;
        while !samples.is_empty() {
            let n = (BLOCK - self.pending.len()).min(samples.len());
            self.pending.extend_from_slice(&samples[..n]);
            samples = &samples[n..];
            if self.pending.len() == BLOCK {
                self.write_block()?;
            }
        }
        Ok(())
    }

    fn write_block(&mut self) -> Result<(), AudioError> {
        let (low, high) = self.pending.iter().fold((0.0f32, 0.0f32), |(l, h), s| (l.min(*s), h.max(*s)));
        // The least power of two that holds both peaks; sound is never below 2^-40 or above 2^40.
        let reach = high.max(-low);
        let exponent = if reach > 0.0 { (reach.log2().ceil() as i32).clamp(-40, 40) } else { 0 };
        let fits = 2f32.powi(exponent - 15);
        // Integers reach one step less far upward than downward.
        let scale = if high > 32_767.0 * fits { 2.0 * fits } else { fits };
        self.bytes.clear();
        self.bytes.extend_from_slice(&scale.to_le_bytes());
        for s in &self.pending {
            let value = (s / scale).round().clamp(-32768.0, 32767.0) as i16;
            self.bytes.extend_from_slice(&value.to_le_bytes());
        }
        self.pending.clear();
        self.file.write_all(&self.bytes).map_err(|e| self.failed(e))
    }

    fn failed(&self, source: std::io::Error) -> AudioError {
        AudioError::Temporary { dir: self.dir.clone(), source }
    }

    pub fn finish(mut self, levels: Levels) -> Result<ChannelStore, AudioError> {
        if !self.pending.is_empty() {
            self.write_block()?;
        }
        let dir = self.dir;
        let file =
            self.file.into_inner().map_err(|e| AudioError::Temporary { dir, source: e.into_error() })?;
        Ok(ChannelStore { file, len: self.len, levels })
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, out: &mut [u8], at: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, out, at)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut out: &mut [u8], mut at: u64) -> std::io::Result<()> {
    while !out.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, out, at) {
            Ok(0) => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            Ok(n) => {
                out = &mut out[n..];
                at += n as u64;
            }
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stored(samples: &[f32]) -> ChannelStore {
        let mut writer = StoreWriter::new().expect("temporary file");
        for part in samples.chunks(1000) {
            writer.push(part).expect("room");
        }
        writer.finish(Levels::default()).expect("room")
    }

    #[test]
    fn sixteen_bit_samples_come_back_exactly_at_any_level() {
        let samples: Vec<f32> = (0..10_000i32)
            .map(|i| ((i * 7919) % 65_536 - 32_768) as f32 / 32768.0 / if i < 5000 { 1.0 } else { 64.0 })
            .collect();
        let exact: Vec<f32> = samples.iter().map(|s| (s * 32768.0).round() / 32768.0).collect();
        assert!(stored(&exact).to_vec().expect("reads") == exact);
        assert!(stored(&[0.5, -0.5]).to_vec().expect("reads") == [0.5, -0.5]);
    }

    #[test]
    fn what_exceeds_full_scale_is_not_clipped() {
        let back = stored(&[3.0, -2.5, 0.25]).to_vec().expect("reads");
        for (a, b) in back.iter().zip([3.0, -2.5, 0.25]) {
            assert!((a - b).abs() < 4.0 / 32768.0, "{back:?}");
        }
    }

    proptest! {
        #[test]
        fn any_stretch_reads_as_the_same_stretch_of_the_whole(
            len in 0usize..20_000, start in 0u64..22_000, want in 0usize..9_000,
        ) {
            let samples: Vec<f32> = (0..len).map(|i| (i % 100) as f32 / 128.0).collect();
            let store = stored(&samples);
            let (mut got, mut truth) = (vec![9.0; want], vec![9.0; want]);
            store.read_at(start, &mut got).expect("reads");
            samples.read_at(start, &mut truth).expect("reads");
            prop_assert!(got == truth);
        }
    }
}
