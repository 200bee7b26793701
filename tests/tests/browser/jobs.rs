//! The jobs of a manager: by mouse, by keys alone, without scripts, and on a phone.

use tokio::time::Instant;
use whatsapp_core::MessageId;
use whatsapp_testkit::fixtures::START;

use crate::driver::{Browser, ENTER, TAB, View, told};
use crate::shop::{Shop, message, minutes, not_on_whatsapp, sent};
use crate::site;

/// A shop in which one message of many did not arrive.
async fn shop() -> (Shop, MessageId) {
    let shop = Shop::new().await;
    for seed in 1..=5_u64 {
        let name = format!("Customer {seed}");
        shop.customer(seed, &name);
        let at = START - minutes(i64::try_from(seed).unwrap() + 60);
        let read = sent(at, whatsapp_core::message::Delivery::Read);
        shop.put(message(seed, &name, at, read)).await;
    }
    shop.customer(77, "Asha Traders");
    let id = shop.put(message(77, "Asha Traders", START - minutes(9), not_on_whatsapp())).await;
    (shop, id)
}

/// Counts the times that the message was sent again.
async fn resends(shop: &Shop, id: MessageId) -> usize {
    shop.messenger().resends(id).await.unwrap().len()
}

async fn is_sent_again(browser: &Browser, shop: &Shop, id: MessageId) {
    let said = browser.find("p.note[role=status]").await;
    let said = browser.text(&said).await;
    assert!(said.contains("to Asha Traders goes out again"), "{said}");
    assert_eq!(resends(shop, id).await, 1);
}

async fn by_mouse(view: View) {
    let (shop, id) = shop().await;
    let (browser, url) = (Browser::open(view).await, site::open(&shop).await);
    browser.goto(&format!("{url}/overview")).await;
    let field = browser.find("#q").await;
    browser.type_into(&field, "asha").await;
    browser.click(&browser.find("form[role=search] button").await).await;
    let why = browser.find("#rows .stat .sub").await;
    assert_eq!(browser.text(&why).await, "The number is not on WhatsApp.");
    browser.click(&browser.link("Send again").await).await;
    let button =
        browser.find(if view.scripts { "dialog[open] .primary" } else { "#ask .primary" }).await;
    browser.click(&button).await;
    is_sent_again(&browser, &shop, id).await;
    if view.scripts {
        assert_eq!(browser.noted().await, "");
    }
}

#[tokio::test]
async fn a_message_that_did_not_arrive_is_sent_again_in_three_clicks() {
    by_mouse(View::DESK).await;
}

#[tokio::test]
async fn the_same_on_a_phone() {
    by_mouse(View::PHONE).await;
}

#[tokio::test]
async fn the_same_without_scripts() {
    by_mouse(View::PLAIN).await;
}

#[tokio::test]
async fn the_same_by_keys_alone() {
    let (shop, id) = shop().await;
    let (browser, url) = (Browser::open(View::DESK).await, site::open(&shop).await);
    browser.goto(&format!("{url}/overview")).await;
    browser.find("#q").await;
    browser.press("/").await;
    browser.press("asha").await;
    browser.press(ENTER).await;
    browser.find("#rows .stat .sub").await;
    browser.press("j").await;
    let focused = "return document.activeElement.textContent.trim()";
    assert_eq!(browser.say(focused).await, "Asha Traders");
    browser.press(TAB).await;
    assert_eq!(browser.say(focused).await, "Send again…");
    browser.press(ENTER).await;
    browser.find("dialog[open] .primary").await;
    let within = "return document.querySelector('dialog').contains(document.activeElement)";
    assert_eq!(browser.say(within).await, true, "the focus is in the question");
    if browser.say("return document.activeElement.matches('.primary')").await == false {
        browser.tab_to(".primary").await;
    }
    browser.press(ENTER).await;
    is_sent_again(&browser, &shop, id).await;
    // Pages are opened by their letters.
    browser.press("gm").await;
    browser.until("the list", "return location.pathname.endsWith('/messages')").await;
    browser.press("ga").await;
    browser.until("approvals", "return location.pathname.endsWith('/held')").await;
}

#[tokio::test]
async fn rows_are_ticked_by_a_key_and_acted_on_together() {
    let (shop, id) = shop().await;
    let (browser, url) = (Browser::open(View::DESK).await, site::open(&shop).await);
    browser.goto(&format!("{url}/messages")).await;
    browser.find("#rows .pick input").await;
    let ticked = "return [...document.querySelectorAll('#rows > tr')].map((row, no) => \
                  row.querySelector(':checked') ? no : '').join('')";
    browser.press("x").await;
    assert_eq!(browser.say(ticked).await, "", "no row is under the cursor");
    for (keys, rows, told) in [
        ("jx", "0", "1 ticked"),
        ("jjx", "02", "2 ticked"),
        ("kx", "012", "3 ticked"),
        ("x", "02", "2 ticked"),
    ] {
        browser.press(keys).await;
        assert_eq!(browser.say(ticked).await, rows, "{keys}");
        let told = format!("return document.querySelector('#say').textContent === '{told}'");
        browser.until("the number is said", &told).await;
    }
    let focused = "return document.activeElement.textContent.trim()";
    assert_eq!(browser.say(focused).await, "Customer 1", "the cursor stays");
    // If a tick has the focus, the keys go on from it.
    browser.say("document.querySelector('#rows :checked').focus()").await;
    browser.press("j").await;
    assert_eq!(browser.say(focused).await, "Customer 1");
    for _ in 0..60 {
        if browser.say("return document.activeElement.matches('#bulk [value=resend]')").await
            == true
        {
            break;
        }
        browser.press(TAB).await;
    }
    browser.press(ENTER).await;
    browser.until("the question", "return location.pathname.includes('/bulk/')").await;
    let asked = browser.find("h1").await;
    assert_eq!(browser.text(&asked).await, "Send 1 message again?", "the other one was read");
    assert_eq!(resends(&shop, id).await, 0);
    browser.press("?").await;
    browser.until("the keys", "return location.pathname.endsWith('/keys')").await;
    let keys = browser.find("dl").await;
    assert!(browser.text(&keys).await.contains("Tick this message of the list"));
    assert_eq!(browser.noted().await, "");
}

#[tokio::test]
async fn keys_are_switched_off_and_the_button_says_so_whenever_it_is_seen() {
    let (browser, url) = (Browser::open(View::DESK).await, site::open(&Shop::new().await).await);
    let keys = format!("{url}/keys");
    for (now, does) in [("Switch keys off", false), ("Switch keys on", true)] {
        browser.goto(&keys).await;
        let button = browser.find("[data-keys]").await;
        assert_eq!(browser.text(&button).await, now);
        browser.click(&button).await;
        browser.press("gm").await;
        let went = "return location.pathname.endsWith('/messages')";
        if does {
            browser.until("the list", went).await;
        } else {
            browser.press("/").await;
            let is_find =
                "return document.activeElement.id === 'q' || location.href.includes('messages')";
            assert_eq!(browser.say(is_find).await, false);
        }
    }
    browser.goto(&keys).await;
    let button = browser.find("[data-keys]").await;
    assert_eq!(browser.text(&button).await, "Switch keys off", "they are on again");
}

#[tokio::test]
async fn a_double_click_the_way_back_and_a_reload_send_once() {
    let (shop, id) = shop().await;
    let (browser, url) = (Browser::open(View::DESK).await, site::open(&shop).await);
    browser.goto(&format!("{url}/overview")).await;
    browser.click(&browser.link("Asha Traders").await).await;
    browser.click(&browser.link("I corrected the record").await).await;
    browser.find("dialog[open] .primary").await;
    browser.say("const b = document.querySelector('dialog .primary'); b.click(); b.click();").await;
    is_sent_again(&browser, &shop, id).await;
    let here = browser.url().await;
    browser.goto(&here).await;
    browser.find("h1").await;
    let said = "return document.querySelectorAll('main > p.note').length";
    assert_eq!(browser.say(said).await, 0, "a reload says it no more");
    assert_eq!(resends(&shop, id).await, 1);
    browser.back().await;
    browser.back().await;
    browser.find("h1").await;
    assert_eq!(resends(&shop, id).await, 1);
    // An address that was only ever the target of a form.
    browser.goto(&format!("{url}/find")).await;
    browser.until("the list", "return location.pathname.endsWith('/messages')").await;
}

#[tokio::test]
async fn filters_send_themselves_and_the_way_back_leads_to_the_same_list() {
    let (shop, id) = shop().await;
    let (browser, url) = (Browser::open(View::DESK).await, site::open(&shop).await);
    browser.goto(&format!("{url}/messages")).await;
    browser.click(&browser.link("Failed").await).await;
    browser
        .until("the filter", "return location.search === '?outcome=undelivered&outcome=failed'")
        .await;
    let rows = "return document.querySelectorAll('#rows > tr').length === 1";
    browser.until("one row", rows).await;
    browser.click(&browser.find("#rows a").await).await;
    browser.until("the message", &format!("return location.pathname.endsWith('{id}')")).await;
    browser.click(&browser.find("a.back").await).await;
    browser
        .until("the same list", "return location.search === '?outcome=undelivered&outcome=failed'")
        .await;
    // The browser's back button leads over the message and its list to all messages.
    for _ in 0..3 {
        browser.back().await;
    }
    browser
        .until("all messages", "return location.pathname.endsWith('/messages') && !location.search")
        .await;
    assert_eq!(browser.noted().await, "");
}

async fn a_setting(view: View) {
    let shop = Shop::new().await;
    let (browser, url) = (Browser::open(view).await, site::open(&shop).await);
    let type_dates = async |dates: &str| {
        browser.goto(&format!("{url}/overview")).await;
        browser.click(&browser.find("nav.side a[href$=settings]").await).await;
        let field = browser.find("#f-whatsapp_closed_dates").await;
        browser.type_into(&field, dates).await;
        browser.press(ENTER).await;
    };
    type_dates("soon").await;
    let summary = browser.find("#problem").await;
    let told = browser.text(&summary).await;
    assert!(told.starts_with("Nothing was saved"), "{told}");
    if view.scripts {
        let focused = "return document.activeElement.id === 'problem'";
        browser.until("the summary has the focus", focused).await;
    }
    browser.click(&browser.find("#problem a").await).await;
    let error = browser.find("#e-whatsapp_closed_dates").await;
    assert!(browser.text(&error).await.starts_with("A list of dates"));
    if view.scripts {
        let focused = "return document.activeElement.id === 'f-whatsapp_closed_dates' || \
                       location.hash === '#f-whatsapp_closed_dates'";
        assert_eq!(browser.say(focused).await, true);
    }
    type_dates("2026-08-15").await;
    let said = browser.find("p.note[role=status]").await;
    assert_eq!(browser.text(&said).await, "The settings are saved.");
    if view.scripts {
        assert_eq!(browser.noted().await, "");
    }
}

#[tokio::test]
async fn a_setting_that_is_wrong_is_told_at_the_top_and_leads_to_its_field() {
    a_setting(View::DESK).await;
}

#[tokio::test]
async fn settings_are_saved_on_a_phone_and_without_scripts() {
    a_setting(View::PHONE).await;
    a_setting(View::PLAIN).await;
}

#[tokio::test]
async fn a_setting_is_changed_by_keys_alone() {
    let shop = Shop::new().await;
    let (browser, url) = (Browser::open(View::DESK).await, site::open(&shop).await);
    browser.goto(&format!("{url}/overview")).await;
    browser.find("#q").await;
    let began = Instant::now();
    browser.press("gs").await;
    browser.until("the settings", "return location.pathname.endsWith('/settings')").await;
    browser.find("#f-whatsapp_retry_max").await;
    browser.tab_to("#f-whatsapp_retry_max").await;
    // The text of a field that is reached by Tab is selected: typing replaces it.
    browser.press("2").await;
    browser.press(ENTER).await;
    let said = browser.find("p.note[role=status]").await;
    assert_eq!(browser.text(&said).await, "The settings are saved.");
    assert_eq!(shop.ports.settings().await.unwrap().retry_max, 2);
    told("a setting, by keys", began);
    assert_eq!(browser.noted().await, "");
}
