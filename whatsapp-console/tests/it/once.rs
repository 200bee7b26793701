//! Nothing is done twice: by a double click, a reload, the way back, or somebody else's click.

use whatsapp_core::MessageId;
use whatsapp_core::audit::AuditTarget;
use whatsapp_core::message::{Facts, Status};
use whatsapp_core::port::AuditFilter;
use whatsapp_testkit::fixtures::START;

use crate::shop::{Shop, exhausted, message, minutes, not_on_whatsapp, waiting};

/// The acts, each with a message that it can be done to, and the fields that have to be filled in.
const ACTS: [(&str, &str, &str); 6] = [
    ("retry", "", ""),
    ("resend", "", ""),
    ("number", "number", "98765 00077"),
    ("cancel", "", ""),
    ("reschedule", "at", "2026-01-27T15:00"),
    ("put-aside", "", ""),
];

/// A shop with a message that this act can be done to.
async fn scene(act: &str) -> (Shop, MessageId) {
    let shop = Shop::new();
    shop.customer(7, "Asha Traders");
    let state = match act {
        "retry" | "put-aside" => exhausted(),
        "resend" | "number" => not_on_whatsapp(),
        _ => waiting(START + minutes(60)),
    };
    let id = shop.put(message(7, "Asha Traders", START - minutes(5), state)).await;
    (shop, id)
}

async fn entries(shop: &Shop, id: MessageId) -> usize {
    let filter = AuditFilter::about(AuditTarget::Message(id));
    shop.desk().audit(&filter, None, 200).await.unwrap().entries.len()
}

#[tokio::test]
async fn a_double_click_a_reload_and_the_way_back_act_once() {
    for (act, field, typed) in ACTS {
        let (shop, id) = scene(act).await;
        let mut browser = shop.manager();
        browser.open(&format!("messages/{id}/{act}?back=overview")).await;
        let form = browser.page.form("#ask").with(field, typed);
        let (one, other) = tokio::join!(browser.sent(&form), browser.sent(&form));
        assert_eq!(one.headers["location"], other.headers["location"], "{act}");
        assert_ne!(browser.submit(&form).await.one("p.note"), "");
        assert_eq!(browser.page.url, "/console/overview", "{act}");
        assert_eq!(browser.open("overview").await.all("p.note").len(), 0, "a reload is silent");
        shop.clock.advance(minutes(3));
        let later = browser.sent(&form).await;
        assert!(!one.done().is_empty(), "{act}");
        assert_eq!((later.done(), other.done()), (one.done(), one.done()), "{act}");
        assert_eq!(entries(&shop, id).await, 1, "{act}");
        let is_new = matches!(act, "resend" | "number");
        assert_eq!(shop.store.messages().len(), 1 + usize::from(is_new), "{act}");
    }
}

#[tokio::test]
async fn what_was_done_is_said_once_and_by_no_other_page() {
    let (shop, id) = scene("cancel").await;
    let mut browser = shop.manager();
    let here = format!("messages/{id}");
    browser.open(&format!("{here}/cancel")).await;
    let answer = browser.sent(&browser.page.form("#ask")).await;
    browser.keep(&answer);
    // A page of another tab, and a page that cannot be shown, do not use the notice up.
    assert_eq!(browser.open("overview").await.all("p.note").len(), 0);
    assert_eq!(browser.open("messages/1").await.status, 404);
    assert_ne!(browser.open(&here).await.one("p.note"), "");
    for page in [here.as_str(), "overview"] {
        assert_eq!(browser.open(page).await.all("p.note").len(), 0, "{page}");
    }
    assert_eq!(browser.cookies.get("console-done"), None);
}

#[tokio::test]
async fn of_two_managers_one_acts_and_the_other_is_told() {
    for (act, field, typed) in ACTS {
        let (shop, id) = scene(act).await;
        let (mut asha, mut ravi) = (shop.manager(), shop.browser("ravi manager"));
        for browser in [&mut asha, &mut ravi] {
            browser.open(&format!("messages/{id}/{act}")).await;
        }
        let (hers, his) = (asha.page.form("#ask"), ravi.page.form("#ask"));
        asha.submit(&hers.with(field, typed)).await;
        assert_ne!(asha.page.one("p.note"), "");
        let told = ravi.submit(&his.with(field, typed)).await.one("p.note");
        assert!(told.starts_with("asha "), "{act}: {told}");
        assert!(told.ends_with("at 10:00. Nothing was done twice."), "{act}: {told}");
        assert_eq!(entries(&shop, id).await, 1, "{act}");
    }
}

#[tokio::test]
async fn two_managers_at_once_make_one_message() {
    let (shop, id) = scene("resend").await;
    let (mut asha, mut ravi) = (shop.manager(), shop.browser("ravi manager"));
    asha.open(&format!("messages/{id}/resend")).await;
    ravi.open(&format!("messages/{id}/resend")).await;
    let (hers, his) = (asha.page.form("#ask"), ravi.page.form("#ask"));
    let (one, other) = tokio::join!(asha.sent(&hers), ravi.sent(&his));
    let mut told = [one.done(), other.done()];
    told.sort();
    assert_eq!(told, ["changed", "resent"]);
    assert_eq!(shop.store.messages().len(), 2);
}

#[tokio::test]
async fn another_number_that_came_too_late_is_not_taken_for_done() {
    let (shop, id) = scene("number").await;
    let mut browser = shop.manager();
    browser.open(&format!("messages/{id}/number")).await;
    let form = browser.page.form("#ask");
    browser.submit(&form.clone().with("number", "+919876500077")).await;
    let late = browser.sent(&form.with("number", "+919876500088")).await;
    assert_eq!(late.done(), "changed");
    assert_eq!(shop.store.messages().len(), 2);
}

#[tokio::test]
async fn a_second_resend_of_a_message_is_asked_about() {
    let (shop, id) = scene("resend").await;
    let mut browser = shop.manager();
    browser.open(&format!("messages/{id}/resend")).await;
    let form = browser.page.form("#ask");
    browser.submit(&form).await;
    browser.open(&format!("messages/{id}/resend")).await;
    let ticks = browser.page.all("#ask label.check");
    assert_eq!(ticks, ["It was sent again once already. Send it once more."]);
    let form = browser.page.form("#ask");
    assert_eq!(browser.sent(&form).await.status, 422);
    assert_eq!(shop.store.messages().len(), 2);
    browser.submit(&form.with("again", "yes")).await;
    assert_eq!(shop.store.messages().len(), 3);
}

#[tokio::test]
async fn what_was_sent_again_is_not_tried_again_beside_that_unasked() {
    let (shop, id) = scene("retry").await;
    let (mut asha, mut ravi) = (shop.manager(), shop.browser("ravi manager"));
    asha.open(&format!("messages/{id}/retry")).await;
    ravi.open(&format!("messages/{id}/resend")).await;
    let (hers, his) = (asha.page.form("#ask"), ravi.page.form("#ask"));
    ravi.submit(&his).await;
    asha.submit(&hers).await;
    assert_eq!(asha.done, "changed");
    assert_eq!(shop.store.messages().len(), 2);
    // A person who saw that is asked, and may want both.
    asha.open(&format!("messages/{id}/retry")).await;
    let form = asha.page.form("#ask");
    assert_eq!(asha.page.all("#ask label.check").len(), 1);
    assert_eq!(asha.sent(&form).await.status, 422);
    asha.submit(&form.with("again", "yes")).await;
    assert_eq!(asha.done, "retried");
}

#[tokio::test]
async fn of_two_instants_only_that_which_holds_is_told_as_done() {
    let (shop, id) = scene("reschedule").await;
    let mut browser = shop.manager();
    browser.open(&format!("messages/{id}/reschedule")).await;
    let form = browser.page.form("#ask");
    browser.submit(&form.clone().with("at", "2026-01-27T15:00")).await;
    assert_ne!(browser.done, "changed");
    browser.submit(&form.with("at", "2026-01-27T17:00")).await;
    assert_eq!(browser.done, "changed");
    assert_eq!(entries(&shop, id).await, 1);
}

#[tokio::test]
async fn an_instant_that_has_passed_is_asked_about_and_the_one_that_was_shown_is_kept() {
    let (shop, id) = scene("reschedule").await;
    let mut browser = shop.manager();
    browser.open(&format!("messages/{id}/reschedule")).await;
    let form = browser.page.form("#ask");
    let past = form.clone().with("at", "2026-01-27T09:30");
    let page = browser.submit(&past).await;
    assert_eq!(page.status, 422);
    assert_eq!(
        page.all("#ask label.check"),
        ["Tuesday, 27 Jan 2026, 09:30 has passed. Send it at once."]
    );
    assert!(!page.told().contains("UTC"), "{}", page.told());
    assert_eq!(entries(&shop, id).await, 0);
    // Another instant needs no tick.
    let asked = page.form("#ask");
    browser.submit(&asked.with("at", "2026-01-27T15:00")).await;
    assert_eq!(browser.done, "rescheduled");

    let (shop, id) = scene("reschedule").await;
    let mut browser = shop.manager();
    browser.open(&format!("messages/{id}/reschedule")).await;
    let past = browser.page.form("#ask").with("at", "2026-01-27T09:30");
    let asked = browser.submit(&past).await.form("#ask");
    browser.submit(&asked.with("now", "yes")).await;
    assert_eq!(browser.done, "rescheduled");
    shop.dispatcher().tick(START).await.unwrap();
    assert_eq!(shop.gateway.sent().len(), 1);
}

#[tokio::test]
async fn a_form_for_what_is_not_offered_does_nothing() {
    for (scene_of, asked, wanted) in [
        ("retry", "resend", "number"),
        ("cancel", "cancel", "retry"),
        ("cancel", "cancel", "resend"),
    ] {
        let (shop, id) = scene(scene_of).await;
        let before = shop.store.messages();
        let mut browser = shop.manager();
        browser.open(&format!("messages/{id}/{asked}")).await;
        let mut form = browser.page.form("#ask").with("number", "98765 00077");
        form.action = form.action.replace(asked, wanted);
        let answer = browser.sent(&form).await;
        assert_eq!(answer.done(), "not-now", "{wanted}");
        assert_eq!(shop.store.messages(), before, "{wanted}");
        assert_eq!(entries(&shop, id).await, 0, "{wanted}");
    }
}

#[tokio::test]
async fn what_changed_by_itself_since_the_form_was_shown_is_not_acted_on() {
    let (shop, id) = scene("cancel").await;
    let mut browser = shop.manager();
    browser.open(&format!("messages/{id}/cancel")).await;
    let form = browser.page.form("#ask");
    shop.clock.advance(minutes(61));
    shop.dispatcher().tick(START + minutes(61)).await.unwrap();
    let told = browser.submit(&form).await.one("p.note");
    assert!(told.contains("nothing was done"), "{told}");
    assert_eq!(entries(&shop, id).await, 0);
    assert_eq!(shop.store.messages()[0].state.status, Status::Sent);
}

#[tokio::test]
async fn what_has_to_be_ticked_is_needed_and_what_was_typed_stays() {
    let shop = Shop::new();
    shop.customer(7, "Asha Traders");
    let state = crate::shop::unknown();
    let id = shop.put(message(7, "Asha Traders", START - minutes(5), state)).await;
    let mut browser = shop.manager();
    let page = browser.open(&format!("messages/{id}/resend")).await;
    let asked = ["It may have arrived. I know that the customer did not get it."];
    assert_eq!(page.all("#ask label.check"), asked);
    let form = browser.page.form("#ask");
    assert_eq!(browser.sent(&form).await.status, 422);
    assert_eq!(shop.store.messages().len(), 1);
    browser.submit(&form.with("arrived", "yes")).await;
    assert_eq!(shop.store.messages().len(), 2);
}

#[tokio::test]
async fn a_number_that_cannot_be_is_told_at_its_field_and_stays_there() {
    let (shop, id) = scene("number").await;
    let mut browser = shop.manager();
    browser.open(&format!("messages/{id}/number")).await;
    let form = browser.page.form("#ask").with("number", "98765 4321");
    let page = browser.submit(&form).await;
    assert_eq!(page.status, 422);
    assert_ne!(page.one(".error"), "");
    assert_eq!(page.form("#ask").value("number"), "98765 4321");
    // The example that the hint shows is right.
    let hint = page.one("#h-number");
    let example = hint.rsplit(' ').next().unwrap().trim_end_matches('.').to_owned();
    assert!(whatsapp_core::WhatsAppNumber::parse(&example).is_ok(), "{example}");
    for (typed, told) in [("98765#00077", example.as_str()), ("by letter", "letters")] {
        let form = browser.page.form("#ask").with("number", typed);
        let error = browser.submit(&form).await.one(".error");
        assert!(error.contains(told), "{error}");
    }
    assert_eq!(shop.store.messages().len(), 1);
}

#[tokio::test]
async fn a_message_to_another_number_leaves_the_customers_own_alone() {
    let (shop, id) = scene("number").await;
    let mut browser = shop.manager();
    browser.open(&format!("messages/{id}/number")).await;
    let form = browser.page.form("#ask").with("number", "98765 00077");
    let page = browser.submit(&form).await.clone();
    assert_eq!(
        page.one("p.note"),
        "Festival greeting SO-7 to Asha Traders goes out again, to +91 98765 00077."
    );
    // The number is on the page, and in nothing that a browser keeps.
    assert_eq!(page.url, format!("/console/messages/{id}"));
    let cookie = browser.sent(&form).await.headers["set-cookie"].to_str().unwrap().to_owned();
    assert!(!cookie.contains("00077"), "{cookie}");
    let numbers: Vec<_> = shop.store.messages().into_iter().map(|it| it.facts).collect();
    let fresh = numbers.iter().find(|facts| facts.id != id).unwrap();
    assert_eq!(fresh.whatsapp_number.as_str(), "+919876500077");
    let Facts { resend_of, customer_id, .. } = fresh;
    assert_eq!((*resend_of, customer_id.as_str()), (Some(id), "C-7"));
    shop.dispatcher().tick(START).await.unwrap();
    assert_eq!(shop.gateway.sent().len(), 1);
}
