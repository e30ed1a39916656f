//! A recording: what it is, and each of its channels at the analysis rate.

use super::blocks::{self, Blocks};
use super::input::Input;
use super::levels::LevelMeter;
use super::resample::ToRate;
use super::store::StoreWriter;
use super::{AudioError, ChannelStore, MAX_HOURS};
use crate::call::Warning;
use std::io::Read;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

/// Rates that a recording of speech can have; others are a broken header, and would blow up its length.
pub(super) const RATES_HZ: RangeInclusive<u32> = 1_000..=768_000;
/// A rate below the telephone's is worth a word.
const TELEPHONE_HZ: u32 = 8_000;
/// How much a compressed file may miss of its announced length without being called cut off, in seconds.
const LENGTH_TOLERANCE_S: f64 = 0.1;

/// What a recording is.
#[derive(Clone, Debug, PartialEq)]
pub struct Info {
    /// As given.
    pub path: PathBuf,
    /// Of the file's bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Of the file.
    pub sample_rate_hz: u32,
    /// Of the file.
    pub channels: u16,
    /// Samples of each channel at the file's rate. A compressed stream that does not tell its length has 0 until it
    /// was loaded.
    pub frames: u64,
    /// Length; as `frames` exact after loading.
    pub duration_s: f64,
    /// What to know before trusting the rest: `truncated`, `header_repaired`, `damaged`, `stream_changed`,
    /// `low_rate`, `no_samples`, `same_channels`; complete after loading.
    pub warnings: Vec<Warning>,
}

/// An open recording.
pub struct Recording {
    input: Input,
    info: Info,
}

impl Recording {
    /// Opens a file: reads its header, and all its bytes once for the checksum.
    pub fn open(path: &Path) -> Result<Self, AudioError> {
        Self::new(Input::file(path)?)
    }

    /// Opens what comes from a stream, such as standard input, under a name for messages.
    pub fn open_reader(name: &Path, reader: impl Read) -> Result<Self, AudioError> {
        Self::new(Input::spool(name, reader)?)
    }

    /// Opens bytes in memory under a name for messages.
    pub fn open_bytes(name: &Path, bytes: &[u8]) -> Result<Self, AudioError> {
        Self::new(Input::memory(name, bytes)?)
    }

    fn new(input: Input) -> Result<Self, AudioError> {
        let blocks = blocks::open(&input)?;
        let format = blocks.format();
        let (rate, frames) = (format.rate_hz, format.frames.unwrap_or(0));
        let mut info = Info {
            path: input.path.clone(),
            sha256: input.sha256()?,
            sample_rate_hz: rate,
            channels: format.channels,
            frames: 0,
            duration_s: 0.0,
            warnings: blocks.warnings().to_vec(),
        };
        info.set_length(frames);
        if rate < TELEPHONE_HZ {
            info.warnings.push(Warning::new(
                "low_rate",
                format!(
                    "{rate} samples a second are fewer than a telephone's 8000: words and voice will be poor"
                ),
            ));
        }
        if format.frames == Some(0) {
            info.warnings.push(Warning::new("no_samples", "there is no sound in the file"));
        }
        too_long(&input.path, frames, rate)?;
        Ok(Self { input, info })
    }

    /// What is known about it.
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// Decodes and resamples the wanted channels, in their order, in one pass; memory does not grow with the length.
    /// Afterwards [`info`](Self::info) holds the exact length and all warnings.
    pub fn load(&mut self, wanted: &[u16]) -> Result<Vec<ChannelStore>, AudioError> {
        let (rate, channels) = (self.info.sample_rate_hz, self.info.channels);
        if let Some(wrong) = wanted.iter().find(|c| **c >= channels) {
            return Err(AudioError::NoSuchChannel {
                path: self.input.path.clone(),
                wanted: *wrong,
                channels,
            });
        }
        let mut blocks = blocks::open(&self.input)?;
        let mut stores = wanted.iter().map(|_| StoreWriter::new()).collect::<Result<Vec<_>, _>>()?;
        let mut meters = vec![LevelMeter::default(); wanted.len()];
        let mut resampler = ToRate::analysis(rate, wanted.len(), &self.input.path)?;
        let mut planar = vec![Vec::new(); wanted.len()];
        let mut interleaved = Vec::new();
        let mut frames = 0u64;
        let mut same = wanted.len() > 1;
        let mut sounds = false;
        while blocks.next(&mut interleaved)? {
            frames += (interleaved.len() / usize::from(channels)) as u64;
            too_long(&self.input.path, frames, rate)?;
            for ((channel, out), meter) in wanted.iter().zip(&mut planar).zip(&mut meters) {
                out.clear();
                out.extend(interleaved.iter().skip(usize::from(*channel)).step_by(usize::from(channels)));
                meter.push(out);
            }
            sounds = sounds || planar.iter().flatten().any(|s| *s != 0.0);
            same = same && planar.windows(2).all(|pair| pair[0] == pair[1]);
            resampler.push(&planar, |channel, samples| stores[channel].push(samples))?;
        }
        resampler.finish(|channel, samples| stores[channel].push(samples))?;
        self.note(blocks.as_ref(), frames, same && sounds);
        stores.into_iter().zip(meters).map(|(store, meter)| store.finish(meter.levels(rate))).collect()
    }

    /// The only channel, or the mean of the first two, in memory: for short recordings.
    pub fn load_mono(&mut self) -> Result<Vec<f32>, AudioError> {
        let wanted: Vec<u16> = (0..self.info.channels.min(2)).collect();
        let path = self.input.path.clone();
        let mut mixed: Vec<f32> = Vec::new();
        let stores = self.load(&wanted)?;
        let share = 1.0 / stores.len().max(1) as f32;
        for store in &stores {
            let samples = store
                .to_vec()
                .map_err(|e| AudioError::Read { path: path.clone(), source: std::io::Error::other(e) })?;
            mixed.resize(samples.len(), 0.0);
            mixed.iter_mut().zip(samples).for_each(|(m, s)| *m += s * share);
        }
        Ok(mixed)
    }

    /// Takes down what only decoding shows.
    fn note(&mut self, blocks: &dyn Blocks, frames: u64, same: bool) {
        let promised = blocks.format().frames.unwrap_or(0);
        self.info.set_length(frames);
        let missing_s = promised.saturating_sub(frames) as f64 / f64::from(self.info.sample_rate_hz);
        let mut found = blocks.warnings().to_vec();
        if missing_s > LENGTH_TOLERANCE_S {
            found.push(Warning::new(
                "truncated",
                format!("the file ends {missing_s:.1} s before its header says; what is there was read: copy or export it again"),
            ));
        }
        if same {
            found.push(Warning::new(
                "same_channels",
                "the channels carry the same sound, so the voices cannot be told apart by channel; record customer and \
                 agent on channels of their own",
            ));
        }
        if frames == 0 {
            found.push(Warning::new("no_samples", "there is no sound in the file"));
        }
        for warning in found {
            if !self.info.warnings.iter().any(|w| w.code == warning.code) {
                self.info.warnings.push(warning);
            }
        }
    }
}

impl Info {
    fn set_length(&mut self, frames: u64) {
        self.frames = frames;
        self.duration_s = frames as f64 / f64::from(self.sample_rate_hz);
    }
}

fn too_long(path: &Path, frames: u64, rate_hz: u32) -> Result<(), AudioError> {
    if frames / u64::from(rate_hz) > MAX_HOURS * 3600 {
        return Err(AudioError::TooLong { path: path.to_owned(), max: format!("{MAX_HOURS} hours") });
    }
    Ok(())
}
