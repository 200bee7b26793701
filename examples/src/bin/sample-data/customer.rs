//! The customers: the one table that is written by hand.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Deserialize;
use uuid::Uuid;

/// A row of `customers.csv`; the number is not needed here.
#[derive(Debug, Deserialize)]
pub(crate) struct Customer {
    pub(crate) id: Uuid,
    name: String,
}

impl Customer {
    /// Returns the name in Latin letters, which are all that a PDF's own fonts have. The other
    /// script that follows in brackets is cut off.
    pub(crate) fn latin_name(&self) -> &str {
        match self.name.split_once(" (") {
            Some((latin, _)) if !self.name.chars().all(is_latin) => latin,
            _ => &self.name,
        }
    }
}

/// Returns true for Latin-1, where Unicode and the PDF encoding `WinAnsi` agree on every printable
/// character.
pub(crate) fn is_latin(character: char) -> bool {
    matches!(character, ' '..='~' | '\u{a0}'..='\u{ff}')
}

/// Reads `customers.csv`.
///
/// # Errors
///
/// Returns an error if the file cannot be read, or a row lacks a column or a proper id.
pub(crate) fn read(path: &Path) -> Result<Vec<Customer>> {
    let mut reader = csv::Reader::from_path(path).context("cannot open customers.csv")?;
    reader.deserialize().collect::<Result<_, _>>().context("cannot read customers.csv")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_script_in_brackets_is_left_out() {
        let latin = |name: &str| {
            Customer { id: Uuid::nil(), name: name.to_owned() }.latin_name().to_owned()
        };
        assert_eq!(latin("Sharma Kirana (शर्मा किराना)"), "Sharma Kirana");
        assert_eq!(latin("Café Noor (Deira)"), "Café Noor (Deira)");
    }
}
