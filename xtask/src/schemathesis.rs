//! `cargo xtask schemathesis`: calls the console's API as its document says, and as it does not,
//! over both databases. No answer may be a server error, and none may differ from the document.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use anyhow::{Context as _, Result};

use crate::cargo::{cargo, program, root, run as start, target};
use crate::{postgres, tools};

/// Options of the chore.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Seconds of calls for each database.
    #[arg(long, default_value_t = 180)]
    seconds: u32,
    /// Seed of everything random.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl Options {
    /// The options with which the test command runs this chore: a shorter time.
    pub(crate) const fn short() -> Self {
        Self { seconds: 60, seed: 1 }
    }
}

/// Runs the chore.
///
/// # Errors
///
/// Fails if an answer is wrong, or a program is missing that cannot be installed.
pub(crate) fn run(options: &Options) -> Result<()> {
    postgres::programs()?;
    let schemathesis = tools::schemathesis()?;
    let server = postgres::server()?;
    calls(&schemathesis, server.url(), options)
}

/// Calls the API over both databases.
///
/// # Errors
///
/// Fails if an answer is wrong.
pub(crate) fn calls(schemathesis: &Path, postgres: &str, options: &Options) -> Result<()> {
    // A test's build makes its package's programs too. Built by themselves they would have other
    // features, and everything below them would be compiled again.
    start(&mut cargo(&["test", "--no-run", "--quiet", "--all-features", "--test", "contract"]))?;
    for database in ["sqlite", "postgres"] {
        let server = Server::over(database, postgres)?;
        let console = format!("{}/console", server.url);
        start(
            program(schemathesis)
                .arg("--config-file")
                .arg(root().join("xtask/schemathesis.toml"))
                .args(["run", &format!("{console}/api/openapi.json"), "--url", &console])
                .args(["--checks", "all", "--max-time", &options.seconds.to_string()])
                .args(["--seed", &options.seed.to_string()])
                .current_dir(target().join("tools")),
        )
        .with_context(|| format!("an answer of the API over {database} is wrong"))?;
    }
    Ok(())
}

/// A console over invented data; it ends when this value is dropped.
#[derive(Debug)]
struct Server {
    process: Child,
    url: String,
}

impl Server {
    fn over(database: &str, postgres: &str) -> Result<Self> {
        let mut process = program(target().join("debug").join("console-server"))
            .arg(database)
            .arg("--folder")
            .arg(target().join("tmp"))
            .env(postgres::VARIABLE, postgres)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the console")?;
        let said = process.stdout.take().context("the console has no output")?;
        let mut url = String::new();
        BufReader::new(said).read_line(&mut url).context("the console says nothing")?;
        Ok(Self { process, url: url.trim().to_owned() })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The console ends when its standard input closes.
        drop(self.process.stdin.take());
        if let Err(error) = self.process.wait() {
            eprintln!("test: the console did not end: {error}");
        }
    }
}
