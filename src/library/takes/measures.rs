//! The measures and practiced items of a take, in rows of their own for trends and repetition.

use super::TakeId;
use super::json::word;
use crate::call::{Analysis, BehaviorKind, FindingKind, Metric};
use rusqlite::{Transaction, params};

/// The measures and practiced items of an analysis, in place of any earlier ones.
pub(super) fn save_rows(tx: &Transaction<'_>, id: TakeId, analysis: &Analysis) -> rusqlite::Result<()> {
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
    for behavior in analysis.behaviors.iter().filter(|b| b.kind == BehaviorKind::Skill) {
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
fn measures(a: &Analysis) -> [(&'static str, &Metric); 15] {
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
        ("pitch_slope_shift", &v.pitch_slope_shift),
    ]
}
