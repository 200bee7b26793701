//! Cases for elapsed time: leases, begins and looks that no correction of the wall clock moves.

use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_core::message::{Event, FailureKind, HeldFor, Progress, State, StateRow};
use whatsapp_core::port::{
    Amended, Amendment, Begin, Begun, Claim, Claimed, LEASE_HORIZON, Lane, Redate, Settled, Store,
};
use whatsapp_core::time::{Elapsed, TimeBase};

use super::trial::{LEASE, MICROSECOND, Trial};
use crate::fixtures;

const HOURS: TimeDelta = TimeDelta::hours(2);

/// An elapsed time that cannot be compared with the trial's, whatever its number.
fn elsewhere(trial: &Trial) -> Elapsed {
    Elapsed { base: TimeBase::own(b"elsewhere"), ..trial.elapsed() }
}

/// A claim of all owed messages, by another base.
fn claim_elsewhere(trial: &Trial) -> Claim {
    Claim { elapsed: elsewhere(trial), ..trial.claim_of(Lane::Transactional) }
}

pub async fn a_lease_outlives_a_wall_clock_that_is_set_ahead(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = trial.waiting(1).await.facts.id;
    trial.claim_one(id).await;
    trial.clock.jump_wall_clock(HOURS);
    assert_eq!(trial.claim().await, []);
    trial.clock.pass_unseen(LEASE - MICROSECOND);
    assert_eq!(trial.claim().await, []);
    trial.clock.pass_unseen(MICROSECOND);
    assert_eq!(trial.claim_one(id).await.expired_leases, 1);
}

pub async fn a_lease_runs_out_although_the_wall_clock_is_set_back(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    // Set back by no more than a slow clock may be, and far more.
    for (seed, back) in [(1, TimeDelta::minutes(5)), (2, HOURS)] {
        let id = trial.waiting(seed).await.facts.id;
        trial.clock.jump_wall_clock(back);
        trial.claim_one(id).await;
        trial.clock.jump_wall_clock(-back);
        assert_eq!(trial.claim().await, []);
        trial.pass(LEASE);
        let claimed = trial.claim_one(id).await;
        assert_eq!(claimed.expired_leases, 1);
        let claimed = trial.begun(claimed).await;
        trial
            .settle(&claimed, &super::trial::refused(whatsapp_core::retry::Disposition::Permanent))
            .await;
    }
}

pub async fn a_lease_of_another_base_runs_out_by_the_wall_clock(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = trial.waiting(1).await.facts.id;
    trial.claim_one(id).await;
    trial.clock.pass_unseen(LEASE * 2);
    assert_eq!(trial.claim_with(claim_elsewhere(&trial)).await, []);
    trial.clock.jump_wall_clock(LEASE);
    let claimed = trial.claim_with(claim_elsewhere(&trial)).await;
    assert_eq!(claimed.len(), 1);
    assert_eq!(claimed[0].expired_leases, 1);
}

pub async fn a_lease_of_another_base_beyond_the_horizon_counts_as_run_out(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let ahead = LEASE_HORIZON;
    for (seed, ahead, found) in [(1, ahead, 0), (2, ahead + MICROSECOND, 1)] {
        let id = trial.waiting(seed).await.facts.id;
        trial.clock.jump_wall_clock(ahead);
        trial.claim_one(id).await;
        trial.clock.jump_wall_clock(-ahead);
        let claim = Claim { only: Some(id), ..claim_elsewhere(&trial) };
        assert_eq!(trial.claim_with(claim).await.len(), found, "{ahead}");
    }
}

pub async fn what_is_excluded_is_never_claimed(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let (one, two, three) = (
        trial.waiting(1).await.facts.id,
        trial.waiting(2).await.facts.id,
        trial.waiting(3).await.facts.id,
    );
    trial.claim_one(one).await;
    trial.pass(LEASE);
    let excluding = vec![one, three, trial.message_id()];
    let claim =
        Claim { excluding: excluding.clone(), limit: 1, ..trial.claim_of(Lane::Transactional) };
    let claimed = trial.claim_with(claim).await;
    let ids: Vec<_> = claimed.iter().map(|c| c.lease.message_id).collect();
    assert_eq!(ids, [two], "what is excluded takes no place of the limit");
    for only in [one, three] {
        let excluding = excluding.clone();
        let claim = Claim { only: Some(only), excluding, ..trial.claim_of(Lane::Transactional) };
        assert_eq!(trial.claim_with(claim).await, []);
    }
    assert_eq!(trial.claim_one(one).await.expired_leases, 1);
    assert_eq!(trial.claim_one(three).await.expired_leases, 0);
}

pub async fn a_begin_goes_by_the_elapsed_time_of_its_lease(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let claimed = [trial.waiting(1).await, trial.waiting(2).await].map(|message| message.facts.id);
    let [one, two] = claimed;
    let (one, two) = (trial.claim_one(one).await, trial.claim_one(two).await);
    for by in [HOURS, -HOURS * 2, HOURS] {
        trial.clock.jump_wall_clock(by);
        let alien = Begin { elapsed: elsewhere(&trial), ..trial.begin_of(&one) };
        assert_eq!(trial.begin(alien).await, Begun::Fenced, "nobody can tell");
    }
    trial.clock.jump_wall_clock(HOURS);
    assert_eq!(trial.begin(trial.begin_of(&one)).await, Begun::Open);
    trial.clock.jump_wall_clock(-HOURS);
    trial.clock.pass_unseen(LEASE);
    assert_eq!(trial.begin(trial.begin_of(&two)).await, Begun::Fenced, "it has run out");
}

pub async fn an_amendment_goes_by_elapsed_time_where_it_can(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let amend = async |id, elapsed: Elapsed| {
        let seen = trial.message(id).await;
        let cancelled = State::Cancelled(whatsapp_core::message::CancelReason::Manager);
        let amendment = Amendment {
            message_id: id,
            seen: seen.updated_at,
            state: StateRow::of(&Progress::ended(cancelled)),
            reschedule: None,
            at: trial.now(),
            elapsed,
            audit: None,
        };
        trial.store.amend(&amendment).await.expect("amend")
    };
    let (one, two) = (trial.waiting(1).await.facts.id, trial.waiting(2).await.facts.id);
    trial.claim_one(one).await;
    trial.claim_one(two).await;
    trial.clock.jump_wall_clock(HOURS);
    assert_eq!(amend(one, trial.elapsed()).await, Amended::Stale, "it is held by elapsed time");
    assert_eq!(amend(two, elsewhere(&trial)).await, Amended::Done, "who knows but the wall clock");
    trial.clock.jump_wall_clock(-HOURS);
    trial.clock.pass_unseen(LEASE);
    assert_eq!(amend(one, elsewhere(&trial)).await, Amended::Stale);
    assert_eq!(amend(one, trial.elapsed()).await, Amended::Done);
}

/// A message whose look is due in one minute.
async fn checking(trial: &Trial, seed: u64) -> Claimed {
    let claimed = trial.sending(seed).await;
    let settlement = trial.settlement(&claimed, &Event::OutcomeUnknown);
    assert_eq!(trial.settle_as(&settlement).await, Settled::Done);
    claimed
}

async fn redate(trial: &Trial, elapsed: Elapsed) {
    let redate = Redate { now: trial.now(), elapsed, within: TimeDelta::minutes(30) };
    trial.store.redate(&redate).await.expect("redate");
}

pub async fn a_look_is_due_by_elapsed_time_after_the_wall_clock_was_set(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = checking(&trial, 1).await.lease.message_id;
    let minute = TimeDelta::minutes(1);
    for by in [-HOURS, HOURS * 2, -HOURS] {
        trial.clock.jump_wall_clock(by);
        redate(&trial, trial.elapsed()).await;
        assert_eq!(trial.next_due(Lane::Transactional).await, Some(trial.now() + minute));
    }
    trial.pass(TimeDelta::seconds(40));
    redate(&trial, trial.elapsed()).await;
    assert_eq!(
        trial.next_due(Lane::Transactional).await,
        Some(trial.now() + TimeDelta::seconds(20))
    );
    trial.pass(TimeDelta::seconds(20));
    trial.claim_one(id).await;
}

pub async fn a_look_of_another_base_never_waits_for_hours(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = checking(&trial, 1).await.lease.message_id;
    let due = trial.next_due(Lane::Transactional).await;
    redate(&trial, elsewhere(&trial)).await;
    assert_eq!(trial.next_due(Lane::Transactional).await, due, "it may be due then");
    trial.clock.jump_wall_clock(-HOURS);
    redate(&trial, elsewhere(&trial)).await;
    assert_eq!(trial.next_due(Lane::Transactional).await, Some(trial.now()));
    trial.claim_one(id).await;
}

pub async fn only_what_was_begun_is_redated(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let crashed = trial.sending(1).await.lease.message_id;
    trial.pass(LEASE);
    trial.clock.jump_wall_clock(HOURS);
    let waiting = trial.waiting(2).await;
    let watched = trial.sent(3).await;
    trial.clock.jump_wall_clock(-HOURS * 2);
    assert_eq!(trial.claim_ids().await, [], "all of it is due later");
    redate(&trial, trial.elapsed()).await;
    assert_eq!(trial.claim_ids().await, [crashed]);
    assert_eq!(trial.claim_with(trial.claim_of(Lane::Watch)).await, []);
    trial.pass(HOURS * 2);
    trial.claim_one(waiting.facts.id).await;
    trial.pass(TimeDelta::minutes(1));
    trial.claim_one_in(Lane::Watch, watched).await;
}

pub async fn what_waits_for_a_reason_is_made_due_and_nothing_else(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let later = trial.now() + HOURS * 2;
    let retrying = State::Retrying { at: later, why: fixtures::failure(FailureKind::Rejected) };
    let mut ids = Vec::new();
    for (seed, state, held_for) in [
        (1, State::Waiting { due: later }, HeldFor::Trial),
        (2, retrying, HeldFor::Trial),
        (3, State::Waiting { due: later }, HeldFor::Hours),
        (4, State::Waiting { due: trial.now() + HOURS / 2 }, HeldFor::Trial),
    ] {
        let claimed = trial.claim_one(trial.waiting(seed).await.facts.id).await;
        let progress = Progress { state, ..claimed.progress.clone() };
        let mut settlement = trial.settlement(&claimed, &Event::Postponed { until: later });
        settlement.state =
            StateRow::of(&progress).explained(Some(held_for), Some("It waits.".into()));
        assert_eq!(trial.settle_as(&settlement).await, Settled::Done);
        ids.push(claimed.lease.message_id);
    }
    let unheld = trial.waiting(5).await.facts.id;
    trial.pass(HOURS);
    let [waiting, retried, hours, due] = ids[..] else { unreachable!() };
    let before =
        [trial.message(hours).await, trial.message(due).await, trial.message(unheld).await];
    trial.store.make_due(HeldFor::Trial, trial.now()).await.expect("make due");
    let after = [trial.message(hours).await, trial.message(due).await, trial.message(unheld).await];
    assert_eq!(before, after, "nothing else");
    let state = trial.message(retried).await.state;
    assert_eq!(state.next_attempt_at, Some(trial.now()));
    for id in [waiting, retried] {
        assert_eq!(trial.message(id).await.state.held_for, Some(HeldFor::Trial), "it waits still");
        assert_eq!(trial.claim_one(id).await.due_at, trial.now());
    }
}
