//! The pages without navigation: for errors, for a form that is shown once more, and to sign in.

use askama::Template;

use super::Link;
use crate::words::Texts;

/// Page of an error: what went wrong, what to do, and the request's id.
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
    /// Id under which the log has more about the error; empty where it has no more.
    pub(crate) request_id: String,
}

/// Page that shows a form once more, with the typed values.
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
    /// Address of the sign-in, which opens in another tab; empty for a visitor who is signed in.
    pub(crate) sign_in: String,
    /// Address of the form.
    pub(crate) action: String,
    pub(crate) csrf: String,
    /// Label of the form's button.
    pub(crate) submit: String,
    /// Fields of the form with their typed values.
    pub(crate) fields: Vec<(String, String)>,
    /// Address for leaving without doing anything.
    pub(crate) leave: String,
}

/// Page to sign in on.
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
    /// Sentence on what went wrong or was done; empty for none.
    pub(crate) note: String,
    pub(crate) tone: &'static str,
    pub(crate) lead: String,
    /// Hidden fields with their values.
    pub(crate) hidden: Vec<(String, String)>,
    /// True where a name and a password are asked for.
    pub(crate) has_password: bool,
    /// Name that was typed.
    pub(crate) typed: String,
    /// Label of the button; without one there is no form.
    pub(crate) button: String,
}
