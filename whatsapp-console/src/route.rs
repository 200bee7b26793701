//! One address of the console: its method, path and role, and its handler.

use std::time::Duration;

use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};

use crate::api::call::Call;
use crate::gate::Role;
use crate::guard::{BODY_MAX, TIME_MAX};

/// An address of the console.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Route {
    /// The method: `GET`, which `HEAD` goes with, `POST` or `PATCH`.
    pub method: Method,
    /// The path within the console, with `{names}` in it.
    pub path: &'static str,
    /// The role that may come here; everybody where it is `None`.
    pub role: Option<Role>,
}

/// A route with its handler.
pub(crate) struct Entry {
    pub(crate) route: Route,
    pub(crate) handler: MethodRouter,
    /// Timeout of an answer.
    pub(crate) patience: Duration,
    /// The largest body that is read.
    pub(crate) body_max: usize,
    /// The call's entry in the API's document; `None` for pages.
    pub(crate) call: Option<Call>,
}

impl Entry {
    /// Makes the route a call of the API.
    pub(crate) fn called(mut self, call: Call) -> Self {
        self.call = Some(call);
        self
    }

    /// Takes a body of up to so many bytes, such as a file.
    pub(crate) fn taking_up_to(mut self, bytes: usize) -> Self {
        self.body_max = bytes;
        self
    }

    /// Gives the answer this timeout.
    pub(crate) fn waiting(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }
}

/// A route that shows something.
pub(crate) fn get<H, T>(path: &'static str, role: Option<Role>, handler: H) -> Entry
where
    H: Handler<T, ()>,
    T: 'static,
{
    entry(Method::GET, MethodFilter::GET, path, role, handler)
}

/// A route that takes a form or a call.
pub(crate) fn post<H, T>(path: &'static str, role: Option<Role>, handler: H) -> Entry
where
    H: Handler<T, ()>,
    T: 'static,
{
    entry(Method::POST, MethodFilter::POST, path, role, handler)
}

/// A route that changes parts of something.
pub(crate) fn patch<H, T>(path: &'static str, role: Option<Role>, handler: H) -> Entry
where
    H: Handler<T, ()>,
    T: 'static,
{
    entry(Method::PATCH, MethodFilter::PATCH, path, role, handler)
}

fn entry<H, T>(
    method: Method,
    filter: MethodFilter,
    path: &'static str,
    role: Option<Role>,
    handler: H,
) -> Entry
where
    H: Handler<T, ()>,
    T: 'static,
{
    let route = Route { method, path, role };
    Entry {
        route,
        handler: on(filter, handler),
        patience: TIME_MAX,
        body_max: BODY_MAX,
        call: None,
    }
}
