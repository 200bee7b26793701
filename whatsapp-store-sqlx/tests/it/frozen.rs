//! The tables are frozen: the files of the migrations never change again.
//!
//! Databases keep the SHA-384 of each file that they have applied, and a database with another
//! one is refused. So a changed file would lock everybody out of their messages.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use sqlx::migrate::{Migration, MigrationType};
use sqlx::{AssertSqlSafe, SqlSafeStr as _};

/// Each file with its hash, as `sha384sum` prints it. A new migration is added here, and frozen
/// with the release that has it.
const FROZEN: [(&str, &str); 5] = [
    (
        "postgres/0001_tables.sql",
        "ce450429943755608813ed70cde46929095106516e01514b\
         91ff773453118befec62aff9bb7f93565bed201490e1567e",
    ),
    (
        "postgres/references/0001_references.sql",
        "9e291ab4aeae5994dde68890520747f8041b3ebcb1cd2862\
         ac1346ae6872d70f6e362648524b78b1ae62ea8235bde5d2",
    ),
    (
        "postgres/supabase/0001_policies.sql",
        "d423c1fac91c31b56f40dd9dcd82e4e3249fb3136b42b9ae\
         ea283b990875159e3bfcbbde24a0d1df26f0e938bce42b70",
    ),
    (
        "postgres/without_status_index/0001_index.sql",
        "6e7361abcaf29bf4bee6e7b112950d32655c22f722859550\
         21404d98653dda8831078420dea9da4b5deb4f1bbbc79a28",
    ),
    (
        "sqlite/0001_tables.sql",
        "8eea32508d24a2e499f5a1cd3a237d640cfaeed1b9b3443e\
         4df3a2a840db665c3e4abb20dd6b89032b687a5a74d9af61",
    ),
];

/// What to do about a file that differs.
const ADVICE: &str = "these tables are frozen: put the file back, and add a new migration that \
                      carries the data (CONTRIBUTING.md, A migration)";

#[test]
fn the_files_of_the_tables_are_frozen() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut found = BTreeMap::new();
    read(&folder, &folder, &mut found);
    for (file, hash) in FROZEN {
        let now = found.remove(file).unwrap_or_else(|| panic!("{file} is gone; {ADVICE}"));
        assert_eq!(now, hash, "{file} differs; {ADVICE}");
    }
    assert_eq!(found, BTreeMap::new(), "enter each new migration in the list, with its hash");
}

/// Reads the hash of each file, as a database keeps it.
fn read(root: &Path, folder: &Path, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(root, &path, found);
            continue;
        }
        let name = path.strip_prefix(root).unwrap().display().to_string();
        let sql = AssertSqlSafe(fs::read_to_string(&path).unwrap()).into_sql_str();
        let file = Migration::new(1, "".into(), MigrationType::Simple, sql, false);
        found.insert(name.replace('\\', "/"), hex(&file.checksum));
    }
}

fn hex(hash: &[u8]) -> String {
    let mut text = String::new();
    for byte in hash {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}
