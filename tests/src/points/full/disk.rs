//! Disks that can be full: a small one if one may be mounted, otherwise a limit on files.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// A small file system in memory, in this folder. It is gone when the value is dropped.
pub(super) struct Mount(PathBuf);

impl Mount {
    /// Mounts the file system; `None` if nothing may be mounted.
    pub(super) fn try_new(folder: &Path, size: &str) -> Option<Self> {
        let options = format!("size={size}");
        let mounting = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(folder)
            .stderr(std::process::Stdio::null())
            .status();
        mounting.is_ok_and(|status| status.success()).then(|| Self(folder.to_owned()))
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// A disk that can be full.
#[derive(Debug, Clone)]
pub(super) enum Disk {
    /// A small disk, filled up by this file.
    Small(PathBuf),
    /// No file of this process may grow beyond the largest in this folder.
    Limited(PathBuf),
}

impl Disk {
    pub(super) fn fill(&self) -> Result<()> {
        match self {
            Self::Small(filler) => {
                let mut file = fs::OpenOptions::new().create(true).append(true).open(filler)?;
                for size in [65_536, 4_096] {
                    while file.write_all(&vec![1; size]).is_ok() {}
                }
                Ok(())
            }
            Self::Limited(folder) => {
                let mut largest = 0;
                for entry in fs::read_dir(folder)? {
                    largest = largest.max(entry?.metadata()?.len());
                }
                limit(Some(largest))
            }
        }
    }

    pub(super) fn free(&self) -> Result<()> {
        match self {
            Self::Small(filler) if filler.exists() => Ok(fs::remove_file(filler)?),
            Self::Small(_) => Ok(()),
            Self::Limited(_) => limit(None),
        }
    }
}

fn limit(bytes: Option<u64>) -> Result<()> {
    let Rlimit { maximum, .. } = getrlimit(Resource::Fsize);
    setrlimit(Resource::Fsize, Rlimit { current: bytes.or(maximum), maximum })
        .context("this process may not limit itself")
}
