//! Deleting, how long things are kept, and what they take.

use super::{Library, LibraryError, TakeId};
use std::path::{Path, PathBuf};

/// What the library takes on disk, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Storage {
    /// Recordings inside the library.
    pub audio_bytes: u64,
    /// The database.
    pub database_bytes: u64,
    /// Takes.
    pub takes: u64,
}

const DAY_S: i64 = 86_400;

impl Library {
    /// Deletes a take with its recording and everything that hangs on it; its journal entries stay. A recording under review
    /// that lies outside the library is the person's own file and stays too.
    pub fn delete_take(&mut self, id: TakeId) -> Result<(), LibraryError> {
        let take = self.take(id)?;
        self.unlock(id, &take.audio);
        // The sound first: a row without sound is visible and can be deleted again, sound without a row would be forgotten.
        self.remove_audio(&take.audio)?;
        self.done(self.db.execute("DELETE FROM takes WHERE id = ?1", [id])).map(drop)
    }

    /// Deletes all takes with their recordings, notes and ratings, and the journal; settings and baselines stay.
    pub fn delete_all(&mut self) -> Result<(), LibraryError> {
        for take in self.takes()? {
            self.unlock(take.id, &take.audio);
            self.remove_audio(&take.audio)?;
        }
        let sql = "DELETE FROM takes; DELETE FROM journal; INSERT INTO journal_words(journal_words) VALUES ('rebuild');";
        self.done(self.db.execute_batch(sql))?;
        // Nothing of it may stay in the free pages or in the write-ahead log.
        self.done(self.db.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);"))
    }

    /// Deletes takes that began more than so many days before now; 0 days keeps everything. Gives back what was deleted.
    pub fn expire(&mut self, now: i64, days: u32) -> Result<Vec<TakeId>, LibraryError> {
        if days == 0 {
            return Ok(Vec::new());
        }
        let before = now - i64::from(days) * DAY_S;
        let old: Vec<TakeId> =
            self.takes()?.into_iter().filter(|t| t.started_at < before).map(|t| t.id).collect();
        for id in &old {
            self.delete_take(*id)?;
        }
        Ok(old)
    }

    /// What the library takes on disk.
    pub fn storage(&self) -> Result<Storage, LibraryError> {
        let sql = "SELECT count(*), total(audio_bytes) FROM takes";
        let (takes, audio): (i64, f64) =
            self.done(self.db.query_row(sql, [], |r| Ok((r.get(0)?, r.get(1)?))))?;
        let size = |name: &str| std::fs::metadata(self.dir.join(name)).map_or(0, |m| m.len());
        Ok(Storage {
            audio_bytes: audio as u64,
            database_bytes: size("library.db") + size("library.db-wal"),
            takes: takes.unsigned_abs(),
        })
    }

    fn remove_audio(&self, audio: &Path) -> Result<(), LibraryError> {
        if !audio.starts_with(self.takes_dir()) {
            return Ok(());
        }
        let lock: PathBuf = audio.with_extension("lock");
        let _ = std::fs::remove_file(lock);
        match std::fs::remove_file(audio) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(LibraryError::file(audio, e)),
            _ => Ok(()),
        }
    }
}
