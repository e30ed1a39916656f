//! Small WAV files in memory, to be embedded in reports.

use super::g711::to_mu_law;
use super::resample::resample;
use crate::call::RATE_HZ;
use std::io::Cursor;

/// Rate of an embedded clip: the telephone's.
const CLIP_HZ: u32 = 8_000;

/// A clip at the analysis rate as 8 kHz mu-law WAV: 8 kB a second, and every browser plays it.
pub fn wav_mulaw_8k(samples: &[f32]) -> Vec<u8> {
    let coded: Vec<u8> = resample(samples, RATE_HZ, CLIP_HZ).iter().map(|s| to_mu_law(*s)).collect();
    let len = coded.len() as u32;
    let padded = len + len % 2;
    let mut out = Vec::with_capacity(58 + padded as usize);
    out.extend_from_slice(b"RIFF");
    out.extend_from_slice(&(50 + padded).to_le_bytes());
    out.extend_from_slice(b"WAVEfmt ");
    out.extend_from_slice(&18u32.to_le_bytes());
    out.extend_from_slice(&7u16.to_le_bytes()); // mu-law
    out.extend_from_slice(&1u16.to_le_bytes()); // channels
    out.extend_from_slice(&CLIP_HZ.to_le_bytes());
    out.extend_from_slice(&CLIP_HZ.to_le_bytes()); // bytes a second
    out.extend_from_slice(&1u16.to_le_bytes()); // bytes a frame
    out.extend_from_slice(&8u16.to_le_bytes()); // bits a sample
    out.extend_from_slice(&0u16.to_le_bytes()); // no extension
    out.extend_from_slice(b"fact");
    out.extend_from_slice(&4u32.to_le_bytes());
    out.extend_from_slice(&len.to_le_bytes());
    out.extend_from_slice(b"data");
    out.extend_from_slice(&len.to_le_bytes());
    out.extend_from_slice(&coded);
    out.resize(58 + padded as usize, 0xFF);
    out
}

/// A clip as 16-bit WAV at its own rate; empty when the rate is 0 or the clip longer than a WAV can be.
pub fn wav_pcm16(samples: &[f32], rate_hz: u32) -> Vec<u8> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: rate_hz,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut out = Cursor::new(Vec::new());
    let write = |out: &mut Cursor<Vec<u8>>| -> hound::Result<()> {
        let mut writer = hound::WavWriter::new(out, spec)?;
        for s in samples {
            writer.write_sample(to_i16(*s))?;
        }
        writer.finalize()
    };
    if rate_hz == 0 || samples.len() > (u32::MAX / 2 - 44) as usize || write(&mut out).is_err() {
        return Vec::new();
    }
    out.into_inner()
}

/// Nearest 16-bit value; what exceeds full scale is cut.
pub(super) fn to_i16(sample: f32) -> i16 {
    (sample * 32768.0).round().clamp(-32768.0, 32767.0) as i16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::read_short_bytes;
    use std::path::Path;

    fn tone() -> Vec<f32> {
        (0..16_001).map(|n| 0.5 * (n as f32 * 0.05).sin()).collect()
    }

    #[test]
    fn a_mu_law_clip_sounds_like_what_went_in() {
        let bytes = wav_mulaw_8k(&tone());
        assert_eq!(bytes.len() % 2, 0);
        let back = read_short_bytes(Path::new("clip"), &bytes).expect("reads");
        assert_eq!(back.len(), 16_002);
        let error = back.iter().zip(tone()).skip(500).take(15_000).map(|(a, b)| (a - b).powi(2)).sum::<f32>();
        let power = tone().iter().map(|s| s * s).sum::<f32>();
        assert!(10.0 * (power / error).log10() > 35.0, "{} dB", 10.0 * (power / error).log10());
    }

    #[test]
    fn a_sixteen_bit_clip_comes_back_to_the_last_bit() {
        let exact: Vec<f32> = tone().iter().map(|s| f32::from(to_i16(*s)) / 32768.0).collect();
        assert!(read_short_bytes(Path::new("clip"), &wav_pcm16(&tone(), 16_000)).expect("reads") == exact);
        assert!(wav_pcm16(&tone(), 0).is_empty());
    }
}
