//! The endpoints through which messages come in.

use std::future::pending;
use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{MatchedPath, OriginalUri, Request};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::Response;

use super::Shared;
use super::answer::{acceptance, error_body, render};
use super::clock::dawdle;
use super::fault::{Answer, Fault};
use super::life::scheduled;
use super::post::{Dialect, Fields, MOVED, Post};
use super::wire::{Cut, Line, Unanswered};

/// The most bytes that a body may hold; beyond it the request counts as broken off.
const MOST_BYTES: usize = 256 * 1024 * 1024;

/// An endpoint that takes messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    V2,
    V1,
    RestText,
    RestMedia,
}

impl Door {
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::V2 => "/v2/sendMessage",
            Self::V1 => "/sendMessage/{key}",
            Self::RestText => "/api/v1/messages/text",
            Self::RestMedia => "/api/v1/messages/media",
        }
    }

    fn dialect(self) -> Dialect {
        match self {
            Self::V2 => Dialect::V2,
            Self::V1 => Dialect::V1,
            Self::RestText | Self::RestMedia => Dialect::Rest,
        }
    }
}

/// Takes a POST in, and answers it as the script wants. `key` is the one in the path. Without a
/// `door` it is a path or a method that the gateway does not have.
pub(super) async fn send(
    shared: Arc<Shared>,
    line: Line,
    door: Option<Door>,
    key: Option<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let uri =
        parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |OriginalUri(uri)| uri).clone();
    let followed = uri.path().starts_with(MOVED);
    if parts.method != Method::POST && !followed {
        return error_body(404, &format!("Cannot {} {}", parts.method, uri.path()));
    }
    let Ok(body) = to_bytes(body, MOST_BYTES).await else {
        // The client broke off: no POST has arrived.
        return error_body(400, "Bad Request");
    };
    let path = match parts.extensions.get::<MatchedPath>() {
        Some(path) if door.is_some() => path.as_str().to_owned(),
        _ => uri.path().replace(&shared.config.key, "{key}"),
    };
    let fields = Fields::read(&parts, &body).await;
    let post = Post::new(door.map(Door::dialect), path, &parts, &body, fields);
    let decided = match door {
        None if followed => Some(Fault::refuse(Answer::Garbage)),
        None => Some(Fault::refuse(Answer::Status(404))),
        Some(door) => {
            refusal(&shared, door, key.as_deref().or_else(|| bearer(&parts.headers)), &post)
                .or_else(|| followed.then(Fault::ordinary))
        }
    };
    let (post, ids) = shared.with(|world, moment| world.receive(post, decided, moment));
    let unanswered = (shared.config.fetching && post.url.is_some())
        .then(|| Unanswered { shared: Arc::clone(&shared), arrival: post.arrival });
    dawdle(post.played.delay()).await;
    if *post.played.answer() == Answer::Hang {
        drop(unanswered);
        return pending().await;
    }
    let response = answer(&shared, &line, &uri, &post, &acceptance(&shared, &post, &ids)).await;
    if let Some(unanswered) = unanswered {
        line.answers(unanswered);
    }
    response
}

/// Plays the answers that only the connection can play; all others are rendered.
async fn answer(
    shared: &Shared,
    line: &Line,
    uri: &Uri,
    post: &Post,
    ordinary: &super::answer::Acceptance,
) -> Response {
    match post.played.answer() {
        Answer::Reset => line.cut(Cut::Reset).await,
        Answer::Close => line.cut(Cut::Close).await,
        answer => render(shared, answer, uri, post, ordinary),
    }
}

/// The fault of a request that is refused whatever the script says; `None` if it is not refused.
fn refusal(shared: &Shared, door: Door, key: Option<&str>, post: &Post) -> Option<Fault> {
    let status = if key != Some(shared.config.key.as_str()) {
        shared.config.wrong_key_status
    } else if post.number.is_empty() {
        403
    } else if (post.text.is_empty() && post.url.is_none() && post.file.is_none())
        || (door == Door::RestMedia && post.file.is_none() && post.url.is_none())
        || post.delay.as_deref().is_some_and(|delay| scheduled(delay).is_none())
    {
        400
    } else {
        return None;
    };
    Some(Fault::refuse(Answer::Status(status)))
}

/// The key in an `Authorization: Bearer` header.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}
