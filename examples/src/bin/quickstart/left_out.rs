//! Rows that nothing is sent for, by reason, with their lines. The report has all of them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::data::{About, LeftOut, Reason};
use crate::words::{SOME, more, plain, some, were};

/// Largest number of reasons that are told; the next constant is that of lines and cells of each.
const REASONS: usize = 30;
const LINES: usize = 8;

/// Tells of rows that were left out.
pub(crate) fn text(rows: &[LeftOut]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut groups: BTreeMap<(&str, &str, &str), Vec<&LeftOut>> = BTreeMap::new();
    for row in rows {
        let Reason { before, after, .. } = &row.reason;
        groups.entry((row.place.file, before, after)).or_default().push(row);
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    for group in &mut groups {
        group.sort_by_key(|row| row.place.line);
    }
    groups.sort_by_key(|group| &group[0].place);
    let mut text = format!("{} left out:\n", were(rows.len() as u64, "row"));
    for group in groups.iter().take(REASONS) {
        let _ = writeln!(text, "  {}", plain(&told(group)));
    }
    text.push_str(&more(groups.len().saturating_sub(REASONS)));
    if groups.len() > REASONS || groups.iter().any(|group| is_cut(group)) {
        text.push_str(
            "The report has each of these rows with its line and its reason (left_out).\n",
        );
    }
    text
}

/// Returns true if a part of these rows is not told.
fn is_cut(rows: &[&LeftOut]) -> bool {
    rows.len() > LINES || rows.iter().map(|row| row.what.len()).sum::<usize>() > SOME
}

/// Tells of the rows of one reason.
fn told(rows: &[&LeftOut]) -> String {
    let first = rows[0];
    let lines = list(rows.iter().map(|row| row.place.line.to_string()));
    let word = if rows.len() == 1 { "line" } else { "lines" };
    let mut text = format!("{} {word} {lines}: ", first.place.file);
    let what: Vec<About> = rows.iter().flat_map(|row| row.what.clone()).collect();
    // The messages that a customer's row holds up are told after its reason.
    let is_of_customer = first.owner.is_some();
    if !what.is_empty() && !is_of_customer {
        let _ = write!(text, "{}: ", some(what.clone()));
    }
    text.push_str(&first.reason.before);
    let cells =
        list(rows.iter().filter_map(|row| row.reason.cell.as_ref()).map(|it| format!("{it:?}")));
    if !cells.is_empty() {
        let _ = write!(text, " {cells} {}", first.reason.after);
    }
    if !what.is_empty() && is_of_customer {
        let _ = write!(text, "; for its sake not sent: {}", some(what));
    }
    text
}

/// Joins items as `2, 3, 5`, and cuts the list if it is long.
fn list(all: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = all.collect();
    match all.get(LINES..) {
        Some([_, ..]) => format!("{} and {} more", all[..LINES].join(", "), all.len() - LINES),
        _ => all.join(", "),
    }
}
