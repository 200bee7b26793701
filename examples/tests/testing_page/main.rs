//! The tests that docs/testing.md shows, run as they stand on the page: each file beside this one
//! is a block of the page, word for word.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod own_store;
mod reminders;
mod stand_in;
mod three_tests;

use whatsapp_testkit::gateway::Fault;

const PAGE: &str = include_str!("../../../docs/testing.md");

const THREE_TESTS: &str = include_str!("three_tests.rs");

#[test]
fn the_page_shows_the_tests_that_run() {
    for (name, code) in [
        ("three_tests.rs", THREE_TESTS),
        ("reminders.rs", include_str!("reminders.rs")),
        ("own_store.rs", include_str!("own_store.rs")),
        ("stand_in.rs", include_str!("stand_in.rs")),
    ] {
        let block = format!("```rust\n{code}```\n");
        assert!(PAGE.contains(&block), "docs/testing.md does not show {name} as it is");
    }
}

#[test]
fn the_three_tests_have_fifty_lines_together() {
    let lines = THREE_TESTS.lines().count();
    assert!(lines <= 50, "{lines} lines");
}

#[test]
fn the_faults_of_the_page_are_names_of_faults() {
    let table = PAGE.split("| Name | The gateway |\n").nth(1).unwrap();
    let rows = table.lines().skip(1).take_while(|line| line.starts_with('|'));
    let cells = rows.map(|row| row.split('|').nth(1).unwrap());
    let names: Vec<_> = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
    assert!(names.contains(&"accept-then-reset") && names.contains(&"code:400"), "{names:?}");
    for name in names {
        let fault: Fault = name.parse().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(fault.to_string(), name);
    }
}
