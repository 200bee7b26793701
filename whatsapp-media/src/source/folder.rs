//! Files on this machine's disk, within one folder.

use std::io::{self, ErrorKind, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions};
use whatsapp_core::attachment::{ATTACHMENT_MAX_BYTES, FoundFile, InvalidAttachment};
use whatsapp_core::port::SourceError;

const OUTSIDE: &str = "the file is not in the folder that attachments are read from";

/// A folder that no name leads out of: neither `..` nor a symbolic link, even if somebody changes
/// the folder while a file is opened.
#[derive(Clone)]
pub(super) struct Folder {
    dir: Arc<Dir>,
    /// Possible beginnings of a file's path: the folder as given, and its real name.
    roots: [PathBuf; 2],
}

impl Folder {
    pub(super) fn open(root: &Path) -> io::Result<Self> {
        let real = root.canonicalize()?;
        let dir = Dir::open_ambient_dir(&real, ambient_authority())?;
        Ok(Self { dir: Arc::new(dir), roots: [std::path::absolute(root)?, real] })
    }

    /// Reads a file; its path is given whole or as the part within the folder.
    pub(super) async fn read(&self, path: &Path) -> Result<FoundFile, SourceError> {
        let folder = self.clone();
        let path = path.to_owned();
        let read = tokio::task::spawn_blocking(move || folder.read_now(&path));
        read.await.unwrap_or_else(|_| Err(SourceError::unreachable("the file could not be read")))
    }

    fn read_now(&self, path: &Path) -> Result<FoundFile, SourceError> {
        let within = self.within(path)?;
        let name = within.file_name().map(|name| name.to_string_lossy().into_owned());
        let mut options = OpenOptions::new();
        options.read(true);
        // Otherwise, opening a pipe would wait for somebody who writes to it.
        #[cfg(unix)]
        {
            use cap_std::fs::OpenOptionsExt;
            options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
        }
        let file = self.dir.open_with(within, &options).map_err(|error| failure(&error))?;
        let metadata = file.metadata().map_err(|error| failure(&error))?;
        if !metadata.is_file() {
            return Err(SourceError::refused("there is a folder or a device by the file's name"));
        }
        if metadata.len() > ATTACHMENT_MAX_BYTES {
            return Err(InvalidAttachment::TooLarge.into());
        }
        let mut bytes = Vec::new();
        // The file may grow while it is read.
        let mut most = file.take(ATTACHMENT_MAX_BYTES + 1);
        most.read_to_end(&mut bytes).map_err(|error| failure(&error))?;
        if bytes.len() as u64 > ATTACHMENT_MAX_BYTES {
            return Err(InvalidAttachment::TooLarge.into());
        }
        Ok(FoundFile::new(bytes).with_name(name))
    }

    /// Returns the part of a path within the folder.
    fn within<'p>(&self, path: &'p Path) -> Result<&'p Path, SourceError> {
        let within = if path.is_absolute() {
            self.roots.iter().find_map(|root| path.strip_prefix(root).ok())
        } else {
            Some(path)
        };
        within
            .filter(|path| {
                path.components()
                    .all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
            })
            .ok_or_else(|| SourceError::refused(OUTSIDE))
    }
}

/// The error for a failure of the disk. Its own text may contain paths.
fn failure(error: &io::Error) -> SourceError {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => {
            SourceError::refused("there is no such file in the folder of attachments")
        }
        ErrorKind::PermissionDenied => SourceError::refused(
            "the file lies outside of the folder of attachments, or may not be read",
        ),
        ErrorKind::InvalidInput | ErrorKind::InvalidFilename => {
            SourceError::refused("no file can have such a name")
        }
        _ => SourceError::unreachable("the disk does not give the file just now"),
    }
}
