//! The version of Rust that a published package declares, beside those of its dependencies.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::manifest::Package;

/// A version of Rust; the default is older than every release.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Version([u32; 3]);

impl Version {
    /// Reads `1.88` or `1.88.0`; none if the text is something else.
    fn parse(text: &str) -> Option<Self> {
        let mut version = Self::default();
        let mut parts = text.split('.');
        for part in &mut version.0 {
            *part = parts.next().map_or(Some(0), |it| it.parse().ok())?;
        }
        parts.next().is_none().then_some(version)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self([major, minor, patch]) = self;
        write!(f, "{major}.{minor}.{patch}")
    }
}

/// Packages and their dependencies, both by the ids of `cargo metadata`.
#[derive(Debug)]
struct Tree<'a> {
    /// Name and declared version of Rust; a package that declares none runs on every version.
    packages: BTreeMap<&'a str, (&'a str, Version)>,
    /// Dependencies of the library and of its build script, without those of its tests.
    needs: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Tree<'a> {
    fn read(metadata: &'a Value) -> Result<Self> {
        let mut tree = Self { packages: BTreeMap::new(), needs: BTreeMap::new() };
        for package in list(&metadata["packages"]) {
            let name = package["name"].as_str().context("a package without a name")?;
            let id = package["id"].as_str().context("a package without an id")?;
            let declared = package["rust_version"].as_str();
            let version = declared.map_or(Some(Version::default()), Version::parse);
            let version = version.with_context(|| format!("the rust-version of {name}"))?;
            tree.packages.insert(id, (name, version));
        }
        for node in list(&metadata["resolve"]["nodes"]) {
            let id = node["id"].as_str().context("a dependency without an id")?;
            let needs = list(&node["deps"]).iter().filter(|dependency| is_built(dependency));
            tree.needs.insert(id, needs.filter_map(|it| it["pkg"].as_str()).collect());
        }
        Ok(tree)
    }

    /// The version of Rust that a package declares.
    fn declared(&self, id: &str) -> Option<Version> {
        self.packages.get(id).map(|(_, version)| *version)
    }

    /// The dependency of a package that needs the highest version of Rust.
    fn highest(&self, of: &str) -> Option<(&'a str, Version)> {
        let mut seen = BTreeSet::new();
        let mut next: Vec<&str> = self.needs.get(of).into_iter().flatten().copied().collect();
        while let Some(id) = next.pop() {
            if seen.insert(id) {
                next.extend(self.needs.get(id).into_iter().flatten().copied());
            }
        }
        let needed = seen.into_iter().filter_map(|id| self.packages.get(id).copied());
        needed.max_by_key(|(_, version)| *version)
    }
}

/// Returns true if whoever builds the package builds this dependency too.
fn is_built(dependency: &Value) -> bool {
    list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"] != "dev")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[][..], Vec::as_slice)
}

/// The packages whose `rust-version` is not the highest of their dependencies', in lines for
/// people.
///
/// # Errors
///
/// Fails if `metadata` is not what `cargo metadata` prints.
pub(super) fn problems(metadata: &Value, packages: &[Package]) -> Result<Vec<String>> {
    let tree = Tree::read(metadata)?;
    let mut problems = Vec::new();
    for package in packages {
        let declared = tree.declared(&package.id).unwrap_or_default();
        let (name, needed) = tree.highest(&package.id).with_context(|| {
            format!("{} has no dependencies: this proves nothing", package.name)
        })?;
        let own = &package.name;
        match declared.cmp(&needed) {
            Ordering::Less => problems.push(format!(
                "{own}: rust-version {declared} is too low, because {name} needs {needed}"
            )),
            Ordering::Greater => problems.push(format!(
                "{own}: rust-version {declared} is higher than {needed}, which {name} needs"
            )),
            Ordering::Equal => {}
        }
    }
    Ok(problems)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn versions_are_read_with_and_without_their_third_number() {
        assert_eq!(Version::parse("1.88"), Some(Version([1, 88, 0])));
        assert_eq!(Version::parse("1.88.1"), Some(Version([1, 88, 1])));
        assert!(Version::parse("1.9") < Version::parse("1.88"));
        for text in ["", "1.x", "1.88.0.1", "1.88-beta"] {
            assert_eq!(Version::parse(text), None, "{text}");
        }
    }

    /// A package `own` that needs `near`, whose build script needs `far`; its tests need `test`.
    fn metadata(own: &str, far: &str) -> Value {
        let package = |name: &str, version: Option<&str>| {
            let manifest = format!("/w/{name}/Cargo.toml");
            json!({ "name": name, "id": name, "manifest_path": manifest, "rust_version": version })
        };
        json!({
            "packages": [
                package("own", Some(own)),
                package("near", None),
                package("far", Some(far)),
                package("test", Some("1.99")),
            ],
            "workspace_members": ["own"],
            "resolve": { "nodes": [
                { "id": "own", "deps": [
                    { "pkg": "near", "dep_kinds": [{ "kind": "dev" }, { "kind": null }] },
                    { "pkg": "test", "dep_kinds": [{ "kind": "dev" }] },
                ] },
                { "id": "near", "deps": [{ "pkg": "far", "dep_kinds": [{ "kind": "build" }] }] },
                { "id": "far", "deps": [] },
                { "id": "test", "deps": [] },
            ] },
        })
    }

    /// The problems of that package.
    fn of(metadata: &Value) -> Vec<String> {
        problems(metadata, &Package::published(metadata).unwrap()).unwrap()
    }

    #[test]
    fn the_dependency_that_needs_another_rust_is_named_and_those_of_tests_do_not_count() {
        let problem = "own: rust-version 1.88.0 is too low, because far needs 1.88.1";
        assert_eq!(of(&metadata("1.88", "1.88.1")), [problem]);
        let problem = "own: rust-version 1.89.0 is higher than 1.88.1, which far needs";
        assert_eq!(of(&metadata("1.89", "1.88.1")), [problem]);
        assert_eq!(of(&metadata("1.88.1", "1.88.1")), Vec::<String>::new());
    }

    #[test]
    fn a_tree_without_dependencies_proves_nothing() {
        let mut metadata = metadata("1.88", "1.88");
        metadata["resolve"] = Value::Null;
        let packages = Package::published(&metadata).unwrap();
        let error = problems(&metadata, &packages).unwrap_err().to_string();
        assert_eq!(error, "own has no dependencies: this proves nothing");
    }
}
