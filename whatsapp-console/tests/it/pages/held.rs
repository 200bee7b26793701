//! Reminders that wait for approval: none, one and many, decided once.

use whatsapp_core::audit::Act;
use whatsapp_core::port::{AuditFilter, PlannerStore as _};
use whatsapp_core::schedule::{ReminderStep, StepReason, StepState};

use crate::shop::{Shop, minutes};

async fn acts(shop: &Shop) -> Vec<Act> {
    let audit = shop.desk().audit(&AuditFilter::default(), None, 200).await.unwrap();
    audit.entries.into_iter().map(|entry| entry.act).collect()
}

async fn state(shop: &Shop, step: &ReminderStep) -> StepState {
    let steps = shop.store.steps_of(std::slice::from_ref(&step.invoice)).await.unwrap();
    steps.into_iter().find(|one| one.name == step.name).unwrap().state
}

/// A shop with one reminder that waits.
async fn one() -> (Shop, ReminderStep) {
    let shop = Shop::new();
    shop.customer(7, "Asha Traders");
    let step = shop.remind(7, "81", StepState::Held).await;
    shop.clock.advance(minutes(1));
    (shop, step)
}

#[tokio::test]
async fn an_empty_list_says_what_would_be_here() {
    let shop = Shop::new();
    let mut browser = shop.manager();
    let page = browser.open("held").await;
    assert_eq!(page.one(".empty h2"), "No reminder waits for approval");
    assert!(page.one(".empty p").contains("when somebody held them"));
    assert!(page.has_link("Approvals"));
    // A shop that plans none has no such page in its navigation.
    let shop = Shop::without_search();
    let mut browser = shop.manager();
    let page = browser.open("held").await;
    assert!(page.one(".empty p").contains("plans no reminders here"));
    assert!(!page.has_link("Approvals"));
    assert_eq!(browser.open("held/81/T+3/approve").await.status, 404);
}

#[tokio::test]
async fn what_waits_is_named_on_the_first_page_with_its_reason_and_approved_from_there() {
    let (shop, step) = one().await;
    let mut browser = shop.manager();
    let page = browser.open("overview").await;
    assert_eq!(page.one("h1"), "1 reminder needs you");
    assert_eq!(page.all(".needs h3"), ["1 reminder waits for approval"]);
    assert_eq!(page.all(".need > p"), ["It waits for approval: its day passed unsent."]);
    assert!(page.all("nav.side a").iter().any(|item| item.starts_with("Approvals 1")));
    browser.click("Approve…").await;
    assert!(browser.page.told().contains("Reminder of No. 81 after 3 days goes out"));
    let form = browser.page.form("#ask");
    let page = browser.submit(&form).await;
    assert_eq!(page.url, "/console/overview");
    assert!(
        page.one("p.note").starts_with("The reminder is approved. It goes out within the hours")
    );
    assert_eq!(page.one("h1"), "All is well", "what is settled is gone at once");
    assert_eq!(state(&shop, &step).await, StepState::Planned);
    assert_eq!(acts(&shop).await, [Act::ReminderApproved]);
}

#[tokio::test]
async fn a_reminder_is_dropped_after_a_question() {
    let (shop, step) = one().await;
    let mut browser = shop.manager();
    let page = browser.open("held").await;
    let row = page.one("#rows .need");
    assert!(row.starts_with("Asha Traders Reminder of No. 81 after 3 days, for 27 Jan"), "{row}");
    assert_eq!(page.link("Asha Traders"), "customers/C-7");
    browser.click("Drop…").await;
    assert!(browser.page.told().contains("Later reminders of the invoice go out as ever."));
    browser.click("Leave it").await;
    assert_eq!(state(&shop, &step).await, StepState::Held);
    browser.click("Drop…").await;
    let form = browser.page.form("#ask");
    let page = browser.submit(&form).await;
    assert_eq!(page.one("p.note"), "The reminder is dropped.");
    assert_eq!(page.one(".empty h2"), "No reminder waits for approval");
    assert_eq!(state(&shop, &step).await, StepState::Dropped);
}

#[tokio::test]
async fn many_have_pages_that_meet_each_once() {
    let shop = Shop::new();
    for no in 1..=45_u64 {
        shop.remind(no, &format!("INV/{no}"), StepState::Held).await;
    }
    let mut browser = shop.manager();
    let mut seen = browser.open("held").await.all("#rows .need > div:first-child > a");
    assert_eq!(seen.len(), 20);
    assert!(!browser.page.has_link("Go to the first page"));
    for rows in [20, 5] {
        browser.click("More").await;
        let more = browser.page.all("#rows .need > div:first-child > a");
        assert_eq!(more.len(), rows);
        seen.extend(more);
    }
    assert!(!browser.page.has_link("More"));
    assert_eq!(crate::shop::counted(&seen).len(), 45);
    // From a question one comes back to the same page.
    let here = browser.page.url.clone();
    browser.click("Approve…").await;
    browser.click_on("a.back").await;
    assert_eq!(browser.page.url, here);
    browser.click("Go to the first page").await;
    assert_eq!(browser.page.url, "/console/held");
    for bad in ["held?after=1", "held?x=1", "held?after=2026-01-27.T%2B3"] {
        assert_eq!(browser.open(bad).await.status, 400, "{bad}");
    }
}

#[tokio::test]
async fn a_double_click_and_a_reload_decide_once() {
    for (path, act) in [("approve", Act::ReminderApproved), ("drop", Act::ReminderDropped)] {
        let (shop, _) = one().await;
        let mut browser = shop.manager();
        browser.open(&format!("held/81/T+3/{path}")).await;
        let form = browser.page.form("#ask");
        let (one, other) = tokio::join!(browser.sent(&form), browser.sent(&form));
        assert_eq!(one.headers["location"], other.headers["location"], "{path}");
        shop.clock.advance(minutes(1));
        let said = browser.submit(&form).await.one("p.note");
        assert!(said.starts_with("The reminder is "), "{path}: {said}");
        assert_eq!(acts(&shop).await, [act]);
    }
}

#[tokio::test]
async fn of_two_managers_one_decides_and_the_other_is_told() {
    let (shop, step) = one().await;
    let (mut asha, mut ravi) = (shop.manager(), shop.browser("ravi manager"));
    asha.open("held/81/T+3/approve").await;
    ravi.open("held/81/T+3/drop").await;
    let (hers, his) = (asha.page.form("#ask"), ravi.page.form("#ask"));
    asha.submit(&hers).await;
    let told = ravi.submit(&his).await.one("p.note");
    assert_eq!(told, "Somebody was faster: asha approved it at 10:01. Nothing was done twice.");
    assert_eq!(state(&shop, &step).await, StepState::Planned);
    // Held anew since, it waits for another reason than the form showed.
    shop.clock.advance(minutes(1));
    let now = whatsapp_core::port::Clock::now(&shop.clock);
    let why = Some("A person holds it.".into());
    let again = step.clone().stands(StepState::Planned, None, None, now);
    shop.plan(again.stands(StepState::Held, Some(StepReason::ByHand), why, now)).await;
    ravi.submit(&his).await;
    assert_eq!(ravi.done, "held-changed");
    assert_eq!(state(&shop, &step).await, StepState::Held);
    // The question of one that does not wait leads back.
    shop.plan(step.stands(StepState::Dropped, None, None, now)).await;
    ravi.open("held/81/T+3/approve").await;
    assert_eq!((ravi.page.url.as_str(), ravi.done.as_str()), ("/console/held", "held-changed"));
    assert_eq!(acts(&shop).await, [Act::ReminderApproved]);
}

#[tokio::test]
async fn what_keeps_a_reminder_from_being_approved_is_said_on_its_form() {
    let (shop, step) = one().await;
    shop.store.put_setting("whatsapp_payment_reminder_enabled", "false");
    let mut browser = shop.manager();
    browser.open("held/81/T+3/approve").await;
    let form = browser.page.form("#ask");
    let page = browser.submit(&form).await;
    assert_eq!(page.status, 422);
    assert!(page.one("#problem").contains("Reminders are switched off"), "{}", page.told());
    assert_eq!(state(&shop, &step).await, StepState::Held);
    for seen in ["", "x", "99999999999999999999"] {
        assert_eq!(browser.sent(&form.clone().with("seen", seen)).await.status, 400, "{seen}");
    }
    for gone in ["held/99/T+3/approve", "held/81/T+4/drop", "held/81/x/drop", "held/~/T+3/drop"] {
        let page = browser.open(gone).await;
        assert_eq!(page.status, 404, "{gone}");
        assert!(page.told().contains("There is no such reminder"), "{gone}");
    }
}
