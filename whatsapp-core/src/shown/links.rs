//! Web addresses in a text.

/// Ends of domains that are linked without `https://` before them.
const ENDS: &[&str] = &[
    "ae", "ai", "app", "au", "bd", "biz", "ca", "club", "co", "com", "de", "dev", "edu", "eu",
    "fr", "gov", "in", "info", "io", "link", "lk", "live", "me", "net", "nl", "np", "nz", "online",
    "org", "page", "sg", "shop", "site", "store", "tech", "uk", "us", "xyz",
];

/// A link at the beginning of the rest of a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Link<'a> {
    /// The link as typed.
    pub(super) text: &'a str,
    /// True if the link has no `https://` before it.
    pub(super) is_bare: bool,
    /// True if the link ends before a mark that is open.
    pub(super) gave_way: bool,
}

impl Link<'_> {
    /// Address of the link.
    pub(super) fn href(&self) -> String {
        format!("{}{}", if self.is_bare { "https://" } else { "" }, self.text)
    }
}

/// The link at the beginning of `rest`, after the character `before`. It ends before a mark that
/// is `open`.
pub(super) fn link(
    rest: &str,
    before: Option<char>,
    open: impl Fn(char) -> bool,
) -> Option<Link<'_>> {
    if before.is_some_and(char::is_alphanumeric) {
        return None;
    }
    let (is_bare, host) = match after_scheme(rest) {
        Some(host) => (false, host),
        // After these characters it is part of something else, such as an e-mail address.
        None if before.is_some_and(|c| "@.-_/".contains(c)) => return None,
        None => (true, bare(rest)?),
    };
    // Characters directly after a domain are no part of it, unless they are a port or a path.
    let end = if is_bare && !rest.get(host..).is_some_and(leads_on) {
        host
    } else {
        rest.find(ends_address).unwrap_or(rest.len())
    };
    let (end, gave_way) = trimmed(rest.get(..end)?, host, open);
    Some(Link { text: rest.get(..end)?, is_bare, gave_way })
}

/// Position at which the host begins, after `http://` or `https://`.
fn after_scheme(rest: &str) -> Option<usize> {
    let is = |scheme: &&str| {
        rest.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    let host = ["https://", "http://"].iter().find(|scheme| is(scheme))?.len();
    rest.get(host..)?.starts_with(char::is_alphanumeric).then_some(host)
}

/// Position at which a domain with a known end is over, if the text begins with one.
fn bare(rest: &str) -> Option<usize> {
    let is_other = |c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '.');
    let token = rest.get(..rest.find(is_other).unwrap_or(rest.len()))?;
    let domain = token.trim_end_matches(['.', '-']);
    let (labels, end) = domain.rsplit_once('.')?;
    let is_label =
        |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
    let is_domain = labels.split('.').all(is_label)
        && ENDS.iter().any(|known| known.eq_ignore_ascii_case(end))
        && !rest
            .get(domain.len()..)?
            .starts_with(|c: char| c.is_alphanumeric() || "@_".contains(c));
    is_domain.then_some(domain.len())
}

/// Returns true if the text after a domain belongs to its address.
fn leads_on(rest: &str) -> bool {
    let port =
        rest.strip_prefix(':').is_some_and(|port| port.starts_with(|c: char| c.is_ascii_digit()));
    port || rest.starts_with(['/', '?', '#'])
}

fn ends_address(c: char) -> bool {
    c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`') || crate::visible::is_invisible(c)
}

/// Position at which an address ends without the punctuation after it and the marks around it.
fn trimmed(address: &str, host: usize, open: impl Fn(char) -> bool) -> (usize, bool) {
    let mut unpaired = address.matches(')').count().saturating_sub(address.matches('(').count());
    let mut marks = Vec::new();
    let mut end = address.len();
    while let Some(last) = address.get(host..end).and_then(|path| path.chars().next_back()) {
        if open(last) && !marks.contains(&last) {
            marks.push(last);
        } else if last == ')' && unpaired > 0 {
            unpaired -= 1;
        } else if !matches!(last, '.' | ',' | ';' | ':' | '!' | '?' | '\'' | ']' | '}' | '…' | '।')
        {
            break;
        }
        end -= last.len_utf8();
    }
    (end, !marks.is_empty())
}
