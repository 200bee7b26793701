//! One customer: unknown, known and without messages, with some and with many, gone from the
//! records, and with mutes.

use std::sync::Arc;

use async_trait::async_trait;
use whatsapp_core::audit::{Act, Actor};
use whatsapp_core::message::{Delivery, Facts, MessageKey, MessageType, NewMessage};
use whatsapp_core::mute::{MuteOf, MuteOn};
use whatsapp_core::port::{
    AuditFilter, Customer, LogFilter, LogPage, Sort, Store, StoreError, Turn,
};
use whatsapp_core::schedule::StepState;
use whatsapp_core::{CustomerId, MessageId, MuteId, WhatsAppNumber};
use whatsapp_testkit::fixtures::{START, number};
use whatsapp_testkit::{MemoryStore, StoreWrapper, forward_store};

use crate::shop::{Shop, exhausted, message, minutes, not_on_whatsapp, sent, waiting};

async fn acts(shop: &Shop) -> Vec<Act> {
    let audit = shop.desk().audit(&AuditFilter::default(), None, 200).await.unwrap();
    audit.entries.into_iter().map(|entry| entry.act).collect()
}

#[tokio::test]
async fn a_customer_of_whom_nothing_is_known_has_no_page() {
    let shop = Shop::new();
    let mut browser = shop.manager();
    for path in ["customers/C-404", "customers/~", "customers/%00", "customers/C-404?after=x"] {
        let page = browser.open(path).await;
        assert!(matches!(page.status.as_u16(), 400 | 404), "{path}: {}", page.status);
    }
    assert!(browser.open("customers/C-404").await.told().contains("There is no such customer"));
}

#[tokio::test]
async fn a_customer_without_a_message_has_a_page_that_says_what_would_be_there() {
    let shop = Shop::new();
    shop.customer(7, "Asha Traders");
    let mut browser = shop.manager();
    let page = browser.open("customers/C-7").await;
    assert_eq!(page.one("h1"), "Asha Traders");
    assert_eq!(page.one(".head p"), "+91 98765 00007");
    for said in [
        "No message to this customer needs you.",
        "No reminder is planned or waits for approval.",
        "Nothing is kept back from this customer.",
        "No message was made for this customer yet.",
    ] {
        assert!(page.told().contains(said), "{said}: {}", page.told());
    }
    assert!(!page.has_link("All that failed") && !page.has_link("Older"));
}

#[tokio::test]
async fn a_customers_page_has_what_needs_a_person_what_is_planned_and_all_messages() {
    let shop = Shop::new();
    let asha = shop.customer(7, "Asha Traders");
    let record = Customer::new(asha, "Asha Traders", Some(&number(7)));
    shop.customers.put(record.with_page("https://shop.example/customers/7"));
    let failed = shop.put(message(7, "Asha Traders", START - minutes(9), not_on_whatsapp())).await;
    for no in 0..25_u64 {
        let at = START - minutes(60 + i64::try_from(no).unwrap());
        let made = message(100 + no, "Asha Traders", at, sent(at, Delivery::Read));
        shop.put(of_customer(made, 7)).await;
    }
    shop.remind(7, "81", StepState::Held).await;
    shop.remind(7, "82", StepState::Planned).await;
    shop.remind(8, "83", StepState::Held).await;
    shop.put(message(8, "Somebody else", START, exhausted())).await;
    let mut browser = shop.manager();
    let page = browser.open("customers/C-7").await;
    assert_eq!(page.all("section[aria-labelledby=needs] .need > div:first-child > a"), ["SO-7"]);
    assert_eq!(
        page.all("section[aria-labelledby=needs] .need > p"),
        ["The number is not on WhatsApp."]
    );
    let open = page.all("section[aria-labelledby=open] .need");
    assert_eq!(open.len(), 2, "{open:?}");
    assert!(
        open[0].starts_with("Reminder of No. 81 after 3 days for 27 Jan 2026 Waits for approval")
    );
    assert!(open[0].ends_with("Approve… Leave out…"), "{open:?}");
    assert!(open[1].contains("Planned It goes out on"), "{open:?}");
    assert!(!open[1].contains("Approve"), "{open:?}");
    assert_eq!(page.all("#rows tr").len(), 20);
    assert_eq!(page.all("#rows .cust a")[0], "SO-7");
    assert_eq!(page.link("Customer's record"), "https://shop.example/customers/7");
    assert!(page.told().contains("1 to 20 of 26"), "{}", page.told());
    browser.click("Older").await;
    assert_eq!(browser.page.all("#rows tr").len(), 6);
    assert!(browser.page.told().contains("26 in all"));
    browser.click("Newer").await;
    browser.click("All that failed").await;
    assert_eq!(
        browser.page.url,
        "/console/messages?outcome=undelivered&outcome=failed&customer=C-7"
    );
    assert_eq!(browser.page.all("#rows .cust a"), ["Asha Traders"]);
    browser.click("All about Asha Traders").await;
    assert_eq!(browser.page.url, "/console/customers/C-7");
    // The message leads here as well.
    browser.open(&format!("messages/{failed}")).await;
    assert_eq!(browser.page.link("Asha Traders"), "../customers/C-7");
}

/// A message to another customer.
fn of_customer(made: NewMessage, seed: u64) -> NewMessage {
    let customer_id = CustomerId::new(format!("C-{seed}")).unwrap();
    made.with_facts(|facts| Facts { customer_id, ..facts })
}

#[tokio::test]
async fn a_customer_whom_the_records_do_not_have_any_more_still_has_a_page() {
    let shop = Shop::new();
    shop.put(message(7, "Asha Traders", START, waiting(START + minutes(60)))).await;
    let mut browser = shop.manager();
    let page = browser.open("customers/C-7").await;
    assert_eq!((page.status.as_u16(), page.one("h1").as_str()), (200, "Asha Traders"));
    assert!(page.one("p.note").contains("do not have this customer any more"));
    assert_eq!(page.all("#rows tr").len(), 1);
    // A customer of whom only a reminder tells.
    shop.remind(9, "90", StepState::Held).await;
    let page = browser.open("customers/C-9").await;
    assert_eq!((page.status.as_u16(), page.one("h1").as_str()), (200, "C-9"));
    // Nobody can be reminded, and nothing can be sent again to the number of the record.
    let open = page.one("section[aria-labelledby=open] .need");
    assert!(open.ends_with("Leave out…") && !open.contains("Approve"), "{open}");
    shop.put(message(9, "Asha Traders", START, not_on_whatsapp())).await;
    let page = browser.open("customers/C-9").await;
    assert_eq!(page.one("section[aria-labelledby=needs] .need > a"), "Other number…");
    assert_eq!(page.one("#rows .act a"), "Other number…");
    assert!(page.one("p.note").contains("nothing new is made for them"));
    let id = shop.put(message(10, "Asha Traders", START, exhausted())).await;
    let page = browser.open(&format!("messages/{id}")).await;
    assert!(!page.has_link("Send again…"), "{}", page.told());
    let page = browser.open(&format!("messages/{id}/resend")).await;
    assert!(page.told().contains("nothing can be sent to the number there"), "{}", page.told());
    assert_eq!(page.all("#ask button"), [""; 0]);
}

#[tokio::test]
async fn a_reminder_of_a_customer_who_is_gone_is_not_approved_with_the_others() {
    let shop = Shop::new();
    shop.customer(7, "Asha Traders");
    shop.remind(7, "81", StepState::Held).await;
    shop.remind(9, "90", StepState::Held).await;
    let mut browser = shop.manager();
    let rows = browser.open("held").await.all("#rows .need");
    assert!(rows[0].ends_with("Approve… Leave out…"), "{rows:?}");
    assert!(
        rows[1].contains("do not have this customer any more: nobody can be reminded. Leave out…")
    );
    let page = browser.open("schedule/2026-01-27").await;
    let rows = page.all("#rows tr");
    assert_eq!(rows[0].matches("Leave out…").count(), 1, "{rows:?}");
    assert!(rows[1].contains("nobody can be reminded") && !rows[1].contains("Approve"), "{rows:?}");
    assert!(!rows[1].contains("Remind now"), "{rows:?}");
    assert_eq!(page.all("#bulk button"), ["Approve these", "Leave these out"]);
    let page = browser.open("held/90/T+3/approve").await;
    assert!(page.told().contains("nobody can be reminded"), "{}", page.told());
    assert_eq!(page.all("#ask button"), [""; 0]);
    let page = browser.open("held/approve?all=1").await;
    assert_eq!(page.one("h1"), "Let 1 reminder go out?");
    assert!(
        page.told().contains("1 is left as it is: the shop's records do not have its customer")
    );
    assert_eq!(page.all("#ask button"), ["Approve it"]);
    let form = page.form("#ask");
    assert_eq!(browser.submit(&form).await.one("h1"), "1 reminder is approved");
    // A reminder without a customer cannot be approved; it can be dropped.
    let page = browser.open("held/approve?step=T%2B3.90").await;
    assert_eq!(page.all("#ask button"), [""; 0]);
    let page = browser.open("held/drop?step=T%2B3.90").await;
    assert_eq!(page.all("#ask button"), ["Leave it out"]);
}

#[tokio::test]
async fn records_that_do_not_answer_leave_a_page_without_what_they_know() {
    let shop = Shop::new();
    shop.customer(7, "Asha Traders");
    shop.put(message(7, "Asha Traders", START, exhausted())).await;
    shop.remind(7, "81", StepState::Held).await;
    let mut browser = shop.manager();
    for path in ["customers/C-7", "customers/C-nobody", "held"] {
        shop.customers.fail_next(9);
        let page = browser.open(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.one("p.note").contains("The shop's own records do not answer"), "{path}");
    }
    assert_eq!(browser.page.all("#rows .need a")[0], "C-7", "the key stands for the name");
    shop.customers.fail_next(0);
    assert_eq!(browser.open("held").await.all("#rows .need a")[0], "Asha Traders");
}

#[tokio::test]
async fn messages_are_kept_back_after_a_question_and_go_out_again_after_another() {
    let shop = Shop::new();
    shop.customer(7, "Asha Traders");
    let mut browser = shop.manager();
    browser.open("customers/C-7").await;
    browser.click("Keep messages back…").await;
    assert!(browser.page.told().contains("is not sent to Asha Traders until somebody ends it"));
    let form = browser.page.form("#ask");
    assert_eq!(form.value("of"), "reminders");
    let page = browser.submit(&form).await;
    assert_eq!(page.url, "/console/customers/C-7");
    assert_eq!(page.one("p.note"), "These messages are kept back from now on.");
    assert!(page.told().contains("Reminders to this customer are kept back. asha, 10:00"));
    // The same twice is one mute.
    browser.sent(&form).await;
    assert_eq!(acts(&shop).await, [Act::Muted]);
    browser.submit(&form.with("of", "all")).await;
    assert_eq!(acts(&shop).await, [Act::Muted, Act::Muted]);

    browser.click("Let them go out again…").await;
    let form = browser.page.form("#ask");
    assert!(browser.page.told().contains("What was cancelled meanwhile stays cancelled."));
    let said = browser.submit(&form).await.one("p.note");
    assert_eq!(said, "New messages go out to this customer again.");
    // A double click is told the same, and somebody else that it had ended.
    assert_eq!(browser.submit(&form).await.one("p.note"), said);
    let mut ravi = shop.browser("ravi manager");
    ravi.open("keys").await;
    let his = form.clone().with("csrf", &ravi.page.form("form[role=search]").value("csrf"));
    assert_eq!(ravi.submit(&his).await.one("p.note"), "That had ended already. Nothing was done.");
    assert_eq!(acts(&shop).await.iter().filter(|act| **act == Act::Unmuted).count(), 1);
    // The question of a mute that has ended leads back as well.
    let question = form.action.trim_start_matches("/console/").to_owned();
    ravi.open(&question).await;
    assert_eq!(
        (ravi.page.url.as_str(), ravi.done.as_str()),
        ("/console/customers/C-7", "unmuted-before")
    );
}

#[tokio::test]
async fn mutes_of_the_customers_number_are_shown_too() {
    let shop = Shop::new();
    shop.customer(7, "Asha Traders");
    let on = MuteOn::number(&WhatsAppNumber::parse(&number(7)).unwrap());
    shop.desk().mute(on, MuteOf::All, &Actor::Host).await.unwrap();
    let mut browser = shop.manager();
    let page = browser.open("customers/C-7").await;
    assert!(page.told().contains("All messages to this number are kept back. The shop's program"));
    browser.click("Let them go out again…").await;
    let form = browser.page.form("#ask");
    assert!(
        browser.submit(&form).await.told().contains("Nothing is kept back from this customer.")
    );
}

#[tokio::test]
async fn a_form_that_is_not_ours_keeps_nothing_back() {
    let shop = Shop::new();
    shop.customer(7, "Asha Traders");
    let mut browser = shop.manager();
    browser.open("customers/C-7/mute").await;
    let form = browser.page.form("#ask");
    for of in ["", "everything", "<b>"] {
        assert_eq!(browser.sent(&form.clone().with("of", of)).await.status, 400, "{of}");
    }
    let gone = MuteId::new(START, [7; 10]);
    for (path, status) in [
        ("customers/C-7/mutes/x/end".to_owned(), 404),
        (format!("customers/C-7/mutes/{gone}/end"), 200),
    ] {
        assert_eq!(browser.open(&path).await.status, status, "{path}");
    }
    assert_eq!(acts(&shop).await, []);
}

#[tokio::test]
async fn a_viewer_sees_a_customer_and_changes_nothing() {
    let shop = Shop::new();
    shop.customer(7, "Asha Traders");
    shop.put(message(7, "Asha Traders", START, not_on_whatsapp())).await;
    shop.remind(7, "81", StepState::Held).await;
    let mut browser = shop.viewer();
    let page = browser.open("customers/C-7").await;
    assert_eq!((page.one("h1").as_str(), page.one(".head p").as_str()), ("Asha Traders", "…007"));
    assert_eq!(page.all("[data-ask]").len(), 0);
    assert_eq!(browser.open("customers/C-7/mute").await.status, 403);
    assert_eq!(browser.open("held/81/T+3/approve").await.status, 403);
}

#[tokio::test]
async fn a_customer_with_a_key_that_means_something_in_addresses_has_a_page() {
    let shop = Shop::new();
    for key in ["..", "a/b", "a?b#c~", "100%"] {
        let id = CustomerId::new(key).unwrap();
        shop.customers.put(Customer::new(id.clone(), format!("Of {key}"), None));
        let made = message(7, "Asha", START, exhausted()).with_facts(|facts| Facts {
            id: MessageId::new(START, [u8::try_from(key.len()).unwrap(); 10]),
            key: MessageKey::of(MessageType::FESTIVAL, &[key]),
            customer_id: id,
            ..facts
        });
        let message = shop.put(made).await;
        let mut browser = shop.manager();
        browser.open(&format!("messages/{message}")).await;
        browser.click("Asha").await;
        assert_eq!(browser.page.one("h1"), format!("Of {key}"));
        browser.click("Keep messages back…").await;
        let form = browser.page.form("#ask");
        assert_eq!(browser.submit(&form).await.one("h1"), format!("Of {key}"));
    }
}

/// A store that does not answer.
#[derive(Debug)]
struct Silent(MemoryStore);

#[async_trait]
impl StoreWrapper for Silent {
    fn inner(&self) -> &dyn Store {
        &self.0
    }

    async fn page(&self, _: &LogFilter, _: Sort, _: Turn, _: u32) -> Result<LogPage, StoreError> {
        Err(StoreError::Other { reason: "the secret of the database".to_owned() })
    }
}

forward_store!(Silent);

#[tokio::test]
async fn a_database_that_does_not_answer_is_said_with_the_id_of_the_request() {
    let shop = Shop::over(|store| Arc::new(Silent(store)));
    shop.customer(7, "Asha Traders");
    let mut browser = shop.manager();
    let page = browser.open("customers/C-7").await;
    assert_eq!(page.status, 503);
    let id = page.headers["x-request-id"].to_str().unwrap().to_owned();
    assert!(page.told().contains(&id) && page.told().contains("The database does not answer."));
    assert!(!page.body.contains("secret of the database"));
}
