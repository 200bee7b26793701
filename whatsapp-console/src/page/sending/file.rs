//! The file of a message that is being written: kept by the media host while the form goes back
//! and forth.

use whatsapp_core::attachment::{CheckedFile, FoundFile};

use super::draft::Draft;
use super::flaw::invalid_file;
use crate::page::eyes::Eyes;
use crate::typed::{Upload, Uploaded};
use crate::visit::Visit;
use crate::words::sentence;

/// The longest name of a file as browsers give it, in characters: a longer one is cut before
/// its ending.
const NAME_MAX: usize = 200;

/// Checks the file that came with a form and keeps it for the message. Returns the reason where it
/// cannot be sent.
pub(super) async fn take_up(
    draft: &mut Draft,
    upload: Upload,
    visit: &Visit,
    eyes: &Eyes<'_>,
) -> Option<String> {
    let Uploaded { name, bytes } = upload.0?;
    let found = FoundFile::new(bytes.to_vec()).with_name(Some(kept_name(&name)));
    let file = match CheckedFile::found(found, None) {
        Ok(file) => file,
        Err(why) => return Some(invalid_file(why, true, eyes)),
    };
    match visit.inner.messenger.keep(&file).await {
        Ok(kept) => {
            draft.file = Some(kept);
            None
        }
        Err(why) => Some(sentence(&why.to_string())),
    }
}

/// The name of a file without its folders.
pub(crate) fn kept_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let over = last.chars().count().saturating_sub(NAME_MAX);
    last.chars().skip(over).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_no_folders_and_keeps_its_end() {
        assert_eq!(kept_name("C:\\fakepath\\INV 7.pdf"), "INV 7.pdf");
        assert_eq!(kept_name("a/b/c.png"), "c.png");
        let long = format!("{}.pdf", "x".repeat(300));
        assert!(kept_name(&long).len() == NAME_MAX && kept_name(&long).ends_with("xx.pdf"));
    }
}
