//! What is said before the quickstart is compiled, and how it is started.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const WORD: &str = "The quickstart is compiled now: some minutes the first time";

/// Makes a folder of the test's own, with the program in it.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    // A copy could not be started while another test's process still had it open.
    fs::hard_link(env!("CARGO_BIN_EXE_start-quickstart"), folder.join("start")).unwrap();
    folder
}

/// Starts the program with `echo` in place of cargo.
fn start(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(folder.join("start")).env("CARGO", "echo").args(arguments).output().unwrap()
}

#[test]
fn cargo_gets_all_arguments_after_a_word_to_whoever_waits() {
    let started = start(&folder("first"), &["--release", "--", "--data", "my shop"]);
    assert_eq!(
        String::from_utf8_lossy(&started.stdout),
        "run --package whatsapp-examples --bin quickstart --release -- --data my shop\n"
    );
    let said = String::from_utf8_lossy(&started.stderr);
    assert!(said.starts_with(WORD), "{said}");
}

#[test]
fn nothing_is_said_of_a_quickstart_that_is_compiled() {
    let folder = folder("later");
    fs::write(folder.join("quickstart"), "").unwrap();
    let started = start(&folder, &["--", "--help"]);
    assert!(started.stderr.is_empty(), "{started:?}");
    assert!(String::from_utf8_lossy(&started.stdout).ends_with("-- --help\n"), "{started:?}");
}

#[test]
fn exit_code_is_that_of_the_quickstart() {
    let started =
        Command::new(env!("CARGO_BIN_EXE_start-quickstart")).env("CARGO", "false").status();
    assert_eq!(started.unwrap().code(), Some(1));
    let started =
        Command::new(env!("CARGO_BIN_EXE_start-quickstart")).env("CARGO", "true").status();
    assert_eq!(started.unwrap().code(), Some(0));
}

/// The quickstart is compiled by a cargo of its own, which is not quiet.
#[test]
fn alias_starts_this_program_which_waits_for_nothing() {
    let config = include_str!("../../../.cargo/config.toml");
    let alias = config.lines().find(|line| line.starts_with("quickstart = ")).unwrap();
    assert_eq!(alias, "quickstart = \"run --quiet --package start-quickstart --\"");
    let (_, dependencies) = include_str!("../Cargo.toml").split_once("[dependencies]").unwrap();
    assert_eq!(dependencies.trim(), "");
}
