//! The page that explains the JSON API.

use askama::Template;

use super::Shell;
use crate::words::Texts;

/// Every call of the API, made from its `OpenAPI` document.
#[derive(Debug, Template)]
#[template(path = "api.html")]
pub(crate) struct ApiPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) heading: String,
    /// What the calls about one thing are shown at; the thing's name follows.
    pub(crate) address: String,
    pub(crate) groups: Vec<ApiGroup>,
    /// The calls that are shown whole; `None` where all are listed.
    pub(crate) shown: Option<Vec<ApiCall>>,
    /// What stands before a problem's word in its `type`.
    pub(crate) before: &'static str,
    pub(crate) problems: Vec<ApiProblem>,
}

/// What can be wrong with a call.
#[derive(Debug)]
pub(crate) struct ApiProblem {
    pub(crate) word: &'static str,
    pub(crate) status: u16,
    pub(crate) title: &'static str,
    pub(crate) todo: &'static str,
}

/// The calls about one thing.
#[derive(Debug)]
pub(crate) struct ApiGroup {
    /// Names it in addresses.
    pub(crate) about: String,
    pub(crate) title: String,
    pub(crate) is_shown: bool,
    pub(crate) calls: Vec<ApiCall>,
}

/// A call.
#[derive(Debug)]
pub(crate) struct ApiCall {
    /// Names it on the page.
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    /// Who may call it.
    pub(crate) who: String,
    pub(crate) text: String,
    pub(crate) fields: Vec<ApiField>,
    /// A line to try it with; empty for none.
    pub(crate) curl: String,
    pub(crate) curl_label: String,
    /// An example of its answer; empty for none.
    pub(crate) answer: String,
    pub(crate) answer_label: String,
}

/// A member of its body, or a parameter.
#[derive(Debug)]
pub(crate) struct ApiField {
    pub(crate) name: String,
    /// Its type, and whether it is needed.
    pub(crate) kind: String,
    pub(crate) text: String,
}
