//! A take while it is recorded: its row, its file, its lock.

use super::json::{stored, word};
use super::{NewTake, TakeId, TakeState};
use crate::library::{Library, LibraryError};
use crate::rehearse::TakeLog;
use rusqlite::{OptionalExtension, params};
use std::fs::File;
use std::path::{Path, PathBuf};

impl Library {
    /// Writes the row of a take and names the file to record to: fresh, inside the library, never an existing one.
    pub fn begin_take(&mut self, new: &NewTake) -> Result<(TakeId, PathBuf), LibraryError> {
        let id = self.insert_take(new, TakeState::Recording, None)?;
        let path = self.take(id)?.audio;
        let lock = path.with_extension("lock");
        // The lock only keeps a second program from offering this take for recovery; without it recording goes on.
        if let Ok(file) = File::create(&lock)
            && file.try_lock().is_ok()
        {
            self.recording.insert(id, file);
        }
        Ok((id, path))
    }

    /// Adds a recording that lies elsewhere and stays there.
    pub fn add_review(
        &mut self,
        new: &NewTake,
        audio: &Path,
        duration_s: f64,
    ) -> Result<TakeId, LibraryError> {
        let audio = std::path::absolute(audio).map_err(|e| LibraryError::file(audio, e))?;
        let known = "SELECT id FROM takes WHERE audio = ?1";
        let found = self.db.query_row(known, [audio.to_string_lossy()], |r| r.get(0)).optional();
        let id = match self.done(found)? {
            Some(id) => id,
            None => self.insert_take(new, TakeState::Recorded, Some(&audio.to_string_lossy()))?,
        };
        self.done(
            self.db.execute("UPDATE takes SET duration_s = ?2 WHERE id = ?1", params![id, duration_s]),
        )?;
        Ok(id)
    }

    pub(in crate::library) fn insert_take(
        &mut self,
        new: &NewTake,
        state: TakeState,
        audio: Option<&str>,
    ) -> Result<TakeId, LibraryError> {
        let (parent, line) = new.retry_of.clone().unzip();
        let sql = "INSERT INTO takes(kind, state, scenario, title, heat, parent, parent_line, device, started_at, audio)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        self.transact(|tx| {
            // A unique placeholder until the id is known.
            let placeholder = audio.map_or_else(|| format!("?{}", new.started_at), str::to_owned);
            let (kind, state) = (word(new.kind), word(state));
            let row = params![
                kind,
                state,
                new.scenario,
                new.title,
                new.heat,
                parent,
                line,
                new.device,
                new.started_at,
                placeholder
            ];
            tx.execute(sql, row)?;
            let id = tx.last_insert_rowid();
            if audio.is_none() {
                // The time keeps names apart even when a lost database starts counting again.
                let name = format!("take-{id:06}-{}.wav", new.started_at);
                tx.execute("UPDATE takes SET audio = ?2 WHERE id = ?1", params![id, name])?;
            }
            tx.execute("INSERT INTO take_data(take) VALUES (?1)", [id])?;
            Ok(id)
        })
    }

    pub(super) fn audio_path(&self, stored: &str) -> PathBuf {
        // Joining an absolute path gives that path: recordings under review stay where they are.
        self.takes_dir().join(stored)
    }

    /// Keeps the course so far; call it whenever a line was played, so that a crash loses little of it.
    pub fn save_log(&self, id: TakeId, log: &TakeLog) -> Result<(), LibraryError> {
        let text = serde_json::to_string(log).map_err(|e| stored(id, "course", &e))?;
        self.touched(id, self.db.execute("UPDATE take_data SET log = ?2 WHERE take = ?1", params![id, text]))
    }

    /// The recording is whole.
    pub fn finish_recording(&mut self, id: TakeId, duration_s: f64) -> Result<(), LibraryError> {
        let path = self.take(id)?.audio;
        let bytes = std::fs::metadata(&path).map_or(0, |m| m.len());
        let sql = "UPDATE takes SET state = ?2, duration_s = ?3, audio_bytes = ?4 WHERE id = ?1";
        let row = params![id, word(TakeState::Recorded), duration_s, bytes.cast_signed()];
        self.touched(id, self.db.execute(sql, row))?;
        self.unlock(id, &path);
        Ok(())
    }

    pub(in crate::library) fn unlock(&mut self, id: TakeId, audio: &Path) {
        if self.recording.remove(&id).is_some() {
            // A lock file that stays behind is unlocked and harmless; the next recovery removes it.
            let _ = std::fs::remove_file(audio.with_extension("lock"));
        }
    }
}
