//! The route as the framework sees it: which answers count as a fetch, and a store that does not
//! answer.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use chrono::TimeDelta;
use futures_util::StreamExt;
use tower::ServiceExt;
use whatsapp_core::attachment::CheckedFile;
use whatsapp_core::port::{Clock, Fetch, MediaHost, MediaLink};
use whatsapp_media::StoredMedia;
use whatsapp_testkit::ManualClock;

use super::bench::{self, Log, secret};
use super::route::{PDF, file};
use super::steps::message;

/// A host on disk, without a server.
fn on_disk(folder: &std::path::Path, clock: &ManualClock) -> StoredMedia {
    let media = StoredMedia::on_disk(folder, "https://shop.example", secret(7)).unwrap();
    media.with_clock(Arc::new(clock.clone()))
}

async fn ask(
    media: &StoredMedia,
    log: &Log,
    method: Method,
    link: &MediaLink,
) -> (StatusCode, Body) {
    let path = link.url.strip_prefix("https://shop.example").unwrap();
    let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
    let answer = media.router(Arc::new(log.clone())).oneshot(request).await.unwrap();
    (answer.status(), answer.into_body())
}

#[tokio::test]
async fn only_a_fetch_to_the_last_byte_is_evidence() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), bench::clock());
    let media = on_disk(folder.path(), &clock);
    let mut bytes = PDF.to_vec();
    bytes.splice(9..9, std::iter::repeat_n(b' ', 1_000_000));
    let size = bytes.len() as u64;
    let large = CheckedFile::new("INV-7.pdf", bytes).unwrap();
    let until = clock.now() + TimeDelta::hours(1);
    let link = media.publish(message(7), &large, until).await.unwrap();
    for fails in [false, true] {
        let log = Log { fails, ..Log::default() };
        drop(ask(&media, &log, Method::HEAD, &link).await);
        let (status, body) = ask(&media, &log, Method::GET, &link).await;
        assert_eq!(status, StatusCode::OK);
        let mut stream = body.into_data_stream();
        assert!(stream.next().await.unwrap().is_ok());
        drop(stream);
        tokio::task::yield_now().await;
        assert_eq!(*log.fetches.lock().unwrap(), [], "given up, or never begun");
        let (_, body) = ask(&media, &log, Method::GET, &link).await;
        assert_eq!(axum::body::to_bytes(body, usize::MAX).await.unwrap(), large.bytes());
        while log.fetches.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        let fetch = Fetch { message_id: message(7), at: clock.now(), bytes: size };
        assert_eq!(*log.fetches.lock().unwrap(), [fetch]);
    }
}

#[tokio::test]
async fn a_store_that_does_not_answer_is_a_503() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), bench::clock());
    let media = on_disk(folder.path(), &clock);
    let until = clock.now() + TimeDelta::hours(1);
    let link = media.publish(message(7), &file("INV-7.pdf"), until).await.unwrap();
    std::fs::remove_dir_all(folder.path().join("links")).unwrap();
    std::fs::write(folder.path().join("links"), "in the way").unwrap();
    let (status, body) = ask(&media, &Log::default(), Method::GET, &link).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(axum::body::to_bytes(body, usize::MAX).await.unwrap(), "");
    let error = media.publish(message(8), &file("INV-7.pdf"), until).await.unwrap_err();
    let told = format!("{error} {error:?} {:?}", std::error::Error::source(&error));
    for secret in ["INV", "links", &folder.path().display().to_string()] {
        assert!(!told.contains(secret), "{told}");
    }
}
