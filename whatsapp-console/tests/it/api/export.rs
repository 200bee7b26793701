//! The list as a file, for programs.

use axum::http::Method;
use whatsapp_core::audit::{Act, AuditChange};
use whatsapp_core::message::Delivery;
use whatsapp_core::port::AuditFilter;
use whatsapp_testkit::fixtures::{START, number};

use super::caller::{Caller, shop};
use crate::door::{Answer, ask, console, request};
use crate::shop::{Shop, exhausted, message, minutes, sent};

async fn scene() -> Shop {
    let shop = shop();
    shop.put(message(1, "Asha Traders", START - minutes(9), sent(START, Delivery::Read))).await;
    shop.put(message(2, "=HYPERLINK(1)", START - minutes(5), exhausted())).await;
    shop
}

async fn asked(shop: &Shop, method: Method, who: &str, query: &str) -> Answer {
    let path = format!("/api/messages.csv{query}");
    let asked = request(method, &path, &[("authorization", who)]);
    ask(&console(&shop.ports).router(), asked, "").await
}

async fn exported(shop: &Shop) -> Vec<(String, bool)> {
    let filter = AuditFilter::only(Act::Exported);
    let page = shop.desk().audit(&filter, None, 200).await.unwrap();
    let told = page.entries.into_iter().map(|entry| match entry.change {
        AuditChange::Exported { filter, texts } => (filter, texts),
        other => panic!("{other:?}"),
    });
    told.collect()
}

#[tokio::test]
async fn a_program_gets_the_file_of_the_page_and_leaves_the_same_entry() {
    let shop = scene().await;
    let place = format!("{}.{}", START.timestamp_micros(), shop.store.messages()[0].facts.id);
    let of_list = format!("?sort=oldest&after={place}");
    for query in
        ["", "?status=failed", "?texts=1&outcome=read", "?customer=C-1&about=SO-", &of_list]
    {
        let file = asked(&shop, Method::GET, "Bearer manager", query).await;
        let cookie = [("cookie", "visit=manager")];
        shop.clock.advance(minutes(1));
        let page = request(Method::GET, &format!("/messages.csv{query}"), &cookie);
        let page = ask(&console(&shop.ports).router(), page, "").await;
        assert_eq!((file.status.as_u16(), file.text()), (200, page.text()), "{query}");
        for name in ["content-type", "content-disposition"] {
            assert_eq!(file.header(name), page.header(name), "{query}");
        }
        shop.clock.advance(minutes(1));
        let told = exported(&shop).await;
        assert_eq!(told[0], told[1], "{query}");
        assert_eq!(told[0].1, query.contains("texts"), "{query}");
        assert!(!file.text().contains("\"=HYPERLINK"), "{query}");
    }
    assert_eq!(exported(&shop).await.len(), 10);
    // A file is in one order, whatever the list's address says of its own.
    let files = ["", "?sort=oldest", "?sort=customer", "?sort=newest", &of_list];
    for query in files {
        let file = asked(&shop, Method::GET, "Bearer manager", query).await;
        let rows: Vec<_> = file.text().lines().skip(1).map(|row| row.contains("SO-2")).collect();
        assert_eq!(rows, [true, false], "{query}");
    }
    let head = asked(&shop, Method::HEAD, "Bearer manager", "").await;
    assert_eq!((head.status.as_u16(), head.bytes.len()), (200, 0));
    assert_eq!(exported(&shop).await.len(), 10 + files.len(), "nothing was taken out");
}

#[tokio::test]
async fn who_may_not_have_it_gets_nothing_and_what_cannot_be_asked_is_named() {
    let shop = scene().await;
    let viewer = asked(&shop, Method::GET, "Bearer viewer", "").await;
    assert_eq!(viewer.status, 403);
    assert!(!viewer.text().contains(&number(1)[3..]));
    let caller = Caller::of_api(&shop).await;
    for (query, status, named) in [
        ("status=gone", 400, "status"),
        ("texts=yes", 400, "texts"),
        ("texts=1&texts=1", 400, "texts"),
        ("from=2026-02-01&until=2026-01-01", 422, "until"),
        ("sort=upwards", 400, "sort"),
        ("after=1.2", 422, "after"),
        ("limit=7", 400, "limit"),
        ("count=1", 400, "count"),
    ] {
        let reply = caller.get(&format!("/api/messages.csv?{query}")).await;
        assert_eq!(reply.status.as_u16(), status, "{query}");
        assert_eq!(reply.json["errors"][0]["parameter"], named, "{query}");
        let cookie = [("cookie", "visit=manager")];
        let page = request(Method::GET, &format!("/messages.csv?{query}"), &cookie);
        let page = ask(&console(&shop.ports).router(), page, "").await;
        assert_eq!(page.status, 400, "{query} of the page's");
    }
    assert_eq!(exported(&shop).await, []);
}
