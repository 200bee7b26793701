//! pgbouncer in front of a server.

use std::time::Duration;
use std::{fs, thread};

use anyhow::{Context as _, Result, bail};

use crate::cluster::Cluster;
use crate::guard::{Guard, on_a_free_port, ports};
use crate::programs::pooler_program;

const START: &str = r#""$PGBOUNCER" pgbouncer.ini >server.log 2>&1 & server=$!"#;
/// pgbouncer holds nothing that it would have to write down.
const STOP: &str = r#"kill -KILL "$server"; wait "$server""#;

/// Number of looks at the log for the line that pgbouncer is up, and the time between two looks.
const LOOKS: u32 = 1_000;
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// A connection pooler in transaction mode in front of a [`Cluster`]: pgbouncer, on a port of its
/// own.
///
/// Between two transactions a client's next statement may run on another connection of the
/// server's. So sessions (prepared statements, `LISTEN`, `SET`, advisory locks) mean nothing. The
/// pooler ends when the value is dropped and when the process ends, as a cluster does.
#[derive(Debug)]
pub struct Pooler {
    guard: Guard,
    port: u16,
}

impl Pooler {
    /// Starts pgbouncer in front of `cluster`, for all of its databases. It keeps at most 20
    /// connections to a database, and reconnects when the cluster was started again.
    ///
    /// # Errors
    ///
    /// Fails if pgbouncer is not installed (the error says what to install), or does not start.
    pub fn start(cluster: &Cluster) -> Result<Self> {
        let program = pooler_program()?;
        let guard = Guard::start(&[("PGBOUNCER", program.as_os_str())], STOP)?;
        let server = cluster.port();
        let port = on_a_free_port(ports(), |port| {
            let folder = guard.folder();
            let settings = settings(server, port);
            fs::write(folder.join("pgbouncer.ini"), settings)?;
            guard.order(START)?;
            wait_for(&guard)
        })
        .context("cannot start pgbouncer")?;
        Ok(Self { guard, port })
    }

    /// The address of `database` through the pooler, for the superuser.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// The port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Ends the pooler for good and removes its folder, as dropping does, but reports a failure.
    ///
    /// # Errors
    ///
    /// Fails if the folder is still there afterwards.
    pub fn stop(self) -> Result<()> {
        self.guard.finish()
    }
}

/// The configuration file. sqlx sends `extra_float_digits` when it connects, and pgbouncer refuses
/// parameters that it does not know.
fn settings(server: u16, port: u16) -> String {
    format!(
        "[databases]\n\
         * = host=127.0.0.1 port={server} user=postgres\n\
         [pgbouncer]\n\
         listen_addr = 127.0.0.1\n\
         listen_port = {port}\n\
         unix_socket_dir =\n\
         auth_type = any\n\
         pool_mode = transaction\n\
         default_pool_size = 20\n\
         max_client_conn = 500\n\
         server_login_retry = 0.1\n\
         ignore_startup_parameters = extra_float_digits\n"
    )
}

/// Waits until pgbouncer says that it listens. A pgbouncer that cannot listen says why and ends.
fn wait_for(guard: &Guard) -> Result<()> {
    let log = guard.folder().join("server.log");
    for _ in 0..LOOKS {
        let said = fs::read_to_string(&log).unwrap_or_default();
        if said.contains("process up") {
            return Ok(());
        }
        if said.contains("FATAL") {
            bail!("pgbouncer ended:\n{said}");
        }
        thread::park_timeout(BETWEEN_LOOKS);
    }
    bail!("pgbouncer did not start in {:?}", BETWEEN_LOOKS * LOOKS)
}
