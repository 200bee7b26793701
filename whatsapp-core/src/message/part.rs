//! Messages whose text is too long for the caption of their file.

use crate::word::words;

/// The longest text that can be a file's caption, in UTF-16 units: the length that WhatsApp shows.
/// (The gateway's own limit is not known.)
pub const CAPTION_MAX_UNITS: usize = 1_024;

words!(
    /// The part of a message that an attempt sends, or that is sent next.
    ///
    /// A text that is short enough is the caption of the file, and one POST sends both. A longer
    /// text is not cut: the file is sent first under its own name, and once the gateway accepted
    /// it, the text follows. Both are parts of the same message, with attempts of their own in its
    /// ledger.
    Part, "part", "whole, file, text",
    {
        /// The whole message at once.
        Whole => "whole", "The whole message";
        /// The file; the text follows.
        File => "file", "The file";
        /// The text; the gateway has the file.
        Text => "text", "The text";
    }
);

impl Part {
    /// Returns the part that is sent first of a message with this text.
    #[must_use]
    pub fn first(text: &str, has_file: bool) -> Self {
        let too_long = || text.encode_utf16().nth(CAPTION_MAX_UNITS).is_some();
        if has_file && too_long() { Self::File } else { Self::Whole }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_longer_than_a_caption_follows_its_file() {
        let fits = "नमस्ते ".repeat(146) + "😀";
        assert_eq!(fits.encode_utf16().count(), CAPTION_MAX_UNITS);
        assert_eq!(Part::first(&fits, true), Part::Whole);
        let longer = fits + ".";
        assert_eq!(Part::first(&longer, true), Part::File);
        assert_eq!(Part::first(&longer, false), Part::Whole);
    }
}
