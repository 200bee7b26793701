//! Conversion of the core's values for SQLite: instants are microseconds since 1970 in UTC.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use whatsapp_core::port::StoreError;

use crate::codec::{Columns, place};
use crate::error::other;

/// An instant in its stored form.
pub(super) const fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}

/// A batch of items as the JSON array that one statement takes.
pub(super) fn array<T: Serialize>(items: &[T]) -> Result<String, StoreError> {
    serde_json::to_string(items).map_err(|_| other("a value cannot be written as JSON"))
}

impl Columns for SqliteRow {
    fn place(&self, column: &str, likely: usize) -> Result<usize, sqlx::Error> {
        place(self, column, likely)
    }

    fn text(&self, place: usize) -> Result<Option<Cow<'_, str>>, sqlx::Error> {
        Ok(self.try_get::<Option<&str>, _>(place)?.map(Cow::Borrowed))
    }

    fn integer(&self, place: usize) -> Result<Option<i64>, sqlx::Error> {
        self.try_get(place)
    }

    fn instant(&self, place: usize) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
        self.try_get::<Option<i64>, _>(place)?
            .map(|micros| {
                DateTime::from_timestamp_micros(micros)
                    .ok_or_else(|| sqlx::Error::Decode("the instant is out of range".into()))
            })
            .transpose()
    }

    fn date(&self, place: usize) -> Result<Option<NaiveDate>, sqlx::Error> {
        let text: Option<&str> = self.try_get(place)?;
        let date = |text: &str| text.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)));
        text.map(date).transpose()
    }

    fn flag(&self, place: usize) -> Result<Option<bool>, sqlx::Error> {
        Ok(self.integer(place)?.map(|flag| flag != 0))
    }
}
