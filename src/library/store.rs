//! The library: one folder with `library.db` and the recordings in `takes/`.

use super::{LibraryError, TakeId, schema};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

/// The library. One connection: keep it on one worker thread.
#[derive(Debug)]
pub struct Library {
    pub(super) dir: PathBuf,
    path: PathBuf,
    pub(super) db: Connection,
    /// Locks of the takes that this program is recording, so that no other one offers them for recovery.
    pub(super) recording: BTreeMap<i64, File>,
}

impl Library {
    /// Opens the library in a folder, which is made where it is missing.
    pub fn open(dir: &Path) -> Result<Self, LibraryError> {
        let takes = dir.join("takes");
        std::fs::create_dir_all(&takes).map_err(|e| LibraryError::file(&takes, e))?;
        let path = dir.join("library.db");
        let mut db = Connection::open(&path).map_err(|e| LibraryError::database(&path, e))?;
        schema::prepare(&mut db, &path)?;
        Ok(Self { dir: dir.to_owned(), path, db, recording: BTreeMap::new() })
    }

    /// Its folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The folder of the recordings.
    pub(super) fn takes_dir(&self) -> PathBuf {
        self.dir.join("takes")
    }

    pub(super) fn done<T>(&self, result: rusqlite::Result<T>) -> Result<T, LibraryError> {
        result.map_err(|e| LibraryError::database(&self.path, e))
    }

    /// All of it or nothing.
    pub(super) fn transact<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, LibraryError> {
        let done = (|| {
            let tx = self.db.transaction()?;
            let value = work(&tx)?;
            tx.commit()?;
            Ok(value)
        })();
        self.done(done)
    }

    /// The rows of a query about one take.
    pub(super) fn rows_of<T>(
        &self,
        sql: &str,
        take: TakeId,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, LibraryError> {
        let rows = (|| self.db.prepare_cached(sql)?.query_map([take], read)?.collect())();
        self.done(rows)
    }

    /// Turns "no row was changed" into "there is no such take".
    pub(super) fn touched(&self, id: TakeId, changed: rusqlite::Result<usize>) -> Result<(), LibraryError> {
        if self.done(changed)? == 0 { Err(LibraryError::NoTake(id)) } else { Ok(()) }
    }

    /// A setting; `None` when it was never made or no longer has this shape.
    pub fn setting<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, LibraryError> {
        let found =
            self.db.query_row("SELECT value FROM settings WHERE key = ?1", [key], |r| r.get::<_, String>(0));
        let text = self.done(found.optional())?;
        Ok(text.and_then(|t| serde_json::from_str(&t).ok()))
    }

    /// Makes a setting.
    pub fn set_setting<T: Serialize>(&self, key: &str, value: &T) -> Result<(), LibraryError> {
        let text = serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned());
        let sql = "INSERT INTO settings(key, value) VALUES (?1, ?2) ON CONFLICT(key) DO UPDATE SET value = excluded.value";
        self.done(self.db.execute(sql, params![key, text])).map(drop)
    }
}
