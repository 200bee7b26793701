//! Failures, and the notices of them to the manager.

use chrono::TimeDelta;
use whatsapp_core::notices::NoticeReport;
use whatsapp_testkit::gateway::{Answer, Fault};

use crate::shop::{Shop, order};

const MANAGER: &str = "owner@shop.example";

#[tokio::test]
async fn notices_wait_until_there_is_an_address() {
    let shop = Shop::open().await;
    shop.gateway.always(Fault::refuse(Answer::Status(422)));
    shop.enqueued(1).await;
    shop.tick().await;
    shop.live_for(TimeDelta::days(7)).await;
    assert_eq!(shop.tell().await, NoticeReport::NowhereToSend(1));
    shop.set("whatsapp_failure_notification_email", MANAGER).await;
    assert_eq!(shop.tell().await, NoticeReport::Sent(1));
    assert_eq!(shop.tell().await, NoticeReport::Idle);
    assert_eq!(shop.notifier.sent()[0].0, MANAGER);
}

#[tokio::test]
async fn a_thousand_failures_in_ten_minutes_make_three_mails_that_account_for_all() {
    let shop = Shop::open().await;
    shop.set("whatsapp_failure_notification_email", MANAGER).await;
    shop.gateway.always(Fault::refuse(Answer::Status(422)));
    for burst in 0..50 {
        let orders: Vec<_> = (0..20).map(|no| order(1, burst * 20 + no)).collect();
        for receipt in shop.messenger.enqueue_all(&orders).await {
            receipt.unwrap();
        }
        while shop.tick().await.claimed > 0 {}
        shop.tell().await;
        shop.clock.advance(TimeDelta::seconds(12));
    }
    for _ in 0..60 {
        shop.tell().await;
        shop.clock.advance(TimeDelta::minutes(1));
    }
    let mails = shop.notifier.sent();
    let mut told: Vec<_> = mails
        .iter()
        .flat_map(|(_, digest)| digest.notices.iter().map(|notice| notice.message_id))
        .collect();
    told.sort_unstable();
    told.dedup();
    assert_eq!(told.len(), 1_000);
    assert!(mails.len() <= 3, "{} mails", mails.len());
    assert_eq!(shop.tell().await, NoticeReport::Idle);
}
