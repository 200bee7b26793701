//! A browser without scripts.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, BodyDataStream, to_bytes};
use axum::http::{Request, Response, StatusCode};
use tower::ServiceExt as _;

use super::page::{Form, Page, resolved};

/// A browser without scripts, and the number of clicks of its user.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    pub(super) console: Router,
    pub(super) who: String,
    pub(crate) cookies: BTreeMap<String, String>,
    pub(crate) page: Page,
    /// The word of the last notice on the way to this page.
    pub(crate) done: String,
    pub(crate) clicks: u32,
}

impl Browser {
    /// The console without the browser.
    pub(crate) fn console(&self) -> Router {
        self.console.clone()
    }

    /// Goes to an address within the console, and follows where it leads.
    pub(crate) async fn open(&mut self, path: &str) -> &Page {
        self.get(&format!("/console/{path}")).await
    }

    /// Follows the link whose text begins with `label`.
    pub(crate) async fn click(&mut self, label: &str) -> &Page {
        self.clicks += 1;
        let to = self.followed(&self.page.link(label));
        self.get(&to).await
    }

    /// Follows the only link that fits.
    pub(crate) async fn click_on(&mut self, selector: &str) -> &Page {
        self.clicks += 1;
        let links = self.page.attribute(selector, "href");
        assert_eq!(links.len(), 1, "{selector} in {}", self.page.body);
        let to = self.followed(&links[0]);
        self.get(&to).await
    }

    /// Sends a form of the page.
    pub(crate) async fn submit(&mut self, form: &Form) -> &Page {
        self.clicks += 1;
        if !form.is_post {
            let path = form.action.split('?').next().unwrap_or_default();
            return self.get(&format!("{path}?{}", form.written())).await;
        }
        let answer = self.sent(form).await;
        self.follow(answer).await
    }

    /// A stream of events. It ends by itself, or after the time that a test lets pass.
    pub(crate) async fn stream(&self, url: &str) -> BodyDataStream {
        let request = Request::get(url).body(Body::empty()).unwrap();
        let response = self.response(request).await;
        assert_eq!(response.status(), StatusCode::OK, "{url}");
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        response.into_body().into_data_stream()
    }

    /// Sends a form of the page with a file in it, and follows.
    pub(crate) async fn upload(&mut self, form: &Form, name: &str, bytes: &[u8]) -> &Page {
        self.clicks += 1;
        let mut body = Vec::new();
        for (field, value) in &form.fields {
            let head = format!("--x7\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n");
            body.extend_from_slice(format!("{head}{value}\r\n").as_bytes());
        }
        let head = "--x7\r\nContent-Disposition: form-data; name=\"upload\"; filename=\"";
        body.extend_from_slice(format!("{head}{name}\"\r\n\r\n").as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--x7--\r\n");
        let request = Request::post(&form.action)
            .header("content-type", "multipart/form-data; boundary=x7")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body));
        let answer = self.ask(request.unwrap(), &form.action).await;
        self.follow(answer).await
    }

    /// The answer to a form, without following it.
    pub(crate) async fn sent(&self, form: &Form) -> Page {
        assert!(form.is_post);
        self.post(&form.action, &form.written()).await
    }

    async fn get(&mut self, url: &str) -> &Page {
        let request = Request::get(url).body(Body::empty()).unwrap();
        let answer = self.ask(request, url).await;
        self.follow(answer).await
    }

    async fn post(&self, url: &str, body: &str) -> Page {
        let request = Request::post(url)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body.to_owned()));
        self.ask(request.unwrap(), url).await
    }

    async fn ask(&self, request: Request<Body>, url: &str) -> Page {
        let response = self.response(request).await;
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        Page { status: parts.status, headers: parts.headers, body, url: url.to_owned() }
    }

    async fn response(&self, mut request: Request<Body>) -> Response<Body> {
        let headers = request.headers_mut();
        headers.insert("x-who", self.who.parse().unwrap());
        headers.insert("host", "shop.example".parse().unwrap());
        let cookies: Vec<_> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            headers.insert("cookie", cookies.join("; ").parse().unwrap());
        }
        self.console.clone().oneshot(request).await.unwrap()
    }

    /// Keeps the cookies of an answer.
    pub(crate) fn keep(&mut self, answer: &Page) {
        for cookie in answer.headers.get_all("set-cookie") {
            let mut parts = cookie.to_str().unwrap().split("; ");
            let (name, value) = parts.next().unwrap().split_once('=').unwrap();
            if parts.any(|part| part == "Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    async fn follow(&mut self, mut answer: Page) -> &Page {
        self.done = answer.done();
        for _ in 0..3 {
            self.keep(&answer);
            if answer.status != StatusCode::SEE_OTHER {
                break;
            }
            let to = answer.headers["location"].to_str().unwrap();
            let url = resolved(&answer.url, to);
            let request = Request::get(&url).body(Body::empty()).unwrap();
            answer = self.ask(request, &url).await;
        }
        self.page = answer;
        &self.page
    }

    fn followed(&self, link: &str) -> String {
        resolved(&self.page.url, link)
    }
}
