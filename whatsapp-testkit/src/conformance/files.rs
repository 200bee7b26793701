//! Attached files: their links, messages in two parts, and evidence of fetches.

use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_core::message::{Event, MessageValues, NewMessage, Part, SentText, State};
use whatsapp_core::port::{Begin, Begun, Claimed, Fetch, MediaLink, Revision, Store};
use whatsapp_core::retry::Disposition;
use whatsapp_core::{MessageId, Private};

use super::trial::{Trial, WITHDRAWN, refused};
use crate::fixtures::{self, START};

async fn in_parts(trial: &Trial, seed: u64) -> NewMessage {
    let message = fixtures::message_in_parts(seed, trial.now());
    trial.enqueue(std::slice::from_ref(&message)).await;
    message
}

/// A message in two parts whose file the gateway took.
async fn with_file_sent(trial: &Trial, seed: u64) -> MessageId {
    let message = in_parts(trial, seed).await;
    let claimed = trial.claim_one(message.facts.id).await;
    let claimed = trial.begun(claimed).await;
    trial.settle_as(&trial.accepted(&claimed, &format!("F-{seed}"))).await;
    message.facts.id
}

async fn fetched(trial: &Trial, message_id: MessageId, bytes: u64) {
    let fetch = Fetch { message_id, at: trial.now(), bytes };
    trial.store.record_fetch(&fetch).await.expect("record_fetch");
}

pub async fn a_file_and_the_end_of_its_link_read_back(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let message = in_parts(&trial, 1).await;
    assert_eq!(fixtures::as_new(trial.message(message.facts.id).await), message);
    let claimed = trial.claim_one(message.facts.id).await;
    assert_eq!(claimed.attachment, message.facts.attachment);
    assert_eq!((claimed.created_at, claimed.progress.part), (message.facts.created_at, Part::File));
}

pub async fn attempts_say_which_part_they_sent(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let whole = trial.sent(1).await;
    let id = with_file_sent(&trial, 2).await;
    let claimed = trial.claim_one(id).await;
    trial.begun(claimed).await;
    let parts = |attempts: Vec<_>| -> Vec<Part> {
        attempts.iter().map(|attempt: &whatsapp_core::message::Attempt| attempt.part).collect()
    };
    assert_eq!(parts(trial.attempts(whole).await), [Part::Whole]);
    assert_eq!(parts(trial.attempts(id).await), [Part::File, Part::Text]);
}

pub async fn the_text_has_attempts_of_its_own_after_the_file(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = with_file_sent(&trial, 1).await;
    let message = trial.message(id).await;
    let parts = message.parts(trial.now());
    assert_eq!(
        parts.iter().map(|(part, phase)| (*part, phase.word())).collect::<Vec<_>>(),
        [(Part::File, "sent"), (Part::Text, "queued"),]
    );
    let claimed = trial.claim_one(id).await;
    let progress = &claimed.progress;
    assert_eq!((progress.part, progress.posts, progress.free_posts), (Part::Text, 1, 1));
    assert_eq!(progress.retry_count(), 0);
    let claimed = trial.begun(claimed).await;
    trial.settle(&claimed, &refused(Disposition::Permanent)).await;
    let failed = trial.message(id).await;
    let ended = failed.state.progress(failed.state.counts(&trial.attempts(id).await));
    let ended = ended.expect("the columns agree");
    assert_eq!((ended.part, ended.posts, ended.free_posts), (Part::Text, 2, 1));
    assert!(matches!(ended.state, State::Failed(_)));
}

pub async fn a_file_that_went_ahead_has_its_name_for_a_text_among_siblings(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = with_file_sent(&trial, 1).await;
    let claimed = trial.claim_one(id).await;
    trial.begun(claimed).await;
    let key = fixtures::number_key(1);
    let mut siblings = trial.store.siblings(&key, trial.now(), &[]).await.expect("siblings");
    siblings.sort_by_key(|sibling| sibling.no);
    let message = trial.message(id).await;
    let texts: Vec<_> = siblings.into_iter().map(|sibling| sibling.text).collect();
    let said = ["INV-1.pdf", message.facts.text.as_str()];
    assert_eq!(texts, said.map(SentText::of));
}

/// A revision with another link, number, text, values and version of the template.
fn revision(trial: &Trial, claimed: &Claimed) -> Revision {
    let link =
        MediaLink::new("https://media.example/again/INV-1.pdf", trial.now() + TimeDelta::hours(30));
    Revision {
        number: fixtures::number(77).into(),
        text: Private::new(format!("See {}", link.url)),
        values: Some(MessageValues::new([("invoiceLink", link.url.as_str())])),
        template_version: Some(9),
        link: Some(link),
        ..Revision::of(claimed)
    }
}

async fn claimed_in_parts(trial: &Trial) -> Claimed {
    let message = in_parts(trial, 1).await;
    trial.claim_one(message.facts.id).await
}

pub async fn a_revision_is_written_with_the_begin(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let claimed = claimed_in_parts(&trial).await;
    let mut begin = trial.begin_of(&claimed);
    let revision = revision(&trial, &claimed);
    let revised = revision.apply(&claimed);
    begin.revision = Some(revision);
    assert_eq!(trial.begin(begin).await, Begun::Open);
    let facts = trial.message(claimed.lease.message_id).await.facts;
    assert_eq!((facts.whatsapp_number, facts.text), (revised.whatsapp_number, revised.text));
    assert_eq!((facts.values, facts.attachment), (revised.values, revised.attachment));
    let template = (facts.template_id, facts.template_version);
    assert_eq!(template, (revised.template_id, revised.template_version));
}

pub async fn a_revision_without_a_link_keeps_the_file(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let claimed = claimed_in_parts(&trial).await;
    let mut begin = trial.begin_of(&claimed);
    let revision = Revision { link: None, ..revision(&trial, &claimed) };
    begin.revision = Some(revision.clone());
    assert_eq!(trial.begin(begin).await, Begun::Open);
    let facts = trial.message(claimed.lease.message_id).await.facts;
    assert_eq!((facts.text, facts.attachment), (revision.text, claimed.attachment));
}

pub async fn an_attempt_keeps_what_it_sent_whatever_changes_later(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let message = trial.waiting(1).await.facts;
    let claimed = trial.claim_one(message.id).await;
    let claimed = trial.begun(claimed).await;
    trial.settle(&claimed, &refused(Disposition::Transient)).await;
    trial.pass(TimeDelta::hours(1));
    let claimed = trial.claim_one(message.id).await;
    let revision = revision(&trial, &claimed);
    let revised = revision.apply(&claimed);
    let begin = Begin {
        number_key: fixtures::number_key(77),
        number: revised.whatsapp_number.clone(),
        text: fixtures::sent_text(&revised),
        revision: Some(revision),
        ..trial.begin_of(&claimed)
    };
    assert_eq!(trial.begin(begin).await, Begun::Open);
    for (seed, number, text) in
        [(1, message.whatsapp_number, message.text), (77, revised.whatsapp_number, revised.text)]
    {
        let key = fixtures::number_key(seed);
        let siblings = trial.store.siblings(&key, START, &[]).await.expect("siblings");
        let [sibling] = siblings.as_slice() else { panic!("{siblings:?}") };
        assert_eq!((&sibling.number, &sibling.text), (&number, &SentText::of(text.as_str())));
    }
}

pub async fn a_fenced_begin_revises_nothing(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let claimed = claimed_in_parts(&trial).await;
    let mut begin = trial.begin_of(&claimed);
    begin.revision = Some(revision(&trial, &claimed));
    begin.lease.token = trial.token();
    assert_eq!(trial.begin(begin).await, Begun::Fenced);
    let message = trial.message(claimed.lease.message_id).await;
    assert_eq!((message.facts.text, message.facts.attachment), (claimed.text, claimed.attachment));
    assert_eq!(message.facts.values, claimed.values);
}

pub async fn a_fetch_is_kept_on_the_attempt_before_it(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let claimed = trial.sending(1).await;
    let id = claimed.lease.message_id;
    trial.pass(TimeDelta::seconds(37));
    fetched(&trial, id, 48_213).await;
    let at = trial.now();
    // A settlement after the fetch leaves the evidence as it is.
    trial.settle_as(&trial.accepted(&claimed, "G-1")).await;
    let attempts = trial.attempts(id).await;
    assert_eq!((attempts[0].fetched_at, attempts[0].fetched_bytes), (Some(at), Some(48_213)));
}

pub async fn a_fetch_is_no_evidence_for_the_text_that_follows(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = with_file_sent(&trial, 1).await;
    let claimed = trial.claim_one(id).await;
    trial.begun(claimed).await;
    trial.pass(TimeDelta::seconds(37));
    fetched(&trial, id, 48_213).await;
    let bytes: Vec<_> = trial.attempts(id).await.iter().map(|one| one.fetched_bytes).collect();
    assert_eq!(bytes, [Some(48_213), None]);
}

pub async fn of_several_fetches_the_largest_counts(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let claimed = trial.sending(1).await;
    let id = claimed.lease.message_id;
    let mut largest = None;
    for bytes in [1_000, 48_213, 48_213, 2_000] {
        trial.pass(TimeDelta::seconds(1));
        fetched(&trial, id, bytes).await;
        largest = largest.or((bytes == 48_213).then(|| trial.now()));
    }
    let attempt = trial.attempts(id).await.remove(0);
    assert_eq!((attempt.fetched_at, attempt.fetched_bytes), (largest, Some(48_213)));
    // The next attempt has evidence of its own.
    trial.settle(&claimed, &refused(Disposition::Transient)).await;
    trial.pass(TimeDelta::minutes(31));
    let claimed = trial.claim_one(id).await;
    trial.begun(claimed).await;
    fetched(&trial, id, 48_000).await;
    let attempts = trial.attempts(id).await;
    let bytes: Vec<_> = attempts.iter().map(|attempt| attempt.fetched_bytes).collect();
    assert_eq!(bytes, [Some(48_213), Some(48_000)]);
}

pub async fn a_fetch_before_any_attempt_changes_nothing(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let message = trial.waiting(1).await;
    fetched(&trial, message.facts.id, 48_213).await;
    fetched(&trial, trial.message_id(), 48_213).await;
    trial.pass(TimeDelta::seconds(1));
    let claimed = trial.claim_one(message.facts.id).await;
    trial.begun(claimed).await;
    assert_eq!(trial.attempts(message.facts.id).await[0].fetched_bytes, None);
}

pub async fn only_what_is_still_to_be_sent_is_unsettled(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let sent = trial.sent(1).await; // and watched
    let failed = trial.failed(2).await;
    let cancelled = trial.waiting(3).await.facts.id;
    let claimed = trial.claim_one(cancelled).await;
    trial.settle(&claimed, &WITHDRAWN).await;
    let checking = trial.sending(4).await;
    trial.settle(&checking, &Event::OutcomeUnknown).await;
    let sending = trial.sending(5).await.lease.message_id;
    let waiting = trial.waiting(6).await.facts.id;
    let half = with_file_sent(&trial, 7).await;
    let mut wanted = vec![checking.lease.message_id, sending, waiting, half];
    let all = [sent, failed, cancelled, trial.message_id()];
    let all: Vec<_> = all.into_iter().chain(wanted.iter().copied()).collect();
    let mut unsettled = trial.store.unsettled(&all).await.expect("unsettled");
    unsettled.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(unsettled, wanted);
    assert_eq!(trial.store.unsettled(&[]).await.expect("unsettled"), []);
}
