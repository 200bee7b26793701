//! The reasons why a file or a link may not be attached.

use super::link::InvalidLink;

/// The reason why a file may not be attached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidAttachment {
    /// No bytes.
    #[error("the file is empty")]
    Empty,
    /// A PDF without a page, or an image without a picture.
    #[error("the file is empty: it begins and ends, but holds no page and no picture")]
    NothingInside,
    /// More than [`ATTACHMENT_MAX_BYTES`](super::ATTACHMENT_MAX_BYTES).
    #[error("the file is larger than 10 MB")]
    TooLarge,
    /// A web page, such as the warning page of a cloud drive.
    #[error(
        "the link leads to a web page, not to the file: make it public or give the file itself"
    )]
    WebPage,
    /// Another kind of file, which was recognised.
    #[error("the file is {what}, not a PDF, JPG or PNG")]
    Other {
        /// The kind of file, with its article.
        what: &'static str,
    },
    /// Neither PDF nor JPG nor PNG, and no other known kind.
    #[error("the file is not a PDF, JPG or PNG")]
    WrongKind,
    /// It begins like one of the allowed kinds and has no end.
    #[error("the file is incomplete: its end is missing")]
    Truncated,
    /// A program on the file's way read its bytes as text and wrote them again. The file opens as
    /// blank pages, or not at all.
    #[error(
        "the file was destroyed on its way, because a program took it for text: it must be read and \
         kept as bytes"
    )]
    ReadAsText,
    /// An image that claims more than 50 million pixels.
    #[error("the image is larger than 50 million pixels")]
    TooManyPixels,
    /// The file's name has the extension of another kind.
    #[error("the file's name does not fit what is in it")]
    NameDisagrees,
    /// The server's Content-Type names another of the allowed kinds than the bytes show.
    #[error("the file is served as something else than what is in it")]
    ContentTypeDisagrees,
    /// Neither the host nor the file's place gives a name.
    #[error("the file has no name: give one that ends in .pdf, .jpg or .png")]
    NameMissing,
    /// The link cannot be a link to a file.
    #[error(transparent)]
    Link(#[from] InvalidLink),
}
