//! Cases for asking a gateway for the delivery of messages, given a stand-in for the gateway.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::message::{Delivery, Reported};
use whatsapp_core::port::{Listing, TransportError};

use super::bench::{Asked, Meaning, ReportsBench, unsupported};
use super::transport::message;
use crate::fixtures::{self, START};

/// Opens a bench.
pub async fn open<F>(open: impl Fn() -> F + Send) -> Arc<dyn ReportsBench>
where
    F: Future<Output = Arc<dyn ReportsBench>> + Send,
{
    open().await
}

async fn send(bench: &dyn ReportsBench, seed: u64) -> Option<String> {
    let accepted = bench.transport().send(&message(seed)).await.expect("an acceptance");
    accepted.gateway_id
}

async fn sent_to(bench: &dyn ReportsBench, seed: u64) -> Result<Listing, TransportError> {
    if !bench.lists() {
        unsupported("its gateway lists nothing");
    }
    bench.reports().sent_to(&message(seed).number, since()).await
}

async fn status(bench: &dyn ReportsBench, id: &str) -> Result<Reported, TransportError> {
    bench.reports().status(id).await
}

/// The gateway id of the only message listed for customer `seed`.
async fn only_listed(bench: &dyn ReportsBench, seed: u64) -> String {
    let listing = sent_to(bench, seed).await.expect("a listing");
    assert!(listing.complete);
    assert_eq!(texts(&listing), [fixtures::text(seed)]);
    listing.messages[0].gateway_id.clone().expect("an id")
}

/// Sends the message of customer `seed`, and returns its id.
async fn id_of_sent(bench: &dyn ReportsBench, seed: u64) -> String {
    match send(bench, seed).await {
        Some(id) => id,
        None => only_listed(bench, seed).await,
    }
}

fn since() -> DateTime<Utc> {
    START - TimeDelta::minutes(1)
}

fn texts(listing: &Listing) -> Vec<&str> {
    listing.messages.iter().map(|message| message.text.as_str()).collect()
}

pub async fn an_accepted_message_is_listed_under_its_id(bench: Arc<dyn ReportsBench>) {
    let accepted = send(&*bench, 1).await;
    let listed = only_listed(&*bench, 1).await;
    assert!(accepted.is_none_or(|accepted| accepted == listed));
}

pub async fn a_message_is_listed_over_the_way_that_it_went(bench: Arc<dyn ReportsBench>) {
    let sends = bench.transport().line().await.expect("a way to send");
    let asks = bench.reports().line().await.expect("a way to ask");
    let vias = (sends.as_ref().map(|line| &line.via), asks.as_ref().map(|line| &line.via));
    assert_eq!(vias.0, vias.1, "of one gateway and key");
    let transport = sends.map_or_else(|| bench.transport(), |line| line.over);
    let reports = asks.map_or_else(|| bench.reports(), |line| line.over);
    transport.send(&message(1)).await.expect("an acceptance");
    if !bench.lists() {
        unsupported("its gateway lists nothing");
    }
    let listing = reports.sent_to(&message(1).number, since()).await.expect("a listing");
    assert_eq!(texts(&listing), [fixtures::text(1)]);
}

pub async fn a_message_whose_acceptance_was_lost_is_listed(bench: Arc<dyn ReportsBench>) {
    let unclear = bench.replies(Meaning::Unclear);
    if unclear.is_empty() {
        unsupported("its answers are never lost");
    }
    for (seed, reply) in (0..).zip(unclear) {
        bench.next(&reply, true);
        assert!(bench.transport().send(&message(seed)).await.is_err(), "{}", reply.name);
        only_listed(&*bench, seed).await;
    }
}

pub async fn a_complete_listing_lacks_what_was_not_accepted(bench: Arc<dyn ReportsBench>) {
    for (seed, reply) in (0..).zip(bench.replies(Meaning::Unclear)) {
        bench.next(&reply, false);
        assert!(bench.transport().send(&message(seed)).await.is_err(), "{}", reply.name);
        let listing = sent_to(&*bench, seed).await.expect("a listing");
        assert!(listing.complete);
        assert_eq!(listing.messages, []);
    }
    let never_sent = sent_to(&*bench, 99).await.expect("a listing");
    assert!(never_sent.complete);
    assert_eq!(never_sent.messages, []);
}

pub async fn a_listing_holds_every_page(bench: Arc<dyn ReportsBench>) {
    let mut expected = BTreeSet::new();
    for nth in 0..8 {
        let text = format!("Message {nth}");
        let message = message(1).with_text(text.as_str());
        bench.transport().send(&message).await.expect("an acceptance");
        expected.insert(text);
        bench.clock().advance(TimeDelta::seconds(1));
    }
    let listing = sent_to(&*bench, 1).await.expect("a listing");
    assert!(listing.complete);
    assert_eq!(listing.messages.len(), 8);
    let listed: BTreeSet<_> = texts(&listing).into_iter().map(str::to_owned).collect();
    assert_eq!(listed, expected);
}

pub async fn a_listing_is_of_one_number(bench: Arc<dyn ReportsBench>) {
    send(&*bench, 1).await;
    send(&*bench, 2).await;
    only_listed(&*bench, 2).await;
}

pub async fn a_row_that_says_less_than_it_should_is_listed_all_the_same(
    bench: Arc<dyn ReportsBench>,
) {
    send(&*bench, 1).await;
    let guises = bench.guises();
    if guises.is_empty() {
        unsupported("its rows always say all");
    }
    for guise in guises {
        bench.disguise(&guise);
        let listing = sent_to(&*bench, 1).await.expect("a listing");
        assert_eq!(texts(&listing), [fixtures::text(1)], "{guise}");
    }
}

pub async fn an_answer_that_cannot_be_trusted_proves_no_absence(bench: Arc<dyn ReportsBench>) {
    send(&*bench, 1).await;
    for failure in failures(&*bench, Asked::List) {
        bench.fail(Asked::List, &failure);
        let proves_absence = match sent_to(&*bench, 1).await {
            Err(_) => false,
            Ok(listing) => listing.complete && listing.messages.is_empty(),
        };
        assert!(!proves_absence, "{failure}");
    }
}

/// The ways to fail; there must be at least one.
fn failures(bench: &dyn ReportsBench, asked: Asked) -> Vec<String> {
    let failures = bench.failures(asked);
    if failures.is_empty() {
        unsupported(&format!("it never fails to answer a question for a {asked:?}"));
    }
    failures
}

pub async fn delivery_is_told_as_far_as_it_got(bench: Arc<dyn ReportsBench>) {
    let stages = [
        Reported::Reached(Delivery::Delivered),
        Reported::Reached(Delivery::Read),
        Reported::Reached(Delivery::Undelivered),
        Reported::NotOnWhatsApp,
    ];
    let mut told = 0;
    for (seed, stage) in (0..).zip(stages) {
        if bench.deliver(&fixtures::number(seed), &stage) {
            let id = id_of_sent(&*bench, seed).await;
            assert_eq!(status(&*bench, &id).await, Ok(stage));
            told += 1;
        }
    }
    if told == 0 {
        unsupported("its gateway tells nothing of deliveries");
    }
}

pub async fn a_queued_message_is_not_yet_delivered(bench: Arc<dyn ReportsBench>) {
    if !bench.deliver(&fixtures::number(1), &Reported::Nothing) {
        unsupported("its messages never wait");
    }
    let id = id_of_sent(&*bench, 1).await;
    let status = status(&*bench, &id).await;
    let queued = [Ok(Reported::Nothing), Ok(Reported::Reached(Delivery::Accepted))];
    assert!(queued.contains(&status), "{status:?}");
}

pub async fn an_unknown_id_is_nothing(bench: Arc<dyn ReportsBench>) {
    let mut id = id_of_sent(&*bench, 1).await;
    // Another id of the same shape.
    let last = if id.ends_with('7') { '8' } else { '7' };
    id.pop();
    id.push(last);
    assert_eq!(status(&*bench, &id).await, Ok(Reported::Nothing));
}

pub async fn a_status_that_cannot_be_read_is_an_error(bench: Arc<dyn ReportsBench>) {
    let id = id_of_sent(&*bench, 1).await;
    for failure in failures(&*bench, Asked::Status) {
        bench.fail(Asked::Status, &failure);
        assert!(status(&*bench, &id).await.is_err(), "{failure}");
    }
}

pub async fn asking_sends_nothing(bench: Arc<dyn ReportsBench>) {
    let id = id_of_sent(&*bench, 1).await;
    for _ in 0..3 {
        status(&*bench, &id).await.expect("a status");
        if bench.lists() {
            sent_to(&*bench, 1).await.expect("a listing");
        }
    }
    assert_eq!(bench.posts().len(), 1);
}

pub async fn a_gateway_out_of_reach_cannot_be_asked(bench: Arc<dyn ReportsBench>) {
    let number = message(1).number;
    bench.stop().await;
    assert!(bench.reports().status("7").await.is_err());
    assert!(bench.reports().sent_to(&number, since()).await.is_err());
}
