//! The packages that are published: what each of them must have before it goes to crates.io.

mod folder;
mod manifest;
mod signatures;
mod versions;
mod workspace;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::cargo::{cargo, output};
use manifest::Package;

/// The platform whose dependencies are compared with the declared versions of Rust.
const PLATFORM: &str = "x86_64-unknown-linux-gnu";

/// Checks the published packages, and the manifests of the workspace.
///
/// # Errors
///
/// Everything that is missing or wrong, by package or by file.
pub(crate) fn check() -> Result<()> {
    let mut problems = files()?;
    problems.extend(rust()?);
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(())
}

/// The features that a host can choose, with their packages.
///
/// # Errors
///
/// Fails if cargo cannot read the manifests.
pub(crate) fn features() -> Result<Vec<(String, String)>> {
    let packages = Package::published(&metadata(&["--no-deps"])?)?;
    let of = |package: &Package| {
        let features = package.features().into_iter();
        features.map(|it| (package.name.clone(), it.to_owned())).collect::<Vec<_>>()
    };
    Ok(packages.iter().flat_map(of).collect())
}

/// The names of the published packages.
///
/// # Errors
///
/// Fails if cargo cannot be asked.
pub(crate) fn published() -> Result<Vec<String>> {
    let packages = Package::published(&metadata(&["--no-deps"])?)?;
    Ok(packages.into_iter().map(|package| package.name).collect())
}

/// The problems that the files of the checkout show.
fn files() -> Result<Vec<String>> {
    let packages = Package::published(&metadata(&["--no-deps"])?)?;
    ensure!(!packages.is_empty(), "cargo metadata shows no package that is published");
    let mut problems = manifest::same_keywords(&packages);
    for package in &packages {
        problems.extend(package.problems());
        problems.extend(folder::problems(package)?);
    }
    problems.extend(signatures::problems(&packages)?);
    problems.extend(workspace::problems()?);
    Ok(problems)
}

/// The packages whose `rust-version` is not the highest one of their dependencies.
///
/// This resolves all dependencies, and may download them.
fn rust() -> Result<Vec<String>> {
    let metadata = metadata(&["--all-features", "--filter-platform", PLATFORM])?;
    versions::problems(&metadata, &Package::published(&metadata)?)
}

/// The output of `cargo metadata` with these options.
pub(crate) fn metadata(options: &[&str]) -> Result<Value> {
    let mut command = cargo(&["metadata", "--format-version", "1"]);
    let text = output(command.args(options))?;
    serde_json::from_str(&text).context("cargo metadata printed what is not JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_packages_have_everything() {
        assert_eq!(files().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn the_seven_crates_are_published_and_the_chores_are_not() {
        let packages = Package::published(&metadata(&["--no-deps"]).unwrap()).unwrap();
        let names: Vec<_> = packages.iter().map(|package| package.name.as_str()).collect();
        assert_eq!(names.len(), 7, "{names:?}");
        assert!(names.iter().all(|name| name.starts_with("whatsapp-")), "{names:?}");
    }
}
