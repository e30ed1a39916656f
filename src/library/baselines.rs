//! The person's neutral voice, one for each microphone; the shape of the data belongs to `measure`.

use super::{Library, LibraryError};
use rusqlite::{OptionalExtension, params};
use serde::{Serialize, de::DeserializeOwned};

/// A baseline and when it was made.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredBaseline<T> {
    /// Seconds since 1970 (UTC).
    pub made_at: i64,
    /// The data.
    pub data: T,
}

impl Library {
    /// Keeps the baseline of a microphone in place of an earlier one.
    pub fn set_baseline<T: Serialize>(
        &self,
        device: &str,
        made_at: i64,
        data: &T,
    ) -> Result<(), LibraryError> {
        let text = serde_json::to_string(data).unwrap_or_default();
        let sql = "INSERT INTO baselines(device, made_at, data) VALUES (?1, ?2, ?3)
                   ON CONFLICT(device) DO UPDATE SET made_at = excluded.made_at, data = excluded.data";
        self.done(self.db.execute(sql, params![device, made_at, text])).map(drop)
    }

    /// The baseline of a microphone; `None` when there is none or it no longer has this shape.
    pub fn baseline<T: DeserializeOwned>(
        &self,
        device: &str,
    ) -> Result<Option<StoredBaseline<T>>, LibraryError> {
        let sql = "SELECT made_at, data FROM baselines WHERE device = ?1";
        let found = self.db.query_row(sql, [device], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?)));
        let row = self.done(found.optional())?;
        Ok(row.and_then(|(made_at, text)| {
            Some(StoredBaseline { made_at, data: serde_json::from_str(&text).ok()? })
        }))
    }

    /// Forgets the baseline of a microphone.
    pub fn delete_baseline(&self, device: &str) -> Result<(), LibraryError> {
        self.done(self.db.execute("DELETE FROM baselines WHERE device = ?1", [device])).map(drop)
    }
}
