//! The whole text of each statement that consists of several files, as a file of its own.
//!
//! The files under `sql/assembled` can be read, pasted and explained as they are. Nothing in the
//! library reads them: a test compares them with the statements.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// With this variable in the environment, the test writes the files instead of comparing them.
const WRITE: &str = "WRITE_ASSEMBLED";

/// The width of a comment that lists files.
const WIDTH: usize = 100;

/// A statement: its name, the files that it consists of, and its text.
pub(crate) struct Statement {
    pub(crate) name: &'static str,
    pub(crate) files: Vec<&'static str>,
    pub(crate) text: &'static str,
}

/// The file that has the whole text of a statement, by its path in the crate.
pub(crate) fn file_of(database: &str, statement: &Statement) -> String {
    let file = match statement.files.as_slice() {
        [file] => format!("sql/{database}/{file}"),
        _ => format!("sql/assembled/{database}/{}.sql", statement.name),
    };
    assert!(root().join(&file).is_file(), "there is no {file}");
    file
}

/// Compares the assembled files of a database with its statements, or writes them.
pub(crate) fn check(database: &str, statements: &[Statement]) {
    let texts: BTreeSet<_> = statements.iter().map(|statement| statement.text).collect();
    assert_eq!(texts.len(), statements.len(), "two statements have the same text");
    let glued = statements.iter().filter(|statement| statement.files.len() > 1);
    let wanted: BTreeMap<String, String> = glued
        .map(|statement| (format!("{}.sql", statement.name), assembled(database, statement)))
        .collect();
    let folder = root().join("sql/assembled").join(database);
    if std::env::var_os(WRITE).is_some() {
        write(&folder, &wanted);
    }
    let there = read(&folder);
    let names: BTreeSet<_> = wanted.keys().chain(there.keys()).collect();
    let wrong: Vec<String> = names
        .into_iter()
        .filter_map(|name| {
            let what = match (wanted.get(name), there.get(name)) {
                (Some(_), None) => "is missing",
                (None, Some(_)) => "belongs to no statement",
                (wanted, there) if wanted != there => "differs from the statement",
                _ => return None,
            };
            Some(format!("{name} {what}"))
        })
        .collect();
    let how = format!("run this test with {WRITE}=1 and commit sql/assembled/{database}");
    assert!(wrong.is_empty(), "{how}:\n{}", wrong.join("\n"));
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text of an assembled file: a comment that names the files, and the statement.
fn assembled(database: &str, statement: &Statement) -> String {
    let Statement { name, files, text } = statement;
    let mut comment =
        vec![format!("-- {name}, made of these files of sql/{database}:"), "--".into()];
    for (place, file) in files.iter().enumerate() {
        let comma = if place + 1 == files.len() { "." } else { "," };
        match comment.last_mut() {
            Some(line) if line.len() + file.len() + 2 <= WIDTH => {
                line.extend([" ", *file, comma]);
            }
            _ => comment.push(format!("-- {file}{comma}")),
        }
    }
    // A part that ends some statements and not others has no semicolon.
    let end = if text.ends_with(";\n") { "" } else { ";\n" };
    format!("{}\n\n{text}{end}", comment.join("\n"))
}

fn read(folder: &Path) -> BTreeMap<String, String> {
    let there = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, std::fs::read_to_string(path).unwrap())
    };
    paths(folder).iter().map(there).collect()
}

fn write(folder: &Path, wanted: &BTreeMap<String, String>) {
    std::fs::create_dir_all(folder).unwrap();
    for path in paths(folder) {
        std::fs::remove_file(path).unwrap();
    }
    for (name, text) in wanted {
        std::fs::write(folder.join(name), text).unwrap();
    }
}

fn paths(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}
