//! Takes as they were kept: in rows, whole, and as what the ladder and the repetition need of them.

use super::json::{from_word, read_back, stored};
use super::{Reflection, TakeDetail, TakeId, TakeKind, TakeState, TakeSummary};
use crate::library::{Library, LibraryError};
use crate::rehearse::ladder::Past;
use crate::rehearse::repetition::Practiced;
use rusqlite::{OptionalExtension, Row};

const COLUMNS: &str = "id, kind, state, scenario, title, heat, parent, parent_line, device, started_at, duration_s, audio, \
                       audio_bytes, outcome, self_rating, call_note";

impl Library {
    /// All takes, latest first.
    pub fn takes(&self) -> Result<Vec<TakeSummary>, LibraryError> {
        let sql = format!("SELECT {COLUMNS} FROM takes ORDER BY started_at DESC, id DESC");
        let rows = (|| self.db.prepare_cached(&sql)?.query_map([], |r| self.summary(r))?.collect())();
        self.done(rows)
    }

    /// One row.
    pub fn take(&self, id: TakeId) -> Result<TakeSummary, LibraryError> {
        let sql = format!("SELECT {COLUMNS} FROM takes WHERE id = ?1");
        let row = self.db.query_row(&sql, [id], |r| self.summary(r)).optional();
        self.done(row)?.ok_or(LibraryError::NoTake(id))
    }

    /// Everything about one take.
    pub fn detail(&self, id: TakeId) -> Result<TakeDetail, LibraryError> {
        let summary = self.take(id)?;
        let sql = "SELECT log, analysis FROM take_data WHERE take = ?1";
        let (log, analysis): (Option<String>, Option<String>) =
            self.done(self.db.query_row(sql, [id], |r| Ok((r.get(0)?, r.get(1)?))))?;
        let corrections: Vec<String> =
            self.rows_of("SELECT data FROM corrections WHERE take = ?1 ORDER BY id", id, |r| r.get(0))?;
        let reflections =
            self.rows_of("SELECT prompt, answer FROM reflections WHERE take = ?1", id, |r| {
                Ok(Reflection { prompt: r.get(0)?, answer: r.get(1)? })
            })?;
        Ok(TakeDetail {
            summary,
            log: read_back(id, "course", log.as_deref())?,
            analysis: read_back(id, "analysis", analysis.as_deref())?,
            corrections: corrections
                .iter()
                .map(|c| serde_json::from_str(c).map_err(|e| stored(id, "correction", &e)))
                .collect::<Result<_, _>>()?,
            reflections,
        })
    }

    /// Past rehearsals, for the ladder.
    pub fn past(&self) -> Result<Vec<Past>, LibraryError> {
        let calls =
            self.takes()?.into_iter().filter(|t| t.kind == TakeKind::Call && t.state != TakeState::Recording);
        Ok(calls.map(|t| Past { scenario: t.scenario, at: t.started_at, outcome: t.outcome }).collect())
    }

    /// What went well or wrong when, for spaced repetition.
    pub fn practiced(&self) -> Result<Vec<Practiced>, LibraryError> {
        let sql = "SELECT item, started_at, well FROM practiced JOIN takes ON takes.id = take ORDER BY started_at, take, item";
        let rows = (|| {
            let row = |r: &Row<'_>| Ok(Practiced { item: r.get(0)?, at: r.get(1)?, well: r.get(2)? });
            self.db.prepare_cached(sql)?.query_map([], row)?.collect()
        })();
        self.done(rows)
    }

    fn summary(&self, r: &Row<'_>) -> rusqlite::Result<TakeSummary> {
        let parent: Option<TakeId> = r.get(6)?;
        let line: Option<String> = r.get(7)?;
        let audio: String = r.get(11)?;
        let outcome: Option<String> = r.get(13)?;
        Ok(TakeSummary {
            id: r.get(0)?,
            kind: from_word(r, 1)?,
            state: from_word(r, 2)?,
            scenario: r.get(3)?,
            title: r.get(4)?,
            heat: r.get(5)?,
            retry_of: parent.zip(line),
            device: r.get(8)?,
            started_at: r.get(9)?,
            duration_s: r.get(10)?,
            audio: self.audio_path(&audio),
            audio_bytes: r.get::<_, i64>(12)?.unsigned_abs(),
            outcome: outcome.and_then(|o| serde_json::from_str(&o).ok()),
            self_rating: r.get(14)?,
            call_note: r.get(15)?,
        })
    }
}
