//! No message pays for the account: what stops it, what goes on, and what each message is charged.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use chrono::TimeDelta;
use tokio::sync::Notify;
use whatsapp_core::audit::Actor;
use whatsapp_core::dispatch::{DispatchOptions, Pace};
use whatsapp_core::message::{CancelReason, Cause, Failure, FailureKind, Phase, Reported, Status};
use whatsapp_core::port::{
    Accepted, AccountEventKind, AccountStore as _, Clock as _, MessageLog as _, OutgoingMessage,
    Pause, PauseReason, Probe, Transport, TransportError,
};
use whatsapp_core::retry::Disposition;
use whatsapp_core::{Desk, Dispatcher, MessageId};

use whatsapp_testkit::ScriptedTransport;

use crate::shop::{Shop, error};

const MINUTE: TimeDelta = TimeDelta::minutes(1);

/// One message at a time, so that what follows on what is plain.
fn careful() -> Shop {
    Shop::with_options(DispatchOptions::default().with_pace(Pace::Unlimited).with_slots(1))
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

/// What is surely the account's pauses at once, whatever the probe says.
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

        // For hours one message at a time is let through, and meets the same.
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

/// Refusals in unclear words: a like answer to another message tells.
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

/// An unclear answer with a probe that says no is no doubt.
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
            // What is sent next is known: the oldest that is due.
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

/// Connections are taken and never answered.
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

/// What waited is checked before it is sent: not what was paid, switched off or is too late.
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

/// After a day one message at a time follows its own schedule; after a week nothing waits any more.
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

/// A gateway that answers its first message only when it is told to.
#[derive(Debug, Clone)]
struct SlowAtFirst {
    gateway: ScriptedTransport,
    first: Arc<AtomicBool>,
    go_on: Arc<Notify>,
}

#[async_trait]
impl Transport for SlowAtFirst {
    async fn send(&self, message: &OutgoingMessage) -> Result<Accepted, TransportError> {
        if self.first.swap(false, Ordering::SeqCst) {
            self.go_on.notified().await;
        }
        self.gateway.send(message).await
    }

    async fn probe(&self) -> Result<Probe, TransportError> {
        self.gateway.probe().await
    }
}

/// A POST from before an unclear answer is accepted after it: that does not make the trouble the
/// other message's own.
#[tokio::test]
async fn a_message_that_is_taken_late_speaks_for_the_account_as_of_its_post() {
    let shop = Shop::new();
    let slow = SlowAtFirst {
        gateway: shop.gateway.clone(),
        first: Arc::new(AtomicBool::new(true)),
        go_on: Arc::default(),
    };
    let ports = shop.ports.clone().with_transport(Arc::new(slow.clone()));
    let options = DispatchOptions::default().with_pace(Pace::Unlimited);
    let dispatcher = Dispatcher::new(ports).unwrap().with_options(options);
    let tick = async |now| dispatcher.tick(now).await.unwrap();

    let first = shop.enqueued("SO-1").await;
    let (under_way, began) = (dispatcher.clone(), shop.clock.now());
    let under_way = tokio::spawn(async move { under_way.tick(began).await });
    while slow.first.load(Ordering::SeqCst) {
        tokio::task::yield_now().await;
    }
    shop.clock.advance(TimeDelta::seconds(10));
    let second = shop.enqueued("SO-2").await;
    shop.gateway.next_send(Err(unclear(Cause::Account, 403)));
    tick(shop.clock.now()).await;
    shop.clock.advance(TimeDelta::seconds(10));
    slow.go_on.notify_one();
    assert_eq!(under_way.await.unwrap().unwrap().sent, 1);

    shop.gateway.next_send(Err(unclear(Cause::Account, 403)));
    shop.clock.advance(MINUTE * 5);
    tick(shop.clock.now()).await;
    shop.live_for(TimeDelta::hours(1)).await;
    assert_all_sent_free_of_charge(&shop, &[first, second]).await;
    assert_eq!(shop.gateway.sent().len(), 4);
}

/// The number is not on WhatsApp; a retry would go there again.
#[tokio::test]
async fn a_number_that_is_not_on_whatsapp_is_not_tried_again_by_hand() {
    let shop = Shop::new();
    let id = shop.enqueued("SO-1").await;
    shop.gateway.next_status(Ok(Reported::NotOnWhatsApp));
    shop.live_for(TimeDelta::hours(1)).await;
    let refused = shop.messenger.retry(id, &Actor::Host).await.unwrap_err().to_string();
    assert!(refused.contains("correct the customer's number, then resend"), "{refused}");
    assert_eq!(shop.gateway.sent().len(), 1);
}

#[tokio::test]
async fn many_accepted_and_none_delivered_are_told_once() {
    let shop = Shop::new();
    for number in 0..4 {
        shop.enqueued(&format!("SO-{number}")).await;
    }
    shop.live_for(TimeDelta::hours(7)).await;
    assert!(events(&shop).is_empty(), "each counts once, however often it is asked about");
    for number in 4..20 {
        shop.enqueued(&format!("SO-{number}")).await;
    }
    shop.live_for(TimeDelta::minutes(29)).await;
    assert!(events(&shop).is_empty());
    shop.live_for(TimeDelta::hours(30)).await;
    assert_eq!(events(&shop), [AccountEventKind::Undelivered]);
    shop.gateway.next_status(Ok(Reported::Reached(whatsapp_core::message::Delivery::Delivered)));
    for number in 20..26 {
        shop.enqueued(&format!("SO-{number}")).await;
    }
    shop.live_for(TimeDelta::hours(1)).await;
    assert_eq!(events(&shop).len(), 2, "told again, after one was delivered");
}

#[tokio::test]
async fn the_count_of_undelivered_messages_is_a_setting() {
    let shop = Shop::new();
    shop.set("whatsapp_undelivered_alert", "0");
    enqueued(&shop, 20).await;
    shop.live_for(TimeDelta::hours(3)).await;
    assert!(events(&shop).is_empty());
}
