//! Hostile text in templates, and in what they make of it.

use proptest::prelude::*;
use scraper::{ElementRef, Html, Selector};
use whatsapp_core::message::{Facts, MessageType, MessageValues};
use whatsapp_core::port::{StoredTemplate, TemplateStore as _};
use whatsapp_core::{TemplateId, UserId};
use whatsapp_testkit::fixtures::START;

use super::{TEXTS, check, check_with, looked};
use crate::shop::{Form, Shop, message, minutes, not_on_whatsapp};

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
