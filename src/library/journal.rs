//! The journal: an entry for a rehearsal or a real call, searchable by its words.

use super::{Library, LibraryError, TakeId};
use rusqlite::{Row, params};

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Id.
    pub id: i64,
    /// The take that it is about.
    pub take: Option<TakeId>,
    /// Seconds since 1970 (UTC).
    pub written_at: i64,
    /// Text.
    pub text: String,
}

/// An entry that a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The entry.
    pub entry: Entry,
    /// A few words around what was found; found words stand between U+0002 and U+0003.
    pub excerpt: String,
}

fn entry(r: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry { id: r.get(0)?, take: r.get(1)?, written_at: r.get(2)?, text: r.get(3)? })
}

impl Library {
    /// Writes an entry.
    pub fn write_journal(
        &self,
        take: Option<TakeId>,
        written_at: i64,
        text: &str,
    ) -> Result<i64, LibraryError> {
        let sql = "INSERT INTO journal(take, written_at, text) VALUES (?1, ?2, ?3)";
        self.done(self.db.execute(sql, params![take, written_at, text]))?;
        Ok(self.db.last_insert_rowid())
    }

    /// Changes an entry's text.
    pub fn edit_journal(&self, id: i64, text: &str) -> Result<(), LibraryError> {
        self.done(self.db.execute("UPDATE journal SET text = ?2 WHERE id = ?1", params![id, text])).map(drop)
    }

    /// Removes an entry.
    pub fn delete_journal(&self, id: i64) -> Result<(), LibraryError> {
        self.done(self.db.execute("DELETE FROM journal WHERE id = ?1", [id])).map(drop)
    }

    /// All entries, latest first.
    pub fn journal(&self) -> Result<Vec<Entry>, LibraryError> {
        let sql = "SELECT id, take, written_at, text FROM journal ORDER BY written_at DESC, id DESC";
        let rows = (|| self.db.prepare_cached(sql)?.query_map([], entry)?.collect())();
        self.done(rows)
    }

    /// Entries that hold all words (the last may be unfinished), best first; whatever is typed is words, never syntax.
    pub fn search_journal(&self, typed: &str) -> Result<Vec<Hit>, LibraryError> {
        let words: Vec<String> = typed
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .map(|w| format!("\"{w}\""))
            .collect();
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let query = format!("{}*", words.join(" "));
        let sql = "SELECT journal.id, take, written_at, journal.text, snippet(journal_words, 0, char(2), char(3), '…', 12)
                   FROM journal_words JOIN journal ON journal.id = journal_words.rowid
                   WHERE journal_words MATCH ?1 ORDER BY rank, written_at DESC LIMIT 200";
        let row = |r: &Row<'_>| Ok(Hit { entry: entry(r)?, excerpt: r.get(4)? });
        let rows = (|| self.db.prepare_cached(sql)?.query_map([query], row)?.collect())();
        self.done(rows)
    }
}
