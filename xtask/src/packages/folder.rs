//! The files beside the manifest of a published package: its licences, its README, and the lines
//! of `lib.rs` that belong to them.

use std::fs;

use anyhow::{Context as _, Result};

use super::manifest::Package;
use crate::cargo::root;
use crate::links::{prose, targets};

/// The texts of the licences, at the root of the checkout and in each package.
const LICENCES: [&str; 2] = ["LICENSE-MIT", "LICENSE-APACHE"];

/// The parts of `lib.rs` that README and docs.rs need, each with its reason.
const LINES: [(&str, &str); 2] = [
    ("#[doc = include_str!(\"../README.md\")]", "the code of README.md would not be tested"),
    ("#![cfg_attr(docsrs, feature(doc_cfg))]", "docs.rs would not show the features of items"),
];

/// The files of a package that are missing or wrong, in lines for people.
///
/// # Errors
///
/// Fails if the workspace's own licences cannot be read.
pub(super) fn problems(package: &Package) -> Result<Vec<String>> {
    let folder = package.folder.strip_prefix(root()).unwrap_or(&package.folder).display();
    let read = |name: &str| fs::read_to_string(package.folder.join(name));
    let mut problems = Vec::new();
    for name in LICENCES {
        let own = fs::read_to_string(root().join(name)).with_context(|| name.to_owned())?;
        if !read(name).is_ok_and(|copy| copy == own) {
            problems.push(format!("{folder}/{name}: is no copy of the file at the root"));
        }
    }
    match read("README.md") {
        Ok(text) => {
            let of_readme = readme(&text, &package.features());
            problems.extend(of_readme.iter().map(|what| format!("{folder}/README.md{what}")));
        }
        Err(_) => problems.push(format!("{folder}/README.md: cannot be read")),
    }
    let library = read("src/lib.rs").unwrap_or_default();
    for (line, reason) in LINES.iter().filter(|(line, _)| !library.contains(*line)) {
        problems.push(format!("{folder}/src/lib.rs: without `{line}` {reason}"));
    }
    Ok(problems)
}

/// What is wrong with a README: each text follows the name of the file.
fn readme(text: &str, features: &[&str]) -> Vec<String> {
    let mut problems = Vec::new();
    for (no, line) in prose(text) {
        let relative = targets(line).into_iter().filter(|to| !to.starts_with("https://"));
        problems.extend(relative.map(|to| format!(":{no}: leads nowhere on crates.io: {to}")));
    }
    let has_row = |feature: &str| {
        let row = format!("| `{feature}` |");
        text.lines().any(|line| line.starts_with(&row))
    };
    let untold = features.iter().filter(|feature| !has_row(feature));
    problems.extend(untold.map(|feature| format!(": no row for the feature {feature}")));
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relative_link_is_found_by_its_line_and_code_has_none() {
        let text = "# A\n[b](https://docs.rs/b), [c](docs/c.md)\n```rust\nd[0](e);\n```\n[f](#g)\n";
        let problems = readme(text, &[]);
        assert_eq!(
            problems,
            [":2: leads nowhere on crates.io: docs/c.md", ":6: leads nowhere on crates.io: #g"]
        );
    }

    #[test]
    fn each_feature_has_a_row() {
        let text = "| Feature |\n| --- |\n| `a` | adds a |\n`b` is told of elsewhere.\n";
        assert_eq!(readme(text, &["a", "b"]), [": no row for the feature b"]);
    }
}
