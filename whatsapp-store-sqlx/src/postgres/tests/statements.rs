//! Every statement is in the list, and Postgres accepts every statement of the list.

use std::collections::BTreeSet;
use std::path::Path;

use sqlx::{Executor, SqlSafeStr};

use crate::assembled::{self, Statement};
use crate::postgres::statements::ALL;

/// The statements with their files.
pub(super) fn all() -> Vec<Statement> {
    ALL.iter().map(|&(name, files, text)| Statement { name, files: files.to_vec(), text }).collect()
}

#[test]
fn the_whole_text_of_every_statement_is_a_file() {
    assembled::check("postgres", &all());
}

#[tokio::test]
async fn every_statement_is_prepared_against_the_migrated_database() {
    let (store, _database) = super::store().await;
    let mut connection = store.workers.acquire().await.unwrap();
    assert!(!ALL.is_empty());
    for (name, _, sql) in ALL {
        let prepared = connection.prepare(sql.into_sql_str()).await;
        assert!(prepared.is_ok(), "{name}: {prepared:?}");
    }
}

#[test]
fn every_file_under_sql_is_part_of_a_statement() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("sql/postgres");
    let mut files = BTreeSet::new();
    for folder in std::fs::read_dir(&root).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let name = path.strip_prefix(&root).unwrap().to_str().unwrap();
            files.insert(name.to_owned());
        }
    }
    let used = ALL.iter().flat_map(|(_, files, _)| files.iter());
    let used: BTreeSet<_> = used.map(|&file| file.to_owned()).collect();
    assert_eq!(files, used);
}
