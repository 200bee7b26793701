//! An entry from the check to its result: armed, paused, going on, cancelled, confirmed, copied,
//! tried out.

use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::audit::{Act, Actor, AuditTarget};
use whatsapp_core::campaign::{Audience, CampaignPlan, CampaignState};
use whatsapp_core::message::Category;
use whatsapp_core::port::{AuditFilter, Clock as _, Customer};
use whatsapp_core::{CampaignFeeder, CampaignId, Campaigns, CustomerId};
use whatsapp_testkit::fixtures::number;

use crate::shop::{Browser, Shop};

fn campaigns(shop: &Shop) -> Campaigns {
    Campaigns::new(shop.ports.clone()).unwrap()
}

/// A shop with this number of customers and an entry for tomorrow, 28 January, at ten.
async fn scene(customers: u64) -> (Shop, CampaignId, Browser) {
    let shop = Shop::new();
    for seed in 1..=customers {
        shop.customer(seed, &format!("Customer {seed}"));
    }
    let plan = CampaignPlan::festival("Diwali", "2026-01-28".parse().unwrap());
    let id = campaigns(&shop).create(plan, &Actor::Host).await.unwrap().id;
    let browser = shop.manager();
    (shop, id, browser)
}

async fn state(shop: &Shop, id: CampaignId) -> CampaignState {
    campaigns(shop).campaign(id).await.unwrap().state
}

/// The acts on the entry, in the order of their words: several may be done at one instant.
async fn acts(shop: &Shop, id: CampaignId) -> Vec<Act> {
    let filter = AuditFilter::about(AuditTarget::Campaign(id));
    let audit = shop.desk().audit(&filter, None, 200).await.unwrap();
    sorted(audit.entries.into_iter().map(|entry| entry.act))
}

fn sorted(acts: impl IntoIterator<Item = Act>) -> Vec<Act> {
    let mut acts: Vec<_> = acts.into_iter().collect();
    acts.sort();
    acts
}

/// Arms the entry on its page.
async fn armed(browser: &mut Browser, id: CampaignId) {
    browser.open(&format!("festivals/{id}/arm")).await;
    let form = browser.page.form("#ask");
    let page = browser.submit(&form).await;
    assert!(page.one("p.note[role=status]").starts_with("It is armed."), "{}", page.told());
}

/// Runs the feeder and the dispatcher until an instant.
async fn until(shop: &Shop, at: DateTime<Utc>) {
    let feeder = CampaignFeeder::new(shop.ports.clone()).unwrap();
    while shop.clock.now() < at {
        shop.clock.advance(TimeDelta::minutes(1));
        feeder.tick(shop.clock.now()).await.unwrap();
        while shop.dispatcher().tick(shop.clock.now()).await.unwrap().claimed > 0 {}
    }
}

fn ten() -> DateTime<Utc> {
    "2026-01-28T04:30:00Z".parse().unwrap()
}

#[tokio::test]
async fn the_question_says_exactly_how_many_get_what_and_when() {
    let (shop, id, mut browser) = scene(3).await;
    let other = |id: &str, number: Option<&str>| {
        Customer::new(CustomerId::new(id).unwrap(), "Other", number)
    };
    shop.customers.put(other("L-1", None));
    let declines = other("L-2", Some("+919700000002"));
    shop.customers.put(declines.with_declined(Category::Greetings));
    browser.open(&format!("festivals/{id}")).await;
    let page = browser.click("Check and arm…").await;
    assert_eq!(page.one("h1"), "Arm Diwali?");
    let told = page.told();
    for said in [
        "3 customers get this message on Wednesday, 28 Jan 2026: the first at 10:00, the last at about 10:02.",
        "1 customer has no usable number. 1 customer wants no such messages.",
        "Dear Customer 1, Warm wishes to you and your family on Diwali!",
        "The program that sends festival messages has not run yet",
        "Text and recipients are fixed from then on.",
    ] {
        assert!(told.contains(said), "{said}: {told}");
    }
    assert_eq!(page.one("#ask button"), "Arm it for 3 customers");
    assert_eq!(state(&shop, id).await, CampaignState::Draft);
    assert_eq!(acts(&shop, id).await, [Act::CampaignSaved], "a question changes nothing");
}

#[tokio::test]
async fn what_would_be_another_thing_by_now_is_asked_once_more_and_a_double_click_arms_once() {
    let (shop, id, mut browser) = scene(3).await;
    let form = browser.open(&format!("festivals/{id}/arm")).await.form("#ask");
    shop.customer(4, "Customer 4");
    let page = browser.sent(&form).await;
    assert_eq!(page.status, 409);
    assert!(page.one("#problem").starts_with("Something has changed since this was shown."));
    assert_eq!(page.one("#ask button"), "Arm it for 4 customers");
    let form = page.form("#ask");
    let (one, other) = tokio::join!(browser.sent(&form), browser.sent(&form));
    assert!([&one, &other].iter().any(|page| page.done() == "festival-armed"));
    let page = browser.submit(&form).await;
    assert!(page.one("p.note[role=status]").starts_with("It is armed."));
    assert_eq!(page.one("section.note h2"), "Armed");
    assert_eq!(acts(&shop, id).await, sorted([Act::CampaignSaved, Act::CampaignArmed]));
    // Somebody else's click says that the entry is in another state.
    let mut meena = shop.browser("meena manager");
    let page = meena.open(&format!("festivals/{id}/arm")).await;
    assert!(page.one("p.note[role=status]").starts_with("It stands otherwise by now"));
    assert_eq!(
        meena.open(&format!("festivals/{id}/edit")).await.one("h1"),
        "Diwali",
        "it is fixed"
    );
    for bad in ["", "x", "1.2.3"] {
        assert_eq!(browser.sent(&form.clone().with("agreed", bad)).await.status, 400, "{bad}");
    }
}

#[tokio::test]
async fn why_it_cannot_be_armed_is_said_and_there_is_no_button() {
    let shop = Shop::new();
    let mut browser = shop.manager();
    for (plan, said) in [
        (
            CampaignPlan::festival("Diwali", "2026-01-28".parse().unwrap()),
            "Audience: the program lists no customers",
        ),
        (
            CampaignPlan::festival("Diwali", "2026-01-26".parse().unwrap()),
            "Date: 26 Jan 2026 is over",
        ),
        (
            CampaignPlan::announcement("Move", "2026-01-28".parse().unwrap(), "We moved."),
            "Announcement messages are switched off",
        ),
    ] {
        let id = campaigns(&shop).create(plan, &Actor::Host).await.unwrap().id;
        let page = browser.open(&format!("festivals/{id}/arm")).await;
        assert!(page.one("#problem").starts_with(said), "{}", page.one("#problem"));
        assert_eq!(page.all("#ask button").len(), 0);
    }
}

#[tokio::test]
async fn it_is_paused_goes_on_and_ends_with_a_result_that_leads_to_messages() {
    let (shop, id, mut browser) = scene(6).await;
    armed(&mut browser, id).await;
    let page = browser.open("overview").await;
    assert!(
        page.one("section[aria-labelledby=festivals]")
            .contains("It goes out by itself on Wednesday, 28 Jan 2026")
    );
    until(&shop, ten() + TimeDelta::minutes(2)).await;
    assert_eq!(state(&shop, id).await, CampaignState::Running);
    browser.click("Diwali").await;
    browser.click("Pause…").await;
    let form = browser.page.form("#ask");
    let (one, other) = tokio::join!(browser.sent(&form), browser.sent(&form));
    assert_eq!(
        (one.done(), other.done()),
        ("festival-paused".to_owned(), "festival-paused".to_owned())
    );
    let page = browser.submit(&form).await;
    assert!(page.one("p.note[role=status]").starts_with("It is paused."));
    let before = campaigns(&shop).counts(id).await.unwrap();
    assert!(before.sent > 0 && before.waiting > 0, "{before:?}");
    until(&shop, ten() + TimeDelta::minutes(30)).await;
    assert_eq!(campaigns(&shop).counts(id).await.unwrap().sent, before.sent);
    browser.click("Let it go on…").await;
    let form = browser.page.form("#ask");
    browser.submit(&form).await;
    until(&shop, ten() + TimeDelta::minutes(60)).await;
    let page = browser.open(&format!("festivals/{id}")).await;
    assert_eq!(page.one("section.note h2"), "Finished");
    assert!(page.one("section.note").contains("6 of 6 got it."), "{}", page.one("section.note"));
    let tiles = page.all(".tiles > div");
    assert_eq!(tiles, ["0 waiting", "0 on the way", "6 sent", "0 failed", "0 left out"]);
    assert_eq!(page.all(".needs .pill").len(), 6);
    let page = browser.click("6 sent").await;
    assert_eq!(page.one("#people"), "Sent");
    let page = browser.click("That message").await;
    assert!(page.one("h1").contains("Diwali") || page.told().contains("Diwali"), "{}", page.told());
    browser.open(&format!("festivals/{id}")).await;
    let page = browser.click("Its messages in the log").await;
    // Recipients whose messages the pause withdrew are there too.
    assert_eq!(page.all("#rows .stat .pill").iter().filter(|pill| *pill == "Sent").count(), 6);
    let expected =
        [Act::CampaignSaved, Act::CampaignArmed, Act::CampaignPaused, Act::CampaignResumed];
    assert_eq!(acts(&shop, id).await, sorted(expected));
    let page = browser.open(&format!("festivals/{id}")).await;
    let history = page.all("ol.line li").join("\n");
    assert!(history.contains("asha paused the festival message Diwali."), "{history}");
    // As on a message: earlier acts come first.
    let place = |what: &str| history.find(what).unwrap();
    assert!(place("asha armed") < place("asha paused") && place("asha paused") < place("go on"));
    // A viewer sees neither the text nor whole numbers, and no act.
    let page = shop.viewer().open(&format!("festivals/{id}")).await.clone();
    let digits = &number(1)[3..];
    let seen: String = page.body.split_whitespace().collect();
    assert!(!seen.contains(digits) && !page.body.contains("Warm wishes"), "{}", page.told());
    assert!(page.told().contains("…001") && page.all("a[data-ask], ol.line").is_empty());
}

#[tokio::test]
async fn nobody_lets_it_go_on_over_a_pause_that_was_not_seen() {
    let (shop, id, mut browser) = scene(3).await;
    armed(&mut browser, id).await;
    browser.open(&format!("festivals/{id}")).await;
    let pause = browser.click("Pause…").await.form("#ask");
    browser.submit(&pause).await;
    let resume = browser.click("Let it go on…").await.form("#ask");
    // Somebody else lets it go on, and somebody stops it once more, for a reason of today.
    shop.clock.advance(TimeDelta::minutes(1));
    let campaigns = campaigns(&shop);
    campaigns.resume(id, &Actor::Host).await.unwrap();
    campaigns.pause(id, &Actor::Host).await.unwrap();
    let page = browser.submit(&resume).await;
    assert!(page.one("p.note[role=status]").starts_with("It stands otherwise by now"));
    assert_eq!(page.one("section.note h2"), "Paused");
    assert_eq!(state(&shop, id).await, CampaignState::Paused);
    let form = browser.click("Let it go on…").await.form("#ask");
    for bad in ["", "x", "-1"] {
        assert_eq!(browser.sent(&form.clone().with("revision", bad)).await.status, 400, "{bad}");
    }
    browser.submit(&form).await;
    assert_eq!(state(&shop, id).await, CampaignState::Armed);
}

#[tokio::test]
async fn recipients_stand_on_pages_and_no_address_says_a_number() {
    let (_, id, mut browser) = scene(120).await;
    armed(&mut browser, id).await;
    let mut seen = browser
        .open(&format!("festivals/{id}?state=waiting"))
        .await
        .all(".needs .need > div:first-child > a");
    while browser.page.has_link("Next") {
        let next = browser.page.link("Next");
        assert!(!next.contains("9876") && next.contains("state=waiting"), "{next}");
        seen.extend(browser.click("Next").await.all(".needs .need > div:first-child > a"));
    }
    assert_eq!(seen.len(), 120);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 120, "each stands there once");
    let page = browser.open(&format!("festivals/{id}?state=failed")).await;
    assert_eq!(page.one("p.empty"), "There is nobody.");
}

#[tokio::test]
async fn it_is_cancelled_for_good_and_a_new_one_is_made_from_it() {
    let (shop, id, mut browser) = scene(3).await;
    armed(&mut browser, id).await;
    browser.open(&format!("festivals/{id}")).await;
    let page = browser.click("Cancel…").await;
    assert!(page.told().contains("It cannot be taken back"), "{}", page.told());
    let form = page.form("#ask");
    let page = browser.submit(&form).await;
    assert_eq!(page.one("p.note[role=status]"), "It is cancelled.");
    assert_eq!(browser.submit(&form).await.one("p.note[role=status]"), "It is cancelled.");
    assert_eq!(acts(&shop, id).await.len(), 3, "twice is once");
    let mut meena = shop.browser("meena manager");
    let page = meena.open(&format!("festivals/{id}/cancel")).await;
    assert!(page.one("p.note[role=status]").starts_with("It stands otherwise by now"));
    until(&shop, ten() + TimeDelta::minutes(5)).await;
    assert_eq!(shop.store.messages().len(), 0);
    assert!(browser.open(&format!("festivals/{id}")).await.has_link("Duplicate"));
}

#[tokio::test]
async fn a_copy_is_on_the_next_date_and_is_made_once() {
    let (shop, id, mut browser) = scene(3).await;
    browser.open(&format!("festivals/{id}")).await;
    let page = browser.click("Copy to next year…").await;
    assert!(page.told().contains("8 Nov 2026 is the date of Diwali."), "{}", page.told());
    let form = page.form("#ask");
    let (one, other) = tokio::join!(browser.sent(&form), browser.sent(&form));
    assert_eq!(one.headers["location"], other.headers["location"]);
    let page = browser.submit(&form).await;
    assert!(page.told().contains("Sunday, 8 Nov 2026"), "{}", page.told());
    assert_eq!(campaigns(&shop).list(None, 10).await.unwrap().len(), 2);
    let late = CampaignPlan::festival("Diwali", "2035-10-30".parse().unwrap());
    let late = campaigns(&shop).create(late, &Actor::Host).await.unwrap().id;
    let page = browser.open(&format!("festivals/{late}/copy")).await;
    assert!(page.one("#problem").starts_with("The date of Diwali in 2036 is not known"));
    assert_eq!(page.all("#ask button").len(), 0);
}

#[tokio::test]
async fn its_message_is_tried_out_on_one_number_once() {
    let (shop, id, mut browser) = scene(3).await;
    browser.open(&format!("festivals/{id}")).await;
    let page = browser.click("Send it to me first…").await;
    let form = page.form("#ask");
    let page = browser.sent(&form.clone().with("number", "12")).await;
    assert_eq!(page.status, 422);
    assert!(page.one("#e-number").starts_with("Number:"), "{}", page.one("#e-number"));
    let form = form.with("number", "+919876500099");
    let (one, other) = tokio::join!(browser.sent(&form), browser.sent(&form));
    assert_eq!(
        (one.done(), other.done()),
        ("festival-tried".to_owned(), "festival-tried".to_owned())
    );
    let page = browser.submit(&form).await;
    assert!(
        page.one("p.note[role=status]").starts_with("The message goes out to that number now.")
    );
    let messages = shop.store.messages();
    assert_eq!(messages.len(), 1);
    assert!(messages[0].facts.text.as_str().contains("on Diwali!"));
    assert_eq!(state(&shop, id).await, CampaignState::Draft);
}

#[tokio::test]
async fn a_date_that_depends_on_the_moon_is_confirmed_in_the_last_three_days() {
    let shop = Shop::new();
    shop.customer(1, "Customer 1");
    let plan = CampaignPlan::festival("Eid al-Fitr", "2026-01-29".parse().unwrap());
    let plan = plan.with_estimated(true);
    let id = campaigns(&shop).create(plan, &Actor::Host).await.unwrap().id;
    let mut browser = shop.manager();
    armed(&mut browser, id).await;
    let page = browser.open("festivals").await;
    assert!(page.one(".needs .need p").contains("Confirm its date now"), "{}", page.told());
    let page = browser.click("Confirm the date…").await;
    assert_eq!(page.one("h1"), "On which day is Eid al-Fitr?");
    let form = page.form("#ask");
    for (date, said) in [
        ("2026-02-05", "Date: 5 Feb 2026 is too far"),
        ("x", "Choose a date."),
        ("2026-01-31", "The date can be confirmed from 28 Jan 2026 on"),
    ] {
        let page = browser.sent(&form.clone().with("date", date)).await;
        assert_eq!(page.status, 422, "{date}");
        assert!(page.one("#e-date").starts_with(said), "{}", page.one("#e-date"));
    }
    let form = form.with("date", "2026-01-30");
    let page = browser.submit(&form).await;
    assert_eq!(page.one("p.note[role=status]"), "The date is confirmed.");
    assert!(
        page.one("section.note")
            .contains("Friday, 30 Jan 2026, from 10:00. Its date is confirmed.")
    );
    assert!(page.told().contains("Date at first Thursday, 29 Jan 2026"), "{}", page.told());
    let page = browser.submit(&form).await;
    assert_eq!(page.one("p.note[role=status]"), "The date is confirmed.");
    let page = browser.submit(&form.clone().with("date", "2026-01-29")).await;
    assert!(page.one("p.note[role=status]").starts_with("It stands otherwise by now"));
    let expected = [Act::CampaignSaved, Act::CampaignArmed, Act::CampaignConfirmed];
    assert_eq!(acts(&shop, id).await, sorted(expected), "twice is once");
}

#[tokio::test]
async fn the_hours_and_the_pace_say_how_many_are_left_over() {
    let (shop, id, mut browser) = scene(30).await;
    shop.store.put_setting("whatsapp_bulk_per_day", "12");
    let page = browser.open(&format!("festivals/{id}/arm")).await;
    let said = "Of 30 recipients not all can go out in the hours of that day and at the pace of the settings: 18 recipients are left out.";
    assert!(page.told().contains(said), "{}", page.told());
    assert_eq!(page.one("#ask button"), "Arm it for 12 customers");
    armed(&mut browser, id).await;
    let again = Audience::Customers(vec![CustomerId::new("C-1").unwrap()]);
    let plan = CampaignPlan::festival("Other", "2026-01-28".parse().unwrap()).with_audience(again);
    let other = campaigns(&shop).create(plan, &Actor::Host).await.unwrap().id;
    shop.store.put_setting("whatsapp_bulk_per_day", "400");
    let page = browser.open(&format!("festivals/{other}/arm")).await;
    assert!(page.told().contains("Armed for that day already: Diwali."), "{}", page.told());
}
