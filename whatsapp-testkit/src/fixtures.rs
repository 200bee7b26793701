//! Messages, failures and templates of an invented shop, for tests that need one and do not care
//! which.
//!
//! The same seed gives the same thing; different seeds give different ids, keys, customers and
//! numbers (numbers repeat after 100,000). Everything is a plain value: a test changes the fields
//! that it is about with struct update syntax, and a message's facts by `with_facts`.
//!
//! ```
//! use whatsapp_core::message::Facts;
//! use whatsapp_testkit::fixtures::{self, START};
//!
//! let message = fixtures::new_message(7, START);
//! let last_try = message.with_facts(|facts| Facts { max_retries: 0, ..facts });
//! assert_eq!(last_try.facts.key.as_str(), "invoice:INV-7");
//! ```

use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::attachment::AttachmentKind;
use whatsapp_core::audit::{Act, Actor};
use whatsapp_core::message::{
    AttachmentRef, Class, Facts, Failure, FailureKind, Fingerprint, KeyMark, Message, MessageKey,
    MessageType, MessageValues, NewMessage, Part, Progress, SentText, State, StateRow, Trigger,
    TypeName, Via,
};
use whatsapp_core::port::{
    Claimed, MediaLink, Notice, Saved, SettingsSave, Store, SystemEntropy, TemplateSave, random,
};
use whatsapp_core::schedule::{ReminderStep, StepName};
use whatsapp_core::settings::SettingChange;
use whatsapp_core::template::TemplateDraft;
use whatsapp_core::time::{Elapsed, TimeBase};
use whatsapp_core::{
    AuditId, CustomerId, InvoiceId, MessageId, Private, TemplateId, UserId, WhatsAppNumber,
};

use crate::SeededEntropy;

/// 27 January 2026, 10:00 in India: the time at which the tests of the kit begin.
pub const START: DateTime<Utc> = match DateTime::from_timestamp(1_769_488_200, 0) {
    Some(start) => start,
    None => DateTime::UNIX_EPOCH,
};

/// Hosts of an address that are this machine, as
/// [`is_loopback`](whatsapp_core::address::is_loopback) has it: http is allowed to them.
pub const THIS_MACHINE: [&str; 6] =
    ["localhost", "127.0.0.1", "127.0.0.2", "127.255.255.254", "[::1]", "[0:0:0:0:0:0:0:1]"];

/// Hosts of an address that are not this machine, or not surely: http is refused to them.
pub const OTHER_MACHINES: [&str; 18] = [
    "files.example",
    "localhost.example",
    "127.0.0.1.example",
    "shop.localhost",
    "localhost.",
    "0.0.0.0",
    "10.0.0.1",
    "128.0.0.1",
    "169.254.169.254",
    "192.168.1.1",
    "[::]",
    "[::2]",
    "[::ffff:203.0.113.7]",
    "[::ffff:127.0.0.1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[fe80::1]",
    "[2001:db8::1]",
];

/// The phone number of customer `seed`: `+91 98765` and the seed.
#[must_use]
pub fn number(seed: u64) -> String {
    format!("+9198765{:05}", seed % 100_000)
}

/// The key that all variants of customer `seed`'s number have in common.
#[must_use]
pub fn number_key(seed: u64) -> String {
    key_of(&number(seed))
}

/// The key that all variants of a number have in common; for a text that is no number, the text
/// itself.
#[must_use]
pub fn key_of(number: &str) -> String {
    WhatsAppNumber::parse(number).map_or_else(|_| number.to_owned(), |number| number.variant_key())
}

/// The way (host and key) over this host by the key with this name.
#[must_use]
pub fn via(host: &str, key: &str) -> Via {
    Via::new(host, KeyMark::of(host, key))
}

/// The text of a claimed message's next attempt: its text, or the name of a file that goes ahead.
#[must_use]
pub fn sent_text(claimed: &Claimed) -> SentText {
    match (claimed.progress.part, &claimed.attachment) {
        (Part::File, Some(file)) => SentText::of(&file.name),
        _ => SentText::of(claimed.text.as_str()),
    }
}

/// The text of message `seed`.
#[must_use]
pub fn text(seed: u64) -> String {
    format!("Dear Customer {seed}, your invoice INV-{seed} of ₹1,250.00 is ready.")
}

/// An invoice message with its PDF, made at `now` and due at once.
#[must_use]
pub fn new_message(seed: u64, now: DateTime<Utc>) -> NewMessage {
    let text = text(seed);
    let invoice = format!("INV-{seed}");
    let url = format!("https://files.example/secret/{invoice}.pdf");
    let facts = Facts {
        id: MessageId::new(now, random(&SeededEntropy::new(seed))),
        key: MessageKey::of(MessageType::INVOICE, &[&invoice]),
        fingerprint: Fingerprint::of(&[("text", &text)]),
        customer_id: host_key(CustomerId::new(format!("C-{seed}"))),
        customer_name: Private::new(format!("Customer {seed}")),
        whatsapp_number: Private::new(number(seed)),
        message_type: MessageType::INVOICE.name(),
        trigger: Trigger::Auto,
        max_retries: 3,
        text: Private::new(text),
        values: Some(MessageValues::new([
            ("customerName", format!("Customer {seed}")),
            ("invoiceNumber", invoice.clone()),
            ("amount", "₹1,250.00".to_owned()),
            ("invoiceLink", url.clone()),
        ])),
        template_id: None,
        template_version: None,
        attachment: Some(
            AttachmentRef::new(url, AttachmentKind::Pdf, format!("{invoice}.pdf"))
                .with_bytes(48_213, Fingerprint::of(&[("pdf", &invoice)]).to_hex()),
        ),
        invoice_id: Some(host_key(InvoiceId::new(invoice))),
        scheduled_for: None,
        expires_at: Some(now + TimeDelta::hours(48)),
        subject: None,
        warning: None,
        resend_of: None,
        created_by: None,
        created_at: now,
    };
    NewMessage::new(facts, StateRow::of(&Progress::new(now)))
}

/// Message `seed` with every optional column filled, due one hour after `now`.
#[must_use]
pub fn full_message(seed: u64, now: DateTime<Utc>) -> NewMessage {
    let due = now + TimeDelta::hours(1);
    NewMessage {
        state: StateRow::of(&Progress::new(due)),
        ..new_message(seed, now).with_facts(|facts| Facts {
            trigger: Trigger::Manual,
            template_id: Some(TemplateId::new(now, random(&SeededEntropy::new(seed)))),
            template_version: Some(3),
            scheduled_for: Some(due),
            subject: Some("INV-2026-0042".to_owned()),
            warning: Some("The text holds {discount}, which is not a placeholder.".to_owned()),
            resend_of: Some(MessageId::new(now, random(&SeededEntropy::new(!seed)))),
            created_by: Some(host_key(UserId::new("asha"))),
            ..facts
        })
    }
}

/// A message without an attachment, an invoice or an end: a greeting, due at `now`.
#[must_use]
pub fn greeting(seed: u64, now: DateTime<Utc>) -> NewMessage {
    let progress = Progress::new(now).with_class(Class::Greeting);
    let message = NewMessage { state: StateRow::of(&progress), ..new_message(seed, now) };
    message.with_facts(|facts| Facts {
        key: MessageKey::of(MessageType::FESTIVAL, &["diwali-2026", &seed.to_string()]),
        message_type: MessageType::FESTIVAL.name(),
        trigger: Trigger::Scheduled,
        values: None,
        attachment: None,
        invoice_id: None,
        expires_at: None,
        ..facts
    })
}

/// A message in two parts: a hosted PDF, whose link ends a day after `now`, and a text that is too
/// long to be its caption.
#[must_use]
pub fn message_in_parts(seed: u64, now: DateTime<Utc>) -> NewMessage {
    let message = new_message(seed, now);
    let link = MediaLink::new(
        format!("https://media.example/{seed}/INV-{seed}.pdf"),
        now + TimeDelta::hours(24),
    );
    NewMessage {
        state: StateRow::of(&Progress::new(now).with_part(Part::File)),
        ..message.with_facts(|facts| Facts {
            text: Private::new(text(seed).repeat(20)),
            attachment: facts.attachment.map(|file| file.behind(link)),
            ..facts
        })
    }
}

/// A message that was refused before its first attempt: failed for good, with a notice owed.
#[must_use]
pub fn refused_message(seed: u64, now: DateTime<Utc>) -> NewMessage {
    let failed =
        Progress { state: State::Failed(failure(FailureKind::Invalid)), ..Progress::new(now) };
    NewMessage {
        state: StateRow::of(&failed),
        ..new_message(seed, now)
            .with_facts(|facts| Facts { whatsapp_number: Private::new("98765"), ..facts })
    }
}

/// Saves settings for a test, as the host's own code does: checked, and with entries in the audit.
///
/// # Panics
/// Panics if a value is not allowed, or the store does not answer.
#[expect(clippy::expect_used, reason = "a fixture that fails fails its test")]
pub async fn save_settings(store: &dyn Store, pairs: &[(&str, &str)], at: DateTime<Utc>) {
    let rows = store.load_settings().await.expect("load_settings");
    let change = |(key, value): &(&str, &str)| {
        SettingChange::check(&rows, key, value).expect("a value that can stand there")
    };
    let changes: Vec<SettingChange> = pairs.iter().filter_map(change).collect();
    let save = SettingsSave::new(changes, &Actor::Host, at, || audit_id(at));
    assert_eq!(store.save_settings(&save).await.expect("save_settings"), Saved::Done);
}

/// Settings with which messages of every type may be sent at any hour: for tests on the real clock.
pub const AT_ALL_HOURS: [(&str, &str); 3] = [
    ("whatsapp_send_days", "mon-sun"),
    ("whatsapp_send_from", "00:00"),
    ("whatsapp_send_until", "24:00"),
];

/// An id for an entry of the audit, different each time.
#[must_use]
pub fn audit_id(at: DateTime<Utc>) -> AuditId {
    AuditId::new(at, random(&SystemEntropy))
}

/// A row of the log as a new message, to compare with the one that was enqueued.
#[must_use]
pub fn as_new(read: Message) -> NewMessage {
    NewMessage::new(read.facts, read.state)
}

/// A failure of this kind, with an invented sentence.
#[must_use]
pub fn failure(kind: FailureKind) -> Failure {
    Failure::new(kind, format!("{}.", kind.label()))
}

/// The notice of message `seed`, which failed at `now` after three retries.
#[must_use]
pub fn notice(seed: u64, now: DateTime<Utc>) -> Notice {
    let message = new_message(seed, now).facts;
    Notice {
        message_id: message.id,
        subject: message.subject,
        customer_id: Some(message.customer_id),
        customer_name: message.customer_name,
        whatsapp_number: message.whatsapp_number,
        message_type: message.message_type,
        trigger: message.trigger,
        failure: failure(FailureKind::Exhausted),
        failed_at: now,
        retry_count: 3,
    }
}

/// A template to save, as plain values: change the fields that a test is about, and
/// [`save`](Self::save) it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTemplate {
    /// Id of the template.
    pub id: TemplateId,
    /// The version that the save changes; `None` for a new template.
    pub over: Option<u32>,
    /// Name of the template.
    pub name: String,
    /// The message type that it is for.
    pub message_type: MessageType,
    /// Text of the template.
    pub content: String,
    /// True if the template is in use.
    pub is_active: bool,
    /// Time of the save.
    pub at: DateTime<Utc>,
    /// The person or program that saves it.
    pub by: Actor,
    /// The note on this version; empty for none.
    pub note: String,
}

impl NewTemplate {
    /// Makes the save, with an entry for the audit whose id is different each time.
    ///
    /// # Panics
    /// Panics if the template cannot be saved.
    #[must_use]
    #[expect(clippy::expect_used, reason = "a fixture that fails fails its test")]
    pub fn save(&self) -> TemplateSave {
        let Self { id, over, name, message_type, content, is_active, at, by, note } = self.clone();
        let draft = TemplateDraft::check(&name, message_type, &content, is_active);
        let draft = draft.and_then(|draft| draft.with_note(&note));
        let draft = draft.expect("a template that can be saved");
        TemplateSave::new(id, over, draft, Act::TemplateSaved, by, at, audit_id(at))
    }
}

/// An active invoice template named `Invoice <seed>`, saved at `now`.
#[must_use]
pub fn template(seed: u64, now: DateTime<Utc>) -> NewTemplate {
    NewTemplate {
        id: TemplateId::new(now, random(&SeededEntropy::new(seed))),
        over: None,
        name: format!("Invoice {seed}"),
        message_type: MessageType::INVOICE,
        // A text that every type of message can have.
        content: "Dear {customerName}, it is ready.".to_owned(),
        is_active: true,
        at: now,
        by: Actor::Person(host_key(UserId::new("asha"))),
        note: String::new(),
    }
}

/// The reminder of invoice `INV-<seed>` a week after its date, planned for the day of `now`.
#[must_use]
pub fn step(seed: u64, now: DateTime<Utc>) -> ReminderStep {
    let invoice = format!("INV-{seed}");
    ReminderStep::new(
        host_key(InvoiceId::new(invoice.clone())),
        StepName::After(7),
        host_key(CustomerId::new(format!("C-{seed}"))),
        invoice,
        now.date_naive(),
        now,
    )
}

/// The name of a message type that no program knows.
///
/// # Panics
/// Panics if it is not a valid name.
#[must_use]
#[expect(clippy::expect_used, reason = "a test gives a name")]
pub fn type_name(name: &str) -> TypeName {
    TypeName::new(name).expect("the name of a message type")
}

#[expect(clippy::expect_used, reason = "the keys in this file are short visible ASCII")]
fn host_key<T, E: std::fmt::Debug>(key: Result<T, E>) -> T {
    key.expect("an invented key is a valid host key")
}

/// The elapsed time at `at`, on a machine that was started at [`START`] and whose wall clock was
/// never set.
#[must_use]
pub fn elapsed(at: DateTime<Utc>) -> Elapsed {
    Elapsed::new(TimeBase::shared(b"fixtures"), 0) + (at - START)
}

#[cfg(test)]
mod tests {
    use super::*;
    use whatsapp_core::WhatsAppNumber;
    use whatsapp_core::message::Status;

    #[test]
    fn the_tests_begin_on_a_working_day_at_ten_in_india() {
        assert_eq!(START.to_rfc3339(), "2026-01-27T04:30:00+00:00");
    }

    #[test]
    fn seeds_give_different_messages_to_valid_numbers() {
        let (one, other) = (new_message(1, START), new_message(2, START));
        assert_eq!(one, new_message(1, START));
        assert_ne!(one.facts.id, other.facts.id);
        assert_ne!(one.facts.key, other.facts.key);
        assert!(WhatsAppNumber::parse(one.facts.whatsapp_number.as_str()).is_ok());
        assert_ne!(one.facts.whatsapp_number, other.facts.whatsapp_number);
    }

    #[test]
    fn a_refused_message_owes_nothing_to_the_gateway() {
        let refused = refused_message(1, START);
        assert_eq!(refused.state.status, Status::Failed);
        assert_eq!(refused.state.owed, None);
    }
}
