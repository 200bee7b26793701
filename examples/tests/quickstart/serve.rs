//! The console at the end of a run: opened by its link, used, and stopped.

#![expect(clippy::similar_names, reason = "a link stands in a line")]

use std::collections::BTreeSet;
use std::time::Duration;

use reqwest::header::{COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::{Client, RequestBuilder, StatusCode, redirect};
use scraper::{Html, Selector};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout};

use crate::shop::Shop;

/// Longest time that anything here may take; a test that hangs fails.
const LONGEST: Duration = Duration::from_mins(2);

/// A run that shows the console.
struct Served {
    running: Child,
    told: Lines<BufReader<ChildStdout>>,
    client: Client,
    /// `http://127.0.0.1:PORT`
    address: String,
    /// Text of the link behind `link=`.
    link: String,
    cookie: String,
}

impl Served {
    async fn start(mut running: Child) -> Self {
        let mut told = BufReader::new(running.stdout.take().unwrap()).lines();
        let line = wait(async {
            loop {
                let line = told.next_line().await.unwrap().expect("a link before the end");
                if let Some(link) = line.strip_prefix("Console   ") {
                    break link.to_owned();
                }
            }
        });
        let line = line.await;
        let (address, link) = line.split_once("/sign-in?link=").unwrap();
        let (address, link) = (address.to_owned(), link.to_owned());
        assert!(address.starts_with("http://127.0.0.1:"), "{address}");
        let none = redirect::Policy::none();
        let client = Client::builder().no_proxy().redirect(none).build().unwrap();
        Self { running, told, client, address, link, cookie: String::new() }
    }

    /// Adds the headers that a browser sends along.
    fn sent(&self, request: RequestBuilder) -> RequestBuilder {
        request.header(COOKIE, &self.cookie).header("sec-fetch-site", "same-origin")
    }

    async fn get(&self, path: &str) -> (StatusCode, String) {
        let url = format!("{}/{path}", self.address);
        let answer = self.sent(self.client.get(url)).send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    }

    async fn page(&self, path: &str) -> Html {
        let (status, page) = self.get(path).await;
        assert_eq!(status, StatusCode::OK, "{path}: {page}");
        Html::parse_document(&page)
    }

    async fn post(&self, path: &str, fields: &[(String, String)]) -> reqwest::Response {
        let request = self.client.post(format!("{}/{path}", self.address));
        let request = self.sent(request).header(ORIGIN, &self.address).form(fields);
        request.send().await.unwrap()
    }

    /// Presses the button of the link's page.
    async fn enter(&mut self) -> StatusCode {
        let fields = [("link".to_owned(), self.link.clone())];
        let answer = self.post("sign-in", &fields).await;
        if let Some(cookie) = answer.headers().get(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap().split(';').next().unwrap();
            cookie.clone_into(&mut self.cookie);
        }
        answer.status()
    }

    /// Asks the program to end as Ctrl-C does, and returns the exit code and the rest of its
    /// output.
    async fn stop(mut self) -> (Option<i32>, String) {
        let id = self.running.id().unwrap().to_string();
        let signal = std::process::Command::new("kill").args(["-INT", &id]).status().unwrap();
        assert!(signal.success());
        wait(async {
            let mut rest = String::new();
            self.told.get_mut().read_to_string(&mut rest).await.unwrap();
            (self.running.wait().await.unwrap().code(), rest)
        })
        .await
    }
}

async fn wait<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(LONGEST, work).await.expect("it takes too long")
}

fn all<'a>(page: &'a Html, selector: &str) -> Vec<scraper::ElementRef<'a>> {
    let selector = Selector::parse(selector).unwrap();
    page.select(&selector).collect::<Vec<_>>()
}

/// Returns the messages that links of a page lead to.
fn listed(page: &Html, selector: &str) -> BTreeSet<String> {
    let links = all(page, selector).into_iter();
    let links = links.filter_map(|link| link.attr("href")?.strip_prefix("messages/"));
    links.map(|link| link.split('?').next().unwrap_or_default().to_owned()).collect()
}

fn fields(page: &Html, number: &str) -> Vec<(String, String)> {
    let inputs = all(page, "main form input[name]").into_iter();
    let field = |input: scraper::ElementRef<'_>| {
        let name = input.attr("name").unwrap().to_owned();
        let value = if name == "number" { number } else { input.attr("value").unwrap_or_default() };
        (name, value.to_owned())
    };
    inputs.map(field).collect()
}

#[tokio::test]
async fn the_sample_ends_in_a_console_that_lists_what_failed_and_mends_it() {
    let shop = Shop::new();
    let mut served = Served::start(shop.start_over_sample(&["--serve"])).await;

    // A program that looks at the link beforehand does not use it up.
    for _ in 0..2 {
        let page = served.page(&format!("sign-in?link={}", served.link)).await;
        assert_eq!(all(&page, "form button").len(), 1);
    }
    assert_eq!(served.get("overview").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(served.enter().await, StatusCode::SEE_OTHER);
    assert_eq!(served.enter().await, StatusCode::UNAUTHORIZED, "it opens the console once");

    let report = std::fs::read(shop.path("quickstart-out/report.json")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    let messages = report["messages"].as_array().unwrap();
    let failed = messages.iter().filter(|message| message["status"] == "failed");
    let failed: BTreeSet<String> =
        failed.map(|message| message["id"].as_str().unwrap().to_owned()).collect();
    assert!(!failed.is_empty());
    let first = served.page("overview").await;
    let shown = listed(&first, ".needs .need div a");
    assert!(!shown.is_empty() && shown.is_subset(&failed), "{shown:?}");
    let every = all(&first, ".needs h3 a")[0].attr("href").unwrap();
    let every = listed(&served.page(every).await, "#rows td.cust a");
    assert_eq!(every, failed, "exactly what the sample made fail");

    // A person can choose another number for a message with a wrong one.
    let link = all(&first, ".needs a[href*='/number']");
    let link = link.first().expect("a message without a usable number").attr("href").unwrap();
    let id = link.split('/').nth(1).unwrap();
    let form = served.page(link).await;
    let done = served.post(link, &fields(&form, "98765 43299")).await;
    assert_eq!(done.status(), StatusCode::SEE_OTHER, "{}", done.text().await.unwrap());
    let new = done.headers()[LOCATION].to_str().unwrap().to_owned();
    assert!(new.ends_with("overview"), "{new}");
    // The dispatcher goes on working.
    wait(async {
        while listed(&served.page("overview").await, ".needs .need div a").contains(id) {}
        let sent = "messages?status=sent&sort=newest";
        while !served.get(sent).await.1.contains("98765 43299") {}
    })
    .await;

    // Without the cookie nothing is done, and with the cookie alone nothing either.
    let bare = served.client.post(format!("{}/pause", served.address));
    let bare = bare.send().await.unwrap();
    assert_eq!(bare.status(), StatusCode::UNAUTHORIZED);
    let alone = served.client.post(format!("{}/pause", served.address));
    let alone = alone.header(COOKIE, &served.cookie).send().await.unwrap();
    assert_eq!(alone.status(), StatusCode::FORBIDDEN);

    let address = served.address.clone();
    let (code, told) = served.stop().await;
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("Stopping"), "{told}");
    let client = Client::builder().no_proxy().build().unwrap();
    assert!(client.get(address).send().await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn a_port_can_be_chosen_and_one_that_is_taken_is_said_before_anything_is_done() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let shop = Shop::new();
    let run = shop.run(&["--serve", &port]).await;
    assert_eq!(run.code, Some(2), "{run:#?}");
    run.complains(&format!("--serve {port} cannot be opened"));
    assert!(run.report.is_empty());

    drop(taken);
    let served = Served::start(shop.start(&["--serve", &port])).await;
    assert_eq!(served.address, format!("http://127.0.0.1:{port}"));
    assert_eq!(served.stop().await.0, Some(0));
}
