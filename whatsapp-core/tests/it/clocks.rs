//! Clocks that are set, machines that sleep, processes that restart. There is no second copy, and a
//! message that was not taken is sent again half an hour of elapsed time later.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Notify;
use whatsapp_core::dispatch::{DispatchOptions, RateLimit};
use whatsapp_core::message::Reported;
use whatsapp_core::port::{
    Accepted, Clock, DeliveryReports, ListedMessage, Listing, OutgoingMessage, Probe, Transport,
    TransportError,
};
use whatsapp_core::retry::Disposition;
use whatsapp_core::{Dispatcher, Ports, WhatsAppNumber};
use whatsapp_testkit::{ElapsedByWall, ManualClock, SeededEntropy};

use crate::shop::{NUMBER, Shop};

/// A change of the clocks while a POST is under way.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Change {
    /// The wall clock is set.
    Wall(TimeDelta),
    /// The machine sleeps.
    Sleep(TimeDelta),
}

/// The process that looks after the message then.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Survivor {
    /// The process that sent it.
    Itself,
    /// Another process of this boot, started after the change.
    Neighbour,
    /// A process of the next boot.
    NextBoot,
}

/// A gateway whose first POST takes until it is told to go on, and gets no reply.
#[derive(Debug, Default)]
struct Slow {
    /// Times of the POSTs, in minutes of true time.
    posts: Mutex<Vec<i64>>,
    minute: Mutex<i64>,
    listed: Mutex<Vec<ListedMessage>>,
    began: Notify,
    go_on: Notify,
}

impl Slow {
    fn posts(&self) -> Vec<i64> {
        self.posts.lock().unwrap().clone()
    }

    fn list(&self, text: &str, at: DateTime<Utc>) {
        let entry = ListedMessage::new(Some("G-1".to_owned()), text)
            .with_recipient(Some(NUMBER.into()))
            .with_created_at(Some(at));
        self.listed.lock().unwrap().push(entry);
    }
}

#[async_trait]
impl Transport for Slow {
    async fn send(&self, _message: &OutgoingMessage) -> Result<Accepted, TransportError> {
        let minute = *self.minute.lock().unwrap();
        self.posts.lock().unwrap().push(minute);
        if self.posts().len() > 1 {
            return Ok(Accepted::new(Some("G-2".to_owned())));
        }
        self.began.notify_one();
        self.go_on.notified().await;
        Err(TransportError::new(Disposition::Unknown, "The connection was reset."))
    }

    async fn probe(&self) -> Result<Probe, TransportError> {
        Ok(Probe::Ready)
    }
}

#[async_trait]
impl DeliveryReports for Slow {
    async fn status(&self, _gateway_id: &str) -> Result<Reported, TransportError> {
        Ok(Reported::Nothing)
    }

    async fn sent_to(
        &self,
        _number: &WhatsAppNumber,
        _since: DateTime<Utc>,
    ) -> Result<Listing, TransportError> {
        Ok(Listing::new(self.listed.lock().unwrap().clone(), true))
    }
}

/// Sends one message over a change of the clocks and returns the minutes of true time at which
/// it was POSTed. A `taken` message is listed when its POST ends, or 20 minutes after its
/// process died.
async fn posts(change: Change, survivor: Survivor, taken: bool, mutant: bool) -> Vec<i64> {
    let shop = Shop::new();
    let gateway = Arc::new(Slow::default());
    let dispatcher = |clock: &ManualClock| {
        let clock: Arc<dyn Clock> =
            if mutant { Arc::new(ElapsedByWall(clock.clone())) } else { Arc::new(clock.clone()) };
        let ports = Ports::new(Arc::new(shop.store.clone()), Arc::new(shop.customers.clone()))
            .with_transport(gateway.clone())
            .with_deliveries(gateway.clone())
            .with_entropy(Arc::new(SeededEntropy::new(8)))
            .with_clock(clock);
        let options = DispatchOptions::default().with_rate_limit(RateLimit::Unlimited);
        Dispatcher::new(ports).unwrap().with_options(options)
    };
    let mut clock = shop.clock.clone();
    let mut worker = dispatcher(&clock);
    let id = shop.enqueued("SO-1").await;
    let text = shop.message(id).await.facts.text;

    let sending = worker.clone();
    let start = clock.now();
    let pass = tokio::spawn(async move { sending.tick(start).await });
    gateway.began.notified().await;
    clock.advance(TimeDelta::seconds(10));
    let slept = match change {
        Change::Wall(by) => {
            clock.jump_wall_clock(by);
            0
        }
        Change::Sleep(time) => {
            clock.advance(time);
            time.num_minutes()
        }
    };
    *gateway.minute.lock().unwrap() = slept;
    for _ in 0..3 {
        let report = worker.tick(clock.now()).await.unwrap();
        assert_eq!(report.claimed, 0, "it never claims what it has in flight");
        clock.advance(TimeDelta::seconds(3));
    }
    if survivor == Survivor::Itself {
        if taken {
            gateway.list(text.as_str(), clock.now());
        }
        gateway.go_on.notify_one();
        pass.await.unwrap().unwrap();
    } else {
        pass.abort();
        assert!(pass.await.unwrap_err().is_cancelled());
        if survivor == Survivor::NextBoot {
            clock = clock.elsewhere();
        }
        worker = dispatcher(&clock);
    }
    for minute in 0..80 {
        *gateway.minute.lock().unwrap() = slept + minute;
        if taken && survivor != Survivor::Itself && minute == 20 {
            gateway.list(text.as_str(), clock.now());
        }
        for _ in 0..6 {
            worker.tick(clock.now()).await.unwrap();
            clock.advance(TimeDelta::seconds(10));
        }
    }
    gateway.posts()
}

fn changes() -> Vec<Change> {
    vec![
        Change::Wall(TimeDelta::zero()),
        // An NTP client corrects the clock, or a virtual machine goes on.
        Change::Wall(TimeDelta::hours(2)),
        Change::Wall(TimeDelta::minutes(31)),
        // Boot in 1970, then NTP.
        Change::Wall(TimeDelta::days(56 * 365)),
        Change::Wall(-TimeDelta::hours(2)),
        Change::Wall(-TimeDelta::minutes(5)),
        Change::Wall(-TimeDelta::days(30)),
        Change::Sleep(TimeDelta::hours(3)),
    ]
}

const SURVIVORS: [Survivor; 3] = [Survivor::Itself, Survivor::Neighbour, Survivor::NextBoot];

#[tokio::test]
async fn a_message_that_was_taken_is_posted_once_whatever_the_clocks_do() {
    for change in changes() {
        for survivor in SURVIVORS {
            // Listed hours after it was sent: no clock could tell.
            let died_long_ago =
                matches!(change, Change::Sleep(_)) && survivor == Survivor::Neighbour;
            if !died_long_ago {
                let posts = posts(change, survivor, true, false).await;
                assert_eq!(posts.len(), 1, "{change:?}, {survivor:?}: {posts:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_message_that_was_not_taken_is_posted_again_after_half_an_hour_of_elapsed_time() {
    for change in changes() {
        for survivor in SURVIVORS {
            let posts = posts(change, survivor, false, false).await;
            assert_eq!(posts.len(), 2, "{change:?}, {survivor:?}: {posts:?}");
            let slept = match change {
                Change::Sleep(time) => time.num_minutes(),
                Change::Wall(_) => 0,
            };
            let earliest = match (change, survivor) {
                // Its mark is three hours old already.
                (Change::Sleep(_), Survivor::Neighbour) => slept,
                // A request that left when the machine woke up gets its half hour too.
                (Change::Sleep(_), _) => slept + 29,
                (Change::Wall(_), _) => 29,
            };
            assert!(
                (earliest..=slept + 36).contains(&posts[1]),
                "{change:?} {survivor:?} {posts:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_clock_whose_elapsed_time_follows_the_wall_clock_sends_twice() {
    let ahead = Change::Wall(TimeDelta::hours(2));
    let posts = posts(ahead, Survivor::Neighbour, true, true).await;
    assert_eq!(posts.len(), 2, "the mutant must be caught");
}

#[tokio::test]
async fn a_look_that_is_due_by_the_wall_clock_alone_is_neither_made_nor_counted() {
    let shop = Shop::new();
    shop.gateway.next_send(Err(crate::shop::error(Disposition::Unknown)));
    let id = shop.enqueued("SO-1").await;
    shop.tick().await;
    for _ in 0..20 {
        shop.clock.jump_wall_clock(TimeDelta::hours(1));
        shop.tick().await;
        shop.clock.jump_wall_clock(-TimeDelta::hours(2));
        shop.tick().await;
    }
    assert!(shop.gateway.looks().is_empty());
    for (minutes, looks) in [(1, 1), (2, 1), (2, 2), (24, 2), (1, 3)] {
        shop.clock.advance(TimeDelta::minutes(minutes));
        shop.clock.jump_wall_clock(TimeDelta::hours(5));
        shop.tick().await;
        assert_eq!(shop.gateway.looks().len(), looks);
    }
    assert_eq!(shop.gateway.sent().len(), 2, "half an hour has elapsed");
    let outcomes: Vec<_> =
        shop.attempts(id).await.into_iter().map(|(_, outcome)| outcome).collect();
    assert_eq!(outcomes, [Some("not_accepted"), Some("accepted")]);
}

#[tokio::test]
async fn a_claim_that_holds_by_elapsed_time_alone_does_not_keep_the_loop_busy() {
    let shop = Shop::new();
    shop.enqueued("SO-1").await;
    let work = shop.dispatcher.take(shop.clock.now()).await.unwrap();
    shop.clock.jump_wall_clock(TimeDelta::hours(2));
    let other = Dispatcher::new(shop.ports.clone()).unwrap();
    let report = other.tick(shop.clock.now()).await.unwrap();
    assert_eq!(report.claimed, 0);
    assert!(report.again_at.unwrap() > shop.clock.now(), "it rests");
    let report = shop.dispatcher.perform(work).await;
    assert_eq!(report.sent, 1, "the lease holds as long as it was given for");
}
