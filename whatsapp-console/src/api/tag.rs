//! The version of an edited resource in HTTP: an answer carries it as `ETag`, a change as
//! `If-Match`.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::{ETAG, IF_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponseParts, ResponseParts};

use super::problem::Problem;
use super::slug::Slug;

/// The version of the resource in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag(pub(crate) u32);

impl IntoResponseParts for Tag {
    type Error = Infallible;

    fn into_response_parts(self, mut response: ResponseParts) -> Result<ResponseParts, Infallible> {
        if let Ok(tag) = HeaderValue::try_from(format!("\"{}\"", self.0)) {
            response.headers_mut().insert(ETAG, tag);
        }
        Ok(response)
    }
}

/// The version that a change is based on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen(pub(crate) u32);

impl<S: Sync> FromRequestParts<S> for Seen {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        seen(&parts.headers)
    }
}

/// The version that an act is based on, if the call names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SeenOrNot(pub(crate) Option<u32>);

impl<S: Sync> FromRequestParts<S> for SeenOrNot {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        if !parts.headers.contains_key(IF_MATCH) {
            return Ok(Self(None));
        }
        seen(&parts.headers).map(|Seen(version)| Self(Some(version)))
    }
}

fn seen(headers: &HeaderMap) -> Result<Seen, Problem> {
    let mut all = headers.get_all(IF_MATCH).iter();
    let Some(given) = all.next() else { return Err(Problem::of(Slug::TagMissing)) };
    let given = given.to_str().ok().filter(|_| all.next().is_none()).map(str::trim);
    // Proxies that compress an answer turn its tag into a weak tag.
    let version = given.and_then(|given| {
        let quoted = given.strip_prefix("W/").unwrap_or(given);
        let digits = quoted.strip_prefix('"')?.strip_suffix('"')?;
        // One version has one spelling.
        digits.parse::<u32>().ok().filter(|version| version.to_string() == digits)
    });
    version.map(Seen).ok_or_else(|| Problem::of(Slug::TagUnfit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_names_one_version() {
        let read = |given: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for given in given {
                headers.append(IF_MATCH, HeaderValue::from_static(given));
            }
            seen(&headers).map(|seen| seen.0).map_err(|problem| problem.slug())
        };
        assert_eq!(read(&["\"3\""]), Ok(3));
        assert_eq!(read(&[" W/\"12\" "]), Ok(12));
        assert_eq!(read(&[]), Err(Slug::TagMissing));
        for unfit in
            ["*", "3", "\"3", "\"03\"", "\"-1\"", "\"x\"", "\"1\", \"2\"", "", "\"99999999999\""]
        {
            assert_eq!(read(&[unfit]), Err(Slug::TagUnfit), "{unfit}");
        }
        assert_eq!(read(&["\"1\"", "\"2\""]), Err(Slug::TagUnfit));
    }
}
