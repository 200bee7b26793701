//! `cargo xtask features`: checks the published crates without features and with each of them.
//!
//! A warning is an error. Clippy takes that as an argument of its own, so no dependency is built
//! twice for it, as with `RUSTFLAGS`. (The setting `build.warnings` comes with cargo 1.97 only.)

use std::collections::{BTreeMap, BTreeSet};
use std::iter;
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::cargo::{cargo, run as start};
use crate::chore::Chore;
use crate::files::{self, Named};
use crate::packages;

/// A package that is not published: `cargo quickstart` builds it without default features.
const QUICKSTART: &str = "whatsapp-examples";

/// Features of a package by their names, each with the features that it brings along.
type Features = BTreeMap<String, Vec<String>>;

/// Runs the chore.
///
/// # Errors
///
/// The first combination that does not build, or not without a warning.
pub(crate) fn run() -> Result<()> {
    Chore::run("features", steps)
}

/// One step for each package, for this chore and for `lint`.
///
/// # Errors
///
/// The first combination that does not build, or not without a warning.
pub(crate) fn steps(chore: &mut Chore) -> Result<()> {
    let metadata = packages::metadata(&["--no-deps"])?;
    let sources = files::all(&["rs"])?;
    let mut all = vec![(QUICKSTART.to_owned(), vec![String::new()])];
    for name in packages::published()? {
        let known = features(&metadata, &name)?;
        let combinations = combinations(&known, &named(&known, &name, &sources));
        all.push((name, combinations));
    }
    for (package, combinations) in all {
        chore.step(
            &format!("{package}, {} combinations of features", combinations.len()),
            "Something here is missing a `#[cfg(feature = …)]`, or a dependency a feature.",
            || combinations.iter().try_for_each(|it| start(&mut strictly(&package, it))),
        )?;
    }
    Ok(())
}

/// The command that checks one combination.
fn strictly(package: &str, features: &str) -> Command {
    let mut command = cargo(&["clippy"]);
    command.args(["-p", package, "--no-default-features", "--features", features]);
    // The pedantic lints are for the whole: an argument that one combination does not use is no
    // fault.
    command.args(["--", "-D", "warnings", "-A", "clippy::pedantic"]);
    command
}

/// The features of a package, as `cargo metadata` shows them.
fn features(metadata: &Value, package: &str) -> Result<Features> {
    let packages = metadata["packages"].as_array().context("cargo metadata shows no packages")?;
    let package = packages.iter().find(|it| it["name"] == package).context("no such package")?;
    let features = package["features"].as_object().context("a package without features")?;
    let names = |of: &Value| {
        let all = of.as_array().into_iter().flatten().filter_map(Value::as_str);
        all.filter(|name| features.contains_key(*name)).map(str::to_owned).collect()
    };
    Ok(features.iter().map(|(name, of)| (name.clone(), names(of))).collect())
}

/// The features that the source of a package names. All other features only choose features of
/// dependencies: the same code is compiled with and without them.
fn named<'a>(features: &'a Features, package: &str, sources: &[Named]) -> BTreeSet<&'a str> {
    let folder = format!("{package}/src/");
    let is_named = |name: &str| {
        let condition = format!("feature = \"{name}\"");
        let mut own = sources.iter().filter(|file| file.name.starts_with(&folder));
        own.any(|file| file.text.contains(&condition))
    };
    features.keys().map(String::as_str).filter(|name| is_named(name)).collect()
}

/// The combinations that are checked, in the form of cargo's option: no feature, and each alone
/// with all that it brings along. All features together are clippy's part of `lint`.
///
/// So of any two features all four cases are compiled, and with them all code that one or two
/// features decide. No condition in the sources names three, which a test checks.
fn combinations(features: &Features, named: &BTreeSet<&str>) -> Vec<String> {
    let alone = named.iter().map(|name| with(name, features));
    let all: Vec<_> = iter::once(BTreeSet::new()).chain(alone).collect();
    let code = |combination: &BTreeSet<&str>| {
        let parts = combination.iter().copied().filter(|name| named.contains(name));
        parts.collect::<Vec<_>>().join(",")
    };
    let whole = named.iter().copied().collect::<Vec<_>>().join(",");
    let all: BTreeSet<_> =
        all.iter().map(code).filter(|it| it.is_empty() || *it != whole).collect();
    all.into_iter().collect()
}

/// A feature with all that it brings along.
fn with<'a>(name: &'a str, features: &'a Features) -> BTreeSet<&'a str> {
    let mut combination = BTreeSet::new();
    let mut next = vec![name];
    while let Some(name) = next.pop() {
        if combination.insert(name) {
            next.extend(features.get(name).into_iter().flatten().map(String::as_str));
        }
    }
    combination
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A package whose feature `a` brings `b` along, and `c` does through `cloud`.
    fn package() -> Features {
        let of = json!({
            "default": ["a"], "a": ["b", "dep:d"], "b": ["d/std"], "c": ["cloud"],
            "cloud": ["b"], "other": []
        });
        let metadata = json!({ "packages": [{ "name": "one", "features": of }] });
        features(&metadata, "one").unwrap()
    }

    #[test]
    fn only_features_bring_features_along() {
        let features = package();
        assert_eq!(features["a"], ["b"]);
        assert_eq!(features["b"], Vec::<String>::new());
    }

    #[test]
    fn each_combination_that_is_other_code_is_checked_once() {
        let features = package();
        let named = BTreeSet::from(["a", "b", "c"]);
        // Without `b` there is neither `a` nor `c`; all three together are not checked here.
        assert_eq!(combinations(&features, &named), ["", "a,b", "b", "b,c"]);
        assert_eq!(combinations(&features, &BTreeSet::new()), [""]);
        assert_eq!(combinations(&features, &BTreeSet::from(["other"])), [""]);
    }

    #[test]
    fn a_feature_that_the_source_does_not_name_makes_no_combination() {
        let text = "#[cfg(any(feature = \"a\", feature = \"b\"))] mod c;".to_owned();
        let file = |name: &str| Named { name: name.to_owned(), text: text.clone() };
        let features = package();
        let named = |name: &str| named(&features, "one", &[file(name)]);
        assert_eq!(named("one/src/lib.rs"), BTreeSet::from(["a", "b"]));
        assert_eq!(named("one/tests/it.rs"), BTreeSet::new());
    }

    #[test]
    fn no_condition_names_three_features() {
        for file in files::all(&["rs"]).unwrap().iter().filter(|file| file.name.contains("/src/")) {
            for condition in file.text.split("cfg").skip(1).filter(|it| it.starts_with('(')) {
                let condition = condition.split(']').next().unwrap_or_default();
                let named = condition.matches("feature = \"").count();
                assert!(named <= 2, "{}: {condition}", file.name);
            }
        }
    }

    #[test]
    fn the_console_is_checked_with_each_of_its_gates() {
        let metadata = packages::metadata(&["--no-deps"]).unwrap();
        let known = features(&metadata, "whatsapp-console").unwrap();
        let named = named(&known, "whatsapp-console", &files::all(&["rs"]).unwrap());
        let combinations = combinations(&known, &named);
        assert_eq!(combinations, ["", "sign-in", "supabase"]);
    }
}
