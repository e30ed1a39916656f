//! What comes of a take: its analysis, and what the person thinks of it.

use super::json::{stored, word};
use super::measures::save_rows;
use super::{Reflection, TakeId, TakeState};
use crate::call::Analysis;
use crate::library::{Library, LibraryError};
use crate::rehearse::{Correction, Outcome};
use rusqlite::params;

impl Library {
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
}
