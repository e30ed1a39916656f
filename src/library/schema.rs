//! Tables and their migrations; `user_version` counts them. A migration that was released is never edited, only followed.

use super::LibraryError;
use rusqlite::Connection;
use std::path::Path;

/// Each brings the database from the version before to its own.
const MIGRATIONS: [(i64, &str); 1] = [(
    1,
    r"
CREATE TABLE takes (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    kind        TEXT NOT NULL,
    state       TEXT NOT NULL,
    scenario    TEXT NOT NULL,
    title       TEXT NOT NULL,
    heat        INTEGER NOT NULL,
    parent      INTEGER REFERENCES takes(id) ON DELETE SET NULL,
    parent_line TEXT,
    device      TEXT NOT NULL,
    started_at  INTEGER NOT NULL,
    duration_s  REAL NOT NULL DEFAULT 0,
    audio       TEXT NOT NULL UNIQUE,
    audio_bytes INTEGER NOT NULL DEFAULT 0,
    outcome     TEXT,
    self_rating INTEGER CHECK (self_rating BETWEEN 1 AND 5),
    call_note   TEXT NOT NULL DEFAULT ''
);
CREATE INDEX takes_by_time ON takes(started_at);
CREATE INDEX takes_by_scenario ON takes(scenario, started_at);
-- Large texts apart, so that lists stay quick.
CREATE TABLE take_data (
    take     INTEGER PRIMARY KEY REFERENCES takes(id) ON DELETE CASCADE,
    log      TEXT,
    analysis TEXT
);
CREATE TABLE measures (
    take       INTEGER NOT NULL REFERENCES takes(id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    value      REAL NOT NULL,
    confidence TEXT NOT NULL,
    lo         REAL,
    hi         REAL,
    PRIMARY KEY (take, name)
) WITHOUT ROWID;
CREATE TABLE practiced (
    take INTEGER NOT NULL REFERENCES takes(id) ON DELETE CASCADE,
    item TEXT NOT NULL,
    well INTEGER NOT NULL,
    PRIMARY KEY (take, item)
) WITHOUT ROWID;
CREATE TABLE corrections (
    id   INTEGER PRIMARY KEY,
    take INTEGER NOT NULL REFERENCES takes(id) ON DELETE CASCADE,
    data TEXT NOT NULL
);
CREATE INDEX corrections_by_take ON corrections(take);
CREATE TABLE reflections (
    take   INTEGER NOT NULL REFERENCES takes(id) ON DELETE CASCADE,
    prompt TEXT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (take, prompt)
) WITHOUT ROWID;
CREATE TABLE notes (
    id   INTEGER PRIMARY KEY,
    take INTEGER NOT NULL REFERENCES takes(id) ON DELETE CASCADE,
    at_s REAL NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX notes_by_take ON notes(take, at_s);
CREATE TABLE scorecards (
    take INTEGER PRIMARY KEY REFERENCES takes(id) ON DELETE CASCADE,
    data TEXT NOT NULL
);
CREATE TABLE journal (
    id         INTEGER PRIMARY KEY,
    take       INTEGER REFERENCES takes(id) ON DELETE SET NULL,
    written_at INTEGER NOT NULL,
    text       TEXT NOT NULL
);
CREATE INDEX journal_by_take ON journal(take);
CREATE VIRTUAL TABLE journal_words USING fts5(text, content='journal', content_rowid='id', tokenize='unicode61 remove_diacritics 2');
CREATE TRIGGER journal_added AFTER INSERT ON journal BEGIN
    INSERT INTO journal_words(rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER journal_removed AFTER DELETE ON journal BEGIN
    INSERT INTO journal_words(journal_words, rowid, text) VALUES ('delete', old.id, old.text);
END;
CREATE TRIGGER journal_changed AFTER UPDATE OF text ON journal BEGIN
    INSERT INTO journal_words(journal_words, rowid, text) VALUES ('delete', old.id, old.text);
    INSERT INTO journal_words(rowid, text) VALUES (new.id, new.text);
END;
CREATE TABLE baselines (
    device  TEXT PRIMARY KEY,
    made_at INTEGER NOT NULL,
    data    TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE settings (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
",
)];

/// The format that this program writes.
pub(super) const VERSION: i64 = MIGRATIONS[MIGRATIONS.len() - 1].0;

/// Sets the connection up and brings the database to [`VERSION`], each step whole or not at all.
pub(super) fn prepare(db: &mut Connection, path: &Path) -> Result<(), LibraryError> {
    let fail = |e| LibraryError::database(path, e);
    db.busy_timeout(std::time::Duration::from_secs(3)).map_err(fail)?;
    let found: i64 = db.query_row("PRAGMA user_version", [], |r| r.get(0)).map_err(fail)?;
    if found > VERSION {
        return Err(LibraryError::Newer { path: path.to_owned(), found, known: VERSION });
    }
    db.pragma_update(None, "journal_mode", "WAL").map_err(fail)?;
    db.pragma_update(None, "synchronous", "NORMAL").map_err(fail)?;
    db.pragma_update(None, "foreign_keys", "ON").map_err(fail)?;
    // What is deleted is private: its bytes are overwritten.
    db.pragma_update(None, "secure_delete", "ON").map_err(fail)?;
    for (version, migration) in MIGRATIONS {
        let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(fail)?;
        // Read again inside the lock: another program may have migrated meanwhile.
        let found: i64 = tx.query_row("PRAGMA user_version", [], |r| r.get(0)).map_err(fail)?;
        if found == version - 1 {
            tx.execute_batch(migration).map_err(fail)?;
            tx.pragma_update(None, "user_version", version).map_err(fail)?;
            tx.commit().map_err(fail)?;
        }
    }
    Ok(())
}
