//! The part before an address of the console's own.
//!
//! Links are relative: they are right under any path, also behind a proxy that strips a part of it,
//! and need no configuration. They depend on the depth of the page's path.

/// Returns the way from a page back to the console's root, from the page's path within the console
/// and the path that was asked for.
pub(crate) fn relative(inner: &str, asked: &str) -> String {
    let depth = inner.trim_start_matches('/').matches('/').count();
    // A router that is nested answers its own path without a slash. From there the way to its pages
    // begins with the last part of that path, which is no scheme of an address.
    if inner.trim_start_matches('/').is_empty() && !asked.ends_with('/') {
        let last = asked.rsplit('/').next().unwrap_or_default();
        return format!("./{last}/");
    }
    if depth == 0 { String::new() } else { "../".repeat(depth) }
}

#[cfg(test)]
mod tests {
    use super::relative;

    /// Resolves a link on a page as a browser does.
    fn followed(page: &str, link: &str) -> String {
        let mut parts: Vec<&str> = page.split('/').collect();
        parts.pop();
        for part in link.split('/') {
            match part {
                "." => {}
                ".." => {
                    parts.pop();
                }
                part => parts.push(part),
            }
        }
        parts.join("/")
    }

    #[test]
    fn links_lead_to_the_same_page_from_everywhere_under_any_path() {
        for mount in ["", "/console", "/a/b", "/shops/7/console"] {
            for inner in ["/", "/overview", "/messages/1", "/messages/1/resend", "/held/81/T+3"] {
                for stripped in ["", "/x"] {
                    let asked = format!("{mount}{inner}");
                    let to = relative(inner, &asked);
                    let link = format!("{to}messages");
                    // The proxy put `/x` before what the console was asked for.
                    let page = format!("{stripped}{asked}");
                    assert_eq!(
                        followed(&page, &link),
                        format!("{stripped}{mount}/messages"),
                        "{page}"
                    );
                }
            }
            if !mount.is_empty() {
                let link = format!("{}messages", relative("/", mount));
                assert_eq!(followed(mount, &link), format!("{mount}/messages"));
            }
        }
    }
}
