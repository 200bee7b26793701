//! Changes while somebody looks at a page: told by a stream of events, which ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use axum::body::{Body, BodyDataStream};
use axum::http::request::Parts;
use axum::http::{Method, Request, StatusCode};
use futures_util::StreamExt as _;
use scraper::Html;
use tokio::time::{Instant, timeout};
use tower::ServiceExt as _;
use whatsapp_console::{Console, Gate, Refused, Visitor};
use whatsapp_core::message::Delivery;
use whatsapp_testkit::fixtures::START;

use crate::door::{Door, ask, built, console, request};
use crate::shop::{Shop, exhausted, message, minutes, not_on_whatsapp, sent, waiting};

/// A stream as a page reads it.
struct Stream {
    body: BodyDataStream,
    read: String,
}

impl Stream {
    fn new(body: BodyDataStream) -> Self {
        Self { body, read: String::new() }
    }

    /// The next event with its data, within a time that passes by itself.
    async fn next_within(&mut self, time: Duration) -> Option<(String, String)> {
        let until = Instant::now() + time;
        loop {
            while let Some((event, rest)) = self.read.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.read = rest;
                let line = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
                if let Some(name) = line("event: ") {
                    return Some((name.to_owned(), line("data: ").unwrap().to_owned()));
                }
            }
            let left = until.saturating_duration_since(Instant::now());
            let chunk = timeout(left, self.body.next()).await.ok()??.unwrap();
            self.read.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// The next event, within ten seconds.
    async fn next(&mut self) -> Option<(String, String)> {
        self.next_within(Duration::from_secs(10)).await
    }
}

/// The stream of the page at this address, as its script opens it.
async fn stream(shop: &Shop, path: &str) -> Stream {
    let mut browser = shop.manager();
    let page = browser.open(path).await;
    let events = page.attribute("body", "data-events");
    let rows = page.attribute("#rows > tr[data-at]", "id");
    let rows = rows.iter().zip(page.attribute("#rows > tr[data-at]", "data-at"));
    let rows: Vec<_> = rows.map(|(id, at)| format!("{}.{at}", &id[2..])).collect();
    let ids = if rows.is_empty() { String::new() } else { format!("&ids={}", rows.join(",")) };
    let url = url::Url::parse("https://shop.example").unwrap();
    let url = url.join(&page.url).unwrap().join(&format!("{}{ids}", events[0])).unwrap();
    Stream::new(browser.stream(&format!("{}?{}", url.path(), url.query().unwrap())).await)
}

#[tokio::test(start_paused = true)]
async fn rows_that_change_are_told_as_the_page_shows_them() {
    let id = message(7, "Asha Traders", START - minutes(1), waiting(START)).facts.id;
    for (path, link) in [
        ("messages", format!("messages/{id}")),
        (
            "messages?status=pending&status=sent",
            format!("messages/{id}?back=messages%3Fstatus%3Dpending%26status%3Dsent"),
        ),
        ("customers/C-7", format!("../messages/{id}?back=customers%2FC-7")),
    ] {
        let shop = Shop::new();
        shop.customer(7, "Asha Traders");
        shop.put(message(7, "Asha Traders", START - minutes(1), waiting(START))).await;
        let mut stream = stream(&shop, path).await;
        assert_eq!(stream.next().await, None, "nothing changed: {path}");
        shop.clock.advance(minutes(1));
        shop.dispatcher().tick(START + minutes(1)).await.unwrap();
        let (event, data) = stream.next().await.unwrap();
        assert_eq!(event, "rows", "{path}");
        let rows: serde_json::Value = serde_json::from_str(&data).unwrap();
        let row = rows[id.to_string()].as_str().unwrap();
        assert!(row.starts_with(&format!("<tr role=\"row\" id=\"m-{id}\" data-at=")), "{row}");
        let row = Html::parse_fragment(&format!("<table><tbody>{row}</tbody></table>"));
        let one = |selector: &str| {
            let selector = scraper::Selector::parse(selector).unwrap();
            let found = row.select(&selector).next().unwrap();
            let text = found.text().collect::<String>();
            (text, found.attr("href").unwrap_or_default().to_owned())
        };
        assert_eq!(one(".pill").0, "Sent", "{path}");
        assert_eq!(one("a").1, link, "{path}");
        assert_eq!(stream.next().await, None, "it is told once: {path}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_came_is_counted_and_never_shown_by_itself() {
    let shop = Shop::new();
    shop.put(message(1, "Asha", START - minutes(1), exhausted())).await;
    let mut all = stream(&shop, "messages").await;
    let mut failed = stream(&shop, "messages?status=failed").await;
    let mut oldest = stream(&shop, "messages?sort=oldest").await;
    assert_eq!(all.next().await, None);
    shop.put(message(2, "Meena", START, waiting(START))).await;
    assert_eq!(all.next().await, Some(("new".to_owned(), "1".to_owned())));
    shop.put(message(3, "Ravi", START, exhausted())).await;
    assert_eq!(all.next().await, Some(("new".to_owned(), "2".to_owned())));
    assert_eq!(failed.next().await, Some(("new".to_owned(), "1".to_owned())));
    assert_eq!(oldest.next().await, None, "what is new is not on this page");
    for seed in 10..120 {
        shop.put(message(seed, "Many", START, exhausted())).await;
    }
    assert_eq!(all.next().await, Some(("new".to_owned(), "99+".to_owned())));
}

#[tokio::test(start_paused = true)]
async fn an_empty_list_is_told_of_the_first_message() {
    let shop = Shop::new();
    let mut stream = stream(&shop, "messages").await;
    assert_eq!(stream.next().await, None);
    shop.put(message(1, "Asha", START + minutes(1), exhausted())).await;
    assert_eq!(stream.next().await, Some(("new".to_owned(), "1".to_owned())));
}

#[tokio::test(start_paused = true)]
async fn the_first_page_and_a_messages_page_are_read_anew_when_they_changed() {
    let shop = Shop::new();
    shop.customer(7, "Asha Traders");
    let id = shop.put(message(7, "Asha Traders", START - minutes(1), not_on_whatsapp())).await;
    let mut overview = stream(&shop, "overview").await;
    let mut of_message = stream(&shop, &format!("messages/{id}")).await;
    assert_eq!((overview.next().await, of_message.next().await), (None, None));
    shop.put(message(8, "Meena", START, sent(START, Delivery::Read))).await;
    shop.clock.advance(minutes(1));
    assert_eq!(overview.next().await, Some(("again".to_owned(), String::new())));
    assert_eq!((overview.next().await, of_message.next().await), (None, None));
    let waits = shop.put(message(9, "Ravi", START, waiting(START + minutes(60)))).await;
    let mut of_message = stream(&shop, &format!("messages/{waits}")).await;
    let by = whatsapp_core::audit::Actor::Host;
    shop.clock.advance(minutes(1));
    shop.messenger().cancel(waits, &by).await.unwrap();
    assert_eq!(of_message.next().await, Some(("again".to_owned(), String::new())));
}

#[tokio::test(start_paused = true)]
async fn a_viewers_rows_have_no_number_and_no_act() {
    let shop = Shop::new();
    shop.customer(7, "Asha Traders");
    let id = shop.put(message(7, "Asha Traders", START - minutes(1), waiting(START))).await;
    let viewer = shop.viewer();
    let url = format!("/console/events?on=messages&ids={id}.0");
    let mut stream = Stream::new(viewer.stream(&url).await);
    let (event, data) = stream.next().await.unwrap();
    assert_eq!(event, "rows");
    assert!(
        data.contains("…007") && !data.contains("98765") && !data.contains("data-ask"),
        "{data}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_stream_says_that_it_is_alive_and_is_not_compressed_or_kept() {
    let shop = Shop::new();
    let console = console(&shop.ports).router();
    let asked = Request::get("/events?on=overview")
        .header("cookie", "visit=manager")
        .header("accept-encoding", "gzip");
    let response = console.oneshot(asked.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    assert!(!response.headers().contains_key("content-encoding"));
    let mut body = response.into_body().into_data_stream();
    assert_eq!(body.next().await.unwrap().unwrap(), "retry: 5000\n\n");
    // A page's address says what the page shows; this address does not.
    assert!(body.next().await.unwrap().unwrap().starts_with(b"event: again"));
    let begun = Instant::now();
    assert_eq!(body.next().await.unwrap().unwrap(), ":\n\n");
    assert!((15..=18).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn what_no_page_asks_for_is_refused_or_not_asked_again() {
    let shop = Shop::new();
    let console = console(&shop.ports).router();
    let many: Vec<_> = (0..21_u8)
        .map(|no| format!("{}.1", whatsapp_core::MessageId::new(START, [no; 10])))
        .collect();
    for (query, status) in [
        (String::new(), StatusCode::NO_CONTENT),
        ("on=messages".to_owned(), StatusCode::NO_CONTENT),
        ("ids=1.1".to_owned(), StatusCode::BAD_REQUEST),
        ("on=messages&ids=x".to_owned(), StatusCode::BAD_REQUEST),
        ("on=nothing".to_owned(), StatusCode::BAD_REQUEST),
        ("on=messages&new=x".to_owned(), StatusCode::BAD_REQUEST),
        ("on=messages&status=gone".to_owned(), StatusCode::BAD_REQUEST),
        ("on=messages&evil=1".to_owned(), StatusCode::BAD_REQUEST),
        (format!("on=messages&ids={}", many.join(",")), StatusCode::BAD_REQUEST),
    ] {
        let url = format!("/events?{query}");
        let manager = &[("cookie", "visit=manager")];
        let answer = ask(&console, request(Method::GET, &url, manager), "").await;
        assert_eq!(answer.status, status, "{query}");
    }
}

/// The door, with a visitor who can be sent away.
#[derive(Debug, Default)]
pub(crate) struct Leaving {
    is_out: AtomicBool,
    cannot_tell: AtomicBool,
}

#[async_trait]
impl Gate for Leaving {
    async fn enter(&self, request: &Parts) -> Result<Visitor, Refused> {
        if self.cannot_tell.load(Ordering::Relaxed) {
            return Err(Refused::Unavailable);
        }
        if self.is_out.load(Ordering::Relaxed) {
            return Err(Refused::Nobody);
        }
        Door.enter(request).await
    }
}

async fn opened(console: &Console) -> Stream {
    let asked = Request::get("/events?on=overview").header("cookie", "visit=manager");
    let response = console.router().oneshot(asked.body(Body::empty()).unwrap()).await.unwrap();
    let mut stream = Stream::new(response.into_body().into_data_stream());
    assert_eq!(stream.next().await, Some(("again".to_owned(), String::new())));
    stream
}

/// The end of a stream: its last event, and the seconds until then; `None` where it is open after
/// this time.
async fn end(stream: &mut Stream, within: Duration) -> Option<(String, u64)> {
    let begun = Instant::now();
    let (event, data) = stream.next_within(within).await?;
    assert_eq!(event, "end");
    assert!(stream.body.next().await.is_none(), "nothing follows the end");
    Some((data, begun.elapsed().as_secs()))
}

const HOUR: Duration = Duration::from_secs(3_600);

#[tokio::test(start_paused = true)]
async fn a_stream_ends_after_a_quarter_of_an_hour_and_the_page_asks_for_another() {
    let console = console(&Shop::new().ports);
    let mut stream = opened(&console).await;
    let (again, seconds) = end(&mut stream, HOUR).await.unwrap();
    assert_eq!(again, "1");
    assert!((890..=900).contains(&seconds), "{seconds}");
}

/// The end of a stream behind this gate after a sign-out.
pub(crate) async fn after_sign_out(
    gate: Arc<dyn Gate>,
    sign_out: impl FnOnce(),
) -> Option<(String, u64)> {
    let console = built(Console::builder(Shop::new().ports, gate));
    let mut stream = opened(&console).await;
    sign_out();
    end(&mut stream, Duration::from_secs(65)).await
}

#[tokio::test(start_paused = true)]
async fn a_stream_ends_within_a_minute_of_the_visit() {
    let gate = Arc::new(Leaving::default());
    let ended = after_sign_out(gate.clone(), || gate.is_out.store(true, Ordering::Relaxed)).await;
    let (again, seconds) = ended.expect("the stream is open still");
    assert!(again.is_empty() && seconds <= 60, "{again} {seconds}");
    // If nobody can tell, nothing is shown, and the page asks later.
    let gate = Arc::new(Leaving::default());
    let ended =
        after_sign_out(gate.clone(), || gate.cannot_tell.store(true, Ordering::Relaxed)).await;
    assert_eq!(ended.expect("the stream is open still").0, "30");
}

/// The end of a stream beside which `what` is done.
pub(crate) async fn beside(what: impl AsyncFnOnce(&Console)) -> Option<(String, u64)> {
    let console = console(&Shop::new().ports);
    let mut stream = opened(&console).await;
    what(&console).await;
    end(&mut stream, Duration::from_secs(5)).await
}

#[tokio::test(start_paused = true)]
async fn streams_end_at_once_when_the_console_stops() {
    assert_eq!(beside(Console::stop).await, Some(("5".to_owned(), 0)));
    // A stream that is asked for after that ends as well.
    let console = console(&Shop::new().ports);
    console.stop().await;
    let asked = Request::get("/events?on=overview").header("cookie", "visit=manager");
    let response = console.router().oneshot(asked.body(Body::empty()).unwrap()).await.unwrap();
    let mut stream = Stream::new(response.into_body().into_data_stream());
    assert_eq!(end(&mut stream, Duration::from_secs(5)).await, Some(("5".to_owned(), 0)));
}

#[tokio::test(start_paused = true)]
async fn a_database_that_does_not_answer_ends_a_stream_until_later() {
    #[derive(Debug)]
    struct Failing(whatsapp_testkit::MemoryStore, Arc<AtomicBool>);

    #[async_trait]
    impl whatsapp_testkit::StoreWrapper for Failing {
        fn inner(&self) -> &dyn whatsapp_core::port::Store {
            &self.0
        }

        async fn messages(
            &self,
            ids: &[whatsapp_core::MessageId],
        ) -> Result<Vec<whatsapp_core::message::Message>, whatsapp_core::port::StoreError> {
            if self.1.load(Ordering::Relaxed) {
                return Err(whatsapp_core::port::StoreError::Other { reason: "gone".to_owned() });
            }
            whatsapp_core::port::MessageLog::messages(&self.0, ids).await
        }
    }
    whatsapp_testkit::forward_store!(Failing);

    let fails = Arc::new(AtomicBool::new(false));
    let shop = Shop::over(|store| Arc::new(Failing(store, fails.clone())));
    shop.put(message(7, "Asha Traders", START, waiting(START))).await;
    let mut stream = stream(&shop, "messages").await;
    assert_eq!(stream.next().await, None);
    fails.store(true, Ordering::Relaxed);
    assert_eq!(stream.next().await, Some(("end".to_owned(), "30".to_owned())));
}
