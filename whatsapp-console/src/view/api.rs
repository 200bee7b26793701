//! The page that explains the JSON API.

use askama::Template;

use super::Shell;
use crate::words::Texts;

/// Page of all calls of the API, made from its `OpenAPI` document.
#[derive(Debug, Template)]
#[template(path = "api.html")]
pub(crate) struct ApiPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) heading: String,
    /// Address of a group's calls, without the group's name at the end.
    pub(crate) address: String,
    pub(crate) groups: Vec<ApiGroup>,
    /// Calls that are shown in full; `None` where all are listed.
    pub(crate) shown: Option<Vec<ApiCall>>,
    /// Beginning of a problem's `type`, before the problem's word.
    pub(crate) before: &'static str,
    pub(crate) problems: Vec<ApiProblem>,
}

/// Problem that a call may end in.
#[derive(Debug)]
pub(crate) struct ApiProblem {
    pub(crate) word: &'static str,
    pub(crate) status: u16,
    pub(crate) title: &'static str,
    pub(crate) todo: &'static str,
}

/// Calls about one thing.
#[derive(Debug)]
pub(crate) struct ApiGroup {
    /// Name of the group in addresses.
    pub(crate) about: String,
    pub(crate) title: String,
    pub(crate) is_shown: bool,
    pub(crate) calls: Vec<ApiCall>,
}

/// Call of the API.
#[derive(Debug)]
pub(crate) struct ApiCall {
    /// Id of the call on the page.
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    /// Visitors who may make the call.
    pub(crate) who: String,
    pub(crate) text: String,
    pub(crate) fields: Vec<ApiField>,
    /// Command to try the call with; empty for none.
    pub(crate) curl: String,
    pub(crate) curl_label: String,
    /// Example of the call's answer; empty for none.
    pub(crate) answer: String,
    pub(crate) answer_label: String,
}

/// Member of a call's body, or parameter of a call.
#[derive(Debug)]
pub(crate) struct ApiField {
    pub(crate) name: String,
    /// Type of the value, and whether it is needed.
    pub(crate) kind: String,
    pub(crate) text: String,
}
