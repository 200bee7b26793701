use chrono::TimeDelta;
use whatsapp_core::audit::Actor;
use whatsapp_core::message::{CancelReason, Forbidden, NotOffered, Phase, Trigger};
use whatsapp_core::messenger::{Consent, ManageError, Resend};
use whatsapp_core::port::Clock as _;
use whatsapp_core::retry::Disposition;
use whatsapp_core::{MessageId, UserId};

use crate::shop::{Shop, error};

fn resend(message_id: MessageId, resends: usize, confirmed: bool) -> Resend {
    let by = Actor::Person(UserId::new("manager-1").unwrap());
    Resend::new(message_id, by).with_resends(resends).with_confirmed(confirmed)
}

fn forbidden<T: std::fmt::Debug>(result: Result<T, ManageError>) -> Forbidden {
    match result.unwrap_err() {
        ManageError::Forbidden(why) => why,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_retry_is_made_at_once_and_counts() {
    let shop = Shop::new();
    shop.gateway.next_send(Err(error(Disposition::Transient)));
    let id = shop.enqueued("SO-1").await;
    shop.tick().await;
    shop.messenger.retry(id, Consent::NotAsked, &Actor::Host).await.unwrap();
    shop.tick().await;
    assert_eq!(shop.phase(id).await, Phase::Sent);
    assert_eq!(shop.message(id).await.state.retry_count, 1);
    assert_eq!(
        forbidden(shop.messenger.retry(id, Consent::NotAsked, &Actor::Host).await),
        Forbidden::AlreadySent
    );
}

#[tokio::test]
async fn a_refused_message_can_be_retried_while_attempts_are_left() {
    let shop = Shop::new();
    for _ in 0..4 {
        shop.gateway.next_send(Err(error(Disposition::Permanent)));
    }
    let id = shop.enqueued("SO-1").await;
    for _ in 0..3 {
        shop.tick().await;
        shop.messenger.retry(id, Consent::NotAsked, &Actor::Host).await.unwrap();
    }
    shop.tick().await;
    assert_eq!(shop.gateway.sent().len(), 4);
    assert_eq!(
        forbidden(shop.messenger.retry(id, Consent::NotAsked, &Actor::Host).await),
        Forbidden::Exhausted
    );
    assert_eq!(shop.store.notices().len(), 1, "one notice a message");
}

#[tokio::test]
async fn what_has_expired_is_not_tried_again() {
    let shop = Shop::new();
    let soon = shop.clock.now() + TimeDelta::minutes(10);
    let expiring = |order| shop.order(order).with_expiry(soon);
    shop.gateway.next_send(Err(error(Disposition::Permanent)));
    let failed = shop.messenger.enqueue(expiring("SO-1")).await.unwrap().message_id;
    shop.tick().await;
    let later = expiring("SO-2").with_schedule(soon - TimeDelta::minutes(1));
    let waits = shop.messenger.enqueue(later).await.unwrap().message_id;
    shop.clock.advance(TimeDelta::minutes(10));
    let expired = |result: Result<(), ManageError>| match result.unwrap_err() {
        ManageError::NotOffered(why) => assert_eq!(why, NotOffered::Expired),
        other => panic!("{other}"),
    };
    expired(shop.messenger.retry(failed, Consent::NotAsked, &Actor::Host).await);
    expired(shop.messenger.send_now(waits, Consent::NotAsked, &Actor::Host).await);
    let anew = shop.messenger.resend(&resend(failed, 0, false)).await.unwrap();
    shop.tick().await;
    assert_eq!(shop.phase(anew).await, Phase::Sent);
}

#[tokio::test]
async fn a_waiting_message_can_be_cancelled_and_a_sent_one_cannot() {
    let shop = Shop::new();
    let id = shop.enqueued("SO-1").await;
    shop.messenger.cancel(id, &Actor::Host).await.unwrap();
    assert_eq!(shop.phase(id).await, Phase::Cancelled(CancelReason::Manager));
    shop.tick().await;
    assert!(shop.gateway.sent().is_empty());
    assert_eq!(forbidden(shop.messenger.cancel(id, &Actor::Host).await), Forbidden::Cancelled);
    let sent = shop.enqueued("SO-2").await;
    shop.tick().await;
    assert_eq!(forbidden(shop.messenger.cancel(sent, &Actor::Host).await), Forbidden::AlreadySent);
}

#[tokio::test]
async fn a_message_that_a_worker_holds_cannot_be_cancelled() {
    let shop = Shop::new();
    let id = shop.enqueued("SO-1").await;
    let work = shop.dispatcher.take(shop.clock.now()).await.unwrap();
    assert!(matches!(shop.messenger.cancel(id, &Actor::Host).await, Err(ManageError::Changed)));
    drop(work);
}

#[tokio::test]
async fn a_resend_is_a_new_message_and_one_click_makes_one() {
    let shop = Shop::new();
    shop.gateway.next_send(Err(error(Disposition::Permanent)));
    let id = shop.enqueued("SO-1").await;
    shop.tick().await;
    let first = shop.messenger.resend(&resend(id, 0, false)).await.unwrap();
    let again = shop.messenger.resend(&resend(id, 0, false)).await.unwrap();
    let other = shop.messenger.resend(&resend(id, 1, false)).await.unwrap();
    assert_eq!(first, again);
    assert_ne!(first, other);
    let message = shop.message(first).await;
    assert_eq!(message.facts.resend_of, Some(id));
    assert_eq!(message.facts.trigger, Trigger::Manual);
    shop.tick().await;
    assert_eq!(shop.phase(first).await, Phase::Sent);
    assert!(matches!(shop.phase(id).await, Phase::Failed(_)), "history is not rewritten");
}

#[tokio::test]
async fn an_unknown_outcome_is_resent_only_when_confirmed() {
    let shop = Shop::new();
    shop.gateway.next_send(Err(error(Disposition::Unknown)));
    for _ in 0..3 {
        shop.gateway.next_listing(Err(error(Disposition::Unknown)));
    }
    let id = shop.enqueued("SO-1").await;
    shop.live_for(chrono::TimeDelta::hours(2)).await;
    assert_eq!(
        forbidden(shop.messenger.retry(id, Consent::NotAsked, &Actor::Host).await),
        Forbidden::OutcomeUnknown
    );
    let unconfirmed = shop.messenger.resend(&resend(id, 0, false)).await;
    assert!(matches!(unconfirmed, Err(ManageError::Unconfirmed)));
    shop.messenger.resend(&resend(id, 0, true)).await.unwrap();
}

#[tokio::test]
async fn a_message_refused_for_its_number_cannot_be_resent_before_that_is_corrected() {
    let shop = Shop::new();
    let error = shop.messenger.enqueue(shop.invoice("C-2", "INV-8")).await.unwrap_err();
    let id = error.logged().unwrap();
    let result = shop.messenger.resend(&resend(id, 0, false)).await;
    assert!(matches!(result, Err(ManageError::Number(_))));
    assert_eq!(
        forbidden(shop.messenger.retry(id, Consent::NotAsked, &Actor::Host).await),
        Forbidden::Final
    );
}
