//! A PostgreSQL server for one test alone.

use std::fs::OpenOptions;
use std::io::Write as _;

use anyhow::{Context as _, Result};

use crate::guard::{Guard, on_a_free_port, ports};
use crate::programs::server_programs;

/// Creates the data folder: nobody asks for a password, and names sort the same everywhere.
const CREATE: &str =
    r#""$BIN/initdb" -D data -U postgres -A trust -E UTF8 --locale=C --no-sync --no-instructions"#;
const START: &str = r#""$BIN/pg_ctl" start -D data -w -t 120 -s -l server.log"#;
const STOP: &str = r#""$BIN/pg_ctl" stop -D data -w -t 120 -s -m fast"#;
const CRASH: &str = r#""$BIN/pg_ctl" stop -D data -w -t 120 -s -m immediate"#;
/// Ends the server. PostgreSQL by itself waits a minute for a client that has just connected and
/// says nothing; this does not.
const FINISH: &str = r#""$BIN/pg_ctl" stop -D data -w -t 5 -s -m immediate || kill -KILL "$(head -n 1 data/postmaster.pid)""#;

/// Settings of every cluster. Waiting for a disk makes tests slow and proves nothing: a server that
/// is killed loses nothing that the system has taken from it.
const SETTINGS: [(&str, &str); 4] = [
    ("listen_addresses", "127.0.0.1"),
    ("unix_socket_directories", ""),
    ("max_connections", "300"),
    ("fsync", "off"),
];

/// A throwaway PostgreSQL server on a port of 127.0.0.1, with its data in a temporary folder.
///
/// The server ends when the value is dropped, and when the process ends, even by SIGKILL; then the
/// folder is removed too. As root it runs as the user `postgres` or, if that does not exist,
/// `nobody`. Its superuser is `postgres`, without a password.
///
/// Its methods block until the server has done what they say.
#[derive(Debug)]
pub struct Cluster {
    guard: Guard,
    port: u16,
}

/// Settings of a [`Cluster`] that is yet to be started.
#[derive(Debug, Clone, Default)]
pub struct Builder {
    settings: Vec<(String, String)>,
}

impl Builder {
    /// Sets one of the settings of `postgresql.conf`, as `("fsync", "on")`. The last one counts.
    #[must_use]
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.push((name.into(), value.into()));
        self
    }

    /// Creates and starts the server, which takes about a second.
    ///
    /// # Errors
    ///
    /// Fails if the server programs are not installed (the error says what to install), or do not
    /// start.
    pub fn start(&self) -> Result<Cluster> {
        self.start_on(ports())
    }

    fn start_on(&self, ports: impl Iterator<Item = u16>) -> Result<Cluster> {
        let programs = server_programs()?;
        let guard = Guard::start(&[("BIN", programs.as_os_str())], FINISH)?;
        guard.order(CREATE).context("cannot create a PostgreSQL server")?;
        let fixed = SETTINGS.map(|(name, value)| (name.to_owned(), value.to_owned()));
        for (name, value) in fixed.iter().chain(&self.settings) {
            configure(&guard, name, value)?;
        }
        let port = on_a_free_port(ports, |port| {
            configure(&guard, "port", &port.to_string())?;
            guard.order(START)
        })
        .context("cannot start a PostgreSQL server")?;
        Ok(Cluster { guard, port })
    }
}

impl Cluster {
    /// Creates and starts a server with the usual settings: no waiting for the disk (`fsync` is
    /// off), room for 300 connections, and all else as PostgreSQL has it.
    ///
    /// # Errors
    ///
    /// The same errors as [`Builder::start`].
    pub fn start() -> Result<Self> {
        Self::builder().start()
    }

    /// Starts a server with other settings.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The address of `database` for the superuser. `postgres` and `template1` exist.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// The port on 127.0.0.1; it stays the same when the server is started again.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Crashes the server and starts it again: every connection is lost, and the server recovers
    /// from its log.
    ///
    /// # Errors
    ///
    /// Fails if the server does not stop or start within two minutes.
    pub fn crash_and_restart(&self) -> Result<()> {
        self.crash()?;
        self.start_again()
    }

    /// Stops the server in good order, though without waiting for its clients, and starts it again.
    ///
    /// # Errors
    ///
    /// Fails if the server does not stop or start within two minutes.
    pub fn restart(&self) -> Result<()> {
        self.guard.order(STOP)?;
        self.start_again()
    }

    /// Crashes the server, which stays down until [`start_again`](Self::start_again).
    ///
    /// # Errors
    ///
    /// Fails if the server does not stop within two minutes, or is not running.
    pub fn crash(&self) -> Result<()> {
        self.guard.order(CRASH)
    }

    /// Starts a server that is down, on the same port and with the same data.
    ///
    /// # Errors
    ///
    /// Fails if the server does not start within two minutes.
    pub fn start_again(&self) -> Result<()> {
        self.guard.order(START)
    }

    /// Ends the server for good and removes its folder, as dropping does, but reports a failure.
    ///
    /// # Errors
    ///
    /// Fails if the folder is still there afterwards.
    pub fn stop(self) -> Result<()> {
        self.guard.finish()
    }

    /// The folder of all files of the server, `data` and `server.log` among them.
    #[must_use]
    pub fn folder(&self) -> &std::path::Path {
        self.guard.folder()
    }
}

/// Adds a line to the server's settings; the last line about a setting counts.
fn configure(guard: &Guard, name: &str, value: &str) -> Result<()> {
    let path = guard.folder().join("data/postgresql.conf");
    let mut file = OpenOptions::new().append(true).open(&path)?;
    writeln!(file, "{name} = '{}'", value.replace('\'', "''"))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn port_that_somebody_took_in_the_meantime_is_passed_over() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let taken = (taken.local_addr().unwrap().port(), taken);
        let cluster = Builder::default().start_on([taken.0].into_iter().chain(ports())).unwrap();
        assert_ne!(cluster.port(), taken.0);
        assert!(cluster.folder().join("data/postmaster.pid").is_file());
    }

    #[test]
    fn setting_that_does_not_exist_is_an_error_with_the_servers_words() {
        let error = Cluster::builder().setting("fsink", "off").start().unwrap_err();
        assert!(format!("{error:#}").contains("\"fsink\""), "{error:#}");
    }
}
