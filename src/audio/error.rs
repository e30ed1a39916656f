//! What can go wrong with a recording, each with the remedy.

use std::path::{Path, PathBuf};

/// A recording could not be read or written; the message names the file and says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AudioError {
    /// Nothing under that name.
    #[error("{}: there is no such file; check the spelling, or give the full path", path.display())]
    NotFound {
        /// As given.
        path: PathBuf,
    },
    /// The name is a folder's.
    #[error(
        "{}: this is a folder; name a recording in it, or read the whole folder with `evenkeel batch`",
        path.display()
    )]
    Folder {
        /// As given.
        path: PathBuf,
    },
    /// No byte in it.
    #[error("{}: the file is empty; the recorder wrote nothing, or the copy failed: copy it again", path.display())]
    Empty {
        /// As given.
        path: PathBuf,
    },
    /// Something else than a recording.
    #[error(
        "{}: this is not a recording but {what}; readable are WAV, AIFF, FLAC, MP3, Ogg Vorbis and M4A/AAC files",
        path.display()
    )]
    NotAudio {
        /// As given.
        path: PathBuf,
        /// What it looks like, with its article.
        what: String,
    },
    /// A recording in a coding that nothing here decodes.
    #[error(
        "{}: the sound is coded as {codec}, which cannot be read here; convert it first, for example: \
         ffmpeg -i \"{}\" -c:a pcm_s16le converted.wav",
        path.display(), path.display()
    )]
    Unsupported {
        /// As given.
        path: PathBuf,
        /// Name of the coding.
        codec: String,
    },
    /// A recording whose header or content makes no sense.
    #[error("{}: the recording is damaged: {why}; copy or export it again", path.display())]
    Damaged {
        /// As given.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// A sample rate no speech is recorded at.
    #[error(
        "{}: the header says {rate_hz} samples a second; readable are 1,000 to 768,000: the header is wrong, export it again",
        path.display()
    )]
    Rate {
        /// As given.
        path: PathBuf,
        /// As the header says.
        rate_hz: u32,
    },
    /// Asked for a channel that is not there.
    #[error("{}: there is no channel {wanted}; the recording has {}", path.display(), channel_range(*channels))]
    NoSuchChannel {
        /// As given.
        path: PathBuf,
        /// From 0.
        wanted: u16,
        /// How many there are.
        channels: u16,
    },
    /// Longer than is read in one piece.
    #[error("{}: the recording is longer than {max}; split it and read the parts", path.display())]
    TooLong {
        /// As given.
        path: PathBuf,
        /// The limit in words.
        max: String,
    },
    /// The operating system refused to read.
    #[error("{}: cannot be read: {source}; check the permissions and that the disk is connected", path.display())]
    Read {
        /// As given.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The samples found no room on disk.
    #[error(
        "{}: no temporary file can be written there: {source}; free some space or set TMPDIR to a folder with room",
        dir.display()
    )]
    Temporary {
        /// Where.
        dir: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A take never overwrites.
    #[error("{}: a file of that name exists and is never overwritten; choose another name", path.display())]
    Exists {
        /// As given.
        path: PathBuf,
    },
    /// The disk is full; what was written so far is kept.
    #[error(
        "{}: the disk is full; what was recorded until now is kept: free some space and record the rest as a new take",
        path.display()
    )]
    DiskFull {
        /// As given.
        path: PathBuf,
    },
    /// The operating system refused to write; what was written so far is kept.
    #[error("{}: cannot be written: {source}; check that the folder exists and may be written to", path.display())]
    Write {
        /// As given.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A take that was cut off before its first sample, or is none.
    #[error("{}: no sound can be recovered from this take: {why}; it can be deleted", path.display())]
    NothingToRecover {
        /// As given.
        path: PathBuf,
        /// Why not.
        why: String,
    },
}

fn channel_range(channels: u16) -> String {
    match channels {
        1 => "one, number 0".to_owned(),
        n => format!("{n}, numbered 0 to {}", n - 1),
    }
}

impl AudioError {
    pub(super) fn damaged(path: &Path, why: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_owned(), why: why.into() }
    }

    pub(super) fn unsupported(path: &Path, codec: impl Into<String>) -> Self {
        Self::Unsupported { path: path.to_owned(), codec: codec.into() }
    }

    pub(super) fn read(path: &Path, source: std::io::Error) -> Self {
        match source.kind() {
            std::io::ErrorKind::NotFound => Self::NotFound { path: path.to_owned() },
            std::io::ErrorKind::IsADirectory => Self::Folder { path: path.to_owned() },
            _ => Self::Read { path: path.to_owned(), source },
        }
    }

    pub(super) fn write(path: &Path, source: std::io::Error) -> Self {
        match source.kind() {
            std::io::ErrorKind::AlreadyExists => Self::Exists { path: path.to_owned() },
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                Self::DiskFull { path: path.to_owned() }
            }
            _ => Self::Write { path: path.to_owned(), source },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_channel_is_answered_with_the_ones_there_are() {
        let error =
            |channels| AudioError::NoSuchChannel { path: "a.wav".into(), wanted: 2, channels }.to_string();
        assert_eq!(error(1), "a.wav: there is no channel 2; the recording has one, number 0");
        assert_eq!(error(2), "a.wav: there is no channel 2; the recording has 2, numbered 0 to 1");
    }
}
