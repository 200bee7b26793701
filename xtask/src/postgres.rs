//! The PostgreSQL server for the tests: found or installed, and running while they run.

use std::env;

use anyhow::{Context as _, Result};
use whatsapp_testdb::{Cluster, answers, pooler_program, server_programs};

use crate::cargo::{output, program, run};

/// The variable from which tests take the server's address.
pub(crate) const VARIABLE: &str = "TEST_DATABASE_URL";

/// A server that all tests share, each with a database of its own.
#[derive(Debug)]
pub(crate) struct Server {
    url: String,
    /// Ends with this value, unless it is somebody else's server.
    _cluster: Option<Cluster>,
}

impl Server {
    /// The address of a database on it.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

/// Finds the programs that tests start servers of their own with, and else installs them.
///
/// # Errors
///
/// When they are missing and cannot be installed: with what to do.
pub(crate) fn programs() -> Result<()> {
    find("postgresql", server_programs)?;
    find("pgbouncer", pooler_program)
}

/// The server of `TEST_DATABASE_URL` if that is set, else a fresh one.
///
/// # Errors
///
/// When the given one does not answer, or the fresh one does not start.
pub(crate) fn server() -> Result<Server> {
    if let Some(url) = env::var(VARIABLE).ok().filter(|url| !url.is_empty()) {
        answers(&url).with_context(|| {
            format!(
                "{VARIABLE} is set, but not to a server that runs; start it, or unset the variable"
            )
        })?;
        return Ok(Server { url, _cluster: None });
    }
    let cluster = Cluster::start()?;
    Ok(Server { url: cluster.url("postgres"), _cluster: Some(cluster) })
}

/// Looks for programs, and installs the Debian `package` that has them if they are missing.
fn find<T>(package: &str, look: impl Fn() -> Result<T>) -> Result<()> {
    let Err(missing) = look() else { return Ok(()) };
    let Some(installer) = Installer::find() else { return Err(missing) };
    eprintln!("test: install {package}");
    installer.install(package).context(missing)?;
    look().map(drop)
}

/// apt-get, for those who may use it without being asked for a password.
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
        // Asks nothing: fails when it would have to.
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
