//! The first page, its content for a viewer, and the pause of all sending.

use std::sync::Arc;

use async_trait::async_trait;
use whatsapp_core::audit::Actor;
use whatsapp_core::message::{
    CancelReason, Class, Delivery, Failure, FailureKind, NewMessage, Progress, State, StateRow,
};
use whatsapp_core::port::{
    AccountChange, AccountStep, AccountStore as _, Clock as _, Count, LogFilter, PauseReason,
    Store, StoreError,
};
use whatsapp_core::{AccountEventId, DailyTally, UserId};
use whatsapp_testkit::fixtures::{START, new_message};
use whatsapp_testkit::{MemoryStore, StoreWrapper, forward_store};

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
    assert_eq!(
        browser.page.one("h1"),
        "Nothing has gone out since 10:00: sending was paused by hand"
    );
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
    let told = "Nothing was done: whether sending is paused, or why, has changed meanwhile. This is how it is now.";
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
    // A failure, and then another failure within the same pause.
    let mut pause = pause;
    for reason in [PauseReason::Outage, PauseReason::KeyRefused] {
        shop.clock.advance(minutes(1));
        let step = AccountStep::Stop { reason, detail: None, rest: minutes(9), trial: false };
        let (id, at) = (AccountEventId::from_bytes([reason as u8; 16]), shop.clock.now());
        let change = AccountChange { id, at, step, by: None };
        shop.store.change_account(&change).await.unwrap();
        assert_eq!(browser.submit(&pause).await.one("p.note"), told);
        assert_eq!(desk.account().await.unwrap().pause.unwrap().reason, reason);
        browser.open("pause").await;
        pause = browser.page.form("#ask");
    }
    // A person who saw the present pause may stop all sending all the same.
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
    // The setting's name is that of the page of settings, and the link leads to its place there.
    assert_eq!(page.one(".need a"), "From");
    assert_eq!(page.one(".need .sub"), "Hours in which customers are written to");
    assert!(!page.told().contains("whatsapp_"), "{}", page.told());
    assert!(page.told().contains("Times of Berlin"));
    let todo = "A manager mends it on the page of settings.";
    assert!(page.told().contains(&format!("{todo} Sending goes on by itself then.")));
    // While somebody has paused it, the account does not send.
    shop.desk().pause(&Actor::Host).await.unwrap();
    shop.clock.advance(minutes(1));
    let page = browser.open("overview").await;
    assert!(page.told().contains(todo) && !page.told().contains("by itself"), "{}", page.told());
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
    assert_eq!(browser.page.all(".need a").last().unwrap(), "E-mail for failures");
    assert!(!browser.page.told().contains("whatsapp_"), "{}", browser.page.told());
}

#[tokio::test]
async fn the_tiles_add_up_and_lead_to_what_they_count() {
    let shop = Shop::new();
    let failed = |kind| Failure::new(kind, "It was not to be.");
    let states = [
        exhausted(),
        State::Failed(failed(FailureKind::Undelivered)),
        State::Retrying { at: START + minutes(5), why: failed(FailureKind::Exhausted) },
        sent(START, Delivery::Read),
        sent(START, Delivery::Delivered),
        sent(START, Delivery::Accepted),
        waiting(START + minutes(60)),
        State::Cancelled(CancelReason::Manager),
    ];
    for (seed, state) in (1..).zip(&states) {
        shop.put(message(seed, "Asha", START - minutes(1), state.clone())).await;
    }
    // Messages of yesterday count for the week alone; one of eight days ago counts for neither.
    for (seed, days, state) in [(20, 1, 2), (21, 1, 3), (22, 8, 0)] {
        let at = START - minutes(days * 24 * 60);
        shop.put(message(seed, "Asha", at, states[state].clone())).await;
    }
    let mut browser = shop.manager();
    browser.open("overview").await;
    let page = browser.page.clone();
    let today = page.all(".tiles > div > a:first-child strong");
    assert_eq!(today, ["8", "2", "1", "2", "2", "1"]);
    let week: Vec<_> = page.all(".tiles .sub").iter().map(|note| number(note)).collect();
    assert_eq!(week, [10, 3, 1, 3, 2, 1]);
    for numbers in [today.iter().map(|number| self::number(number)).collect(), week] {
        assert_eq!(numbers[0], numbers[1..].iter().sum::<usize>(), "they add up: {numbers:?}");
    }
    // Each number leads to exactly the rows that it counts; the first page is not full.
    for links in [".tiles > div > a:first-child", ".tiles .sub"] {
        for (told, link) in page.all(links).iter().zip(page.attribute(links, "href")) {
            let rows = browser.open(&link).await.all("#rows tr").len();
            assert_eq!(rows, number(told), "{link}");
        }
    }
}

/// The number with which a text begins.
fn number(text: &str) -> usize {
    text.split(' ').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn the_last_days_stand_as_bars_and_as_a_table() {
    let shop = Shop::new();
    let mut browser = shop.manager();
    let page = browser.open("overview").await;
    assert!(page.told().contains("some minutes after the first message"));
    assert_eq!(page.all(".chart").len(), 0);
    for (seed, days) in [(1, 1), (2, 1), (3, 13), (4, 14)] {
        let at = START - minutes(days * 24 * 60);
        let state = if seed == 2 { exhausted() } else { sent(at, Delivery::Read) };
        shop.put(message(seed, "Asha", at, state)).await;
    }
    let tally = DailyTally::new(shop.ports.clone()).unwrap();
    while tally.tick(START).await.unwrap() {}
    shop.put(message(9, "Asha", START, sent(START, Delivery::Accepted))).await;
    shop.clock.advance(minutes(1));
    let page = browser.open("overview").await;
    let bars = page.all(".chart g title");
    assert_eq!(bars.len(), 14);
    assert_eq!(bars[0], "14 Jan 2026: 1 went out, 0 failed");
    assert_eq!(bars[12], "26 Jan 2026: 1 went out, 1 failed");
    assert_eq!(bars[13], "27 Jan 2026: 1 went out, 0 failed", "today as it stands");
    let rows = page.all("details tbody tr");
    assert_eq!((rows.len(), rows[12].as_str()), (14, "26 Jan 2026 1 1"));
    assert!(!page.body.contains("style="), "the policy allows no styles in the page");
}

#[tokio::test]
async fn what_waits_is_told_by_its_class_in_plain_words() {
    let shop = Shop::new();
    let later = START + minutes(60);
    for (seed, class) in (1..).zip(Class::ALL) {
        let progress = Progress::ended(waiting(later)).with_class(*class);
        let made = message(seed, "Asha Traders", START, waiting(later));
        shop.put(NewMessage { state: StateRow::of(&progress), ..made }).await;
    }
    let mut browser = shop.manager();
    let page = browser.open("overview").await;
    let classes = ["Urgent, such as invoices", "Reminders", "Greetings", "To very many at once"];
    assert_eq!(page.all("dl dt"), classes);
    assert_eq!(page.all("dl dd"), ["1 later"; 4]);
    // A message that is due at once is out at once.
    shop.put(message(9, "Asha Traders", START, waiting(START))).await;
    shop.clock.advance(minutes(1));
    let told = browser.open("overview").await.told();
    assert!(told.contains("5 messages wait. What is due goes out within a minute."), "{told}");
}

/// A store in which counting ends before anything is found.
#[derive(Debug)]
struct Endless(MemoryStore);

#[async_trait]
impl StoreWrapper for Endless {
    fn inner(&self) -> &dyn Store {
        &self.0
    }

    async fn count(&self, _: &LogFilter, _: u64) -> Result<Count, StoreError> {
        Ok(Count { number: 0, is_exact: false })
    }
}

forward_store!(Endless);

#[tokio::test]
async fn what_could_not_be_counted_is_not_said_to_be_there() {
    let shop = Shop::over(|store| Arc::new(Endless(store)));
    let page = shop.manager().open("overview").await.clone();
    assert_eq!(
        page.all(".needs h3")[1],
        "not counted Messages that may have arrived or not: there are too many messages to count them"
    );
    assert_eq!(page.all(".needs li > a"), ["Look for them"; 3]);
}
