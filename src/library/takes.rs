//! Takes: from the first sample of a recording to its analysis, rating and corrections.

use super::{Library, LibraryError};
use crate::call::{Analysis, FindingKind, Metric};
use crate::rehearse::ladder::Past;
use crate::rehearse::repetition::Practiced;
use crate::rehearse::{Correction, Outcome, TakeLog};
use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::path::PathBuf;

/// Names a take.
pub type TakeId = i64;

/// What a take is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TakeKind {
    /// A rehearsed call.
    Call,
    /// One line of a call again.
    Retry,
    /// A recording opened for review; its file stays where it is.
    Review,
    /// Free talk for the baseline.
    FreeTalk,
}

/// How far a take is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TakeState {
    /// Being recorded, or left behind by a crash.
    Recording,
    /// Whole, not analyzed.
    Recorded,
    /// Analyzed.
    Analyzed,
}

/// What is known when a recording starts.
#[derive(Clone, Debug)]
pub struct NewTake {
    /// What it is.
    pub kind: TakeKind,
    /// Scenario id; empty without one.
    pub scenario: String,
    /// For lists.
    pub title: String,
    /// Of the scenario; 0 when unknown.
    pub heat: u8,
    /// The take and line that a retry repeats.
    pub retry_of: Option<(TakeId, String)>,
    /// Microphone, for the baseline.
    pub device: String,
    /// Now, in seconds since 1970 (UTC).
    pub started_at: i64,
}

/// A row of the history.
#[derive(Clone, Debug, PartialEq)]
pub struct TakeSummary {
    /// Id.
    pub id: TakeId,
    /// What it is.
    pub kind: TakeKind,
    /// How far it is.
    pub state: TakeState,
    /// Scenario id.
    pub scenario: String,
    /// Title.
    pub title: String,
    /// Of the scenario.
    pub heat: u8,
    /// The take and line that a retry repeats.
    pub retry_of: Option<(TakeId, String)>,
    /// Microphone.
    pub device: String,
    /// Seconds since 1970 (UTC).
    pub started_at: i64,
    /// Length.
    pub duration_s: f64,
    /// The recording.
    pub audio: PathBuf,
    /// Its size.
    pub audio_bytes: u64,
    /// What came of it.
    pub outcome: Option<Outcome>,
    /// 1 to 5, given before the scores were shown.
    pub self_rating: Option<u8>,
    /// The agent's note on the call.
    pub call_note: String,
}

/// Everything about one take.
#[derive(Clone, Debug, PartialEq)]
pub struct TakeDetail {
    /// The row.
    pub summary: TakeSummary,
    /// What was played when.
    pub log: Option<TakeLog>,
    /// As it came from the recording: corrections are not in it.
    pub analysis: Option<Analysis>,
    /// What the person put right, in order.
    pub corrections: Vec<Correction>,
    /// Prompt id and answer.
    pub reflections: Vec<Reflection>,
}

/// An answer to a prompt of "reflect first".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reflection {
    /// Id of the prompt.
    pub prompt: String,
    /// The answer.
    pub answer: String,
}

const COLUMNS: &str = "id, kind, state, scenario, title, heat, parent, parent_line, device, started_at, duration_s, audio, \
                       audio_bytes, outcome, self_rating, call_note";

/// The word of an enum, as serde writes it.
fn word<T: Serialize>(value: T) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

fn from_word<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    serde_json::from_value(serde_json::Value::String(row.get(column)?)).map_err(|e| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(e))
    })
}

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
        audio: &std::path::Path,
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

    pub(super) fn insert_take(
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

    pub(super) fn unlock(&mut self, id: TakeId, audio: &std::path::Path) {
        if self.recording.remove(&id).is_some() {
            // A lock file that stays behind is unlocked and harmless; the next recovery removes it.
            let _ = std::fs::remove_file(audio.with_extension("lock"));
        }
    }

    /// Keeps an analysis (uncorrected), what came of the take, and what trends and repetition need.
    pub fn save_analysis(
        &mut self,
        id: TakeId,
        analysis: &Analysis,
        outcome: Option<&Outcome>,
    ) -> Result<(), LibraryError> {
        let text = serde_json::to_string(analysis).map_err(|e| stored(id, "analysis", &e))?;
        let outcome = outcome.and_then(|o| serde_json::to_string(o).ok());
        self.take(id)?;
        self.transact(|tx| {
            tx.execute("UPDATE take_data SET analysis = ?2 WHERE take = ?1", params![id, text])?;
            let sql = "UPDATE takes SET state = ?2, outcome = coalesce(?3, outcome) WHERE id = ?1";
            tx.execute(sql, params![id, word(TakeState::Analyzed), outcome])?;
            save_rows(tx, id, analysis)
        })
    }

    /// Brings trends and repetition up to a corrected analysis; the stored one stays as it came from the recording.
    pub fn save_corrected(
        &mut self,
        id: TakeId,
        corrected: &Analysis,
        outcome: Option<&Outcome>,
    ) -> Result<(), LibraryError> {
        let outcome = outcome.and_then(|o| serde_json::to_string(o).ok());
        self.take(id)?;
        self.transact(|tx| {
            tx.execute(
                "UPDATE takes SET outcome = coalesce(?2, outcome) WHERE id = ?1",
                params![id, outcome],
            )?;
            save_rows(tx, id, corrected)
        })
    }

    /// What the person thought before seeing any score: a rating from 1 to 5 and answers to the prompts.
    pub fn reflect(&mut self, id: TakeId, rating: u8, answers: &[Reflection]) -> Result<(), LibraryError> {
        self.touched(
            id,
            self.db
                .execute("UPDATE takes SET self_rating = ?2 WHERE id = ?1", params![id, rating.clamp(1, 5)]),
        )?;
        for a in answers {
            let sql = "INSERT INTO reflections(take, prompt, answer) VALUES (?1, ?2, ?3)
                       ON CONFLICT(take, prompt) DO UPDATE SET answer = excluded.answer";
            self.done(self.db.execute(sql, params![id, a.prompt, a.answer]))?;
        }
        Ok(())
    }

    /// The agent's note on the call.
    pub fn set_call_note(&self, id: TakeId, text: &str) -> Result<(), LibraryError> {
        self.touched(id, self.db.execute("UPDATE takes SET call_note = ?2 WHERE id = ?1", params![id, text]))
    }

    /// Replaces what the person put right about a take.
    pub fn set_corrections(&mut self, id: TakeId, corrections: &[Correction]) -> Result<(), LibraryError> {
        self.take(id)?;
        let texts: Vec<String> = corrections.iter().filter_map(|c| serde_json::to_string(c).ok()).collect();
        self.transact(|tx| {
            tx.execute("DELETE FROM corrections WHERE take = ?1", [id])?;
            for text in &texts {
                tx.execute("INSERT INTO corrections(take, data) VALUES (?1, ?2)", params![id, text])?;
            }
            Ok(())
        })
    }

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
            self.texts("SELECT data FROM corrections WHERE take = ?1 ORDER BY id", id, |r| r.get(0))?;
        let reflections = self.texts("SELECT prompt, answer FROM reflections WHERE take = ?1", id, |r| {
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

    pub(super) fn texts<T>(
        &self,
        sql: &str,
        id: i64,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, LibraryError> {
        let rows = (|| self.db.prepare_cached(sql)?.query_map([id], read)?.collect())();
        self.done(rows)
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

    /// Turns "no row was changed" into "there is no such take".
    pub(super) fn touched(&self, id: TakeId, changed: rusqlite::Result<usize>) -> Result<(), LibraryError> {
        if self.done(changed)? == 0 { Err(LibraryError::NoTake(id)) } else { Ok(()) }
    }
}

fn stored(take: TakeId, what: &'static str, error: &serde_json::Error) -> LibraryError {
    LibraryError::Stored { take, what, reason: error.to_string() }
}

fn read_back<T: serde::de::DeserializeOwned>(
    id: TakeId,
    what: &'static str,
    text: Option<&str>,
) -> Result<Option<T>, LibraryError> {
    text.map(|t| serde_json::from_str(t).map_err(|e| stored(id, what, &e))).transpose()
}

/// The measures and practiced items of an analysis, in place of any earlier ones.
fn save_rows(tx: &rusqlite::Transaction<'_>, id: TakeId, analysis: &Analysis) -> rusqlite::Result<()> {
    tx.execute("DELETE FROM measures WHERE take = ?1", [id])?;
    tx.execute("DELETE FROM practiced WHERE take = ?1", [id])?;
    let sql = "INSERT INTO measures(take, name, value, confidence, lo, hi) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    for (name, metric) in measures(analysis) {
        if let Some(value) = metric.value {
            let (lo, hi) = metric.band.map(|[lo, hi]| (lo, hi)).unzip();
            tx.execute(sql, params![id, name, value, word(metric.confidence), lo, hi])?;
        }
    }
    let sql = "INSERT INTO practiced(take, item, well) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET well = min(well, excluded.well)";
    for finding in &analysis.findings {
        tx.execute(sql, params![id, finding.id, finding.kind == FindingKind::Keep])?;
    }
    // What was done and not complained about went well: this is what lets an item leave the repetition.
    let sql = "INSERT INTO practiced(take, item, well) VALUES (?1, ?2, 1) ON CONFLICT DO NOTHING";
    for behavior in analysis.behaviors.iter().filter(|b| b.kind == crate::call::BehaviorKind::Skill) {
        tx.execute(sql, params![id, behavior.id])?;
    }
    for (name, metric) in measures(analysis) {
        if metric.out_of_band() == Some(false) {
            tx.execute(sql, params![id, name])?;
        }
    }
    Ok(())
}

/// Every measure that a trend can be drawn of, by its name in the analysis.
fn measures(a: &Analysis) -> [(&'static str, &Metric); 14] {
    let (d, v) = (&a.delivery, &a.voice);
    [
        ("speech_rate_wpm", &d.speech_rate_wpm),
        ("articulation_rate_sps", &d.articulation_rate_sps),
        ("talk_share", &d.talk_share),
        ("longest_monologue_s", &d.longest_monologue_s),
        ("response_latency_s", &d.response_latency_s),
        ("interruption_rate", &d.interruption_rate),
        ("pauses_per_min", &d.pauses_per_min),
        ("filled_per_100_words", &d.filled_per_100_words),
        ("heat", &v.heat),
        ("steadiness", &v.steadiness),
        ("pitch_st", &v.pitch_st),
        ("loudness_lu", &v.loudness_lu),
        ("vocal_effort_db", &v.vocal_effort_db),
        ("rate_shift", &v.rate_shift),
    ]
}
