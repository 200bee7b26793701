//! The country of a locale.

/// The country that a locale names, in two letters; `None` where it names none.
///
/// ```
/// use whatsapp_core::format::region;
///
/// let of = ["en-IN", "hi-Deva-IN", "de-DE", "en", "en-u-nu-latn"].map(region);
/// assert_eq!(of, [Some("IN"), Some("IN"), Some("DE"), None, None]);
/// ```
#[must_use]
pub fn region(locale: &str) -> Option<&str> {
    let parts = locale.split('-').skip(1);
    // A single letter begins an extension, to which the rest belongs.
    let mut parts = parts.take_while(|part| part.len() > 1);
    parts.find(|part| part.len() == 2)
}
