//! Hostile text in every stored field: it is shown as it is, and does nothing.

use proptest::prelude::*;
use scraper::{ElementRef, Html, Selector};
use whatsapp_core::audit::Actor;
use whatsapp_core::campaign::CampaignPlan;
use whatsapp_core::message::{
    Cause, Facts, Failure, FailureKind, MessageType, MessageValues, State,
};
use whatsapp_core::port::{Customer, StoredTemplate, TemplateStore as _};
use whatsapp_core::schedule::{StepReason, StepState};
use whatsapp_core::{Campaigns, CustomerId, TemplateId, UserId};
use whatsapp_testkit::fixtures::{START, number};

use crate::shop::{Browser, Form, Shop, message, minutes, not_on_whatsapp};

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

#[tokio::test]
async fn what_was_stored_is_shown_as_it_is_and_does_nothing() {
    for hostile in TEXTS {
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
        let mut browser = shop.manager();
        let view = url::form_urlencoded::Serializer::new(String::new())
            .append_pair(&hostile.chars().take(40).collect::<String>(), "status=failed&sort=oldest")
            .finish();
        browser.cookies.insert("console-views".to_owned(), view);
        for path in [
            "overview",
            "messages",
            "messages?customer=C-7",
            "messages?status=failed&sort=oldest",
            "customers/C-7",
            "held",
            "schedule/2026-01-27",
            "pause",
        ] {
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
        for question in [
            "held/81/T+3/approve",
            "held/82/T+3/drop",
            "held/approve?step=T%2B3.83",
            "schedule/skip?step=T%2B3.81&step=T%2B3.83",
            "schedule/now/83",
            "customers/C-7/mute",
            "customers/C-7/mute?invoice=83",
        ] {
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
        // Settings and the audit: a row that holds anything, and whoever the host says did it.
        shop.store.put_setting("whatsapp_send_from", hostile);
        shop.store.put_setting("whatsapp_failure_notification_email", hostile);
        shop.desk().pause(&Actor::Person(UserId::new("<b>asha</b>").unwrap())).await.unwrap();
        for path in ["settings", "settings/connection", "settings/address", "audit"] {
            looked(&mut browser, path).await;
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

/// The same hostile value for each placeholder of an invoice.
fn values(hostile: &str) -> MessageValues {
    let names = MessageType::INVOICE.placeholders().iter().map(|known| known.name);
    MessageValues::new(names.map(|name| (name, hostile)))
}

#[tokio::test]
async fn what_is_written_into_a_template_is_shown_as_it_is_and_does_nothing() {
    for hostile in TEXTS {
        let shop = Shop::new();
        shop.customer(7, hostile);
        let of = MessageType::INVOICE;
        let made = message(7, hostile, START - minutes(3), not_on_whatsapp());
        let made = made.with_facts(|facts| Facts {
            message_type: of.name(),
            values: Some(values(hostile)),
            ..facts
        });
        shop.put(made).await;
        // Another program wrote a row past all checks, of a type that nobody knows.
        let id = shop.template("Invoice", of, "Dear {customerName}", true).await;
        let stored = shop.store.template(id).await.unwrap().unwrap();
        let stored = StoredTemplate {
            name: hostile.to_owned(),
            content: format!("{hostile} {{customerName}}"),
            created_by: UserId::new("<b>asha</b>").ok(),
            ..stored
        };
        shop.store.put_template(stored.clone());
        let strange = TemplateId::new(START, [3; 10]);
        let message_type = "strange_type".parse().unwrap();
        let name = format!("{hostile} ");
        shop.store.put_template(StoredTemplate { id: strange, name, message_type, ..stored });
        let mut browser = shop.manager();
        let told = looked(&mut browser, "templates").await;
        assert!(told.contains(hostile), "{hostile}: {told}");
        for question in ["switch-off", "versions", "versions/1/restore"] {
            looked(&mut browser, &format!("templates/{id}/{question}")).await;
        }
        for template in [format!("templates/{id}"), format!("templates/{strange}")] {
            let page = browser.open(&template).await;
            check_with(&page.body, &template, 1);
            assert_eq!(page.form("#edit").value("text"), format!("{hostile} {{customerName}}"));
        }
        browser.open(&format!("templates/new?from={id}")).await;
        let typed = format!("*{hostile}* {hostile} {{{hostile}}}\r\n> {hostile}\r\n- `{hostile}`");
        let form = browser.page.form("#edit").with("name", hostile).with("text", &typed);
        for form in [
            form.clone().with("do", "check"),
            form.clone().with("with", "C-7").with("do", "check"),
            form.clone().with("with", hostile).with("mend", hostile),
            form.clone().with("type", hostile),
            form,
        ] {
            let page = browser.sent(&form).await;
            let is_editor = page.body.contains("id=\"edit\"");
            check_with(&page.body, "a form that was sent", usize::from(is_editor));
            let part =
                browser.sent(&Form { action: "/console/templates/check".to_owned(), ..form }).await;
            check(&part.body, "the part that follows from what is typed");
        }
        // Two people write at once.
        let form = browser.open(&format!("templates/{id}")).await.form("#edit");
        let other = form.clone().with("text", "Mine").with("name", "Mine");
        browser.submit(&other).await;
        let page = browser.sent(&form.with("text", &format!("{hostile}?"))).await;
        check_with(&page.body, "two texts", 1);
        looked(&mut browser, &format!("templates/{id}/versions")).await;
    }
    let mut browser = Shop::new().manager();
    for hostile in TEXTS {
        let value: String = url::form_urlencoded::byte_serialize(hostile.as_bytes()).collect();
        for path in [
            format!("templates/{value}"),
            format!("templates/new?type={value}"),
            format!("templates/new?from={value}"),
            format!("templates/{value}/versions/{value}/restore"),
        ] {
            looked(&mut browser, &path).await;
        }
    }
}

#[tokio::test]
async fn what_is_written_into_an_entry_is_shown_as_it_is_and_does_nothing() {
    for hostile in TEXTS {
        let shop = Shop::new();
        shop.customer(7, hostile);
        let campaigns = Campaigns::new(shop.ports.clone()).unwrap();
        let date = START.date_naive() + chrono::Days::new(1);
        let words = format!("{hostile} {{customerName}}").replace("{{ 7 * 7 }}{% raw %}", "");
        let plan = CampaignPlan { words: words.into(), ..CampaignPlan::festival(hostile, date) };
        let id = campaigns.create(plan, &Actor::Host).await.unwrap().id;
        let mut browser = shop.manager();
        let told = looked(&mut browser, "festivals").await;
        assert!(told.contains(hostile), "{hostile}: {told}");
        for path in ["", "/arm", "/cancel", "/copy", "/try"] {
            looked(&mut browser, &format!("festivals/{id}{path}")).await;
        }
        let page = browser.open(&format!("festivals/{id}/edit")).await;
        check_with(&page.body, "the editor", 2);
        let form = page.form("#edit").with("name", hostile).with("customers", hostile);
        for form in [
            form.clone().with("do", "check").with("text", hostile),
            form.clone().with("do", "fill").with("kind", "announcement").with("text", hostile),
            form.clone().with("mend", hostile).with("text", hostile),
            form.clone().with("date", hostile).with("time", hostile),
            form.clone().with("to", "some"),
            form,
        ] {
            let page = browser.sent(&form).await;
            let fields = 2 * usize::from(page.body.contains("id=\"edit\""));
            check_with(&page.body, "a form that was sent", fields);
            let part =
                browser.sent(&Form { action: "/console/festivals/check".to_owned(), ..form }).await;
            check(&part.body, "the part that follows from what is typed");
        }
        let form = browser.open(&format!("festivals/{id}/try")).await.form("#ask");
        check(&browser.sent(&form.with("number", hostile)).await.body, "a number");
        let form = browser.open("festivals/import").await.form("#import");
        let table = format!(
            "date,name,text\n2026-05-01,\"{0}\",\"{0}\"\n{0},x,\n",
            hostile.replace('"', "\"\"")
        );
        for table in [table.as_str(), hostile] {
            let form = form.clone().with("dates", table).with("do", "look");
            check_with(&browser.sent(&form).await.body, "a list of dates", 1);
        }
        // Armed, it has recipients and a history.
        let form = browser.open(&format!("festivals/{id}/arm")).await.form("#ask");
        check(&browser.submit(&form).await.body, "an entry that is armed");
        looked(&mut browser, &format!("festivals/{id}?state=waiting")).await;
        looked(&mut browser, "overview").await;
        looked(&mut browser, "audit").await;
        let value: String = url::form_urlencoded::byte_serialize(hostile.as_bytes()).collect();
        for path in [
            format!("festivals/{value}"),
            format!("festivals?after={value}"),
            format!("festivals?place={value}"),
            format!("festivals/{id}?state={value}"),
            format!("festivals/{id}?after={value}"),
            format!("festivals/new?from={value}"),
        ] {
            looked(&mut browser, &path).await;
        }
    }
}

/// Number of fields for texts that a page has of its own.
fn own_fields(page: &str) -> usize {
    let own = Selector::parse("#edit textarea[name], #own textarea[name], #values textarea[name]");
    let html = Html::parse_document(page);
    html.select(&own.unwrap()).filter(|field| field.child_elements().count() == 0).count()
}

#[tokio::test]
async fn a_message_that_is_written_is_shown_as_it_was_typed() {
    for hostile in TEXTS {
        let shop = Shop::new();
        let id = CustomerId::new("C-7").unwrap();
        shop.customers.put(Customer::new(id, hostile, Some(&number(7))));
        let kind = MessageType::STOCK_DELIVERED;
        let name = format!("A {}", hostile.trim());
        let template = shop.template("A", kind, "Hi {customerName}", true).await;
        let stored = shop.store.template(template).await.unwrap().unwrap();
        shop.store.put_template(StoredTemplate { name, ..stored });
        let mut browser = shop.manager();
        let form = browser.open("send?customer=C-7").await.form("#edit");
        let own =
            form.clone().with("from", "own").with("text", &format!("*{hostile}* `{hostile}`"));
        let values = form.clone().with("v-items", hostile).with("v-orderNumber", hostile);
        let strange = form.clone().with(&format!("v-{hostile}"), hostile).with("type", hostile);
        for form in [
            own.clone(),
            own.clone().with("at", hostile).with("link", hostile).with("mine", hostile),
            own.clone().with("who", hostile).with("customer", hostile).with("file", hostile),
            values.with("from", &template.to_string()).with(&format!("v-{hostile}"), hostile),
            strange.with("from", hostile),
        ] {
            for act in ["find", "check", "try", "send", hostile] {
                let page = browser.sent(&form.clone().with("do", act)).await;
                assert!(!page.status.is_server_error(), "{hostile} {act}: {}", page.status);
                check_with(&page.body, "a message that is written", own_fields(&page.body));
            }
            let part =
                browser.sent(&Form { action: "/console/send/check".to_owned(), ..form }).await;
            check_with(&part.body, "the part that follows", own_fields(&part.body));
        }
    }
}

/// Checks that a preview has only these elements, and no attribute but these.
fn check_preview(page: &str) -> Result<(), String> {
    let html = Html::parse_document(page);
    let preview = html.select(&Selector::parse("#preview .wa").unwrap()).next();
    let Some(preview) = preview else { return Ok(()) };
    for element in preview.descendants().filter_map(ElementRef::wrap) {
        let name = element.value().name();
        let own = ["div", "svg", "use", "span", "br", "small"];
        let marks = ["b", "i", "s", "code", "mark", "ul", "ol", "li", "blockquote", "a"];
        if !own.contains(&name) && !marks.contains(&name) {
            return Err(format!("<{name}>"));
        }
        for (attribute, value) in element.value().attrs() {
            let fits = match (name, attribute) {
                ("a", "href") => {
                    value.starts_with("http://")
                        || value.starts_with("https://")
                        || value.to_ascii_lowercase().starts_with("http")
                }
                ("a", "rel") => value == "noreferrer nofollow",
                ("ol", "start") => value.bytes().all(|byte| byte.is_ascii_digit()),
                ("use", "href") => value.starts_with("#i-"),
                (_, "class" | "aria-hidden") => own.contains(&name),
                _ => false,
            };
            if !fits {
                return Err(format!("{attribute}={value} of <{name}>"));
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_preview_never_breaks_and_never_gives_out_markup_that_was_typed(
        text in r#"([*_~`>\-. \n"'&<=/]|<(b|img|script|a|svg|/div|!--)|onload=|\{customerName\}|\{amount\}|\{|\}|https?://|javascript:|a|क|&lt;|1\. |```){0,60}"#,
        value in r#"[*_~`<>"'&a=/ ]{1,12}"#,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let found = runtime.block_on(async {
            let shop = Shop::new();
            let made = message(7, "Asha", START - minutes(3), not_on_whatsapp());
            let of = MessageType::INVOICE.name();
            let values = Some(values(&value));
            shop.put(made.with_facts(|facts| Facts { message_type: of, values, ..facts })).await;
            let mut browser = shop.manager();
            let form = browser.open("templates/new?type=invoice").await.form("#edit").with("text", &text);
            let mut found = Vec::new();
            for with in ["", "C-7"] {
                let form = form.clone().with("with", with).with("do", "check");
                let page = browser.sent(&form).await;
                found.push((page.status, check_preview(&page.body)));
                let part = Form { action: "/console/templates/check".to_owned(), ..form };
                let part = browser.sent(&part).await;
                found.push((part.status, check_preview(&part.body)));
            }
            found
        });
        for (status, found) in found {
            prop_assert_eq!(status.as_u16(), 200);
            prop_assert_eq!(found, Ok(()), "{:?} with {:?}", text, value);
        }
    }
}
