//! The user that runs the servers: ours, unless we are root, which the servers refuse.

use std::fmt;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

/// Users that exist to run servers or nothing at all, the best first.
const FOR_ROOT: [&str; 3] = ["postgres", "_postgres", "nobody"];

/// The user that runs a server's processes.
#[derive(Debug)]
pub(crate) enum Account {
    /// The account that runs this process.
    Ours,
    /// Another account, because this process runs as root.
    Other { name: &'static str, user: u32, group: u32 },
}

impl Account {
    pub(crate) fn for_servers() -> Result<Self> {
        if id(&["-u"])? != 0 {
            return Ok(Self::Ours);
        }
        let found = FOR_ROOT.into_iter().find_map(|name| {
            let (user, group) = (id(&["-u", name]).ok()?, id(&["-g", name]).ok()?);
            (user != 0).then_some(Self::Other { name, user, group })
        });
        found.context(
            "PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody` to \
             run it as: run the tests as another user, or `useradd --system postgres`",
        )
    }

    /// Makes `command` run as this user.
    pub(crate) fn take(&self, command: &mut Command) {
        if let Self::Other { user, group, .. } = *self {
            command.uid(user).gid(group);
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ours => formatter.write_str("this user"),
            Self::Other { name, .. } => write!(formatter, "user {name}"),
        }
    }
}

fn id(arguments: &[&str]) -> Result<u32> {
    let output = Command::new("id").args(arguments).output().context("cannot start `id`")?;
    ensure!(output.status.success(), "`id {}` failed", arguments.join(" "));
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}
