//! Names, numbers and reasons that try to be something else.

use std::cell::RefCell;

use chrono::{DateTime, Utc};
use mail_parser::Header;
use proptest::prelude::*;
use whatsapp_core::message::{Failure, FailureKind};
use whatsapp_core::port::{Digest, Notice, Notifier};
use whatsapp_core::template::Types;
use whatsapp_notify::EmailNotifier;

use crate::smtp::Smtp;
use crate::support::*;

const LABELS: [&str; 10] = [
    "Customer",
    "Customer ID",
    "WhatsApp",
    "Message Type",
    "Invoice",
    "Trigger",
    "Failure Reason",
    "Timestamp",
    "Retry Count",
    "Message ID",
];

/// A notice in which this text stands for everything that others supply.
fn all(text: &str) -> Notice {
    Notice {
        subject: Some(text.to_owned()),
        customer_name: text.into(),
        whatsapp_number: text.into(),
        failure: Failure::new(FailureKind::Rejected, text),
        ..notice()
    }
}

/// Checks that the mail about one notice has the same structure whatever the notice contains.
async fn keeps_its_shape(smtp: &mut Smtp, hostile: &str) {
    notifier(smtp).notify(BOSS, &digest(vec![all(hostile)]), &Types::default()).await.unwrap();
    let taken = smtp.mail().await;
    assert_eq!(taken.to, ["boss@example.com"], "{hostile:?}");
    let mail = parse(&taken.bytes);
    assert_eq!(mail.parts.len(), 3, "{hostile:?}");
    let headers: Vec<_> = mail.headers().iter().map(Header::name).collect();
    let expected = [
        "Message-ID",
        "Date",
        "From",
        "To",
        "Subject",
        "Auto-Submitted",
        "MIME-Version",
        "Content-Type",
    ];
    assert_eq!(headers, expected, "{hostile:?}");
    assert_eq!(mail.subject(), Some("WhatsApp Message Failed - Invoice"));

    let body = text(&mail);
    let labels: Vec<_> = body.lines().map(|line| line.split(':').next().unwrap()).collect();
    assert_eq!(labels, LABELS, "{hostile:?}: {body}");
    assert!(body.lines().all(|line| line.chars().count() <= 320), "{hostile:?}");

    let html = html(&mail);
    let tags = |text: &str| text.matches('<').count();
    notifier(smtp).notify(BOSS, &digest(vec![notice()]), &Types::default()).await.unwrap();
    let harmless = smtp.mail().await;
    assert_eq!(
        tags(&html),
        tags(&crate::support::html(&parse(&harmless.bytes))),
        "{hostile:?}: {html}"
    );
}

#[tokio::test]
async fn hostile_text_changes_nothing_but_itself() {
    let mut smtp = Smtp::start().await;
    let long = "x".repeat(10_000);
    for hostile in [
        "",
        "Asha\r\nBcc: thief@example.com\r\n\r\n<html>",
        "Asha\nWhatsApp: +10000000000",
        "Asha\0\u{1b}[31m",
        "\u{202e}gpj.exe\u{2066}",
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "</table></body></html>",
        "{{7*7}} {% raw %}",
        ".\r\nMAIL FROM:<thief@example.com>",
        "\r\n.\r\nQUIT\r\n",
        "..",
        "محمد \u{200f}(١٢٣)",
        "a\u{2028}b\u{2029}c\u{85}d",
        "=?utf-8?q?=0D=0ABcc:_x?=",
        &format!("--=_{DIGEST_ID}--"),
        &format!("\r\n--=_{DIGEST_ID}--\r\n"),
        &long,
    ] {
        keeps_its_shape(&mut smtp, hostile).await;
    }
}

#[tokio::test]
async fn names_are_shown_as_they_are_when_nothing_is_wrong_with_them() {
    let mut smtp = Smtp::start().await;
    for name in ["मीरा क्षत्रिय", "محمد", "O'Brien & Söhne <GmbH>", ".", "👩‍👩‍👧"]
    {
        notifier(&smtp).notify(BOSS, &digest(vec![all(name)]), &Types::default()).await.unwrap();
        let taken = smtp.mail().await;
        let mail = parse(&taken.bytes);
        assert!(text(&mail).starts_with(&format!("Customer: {name}\n")), "{}", text(&mail));
    }
}

#[tokio::test]
async fn hostile_display_names_are_one_line_or_refused() {
    let mut smtp = Smtp::start().await;
    let from = format!("\"{} \u{a0} Ä\" <notices@shop.example>", "N".repeat(300));
    let notifier = EmailNotifier::builder(from).smtp_url(smtp.url()).build().unwrap();
    let to = format!("\"{}\" <boss@example.com>", "é".repeat(300));
    notifier.notify(&to, &digest(vec![notice()]), &Types::default()).await.unwrap();
    let taken = smtp.mail().await;
    let mail = parse(&taken.bytes);
    let name = |of: &mail_parser::Address<'_>| of.first().unwrap().name().unwrap().to_owned();
    assert_eq!(name(mail.from().unwrap()), format!("{}…", "N".repeat(77)));
    assert_eq!(name(mail.to().unwrap()), format!("{}…", "é".repeat(77)));
}

#[tokio::test]
async fn impossible_times_do_not_panic() {
    let mut smtp = Smtp::start().await;
    for (instant, year) in [(DateTime::<Utc>::MIN_UTC, 1970), (DateTime::<Utc>::MAX_UTC, 9999)] {
        let digest = Digest {
            created_at: instant,
            ..digest(vec![Notice { failed_at: instant, ..notice() }])
        };
        notifier(&smtp).notify(BOSS, &digest, &Types::default()).await.unwrap();
        let taken = smtp.mail().await;
        assert_eq!(parse(&taken.bytes).date().unwrap().year, year);
    }
}

#[test]
fn any_text_keeps_the_shape_of_the_mail() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let smtp = RefCell::new(runtime.block_on(Smtp::start()));
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) };
    proptest!(config, |(text in "(\\PC|[\\r\\n.<>&\"'{}%:\\x00-\\x1f\u{200b}-\u{202e}]){0,300}")| {
        runtime.block_on(keeps_its_shape(&mut smtp.borrow_mut(), &text));
    });
}
