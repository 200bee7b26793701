//! Small pieces of text.

use crate::data::About;

/// Text from a table, fit for a terminal.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// `invoices INV-6, INV-58; order SO-111`, or their number where they are many.
pub(crate) fn some(mut what: Vec<About>) -> String {
    what.sort();
    let kinds = what.chunk_by(|one, other| one.kind == other.kind).map(|same| {
        let numbers: Vec<&str> = same.iter().map(|about| about.number.as_str()).collect();
        match numbers.as_slice() {
            [number] => format!("{} {number}", same[0].kind),
            [a, b, c, _, rest @ ..] => {
                format!("{}s {a}, {b}, {c} and {} more", same[0].kind, rest.len() + 1)
            }
            few => format!("{}s {}", same[0].kind, few.join(", ")),
        }
    });
    kinds.collect::<Vec<_>>().join("; ")
}

/// A last line for a list that was cut.
pub(crate) fn more(hidden: usize) -> String {
    match hidden {
        0 => String::new(),
        hidden => format!("… and {hidden} more.\n"),
    }
}

pub(crate) fn number(count: u64, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

pub(crate) fn were(count: u64, thing: &str) -> String {
    format!("{} {}", number(count, thing), if count == 1 { "was" } else { "were" })
}

pub(crate) fn waits(count: u64, thing: &str) -> String {
    format!("{} {}", number(count, thing), if count == 1 { "waits" } else { "wait" })
}

/// A clause as a sentence.
pub(crate) fn sentence(clause: &str) -> String {
    let mut rest = clause.chars();
    let first: String = rest.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", rest.as_str())
}
