//! Tools of other languages that tests need: found or installed once, below the folder for
//! everything built.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::cargo::{output, program, run};
use crate::{browser, debian};

/// The client of Supabase front ends.
const CLIENT: &str = "@supabase/functions-js@2.109.0";

/// The tool that calls an API as its document says, and as it does not.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// Makes sure that the client of Supabase front ends is there, and node to run it.
///
/// # Errors
///
/// Fails if one is missing and cannot be installed: with what to do.
pub(crate) fn client() -> Result<()> {
    debian::find("nodejs", || answers("node"))?;
    let folder = browser::tools().join("functions-js");
    once(&folder, CLIENT, || {
        debian::find("npm", || answers("npm"))?;
        let quiet = ["--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
        fs::write(folder.join("package.json"), "{\"private\": true}\n")?;
        let mut npm = program("npm");
        run(npm.args(["install", "--prefix"]).arg(&folder).args(quiet).arg(CLIENT))
    })
}

/// Makes sure that schemathesis is installed, and returns the path of its program.
///
/// # Errors
///
/// Fails if it is missing and cannot be installed: with what to do.
pub(crate) fn schemathesis() -> Result<PathBuf> {
    let folder = browser::tools().join("schemathesis");
    once(&folder, SCHEMATHESIS, || {
        // Debian has the module that makes such folders in a package of its own.
        debian::find("python3-venv", || {
            output(program("python3").args(["-c", "import venv, ensurepip"])).map(drop)
        })?;
        run(program("python3").args(["-m", "venv"]).arg(&folder))?;
        let pip = folder.join("bin/pip");
        let quiet = ["install", "--quiet", "--disable-pip-version-check"];
        run(program(pip).args(quiet).arg(SCHEMATHESIS))
    })?;
    Ok(folder.join("bin/schemathesis"))
}

fn answers(name: &str) -> Result<()> {
    output(program(name).arg("--version")).map(drop)
}

/// Runs `install` in a folder unless that was done there for this very version.
fn once(folder: &Path, version: &str, install: impl FnOnce() -> Result<()>) -> Result<()> {
    let mark = folder.join("installed");
    if fs::read_to_string(&mark).is_ok_and(|installed| installed == version) {
        return Ok(());
    }
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    install().with_context(|| format!("{version} could not be installed; it needs a network"))?;
    Ok(fs::write(mark, version)?)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use anyhow::bail;

    use super::*;

    #[test]
    fn what_is_installed_is_not_installed_again_and_what_broke_off_is() {
        let folder = std::env::temp_dir().join(format!("xtask-tools-{}", std::process::id()));
        let times = Cell::new(0);
        let install = || {
            times.set(times.get() + 1);
            Ok(())
        };
        assert!(once(&folder, "a 1", || bail!("no network")).is_err());
        once(&folder, "a 1", install).unwrap();
        once(&folder, "a 1", install).unwrap();
        once(&folder, "a 2", install).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(times.get(), 2);
    }
}
