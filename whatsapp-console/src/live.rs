//! Live updates of a page that is open: one stream of events for each page that is seen.
//!
//! A stream asks for the rows that its page shows, by their ids, and for the number of new
//! messages. It ends when the console stops, after a quarter of an hour, and when the visit is
//! over: the gate is asked again each minute. No task runs beside it: when the browser hangs up,
//! the stream is dropped.

mod asked;
mod look;

use std::time::Duration;

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, StreamExt as _};
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};
use tracing::Instrument as _;

pub(crate) use asked::{On, of_list, of_message, of_overview};

use crate::gate::Refused;
use crate::oops::Oops;
use crate::visit::Visit;
use asked::Asked;
use look::Look;

/// Interval between two looks of a stream. A slow look makes it longer: looking takes a twentieth
/// of the time at most.
const EVERY: Duration = Duration::from_secs(3);
const RESTS: u32 = 20;

/// Interval between two questions to the gate.
const CHECKED: Duration = Duration::from_secs(60);

/// Time that a stream is open. The page then asks for another one, which a host may answer
/// elsewhere.
const OPEN: Duration = Duration::from_secs(15 * 60);

/// Interval of the sign of life, so that no proxy takes the stream for dead.
const ALIVE: Duration = Duration::from_secs(15);

/// Seconds after which the page asks again once a stream ended; empty for never.
const AT_ONCE: &str = "1";
const SOON: &str = "5";
const LATER: &str = "30";
const NEVER: &str = "";

/// A stream that is open.
struct Open {
    parts: Parts,
    look: Look,
    stop: watch::Receiver<bool>,
    until: Instant,
    next_check: Instant,
    next_look: Instant,
    said: Instant,
    is_over: bool,
}

/// Opens a stream.
pub(crate) async fn events(visit: Visit, parts: Parts) -> Result<Response, Oops> {
    let asked = Asked::read(&visit).map_err(|what| {
        Oops::Bad(visit.texts().bad_parameter(what, "what the console's own pages ask for"))
    })?;
    // A page with no content that could change does not ask again.
    let Some(asked) = asked else { return Ok(StatusCode::NO_CONTENT.into_response()) };
    let stop = visit.inner.stop.subscribe();
    let look = Look::new(visit, asked).await?;
    let now = Instant::now();
    let open = Open {
        parts,
        look,
        stop,
        until: now + OPEN,
        next_check: now + CHECKED,
        next_look: now,
        said: now,
        is_over: false,
    };
    let span = tracing::Span::current();
    let hello = stream::once(async { Ok::<_, Oops>(format!("retry: {SOON}000\n\n")) });
    let told = stream::unfold(open, move |open| open.next().instrument(span.clone()));
    let body = Body::from_stream(hello.chain(told).fuse());
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

impl Open {
    /// Waits for the next event.
    async fn next(mut self) -> Option<(Result<String, Oops>, Self)> {
        if self.is_over {
            return None;
        }
        loop {
            let turn = self.next_look.min(self.next_check).min(self.until);
            if timeout_at(turn, self.stop.wait_for(|stops| *stops)).await.is_ok() {
                return Some(self.end(SOON));
            }
            if Instant::now() >= self.until {
                return Some(self.end(AT_ONCE));
            }
            if Instant::now() >= self.next_check {
                match self.look.visit.inner.gate.enter(&self.parts).await {
                    Ok(visitor) if visitor == self.look.visit.visitor => {}
                    // The visitor is somebody else, or has other rights: their page is another one.
                    Ok(_) | Err(Refused::Unavailable) => return Some(self.end(LATER)),
                    Err(_) => return Some(self.end(NEVER)),
                }
                self.next_check = Instant::now() + CHECKED;
            }
            let began = Instant::now();
            if began < self.next_look {
                continue;
            }
            let told = match self.look.look().await {
                Ok(told) => told,
                Err(error) => {
                    tracing::warn!("{error}");
                    return Some(self.end(LATER));
                }
            };
            let took = began.elapsed();
            self.next_look = Instant::now() + EVERY.max(took * RESTS);
            if !told.is_empty() {
                self.said = Instant::now();
                return Some((Ok(told), self));
            }
            if self.said.elapsed() >= ALIVE {
                self.said = Instant::now();
                return Some((Ok(":\n\n".to_owned()), self));
            }
        }
    }

    /// Tells the page that the stream ends, and when it may come again.
    fn end(mut self, again: &str) -> (Result<String, Oops>, Self) {
        self.is_over = true;
        (Ok(event("end", again)), self)
    }
}

/// Writes an event; its data is one line.
fn event(name: &str, data: &str) -> String {
    format!("event: {name}\ndata: {data}\n\n")
}
