//! Google Drive, and documents that are made in it.

use url::Url;
use whatsapp_core::port::SourceError;

use super::{folder, is_id, query, segments};

/// A file in Google Drive.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::source) struct Shared {
    pub(in crate::source) id: String,
    /// Older files need it beside their id.
    pub(in crate::source) resource_key: Option<String>,
    /// Where a document made in Drive is given out as PDF; `None` for files that were uploaded.
    export: Option<&'static str>,
}

/// Kinds of document, and what follows the id in the link that gives one out as PDF.
const DOCUMENTS: [(&str, &str); 4] = [
    ("document", "document/d/{}/export?format=pdf"),
    ("spreadsheets", "spreadsheets/d/{}/export?format=pdf"),
    ("presentation", "presentation/d/{}/export/pdf"),
    ("drawings", "drawings/d/{}/export/pdf"),
];

/// What a link of Google Drive shares.
pub(super) fn shared(url: &Url) -> Result<Option<Shared>, SourceError> {
    let parts = segments(url);
    let last = parts.last().copied().unwrap_or_default();
    let file = match url.host_str() {
        Some("drive.google.com" | "docs.google.com") => {
            if parts.contains(&"folders") || parts.contains(&"folderview") {
                return Err(folder());
            }
            // `/file/d/ID/view`, with `/u/0` or `/a/shop.example` somewhere before `d`.
            let at_d = parts.iter().position(|part| *part == "d");
            match at_d.and_then(|d| Some((d, *parts.get(d + 1)?))) {
                Some((d, id)) => {
                    let before = parts.get(..d).unwrap_or_default();
                    // It gives the document out already, as whatever it says.
                    if parts.get(d + 2) == Some(&"export") {
                        return Ok(None);
                    }
                    let document =
                        DOCUMENTS.iter().find(|(kind, _)| before.contains(kind)).map(|(_, to)| *to);
                    // `/d/e/…` is published for reading, under an id that is no file's.
                    let known = document.is_some() || before.contains(&"file");
                    (known && id != "e").then(|| (id.to_owned(), document))
                }
                None if last == "open" || last == "uc" => query(url, "id").map(|id| (id, None)),
                None => None,
            }
        }
        Some("drive.usercontent.google.com") if last == "download" || last == "uc" => {
            query(url, "id").map(|id| (id, None))
        }
        _ => None,
    };
    let resource_key = query(url, "resourcekey").filter(|key| is_id(key));
    Ok(file.filter(|(id, _)| is_id(id)).map(|(id, export)| Shared { id, resource_key, export }))
}

impl Shared {
    /// Where anybody can download it. `confirm` answers the question whether a file may be given
    /// out that was not looked through for viruses.
    pub(super) fn download(&self) -> String {
        let key = self.resource_key.as_deref();
        if let Some(export) = self.export {
            let link = format!("https://docs.google.com/{}", export.replace("{}", &self.id));
            let joint = if export.contains('?') { '&' } else { '?' };
            return key.map_or(link.clone(), |key| format!("{link}{joint}resourcekey={key}"));
        }
        let id = &self.id;
        let link = format!(
            "https://drive.usercontent.google.com/download?id={id}&export=download&confirm=t"
        );
        key.map_or(link.clone(), |key| format!("{link}&resourcekey={key}"))
    }
}
