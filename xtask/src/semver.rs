//! `cargo xtask semver`: compares what the published crates offer with a git revision. Code that
//! was written for the revision must still compile.
//!
//! It is no part of `lint`: a change may break on purpose, and then the version says so.
//! docs/stability.md has the promise.

use anyhow::{Context as _, Result};

use crate::cargo::{output, program, run as start};
use crate::chore::Chore;
use crate::packages;
use crate::subcommand::Subcommand;

/// The releases that read what this Rust's rustdoc writes: each new Rust may need a newer release.
const CHECKS: Subcommand = Subcommand { name: "semver-checks", version: "0.51" };

/// Options of `cargo xtask semver`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Revision to compare with: a commit, a branch, or the tag of a release.
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    baseline: String,
}

/// Runs the chore.
///
/// # Errors
///
/// Fails if the revision is not there, the tool cannot be installed, or the crates no longer offer
/// what they did.
pub(crate) fn run(options: &Options) -> Result<()> {
    Chore::run("semver", |chore| {
        let revision = chore.step(
            "find the revision",
            "Name a commit, a branch or a tag that this checkout has; `git fetch --tags` gets more.",
            || commit(&options.baseline),
        )?;
        let packages = packages::published()?;
        let checks = CHECKS.install(chore)?;
        chore.step(
            &format!("compare {} crates with {}", packages.len(), options.baseline),
            "Keep what the crates offered, or raise the middle number of the version and say so in \
             CHANGELOG.md. The first run needs the internet.",
            || start(checks.command().args(arguments(&revision, &packages))),
        )
    })
}

/// The commit that a revision stands for.
fn commit(revision: &str) -> Result<String> {
    // A name that begins with a dash is a name too, and a tag stands for its commit.
    let named = format!("{revision}^{{commit}}");
    let verify = ["rev-parse", "--quiet", "--verify", "--end-of-options", &named];
    let commit = output(program("git").args(verify));
    let commit = commit.with_context(|| format!("this checkout has no revision {revision}"))?;
    Ok(commit.trim().to_owned())
}

/// The arguments for comparing these packages with a commit.
///
/// They say which kind of release is meant: the same version on both sides says nothing. Everything
/// that a 0.x version may not break is an error then.
fn arguments(commit: &str, packages: &[String]) -> Vec<String> {
    let always = ["--baseline-rev", commit, "--all-features", "--release-type", "minor"];
    let packages = packages.iter().flat_map(|name| ["--package", name]);
    always.into_iter().chain(packages).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }

    /// The revision that a command line names.
    fn baseline(line: &[&str]) -> Result<String> {
        let line = ["semver"].iter().chain(line);
        Ok(Line::try_parse_from(line)?.options.baseline)
    }

    #[test]
    fn the_last_commit_is_compared_unless_another_revision_is_named() {
        assert_eq!(baseline(&[]).unwrap(), "HEAD");
        assert_eq!(baseline(&["--baseline", "v0.1.0"]).unwrap(), "v0.1.0");
        assert!(baseline(&["v0.1.0"]).is_err());
    }

    #[test]
    fn each_package_is_compared_with_all_features() {
        let packages = ["one", "two"].map(str::to_owned);
        let line = arguments("abc", &packages).join(" ");
        assert_eq!(
            line,
            "--baseline-rev abc --all-features --release-type minor --package one --package two"
        );
    }

    #[test]
    fn a_revision_that_is_not_there_is_named() {
        for revision in ["no-such-revision", "--all", ""] {
            let error = commit(revision).unwrap_err().to_string();
            assert_eq!(error, format!("this checkout has no revision {revision}"));
        }
    }

    #[test]
    fn the_seven_published_crates_are_compared() {
        assert_eq!(packages::published().unwrap().len(), 7);
    }
}
