//! The README's table of versions that a host must agree with, beside the manifests.

use std::fs;

use anyhow::{Context as _, Result};

use super::manifest::Package;
use crate::cargo::root;

/// The heading of the table's section in README.md.
const HEADING: &str = "Versions that must agree";

/// The crate that needs a newer Rust than all others.
const STORE: &str = "whatsapp-store-sqlx";

/// The rows of the table that differ from the manifests, in lines for people.
///
/// # Errors
///
/// Fails if README.md cannot be read, or has no such section.
pub(super) fn problems(packages: &[Package]) -> Result<Vec<String>> {
    let readme = fs::read_to_string(root().join("README.md")).context("README.md")?;
    table(&readme, packages)
}

fn table(readme: &str, packages: &[Package]) -> Result<Vec<String>> {
    let section = readme.split("\n## ").flat_map(|part| part.split("\n### "));
    let section = section.into_iter().find(|part| part.starts_with(HEADING));
    let section = section.with_context(|| format!("README.md has no section \"{HEADING}\""))?;
    let rows: Vec<_> = section.lines().filter_map(row).collect();
    let mut problems = Vec::new();
    if !rows.iter().any(|(name, _)| *name == "sqlx") {
        problems.push(format!("README.md, {HEADING}: the row of sqlx is missing"));
    }
    for (name, said) in rows {
        let found = version(name, packages);
        if found.as_deref() != Some(said) {
            let found = found.as_deref().unwrap_or("not a dependency");
            problems.push(format!("README.md, {HEADING}: {name} is {found}, and not {said}"));
        }
    }
    Ok(problems)
}

/// Name and version of a row of the table; none for its head and for other lines.
fn row(line: &str) -> Option<(&str, &str)> {
    let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
    let (name, version) = (cells.next()?, cells.next()?);
    let is_version = version.starts_with(|first: char| first.is_ascii_digit());
    is_version.then_some((name.trim_matches('`'), version))
}

/// The version that the manifests have for a row.
fn version(name: &str, packages: &[Package]) -> Option<String> {
    match name {
        "Rust" => packages.iter().filter_map(Package::rust).max_by_key(|text| number(text)),
        "Rust without the store" => {
            let others = packages.iter().filter(|package| package.name != STORE);
            others.filter_map(Package::rust).max_by_key(|text| number(text))
        }
        _ => packages.iter().find_map(|package| package.needs(name)).map(compatible),
    }
}

/// The second number of a version such as `1.89`, by which versions of Rust differ.
fn number(rust: &str) -> Option<u32> {
    rust.split('.').nth(1)?.parse().ok()
}

/// The part of a requirement such as `^0.9.0` in which all compatible versions agree: `0.9`.
fn compatible(requirement: &str) -> String {
    let parts: Vec<_> = requirement.trim_start_matches('^').split('.').collect();
    let until = parts.iter().position(|part| *part != "0").unwrap_or_default() + 1;
    parts.iter().take(until).copied().collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn packages() -> Vec<Package> {
        let package = |name: &str, rust: &str| {
            json!({
                "name": name,
                "id": name,
                "manifest_path": format!("/w/{name}/Cargo.toml"),
                "publish": null,
                "rust_version": rust,
                "dependencies": [
                    { "name": "sqlx", "req": "^0.9.0" },
                    { "name": "chrono", "req": "^1.2.3" },
                ],
            })
        };
        let metadata = json!({
            "packages": [package(STORE, "1.94"), package("whatsapp-core", "1.89")],
            "workspace_members": [STORE, "whatsapp-core"],
        });
        Package::published(&metadata).unwrap()
    }

    fn of(rows: &str) -> Vec<String> {
        let readme = format!("# A\n\n## {HEADING}\n\n| Crate | Version |\n| --- | --- |\n{rows}");
        table(&readme, &packages()).unwrap()
    }

    #[test]
    fn rows_are_compared_with_the_manifests() {
        let rows = "| `sqlx` | 0.9 | a |\n| `chrono` | 1 | b |\n| Rust | 1.94 | c |\n\
                    | Rust without the store | 1.89 | d |\n";
        assert_eq!(of(rows), Vec::<String>::new());
        let rows = "| `sqlx` | 0.8 | a |\n| `axum` | 0.8 | b |\n| Rust | 1.89 | c |\n";
        assert_eq!(
            of(rows),
            [
                "README.md, Versions that must agree: sqlx is 0.9, and not 0.8",
                "README.md, Versions that must agree: axum is not a dependency, and not 0.8",
                "README.md, Versions that must agree: Rust is 1.94, and not 1.89",
            ]
        );
    }

    #[test]
    fn a_table_that_went_missing_is_a_problem() {
        assert_eq!(of(""), ["README.md, Versions that must agree: the row of sqlx is missing"]);
        let error = table("# A\n", &packages()).unwrap_err().to_string();
        assert_eq!(error, "README.md has no section \"Versions that must agree\"");
    }
}
