//! Cases for the queue of failure notices.

use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_core::message::{
    Class, Event, Facts, FailureKind, MessageKey, NewMessage, Part, Progress, Reported, State,
    StateRow,
};
use whatsapp_core::port::{
    Amendment, Claimed, Collect, Collected, Digest, DigestMark, Lane, Notice, Store, random,
};
use whatsapp_core::{DigestId, MessageId, Private};

use super::trial::{LEASE, MICROSECOND, Trial};
use crate::fixtures::{self, START};

/// A collect that may start a digest, by a process that knows of `newest_known`.
pub(super) fn collect_of(trial: &Trial, newest_known: Option<DigestId>) -> Collect {
    Collect {
        id: DigestId::new(trial.now(), random(&trial.entropy)),
        token: trial.token(),
        now: trial.now(),
        lease: LEASE,
        newest_known,
        may_start: true,
    }
}

async fn collect(trial: &Trial, collect: &Collect) -> Option<Collected> {
    trial.store.collect(collect).await.expect("collect")
}

/// Collects as a process that knows of every digest in the store.
async fn collect_all(trial: &Trial) -> Option<Collected> {
    let newest = marks(trial).await.first().map(|mark| mark.id);
    collect(trial, &collect_of(trial, newest)).await
}

async fn marks(trial: &Trial) -> Vec<DigestMark> {
    trial.store.digests(100).await.expect("digests")
}

async fn mark_sent(trial: &Trial, collected: &Collected) -> bool {
    let (id, token) = (collected.digest.id, collected.token);
    let marked = trial.store.mark_sent(id, token, trial.now()).await;
    marked.expect("mark_sent")
}

fn messages(digest: &Digest) -> Vec<MessageId> {
    digest.notices.iter().map(|n| n.message_id).collect()
}

pub async fn nothing_is_collected_when_nothing_is_owed(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    trial.sent(1).await;
    assert_eq!(trial.notices_owed().await, 0);
    assert_eq!(collect_all(&trial).await, None);
    assert_eq!(marks(&trial).await, []);
}

pub async fn a_notice_tells_all_about_the_failure(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let subject = Some("INV-2026-0042".to_owned());
    let refused =
        fixtures::refused_message(1, START).with_facts(|facts| Facts { subject, ..facts });
    trial.enqueue(std::slice::from_ref(&refused)).await;
    trial.pass(TimeDelta::seconds(1));
    let id = trial.failed(2).await;
    let failed = trial.message(id).await;
    let failed_at = trial.now();
    trial.pass(TimeDelta::seconds(1));

    let asked = collect_of(&trial, None);
    let collected = collect(&trial, &asked).await.expect("two notices are owed");
    let told = |new: NewMessage, failed_at| Notice {
        message_id: new.facts.id,
        subject: new.facts.subject,
        customer_id: Some(new.facts.customer_id),
        customer_name: new.facts.customer_name,
        whatsapp_number: new.facts.whatsapp_number,
        message_type: new.facts.message_type,
        trigger: new.facts.trigger,
        failure: new.state.failure.expect("it failed"),
        failed_at,
        retry_count: new.state.retry_count,
    };
    let expected = Collected {
        digest: Digest {
            id: asked.id,
            created_at: asked.now,
            notices: vec![told(refused, START), told(fixtures::as_new(failed), failed_at)],
            told: vec![],
        },
        token: asked.token,
    };
    assert_eq!(collected, expected);
    assert_eq!(
        marks(&trial).await,
        [DigestMark { id: asked.id, created_at: asked.now, sent_at: None }]
    );
}

/// Retries a failed message, as a manager does, and returns its new claim.
async fn retried(trial: &Trial, id: MessageId) -> Claimed {
    let failed = trial.message(id).await;
    trial.pass(TimeDelta::minutes(1));
    let again = Progress {
        state: State::Retrying {
            at: trial.now(),
            why: fixtures::failure(FailureKind::Undelivered),
        },
        part: Part::Whole,
        posts: 1,
        free_posts: 0,
        class: Class::Transactional,
    };
    let amendment = Amendment {
        message_id: id,
        seen: failed.updated_at,
        state: StateRow::of(&again),
        reschedule: None,
        at: trial.now(),
        elapsed: trial.elapsed(),
        audit: None,
    };
    trial.store.amend(&amendment).await.expect("amend");
    let claimed = trial.claim_one(id).await;
    trial.begun(claimed).await
}

pub async fn a_notice_stays_as_it_was_when_the_message_goes_on(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = trial.failed(1).await;
    let failed_at = trial.now();
    let failure = trial.message(id).await.state.failure;
    retried(&trial, id).await;

    assert_eq!(trial.notices_owed().await, 1);
    let collected = collect_all(&trial).await.expect("a notice is owed");
    let notice = &collected.digest.notices[0];
    assert_eq!(Some(&notice.failure), failure.as_ref());
    assert_eq!((notice.failed_at, notice.retry_count), (failed_at, 0));
}

/// A message that was refused under a key of its own, which leaves the plain key to its corrected
/// form.
fn refused_before(corrected: &NewMessage, seed: u64) -> NewMessage {
    let refused = fixtures::refused_message(seed, START);
    let key = corrected.facts.key.refused(&refused.facts.fingerprint);
    refused.with_facts(|facts| Facts { key, ..facts })
}

pub async fn what_was_mended_before_it_was_told_is_not_told(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let sent = trial.failed(1).await;
    let claimed = retried(&trial, sent).await;
    trial.settle_as(&trial.accepted(&claimed, "G-1")).await;
    let lost = trial.failed(2).await;
    let resend = fixtures::new_message(3, START)
        .with_facts(|facts| Facts { resend_of: Some(lost), ..facts });
    let corrected = fixtures::new_message(4, START);
    let refused = refused_before(&corrected, 5);
    let short = MessageKey::new("k").expect("it is a key");
    let still =
        fixtures::refused_message(6, START).with_facts(|facts| Facts { key: short, ..facts });
    trial.enqueue(&[refused, still.clone()]).await;
    assert_eq!(trial.notices_owed().await, 3, "that of the one that was sent is left out");
    trial.enqueue(&[resend, corrected]).await;
    assert_eq!(trial.notices_owed().await, 1);
    let collected = collect_all(&trial).await.expect("one is owed");
    assert_eq!(messages(&collected.digest), [still.facts.id]);
    assert!(mark_sent(&trial, &collected).await);
    assert_eq!(trial.notices_owed().await, 0);
    assert_eq!(collect_all(&trial).await, None);
}

pub async fn what_failed_in_a_failed_ones_place_is_told_beside_it(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let corrected = fixtures::refused_message(1, START);
    let refused = refused_before(&corrected, 2);
    let first = trial.failed(3).await;
    let resend = fixtures::refused_message(4, START)
        .with_facts(|facts| Facts { resend_of: Some(first), ..facts });
    trial.enqueue(&[refused, corrected, resend]).await;
    assert_eq!(trial.notices_owed().await, 4);
    let collected = collect_all(&trial).await.expect("they are owed");
    assert_eq!(collected.digest.notices.len(), 4);
}

pub async fn what_was_mended_leaves_a_digest_that_nobody_has_yet(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let [mended, still] = [trial.failed(1).await, trial.failed(2).await];
    let first = collect_all(&trial).await.expect("two are owed");
    assert_eq!(first.digest.notices.len(), 2);
    let claimed = retried(&trial, mended).await;
    trial.settle_as(&trial.accepted(&claimed, "G-1")).await;
    assert_eq!(trial.notices_owed().await, 1);
    trial.pass(LEASE);
    let again = collect_all(&trial).await.expect("it is owed again");
    assert_eq!((again.digest.id, messages(&again.digest)), (first.digest.id, vec![still]));
    // All of its messages are mended: an empty digest, for which no mail is sent.
    let claimed = retried(&trial, still).await;
    trial.settle_as(&trial.accepted(&claimed, "G-2")).await;
    trial.pass(LEASE);
    assert_eq!(trial.notices_owed().await, 0);
    let empty = collect_all(&trial).await.expect("it was never marked as sent");
    assert_eq!(messages(&empty.digest), []);
}

pub async fn what_fails_again_after_it_was_mended_is_told(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = trial.failed(1).await;
    let claimed = retried(&trial, id).await;
    trial.settle_as(&trial.accepted(&claimed, "G-1")).await;
    let other = trial.failed(2).await;
    let told = collect_all(&trial).await.expect("the other's is owed");
    assert_eq!(messages(&told.digest), [other]);
    assert!(mark_sent(&trial, &told).await);

    trial.pass(TimeDelta::minutes(5));
    let claimed = trial.claim_one_in(Lane::Watch, id).await;
    let settlement = trial.settle(&claimed, &Event::Reported(Reported::NotOnWhatsApp)).await;
    assert!(settlement.state.failed_for_good().is_some());
    assert_eq!(trial.notices_owed().await, 1, "nobody was told of it before");
    let told = collect_all(&trial).await.expect("it is owed");
    assert_eq!(messages(&told.digest), [id]);
    assert_eq!(told.digest.notices[0].failure.reason, "The number is not on WhatsApp.");
}

pub async fn a_notice_is_in_exactly_one_digest(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let mut first = Vec::new();
    for seed in 0..3 {
        first.push(trial.failed(seed).await);
        trial.pass(TimeDelta::seconds(1));
    }
    let one = collect_all(&trial).await.expect("three notices are owed");
    assert_eq!(messages(&one.digest), first, "in order of failure");
    // The first digest is under way; later failures go into another one.
    let later = trial.failed(9).await;
    let other = collect_all(&trial).await.expect("a new notice is owed");
    assert_eq!(messages(&other.digest), [later]);
    assert_ne!(one.digest.id, other.digest.id);
    assert_eq!(collect_all(&trial).await, None);
    assert_eq!(trial.notices_owed().await, 4, "none was sent yet");
}

pub async fn concurrent_collects_share_no_notice(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let mut failed = Vec::new();
    for seed in 0..5 {
        failed.push(trial.failed(seed).await);
    }
    let collects: Vec<_> = (0..12)
        .map(|_| {
            let trial = trial.clone();
            tokio::spawn(async move { collect(&trial, &collect_of(&trial, None)).await })
        })
        .collect();
    let mut collected = Vec::new();
    for collect in collects {
        collected.extend(collect.await.expect("no panic"));
    }
    assert_eq!(collected.len(), 1, "the others knew of no digest");
    let mut told = messages(&collected[0].digest);
    told.sort_unstable();
    failed.sort_unstable();
    assert_eq!(told, failed);
}

pub async fn nothing_new_is_put_together_behind_anothers_back(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    trial.failed(1).await;
    let one = collect_all(&trial).await.expect("a notice is owed");
    assert!(mark_sent(&trial, &one).await);
    trial.failed(2).await;
    // This process decided before the first digest was there.
    assert_eq!(collect(&trial, &collect_of(&trial, None)).await, None);
    let unknown = collect_of(&trial, None).id;
    assert_eq!(collect(&trial, &collect_of(&trial, Some(unknown))).await, None);
    let informed = collect_of(&trial, Some(one.digest.id));
    assert!(collect(&trial, &informed).await.is_some());
}

pub async fn nothing_new_is_put_together_unless_it_may_be(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    trial.failed(1).await;
    let may_not = Collect { may_start: false, ..collect_of(&trial, None) };
    assert_eq!(collect(&trial, &may_not).await, None);
    assert_eq!(marks(&trial).await, []);
    assert_eq!(trial.notices_owed().await, 1);
}

pub async fn an_unsent_digest_comes_again_as_it_was_after_its_lease(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    trial.failed(1).await;
    let first = collect_all(&trial).await.expect("a notice is owed");
    trial.failed(2).await;
    trial.pass(LEASE - MICROSECOND);
    let may_not = |collect| Collect { may_start: false, ..collect };
    let early = may_not(collect_of(&trial, Some(first.digest.id)));
    assert_eq!(collect(&trial, &early).await, None, "another process has it");
    trial.pass(MICROSECOND);
    // The old digest is taken up before a new one is put together, whatever the caller knows.
    let late = collect_of(&trial, None);
    let again = collect(&trial, &late).await.expect("it is owed again");
    assert_eq!(again.digest, first.digest, "the same e-mail");
    assert_eq!(again.token, late.token);
    assert!(!mark_sent(&trial, &first).await, "the first claim was lost");
    assert!(mark_sent(&trial, &again).await);
    assert_eq!(trial.notices_owed().await, 1, "the second failure's");
}

pub async fn only_the_newest_claim_marks_a_digest_as_sent(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    trial.failed(1).await;
    let collected = collect_all(&trial).await.expect("a notice is owed");
    let stranger = Collected { token: trial.token(), ..collected.clone() };
    assert!(!mark_sent(&trial, &stranger).await);
    assert_eq!(marks(&trial).await[0].sent_at, None);
    let unknown = collect_of(&trial, None).id;
    let marked = trial.store.mark_sent(unknown, collected.token, trial.now()).await;
    assert!(!marked.expect("mark_sent"));

    trial.pass(TimeDelta::seconds(3));
    assert!(mark_sent(&trial, &collected).await);
    assert_eq!(marks(&trial).await[0].sent_at, Some(trial.now()));
    assert_eq!(trial.notices_owed().await, 0);
    trial.pass(LEASE * 2);
    assert_eq!(collect_all(&trial).await, None, "it is not sent again");
}

async fn mark_told(trial: &Trial, collected: &Collected, told: &[&str], at: TimeDelta) -> bool {
    let (id, token) = (collected.digest.id, collected.token);
    let told: Vec<Private> = told.iter().map(|&one| one.into()).collect();
    let marked = trial.store.mark_told(id, token, &told, trial.now() + at).await;
    marked.expect("mark_told")
}

pub async fn a_digest_that_some_have_comes_again_for_the_others(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    trial.failed(1).await;
    let first = collect_all(&trial).await.expect("a notice is owed");
    assert!(first.digest.told.is_empty());
    let wait = TimeDelta::minutes(15);
    let two = ["asha@example.com", "मीरा@example.com"];
    assert!(mark_told(&trial, &first, &two[..1], wait).await);
    assert!(!mark_told(&trial, &first, &two, wait).await, "the claim ended with it");
    assert!(!mark_sent(&trial, &first).await);
    assert_eq!(trial.notices_owed().await, 1, "others do not have it");
    assert_eq!(marks(&trial).await[0].sent_at, None);

    trial.pass(wait - MICROSECOND);
    assert_eq!(collect_all(&trial).await, None, "it rests");
    trial.pass(MICROSECOND);
    let again = collect_all(&trial).await.expect("it is owed to others");
    let told = vec![two[0].into()];
    assert_eq!(again.digest, Digest { told, ..first.digest });
    assert_eq!(collect_all(&trial).await, None, "another process has it");
    // If the process dies over it, the digest is still owed to the same recipients.
    trial.pass(LEASE);
    let after = collect_all(&trial).await.expect("the claim ran out");
    assert_eq!(after.digest, again.digest);
    assert!(!mark_told(&trial, &again, &two, wait).await, "the claim was lost");
    assert!(mark_told(&trial, &after, &two, wait).await);
    trial.pass(wait);
    let last = collect_all(&trial).await.expect("it is still owed to somebody");
    assert_eq!(last.digest.told, two.map(Private::from));
    assert!(mark_sent(&trial, &last).await);
    trial.pass(wait);
    assert_eq!((collect_all(&trial).await, trial.notices_owed().await), (None, 0));
}

pub async fn a_digest_that_some_have_holds_up_nothing_new(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    trial.failed(1).await;
    let old = collect_all(&trial).await.expect("a notice is owed");
    assert!(mark_told(&trial, &old, &["asha@example.com"], TimeDelta::minutes(5)).await);
    trial.pass(TimeDelta::hours(1));
    let later = trial.failed(2).await;
    let new = collect_all(&trial).await.expect("a notice is owed");
    assert_eq!(messages(&new.digest), [later]);
    let rest = collect_all(&trial).await.expect("the old one is owed to others");
    assert_eq!(rest.digest.id, old.digest.id);
}

pub async fn a_rest_from_a_clock_that_was_set_back_is_over(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    trial.failed(1).await;
    let old = collect_all(&trial).await.expect("a notice is owed");
    assert!(mark_told(&trial, &old, &["asha@example.com"], TimeDelta::days(4_000)).await);
    let again = collect_all(&trial).await.expect("it is owed to others");
    assert_eq!(again.digest.id, old.digest.id);
}

pub async fn digests_come_newest_first(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let mut ids = Vec::new();
    for seed in 0..4 {
        trial.failed(seed).await;
        let collected = collect_all(&trial).await.expect("a notice is owed");
        assert!(mark_sent(&trial, &collected).await);
        ids.push(collected.digest.id);
        trial.pass(TimeDelta::minutes(1));
    }
    ids.reverse();
    let newest = trial.store.digests(3).await.expect("digests");
    let newest: Vec<_> = newest.iter().map(|mark| mark.id).collect();
    assert_eq!(newest, ids[..3]);
}

pub async fn a_thousand_failures_fit_into_one_digest(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let messages: Vec<_> = (0..1_000).map(|seed| fixtures::refused_message(seed, START)).collect();
    trial.enqueue(&messages).await;
    assert_eq!(trial.notices_owed().await, 1_000);
    let collected = collect_all(&trial).await.expect("notices are owed");
    assert_eq!(collected.digest.notices.len(), 1_000);
    assert!(mark_sent(&trial, &collected).await);
    assert_eq!(trial.notices_owed().await, 0);
}
