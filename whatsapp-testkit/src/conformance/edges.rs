//! Cases for values at the edge of what is allowed.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use whatsapp_core::attachment::AttachmentKind;
use whatsapp_core::message::{
    AttachmentRef, Facts, Failure, FailureKind, NewMessage, Progress, State, StateRow,
};
use whatsapp_core::port::{
    Begun, Claim, GATEWAY_ID_MAX, Lane, LogFilter, Settled, Sort, Store, Turn,
};
use whatsapp_core::retry::Disposition;
use whatsapp_core::{CustomerId, MessageId, UserId};

use super::notices::collect_of;
use super::trial::{LEASE, MICROSECOND, Trial, refused};
use crate::fixtures::{self, START};

/// The least that a text with NUL characters comes back as: U+FFFD in their place.
fn plain(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

fn plain_json(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(plain(text)),
        Value::Array(values) => values.iter().map(plain_json).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (plain(name), plain_json(value))).collect()
        }
        other => other.clone(),
    }
}

pub async fn nul_in_a_message_refuses_nothing(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let url = "https://files.example/\0.pdf";
    let mut refused = fixtures::refused_message(2, START);
    refused.state.failure = Some(Failure::new(FailureKind::Invalid, "No\0number."));
    let messages = [
        fixtures::new_message(1, START).with_facts(|facts| Facts {
            customer_name: "Asha\0Traders".into(),
            text: "\0Dear\0\0Asha\0".into(),
            attachment: Some(
                AttachmentRef::new(url, AttachmentKind::Pdf, "\0.pdf").with_bytes(7, "\0"),
            ),
            warning: Some("\0".to_owned()),
            ..facts
        }),
        refused.with_facts(|facts| Facts {
            customer_name: "\0".into(),
            whatsapp_number: "98\u{0}765".into(),
            ..facts
        }),
    ];
    trial.enqueue(&messages).await;
    for new in &messages {
        let read = trial.message(new.facts.id).await;
        assert_eq!(
            plain(read.facts.customer_name.as_str()),
            plain(new.facts.customer_name.as_str())
        );
        assert_eq!(
            plain(read.facts.whatsapp_number.as_str()),
            plain(new.facts.whatsapp_number.as_str())
        );
        assert_eq!(plain(read.facts.text.as_str()), plain(new.facts.text.as_str()));
        assert_eq!(
            read.facts.warning.as_deref().map(plain),
            new.facts.warning.as_deref().map(plain)
        );
        assert_eq!(read.state.status, new.state.status);
    }
    let claimed = trial.claim_one(messages[0].facts.id).await;
    assert_eq!(plain(claimed.text.as_str()), plain(messages[0].facts.text.as_str()));
    let attachment = claimed.attachment.expect("the file");
    assert_eq!(plain(&attachment.url), plain(url));
    let collected = trial.store.collect(&collect_of(&trial, None)).await.expect("collect");
    let notice = collected.expect("a digest").digest.notices.remove(0);
    assert_eq!(plain(&notice.failure.reason), plain("No\0number."));
    assert_eq!(plain(notice.customer_name.as_str()), plain("\0"));
}

pub async fn nul_in_what_the_gateway_says_refuses_nothing(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let reply = json!({"success": true, "a\0b": ["\0", {"c": "d\0"}], "kept": "\\u0000"});
    let claimed = trial.sending(1).await;
    let mut settlement = trial.accepted(&claimed, "G\0-1");
    settlement.api_response = Some(reply.clone());
    if let Some(attempt) = &mut settlement.attempt {
        attempt.detail = Some("it\0said".to_owned());
    }
    assert_eq!(trial.settle_as(&settlement).await, Settled::Done);
    let message = trial.message(claimed.lease.message_id).await;
    let read = message.api_response.as_ref().map(plain_json);
    assert_eq!(read, Some(plain_json(&reply)));
    assert_eq!(message.gateway_id.as_deref().map(plain), Some(plain("G\0-1")));
    let attempt = trial.attempts(claimed.lease.message_id).await.remove(0);
    assert_eq!(attempt.detail.as_deref().map(plain), Some(plain("it\0said")));
    assert_eq!(attempt.gateway_id.as_deref().map(plain), Some(plain("G\0-1")));

    let claimed = trial.sending(2).await;
    let mut settlement = trial.settlement(&claimed, &refused(Disposition::Permanent));
    settlement.state.failure = Some(Failure::new(FailureKind::Rejected, "It\0said\0no."));
    assert_eq!(trial.settle_as(&settlement).await, Settled::Done);
    let failure = trial.message(claimed.lease.message_id).await.state.failure;
    assert_eq!(failure.map(|why| plain(&why.reason)), Some(plain("It\0said\0no.")));
    let collected = trial.store.collect(&collect_of(&trial, None)).await.expect("collect");
    let notice = collected.expect("a digest").digest.notices.remove(0);
    assert_eq!(plain(&notice.failure.reason), plain("It\0said\0no."));
}

pub async fn host_ids_of_every_shape_are_kept_as_they_are(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let shapes = [
        "0190b1c2-7d3e-7f00-8a4b-5c6d7e8f9a0b",
        "0190b1c27d3e7f008a4b5c6d7e8f9a0b",
        "{0190b1c2-7d3e-7f00-8a4b-5c6d7e8f9a0b}",
        "urn:uuid:0190b1c2-7d3e-7f00-8a4b-5c6d7e8f9a0b",
        "00000000-0000-0000-0000-000000000000",
        "C-17",
        "c-17",
        "17",
        "017",
        "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
        &"x".repeat(64),
    ];
    let messages: Vec<_> = (0..)
        .zip(shapes)
        .map(|(seed, id)| {
            fixtures::new_message(seed, START).with_facts(|facts| Facts {
                customer_id: CustomerId::new(id).expect("a customer's id"),
                created_by: Some(UserId::new(id).expect("a user's id")),
                ..facts
            })
        })
        .collect();
    trial.enqueue(&messages).await;
    for new in &messages {
        assert_eq!(fixtures::as_new(trial.message(new.facts.id).await), *new);
        let mut filter = LogFilter::default();
        filter.customers = [new.facts.customer_id.clone()].into();
        let page = trial.store.page(&filter, Sort::Oldest, Turn::First, 200).await.expect("page");
        let shown: Vec<_> = page.messages.iter().map(|message| message.facts.id).collect();
        assert_eq!(shown, [new.facts.id], "{}", new.facts.customer_id.as_str());
        assert_eq!(trial.claim_one(new.facts.id).await.customer_id, new.facts.customer_id);
    }
    // A UUID has one spelling here, however the host wrote it.
    let mut filter = LogFilter::default();
    filter.customers = CustomerId::new(shapes[0].to_uppercase()).into_iter().collect();
    let page = trial.store.page(&filter, Sort::Oldest, Turn::First, 200).await.expect("page");
    assert_eq!(page.messages.len(), 1);
}

pub async fn the_longest_texts_read_back(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    // A character of four bytes and two UTF-16 units.
    let long = "🪔".repeat(2_048);
    let message = fixtures::new_message(1, START).with_facts(|facts| Facts {
        text: long.as_str().into(),
        customer_name: "🪔".repeat(255).into(),
        whatsapp_number: "+".repeat(20).into(),
        warning: Some(long.clone()),
        attachment: Some(AttachmentRef::new(long.as_str(), AttachmentKind::Pdf, long.as_str())),
        ..facts
    });
    trial.enqueue(std::slice::from_ref(&message)).await;
    let claimed = trial.claim_one(message.facts.id).await;
    assert_eq!(claimed.text, message.facts.text);
    let claimed = trial.begun(claimed).await;
    let gateway_id = "G".repeat(GATEWAY_ID_MAX);
    let mut settlement = trial.accepted(&claimed, &gateway_id);
    settlement.api_response = Some(Value::String("x".repeat(200_000)));
    if let Some(attempt) = &mut settlement.attempt {
        attempt.detail = Some(long.clone());
    }
    assert_eq!(trial.settle_as(&settlement).await, Settled::Done);
    let read = trial.message(message.facts.id).await;
    assert_eq!(
        (read.facts.text, read.facts.customer_name),
        (message.facts.text, message.facts.customer_name)
    );
    assert_eq!(
        (read.facts.attachment, read.facts.warning),
        (message.facts.attachment, Some(long.clone()))
    );
    assert_eq!((read.api_response, read.gateway_id), (settlement.api_response, Some(gateway_id)));
    assert_eq!(trial.attempts(message.facts.id).await[0].detail, Some(long));

    let mut template = fixtures::template(1, START);
    template.name = "🪔".repeat(100);
    trial.store.save_template(&template.save()).await.expect("save_template");
    let read = trial.store.template(template.id).await.expect("template");
    assert_eq!(read.map(|read| read.name), Some(template.name));
}

pub async fn a_reply_of_any_shape_reads_back(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let mut deep = json!({"": "नमस्ते 🙏\u{1}\u{7f}\u{2028}", "success": false});
    for level in 0..64 {
        deep = if level % 2 == 0 { json!([deep, level]) } else { json!({ "of": deep }) };
    }
    let replies = [
        deep,
        json!([u64::MAX, i64::MIN, 0, -1, 0.1, -2.5e-7, 123_456_789.25, 1e300]),
        json!({}),
        json!([]),
        json!(null),
        json!("text"),
        json!(true),
        json!({"a.b": 1, "a b": 2, "\"": 3, "\\": 4, "$": 5, "'": 6}),
    ];
    for (seed, reply) in (0..).zip(replies) {
        let claimed = trial.sending(seed).await;
        let mut settlement = trial.accepted(&claimed, &format!("G-{seed}"));
        settlement.api_response = Some(reply.clone());
        assert_eq!(trial.settle_as(&settlement).await, Settled::Done);
        let read = trial.message(claimed.lease.message_id).await.api_response;
        assert_eq!(read, Some(reply));
    }
}

/// Parses an instant.
fn at(instant: &str) -> DateTime<Utc> {
    instant.parse().expect("an instant")
}

pub async fn instants_at_the_edges_read_back(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let instants = [
        at("1970-01-01T00:00:00Z"),
        at("1970-01-01T00:00:00.000001Z"),
        at("1999-12-31T23:59:59.999999Z"),
        at("2000-01-01T00:00:00Z"),
        at("2038-01-19T03:14:08.000001Z"),
        at("9999-12-31T23:59:59.999999Z"),
    ];
    let mut ids: Vec<MessageId> = Vec::new();
    for (seed, instant) in (0..).zip(instants) {
        let message = NewMessage {
            state: StateRow::of(&Progress::new(instant)),
            ..fixtures::new_message(seed, instant).with_facts(|facts| Facts {
                created_at: instant,
                scheduled_for: Some(instant),
                expires_at: Some(instant),
                ..facts
            })
        };
        trial.enqueue(std::slice::from_ref(&message)).await;
        let read = trial.message(message.facts.id).await;
        assert_eq!((&read.facts, &read.state), (&message.facts, &message.state));
        assert_eq!(read.updated_at, instant);
        ids.push(message.facts.id);
    }
    for (id, instant) in ids.into_iter().zip(instants) {
        assert_eq!(trial.next_due(Lane::Transactional).await, Some(instant));
        let early = Claim { now: instant - MICROSECOND, ..trial.claim_of(Lane::Transactional) };
        assert_eq!(trial.claim_with(early).await, []);
        let claim = Claim { now: instant, ..trial.claim_of(Lane::Transactional) };
        let claimed = trial.claim_with(claim).await;
        assert_eq!(claimed.len(), 1);
        assert_eq!((claimed[0].lease.message_id, claimed[0].due_at), (id, instant));
        let mut begin = trial.begin_of(&claimed[0]);
        (begin.at, begin.lease_needed) = (instant, LEASE);
        assert_eq!(trial.begin(begin).await, Begun::Open);
        assert_eq!(trial.attempts(id).await[0].started_at, instant);
        let mut claimed = claimed.into_iter().next().expect("a claim");
        claimed.progress.state = State::Sending { started: instant, mark: Some(trial.elapsed()) };
        claimed.progress.posts = 1;
        let mut settlement = trial.settlement(&claimed, &refused(Disposition::Permanent));
        settlement.at = instant + TimeDelta::seconds(1);
        assert_eq!(trial.settle_as(&settlement).await, Settled::Done);
        let read = trial.message(id).await;
        assert_eq!(read.updated_at, instant + TimeDelta::seconds(1));
    }
    assert_eq!(trial.next_due(Lane::Transactional).await, None);
}
