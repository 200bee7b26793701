//! Google Drive, and documents made in it.

use url::Url;
use whatsapp_core::port::SourceError;

use super::{folder, is_id, query, segments};

/// A file in Google Drive.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::source) struct Shared {
    pub(in crate::source) id: String,
    /// A key that older files need beside their id.
    pub(in crate::source) resource_key: Option<String>,
    /// The part of the link that exports a document made in Drive as PDF; `None` for uploaded
    /// files.
    export: Option<&'static str>,
    /// The tab of a spreadsheet that the link shows.
    pub(in crate::source) tab: Option<String>,
}

/// Kinds of document, and for each the rest of the link that exports it as PDF.
const DOCUMENTS: [(&str, &str); 4] = [
    ("document", "document/d/{}/export?format=pdf"),
    (SPREADSHEETS, "spreadsheets/d/{}/export?format=pdf"),
    ("presentation", "presentation/d/{}/export/pdf"),
    ("drawings", "drawings/d/{}/export/pdf"),
];

const SPREADSHEETS: &str = "spreadsheets";

/// Returns the file that a link of Google Drive shares.
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
                    // The link exports the document already, in the form that it names.
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
    let tab = || parts.contains(&SPREADSHEETS).then(|| tab(url)).flatten();
    let file = file.filter(|(id, _)| is_id(id));
    Ok(file.map(|(id, export)| Shared { id, resource_key, export, tab: tab() }))
}

/// Returns the link that exports a published spreadsheet as PDF.
pub(super) fn published(url: &Url) -> Option<String> {
    let parts = segments(url);
    let at_d = parts.iter().position(|part| *part == "d")?;
    let ["d", "e", id, "pub" | "pubhtml", ..] = parts.get(at_d..)? else { return None };
    let here = url.host_str() == Some("docs.google.com") && parts.contains(&SPREADSHEETS);
    if !here || !is_id(id) || query(url, "output").is_some() {
        return None;
    }
    let link = format!("https://docs.google.com/spreadsheets/d/e/{id}/pub?output=pdf");
    Some(tab(url).map_or(link.clone(), |tab| format!("{link}&single=true&gid={tab}")))
}

/// Returns the tab of a spreadsheet that a link shows: the part after `#` is the last tab shown in
/// a browser.
fn tab(url: &Url) -> Option<String> {
    let fragment = url.fragment().unwrap_or_default();
    let mut behind = url::form_urlencoded::parse(fragment.as_bytes());
    let behind = behind.find(|(key, _)| key == "gid").map(|(_, tab)| tab.into_owned());
    let is_tab = |tab: &String| !tab.is_empty() && tab.bytes().all(|b| b.is_ascii_digit());
    behind.filter(is_tab).or_else(|| query(url, "gid").filter(is_tab))
}

impl Shared {
    /// Returns the link for anybody to download it. `confirm` answers the question whether a file
    /// may be downloaded that was not checked for viruses.
    pub(super) fn download(&self) -> String {
        let key = self.resource_key.as_deref();
        if let Some(export) = self.export {
            let mut link = format!("https://docs.google.com/{}", export.replace("{}", &self.id));
            let more = [("gid", self.tab.as_deref()), ("resourcekey", key)];
            for (name, value) in more.into_iter().filter_map(|(name, value)| Some((name, value?))) {
                let joint = if link.contains('?') { '&' } else { '?' };
                link = format!("{link}{joint}{name}={value}");
            }
            return link;
        }
        let id = &self.id;
        let link = format!(
            "https://drive.usercontent.google.com/download?id={id}&export=download&confirm=t"
        );
        key.map_or(link.clone(), |key| format!("{link}&resourcekey={key}"))
    }
}
