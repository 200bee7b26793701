//! Hostile text in every stored field: it is shown as it is, and does nothing.

mod templates;
mod written;

use scraper::Html;
use whatsapp_core::audit::Actor;
use whatsapp_core::message::{Cause, Facts, Failure, FailureKind, State};
use whatsapp_core::port::Customer;
use whatsapp_core::schedule::{StepReason, StepState};
use whatsapp_core::{CustomerId, MessageId, UserId};
use whatsapp_testkit::fixtures::START;

use crate::shop::{Browser, Shop, message, minutes, not_on_whatsapp};

const TEXTS: [&str; 10] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</textarea></title><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}&lt;b&gt;&amp;amp;",
    "https://evil.example/\"onclick=\"alert(1)",
    "\u{202e}<iframe srcdoc='<script>alert(1)</script>'>",
    "=HYPERLINK(\"https://evil.example\",\"INV-7\")",
    "@SUM(1+1)*cmd|' /C calc'!A0",
];

/// Checks a page for elements, attributes and links that no page may have, whatever is stored.
fn check(page: &str, of: &str) {
    check_with(page, of, 0);
}

/// The same for a page with `texts` fields for texts.
fn check_with(page: &str, of: &str, texts: usize) {
    let html = Html::parse_document(page);
    let (mut scripts, mut fields) = (0, 0);
    for node in html.tree.values() {
        let Some(element) = node.as_element() else { continue };
        let strange = ["img", "iframe", "object", "embed", "base", "style"];
        assert!(!strange.contains(&element.name()), "<{}> in {of}", element.name());
        scripts += usize::from(element.name() == "script");
        fields += usize::from(element.name() == "textarea");
        for (name, value) in element.attrs() {
            assert!(
                !name.starts_with("on") && name != "srcdoc" && name != "style",
                "{name} in {of}"
            );
            let is_link = ["href", "src", "action", "formaction"].contains(&name);
            let value = value.trim().to_lowercase();
            assert!(!is_link || !value.starts_with("javascript:"), "{value} in {of}");
        }
    }
    assert!(scripts <= 1, "{scripts} scripts in {of}");
    assert_eq!(fields, texts, "fields for texts in {of}");
}

/// Checks that no cell of a file begins like a formula, whatever is stored.
fn check_cells(file: &str) {
    let mut rest = file.trim_start_matches('\u{feff}');
    while let Some(quoted) = rest.strip_prefix('"') {
        // A cell ends with a quotation mark that is not one of two.
        let mut cell = String::new();
        let mut letters = quoted.char_indices().peekable();
        rest = loop {
            let (at, letter) = letters.next().unwrap_or_else(|| panic!("{quoted:?} has no end"));
            match (letter, letters.peek()) {
                ('"', Some((_, '"'))) => _ = letters.next(),
                ('"', _) => break &quoted[at + 1..],
                _ => {}
            }
            cell.push(letter);
        };
        let begins = cell.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{202e}');
        assert!(!begins.starts_with(['=', '+', '-', '@']), "{cell:?}");
        rest = rest.strip_prefix(',').or(rest.strip_prefix("\r\n")).unwrap_or(rest);
    }
    assert_eq!(rest, "", "what stands behind the cells");
}

async fn looked(browser: &mut Browser, path: &str) -> String {
    let page = browser.open(path).await;
    assert!(page.status.is_success() || page.status.is_client_error(), "{path}: {}", page.status);
    check(&page.body, path);
    page.html().root_element().text().collect::<Vec<_>>().join(" ")
}

/// A shop in which every field of a message, its customer and three reminders holds this text.
async fn stored(hostile: &str) -> (Shop, MessageId) {
    let shop = Shop::new();
    let id = CustomerId::new("C-7").unwrap();
    let customer = Customer::new(id, hostile, Some(hostile)).with_page(hostile);
    shop.customers.put(customer);
    let failure = Failure::new(FailureKind::Rejected, hostile).caused_by(Cause::Recipient);
    let made = message(7, hostile, START - minutes(3), State::Failed(failure));
    let made = made.with_facts(|facts| Facts {
        text: hostile.into(),
        subject: Some(hostile.to_owned()),
        warning: Some(hostile.to_owned()),
        whatsapp_number: "+91'><b>".into(),
        created_by: UserId::new("<b>asha</b>").ok(),
        ..facts
    });
    let id = shop.put(made).await;
    for invoice in ["81", "82", "83"] {
        let reminder = shop.remind(7, invoice, StepState::Held).await;
        let (reason, why) = (Some(StepReason::ByHand), Some(hostile.into()));
        let mut held = reminder.stands(StepState::Held, reason, why, START);
        hostile.clone_into(&mut held.subject);
        shop.plan(held).await;
    }
    (shop, id)
}

/// Pages that show what is stored, but for the last one.
const SHOWN: [&str; 8] = [
    "overview",
    "messages",
    "messages?customer=C-7",
    "messages?status=failed&sort=oldest",
    "customers/C-7",
    "held",
    "schedule/2026-01-27",
    "pause",
];

/// Questions about reminders and about the customer.
const QUESTIONS: [&str; 7] = [
    "held/81/T+3/approve",
    "held/82/T+3/drop",
    "held/approve?step=T%2B3.83",
    "schedule/skip?step=T%2B3.81&step=T%2B3.83",
    "schedule/now/83",
    "customers/C-7/mute",
    "customers/C-7/mute?invoice=83",
];

#[tokio::test]
async fn what_was_stored_is_shown_as_it_is_and_does_nothing() {
    for hostile in TEXTS {
        let (shop, id) = stored(hostile).await;
        let mut browser = shop.manager();
        let view = url::form_urlencoded::Serializer::new(String::new())
            .append_pair(&hostile.chars().take(40).collect::<String>(), "status=failed&sort=oldest")
            .finish();
        browser.cookies.insert("console-views".to_owned(), view);
        for path in SHOWN {
            let told = looked(&mut browser, path).await;
            assert!(path == "pause" || told.contains(hostile), "{hostile} on {path}: {told}");
        }
        let told = looked(&mut browser, &format!("messages/{id}")).await;
        assert!(told.contains(hostile), "{told}");
        for act in ["resend", "number"] {
            looked(&mut browser, &format!("messages/{id}/{act}?back=messages%3Fstatus%3Dfailed"))
                .await;
            let form = browser.page.form("#ask").with("number", hostile).with("back", hostile);
            check(&browser.submit(&form).await.body, act);
        }
        for question in QUESTIONS {
            looked(&mut browser, question).await;
            let form = browser.page.form("#ask").with("back", hostile);
            check(&browser.submit(&form).await.body, question);
        }
        // The notice of an act has the message's names.
        looked(&mut browser, &format!("messages/{id}/number")).await;
        let form = browser.page.form("#ask").with("number", "+919876500099");
        let page = browser.submit(&form).await;
        check(&page.body, "done");
        assert!(page.one("p.note[role=status]").contains("goes out again"));
        check_cells(&browser.open("messages.csv?texts=1").await.body);
        settings(&shop, &mut browser, hostile).await;
        browser.open("messages").await;
        let form = browser.page.form("#bulk").with("which", "all").with("act", "resend");
        let page = browser.submit(&form).await;
        check(&page.body, "an act on many");
        assert!(
            page.told().contains(hostile) || hostile.starts_with('\u{202e}'),
            "{hostile}: {}",
            page.told()
        );
    }
}

/// Looks at settings and the audit: a row that holds anything, and whoever the host says did it.
/// The settings can be used again afterwards.
async fn settings(shop: &Shop, browser: &mut Browser, hostile: &str) {
    shop.store.put_setting("whatsapp_send_from", hostile);
    shop.store.put_setting("whatsapp_failure_notification_email", hostile);
    shop.desk().pause(&Actor::Person(UserId::new("<b>asha</b>").unwrap())).await.unwrap();
    for path in ["settings", "settings/connection", "settings/address", "audit"] {
        looked(browser, path).await;
    }
    browser.open("settings").await;
    let form = browser.page.form("#settings").with("v.whatsapp_closed_dates", hostile);
    let form = form.with("v.whatsapp_send_from", hostile).with("s.whatsapp_locale", hostile);
    check(&browser.submit(&form).await.body, "settings");
    let form = browser.open("settings/connection").await.form("main form").with("key", hostile);
    check(&browser.submit(&form).await.body, "the connection");
    check_cells(&browser.open("audit.csv").await.body);
    shop.store.put_setting("whatsapp_send_from", "09:00");
    shop.store.put_setting("whatsapp_failure_notification_email", "shop@example.com");
}

#[tokio::test]
async fn what_is_typed_and_what_an_address_says_does_nothing() {
    let shop = Shop::new();
    shop.customer(7, "Asha Traders");
    let id = shop.put(message(7, "Asha Traders", START, not_on_whatsapp())).await;
    for hostile in TEXTS {
        let mut browser = shop.manager();
        browser.open("messages").await;
        let form = browser.page.form("form[role=search]").with("q", hostile);
        let page = browser.submit(&form).await;
        check(&page.body, "find");
        assert_eq!(page.form("form[role=search]").value("q"), hostile);
        let value: String = url::form_urlencoded::byte_serialize(hostile.as_bytes()).collect();
        for path in [
            format!("messages?about={value}"),
            format!("messages?customer={value}"),
            format!("messages?status={value}"),
            format!("messages?{value}=1"),
            format!("messages?after={value}"),
            format!("messages/{value}"),
            format!("messages/{id}/resend?back={value}"),
            format!("customers/{value}"),
            format!("held?after={value}"),
            format!("held/{value}/T+3/approve"),
            format!("held/drop?step={value}&back={value}"),
            format!("schedule/{value}"),
            format!("schedule?further={value}"),
            format!("schedule/2026-01-28?class={value}&show={value}&after={value}"),
            format!("schedule/hold?step={value}&back={value}"),
            format!("schedule/now/{value}?back={value}"),
            format!("customers/C-7/mute?invoice={value}&back={value}"),
            format!("messages/{id}?back={value}"),
            format!("events?on={value}&ids={value}&mark={value}"),
            format!("audit?person={value}"),
            format!("audit?about=setting&id={value}"),
            format!("audit?who={value}&after={value}"),
            format!("settings?done={value}&of={value}"),
        ] {
            looked(&mut browser, &path).await;
        }
    }
}
