//! A take on disk from its first sample, readable at every moment, and its recovery after a crash.
//!
//! The header is brought up to date every 0.1 s on whole frames, so a killed program loses at most that. A take never
//! replaces a file. When the disk is full, what is there stays readable.

use super::AudioError;
use super::clip::to_i16;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Checkpoints a second.
const CHECKPOINTS_PER_S: u32 = 10;
/// Bytes of the header that `hound` writes for 16-bit sound of one or two channels.
const HEADER: usize = 44;

trait Sink: Write + Seek + Send {}
impl<T: Write + Seek + Send> Sink for T {}

/// Writes a take as 16-bit WAV.
pub struct TakeWriter {
    writer: hound::WavWriter<BufWriter<Box<dyn Sink>>>,
    path: PathBuf,
    channels: u16,
    rate_hz: u32,
    frames: u64,
    unsaved: u32,
    failed: bool,
}

impl TakeWriter {
    /// Begins a take of one or two channels; fails if the file exists.
    pub fn create(path: &Path, rate_hz: u32, channels: u16) -> Result<Self, AudioError> {
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(path)
            .map_err(|e| AudioError::write(path, e))?;
        Self::over(Box::new(file), path, rate_hz, channels)
    }

    fn over(sink: Box<dyn Sink>, path: &Path, rate_hz: u32, channels: u16) -> Result<Self, AudioError> {
        if rate_hz == 0 || !(1..=2).contains(&channels) {
            let why = std::io::Error::new(
                std::io::ErrorKind::InvalidInput,
                format!("{channels} channels at {rate_hz} samples a second cannot be recorded"),
            );
            return Err(AudioError::write(path, why));
        }
        let spec = hound::WavSpec {
            channels,
            sample_rate: rate_hz,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let writer = hound::WavWriter::new(BufWriter::new(sink), spec).map_err(|e| failure(path, e))?;
        let mut take =
            Self { writer, path: path.to_owned(), channels, rate_hz, frames: 0, unsaved: 0, failed: false };
        take.checkpoint()?;
        Ok(take)
    }

    /// Appends interleaved samples, full scale 1; an incomplete last frame is dropped. After an error nothing more is
    /// written, and every further call fails the same way.
    pub fn write(&mut self, interleaved: &[f32]) -> Result<(), AudioError> {
        if self.failed {
            return Err(AudioError::DiskFull { path: self.path.clone() });
        }
        for frame in interleaved.chunks_exact(usize::from(self.channels)) {
            if u64::from(self.writer.len()) + 2 * u64::from(self.channels) >= u64::from(u32::MAX / 2 - 64) {
                self.checkpoint()?;
                let hours = self.frames / u64::from(self.rate_hz) / 3600;
                return Err(AudioError::TooLong { path: self.path.clone(), max: format!("{hours} hours") });
            }
            for sample in frame {
                if let Err(e) = self.writer.write_sample(to_i16(*sample)) {
                    self.failed = true;
                    return Err(failure(&self.path, e));
                }
            }
            self.frames += 1;
            self.unsaved += 1;
            if self.unsaved >= self.rate_hz / CHECKPOINTS_PER_S {
                self.checkpoint()?;
            }
        }
        Ok(())
    }

    /// Brings the file up to date with everything written.
    pub fn checkpoint(&mut self) -> Result<(), AudioError> {
        self.unsaved = 0;
        self.writer.flush().map_err(|e| {
            self.failed = true;
            failure(&self.path, e)
        })
    }

    /// Frames written.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Length written, in seconds.
    pub fn duration_s(&self) -> f64 {
        self.frames as f64 / f64::from(self.rate_hz)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Ends the take.
    pub fn finish(self) -> Result<(), AudioError> {
        let path = self.path;
        self.writer.finalize().map_err(|e| failure(&path, e))
    }
}

fn failure(path: &Path, error: hound::Error) -> AudioError {
    let source = match error {
        hound::Error::IoError(e) => e,
        other => std::io::Error::other(other.to_string()),
    };
    AudioError::write(path, source)
}

/// A take that is whole again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecoveredTake {
    /// Samples of each channel.
    pub frames: u64,
    /// Length.
    pub duration_s: f64,
    /// Whether its header had to be mended.
    pub repaired: bool,
}

/// Makes a take that a crash left behind readable to its last whole frame; a sound take is left as it is.
pub fn recover_take(path: &Path) -> Result<RecoveredTake, AudioError> {
    let mut file =
        OpenOptions::new().read(true).write(true).open(path).map_err(|e| AudioError::read(path, e))?;
    let len = file.metadata().map_err(|e| AudioError::read(path, e))?.len();
    let nothing = |why: &str| AudioError::NothingToRecover { path: path.to_owned(), why: why.to_owned() };
    let mut h = [0u8; HEADER];
    file.read_exact(&mut h).map_err(|_| nothing("it was cut off inside its header"))?;
    let number = |at: usize| u32::from_le_bytes([h[at], h[at + 1], h[at + 2], h[at + 3]]);
    let ours =
        h.starts_with(b"RIFF") && &h[8..16] == b"WAVEfmt " && &h[36..40] == b"data" && number(16) == 16;
    let (rate_hz, frame) = (number(24), u64::from(u16::from_le_bytes([h[32], h[33]])));
    if !ours || rate_hz == 0 || frame == 0 {
        return Err(nothing("it was not written by Evenkeel"));
    }
    let frames = (len - HEADER as u64) / frame;
    if frames == 0 {
        return Err(nothing("it was cut off before its first sample"));
    }
    let size = u32::try_from(frames * frame).map_err(|_| nothing("it is too long"))?;
    let riff = size.checked_add(36).ok_or_else(|| nothing("it is too long"))?;
    let whole = HEADER as u64 + u64::from(size);
    let repaired = number(40) != size || number(4) != riff || len != whole;
    if repaired {
        mend(&mut file, riff, size, whole).map_err(|e| AudioError::write(path, e))?;
    }
    Ok(RecoveredTake { frames, duration_s: frames as f64 / f64::from(rate_hz), repaired })
}

fn mend(file: &mut File, riff: u32, data: u32, len: u64) -> std::io::Result<()> {
    file.set_len(len)?;
    file.seek(SeekFrom::Start(4))?;
    file.write_all(&riff.to_le_bytes())?;
    file.seek(SeekFrom::Start(40))?;
    file.write_all(&data.to_le_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::{Arc, Mutex};

    fn ramp(n: usize) -> Vec<f32> {
        (0..n).map(|i| (i % 20_000) as f32 / 32768.0).collect()
    }

    fn samples_of(path: &Path) -> Vec<i16> {
        hound::WavReader::open(path)
            .expect("a valid header")
            .samples::<i16>()
            .map(|s| s.expect("whole"))
            .collect()
    }

    #[test]
    fn a_take_never_replaces_a_file() {
        let dir = tempfile::tempdir().expect("dir");
        let path = dir.path().join("take.wav");
        std::fs::write(&path, "precious").expect("written");
        assert!(matches!(TakeWriter::create(&path, 48_000, 1), Err(AudioError::Exists { .. })));
        assert_eq!(std::fs::read(&path).expect("still there"), b"precious");
    }

    #[test]
    fn at_every_moment_the_file_reads_and_lacks_at_most_a_quarter_second() {
        let dir = tempfile::tempdir().expect("dir");
        let path = dir.path().join("take.wav");
        let mut take = TakeWriter::create(&path, 8_000, 2).expect("new");
        assert_eq!(samples_of(&path), Vec::<i16>::new());
        for (i, block) in ramp(32_000).chunks(333 * 2).enumerate() {
            take.write(block).expect("room");
            let there = samples_of(&path).len() as u64 / 2;
            assert!(
                there <= take.frames() && take.frames() - there <= 2_000,
                "block {i}: {there} of {}",
                take.frames()
            );
        }
        take.finish().expect("room");
        assert_eq!(samples_of(&path).len(), 32_000);
    }

    /// A disk with room for so many bytes.
    struct Full {
        bytes: Arc<Mutex<Vec<u8>>>,
        at: usize,
        room: usize,
    }

    impl Write for Full {
        fn write(&mut self, data: &[u8]) -> std::io::Result<usize> {
            let n = data.len().min(self.room - self.at);
            if n == 0 {
                return Err(std::io::ErrorKind::StorageFull.into());
            }
            let mut bytes = self.bytes.lock().expect("one thread");
            let end = (self.at + n).max(bytes.len());
            bytes.resize(end, 0);
            bytes[self.at..self.at + n].copy_from_slice(&data[..n]);
            self.at += n;
            Ok(n)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl Seek for Full {
        fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
            self.at = match to {
                SeekFrom::Start(at) => at as usize,
                SeekFrom::Current(by) => self.at.checked_add_signed(by as isize).expect("inside"),
                SeekFrom::End(by) => self
                    .bytes
                    .lock()
                    .expect("one thread")
                    .len()
                    .checked_add_signed(by as isize)
                    .expect("inside"),
            };
            Ok(self.at as u64)
        }
    }

    #[test]
    fn a_full_disk_is_said_and_what_was_written_stays_readable() {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let disk = Full { bytes: bytes.clone(), at: 0, room: 50_001 };
        let mut take =
            TakeWriter::over(Box::new(disk), Path::new("take.wav"), 8_000, 1).expect("room for a header");
        let error =
            ramp(100_000).chunks(160).find_map(|block| take.write(block).err()).expect("the disk is full");
        assert!(matches!(error, AudioError::DiskFull { .. }), "{error}");
        assert!(take.write(&[0.0]).is_err());
        drop(take);
        let dir = tempfile::tempdir().expect("dir");
        let path = dir.path().join("take.wav");
        std::fs::write(&path, &*bytes.lock().expect("one thread")).expect("written");
        let readable = samples_of(&path).len();
        assert!((24_978 - 2_000..=24_978).contains(&readable), "{readable}");
        assert_eq!(recover_take(&path).expect("recovers").frames, 24_978);
        assert_eq!(samples_of(&path).len(), 24_978);
    }

    proptest! {
        #[test]
        fn a_take_cut_off_anywhere_recovers_to_its_last_whole_frame(cut in 0usize..9_000, channels in 1u16..=2) {
            let dir = tempfile::tempdir().expect("dir");
            let path = dir.path().join("take.wav");
            let mut take = TakeWriter::create(&path, 8_000, channels).expect("new");
            take.write(&ramp(4_000)).expect("room");
            take.finish().expect("room");
            let whole = std::fs::read(&path).expect("there");
            let truth = samples_of(&path);
            std::fs::write(&path, &whole[..cut.min(whole.len())]).expect("written");
            let frames = cut.min(whole.len()).saturating_sub(HEADER) / 2 / usize::from(channels);
            match recover_take(&path) {
                Ok(found) => {
                    prop_assert_eq!(found.frames, frames as u64);
                    prop_assert!(samples_of(&path) == truth[..frames * usize::from(channels)]);
                    prop_assert!(!recover_take(&path).expect("is whole now").repaired);
                }
                Err(error) => prop_assert!(frames == 0, "{}", error),
            }
        }
    }

    #[test]
    #[ignore = "the child of the next test: records until it is killed"]
    fn record_until_killed() {
        let path = std::env::var_os("EVENKEEL_TEST_TAKE").expect("set by the parent");
        let mut take = TakeWriter::create(Path::new(&path), 16_000, 1).expect("new");
        let started = std::time::Instant::now();
        loop {
            take.write(&ramp(160)).expect("room");
            let due = std::time::Duration::from_secs_f64(take.duration_s());
            std::thread::sleep(due.saturating_sub(started.elapsed()));
        }
    }

    #[test]
    fn a_killed_recorder_loses_at_most_a_quarter_second() {
        let dir = tempfile::tempdir().expect("dir");
        let path = dir.path().join("take.wav");
        let mut child = std::process::Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "audio::take::tests::record_until_killed", "--ignored"])
            .env("EVENKEEL_TEST_TAKE", &path)
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("starts");
        let wait = |done: &dyn Fn() -> bool| {
            let limit = std::time::Instant::now() + std::time::Duration::from_secs(20);
            while !done() && std::time::Instant::now() < limit {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
        };
        wait(&|| path.metadata().is_ok_and(|m| m.len() > 44));
        let seen = (path.metadata().expect("records").len() - 44) as f64 / 32_000.0;
        let watched = std::time::Instant::now();
        std::thread::sleep(std::time::Duration::from_millis(1_234));
        child.kill().expect("killed");
        let recorded_s = seen + watched.elapsed().as_secs_f64();
        child.wait().expect("gone");
        let readable_s = samples_of(&path).len() as f64 / 16_000.0;
        assert!(recorded_s - readable_s < 0.25, "{readable_s} s of about {recorded_s} s");
        assert!(recover_take(&path).expect("recovers").duration_s >= readable_s);
    }
}
