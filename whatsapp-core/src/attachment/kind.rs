//! Kinds of files: the allowed ones, and how names and Content-Types show them.

use crate::word::words;

words!(
    /// The kinds of file that may be attached (specification 9.1), as `attachment_type` holds them.
    #[non_exhaustive]
    AttachmentKind, "attachment type", "pdf, jpg, png",
    {
        /// A PDF document.
        Pdf => "pdf", "PDF";
        /// A JPEG image.
        Jpg => "jpg", "JPG image";
        /// A PNG image.
        Png => "png", "PNG image";
    }
);

impl AttachmentKind {
    /// Returns the Content-Type of files of this kind.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// Returns the kind that a file name's extension shows, in any case; `None` for other and
    /// missing extensions.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        match extension.to_ascii_lowercase().as_str() {
            "pdf" => Some(Self::Pdf),
            "jpg" | "jpeg" => Some(Self::Jpg),
            "png" => Some(Self::Png),
            _ => None,
        }
    }

    /// Returns the kind that a `Content-Type` names; `None` if it names another or says nothing.
    /// Object stores and servers that want a file to be saved send such types.
    pub(super) fn from_content_type(content_type: &str) -> Option<Self> {
        let essence = content_type.split([';', ',']).next().unwrap_or_default().trim();
        match essence.to_ascii_lowercase().as_str() {
            "application/pdf"
            | "application/x-pdf"
            | "application/acrobat"
            | "image/pdf"
            | "application/vnd.pdf"
            | "applications/vnd.pdf"
            | "text/pdf"
            | "text/x-pdf" => Some(Self::Pdf),
            "image/jpeg" | "image/jpg" | "image/pjpeg" | "image/jfif" | "image/x-jpeg"
            | "image/x-jpg" | "application/jpg" | "application/jpeg" => Some(Self::Jpg),
            "image/png"
            | "image/x-png"
            | "image/apng"
            | "image/vnd.mozilla.apng"
            | "application/png" => Some(Self::Png),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_type_names_a_kind_or_says_nothing() {
        let kind = AttachmentKind::from_content_type;
        for (content_type, named) in [
            ("application/pdf", AttachmentKind::Pdf),
            (" Application/PDF; charset=binary", AttachmentKind::Pdf),
            ("application/x-pdf", AttachmentKind::Pdf),
            ("image/jpg", AttachmentKind::Jpg),
            ("image/pjpeg", AttachmentKind::Jpg),
            ("image/apng", AttachmentKind::Png),
        ] {
            assert_eq!(kind(content_type), Some(named), "{content_type}");
        }
        for silent in [
            "",
            "application/octet-stream",
            "binary/octet-stream",
            // Content-Types of servers that want a file to be saved.
            "application/force-download",
            "application/download",
            "application/unknown",
            "application/x-download",
            "application/save-as",
            "text/plain",
            "text/html; charset=UTF-8",
            "application/zip",
            "pdf",
            "null",
        ] {
            assert_eq!(kind(silent), None, "{silent}");
        }
    }
}
