//! Reminders that are left out and held before their day: once, and over what was seen.

use whatsapp_core::WhatsAppNumber;
use whatsapp_core::audit::{Act, Actor};
use whatsapp_core::mute::{MuteOf, MuteOn};
use whatsapp_core::port::MuteFilter;
use whatsapp_core::schedule::StepState;
use whatsapp_testkit::fixtures::number;

use super::{MONDAY, acts_of, friday, invoice, state};
use crate::shop::minutes;

#[tokio::test]
async fn a_double_click_and_a_reload_do_it_once() {
    for (path, act, stands) in [
        ("skip", Act::ReminderSkipped, StepState::Skipped),
        ("hold", Act::ReminderHeld, StepState::Held),
    ] {
        let shop = friday();
        let mut browser = shop.manager();
        browser.open(&format!("schedule/{path}?step=T%2B3.INV/1&step=T%2B3.INV/2")).await;
        let form = browser.page.form("#ask");
        let (one, other) = tokio::join!(browser.sent(&form), browser.sent(&form));
        assert_eq!((one.status.as_u16(), other.status.as_u16()), (200, 200), "{path}");
        shop.clock.advance(minutes(1));
        for page in [one, other, browser.submit(&form).await.clone()] {
            let done = page.one("h1");
            assert!(done.starts_with("2 reminders are "), "{path}: {done}");
            assert_eq!(page.all("#g-left"), [""; 0], "{path}");
        }
        assert_eq!(acts_of(&shop).await, [act; 2], "{path}");
        assert_eq!(state(&shop, "INV/1").await, Some(stands), "{path}");
    }
}

#[tokio::test]
async fn what_changed_meanwhile_is_left_and_said() {
    let shop = friday();
    let (mut asha, mut ravi) = (shop.manager(), shop.browser("ravi manager"));
    let all = "step=T%2B3.INV/1&step=T%2B3.INV/2&step=T%2B3.INV/3";
    asha.open(&format!("schedule/hold?{all}")).await;
    let form = asha.page.form("#ask");
    // One is paid, another is left out by somebody else.
    shop.ledger.pay(invoice("INV/1"));
    ravi.open("schedule/skip?step=T%2B3.INV/2").await;
    let his = ravi.page.form("#ask");
    ravi.submit(&his).await;
    let page = asha.submit(&form).await;
    assert_eq!(page.one("h1"), "1 reminder is held");
    let left = page.all("section[aria-labelledby=g-left] .need");
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(left[0].starts_with("Customer 1 Reminder of No. INV/1 after 3 days"), "{}", left[0]);
    assert!(left[0].contains("was paid"), "{}", left[0]);
    assert!(left[1].contains("stands otherwise by now: left out. ravi left"), "{}", left[1]);
    assert_eq!(state(&shop, "INV/3").await, Some(StepState::Held));
    // A held reminder waits with the others, and can be approved from the day as well.
    let page = asha.open("schedule").await;
    assert_eq!(page.all(".tabs a"), ["Coming", "Waiting for you 1"]);
    asha.open(MONDAY).await;
    let row =
        asha.page.all("#rows tr").into_iter().find(|row| row.starts_with("Customer 3")).unwrap();
    assert!(row.contains("Waits for approval") && row.contains("Approve…"), "{row}");
    asha.click("Approve…").await;
    let form = asha.page.form("#ask");
    assert_eq!(asha.submit(&form).await.url, format!("/console/{MONDAY}"));
    assert_eq!(state(&shop, "INV/3").await, Some(StepState::Planned));
}

#[tokio::test]
async fn a_form_that_is_sent_again_after_somebody_else_decided_does_nothing_and_says_so() {
    let shop = friday();
    let (mut asha, mut ravi) = (shop.manager(), shop.browser("ravi manager"));
    let form = asha.open("schedule/hold?step=T%2B3.INV/1").await.form("#ask");
    shop.clock.advance(minutes(1));
    assert_eq!(asha.submit(&form).await.one("h1"), "1 reminder is held");
    assert_eq!(state(&shop, "INV/1").await, Some(StepState::Held));
    shop.clock.advance(minutes(1));
    let his = ravi.open("held/approve?step=T%2B3.INV/1").await.form("#ask");
    ravi.submit(&his).await;
    assert_eq!(state(&shop, "INV/1").await, Some(StepState::Planned));
    shop.clock.advance(minutes(1));
    let page = asha.submit(&form).await;
    let left = page.all("section[aria-labelledby=g-left] .need");
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(left[0].contains("stands otherwise by now"), "{}", left[0]);
    assert!(left[0].contains("ravi"), "{}", left[0]);
    assert_eq!(state(&shop, "INV/1").await, Some(StepState::Planned));
    assert_eq!(acts_of(&shop).await, [Act::ReminderApproved, Act::ReminderHeld]);
}

#[tokio::test]
async fn nothing_is_done_to_what_is_not_ticked_gone_or_not_ours() {
    let shop = friday();
    let mut browser = shop.manager();
    browser.open(MONDAY).await;
    let form = browser.page.form("#bulk");
    browser.submit(&form).await;
    assert_eq!(
        (browser.page.url.as_str(), browser.done.as_str()),
        ("/console/schedule/2026-02-02", "none-ticked")
    );
    browser.open("schedule/skip?step=T%2B3.INV/404").await;
    assert_eq!(
        (browser.page.url.as_str(), browser.done.as_str()),
        ("/console/schedule", "none-to-come")
    );
    assert!(browser.page.one("p.note").contains("gone out or ended meanwhile"));
    let page = browser.open("schedule/hold?step=T%2B3.INV/1&step=T%2B3.INV/404").await;
    assert!(page.told().contains("1 that you ticked has gone out"), "{}", page.told());
    let form = page.form("#ask");
    assert_eq!(browser.open("schedule/skip?step=x").await.status, 400);
    for seen in ["", "x", "T+3.INV/1"] {
        assert_eq!(browser.sent(&form.clone().with("seen", seen)).await.status, 400, "{seen}");
    }
    assert_eq!(acts_of(&shop).await, []);
}

#[tokio::test]
async fn a_customer_a_number_and_an_invoice_are_muted_from_there_and_let_go() {
    let shop = friday();
    let mut browser = shop.manager();
    for (on, muted, sentence) in [
        (
            "customer",
            MuteOn::Customer(whatsapp_core::CustomerId::new("C-1").unwrap()),
            "Reminders to this customer are kept back.",
        ),
        (
            "number",
            MuteOn::number(&WhatsAppNumber::parse(&number(1)).unwrap()),
            "Reminders to this number are kept back.",
        ),
        (
            "invoice",
            MuteOn::Invoice(invoice("INV/1")),
            "Reminders about this invoice are kept back.",
        ),
    ] {
        browser.open(MONDAY).await;
        browser.click("Keep messages back…").await;
        let labels = browser.page.all("fieldset:last-of-type label");
        assert_eq!(labels.len(), 3, "{labels:?}");
        assert!(labels[2].contains("INV/1"), "{labels:?}");
        let form = browser.page.form("#ask").with("on", on);
        let page = browser.submit(&form).await;
        assert_eq!(page.url, format!("/console/{MONDAY}"), "{on}");
        let filter = MuteFilter::about(muted);
        let mutes = shop.desk().mutes(&filter, None, 9).await.unwrap();
        assert_eq!((mutes.len(), mutes[0].of), (1, MuteOf::Reminders), "{on}");
        // It is held back for that reason, and the mute can be ended on the same page.
        let row = page.all("#rows tr").into_iter().find(|row| row.starts_with("Customer 1 "));
        let row = row.unwrap();
        assert!(row.starts_with("Customer 1 Cancelled It is not sent"), "{row}");
        assert!(row.to_lowercase().contains(&sentence.to_lowercase()), "{row}");
        browser.click("Let them go out again…").await;
        assert!(browser.page.told().contains(sentence), "{}", browser.page.told());
        let form = browser.page.form("#ask");
        browser.submit(&form).await;
        assert_eq!(browser.done, "unmuted", "{on}");
        assert!(browser.page.all("#rows tr")[0].starts_with("Customer 1 Goes out"), "{on}");
        assert!(shop.desk().mutes(&filter, None, 9).await.unwrap().is_empty(), "{on}");
    }
    assert_eq!(browser.open("customers/C-1/mute?invoice=INV/1").await.status, 200);
    let form = browser.page.form("#ask");
    for (name, value) in [("on", "x"), ("of", "x")] {
        assert_eq!(browser.sent(&form.clone().with(name, value)).await.status, 400, "{name}");
    }
    // A mute of an invoice is on the page of its customer, whatever link led there.
    shop.desk().mute(MuteOn::Invoice(invoice("INV/1")), MuteOf::All, &Actor::Host).await.unwrap();
    browser.open("schedule/hold?step=T%2B3.INV/1").await;
    let form = browser.page.form("#ask");
    browser.submit(&form).await;
    let page = browser.open("customers/C-1").await;
    assert!(
        page.told().contains("All messages about this invoice are kept back."),
        "{}",
        page.told()
    );
}
