//! Check that an address leads to a page of the console.

/// Returns true for a page's path from the console's root, with or without a query. The path may
/// come from a form or an address, and nothing that leads elsewhere passes.
pub(crate) fn is_within(address: &str) -> bool {
    let path = address.split('?').next().unwrap_or_default();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~+:".contains(&byte);
    // No part is a step up, and the first one is no scheme.
    let is_part =
        |part: &str| !part.is_empty() && !part.starts_with('.') && part.bytes().all(is_plain);
    let has_scheme = path.split('/').next().is_some_and(|part| part.contains(':'));
    let is_shown = address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    path.split('/').all(is_part) && !has_scheme && is_shown
}

#[cfg(test)]
mod tests {
    use super::is_within;

    #[test]
    fn the_way_back_stays_within_the_console() {
        for within in [
            "overview",
            "messages/0190b1c2",
            "messages?about=a%26b&sort=oldest",
            "messages.csv?texts=1",
            "held/81/T+3/approve",
            "customers/a~2Fb.c",
        ] {
            assert!(is_within(within), "{within}");
        }
        for elsewhere in [
            "",
            "?",
            "/",
            "//evil.example",
            "/etc",
            "https://evil.example",
            "https:evil.example",
            "javascript:alert(1)",
            "..",
            "overview/",
            "messages/../../x",
            "../x",
            "a/../../x",
            "a/./x",
            "a//evil.example",
            "\\evil",
            "\\\\evil",
            "a\\b",
            "/%2fevil.example",
            "%2f%2fevil.example",
            "%5cevil",
            "a?b c",
            "a\r\nb",
            "a?\r\nset-cookie: x",
            "a?é",
            "a#b",
        ] {
            assert!(!is_within(elsewhere), "{elsewhere:?}");
        }
    }
}
