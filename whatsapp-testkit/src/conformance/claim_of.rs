//! Claims of one kind of messages: looks, or sends.

use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_core::MessageId;
use whatsapp_core::message::{Event, Step};
use whatsapp_core::port::{Claim, ClaimOf, Claimed, Lane, Store};

use super::trial::Trial;

pub async fn a_claim_of_looks_gives_what_is_to_be_looked_up_and_nothing_else(
    store: Arc<dyn Store>,
) {
    let trial = Trial::new(store);
    let mut doubts = Vec::new();
    for seed in 1..4 {
        let claimed = trial.sending(seed).await;
        trial.settle(&claimed, &Event::OutcomeUnknown).await;
        doubts.push(claimed.lease.message_id);
        trial.pass(TimeDelta::seconds(1));
    }
    // Messages that no look is for: one waits, one is watched, and one was left open by a crash.
    let waiting = trial.waiting(4).await.facts.id;
    trial.sent(5).await;
    trial.sending(6).await;
    assert_eq!(looks(&trial, trial.claim_of(Lane::Transactional)).await, [], "none is due");
    trial.pass(TimeDelta::hours(1));
    let all = trial.claim_of(Lane::Transactional);
    assert_eq!(looks(&trial, Claim { lane: Lane::Watch, ..all.clone() }).await, []);
    assert_eq!(looks(&trial, Claim { lane: Lane::Bulk, ..all.clone() }).await, []);
    let first = looks(&trial, Claim { limit: 1, ..all.clone() }).await;
    assert_eq!(first.iter().map(|one| one.lease.message_id).collect::<Vec<_>>(), doubts[..1]);
    assert_eq!(first[0].step, Step::Look);
    let only = Claim { only: Some(doubts[2]), ..all.clone() };
    let only = looks(&trial, only).await;
    assert_eq!(only.iter().map(|one| one.lease.message_id).collect::<Vec<_>>(), doubts[2..]);
    let excluding = vec![doubts[1]];
    assert_eq!(looks(&trial, Claim { excluding, ..all.clone() }).await, []);
    let waiting = Claim { only: Some(waiting), ..all.clone() };
    assert_eq!(looks(&trial, waiting).await, [], "it waits, and not for a look");
    let rest = looks(&trial, all).await;
    assert_eq!(rest.iter().map(|one| one.lease.message_id).collect::<Vec<_>>(), doubts[1..2]);
}

async fn looks(trial: &Trial, claim: Claim) -> Vec<Claimed> {
    trial.claim_with(Claim { of: ClaimOf::Looks, ..claim }).await
}

pub async fn a_claim_of_sends_gives_what_has_no_attempt_open(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    // Ahead of the queue: a message of unknown outcome, and an attempt that a crash left open.
    let doubt = trial.sending(1).await;
    trial.settle(&doubt, &Event::OutcomeUnknown).await;
    trial.sending(2).await;
    trial.sent(3).await;
    trial.pass(TimeDelta::hours(1));
    let all = Claim { of: ClaimOf::Sends, ..trial.claim_of(Lane::Transactional) };
    assert_eq!(trial.claim_with(all.clone()).await, [], "each has an attempt, or was sent");
    let mut waiting = Vec::new();
    for seed in 4..8 {
        waiting.push(trial.waiting(seed).await.facts.id);
        trial.pass(TimeDelta::seconds(1));
    }
    let all = Claim { of: ClaimOf::Sends, ..trial.claim_of(Lane::Transactional) };
    assert_eq!(trial.claim_with(Claim { lane: Lane::Watch, ..all.clone() }).await, []);
    assert_eq!(trial.claim_with(Claim { lane: Lane::Bulk, ..all.clone() }).await, []);
    let only = Claim { only: Some(doubt.lease.message_id), ..all.clone() };
    assert_eq!(trial.claim_with(only).await, [], "it waits for a look");
    let ids = |claimed: Vec<Claimed>| -> Vec<MessageId> {
        claimed.iter().map(|one| one.lease.message_id).collect()
    };
    let first = Claim { limit: 1, token: trial.token(), ..all.clone() };
    assert_eq!(ids(trial.claim_with(first).await), waiting[..1]);
    let only = Claim { only: Some(waiting[2]), token: trial.token(), ..all.clone() };
    assert_eq!(ids(trial.claim_with(only).await), waiting[2..3]);
    let excluding = Claim { excluding: vec![waiting[1]], token: trial.token(), ..all.clone() };
    assert_eq!(ids(trial.claim_with(excluding).await), waiting[3..]);
    let rest = trial.claim_with(Claim { token: trial.token(), ..all }).await;
    assert_eq!(ids(rest), waiting[1..2]);
}
