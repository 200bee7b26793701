//! Servers that refuse, fall silent or close the connection, and the errors that the notifier gives
//! for them.

use std::time::Duration;

use whatsapp_core::port::{Notifier, NotifyError};
use whatsapp_core::template::Types;
use whatsapp_notify::{BuildError, EmailNotifier, Security};

use crate::smtp::{Act, PATIENCE, Smtp};
use crate::support::*;

/// Checks that an error contains nothing of the mail, of either side, or of the server's reply.
fn gives_nothing_away(error: &NotifyError) {
    let shown = format!("{error} {error:?}");
    for private in
        ["boss", "shop.example", "Asha", "98765", "s3cret", "clerk", "whispers", "127.0.0.1"]
    {
        assert!(!shown.contains(private), "{private} is in {shown}");
    }
}

#[tokio::test]
async fn refusals_are_told_with_their_code_and_not_with_the_servers_words() {
    for (line, reply, reason) in [
        ("GREETING", "554 whispers: go away, 98765", "turned the connection away (code 554)"),
        ("EHLO", "421 whispers", "turned the connection away for now (code 421)"),
        ("AUTH", "535 whispers: clerk, s3cret", "refused the user name or the password (code 535)"),
        ("MAIL", "550 whispers: <notices@shop.example>", "refused the sender's address (code 550)"),
        (
            "RCPT",
            "550 whispers: <boss@example.com>",
            "refused the e-mail address for failures (code 550)",
        ),
        (
            "RCPT",
            "451 whispers: greylisted",
            "refused the e-mail address for failures for now (code 451)",
        ),
        ("DATA", "554 whispers", "refused the mail (code 554)"),
        ("CONTENT", "552 whispers: Asha, +919876543210", "refused the mail (code 552)"),
        ("CONTENT", "452 whispers: full", "refused the mail for now (code 452)"),
    ] {
        let mut smtp = Smtp::on(line, Act::Say(reply)).offering("AUTH PLAIN LOGIN").start().await;
        let notifier = builder(&smtp).credentials("clerk", "s3cret").build().unwrap();
        let error =
            notifier.notify(BOSS, &digest(vec![notice()]), &Types::default()).await.unwrap_err();
        assert_eq!(error.reason, format!("the mail server {reason}"), "{line} {reply}");
        gives_nothing_away(&error);
        assert!(smtp.is_empty(), "{line} {reply}");
    }
}

#[tokio::test]
async fn a_silent_server_is_given_up_after_the_time_out() {
    for line in ["GREETING", "EHLO", "MAIL", "RCPT", "DATA", "CONTENT"] {
        let smtp = Smtp::on(line, Act::Hang).start().await;
        let notifier = builder(&smtp).timeout(Duration::from_millis(200)).build().unwrap();
        let error =
            notifier.notify(BOSS, &digest(vec![notice()]), &Types::default()).await.unwrap_err();
        assert_eq!(error.reason, "the mail server took too long to answer", "{line}");
    }
}

#[tokio::test]
async fn a_server_that_hangs_up_did_not_surely_take_the_mail() {
    for line in ["GREETING", "EHLO", "MAIL", "RCPT", "DATA", "CONTENT"] {
        let smtp = Smtp::on(line, Act::Drop).start().await;
        let error = notifier(&smtp)
            .notify(BOSS, &digest(vec![notice()]), &Types::default())
            .await
            .unwrap_err();
        let expected = match line {
            "GREETING" | "EHLO" => {
                "the mail server cannot be reached, or does not speak as expected"
            }
            _ => "the connection to the mail server broke off",
        };
        assert_eq!(error.reason, expected, "{line}");
        gives_nothing_away(&error);
    }
}

#[tokio::test]
async fn a_mail_that_was_taken_counts_however_the_server_says_goodbye() {
    for act in [Act::Hang, Act::Drop, Act::Say("500 whispers")] {
        let mut smtp = Smtp::on("QUIT", act).start().await;
        let (notifier, digest) = (notifier(&smtp), digest(vec![notice()]));
        let told =
            tokio::time::timeout(PATIENCE, notifier.notify(BOSS, &digest, &Types::default())).await;
        told.unwrap().unwrap();
        assert_eq!(smtp.mail().await.to, ["boss@example.com"], "{act:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_about() {
    let smtp = Smtp::start().await;
    let notifier = notifier(&smtp);
    drop(smtp);
    // The port may be closed a moment after the task is told to end.
    let error = loop {
        match notifier.notify(BOSS, &digest(vec![notice()]), &Types::default()).await {
            Ok(_) => tokio::task::yield_now().await,
            Err(error) => break error,
        }
    };
    assert_eq!(error.reason, "the mail server cannot be reached, or does not speak as expected");
    gives_nothing_away(&error);
}

#[tokio::test]
async fn several_recipients_get_one_mail_and_a_refused_one_keeps_it_from_nobody() {
    let three = "boss@example.com, Asha <asha@example.com>,gone@example.com";
    let mut smtp = Smtp::start().await;
    notifier(&smtp).notify(three, &digest(vec![notice()]), &Types::default()).await.unwrap();
    let taken = smtp.mail().await;
    assert_eq!(taken.to, ["boss@example.com", "asha@example.com", "gone@example.com"]);
    let mail = parse(&taken.bytes);
    assert_eq!(mail.to().unwrap().iter().count(), 3);

    let refuse = Act::Say("550 no such user");
    let mut smtp = Smtp::on("RCPT TO:<boss", refuse).on("RCPT TO:<gone", refuse).start().await;
    notifier(&smtp).notify(three, &digest(vec![notice()]), &Types::default()).await.unwrap();
    assert_eq!(smtp.mail().await.to, ["asha@example.com"]);
}

#[tokio::test]
async fn a_bad_recipient_is_told_about_without_repeating_it() {
    let smtp = Smtp::start().await;
    for bad in ["", "boss", "boss@example.com\r\nBcc: x@example.com"] {
        let error = notifier(&smtp)
            .notify(bad, &digest(vec![notice()]), &Types::default())
            .await
            .unwrap_err();
        gives_nothing_away(&error);
    }
    assert!(smtp.lines().is_empty());
}

#[tokio::test]
async fn addresses_beyond_ascii_need_a_server_that_takes_them() {
    let mut smtp =
        Smtp::on("NOTHING", Act::Drop).offering("SMTPUTF8").offering("8BITMIME").start().await;
    notifier(&smtp)
        .notify("मीरा@example.com", &digest(vec![notice()]), &Types::default())
        .await
        .unwrap();
    let taken = smtp.mail().await;
    assert_eq!(taken.to, ["मीरा@example.com"]);
    assert_eq!(
        parse(&taken.bytes).to().unwrap().first().unwrap().address(),
        Some("मीरा@example.com")
    );
    assert!(
        smtp.lines()
            .contains(&"MAIL FROM:<notices@shop.example> SMTPUTF8 BODY=8BITMIME".to_owned())
    );

    let mut smtp = Smtp::start().await;
    let error = notifier(&smtp)
        .notify("मीरा@example.com", &digest(vec![notice()]), &Types::default())
        .await
        .unwrap_err();
    assert!(error.reason.contains("SMTPUTF8"), "{error}");
    assert!(!error.reason.contains("मीरा"), "{error}");
    assert!(smtp.is_empty());
}

#[tokio::test]
async fn a_server_that_lets_nobody_sign_in_is_not_given_the_password() {
    let smtp = Smtp::start().await;
    let notifier = builder(&smtp).credentials("clerk", "s3cret").build().unwrap();
    let error =
        notifier.notify(BOSS, &digest(vec![notice()]), &Types::default()).await.unwrap_err();
    assert_eq!(error.reason, "the mail server offers no way to sign in");
    assert!(!smtp.lines().iter().any(|line| line.starts_with("AUTH")));
}

#[tokio::test]
async fn set_up_mistakes_are_found_before_the_first_mail() {
    let good = || EmailNotifier::builder("notices@shop.example").host("mail.example.com");
    let error = |builder: whatsapp_notify::EmailNotifierBuilder| builder.build().unwrap_err();
    good().build().unwrap();
    let nobody = EmailNotifier::builder("clerk s3cret").host("mail.example.com");
    assert_eq!(error(nobody), BuildError::Sender);
    let nowhere = EmailNotifier::builder("notices@shop.example").credentials("clerk", "s3cret");
    assert_eq!(error(nowhere), BuildError::NoServer);
    assert_eq!(error(good().smtp_url("smtps://clerk:s3/cret@mail.example.com")), BuildError::Url);
    assert_eq!(error(good().host("mail.example.com\r\n")), BuildError::Host);
    assert_eq!(error(good().security(Security::Plain)), BuildError::PlainText);
    assert_eq!(error(good().add_root_certificate("s3cret")), BuildError::Certificate);
    let torn = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert_eq!(error(good().add_root_certificate(torn)), BuildError::Certificate);
    assert_eq!(error(good().timeout(Duration::ZERO)), BuildError::Timeout);
    for bad in ["whatsapp", "javascript:alert(1)", "https://clerk:s3cret@shop.example"] {
        assert_eq!(error(good().console_url(bad)), BuildError::ConsoleUrl, "{bad}");
    }
}

#[tokio::test]
async fn debug_shows_no_secret() {
    let builder = EmailNotifier::builder("boss@shop.example")
        .host("mail.shop.example")
        .credentials("clerk", "s3cret");
    let expected = "server: Server { port: 465, security: Tls, signs_in: true, .. }, timeout: 30s, \
                    time_zone: Zone(Asia/Kolkata), .. }";
    assert_eq!(
        format!("{:?}", builder.clone().build().unwrap()),
        format!("EmailNotifier {{ {expected}")
    );
    let shown = format!("{builder:?}");
    assert!(
        !["boss", "clerk", "s3cret", "example"].iter().any(|private| shown.contains(private)),
        "{shown}"
    );
}
