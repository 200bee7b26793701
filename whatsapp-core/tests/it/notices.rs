use chrono::TimeDelta;
use whatsapp_core::audit::Actor;
use whatsapp_core::messenger::Consent;
use whatsapp_core::notices::{NoticeReport, Notices};
use whatsapp_core::port::Clock as _;
use whatsapp_core::retry::Disposition;

use crate::shop::{Shop, error};

async fn fail(shop: &Shop, number: &str) {
    shop.gateway.next_send(Err(error(Disposition::Permanent)));
    shop.enqueued(number).await;
    shop.tick().await;
}

async fn tick(shop: &Shop) -> NoticeReport {
    Notices::new(shop.ports.clone()).tick(shop.clock.now()).await.unwrap()
}

#[tokio::test]
async fn notices_wait_until_there_is_an_address() {
    let shop = Shop::new();
    assert_eq!(tick(&shop).await, NoticeReport::Idle);
    fail(&shop, "SO-1").await;
    assert_eq!(tick(&shop).await, NoticeReport::NowhereToSend(1));
    shop.set("whatsapp_failure_notification_email", "owner@shop.example");
    assert_eq!(tick(&shop).await, NoticeReport::Sent(1));
    assert_eq!(tick(&shop).await, NoticeReport::Idle);
    let sent = shop.notifier.sent();
    assert_eq!(sent[0].0, "owner@shop.example");
    assert_eq!(sent[0].1.notices[0].failure.reason, "It did not work.");
}

#[tokio::test]
async fn a_storm_makes_three_mails_that_account_for_all_of_it() {
    let shop = Shop::new();
    shop.set("whatsapp_failure_notification_email", "owner@shop.example");
    for second in 0..600 {
        for n in 0..if second % 3 == 0 { 3 } else { 1 } {
            fail(&shop, &format!("SO-{second}-{n}")).await;
        }
        tick(&shop).await;
        shop.clock.advance(TimeDelta::seconds(1));
    }
    for _ in 0..60 {
        shop.clock.advance(TimeDelta::minutes(1));
        tick(&shop).await;
    }
    let sent = shop.notifier.sent();
    assert_eq!(sent.iter().map(|(_, digest)| digest.notices.len()).sum::<usize>(), 1_000);
    assert_eq!(sent.len(), 3);
}

#[tokio::test]
async fn a_mail_server_that_is_down_loses_no_notice() {
    let shop = Shop::new();
    shop.set("whatsapp_failure_notification_email", "owner@shop.example");
    fail(&shop, "SO-1").await;
    shop.notifier.fail_next(1_000);
    for _ in 0..(7 * 24) {
        tick(&shop).await;
        shop.clock.advance(TimeDelta::hours(1));
    }
    shop.notifier.fail_next(0);
    assert_eq!(tick(&shop).await, NoticeReport::Sent(1));
    assert_eq!(tick(&shop).await, NoticeReport::Idle);
}

#[tokio::test]
async fn a_program_that_ends_need_not_wait_for_the_next_digest() {
    let shop = Shop::new();
    shop.set("whatsapp_failure_notification_email", "owner@shop.example");
    fail(&shop, "SO-1").await;
    assert_eq!(tick(&shop).await, NoticeReport::Sent(1));
    fail(&shop, "SO-2").await;
    assert_eq!(tick(&shop).await, NoticeReport::Waiting(1));
    let flushed = Notices::new(shop.ports.clone()).flush(shop.clock.now()).await.unwrap();
    assert_eq!(flushed, NoticeReport::Sent(1));
}

/// Recipient of each mail, and its number of notices.
fn mails(shop: &Shop) -> Vec<(String, usize)> {
    let sent = shop.notifier.sent().into_iter();
    sent.map(|(to, digest)| (to, digest.notices.len())).collect()
}

/// One of two recipients is refused for now, as by a greylist. Each look is by a process that was
/// just started.
#[tokio::test]
async fn who_is_refused_for_now_gets_the_mail_later_and_nobody_gets_it_twice() {
    let shop = Shop::new();
    shop.set("whatsapp_failure_notification_email", "owner@shop.example, boss@shop.example");
    shop.notifier.refuse_for_now(&["boss@shop.example"]);
    fail(&shop, "SO-1").await;
    assert_eq!(tick(&shop).await, NoticeReport::SentToSome(1));
    let owner = ("owner@shop.example".to_owned(), 1);
    let boss = ("boss@shop.example".to_owned(), 1);
    for (minutes, expected) in [
        (4, NoticeReport::Waiting(1)),
        (1, NoticeReport::SentToSome(1)),
        (14, NoticeReport::Waiting(1)),
        (1, NoticeReport::SentToSome(1)),
        (29, NoticeReport::Waiting(1)),
    ] {
        shop.clock.advance(TimeDelta::minutes(minutes));
        assert_eq!(tick(&shop).await, expected);
        assert_eq!(mails(&shop), std::slice::from_ref(&owner));
    }
    shop.notifier.refuse_for_now(&[]);
    shop.clock.advance(TimeDelta::minutes(1));
    assert_eq!(tick(&shop).await, NoticeReport::Sent(1));
    assert_eq!(mails(&shop), [owner, boss]);
    assert_eq!(tick(&shop).await, NoticeReport::Idle);
}

#[tokio::test]
async fn one_whose_mailbox_is_full_for_good_keeps_no_later_mail_from_the_others() {
    let shop = Shop::new();
    shop.set("whatsapp_failure_notification_email", "owner@shop.example, full@shop.example");
    shop.notifier.refuse_for_now(&["full@shop.example"]);
    for day in 0..3 {
        for hour in 0..24 {
            fail(&shop, &format!("SO-{day}-{hour}")).await;
            assert_eq!(tick(&shop).await, NoticeReport::SentToSome(1));
            for _ in 0..60 {
                shop.clock.advance(TimeDelta::minutes(1));
                tick(&shop).await;
            }
        }
    }
    assert_eq!(mails(&shop).len(), 72, "one an hour, to the owner alone");
    // After four days the mail is not tried any more.
    for _ in 0..(5 * 24 * 60) {
        shop.clock.advance(TimeDelta::minutes(1));
        tick(&shop).await;
    }
    assert_eq!(tick(&shop).await, NoticeReport::Idle);
    assert!(mails(&shop).iter().all(|(to, _)| to == "owner@shop.example"));
    assert_eq!(mails(&shop).len(), 72);
}

#[tokio::test]
async fn who_was_taken_out_of_the_settings_meanwhile_gets_nothing() {
    let shop = Shop::new();
    shop.set("whatsapp_failure_notification_email", "owner@shop.example, boss@shop.example");
    shop.notifier.refuse_for_now(&["boss@shop.example"]);
    fail(&shop, "SO-1").await;
    assert_eq!(tick(&shop).await, NoticeReport::SentToSome(1));
    shop.set("whatsapp_failure_notification_email", "owner@shop.example");
    shop.clock.advance(TimeDelta::minutes(5));
    assert_eq!(tick(&shop).await, NoticeReport::Sent(1));
    assert_eq!(tick(&shop).await, NoticeReport::Idle);
    assert_eq!(mails(&shop).len(), 1);
}

#[tokio::test]
async fn a_mail_server_that_is_down_in_between_changes_nothing_about_who_is_owed_it() {
    let shop = Shop::new();
    shop.set("whatsapp_failure_notification_email", "owner@shop.example, boss@shop.example");
    shop.notifier.refuse_for_now(&["boss@shop.example"]);
    fail(&shop, "SO-1").await;
    assert_eq!(tick(&shop).await, NoticeReport::SentToSome(1));
    shop.notifier.refuse_for_now(&[]);
    shop.notifier.fail_next(1);
    shop.clock.advance(TimeDelta::minutes(5));
    assert_eq!(tick(&shop).await, NoticeReport::NotSent);
    assert_eq!(tick(&shop).await, NoticeReport::Waiting(1));
    shop.clock.advance(TimeDelta::minutes(15));
    assert_eq!(tick(&shop).await, NoticeReport::Sent(1));
    let last = mails(&shop).pop();
    assert_eq!(last, Some(("boss@shop.example".to_owned(), 1)));
    assert_eq!(mails(&shop).len(), 2);
}

/// The number was refused, corrected, and the message sent before the mail was due.
#[tokio::test]
async fn what_was_corrected_before_the_mail_is_not_told_as_failed() {
    let shop = Shop::new();
    fail(&shop, "SO-1").await;
    let failed = shop.store.messages().pop().unwrap().facts;
    assert_eq!(failed.subject.as_deref(), Some("SO-1"));
    assert_eq!(tick(&shop).await, NoticeReport::NowhereToSend(1));
    shop.messenger.retry(failed.id, Consent::NotAsked, &Actor::Host).await.unwrap();
    shop.tick().await;
    assert_eq!(tick(&shop).await, NoticeReport::Idle);
    shop.set("whatsapp_failure_notification_email", "owner@shop.example");
    fail(&shop, "SO-2").await;
    assert_eq!(tick(&shop).await, NoticeReport::Sent(1));
    let notice = shop.notifier.sent().pop().unwrap().1.notices.pop().unwrap();
    assert_eq!(notice.subject.as_deref(), Some("SO-2"));
}
