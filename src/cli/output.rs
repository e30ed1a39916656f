//! Where results go: standard output, or a file that appears whole or not at all.

use crate::report::{self, temporary_beside};
use anyhow::{Context, Result, bail};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

/// Standard output or a file in the making.
pub enum Output {
    /// Standard output, buffered.
    Stdout(std::io::BufWriter<std::io::Stdout>),
    /// A temporary file beside the target, renamed onto it at the end.
    File {
        /// The target.
        path: PathBuf,
        /// What is written so far.
        temp: tempfile::NamedTempFile,
    },
}

impl Output {
    /// Opens the target, so that an unwritable one is found before hours of work.
    pub fn open(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path.filter(|p| *p != Path::new("-")) else {
            return Ok(Self::Stdout(std::io::BufWriter::new(std::io::stdout())));
        };
        if path.is_dir() {
            bail!("{}: this is a folder; name a file for --out", path.display());
        }
        let temp = temporary_beside(path).map_err(|e| {
            anyhow::anyhow!("{}: cannot write here, {}; choose another --out", path.display(), why(&e))
        })?;
        Ok(Self::File { path: path.to_owned(), temp })
    }

    /// Puts a file in its place, or flushes standard output.
    pub fn finish(self) -> Result<()> {
        match self {
            Self::Stdout(mut out) => quiet_when_closed(out.flush()),
            Self::File { path, temp } => persist(temp, &path),
        }
    }
}

fn persist(mut temp: tempfile::NamedTempFile, path: &Path) -> Result<()> {
    temp.flush().and_then(|()| temp.as_file().sync_all()).with_context(|| {
        format!("{}: the results could not be written; is the disk full?", path.display())
    })?;
    temp.persist(path).with_context(|| format!("{}: cannot put the results here", path.display()))?;
    Ok(())
}

/// What the system says, in words without its numbers and names.
pub fn why(error: &std::io::Error) -> String {
    use std::io::ErrorKind as K;
    match error.kind() {
        K::NotFound => "there is no such folder or file".to_owned(),
        K::PermissionDenied => "the system does not allow it".to_owned(),
        K::ReadOnlyFilesystem => "the disk can only be read".to_owned(),
        K::StorageFull | K::QuotaExceeded => "the disk is full".to_owned(),
        K::NotADirectory => "a part of the path is a file".to_owned(),
        K::IsADirectory => "it is a folder".to_owned(),
        _ => {
            let text = error.to_string();
            text.split(" (os error").next().unwrap_or(&text).to_owned()
        }
    }
}

/// Writes a whole file, which appears complete or not at all.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    report::write_whole(path, bytes).with_context(|| {
        format!(
            "{}: the results cannot be written here; is the disk full or the folder protected?",
            path.display()
        )
    })
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::Stdout(out) => out.write(bytes),
            Self::File { temp, .. } => temp.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::Stdout(out) => out.flush(),
            Self::File { temp, .. } => temp.flush(),
        }
    }
}

/// Whoever reads us may stop early (`evenkeel ... | head`): that is not our failure.
pub fn quiet_when_closed(result: std::io::Result<()>) -> Result<()> {
    match result {
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("standard output could not be written"),
    }
}

/// Whether a person reads standard output directly.
pub fn on_terminal() -> bool {
    std::io::stdout().is_terminal()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_only_when_it_is_finished() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("result.json");
        let mut out = Output::open(Some(&path)).unwrap();
        out.write_all(b"{}").unwrap();
        assert!(!path.exists());
        out.finish().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"{}");
    }

    #[test]
    fn an_abandoned_file_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        drop(Output::open(Some(&dir.path().join("x"))).unwrap());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_folder_as_target_is_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let error = Output::open(Some(dir.path())).err().unwrap().to_string();
        assert!(error.contains("name a file"), "{error}");
    }
}
