//! Takes that a crash left behind: rows that are still "recording", and recordings on disk that no row knows.

use super::{Library, LibraryError, NewTake, TakeId, TakeKind, TakeState};
use crate::audio;
use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};

/// A take to be offered for recovery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recoverable {
    /// Its row; absent when only the file is left.
    pub take: Option<TakeId>,
    /// The recording.
    pub path: PathBuf,
    /// Its size; 0 when there is none, so that only discarding is left.
    pub bytes: u64,
    /// When it was begun, in seconds since 1970 (UTC); of the file where no row is left.
    pub started_at: i64,
    /// For the list.
    pub title: String,
}

impl Library {
    /// What a crash left behind, latest first; takes that are being recorded right now, here or by another program, are not
    /// among it.
    pub fn recoverable(&self) -> Result<Vec<Recoverable>, LibraryError> {
        let takes = self.takes()?;
        let mut known = BTreeSet::new();
        let mut out = Vec::new();
        for take in takes {
            if take.state == TakeState::Recording && !self.is_being_recorded(take.id, &take.audio) {
                let bytes = std::fs::metadata(&take.audio).map_or(0, |m| m.len());
                out.push(Recoverable {
                    take: Some(take.id),
                    path: take.audio.clone(),
                    bytes,
                    started_at: take.started_at,
                    title: take.title,
                });
            }
            known.insert(take.audio);
        }
        let dir = self.takes_dir();
        let entries = std::fs::read_dir(&dir).map_err(|e| LibraryError::file(&dir, e))?;
        for entry in entries.flatten() {
            let path = entry.path();
            let is_take = path.extension().is_some_and(|e| e == "wav");
            let Ok(meta) = entry.metadata() else { continue };
            if is_take && meta.is_file() && !known.contains(&path) {
                let modified =
                    meta.modified().ok().and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok());
                out.push(Recoverable {
                    take: None,
                    bytes: meta.len(),
                    started_at: modified.map_or(0, |d| d.as_secs().cast_signed()),
                    title: entry.file_name().to_string_lossy().into_owned(),
                    path,
                });
            }
        }
        out.sort_by_key(|r| std::cmp::Reverse(r.started_at));
        Ok(out)
    }

    fn is_being_recorded(&self, id: TakeId, audio: &Path) -> bool {
        if self.recording.contains_key(&id) {
            return true;
        }
        let Ok(file) = File::open(audio.with_extension("lock")) else { return false };
        matches!(file.try_lock(), Err(std::fs::TryLockError::WouldBlock))
    }

    /// Mends the recording and makes the take whole; gives back its id.
    pub fn recover(&mut self, found: &Recoverable) -> Result<TakeId, LibraryError> {
        let mended = audio::recover_take(&found.path).map_err(|e| LibraryError::Pack {
            path: found.path.clone(),
            reason: format!("can't be recovered: {e}"),
        })?;
        let id = if let Some(id) = found.take {
            id
        } else {
            let new = NewTake {
                kind: TakeKind::Call,
                scenario: String::new(),
                title: found.title.clone(),
                heat: 0,
                retry_of: None,
                device: String::new(),
                started_at: found.started_at,
            };
            let name = found.path.file_name().map(|n| n.to_string_lossy().into_owned());
            self.insert_take(&new, TakeState::Recording, name.as_deref())?
        };
        self.finish_recording(id, mended.duration_s)?;
        let _ = std::fs::remove_file(found.path.with_extension("lock"));
        Ok(id)
    }

    /// Throws away what a crash left behind.
    pub fn discard(&mut self, found: &Recoverable) -> Result<(), LibraryError> {
        match found.take {
            Some(id) => self.delete_take(id),
            None => std::fs::remove_file(&found.path).map_err(|e| LibraryError::file(&found.path, e)),
        }
    }
}
