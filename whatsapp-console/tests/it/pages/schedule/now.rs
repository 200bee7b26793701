//! Reminding a customer at once.

use whatsapp_core::Planner;
use whatsapp_core::audit::Act;
use whatsapp_core::port::{Clock as _, PlannerStore as _, Standing};

use super::{MONDAY, acts_of, friday, invoice, owed};
use crate::shop::minutes;

#[tokio::test]
async fn a_customer_is_reminded_at_once_and_once() {
    let shop = friday();
    let mut browser = shop.manager();
    browser.open(MONDAY).await;
    browser.click("Remind now…").await;
    let told = browser.page.told();
    assert!(told.contains("A reminder of No. INV/1 goes to Customer 1 at once"), "{told}");
    let form = browser.page.form("#ask");
    let (one, other) = tokio::join!(browser.sent(&form), browser.sent(&form));
    assert_eq!((one.done(), other.done()), ("reminded".to_owned(), "reminded".to_owned()));
    shop.clock.advance(minutes(1));
    let page = browser.submit(&form).await;
    assert_eq!(page.one("p.note"), "The reminder is on its way.");
    let steps = shop.store.steps_of(&[invoice("INV/1")]).await.unwrap();
    let now: Vec<_> = steps.iter().map(|step| step.name.to_string()).collect();
    assert_eq!(now, ["now:1"]);
    assert_eq!(acts_of(&shop).await, [Act::RemindedNow]);
    // A form of somebody else, who saw the state before.
    let ravi = shop.browser("ravi manager");
    let mut ravi = ravi;
    ravi.open(MONDAY).await;
    let his = ravi.open("schedule/now/INV~2F1").await.form("#ask").with("seen", "0");
    let page = ravi.submit(&his).await;
    assert!(
        page.one("p.note").starts_with("Somebody reminded the customer"),
        "{}",
        page.one("p.note")
    );
}

#[tokio::test]
async fn the_same_form_reminds_once_whatever_was_ticked_also_once_it_was_sent() {
    let shop = friday();
    let mut browser = shop.manager();
    let form = browser.open("schedule/now/INV~2F1").await.form("#ask");
    let form = form.with("again", "yes").with("hours", "yes");
    let (one, other) = tokio::join!(browser.sent(&form), browser.sent(&form));
    assert_eq!((one.done(), other.done()), ("reminded".to_owned(), "reminded".to_owned()));
    shop.clock.advance(minutes(1));
    while shop.dispatcher().tick(shop.clock.now()).await.unwrap().claimed > 0 {}
    let planner = Planner::new(shop.ports.clone()).unwrap();
    planner.tick(shop.clock.now()).await.unwrap();
    browser.submit(&form).await;
    assert_eq!(browser.done, "reminded");
    assert_eq!(acts_of(&shop).await, [Act::RemindedNow]);
    let steps = shop.store.steps_of(&[invoice("INV/1")]).await.unwrap();
    let by_hand = steps.iter().filter(|step| step.name.to_string().starts_with("now:"));
    assert_eq!(by_hand.count(), 1);
}

#[tokio::test]
async fn a_person_is_asked_outside_the_hours_and_where_the_customer_was_reminded_today() {
    let shop = friday();
    for (key, value) in [("whatsapp_send_from", "09:00"), ("whatsapp_send_until", "20:00")] {
        shop.store.put_setting(key, value);
    }
    let mut browser = shop.manager();
    let form = browser.open("schedule/now/INV~2F1").await.form("#ask");
    browser.submit(&form).await;
    // Another invoice of the same customer, late in the evening.
    shop.ledger.owe(owed(1, "INV/7", "2026-01-30"));
    shop.clock.advance(minutes(11 * 60));
    let form = browser.open("schedule/now/INV~2F7").await.form("#ask");
    let page = browser.submit(&form).await;
    assert_eq!(page.status, 422);
    assert!(page.one("label.check").contains("is reminded today already"), "{}", page.told());
    let form = page.form("#ask").with("again", "yes");
    let page = browser.submit(&form).await;
    assert_eq!(page.all("label.check").len(), 2, "{}", page.told());
    let form = page.form("#ask").with("again", "yes").with("hours", "yes");
    browser.submit(&form).await;
    assert_eq!(browser.done, "reminded");
}

#[tokio::test]
async fn nobody_is_reminded_of_what_is_paid_or_disputed() {
    let shop = friday();
    shop.ledger.pay(invoice("INV/1"));
    shop.ledger.owe(owed(2, "INV/2", "2026-01-30").with_standing(Standing::Disputed));
    let mut browser = shop.manager();
    for (path, why) in [("INV~2F1", "was paid"), ("INV~2F2", "is disputed")] {
        let form = browser.open(&format!("schedule/now/{path}")).await.form("#ask");
        let page = browser.submit(&form).await;
        assert_eq!(page.status, 422);
        assert!(page.one("#problem").contains(why), "{}", page.one("#problem"));
        for bad in ["", "x"] {
            assert_eq!(browser.sent(&form.clone().with("seen", bad)).await.status, 400);
        }
    }
    // An invoice that neither a reminder nor the ledger tells of cannot be reminded of.
    shop.ledger.lose(invoice("none"));
    for gone in ["schedule/now/a~20b", "schedule/now/none"] {
        let page = browser.open(gone).await;
        assert_eq!(page.status, 404, "{gone}");
        assert_eq!(page.one("h1"), "There is no such reminder", "{gone}");
    }
    // An invoice that the ledger alone knows has the number by which people know it.
    shop.ledger.owe(owed(4, "OLD-4", "2026-03-30"));
    let told = browser.open("schedule/now/OLD-4").await.told();
    assert!(told.contains("A reminder of No. OLD-4 goes to"), "{told}");
    assert_eq!(acts_of(&shop).await, []);
}
