//! New rows and figures that come while somebody looks at a page.

use whatsapp_testkit::fixtures::START;

use crate::driver::{Browser, View};
use crate::shop::{Shop, exhausted, message, minutes, waiting};
use crate::site;

#[tokio::test]
async fn a_row_changes_in_its_place_and_what_is_new_is_announced() {
    let shop = Shop::new().await;
    shop.customer(7, "Asha Traders");
    shop.put(message(7, "Asha Traders", START - minutes(1), waiting(START))).await;
    let (browser, url) = (Browser::open(View::DESK).await, site::open(&shop).await);
    browser.goto(&format!("{url}/messages")).await;
    let word = browser.find("#rows .pill").await;
    assert_eq!(browser.text(&word).await, "Queued");
    shop.clock.advance(minutes(1));
    shop.dispatcher().tick(START + minutes(1)).await.unwrap();
    let sent = "return document.querySelector('#rows .pill').textContent === 'Sent'";
    browser.until("the row says that it is sent", sent).await;

    shop.put(message(8, "Meena", START + minutes(1), exhausted())).await;
    let told = "return document.querySelector('#fresh').textContent === 'Show 1 new' && \
                document.querySelector('#say').textContent === 'Show 1 new'";
    browser.until("what is new is announced", told).await;
    let rows = browser.say("return document.querySelectorAll('#rows > tr').length").await;
    assert_eq!(rows, 1, "nothing is pushed under the reader's hands");
    browser.click(&browser.find("#fresh").await).await;
    let both = "return document.querySelectorAll('#rows > tr').length === 2";
    browser.until("it is shown once it is asked for", both).await;

    // The row that somebody is working on stays.
    shop.put(message(9, "Ravi", START + minutes(2), waiting(START))).await;
    browser.goto(&format!("{url}/messages")).await;
    browser.press("j").await;
    shop.clock.advance(minutes(1));
    shop.dispatcher().tick(START + minutes(2)).await.unwrap();
    shop.put(message(10, "Last", START + minutes(3), exhausted())).await;
    browser.until("the stream came", "return !document.querySelector('#fresh').hidden").await;
    let stays = "return document.activeElement.textContent === 'Ravi' && \
                 document.activeElement.closest('tr').querySelector('.pill').textContent === 'Queued'";
    assert_eq!(browser.say(stays).await, true);
    assert_eq!(browser.noted().await, "");
}

#[tokio::test]
async fn the_first_page_is_read_anew_when_something_needs_a_person() {
    let shop = Shop::new().await;
    let (browser, url) = (Browser::open(View::DESK).await, site::open(&shop).await);
    browser.goto(&format!("{url}/overview")).await;
    assert_eq!(browser.text(&browser.find("h1").await).await, "All is well");
    shop.put(message(7, "Asha Traders", START, exhausted())).await;
    shop.clock.advance(minutes(1));
    let told = "return document.querySelector('h1').textContent === '1 message needs you' && \
                document.querySelector('#say').textContent === '1 message needs you'";
    browser.until("the first page says so", told).await;
}
