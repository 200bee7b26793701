//! The console's root, and its assets.

use axum::extract::RawPathParams;
use axum::response::Response;

use super::see_other;
use crate::assets;
use crate::oops::Oops;
use crate::visit::Visit;

/// Leads to the first page, which has an address of its own so that links never depend on a slash.
pub(crate) async fn root(visit: Visit) -> Result<Response, Oops> {
    see_other(&visit.links.overview())
}

/// Leads to the first page, from the address that takes a button's form of the first page, or of
/// every page. A browser asks for it where it was gone back to, or opened once more.
pub(crate) async fn of_a_button(visit: Visit) -> Result<Response, Oops> {
    see_other(&visit.links.overview())
}

/// Serves a file that pages refer to.
pub(crate) async fn asset(named: RawPathParams) -> Result<Response, Oops> {
    let name = named.iter().find(|(name, _)| *name == "file").map(|(_, file)| file);
    name.and_then(assets::serve).ok_or(Oops::NoPage)
}

/// Refuses any other address.
pub(crate) async fn nothing() -> Oops {
    Oops::NoPage
}

/// Refuses an address that is asked by another method.
pub(crate) async fn not_this_way() -> Oops {
    Oops::NotThisWay
}
