//! A message to one customer, written by a person: found, filled in, checked, tried out, and
//! sent once.

mod refused;

use std::sync::Arc;

use axum::http::StatusCode;
use whatsapp_core::audit::{Act, Actor};
use whatsapp_core::message::{
    Class, Message, MessageType, NewMessage, Progress, StateRow, Trigger,
};
use whatsapp_core::port::AuditFilter;
use whatsapp_core::{CustomerId, UserId};
use whatsapp_testkit::fixtures::{START, greeting, number};
use whatsapp_testkit::{FixedSource, MemoryMedia};

use crate::shop::{Browser, Form, Shop, minutes};

use refused::refused;

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<</Type/Page>>\nendobj\n%%EOF\n";

/// A shop with files and two customers.
fn shop() -> (Shop, MemoryMedia) {
    let (shop, media) = (Shop::new(), MemoryMedia::new());
    let files = FixedSource::new();
    let ports = Arc::new(media.clone());
    let mut shop = shop.with(|it| it.with_media(ports).with_sources(Arc::new(files.clone())));
    shop.files = files;
    shop.customer(1, "Asha Traders");
    shop.customer(2, "Ravi Stores");
    (shop, media)
}

/// The form with a text of its own to Asha Traders, after a check.
async fn written(browser: &mut Browser, text: &str) -> Form {
    let form = browser.open("send?customer=C-1&type=stock_delivered").await.form("#edit");
    form.with("from", "own").with("text", text).with("do", "send")
}

/// The form of an invoice with its file.
async fn invoice(browser: &mut Browser) -> Form {
    let form = browser.open("send?customer=C-1&type=invoice").await.form("#edit");
    form.with("v-invoiceNumber", "INV-7")
        .with("v-invoiceDate", "2026-11-27")
        .with("v-amount", "1500")
        .with("v-dueDate", "2026-12-11")
}

async fn audit(shop: &Shop) -> Vec<(Act, Actor)> {
    let audit = shop.desk().audit(&AuditFilter::default(), None, 200).await.unwrap();
    audit.entries.into_iter().map(|entry| (entry.act, entry.by)).collect()
}

fn only(shop: &Shop) -> Message {
    let mut messages = shop.store.messages();
    assert_eq!(messages.len(), 1, "{messages:?}");
    messages.remove(0)
}

fn asha() -> Actor {
    Actor::Person(UserId::new("asha").unwrap())
}

#[tokio::test]
async fn a_manager_comes_there_by_the_navigation_and_from_a_customers_page() {
    let (shop, _) = shop();
    let mut browser = shop.manager();
    assert!(browser.open("overview").await.has_link("Send"));
    let page = browser.click("Send").await;
    assert_eq!(page.one("h1"), "Send");
    assert_eq!(page.attribute("#edit", "data-check"), ["send/check"]);
    assert_eq!(page.one("#sum"), "4 things are still to be done:");
    browser.open("customers/C-1").await;
    let page = browser.click("Send a message").await;
    assert!(page.one("#hits label").starts_with("Asha Traders"));
    assert_eq!(page.form("#edit").value("customer"), "C-1");
    let mut viewer = shop.viewer();
    assert!(!viewer.open("overview").await.has_link("Send"));
    assert!(!viewer.open("customers/C-1").await.has_link("Send a message"));
    assert_eq!(viewer.open("send").await.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.open("send?customer=no%20id").await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.open("send?type=nothing").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_customer_is_found_by_name_number_and_id() {
    let (shop, _) = shop();
    for seed in 10..40 {
        shop.customer(seed, &format!("Gupta {seed}"));
    }
    let mut browser = shop.manager();
    let form = browser.open("send").await.form("#edit");
    let typed = number(2)[3..].to_owned();
    for (who, found, note) in [
        ("trad", vec!["Asha Traders"], ""),
        ("C-2", vec!["Ravi Stores"], ""),
        (typed.as_str(), vec!["Ravi Stores"], ""),
        ("nobody", vec![], "No customer fits “nobody”."),
        ("", vec![], ""),
    ] {
        let page = browser.submit(&form.clone().with("who", who).with("do", "find")).await;
        let hits = page.all("#hits label");
        assert_eq!(hits.len(), found.len(), "{who}: {hits:?}");
        assert!(hits.iter().zip(&found).all(|(hit, name)| hit.starts_with(name)), "{hits:?}");
        assert_eq!(page.all("#hits p").concat(), note, "{who}");
        // After a search for a customer the focus is on the first one found.
        assert_eq!(page.all("#hits input[autofocus]").len(), usize::from(!found.is_empty()));
        let part = Form { action: "/console/send/check".to_owned(), ..form.clone() };
        let part = browser.sent(&part.with("who", who)).await;
        assert_eq!(part.all("#hits label").len(), found.len(), "while it is typed: {who}");
    }
    let page = browser.submit(&form.clone().with("who", "gupta").with("do", "find")).await;
    assert_eq!(page.all("#hits label").len(), 20);
    assert_eq!(page.one("#hits p"), "More than 20 customers fit. Type more of the name.");
    // A chosen customer stays chosen during another search.
    let form = form.with("customer", "C-1").with("who", "ravi").with("do", "find");
    let page = browser.submit(&form).await;
    assert_eq!(page.all("#hits label").len(), 2);
    assert_eq!(page.attribute("#hits input[checked]", "value"), ["C-1"]);

    let mut browser = Shop::without_search().manager();
    let form = browser.open("send").await.form("#edit").with("who", "asha").with("do", "find");
    assert!(browser.submit(&form).await.one("#hits p").contains("searched"));
}

#[tokio::test]
async fn a_text_of_ones_own_goes_out_once_however_often_the_form_is_sent() {
    let (shop, _) = shop();
    let mut browser = shop.manager();
    let form = written(&mut browser, "Your order *SO-7* is ready.").await;
    // A double click: both are under way at once.
    let (one, two) = tokio::join!(browser.sent(&form), browser.sent(&form));
    let mut done = [one.done(), two.done()];
    done.sort();
    assert_eq!(done, ["sent", "sent-before"]);
    let sent = only(&shop);
    let page = browser.submit(&form).await;
    assert_eq!(page.url, format!("/console/messages/{}", sent.facts.id), "a reload");
    assert!(page.one(".note[role=status]").starts_with("This was sent before, and only once"));
    assert_eq!(only(&shop).facts.text.as_str(), "Your order *SO-7* is ready.");
    let facts = &sent.facts;
    assert_eq!((facts.customer_id.as_str(), facts.trigger), ("C-1", Trigger::Manual));
    assert_eq!(facts.created_by, Some(UserId::new("asha").unwrap()));
    assert_eq!(audit(&shop).await, [(Act::MessageSent, asha())]);
    let told = browser.open("audit").await.told();
    assert!(told.contains("asha sent Stock delivered to Asha Traders by hand."), "{told}");
    // And the page says what became of it.
    shop.dispatcher().tick(START).await.unwrap();
    let told = browser.open(&format!("messages/{}", facts.id)).await.told();
    assert!(told.contains("Sent"), "{told}");
    assert_eq!(shop.gateway.sent().len(), 1);
}

#[tokio::test]
async fn whoever_goes_back_and_sends_another_text_is_told_of_the_first_one() {
    let (shop, _) = shop();
    let mut browser = shop.manager();
    let form = written(&mut browser, "Your order is ready.").await;
    let page = browser.submit(&form).await;
    assert!(
        page.one(".note[role=status]")
            .starts_with("On its way, once: Stock delivered to Asha Traders")
    );
    let page = browser.submit(&form.with("text", "Your order is late.")).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    let note = page.one("#note");
    assert!(note.starts_with("asha sent this customer a message while you wrote"), "{note}");
    assert!(note.contains("Your order is ready.") && page.has_link("That message"));
    let again = page.form("#edit");
    assert_eq!(again.value("text"), "Your order is late.", "nothing is lost");
    only(&shop);
    let again = again.with("do", "send");
    browser.submit(&again).await;
    browser.submit(&again).await;
    let texts: Vec<_> =
        shop.store.messages().iter().map(|it| it.facts.text.as_str().to_owned()).collect();
    assert_eq!(texts.len(), 2, "{texts:?}");
}

#[tokio::test]
async fn of_two_managers_who_write_at_once_the_second_one_is_told() {
    let (shop, _) = shop();
    let (mut asha, mut ravi) = (shop.manager(), shop.browser("ravi manager"));
    let form = written(&mut asha, "Your order is ready.").await;
    let same = written(&mut ravi, "Your order is ready.").await;
    let other = written(&mut ravi, "It is ready!").await;
    asha.submit(&form).await;
    // The same text is the same message, whoever sends it.
    assert_eq!(ravi.sent(&same).await.done(), "sent-before");
    let page = ravi.submit(&other).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.one("#note h2").starts_with("asha sent this customer a message"));
    only(&shop);
    assert_eq!(audit(&shop).await.len(), 1);
    // A message that a program sent by hand meanwhile counts as well.
    let (mut late, kind) = (shop.manager(), MessageType::STOCK_DELIVERED);
    let form = written(&mut late, "Third").await;
    let values = [("orderNumber", "7"), ("deliveryDate", "today"), ("items", "x")];
    let values = values.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    shop.clock.advance(minutes(1));
    let id = CustomerId::new("C-1").unwrap();
    shop.messenger().enqueue(whatsapp_core::Request::values(id, kind, values)).await.unwrap();
    assert_eq!(late.submit(&form).await.status, StatusCode::CONFLICT);
    assert_eq!(shop.store.messages().len(), 2);
}

#[tokio::test]
async fn an_invoice_with_its_file_is_looked_over_and_sent() {
    let (shop, media) = shop();
    let mut browser = shop.manager();
    let form = invoice(&mut browser).await;
    let page = browser.upload(&form.with("do", "check"), "INV 7.pdf", PDF).await.clone();
    assert_eq!(page.one("#sum"), format!("Ready to be sent to Asha Traders, {}.", grouped(1)));
    let shown = page.one("#preview");
    for part in ["INV 7.pdf", "PDF", "₹1,500.00", "27 Nov 2026", "11 Dec 2026", "INV-7"] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    assert!(page.one("#file").contains("it can be sent"));
    assert_eq!((media.files().len(), shop.store.messages().len()), (1, 0));
    let done = browser.submit(&page.form("#edit").with("do", "send")).await;
    assert!(done.one(".note[role=status]").starts_with("On its way, once: Invoice INV-7"));
    shop.dispatcher().tick(START).await.unwrap();
    let sent = shop.gateway.sent();
    let link = sent[0].attachment.as_ref().unwrap().url.clone();
    assert_eq!(media.fetch(&link, START).as_deref(), Some(PDF));
    assert_eq!(only(&shop).facts.attachment.unwrap().name, "INV 7.pdf");
    // Uploading and sending in one step works as well, and still sends once.
    let form = invoice(&mut browser).await.with("v-invoiceNumber", "INV-8").with("do", "send");
    for _ in 0..2 {
        browser.upload(&form, "INV-8.pdf", PDF).await;
    }
    assert_eq!(shop.store.messages().len(), 2);
    // A file that is taken away does not go along.
    let form = page.form("#edit").with("do", "drop");
    let page = browser.submit(&form).await;
    assert_eq!(page.form("#edit").value("file"), "");
    assert_eq!(page.form("#edit").value("v-amount"), "1500");
}

fn grouped(seed: u64) -> String {
    let number = number(seed);
    let rest = number.strip_prefix("+91").unwrap();
    format!("+91 {} {}", &rest[..5], &rest[5..])
}

#[tokio::test]
async fn values_are_asked_for_by_the_right_kind_of_field() {
    let (shop, _) = shop();
    let mut browser = shop.manager();
    let page = browser.open("send?customer=C-1&type=payment_reminder").await;
    for (name, kind) in
        [("v-dueDate", "date"), ("v-amount", "text"), ("v-daysOverdue", "text"), ("who", "search")]
    {
        assert_eq!(page.attribute(&format!("[name='{name}']"), "type"), [kind], "{name}");
    }
    assert_eq!(page.attribute("#v-daysOverdue", "inputmode"), ["numeric"]);
    assert_eq!(page.attribute("#v-amount", "inputmode"), ["decimal"]);
    assert!(page.one("#values").contains("Outstanding amount Such as ₹1,23,456.00"));
    let form = page.form("#edit").with("do", "check");
    let typed = form
        .with("v-invoiceNumber", "INV-7")
        .with("v-dueDate", "2026-11-20")
        .with("v-amount", "123456.5")
        .with("v-daysOverdue", "a week");
    let page = browser.submit(&typed).await;
    assert_eq!(
        page.one("#e-v-daysOverdue"),
        "Days past the due date: a whole number is expected, such as 7."
    );
    assert!(page.one("#preview").contains("₹1,23,456.50"), "{}", page.one("#preview"));
    for (amount, told) in [
        ("1,50", "Outstanding amount: the commas in 1,50 fit no number. Is it ₹1.50 or ₹150.00?"),
        (
            "12,34",
            "Outstanding amount: the commas in 12,34 fit no number. Is it ₹12.34 or ₹1,234.00?",
        ),
        ("1,2345", "Outstanding amount: the commas in 1,2345 fit no number. Is it ₹12,345.00?"),
    ] {
        let page = browser.submit(&typed.clone().with("v-amount", amount)).await;
        assert_eq!(page.one("#e-v-amount"), told);
        assert!(page.one("#preview").contains(amount), "{}", page.one("#preview"));
    }
    for (amount, told) in
        [("1,50,000", "₹1,50,000.00"), ("150,000", "₹1,50,000.00"), ("₹ 1.50", "₹1.50")]
    {
        let page = browser.submit(&typed.clone().with("v-amount", amount)).await;
        assert!(page.one("#preview").contains(told), "{amount}: {}", page.one("#preview"));
    }
    // Another type asks for other values, and keeps those that were typed for the first one.
    let page = browser.submit(&typed.with("type", "stock_delivered")).await;
    assert!(page.all("#values label").contains(&"List of items delivered".to_owned()));
    assert_eq!(page.form("#edit").value("v-amount"), "123456.5");
}

#[tokio::test]
async fn where_the_link_to_its_file_will_stand_the_preview_names_it() {
    let (shop, _) = shop();
    let mut browser = shop.manager();
    let form = invoice(&mut browser).await.with("do", "check");
    let page = browser.upload(&form, "INV-7.pdf", PDF).await;
    let shown = page.one("#preview");
    assert!(shown.contains("View invoice: value: [Link to view the invoice]"), "{shown}");
    assert!(!shown.contains("shop.example"), "{shown}");
    let values = page.all("#preview mark");
    assert!(values.contains(&"value: [Link to view the invoice]".to_owned()), "{values:?}");
    // The message has the link itself.
    let form = page.form("#edit").with("do", "send");
    browser.submit(&form).await;
    assert!(only(&shop).facts.text.as_str().contains("View invoice: https://"));
}

#[tokio::test]
async fn it_is_sent_to_whoever_writes_it_first_and_the_customer_gets_nothing() {
    let (shop, media) = shop();
    let mut browser = shop.manager();
    let form = invoice(&mut browser).await.with("do", "try");
    let page = browser.upload(&form.clone().with("mine", ""), "INV-7.pdf", PDF).await;
    assert_eq!(refused(page, "mine"), "Type the number that it is to go to.");
    let form = page.form("#edit").with("do", "try");
    let page = browser.submit(&form.clone().with("mine", "12")).await;
    assert!(!refused(page, "mine").is_empty());
    let form = form.with("mine", "098765 43210");
    let page = browser.submit(&form).await.clone();
    assert!(page.one("#note h2").starts_with("It is on its way to +91 98765 43210"));
    browser.submit(&form).await;
    let sent = only(&shop);
    assert_eq!(sent.facts.whatsapp_number.as_str(), "+919876543210");
    // It belongs to no customer, even if a customer has the same key as this person.
    assert_eq!((sent.facts.customer_id.as_str(), sent.facts.customer_name.as_str()), ("-", "asha"));
    assert!(sent.facts.text.as_str().starts_with("Dear Asha Traders,"), "as the customer gets it");
    assert_eq!(audit(&shop).await, [(Act::MessageSent, asha())]);
    // The form is unchanged, and sends to the customer next.
    let next = page.form("#edit");
    assert_eq!(next.value("mine"), "098765 43210");
    assert!(!next.value("file").is_empty());
    browser.submit(&next.clone().with("do", "try")).await;
    assert_eq!(shop.store.messages().len(), 2, "a trial of its own");
    // A trial to another number, typed into an old form, is another message as well.
    browser.submit(&form.with("mine", "098765 43211")).await;
    assert_eq!(shop.store.messages().len(), 3, "it goes to the other number");
    browser.submit(&next.with("do", "send")).await;
    let to: Vec<_> =
        shop.store.messages().iter().map(|it| it.facts.customer_id.to_string()).collect();
    assert_eq!(to.iter().filter(|to| *to == "C-1").count(), 1, "{to:?}");
    assert_eq!(media.files().len(), 1, "one file for all");
}

#[tokio::test]
async fn what_a_person_sends_does_not_wait_behind_greetings() {
    let (shop, _) = shop();
    let due = START - minutes(30);
    for seed in 100..300 {
        let one = greeting(seed, due);
        let progress = Progress::new(due).with_class(Class::Greeting);
        shop.put(NewMessage { state: StateRow::of(&progress), ..one }).await;
    }
    let mut browser = shop.manager();
    let form = browser.open("send?customer=C-1&type=festival").await.form("#edit");
    browser.submit(&form.with("v-festivalName", "Diwali").with("do", "send")).await;
    let mut sent = shop.store.messages();
    sent.retain(|it| it.facts.customer_id.as_str() == "C-1");
    assert_eq!(sent[0].state.owed.unwrap().class, Class::Transactional);
    shop.dispatcher().tick(START).await.unwrap();
    let first = shop.gateway.sent();
    let place = first.iter().position(|it| it.number.as_str() == number(1));
    assert!(place.is_some_and(|place| place < 5), "{place:?} of {}", first.len());
}

#[tokio::test]
async fn a_form_that_chooses_and_sends_at_once_shows_first_what_it_sends() {
    let (shop, _) = shop();
    let mut browser = shop.manager();
    let form = browser.open("send").await.form("#edit");
    let form = form.with("customer", "C-1").with("from", "own").with("text", "Hi {customerName}");
    let page = browser.submit(&form.with("do", "send")).await;
    assert!(page.one("#note").starts_with("Nothing is sent yet."));
    assert!(page.one("#preview").contains("Hi value: Asha Traders"), "{}", page.one("#preview"));
    assert_eq!(shop.store.messages().len(), 0);
    let form = page.form("#edit").with("do", "send");
    browser.submit(&form).await;
    assert_eq!(only(&shop).facts.text.as_str(), "Hi Asha Traders");
}

#[tokio::test]
async fn a_template_that_is_switched_on_can_be_chosen() {
    let (shop, _) = shop();
    let kind = MessageType::STOCK_DELIVERED;
    let other = shop.template("Other", kind, "Hi {customerName}, come by!", true).await;
    shop.clock.advance(minutes(1));
    shop.template("Newest", kind, "Dear {customerName}, hello!", true).await;
    let mut browser = shop.manager();
    let page = browser.open("send?customer=C-1&type=stock_delivered").await;
    let choices = page.all("#from option");
    assert_eq!(choices, ["The text in use: Newest", "Other", "My own text"]);
    let form = page.form("#edit").with("from", &other.to_string()).with("do", "send");
    browser.submit(&form).await;
    let sent = only(&shop);
    assert_eq!(sent.facts.template_id, Some(other));
    assert_eq!(sent.facts.text.as_str(), "Hi Asha Traders, come by!");
}
