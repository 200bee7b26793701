//! A page and its forms, as somebody sees them who has no scripts.

use axum::http::{HeaderMap, StatusCode};
use scraper::{ElementRef, Html, Selector};
use url::form_urlencoded;

/// An answer of a server.
#[derive(Debug, Clone, Default)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
    /// Address of the page, with its query.
    pub(crate) url: String,
}

impl Page {
    pub(crate) fn html(&self) -> Html {
        Html::parse_document(&self.body)
    }

    /// The texts of the elements that fit, without needless blanks.
    pub(crate) fn all(&self, selector: &str) -> Vec<String> {
        let html = self.html();
        html.select(&parsed(selector)).map(|element| text(&element)).collect()
    }

    /// The text of the only element that fits.
    pub(crate) fn one(&self, selector: &str) -> String {
        let all = self.all(selector);
        assert_eq!(all.len(), 1, "{selector} in {}", self.body);
        all.into_iter().next().unwrap()
    }

    /// The word of the notice that the answer's cookie has; empty where there is none.
    pub(crate) fn done(&self) -> String {
        let cookies = self.headers.get_all("set-cookie").iter();
        let mut told = cookies.filter_map(|it| it.to_str().unwrap().strip_prefix("console-done="));
        told.find_map(|it| it.split('.').next()).unwrap_or_default().to_owned()
    }

    /// All of the page's text that people read.
    pub(crate) fn told(&self) -> String {
        self.one("main")
    }

    /// An attribute of each of the elements that fit.
    pub(crate) fn attribute(&self, selector: &str, name: &str) -> Vec<String> {
        let html = self.html();
        let selector = parsed(selector);
        let all = html.select(&selector);
        all.filter_map(|element| element.attr(name).map(str::to_owned)).collect()
    }

    /// The address of the link whose text begins with `label`.
    pub(crate) fn link(&self, label: &str) -> String {
        let html = self.html();
        let links = parsed("a[href]");
        let mut links = html.select(&links);
        let found = links.find(|link| text(link).starts_with(label));
        let found = found.unwrap_or_else(|| panic!("no link {label:?} in {}", self.body));
        found.attr("href").unwrap().to_owned()
    }

    pub(crate) fn has_link(&self, label: &str) -> bool {
        self.all("a[href]").iter().any(|link| link.starts_with(label))
    }

    /// The form with this selector: its method, its target, and the fields it sends if nothing
    /// is changed.
    pub(crate) fn form(&self, selector: &str) -> Form {
        let html = self.html();
        let form = html.select(&parsed(selector)).next();
        let form = form.unwrap_or_else(|| panic!("no form {selector} in {}", self.body));
        let mut fields = Vec::new();
        let named = parsed("input[name], select[name], textarea[name]");
        let id = form.attr("id").unwrap_or_default();
        let elsewhere = html.select(&named).filter(|field| field.attr("form") == Some(id));
        for field in form.select(&named).chain(elsewhere) {
            let name = field.attr("name").unwrap().to_owned();
            let value = match (field.value().name(), field.attr("type")) {
                ("select", _) => {
                    let chosen = field.select(&parsed("option[selected]")).next();
                    chosen.and_then(|option| option.attr("value")).unwrap_or_default()
                }
                ("textarea", _) => {
                    // Browsers send line ends in this way.
                    let text = field.text().collect::<String>().replace('\n', "\r\n");
                    fields.push((name, text));
                    continue;
                }
                (_, Some("checkbox" | "radio")) if field.attr("checked").is_none() => continue,
                _ => field.attr("value").unwrap_or_default(),
            };
            fields.push((name, value.to_owned()));
        }
        let is_post = form.attr("method") == Some("post");
        let action = resolved(&self.url, form.attr("action").unwrap_or_default());
        Form { is_post, action, fields }
    }
}

/// A form as a browser would send it.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    pub(crate) is_post: bool,
    pub(crate) action: String,
    pub(crate) fields: Vec<(String, String)>,
}

impl Form {
    /// The same form without a field: a tick that is taken away.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self
    }

    /// The same form with this value in a field.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn value(&self, name: &str) -> String {
        let found = self.fields.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    pub(super) fn written(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.fields).finish()
    }
}

/// Resolves a link on a page.
pub(super) fn resolved(page: &str, link: &str) -> String {
    let base = url::Url::parse("https://shop.example").unwrap().join(page).unwrap();
    let to = base.join(link).unwrap();
    assert_eq!(to.host_str(), Some("shop.example"), "{link}");
    let query = to.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}{query}", to.path())
}

fn parsed(selector: &str) -> Selector {
    Selector::parse(selector).unwrap()
}

/// An element's text as people read it.
fn text(element: &ElementRef<'_>) -> String {
    let words: String = element.text().collect::<Vec<_>>().join(" ");
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
