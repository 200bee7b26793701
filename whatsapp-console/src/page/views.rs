//! Saving a filter as a view of the visitor's own, and removing it.

use axum::http::HeaderValue;
use axum::http::header::SET_COOKIE;
use axum::response::Response;

use super::done::Done;
use crate::links::query::Query;
use crate::oops::Oops;
use crate::typed::Typed;
use crate::views::{self, MOST, NAME_MAX, View};
use crate::visit::{VIEWS_COOKIE, Visit};

/// Lifetime of the cookie: a year, in seconds.
const KEPT: u32 = 365 * 24 * 60 * 60;

/// Saves or removes a view, and leads back to its list.
pub(crate) async fn keep(visit: Visit, typed: Typed) -> Result<Response, Oops> {
    let t = visit.texts();
    let query = Query::read(typed.get("query"));
    let query = query.map_err(|bad| super::refused(&bad, &visit))?;
    let view = View::new(typed.get("name"), &query);
    let view = view.ok_or_else(|| Oops::Bad(t.bad_view_name(NAME_MAX)))?;
    let mut all = views::read(&visit.views);
    let place = all.iter().position(|other| other.name == view.name);
    let address = view.query.address();
    let done = match (typed.get("act"), place) {
        ("save", Some(place)) => {
            all.splice(place..=place, [view]);
            Done::ViewSaved
        }
        ("save", None) => {
            all.push(view);
            Done::ViewSaved
        }
        ("remove", _) => {
            all.retain(|other| other.name != view.name);
            Done::ViewRemoved
        }
        _ => return Err(Oops::Bad(t.form_is_not_ours().to_owned())),
    };
    let kept = views::written(&all).ok_or_else(|| Oops::Bad(t.too_many_views(MOST)))?;
    let mut response = done.lead(&address, None, &visit)?;
    // Without a path the browser keeps it for the folder of this address: the console,
    // wherever it is.
    let cookie = format!("{VIEWS_COOKIE}={kept}; Max-Age={KEPT}; HttpOnly; SameSite=Lax");
    let cookie = HeaderValue::try_from(cookie).map_err(|_| Oops::Broken("a cookie is none"))?;
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response)
}
