//! Rows that appear in a table twice: equal rows count once, and of rows that differ none is
//! believed.

use std::collections::{BTreeMap, BTreeSet};

use whatsapp_core::CustomerId;

use super::{About, LeftOut, Place};

/// A row that may appear once in its table.
pub(super) trait Record {
    fn place(&self) -> &Place;
    fn about(&self) -> Option<About>;
    /// Customer of the row.
    fn owner(&self) -> Option<CustomerId> {
        None
    }
    /// Id of the row, if it matters after the row is left out.
    fn id(&self) -> Option<&str> {
        None
    }
    /// Values that only one row may have.
    fn keys(&self) -> Vec<Key>;
    /// Columns in which two rows differ, except their ids.
    fn differs(&self, other: &Self) -> Vec<&'static str>;
}

/// A value that only one row may have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) column: &'static str,
    pub(super) value: String,
    /// Cell of another column, for rows that may share the value if this cell differs.
    pub(super) part: String,
}

impl Key {
    pub(super) fn new(column: &'static str, value: &str) -> Self {
        Self { column, value: value.to_owned(), part: String::new() }
    }
}

/// Keeps each thing once. Notes the rows that were passed over, and reports those in conflict.
pub(super) fn once<T: Record>(
    records: Vec<T>,
    left_out: &mut Vec<LeftOut>,
    notes: &mut Vec<String>,
) -> Vec<T> {
    let mut same: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    for (at, record) in records.iter().enumerate() {
        for key in record.keys() {
            same.entry(key).or_default().push(at);
        }
    }
    let mut repeats = BTreeSet::new();
    let mut conflicts: BTreeMap<usize, String> = BTreeMap::new();
    for (key, rows) in &same {
        let [first, others @ ..] = rows.as_slice() else { continue };
        let columns: BTreeSet<&str> =
            others.iter().flat_map(|other| records[*first].differs(&records[*other])).collect();
        if columns.is_empty() {
            repeats.extend(others);
            continue;
        }
        let columns: Vec<&str> = columns.into_iter().collect();
        let (column, value) = (key.column, &key.value);
        let reason = format!(
            "{column} {value:?} stands in {} rows with another {}: none of them is used",
            rows.len(),
            columns.join(", ")
        );
        for row in rows {
            conflicts.entry(*row).or_insert_with(|| reason.clone());
        }
    }
    let lines = |rows: &BTreeSet<usize>| {
        let lines = rows.iter().map(|at| records[*at].place().line.to_string());
        lines.collect::<Vec<_>>().join(", ")
    };
    repeats.retain(|at| !conflicts.contains_key(at));
    if let Some(first) = repeats.first() {
        let file = records[*first].place().file;
        let (word, verb) =
            if repeats.len() == 1 { ("line", "repeats") } else { ("lines", "repeat") };
        notes.push(format!("{file}: {word} {} {verb} earlier ones", lines(&repeats)));
    }
    let mut kept = Vec::with_capacity(records.len());
    for (at, record) in records.into_iter().enumerate() {
        if let Some(reason) = conflicts.remove(&at) {
            let mut row = LeftOut::new(record.place().clone(), reason);
            row.id = record.id().map(str::to_owned);
            row.what.extend(record.about());
            row.owner = record.owner();
            left_out.push(row);
        } else if !repeats.contains(&at) {
            kept.push(record);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line, an id, a number, and the remaining cells.
    #[derive(Debug)]
    struct Row(Place, &'static str, &'static str, &'static str);

    impl Record for Row {
        fn place(&self) -> &Place {
            &self.0
        }

        fn about(&self) -> Option<About> {
            None
        }

        fn keys(&self) -> Vec<Key> {
            vec![Key::new("id", self.1), Key::new("number", self.2)]
        }

        fn differs(&self, other: &Self) -> Vec<&'static str> {
            let number = (self.2 != other.2).then_some("number");
            number.into_iter().chain((self.3 != other.3).then_some("amount")).collect()
        }
    }

    /// Returns the lines that are kept, those that are left out, and the notes.
    fn after(rows: &[(&'static str, &'static str, &'static str)]) -> [Vec<String>; 3] {
        let place = |at| Place { file: "t", line: at as u64 + 1 };
        let rows = rows.iter().enumerate();
        let rows = rows.map(|(at, (id, number, rest))| Row(place(at), id, number, rest)).collect();
        let (mut left_out, mut notes) = (Vec::new(), Vec::new());
        let kept = once(rows, &mut left_out, &mut notes);
        let line = |place: &Place| place.line.to_string();
        [
            kept.iter().map(|row| line(&row.0)).collect(),
            left_out.iter().map(|row| line(&row.place)).collect(),
            notes,
        ]
    }

    #[test]
    fn equal_rows_count_once_and_of_others_none() {
        for (rows, kept, left_out, note) in [
            (&[("1", "a", "x"), ("2", "b", "x")][..], &["1", "2"][..], &[][..], None),
            (
                &[("1", "a", "x"), ("1", "a", "x")],
                &["1"],
                &[],
                Some("t: line 2 repeats earlier ones"),
            ),
            (
                &[("1", "a", "x"), ("2", "a", "x")],
                &["1"],
                &[],
                Some("t: line 2 repeats earlier ones"),
            ),
            (&[("1", "a", "x"), ("2", "a", "y")], &[], &["1", "2"], None),
            (&[("1", "a", "x"), ("1", "b", "x")], &[], &["1", "2"], None),
            // Two equal rows and a third: nobody knows which of two is right.
            (&[("1", "a", "x"), ("1", "a", "x"), ("2", "a", "y")], &[], &["1", "2", "3"], None),
            // Conflicts by the number and by the id.
            (
                &[("1", "a", "x"), ("2", "a", "y"), ("2", "b", "y"), ("3", "c", "z")],
                &["4"],
                &["1", "2", "3"],
                None,
            ),
        ] {
            assert_eq!(
                after(rows),
                [owned(kept), owned(left_out), owned(note.as_slice())],
                "{rows:?}"
            );
        }
    }

    fn owned(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }
}
