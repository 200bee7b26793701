//! No message pays for the account: the trouble that stops it, its resumption, and the retries that
//! each message is charged.

mod ends;
mod outages;
mod taken;

use chrono::TimeDelta;
use whatsapp_core::dispatch::{DispatchOptions, RateLimit};
use whatsapp_core::message::{Cause, Failure, FailureKind, Phase};
use whatsapp_core::port::{
    AccountEventKind, AccountStore as _, Clock as _, Pause, PauseReason, Probe, TransportError,
};
use whatsapp_core::retry::Disposition;
use whatsapp_core::{Dispatcher, MessageId};

use crate::shop::{Shop, error};

const MINUTE: TimeDelta = TimeDelta::minutes(1);

/// A shop that sends one message at a time, so that the order of events is plain.
fn careful() -> Shop {
    Shop::with_options(
        DispatchOptions::default().with_rate_limit(RateLimit::Unlimited).with_slots(1),
    )
}

fn account(words: &str, status: u16) -> TransportError {
    TransportError::new(Disposition::Account, words).with_status(status)
}

fn unclear(cause: Cause, status: u16) -> TransportError {
    account("It says no.", status).perhaps(cause)
}

/// A page that came back with status 200.
fn page() -> TransportError {
    TransportError::new(Disposition::Unknown, "A web page came back.")
        .with_status(200)
        .perhaps(Cause::Between)
}

fn busy(wait: TimeDelta) -> TransportError {
    TransportError::new(Disposition::Transient, "Daily limit of 250 messages reached.")
        .with_status(429)
        .with_retry_after(wait)
}

fn no_answer() -> TransportError {
    error(Disposition::Unknown)
}

fn down() -> TransportError {
    error(Disposition::Transient).not_reached()
}

async fn enqueued(shop: &Shop, count: usize) -> Vec<MessageId> {
    let mut ids = Vec::new();
    for number in 0..count {
        ids.push(shop.enqueued(&format!("SO-{number}")).await);
        shop.clock.advance(TimeDelta::milliseconds(1));
    }
    ids
}

async fn pause(shop: &Shop) -> Option<Pause> {
    shop.store.account().await.unwrap().pause
}

async fn reason(shop: &Shop) -> Option<PauseReason> {
    pause(shop).await.map(|pause| pause.reason)
}

fn events(shop: &Shop) -> Vec<AccountEventKind> {
    shop.store.every_account_event().iter().map(|event| event.kind).collect()
}

async fn failure(shop: &Shop, id: MessageId) -> Failure {
    match shop.phase(id).await {
        Phase::Failed(failure) => failure,
        other => panic!("{other:?} is not failed"),
    }
}

async fn assert_all_sent_free_of_charge(shop: &Shop, ids: &[MessageId]) {
    for id in ids {
        assert_eq!(shop.phase(*id).await, Phase::Sent);
        assert_eq!(shop.message(*id).await.state.retry_count, 0);
    }
    assert!(shop.store.notices().is_empty());
}

/// Trouble that is surely the account's pauses at once, whatever the probe says.
#[tokio::test]
async fn trouble_that_is_surely_the_accounts_stops_everything_and_charges_nobody() {
    let table = [
        (account("session_not_connected", 404), PauseReason::PhoneNotLinked),
        (account("Session status is not as expected.", 422), PauseReason::PhoneNotLinked),
        (account("Unauthorized", 401), PauseReason::KeyRefused),
        (account("subscription expired", 402), PauseReason::Subscription),
        (account("The instance is suspended.", 400), PauseReason::AccountRefused),
        (account("Not Found", 404).with_cause(Cause::Address), PauseReason::WrongAddress),
        (account("A web page.", 403).with_cause(Cause::Between), PauseReason::Between),
        (busy(MINUTE), PauseReason::RateLimited),
        (
            TransportError::new(Disposition::Misconfigured, "There is no key.").not_reached(),
            PauseReason::Misconfigured,
        ),
    ];
    for (error, expected) in table {
        let said = error.detail();
        let shop = careful();
        shop.gateway.every_send(Some(error.clone()));
        let ids = enqueued(&shop, 8).await;
        shop.tick().await;
        let report = shop.tick().await;
        let pause = report.pause.unwrap();
        assert_eq!(pause.reason, expected, "{said}");
        assert_eq!(pause.detail.as_deref(), Some(said), "the gateway's words");
        assert_eq!(shop.gateway.sent().len(), 1, "{said}");
        assert_eq!(shop.attempts(ids[0]).await, [(0, Some("account_refused"))], "{said}");

        // For hours one message at a time is let through, and gets the same refusal.
        shop.live_for(TimeDelta::hours(5)).await;
        assert_eq!(reason(&shop).await, Some(expected), "{said}");
        assert!(shop.gateway.sent().len() <= 301, "{said}: {}", shop.gateway.sent().len());
        assert_eq!(events(&shop), [AccountEventKind::Stopped], "{said}: one stop and not many");
        shop.gateway.every_send(None);
        shop.live_for(TimeDelta::minutes(6)).await;
        assert_eq!(events(&shop), [AccountEventKind::Stopped, AccountEventKind::Resumed], "{said}");
        assert_all_sent_free_of_charge(&shop, &ids).await;
    }
}

/// Refusals in unclear words: a similar answer to another message settles it.
#[tokio::test]
async fn a_like_unclear_answer_to_another_message_stops_the_account() {
    for (cause, status, expected) in [
        (Cause::Account, 403, PauseReason::KeyRefused),
        (Cause::Address, 404, PauseReason::WrongAddress),
        (Cause::Address, 301, PauseReason::WrongAddress),
        (Cause::Between, 403, PauseReason::Between),
    ] {
        let shop = careful();
        shop.gateway.every_send(Some(unclear(cause, status)));
        let ids = enqueued(&shop, 8).await;
        shop.live_for(TimeDelta::minutes(1)).await;
        assert_eq!(reason(&shop).await, Some(expected));
        assert_eq!(shop.gateway.sent().len(), 2);
        shop.live_for(TimeDelta::hours(3)).await;
        assert_eq!(events(&shop), [AccountEventKind::Stopped]);
        shop.gateway.every_send(None);
        shop.live_for(TimeDelta::minutes(11)).await;
        assert_all_sent_free_of_charge(&shop, &ids).await;
    }
}

#[tokio::test]
async fn an_unclear_answer_is_the_messages_own_once_another_was_taken() {
    let shop = careful();
    shop.gateway.next_send(Err(unclear(Cause::Account, 403)));
    let ids = enqueued(&shop, 3).await;
    shop.live_for(MINUTE).await;
    assert_eq!(shop.attempts(ids[0]).await, [(0, Some("unclear_refusal"))]);
    assert!(matches!(shop.phase(ids[0]).await, Phase::Scheduled { .. }), "the others go first");
    assert_eq!(shop.phase(ids[1]).await, Phase::Sent);
    shop.gateway.next_send(Err(unclear(Cause::Account, 403)));
    shop.live_for(TimeDelta::hours(2)).await;
    let why = failure(&shop, ids[0]).await;
    assert_eq!((why.kind, why.cause), (FailureKind::Rejected, Cause::Message));
    assert_eq!(why.reason, "It says no.", "the gateway's own words");
    let attempts = [(0, Some("unclear_refusal")), (5, Some("rejected"))];
    assert_eq!(shop.attempts(ids[0]).await, attempts);
    assert!(events(&shop).is_empty());
}

#[tokio::test]
async fn three_unclear_answers_to_a_message_alone_are_its_own_also_over_a_restart() {
    let shop = careful();
    shop.gateway.every_send(Some(unclear(Cause::Address, 404)));
    let id = shop.enqueued("SO-1").await;
    for _ in 0..20 {
        // Each pass is another process.
        let fresh = Dispatcher::new(shop.ports.clone()).unwrap();
        fresh.tick(shop.clock.now()).await.unwrap();
        shop.clock.advance(MINUTE);
    }
    assert_eq!(failure(&shop, id).await.kind, FailureKind::Rejected);
    let minutes: Vec<_> = shop.attempts(id).await.iter().map(|(minute, _)| *minute).collect();
    assert_eq!(minutes, [0, 5, 15]);
    assert!(events(&shop).is_empty());
}

#[tokio::test]
async fn a_message_alone_is_not_charged_where_the_gateway_has_nothing_good_to_say() {
    let shop = careful();
    shop.gateway.every_send(Some(unclear(Cause::Address, 404)));
    shop.gateway.every_probe(Some(Err(error(Disposition::Permanent).with_status(404))));
    let id = shop.enqueued("SO-1").await;
    shop.live_for(TimeDelta::minutes(20)).await;
    assert_eq!(reason(&shop).await, Some(PauseReason::WrongAddress));
    shop.gateway.every_send(None);
    shop.live_for(TimeDelta::minutes(11)).await;
    assert_all_sent_free_of_charge(&shop, &[id]).await;
}

#[tokio::test]
async fn a_pause_for_another_reason_drops_the_words_of_the_one_before() {
    let shop = careful();
    let no_key = TransportError::new(Disposition::Misconfigured, "There is no key.").not_reached();
    shop.gateway.every_send(Some(no_key));
    enqueued(&shop, 1).await;
    shop.tick().await;
    let stopped = shop.tick().await.pause.unwrap();
    assert_eq!(stopped.detail.as_deref(), Some("There is no key."));
    // Now there is a key, and it is wrong.
    shop.gateway.every_probe(Some(Ok(Probe::Refused)));
    shop.live_for(TimeDelta::minutes(3)).await;
    let pause = pause(&shop).await.unwrap();
    assert_eq!((pause.reason, pause.detail), (PauseReason::KeyRefused, None));
}

#[tokio::test]
async fn a_key_that_was_missing_is_not_the_reason_once_there_is_one() {
    let shop = careful();
    let no_key = TransportError::new(Disposition::Misconfigured, "There is no key.").not_reached();
    shop.gateway.every_send(Some(no_key.clone()));
    shop.gateway.every_probe(Some(Err(no_key)));
    let ids = enqueued(&shop, 1).await;
    shop.live_for(TimeDelta::minutes(3)).await;
    assert_eq!(reason(&shop).await, Some(PauseReason::Misconfigured));
    // Now there is a key, and an address that nothing answers at.
    let unreachable = error(Disposition::Transient).not_reached();
    shop.gateway.every_send(Some(unreachable.clone()));
    shop.gateway.every_probe(Some(Err(unreachable.clone())));
    shop.live_for(TimeDelta::minutes(3)).await;
    let waits = pause(&shop).await.unwrap();
    assert_eq!(waits.reason, PauseReason::Outage);
    assert_eq!(waits.detail.as_deref(), Some(unreachable.detail()));
    assert_eq!(events(&shop), [AccountEventKind::Stopped]);
    shop.gateway.every_send(None);
    shop.gateway.every_probe(None);
    shop.live_for(TimeDelta::minutes(6)).await;
    assert_eq!(events(&shop), [AccountEventKind::Stopped, AccountEventKind::Resumed]);
    assert_all_sent_free_of_charge(&shop, &ids).await;
}

/// An unclear answer is no doubt when the probe says no.
#[tokio::test]
async fn a_bare_403_while_the_probe_refuses_the_key_stops_at_once() {
    let shop = careful();
    shop.gateway.every_send(Some(unclear(Cause::Account, 403)));
    shop.gateway.every_probe(Some(Ok(Probe::Refused)));
    let ids = enqueued(&shop, 3).await;
    shop.live_for(TimeDelta::hours(2)).await;
    assert_eq!(reason(&shop).await, Some(PauseReason::KeyRefused));
    assert_eq!(shop.gateway.sent().len(), 1, "the probe goes on saying no");
    shop.gateway.every_send(None);
    shop.gateway.every_probe(None);
    shop.live_for(TimeDelta::minutes(6)).await;
    assert_all_sent_free_of_charge(&shop, &ids).await;
}

/// Two messages that are themselves at fault do not stop the shop for ever.
#[tokio::test]
async fn a_pair_of_bad_messages_ends_and_the_others_go_on() {
    let shop = careful();
    let bad = enqueued(&shop, 2).await;
    let mut good = Vec::new();
    for minute in 0..180 {
        if minute % 30 == 0 {
            good.push(shop.enqueued(&format!("SO-good-{minute}")).await);
        }
        let now = shop.clock.now();
        let due = |id| {
            let shop = &shop;
            async move { shop.message(id).await.state.owed.filter(|owed| owed.due_at <= now) }
        };
        for _ in 0..4 {
            // The next message to be sent is known: the oldest that is due.
            let mut next = None;
            for id in bad.iter().chain(&good) {
                if let Some(owed) = due(*id).await
                    && owed.step == whatsapp_core::message::Step::Send
                    && next.is_none_or(|(at, _)| owed.due_at < at)
                {
                    next = Some((owed.due_at, *id));
                }
            }
            let is_bad = next.is_some_and(|(_, id)| bad.contains(&id));
            shop.gateway.every_send(is_bad.then(|| unclear(Cause::Account, 403)));
            shop.tick().await;
        }
        shop.clock.advance(MINUTE);
    }
    for id in bad {
        assert_eq!(failure(&shop, id).await.cause, Cause::Message);
    }
    for id in good {
        assert_eq!(shop.phase(id).await, Phase::Sent);
    }
    assert_eq!(reason(&shop).await, None);
}
