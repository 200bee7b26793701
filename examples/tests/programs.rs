//! The short programs, as somebody starts them who wants to copy one.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

const SEND_ONE: &str = env!("CARGO_BIN_EXE_send_one");
const CUSTOM_TRANSPORT: &str = env!("CARGO_BIN_EXE_custom_transport");
const OWN_TRANSACTION: &str = env!("CARGO_BIN_EXE_own_transaction");

fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.env_remove("WHATSAPP_API_KEY").stdin(Stdio::null());
    command
}

/// Runs a program that ends well, and returns the lines that it prints.
fn lines(command: &mut Command) -> Vec<String> {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn one_message_is_sent() {
    let said = lines(&mut command(SEND_ONE));
    let because = "It was sent because something happened of which customers are told.";
    assert_eq!(said, ["To +919876500001: sent", because]);
}

#[test]
fn one_message_to_no_number_fails_with_its_reason() {
    let said = lines(command(SEND_ONE).arg("9876500001"));
    assert_eq!(said[0], "To 9876500001: failed");
    assert!(said[1].contains("country code"), "{said:?}");
}

#[test]
fn a_key_alone_sends_nothing_to_an_invented_number() {
    let output = command(SEND_ONE).env("WHATSAPP_API_KEY", "canary-key-6543210").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(complaint.contains("give a number of yours"), "{complaint}");
    assert!(!complaint.contains("canary"), "{complaint}");
}

#[test]
fn a_transport_of_ones_own_gets_the_message() {
    let folder = TempDir::new().unwrap();
    let said = lines(command(CUSTOM_TRANSPORT).arg(folder.path()));
    assert_eq!(said[0], "Messages sent: 1");
    let letters = letters(folder.path());
    assert_eq!(letters.len(), 1);
    assert!(letters[0].starts_with("To +919876500001\n\nHello Asha Traders,"), "{letters:?}");
}

#[test]
fn what_a_transport_of_ones_own_did_not_take_is_tried_again() {
    let folder = TempDir::new().unwrap();
    let said = lines(command(CUSTOM_TRANSPORT).arg(folder.path().join("missing")));
    assert_eq!(said[0], "Messages sent: 0");
    assert!(said[1].contains("It is tried again on"), "{said:?}");
    assert!(letters(folder.path()).is_empty());
}

#[test]
fn a_row_and_its_message_are_both_there_or_neither() {
    let said = lines(&mut command(OWN_TRANSACTION));
    assert_eq!(said[0], "SO-2026-0107: committed");
    assert!(said[1].starts_with("SO-2026-0108: undone, "), "{said:?}");
    assert!(said[1].contains("CHECK constraint failed"), "{said:?}");
    assert_eq!(said[2], "Deliveries: 1. Messages: 1.");
}

#[test]
fn each_program_is_read_at_a_glance() {
    for (name, program) in [
        ("send_one", include_str!("../src/bin/send_one.rs")),
        ("custom_transport", include_str!("../src/bin/custom_transport.rs")),
        ("own_transaction", include_str!("../src/bin/own_transaction.rs")),
    ] {
        assert!(program.lines().count() <= 50, "{name}");
    }
}

#[test]
fn the_first_program_of_the_readme_has_40_lines_at_most() {
    let readme = include_str!("../../README.md");
    let first = readme.split("\n## The first message\n").nth(1).unwrap();
    let first = first.split("```rust,no_run\n").nth(1).unwrap();
    let program = first.split("```").next().unwrap();
    assert!(program.contains("async fn main()") && program.contains(".tell("), "{program}");
    assert!(program.lines().count() <= 40, "{}", program.lines().count());
    assert!(!program.contains("\n# "), "nothing of it is hidden");
}

/// The files in a folder.
fn letters(folder: &Path) -> Vec<String> {
    let files = folder.read_dir().unwrap();
    files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect()
}
