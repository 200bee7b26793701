//! Trouble that passes by itself: pages instead of answers, no answers, and limits.

use chrono::TimeDelta;
use whatsapp_core::message::Phase;
use whatsapp_core::port::{AccountEventKind, MessageLog as _, PauseReason, Probe};
use whatsapp_core::retry::Disposition;

use super::{
    MINUTE, account, assert_all_sent_free_of_charge, busy, careful, down, enqueued, events,
    no_answer, page, pause, reason,
};
use crate::shop::error;

/// A maintenance page with status 200, for an hour.
#[tokio::test]
async fn web_pages_instead_of_answers_stop_the_account_after_two() {
    let shop = careful();
    shop.gateway.every_send(Some(page()));
    let ids = enqueued(&shop, 20).await;
    shop.live_for(MINUTE).await;
    assert_eq!(reason(&shop).await, Some(PauseReason::Between));
    assert_eq!(shop.gateway.sent().len(), 2);
    shop.live_for(TimeDelta::minutes(59)).await;
    let posts = shop.gateway.sent().len();
    assert!(posts <= 14, "{posts} POSTs into the page");
    assert!(shop.gateway.looks().is_empty(), "no look is wasted on the page");
    shop.gateway.every_send(None);
    shop.live_for(TimeDelta::hours(2)).await;
    for id in ids {
        assert_eq!(shop.phase(id).await, Phase::Sent);
    }
    assert!(shop.store.notices().is_empty());
}

/// Connections are accepted and never answered.
#[tokio::test]
async fn a_gateway_that_never_answers_is_an_outage() {
    for sign in [no_answer(), error(Disposition::Transient).with_status(502), down()] {
        let shop = careful();
        shop.gateway.every_send(Some(sign));
        shop.gateway.every_probe(Some(Err(down())));
        let ids = enqueued(&shop, 80).await;
        shop.live_for(TimeDelta::hours(2)).await;
        assert_eq!(reason(&shop).await, Some(PauseReason::Outage));
        assert_eq!(shop.gateway.sent().len(), 5);
        shop.gateway.every_send(None);
        shop.gateway.every_probe(None);
        shop.live_for(TimeDelta::hours(2)).await;
        for id in ids {
            assert_eq!(shop.phase(id).await, Phase::Sent);
            assert!(shop.attempts(id).await.len() <= 2);
        }
        let stops = events(&shop);
        assert_eq!(stops[..2], [AccountEventKind::Stopped, AccountEventKind::Resumed]);
        assert!(!stops[2..].contains(&AccountEventKind::Stopped));
    }
}

/// Status 429 for hours: no attempt is used up, and the gateway's words are kept.
#[tokio::test]
async fn a_daily_limit_uses_up_nothing_and_is_told_in_its_own_words() {
    let shop = careful();
    shop.gateway.every_send(Some(busy(TimeDelta::seconds(1))));
    let ids = enqueued(&shop, 4).await;
    shop.live_for(TimeDelta::hours(10)).await;
    let posts = shop.gateway.sent().len();
    assert!(posts < 140, "{posts} POSTs in ten hours");
    assert_eq!(
        pause(&shop).await.unwrap().detail.as_deref(),
        Some("Daily limit of 250 messages reached.")
    );
    let attempts = shop.store.attempts(ids[0]).await.unwrap();
    assert_eq!(attempts[0].detail.as_deref(), Some("Daily limit of 250 messages reached."));
    shop.gateway.every_send(None);
    shop.live_for(TimeDelta::minutes(6)).await;
    assert_all_sent_free_of_charge(&shop, &ids).await;
}

#[tokio::test]
async fn a_gateway_that_asks_to_wait_is_left_alone_for_so_long() {
    let shop = careful();
    shop.gateway.next_send(Err(busy(TimeDelta::minutes(10))));
    let ids = enqueued(&shop, 2).await;
    shop.live_for(TimeDelta::hours(1)).await;
    let first = [(0, Some("account_refused")), (10, Some("accepted"))];
    assert_eq!(shop.attempts(ids[0]).await, first);
    assert_eq!(shop.attempts(ids[1]).await, [(10, Some("accepted"))]);
}

/// A look that meets the account's trouble proves nothing and uses up nothing.
#[tokio::test]
async fn a_refused_key_makes_no_outcome_unknown() {
    let shop = careful();
    shop.gateway.next_send(Err(no_answer()));
    let id = shop.enqueued("SO-1").await;
    shop.tick().await;
    shop.gateway.every_probe(Some(Ok(Probe::Refused)));
    shop.gateway.next_listing(Err(account("Unauthorized", 401)));
    shop.live_for(TimeDelta::hours(3)).await;
    assert_eq!(reason(&shop).await, Some(PauseReason::KeyRefused));
    assert_eq!(shop.phase(id).await, Phase::Checking);
    assert_eq!(shop.gateway.looks().len(), 1);
    shop.gateway.every_probe(None);
    shop.live_for(TimeDelta::hours(2)).await;
    assert_eq!(shop.phase(id).await, Phase::Sent);
}
