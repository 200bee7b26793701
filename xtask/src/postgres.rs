//! The PostgreSQL server for the tests: found or installed, and running while they run.

use std::env;

use anyhow::{Context as _, Result};
use whatsapp_testdb::{Cluster, answers, pooler_program, server_programs};

use crate::debian::find;

/// The variable from which tests take the server's address.
pub(crate) const VARIABLE: &str = "TEST_DATABASE_URL";

/// A server that all tests share, each with a database of its own.
#[derive(Debug)]
pub(crate) struct Server {
    url: String,
    /// Ends with this value, unless the server is somebody else's.
    _cluster: Option<Cluster>,
}

impl Server {
    /// The address of a database on it.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

/// Finds the programs with which tests start servers of their own, and else installs them.
///
/// # Errors
///
/// Fails if they are missing and cannot be installed: with what to do.
pub(crate) fn programs() -> Result<()> {
    find("postgresql", server_programs)?;
    find("pgbouncer", pooler_program)
}

/// The server of `TEST_DATABASE_URL` if that is set, else a fresh one.
///
/// # Errors
///
/// Fails if the given server does not answer, or the fresh one does not start.
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
