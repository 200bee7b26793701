//! Every statement is in the list, and SQLite accepts every statement of the list.

use std::collections::BTreeSet;
use std::path::Path;

use sqlx::{Executor, SqlSafeStr};

use crate::SqliteStore;
use crate::assembled::{self, Statement};
use crate::sqlite::statements::ALL;

/// The statements with their files.
pub(super) fn all() -> Vec<Statement> {
    let statement =
        |&(name, parts, text): &(_, &[&[_]], _)| Statement { name, files: parts.concat(), text };
    ALL.iter().map(statement).collect()
}

#[test]
fn the_whole_text_of_every_statement_is_a_file() {
    assembled::check("sqlite", &all());
}

#[tokio::test]
async fn every_statement_is_prepared_against_the_migrated_database() {
    let store = SqliteStore::in_memory().await.unwrap();
    let mut connection = store.writer.acquire().await.unwrap();
    assert!(!ALL.is_empty());
    for (name, _, sql) in ALL {
        let prepared = connection.prepare(sql.into_sql_str()).await;
        assert!(prepared.is_ok(), "{name}: {prepared:?}");
    }
}

#[test]
fn every_file_under_sql_is_part_of_a_statement() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("sql/sqlite");
    let mut files = BTreeSet::new();
    for folder in std::fs::read_dir(&root).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let name = path.strip_prefix(&root).unwrap().to_str().unwrap();
            files.insert(name.to_owned());
        }
    }
    let used = ALL.iter().flat_map(|(_, parts, _)| parts.iter().copied().flatten());
    let used: BTreeSet<_> = used.map(|&file| file.to_owned()).collect();
    assert_eq!(files, used);
}

/// A plan that looks at a value is made again each time the value is bound: parsing the statement
/// then costs more than running it.
#[test]
fn no_plan_depends_on_the_value_of_a_parameter() {
    for (name, _, sql) in ALL {
        for looked_at in ["LIMIT ?", "OFFSET ?", "LIKE ?", "GLOB ?"] {
            assert!(!sql.contains(looked_at), "{name} has {looked_at}");
        }
    }
}
