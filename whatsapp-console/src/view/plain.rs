//! Pages for whoever is not in: signing in, and what went wrong.

use askama::Template;

use super::Link;
use crate::words::Texts;

/// The page to sign in on.
#[derive(Debug, Template)]
#[template(path = "sign_in.html")]
pub(crate) struct SignInPage<'a> {
    pub(crate) t: &'a dyn Texts,
    pub(crate) to: String,
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) css: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) csrf: String,
    /// Where one wanted to go, from the console's root.
    pub(crate) after: String,
    /// The name that was typed.
    pub(crate) user: String,
    /// Why the last try was refused; empty for none.
    pub(crate) problem: String,
    /// That nobody can sign in at this address; empty where that can be done.
    pub(crate) needs_https: String,
}

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
