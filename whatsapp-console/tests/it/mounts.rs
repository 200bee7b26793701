//! Links lead to pages wherever a host mounts the console, and whatever a proxy strips before it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use axum::Router;
use axum::http::{Method, StatusCode};
use scraper::{Html, Selector};
use url::Url;
use whatsapp_console::Console;
use whatsapp_core::message::MessageType;
use whatsapp_core::schedule::StepState;
use whatsapp_testkit::fixtures::START;

use crate::door::{Answer, Door, ask, built, console, request};
use crate::pages::schedule::owed;
use crate::shop::{Shop, exhausted, message, minutes, not_on_whatsapp, waiting};

async fn shop() -> Shop {
    let shop = Shop::new();
    for seed in 1..=25_u64 {
        shop.customer(seed, "Asha Traders");
        let at = START - minutes(i64::try_from(seed).unwrap());
        let state = match seed % 3 {
            0 => not_on_whatsapp(),
            1 => exhausted(),
            _ => waiting(START + minutes(60)),
        };
        shop.put(message(seed, "Asha Traders", at, state)).await;
    }
    shop.remind(1, "INV/81", StepState::Held).await;
    // A reminder that can be ticked.
    shop.ledger.owe(owed(2, "A-2", "2026-01-25"));
    shop.template("Ready", MessageType::FESTIVAL, "Happy {festivalName}, {customerName}!", true)
        .await;
    shop
}

/// Links of the console: not those in the text of a message or a preview.
const OWN: &str = "a[href]:not([rel~=nofollow])";

/// A console as browsers find it: the host, the path of the console there, and what a proxy strips.
struct Site {
    host: Router,
    path: &'static str,
    stripped: &'static str,
}

impl Site {
    async fn get(&self, url: &Url) -> Answer {
        let asked = url.as_str().strip_prefix("https://shop.example").unwrap();
        let asked =
            asked.strip_prefix(self.stripped).expect("the proxy hands on its own path alone");
        let asked = if asked.starts_with('/') { asked.to_owned() } else { format!("/{asked}") };
        let manager = &[("cookie", "visit=manager")];
        ask(&self.host, request(Method::GET, &asked, manager), "").await
    }

    /// Follows every link of every page. Returns the pages, and the targets of forms.
    async fn crawl(&self, start: &str) -> (BTreeSet<String>, BTreeSet<String>) {
        let start = Url::parse("https://shop.example").unwrap().join(start).unwrap();
        let (mut seen, mut forms) =
            (BTreeMap::from([(start.clone(), start.clone())]), BTreeSet::new());
        let mut next = VecDeque::from([start]);
        while let Some(url) = next.pop_front() {
            let within =
                url.path() == self.path || url.path().starts_with(&format!("{}/", self.path));
            assert!(within, "{} leads out of the console: {url}", seen[&url]);
            let answer = self.get(&url).await;
            let mut found = Vec::new();
            if answer.status == StatusCode::SEE_OTHER {
                found.push(answer.header("location").to_owned());
            } else {
                assert_eq!(answer.status, StatusCode::OK, "{url}, a link of {}", seen[&url]);
            }
            if answer.header("content-type").starts_with("text/html") {
                let html = Html::parse_document(&answer.text());
                for (selector, attribute) in
                    [(OWN, "href"), ("link[rel=stylesheet]", "href"), ("script[src]", "src")]
                {
                    let selector = Selector::parse(selector).unwrap();
                    let links = html.select(&selector).filter_map(|it| it.attr(attribute));
                    found.extend(links.map(str::to_owned));
                }
                // The address of the events is in the same console.
                let events = Selector::parse("body[data-events]").unwrap();
                for body in html.select(&events) {
                    let to = url.join(body.attr("data-events").unwrap()).unwrap();
                    assert_eq!(to.path(), format!("{}/events", self.path), "{url}");
                }
                // The address that a script asks while somebody types is there too.
                for form in html.select(&Selector::parse("form[data-check]").unwrap()) {
                    let to = url.join(form.attr("data-check").unwrap()).unwrap();
                    let checks = ["templates", "festivals", "send"];
                    let checks = checks.map(|room| format!("{}/{room}/check", self.path));
                    assert!(checks.iter().any(|check| check == to.path()), "{to} on {url}");
                }
                for form in html.select(&Selector::parse("form[method=post]").unwrap()) {
                    let action = url.join(form.attr("action").unwrap()).unwrap();
                    // The host ends the visit.
                    if action.path() != "/sign-out" {
                        forms.insert(action.path().to_owned());
                    }
                }
            }
            for link in found {
                let mut to = url.join(&link).unwrap();
                to.set_fragment(None);
                if seen.len() < 400 && !seen.contains_key(&to) {
                    seen.insert(to.clone(), url.clone());
                    // The lists of messages have more pages than are looked at.
                    if ["/templates", "/schedule"].iter().any(|it| to.path().contains(it)) {
                        next.push_front(to);
                    } else {
                        next.push_back(to);
                    }
                }
            }
        }
        (seen.into_keys().map(|url| url.path().to_owned()).collect(), forms)
    }

    async fn works(&self, start: &str) {
        let (pages, forms) = self.crawl(start).await;
        for page in [
            "overview",
            "messages",
            "send",
            "held",
            "schedule",
            "schedule/2026-01-28",
            "schedule/skip",
            "help",
            "keys",
            "pause",
            "settings",
            "settings/connection",
            "audit",
            "audit.csv",
            "templates",
            "templates/new",
        ] {
            let page = format!("{}/{page}", self.path);
            assert!(pages.contains(&page), "{page} is not linked from {start}: {pages:?}");
        }
        let questions = pages.iter().filter(|page| page.ends_with("/resend")).count();
        assert!(questions > 0, "no question before an act is linked: {pages:?}");
        for part in [
            "/customers/C-",
            "/schedule/now/INV~2F81",
            "/held/INV~2F81/T+3/approve",
            "/versions",
            "/switch-off",
        ] {
            let found = pages.iter().any(|page| page.contains(part));
            assert!(found, "{part} is not linked: {pages:?}");
        }
        for form in [
            "find",
            "send",
            "theme",
            "pause",
            "held/INV~2F81/T+3/approve",
            "schedule/skip",
            "schedule/now/INV~2F81",
            "settings",
            "settings/connection",
            "templates/new",
        ] {
            let form = format!("{}/{form}", self.path);
            assert!(forms.contains(&form), "{form} is not sent to from {start}: {forms:?}");
        }
        for form in &forms {
            // Any address of a form answers something: it is there for another method, or
            // for the same.
            let url = Url::parse("https://shop.example").unwrap().join(form).unwrap();
            assert_ne!(self.get(&url).await.status, StatusCode::NOT_FOUND, "{form}");
        }
    }
}

#[tokio::test]
async fn links_work_at_the_root_of_a_host_beside_its_own_pages() {
    let shop = shop().await;
    let own = Router::new().route("/own", axum::routing::get(|| async { "own" }));
    let host = console(&shop.ports).mount(own, "/");
    let site = Site { host, path: "", stripped: "" };
    site.works("/").await;
    let own = site.get(&Url::parse("https://shop.example/own").unwrap()).await;
    assert_eq!(own.text(), "own");
}

#[tokio::test]
async fn links_work_under_a_path_with_and_without_a_slash_behind_it() {
    let shop = shop().await;
    for path in ["/console", "/a/b"] {
        let host = console(&shop.ports).mount(Router::new(), path);
        let site = Site { host, path, stripped: "" };
        site.works(path).await;
        site.works(&format!("{path}/")).await;
    }
}

#[tokio::test]
async fn links_work_under_a_path_with_names_of_the_hosts_in_it() {
    let shop = shop().await;
    let host = console(&shop.ports).mount(Router::new(), "/shops/{shop}/console");
    let site = Site { host, path: "/shops/7/console", stripped: "" };
    site.works("/shops/7/console").await;
}

#[tokio::test]
async fn links_work_behind_a_proxy_that_strips_a_part_of_the_path() {
    let shop = shop().await;
    let host = console(&shop.ports).mount(Router::new(), "/console");
    let site = Site { host, path: "/x/console", stripped: "/x" };
    site.works("/x/console").await;
    let host = console(&shop.ports).mount(Router::new(), "/");
    let site = Site { host, path: "/x/console", stripped: "/x/console" };
    site.works("/x/console/").await;
}

#[tokio::test]
async fn with_a_public_path_links_work_where_the_proxy_strips_the_slash_too() {
    let shop = shop().await;
    let builder = Console::builder(shop.ports.clone(), Arc::new(Door)).public_path("/x/console/");
    let host = built(builder).mount(Router::new(), "/");
    let site = Site { host, path: "/x/console", stripped: "/x/console" };
    site.works("/x/console").await;
}
