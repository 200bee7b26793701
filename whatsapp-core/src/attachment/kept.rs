//! Files that the media host keeps already.

use std::fmt;

use super::file::CheckedFile;
use super::kind::AttachmentKind;

/// A file that the media host keeps for a day, because a person chose it for a message that is not
/// finished yet: see [`Messenger::keep`](crate::Messenger::keep). It names the file and proves no
/// right to it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeptFile {
    /// The SHA-256 of the bytes, 64 hexadecimal digits.
    pub sha256: String,
    /// The kind of the file.
    pub kind: AttachmentKind,
    /// The name under which the recipient sees it.
    pub name: String,
    /// The size of the file in bytes.
    pub bytes: u64,
}

impl KeptFile {
    /// The file with this hash, kind and name, and of this size in bytes.
    pub fn new(
        sha256: impl Into<String>,
        kind: AttachmentKind,
        name: impl Into<String>,
        bytes: u64,
    ) -> Self {
        Self { sha256: sha256.into(), kind, name: name.into(), bytes }
    }

    /// The description of a file that is kept.
    pub(crate) fn of(file: &CheckedFile) -> Self {
        Self::new(file.sha256(), file.kind(), file.name(), file.bytes().len() as u64)
    }
}

impl fmt::Debug for KeptFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeptFile({}, {} bytes)", self.kind, self.bytes)
    }
}
