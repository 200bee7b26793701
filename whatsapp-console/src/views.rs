//! Views of one's own: filters with a name, kept by the browser.
//!
//! Views belong to a person and a browser, and are no fact of the shop: its tables do not have
//! them. The content of the cookie is held against the same rules as an address.

use url::form_urlencoded;
use whatsapp_core::port::Turn;

use crate::links::query::Query;

/// Maximum number of views that a browser keeps.
pub(crate) const MOST: usize = 10;

/// Maximum length of a name, in characters.
pub(crate) const NAME_MAX: usize = 40;

/// Maximum length of the cookie, in bytes. Browsers keep 4,096 with its name and rules.
const BYTES_MAX: usize = 3_000;

/// Filter with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct View {
    pub(crate) name: String,
    /// Filter and order of the view, from its first page on.
    pub(crate) query: Query,
}

impl View {
    /// Makes a view; `None` where the name cannot be used.
    pub(crate) fn new(name: &str, query: &Query) -> Option<Self> {
        let name = name.trim();
        let is_name = (1..=NAME_MAX).contains(&name.chars().count());
        let is_shown = !name.chars().any(char::is_control);
        let query = query.at(Turn::First);
        (is_name && is_shown).then(|| Self { name: name.to_owned(), query })
    }
}

/// Reads the views of a cookie. Anything in it that is no view is left out.
pub(crate) fn read(cookie: &str) -> Vec<View> {
    let pairs = form_urlencoded::parse(cookie.as_bytes());
    let views = pairs.filter_map(|(name, query)| View::new(&name, &Query::read(&query).ok()?));
    let mut found: Vec<View> = Vec::new();
    for view in views {
        if found.len() < MOST && found.iter().all(|other| other.name != view.name) {
            found.push(view);
        }
    }
    found
}

/// Writes the cookie of these views; `None` where they are too many or too long.
pub(crate) fn written(views: &[View]) -> Option<String> {
    let pairs = views.iter().map(|view| (view.name.as_str(), view.query.to_string()));
    // Nothing in this has to be quoted in a cookie.
    let cookie = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    (views.len() <= MOST && cookie.len() <= BYTES_MAX).then_some(cookie)
}

#[cfg(test)]
mod tests {
    use super::{MOST, View, read, written};
    use crate::links::query::Query;

    fn view(name: &str, query: &str) -> View {
        View::new(name, &Query::read(query).unwrap()).unwrap()
    }

    #[test]
    fn views_come_back_as_they_were_written_and_stand_in_a_cookie_as_they_are() {
        let views = [
            view("Pune; \"big\", <b>", "status=failed&about=INV+7%26"),
            view("मुंबई", "sort=oldest&when=last-7"),
        ];
        let cookie = written(&views).unwrap();
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"%+=&*-._".contains(&byte);
        assert!(cookie.bytes().all(is_plain), "{cookie}");
        assert_eq!(read(&cookie), views);
    }

    #[test]
    fn what_is_no_view_is_left_out() {
        for cookie in ["", "x", "=status%3Dfailed", "a=evil%3D1", "a=status%3Dgone", "%0A=", "%ff"]
        {
            let read = read(cookie);
            let is_harmless = read.iter().all(|view| view.query == Query::default());
            assert!(is_harmless && read.len() <= 1, "{cookie}: {read:?}");
        }
        assert_eq!(read("a=evil%3D1&b=status%3Dfailed"), [view("b", "status=failed")]);
        assert_eq!(read("a=status%3Dsent&a=status%3Dfailed"), [view("a", "status=sent")]);
        let many: Vec<_> = (0..=MOST).map(|no| view(&no.to_string(), "")).collect();
        assert_eq!(written(&many), None);
        assert_eq!(read(&written(&many[..MOST]).unwrap()).len(), MOST);
        let long: Vec<_> = (0..MOST)
            .map(|no| view(&no.to_string(), &format!("about={}", "%E0%A4%AE".repeat(100))))
            .collect();
        assert_eq!(written(&long), None);
        assert_eq!(View::new(&"a".repeat(41), &Query::default()), None);
    }
}
