//! Brings the tables up to date: the part that is the same for both databases.

use std::fmt;

use sqlx::migrate::{Migration, MigrationType};
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};
use whatsapp_core::port::StoreError;

use crate::error::other;

/// The number and the checksum of an applied file: a row of `whatsapp_migrations`.
pub(crate) type Applied = (i64, Vec<u8>);

/// The distance between the numbers of one set and the next. The tables count from 1, the optional
/// sets from 1,001, 2,001 and so on. So the tables can change after a set was applied.
const SET: i64 = 1_000;

/// Reason why a database of an older shape is not opened.
const OLDER: &str = "its tables were made by a version of this library that was never released, and \
                     this version cannot take them over: use a new database, or keep using that version";

/// The migrations of a database in order, one a file. A file runs in one transaction, together with
/// its row in the table of applied migrations.
#[derive(Clone)]
pub(crate) struct Files(Vec<Migration>);

impl Files {
    /// The files of the tables.
    pub(crate) fn new(tables: impl IntoIterator<Item = (&'static str, SqlStr)>) -> Self {
        let mut files = Self(Vec::new());
        for (version, (name, sql)) in (1..).zip(tables) {
            files.add(version, name, sql);
        }
        files
    }

    /// The files of the tables, written by somebody else.
    pub(crate) fn given(tables: impl IntoIterator<Item = String>) -> Self {
        Self::new(tables.into_iter().map(|sql| ("given", AssertSqlSafe(sql).into_sql_str())))
    }

    /// Adds a file of an optional set.
    pub(crate) fn add(&mut self, version: i64, name: &'static str, sql: impl SqlSafeStr) {
        let sql = sql.into_sql_str();
        self.0.push(Migration::new(version, name.into(), MigrationType::Simple, sql, false));
    }

    /// Returns the files that are not applied yet, in order.
    ///
    /// Other applied files do not matter. They are of a newer version of this library, whose tables
    /// still serve this one, or of a set that is not wanted this time.
    ///
    /// # Errors
    /// If the database has an older shape: another file was applied in the place of one of these,
    /// or a later file of the same set without it.
    pub(crate) fn pending(&self, applied: &[Applied]) -> Result<Vec<&Migration>, StoreError> {
        let mut pending = Vec::new();
        for file in &self.0 {
            let later = |(version, _): &Applied| {
                *version > file.version && version / SET == file.version / SET
            };
            match applied.iter().find(|(version, _)| *version == file.version) {
                Some((_, checksum)) if *checksum == *file.checksum => {}
                None if !applied.iter().any(later) => pending.push(file),
                Some(_) | None => return Err(other(OLDER)),
            }
        }
        Ok(pending)
    }
}

impl fmt::Debug for Files {
    /// Shows the numbers and not the statements.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|file| file.version)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Files with the statements `1`, `2` and so on, and a set.
    fn files(tables: i64) -> Files {
        let mut files = Files::given((1..=tables).map(|number| number.to_string()));
        files.add(1_001, "set", "set");
        files
    }

    fn pending(files: &Files, applied: &[Applied]) -> Result<Vec<i64>, String> {
        match files.pending(applied) {
            Ok(pending) => Ok(pending.into_iter().map(|file| file.version).collect()),
            Err(StoreError::Other { reason }) => Err(reason),
            Err(error) => panic!("{error:?}"),
        }
    }

    /// The rows of the files with these numbers.
    fn applied(files: &Files, wanted: &[i64]) -> Vec<Applied> {
        let files = files.0.iter().filter(|file| wanted.contains(&file.version));
        files.map(|file| (file.version, file.checksum.to_vec())).collect()
    }

    #[test]
    fn each_set_goes_on_where_it_stands() {
        for (have, expected) in [
            (vec![], vec![1, 2, 1_001]),
            (vec![1], vec![2, 1_001]),
            (vec![1, 1_001], vec![2]),
            (vec![1, 2], vec![1_001]),
            (vec![1, 2, 1_001], vec![]),
        ] {
            assert_eq!(pending(&files(2), &applied(&files(2), &have)), Ok(expected), "{have:?}");
        }
    }

    #[test]
    fn what_a_newer_version_applied_does_not_matter() {
        let newer = applied(&files(4), &[1, 2, 3, 4, 1_001]);
        assert_eq!(pending(&files(2), &newer), Ok(vec![]));
    }

    #[test]
    fn another_file_in_the_place_of_one_of_these_is_an_older_shape() {
        for place in 0..3 {
            let mut rows = applied(&files(2), &[1, 2, 1_001]);
            rows[place].1 = vec![0];
            assert_eq!(pending(&files(2), &rows), Err(OLDER.to_owned()));
        }
    }

    #[test]
    fn a_later_file_without_the_one_before_is_an_older_shape() {
        assert_eq!(pending(&files(2), &applied(&files(2), &[2])), Err(OLDER.to_owned()));
    }
}
