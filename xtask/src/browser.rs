//! The browser of the console's tests, and the tool that checks pages in it.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::cargo::{output, program, run, target};
use crate::debian;

/// The variable by which tests are told where tools are.
pub(crate) const VARIABLE: &str = "CONSOLE_TOOLS";

/// The tool that finds on a page what people cannot read or use.
const AXE: &str = "axe-core@4.14.1";

/// The folder of tools of other languages.
pub(crate) fn tools() -> PathBuf {
    target().join("tools")
}

/// Finds Chromium and its driver, and else installs them.
///
/// # Errors
///
/// Fails if they are missing and cannot be installed: with what to do.
pub(crate) fn programs() -> Result<()> {
    debian::find("chromium", || answers("chromium"))?;
    debian::find("chromium-driver", || answers("chromedriver"))
}

/// Installs axe-core, once, in the folder where the tests look for it.
///
/// # Errors
///
/// Fails if it cannot be had: with what to do.
pub(crate) fn axe() -> Result<()> {
    let folder = tools().join("axe-core");
    if folder.join("node_modules/axe-core/axe.min.js").exists() {
        return Ok(());
    }
    debian::find("npm", || answers("npm"))?;
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("package.json"), "{\"private\": true}\n")?;
    let quiet = ["--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
    let mut npm = program("npm");
    let npm = npm.args(["install", "--prefix"]).arg(&folder).args(quiet).arg(AXE);
    run(npm).with_context(|| format!("{AXE} could not be installed; it needs a network"))
}

fn answers(name: &str) -> Result<()> {
    let said = output(program(name).arg("--version"));
    said.map(drop).with_context(|| {
        format!(
            "{name} is missing: install it, as Debian's chromium, chromium-driver or npm have it"
        )
    })
}
