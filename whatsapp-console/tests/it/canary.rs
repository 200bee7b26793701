//! Names, numbers and texts of customers stay on the pages of those who may see them, and are never
//! in addresses, logs or the audit.

use serde_json::json;
use whatsapp_core::Campaigns;
use whatsapp_core::audit::Actor;
use whatsapp_core::campaign::CampaignPlan;
use whatsapp_core::message::{Delivery, Facts};
use whatsapp_core::port::AuditFilter;
use whatsapp_core::schedule::StepState;
use whatsapp_testkit::fixtures::START;

use crate::api::Caller;
use crate::log::Log;
use crate::pages::schedule::owed;
use crate::shop::{Browser, Page, Shop, message, minutes, not_on_whatsapp, sent, unknown};

const NAME: &str = "Kanarienvogel";
const NUMBER: &str = "9876512345";
const TEXT: &str = "Singvogel";

/// Tells whether the digits of the number are in a text, however they are grouped.
fn has_number(text: &str) -> bool {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    digits.contains(NUMBER)
}

/// Checks that no address that a page leads to, or was led to, says who a customer is.
fn check_addresses(page: &Page) {
    let links = ["href", "action", "src", "data-events"];
    let of = |name: &str| page.attribute(&format!("[{name}]"), name);
    let links = links.into_iter().flat_map(of).chain([page.url.clone()]);
    let backs = page.attribute("input[name=back]", "value");
    for link in links.chain(backs) {
        for canary in [NAME, NUMBER, TEXT] {
            assert!(!link.contains(canary), "{canary} in the address {link}");
        }
    }
}

/// Checks that what a browser keeps of a page beside its address says no more: neither its title
/// nor cookies.
fn check_kept(page: &Page) {
    let cookies = page.headers.get_all("set-cookie").into_iter();
    let cookies = cookies.map(|cookie| cookie.to_str().unwrap().to_owned());
    for kept in page.all("title").into_iter().chain(cookies) {
        for canary in [NAME, TEXT] {
            assert!(!kept.contains(canary), "{canary} in {kept:?} of {}", page.url);
        }
        assert!(!has_number(&kept), "a number in {kept:?} of {}", page.url);
    }
}

/// Goes to every page that there is, and does everything that can be done.
async fn all_pages(shop: &Shop, mut browser: Browser, may_act: bool) -> Vec<Page> {
    let ids: Vec<_> = shop.store.messages().iter().map(|message| message.facts.id).collect();
    let mut pages = Vec::new();
    let mut paths = vec!["overview".to_owned(), "messages".to_owned()];
    paths.extend(["messages?customer=C-12345".to_owned(), "messages?attention=all".to_owned()]);
    paths.extend(["messages?evil=1".to_owned(), "nothing".to_owned(), "keys".to_owned()]);
    paths.extend(["customers/C-12345", "customers/C-12345/mute", "held"].map(str::to_owned));
    paths.extend(["send", "send?type=invoice", "send?customer=C-1"].map(str::to_owned));
    paths.extend(["templates", "templates/new", "templates/new?type=festival"].map(str::to_owned));
    paths.extend(["festivals", "festivals/new", "festivals/import"].map(str::to_owned));
    let entries = Campaigns::new(shop.ports.clone()).unwrap().list(None, 10).await.unwrap();
    for entry in entries {
        paths.push(format!("festivals/{}", entry.id));
        let acts = ["edit", "arm", "pause", "resume", "confirm", "copy", "try"];
        paths.extend(acts.map(|act| format!("festivals/{}/{act}", entry.id)));
        paths.push(format!("festivals/{}?state=waiting", entry.id));
    }
    paths.extend(["held/81/T+3/approve", "held/82/T+3/drop", "pause"].map(str::to_owned));
    paths.extend(["held/approve", "held/drop?step=T%2B3.83"].map(str::to_owned));
    paths.extend(["schedule", "schedule/2026-01-27", "schedule/2026-01-30"].map(str::to_owned));
    paths.extend(
        ["schedule/hold?step=T%2B3.A-1", "schedule/skip?step=T%2B3.A-1"].map(str::to_owned),
    );
    paths.extend(["schedule/now/A-2", "customers/C-12345/mute?invoice=A-1"].map(str::to_owned));
    paths.push("messages.csv?texts=1&customer=C-12345".to_owned());
    paths.extend(
        ["settings", "settings/connection", "audit", "audit?when=today"].map(str::to_owned),
    );
    for id in ids {
        paths.push(format!("messages/{id}"));
        for act in ["retry", "resend", "number", "cancel", "reschedule"] {
            paths.push(format!("messages/{id}/{act}"));
        }
    }
    if may_act {
        browser.open("messages").await;
        let form = browser.page.form("#bulk").with("which", "all").with("act", "resend");
        pages.push(browser.submit(&form).await.clone());
        let form = browser.page.form("#confirm");
        pages.push(browser.submit(&form).await.clone());
    }
    for path in paths {
        pages.push(browser.open(&path).await.clone());
        if may_act && !browser.page.all("#ask").is_empty() {
            let form = browser.page.form("#ask").with("number", NUMBER).with("arrived", "yes");
            pages.push(browser.submit(&form).await.clone());
        }
    }
    browser.open("overview").await;
    for typed in [NAME, NUMBER] {
        let form = browser.page.form("form[role=search]").with("q", typed);
        pages.push(browser.submit(&form).await.clone());
        browser.open("overview").await;
    }
    pages
}

/// Makes every call of the API that there is, right and wrong, and counts them.
async fn api_calls(shop: &Shop) -> usize {
    let caller = Caller::of_api(shop).await;
    let id = shop.store.messages()[0].facts.id;
    let mut answered = Vec::new();
    for who in ["Bearer manager", "Bearer viewer"] {
        let caller = caller.as_who(who);
        for path in [
            "/api/messages?count=1".to_owned(),
            format!("/api/messages/{id}"),
            format!("/api/messages/{id}/attempts"),
            "/api/customers/C-12345".to_owned(),
            "/api/overview".to_owned(),
            "/api/schedule".to_owned(),
            "/api/schedule/2026-01-30".to_owned(),
            format!("/api/schedule/{NAME}?after={NUMBER}"),
            format!("/api/messages?about={NAME}&evil={NUMBER}"),
            format!("/api/customers/{NUMBER}"),
            "/api/settings".to_owned(),
            format!("/api/settings/{NUMBER}"),
            format!("/api/audit?person={NUMBER}&id={NAME}"),
            "/api/audit".to_owned(),
            "/api/festivals".to_owned(),
            format!("/api/festivals?after={NUMBER}"),
        ] {
            answered.push(caller.get(&path).await);
        }
        let typed =
            json!({"customerId": "C-12345", "messageType": "festival", "customMessage": TEXT});
        for (path, body) in [
            ("/api/customers/search".to_owned(), json!({"text": NAME})),
            ("/api/whatsapp-send".to_owned(), typed.clone()),
            ("/api/whatsapp-send".to_owned(), json!({"customerId": [NAME], "messageType": TEXT})),
            ("/api/whatsapp-retry".to_owned(), json!({})),
            (format!("/api/messages/{id}/resend"), json!({"resends": 0, "whatsappNumber": NUMBER})),
            ("/api/bulk".to_owned(), json!({"act": "resend", "filter": {"about": NAME}})),
            ("/api/bulk".to_owned(), json!({"act": "cancel", "filter": {"customer": ["C-12345"]}})),
            (
                "/api/bulk".to_owned(),
                json!({"act": "cancel", "filter": {"about": TEXT, "x": NUMBER}}),
            ),
            ("/api/customers/C-12345/mute".to_owned(), json!({"of": NAME})),
            ("/api/customers/C-12345/mute".to_owned(), json!({"of": "all", "on": "number"})),
            (format!("/api/invoices/{NUMBER}/remind"), json!({"againToday": NAME})),
            (
                "/api/schedule/hold".to_owned(),
                json!({"reminders": [{"invoiceId": "A-1", "step": NAME}]}),
            ),
            ("/api/account/resume".to_owned(), json!({"seen": NUMBER})),
            ("/api/settings/check".to_owned(), json!({"settings": {"whatsapp_send_from": NUMBER}})),
            ("/api/settings/check".to_owned(), json!({"settings": {NAME: TEXT}})),
            (
                "/api/festivals/preview".to_owned(),
                json!({"name": NAME, "date": "2026-02-31", "words": TEXT}),
            ),
        ] {
            answered.push(caller.with("idempotency-key", "8e03978e").post(&path, &body).await);
        }
        if who.ends_with("viewer") {
            for answer in answered.iter().rev().take(13) {
                let said = answer.json.to_string();
                assert!(!has_number(&said) && !said.contains(TEXT), "{said}");
            }
        }
    }
    answered.len()
}

async fn scene() -> Shop {
    let shop = Shop::new();
    shop.customer(12345, NAME);
    for (no, state) in
        [not_on_whatsapp(), unknown(), sent(START, Delivery::Read)].into_iter().enumerate()
    {
        let at = START - minutes(i64::try_from(no).unwrap());
        let made = message(12345, NAME, at, state).with_facts(|facts| Facts {
            id: whatsapp_core::MessageId::new(at, [u8::try_from(no).unwrap(); 10]),
            key: whatsapp_core::message::MessageKey::of(
                whatsapp_core::message::MessageType::FESTIVAL,
                &[&no.to_string()],
            ),
            text: format!("Dear {NAME}, {TEXT}").into(),
            whatsapp_number: format!("+91{NUMBER}").into(),
            ..facts
        });
        shop.put(made).await;
    }
    shop.remind(12345, "81", StepState::Held).await;
    shop.remind(12345, "82", StepState::Held).await;
    shop.remind(12345, "83", StepState::Held).await;
    for invoice in ["A-1", "A-2"] {
        shop.ledger.owe(owed(12345, invoice, "2026-01-27"));
    }
    let plan = CampaignPlan::festival("Diwali", START.date_naive() + chrono::Days::new(1));
    let words = format!("{TEXT} {{customerName}}");
    let plan = plan.with_words(words);
    Campaigns::new(shop.ports.clone()).unwrap().create(plan, &Actor::Host).await.unwrap();
    shop
}

#[tokio::test]
async fn names_numbers_and_texts_stay_where_they_belong() {
    let log = Log::of_process();
    let shop = scene().await;
    let seen = all_pages(&shop, shop.viewer(), false).await;
    for page in &seen {
        check_addresses(page);
        check_kept(page);
        assert!(!has_number(&page.body) && !page.body.contains(TEXT), "{}", page.url);
        assert!(!page.body.contains("id=\"ask\""), "{}", page.url);
    }
    assert!(seen.iter().any(|page| page.body.contains("…345")), "the last digits are shown");

    let seen = all_pages(&shop, shop.manager(), true).await;
    for page in &seen {
        check_addresses(page);
        check_kept(page);
    }
    for is_shown in [NAME, TEXT] {
        assert!(seen.iter().any(|page| page.body.contains(is_shown)));
    }
    assert!(seen.iter().any(|page| has_number(&page.body)));

    let calls = api_calls(&shop).await;
    assert!(calls > 20, "{calls} calls");

    let audit = shop.desk().audit(&AuditFilter::default(), None, 200).await.unwrap();
    assert!(audit.entries.len() >= 3, "acts were done");
    let audit = format!("{audit:?}");
    let log = log.text();
    assert!(log.contains("console{id="), "acts are logged with their request: {log}");
    for canary in [NAME, NUMBER, TEXT] {
        assert!(!audit.contains(canary), "{canary} in the audit");
        assert!(!log.contains(canary), "{canary} in the log");
    }
}
