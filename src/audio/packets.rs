//! Compressed recordings through symphonia: FLAC, MP3, Ogg Vorbis, M4A/AAC.
//!
//! What cannot be decoded becomes silence of the same length, so that the times of the rest stay right. A panic in a
//! decoder is a damaged file, not the end of the program.

use super::AudioError;
use super::blocks::{Blocks, Format};
use super::input::{Bytes, Input, Section};
use super::mp4;
use crate::call::Warning;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::well_known as codec;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::packet::Packet;

impl MediaSource for Section<Box<dyn Bytes>> {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.len())
    }
}

pub(super) struct Packets {
    reader: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track: u32,
    format: Format,
    /// Frames of one tick of the packets' time base.
    frames_per_tick: f64,
    /// The first block, decoded to learn what the stream really is.
    first: Option<Vec<f32>>,
    /// Encoder delay still to be dropped, in frames.
    skip: u64,
    /// Frames still to be given out, where the container says how many are sound.
    left: Option<u64>,
    warnings: Vec<Warning>,
    path: PathBuf,
}

enum Decoded {
    Samples { rate_hz: u32, channels: u16 },
    Silence { frames: u64 },
    End,
}

impl Packets {
    /// Opens a stretch of the file as a compressed stream.
    pub fn open(input: &Input, range: Range<u64>, warnings: Vec<Warning>) -> Result<Self, AudioError> {
        let path = &input.path;
        let whole = range == (0..input.len);
        let section = Section::new(input.reader()?, range.start, range.end - range.start)
            .map_err(|e| AudioError::read(path, e))?;
        let mut hint = Hint::new();
        if let Some(extension) = path.extension().and_then(|e| e.to_str()).filter(|_| whole) {
            hint.with_extension(extension);
        }
        let stream = MediaSourceStream::new(Box::new(section), MediaSourceStreamOptions::default());
        let probe = symphonia::default::get_probe();
        let reader =
            guarded(|| probe.probe(&hint, stream, FormatOptions::default(), MetadataOptions::default()))
                .ok_or_else(|| AudioError::damaged(path, "its header makes no sense"))?
                .map_err(|e| opening(path, &e))?;
        let track = reader
            .default_track(TrackType::Audio)
            .ok_or_else(|| AudioError::damaged(path, "there is no sound track in it"))?;
        let (id, known, time_base) = (track.id, track.num_frames, track.time_base);
        let Some(CodecParameters::Audio(parameters)) = track.codec_params.clone() else {
            return Err(AudioError::unsupported(path, "an unknown coding"));
        };
        let decoder =
            decoder(&parameters).map_err(|()| AudioError::unsupported(path, codec_name(&parameters)))?;
        let mut packets = Self {
            reader,
            decoder,
            track: id,
            format: Format { rate_hz: 0, channels: 0, frames: known },
            frames_per_tick: 1.0,
            first: None,
            skip: 0,
            left: None,
            warnings,
            path: path.clone(),
        };
        let mut samples = Vec::new();
        let mut lost = 0u64;
        let (rate_hz, channels) = loop {
            match packets.decode(&mut samples)? {
                Decoded::Samples { rate_hz, channels } => break (rate_hz, channels),
                Decoded::Silence { frames } => lost += frames,
                Decoded::End => match (parameters.sample_rate, &parameters.channels) {
                    // A header without a sample is a recording of nothing.
                    (Some(rate), Some(channels)) if known == Some(0) => {
                        break (rate, channels.count() as u16);
                    }
                    _ => return Err(AudioError::damaged(path, "no sound could be decoded from it")),
                },
            }
        };
        if !super::recording::RATES_HZ.contains(&rate_hz) {
            return Err(AudioError::Rate { path: path.clone(), rate_hz });
        }
        if channels == 0 {
            return Err(AudioError::damaged(path, "its header says that it has no channels"));
        }
        packets.format.rate_hz = rate_hz;
        packets.format.channels = channels;
        if let Some(base) = time_base {
            packets.frames_per_tick =
                f64::from(base.numer.get()) / f64::from(base.denom.get()) * f64::from(rate_hz);
            packets.format.frames = known.or(None);
        }
        // What was lost before the first sound, in the same time base; bounded by what a few packets hold.
        let lost = (lost as f64 * packets.frames_per_tick) as usize;
        let mut first = vec![0.0; lost.min(rate_hz as usize) * usize::from(channels)];
        first.extend_from_slice(&samples);
        packets.first = Some(first);
        if let Some(edit) = mp4::edit(input).filter(|_| whole) {
            packets.skip = edit.skip_frames(rate_hz);
            packets.left = edit.frames(rate_hz);
            packets.format.frames =
                packets.left.or(packets.format.frames.map(|n| n.saturating_sub(packets.skip)));
        }
        Ok(packets)
    }

    fn packet(&mut self) -> Option<Packet> {
        loop {
            let track = self.track;
            let reader = &mut self.reader;
            match guarded(|| reader.next_packet()) {
                Some(Ok(Some(packet))) if packet.track_id == track => return Some(packet),
                Some(Ok(Some(_))) => {}
                Some(Ok(None)) => return None,
                Some(Err(Error::IoError(e))) if e.kind() == std::io::ErrorKind::UnexpectedEof => return None,
                Some(Err(Error::ResetRequired)) => {
                    self.warnings.push(stream_changed());
                    return None;
                }
                _ => {
                    warn_damaged(&mut self.warnings);
                    return None;
                }
            }
        }
    }

    fn decode(&mut self, out: &mut Vec<f32>) -> Result<Decoded, AudioError> {
        let Some(packet) = self.packet() else { return Ok(Decoded::End) };
        let decoder = &mut self.decoder;
        let decoded = guarded(|| {
            decoder.decode(&packet).map(|buffer| {
                buffer.copy_to_vec_interleaved::<f32>(out);
                (buffer.spec().rate(), buffer.spec().channels().count() as u16)
            })
        });
        match decoded {
            Some(Ok((rate_hz, channels))) => {
                for s in out.iter_mut() {
                    *s = super::pcm::finite(*s);
                }
                Ok(Decoded::Samples { rate_hz, channels })
            }
            Some(Err(Error::Unsupported(what))) => Err(AudioError::unsupported(&self.path, what)),
            _ => {
                warn_damaged(&mut self.warnings);
                Ok(Decoded::Silence { frames: packet.dur.get() })
            }
        }
    }
}

impl Blocks for Packets {
    fn format(&self) -> &Format {
        &self.format
    }

    fn next(&mut self, out: &mut Vec<f32>) -> Result<bool, AudioError> {
        let channels = usize::from(self.format.channels);
        loop {
            out.clear();
            if let Some(first) = self.first.take() {
                *out = first;
            } else {
                match self.decode(out)? {
                    Decoded::Samples { rate_hz, channels } => {
                        if (rate_hz, channels) != (self.format.rate_hz, self.format.channels) {
                            self.warnings.push(stream_changed());
                            return Ok(false);
                        }
                    }
                    Decoded::Silence { frames } => {
                        // Never more than ten seconds for one packet, whatever its header says.
                        let frames = (frames as f64 * self.frames_per_tick) as usize;
                        out.resize(frames.min(10 * self.format.rate_hz as usize) * channels, 0.0);
                    }
                    Decoded::End => return Ok(false),
                }
            }
            let drop = usize::try_from(self.skip).unwrap_or(usize::MAX).min(out.len() / channels);
            out.drain(..drop * channels);
            self.skip -= drop as u64;
            if let Some(left) = &mut self.left {
                out.truncate(usize::try_from(*left).unwrap_or(usize::MAX).saturating_mul(channels));
                *left -= (out.len() / channels) as u64;
                if *left == 0 && out.is_empty() {
                    return Ok(false);
                }
            }
            if !out.is_empty() {
                return Ok(true);
            }
        }
    }

    fn warnings(&self) -> &[Warning] {
        &self.warnings
    }
}

/// Runs foreign code on hostile bytes; `None` when it panicked.
fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

fn decoder(parameters: &AudioCodecParameters) -> Result<Box<dyn AudioDecoder>, ()> {
    let registry = symphonia::default::get_codecs();
    match guarded(|| registry.make_audio_decoder(parameters, &AudioDecoderOptions::default())) {
        Some(Ok(decoder)) => Ok(decoder),
        _ => Err(()),
    }
}

fn codec_name(parameters: &AudioCodecParameters) -> &'static str {
    match parameters.codec {
        codec::CODEC_ID_AAC => "HE-AAC or another extended kind of AAC (only AAC-LC can be read)",
        codec::CODEC_ID_OPUS => "Opus",
        codec::CODEC_ID_SPEEX => "Speex",
        codec::CODEC_ID_ALAC => "Apple Lossless (ALAC)",
        codec::CODEC_ID_AC3 | codec::CODEC_ID_EAC3 => "Dolby AC-3",
        codec::CODEC_ID_WMA => "Windows Media Audio",
        _ => "an unknown coding",
    }
}

fn opening(path: &Path, error: &Error) -> AudioError {
    match error {
        Error::Unsupported(_) => {
            AudioError::NotAudio { path: path.to_owned(), what: "a file of unknown kind".to_owned() }
        }
        Error::IoError(e) if e.kind() != std::io::ErrorKind::UnexpectedEof => {
            AudioError::read(path, std::io::Error::new(e.kind(), e.to_string()))
        }
        _ => AudioError::damaged(path, "its header is cut off or makes no sense"),
    }
}

fn stream_changed() -> Warning {
    Warning::new(
        "stream_changed",
        "the sample rate or the number of channels changes inside the file; only the part before that was read",
    )
}

/// Notes once that something was replaced by silence.
pub(super) fn warn_damaged(warnings: &mut Vec<Warning>) {
    if !warnings.iter().any(|w| w.code == "damaged") {
        warnings.push(Warning::new(
            "damaged",
            "parts of the file could not be decoded and were read as silence: copy or export it again",
        ));
    }
}
