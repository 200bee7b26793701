//! The route, through real HTTP.

use std::sync::Arc;

use axum::http::StatusCode;
use chrono::TimeDelta;
use object_store::memory::InMemory;
use reqwest::Response;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use whatsapp_core::attachment::CheckedFile;
use whatsapp_core::port::{Clock, MediaHost, MediaLink, Published};
use whatsapp_media::StoredMedia;
use whatsapp_testkit::ManualClock;

use super::bench::{self, Log, secret};
use super::steps::message;

struct Site {
    media: StoredMedia,
    clock: ManualClock,
    address: String,
    task: JoinHandle<()>,
}

impl Site {
    async fn start() -> Self {
        let (listener, url) = bench::listener().await;
        let clock = bench::clock();
        let media = StoredMedia::over(Arc::new(InMemory::new()), &url, secret(7)).unwrap();
        let media = media.with_clock(Arc::new(clock.clone()));
        let address = listener.local_addr().unwrap().to_string();
        let task = bench::serve(listener, &media, Log::default());
        Self { media, clock, address, task }
    }

    async fn publish(&self, seed: u64, name: &str) -> MediaLink {
        let until = self.clock.now() + TimeDelta::hours(1);
        self.media.publish(message(seed), &file(name), until).await.unwrap()
    }

    /// The whole answer to a request with this line, without any help from a client.
    async fn raw(&self, line: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).await.unwrap();
        let request = format!("{line} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// 43 bytes.
pub(super) const PDF: &[u8] = b"%PDF-1.7\n1 0 obj<</Type/Page>>endobj\n%%EOF\n";

pub(super) fn file(name: &str) -> CheckedFile {
    CheckedFile::new(name, PDF.to_vec()).unwrap()
}

async fn get(url: &str, range: Option<&str>) -> Response {
    let request = reqwest::Client::builder().build().unwrap().get(url);
    let request = range.into_iter().fold(request, |request, range| request.header("range", range));
    request.send().await.unwrap()
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_file_is_served_with_headers_that_let_nothing_happen() {
    let site = Site::start().await;
    let link = site.publish(7, "चालान 'a' 7.pdf").await;
    let response = get(&link.url, None).await;
    for (name, value) in [
        ("content-type", "application/pdf"),
        ("content-length", "43"),
        ("accept-ranges", "bytes"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "private, no-store"),
        ("content-security-policy", "default-src 'none'"),
        ("cross-origin-resource-policy", "same-origin"),
        (
            "content-disposition",
            "inline; filename=\"_____ 'a' 7.pdf\"; filename*=UTF-8''\
             %E0%A4%9A%E0%A4%BE%E0%A4%B2%E0%A4%BE%E0%A4%A8%20%27a%27%207.pdf",
        ),
    ] {
        assert_eq!(header(&response, name), value, "{name}");
    }
    assert_eq!(response.bytes().await.unwrap(), PDF);
}

#[tokio::test]
async fn head_says_what_get_would_without_the_bytes() {
    let site = Site::start().await;
    let link = site.publish(7, "INV-7.pdf").await;
    let path = link.url.split_once("/media").unwrap().1;
    let (head, body) = {
        let answer = site.raw(&format!("HEAD /media{path}")).await;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_ascii_lowercase(), body.to_owned())
    };
    assert!(head.starts_with("http/1.1 200") && head.contains("content-length: 43"), "{head}");
    assert!(head.contains("content-type: application/pdf"), "{head}");
    assert_eq!(body, "");
}

#[tokio::test]
async fn a_range_is_served_alone_and_one_beyond_the_end_is_refused() {
    let site = Site::start().await;
    let link = site.publish(7, "INV-7.pdf").await;
    for (range, part, says) in [
        ("bytes=0-3", &PDF[..4], "bytes 0-3/43"),
        ("bytes=9-", &PDF[9..], "bytes 9-42/43"),
        ("bytes=-3", &PDF[40..], "bytes 40-42/43"),
        ("bytes=40-999", &PDF[40..], "bytes 40-42/43"),
    ] {
        let response = get(&link.url, Some(range)).await;
        assert_eq!(response.status(), StatusCode::PARTIAL_CONTENT, "{range}");
        assert_eq!(header(&response, "content-range"), says);
        assert_eq!(header(&response, "content-length"), part.len().to_string());
        assert_eq!(response.bytes().await.unwrap(), part, "{range}");
    }
    let response = get(&link.url, Some("bytes=43-")).await;
    assert_eq!(response.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(header(&response, "content-range"), "bytes */43");
    assert_eq!(response.bytes().await.unwrap(), "");
    for ignored in ["bytes=0-1,4-5", "pages=1-2", "bytes=5-2"] {
        let response = get(&link.url, Some(ignored)).await;
        assert_eq!(response.status(), StatusCode::OK, "{ignored}");
        assert_eq!(response.bytes().await.unwrap(), PDF);
    }
}

/// An answer without its date.
fn without_date(answer: &str) -> String {
    answer.lines().filter(|line| !line.to_ascii_lowercase().starts_with("date:")).collect()
}

#[tokio::test]
async fn all_that_was_never_given_is_answered_alike() {
    let site = Site::start().await;
    let link = site.publish(7, "INV-7.pdf").await;
    let path = link.url.split_once("/media").unwrap().1;
    let (token, name) = path[1..].split_once('/').unwrap();
    let elsewhere = StoredMedia::over(Arc::new(InMemory::new()), "https://a.example", secret(8));
    let foreign = elsewhere.unwrap().publish(message(7), &file(name), link.until).await.unwrap();
    let foreign = foreign.url.strip_prefix("https://a.example").unwrap().to_owned();
    let known = site.raw("GET /media/x/INV-7.pdf").await;
    assert!(known.starts_with("HTTP/1.1 404 ") && known.ends_with("\r\n\r\n"), "{known}");
    assert!(known.contains("nosniff"), "{known}");
    for other in [
        "/links",
        "/files/",
        &format!("/{token}"),
        &format!("/{token}/"),
        &format!("/{token}/INV-8.pdf"),
        &format!("/{token}/inv-7.pdf"),
        &format!("/{token}/INV-7.pdf/"),
        &format!("/{token}/a/INV-7.pdf"),
        &format!("/{token}/%FF.pdf"),
        &format!("/{token}/..%2F..%2Fetc%2Fpasswd"),
        &format!("/{token}A/{name}"),
        &format!("/{}/{name}", token.to_uppercase()),
        &format!("/%2e%2e/{name}"),
        "/../../../../etc/passwd",
        "/..%5c..%5cwindows/win.ini",
        &foreign,
    ] {
        let answer = site.raw(&format!("GET /media{other}")).await;
        assert_eq!(without_date(&answer), without_date(&known), "{other}");
    }
    for at in 0..token.len() {
        let c = if &token[at..=at] == "A" { "B" } else { "A" };
        let changed = format!("{}{c}{}", &token[..at], &token[at + 1..]);
        let answer = site.raw(&format!("GET /media/{changed}/{name}")).await;
        assert_eq!(without_date(&answer), without_date(&known), "character {at}");
    }
}

#[tokio::test]
async fn what_has_ended_and_what_was_withdrawn_are_gone_alike() {
    let site = Site::start().await;
    let (one, other) = (site.publish(7, "INV-7.pdf").await, site.publish(8, "INV-8.pdf").await);
    let path = |link: &MediaLink| link.url.split_once("/media").unwrap().1.to_owned();
    site.media.withdraw(&Published::of(message(7), &file("INV-7.pdf"))).await.unwrap();
    let withdrawn = site.raw(&format!("GET /media{}", path(&one))).await;
    assert!(withdrawn.starts_with("HTTP/1.1 410 ") && withdrawn.ends_with("\r\n\r\n"));
    assert_eq!(get(&other.url, None).await.status(), StatusCode::OK);
    site.clock.advance_to(other.until);
    let ended = site.raw(&format!("GET /media{}", path(&other))).await;
    assert_eq!(without_date(&ended), without_date(&withdrawn));
    // A link of another publication of the same file does not bring the old one back.
    site.publish(7, "INV-7.pdf").await;
    assert_eq!(get(&one.url, None).await.status(), StatusCode::GONE);
}

#[tokio::test]
async fn nothing_but_get_and_head_is_served() {
    let site = Site::start().await;
    let link = site.publish(7, "INV-7.pdf").await;
    let path = link.url.split_once("/media").unwrap().1;
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"] {
        for path in [path, "/x/y.pdf", "/x"] {
            let answer = site.raw(&format!("{method} /media{path}")).await;
            assert!(answer.starts_with("HTTP/1.1 405 "), "{method} {path}: {answer}");
            assert!(answer.contains("allow: GET, HEAD") && answer.ends_with("\r\n\r\n"));
        }
    }
    assert_eq!(get(&link.url, None).await.status(), StatusCode::OK);
}
