//! Notices for the tests, and functions to read the mails about them.

use chrono::{DateTime, TimeDelta, Utc};
use mail_parser::{Message, MessageParser};
use whatsapp_core::message::{Failure, FailureKind, MessageType, Trigger};
use whatsapp_core::port::{Digest, Notice};
use whatsapp_core::{CustomerId, DigestId};
use whatsapp_notify::{EmailNotifier, EmailNotifierBuilder};

use crate::smtp::Smtp;

pub(crate) const DIGEST_ID: &str = "019a0b1c-2d3e-7f00-8a4b-5c6d7e8f9a0b";
pub(crate) const BOSS: &str = "Boss <boss@example.com>";

/// 22 November 2026, 14:05 in India.
pub(crate) fn now() -> DateTime<Utc> {
    "2026-11-22T08:35:00Z".parse().unwrap()
}

pub(crate) fn builder(smtp: &Smtp) -> EmailNotifierBuilder {
    EmailNotifier::builder("WhatsApp <notices@shop.example>").smtp_url(smtp.url())
}

pub(crate) fn notifier(smtp: &Smtp) -> EmailNotifier {
    builder(smtp).build().unwrap()
}

/// An invoice that the gateway refused.
pub(crate) fn notice() -> Notice {
    Notice {
        message_id: "019a0b1c-0000-7000-8000-000000000001".parse().unwrap(),
        subject: Some("INV-2026-0042".to_owned()),
        customer_id: CustomerId::new("C-42").ok(),
        customer_name: "Asha Traders".into(),
        whatsapp_number: "+919876543210".into(),
        message_type: MessageType::INVOICE.name(),
        trigger: Trigger::Auto,
        failure: Failure::new(FailureKind::Rejected, "The gateway refused the number."),
        failed_at: now(),
        retry_count: 0,
    }
}

/// An invoice, and two reminders: one tried without success, one with an unknown outcome.
pub(crate) fn three() -> Vec<Notice> {
    vec![
        Notice { failed_at: now() - TimeDelta::minutes(90), ..notice() },
        Notice {
            customer_name: "Vikram & Sons".into(),
            whatsapp_number: "+919876500002".into(),
            message_type: MessageType::PAYMENT_REMINDER.name(),
            trigger: Trigger::Scheduled,
            failure: Failure::new(FailureKind::Exhausted, "The gateway did not answer."),
            failed_at: now() - TimeDelta::minutes(5),
            retry_count: 3,
            ..notice()
        },
        Notice {
            customer_name: "मीरा स्टोर्स".into(),
            whatsapp_number: "+919876500003".into(),
            message_type: MessageType::PAYMENT_REMINDER.name(),
            trigger: Trigger::Manual,
            failure: Failure::new(
                FailureKind::UnknownOutcome,
                "The outcome is unknown: the gateway gave no clear answer.",
            ),
            retry_count: 1,
            ..notice()
        },
    ]
}

pub(crate) fn digest(notices: Vec<Notice>) -> Digest {
    Digest { id: DIGEST_ID.parse::<DigestId>().unwrap(), created_at: now(), notices, told: vec![] }
}

pub(crate) fn parse(bytes: &[u8]) -> Message<'_> {
    MessageParser::default().parse(bytes).unwrap()
}

/// The text part, with the line ends of a file.
pub(crate) fn text(mail: &Message<'_>) -> String {
    mail.body_text(0).unwrap().replace("\r\n", "\n")
}

/// The HTML part, with the line ends of a file.
pub(crate) fn html(mail: &Message<'_>) -> String {
    mail.body_html(0).unwrap().replace("\r\n", "\n")
}
