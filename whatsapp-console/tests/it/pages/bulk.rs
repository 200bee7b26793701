//! Acts on many messages: chosen in the list, asked, confirmed, and told.

use whatsapp_core::BulkRunner;
use whatsapp_core::message::{Delivery, Status};
use whatsapp_core::port::MessageLog as _;
use whatsapp_testkit::fixtures::START;

use crate::shop::{
    Browser, Form, Shop, exhausted, message, minutes, not_on_whatsapp, sent, unknown, waiting,
};

/// One message each: failed because of the gateway, perhaps arrived, read, and waiting.
async fn shop() -> Shop {
    let shop = Shop::new();
    for (seed, name, state) in [
        (1, "Asha", not_on_whatsapp()),
        (2, "Bharat", unknown()),
        (3, "Chitra", sent(START, Delivery::Read)),
        (4, "Das", waiting(START + minutes(90))),
        (5, "Esha", exhausted()),
    ] {
        shop.customer(seed, name);
        let at = START - minutes(60) + minutes(i64::try_from(seed).unwrap());
        shop.put(message(seed, name, at, state)).await;
    }
    shop
}

/// The form of the list, with a button pressed.
fn bulk(browser: &Browser, which: &str, act: &str) -> Form {
    browser.page.form("#bulk").with("which", which).with("act", act)
}

/// The same with these messages ticked, by their customers' names.
fn ticked(browser: &Browser, act: &str, names: &[&str]) -> Form {
    let mut form = bulk(browser, "chosen", act);
    let ids = browser.page.attribute("#rows input[name=id]", "value");
    for (id, name) in ids.into_iter().zip(browser.page.all("#rows .cust a")) {
        if names.contains(&name.as_str()) {
            form.fields.push(("id".to_owned(), id));
        }
    }
    form
}

async fn run(shop: &Shop) {
    let runner = BulkRunner::new(shop.ports.clone()).unwrap();
    while runner.tick().await.unwrap() {}
}

/// The numbers above the messages.
fn sums(browser: &Browser) -> Vec<String> {
    browser.page.all(".tiles > div")
}

#[tokio::test]
async fn what_is_ticked_is_asked_about_and_done_after_a_yes() {
    let shop = shop().await;
    let mut browser = shop.manager();
    browser.open("messages").await;
    let form = ticked(&browser, "resend", &["Asha", "Bharat", "Chitra"]);
    browser.submit(&form).await;
    // One of them goes only with a tick.
    assert_eq!(browser.page.one("h1"), "Send up to 2 messages again?");
    assert_eq!(sums(&browser), ["2 to be done", "1 unchanged"]);
    let told = browser.page.told();
    assert!(told.contains("Up to 2 messages are sent again as soon as you confirm it."), "{told}");
    assert!(told.contains("Until now: The number is not on WhatsApp."), "no reason for it: {told}");
    assert!(told.contains("1 of them may have arrived"), "{told}");
    assert!(told.contains("The message was already sent"), "the reason stands beside it: {told}");
    // Nothing is done before the yes, however often the page is read.
    run(&shop).await;
    browser.open(&browser.page.url.replace("/console/", "")).await;
    assert_eq!(sums(&browser), ["2 to be done", "1 unchanged"]);
    let question = browser.page.form("#confirm");
    browser.submit(&question).await;
    assert_eq!(browser.page.one("h1"), "3 messages are being sent again");
    assert!(browser.page.told().contains("1 of 3 has had its turn"));
    // A second click, or the back button, is the same yes.
    assert_eq!(browser.sent(&question).await.status, 303);
    let here = browser.page.url.replace("/console/", "");
    shop.clock.advance(minutes(1));
    browser.open(&here).await;
    assert!(browser.page.told().contains("It waits for the program that sends messages"));
    run(&shop).await;
    browser.open(&here).await;
    assert_eq!(browser.page.one("h1"), "1 message was sent again");
    assert_eq!(sums(&browser), ["0 not begun", "1 done", "2 unchanged", "0 not possible"]);
    let told = browser.page.told();
    assert!(told.contains("asha confirmed it"), "{told}");
    assert!(told.contains("It may have arrived, and nobody confirmed that it did not."), "{told}");
    browser.click("New message").await;
    assert_eq!(browser.page.status, 200);
    // The result is there for people who come later.
    let mut later = shop.browser("ravi manager");
    assert_eq!(later.open(&here).await.one("h1"), "1 message was sent again");
}

#[tokio::test]
async fn all_that_match_are_those_of_the_filter_when_they_were_counted() {
    let shop = shop().await;
    let mut browser = shop.manager();
    browser.open("messages?outcome=failed&sort=oldest").await;
    assert!(browser.page.all("#b-which option").contains(&"All 3 that match".to_owned()));
    let form = bulk(&browser, "all", "resend");
    browser.submit(&form).await;
    assert_eq!(browser.page.one("h1"), "Send up to 3 messages again?");
    // A message that fits later is another one.
    shop.customer(9, "Late");
    let late = shop.put(message(9, "Late", START, not_on_whatsapp())).await;
    let question = browser.page.form("#confirm").with("arrived", "yes");
    browser.submit(&question).await;
    run(&shop).await;
    let log = &shop.store;
    assert_eq!(log.resends_of(late).await.unwrap(), []);
    let mut again = log.messages();
    again.retain(|it| it.facts.resend_of.is_some());
    assert_eq!(again.len(), 3, "nothing that the filter does not show");
    assert!(again.iter().all(|it| it.state.status == Status::Pending));
}

#[tokio::test]
async fn an_act_that_fits_none_of_them_says_so_and_asks_nothing() {
    let shop = shop().await;
    let mut browser = shop.manager();
    browser.open("messages?outcome=read").await;
    let form = bulk(&browser, "all", "cancel");
    browser.submit(&form).await;
    assert_eq!(browser.page.one("h1"), "This message cannot be cancelled");
    for (list, act, heading, instead) in [
        (
            "outcome=read",
            "retry",
            "This message cannot be tried again",
            "can be sent again instead",
        ),
        ("outcome=waiting", "resend", "This message cannot be sent again", "each message once"),
        (
            "status=sent&status=failed",
            "cancel",
            "None of these 4 messages can be cancelled",
            "what was sent cannot be called back",
        ),
    ] {
        browser.open(&format!("messages?{list}")).await;
        let form = bulk(&browser, "all", act);
        browser.submit(&form).await;
        assert_eq!(browser.page.one("h1"), heading);
        assert_eq!(browser.page.all("main form").len(), 0, "there is nothing to confirm: {act}");
        assert_eq!(sums(&browser), Vec::<String>::new(), "nor anything to count");
        assert_eq!(browser.page.one(".card h2"), "Unchanged");
        let told = browser.page.told();
        assert!(told.contains(instead) && told.contains("open one to see"), "{told}");
        assert!(!told.contains("confirm it"), "{told}");
        let why = browser.page.all(".need p");
        assert!(!why.is_empty() && why.iter().all(|why| !why.is_empty()), "{why:?}");
    }
}

#[tokio::test]
async fn an_act_under_way_can_be_stopped() {
    let shop = shop().await;
    let mut browser = shop.manager();
    browser.open("messages?outcome=waiting").await;
    let form = bulk(&browser, "all", "cancel");
    browser.submit(&form).await;
    let question = browser.page.form("#confirm");
    browser.submit(&question).await;
    let halt = browser.page.form("form[action$=stop]");
    browser.submit(&halt).await;
    assert!(browser.page.told().contains("It was stopped, and goes on no further."));
    run(&shop).await;
    browser.open(&browser.page.url.replace("/console/", "")).await;
    assert_eq!(browser.page.one("h1"), "No message was cancelled");
    assert_eq!(sums(&browser)[0], "1 not begun");
}

#[tokio::test]
async fn a_button_without_a_tick_does_nothing_and_says_so() {
    let shop = shop().await;
    let mut browser = shop.manager();
    browser.open("messages?status=failed").await;
    let form = bulk(&browser, "chosen", "retry");
    browser.submit(&form).await;
    assert_eq!(browser.page.one("p.note"), "Nothing was done: tick at least one message first.");
    assert!(browser.page.url.contains("status=failed"), "the filter is kept");
}

#[tokio::test]
async fn viewers_have_no_ticks_and_no_acts_on_many() {
    let shop = shop().await;
    let mut manager = shop.manager();
    manager.open("messages").await;
    assert_eq!(manager.page.all("#rows input[name=id]").len(), 5);
    let form = bulk(&manager, "all", "cancel");
    manager.submit(&form).await;
    let here = manager.page.url.replace("/console/", "");
    let mut viewer = shop.viewer();
    viewer.open("messages").await;
    assert_eq!(viewer.page.all("#bulk").len() + viewer.page.all("#rows input").len(), 0);
    assert_eq!(viewer.open(&here).await.status, 403);
    // There is no key for an act that they may not do.
    let has_key = |page: &crate::shop::Page| page.all("kbd").contains(&"x".to_owned());
    assert!(has_key(manager.open("keys").await) && !has_key(viewer.open("keys").await));
}

#[tokio::test]
async fn many_messages_are_told_in_parts() {
    let shop = Shop::new();
    for seed in 0..120 {
        shop.put(message(seed, "Asha", START, waiting(START + minutes(60)))).await;
    }
    let mut browser = shop.manager();
    browser.open("messages").await;
    let form = bulk(&browser, "all", "cancel");
    browser.submit(&form).await;
    assert_eq!(browser.page.all(".need").len(), 10);
    browser.click("Look at all 120").await;
    assert_eq!(browser.page.all(".need").len(), 100);
    browser.click("The next ones").await;
    assert_eq!(browser.page.all(".need").len(), 20);
    assert!(!browser.page.has_link("The next ones"));
}
