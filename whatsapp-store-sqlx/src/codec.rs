//! One way to read a column of every database. Each database returns the five kinds of value, and
//! the words, ids and numbers of the core are read from them here.

use std::borrow::Cow;
use std::cell::Cell;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{Column, ColumnIndex, Row};
use whatsapp_core::Private;
use whatsapp_core::port::StoreError;
use whatsapp_core::time::{Elapsed, TimeBase};

/// The values in a row of any database, by position of the column; `None` where the column is NULL.
pub(crate) trait Columns {
    /// Returns the position of a column, which is most likely this one.
    fn place(&self, column: &str, likely: usize) -> Result<usize, sqlx::Error>;
    fn text(&self, place: usize) -> Result<Option<Cow<'_, str>>, sqlx::Error>;
    fn integer(&self, place: usize) -> Result<Option<i64>, sqlx::Error>;
    fn instant(&self, place: usize) -> Result<Option<DateTime<Utc>>, sqlx::Error>;
    fn date(&self, place: usize) -> Result<Option<NaiveDate>, sqlx::Error>;
    fn flag(&self, place: usize) -> Result<Option<bool>, sqlx::Error>;
}

/// Returns the position of a column: the likely one if the column is there, because a look is
/// faster than a search.
pub(crate) fn place<R: Row>(row: &R, column: &str, likely: usize) -> Result<usize, sqlx::Error>
where
    for<'n> &'n str: ColumnIndex<R>,
{
    match row.columns().get(likely) {
        Some(there) if there.name() == column => Ok(likely),
        _ => row.try_column(column).map(Column::ordinal),
    }
}

/// Reads a row of one kind. A column that cannot be read is [`StoreError::Corrupt`] with its name
/// and without its value. Reading in the order of the statement is fastest.
#[derive(Clone)]
pub(crate) struct Reader<'r, R> {
    row: &'r R,
    entity: &'static str,
    /// The position after the last column that was read.
    next: Cell<usize>,
}

impl<'r, R: Columns> Reader<'r, R> {
    pub(crate) const fn new(row: &'r R, entity: &'static str) -> Self {
        Self { row, entity, next: Cell::new(0) }
    }

    /// Reads one column.
    fn column<T>(
        &self,
        column: &'static str,
        read: impl FnOnce(&'r R, usize) -> Result<T, sqlx::Error>,
    ) -> Result<T, StoreError> {
        let place = self.row.place(column, self.next.get()).map_err(|_| self.corrupt(column))?;
        self.next.set(place + 1);
        read(self.row, place).map_err(|_| self.corrupt(column))
    }

    /// The error for a column with an unexpected value.
    pub(crate) const fn corrupt(&self, column: &'static str) -> StoreError {
        StoreError::Corrupt { entity: self.entity, column }
    }

    fn present<T>(&self, column: &'static str, value: Option<T>) -> Result<T, StoreError> {
        value.ok_or(self.corrupt(column))
    }

    fn lent_or_null(&self, column: &'static str) -> Result<Option<Cow<'r, str>>, StoreError> {
        self.column(column, R::text)
    }

    pub(crate) fn text_or_null(&self, column: &'static str) -> Result<Option<String>, StoreError> {
        Ok(self.lent_or_null(column)?.map(Cow::into_owned))
    }

    pub(crate) fn text(&self, column: &'static str) -> Result<String, StoreError> {
        self.present(column, self.text_or_null(column)?)
    }

    pub(crate) fn private(&self, column: &'static str) -> Result<Private, StoreError> {
        self.text(column).map(Private::from)
    }

    /// Reads a word, an id or anything else that is stored as text.
    pub(crate) fn parsed_or_null<T: FromStr>(
        &self,
        column: &'static str,
    ) -> Result<Option<T>, StoreError> {
        let text = self.lent_or_null(column)?;
        text.map(|text| text.parse().map_err(|_| self.corrupt(column))).transpose()
    }

    pub(crate) fn parsed<T: FromStr>(&self, column: &'static str) -> Result<T, StoreError> {
        self.present(column, self.parsed_or_null(column)?)
    }

    /// Reads text that only `check` can turn into a value.
    pub(crate) fn checked_or_null<T>(
        &self,
        column: &'static str,
        check: impl FnOnce(String) -> Option<T>,
    ) -> Result<Option<T>, StoreError> {
        self.text_or_null(column)?.map(|text| check(text).ok_or(self.corrupt(column))).transpose()
    }

    pub(crate) fn checked<T>(
        &self,
        column: &'static str,
        check: impl FnOnce(String) -> Option<T>,
    ) -> Result<T, StoreError> {
        self.present(column, self.checked_or_null(column, check)?)
    }

    pub(crate) fn number_or_null<T: TryFrom<i64>>(
        &self,
        column: &'static str,
    ) -> Result<Option<T>, StoreError> {
        let value = self.column(column, R::integer)?;
        value.map(|value| T::try_from(value).map_err(|_| self.corrupt(column))).transpose()
    }

    pub(crate) fn number<T: TryFrom<i64>>(&self, column: &'static str) -> Result<T, StoreError> {
        self.present(column, self.number_or_null(column)?)
    }

    pub(crate) fn instant_or_null(
        &self,
        column: &'static str,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.column(column, R::instant)
    }

    pub(crate) fn instant(&self, column: &'static str) -> Result<DateTime<Utc>, StoreError> {
        self.present(column, self.instant_or_null(column)?)
    }

    pub(crate) fn date_or_null(
        &self,
        column: &'static str,
    ) -> Result<Option<NaiveDate>, StoreError> {
        self.column(column, R::date)
    }

    pub(crate) fn date(&self, column: &'static str) -> Result<NaiveDate, StoreError> {
        self.present(column, self.date_or_null(column)?)
    }

    /// Reads a time on a steady clock: its base, and its microseconds.
    pub(crate) fn elapsed_or_null(
        &self,
        base: &'static str,
        micros: &'static str,
    ) -> Result<Option<Elapsed>, StoreError> {
        let base = self.number_or_null(base)?.map(TimeBase::from_i64);
        Ok(base.zip(self.number_or_null(micros)?).map(|(base, at)| Elapsed::new(base, at)))
    }

    pub(crate) fn flag(&self, column: &'static str) -> Result<bool, StoreError> {
        let value = self.column(column, R::flag)?;
        self.present(column, value)
    }

    pub(crate) fn json_or_null(
        &self,
        column: &'static str,
    ) -> Result<Option<serde_json::Value>, StoreError> {
        self.checked_or_null(column, |text| serde_json::from_str(&text).ok())
    }
}
