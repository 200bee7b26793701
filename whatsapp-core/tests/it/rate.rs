//! The rate at which an account sends under a backlog.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::Dispatcher;
use whatsapp_core::account::{Account, Reserve};
use whatsapp_core::dispatch::DispatchOptions;
use whatsapp_core::port::{Clock, Outbox as _};
use whatsapp_core::time::{Elapsed, TimeBase};
use whatsapp_testkit::{ManualClock, fixtures};

use crate::shop::Shop;

/// The gap that four requests a second leave between two of them.
const GAP: TimeDelta = TimeDelta::milliseconds(250);

/// The longest gap: a twentieth more, and the microseconds by which both are rounded up.
const LONGEST: TimeDelta = TimeDelta::microseconds(262_502);

/// At least 3.8 requests a second over the first minute, and never more than four within a second.
fn assert_four_a_second(at: &[DateTime<Utc>]) {
    let first = at.first().copied().unwrap_or_default();
    let in_a_minute = at.iter().filter(|at| **at < first + TimeDelta::minutes(1)).count();
    assert!(in_a_minute >= 228, "{in_a_minute} requests in a minute");
    for five in at.windows(5) {
        assert!(five[4] - five[0] >= TimeDelta::seconds(1), "five within a second: {five:?}");
    }
}

#[tokio::test]
async fn under_a_backlog_requests_are_one_to_one_and_a_twentieth_intervals_apart() {
    let shop = Shop::with_options(DispatchOptions::default());
    shop.set("whatsapp_requests_per_second", "4");
    let messages: Vec<_> = (0..260).map(|seed| fixtures::greeting(seed, shop.opened)).collect();
    shop.store.enqueue(&messages).await.unwrap();
    shop.live_for(TimeDelta::seconds(61)).await;
    let ledger = shop.store.ledger();
    let mut at: Vec<_> = ledger.iter().map(|(_, attempt)| attempt.started_at).collect();
    at.sort_unstable();
    assert_four_a_second(&at);
    let gaps: Vec<_> = at.windows(2).map(|two| two[1] - two[0]).collect();
    assert!(gaps.iter().all(|gap| (GAP..=LONGEST).contains(gap)), "{gaps:?}");
    assert!(gaps.iter().min() != gaps.iter().max(), "it does not beat like a machine's");
}

#[test]
fn a_dispatcher_that_comes_late_neither_bursts_nor_falls_behind() {
    let mut account = Account::default();
    let mut now = fixtures::START;
    let mut at = Vec::new();
    for turn in 0..400_i64 {
        // Late turns and jittered turns do not coincide: 7 and 11 have no factor in common.
        let jitter = TimeDelta::microseconds(12_500) * i32::try_from(turn % 11).unwrap() / 10;
        let (elapsed, seen, want, interval) = (fixtures::elapsed(now), None, 16, GAP);
        let reserve = Reserve { now, elapsed, seen, want, interval, jitter };
        let reservation = account.reserve(&reserve);
        assert_eq!(reservation.granted, 1, "one at a time");
        at.push(now);
        now = reservation.again_at
            + TimeDelta::milliseconds(10) * i32::try_from(turn % 7).unwrap() / 6;
    }
    assert_four_a_second(&at);
}

/// The clocks of another machine: the wall clock is ahead, and elapsed time has a base of its own.
#[derive(Debug)]
struct AnotherMachine(ManualClock);

impl Clock for AnotherMachine {
    fn now(&self) -> DateTime<Utc> {
        self.0.now() + TimeDelta::minutes(10)
    }

    fn elapsed(&self) -> Elapsed {
        Elapsed { base: TimeBase::own(b"another machine"), ..self.0.elapsed() }
    }
}

#[tokio::test]
async fn two_hosts_without_a_common_time_keep_one_pace() {
    let shop = Shop::with_options(DispatchOptions::default());
    shop.set("whatsapp_requests_per_second", "4");
    let messages: Vec<_> = (0..100).map(|seed| fixtures::greeting(seed, shop.opened)).collect();
    shop.store.enqueue(&messages).await.unwrap();
    let clock = Arc::new(AnotherMachine(shop.clock.clone()));
    let ports = shop.ports.clone().with_clock(clock.clone());
    let other = Dispatcher::new(ports).unwrap();
    let mut at = Vec::new();
    for turn in 0..400 {
        // First one process alone, then the other alone, then both.
        if !(100..200).contains(&turn) {
            shop.tick().await;
        }
        if turn >= 100 {
            other.tick(clock.now()).await.unwrap();
        }
        at.resize(shop.gateway.sent().len(), shop.clock.now());
        shop.clock.advance(TimeDelta::milliseconds(50));
    }
    assert!(at.len() >= 60, "{} requests in 20 seconds", at.len());
    for two in at.windows(2) {
        assert!(two[1] - two[0] >= GAP, "{two:?}");
    }
}
