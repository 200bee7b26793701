//! The page of what went wrong.

use askama::Template;

use super::Link;
use crate::words::Texts;

/// What went wrong, what to do, and the request's id.
#[derive(Debug, Template)]
#[template(path = "failed.html")]
pub(crate) struct FailedPage<'a> {
    pub(crate) t: &'a dyn Texts,
    pub(crate) to: String,
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) css: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) heading: String,
    pub(crate) text: String,
    pub(crate) todo: String,
    pub(crate) links: Vec<Link>,
    pub(crate) request_id: String,
}

/// A form once more, with what was typed.
#[derive(Debug, Template)]
#[template(path = "again.html")]
pub(crate) struct AgainPage<'a> {
    pub(crate) t: &'a dyn Texts,
    pub(crate) to: String,
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) css: &'static str,
    pub(crate) icon: &'static str,
    /// Where the form goes.
    pub(crate) action: String,
    pub(crate) csrf: String,
    /// Its fields and what was typed.
    pub(crate) fields: Vec<(String, String)>,
    /// Where one goes without doing anything.
    pub(crate) leave: String,
}
