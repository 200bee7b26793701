//! Cases for the outbox's reports about itself, and for the account's shared state.

use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_core::message::{
    AttemptOutcome, Event, Facts, NewMessage, Progress, SentText, StateRow,
};
use whatsapp_core::port::{
    Account, Lane, NextDue, Owed, PauseReason, Reserve, SeenSlot, Sibling, Store,
};
use whatsapp_core::retry::Disposition;
use whatsapp_core::time::{Elapsed, TimeBase};

use super::account::{LIFT, change, stop};
use super::trial::{LEASE, MICROSECOND, Trial, WITHDRAWN, refused};
use crate::fixtures::{self, START};

pub async fn nothing_is_due_in_an_empty_outbox(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    assert_eq!(trial.next_due(Lane::Transactional).await, None);
    assert_eq!(trial.next_due(Lane::Watch).await, None);
}

pub async fn next_due_is_the_earliest_of_its_lane(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let due = |seed, minutes| NewMessage {
        state: StateRow::of(&Progress::new(START + TimeDelta::minutes(minutes))),
        ..fixtures::new_message(seed, START)
    };
    trial.enqueue(&[due(1, 9), due(2, 3), due(3, 6)]).await;
    let in_minutes = |minutes| Some(START + TimeDelta::minutes(minutes));
    assert_eq!(trial.next_due(Lane::Transactional).await, in_minutes(3));
    assert_eq!(trial.next_due(Lane::Watch).await, None);
    trial.sent(4).await;
    assert_eq!(trial.next_due(Lane::Transactional).await, in_minutes(3));
    assert_eq!(trial.next_due(Lane::Watch).await, in_minutes(1));
}

pub async fn next_due_tells_an_empty_lane_from_one_whose_messages_are_held(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    trial.enqueue(&[fixtures::greeting(1, START), fixtures::greeting(2, START)]).await;
    let greetings = trial.claim_with(trial.claim_of(Lane::Greeting)).await;
    assert_eq!(greetings.len(), 2);
    let next = trial.store.next_due().await.expect("next_due");
    assert_eq!(next, NextDue::of(|lane| (lane == Lane::Greeting).then(|| START + LEASE)));
    trial.settle(&greetings[0], &WITHDRAWN).await;
    trial.settle(&greetings[1], &WITHDRAWN).await;
    let next = trial.store.next_due().await.expect("next_due");
    assert_eq!(next, NextDue::default());
}

pub async fn a_claimed_message_is_next_due_when_its_lease_runs_out(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = trial.waiting(1).await.facts.id;
    assert_eq!(trial.next_due(Lane::Transactional).await, Some(START));
    trial.pass(TimeDelta::seconds(1));
    let claimed = trial.claim_one(id).await;
    let lease_end = Some(trial.now() + LEASE);
    assert_eq!(trial.next_due(Lane::Transactional).await, lease_end);
    let claimed = trial.begun(claimed).await;
    assert_eq!(trial.next_due(Lane::Transactional).await, lease_end);
    trial.settle(&claimed, &Event::OutcomeUnknown).await;
    let look = trial.now() + TimeDelta::minutes(1);
    assert_eq!(trial.next_due(Lane::Transactional).await, Some(look));
}

pub async fn what_is_owed_is_counted_by_what_it_waits_for(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let counts = async || {
        let Owed { waiting, in_doubt, watched } = trial.store.owed().await.expect("owed");
        (waiting, in_doubt, watched)
    };
    assert_eq!(counts().await, (0, 0, 0));
    trial.waiting(1).await;
    let message = trial.waiting(2).await;
    let claimed = trial.claim_one(message.facts.id).await;
    assert_eq!(counts().await, (2, 0, 0), "a claim changes nothing");
    let claimed = trial.begun(claimed).await;
    assert_eq!(counts().await, (1, 1, 0), "an open attempt is in doubt");
    trial.settle(&claimed, &Event::OutcomeUnknown).await;
    assert_eq!(counts().await, (1, 1, 0));
    trial.sent(3).await;
    assert_eq!(counts().await, (1, 1, 1));
    let last = trial.sending(4).await;
    trial.settle(&last, &refused(Disposition::Permanent)).await;
    assert_eq!(counts().await, (1, 1, 1), "what is over is owed nothing");
}

pub async fn siblings_are_the_recent_attempts_to_the_number(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let (number, key) = (fixtures::number(1), fixtures::number_key(1));
    let to_number = async |seed, outcome: &Event, id: Option<&str>| {
        let message = fixtures::new_message(seed, trial.now())
            .with_facts(|facts| Facts { whatsapp_number: number.as_str().into(), ..facts });
        trial.enqueue(std::slice::from_ref(&message)).await;
        let claimed = trial.claim_one(message.facts.id).await;
        let started_at = trial.now();
        let claimed = trial.begun(claimed).await;
        let mut settlement = trial.settlement(&claimed, outcome);
        if let Some(attempt) = &mut settlement.attempt {
            attempt.gateway_id = id.map(str::to_owned);
        }
        trial.settle_as(&settlement).await;
        trial.pass(TimeDelta::minutes(1));
        Sibling {
            message_id: message.facts.id,
            no: 1,
            number: message.facts.whatsapp_number,
            text: SentText::of(message.facts.text.as_str()),
            via: None,
            started_at,
            outcome: settlement.attempt.and_then(|attempt| attempt.outcome),
            gateway_id: id.map(str::to_owned),
        }
    };
    to_number(1, &Event::Accepted, Some("G-1")).await;
    let since = trial.now();
    let mut expected = vec![
        to_number(2, &Event::Accepted, Some("G-2")).await,
        to_number(3, &refused(Disposition::Permanent), None).await,
        to_number(4, &Event::OutcomeUnknown, None).await,
    ];
    trial.sending(5).await; // To another number.
    let waiting = fixtures::new_message(6, trial.now())
        .with_facts(|facts| Facts { whatsapp_number: number.as_str().into(), ..facts });
    trial.enqueue(&[waiting]).await; // Without an attempt.

    let mut siblings = trial.store.siblings(&key, since, &[]).await.expect("siblings");
    siblings.sort_by_key(|sibling| sibling.message_id);
    expected.sort_by_key(|sibling| sibling.message_id);
    assert_eq!(siblings, expected);
    assert_eq!(
        expected.iter().filter(|s| s.outcome.is_none()).count(),
        1,
        "the unknown one is open"
    );
    let later = trial.store.siblings(&key, since + MICROSECOND, &[]).await.expect("siblings");
    assert_eq!(later.len(), 2, "`since` is inclusive");
}

pub async fn siblings_are_found_by_what_variants_of_a_number_share(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let mut expected = Vec::new();
    for (seed, number) in (1..).zip(["+5531987654321", "+553187654321", "+5531987654322"]) {
        let message = fixtures::new_message(seed, trial.now())
            .with_facts(|facts| Facts { whatsapp_number: number.into(), ..facts });
        trial.enqueue(std::slice::from_ref(&message)).await;
        let claimed = trial.claim_one(message.facts.id).await;
        trial.begun(claimed).await;
        expected.push((message.facts.id, number.to_owned()));
    }
    expected.pop();
    let siblings = trial.store.siblings("55-87654321", START, &[]).await.expect("siblings");
    let mut found: Vec<_> = siblings
        .into_iter()
        .map(|sibling| (sibling.message_id, sibling.number.as_str().to_owned()))
        .collect();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

pub async fn owners_of_ids_are_siblings_whatever_their_number_and_age(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let mut ids = Vec::new();
    for seed in 1..=3 {
        let claimed = trial.sending(seed).await;
        let mut settlement = trial.settlement(&claimed, &Event::Accepted);
        if let Some(attempt) = &mut settlement.attempt {
            attempt.gateway_id = Some(format!("G-{seed}"));
        }
        trial.settle_as(&settlement).await;
        ids.push(claimed.lease.message_id);
    }
    trial.pass(TimeDelta::days(400));
    let since = trial.now();
    let ask = async |listed: &[&str], since| {
        let listed: Vec<String> = listed.iter().map(|id| (*id).to_owned()).collect();
        let key = fixtures::number_key(1);
        let siblings = trial.store.siblings(&key, since, &listed).await.expect("siblings");
        let mut found: Vec<_> = siblings
            .into_iter()
            .map(|sibling| (sibling.message_id, sibling.gateway_id.unwrap_or_default()))
            .collect();
        found.sort_unstable_by(|one, other| one.1.cmp(&other.1));
        found
    };
    let owner = |seed: usize| (ids[seed - 1], format!("G-{seed}"));
    assert_eq!(ask(&[], since).await, []);
    assert_eq!(ask(&["G-1", "G-3", "G-4"], since).await, [owner(1), owner(3)]);
    // A message that is found both ways is returned once.
    assert_eq!(ask(&["G-1", "G-2"], START).await, [owner(1), owner(2)]);
    // An id is compared as it is.
    assert_eq!(ask(&["g-1", "G-1 ", "", "G-\0", "%"], since).await, []);
}

pub async fn all_attempts_of_a_message_are_siblings(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let claimed = trial.sending(1).await;
    let id = claimed.lease.message_id;
    trial.settle(&claimed, &refused(Disposition::Transient)).await;
    trial.pass(TimeDelta::minutes(30));
    let claimed = trial.claim_one(id).await;
    trial.begun(claimed).await;
    let siblings = trial.store.siblings(&fixtures::number_key(1), START, &[]).await;
    let mut siblings: Vec<_> = siblings
        .expect("siblings")
        .into_iter()
        .map(|sibling| (sibling.no, sibling.outcome))
        .collect();
    siblings.sort_unstable();
    assert_eq!(siblings, [(1, Some(AttemptOutcome::Rejected)), (2, None)]);
}

/// Asks to reserve requests, 200 to 210 milliseconds apart.
fn wish(trial: &Trial, want: u32) -> Reserve {
    let (interval, jitter) = (TimeDelta::milliseconds(200), TimeDelta::milliseconds(10));
    let (now, elapsed, seen) = (trial.now(), trial.elapsed(), None);
    Reserve { now, elapsed, seen, want, interval, jitter }
}

pub async fn reservations_follow_the_accounts_rule(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let mut account = Account::default();
    for (millis, want) in [
        (0, 5),
        (0, 1),
        (209, 1),
        (1, 1),
        (213, 1),
        (200, 1),
        (206, 1),
        (10_000, 3),
        (250, 0),
        (1, 2),
    ] {
        trial.pass(TimeDelta::milliseconds(millis));
        let reserve = wish(&trial, want);
        let expected = account.reserve(&reserve);
        let granted = trial.store.reserve(&reserve).await.expect("reserve");
        assert_eq!(granted, expected);
    }
    let unlimited = Reserve { interval: TimeDelta::zero(), ..wish(&trial, 7) };
    let granted = trial.store.reserve(&unlimited).await.expect("reserve");
    assert_eq!(granted.granted, 7);
}

pub async fn the_account_reads_as_it_was_left(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let read = async || trial.store.account().await.expect("account");
    let mut account = Account::default();
    assert_eq!(read().await, account);
    for millis in [0, 7, 900] {
        trial.pass(TimeDelta::milliseconds(millis));
        let reserve = wish(&trial, 2);
        let expected = account.reserve(&reserve);
        let granted = trial.store.reserve(&reserve).await.expect("reserve");
        assert_eq!(granted, expected);
        for _ in 0..2 {
            assert_eq!(read().await, account, "reading reserves nothing");
        }
    }
    let paused = change(&trial, stop(PauseReason::Outage, "No answer")).await.account;
    assert!(paused.pause.is_some());
    assert_eq!(read().await, paused);
    let lifted = change(&trial, LIFT).await.account;
    assert_eq!(lifted.pause, None);
    assert_eq!(read().await, lifted);
}

pub async fn concurrent_reservations_share_one_rate(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let reserves: Vec<_> = (0..32)
        .map(|_| {
            let (store, reserve) = (Arc::clone(&trial.store), wish(&trial, 1));
            tokio::spawn(async move { store.reserve(&reserve).await })
        })
        .collect();
    let mut granted = 0;
    for reserve in reserves {
        let reservation = reserve.await.expect("no panic").expect("reserve");
        granted += reservation.granted;
    }
    assert_eq!(granted, 1);
}

/// Reserves for a process with an elapsed time of its own, which knows its last answer.
async fn granted_to(trial: &Trial, base: &[u8], seen: &mut Option<SeenSlot>) -> u32 {
    let elapsed = Elapsed { base: TimeBase::own(base), ..trial.elapsed() };
    let reserve = Reserve { elapsed, seen: *seen, ..wish(trial, 1) };
    let mut answer = trial.store.reserve(&reserve).await.expect("reserve");
    *seen = answer.heard(&reserve, elapsed);
    answer.granted
}

pub async fn a_slot_binds_wherever_the_wall_clock_is_set(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let granted = async || trial.store.reserve(&wish(&trial, 1)).await.expect("reserve").granted;
    for by in [1, -2, 1].map(TimeDelta::hours) {
        assert_eq!(granted().await, 1);
        trial.clock.jump_wall_clock(by);
        assert_eq!(granted().await, 0);
        trial.clock.pass_unseen(TimeDelta::milliseconds(210) - MICROSECOND);
        assert_eq!(granted().await, 0);
        trial.clock.pass_unseen(MICROSECOND);
    }
}

pub async fn a_slot_of_another_base_binds_for_an_interval_from_its_first_sight(
    store: Arc<dyn Store>,
) {
    let trial = Trial::new(store);
    let (mut one, mut other) = (None, None);
    assert_eq!(granted_to(&trial, b"one", &mut one).await, 1);
    for _ in 0..2 {
        trial.pass(TimeDelta::hours(1));
        assert_eq!(granted_to(&trial, b"other", &mut other).await, 0, "whatever its number is");
        trial.pass(TimeDelta::milliseconds(200) - MICROSECOND);
        assert_eq!(granted_to(&trial, b"other", &mut other).await, 0);
        // The process of the slot's base goes on, and the other's wait begins again.
        assert_eq!(granted_to(&trial, b"one", &mut one).await, 1);
        trial.pass(MICROSECOND);
    }
    assert_eq!(granted_to(&trial, b"other", &mut other).await, 0);
    trial.pass(TimeDelta::milliseconds(200));
    assert_eq!(granted_to(&trial, b"other", &mut other).await, 1, "nobody stands still");
    trial.pass(TimeDelta::hours(1));
    assert_eq!(granted_to(&trial, b"one", &mut one).await, 0);
}

pub async fn a_slot_far_ahead_binds_for_an_interval_from_its_first_sight(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let last = Elapsed { micros: i64::MAX, ..trial.elapsed() };
    let first = trial.store.reserve(&Reserve { elapsed: last, ..wish(&trial, 1) }).await;
    assert_eq!(first.expect("reserve").granted, 1);
    let wished = wish(&trial, 1);
    let mut answer = trial.store.reserve(&wished).await.expect("reserve");
    assert_eq!((answer.granted, answer.foreign), (0, Some(last)));
    let seen = answer.heard(&wished, wished.elapsed);
    trial.pass(TimeDelta::milliseconds(200));
    let answer = trial.store.reserve(&Reserve { seen, ..wish(&trial, 1) }).await;
    assert_eq!(answer.expect("reserve").granted, 1);
}

pub async fn a_paused_account_grants_nothing_until_the_pauses_end_has_passed(
    store: Arc<dyn Store>,
) {
    let trial = Trial::new(store);
    let mut seen = None;
    for reason in PauseReason::ALL {
        let pause = change(&trial, stop(*reason, "No")).await.account.pause.expect("it is paused");
        let mut granted = 0;
        for turn in 0..3 {
            let wished = Reserve { seen, ..wish(&trial, 1) };
            let mut answer = trial.store.reserve(&wished).await.expect("reserve");
            // While a person holds the account, looks and status questions go on under the same
            // rate limit.
            if turn == 0 && *reason != PauseReason::Held {
                assert_eq!((answer.granted, answer.again_at), (0, pause.until));
            }
            granted += answer.granted;
            assert_eq!(answer.pause.as_ref(), Some(&pause));
            seen = answer.heard(&wished, wished.elapsed);
            // Once the pause's end has passed, a request is granted for the one message that is let
            // through.
            trial.pass(TimeDelta::minutes(6));
        }
        assert!((1..=2).contains(&granted), "{reason}: {granted}");
        change(&trial, LIFT).await;
    }
    let wished = wish(&trial, 1);
    let mut answer = trial.store.reserve(&wished).await.expect("reserve");
    assert_eq!((answer.granted, &answer.pause), (0, &None), "one message was let through");
    let seen = answer.heard(&wished, wished.elapsed);
    trial.pass(TimeDelta::milliseconds(200));
    let answer = trial.store.reserve(&Reserve { seen, ..wish(&trial, 1) }).await;
    assert_eq!(answer.expect("reserve").granted, 1);
}

pub async fn a_pause_keeps_the_slots(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let first = trial.store.reserve(&wish(&trial, 1)).await;
    assert_eq!(first.expect("reserve").granted, 1);
    change(&trial, stop(PauseReason::RateLimited, "Too many requests")).await;
    change(&trial, LIFT).await;
    let second = trial.store.reserve(&wish(&trial, 1)).await;
    assert_eq!(second.expect("reserve").granted, 0, "the slot is still taken");
}
