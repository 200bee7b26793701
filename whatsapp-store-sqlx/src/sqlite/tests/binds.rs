//! Parameters are bound by the names that the statements give them.

use crate::binds::names::{BY_PLACE_MOST, Table, count, wrong};
use crate::sqlite::outbox::claim;
use crate::sqlite::statements::ALL;
use crate::sqlite::{account, audit, bulk, campaigns, log};

/// The tables that bind a statement, in their order; none if it is bound by place.
fn tables(name: &str) -> Vec<Table> {
    match name {
        "LONGEST_DUE" | "LOOKS" | "SENDS" => vec![claim::CLAIM],
        "LONGEST_DUE_BUT" | "LOOKS_BUT" | "SENDS_BUT" => vec![claim::CLAIM, claim::EXCLUDING],
        "ONLY_ONE" | "ONLY_LOOK" | "ONLY_SEND" => vec![claim::CLAIM, claim::ONLY],
        "SET_ACCOUNT" => vec![account::ACCOUNT],
        "AUDIT" | "AUDIT_OF" => vec![audit::PAGE],
        "ADD_BULK" => vec![bulk::BULK],
        "ADD_CAMPAIGN" | "CHANGE_CAMPAIGN" => vec![campaigns::CAMPAIGN],
        _ if name.starts_with("WALK_") || name.starts_with("GATHER_") => {
            vec![log::PAGE, log::WALK]
        }
        _ if name.starts_with("OUT_") => vec![log::PAGE, log::TEXTS],
        _ if name.starts_with("COUNT_") || name.ends_with("EST") => vec![log::PAGE],
        _ => Vec::new(),
    }
}

#[test]
fn parameters_are_bound_by_the_names_that_the_statement_gives_them() {
    let long = ALL.iter().filter(|(_, _, text)| count(text, '?') > BY_PLACE_MOST);
    let wrong: Vec<_> =
        long.flat_map(|(name, _, text)| wrong(name, text, '?', &tables(name))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
