//! The audit page: its sentences, filters, pages and file.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use chrono::TimeDelta;
use whatsapp_core::audit::{Act, Actor, AuditChange, AuditEntry, AuditTarget};
use whatsapp_core::desk::{Consent, SettingEdit};
use whatsapp_core::mute::{MuteOf, MuteOn};
use whatsapp_core::port::{AuditFilter, AuditLog as _, MessageLog as _};
use whatsapp_core::schedule::StepState;
use whatsapp_core::{
    AccountId, AuditId, BulkId, CampaignId, CustomerId, InvoiceId, MessageId, MuteId, TemplateId,
    UserId, WhatsAppNumber,
};
use whatsapp_testkit::fixtures::START;

use crate::shop::{Shop, message, minutes, not_on_whatsapp};

fn asha() -> Actor {
    Actor::Person(UserId::new("asha").unwrap())
}

/// Writes an entry into the store.
async fn enter(shop: &Shop, no: u8, by: Actor, act: Act, on: AuditTarget, change: AuditChange) {
    let at = START - minutes(i64::from(no));
    let entry = AuditEntry { id: AuditId::new(at, [no; 10]), at, by, act, on, change };
    // The one method of the store that takes an entry of any act.
    shop.store.note_export(&entry).await.unwrap();
}

/// The target of an act, and the change that is written down.
fn of_act(act: Act, message: MessageId) -> (AuditTarget, AuditChange) {
    let state = || AuditChange::state("before", "after");
    let setting = || AuditTarget::Setting("whatsapp_retry_max".to_owned());
    let template = || AuditTarget::Template(TemplateId::new(START, [3; 10]));
    let campaign = || AuditTarget::Campaign(CampaignId::new(START, [4; 10]));
    let bulk = || AuditTarget::Bulk(BulkId::new(START, [5; 10]));
    let reminder = || {
        let step = whatsapp_core::schedule::StepName::After(3);
        AuditTarget::Reminder(step, InvoiceId::new("81").unwrap())
    };
    match act {
        Act::SettingSaved => {
            let change = AuditChange::Value { before: Some("3".to_owned()), after: "2".to_owned() };
            (setting(), change)
        }
        Act::TemplateSaved | Act::TemplateRolledBack | Act::ChangedOutside => {
            (template(), AuditChange::Version { before: Some(1), after: 2 })
        }
        Act::TemplateSwitched => (template(), state()),
        Act::MessageRescheduled => {
            let (before, after) = (START, START + minutes(30));
            (AuditTarget::Message(message), AuditChange::Due { before, after })
        }
        Act::MessageResent => {
            let change = AuditChange::Resent { message, other_number: true };
            (AuditTarget::Message(message), change)
        }
        Act::MessageSent
        | Act::MessageRetried
        | Act::MessageCancelled
        | Act::MessagePutAside
        | Act::MessageTakenUp => (AuditTarget::Message(message), state()),
        Act::AccountPaused | Act::AccountResumed => {
            (AuditTarget::Account(AccountId::DEFAULT), state())
        }
        Act::ReminderApproved
        | Act::ReminderDropped
        | Act::ReminderSkipped
        | Act::ReminderHeld
        | Act::RemindedNow => (reminder(), state()),
        Act::Muted | Act::Unmuted => (AuditTarget::Mute(MuteId::new(START, [6; 10])), state()),
        Act::CampaignSaved
        | Act::CampaignArmed
        | Act::CampaignTried
        | Act::CampaignPaused
        | Act::CampaignResumed
        | Act::CampaignCancelled
        | Act::CampaignConfirmed => (campaign(), state()),
        Act::Exported => {
            let filter = "all messages".to_owned();
            (AuditTarget::Log, AuditChange::Exported { filter, texts: false })
        }
        Act::BulkConfirmed | Act::BulkStopped => {
            let (act, state) = ("resend".to_owned(), "running".to_owned());
            (bulk(), AuditChange::Bulk { act, messages: 7, state })
        }
        _ => panic!("what is {act} done to?"),
    }
}

/// A shop in which everything was done once.
async fn everything() -> (Shop, MessageId) {
    let shop = Shop::new();
    shop.customer(1, "Asha Traders");
    let failed = message(1, "Asha Traders", START - minutes(90), not_on_whatsapp());
    let id = shop.put(failed).await;
    shop.remind(1, "81", StepState::Held).await;
    for (no, act) in (0..).zip(Act::ALL) {
        let (on, change) = of_act(*act, id);
        enter(&shop, no, asha(), *act, on, change).await;
    }
    (shop, id)
}

#[tokio::test]
async fn every_act_is_a_sentence_of_its_own() {
    let (shop, id) = everything().await;
    let mut browser = shop.manager();
    let mut sentences = BTreeSet::new();
    for act in Act::ALL {
        let page = browser.open(&format!("audit?act={act}")).await;
        let lines = page.all(".line li");
        assert_eq!(lines.len(), 1, "{act}: {lines:?}");
        assert!(lines[0].contains("asha "), "{act}: {lines:?}");
        // The sentence without its time.
        assert!(sentences.insert(lines[0].split_once("asha").unwrap().1.to_owned()), "{act}");
    }
    let told = browser.open("audit").await.told();
    for said in [
        "asha changed the setting Retries. From 3 to 2.",
        "to Asha Traders again as a new message. To a number that was typed.",
        "asha approved the reminder of invoice No. 81 after 3 days. From before to after.",
        "asha paused all sending.",
        "From Tuesday, 27 Jan 2026, 10:00 to Tuesday, 27 Jan 2026, 10:30.",
        "saved a template that is not there any more. From version 1 to version 2.",
    ] {
        assert!(told.contains(said), "{said}: {told}");
    }
    for link in [
        "settings#f-whatsapp_retry_max".to_owned(),
        format!("messages/{id}"),
        "customers/C-1".to_owned(),
    ] {
        assert!(browser.page.attribute(".line a", "href").contains(&link), "{link}");
    }
    browser.open("audit?act=bulk_confirmed").await;
    assert!(browser.page.told().contains("7 messages, under way."), "{}", browser.page.told());
}

/// The entry itself keeps the mute's id alone: the customer is looked up for whoever reads it.
#[tokio::test]
async fn a_mute_says_whose_messages_were_kept_back() {
    let shop = Shop::new();
    shop.customer(1, "Asha Traders");
    let number = WhatsAppNumber::parse("+919876543210").unwrap();
    let desk = shop.desk();
    let customer = |id: &str| MuteOn::Customer(CustomerId::new(id).unwrap());
    let invoice = MuteOn::Invoice(InvoiceId::new("INV-81").unwrap());
    let mut last = None;
    for on in [customer("C-1"), customer("C-404"), MuteOn::number(&number), invoice] {
        last = Some(desk.mute(on, MuteOf::Reminders, &asha()).await.unwrap().id);
    }
    desk.unmute(last.unwrap(), &asha()).await.unwrap();
    let page = shop.manager().open("audit").await.clone();
    for said in [
        "asha kept messages to Asha Traders back from then on. Reminders.",
        "asha kept messages to C-404 back from then on.",
        "asha kept messages to …210 back from then on.",
        "asha kept messages about invoice INV-81 back from then on.",
        "asha let messages about invoice INV-81 go out again that were kept back.",
    ] {
        assert!(page.told().contains(said), "{said}: {}", page.told());
    }
    assert!(page.attribute(".line a", "href").iter().any(|it| it == "customers/C-1"));
    assert!(!page.body.contains("98765"), "{}", page.body);
}

#[tokio::test]
async fn pages_show_each_entry_once() {
    let (shop, _) = everything().await;
    let mut browser = shop.manager();
    browser.open("audit").await;
    let mut lines = browser.page.all(".line li");
    assert_eq!(lines.len(), 25);
    // An act meanwhile moves nothing.
    shop.desk().pause(&asha()).await.unwrap();
    while browser.page.has_link("Older") {
        browser.click("Older").await;
        lines.extend(browser.page.all(".line li"));
    }
    assert_eq!(lines.len(), Act::ALL.len());
    assert_eq!(lines.iter().collect::<BTreeSet<_>>().len(), Act::ALL.len());
    assert!(browser.page.has_link("Go to the first page"));
}

#[tokio::test]
async fn filters_are_who_what_when_and_about_which_thing() {
    let shop = Shop::new();
    let id = shop.put(message(1, "Asha Traders", START, not_on_whatsapp())).await;
    let state = || AuditChange::state("a", "b");
    let account = || AuditTarget::Account(AccountId::DEFAULT);
    // 00:30 and 23:30 in India, of two days.
    for (no, by, act, on, back) in [
        (1, asha(), Act::AccountPaused, account(), TimeDelta::minutes(9 * 60 + 30)),
        (2, Actor::Host, Act::AccountResumed, account(), TimeDelta::minutes(10 * 60 + 30)),
        (
            3,
            Actor::Outside,
            Act::ChangedOutside,
            AuditTarget::Template(TemplateId::new(START, [3; 10])),
            TimeDelta::minutes(1),
        ),
        (4, asha(), Act::MessageCancelled, AuditTarget::Message(id), TimeDelta::days(3)),
    ] {
        let at = START - back;
        let id = AuditId::new(at, [no; 10]);
        let entry = AuditEntry { id, at, by, act, on, change: state() };
        shop.store.note_export(&entry).await.unwrap();
    }
    let mut browser = shop.manager();
    for (query, lines) in [
        ("", 4),
        ("person=asha", 2),
        ("who=host", 1),
        ("who=outside", 1),
        ("act=account_paused", 1),
        ("about=account", 2),
        (&format!("about=message&id={id}"), 1),
        ("when=today", 2),
        ("when=yesterday", 1),
        ("from=2026-01-26&until=2026-01-27", 3),
        ("until=2026-01-26", 2),
        ("person=asha&when=today", 1),
        ("person=nobody", 0),
    ] {
        let page = browser.open(&format!("audit?{query}")).await;
        assert_eq!(page.all(".line li").len(), lines, "{query}: {}", page.told());
        let chips = page.all(".chips .chip").len();
        assert_eq!(chips > 0, !query.is_empty(), "{query}");
    }
    let page = browser.open("audit?who=outside").await;
    assert!(page.one(".line li.warn").contains("Somebody outside the console changed "));
    // The lead tells the order once.
    assert_eq!(page.one(".head p").matches("newest first").count(), 1, "{}", page.one(".head p"));
    for bad in ["when=soon", "about=message&id=1", "from=2026-01-27&until=2026-01-26", "evil=1"] {
        let page = browser.open(&format!("audit?{bad}")).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{bad}");
    }
    // The form sends what was chosen, and an empty page leads to everything.
    let form = browser.open("audit").await.form("#filters").with("person", "nobody");
    browser.submit(&form).await;
    assert!(browser.page.told().contains("No entries"));
    assert_eq!(browser.click("Show everything").await.all(".line li").len(), 4);
}

#[tokio::test]
async fn a_private_setting_is_only_counted() {
    let shop = Shop::new();
    let edit = [SettingEdit::new(
        "whatsapp_failure_notification_email",
        "asha@shop.example,meena@shop.example,vik@shop.example",
    )];
    shop.desk().save_settings(&edit, Consent::NotAsked, &asha()).await.unwrap();
    let page = shop.manager().open("audit").await.clone();
    assert!(
        page.told().contains("E-mail for failures. 2 values added, 0 removed."),
        "{}",
        page.told()
    );
    assert!(!page.body.contains("meena@") && !page.body.contains("vik@"));
}

#[tokio::test]
async fn the_file_has_the_same_entries_with_safe_cells_and_leaves_one_itself() {
    let shop = Shop::new();
    let by = Actor::Person(UserId::new("=asha").unwrap());
    let change = AuditChange::Value { before: None, after: "@SUM(1)".to_owned() };
    let on = AuditTarget::Setting("whatsapp_send_from".to_owned());
    enter(&shop, 1, by, Act::SettingSaved, on, change).await;
    let mut browser = shop.manager();
    browser.open("audit").await;
    let file = browser.click("Save as a file (CSV)").await.clone();
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    assert!(file.headers["content-disposition"].to_str().unwrap().contains("audit-2026-01-27.csv"));
    let lines: Vec<_> = file.body.trim_end().split("\r\n").collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert_eq!(
        lines[0],
        "\u{feff}\"When (Asia/Kolkata)\",\"Who\",\"What was done\",\"To what\",\"Its key or id\",\
         \"Sentence\",\"Before\",\"After\",\"Entry id\""
    );
    assert!(lines[1].contains("\"asha\",\"Saved as a file\",\"This list\""), "{}", lines[1]);
    assert!(lines[2].contains(",\"'=asha\","), "{}", lines[2]);
    assert!(lines[2].contains(",\"'@SUM(1)\","), "{}", lines[2]);
    let filter = AuditFilter::only(Act::Exported);
    let page = shop.store.audit(&filter, None, 9).await.unwrap();
    assert_eq!(page.entries.len(), 1);
    assert_eq!(page.entries[0].on, AuditTarget::Audit);
    // The same filter takes out the same entries, over as many pages as there are.
    let (shop, _) = everything().await;
    for no in 100..=250 {
        let on = AuditTarget::Account(AccountId::DEFAULT);
        enter(&shop, no, Actor::Host, Act::AccountPaused, on, AuditChange::state("a", "b")).await;
    }
    for no in 0..=200 {
        let at = START - minutes(1_000 + i64::from(no));
        let (by, act) = (Actor::Host, Act::AccountResumed);
        let (on, change) = (AuditTarget::Account(AccountId::DEFAULT), AuditChange::state("a", "b"));
        let id = AuditId::new(at, [no; 10]);
        shop.store.note_export(&AuditEntry { id, at, by, act, on, change }).await.unwrap();
    }
    let file = shop.manager().open("audit.csv?who=host").await.clone();
    assert_eq!(file.body.trim_end().split("\r\n").count(), 1 + 151 + 201);
}

#[tokio::test]
async fn a_shop_whose_program_reads_no_audit_says_so() {
    let shop = Shop::new();
    let store = std::sync::Arc::new(shop.store.clone());
    let customers = std::sync::Arc::new(shop.customers.clone());
    let bare = whatsapp_core::Ports::new(store, customers);
    let shop = shop.with(|_| bare);
    let mut browser = shop.manager();
    let page = browser.open("audit").await;
    assert!(page.told().contains("This program does not show who did what."));
    assert!(!page.all("nav.side a").contains(&"Who did what".to_owned()));
    assert_eq!(browser.open("audit.csv").await.status, StatusCode::BAD_REQUEST);
}
