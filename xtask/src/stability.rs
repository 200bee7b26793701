//! Public types that may grow: each says so by `#[non_exhaustive]`, or is a closed type with its
//! reason.
//!
//! It is about enums, and about structs all of whose fields are public. Whoever matches or makes
//! such a type breaks when it grows. docs/stability.md has the rule for the users of the crates.

mod closed;
mod public;

use anyhow::{Result, ensure};

use crate::files::{self, Named};
use crate::packages;
use closed::{CLOSED, Closed};
use public::PublicType;

/// The file of the closed types.
const LIST: &str = "xtask/src/stability/closed.rs";

/// Checks the public types of the published crates.
///
/// # Errors
///
/// Names the types that are neither open nor closed, and the closed ones that are gone.
pub(crate) fn check() -> Result<()> {
    let problems = problems(&types()?, &CLOSED);
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(())
}

/// The public types of the published crates.
fn types() -> Result<Vec<PublicType>> {
    let packages = packages::published()?;
    let is_published = |file: &Named| {
        let (package, path) = file.name.split_once("/src/").unwrap_or_default();
        // Programs beside the library offer nothing to other code.
        packages.iter().any(|name| name == package) && !path.starts_with("bin/")
    };
    let mut sources = files::all(&["rs"])?;
    sources.retain(is_published);
    public::types(&sources)
}

/// The types that are neither open nor closed, and the closed types that are gone.
fn problems(types: &[PublicType], closed: &[Closed]) -> Vec<String> {
    let is = |of: &PublicType, file: &str, name: &str| of.file == file && of.name == name;
    let mut undecided: Vec<_> = types.iter().filter(|of| !of.is_open).collect();
    let mut gone = Vec::new();
    for Closed { reason, types } in closed {
        for (file, names) in *types {
            for name in names.split(' ') {
                let before = undecided.len();
                undecided.retain(|of| !is(of, file, name));
                if undecided.len() == before {
                    gone.push(format!("{LIST}: {file} has no closed type {name}. {reason}"));
                }
            }
        }
    }
    let undecided = undecided
        .into_iter()
        .map(|of| format!("{}: {} is neither #[non_exhaustive] nor in {LIST}", of.file, of.name));
    undecided.chain(gone).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(file: &str, name: &str, is_open: bool) -> PublicType {
        PublicType { file: file.to_owned(), name: name.to_owned(), is_open }
    }

    #[test]
    fn each_public_type_may_grow_or_is_closed_with_a_reason() {
        assert_eq!(problems(&types().unwrap(), &CLOSED), Vec::<String>::new());
        assert!(CLOSED.iter().all(|of| of.reason.ends_with('.')));
    }

    #[test]
    fn the_four_payloads_of_the_specification_are_closed() {
        let file = "whatsapp-core/src/template/payload.rs";
        let types = types().unwrap();
        let closed = types.iter().filter(|of| of.file == file && !of.is_open);
        let closed: Vec<_> = closed.map(|of| of.name.as_str()).collect();
        assert_eq!(closed, ["StockDelivered", "Invoice", "PaymentReminder", "Festival"]);
    }

    #[test]
    fn words_are_types_too() {
        let types = types().unwrap();
        let is_open = |name: &str| types.iter().find(|of| of.name == name).map(|of| of.is_open);
        assert_eq!((is_open("CancelReason"), is_open("Lane")), (Some(true), Some(false)));
    }

    #[test]
    fn an_undecided_type_and_a_closed_one_that_is_gone_are_found() {
        let closed = [Closed { reason: "It is complete.", types: &[("a.rs", "A B C")] }];
        let types = [
            of("a.rs", "A", false),
            of("a.rs", "B", true),
            of("b.rs", "A", false),
            of("b.rs", "D", true),
        ];
        assert_eq!(
            problems(&types, &closed),
            [
                "b.rs: A is neither #[non_exhaustive] nor in xtask/src/stability/closed.rs",
                "xtask/src/stability/closed.rs: a.rs has no closed type B. It is complete.",
                "xtask/src/stability/closed.rs: a.rs has no closed type C. It is complete.",
            ]
        );
    }
}
