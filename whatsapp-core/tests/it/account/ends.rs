//! The end of a pause: by one message, by hand, or never.

use chrono::TimeDelta;
use whatsapp_core::audit::Actor;
use whatsapp_core::message::{CancelReason, Cause, FailureKind, Phase, Status};
use whatsapp_core::port::{AccountEventKind, Clock as _, MessageLog as _, Probe};
use whatsapp_core::retry::Disposition;
use whatsapp_core::{Desk, Dispatcher};

use super::{
    MINUTE, account, assert_all_sent_free_of_charge, busy, careful, down, enqueued, events,
    failure, reason, unclear,
};
use crate::shop::{Shop, error};

/// The end of a pause lets one message through, over all processes.
#[tokio::test]
async fn of_several_processes_one_lets_one_message_through() {
    let shop = Shop::new();
    shop.gateway.every_send(Some(account("Unauthorized", 401)));
    let others: Vec<_> = (0..3).map(|_| Dispatcher::new(shop.ports.clone()).unwrap()).collect();
    let ids = enqueued(&shop, 50).await;
    shop.tick().await;
    let before = shop.gateway.sent().len();
    for _ in 0..30 {
        shop.clock.advance(MINUTE);
        for dispatcher in &others {
            dispatcher.tick(shop.clock.now()).await.unwrap();
        }
        shop.tick().await;
    }
    assert_eq!(shop.gateway.sent().len() - before, 6, "one in five minutes");
    shop.gateway.every_send(None);
    shop.live_for(TimeDelta::minutes(6)).await;
    assert_all_sent_free_of_charge(&shop, &ids).await;
}

#[tokio::test]
async fn a_process_that_dies_with_the_right_to_try_holds_the_others_up_for_two_minutes() {
    let shop = careful();
    shop.gateway.next_send(Err(account("Unauthorized", 401)));
    let ids = enqueued(&shop, 2).await;
    shop.tick().await;
    shop.clock.advance(TimeDelta::minutes(5));
    let dead = Dispatcher::new(shop.ports.clone()).unwrap();
    let work = dead.take(shop.clock.now()).await.unwrap();
    assert!(!work.is_empty());
    drop(work);
    shop.live_for(TimeDelta::minutes(3)).await;
    assert_all_sent_free_of_charge(&shop, &ids).await;
}

#[tokio::test]
async fn a_message_refused_for_its_own_sake_lifts_the_pause_too() {
    let shop = careful();
    shop.gateway.next_send(Err(account("session_not_connected", 404)));
    shop.gateway.next_send(Err(error(Disposition::Permanent).with_status(422)));
    let ids = enqueued(&shop, 3).await;
    shop.live_for(TimeDelta::minutes(6)).await;
    assert_eq!(failure(&shop, ids[0]).await.cause, Cause::Message);
    assert_eq!(shop.phase(ids[2]).await, Phase::Sent);
    assert_eq!(reason(&shop).await, None);
}

#[tokio::test]
async fn resuming_by_hand_sends_everything_at_once() {
    let shop = careful();
    shop.gateway.next_send(Err(account("Unauthorized", 401)));
    let ids = enqueued(&shop, 3).await;
    shop.tick().await;
    assert!(Desk::new(shop.ports.clone()).resume(&Actor::Host).await.unwrap());
    shop.live_for(TimeDelta::seconds(1)).await;
    assert_all_sent_free_of_charge(&shop, &ids).await;
}

/// Waiting messages are checked before they are sent: paid, switched-off and late ones
/// are withdrawn.
#[tokio::test]
async fn what_is_not_wanted_any_more_is_withdrawn_when_the_pause_ends() {
    let shop = careful();
    shop.gateway.next_send(Err(account("Unauthorized", 401)));
    let first = shop.enqueued("SO-1").await;
    let reminder = shop.messenger.enqueue(shop.reminder("2026-02-18")).await.unwrap().message_id;
    shop.tick().await;
    shop.invoices.pay(whatsapp_core::InvoiceId::new("INV-7").unwrap());
    shop.live_for(TimeDelta::minutes(6)).await;
    assert_eq!(shop.phase(first).await, Phase::Sent);
    assert_eq!(shop.phase(reminder).await, Phase::Cancelled(CancelReason::Paid));
}

#[tokio::test]
async fn a_message_that_expires_while_the_account_is_stopped_fails_for_that_cause() {
    let shop = careful();
    shop.gateway.every_send(Some(account("session_not_connected", 404)));
    enqueued(&shop, 1).await;
    let soon = shop.order("SO-soon").with_expiry(shop.opened + TimeDelta::hours(2));
    let id = shop.messenger.enqueue(soon).await.unwrap().message_id;
    shop.live_for(TimeDelta::minutes(119)).await;
    assert_eq!(shop.phase(id).await, Phase::Queued);
    shop.live_for(TimeDelta::minutes(3)).await;
    let why = failure(&shop, id).await;
    assert_eq!((why.kind, why.cause), (FailureKind::Exhausted, Cause::Account));
    assert!(why.reason.contains("session_not_connected"), "{}", why.reason);
    assert_eq!(shop.store.notices().len(), 1);
    assert!(shop.store.attempts(id).await.unwrap().is_empty());
}

/// After a day one message at a time follows its own schedule; after a week no message waits
/// any more.
#[tokio::test]
async fn eight_days_of_trouble_end_every_message_with_its_cause_and_a_notice() {
    for (sign, probe, cause) in [
        (account("subscription expired", 402), Ok(Probe::Ready), Cause::Account),
        (busy(MINUTE), Ok(Probe::Ready), Cause::Account),
        (down(), Err(down()), Cause::Gateway),
        (
            unclear(Cause::Address, 404),
            Err(error(Disposition::Permanent).with_status(404)),
            Cause::Address,
        ),
    ] {
        let shop = careful();
        shop.gateway.every_send(Some(sign.clone()));
        shop.gateway.every_probe(Some(probe));
        let ids = enqueued(&shop, 30).await;
        shop.live_for(TimeDelta::hours(23)).await;
        for id in &ids {
            assert_ne!(shop.message(*id).await.state.status, Status::Cancelled);
            assert!(!matches!(shop.phase(*id).await, Phase::Failed(_)));
        }
        shop.live_for(TimeDelta::hours(4)).await;
        let mut failed = 0;
        for id in &ids {
            failed += usize::from(matches!(shop.phase(*id).await, Phase::Failed(_)));
        }
        assert!((1..=2).contains(&failed), "{cause:?}: {failed} failed after 27 hours");
        let counted: Vec<i64> = shop
            .attempts(ids[0])
            .await
            .iter()
            .filter(|(minute, outcome)| {
                *minute >= 24 * 60
                    && !matches!(outcome, Some("account_refused" | "unclear_refusal"))
            })
            .map(|(minute, _)| *minute)
            .collect();
        let gaps: Vec<_> = counted.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(gaps.iter().all(|gap| (30..=31).contains(gap)), "{cause:?}: {counted:?}");

        shop.live_for(TimeDelta::days(8)).await;
        for id in &ids {
            let why = failure(&shop, *id).await;
            assert_eq!((why.kind, why.cause), (FailureKind::Exhausted, cause));
            assert!(why.reason.contains(sign.detail()), "{}", why.reason);
        }
        assert_eq!(shop.store.notices().len(), 30);
        assert_eq!(events(&shop), [AccountEventKind::Stopped]);
    }
}

#[tokio::test]
async fn thousands_that_wait_for_a_week_all_end() {
    let shop = careful();
    shop.gateway.every_send(Some(account("Unauthorized", 401)));
    shop.gateway.every_probe(Some(Ok(Probe::Refused)));
    let ids = enqueued(&shop, 1_200).await;
    shop.tick().await;
    shop.clock.advance(TimeDelta::days(7) + MINUTE);
    shop.live_for(TimeDelta::minutes(10)).await;
    let mut waiting = 0;
    for id in ids {
        waiting += usize::from(!matches!(shop.phase(id).await, Phase::Failed(_)));
    }
    assert!(waiting <= 1, "{waiting} wait, beside the one that is tried");
}
