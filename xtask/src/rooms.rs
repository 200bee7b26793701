//! Small rooms: files that are read in one go, and types whose methods can be kept in mind.
//!
//! Clippy counts the lines of functions (`clippy.toml`).

mod house;

use std::collections::BTreeMap;

use anyhow::{Result, ensure};

use crate::files;
use house::{Crate, Room};

/// Most lines of a file.
const LINES_MOST: usize = 450;

/// Most methods of a type, in all its `impl` blocks without a trait.
const METHODS_MOST: usize = 30;

/// Checks the size of every file and of every type.
///
/// # Errors
///
/// Names the files and types that are too large.
pub(crate) fn check() -> Result<()> {
    let mut problems = Vec::new();
    for (name, of) in crates()? {
        for room in of.rooms.iter().filter(|room| room.lines > LINES_MOST) {
            problems.push(format!("{}: {} lines, more than {LINES_MOST}", room.name, room.lines));
        }
        for (of, methods) in of.methods() {
            if methods > METHODS_MOST {
                problems
                    .push(format!("{name}: {of} has {methods} methods, more than {METHODS_MOST}"));
            }
        }
    }
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(())
}

/// Prints the figures of each crate as a table in Markdown.
///
/// # Errors
///
/// Fails if a file cannot be read, or is not Rust.
#[expect(clippy::print_stdout, reason = "this is what the command is for")]
pub(crate) fn figures() -> Result<()> {
    println!(
        "| Crate | Files | Lines: median | p90 | most | Public items | with an example | Fallible | \
         with `# Errors` | Enums that may grow | Structs that may grow | Most methods of a type | Tests |"
    );
    println!("|{}", " --- |".repeat(13));
    for (name, of) in crates()? {
        let mut lines: Vec<_> = of.rooms.iter().map(|room| room.lines).collect();
        lines.sort_unstable();
        let at = |percent: usize| lines.get((lines.len().max(1) - 1) * percent / 100).unwrap_or(&0);
        let sum = |count: fn(&Room) -> usize| of.rooms.iter().map(count).sum::<usize>();
        let most = of.methods().into_iter().max_by_key(|(_, methods)| *methods);
        let most = most.map_or_else(String::new, |(of, methods)| {
            let name = of.split(' ').next().unwrap_or_default();
            format!("{methods} (`{name}`)")
        });
        println!(
            "| {name} | {} | {} | {} | {} | {} | {} | {} | {} | {} of {} | {} of {} | {most} | {} |",
            lines.len(),
            at(50),
            at(90),
            at(100),
            sum(|room| room.public),
            sum(|room| room.examples),
            sum(|room| room.fallible),
            sum(|room| room.errors),
            sum(|room| room.growing_enums),
            sum(|room| room.enums),
            sum(|room| room.growing_structs),
            sum(|room| room.structs),
            sum(|room| room.tests),
        );
    }
    Ok(())
}

/// Every crate of the workspace, by the folder of its package.
fn crates() -> Result<BTreeMap<String, Crate>> {
    let mut crates = BTreeMap::<String, Crate>::new();
    for file in files::all(&["rs"])? {
        let parts = file.name.split('/').enumerate();
        // A package at the root may itself have such a name.
        let package = parts.take_while(|(depth, part)| *depth == 0 || !FOLDERS.contains(part));
        let package = package.map(|(_, part)| part).collect::<Vec<_>>().join("/");
        crates.entry(package).or_default().rooms.push(Room::of(&file.name, &file.text)?);
    }
    Ok(crates)
}

/// Folders of a package that hold its source.
const FOLDERS: [&str; 4] = ["src", "tests", "benches", "examples"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_told_by_the_folder_of_their_source() {
        let crates = crates().unwrap();
        let core = crates.get("whatsapp-core").unwrap();
        assert!(core.rooms.iter().any(|room| room.name.starts_with("whatsapp-core/tests/")));
        for name in ["xtask", "tests", "examples", "examples/backend"] {
            assert!(crates.contains_key(name), "{:?}", crates.keys());
        }
    }
}
