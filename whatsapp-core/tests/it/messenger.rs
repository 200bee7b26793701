use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::message::{FailureKind, MessageType, Phase, Status, Trigger};
use whatsapp_core::messenger::SendErrorKind;
use whatsapp_core::port::{Clock as _, Customer, Outbox as _, random};
use whatsapp_core::template::RenderError;
use whatsapp_core::{CustomerId, Request, TemplateId};
use whatsapp_testkit::SeededEntropy;

use crate::shop::{ASHA, NUMBER, PDF, Shop};

fn asha() -> CustomerId {
    CustomerId::new(ASHA).unwrap()
}

async fn save(shop: &Shop, kind: MessageType, content: &str, is_active: bool) -> TemplateId {
    shop.save_template(content, kind, content, is_active).await
}

#[tokio::test]
async fn a_message_is_logged_as_the_customer_will_get_it() {
    let shop = Shop::new();
    let receipt = shop.messenger.enqueue(shop.invoice(ASHA, "INV-7")).await.unwrap();
    let message = shop.message(receipt.message_id).await;
    let file = message.facts.attachment.clone().unwrap();
    assert_eq!((file.url, file.name.as_str()), (shop.media.links()[0].1.url.clone(), "INV-7.pdf"));
    let text = message.facts.text.as_str().replace(&shop.media.links()[0].1.url, "<link>");
    insta::assert_snapshot!(text, @r"
    Dear Asha Traders,

    Your invoice INV-7 dated 27 Jan 2026 for ₹1,23,456.00 is ready.

    Due Date: 11 Feb 2026

    View invoice: <link>

    Thank you!
    ");
    assert_eq!(message.facts.whatsapp_number.as_str(), NUMBER);
    assert_eq!(message.facts.trigger, Trigger::Auto);
    assert_eq!(message.facts.key.as_str(), "invoice:INV-7");
}

#[tokio::test]
async fn the_same_message_twice_is_one_and_another_under_its_key_is_refused() {
    let shop = Shop::new();
    let first = shop.messenger.enqueue(shop.invoice(ASHA, "INV-7")).await.unwrap();
    let again = shop.messenger.enqueue(shop.invoice(ASHA, "INV-7")).await.unwrap();
    assert!(first.is_new && !again.is_new);
    assert_eq!(first.message_id, again.message_id);
    let other = shop.order("SO-1").with_key(shop.message(first.message_id).await.facts.key);
    let error = shop.messenger.enqueue(other).await.unwrap_err();
    assert!(matches!(error.kind(), SendErrorKind::KeyConflict(id) if *id == first.message_id));
    assert_eq!(shop.store.messages().len(), 1);
}

#[tokio::test]
async fn an_invalid_number_is_logged_once_told_once_and_never_sent() {
    let shop = Shop::new();
    let error = shop.messenger.enqueue(shop.invoice("C-2", "INV-8")).await.unwrap_err();
    assert!(matches!(error.kind(), SendErrorKind::Number(_)));
    let id = error.logged().unwrap();
    let message = shop.message(id).await;
    assert_eq!(message.state.status, Status::Failed);
    assert_eq!(message.facts.whatsapp_number.as_str(), "098765 43211");
    let failure = message.state.failure.unwrap();
    assert_eq!(failure.kind, FailureKind::Invalid);
    assert_eq!(
        failure.reason,
        "The WhatsApp number must begin with + and the country code, such as +919876543210."
    );
    shop.messenger.enqueue(shop.invoice("C-2", "INV-8")).await.unwrap_err();
    shop.live_for(chrono::TimeDelta::hours(5)).await;
    assert_eq!(shop.store.messages().len(), 1);
    assert_eq!(shop.store.notices().len(), 1);
    assert!(shop.gateway.sent().is_empty());
}

#[tokio::test]
async fn a_corrected_number_sends_the_message_that_was_refused() {
    let shop = Shop::new();
    shop.messenger.enqueue(shop.invoice("C-2", "INV-8")).await.unwrap_err();
    let id = CustomerId::new("C-2").unwrap();
    shop.customers.put(Customer::new(id, "Gupta & Sons", Some("+919876543211")));
    let receipt = shop.messenger.enqueue(shop.invoice("C-2", "INV-8")).await.unwrap();
    assert!(receipt.is_new);
    shop.tick().await;
    assert_eq!(shop.phase(receipt.message_id).await, Phase::Sent);
}

#[tokio::test]
async fn a_missing_number_and_an_unknown_customer_are_logged_and_told() {
    let shop = Shop::new();
    let none = shop.messenger.enqueue(shop.invoice("C-3", "INV-9")).await.unwrap_err();
    assert_eq!(none.to_string(), "the customer's record has no WhatsApp number");
    let unknown = shop.messenger.enqueue(shop.invoice("C-99", "INV-9")).await.unwrap_err();
    assert_eq!(unknown.to_string(), "there is no such customer");
    assert!(none.logged().is_some() && unknown.logged().is_some());
    assert_eq!(shop.store.notices().len(), 2);
    shop.tick().await;
    assert!(shop.gateway.sent().is_empty());
}

#[tokio::test]
async fn other_refusals_are_errors_of_their_own_and_leave_no_row() {
    let shop = Shop::new();
    let invoice = shop.invoice(ASHA, "INV-7");
    let refuse = async |request: Request| {
        let error = shop.messenger.enqueue(request).await.unwrap_err();
        assert_eq!(error.logged(), None);
        error.to_string()
    };
    let values = BTreeMap::from([("invoiceNumber".to_owned(), "  ".to_owned())]);
    let file = whatsapp_core::Attachment::file("a.pdf", PDF.to_vec()).unwrap();
    let map = Request::values(asha(), MessageType::INVOICE, values).with_attachment(file);
    assert_eq!(
        refuse(map).await,
        "there is no value for {invoiceNumber}, {invoiceDate}, {amount}, {dueDate}"
    );
    let missing = TemplateId::new(shop.opened, random(&SeededEntropy::new(1)));
    assert_eq!(refuse(invoice.clone().with_template(missing)).await, "there is no such template");
    let festival = save(&shop, MessageType::FESTIVAL, "Happy {festivalName}", true).await;
    assert_eq!(
        refuse(invoice.clone().with_template(festival)).await,
        "the template is for Festival greeting messages"
    );
    let off = save(&shop, MessageType::INVOICE, "{customerName}!", false).await;
    assert_eq!(refuse(invoice.clone().with_template(off)).await, "the template is switched off");
    let text = Request::text(asha(), MessageType::FESTIVAL, " \n", BTreeMap::new());
    assert_eq!(refuse(text).await, "the text is empty");
    let long = Request::text(asha(), MessageType::FESTIVAL, "x".repeat(5_000), BTreeMap::new());
    assert!(refuse(long).await.contains("4096"));
    let png = whatsapp_core::Attachment::file("a.png", crate::shop::PNG.to_vec()).unwrap();
    assert!(refuse(invoice.clone().with_attachment(png)).await.contains("need a PDF"));
    shop.set("whatsapp_invoice_enabled", "false");
    assert_eq!(refuse(invoice.clone()).await, "Invoice messages are switched off in the settings");
    shop.set("whatsapp_retry_max", "lots");
    assert!(refuse(invoice).await.contains("whatsapp_retry_max"));
    assert!(shop.store.messages().is_empty() && shop.store.notices().is_empty());
}

#[tokio::test]
async fn an_invoice_without_its_pdf_is_refused() {
    let shop = Shop::new();
    let invoice = shop.invoice(ASHA, "INV-7");
    let bare = Request::invoice(
        asha(),
        whatsapp_core::template::Invoice {
            number: "INV-7".into(),
            date: "2026-01-27".parse().unwrap(),
            amount: whatsapp_core::format::Amount::rupees("5").unwrap(),
            due: "2026-01-27".parse().unwrap(),
            link: Some("https://shop.example".into()),
        },
    );
    let error = shop.messenger.enqueue(bare).await.unwrap_err();
    assert_eq!(error.to_string(), "Invoice messages need a PDF, and none is attached");
    assert!(shop.messenger.enqueue(invoice).await.is_ok());
}

#[tokio::test]
async fn the_active_template_is_used() {
    let shop = Shop::new();
    let id = save(&shop, MessageType::INVOICE, "{customerName}: {amount}", true).await;
    let receipt = shop.messenger.enqueue(shop.invoice(ASHA, "INV-7")).await.unwrap();
    let message = shop.message(receipt.message_id).await;
    assert_eq!(message.facts.text.as_str(), "Asha Traders: ₹1,23,456.00");
    assert_eq!((message.facts.template_id, message.facts.template_version), (Some(id), Some(1)));
}

#[tokio::test]
async fn what_is_odd_about_a_message_is_told_on_it_in_words() {
    let shop = Shop::new();
    shop.customers.put(Customer::new(asha(), "NULL", Some("+912223456789")));
    let invoice = whatsapp_core::template::Invoice {
        number: "INV-7".into(),
        date: "2026-01-27".parse().unwrap(),
        amount: whatsapp_core::format::Amount::rupees("0").unwrap(),
        due: "2026-01-20".parse().unwrap(),
        link: None,
    };
    let pdf = whatsapp_core::Attachment::file("INV-7.pdf", PDF.to_vec()).unwrap();
    let request = Request::invoice(asha(), invoice.clone()).with_attachment(pdf.clone());
    let receipt = shop.messenger.enqueue(request).await.unwrap();
    let warning = shop.message(receipt.message_id).await.facts.warning.unwrap();
    for part in ["landline", "called \"NULL\"", "amount is zero", "due before"] {
        assert!(warning.contains(part), "{warning}");
    }
    let old = whatsapp_core::template::Invoice { due: "0026-02-11".parse().unwrap(), ..invoice };
    let error = shop.messenger.enqueue(Request::invoice(asha(), old).with_attachment(pdf)).await;
    assert!(error.unwrap_err().to_string().starts_with("the year of {dueDate} is 26"));
}

#[tokio::test]
async fn a_delivery_of_a_day_that_has_not_come_is_told_by_the_businesss_clocks() {
    let shop = Shop::new();
    let now = shop.clock.now();
    // Half past eleven at night in Kolkata, where the shop is: still the 27th there.
    let tonight = "2026-01-27T18:00:00Z".parse::<DateTime<Utc>>().unwrap();
    assert!(now < tonight);
    shop.clock.advance_to(tonight);
    let order = |number: &str, day: &str| {
        Request::stock_delivered(
            asha(),
            whatsapp_core::template::StockDelivered {
                order_number: number.into(),
                delivered_on: day.parse().unwrap(),
                items: vec!["1 × Fan".into()],
            },
        )
    };
    for (request, odd) in [
        (order("SO-1", "2026-01-27"), false),
        (order("SO-2", "2026-01-28"), true),
        // It goes out on the 28th.
        (order("SO-3", "2026-01-28").with_schedule("2026-01-27T18:31:00Z".parse().unwrap()), false),
    ] {
        let receipt = shop.messenger.enqueue(request).await.unwrap();
        let warning = shop.message(receipt.message_id).await.facts.warning;
        let told = warning.as_ref().is_some_and(|it| it.contains("The delivery is dated after"));
        assert_eq!(told, odd, "{warning:?}");
    }
}

#[tokio::test]
async fn a_time_to_send_at_that_nobody_means_is_refused_and_leaves_no_row() {
    let shop = Shop::new();
    let never = DateTime::<Utc>::MAX_UTC;
    // A spreadsheet's "far away", a clock that counts in thousandths.
    let requests = [
        (shop.order("SO-1").with_schedule("9999-12-31T00:00:00Z".parse().unwrap()), 9999),
        (shop.invoice("C-3", "INV-1").with_schedule("0026-01-27T00:00:00Z".parse().unwrap()), 26),
        (shop.order("SO-2").with_expiry(never), 262_142),
    ];
    for (request, year) in requests {
        let refused = shop.messenger.enqueue(request).await.unwrap_err();
        assert!(refused.to_string().contains(&format!("is in the year {year}: a year from")));
        assert!(matches!(refused.kind(), SendErrorKind::Year { .. }), "{refused}");
    }
    assert_eq!(shop.store.messages(), []);
}

#[tokio::test]
async fn a_message_is_scheduled_for_at_most_a_year_and_a_day_ahead() {
    let shop = Shop::new();
    let ahead = |days| shop.opened + TimeDelta::days(days);
    let too_far = shop.order("SO-1").with_schedule(ahead(366) + TimeDelta::seconds(1));
    let refused = shop.messenger.enqueue(too_far).await.unwrap_err();
    let said = "Thursday, 28 Jan 2027 is too far ahead: a message can be scheduled for at most 366 days from now";
    assert_eq!(refused.to_string(), said);
    assert_eq!(shop.store.messages(), []);
    let in_time = shop.order("SO-1").with_schedule(ahead(366));
    assert!(shop.messenger.enqueue(in_time).await.is_ok());
}

#[tokio::test]
async fn what_was_to_go_out_in_the_past_goes_out_at_once_and_says_so() {
    let shop = Shop::new();
    let minutes = |minutes| shop.opened - TimeDelta::minutes(minutes);
    let said =
        "It was to go out on Tuesday, 27 Jan 2026, 09:58, which has passed: it goes out at once.";
    for (order, at, warning) in [("SO-1", minutes(2), Some(said)), ("SO-2", minutes(1), None)] {
        let request = shop.order(order).with_schedule(at);
        let id = shop.messenger.enqueue(request).await.unwrap().message_id;
        assert_eq!(shop.message(id).await.facts.warning.as_deref(), warning);
        shop.tick().await;
        assert_eq!(shop.phase(id).await, Phase::Sent);
    }
}

#[tokio::test]
async fn an_ordinary_message_has_no_warning() {
    let shop = Shop::new();
    let receipt = shop.messenger.enqueue(shop.invoice(ASHA, "INV-7")).await.unwrap();
    assert_eq!(shop.message(receipt.message_id).await.facts.warning, None);
}

#[tokio::test]
async fn a_reminder_for_an_invoice_not_yet_overdue_says_so() {
    let shop = Shop::new();
    let due = shop.messenger.enqueue(shop.reminder("2026-02-01")).await.unwrap();
    let text = shop.message(due.message_id).await.facts.text;
    assert!(text.as_str().contains("is due on 11 Feb 2026") && !text.as_str().contains("overdue"));
    let over = shop.messenger.enqueue(shop.reminder("2026-02-18")).await.unwrap();
    let text = shop.message(over.message_id).await.facts.text;
    assert!(text.as_str().contains("₹500.00 is 7 days overdue"));
}

#[tokio::test]
async fn braces_in_a_customers_name_stay_literal() {
    let shop = Shop::new();
    shop.customers.put(Customer::new(asha(), "{invoiceNumber}\n{amount}", Some(NUMBER)));
    let receipt = shop.messenger.enqueue(shop.order("SO-1")).await.unwrap();
    let text = shop.message(receipt.message_id).await.facts.text;
    assert!(text.as_str().starts_with("Hello {invoiceNumber} {amount},"));
}

#[tokio::test]
async fn many_are_enqueued_together_and_answered_one_by_one() {
    let shop = Shop::new();
    let requests = [shop.order("SO-1"), shop.invoice("C-2", "INV-8"), shop.order("SO-1")];
    let results = shop.messenger.enqueue_all(&requests).await;
    assert!(results[0].as_ref().unwrap().is_new);
    assert!(results[1].as_ref().unwrap_err().logged().is_some());
    assert!(!results[2].as_ref().unwrap().is_new);
    assert!(shop.messenger.enqueue_all(&[]).await.is_empty());
}

#[tokio::test]
async fn the_messages_of_a_call_are_sent_in_its_order() {
    let shop = Shop::new();
    let orders: Vec<String> = (0..12).map(|n| format!("SO-{n}")).collect();
    let requests: Vec<Request> = orders.iter().map(|order| shop.order(order)).collect();
    let receipts = shop.messenger.enqueue_all(&requests).await;
    let ids: Vec<_> = receipts.into_iter().map(|receipt| receipt.unwrap().message_id).collect();
    assert!(ids.is_sorted(), "messages that are due together are claimed by their ids");
    shop.tick().await;
    let sent = shop.gateway.sent();
    assert!(
        sent.iter()
            .zip(&orders)
            .all(|(sent, order)| sent.text.as_str().contains(&format!("{order} ")))
    );
    assert_eq!(sent.len(), orders.len());
}

#[tokio::test]
async fn a_draft_writes_nothing_and_answers_once_its_messages_are_enqueued() {
    let shop = Shop::new();
    let known = shop.messenger.enqueue(shop.invoice(ASHA, "INV-7")).await.unwrap();
    let bare = Request::values(asha(), MessageType::FESTIVAL, BTreeMap::new());
    let requests = [
        shop.order("SO-1"),
        shop.invoice(ASHA, "INV-7"),
        shop.invoice("C-2", "INV-8"),
        bare,
        shop.order("SO-2"),
    ];
    let draft = shop.messenger.draft(&requests).await;
    assert_eq!(draft.messages().len(), 3, "one is known, one is refused without a row");
    assert_eq!(shop.store.messages().len(), 1);
    drop(draft);
    shop.tick().await;
    assert_eq!(shop.gateway.sent().len(), 1, "a draft that was dropped is no message");

    let draft = shop.messenger.draft(&requests).await;
    let enqueued = shop.store.enqueue(draft.messages()).await.unwrap();
    let receipts = draft.receipts(enqueued.clone());
    assert!(receipts[0].as_ref().unwrap().is_new && receipts[4].as_ref().unwrap().is_new);
    assert_eq!(receipts[1].as_ref().unwrap().message_id, known.message_id);
    assert!(receipts[2].as_ref().unwrap_err().logged().is_some());
    assert_eq!(receipts[3].as_ref().unwrap_err().logged(), None);
    shop.tick().await;
    assert_eq!(shop.gateway.sent().len(), 3);

    let again = shop.messenger.draft(&requests).await.receipts(enqueued[..1].to_vec());
    assert!(again[0].is_ok());
    assert_eq!(
        again[4].as_ref().unwrap_err().to_string(),
        "the database refused the operation: the database gave no answer"
    );
}

#[tokio::test]
async fn a_draft_under_unusable_settings_has_no_messages_and_says_why() {
    let shop = Shop::new();
    shop.set("whatsapp_retry_max", "lots");
    let draft = shop.messenger.draft(&[shop.order("SO-1"), shop.order("SO-2")]).await;
    assert!(draft.messages().is_empty());
    let receipts = draft.receipts(Vec::new());
    assert_eq!(receipts.len(), 2);
    for receipt in receipts {
        assert!(receipt.unwrap_err().to_string().contains("whatsapp_retry_max"));
    }
}

#[tokio::test]
async fn a_free_text_is_cleaned_and_filled_in() {
    let shop = Shop::new();
    let text = "Hi {customerName}\u{202e}, {whatever} & happy {festivalName}!";
    let values = BTreeMap::from([("festivalName".to_owned(), "Diwali".to_owned())]);
    let request = Request::text(asha(), MessageType::FESTIVAL, text, values);
    let receipt = shop.messenger.enqueue(request).await.unwrap();
    let message = shop.message(receipt.message_id).await;
    assert_eq!(message.facts.text.as_str(), "Hi Asha Traders, {whatever} & happy Diwali!");
    assert_eq!(message.facts.trigger, Trigger::Manual);
    let missing = Request::text(asha(), MessageType::FESTIVAL, "{festivalName}", BTreeMap::new());
    let error = shop.messenger.enqueue(missing).await.unwrap_err();
    let names = vec!["festivalName"];
    assert!(
        matches!(error.kind(), SendErrorKind::Text(RenderError::Missing { names: n }) if *n == names)
    );
}

#[tokio::test]
async fn nothing_that_is_printed_shows_a_customer() {
    let shop = Shop::new();
    let request = shop.invoice(ASHA, "INV-7");
    let receipt = shop.messenger.enqueue(request.clone()).await.unwrap();
    let message = shop.message(receipt.message_id).await;
    shop.messenger.enqueue(shop.invoice("C-2", "INV-8")).await.unwrap_err();
    let printed =
        format!("{request:?} {message:?} {:?} {:?}", shop.store.messages(), shop.store.notices());
    for secret in ["9812345670", "98123", "43211", "Asha", "Gupta", "Dear", "media.example"] {
        assert!(!printed.contains(secret), "{secret} is printed");
    }
}
