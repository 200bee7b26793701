//! Templates as people change them: checked, in versions, and never over somebody else's text.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use whatsapp_core::audit::{Act, Actor, AuditChange, AuditEntry, AuditTarget};
use whatsapp_core::desk::{SaveTemplateError, SeenTemplate, TemplateEdit, TemplateFault};
use whatsapp_core::message::{MessageType, Phase};
use whatsapp_core::messenger::SendErrorKind;
use whatsapp_core::port::{
    AuditFilter, Customer, Due, Store, StoreError, StoredTemplate, TemplateOutside,
    TemplateStore as _,
};
use whatsapp_core::{CustomerId, Desk, InvoiceId, MessageId, TemplateId, UserId};
use whatsapp_testkit::{MemoryStore, StoreWrapper, forward_store};

use crate::shop::{ASHA, NUMBER, Shop};

fn asha() -> Actor {
    Actor::Person(UserId::new("asha").unwrap())
}

fn desk(shop: &Shop) -> Desk {
    Desk::new(shop.ports.clone().with_audit(Arc::new(shop.store.clone())))
}

fn edit(over: Option<SeenTemplate>, text: &str) -> TemplateEdit {
    let mut edit = TemplateEdit::new("Delivered", MessageType::STOCK_DELIVERED, text);
    edit.over = over;
    edit
}

async fn saved(shop: &Shop, over: Option<SeenTemplate>, text: &str) -> SeenTemplate {
    shop.clock.advance(TimeDelta::seconds(1));
    desk(shop).save_template(&edit(over, text), &asha()).await.unwrap()
}

/// The audit's entries about templates, the newest first.
async fn audit(shop: &Shop) -> Vec<(Act, Actor, Option<u32>, u32)> {
    let page = desk(shop).audit(&AuditFilter::default(), None, 200).await.unwrap();
    let told = |entry: AuditEntry| match entry.change {
        AuditChange::Version { before, after } => (entry.act, entry.by, before, after),
        other => panic!("{other:?}"),
    };
    page.entries.into_iter().map(told).collect()
}

/// Writes a template past the library, as a manager may on Supabase.
async fn written_outside(shop: &Shop, id: TemplateId, text: &str) -> StoredTemplate {
    let stored = shop.store.template(id).await.unwrap().unwrap();
    let stored = StoredTemplate { content: text.to_owned(), ..stored };
    shop.store.put_template(stored.clone());
    stored
}

#[tokio::test]
async fn a_template_is_checked_and_nothing_is_written_that_is_wrong() {
    let shop = Shop::new();
    let misspelt = edit(None, "Hello {customer_name}");
    let refused = desk(&shop).save_template(&misspelt, &asha()).await.unwrap_err();
    insta::assert_snapshot!(refused, @"the template cannot be used: line 1, column 7: there is no placeholder {customer_name} for this message type; did you mean {customerName}?");
    for name in ["", "  ", "two\nlines", "hid\u{202e}den", &"x".repeat(101)] {
        let unnamed = TemplateEdit::new(name, MessageType::STOCK_DELIVERED, "Hello");
        let refused = desk(&shop).save_template(&unnamed, &asha()).await.unwrap_err();
        assert!(refused.to_string().starts_with("a template's name has 1 to 100"), "{refused}");
    }
    for note in ["two\nlines", "hid\u{202e}den", &"x".repeat(201)] {
        let noted = edit(None, "Hello").with_note(note);
        let refused = desk(&shop).save_template(&noted, &asha()).await.unwrap_err();
        assert!(refused.to_string().starts_with("a note has up to 200"), "{refused}");
    }
    assert_eq!(desk(&shop).templates().await.unwrap().templates, []);
    assert_eq!(audit(&shop).await, []);
}

#[tokio::test]
async fn every_change_is_a_version_and_a_message_keeps_its_own() {
    let shop = Shop::new();
    let first = saved(&shop, None, "{orderNumber} is there").await;
    let message = shop.enqueued("SO-1").await;
    let second = saved(&shop, Some(first), "{orderNumber} has come").await;
    assert_eq!((first.version, second), (1, SeenTemplate { version: 2, ..first }));
    assert_eq!(shop.message(message).await.facts.template_version, Some(1));

    let back = desk(&shop).roll_back_template(second, 1, &Actor::Host).await.unwrap();
    assert_eq!(back.version, 3, "a new version, and not the old one");
    let message = shop.message(shop.enqueued("SO-2").await).await.facts;
    assert_eq!(message.text.as_str(), "SO-2 is there");
    assert_eq!(message.template_version, Some(3));
    let off = desk(&shop).switch_template(back, false, &asha()).await.unwrap();
    let on_again = desk(&shop).switch_template(off, true, &asha()).await.unwrap();

    let versions = desk(&shop).template_versions(first.id, None, 10).await.unwrap().versions;
    let told: Vec<_> =
        versions.iter().map(|one| (one.version, one.content.as_str(), one.is_active)).collect();
    let (there, come) = ("{orderNumber} is there", "{orderNumber} has come");
    let expected =
        [(5, there, true), (4, there, false), (3, there, true), (2, come, true), (1, there, true)];
    assert_eq!(told, expected);
    let mut told = audit(&shop).await;
    told.sort_by_key(|(.., after)| *after);
    assert_eq!(
        told,
        [
            (Act::TemplateSaved, asha(), None, 1),
            (Act::TemplateSaved, asha(), Some(1), 2),
            (Act::TemplateRolledBack, Actor::Host, Some(2), 3),
            (Act::TemplateSwitched, asha(), Some(3), 4),
            (Act::TemplateSwitched, asha(), Some(4), 5),
        ]
    );
    let unknown = desk(&shop).roll_back_template(on_again, 9, &asha()).await;
    assert!(matches!(unknown, Err(SaveTemplateError::Unknown)), "{unknown:?}");
}

#[tokio::test]
async fn who_saves_over_what_somebody_else_wrote_is_shown_both_texts() {
    let shop = Shop::new();
    let first = saved(&shop, None, "First").await;
    saved(&shop, Some(first), "Theirs").await;
    let refused = desk(&shop).save_template(&edit(Some(first), "Mine"), &asha()).await.unwrap_err();
    let SaveTemplateError::Changed { yours, theirs } = refused else { panic!("{refused}") };
    assert_eq!((yours.text(), theirs.content.as_str(), theirs.version), ("Mine", "Theirs", 2));
    assert_eq!(audit(&shop).await.len(), 2);
    // With the current version it is saved.
    saved(&shop, Some(SeenTemplate { version: 2, ..first }), "Mine").await;

    let taken = desk(&shop).save_template(&edit(None, "Another"), &asha()).await;
    assert!(matches!(taken, Err(SaveTemplateError::NameTaken)), "{taken:?}");
}

#[tokio::test]
async fn a_text_that_was_written_outside_gets_its_version_when_it_is_first_met() {
    let shop = Shop::new();
    let first = saved(&shop, None, "{orderNumber} is there").await;
    written_outside(&shop, first.id, "{orderNumber} came").await;
    for order in ["SO-1", "SO-2"] {
        let facts = shop.message(shop.enqueued(order).await).await.facts;
        assert_eq!(facts.text.as_str(), format!("{order} came"));
        assert_eq!(facts.template_version, Some(2), "once and for all");
    }
    assert_eq!(audit(&shop).await[0], (Act::ChangedOutside, Actor::Outside, Some(1), 2));
    assert_eq!(audit(&shop).await.len(), 2);

    // A form never overwrites a text that it did not show, also where no message met that text yet.
    written_outside(&shop, first.id, "{orderNumber} arrived").await;
    let seen = SeenTemplate { version: 2, ..first };
    let refused = desk(&shop).save_template(&edit(Some(seen), "Mine"), &asha()).await.unwrap_err();
    let SaveTemplateError::Changed { theirs, .. } = refused else { panic!("{refused}") };
    assert_eq!((theirs.content.as_str(), theirs.version), ("{orderNumber} arrived", 3));

    let made_outside = TemplateId::from_bytes([9; 16]);
    let new = StoredTemplate { id: made_outside, name: "Other".to_owned(), ..*theirs };
    shop.store.put_template(StoredTemplate { version: 1, ..new });
    let list = desk(&shop).templates().await.unwrap();
    let versions: Vec<_> = list.templates.iter().map(|now| now.template.version).collect();
    assert_eq!(versions, [3, 1]);
    let outside = AuditFilter::about(AuditTarget::Template(made_outside));
    assert_eq!(desk(&shop).audit(&outside, None, 9).await.unwrap().entries.len(), 1);
}

#[tokio::test]
async fn a_broken_text_is_shown_as_broken_and_not_used() {
    let shop = Shop::new();
    let first = saved(&shop, None, "{orderNumber} is there").await;
    written_outside(&shop, first.id, "{orderNo} is there").await;
    let refused = shop.messenger.enqueue(shop.order("SO-1")).await.unwrap_err();
    assert!(matches!(refused.kind(), SendErrorKind::TemplateBroken(_)), "{refused}");
    insta::assert_snapshot!(refused, @"the template cannot be used: line 1, column 1: there is no placeholder {orderNo} for this message type; did you mean {orderNumber}?; mend it, or switch it off");
    assert_eq!(shop.store.messages(), []);
    // Other types go on.
    shop.messenger.enqueue(shop.invoice(ASHA, "INV-1")).await.unwrap();

    let list = desk(&shop).templates().await.unwrap();
    let broken = list.templates[0].broken.as_ref().unwrap();
    assert!(matches!(broken, TemplateFault::Text(errors) if errors.problems.len() == 1));
    let seen = SeenTemplate { version: 2, ..first };
    let on = desk(&shop).switch_template(seen, true, &asha()).await;
    assert!(matches!(on, Err(SaveTemplateError::Invalid(_))), "{on:?}");
    let again = desk(&shop).roll_back_template(seen, 2, &asha()).await;
    assert!(matches!(again, Err(SaveTemplateError::Invalid(_))), "{again:?}");
    let off = desk(&shop).switch_template(seen, false, &asha()).await.unwrap();
    let text = shop.message(shop.enqueued("SO-2").await).await.facts.text;
    assert!(text.as_str().starts_with("Hello Asha Traders,"), "the built-in one");
    desk(&shop).roll_back_template(off, 1, &asha()).await.unwrap();
    let still_off = shop.store.template(first.id).await.unwrap().unwrap();
    assert!(!still_off.is_active && still_off.content == "{orderNumber} is there");
}

/// A reminder that is due now and names the template `named`.
async fn reminder_by(shop: &Shop, named: SeenTemplate) -> MessageId {
    let date = "2026-01-02".parse().unwrap();
    let amount = whatsapp_core::format::Amount::rupees("500").unwrap();
    let due = Due::new(
        InvoiceId::new("INV-7").unwrap(),
        CustomerId::new(ASHA).unwrap(),
        "INV-7",
        date,
        "2026-01-20".parse().unwrap(),
        amount,
    );
    shop.invoices.owe(due);
    let reminder = shop.reminder("2026-02-18").with_template(named.id);
    shop.messenger.enqueue(reminder).await.unwrap().message_id
}

/// Two templates of reminders, the second of which is the default.
async fn own_and_default(shop: &Shop) -> [SeenTemplate; 2] {
    let reminder = |name: &str| {
        let text = format!("{name}: {{invoiceNumber}}, {{amount}}");
        TemplateEdit::new(name, MessageType::PAYMENT_REMINDER, text)
    };
    let own = desk(shop).save_template(&reminder("Own"), &asha()).await.unwrap();
    shop.clock.advance(TimeDelta::seconds(1));
    [own, desk(shop).save_template(&reminder("Default"), &asha()).await.unwrap()]
}

#[tokio::test]
async fn a_reminder_waits_while_its_own_template_is_broken_whatever_the_default_is() {
    let shop = Shop::new();
    let [own, _] = own_and_default(&shop).await;
    let id = reminder_by(&shop, own).await;
    written_outside(&shop, own.id, "{invoiceNo}: {amount}").await;
    shop.tick().await;
    assert!(matches!(shop.phase(id).await, Phase::Held { .. }), "{:?}", shop.phase(id).await);
    let broken = SeenTemplate { version: 2, ..own };
    desk(&shop).roll_back_template(broken, 1, &asha()).await.unwrap();
    shop.live_for(TimeDelta::hours(1)).await;
    assert_eq!(shop.phase(id).await, Phase::Sent);
    assert_eq!(shop.gateway.sent()[0].text.as_str(), "Own: INV-7, ₹500.00");
}

#[tokio::test]
async fn a_template_that_is_switched_off_is_not_in_use_whatever_its_text_is() {
    let shop = Shop::new();
    let [own, _] = own_and_default(&shop).await;
    let id = reminder_by(&shop, own).await;
    let broken = written_outside(&shop, own.id, "{invoiceNo}: {amount}").await;
    shop.store.put_template(StoredTemplate { is_active: false, ..broken });
    let refused = shop.messenger.enqueue(shop.reminder("2026-02-18").with_template(own.id)).await;
    let refused = refused.unwrap_err();
    assert!(matches!(refused.kind(), SendErrorKind::TemplateInactive), "{refused}");
    // The reminder that was made from it goes out by the default.
    shop.tick().await;
    assert_eq!(shop.phase(id).await, Phase::Sent);
    assert_eq!(shop.gateway.sent()[0].text.as_str(), "Default: INV-7, ₹500.00");
}

/// A store in which a template is switched off, or deleted, right before it gets its version.
#[derive(Debug)]
struct Meanwhile {
    inner: MemoryStore,
    deleted: bool,
}

#[async_trait]
impl StoreWrapper for Meanwhile {
    fn inner(&self) -> &dyn Store {
        &self.inner
    }

    async fn record_template(
        &self,
        outside: &TemplateOutside,
    ) -> Result<Option<StoredTemplate>, StoreError> {
        let stored = self.inner.template(outside.id).await?.unwrap();
        if self.deleted {
            self.inner.delete_template(outside.id);
        } else {
            self.inner.put_template(StoredTemplate { is_active: false, ..stored });
        }
        self.inner.record_template(outside).await
    }
}

forward_store!(Meanwhile);

#[tokio::test]
async fn a_default_that_is_switched_off_or_deleted_while_it_is_met_is_not_used_once_more() {
    for deleted in [true, false] {
        let shop = Shop::through(|inner| Arc::new(Meanwhile { inner, deleted }));
        let text = "Other {orderNumber}";
        let other = TemplateEdit::new("Other", MessageType::STOCK_DELIVERED, text);
        desk(&shop).save_template(&other, &asha()).await.unwrap();
        let newest = saved(&shop, None, "{orderNumber} is there").await;
        written_outside(&shop, newest.id, "{orderNumber} came").await;
        let text = shop.message(shop.enqueued("SO-1").await).await.facts.text;
        assert_eq!(text.as_str(), "Other SO-1", "the default that is left");
    }
}

/// The template of a type: its name and since when, in seconds after the shop opened.
async fn used(shop: &Shop, of: MessageType) -> (Option<String>, Option<i64>) {
    let desk = desk(shop);
    let now = desk.templates().await.unwrap();
    let used = desk.used_texts(&now).await.unwrap();
    assert_eq!(used.len(), shop.ports.types().iter().count(), "each type has its text");
    let used = used.into_iter().find(|used| used.message_type == of).unwrap();
    let named = now.templates.iter().find(|now| Some(now.template.id) == used.template);
    let since = used.since.map(|at| (at - shop.opened).num_seconds());
    (named.map(|now| now.template.name.clone()), since)
}

#[tokio::test]
async fn since_when_messages_are_made_with_a_text_is_known() {
    let shop = Shop::new();
    let of = MessageType::STOCK_DELIVERED;
    let save = async |over: Option<SeenTemplate>, name: &str, is_active: bool| {
        shop.clock.advance(TimeDelta::seconds(1));
        let text = format!("{{orderNumber}}: {name}");
        let mut edit = TemplateEdit::new(name, of, text).with_active(is_active);
        edit.over = over;
        desk(&shop).save_template(&edit, &asha()).await.unwrap()
    };
    let named = |name: &str| Some(name.to_owned());
    assert_eq!(used(&shop, of).await, (None, None), "the built-in text, always");
    let a = save(None, "A", true).await;
    assert_eq!(used(&shop, of).await, (named("A"), Some(1)));
    save(None, "Off", false).await;
    assert_eq!(used(&shop, of).await, (named("A"), Some(1)), "one that is off changes nothing");
    let b = save(None, "B", true).await;
    assert_eq!(used(&shop, of).await, (named("B"), Some(3)));
    // B is switched off, and its text is changed while nobody uses it: A is used since B was
    // switched off.
    let b = save(Some(b), "B", false).await;
    save(Some(b), "B2", false).await;
    assert_eq!(used(&shop, of).await, (named("A"), Some(4)));
    let a = save(Some(a), "A", true).await;
    assert_eq!(used(&shop, of).await, (named("A"), Some(6)), "its text is saved anew");
    save(Some(a), "A", false).await;
    assert_eq!(
        used(&shop, of).await,
        (None, Some(7)),
        "the built-in text, since the last one went"
    );
    assert_eq!(used(&shop, MessageType::INVOICE).await, (None, None));
}

#[tokio::test]
async fn a_text_is_shown_with_samples_and_with_the_values_of_a_customers_newest_message() {
    let shop = Shop::new();
    let (of, asha) = (MessageType::STOCK_DELIVERED, CustomerId::new(ASHA).unwrap());
    let text = "*{customerName}*: {orderNumber}, {custmer}";
    let preview = desk(&shop).preview_text(of, text, None).await.unwrap();
    assert_eq!(preview.text.as_str(), "*Asha Traders*: SO-2026-0107, {custmer}");
    let values: Vec<_> =
        preview.values.iter().map(|(begin, end)| &preview.text.as_str()[*begin..*end]).collect();
    assert_eq!(values, ["Asha Traders", "SO-2026-0107"]);
    assert_eq!((preview.units, preview.of), (39, None));

    let none = desk(&shop).preview_text(of, text, Some(&asha)).await.unwrap_err();
    assert_eq!(none.to_string(), "this customer has had no such message whose values are kept");
    let first = shop.enqueued("SO-1").await;
    shop.clock.advance(TimeDelta::seconds(1));
    let second = shop.enqueued("SO-2").await;
    let preview = desk(&shop).preview_text(of, text, Some(&asha)).await.unwrap();
    assert_eq!(preview.text.as_str(), "*Asha Traders*: SO-2, {custmer}");
    assert_eq!(preview.of.unwrap().message, second);
    assert_ne!(first, second);
    assert_eq!(preview.samples, Vec::<&str>::new());
    // There is no message of another type, and a value that a message lacks is a sample.
    assert!(desk(&shop).preview_text(MessageType::INVOICE, "{amount}", Some(&asha)).await.is_err());
    let long = "x".repeat(4_097);
    let refused = desk(&shop).preview_text(of, &long, None).await.unwrap_err();
    assert!(refused.to_string().contains("4097 characters"), "{refused}");
    let debug = format!("{:?}", desk(&shop).preview_text(of, text, Some(&asha)).await.unwrap());
    assert!(!debug.contains("Asha"), "{debug}");
}

#[tokio::test]
async fn one_template_is_read_with_what_is_wrong_with_it() {
    let shop = Shop::new();
    let first = saved(&shop, None, "{orderNumber} is there").await;
    written_outside(&shop, first.id, "{orderNo} came").await;
    let now = desk(&shop).template(first.id).await.unwrap().unwrap();
    assert_eq!((now.template.version, now.template.content.as_str()), (2, "{orderNo} came"));
    assert!(matches!(now.broken, Some(TemplateFault::Text(_))), "{:?}", now.broken);
    assert_eq!(desk(&shop).template(TemplateId::from_bytes([9; 16])).await.unwrap(), None);
}

#[tokio::test]
async fn blanks_at_the_ends_of_a_name_do_not_keep_it_from_being_bold() {
    let shop = Shop::new();
    saved(&shop, None, "*{customerName}*: {orderNumber}").await;
    let blank = Customer::new(CustomerId::new(ASHA).unwrap(), " Asha Traders ", Some(NUMBER));
    shop.customers.put(blank);
    let facts = shop.message(shop.enqueued("SO-1").await).await.facts;
    assert_eq!(facts.text.as_str(), "*Asha Traders*: SO-1");
    assert_eq!(facts.values.unwrap().get("customerName"), Some("Asha Traders"));
}
