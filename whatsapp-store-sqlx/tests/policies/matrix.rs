//! The full test matrix: each persona, each object of the library and each kind of statement.

use std::collections::{BTreeMap, BTreeSet};

use crate::host::Host;
use crate::object::{Object, Table};
use crate::persona::everybody;
use crate::statement::{Attempt, Kind, TABLE_KINDS, about, had};

/// Result of the matrix.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) cells: usize,
    /// Things that somebody got and must not get.
    pub(crate) leaks: Vec<String>,
    /// Things that somebody did not get and should get.
    pub(crate) refused: Vec<String>,
    /// Objects without a row in the matrix, and rows without an object.
    pub(crate) unlisted: Vec<String>,
}

/// The words of the matrix, by object and person.
type Expected = BTreeMap<&'static str, BTreeMap<&'static str, &'static str>>;

fn expected() -> Expected {
    let lines = include_str!("matrix.txt").lines().filter(|line| !line.starts_with('#'));
    let mut lines = lines.map(str::split_whitespace).filter(|words| words.clone().count() > 0);
    let names: Vec<&str> = lines.next().expect("the first line names everybody").collect();
    let rows = lines.map(|mut words| {
        let object = words.next().expect("a line is not empty");
        let words: Vec<&str> = words.collect();
        assert_eq!(words.len(), names.len(), "{object} has a word for everybody");
        for word in &words {
            assert!(
                ["-", "read", "rows", "append", "load", "write", "own", "call"].contains(word),
                "{word}?"
            );
        }
        (object, names.iter().copied().zip(words).collect())
    });
    rows.collect()
}

/// Tries every cell of `ours`. Before each, the superuser does `mutant`, which is undone
/// afterwards.
pub(crate) async fn check(host: &Host, ours: &BTreeSet<Object>, mutant: &str) -> Report {
    let expected = expected();
    let mut report = Report::default();
    let mut personas = everybody(host).await;
    let mut superuser = host.connect().await;
    for Object { name, kind } in ours {
        let Some(words) = expected.get(name.as_str()) else {
            report.unlisted.push(format!("{kind} {name}"));
            continue;
        };
        let attempts: Vec<(Kind, String, Attempt)> = match kind.as_str() {
            "table" => {
                let table = Table::read(&mut superuser, name).await;
                let with = |kind| {
                    let (before, attempt) = about(&table, kind);
                    (kind, before, attempt)
                };
                TABLE_KINDS.map(with).into()
            }
            // No view of ours accepts rows: it shows the rows of tables, which are tried
            // themselves.
            "view" => {
                let seen = Attempt::Sees(format!("SELECT count(*) FROM {name}"));
                vec![(Kind::Select, String::new(), seen)]
            }
            "function" => {
                let call = Attempt::Passes(format!("SELECT {name}"));
                vec![(Kind::Execute, String::new(), call)]
            }
            // This code cannot try such an object, so it must not count as tried.
            _ => {
                report.unlisted.push(format!("{kind} {name}"));
                continue;
            }
        };
        for persona in &mut personas {
            for (kind, before, attempt) in &attempts {
                let before = [mutant, before].join(";");
                let allowed = kind.is_allowed_by(words[persona.name]);
                let had = had(persona, &before, *kind, attempt).await;
                let cell = || format!("{} {kind:?} {name}", persona.name);
                report.cells += 1;
                match (allowed, had) {
                    (false, true) => report.leaks.push(cell()),
                    (true, false) => report.refused.push(cell()),
                    (true, true) | (false, false) => {}
                }
            }
        }
    }
    let known: BTreeSet<&str> = ours.iter().map(|object| object.name.as_str()).collect();
    let gone = expected.into_keys().filter(|name| !known.contains(name));
    report.unlisted.extend(gone.map(|name| format!("{name}, which does not exist")));
    report
}
