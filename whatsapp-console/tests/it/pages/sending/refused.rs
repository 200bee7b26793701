//! Reasons that keep a message from going out: beside its field, in the summary, and by the clocks.

use std::sync::Arc;

use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use whatsapp_core::CustomerId;
use whatsapp_core::attachment::{FoundFile, Place};
use whatsapp_core::audit::Actor;
use whatsapp_core::message::{Category, MessageType, Status};
use whatsapp_core::mute::{MuteOf, MuteOn};
use whatsapp_core::port::{Customer, StoredTemplate};
use whatsapp_testkit::FixedSource;
use whatsapp_testkit::fixtures::{START, number, save_settings};

use super::{PDF, audit, invoice, only, shop, written};
use crate::shop::{Page, Shop};

/// The error beside the field of a refused form; the summary leads to it and has the focus.
pub(super) fn refused(page: &Page, field: &str) -> String {
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.told());
    assert_eq!(page.attribute("[autofocus]", "id"), ["problem"]);
    let links = page.attribute("#problem a", "href");
    assert!(links.contains(&format!("#{field}")), "{field}: {links:?}");
    assert_eq!(page.attribute(&format!("[id='{field}']"), "aria-invalid"), ["true"], "{field}");
    for link in links {
        let id = link.trim_start_matches('#');
        assert_eq!(page.all(&format!("[id='{id}']")).len(), 1, "{link} leads somewhere");
    }
    page.one(&format!("[id='e-{field}']"))
}

#[tokio::test]
async fn what_is_refused_is_said_beside_its_field_and_nothing_typed_is_lost() {
    let (shop, _) = shop();
    let put = |seed: u64, name: &str, change: fn(Customer) -> Customer| {
        let id = CustomerId::new(format!("C-{seed}")).unwrap();
        shop.customers.put(change(Customer::new(id, name, Some(&number(seed)))));
    };
    put(3, "Declines", |it| it.with_declined(Category::Service));
    put(4, "No number", |it| Customer::new(it.id, it.name, None));
    put(5, "Bad number", |it| Customer::new(it.id, it.name, Some("12")));
    put(6, "Muted", |it| it);
    let on = MuteOn::Customer(CustomerId::new("C-6").unwrap());
    shop.desk().mute(on, MuteOf::All, &Actor::Host).await.unwrap();
    let off = shop.template("Off", MessageType::STOCK_DELIVERED, "Hi {customerName}", false).await;
    let mut browser = shop.manager();
    let form = written(&mut browser, "Your order is ready.").await;
    let long = "x".repeat(5_000);
    for (change, field, told) in [
        (("customer", ""), "who", "Choose a customer."),
        (("customer", "C-404"), "who", "no such customer"),
        (("customer", "C-3"), "who", "The customer wants no"),
        (("customer", "C-4"), "who", "number"),
        (("customer", "C-5"), "who", "number"),
        (("customer", "C-6"), "who", "All messages to this customer are kept back."),
        (("type", "announcement"), "type", "switched off"),
        (("from", &*off.to_string()), "from", "The template is switched off."),
        (("from", ""), "v-orderNumber", "Order number: this is still missing."),
        (("text", "  "), "text", "Write a text."),
        (("text", long.as_str()), "text", "4096"),
        (("text", "Dear {custmerName}"), "text", "did you mean {customerName}?"),
        (("when", "later"), "at", "A day and a time are expected"),
        (("link", "ftp://shop.example/a.pdf"), "link", ""),
        (("link", "https://shop.example/gone.pdf"), "link", ""),
    ] {
        let form = form.clone().with(change.0, change.1).with("who", "some");
        let page = browser.submit(&form).await;
        let error = refused(page, field);
        assert!(error.contains(told), "{change:?}: {error}");
        let again = page.form("#edit");
        for name in ["who", "type", "text", "link", "at", "when"] {
            let is_same = again.value(name) == form.value(name);
            assert!(is_same, "{change:?} {name}: {:?}", again.value(name));
        }
    }
    let page = browser.upload(&form, "page.pdf", b"<html>Sign in</html>").await;
    assert_eq!(refused(page, "upload"), "The file is a web page, not a PDF, JPG or PNG.");
    let page = browser.upload(&form, "large.pdf", &vec![b'%'; 11 * 1024 * 1024]).await;
    assert_eq!(refused(page, "upload"), "The file is larger than 10 MB.");
    assert_eq!(page.form("#edit").value("text"), "Your order is ready.");
    let past = form.clone().with("when", "later").with("at", "2020-01-01T10:00");
    assert!(refused(browser.submit(&past).await, "at").contains("has passed"));
    assert_eq!(shop.store.messages().len(), 0);
    assert_eq!(audit(&shop).await.len(), 2, "the mute and the template");
    // A file needs its PDF, and each value is named.
    let form = browser.open("send?customer=C-1&type=invoice").await.form("#edit");
    let page = browser.submit(&form.with("do", "send").with("v-invoiceDate", "soon")).await;
    assert!(refused(page, "upload").contains("need a PDF"));
    assert_eq!(page.all("#problem li").len(), 5, "{:?}", page.all("#problem li"));
    assert!(page.one("#e-v-invoiceDate").contains("a date is expected, such as 27 Jan 2026"));
}

#[tokio::test]
async fn what_is_wrong_stands_once_at_the_top_and_a_template_is_told_in_a_sentence() {
    let (shop, _) = shop();
    let broken = "Dear {custmerName},\n{ and } {{invoiceNumber}}";
    let id = shop.template("Of another", MessageType::INVOICE, "Dear {customerName}", true).await;
    let stored = shop.desk().template(id).await.unwrap().unwrap().template;
    shop.store.put_template(StoredTemplate { content: broken.to_owned(), ..stored });
    let mut browser = shop.manager();
    let form = browser.open("send?customer=C-1&type=invoice").await.form("#edit");
    let page = browser.submit(&form.with("do", "send").with("when", "later")).await;
    let said = refused(page, "from");
    assert!(said.contains("3 things in it have to be mended. The first, on line 1,"), "{said}");
    assert!(said.ends_with("Open the template") && !said.contains("line 2"), "{said}");
    assert_eq!(page.attribute("#e-from a", "href"), [format!("templates/{id}")]);
    // The list beside the button leads to the top of the page instead.
    assert_eq!(page.all("#todo a"), ["See the top of the page."]);
    assert_eq!(page.attribute("#todo a", "href"), ["#problem"]);
}

#[tokio::test]
async fn a_type_that_is_switched_off_says_so_where_it_would_be_chosen() {
    let (shop, _) = shop();
    let mut browser = shop.manager();
    let off = ["Announcement (switched off in the settings)"];
    let page = browser.open("send").await;
    assert_eq!(page.all("#type option[disabled]"), off);
    // A person who has chosen it is told so.
    let page = browser.open("send?type=announcement").await;
    assert!(page.all("#type option[disabled]").is_empty());
    assert_eq!(page.all("#type option[selected]"), off);
    // The form begins with a type that is switched on.
    shop.store.put_setting("whatsapp_stock_delivered_enabled", "false");
    let page = browser.open("send").await;
    assert_eq!(page.all("#type option[selected]"), ["Invoice"]);
}

#[tokio::test]
async fn now_is_now_whatever_time_was_typed_before() {
    let (shop, _) = shop();
    let mut browser = shop.manager();
    let form = written(&mut browser, "Hello").await;
    let form = form.with("at", "2026-12-01T10:00").with("when", "now");
    let page = browser.submit(&form.with("do", "send")).await;
    assert!(page.told().contains("Sent"), "{}", page.told());
    assert_eq!(only(&shop).facts.scheduled_for, None);
}

/// A page that asks something first keeps the fields, and no file.
#[tokio::test]
async fn a_form_whose_file_was_not_kept_does_nothing_but_say_so() {
    let (shop, _) = shop();
    let mut browser = shop.manager();
    let form = written(&mut browser, "Your order is ready.").await;
    let page = browser.upload(&form.clone().with("csrf", "old"), "INV-7.pdf", PDF).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    let again = page.form("form");
    assert_eq!(again.value("text"), "Your order is ready.");
    let page = browser.submit(&again).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.told().contains("The file was not kept. Choose it once more."), "{}", page.told());
    assert_eq!(page.form("#edit").value("text"), "Your order is ready.");
    assert_eq!(shop.store.messages().len(), 0);
    let page = browser.upload(&form, "INV-7.pdf", PDF).await;
    assert!(page.told().contains("Sent"), "{}", page.told());
    assert_eq!(shop.store.messages().len(), 1);
}

#[tokio::test]
async fn a_host_without_files_is_offered_none_and_one_that_keeps_none_takes_links() {
    let shop = Shop::new();
    shop.customer(1, "Asha Traders");
    let mut browser = shop.manager();
    let page = browser.open("send").await;
    assert!(page.one("#file").contains("This program sends no files."));
    assert!(page.all("#upload").is_empty() && page.all("#link").is_empty());
    let files = FixedSource::new();
    let url = "https://files.shop.example/INV-7.pdf";
    let file = FoundFile::new(PDF.to_vec()).with_name(Some("INV-7.pdf")).as_given();
    files.put(Place::Link(url.to_owned()), file);
    let shop = shop.with(|ports| ports.with_sources(Arc::new(files)));
    let mut browser = shop.manager();
    let page = browser.open("send").await;
    assert!(page.one("#file").contains("Files cannot be kept here: give a link to one."));
    assert!(page.all("#upload").is_empty());
    let form = invoice(&mut browser).await.with("link", url);
    let page = browser.submit(&form.clone().with("do", "check")).await;
    assert!(page.one("#preview").contains("INV-7.pdf"));
    let form = page.form("#edit").with("do", "send");
    browser.submit(&form).await;
    let sent = only(&shop).facts.attachment.unwrap();
    assert_eq!((sent.url.as_str(), sent.name.as_str()), (url, "INV-7.pdf"));
}

#[tokio::test]
async fn it_goes_out_later_by_the_clocks_of_the_business() {
    let (shop, _) = shop();
    save_settings(&shop.store, &[("whatsapp_time_zone", "Europe/Berlin")], START).await;
    let mut browser = shop.manager();
    let form = written(&mut browser, "Hello").await.with("when", "later");
    for (at, told) in [
        ("2026-12-15T10:30", "It goes out on Tuesday, 15 Dec 2026, 10:30."),
        ("2026-03-29T02:30", "It goes out on Sunday, 29 Mar 2026, 03:00."),
        ("2026-10-25T02:30", "this time comes twice"),
    ] {
        let page = browser.submit(&form.clone().with("at", at).with("do", "check")).await;
        assert!(page.one("#time").contains(told), "{at}: {}", page.one("#time"));
        assert_eq!(page.one("#h-at"), "Times of Berlin");
    }
    let folds = browser.page.all("#time label");
    assert_eq!(folds, ["The first one (UTC+02:00)", "The second one (UTC+01:00)"]);
    let form = browser.page.form("#edit").with("fold", "second").with("do", "send");
    let page = browser.submit(&form).await;
    assert!(page.one(".note[role=status]").starts_with("It waits, and goes out once: "));
    let due: DateTime<Utc> = "2026-10-25T01:30:00Z".parse().unwrap();
    let sent = only(&shop);
    assert_eq!((sent.facts.scheduled_for, sent.state.status), (Some(due), Status::Pending));
}

#[tokio::test]
async fn a_person_is_asked_before_it_goes_out_outside_the_hours() {
    let (shop, _) = shop();
    let mut browser = shop.manager();
    let form = browser.open("send?customer=C-1&type=festival").await.form("#edit");
    let form = form.with("v-festivalName", "Diwali").with("when", "later");
    let form = form.with("at", "2026-12-01T23:00").with("do", "send");
    let page = browser.submit(&form).await;
    assert!(refused(page, "hours").contains("outside the hours"));
    assert!(page.one("#time label").contains("send it anyway?"));
    let form = page.form("#edit").with("hours", "yes").with("do", "send");
    browser.submit(&form).await;
    assert_eq!(only(&shop).facts.message_type, MessageType::FESTIVAL);
}
