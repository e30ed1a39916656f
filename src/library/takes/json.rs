//! Words and JSON in the columns of a take.

use super::TakeId;
use crate::library::LibraryError;
use rusqlite::Row;
use serde::{Serialize, de::DeserializeOwned};

/// The word of an enum, as serde writes it.
pub(super) fn word<T: Serialize>(value: T) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

pub(super) fn from_word<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    serde_json::from_value(serde_json::Value::String(row.get(column)?)).map_err(|e| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(e))
    })
}

pub(super) fn stored(take: TakeId, what: &'static str, error: &serde_json::Error) -> LibraryError {
    LibraryError::Stored { take, what, reason: error.to_string() }
}

pub(super) fn read_back<T: DeserializeOwned>(
    id: TakeId,
    what: &'static str,
    text: Option<&str>,
) -> Result<Option<T>, LibraryError> {
    text.map(|t| serde_json::from_str(t).map_err(|e| stored(id, what, &e))).transpose()
}
