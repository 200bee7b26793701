//! A web server with files good and bad.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use futures_util::{StreamExt as _, stream};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::PDF;

type Log = Arc<Mutex<Vec<(String, HeaderMap)>>>;

pub(super) struct Host {
    address: String,
    log: Log,
    serving: JoinHandle<()>,
}

impl Drop for Host {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Host {
    pub(super) async fn start() -> Self {
        let log = Log::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let app = Router::new().fallback(answer).with_state(Arc::clone(&log));
        let serving = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { address, log, serving }
    }

    pub(super) fn link(&self, path: &str) -> String {
        format!("{}/{path}", self.address)
    }

    /// Method and path of every request, and the range if one was asked for.
    pub(super) fn requests(&self) -> Vec<String> {
        self.log.lock().unwrap().iter().map(|(request, _)| request.clone()).collect()
    }

    /// The headers of every request.
    pub(super) fn headers(&self) -> Vec<HeaderMap> {
        self.log.lock().unwrap().iter().map(|(_, headers)| headers.clone()).collect()
    }
}

async fn answer(State(log): State<Log>, request: Request) -> Response {
    let (path, headers) = (request.uri().path().to_owned(), request.headers().clone());
    let range = headers.get("range").map(|range| range.to_str().unwrap().to_owned());
    let told = [request.method().as_str(), &path].into_iter().chain(range.as_deref());
    log.lock().unwrap().push((told.collect::<Vec<_>>().join(" "), headers));
    let name = path.trim_start_matches('/');
    let with = |status: u16, headers: &[(&str, &str)], body: Body| {
        let response =
            headers.iter().fold(Response::builder().status(status), |response, header| {
                response.header(header.0, header.1)
            });
        response.body(body).unwrap()
    };
    let pdf = ("content-type", "application/pdf");
    match (name, range.as_deref()) {
        ("page.pdf", _) => {
            with(200, &[("content-type", "text/html")], "<!DOCTYPE html><p>Sign in</p>".into())
        }
        ("broken.pdf", _) => with(200, &[pdf], Bytes::from_static(&PDF[..20]).into()),
        ("empty.pdf", _) => with(200, &[pdf], Body::empty()),
        ("missing.pdf", _) => with(404, &[pdf], PDF.into()),
        ("no-head.pdf", _) if request.method() == Method::HEAD => with(405, &[], Body::empty()),
        ("cut.pdf", _) => {
            let broken_off = stream::iter([Ok(PDF)]).chain(stream::once(async {
                tokio::task::yield_now().await;
                Err(std::io::Error::other("cut"))
            }));
            with(200, &[pdf, ("content-length", "1000")], Body::from_stream(broken_off))
        }
        ("endless.pdf", _) => {
            let chunk = Bytes::from(vec![b' '; 1024 * 1024]);
            let chunks = stream::repeat_with(move || Ok::<_, std::io::Error>(chunk.clone()));
            with(200, &[pdf], Body::from_stream(chunks))
        }
        ("moved", _) => with(302, &[("location", "/INV-7.pdf")], Body::empty()),
        ("round", _) => with(302, &[("location", "/round")], Body::empty()),
        ("download" | "plain/INV%207.pdf", _) | ("whole.pdf", Some(_)) => {
            with(200, &[pdf], PDF.into())
        }
        (_, Some("bytes=0-15")) => with(206, &[pdf], Bytes::from_static(&PDF[..16]).into()),
        ("short.pdf", Some(_)) => with(416, &[], Body::empty()),
        (_, Some("bytes=16-")) => with(206, &[pdf], Bytes::from_static(&PDF[16..]).into()),
        (name, _) => {
            let disposition = format!("inline; filename=\"{name}\"");
            with(200, &[pdf, ("content-disposition", &disposition)], PDF.into())
        }
    }
}
