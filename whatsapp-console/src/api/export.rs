//! The messages of a list as a file for spreadsheets.

use axum::http::Method;
use axum::response::Response;

use super::filter::{self, MANY, OF_PLACE, unfit};
use super::given::Parameters;
use super::problem::Problem;
use crate::links::query::Query;
use crate::page::export::file;
use crate::visit::Visit;

/// Gives the list that the address names as a file. The address of any page of the list works: the
/// file always has the whole list, in one order.
pub(crate) async fn show(method: Method, visit: Visit) -> Result<Response, Problem> {
    let single = [&filter::SINGLE[..], &OF_PLACE, &["texts"]].concat();
    let mut parameters = Parameters::read(&visit.query, &single, &MANY)?;
    let texts = parameters.number("texts", 0, 1)? == Some(1);
    let query = Query::read(&parameters.rest()).map_err(|bad| unfit(&bad))?;
    Ok(file(&method, &visit, &query, texts).await?)
}
