//! How a measure went over time.

use super::{Library, LibraryError, TakeId};
use crate::call::Confidence;
use rusqlite::Row;

/// One take's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrendPoint {
    /// Take.
    pub take: TakeId,
    /// Seconds since 1970 (UTC).
    pub at: i64,
    /// Value.
    pub value: f64,
    /// How far it can be trusted.
    pub confidence: Confidence,
}

/// A measure over time, with the quiet band of the latest take.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trend {
    /// Oldest first.
    pub points: Vec<TrendPoint>,
    /// Lower and upper bound inside which nothing needs to be said.
    pub band: Option<[f64; 2]>,
}

impl Library {
    /// A measure over all rehearsed calls, by its name in the analysis (`response_latency_s`, `steadiness`, ...).
    pub fn trend(&self, measure: &str) -> Result<Trend, LibraryError> {
        let sql =
            "SELECT take, started_at, value, confidence, lo, hi FROM measures JOIN takes ON takes.id = take
                   WHERE name = ?1 AND kind = 'call' ORDER BY started_at, take";
        let row = |r: &Row<'_>| {
            let confidence = match r.get_ref(3)?.as_str()? {
                "ok" => Confidence::Ok,
                "low" => Confidence::Low,
                _ => Confidence::Absent,
            };
            let band = r.get::<_, Option<f64>>(4)?.zip(r.get::<_, Option<f64>>(5)?).map(|(lo, hi)| [lo, hi]);
            Ok((TrendPoint { take: r.get(0)?, at: r.get(1)?, value: r.get(2)?, confidence }, band))
        };
        let rows: rusqlite::Result<Vec<_>> =
            (|| self.db.prepare_cached(sql)?.query_map([measure], row)?.collect())();
        let (points, bands): (Vec<_>, Vec<_>) = self.done(rows)?.into_iter().unzip();
        Ok(Trend { points, band: bands.into_iter().rev().flatten().next() })
    }

    /// The names of all measures that have any value.
    pub fn measures(&self) -> Result<Vec<String>, LibraryError> {
        let rows = (|| {
            self.db
                .prepare_cached("SELECT DISTINCT name FROM measures ORDER BY name")?
                .query_map([], |r| r.get(0))?
                .collect()
        })();
        self.done(rows)
    }
}
