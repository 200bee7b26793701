//! Programs that Debian has: found, or installed where that needs no password.

use anyhow::{Context as _, Result};

use crate::cargo::{output, program, run};

/// Looks for programs, and installs the Debian `package` that has them if they are missing.
///
/// # Errors
///
/// Fails if they are still missing: with what `look` says of it.
pub(crate) fn find<T>(package: &str, look: impl Fn() -> Result<T>) -> Result<()> {
    let Err(missing) = look() else { return Ok(()) };
    let Some(installer) = Installer::find() else { return Err(missing) };
    eprintln!("test: install {package}");
    installer.install(package).context(missing)?;
    look().map(drop)
}

/// apt-get, for a user who may run it without a password.
#[derive(Debug)]
struct Installer {
    prefix: &'static [&'static str],
}

impl Installer {
    fn find() -> Option<Self> {
        output(program("apt-get").arg("--version")).ok()?;
        if output(program("id").arg("-u")).is_ok_and(|user| user.trim() == "0") {
            return Some(Self { prefix: &[] });
        }
        // Asks nothing: fails if it would have to.
        let allowed = program("sudo").args(["-n", "true"]).output().ok()?;
        allowed.status.success().then_some(Self { prefix: &["sudo", "-n"] })
    }

    fn install(&self, package: &str) -> Result<()> {
        // Lists that could not all be renewed may still do; if not, installing says so.
        if let Err(error) = self.run(&["update", "-q"]) {
            eprintln!("test: {error:#}; trying all the same");
        }
        self.run(&["install", "-qy", "--no-install-recommends", package])
    }

    fn run(&self, arguments: &[&str]) -> Result<()> {
        // `env` twice over: sudo would drop a variable that was set before it.
        let command = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"];
        run(program("env").args(self.prefix).args(command).args(arguments))
    }
}
