//! The bytes of a recording: a file, standard input spooled to a temporary file, or memory.

use super::AudioError;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What every reader here needs; symphonia wants it shareable between threads.
pub(super) trait Bytes: Read + Seek + Send + Sync {}
impl<T: Read + Seek + Send + Sync> Bytes for T {}

#[derive(Clone, Debug)]
enum Place {
    File,
    Spooled(Arc<tempfile::NamedTempFile>),
    Memory(Arc<[u8]>),
}

/// Where the bytes are, under the name that messages use.
#[derive(Clone, Debug)]
pub(super) struct Input {
    /// As given by the person.
    pub path: PathBuf,
    place: Place,
    /// Length in bytes.
    pub len: u64,
}

impl Input {
    /// A file by its name.
    pub fn file(path: &Path) -> Result<Self, AudioError> {
        let meta = std::fs::metadata(path).map_err(|e| AudioError::read(path, e))?;
        if meta.is_dir() {
            return Err(AudioError::Folder { path: path.to_owned() });
        }
        if !meta.is_file() {
            // A pipe or a device cannot be read twice: keep a copy.
            let file = File::open(path).map_err(|e| AudioError::read(path, e))?;
            return Self::spool(path, file);
        }
        Self { path: path.to_owned(), place: Place::File, len: meta.len() }.not_empty()
    }

    /// A stream that cannot be read twice, copied to a temporary file.
    pub fn spool(name: &Path, mut reader: impl Read) -> Result<Self, AudioError> {
        let dir = temporary_dir();
        let failed = |source| AudioError::Temporary { dir: dir.clone(), source };
        let mut file = tempfile::NamedTempFile::new_in(&dir).map_err(failed)?;
        let mut len = 0u64;
        let mut block = vec![0u8; 1 << 16];
        loop {
            let n = match reader.read(&mut block) {
                Ok(0) => break,
                Ok(n) => n,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(AudioError::read(name, e)),
            };
            file.write_all(&block[..n]).map_err(failed)?;
            len += n as u64;
        }
        Self { path: name.to_owned(), place: Place::Spooled(Arc::new(file)), len }.not_empty()
    }

    /// Bytes in memory.
    pub fn memory(name: &Path, bytes: &[u8]) -> Result<Self, AudioError> {
        Self { path: name.to_owned(), place: Place::Memory(bytes.into()), len: bytes.len() as u64 }
            .not_empty()
    }

    fn not_empty(self) -> Result<Self, AudioError> {
        if self.len == 0 { Err(AudioError::Empty { path: self.path }) } else { Ok(self) }
    }

    /// A new reader at the first byte.
    pub fn reader(&self) -> Result<Box<dyn Bytes>, AudioError> {
        let open = |path: &Path| File::open(path).map_err(|e| AudioError::read(&self.path, e));
        Ok(match &self.place {
            Place::File => Box::new(open(&self.path)?),
            Place::Spooled(file) => Box::new(open(file.path())?),
            Place::Memory(bytes) => Box::new(Cursor::new(bytes.clone())),
        })
    }

    /// SHA-256 of all bytes, lower-case hexadecimal.
    pub fn sha256(&self) -> Result<String, AudioError> {
        let mut reader = self.reader()?;
        let mut hash = Sha256::new();
        let mut block = vec![0u8; 1 << 16];
        loop {
            match reader.read(&mut block) {
                Ok(0) => break,
                Ok(n) => hash.update(&block[..n]),
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(e) => return Err(AudioError::read(&self.path, e)),
            }
        }
        Ok(hash.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
            let digit = |d: u8| char::from_digit(u32::from(d), 16).unwrap_or('0');
            hex.push(digit(byte >> 4));
            hex.push(digit(byte & 15));
            hex
        }))
    }
}

/// Where samples are kept while they are worked on: `TMPDIR` if set; else the disk's `/var/tmp`, because `/tmp` is
/// memory on many systems and three hours of sound do not belong there; else what the system offers.
pub(super) fn temporary_dir() -> PathBuf {
    let disk = Path::new("/var/tmp");
    if cfg!(unix) && std::env::var_os("TMPDIR").is_none_or(|d| d.is_empty()) && disk.is_dir() {
        let writable = tempfile::tempfile_in(disk).is_ok();
        if writable {
            return disk.to_owned();
        }
    }
    std::env::temp_dir()
}

/// A stretch of a larger reader that looks like a whole file.
pub(super) struct Section<R> {
    inner: R,
    start: u64,
    len: u64,
    at: u64,
}

impl<R: Read + Seek> Section<R> {
    pub fn new(mut inner: R, start: u64, len: u64) -> std::io::Result<Self> {
        inner.seek(SeekFrom::Start(start))?;
        Ok(Self { inner, start, len, at: 0 })
    }

    pub fn len(&self) -> u64 {
        self.len
    }
}

impl<R: Read> Read for Section<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let left = usize::try_from(self.len.saturating_sub(self.at)).unwrap_or(usize::MAX).min(out.len());
        let n = self.inner.read(&mut out[..left])?;
        self.at += n as u64;
        Ok(n)
    }
}

impl<R: Seek> Seek for Section<R> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.len.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        let at = target.ok_or_else(|| std::io::Error::from(std::io::ErrorKind::InvalidInput))?;
        let absolute = self
            .start
            .checked_add(at)
            .ok_or_else(|| std::io::Error::from(std::io::ErrorKind::InvalidInput))?;
        self.inner.seek(SeekFrom::Start(absolute))?;
        self.at = at;
        Ok(at)
    }
}

/// Fills as much of `out` as there is.
pub(super) fn read_up_to(reader: &mut dyn Read, out: &mut [u8]) -> std::io::Result<usize> {
    let mut have = 0;
    while have < out.len() {
        match reader.read(&mut out[have..]) {
            Ok(0) => break,
            Ok(n) => have += n,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(have)
}
