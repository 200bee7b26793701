//! Mail servers that answer in any encoding, that accept a mail for some of its recipients only, or
//! that refuse a recipient for now.

use whatsapp_core::Private;
use whatsapp_core::port::{Digest, Notifier, Told};
use whatsapp_core::template::Types;

use crate::smtp::{Act, Behaviour, Smtp};
use crate::support::*;

const TWO: &str = "boss@example.com, Asha <asha@example.com>";

/// Refusals for good, in the encodings and forms that servers have.
const REFUSALS: [&[u8]; 10] = [
    b"550 no such user",
    b"550 Empf\xe4nger unbekannt",                         // Latin-1
    b"550 5.1.1 \xd3\xc3\xbb\xa7\xb2\xbb\xb4\xe6\xd4\xda", // GBK
    b"550 \x83\x86\x81[\x83U\x81[\x82\xaa\x8c\xa9\x82\xc2\x82\xa9\x82\xe8\x82\xdc\x82\xb9\x82\xf1", // Shift-JIS
    b"550-Der Empf\xe4nger\r\n550-ist hier\r\n550 nicht bekannt: \xfcberpr\xfcfen",
    b"550-5.1.1 \xd3\xc3\xbb\xa7\r\n550 5.1.1 \xb2\xbb\xb4\xe6\xd4\xda",
    b"571 5.7.1 policy",
    b"550",
    b"553\xa0ung\xfcltig",
    b"551-Text that the server\r\nbroke in two\r\n551 end",
];

/// Refusals for now.
const FOR_NOW: [&[u8]; 5] = [
    b"451 4.7.1 greylisted, try again later",
    b"450 sp\xe4ter nochmals",
    b"452-4.2.2 \xb4\xe6\xb4\xa2\r\n452 4.2.2 \xbf\xd5\xbc\xe4\xb2\xbb\xd7\xe3",
    b"421 4.3.0 \x8c\xe3\x82\xd9\x82\xc7",
    b"450",
];

/// A digest that these recipients have already.
fn known_to(told: &[&str]) -> Digest {
    let told = told.iter().map(|&one| Private::from(one)).collect();
    Digest { told, ..digest(vec![notice()]) }
}

fn only(told: &[&str]) -> Told {
    Told::Only(told.iter().map(|&one| one.into()).collect())
}

#[tokio::test]
async fn one_who_is_refused_for_good_keeps_the_mail_from_nobody_whatever_it_is_said_in() {
    for reply in REFUSALS {
        let mut smtp = Smtp::on("RCPT TO:<boss", Act::SayBytes(reply)).start().await;
        let told = notifier(&smtp).notify(TWO, &digest(vec![notice()]), &Types::default()).await;
        let shown = String::from_utf8_lossy(reply);
        assert_eq!(told, Ok(Told::All), "{shown}");
        assert_eq!(smtp.mail().await.to, ["asha@example.com"], "{shown}");
    }
}

#[tokio::test]
async fn one_who_is_refused_for_now_is_owed_the_mail_and_then_gets_it_alone() {
    for reply in FOR_NOW {
        let mut smtp = Smtp::on("RCPT TO:<asha", Act::SayBytes(reply)).start().await;
        let told = notifier(&smtp).notify(TWO, &digest(vec![notice()]), &Types::default()).await;
        let shown = String::from_utf8_lossy(reply);
        assert_eq!(told, Ok(only(&["boss@example.com"])), "{shown}");
        let first = smtp.mail().await;
        assert_eq!(first.to, ["boss@example.com"], "{shown}");

        // Still refused for now: nobody gets anything, and the same are told.
        let told =
            notifier(&smtp).notify(TWO, &known_to(&["boss@example.com"]), &Types::default()).await;
        assert_eq!(told, Ok(only(&["boss@example.com"])), "{shown}");
        assert!(smtp.is_empty(), "no second copy");

        let mut later = Smtp::start().await;
        let told =
            notifier(&later).notify(TWO, &known_to(&["Boss@Example.com"]), &Types::default()).await;
        assert_eq!(told, Ok(Told::All));
        let second = later.mail().await;
        assert_eq!(second.to, ["asha@example.com"]);
        assert_eq!(second.bytes, first.bytes, "the same mail");
    }
}

#[tokio::test]
async fn of_three_one_takes_it_one_is_owed_it_and_one_never_gets_it() {
    let three = "boss@example.com, asha@example.com, gone@example.com";
    let mut smtp = Smtp::on("RCPT TO:<asha", Act::SayBytes(FOR_NOW[0]))
        .on("RCPT TO:<gone", Act::SayBytes(REFUSALS[1]))
        .start()
        .await;
    let told = notifier(&smtp).notify(three, &digest(vec![notice()]), &Types::default()).await;
    assert_eq!(told, Ok(only(&["boss@example.com"])));
    assert_eq!(smtp.mail().await.to, ["boss@example.com"]);
    // The one who was owed it is refused for good at last: nobody is left.
    let smtp = Smtp::on("RCPT", Act::SayBytes(REFUSALS[2])).start().await;
    let told =
        notifier(&smtp).notify(three, &known_to(&["boss@example.com"]), &Types::default()).await;
    assert_eq!(told, Ok(Told::All));
}

#[tokio::test]
async fn where_nobody_takes_it_the_whole_mail_stays_owed() {
    for (first, second, reason) in [
        (REFUSALS[1], REFUSALS[2], "refused the e-mail address for failures (code 550)"),
        (FOR_NOW[1], FOR_NOW[2], "refused the e-mail address for failures for now (code 450)"),
        (REFUSALS[3], FOR_NOW[0], "refused the e-mail address for failures (code 550)"),
    ] {
        let mut smtp = Smtp::on("RCPT TO:<boss", Act::SayBytes(first))
            .on("RCPT TO:<asha", Act::SayBytes(second))
            .start()
            .await;
        let error = notifier(&smtp)
            .notify(TWO, &digest(vec![notice()]), &Types::default())
            .await
            .unwrap_err();
        assert_eq!(error.reason, format!("the mail server {reason}"));
        assert!(smtp.is_empty());
        assert!(!smtp.lines().contains(&"DATA".to_owned()));
    }
}

#[tokio::test]
async fn who_is_not_in_the_settings_any_more_gets_nothing_and_whoever_is_new_does() {
    let mut smtp = Smtp::start().await;
    let told = notifier(&smtp)
        .notify("boss@example.com", &known_to(&["boss@example.com"]), &Types::default())
        .await;
    assert_eq!(told, Ok(Told::All));
    assert!(smtp.lines().is_empty(), "nobody is left to send to");
    let new = "new@example.com, boss@example.com";
    let told =
        notifier(&smtp).notify(new, &known_to(&["boss@example.com"]), &Types::default()).await;
    assert_eq!(told, Ok(Told::All));
    assert_eq!(smtp.mail().await.to, ["new@example.com"]);
}

#[tokio::test]
async fn every_refusal_is_told_by_its_digits_at_every_stage() {
    let stages = [
        ("GREETING", "turned the connection away"),
        ("EHLO", "turned the connection away"),
        ("AUTH", "refused the user name or the password"),
        ("MAIL", "refused the sender's address"),
        ("RCPT", "refused the e-mail address for failures"),
        ("DATA", "refused the mail"),
        ("CONTENT", "refused the mail"),
    ];
    for (stage, what) in stages {
        for (replies, for_now) in [(&REFUSALS[..], ""), (&FOR_NOW[..], " for now")] {
            for &reply in replies {
                let smtp =
                    Smtp::on(stage, Act::SayBytes(reply)).offering("AUTH PLAIN").start().await;
                let notifier = builder(&smtp).credentials("clerk", "s3cret").build().unwrap();
                let error = notifier
                    .notify(BOSS, &digest(vec![notice()]), &Types::default())
                    .await
                    .unwrap_err();
                let code = String::from_utf8_lossy(&reply[..3]);
                let reason = format!("the mail server {what}{for_now} (code {code})");
                assert_eq!(error.reason, reason, "{stage}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_taken_is_taken_whatever_it_is_said_in() {
    let mut smtp = Behaviour::default()
        .on("GREETING", Act::SayBytes(b"220-gr\xfc\xdf Gott\r\n220 mail.example.com"))
        .on(
            "EHLO",
            Act::SayBytes(
                b"250-hallo, sch\xf6n\r\n250-X-GR\xd6SSE 1\r\n250-AUTH=LOGIN\r\n250 HELP",
            ),
        )
        .on("AUTH LOGIN", Act::SayBytes(b"334 VXNlcm5hbWU6"))
        .on("Y2xlcms=", Act::SayBytes(b"334 UGFzc3dvcmQ6"))
        .on("czNjcmV0", Act::SayBytes(b"235 \x83\x86\x81["))
        .on("MAIL", Act::SayBytes(b"250 2.1.0 \xba\xc3"))
        .on("RCPT", Act::SayBytes(b"250-\xba\xc3\r\n250 \xba\xc3"))
        .on("DATA", Act::SayBytes(b"354 weiter, schlie\xdfen mit Punkt"))
        .on("CONTENT", Act::SayBytes(b"250 \xfcbernommen"))
        .start()
        .await;
    let notifier = builder(&smtp).credentials("clerk", "s3cret").build().unwrap();
    assert_eq!(
        notifier.notify(TWO, &digest(vec![notice()]), &Types::default()).await,
        Ok(Told::All)
    );
    assert_eq!(smtp.mail().await.to, ["boss@example.com", "asha@example.com"]);
}

#[tokio::test]
async fn nothing_is_said_about_a_certificate_where_there_is_none() {
    for (stage, reason) in [
        ("GREETING", "the mail server cannot be reached, or does not speak as expected"),
        ("EHLO", "the mail server cannot be reached, or does not speak as expected"),
        ("MAIL", "the mail server does not speak as expected"),
        ("RCPT", "the mail server does not speak as expected"),
        ("DATA", "the mail server does not speak as expected"),
        ("CONTENT", "the mail server does not speak as expected"),
    ] {
        let smtp = Smtp::on(stage, Act::SayBytes(b"\xe4\xf6\xfc HTTP/1.1")).start().await;
        let error = notifier(&smtp)
            .notify(BOSS, &digest(vec![notice()]), &Types::default())
            .await
            .unwrap_err();
        assert_eq!(error.reason, reason, "{stage}");
    }
}
