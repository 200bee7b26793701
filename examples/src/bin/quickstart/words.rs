//! Small pieces of text.

use crate::data::About;

/// Makes a text from a table fit for a terminal. It removes what moves the cursor or turns the
/// direction of the rest of the line, in which a number would be read from its end.
pub(crate) fn plain(text: &str) -> String {
    let turns = |c: &char| matches!(*c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let shown = text.chars().filter(|c| !turns(c));
    shown.map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Number of items of a kind that are named; if there are more, the rest is counted.
pub(crate) const SOME: usize = 3;

/// Returns `invoices INV-6, INV-58; order SO-111`, and a number for the rest if there are many.
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

/// Returns a last line for a list that was cut.
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

/// Turns a clause into a sentence.
pub(crate) fn sentence(clause: &str) -> String {
    let mut rest = clause.chars();
    let first: String = rest.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", rest.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_table_holds_neither_moves_the_cursor_nor_turns_the_line() {
        assert_eq!(plain("Asha \u{1b}[2J"), "Asha  [2J");
        assert_eq!(plain("\u{202e}Asha\u{202c}, \u{2067}12345\u{2069}"), "Asha, 12345");
        assert_eq!(plain("शर्मा\u{200d} 7"), "शर्मा\u{200d} 7");
    }
}
