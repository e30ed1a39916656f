//! A trainer's time-stamped notes and scorecard.

use super::{Library, LibraryError, TakeId};
use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

/// A note at a moment of a take.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// Id.
    pub id: i64,
    /// Moment.
    pub at_s: f64,
    /// Text.
    pub text: String,
}

/// A trainer's scorecard: criterion, points from 1 to 5 or none, and a remark; five lines by default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scorecard {
    /// In order.
    pub lines: Vec<(String, Option<u8>, String)>,
}

impl Scorecard {
    /// The card to start from; a trainer edits it.
    pub fn template() -> Self {
        let lines = [
            "Let the customer finish",
            "Acknowledged before asking",
            "Honest about what can be done",
            "Clear next step and time",
            "Calm, neutral voice",
        ];
        Self { lines: lines.into_iter().map(|l| (l.to_owned(), None, String::new())).collect() }
    }
}

impl Library {
    /// Adds a note.
    pub fn add_note(&self, take: TakeId, at_s: f64, text: &str) -> Result<i64, LibraryError> {
        self.take(take)?;
        self.done(
            self.db.execute(
                "INSERT INTO notes(take, at_s, text) VALUES (?1, ?2, ?3)",
                params![take, at_s, text],
            ),
        )?;
        Ok(self.db.last_insert_rowid())
    }

    /// Changes a note's text; an empty one removes it.
    pub fn edit_note(&self, id: i64, text: &str) -> Result<(), LibraryError> {
        let changed = if text.trim().is_empty() {
            self.db.execute("DELETE FROM notes WHERE id = ?1", [id])
        } else {
            self.db.execute("UPDATE notes SET text = ?2 WHERE id = ?1", params![id, text])
        };
        self.done(changed).map(drop)
    }

    /// The notes of a take, in order of time.
    pub fn notes(&self, take: TakeId) -> Result<Vec<Note>, LibraryError> {
        let row = |r: &Row<'_>| Ok(Note { id: r.get(0)?, at_s: r.get(1)?, text: r.get(2)? });
        self.rows_of("SELECT id, at_s, text FROM notes WHERE take = ?1 ORDER BY at_s, id", take, row)
    }

    /// Keeps a take's scorecard.
    pub fn set_scorecard(&self, take: TakeId, card: &Scorecard) -> Result<(), LibraryError> {
        self.take(take)?;
        let text = serde_json::to_string(card).unwrap_or_default();
        let sql = "INSERT INTO scorecards(take, data) VALUES (?1, ?2) ON CONFLICT(take) DO UPDATE SET data = excluded.data";
        self.done(self.db.execute(sql, params![take, text])).map(drop)
    }

    /// A take's scorecard.
    pub fn scorecard(&self, take: TakeId) -> Result<Option<Scorecard>, LibraryError> {
        let found = self
            .db
            .query_row("SELECT data FROM scorecards WHERE take = ?1", [take], |r| r.get::<_, String>(0));
        Ok(self.done(found.optional())?.and_then(|t| serde_json::from_str(&t).ok()))
    }
}
