//! A shell process that starts and stops a server for us, and ends it when we end.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::{env, fs, iter};

use anyhow::{Context as _, Result, bail, ensure};

use crate::account::Account;

/// The script; its comments say what it does.
const SCRIPT: &str = include_str!("guard.sh");

/// Number of a log's last lines that an error shows.
const SHOWN_LINES: usize = 12;

/// The owner's side of the pipe. As long as it is open, the server's folder exists.
#[derive(Debug)]
pub(crate) struct Guard {
    folder: PathBuf,
    talk: Mutex<Talk>,
}

#[derive(Debug)]
struct Talk {
    process: Child,
    /// `None` once closed; closing is the last order.
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Guard {
    /// Starts the guard as the user that may run servers. `variables` are for its orders to use;
    /// `finish` is the command that ends whatever the orders started.
    pub(crate) fn start(variables: &[(&str, &OsStr)], finish: &str) -> Result<Self> {
        let account = Account::for_servers()?;
        let mut command = Command::new("/bin/sh");
        command.args(["-c", SCRIPT, "guard"]).arg(env::temp_dir()).arg(finish);
        // Its own process group: a signal for the tests, as of Ctrl-C, must not end it before it
        // has cleaned up.
        command.process_group(0).current_dir("/");
        for (name, _) in env::vars_os().filter(|(name, _)| is_setting_of_a_server(name)) {
            command.env_remove(name);
        }
        // Messages of servers are read below, so they are to be the English ones.
        command.env("LC_ALL", "C").envs(variables.iter().copied());
        account.take(&mut command);
        // Standard error is not ours to hold: a test runner waits until no process has it open.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().context("cannot start /bin/sh")?;
        let (Some(orders), Some(answers)) = (process.stdin.take(), process.stdout.take()) else {
            bail!("the guard has no pipes");
        };
        let mut talk = Talk { process, orders: Some(orders), answers: BufReader::new(answers) };
        let folder = talk.answer().with_context(|| {
            format!(
                "cannot make a folder in {} or /tmp as {account}; set TMPDIR to a folder that it may write to",
                env::temp_dir().display()
            )
        })?;
        Ok(Self { folder: folder.into(), talk: Mutex::new(talk) })
    }

    /// The server's own folder, which goes away with the guard.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Runs one shell command in the folder, and returns once it has ended.
    ///
    /// # Errors
    ///
    /// Fails if the command failed: with the last lines of the folder's `server.log` and of what
    /// the orders printed.
    pub(crate) fn order(&self, order: &str) -> Result<()> {
        let answer = self.talk.lock().unwrap_or_else(PoisonError::into_inner).order(order)?;
        ensure!(answer == "ok", "`{order}` failed:\n{}", self.last_words());
        Ok(())
    }

    /// Ends the server and the guard, and removes the folder.
    pub(crate) fn finish(self) -> Result<()> {
        self.talk.lock().unwrap_or_else(PoisonError::into_inner).close()?;
        ensure!(!self.folder.exists(), "{} is still there", self.folder.display());
        Ok(())
    }

    fn last_words(&self) -> String {
        let logs = ["orders.log", "server.log"].map(|log| {
            let text = fs::read_to_string(self.folder.join(log)).unwrap_or_default();
            let lines: Vec<&str> = text.lines().collect();
            lines[lines.len().saturating_sub(SHOWN_LINES)..].join("\n")
        });
        logs.join("\n")
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // Nobody is left to tell; the worst is a folder that stayed.
        let _ = self.talk.lock().unwrap_or_else(PoisonError::into_inner).close();
    }
}

impl Talk {
    fn order(&mut self, order: &str) -> Result<String> {
        let orders = self.orders.as_mut().context("the server was ended")?;
        writeln!(orders, "{order}").context("the server's guard is gone")?;
        self.answer()
    }

    fn answer(&mut self) -> Result<String> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        ensure!(line.ends_with('\n'), "the server's guard is gone");
        line.truncate(line.len() - 1);
        Ok(line)
    }

    fn close(&mut self) -> Result<()> {
        self.orders = None;
        self.process.wait()?;
        Ok(())
    }
}

/// Tells whether a variable of our environment would change what PostgreSQL's programs do.
fn is_setting_of_a_server(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b"PG")
}

/// Random ports to try, without end. All are below the ports that a system gives to outgoing
/// connections. Otherwise a client that knocks at a server that is down would now and then be
/// connected to itself, and hold the server's port.
pub(crate) fn ports() -> impl Iterator<Item = u16> {
    const FIRST: u64 = 15_000;
    const COUNT: u64 = 17_000;
    iter::repeat_with(|| FIRST + random() % COUNT).filter_map(|port| u16::try_from(port).ok())
}

/// A number that no other process or call is likely to draw.
pub(crate) fn random() -> u64 {
    use std::hash::{BuildHasher as _, RandomState};

    RandomState::new().hash_one(std::process::id())
}

/// Calls `start` with one free port after the other, until it succeeds or fails for another reason
/// than a port that somebody else took in the meantime.
pub(crate) fn on_a_free_port(
    ports: impl Iterator<Item = u16>,
    mut start: impl FnMut(u16) -> Result<()>,
) -> Result<u16> {
    const TRIES: usize = 50;
    for port in ports.take(TRIES) {
        match start(port) {
            Ok(()) => return Ok(port),
            Err(error) if error.to_string().contains("Address already in use") => {}
            Err(error) => return Err(error),
        }
    }
    bail!("{TRIES} ports of 127.0.0.1 were in use, one after the other")
}
