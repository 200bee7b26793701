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
    /// The one tab of a spreadsheet that the link shows.
    pub(in crate::source) tab: Option<String>,
}

/// Kinds of document, and what follows the id in the link that gives one out as PDF.
const DOCUMENTS: [(&str, &str); 4] = [
    ("document", "document/d/{}/export?format=pdf"),
    (SPREADSHEETS, "spreadsheets/d/{}/export?format=pdf"),
    ("presentation", "presentation/d/{}/export/pdf"),
    ("drawings", "drawings/d/{}/export/pdf"),
];

const SPREADSHEETS: &str = "spreadsheets";

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
    let tab = || parts.contains(&SPREADSHEETS).then(|| tab(url)).flatten();
    let file = file.filter(|(id, _)| is_id(id));
    Ok(file.map(|(id, export)| Shared { id, resource_key, export, tab: tab() }))
}

/// Where a spreadsheet that was published for reading is given out as PDF.
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

/// The tab of a spreadsheet that a link shows: what is behind `#` is what a browser showed last.
fn tab(url: &Url) -> Option<String> {
    let fragment = url.fragment().unwrap_or_default();
    let mut behind = url::form_urlencoded::parse(fragment.as_bytes());
    let behind = behind.find(|(key, _)| key == "gid").map(|(_, tab)| tab.into_owned());
    let is_tab = |tab: &String| !tab.is_empty() && tab.bytes().all(|b| b.is_ascii_digit());
    behind.filter(is_tab).or_else(|| query(url, "gid").filter(is_tab))
}

impl Shared {
    /// Where anybody can download it. `confirm` answers the question whether a file may be given
    /// out that was not looked through for viruses.
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
