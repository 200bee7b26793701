//! Addresses in Markdown's syntax, and addresses that hide their target.

use super::{Found, Hint};

/// Services that make short addresses of long ones.
const SHORTENERS: &[&str] = &[
    "bit.ly",
    "bl.ink",
    "buff.ly",
    "cutt.ly",
    "goo.gl",
    "is.gd",
    "lnkd.in",
    "ow.ly",
    "rb.gy",
    "rebrand.ly",
    "s.id",
    "shorturl.at",
    "t.co",
    "t.ly",
    "tiny.cc",
    "tinyurl.com",
    "v.gd",
];

pub(super) fn find(text: &str, masked: &str, found: &mut Vec<Found>) {
    markdown(text, masked, found);
    let lower = masked.to_ascii_lowercase();
    for host in SHORTENERS {
        for (at, _) in lower.match_indices(host) {
            let before = lower.get(..at).unwrap_or_default();
            let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@');
            let before = before.strip_suffix("www.").unwrap_or(before);
            let behind = lower.get(at + host.len()..).unwrap_or_default();
            if before.ends_with(is_part) || !behind.starts_with('/') {
                continue;
            }
            let ends = at + host.len() + behind.find(char::is_whitespace).unwrap_or(behind.len());
            found.push(Found::hint(at..ends, Hint::Shortener { host }, None));
        }
    }
}

/// `[text](address)`, where the address is a real one, or a value.
fn markdown(text: &str, masked: &str, found: &mut Vec<Found>) {
    for (middle, _) in masked.match_indices("](") {
        let line =
            masked.get(..middle).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let opens = masked.get(line..middle).and_then(|before| before.rfind('['));
        let rest = masked.get(middle + 2..).unwrap_or_default();
        let closes = rest.find([')', '\n']).filter(|at| rest.as_bytes().get(*at) == Some(&b')'));
        let (Some(opens), Some(length)) = (opens, closes) else { continue };
        let (opens, closes) = (line + opens, middle + 2 + length);
        let label = text.get(opens + 1..middle).unwrap_or_default().trim();
        let target = text.get(middle + 2..closes).unwrap_or_default().trim();
        let is_value = target.starts_with('{') && !rest.starts_with('{');
        let is_address =
            is_value || target.starts_with("http://") || target.starts_with("https://");
        if !is_address || label.is_empty() || target.contains(char::is_whitespace) {
            continue;
        }
        let mend = if label == target { target.to_owned() } else { format!("{label}: {target}") };
        found.push(Found::hint(opens..closes + 1, Hint::Link, Some(mend)));
    }
}
