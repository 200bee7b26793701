//! The first page, what a viewer sees, and the pause of all sending.

use whatsapp_core::audit::Actor;
use whatsapp_core::message::{Delivery, Failure, FailureKind, State};
use whatsapp_core::port::{AccountChange, AccountStep, AccountStore as _, Clock as _, PauseReason};
use whatsapp_core::{AccountEventId, UserId};
use whatsapp_testkit::fixtures::{START, new_message};

use crate::shop::{Browser, Shop, exhausted, message, minutes, not_on_whatsapp, sent, waiting};

#[tokio::test]
async fn a_viewer_sees_no_text_no_number_and_no_act() {
    let shop = Shop::new();
    let id = shop.put(message(7, "Asha Traders", START, not_on_whatsapp())).await;
    let mut browser = shop.viewer();
    let page = browser.open("overview").await;
    assert_eq!(page.all(".need > div > a"), ["Asha Traders"]);
    assert!(!page.has_link("Send again…") && !page.has_link("Pause…"));
    let page = browser.open("messages").await;
    assert_eq!(page.one("#rows .cust .sub"), "…007");
    assert_eq!(page.all("#rows .act a").len(), 0);
    let page = browser.open(&format!("messages/{id}")).await;
    assert!(page.told().contains("Texts are shown to managers."));
    assert_eq!(page.all(".bubble").len(), 0);
    assert_eq!(page.all(".note .acts").len(), 0);
    assert_eq!(browser.open(&format!("messages/{id}/resend")).await.status, 403);
    assert_eq!(browser.open("pause").await.status, 403);
}

#[tokio::test]
async fn sending_is_paused_after_a_question_and_goes_on_by_hand() {
    let shop = Shop::new();
    shop.put(new_message(1, START)).await;
    let mut browser = shop.manager();
    browser.open("overview").await;
    browser.click("Pause…").await;
    let told = browser.page.told();
    assert!(told.contains("1 message waits to be sent."), "{told}");
    let form = browser.page.form("#ask");
    browser.submit(&form).await;
    assert_eq!(browser.page.one("h1"), "Nothing is sent since 10:00: sending was paused by hand");
    assert!(shop.desk().account().await.unwrap().is_held());
    // Twice is once.
    assert_eq!(browser.sent(&form).await.status, 303);
    let form = browser.page.form("form[action$=resume]");
    browser.submit(&form).await;
    assert_eq!(browser.page.one("p.note"), "Sending goes on.");
    assert!(!shop.desk().account().await.unwrap().is_held());
}

#[tokio::test]
async fn a_form_lifts_no_other_pause_than_it_showed_and_takes_the_place_of_none_that_it_did_not() {
    let shop = Shop::new();
    let (asha, desk) = (Actor::Person(UserId::new("asha").unwrap()), shop.desk());
    let told = "Nothing was done: sending was paused or resumed meanwhile. This is how it is now.";
    let mut browser = shop.manager();
    desk.pause(&asha).await.unwrap();
    browser.open("overview").await;
    let resume = browser.page.form("form[action$=resume]");
    desk.resume(&asha).await.unwrap();
    shop.clock.advance(minutes(1));
    desk.pause(&asha).await.unwrap();
    assert_eq!(browser.submit(&resume).await.one("p.note"), told);
    assert!(desk.account().await.unwrap().is_held());

    desk.resume(&asha).await.unwrap();
    browser.open("pause").await;
    let pause = browser.page.form("#ask");
    shop.clock.advance(minutes(1));
    let (reason, rest) = (PauseReason::KeyRefused, minutes(9));
    let step = AccountStep::Stop { reason, detail: None, rest, trial: false };
    let (id, at) = (AccountEventId::from_bytes([7; 16]), shop.clock.now());
    let change = AccountChange { id, at, step, by: None };
    shop.store.change_account(&change).await.unwrap();
    assert_eq!(browser.submit(&pause).await.one("p.note"), told);
    assert_eq!(desk.account().await.unwrap().pause.unwrap().reason, reason);
    // Whoever saw it may stop all sending all the same.
    browser.open("pause").await;
    let pause = browser.page.form("#ask");
    browser.submit(&pause).await;
    assert!(desk.account().await.unwrap().is_held());
}

#[tokio::test]
async fn what_was_settled_by_telephone_is_put_aside_and_can_be_taken_up_again() {
    let shop = Shop::new();
    let id = shop.put(message(7, "Asha Traders", START, not_on_whatsapp())).await;
    let mut browser = shop.manager();
    assert_eq!(browser.open("overview").await.all(".need > div > a"), ["Asha Traders"]);
    browser.open(&format!("messages/{id}")).await;
    browser.click("Put aside…").await;
    let form = browser.page.form("#ask");
    browser.submit(&form).await;
    assert!(browser.page.told().contains("is put aside and needs nobody any more"));
    assert!(!browser.page.has_link("Put aside…"));
    assert_eq!(browser.open("overview").await.all(".need > div > a").len(), 0);
    browser.open(&format!("messages/{id}")).await;
    assert!(browser.page.told().contains("asha put it aside"), "{}", browser.page.told());
    browser.click("Take up again…").await;
    let form = browser.page.form("#ask");
    browser.submit(&form).await;
    assert_eq!(browser.open("overview").await.all(".need > div > a"), ["Asha Traders"]);
}

#[tokio::test]
async fn messages_that_are_tried_again_are_not_called_well() {
    let shop = Shop::new();
    let why = Failure::new(FailureKind::Exhausted, "The gateway cannot be reached.");
    let retrying = State::Retrying { at: START + minutes(5), why };
    shop.put(message(7, "Asha Traders", START, retrying)).await;
    let mut browser = shop.manager();
    let page = browser.open("overview").await;
    assert_eq!(page.one("h1"), "1 message is being tried again");
}

#[tokio::test]
async fn settings_that_cannot_be_used_are_told_and_the_pages_stay_in_the_zone() {
    let shop = Shop::new();
    shop.store.put_setting("whatsapp_send_from", "nine");
    shop.store.put_setting("whatsapp_time_zone", "Europe/Berlin");
    let mut browser = shop.manager();
    let page = browser.open("overview").await;
    assert_eq!(page.one("h1"), "Nothing is sent: a setting cannot be used");
    assert_eq!(page.one(".need b"), "whatsapp_send_from");
    assert!(page.told().contains("Times of Berlin"));
    assert!(page.told().contains("Whoever runs this program mends it"), "{}", page.told());
}

#[tokio::test]
async fn failures_that_nobody_is_told_of_are_said_until_somebody_is() {
    let shop = Shop::new();
    shop.put(message(1, "Asha", START - minutes(1), exhausted())).await;
    let mut browser = shop.manager();
    let needs = |browser: &Browser| browser.page.all(".needs h3");
    browser.open("overview").await;
    assert_eq!(needs(&browser), ["1 could not be sent"]);
    shop.store.put_setting("whatsapp_failure_notification_email", "");
    shop.clock.advance(minutes(1));
    browser.open("overview").await;
    assert_eq!(needs(&browser), ["1 could not be sent", "1 failure that nobody is told of"]);
}

#[tokio::test]
async fn the_tiles_of_today_lead_to_what_they_count() {
    let shop = Shop::new();
    for (seed, state) in (1..).zip([
        exhausted(),
        sent(START, Delivery::Read),
        sent(START, Delivery::Delivered),
        sent(START, Delivery::Accepted),
        waiting(START + minutes(60)),
    ]) {
        shop.put(message(seed, "Asha", START - minutes(1), state)).await;
    }
    // Of yesterday: it counts for the week alone.
    let yesterday = START - minutes(24 * 60);
    shop.put(message(9, "Asha", yesterday, sent(yesterday, Delivery::Read))).await;
    let mut browser = shop.manager();
    browser.open("overview").await;
    let page = browser.page.clone();
    let numbers = page.all(".tiles a strong");
    assert_eq!(numbers, ["5", "2", "1", "1", "1", "1"]);
    assert_eq!(page.all(".tiles a .sub")[0], "6 in 7 days");
    for (number, link) in numbers.iter().zip(page.attribute(".tiles a", "href")) {
        let rows = browser.open(&link).await.all("#rows tr").len();
        assert_eq!(rows.to_string(), *number, "{link}");
    }
}
