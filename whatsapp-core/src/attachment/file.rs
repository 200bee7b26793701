//! Files as they are found, and files that passed every rule.

use std::fmt;

use sha2::{Digest, Sha256};

use super::InvalidAttachment;
use super::content::Content;
use super::kind::AttachmentKind;
use super::name::file_name;

/// A file as it was read from its [`Place`](super::Place), before any check.
#[derive(Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct FoundFile {
    /// All bytes of the file.
    pub bytes: Vec<u8>,
    /// The file's name at its place, if it is known: from a Content-Disposition or the end of a
    /// path.
    pub name: Option<String>,
    /// The Content-Type that the server gives, if it gives one.
    pub content_type: Option<String>,
    /// Set when anybody who follows the link as it was given gets these bytes. The link was neither
    /// rewritten nor read with credentials, so it may be passed on.
    pub as_given: bool,
}

impl FoundFile {
    /// Creates a file of which only the bytes are known.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self { bytes, ..Self::default() }
    }

    /// Returns the file with its name.
    #[must_use]
    pub fn with_name(mut self, name: Option<impl Into<String>>) -> Self {
        self.name = name.map(Into::into);
        self
    }

    /// Returns the file with the Content-Type that its server gives.
    #[must_use]
    pub fn with_content_type(mut self, content_type: Option<impl Into<String>>) -> Self {
        self.content_type = content_type.map(Into::into);
        self
    }

    /// Returns the file, marked as read from a link that anybody can follow as it was given.
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

/// Bytes that passed every rule, under a safe name. A [`MediaHost`](crate::port::MediaHost) may
/// publish them.
#[derive(Clone, PartialEq, Eq)]
pub struct CheckedFile {
    name: String,
    kind: AttachmentKind,
    sha256: String,
    bytes: Vec<u8>,
    warnings: Vec<String>,
    is_as_found: bool,
}

impl CheckedFile {
    /// Checks bytes and makes their name safe. The kind is read from the bytes. A name that claims
    /// another kind is refused; every other name gets the extension of its kind, once.
    ///
    /// Bytes that a server put before or after the document are left out, with a
    /// [warning](Self::warnings).
    ///
    /// # Errors
    /// [`InvalidAttachment`], the first rule that is broken.
    ///
    /// ```
    /// use whatsapp_core::attachment::{CheckedFile, InvalidAttachment};
    ///
    /// let page = CheckedFile::new("INV-7.pdf", b"<html>Sign in</html>".to_vec());
    /// assert_eq!(page.unwrap_err(), InvalidAttachment::WebPage);
    ///
    /// let pdf = b"\n%PDF-1.7\n1 0 obj\n<</Type/Page>>\nendobj\n%%EOF\n".to_vec();
    /// let file = CheckedFile::new("GST/25-26/0042", pdf)?;
    /// assert_eq!(file.name(), "GST-25-26-0042.pdf");
    /// assert!(file.bytes().starts_with(b"%PDF-"));
    /// assert_eq!(file.warnings().len(), 1);
    /// # Ok::<(), InvalidAttachment>(())
    /// ```
    pub fn new(name: impl AsRef<str>, bytes: Vec<u8>) -> Result<Self, InvalidAttachment> {
        let content = Content::of(&bytes)?;
        Self::of(content, name.as_ref(), bytes)
    }

    /// Checks a file that was read from its place, under the name that the host wants, or else its
    /// own. Its bytes, its name and its Content-Type must agree. A Content-Type that names none of
    /// the allowed kinds says nothing.
    ///
    /// # Errors
    /// [`InvalidAttachment`], the first rule that is broken.
    pub fn found(found: FoundFile, wanted: Option<&str>) -> Result<Self, InvalidAttachment> {
        let content = Content::of(&found.bytes)?;
        let named = found.content_type.as_deref().and_then(AttachmentKind::from_content_type);
        if named.is_some_and(|named| named != content.kind) {
            return Err(InvalidAttachment::ContentTypeDisagrees);
        }
        let name = wanted.or(found.name.as_deref()).ok_or(InvalidAttachment::NameMissing)?;
        Self::of(content, name, found.bytes)
    }

    fn of(content: Content, name: &str, mut bytes: Vec<u8>) -> Result<Self, InvalidAttachment> {
        let Content { kind, range, warnings } = content;
        let name = file_name(name, kind)?;
        let is_as_found = range == (0..bytes.len());
        bytes.truncate(range.end);
        bytes.drain(..range.start);
        let sha256 = hex::encode(Sha256::digest(&bytes));
        Ok(Self { name, kind, sha256, bytes, warnings, is_as_found })
    }

    /// The safe name, with the extension of its kind.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The kind of the file.
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

    /// Doubts about the file, and the bytes that were left out of it: sentences for managers.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Returns whether the bytes are all that was found, so that nothing was left out.
    #[must_use]
    pub const fn is_as_found(&self) -> bool {
        self.is_as_found
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

    const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<</Type/Page>>\nendobj\n%%EOF\n";

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
        // Content-Types that name no other allowed kind say nothing.
        for silent in ["application/octet-stream", "application/force-download", "image/gif"] {
            assert!(check(named().with_content_type(Some(silent)), None).is_ok(), "{silent}");
        }
    }

    #[test]
    fn what_stands_before_and_behind_a_pdf_is_left_out_with_a_warning() {
        let around = [b"\xEF\xBB\xBF\n".as_slice(), PDF, b"<p>Slow query</p>"].concat();
        let file = CheckedFile::new("INV-7", around).unwrap();
        assert_eq!(file.bytes(), PDF);
        assert_eq!(file.sha256(), CheckedFile::new("INV-7", PDF.to_vec()).unwrap().sha256());
        assert!(!file.is_as_found());
        let [before, behind] = file.warnings() else { panic!("{:?}", file.warnings()) };
        assert!(before.starts_with("The file had 4 bytes before the beginning of the PDF"));
        assert!(behind.starts_with("The file had 17 bytes behind the end of the PDF"));

        let file = CheckedFile::new("INV-7", PDF.to_vec()).unwrap();
        assert!(file.is_as_found() && file.warnings().is_empty());
    }
}
