//! The list as a file: its rows and cells, who may have it, and its entry in the audit.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use futures_util::StreamExt as _;
use tower::ServiceExt as _;
use whatsapp_core::audit::{Act, AuditChange};
use whatsapp_core::message::{Delivery, Facts, NewMessage};
use whatsapp_core::port::{
    AuditFilter, AuditLog as _, Cursor, ExportPage, LogFilter, MessageLog as _, Store, StoreError,
};
use whatsapp_testkit::fixtures::START;
use whatsapp_testkit::{MemoryStore, StoreWrapper, forward_store};

use crate::shop::{Page, Shop, message, minutes, not_on_whatsapp, sent};

const HEAD: &str = "\u{feff}\"Made (Asia/Kolkata)\",\"Customer\",\"Number\",\"Type\",\"Set off by\",\
                    \"Status\",\"Delivery\",\"Retries\",\"Reason\",\"About\",\
                    \"Sent (Asia/Kolkata)\",\"Customer id\",\"Message id\"";

/// A message that was read, and a later one that failed.
async fn shop() -> (Shop, NewMessage, NewMessage) {
    let shop = Shop::new();
    let at = START - minutes(90);
    let read = message(1, "आशा ट्रेडर्स", at, sent(at + minutes(1), Delivery::Read));
    let failed = message(2, "=HYPERLINK(\"http://evil\")", START - minutes(60), not_on_whatsapp());
    for message in [&read, &failed] {
        shop.put(message.clone()).await;
    }
    (shop, read, failed)
}

async fn exported(shop: &Shop) -> Vec<(String, bool)> {
    let filter = AuditFilter::only(Act::Exported);
    let page = shop.store.audit(&filter, None, 200).await.unwrap();
    let told = page.entries.into_iter().map(|entry| match entry.change {
        AuditChange::Exported { filter, texts } => (filter, texts),
        other => panic!("{other:?}"),
    });
    told.collect()
}

fn lines(page: &Page) -> Vec<&str> {
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.body.ends_with("\r\n"));
    page.body.trim_end_matches("\r\n").split("\r\n").collect()
}

#[tokio::test]
async fn the_file_has_the_lists_messages_with_safe_cells() {
    let (shop, read, failed) = shop().await;
    let mut browser = shop.manager();
    let page = browser.open("messages").await;
    assert!(page.has_link("Save as a file (CSV)"));
    let file = browser.click("Save as a file (CSV)").await;
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    let named = "attachment; filename=\"messages-2026-01-27.csv\"";
    assert_eq!(file.headers["content-disposition"], named);
    let row = |of: &NewMessage, made: &str, name: &str, said: &str, sent: &str| {
        let Facts { whatsapp_number, customer_id, id, subject, .. } = &of.facts;
        let (number, about) = (whatsapp_number.as_str(), subject.as_deref().unwrap());
        format!(
            "\"{made}\",\"{name}\",\"'{number}\",\"Festival greeting\",\"Scheduled\",{said},\
             \"{about}\",\"{sent}\",\"{customer_id}\",\"{id}\""
        )
    };
    let expected = [
        HEAD.to_owned(),
        row(
            &failed,
            "2026-01-27 09:00:00",
            "'=HYPERLINK(\"\"http://evil\"\")",
            "\"Failed\",\"\",\"0\",\"The number is not on WhatsApp.\"",
            "",
        ),
        row(
            &read,
            "2026-01-27 08:30:00",
            "आशा ट्रेडर्स",
            "\"Sent\",\"Read\",\"0\",\"\"",
            "2026-01-27 08:31:00",
        ),
    ];
    assert_eq!(lines(file), expected);
    // A message that the list does not show is not in the file.
    browser.open("messages?status=sent&sort=oldest").await;
    let file = browser.click("Save as a file (CSV), newest first").await;
    assert_eq!(lines(file), [expected[0].as_str(), expected[2].as_str()]);
    let bad = browser.open("messages.csv?status=never").await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
    assert_eq!(exported(&shop).await.len(), 2, "a file that was refused was not taken out");
}

#[tokio::test]
async fn texts_are_in_the_file_only_where_they_are_asked_for() {
    let (shop, read, _) = shop().await;
    let mut browser = shop.manager();
    browser.open("messages?status=sent").await;
    let without = browser.click("Save as a file (CSV)").await.clone();
    shop.clock.advance(minutes(1));
    browser.open("messages?status=sent").await;
    let with = browser.click("With texts (CSV)").await;
    let text = read.facts.text.as_str();
    assert!(with.body.contains(text) && !without.body.contains(text));
    assert_eq!(lines(with)[0], format!("{HEAD},\"Text\""));
    let told = ("status: Sent".to_owned(), false);
    assert_eq!(exported(&shop).await, [(told.0.clone(), true), told]);
}

#[tokio::test]
async fn the_audit_says_what_was_taken_out_without_names_and_numbers() {
    let (shop, read, _) = shop().await;
    let mut browser = shop.manager();
    let (customer, about) = (&read.facts.customer_id, read.facts.subject.as_deref().unwrap());
    let asked = format!("messages.csv?customer={customer}&about={about}&when=today");
    assert_eq!(lines(browser.open(&asked).await).len(), 2);
    let told = "one customer; about something; made from 2026-01-26T18:30:00Z; \
                made before 2026-01-27T18:30:00Z";
    assert_eq!(exported(&shop).await, [(told.to_owned(), false)]);
}

#[tokio::test]
async fn a_viewer_gets_neither_the_file_nor_the_link() {
    let (shop, ..) = shop().await;
    let mut viewer = shop.viewer();
    assert!(!viewer.open("messages").await.has_link("Save as a file"));
    assert_eq!(viewer.open("messages.csv").await.status, StatusCode::FORBIDDEN);
    assert_eq!(exported(&shop).await, []);
}

/// A store that has more messages than anybody reads, and counts how often it is asked for some.
#[derive(Debug)]
struct Endless {
    store: MemoryStore,
    asked: Arc<AtomicU32>,
    /// Set if it does not answer.
    is_down: bool,
}

#[async_trait]
impl StoreWrapper for Endless {
    fn inner(&self) -> &dyn Store {
        &self.store
    }

    async fn export(
        &self,
        filter: &LogFilter,
        texts: bool,
        after: Option<Cursor>,
        _: u32,
    ) -> Result<ExportPage, StoreError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if self.is_down {
            return Err(StoreError::Other { reason: "on purpose".to_owned() });
        }
        let page = self.store.export(filter, texts, None, 1).await?;
        let next = page.next.or(after);
        Ok(ExportPage { next, ..page })
    }
}

forward_store!(Endless);

/// A shop over such a store, its file as it comes, and the number of times the store was asked.
async fn endless(is_down: bool) -> (Shop, Body, Arc<AtomicU32>) {
    let asked = Arc::new(AtomicU32::new(0));
    let shop = Shop::over(|store| Arc::new(Endless { store, asked: asked.clone(), is_down }));
    for seed in [1, 2] {
        shop.put(message(seed, "Asha", START - minutes(60), not_on_whatsapp())).await;
    }
    let request = Request::get("/console/messages.csv")
        .header("x-who", "asha manager")
        .header("host", "shop.example");
    let request = request.body(Body::empty()).unwrap();
    let answer = shop.browser("asha manager").console().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    (shop, answer.into_body(), asked)
}

#[tokio::test]
async fn who_hangs_up_ends_the_reading() {
    let (_shop, body, asked) = endless(false).await;
    let mut file = body.into_data_stream();
    for _ in 0..4 {
        file.next().await.unwrap().unwrap();
    }
    let read = asked.load(Ordering::Relaxed);
    assert!(read >= 3, "{read}");
    drop(file);
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(asked.load(Ordering::Relaxed), read);
}

#[tokio::test]
async fn the_audit_knows_of_a_file_before_its_first_row_and_a_broken_one_is_no_whole_one() {
    let (shop, body, asked) = endless(true).await;
    assert_eq!(exported(&shop).await.len(), 1);
    assert_eq!(asked.load(Ordering::Relaxed), 0, "nothing was read yet");
    let file: Vec<_> = body.into_data_stream().collect().await;
    assert!(file.last().unwrap().is_err(), "the file must not end as if it were whole");
}
