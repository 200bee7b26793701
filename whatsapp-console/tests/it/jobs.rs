//! The three jobs of a manager, by following links and forms without scripts, with the
//! clicks counted.

use whatsapp_core::message::Delivery;
use whatsapp_core::port::Customer;
use whatsapp_core::template::StockDelivered;
use whatsapp_core::{CustomerId, Request};
use whatsapp_testkit::fixtures::{START, number};

use crate::shop::{Shop, exhausted, message, minutes, not_on_whatsapp, sent, unknown};

/// A shop of a usual day: most messages went well.
async fn usual_day() -> Shop {
    let shop = Shop::new();
    for seed in 1..=25 {
        let name = format!("Customer {seed}");
        shop.customer(seed, &name);
        let at = START - minutes(i64::try_from(seed).unwrap() + 60);
        shop.put(message(seed, &name, at, sent(at, Delivery::Delivered))).await;
    }
    shop.customer(77, "Asha Traders");
    shop.put(message(77, "Asha Traders", START - minutes(9), not_on_whatsapp())).await;
    shop
}

#[tokio::test]
async fn a_message_that_did_not_arrive_is_found_explained_and_sent_again_in_four_clicks() {
    for typed in ["asha", "Asha Traders", "SO-77", "so-77", &number(77), "98765 00077"] {
        let shop = usual_day().await;
        let mut browser = shop.manager();
        browser.open("overview").await;
        let form = browser.page.form("form[role=search]").with("q", typed);
        let page = browser.submit(&form).await;
        assert_eq!(page.all("#rows .cust a"), ["Asha Traders"], "{typed}");
        assert_eq!(page.one("#rows .stat .pill"), "Failed");
        assert_eq!(page.one("#rows .stat .sub"), "The number is not on WhatsApp.");
        // Meanwhile the shop has corrected its record.
        let asha = CustomerId::new("C-77").unwrap();
        shop.customers.put(Customer::new(asha, "Asha Traders", Some("+919876543210")));
        browser.click("Send again…").await;
        assert!(browser.page.told().contains("+91 98765 43210"), "{}", browser.page.told());
        let form = browser.page.form("#ask");
        let said = browser.submit(&form).await.one("p.note");
        assert!(said.contains("to Asha Traders goes out again"), "{said}");
        assert!(browser.clicks <= 4, "{} clicks", browser.clicks);
        shop.dispatcher().tick(START).await.unwrap();
        let sent = shop.gateway.sent();
        assert_eq!(sent.len(), 1);
        assert_eq!(sent[0].number.as_str(), "+919876543210");
    }
}

#[tokio::test]
async fn the_first_page_says_what_needs_a_person_and_nothing_else() {
    let shop = Shop::new();
    let mut browser = shop.manager();
    assert_eq!(browser.open("overview").await.one("h1"), "All is well");
    assert_eq!(browser.page.all(".needs li").len(), 0);

    let shop = usual_day().await;
    shop.put(message(78, "Verma Medicals", START - minutes(8), unknown())).await;
    shop.put(message(79, "Gupta & Sons", START - minutes(7), exhausted())).await;
    let mut browser = shop.manager();
    let page = browser.open("overview").await;
    assert_eq!(page.one("h1"), "3 messages need you");
    let named = page.all(".need > div > a");
    assert_eq!(named, ["Gupta & Sons", "Asha Traders", "Verma Medicals"]);
    assert_eq!(
        page.all(".need > p"),
        [
            "The gateway cannot be reached.",
            "The number is not on WhatsApp.",
            "The reply was lost, and the gateway could not be asked.",
        ]
    );
    // Each line leads to exactly these.
    browser.click("could not be sent").await;
    assert_eq!(browser.page.all("#rows .cust a"), ["Gupta & Sons", "Asha Traders"]);

    // A settled message is gone at once.
    browser.open("overview").await;
    browser.click("Try again…").await;
    let form = browser.page.form("#ask");
    let page = browser.submit(&form).await;
    assert_eq!(page.one("h1"), "2 messages need you");
    assert_eq!(page.all(".need > div > a"), ["Asha Traders", "Verma Medicals"]);
    assert!(page.one("p.note").contains("Gupta & Sons is tried again now"));
}

#[tokio::test]
async fn a_customer_without_a_number_is_named_with_the_reason_and_served_in_four_clicks() {
    let shop = usual_day().await;
    let meena = CustomerId::new("C-90").unwrap();
    shop.customers.put(Customer::new(meena.clone(), "Meena Stores", None));
    let order = StockDelivered {
        order_number: "SO-90".to_owned(),
        delivered_on: "2026-01-27".parse().unwrap(),
        items: vec!["20 × LED bulb 9 W".to_owned()],
    };
    shop.messenger().enqueue(Request::stock_delivered(meena, order)).await.unwrap_err();
    let mut browser = shop.manager();
    let page = browser.open("overview").await;
    assert_eq!(page.all(".need > div > a")[0], "Meena Stores");
    assert!(page.all(".need > p")[0].contains("number"), "{:?}", page.all(".need > p"));
    browser.click("Other number…").await;
    let form = browser.page.form("#ask").with("number", "098765 43210");
    let said = browser.submit(&form).await.one("p.note");
    assert!(said.contains("SO-90 to Meena Stores goes out again"), "{said}");
    assert!(browser.clicks <= 4);
    shop.dispatcher().tick(START).await.unwrap();
    let sent = shop.gateway.sent();
    assert_eq!(sent.len(), 1);
    assert!(sent[0].text.as_str().contains("LED bulb"), "it was composed now");
}
