//! Reminders that wait for approval: none, one and many, decided once.

use whatsapp_core::audit::Act;
use whatsapp_core::port::{AuditFilter, PlannerStore as _};
use whatsapp_core::schedule::{ReminderStep, StepReason, StepState};

use crate::shop::{Form, Shop, minutes};

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
    assert_eq!(page.link("What goes out in the next days"), "schedule");
    assert!(page.has_link("Approvals"));
    // A shop that plans no reminders has no such page in its navigation.
    let shop = Shop::without_search();
    let mut browser = shop.manager();
    let page = browser.open("held").await;
    assert!(page.one(".empty p").contains("set up without reminders"));
    assert!(!page.has_link("Approvals") && page.all("nav.tabs").is_empty());
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
    assert_eq!(browser.page.all("dt"), ["Customer", "Still to be paid", "Where it stands"]);
    assert_eq!(browser.page.all("dd")[..2], ["Asha Traders", "₹500.00"]);
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
    browser.click("Leave out…").await;
    assert!(browser.page.told().contains("Later reminders of the invoice go out as ever."));
    browser.click("Go back").await;
    assert_eq!(state(&shop, &step).await, StepState::Held);
    browser.click("Leave out…").await;
    let form = browser.page.form("#ask");
    let page = browser.submit(&form).await;
    assert_eq!(page.one("p.note"), "The reminder is left out.");
    assert_eq!(page.one(".empty h2"), "No reminder waits for approval");
    assert_eq!(state(&shop, &step).await, StepState::Dropped);
}

#[tokio::test]
async fn many_have_pages_that_meet_each_once() {
    let shop = Shop::new();
    for no in 1..=45_u64 {
        shop.customer(no, &format!("Customer {no}"));
        shop.remind(no, &format!("INV/{no}"), StepState::Held).await;
    }
    let mut browser = shop.manager();
    let mut seen = browser.open("held").await.all("#rows .need > div:first-child a");
    assert_eq!(seen.len(), 20);
    assert!(!browser.page.has_link("Go to the first page"));
    for rows in [20, 5] {
        browser.click("More").await;
        let more = browser.page.all("#rows .need > div:first-child a");
        assert_eq!(more.len(), rows);
        seen.extend(more);
    }
    assert!(!browser.page.has_link("More"));
    assert_eq!(crate::shop::counted(&seen).len(), 45);
    // A question leads back to the same page.
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
    assert_eq!(told, "asha approved it at 10:01. Nothing was done twice.");
    assert_eq!(state(&shop, &step).await, StepState::Planned);
    // A person who comes back to what they did reads that it was them.
    let mut asha = shop.browser("asha manager Asha Rao");
    let told = asha.open("held/81/T+3/approve").await.one("p.note");
    assert_eq!(told, "You approved it at 10:01. Nothing was done twice.");
    // Held anew since, it waits for another reason than the form showed.
    shop.clock.advance(minutes(1));
    let now = whatsapp_core::port::Clock::now(&shop.clock);
    let why = Some("A person holds it.".into());
    let again = step.clone().stands(StepState::Planned, None, None, now);
    shop.plan(again.stands(StepState::Held, Some(StepReason::ByHand), why, now)).await;
    ravi.submit(&his).await;
    assert_eq!(ravi.done, "held-changed");
    assert_eq!(state(&shop, &step).await, StepState::Held);
    // The question of a reminder that does not wait leads back.
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

/// A shop with this number of reminders that wait, of two customers.
async fn many(number: u64) -> Shop {
    let shop = Shop::new();
    for (seed, name) in [(7, "Asha Traders"), (8, "Ravi Kumar")] {
        shop.customer(seed, name);
    }
    for no in 1..=number {
        shop.remind(7 + no % 2, &format!("INV/{no}"), StepState::Held).await;
    }
    shop.clock.advance(minutes(1));
    shop
}

/// The address to which the form leads with these ticks and this button.
fn ticked(form: &Form, invoices: &[&str], act: &str) -> String {
    let steps = invoices.iter().map(|invoice| ("step", format!("T+3.{invoice}")));
    let back = [("back", form.value("back"))];
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(steps.chain(back))
        .finish();
    format!("held/{act}?{query}")
}

#[tokio::test]
async fn those_that_are_ticked_are_decided_together_after_a_question() {
    for (act, button, audited, state_after, title, over) in [
        (
            "approve",
            "Approve these",
            Act::ReminderApproved,
            StepState::Planned,
            "Let 2 reminders go out?",
            "2 reminders are approved",
        ),
        (
            "drop",
            "Leave these out",
            Act::ReminderDropped,
            StepState::Dropped,
            "Leave these 2 reminders out?",
            "2 reminders are left out",
        ),
    ] {
        let shop = many(3).await;
        let mut browser = shop.manager();
        let page = browser.open("held").await;
        assert_eq!(page.attribute("#rows input[name=step]", "value").len(), 3);
        assert!(page.all("#many button").contains(&button.to_owned()));
        let form = page.form("#many");
        assert!(!form.is_post, "a question changes nothing");
        browser.open(&ticked(&form, &["INV/1", "INV/3"], act)).await;
        assert_eq!(browser.page.one("h1"), title);
        let told = browser.page.told();
        assert!(told.contains("2 reminder") && told.contains("to 1 customer"), "{told}");
        assert_eq!(browser.page.all("dt"), ["Ravi Kumar"; 2]);
        let dd = browser.page.all("dd");
        assert!(dd[0].starts_with("Reminder of No. INV/1 after 3 days It waits"), "{dd:?}");
        assert_eq!(acts(&shop).await, [], "{act}: nothing is done yet");
        let form = browser.page.form("#ask");
        let page = browser.submit(&form).await;
        assert_eq!((page.status.as_u16(), page.one("h1").as_str()), (200, over));
        let items = page.all(".need > div:first-child");
        assert_eq!(items.len(), 2, "{items:?}");
        assert!(items[0].starts_with("Ravi Kumar Reminder of No. INV/1 after 3 days"), "{items:?}");
        assert_eq!(acts(&shop).await, [audited, audited], "each has its own entry");
        for (no, stands) in [(1, state_after), (2, StepState::Held), (3, state_after)] {
            let invoice = whatsapp_core::InvoiceId::new(format!("INV/{no}")).unwrap();
            let steps = shop.store.steps_of(&[invoice]).await.unwrap();
            assert_eq!(steps[0].state, stands, "{act} {no}");
        }
    }
}

#[tokio::test]
async fn a_double_click_and_a_reload_of_many_decide_each_once() {
    for act in ["approve", "drop"] {
        let shop = many(4).await;
        let mut browser = shop.manager();
        browser.open(&format!("held/{act}?all=1")).await;
        let form = browser.page.form("#ask");
        let (one, other) = tokio::join!(browser.sent(&form), browser.sent(&form));
        assert_eq!(one.all("h1"), other.all("h1"), "{act}");
        shop.clock.advance(minutes(1));
        let over = browser.submit(&form).await.one("h1");
        assert!(over.starts_with("4 reminders are "), "{act}: {over}");
        assert_eq!(acts(&shop).await.len(), 4, "{act}");
        // The address of the question leads back, and says why.
        let page = browser.open(&format!("held/{act}?all=1")).await;
        assert_eq!(page.url, "/console/held");
        assert!(page.one("p.note").starts_with("None of these reminders waits"), "{act}");
        let page = browser.open(&format!("held/{act}")).await;
        assert!(page.one("p.note").contains("tick at least one"), "{act}");
    }
}

#[tokio::test]
async fn of_many_what_changed_meanwhile_is_left_and_said() {
    let shop = many(4).await;
    let (mut asha, mut ravi) = (shop.manager(), shop.browser("ravi manager"));
    ravi.open("held/drop?all=1").await;
    let his = ravi.page.form("#ask");
    // Asha approves one reminder; another one is held anew, for another reason.
    asha.open("held/INV~2F2/T+3/approve").await;
    let hers = asha.page.form("#ask");
    asha.submit(&hers).await;
    shop.clock.advance(minutes(1));
    shop.remind(7, "INV/4", StepState::Held).await;
    let page = ravi.submit(&his).await;
    assert_eq!(page.one("h1"), "2 reminders are left out");
    assert!(page.told().contains("2 are left as they are, for the reasons below."));
    let left = page.all("[aria-labelledby=g-left] .need");
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(left[0].contains("asha approved it at 10:01"), "{left:?}");
    assert!(left[1].contains("does not wait for approval any more"), "{left:?}");
    let told = acts(&shop).await;
    assert_eq!(told.iter().filter(|act| **act == Act::ReminderDropped).count(), 2);
    // A ticked reminder that does not wait any more is counted before anything is asked.
    let form = asha.open("held").await.form("#many");
    asha.open(&ticked(&form, &["INV/2", "INV/4"], "drop")).await;
    assert_eq!(asha.page.one("h1"), "Leave this reminder out?");
    assert!(asha.page.told().contains("1 that you ticked does not wait any more"));
}

#[tokio::test]
async fn all_that_wait_are_counted_and_the_first_named_up_to_a_bound() {
    let shop = many(503).await;
    let mut browser = shop.manager();
    let page = browser.open("held").await;
    assert!(page.has_link("Approve all 500+") && page.has_link("Leave all 500+ out"));
    browser.click("Approve all").await;
    assert_eq!(browser.page.one("h1"), "Let 500 reminders go out?");
    let told = browser.page.told();
    assert!(told.contains("500 reminders go out to 2 customers"), "{told}");
    assert!(
        told.contains("More reminders wait: these are the 500 whose day came first."),
        "{told}"
    );
    let dd = browser.page.all("dd");
    assert_eq!((dd.len(), dd[20].as_str()), (21, "and 480 more"));
    assert!(dd[0].ends_with("It waits for approval: its day passed unsent."), "{dd:?}");
    let form = browser.page.form("#ask");
    assert_eq!(form.fields.iter().filter(|(name, _)| name == "seen").count(), 500);
    assert_eq!(browser.submit(&form).await.one("h1"), "500 reminders are approved");
    assert_eq!(browser.open("held").await.all("#rows .need").len(), 3);
    for seen in ["", "x", "1.T+3"] {
        assert_eq!(browser.sent(&form.clone().with("seen", seen)).await.status, 400, "{seen}");
    }
}

#[tokio::test]
async fn whoever_only_looks_ticks_nothing() {
    let shop = many(2).await;
    let mut viewer = shop.viewer();
    let page = viewer.open("held").await;
    assert_eq!(page.all("#rows .need").len(), 2);
    assert!(page.all("input[name=step], #many").is_empty());
    for act in ["approve", "drop"] {
        assert_eq!(viewer.open(&format!("held/{act}?all=1")).await.status, 403);
    }
}

#[tokio::test]
async fn what_keeps_many_from_being_approved_is_said_of_each() {
    let shop = many(2).await;
    let mut browser = shop.manager();
    browser.open("held/approve?all=1").await;
    let form = browser.page.form("#ask");
    shop.store.put_setting("whatsapp_payment_reminder_enabled", "false");
    let page = browser.submit(&form).await;
    assert_eq!(page.one("h1"), "No reminder was approved");
    let left = page.all("[aria-labelledby=g-left] .need p");
    assert_eq!(left.len(), 2);
    assert!(left.iter().all(|why| why.contains("Reminders are switched off")), "{left:?}");
    assert_eq!(acts(&shop).await, []);
}
