//! Message types of the host's own.

mod unknown;

use std::collections::BTreeMap;

use chrono::TimeDelta;
use whatsapp_core::audit::Actor;
use whatsapp_core::format::Amount;
use whatsapp_core::message::{
    CancelReason, Category, Cause, Class, FileRule, Message, MessageType, Phase, Placeholder,
    Trigger, TypeDef,
};
use whatsapp_core::messenger::{SendError, SendErrorKind};
use whatsapp_core::port::{
    Clock as _, Customer, Due, LogFilter, MessageLog as _, Sort, TransportError, Turn,
};
use whatsapp_core::retry::Disposition;
use whatsapp_core::{Attachment, CustomerId, InvoiceId, Request};

use crate::shop::{ASHA, PDF, PNG, Shop};

static QUOTATION: TypeDef = TypeDef::new(
    "quotation",
    "Quotation",
    &[
        Placeholder::CUSTOMER_NAME,
        Placeholder::line("quotationNumber", "Quotation number", "Q-7"),
        Placeholder::amount("amount", "Amount", "₹500.00"),
        Placeholder::file_link("link", "Link to the quotation", "https://shop.example/q/7.pdf"),
    ],
    "Dear {customerName}, quotation {quotationNumber} over ₹{amount}: {link}",
)
.with_subject("quotationNumber", "Quotation")
.with_file(FileRule::Mandatory(&[
    whatsapp_core::attachment::AttachmentKind::Pdf,
    whatsapp_core::attachment::AttachmentKind::Png,
]));

/// A reminder of the host's own: its ledger is asked.
static LAST_CALL: TypeDef = TypeDef::new(
    "last_call",
    "Last call",
    &[
        Placeholder::CUSTOMER_NAME,
        Placeholder::line("invoiceNumber", "Invoice number", "INV-7"),
        Placeholder::line("invoiceDate", "Invoice date", "27 Jan 2026"),
        Placeholder::amount("amount", "Outstanding amount", "₹500.00"),
        Placeholder::line("fee", "Fee, in words", "fifty rupees"),
        Placeholder::line("daysOverdue", "Days past the due date", "7"),
    ],
    "{customerName}: {invoiceNumber} of {invoiceDate}, {amount}, {daysOverdue} days, fee {fee}",
)
.with_text_for_zero("daysOverdue", "{customerName}: {invoiceNumber} is due, {amount}, fee {fee}")
.with_class(Class::Reminder)
.with_category(Category::Reminders)
.with_file(FileRule::None)
.with_ledger()
.for_a_day();

/// A type that a shop sends at once, in its own words, if it was switched on.
static TIP: TypeDef = TypeDef::new("tip", "Tip", &[], "Charge it overnight.")
    .with_free_text()
    .with_class(Class::Bulk)
    .off_by_default();

/// A type under the quotations' switch.
static REVISED: TypeDef = TypeDef::new("revised", "Revised quotation", &[], "It is new.")
    .under_the_switch_of(MessageType::of(&QUOTATION));

const QUOTE: MessageType = MessageType::of(&QUOTATION);
const CALL: MessageType = MessageType::of(&LAST_CALL);
const OWN: [MessageType; 4] = [QUOTE, CALL, MessageType::of(&TIP), MessageType::of(&REVISED)];

fn asha() -> CustomerId {
    CustomerId::new(ASHA).unwrap()
}

fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn pdf() -> Attachment {
    Attachment::file("Q-7.pdf", PDF.to_vec()).unwrap()
}

fn quotation() -> Request {
    let values = values(&[("quotationNumber", "Q-7"), ("amount", "₹500.00")]);
    Request::values(asha(), QUOTE, values).with_attachment(pdf()).with_trigger(Trigger::Auto)
}

fn last_call() -> Request {
    let values = values(&[
        ("invoiceNumber", "INV-7"),
        ("invoiceDate", "27 Jan 2026"),
        ("amount", "₹500.00"),
        ("fee", "fifty rupees"),
        ("daysOverdue", "0"),
    ]);
    Request::values(asha(), CALL, values)
        .with_invoice(InvoiceId::new("INV-7").unwrap())
        .with_trigger(Trigger::Scheduled)
}

async fn refusal(shop: &Shop, request: Request) -> String {
    let error = shop.messenger.enqueue(request).await.unwrap_err();
    assert_eq!(error.logged(), None);
    error.to_string()
}

#[tokio::test]
async fn a_type_of_the_hosts_own_is_sent_by_its_definition() {
    let shop = Shop::with_types(OWN);
    let id = shop.messenger.enqueue(quotation()).await.unwrap().message_id;
    let message = shop.message(id).await;
    assert_eq!(message.facts.message_type, QUOTE);
    assert_eq!(message.facts.subject.as_deref(), Some("Q-7"));
    assert_eq!(message.state.owed.unwrap().class, Class::Transactional);
    let link = message.facts.attachment.unwrap().url;
    let expected = format!("Dear Asha Traders, quotation Q-7 over ₹500.00: {link}");
    assert_eq!(message.facts.text.as_str(), expected);

    shop.live_for(TimeDelta::minutes(1)).await;
    assert_eq!(shop.phase(id).await, Phase::Sent);
    let sent = shop.gateway.sent().pop().unwrap();
    assert_eq!(sent.text.as_str(), expected);
    assert_eq!(sent.message_type, Some(QUOTE.name()));
    assert_eq!(sent.values.unwrap().get("amount"), Some("₹500.00"));
}

#[tokio::test]
async fn a_value_without_a_placeholder_is_refused_with_what_was_meant() {
    let shop = Shop::with_types(OWN);
    let with = |pairs: &[(&str, &str)]| {
        Request::values(asha(), QUOTE, values(pairs)).with_attachment(pdf())
    };
    insta::assert_snapshot!(
        refusal(&shop, with(&[("quotation_number", "Q-7"), ("amount", "₹500.00")])).await,
        @"a value has no place: there is no placeholder {quotation_number} for this message type; did you mean {quotationNumber}?"
    );
    insta::assert_snapshot!(
        refusal(&shop, with(&[("quotationNumber", "Q-7"), ("colour", "red")])).await,
        @"a value has no place: there is no placeholder {colour} for this message type; there are {customerName}, {quotationNumber}, {amount}, {link}"
    );
    insta::assert_snapshot!(
        refusal(&shop, with(&[("quotationNumber", "Q-7")])).await,
        @"there is no value for {amount}"
    );
}

#[tokio::test]
async fn a_type_has_the_files_that_its_definition_says() {
    let shop = Shop::with_types(OWN);
    let bare = Request::values(asha(), QUOTE, values(&[]));
    insta::assert_snapshot!(
        refusal(&shop, bare).await,
        @"Quotation messages need a PDF or a PNG image, and none is attached"
    );
    let png = Attachment::file("Q-7.png", PNG.to_vec()).unwrap();
    shop.messenger.enqueue(quotation().with_attachment(png)).await.unwrap();
    insta::assert_snapshot!(
        refusal(&shop, last_call().with_attachment(pdf())).await,
        @"no file goes with Last call messages: leave the attachment out"
    );
}

#[tokio::test]
async fn the_host_writes_texts_of_its_own_only_where_the_type_allows_it() {
    let shop = Shop::with_types(OWN);
    shop.set("whatsapp_announcement_enabled", "true");
    shop.set("whatsapp_tip_enabled", "true");
    let text = |of| {
        let request = Request::text(asha(), of, "Hello!", BTreeMap::new());
        if of == QUOTE || of == MessageType::INVOICE {
            request.with_attachment(pdf())
        } else {
            request
        }
    };
    let may = [
        MessageType::STOCK_DELIVERED,
        MessageType::FESTIVAL,
        MessageType::ANNOUNCEMENT,
        MessageType::of(&TIP),
    ];
    for of in shop.ports.types().iter() {
        for trigger in [Trigger::Auto, Trigger::Scheduled] {
            let enqueued = shop.messenger.enqueue(text(of).with_trigger(trigger)).await;
            match enqueued.as_ref().map_err(SendError::kind) {
                Ok(_) => assert!(may.contains(&of), "{of}"),
                Err(SendErrorKind::TextByHost(it)) => assert!(*it == of && !may.contains(&of)),
                Err(other) => panic!("{of}: {other}"),
            }
        }
        shop.messenger.enqueue(text(of)).await.expect("a manager may write any");
    }
    insta::assert_snapshot!(
        refusal(&shop, text(MessageType::INVOICE).with_trigger(Trigger::Auto)).await,
        @"Invoice messages are made from a template: only a manager may write the text of one"
    );
}

#[tokio::test]
async fn each_type_is_under_its_switch() {
    let shop = Shop::with_types(OWN);
    let tip = || Request::values(asha(), MessageType::of(&TIP), BTreeMap::new());
    let revised = || Request::values(asha(), MessageType::of(&REVISED), BTreeMap::new());
    let off = |what: &str| format!("{what} messages are switched off in the settings");
    assert_eq!(refusal(&shop, tip()).await, off("Tip"), "off by default");
    shop.messenger.enqueue(quotation()).await.expect("on where there is no row");
    shop.messenger.enqueue(revised()).await.expect("as its switch is");
    shop.set("whatsapp_tip_enabled", "true");
    shop.set("whatsapp_quotation_enabled", "false");
    shop.messenger.enqueue(tip()).await.unwrap();
    assert_eq!(refusal(&shop, quotation()).await, off("Quotation"));
    assert_eq!(refusal(&shop, revised()).await, off("Revised quotation"));

    // Waiting messages are withdrawn.
    shop.live_for(TimeDelta::minutes(1)).await;
    let page = shop.store.page(&LogFilter::default(), Sort::Oldest, Turn::First, 10).await.unwrap();
    // Messages of one moment have no order.
    let of_tip = |message: &&Message| message.facts.message_type == MessageType::of(&TIP);
    let now = shop.clock.now();
    let (tips, others): (Vec<_>, Vec<_>) = page.messages.iter().partition(of_tip);
    let phases = |of: Vec<&Message>| of.iter().map(|it| it.phase(now)).collect::<Vec<_>>();
    let off = Phase::Cancelled(CancelReason::SwitchedOff);
    assert_eq!(phases(tips), [Phase::Sent]);
    assert_eq!(phases(others), [off.clone(), off]);
}

#[tokio::test]
async fn the_payment_summary_is_under_the_reminders_switch_and_announcements_are_off() {
    let shop = Shop::new();
    let summary = || {
        let values = values(&[
            ("invoices", "INV-7: ₹500.00\nINV-8: ₹700.00"),
            ("totals", "₹1,200.00"),
            ("oldestDueDate", "11 Feb 2026"),
        ]);
        Request::values(asha(), MessageType::PAYMENT_SUMMARY, values)
    };
    let id = shop.messenger.enqueue(summary()).await.unwrap().message_id;
    insta::assert_snapshot!(shop.message(id).await.facts.text.as_str(), @r"
    Hello Asha Traders,

    This is a friendly reminder that these invoices are not paid yet:
    INV-7: ₹500.00
    INV-8: ₹700.00

    Total: ₹1,200.00
    Oldest due date: 11 Feb 2026

    Please make the payment at your earliest convenience. If you have already paid, thank you, and please ignore this message.

    Thank you!
    ");
    shop.set("whatsapp_payment_reminder_enabled", "false");
    assert!(refusal(&shop, summary()).await.contains("switched off"));
    let news = values(&[("announcement", "We moved.")]);
    let news = Request::values(asha(), MessageType::ANNOUNCEMENT, news);
    assert!(refusal(&shop, news).await.contains("switched off"));
}

#[tokio::test]
async fn a_type_that_asks_the_ledger_says_what_the_books_say() {
    let shop = Shop::with_types(OWN);
    let invoice = InvoiceId::new("INV-7").unwrap();
    let id = shop.messenger.enqueue(last_call()).await.unwrap().message_id;
    assert_eq!(
        shop.message(id).await.facts.text.as_str(),
        "Asha Traders: INV-7 is due, ₹500.00, fee fifty rupees"
    );
    let due = shop.opened.date_naive() - TimeDelta::days(9);
    let open = Amount::rupees("200").unwrap();
    let date = due - TimeDelta::days(15);
    shop.invoices.owe(Due::new(invoice.clone(), asha(), "INV-7/A", date, due, open));
    shop.live_for(TimeDelta::minutes(1)).await;
    assert_eq!(
        shop.gateway.sent().pop().unwrap().text.as_str(),
        "Asha Traders: INV-7/A of 03 Jan 2026, ₹200.00, 9 days, fee fifty rupees"
    );

    shop.invoices.pay(invoice);
    let id = shop.messenger.enqueue(last_call()).await.unwrap().message_id;
    shop.live_for(TimeDelta::minutes(1)).await;
    assert_eq!(shop.phase(id).await, Phase::Cancelled(CancelReason::Paid));
}

#[tokio::test]
async fn a_type_for_a_day_is_not_sent_again_in_bulk_on_a_later_one() {
    let shop = Shop::with_types(OWN);
    for request in [last_call(), quotation()] {
        let refused = TransportError::new(Disposition::Permanent, "It did not work.");
        shop.gateway.next_send(Err(refused.with_cause(Cause::Gateway)));
        shop.messenger.enqueue(request).await.unwrap();
        shop.tick().await;
    }
    shop.clock.advance(TimeDelta::days(1));
    let resent = shop.messenger.resend_failed(shop.opened, None, None, &Actor::Host).await.unwrap();
    assert_eq!((resent.messages.len(), resent.left_out.of_a_past_day), (1, 1), "{resent:?}");
    let again = shop.message(resent.messages[0]).await;
    assert_eq!(again.facts.message_type, QUOTE);
}

#[tokio::test]
async fn a_type_that_the_ports_do_not_know_is_refused() {
    static OTHER: TypeDef = TypeDef::new("invoice", "Invoice", &[], "It is here.");
    let shop = Shop::new();
    let request = Request::values(asha(), MessageType::of(&TIP), BTreeMap::new());
    assert_eq!(
        refusal(&shop, request).await,
        "the message type tip is not known here: add its definition to `Ports::with_types`"
    );
    // Another definition of a known name is refused too.
    let request = Request::values(asha(), MessageType::of(&OTHER), BTreeMap::new());
    assert!(refusal(&shop, request).await.contains("the message type invoice is not known here"));
}

#[tokio::test]
async fn what_was_refused_comes_back_with_whoever_enqueues_it_again_and_not_in_bulk() {
    let shop = Shop::new();
    let unknown = CustomerId::new("C-9").unwrap();
    let request = || {
        let values = values(&[("festivalName", "Holi")]);
        Request::values(unknown.clone(), MessageType::FESTIVAL, values)
    };
    shop.messenger.enqueue(request()).await.unwrap_err();
    shop.customers.put(Customer::new(unknown.clone(), "Nair", Some("+919812345672")));
    shop.messenger.enqueue(request()).await.unwrap();
    let resent = shop.messenger.resend_failed(shop.opened, None, None, &Actor::Host).await.unwrap();
    assert_eq!(resent.messages, []);
}
