//! Messages whose text does not fit under their file.

use crate::word::words;

/// The longest text that stands under a file as its caption, in UTF-16 units: what WhatsApp shows.
/// (The gateway's own limit is not known.)
pub const CAPTION_MAX_UNITS: usize = 1_024;

words!(
    /// What of a message an attempt sends, and what of it is sent next.
    ///
    /// A text that fits under the file is its caption, and one POST sends both. A longer one is not
    /// cut: the file goes first under its own name, and once the gateway took it, the text follows.
    /// Both are parts of the same message, with attempts of their own in its ledger.
    Part, "part", "whole, file, text",
    {
        /// All of it at once.
        Whole => "whole", "The whole message";
        /// The file; the text follows.
        File => "file", "The file";
        /// The text; the gateway has the file.
        Text => "text", "The text";
    }
);

impl Part {
    /// What is sent first of a message with this text.
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
