//! A runner over the real use cases, and the results of `send` for those who wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::chore::{Chore, Next, Turn};
use whatsapp_core::dispatch::DispatchOptions;
use whatsapp_core::message::Phase;
use whatsapp_core::port::{MessageLog as _, SystemClock};
use whatsapp_core::retry::Disposition;
use whatsapp_core::{Dispatcher, Messenger, Ports, Runner, Running, Wake, WiringError};
use whatsapp_testkit::{FixedDirectory, MemoryStore};

use crate::observed::Observed;
use crate::shop::{ASHA, Shop, error};

/// The runner of the shop's dispatcher.
fn sending(shop: &Shop) -> Running {
    Runner::sending(shop.dispatcher.clone()).unwrap().start()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_graceful_stop_leaves_nothing_open() {
    let shop = Shop::new();
    let ports = shop.ports.clone().with_clock(Arc::new(SystemClock::new()));
    let dispatcher = Dispatcher::new(ports.clone()).unwrap();
    let messenger = Messenger::new(ports);
    let running = Runner::sending(dispatcher).unwrap().start();
    let mut ids = Vec::new();
    for number in 0..3 {
        ids.push(messenger.enqueue(shop.order(&format!("SO-{number}"))).await.unwrap().message_id);
    }
    while shop.gateway.sent().is_empty() {
        tokio::task::yield_now().await;
    }
    running.stop().await;
    let open = shop.store.ledger().iter().filter(|(_, a)| a.outcome.is_none()).count();
    assert_eq!(open, 0, "no attempt is left open");
    assert_eq!(shop.phase(ids[0]).await, Phase::Sent);
    for id in ids {
        assert_eq!(shop.store.lease(id), None, "no claim is left");
    }
}

#[tokio::test]
async fn a_process_that_only_enqueues_needs_a_store_and_a_directory_alone() {
    let shop = Shop::new();
    let ports = Ports::new(Arc::new(shop.store.clone()), Arc::new(shop.customers.clone()))
        .with_clock(Arc::new(shop.clock.clone()));
    let receipt = Messenger::new(ports.clone()).enqueue(shop.order("SO-1")).await.unwrap();
    assert_eq!(Dispatcher::new(ports).unwrap_err(), WiringError::NoTransport);
    // Another process sends it.
    shop.tick().await;
    assert_eq!(shop.phase(receipt.message_id).await, Phase::Sent);
}

#[tokio::test]
async fn what_is_enqueued_over_the_same_ports_waits_for_no_poll() {
    let options = DispatchOptions::default().with_poll(Duration::from_secs(1_000_000));
    let shop = Shop::with_options(options);
    let running = sending(&shop);
    // The first look found nothing; the next one would come in days.
    for number in 0..3 {
        let id = shop.enqueued(&format!("SO-{number}")).await;
        while shop.phase(id).await != Phase::Sent {
            shop.clock.advance(TimeDelta::milliseconds(10));
            tokio::task::yield_now().await;
        }
    }
    running.stop().await;
}

/// A chore that counts its turns.
#[derive(Debug, Clone, Default)]
struct Counting {
    wake: Wake,
    turns: Arc<AtomicUsize>,
    rest: Duration,
}

impl Counting {
    /// Moves the runtime's clock on until the chore had this many turns.
    async fn reaches(&self, turns: usize) {
        while self.turns.load(Ordering::SeqCst) < turns {
            tokio::time::advance(Duration::from_millis(1)).await;
        }
    }
}

#[async_trait]
impl Chore for Counting {
    fn name(&self) -> &'static str {
        "counting"
    }

    fn wake(&self) -> Wake {
        self.wake.clone()
    }

    async fn turn(&self, _now: DateTime<Utc>) -> Turn {
        self.turns.fetch_add(1, Ordering::SeqCst);
        Turn::next(Next::In(Duration::from_secs(3_600))).with_rest(self.rest)
    }

    fn stop(&self) {}

    async fn finish(&self) {
        self.turns.fetch_add(100, Ordering::SeqCst);
    }
}

#[tokio::test(start_paused = true)]
async fn a_chore_is_woken_at_once_but_not_before_it_rested_and_finishes_at_the_end() {
    let ports = Ports::new(Arc::new(MemoryStore::new()), Arc::new(FixedDirectory::default()));
    let busy = Counting::default();
    let resting = Counting { rest: Duration::from_secs(2), ..Counting::default() };
    let runner = Runner::new(&ports).unwrap().with(busy.clone()).with(resting.clone());
    let running = runner.start();
    busy.reaches(1).await;
    resting.reaches(1).await;
    busy.wake.wake();
    resting.wake.wake();
    busy.reaches(2).await;
    assert_eq!(resting.turns.load(Ordering::SeqCst), 1, "it rests");
    resting.reaches(2).await;
    running.stop().await;
    assert_eq!(busy.turns.load(Ordering::SeqCst), 102);
    assert_eq!(resting.turns.load(Ordering::SeqCst), 102);
}

#[tokio::test(start_paused = true)]
async fn a_runner_whose_handle_is_dropped_finishes_too() {
    let ports = Ports::new(Arc::new(MemoryStore::new()), Arc::new(FixedDirectory::default()));
    let chore = Counting::default();
    let running = Runner::new(&ports).unwrap().with(chore.clone()).start();
    chore.reaches(1).await;
    drop(running);
    chore.reaches(101).await;
}

/// A chore whose first turn panics.
#[derive(Debug, Clone, Default)]
struct Clumsy(Counting);

#[async_trait]
impl Chore for Clumsy {
    fn name(&self) -> &'static str {
        "clumsy"
    }

    fn wake(&self) -> Wake {
        self.0.wake()
    }

    async fn turn(&self, now: DateTime<Utc>) -> Turn {
        let turn = self.0.turn(now).await;
        assert!(self.0.turns.load(Ordering::SeqCst) > 1, "the first turn panics");
        turn
    }

    fn stop(&self) {}

    async fn finish(&self) {}
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_panics_does_not_end_its_chore() {
    let ports = Ports::new(Arc::new(MemoryStore::new()), Arc::new(FixedDirectory::default()));
    let clumsy = Clumsy::default();
    let running = Runner::new(&ports).unwrap().with(clumsy.clone()).start();
    clumsy.0.reaches(2).await;
    running.stop().await;
}

#[tokio::test]
async fn send_gives_the_specified_output_once_any_process_has_sent_the_message() {
    let shop = Shop::new();
    let running = sending(&shop);
    // A web process: no transport, and another bell.
    let web = Messenger::new(
        Ports::new(Arc::new(shop.store.clone()), Arc::new(shop.customers.clone()))
            .with_media(Arc::new(shop.media.clone()))
            .with_clock(Arc::new(shop.clock.clone())),
    );
    for (messenger, number) in [(&shop.messenger, "INV-7"), (&web, "INV-8")] {
        let output = messenger.send(shop.invoice(ASHA, number)).await;
        let id = output.message_log_id.unwrap();
        assert_eq!(shop.phase(id).await, Phase::Sent);
        assert_eq!(
            serde_json::to_value(&output).unwrap(),
            serde_json::json!({"success": true, "messageLogId": id.to_string()})
        );
    }
    let refused = shop.messenger.send(shop.invoice("C-2", "INV-9")).await;
    assert!(!refused.success && refused.message_log_id.is_some());
    assert!(refused.error.unwrap().contains("must begin with +"));
    running.stop().await;
}

#[tokio::test]
async fn send_reports_a_failure() {
    let shop = Shop::new();
    let no = error(Disposition::Permanent).with_status(422);
    shop.gateway.next_send(Err(no));
    let running = sending(&shop);
    let failed = shop.messenger.send(shop.order("SO-1")).await;
    assert_eq!((failed.success, failed.error.as_deref()), (false, Some("It did not work.")));
    running.stop().await;
}

/// Time that `send` took while no process sends.
async fn waited(send: impl Future<Output = whatsapp_core::messenger::SendOutput>) -> Duration {
    let began = tokio::time::Instant::now();
    let output = send.await;
    assert!(output.success, "{output:?}");
    began.elapsed()
}

#[tokio::test(start_paused = true)]
async fn send_waits_ten_seconds_at_most_and_not_for_what_cannot_be_sent_now() {
    let shop = Shop::new();
    assert_eq!(
        Box::pin(waited(shop.messenger.send(shop.order("SO-1")))).await,
        Duration::from_secs(10)
    );
    let later = shop.order("SO-2").with_schedule(shop.opened + TimeDelta::hours(1));
    assert_eq!(Box::pin(waited(shop.messenger.send(later))).await, Duration::from_millis(50));
    shop.gateway.next_send(Err(error(Disposition::Account).with_status(401)));
    shop.gateway.next_probe(Ok(whatsapp_core::port::Probe::Refused));
    shop.tick().await;
    let paused = Box::pin(waited(shop.messenger.send(shop.order("SO-3")))).await;
    assert_eq!(paused, Duration::from_millis(50), "the account is paused");
    shop.clock.advance(TimeDelta::hours(1));
    let tested = Box::pin(waited(shop.messenger.send(shop.order("SO-4")))).await;
    assert_eq!(tested, Duration::from_secs(10), "one message is let through as a test");
}

#[tokio::test(start_paused = true)]
async fn all_who_wait_share_one_question_and_none_is_lost_when_another_goes_away() {
    let shop = Shop::new();
    let store = Observed::over(shop.store.clone());
    let messenger = Messenger::new(
        Ports::new(Arc::new(store.clone()), Arc::new(shop.customers.clone()))
            .with_clock(Arc::new(shop.clock.clone())),
    );
    let mut waiting = Vec::new();
    for number in 0..20 {
        let (messenger, request) = (messenger.clone(), shop.order(&format!("SO-{number}")));
        waiting.push(tokio::spawn(async move { messenger.send(request).await }));
    }
    while shop.store.counts(u64::MAX).await.unwrap().pending < 20 {
        tokio::task::yield_now().await;
    }
    // The caller who waits for all messages goes away, and one more.
    for gone in waiting.drain(..2) {
        gone.abort();
    }
    tokio::time::advance(Duration::from_secs(3)).await;
    store.calls();
    while shop.tick().await.claimed > 0 {}
    for waits in waiting {
        assert!(waits.await.unwrap().success);
    }
    let questions = store.calls().iter().filter(|call| **call == "messages").count();
    assert!((1..=2).contains(&questions), "{questions} questions for 18 who wait");
    assert_eq!(shop.gateway.sent().len(), 20);
}
