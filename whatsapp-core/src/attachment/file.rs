//! Files as they are found, and files that passed every rule.

use std::fmt;

use sha2::{Digest, Sha256};

use super::kind::{AttachmentKind, InvalidAttachment};
use super::name::safe_file_name;

/// A file as it was read from its [`Place`](super::Place): nothing is checked yet.
#[derive(Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct FoundFile {
    /// All its bytes.
    pub bytes: Vec<u8>,
    /// How it is called where it lies, if that is known: a Content-Disposition, the end of a path.
    pub name: Option<String>,
    /// What its server says it is, if there is one that says so.
    pub content_type: Option<String>,
    /// Whoever follows the link as it was given gets these bytes: it was neither rewritten nor read
    /// with credentials, so it may be passed on.
    pub as_given: bool,
}

impl FoundFile {
    /// A file of which only the bytes are known.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self { bytes, ..Self::default() }
    }

    /// The same with its name.
    #[must_use]
    pub fn with_name(mut self, name: Option<impl Into<String>>) -> Self {
        self.name = name.map(Into::into);
        self
    }

    /// The same with what its server says it is.
    #[must_use]
    pub fn with_content_type(mut self, content_type: Option<impl Into<String>>) -> Self {
        self.content_type = content_type.map(Into::into);
        self
    }

    /// The same, read from a link that anybody can follow as it was given.
    #[must_use]
    pub const fn as_given(mut self) -> Self {
        self.as_given = true;
        self
    }
}

impl fmt::Debug for FoundFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FoundFile({} bytes)", self.bytes.len())
    }
}

/// Bytes that passed every rule, under a safe name: what a [`MediaHost`](crate::port::MediaHost)
/// may publish.
#[derive(Clone, PartialEq, Eq)]
pub struct CheckedFile {
    name: String,
    kind: AttachmentKind,
    sha256: String,
    bytes: Vec<u8>,
}

impl CheckedFile {
    /// Checks bytes and makes their name safe. The kind is read off the bytes; a name that claims
    /// another kind is refused, one without an extension gets it.
    ///
    /// # Errors
    /// [`InvalidAttachment`], the first rule that is broken.
    ///
    /// ```
    /// use whatsapp_core::attachment::{CheckedFile, InvalidAttachment};
    ///
    /// let page = CheckedFile::new("INV-7.pdf", b"<html>Sign in</html>".to_vec());
    /// assert_eq!(page.unwrap_err(), InvalidAttachment::WebPage);
    /// ```
    pub fn new(name: &str, bytes: Vec<u8>) -> Result<Self, InvalidAttachment> {
        let kind = AttachmentKind::of_bytes(&bytes)?;
        let name = match AttachmentKind::from_name(name) {
            Some(named) if named == kind => safe_file_name(name),
            Some(_) => return Err(InvalidAttachment::NameDisagrees),
            None => format!("{}.{kind}", safe_file_name(name)),
        };
        let sha256 = hex::encode(Sha256::digest(&bytes));
        Ok(Self { name, kind, sha256, bytes })
    }

    /// Checks a file that was read from somewhere, under the name that the host wants for it or else
    /// its own: its bytes, its name and what its server says it is must agree.
    ///
    /// # Errors
    /// [`InvalidAttachment`], the first rule that is broken.
    pub fn found(found: FoundFile, wanted: Option<&str>) -> Result<Self, InvalidAttachment> {
        let kind = AttachmentKind::of_bytes(&found.bytes)?;
        if found.content_type.is_some_and(|content_type| !kind.agrees_with(&content_type)) {
            return Err(InvalidAttachment::ContentTypeDisagrees);
        }
        let name = wanted.or(found.name.as_deref()).ok_or(InvalidAttachment::NameMissing)?;
        Self::new(name, found.bytes)
    }

    /// The safe name, with the extension of its kind.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What kind of file it is.
    #[must_use]
    pub const fn kind(&self) -> AttachmentKind {
        self.kind
    }

    /// The SHA-256 of the bytes, 64 hexadecimal digits.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for CheckedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CheckedFile({}, {} bytes)", self.kind, self.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n";

    #[test]
    fn names_fit_the_bytes() {
        let name = |name| CheckedFile::new(name, PDF.to_vec()).map(|f| f.name().to_owned());
        assert_eq!(name("INV-7.pdf").unwrap(), "INV-7.pdf");
        assert_eq!(name("INV-7").unwrap(), "INV-7.pdf");
        assert_eq!(name("INV-7.png"), Err(InvalidAttachment::NameDisagrees));
    }

    #[test]
    fn a_found_file_agrees_with_its_name_and_its_content_type() {
        let found = || FoundFile::new(PDF.to_vec());
        let check = CheckedFile::found;
        assert_eq!(check(found(), None), Err(InvalidAttachment::NameMissing));
        assert_eq!(check(found(), Some("INV-7.pdf")).unwrap().name(), "INV-7.pdf");
        let named = || found().with_name(Some("scan.pdf"));
        assert_eq!(check(named(), None).unwrap().name(), "scan.pdf");
        assert_eq!(check(named(), Some("INV-7")).unwrap().name(), "INV-7.pdf");
        let lying = named().with_content_type(Some("image/png"));
        assert_eq!(check(lying, None), Err(InvalidAttachment::ContentTypeDisagrees));
        let generic = named().with_content_type(Some("application/octet-stream"));
        assert!(check(generic, None).is_ok());
    }
}
