//! The contents of a mail.

use chrono::TimeDelta;
use mail_parser::MimeHeaders;
use whatsapp_core::message::{Failure, FailureKind, MessageType};
use whatsapp_core::port::{Notice, Notifier};
use whatsapp_core::template::Types;

use crate::smtp::{Smtp, Taken};
use crate::support::*;

/// The mail about these notices from a notifier with default settings.
async fn mail_about(notices: Vec<Notice>) -> Taken {
    let mut smtp = Smtp::start().await;
    notifier(&smtp).notify(BOSS, &digest(notices), &Types::default()).await.unwrap();
    smtp.mail().await
}

#[tokio::test]
async fn one_failure_is_told_in_the_lines_of_the_specification_and_how_to_find_the_message() {
    let taken = mail_about(vec![notice()]).await;
    let mail = parse(&taken.bytes);
    assert_eq!(mail.subject(), Some("WhatsApp Message Failed - Invoice"));
    insta::assert_snapshot!(text(&mail), @r#"
    Customer: Asha Traders
    Customer ID: C-42
    WhatsApp: +919876543210
    Message Type: Invoice
    Invoice: INV-2026-0042
    Trigger: Automatic
    Failure Reason: The gateway refused the number.
    Timestamp: 22 Nov 2026, 14:05 (Asia/Kolkata)
    Retry Count: 0
    Message ID: 019a0b1c-0000-7000-8000-000000000001
    "#);
    insta::assert_snapshot!(html(&mail), @r#"
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="supported-color-schemes" content="light dark">
    <title>WhatsApp Message Failed - Invoice</title>
    </head>
    <body style="margin:0;padding:24px 16px;font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif;font-size:15px;line-height:1.45">
    <div style="max-width:600px;margin:0 auto">
    <h1 style="margin:0 0 16px;font-size:20px;line-height:1.3">WhatsApp Message Failed - Invoice</h1>
    <table cellpadding="5" style="width:100%;margin:0 0 16px;padding:6px;border:1px solid #999999;border-spacing:0;overflow-wrap:anywhere">
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Customer</th><td><bdi>Asha Traders</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Customer ID</th><td><bdi>C-42</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">WhatsApp</th><td><bdi>+919876543210</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Message Type</th><td><bdi>Invoice</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Invoice</th><td><bdi>INV-2026-0042</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Trigger</th><td><bdi>Automatic</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Failure Reason</th><td><bdi>The gateway refused the number.</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Timestamp</th><td><bdi>22 Nov 2026, 14:05 (Asia/Kolkata)</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Retry Count</th><td><bdi>0</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Message ID</th><td><bdi>019a0b1c-0000-7000-8000-000000000001</bdi></td></tr>
    </table>
    </div>
    </body>
    </html>
    "#);
}

#[tokio::test]
async fn several_failures_are_counted_first_and_then_listed() {
    let taken = mail_about(three()).await;
    let mail = parse(&taken.bytes);
    assert_eq!(mail.subject(), Some("WhatsApp Messages Failed - 3 messages"));
    insta::assert_snapshot!(text(&mail), @r#"
    3 WhatsApp messages failed between 22 Nov 2026, 12:35 and 22 Nov 2026, 14:05 (Asia/Kolkata).

    By message type
    - Payment reminder: 2
    - Invoice: 1

    By reason
    - All attempts failed: 1
    - It is not known whether it was sent: 1
    - The gateway refused it: 1

    1 of them may have been delivered: ask the customer before sending again.

    Message 1 of 3
    Customer: Asha Traders
    Customer ID: C-42
    WhatsApp: +919876543210
    Message Type: Invoice
    Invoice: INV-2026-0042
    Trigger: Automatic
    Failure Reason: The gateway refused the number.
    Timestamp: 22 Nov 2026, 12:35 (Asia/Kolkata)
    Retry Count: 0
    Message ID: 019a0b1c-0000-7000-8000-000000000001

    Message 2 of 3
    Customer: Vikram & Sons
    Customer ID: C-42
    WhatsApp: +919876500002
    Message Type: Payment reminder
    Invoice: INV-2026-0042
    Trigger: Scheduled
    Failure Reason: The gateway did not answer.
    Timestamp: 22 Nov 2026, 14:00 (Asia/Kolkata)
    Retry Count: 3
    Message ID: 019a0b1c-0000-7000-8000-000000000001

    Message 3 of 3
    Customer: मीरा स्टोर्स
    Customer ID: C-42
    WhatsApp: +919876500003
    Message Type: Payment reminder
    Invoice: INV-2026-0042
    Trigger: Manual
    Failure Reason: The outcome is unknown: the gateway gave no clear answer.
    Timestamp: 22 Nov 2026, 14:05 (Asia/Kolkata)
    Retry Count: 1
    Message ID: 019a0b1c-0000-7000-8000-000000000001
    Note: The message may have been delivered. Ask the customer before sending it again.
    "#);
}

#[tokio::test]
async fn the_html_of_several_failures_says_the_same_as_the_text() {
    let taken = mail_about(three()).await;
    let mail = parse(&taken.bytes);
    insta::assert_snapshot!(html(&mail), @r#"
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="supported-color-schemes" content="light dark">
    <title>WhatsApp Messages Failed - 3 messages</title>
    </head>
    <body style="margin:0;padding:24px 16px;font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif;font-size:15px;line-height:1.45">
    <div style="max-width:600px;margin:0 auto">
    <h1 style="margin:0 0 16px;font-size:20px;line-height:1.3">WhatsApp Messages Failed - 3 messages</h1>
    <p style="margin:0 0 16px">3 WhatsApp messages failed between 22 Nov 2026, 12:35 and 22 Nov 2026, 14:05 (Asia/Kolkata).</p>
    <table style="width:100%;margin:0 0 16px;border-collapse:collapse">
    <tr><th colspan="2" style="padding:4px 0;text-align:left;border-bottom:1px solid #999999">By message type</th></tr>
    <tr><td style="padding:4px 16px 4px 0">Payment reminder</td><td style="padding:4px 0;text-align:right;font-variant-numeric:tabular-nums">2</td></tr>
    <tr><td style="padding:4px 16px 4px 0">Invoice</td><td style="padding:4px 0;text-align:right;font-variant-numeric:tabular-nums">1</td></tr>
    </table>
    <table style="width:100%;margin:0 0 16px;border-collapse:collapse">
    <tr><th colspan="2" style="padding:4px 0;text-align:left;border-bottom:1px solid #999999">By reason</th></tr>
    <tr><td style="padding:4px 16px 4px 0">All attempts failed</td><td style="padding:4px 0;text-align:right;font-variant-numeric:tabular-nums">1</td></tr>
    <tr><td style="padding:4px 16px 4px 0">It is not known whether it was sent</td><td style="padding:4px 0;text-align:right;font-variant-numeric:tabular-nums">1</td></tr>
    <tr><td style="padding:4px 16px 4px 0">The gateway refused it</td><td style="padding:4px 0;text-align:right;font-variant-numeric:tabular-nums">1</td></tr>
    </table>
    <p style="margin:0 0 16px;padding:8px 12px;border-left:4px solid #d97706">1 of them may have been delivered: ask the customer before sending again.</p>
    <table cellpadding="5" style="width:100%;margin:0 0 16px;padding:6px;border:1px solid #999999;border-spacing:0;overflow-wrap:anywhere">
    <tr><th colspan="2" align="left">Message 1 of 3</th></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Customer</th><td><bdi>Asha Traders</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Customer ID</th><td><bdi>C-42</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">WhatsApp</th><td><bdi>+919876543210</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Message Type</th><td><bdi>Invoice</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Invoice</th><td><bdi>INV-2026-0042</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Trigger</th><td><bdi>Automatic</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Failure Reason</th><td><bdi>The gateway refused the number.</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Timestamp</th><td><bdi>22 Nov 2026, 12:35 (Asia/Kolkata)</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Retry Count</th><td><bdi>0</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Message ID</th><td><bdi>019a0b1c-0000-7000-8000-000000000001</bdi></td></tr>
    </table>
    <table cellpadding="5" style="width:100%;margin:0 0 16px;padding:6px;border:1px solid #999999;border-spacing:0;overflow-wrap:anywhere">
    <tr><th colspan="2" align="left">Message 2 of 3</th></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Customer</th><td><bdi>Vikram &#38; Sons</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Customer ID</th><td><bdi>C-42</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">WhatsApp</th><td><bdi>+919876500002</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Message Type</th><td><bdi>Payment reminder</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Invoice</th><td><bdi>INV-2026-0042</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Trigger</th><td><bdi>Scheduled</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Failure Reason</th><td><bdi>The gateway did not answer.</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Timestamp</th><td><bdi>22 Nov 2026, 14:00 (Asia/Kolkata)</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Retry Count</th><td><bdi>3</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Message ID</th><td><bdi>019a0b1c-0000-7000-8000-000000000001</bdi></td></tr>
    </table>
    <table cellpadding="5" style="width:100%;margin:0 0 16px;padding:6px;border:1px solid #999999;border-spacing:0;overflow-wrap:anywhere">
    <tr><th colspan="2" align="left">Message 3 of 3</th></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Customer</th><td><bdi>मीरा स्टोर्स</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Customer ID</th><td><bdi>C-42</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">WhatsApp</th><td><bdi>+919876500003</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Message Type</th><td><bdi>Payment reminder</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Invoice</th><td><bdi>INV-2026-0042</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Trigger</th><td><bdi>Manual</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Failure Reason</th><td><bdi>The outcome is unknown: the gateway gave no clear answer.</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Timestamp</th><td><bdi>22 Nov 2026, 14:05 (Asia/Kolkata)</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Retry Count</th><td><bdi>1</bdi></td></tr>
    <tr valign="top"><th scope="row" align="left" width="112" nowrap style="font-weight:normal;opacity:.75">Message ID</th><td><bdi>019a0b1c-0000-7000-8000-000000000001</bdi></td></tr>
    <tr><td colspan="2"><div style="padding:4px 12px;border-left:4px solid #d97706">The message may have been delivered. Ask the customer before sending it again.</div></td></tr>
    </table>
    </div>
    </body>
    </html>
    "#);
}

#[tokio::test]
async fn headers_name_the_digest_its_time_and_both_sides() {
    let taken = mail_about(vec![notice()]).await;
    assert_eq!(taken.from, "notices@shop.example");
    assert_eq!(taken.to, ["boss@example.com"]);
    let mail = parse(&taken.bytes);
    assert_eq!(mail.message_id(), Some(format!("{DIGEST_ID}@shop.example").as_str()));
    assert_eq!(mail.date().unwrap().to_rfc3339(), "2026-11-22T08:35:00Z");
    assert_eq!(mail.header("Auto-Submitted").unwrap().as_text(), Some("auto-generated"));
    let from = mail.from().unwrap().first().unwrap();
    assert_eq!((from.name(), from.address()), (Some("WhatsApp"), Some("notices@shop.example")));
    let to = mail.to().unwrap().first().unwrap();
    assert_eq!((to.name(), to.address()), (Some("Boss"), Some("boss@example.com")));
    let kinds: Vec<_> = mail
        .parts
        .iter()
        .map(|part| {
            let kind = part.content_type().unwrap();
            format!("{}/{}", kind.ctype(), kind.subtype().unwrap())
        })
        .collect();
    assert_eq!(kinds, ["multipart/alternative", "text/plain", "text/html"]);
}

#[tokio::test]
async fn the_same_digest_is_the_same_mail_byte_for_byte() {
    assert_eq!(mail_about(three()).await.bytes, mail_about(three()).await.bytes);
}

#[tokio::test]
async fn only_an_unknown_outcome_may_have_been_delivered() {
    for &kind in FailureKind::ALL {
        let failure = Failure::new(kind, "It did not work.");
        let taken = mail_about(vec![Notice { failure, ..notice() }]).await;
        let mail = parse(&taken.bytes);
        for body in [text(&mail), html(&mail)] {
            let said = body.contains("may have been delivered");
            assert_eq!(said, kind == FailureKind::UnknownOutcome, "{body}");
        }
    }
}

#[tokio::test]
async fn every_message_type_is_named_in_the_subject() {
    for &message_type in MessageType::BUILT_IN {
        let taken =
            mail_about(vec![Notice { message_type: message_type.name(), ..notice() }]).await;
        let subject = format!("WhatsApp Message Failed - {}", message_type.label());
        assert_eq!(parse(&taken.bytes).subject(), Some(subject.as_str()));
    }
}

#[tokio::test]
async fn two_hundred_are_listed_and_all_are_counted() {
    let many = |count: u32| -> Vec<Notice> {
        let one = |minute| Notice {
            customer_name: format!("Customer {minute}").into(),
            failed_at: now() + TimeDelta::minutes(i64::from(minute)),
            ..notice()
        };
        (1..=count).map(one).collect()
    };
    let taken = mail_about(many(200)).await;
    let body = text(&parse(&taken.bytes));
    assert!(body.contains("Message 200 of 200\nCustomer: Customer 200\n"), "{body}");
    assert!(!body.contains("more stand in the message log"), "{body}");

    let taken = mail_about(many(1_000)).await;
    let mail = parse(&taken.bytes);
    assert_eq!(mail.subject(), Some("WhatsApp Messages Failed - 1000 messages"));
    for body in [text(&mail), html(&mail)] {
        assert!(body.contains("800 more stand in the message log."), "{body}");
        assert!(body.contains("Customer 200") && !body.contains("Customer 201"), "{body}");
    }
    assert_eq!(text(&mail).matches("\nCustomer: ").count(), 200);
    assert_eq!(html(&mail).matches("<bdi>Customer ").count(), 200);
    assert!(text(&mail).contains("- Invoice: 1000\n"));
    // No line is longer than RFC 5322 allows.
    assert!(taken.bytes.split(|&b| b == b'\n').all(|line| line.len() <= 999));
}

#[tokio::test]
async fn the_console_is_linked_and_the_time_zone_kept_when_they_are_set() {
    let mut smtp = Smtp::start().await;
    let notifier = builder(&smtp)
        .console_url("https://shop.example/whatsapp?status=failed&\"><script>")
        .time_zone("Asia/Dubai".parse().unwrap())
        .build()
        .unwrap();
    notifier.notify(BOSS, &digest(vec![notice()]), &Types::default()).await.unwrap();
    let taken = smtp.mail().await;
    let mail = parse(&taken.bytes);
    let url = "https://shop.example/whatsapp?status=failed&%22%3E%3Cscript%3E";
    assert!(text(&mail).ends_with(&format!("\nMessage log: {url}\n")), "{}", text(&mail));
    assert!(text(&mail).contains("Timestamp: 22 Nov 2026, 12:35 (Asia/Dubai)\n"));
    let href = format!("<a href=\"{}\">", url.replace('&', "&#38;"));
    assert!(html(&mail).contains(&href), "{}", html(&mail));
}

#[tokio::test]
async fn a_digest_without_notices_sends_nothing() {
    let mut smtp = Smtp::start().await;
    notifier(&smtp).notify(BOSS, &digest(vec![]), &Types::default()).await.unwrap();
    assert!(smtp.is_empty());
    assert!(smtp.lines().is_empty());
}

#[tokio::test]
async fn what_a_message_is_about_is_named_as_people_know_it() {
    for (message_type, line) in [
        (MessageType::STOCK_DELIVERED, "Order: SO-7"),
        (MessageType::INVOICE, "Invoice: SO-7"),
        (MessageType::PAYMENT_REMINDER, "Invoice: SO-7"),
        (MessageType::FESTIVAL, "Festival: SO-7"),
    ] {
        let subject = Some("SO-7".to_owned());
        let taken =
            mail_about(vec![Notice { message_type: message_type.name(), subject, ..notice() }])
                .await;
        assert!(text(&parse(&taken.bytes)).contains(&format!("\n{line}\n")), "{message_type}");
        let taken = mail_about(vec![Notice {
            message_type: message_type.name(),
            subject: None,
            ..notice()
        }])
        .await;
        assert!(!text(&parse(&taken.bytes)).contains("SO-7"));
    }
}

#[cfg(feature = "suggest")]
#[tokio::test]
async fn a_wrong_number_comes_with_the_one_that_was_perhaps_meant() {
    let refused = |number: &str, kind| Notice {
        whatsapp_number: number.into(),
        failure: Failure::new(kind, "The number is not valid."),
        ..notice()
    };
    for (number, kind, suggested) in [
        ("098450 12346", FailureKind::Invalid, Some("+919845012346")),
        ("none", FailureKind::Invalid, None),
        ("+919845012346", FailureKind::Rejected, None),
    ] {
        let mut smtp = Smtp::start().await;
        let notifier = builder(&smtp).country("IN").build().unwrap();
        notifier
            .notify(BOSS, &digest(vec![refused(number, kind)]), &Types::default())
            .await
            .unwrap();
        let text = text(&parse(&smtp.mail().await.bytes));
        let line = text.lines().find_map(|line| line.strip_prefix("Did you mean: "));
        assert_eq!(line, suggested, "{number}");
    }
}
