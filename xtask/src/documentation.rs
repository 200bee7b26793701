//! The documentation as docs.rs builds it, where each item names the feature that it needs.
//!
//! docs.rs has a nightly compiler. Here the stable rustdoc shows features because `RUSTC_BOOTSTRAP`
//! allows it to. The variable may reach rustdoc alone: a build script that sees it chooses other
//! code, and every dependency would be built anew. So cargo starts this program as its rustdoc, and
//! this program starts the real rustdoc with that variable.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, ensure};

use crate::cargo::{cargo, run as start, target};
use crate::files;
use crate::packages;

/// Set by this program when cargo starts it as rustdoc: the real rustdoc.
const REAL: &str = "XTASK_RUSTDOC";

/// Features that no documented item needs: of a hidden part, of a program, and of `object_store`.
const UNSEEN: [(&str, &str); 5] = [
    ("whatsapp-core", "witness"),
    ("whatsapp-testkit", "bin"),
    ("whatsapp-media", "aws"),
    ("whatsapp-media", "azure"),
    ("whatsapp-media", "gcp"),
];

/// Builds the documentation, and checks that it names each feature of each published package.
///
/// # Errors
///
/// Whatever rustdoc warns of, and the features that no item of the documentation names.
pub(crate) fn build() -> Result<()> {
    let real = env::var_os("RUSTDOC").unwrap_or_else(|| "rustdoc".into());
    let this = env::current_exe().context("cannot find this program's own file")?;
    let mut command = cargo(&["doc", "--no-deps", "--all-features"]);
    command.env("RUSTDOCFLAGS", "--cfg docsrs -D warnings").env("RUSTDOC", this).env(REAL, real);
    start(&mut command)?;
    let mut unnamed = Vec::new();
    for (package, feature) in packages::features()? {
        let is_unseen = UNSEEN.contains(&(package.as_str(), feature.as_str()));
        let pages = target().join("doc").join(package.replace('-', "_"));
        if names(&pages, &feature)? == is_unseen {
            unnamed.push(format!("{package}: {}", fault(&feature, is_unseen)));
        }
    }
    ensure!(unnamed.is_empty(), "{}", unnamed.join("\n"));
    Ok(())
}

fn fault(feature: &str, is_unseen: bool) -> String {
    if is_unseen {
        format!("items name the feature {feature}: take it from the list in documentation.rs")
    } else {
        format!("no item of the documentation says that it needs the feature {feature}")
    }
}

/// Returns true if a page in this folder, or below it, names the feature.
fn names(folder: &Path, feature: &str) -> Result<bool> {
    let mark = format!("<code>{feature}</code>");
    for page in files::paths(folder, &["html"])? {
        let text = fs::read_to_string(&page).with_context(|| page.display().to_string())?;
        if text.split("Available on ").skip(1).any(|said| until_dot(said).contains(&mark)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The rest of the sentence that a page says of an item's features.
fn until_dot(said: &str) -> &str {
    said.split("only.").next().unwrap_or_default()
}

/// Runs the real rustdoc, if cargo started this program in its place.
pub(crate) fn stand_in() -> Option<ExitCode> {
    let real = env::var_os(REAL)?;
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    let status = Command::new(real).args(arguments).env("RUSTC_BOOTSTRAP", "1").status();
    Some(match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: cannot start rustdoc: {error}");
            ExitCode::FAILURE
        }
    })
}
