//! Finds the programs of PostgreSQL and pgbouncer.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Result, bail};

/// The oldest version of PostgreSQL that will do.
pub const OLDEST: u32 = 15;

/// Folders that hold one folder a version, `…/<version>/bin` or `…-<version>/bin`.
const VERSIONED: [&str; 6] = [
    "/usr/lib/postgresql",
    "/usr",
    "/usr/local",
    "/opt/homebrew/opt",
    "/usr/local/opt",
    "/home/linuxbrew/.linuxbrew/opt",
];

/// Folders where pgbouncer is installed by systems that do not put it on every user's path.
const POOLER_FOLDERS: [&str; 5] = [
    "/usr/sbin",
    "/usr/local/sbin",
    "/usr/local/bin",
    "/opt/homebrew/bin",
    "/home/linuxbrew/.linuxbrew/bin",
];

/// Finds the folder of PostgreSQL's server programs, version 15 or newer. It takes the first of
/// `PATH`, then what `pg_config` says, then the newest of the folders in which Debian, Red Hat and
/// Homebrew keep them.
///
/// # Errors
///
/// Fails if there is none: with what to install.
pub fn server_programs() -> Result<PathBuf> {
    let mut too_old = Vec::new();
    for folder in on_the_path("initdb").into_iter().chain(told_by_pg_config()).chain(versioned()) {
        match version(&folder) {
            Some(version) if version >= OLDEST => return Ok(folder),
            Some(_) => too_old.push(folder.display().to_string()),
            None => {}
        }
    }
    let old = match too_old.as_slice() {
        [] => String::new(),
        folders => format!(" (found, but older: {})", folders.join(", ")),
    };
    bail!(
        "found no server programs of PostgreSQL {OLDEST} or newer{old}. Install them: \
         `apt-get install postgresql` on Debian and Ubuntu, `brew install postgresql@17` on macOS"
    )
}

/// Finds the program `pgbouncer`.
///
/// # Errors
///
/// Fails if there is none: with what to install.
pub fn pooler_program() -> Result<PathBuf> {
    let folders = on_the_path("pgbouncer").into_iter().chain(POOLER_FOLDERS.map(PathBuf::from));
    match folders.map(|folder| folder.join("pgbouncer")).find(|program| program.is_file()) {
        Some(program) => Ok(program),
        None => bail!(
            "found no pgbouncer. Install it: `apt-get install pgbouncer` on Debian and Ubuntu, \
             `brew install pgbouncer` on macOS"
        ),
    }
}

/// The folders of `PATH` that hold `program`. A symbolic link leads to the folder with the programs
/// beside it.
fn on_the_path(program: &str) -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let found =
        env::split_paths(&path).filter_map(|folder| folder.join(program).canonicalize().ok());
    found.filter_map(|program| program.parent().map(Path::to_owned)).collect()
}

fn told_by_pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim()))
}

/// Every `bin` of [`VERSIONED`], the newest version first.
fn versioned() -> Vec<PathBuf> {
    let folders = VERSIONED.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten();
    let mut found: Vec<(u32, PathBuf)> = folders
        .filter_map(Result::ok)
        .filter_map(|entry| {
            Some((version_in(entry.file_name().to_str()?)?, entry.path().join("bin")))
        })
        .collect();
    found.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    found.into_iter().map(|(_, folder)| folder).collect()
}

/// Reads the version from a folder's name: 17 for `17`, `postgresql@17` and `pgsql-17`.
fn version_in(name: &str) -> Option<u32> {
    let start = name.trim_end_matches(|digit: char| digit.is_ascii_digit()).len();
    let (name, version) = name.split_at(start);
    let known = ["", "postgresql@", "postgresql-", "pgsql-"].contains(&name);
    if known { version.parse().ok() } else { None }
}

/// The version of the programs in `folder`, if all that a cluster needs are there.
fn version(folder: &Path) -> Option<u32> {
    if !["initdb", "pg_ctl"].iter().all(|program| folder.join(program).is_file()) {
        return None;
    }
    let output = Command::new(folder.join("postgres")).arg("--version").output().ok()?;
    major(std::str::from_utf8(&output.stdout).ok()?)
}

/// Reads the major version from a line: 15 of `postgres (PostgreSQL) 15.18 (Debian 15.18-0)`, and
/// of `… 15beta1`.
fn major(line: &str) -> Option<u32> {
    let version = line.split_whitespace().nth(2)?;
    let end = version.find(|digit: char| !digit.is_ascii_digit()).unwrap_or(version.len());
    version[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_is_read_from_what_the_server_prints() {
        assert_eq!(major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 19beta1\n"), Some(19));
        assert_eq!(major("command not found\n"), None);
    }

    #[test]
    fn folder_names_of_the_systems_are_known() {
        assert_eq!(version_in("17"), Some(17));
        assert_eq!(version_in("postgresql@17"), Some(17));
        assert_eq!(version_in("pgsql-16"), Some(16));
        assert_eq!(version_in("postgresql"), None);
        assert_eq!(version_in("python3"), None);
    }

    #[test]
    fn folder_without_a_server_has_no_version() {
        assert_eq!(version(Path::new("/")), None);
    }
}
