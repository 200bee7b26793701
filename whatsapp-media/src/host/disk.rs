//! A folder of this machine used as the store.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder};
use std::path::Path;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use object_store::local::LocalFileSystem;

use super::HostError;

/// Time after which the writer of an unfinished file counts as dead, far longer than a call may
/// last.
const UNFINISHED: Duration = Duration::from_secs(3_600);

/// Opens a folder, creating it for its owner only if it does not exist. Written data is on the disk
/// when a call returns.
pub(super) fn open(folder: &Path) -> Result<LocalFileSystem, HostError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let refused = || HostError::Folder { path: folder.to_owned() };
    builder.create(folder).map_err(|_| refused())?;
    let store = LocalFileSystem::new_with_prefix(folder).map_err(|_| refused())?;
    Ok(store.with_fsync(true).with_automatic_cleanup(true))
}

/// Removes files that a crash left half written, which no listing shows: the store first writes a
/// file as `name#1`. A file that cannot be removed now is tried again by the next sweep.
pub(super) fn clear_unfinished(folder: &Path, now: DateTime<Utc>) {
    for below in ["files", "links"] {
        clear(&folder.join(below), SystemTime::from(now));
    }
}

fn clear(folder: &Path, now: SystemTime) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let Ok(meta) = entry.metadata() else { continue };
        let age = meta.modified().ok().and_then(|modified| now.duration_since(modified).ok());
        let is_old = age.is_some_and(|age| age > UNFINISHED);
        if meta.is_dir() {
            clear(&entry.path(), now);
            if is_old {
                // Fails while the folder has any content. A new folder belongs to somebody who is
                // about to put something into it.
                let _ = fs::remove_dir(entry.path());
            }
        } else if is_old && is_unfinished(&entry.file_name()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn is_unfinished(name: &OsStr) -> bool {
    let name = name.to_str().and_then(|name| name.rsplit_once('#'));
    name.is_some_and(|(_, number)| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}
