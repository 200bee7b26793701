//! Hostile text in what is written on a page: an entry of the calendar, a message.

use scraper::{Html, Selector};
use whatsapp_core::audit::Actor;
use whatsapp_core::campaign::CampaignPlan;
use whatsapp_core::message::MessageType;
use whatsapp_core::port::{Customer, StoredTemplate, TemplateStore as _};
use whatsapp_core::{Campaigns, CustomerId};
use whatsapp_testkit::fixtures::{START, number};

use super::{TEXTS, check, check_with, looked};
use crate::shop::{Form, Shop};

#[tokio::test]
async fn what_is_written_into_an_entry_is_shown_as_it_is_and_does_nothing() {
    for hostile in TEXTS {
        let shop = Shop::new();
        shop.customer(7, hostile);
        let campaigns = Campaigns::new(shop.ports.clone()).unwrap();
        let date = START.date_naive() + chrono::Days::new(1);
        let words = format!("{hostile} {{customerName}}").replace("{{ 7 * 7 }}{% raw %}", "");
        let plan = CampaignPlan::festival(hostile, date).with_words(words);
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
