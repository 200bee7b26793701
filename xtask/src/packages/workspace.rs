//! The manifests of the workspace: dependencies that no member uses, or whose member does not use
//! them, and addresses that lead nowhere.

use anyhow::{Context as _, Result};

use crate::files::{self, Named};

/// Ends of the names of hosts that do not exist (RFC 2606).
const NOWHERE: [&str; 7] =
    [".invalid", ".example", ".test", ".localhost", "example.com", "example.net", "example.org"];

/// The problems of all manifests of the workspace, in lines for people.
///
/// # Errors
///
/// Fails if a manifest cannot be read.
pub(super) fn problems() -> Result<Vec<String>> {
    let mut manifests = files::all(&["toml"])?;
    manifests.retain(|file| file.name.rsplit(['/', '\\']).next() == Some("Cargo.toml"));
    let root = manifests.iter().find(|file| file.name == "Cargo.toml");
    let root = root.context("there is no Cargo.toml at the root")?;
    let mut problems = unused(&root.text, &manifests);
    problems.extend(unnamed(&manifests, &files::all(&["rs"])?));
    problems.extend(manifests.iter().flat_map(nowhere));
    Ok(problems)
}

/// The entries of `[workspace.dependencies]` that no manifest takes up.
fn unused(root: &str, manifests: &[Named]) -> Vec<String> {
    let lines = root.lines().skip_while(|line| line.trim() != "[workspace.dependencies]").skip(1);
    let entries = lines.take_while(|line| !line.starts_with('[')).filter_map(key);
    let is_used = |name: &str| {
        let mut lines = manifests.iter().flat_map(|file| file.text.lines());
        lines.any(|line| inherits(line, name))
    };
    let unused = entries.filter(|name| !is_used(name));
    unused.map(|name| format!("Cargo.toml: no member uses the dependency {name}")).collect()
}

/// The dependencies of the members that no source of the member names. A comment after the entry
/// is a reason: some are there for their features, or for the code of a document.
fn unnamed(manifests: &[Named], sources: &[Named]) -> Vec<String> {
    let folder = |manifest: &Named| manifest.name.trim_end_matches("Cargo.toml").to_owned();
    let folders: Vec<String> = manifests.iter().map(folder).collect();
    let mut problems = Vec::new();
    for (manifest, own) in manifests.iter().zip(&folders) {
        // A package may lie in the folder of another one.
        let inner = |file: &Named| {
            let mut others = folders.iter().filter(|other| other.len() > own.len());
            others.any(|other| file.name.starts_with(other.as_str()))
        };
        let files: Vec<&Named> = sources
            .iter()
            .filter(|file| file.name.starts_with(own.as_str()) && !inner(file))
            .collect();
        for name in dependencies(&manifest.text) {
            if !files.iter().any(|file| names(&file.text, &name.replace('-', "_"))) {
                let problem = "no source names the dependency";
                problems
                    .push(format!("{}: {problem} {name}, and no comment says why", manifest.name));
            }
        }
    }
    problems
}

/// The dependencies of a member whose entries have no comment.
fn dependencies(manifest: &str) -> Vec<&str> {
    let mut is_list = false;
    let mut names = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            is_list = line.ends_with("dependencies]") && line != "[workspace.dependencies]";
        } else if is_list && !line.contains('#') {
            names.extend(key(line));
        }
    }
    names
}

/// Returns true if the code names the crate, by a path or by importing it.
fn names(code: &str, name: &str) -> bool {
    let within_a_word =
        |before: &str| before.ends_with(|of: char| of.is_alphanumeric() || of == '_');
    ["::", ";", " as "].iter().any(|end| {
        let wanted = format!("{name}{end}");
        code.match_indices(&*wanted).any(|(at, _)| {
            let before = code.get(..at).unwrap_or_default();
            !within_a_word(before) && (*end == "::" || before.ends_with("use "))
        })
    })
}

/// The name that an entry of a table begins with; none in a comment or an empty line.
fn key(line: &str) -> Option<&str> {
    let name = line.split(['=', '.', ' ']).next().unwrap_or_default();
    let is_name = |of: char| of.is_ascii_alphanumeric() || matches!(of, '-' | '_');
    (!name.is_empty() && name.chars().all(is_name)).then_some(name)
}

/// Returns true if the line takes the dependency `name` from the workspace.
fn inherits(line: &str, name: &str) -> bool {
    let line = line.split('#').next().unwrap_or_default();
    key(line) == Some(name) && line.replace(' ', "").contains("workspace=true")
}

/// The addresses of a manifest whose host does not exist.
fn nowhere(manifest: &Named) -> Vec<String> {
    let mut problems = Vec::new();
    for (line, no) in manifest.text.lines().zip(1..) {
        for rest in line.split("://").skip(1) {
            let host = rest.split(['/', '"', ':', ' ', '?', '#']).next().unwrap_or_default();
            if NOWHERE.iter().any(|end| host.ends_with(*end)) {
                problems.push(format!("{}:{no}: the address leads nowhere: {host}", manifest.name));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, text: &str) -> Named {
        Named { name: name.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn dependencies_that_no_member_uses_are_found() {
        let root = "\
[workspace.package]
version = \"0.1.0\"

[workspace.dependencies]
# once.workspace = true
once = \"1\"
twice-over = { version = \"1\", features = [\"a\"] }
never = \"1\"
own = \"1\"

[workspace.lints]
warn = true
";
        let member = "\
[package]
version.workspace = true

[dependencies]
once.workspace = true
twice-over = { features = [\"b\"], workspace = true }
own = \"2\"
# never.workspace = true
never-less.workspace = true
";
        let manifests = [named("Cargo.toml", root), named("a/Cargo.toml", member)];
        assert_eq!(
            unused(root, &manifests),
            [
                "Cargo.toml: no member uses the dependency never",
                "Cargo.toml: no member uses the dependency own",
            ]
        );
    }

    #[test]
    fn dependencies_that_no_source_of_the_member_names_are_found() {
        let outer = "\
[package]
name = \"a\"

[dependencies]
by-path = \"1\"
imported.workspace = true
renamed = \"1\"
for-features = \"1\" # its feature `std`
other = \"1\"

[target.'cfg(unix)'.dependencies]
path = \"1\"

[dev-dependencies]
inner = \"1\"

[features]
not-there = []
";
        let inner = "[dependencies]\ninner = \"1\"\n";
        let manifests = [named("a/Cargo.toml", outer), named("a/b/Cargo.toml", inner)];
        let text = "use imported;\nuse renamed as r;\nfn f() { by_path::g(); another::h() }";
        let sources = [named("a/src/lib.rs", text), named("a/b/src/lib.rs", "use inner::I;")];
        assert_eq!(
            unnamed(&manifests, &sources),
            ["other", "path", "inner"].map(|name| format!(
                "a/Cargo.toml: no source names the dependency {name}, and no comment says why"
            ))
        );
    }

    #[test]
    fn addresses_that_lead_nowhere_are_found_by_their_line() {
        let text = "\
documentation = \"https://docs.rs/a\"
repository = \"https://example.invalid/a\"
homepage = \"https://www.example.com\"
";
        assert_eq!(
            nowhere(&named("Cargo.toml", text)),
            [
                "Cargo.toml:2: the address leads nowhere: example.invalid",
                "Cargo.toml:3: the address leads nowhere: www.example.com",
            ]
        );
    }
}
