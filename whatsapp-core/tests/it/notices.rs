use chrono::TimeDelta;
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
    shop.set("whatsapp_failure_notification_email", "owner@shop.example").await;
    assert_eq!(tick(&shop).await, NoticeReport::Sent(1));
    assert_eq!(tick(&shop).await, NoticeReport::Idle);
    let sent = shop.notifier.sent();
    assert_eq!(sent[0].0, "owner@shop.example");
    assert_eq!(sent[0].1.notices[0].failure.reason, "It did not work.");
}

#[tokio::test]
async fn a_storm_makes_three_mails_that_account_for_all_of_it() {
    let shop = Shop::new();
    shop.set("whatsapp_failure_notification_email", "owner@shop.example").await;
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
    shop.set("whatsapp_failure_notification_email", "owner@shop.example").await;
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
    shop.set("whatsapp_failure_notification_email", "owner@shop.example").await;
    fail(&shop, "SO-1").await;
    assert_eq!(tick(&shop).await, NoticeReport::Sent(1));
    fail(&shop, "SO-2").await;
    assert_eq!(tick(&shop).await, NoticeReport::Waiting(1));
    let flushed = Notices::new(shop.ports.clone()).flush(shop.clock.now()).await.unwrap();
    assert_eq!(flushed, NoticeReport::Sent(1));
}
