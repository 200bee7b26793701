//! Size of a first visit.

use axum::Router;
use axum::http::Method;
use scraper::{Html, Selector};
use whatsapp_core::Campaigns;
use whatsapp_core::audit::Actor;
use whatsapp_core::campaign::CampaignPlan;
use whatsapp_core::desk::{Consent, SettingEdit};
use whatsapp_core::message::MessageType;
use whatsapp_core::schedule::StepState;
use whatsapp_testkit::fixtures::START;

use crate::door::{ask, console, request};
use crate::pages::schedule::owed;
use crate::shop::{Shop, exhausted, message, minutes};

/// The most bytes that a first visit may load, plain and compressed.
const MOST: usize = 60 * 1024;
const MOST_COMPRESSED: usize = 15 * 1024;

async fn asked(console: &Router, path: &str, encoding: &str) -> Vec<u8> {
    let manager = &[("cookie", "visit=manager"), ("accept-encoding", encoding)];
    let answer = ask(console, request(Method::GET, path, manager), "").await;
    assert!(answer.status.is_success(), "{path}: {}", answer.status);
    assert_eq!(answer.header("content-encoding") == "gzip", encoding == "gzip", "{path}");
    answer.bytes
}

async fn loaded(console: &Router, path: &str, encoding: &str) -> (usize, String) {
    let bytes = asked(console, path, encoding).await;
    let length = bytes.len();
    let text = if encoding == "gzip" { String::new() } else { String::from_utf8(bytes).unwrap() };
    (length, text)
}

/// A shop whose pages are full, with the addresses of pages about one thing.
async fn full() -> (Shop, [String; 5]) {
    let shop = Shop::new();
    let mut first = None;
    for seed in 1..=20_u64 {
        shop.customer(seed, &format!("Customer {seed} of Pune"));
        let at = START - minutes(i64::try_from(seed).unwrap());
        let id =
            shop.put(message(seed, &format!("Customer {seed} of Pune"), at, exhausted())).await;
        first.get_or_insert(id);
        shop.remind(seed, &format!("INV-2026-{seed}"), StepState::Held).await;
        shop.ledger.owe(owed(seed, &format!("A-{seed}"), "2026-01-27"));
    }
    for value in (0..30).map(|no| no.to_string()) {
        let edit = [SettingEdit::new("whatsapp_undelivered_alert", value)];
        shop.desk().save_settings(&edit, Consent::Given, &Actor::Host).await.unwrap();
    }
    let text = MessageType::INVOICE.built_in_text();
    let template = shop.template("Invoice", MessageType::INVOICE, text, true).await;
    let campaigns = Campaigns::new(shop.ports.clone()).unwrap();
    let mut festival = None;
    for day in 1..=20 {
        let date = START.date_naive() + chrono::Days::new(day);
        let plan = CampaignPlan::festival(format!("Festival {day} of Pune"), date);
        let draft = campaigns.create(plan, &Actor::Host).await.unwrap();
        if day == 1 {
            let agreed = campaigns.look(draft.id).await.unwrap().agreed();
            campaigns.arm_agreed(draft.id, &agreed, &Actor::Host).await.unwrap();
            festival = Some(draft.id);
        }
    }
    let (id, festival) = (first.unwrap(), festival.unwrap());
    let pages = [
        format!("/messages/{id}"),
        format!("/messages/{id}/resend"),
        format!("/templates/{template}"),
        format!("/templates/{template}/versions"),
        format!("/festivals/{festival}"),
    ];
    (shop, pages)
}

/// The pages that every shop has.
const PAGES: [&str; 18] = [
    "/overview",
    "/messages",
    "/customers/C-1",
    "/held",
    "/schedule",
    "/schedule/2026-01-30",
    "/schedule/skip?step=T%2B3.A-1",
    "/help",
    "/settings",
    "/settings/connection",
    "/audit",
    "/send",
    "/send?customer=C-1&type=invoice",
    "/templates",
    "/festivals",
    "/festivals/new",
    "/festivals/import",
    "/api",
];

#[tokio::test]
async fn a_first_visit_is_three_requests_of_60_kb_and_15_kb_compressed() {
    let (shop, own) = full().await;
    let console = console(&shop.ports).router();
    let mut pages: Vec<String> = PAGES.map(str::to_owned).into();
    pages.extend(own);
    let (_, api) = loaded(&console, "/api", "identity").await;
    let tabs = Selector::parse(".tabs a").unwrap();
    pages.extend(
        Html::parse_document(&api)
            .select(&tabs)
            .map(|tab| format!("/{}", tab.attr("href").unwrap())),
    );
    assert!(pages.iter().any(|page| page == "/api?about=messages"), "{pages:?}");
    for page in pages {
        let (mut plain, text) = loaded(&console, &page, "identity").await;
        let (mut compressed, _) = loaded(&console, &page, "gzip").await;
        let html = Html::parse_document(&text);
        let mut files = Vec::new();
        for element in html.select(&Selector::parse("[src], link[href]").unwrap()) {
            let file = element.attr("src").or(element.attr("href")).unwrap();
            if !file.starts_with("data:") {
                files.push(file.trim_start_matches("../").to_owned());
            }
        }
        assert_eq!(files.len(), 2, "{page}: {files:?}");
        for file in files {
            plain += loaded(&console, &format!("/{file}"), "identity").await.0;
            compressed += loaded(&console, &format!("/{file}"), "gzip").await.0;
        }
        assert!(plain <= MOST, "{page}: {plain} bytes");
        assert!(compressed <= MOST_COMPRESSED, "{page}: {compressed} bytes compressed");
    }
}

/// A gzip answer ends with its unpacked length (RFC 1952, 2.3.1).
#[tokio::test]
async fn a_file_arrives_whole_also_when_it_is_packed() {
    let shop = Shop::new();
    for seed in 1..=3 {
        shop.put(message(seed, "Asha Traders", START - minutes(1), exhausted())).await;
    }
    let console = console(&shop.ports).router();
    for file in ["/messages.csv", "/messages.csv?texts=1", "/messages.csv?status=sent"] {
        let plain = asked(&console, file, "identity").await;
        let packed = asked(&console, file, "gzip").await;
        let length = u32::from_le_bytes(*packed.last_chunk().unwrap());
        assert_eq!(length as usize, plain.len(), "{file}");
    }
}
