//! Cases for counts and lists.

use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_core::message::{Delivery, Facts, NewMessage, Status};
use whatsapp_core::port::{Count, Lane, LaneQueue, Sort, StatusCounts, Store, Tally};
use whatsapp_core::retry::Disposition;

use super::super::trial::{MICROSECOND, Trial, WITHDRAWN, refused};
use super::{all, filter, one_of_each};
use crate::fixtures::{self, START};

pub async fn counts_tell_retrying_messages_from_failed_ones(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    trial.waiting(1).await;
    trial.sending(2).await;
    trial.sent(3).await;
    trial.failed(4).await;
    let retrying = trial.sending(5).await;
    trial.settle(&retrying, &refused(Disposition::Transient)).await;
    let cancelled = trial.waiting(6).await;
    let cancelled = trial.claim_one(cancelled.facts.id).await;
    trial.settle(&cancelled, &WITHDRAWN).await;
    let counts = trial.store.counts(u64::MAX).await.expect("counts");
    let expected = StatusCounts {
        pending: 2,
        sent: 1,
        failed: 2,
        cancelled: 1,
        retrying: 1,
        ..StatusCounts::default()
    };
    assert_eq!(counts, expected);
}

pub async fn counts_go_as_far_as_asked(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    for seed in 1..=3 {
        trial.waiting(seed).await;
    }
    trial.sent(4).await;
    trial.sent(5).await;
    for (most, pending, sent) in [(0, 0, 0), (1, 1, 1), (2, 2, 2), (3, 3, 2), (u64::MAX, 3, 2)] {
        let counts = trial.store.counts(most).await.expect("counts");
        assert_eq!(
            counts,
            StatusCounts { pending, sent, ..StatusCounts::default() },
            "up to {most}"
        );
    }
}

pub async fn what_was_sent_again_is_known(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let old: Vec<_> = (1..=3).map(|seed| fixtures::new_message(seed, START)).collect();
    trial.enqueue(&old).await;
    let again = |seed, of: &NewMessage| {
        fixtures::new_message(seed, START)
            .with_facts(|facts| Facts { resend_of: Some(of.facts.id), ..facts })
    };
    trial.enqueue(&[again(11, &old[0]), again(12, &old[0]), again(13, &old[2])]).await;
    let ids: Vec<_> = old.iter().map(|message| message.facts.id).collect();
    let mut resent = trial.store.resent(&ids).await.expect("resent");
    resent.sort_unstable();
    let mut expected = vec![old[0].facts.id, old[2].facts.id];
    expected.sort_unstable();
    assert_eq!(resent, expected);
    assert_eq!(trial.store.resent(&ids[1..2]).await.expect("resent"), []);
    assert_eq!(trial.store.resent(&[]).await.expect("resent"), []);
}

pub async fn resends_come_the_oldest_first(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let old = trial.waiting(1).await.facts.id;
    let again = |seed, after| {
        fixtures::new_message(seed, START + TimeDelta::seconds(after))
            .with_facts(|facts| Facts { resend_of: Some(old), ..facts })
    };
    let (late, early) = (again(2, 9), again(3, 5));
    trial.enqueue(&[late.clone(), early.clone()]).await;
    let resends = trial.store.resends_of(old).await.expect("resends_of");
    assert_eq!(resends, [early.facts.id, late.facts.id]);
    assert_eq!(trial.store.resends_of(late.facts.id).await.expect("resends_of"), []);
}

pub async fn a_filters_rows_are_counted_and_listed_as_far_as_asked(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    for seed in 0..3 {
        trial.failed(seed).await;
        trial.sent(seed + 10).await;
        trial.waiting(seed + 20).await;
        trial.pass(TimeDelta::seconds(1));
    }
    let customer = fixtures::new_message(21, START).facts.customer_id;
    let asked = [
        filter(|_| ()),
        filter(|f| f.statuses = [Status::Failed].into()),
        filter(|f| f.statuses = [Status::Failed, Status::Sent].into()),
        filter(|f| f.deliveries = [Delivery::Accepted].into()),
        filter(|f| f.customers = [customer].into()),
        filter(|f| f.until = Some(START)),
    ];
    for asked in asked {
        let shown = all(&trial, &asked, Sort::Newest, 200).await;
        for most in [0, 1, 2, 3, 6, 9, 20] {
            let is_exact = shown.len() <= most;
            let number = shown.len().min(most) as u64;
            let count = trial.store.count(&asked, most as u64).await.expect("count");
            assert_eq!(count, Count { number, is_exact }, "{asked:?}, up to {most}");
            let most = u32::try_from(most).expect("a few");
            let (listed, more) = trial.store.ids(&asked, most).await.expect("ids");
            let ids: Vec<_> = listed.iter().map(|(id, _)| *id).collect();
            assert_eq!(ids, shown[..ids.len()], "{asked:?}, up to {most}");
            assert_eq!((ids.len() as u64, more), (number, !is_exact), "{asked:?}, up to {most}");
            for (id, updated_at) in listed {
                assert_eq!(trial.message(id).await.updated_at, updated_at);
            }
        }
    }
}

pub async fn a_tally_counts_each_message_of_its_time_once(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let cancelled = one_of_each(&trial).await;
    let until = trial.now() + MICROSECOND;
    let tally =
        async |from, until, most| trial.store.tally(from, until, most).await.expect("tally");
    let expected = Tally {
        waiting: 2,
        retrying: 1,
        accepted: 1,
        delivered: 1,
        read: 1,
        undelivered: 1,
        failed: 1,
        cancelled: 1,
        is_exact: true,
    };
    assert_eq!(tally(START, until, u64::MAX).await, expected);
    assert_eq!(tally(START, until, 9).await, expected);
    // Only the newest ones.
    let newest = Tally { read: 1, undelivered: 1, ..Tally::default() };
    assert_eq!(tally(START, until, 2).await, newest);
    // Messages from one instant on, and before another one.
    let made = trial.message(cancelled.lease.message_id).await.facts.created_at;
    let first = Tally { read: 0, undelivered: 0, delivered: 1, ..expected };
    assert_eq!(tally(made, made + MICROSECOND, 99).await, first);
    let none = Tally { is_exact: true, ..Tally::default() };
    assert_eq!(tally(made - TimeDelta::hours(1), made, 99).await, none);
    assert_eq!(tally(made + MICROSECOND, made + MICROSECOND * 2, 99).await, none);
}

pub async fn a_backlog_tells_what_is_due_and_later_in_each_lane(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let now = trial.now();
    trial.sent(9).await;
    let later = fixtures::full_message(3, now);
    let soon = fixtures::new_message(4, now + MICROSECOND);
    let messages = [1, 2].map(|seed| fixtures::new_message(seed, now));
    trial.enqueue(&messages).await;
    trial.enqueue(&[fixtures::greeting(5, now), later, soon]).await;
    trial.claim_one(messages[0].facts.id).await;
    let expected = |due, soon| {
        Lane::OWED
            .iter()
            .map(|lane| match lane {
                Lane::Transactional => LaneQueue { lane: *lane, due, later: soon },
                Lane::Greeting => LaneQueue { lane: *lane, due: 1, later: 0 },
                _ => LaneQueue { lane: *lane, due: 0, later: 0 },
            })
            .collect::<Vec<_>>()
    };
    let backlog = async |at, most| trial.store.backlog(at, most).await.expect("backlog");
    assert_eq!(backlog(now, 9).await, expected(2, 2));
    assert_eq!(backlog(now, 1).await, expected(1, 1));
    assert_eq!(backlog(now + MICROSECOND, 9).await, expected(3, 1));
}

pub async fn what_ends_before_an_instant_is_counted_while_it_waits(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let ends = |seed, hours: i64| {
        let expires_at = Some(START + TimeDelta::hours(hours));
        fixtures::new_message(seed, START).with_facts(|facts| Facts { expires_at, ..facts })
    };
    let messages = [ends(1, 20), ends(2, 4), ends(3, 48), ends(4, 1), ends(5, 2), ends(6, 24)];
    trial.enqueue(&messages).await;
    trial.enqueue(&[fixtures::greeting(7, START)]).await;
    // A message that is sent, or under way, is no longer withdrawn.
    for place in [3, 4] {
        let claimed = trial.claim_one(messages[place].facts.id).await;
        let claimed = trial.begun(claimed).await;
        if place == 3 {
            let accepted = trial.accepted(&claimed, "G-1");
            trial.settle_as(&accepted).await;
        }
    }
    let ending = async |hours, most| {
        let until = START + TimeDelta::hours(hours);
        trial.store.ending(until, most).await.expect("ending")
    };
    let exact = |number| Count { number, is_exact: true };
    let first = Some(START + TimeDelta::hours(4));
    assert_eq!(ending(24, 99).await, (exact(2), first));
    assert_eq!(ending(25, 6).await, (exact(3), first));
    assert_eq!(ending(4, 99).await, (exact(0), None));
    assert!(!ending(25, 5).await.0.is_exact, "five wait, and perhaps more");
}

pub async fn the_last_message_that_was_taken_is_known(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let last = async || trial.store.last_taken().await.expect("last_taken");
    trial.failed(1).await;
    let open = trial.sending(2).await;
    assert_eq!(last().await, None);
    trial.pass(TimeDelta::seconds(5));
    trial.sent(3).await;
    let taken = trial.now();
    assert_eq!(last().await, Some(taken));
    trial.pass(TimeDelta::seconds(5));
    trial.failed(4).await;
    assert_eq!(last().await, Some(taken));
    let accepted = trial.accepted(&open, "G-2");
    trial.settle_as(&accepted).await;
    assert_eq!(last().await, Some(trial.now()), "an older message was taken later");
}

pub async fn the_newest_message_to_a_number_is_found_along_its_attempts(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let key = fixtures::number_key(1);
    let newest =
        async |key: &str, since| trial.store.newest_to(key, since).await.expect("newest_to");
    assert_eq!(newest(&key, START).await, None);
    let first = trial.sending(1).await.lease.message_id;
    assert_eq!(newest(&key, START).await, Some(first));
    trial.pass(TimeDelta::days(3));
    trial.sending(2).await;
    assert_eq!(newest(&key, START).await, Some(first), "another number");
    let again = fixtures::new_message(3, trial.now());
    let again =
        again.with_facts(|facts| Facts { whatsapp_number: fixtures::number(1).into(), ..facts });
    trial.enqueue(std::slice::from_ref(&again)).await;
    assert_eq!(newest(&key, START).await, Some(first), "it waits");
    let claimed = trial.claim_one(again.facts.id).await;
    trial.begun(claimed).await;
    let since = trial.now();
    assert_eq!(newest(&key, START).await, Some(again.facts.id));
    assert_eq!(newest(&key, since).await, Some(again.facts.id));
    assert_eq!(newest(&key, since + MICROSECOND).await, None);
    assert_eq!(newest("nobody's", START).await, None);
}
