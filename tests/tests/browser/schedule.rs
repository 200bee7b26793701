//! Three of Monday's reminders are left out on Friday: by mouse, by keys alone, without scripts,
//! and on a phone.

use tokio::time::Instant;

use whatsapp_core::schedule::StepState;

use crate::driver::{Browser, ENTER, TAB, View, told};
use crate::shop::{Shop, minutes, owed};
use crate::site;

const SPACE: &str = " ";

/// A shop on Friday, 30 January 2026, with five customers who are to be reminded on Monday.
async fn friday() -> Shop {
    let shop = Shop::new().await;
    for seed in 1..=5_u64 {
        shop.customer(seed, &format!("Customer {seed}"));
        shop.ledger.owe(owed(seed, &format!("INV-{seed}"), "2026-01-30"));
    }
    shop.clock.advance(minutes(3 * 24 * 60));
    shop
}

/// Returns the invoices whose reminders are left out.
async fn left_out(shop: &Shop) -> Vec<String> {
    let ids: Vec<_> =
        (1..=5).map(|no| whatsapp_core::InvoiceId::new(format!("INV-{no}")).unwrap()).collect();
    let steps = shop.ports.plans().unwrap().steps_of(&ids).await.unwrap();
    let left = steps.iter().filter(|step| step.state == StepState::Skipped);
    left.map(|step| step.invoice.to_string()).collect()
}

async fn are_out(browser: &Browser, shop: &Shop) {
    browser
        .until(
            "the answer",
            "return document.querySelector('h1')?.textContent === '3 reminders are left out'",
        )
        .await;
    assert_eq!(left_out(shop).await, ["INV-1", "INV-3", "INV-5"]);
    let told = "return document.querySelectorAll('[aria-labelledby=g-done] .need').length";
    assert_eq!(browser.say(told).await, 3);
}

/// Clicks and counts the clicks.
struct Hand<'a>(&'a Browser, u32);

impl Hand<'_> {
    async fn click(&mut self, selector: &str) {
        self.1 += 1;
        self.0.click(&self.0.find(selector).await).await;
    }

    async fn follow(&mut self, label: &str) {
        self.1 += 1;
        self.0.click(&self.0.link(label).await).await;
    }
}

async fn by_mouse(view: View, name: &str) {
    let shop = friday().await;
    let (browser, url) = (Browser::open(view).await, site::open(&shop).await);
    browser.goto(&format!("{url}/overview")).await;
    browser.find("h1").await;
    let (began, mut hand) = (Instant::now(), Hand(&browser, 0));
    hand.follow("Schedule").await;
    hand.follow("Monday, 2\u{a0}Feb\u{a0}2026").await;
    for no in [1, 3, 5] {
        hand.click(&format!("#rows tr:nth-child({no}) .pick input")).await;
    }
    if view.scripts {
        let said = "return document.querySelector('#say').textContent === '3 ticked'";
        browser.until("how many are ticked is said", said).await;
    }
    hand.click("#bulk button").await;
    let asked = "return document.querySelector('h1').textContent.trim() === \
        'Leave these 3 reminders out?'";
    browser.until("the question is asked", asked).await;
    assert_eq!(left_out(&shop).await, [""; 0]);
    hand.click("#ask .danger").await;
    are_out(&browser, &shop).await;
    told(&format!("{name}, {} clicks", hand.1), began);
    assert_eq!(hand.1, 7);
    if view.scripts {
        assert_eq!(browser.noted().await, "");
    }
}

#[tokio::test]
async fn three_of_mondays_are_taken_out_by_mouse() {
    by_mouse(View::DESK, "mouse").await;
}

#[tokio::test]
async fn the_same_on_a_phone() {
    by_mouse(View::PHONE, "phone").await;
}

#[tokio::test]
async fn the_same_without_scripts() {
    by_mouse(View::PLAIN, "without scripts").await;
}

#[tokio::test]
async fn the_same_by_keys_alone() {
    let shop = friday().await;
    let (browser, url) = (Browser::open(View::DESK).await, site::open(&shop).await);
    browser.goto(&format!("{url}/overview")).await;
    browser.find("#q").await;
    let began = Instant::now();
    browser.press("gc").await;
    browser.until("the days", "return location.pathname.endsWith('/schedule')").await;
    browser.find(".need a").await;
    // The link of Monday, by tabs.
    to(&browser, "return document.activeElement.textContent === 'Monday, 2\u{a0}Feb\u{a0}2026'")
        .await;
    browser.press(ENTER).await;
    browser.until("Monday", "return location.pathname.endsWith('/schedule/2026-02-02')").await;
    browser.find("#rows .pick input").await;
    browser.press("jxjjxjjx").await;
    let ticked = "return document.querySelectorAll('#rows :checked').length";
    assert_eq!(browser.say(ticked).await, 3);
    to(&browser, "return document.activeElement.matches('#bulk button')").await;
    browser.press(SPACE).await;
    browser.find("#ask .danger").await;
    to(&browser, "return document.activeElement.matches('#ask .danger')").await;
    browser.press(ENTER).await;
    are_out(&browser, &shop).await;
    told("by keys", began);
    assert_eq!(browser.noted().await, "");
}

/// Presses Tab until this holds of the element that has the focus.
async fn to(browser: &Browser, script: &str) {
    for _ in 0..90 {
        if browser.say(script).await == true {
            return;
        }
        browser.press(TAB).await;
    }
    panic!("no tabulator leads there: {script}");
}

#[tokio::test]
async fn one_is_held_in_a_question_over_the_page_and_the_page_says_so() {
    let shop = friday().await;
    let (browser, url) = (Browser::open(View::DESK).await, site::open(&shop).await);
    browser.goto(&format!("{url}/schedule/2026-02-02")).await;
    browser.click(&browser.link("Hold…").await).await;
    browser.click(&browser.find("dialog[open] .primary").await).await;
    browser
        .until(
            "the answer",
            "return document.querySelector('h1')?.textContent === '1 reminder is held'",
        )
        .await;
    browser.click(&browser.find("a.back").await).await;
    // A step that waits has no moment, and stands behind those that go out.
    let last = browser.find("#rows tr:last-child .pill").await;
    assert_eq!(browser.text(&last).await, "Waits for approval");
    assert_eq!(browser.noted().await, "");
}
