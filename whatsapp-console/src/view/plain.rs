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
    pub(crate) theme: &'static str,
    pub(crate) heading: String,
    pub(crate) text: String,
    pub(crate) todo: String,
    pub(crate) links: Vec<Link>,
    /// Under what the log has more of it; empty where there is no more.
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
    pub(crate) theme: &'static str,
    pub(crate) heading: String,
    pub(crate) text: String,
    /// Where one signs in first, in another tab; empty for whoever is in.
    pub(crate) sign_in: String,
    /// Where the form goes.
    pub(crate) action: String,
    pub(crate) csrf: String,
    /// What the form does.
    pub(crate) submit: String,
    /// Its fields and what was typed.
    pub(crate) fields: Vec<(String, String)>,
    /// Where one goes without doing anything.
    pub(crate) leave: String,
}

/// The page to sign in on.
#[cfg(feature = "sign-in")]
#[derive(Debug, Template)]
#[template(path = "sign_in.html")]
pub(crate) struct SignInPage<'a> {
    pub(crate) t: &'a dyn Texts,
    pub(crate) to: String,
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) css: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) theme: &'static str,
    pub(crate) heading: String,
    /// What went wrong or was done; empty for nothing.
    pub(crate) note: String,
    pub(crate) tone: &'static str,
    pub(crate) lead: String,
    /// What is sent along.
    pub(crate) hidden: Vec<(String, String)>,
    /// Whether a name and a password are asked for.
    pub(crate) has_password: bool,
    /// The name that was typed.
    pub(crate) typed: String,
    /// The button's label; without one there is no form.
    pub(crate) button: String,
}
