//! IMA and Microsoft ADPCM: the blocks are found here, symphonia decodes them.

use super::AudioError;
use super::blocks::{Blocks, Format};
use super::input::{Bytes, Input, Section, read_up_to};
use super::layout::{Codec, Layout};
use crate::call::Warning;
use std::path::PathBuf;
use symphonia::core::audio::{Channels, Position};
use symphonia::core::codecs::audio::well_known::{CODEC_ID_ADPCM_IMA_WAV, CODEC_ID_ADPCM_MS};
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::packet::PacketRef;
use symphonia::core::units::{Duration, Timestamp};

pub(super) struct Adpcm {
    format: Format,
    layout: Layout,
    reader: Section<Box<dyn Bytes>>,
    block: Vec<u8>,
    /// Frames not yet given out.
    left: u64,
    warnings: Vec<Warning>,
    path: PathBuf,
}

impl Adpcm {
    pub fn open(input: &Input, layout: Layout) -> Result<Self, AudioError> {
        let len = layout.data.end - layout.data.start;
        let reader = Section::new(input.reader()?, layout.data.start, len)
            .map_err(|e| AudioError::read(&input.path, e))?;
        let frames = layout.frames();
        Ok(Self {
            format: Format { rate_hz: layout.rate_hz, channels: layout.channels, frames: Some(frames) },
            block: vec![0; layout.block_bytes],
            warnings: layout.warnings.clone(),
            layout,
            reader,
            left: frames,
            path: input.path.clone(),
        })
    }

    /// Decodes a whole or cut block; `None` when it makes no sense.
    fn decode(&self, bytes: &[u8], frames: u64, out: &mut Vec<f32>) -> Option<()> {
        let positions = if self.layout.channels == 1 {
            Position::FRONT_LEFT
        } else {
            Position::FRONT_LEFT | Position::FRONT_RIGHT
        };
        let mut parameters = AudioCodecParameters::new();
        parameters
            .for_codec(if self.layout.codec == Codec::MsAdpcm {
                CODEC_ID_ADPCM_MS
            } else {
                CODEC_ID_ADPCM_IMA_WAV
            })
            .with_sample_rate(self.layout.rate_hz)
            .with_channels(Channels::Positioned(positions))
            .with_max_frames_per_packet(frames)
            .with_frames_per_block(frames);
        let mut decoder =
            symphonia::default::codecs::AdpcmDecoder::try_new(&parameters, &AudioDecoderOptions::default())
                .ok()?;
        let packet = PacketRef::new(0, Timestamp::new(0), Duration::new(frames), bytes);
        decoder.decode_ref(&packet).ok()?.copy_to_vec_interleaved::<f32>(out);
        Some(())
    }
}

impl Blocks for Adpcm {
    fn format(&self) -> &Format {
        &self.format
    }

    fn next(&mut self, out: &mut Vec<f32>) -> Result<bool, AudioError> {
        out.clear();
        if self.left == 0 {
            return Ok(false);
        }
        let n = read_up_to(&mut self.reader, &mut self.block).map_err(|e| AudioError::read(&self.path, e))?;
        let frames = self.layout.adpcm_frames(n);
        if frames < 2 {
            self.left = 0;
            return Ok(false);
        }
        let channels = usize::from(self.layout.channels);
        if self.decode(&self.block[..n], frames, out).is_none() {
            out.clear();
            out.resize(frames as usize * channels, 0.0);
            super::packets::warn_damaged(&mut self.warnings);
        }
        out.truncate(usize::try_from(self.left).unwrap_or(usize::MAX).saturating_mul(channels));
        self.left -= (out.len() / channels) as u64;
        Ok(!out.is_empty())
    }

    fn warnings(&self) -> &[Warning] {
        &self.warnings
    }
}
