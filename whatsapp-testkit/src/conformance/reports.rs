//! Cases for asking what became of messages, against the stand-in gateway.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use whatsapp_core::message::{Delivery, Reported};
use whatsapp_core::port::{Clock, DeliveryReports, Listing, Transport, TransportError};

use super::transport::message;
use crate::fixtures::START;
use crate::gateway::{Answer, Delivery as Gets, Fault, Look, StandInGateway};
use crate::{ManualClock, fixtures};

/// A stand-in gateway with pages of 3 rows, and the adapter under test pointed at it.
#[derive(Debug)]
pub struct Desk {
    /// The gateway: fresh, and ordinary until told otherwise.
    pub gateway: StandInGateway,
    /// What moves the gateway's clock, which begins at [`START`].
    pub clock: ManualClock,
    /// Sends to the gateway.
    pub transport: Arc<dyn Transport>,
    /// Asks the gateway.
    pub reports: Arc<dyn DeliveryReports>,
}

/// Starts a gateway and opens the adapter to it, by URL and key.
pub async fn open<F>(open: impl Fn(String, String) -> F + Send) -> Desk
where
    F: Future<Output = (Arc<dyn Transport>, Arc<dyn DeliveryReports>)> + Send,
{
    let clock = ManualClock::starting_at(START);
    let shown = clock.clone();
    let builder = StandInGateway::builder().page_size(3).now(move || shown.now());
    let gateway = builder.start().await.expect("a free port on loopback");
    let (transport, reports) = open(gateway.url(), gateway.key().to_owned()).await;
    Desk { gateway, clock, transport, reports }
}

impl Desk {
    async fn send(&self, seed: u64) -> Option<String> {
        let accepted = self.transport.send(&message(seed)).await.expect("an acceptance");
        accepted.gateway_id
    }

    async fn sent_to(&self, seed: u64) -> Result<Listing, TransportError> {
        self.reports.sent_to(&message(seed).number, since()).await
    }

    async fn status(&self, gateway_id: &str) -> Result<Reported, TransportError> {
        self.reports.status(gateway_id).await
    }

    /// The gateway id of the only message listed for customer `seed`.
    async fn only_listed(&self, seed: u64) -> String {
        let listing = self.sent_to(seed).await.expect("a listing");
        assert!(listing.complete);
        assert_eq!(texts(&listing), [fixtures::text(seed)]);
        listing.messages[0].gateway_id.clone().expect("an id")
    }
}

fn since() -> DateTime<Utc> {
    START - chrono::TimeDelta::minutes(1)
}

fn texts(listing: &Listing) -> Vec<&str> {
    listing.messages.iter().map(|message| message.text.as_str()).collect()
}

pub async fn an_accepted_message_is_listed_under_its_id(desk: Desk) {
    let accepted = desk.send(1).await;
    let listed = desk.only_listed(1).await;
    assert!(accepted.is_none_or(|accepted| accepted == listed));
}

pub async fn a_message_whose_acceptance_was_lost_is_listed(desk: Desk) {
    for (seed, answer) in (0..).zip([Answer::Reset, Answer::Status(500), Answer::Truncated]) {
        desk.gateway.next(Fault::accept_then(answer));
        assert!(desk.transport.send(&message(seed)).await.is_err());
        desk.only_listed(seed).await;
    }
}

pub async fn a_complete_listing_lacks_what_was_not_accepted(desk: Desk) {
    desk.gateway.next(Fault::refuse(Answer::Reset));
    assert!(desk.transport.send(&message(1)).await.is_err());
    let listing = desk.sent_to(1).await.expect("a listing");
    assert!(listing.complete);
    assert_eq!(listing.messages, []);
}

pub async fn a_listing_holds_every_page(desk: Desk) {
    let mut expected = BTreeSet::new();
    for nth in 0..8 {
        let text = format!("Message {nth}");
        let message =
            whatsapp_core::port::OutgoingMessage { text: text.as_str().into(), ..message(1) };
        desk.transport.send(&message).await.expect("an acceptance");
        expected.insert(text);
        desk.clock.advance(chrono::TimeDelta::seconds(1));
    }
    let listing = desk.sent_to(1).await.expect("a listing");
    assert!(listing.complete);
    assert_eq!(listing.messages.len(), 8);
    let listed: BTreeSet<_> = texts(&listing).into_iter().map(str::to_owned).collect();
    assert_eq!(listed, expected);
}

pub async fn a_listing_is_of_one_number(desk: Desk) {
    desk.send(1).await;
    desk.send(2).await;
    desk.only_listed(2).await;
}

pub async fn a_row_that_says_less_than_it_should_is_listed_all_the_same(desk: Desk) {
    desk.send(1).await;
    for guise in ["lid", "bare-lid", "no-recipient", "other-digits", "no-id", "no-time", "shift:1500"] {
        desk.gateway.disguise(guise.parse().expect("a guise"));
        let listing = desk.sent_to(1).await.expect("a listing");
        assert_eq!(texts(&listing), [fixtures::text(1)], "{guise}");
    }
}

pub async fn an_answer_that_cannot_be_trusted_proves_no_absence(desk: Desk) {
    desk.send(1).await;
    let looks = [Look::Status(500), Look::Status(404), Look::Reset, Look::Garbage, Look::Truncated];
    for look in looks {
        desk.gateway.lists(look.clone());
        let proves_absence = match desk.sent_to(1).await {
            Err(_) => false,
            Ok(listing) => listing.complete && listing.messages.is_empty(),
        };
        assert!(!proves_absence, "{look:?}");
    }
}

pub async fn delivery_is_told_as_far_as_it_got(desk: Desk) {
    let cases = [
        (Gets::Delivered, Reported::Reached(Delivery::Delivered)),
        (Gets::Read, Reported::Reached(Delivery::Read)),
        (Gets::Failed, Reported::Reached(Delivery::Undelivered)),
        (Gets::NotOnWhatsApp, Reported::NotOnWhatsApp),
    ];
    for (seed, (gets, expected)) in (0..).zip(cases) {
        desk.gateway.delivery_to(&fixtures::number(seed), gets);
        desk.send(seed).await;
        let id = desk.only_listed(seed).await;
        assert_eq!(desk.status(&id).await, Ok(expected));
    }
}

pub async fn a_queued_message_is_not_yet_delivered(desk: Desk) {
    desk.gateway.delivery_to(&fixtures::number(1), Gets::Pending);
    desk.send(1).await;
    let id = desk.only_listed(1).await;
    let status = desk.status(&id).await;
    let queued = [Ok(Reported::Nothing), Ok(Reported::Reached(Delivery::Accepted))];
    assert!(queued.contains(&status), "{status:?}");
}

pub async fn an_unknown_id_is_nothing(desk: Desk) {
    desk.send(1).await;
    let mut id = desk.only_listed(1).await;
    // Another id of the same shape.
    let last = if id.ends_with('7') { '8' } else { '7' };
    id.pop();
    id.push(last);
    assert_eq!(desk.status(&id).await, Ok(Reported::Nothing));
}

pub async fn a_status_that_cannot_be_read_is_an_error(desk: Desk) {
    desk.send(1).await;
    let id = desk.only_listed(1).await;
    for look in [Look::Status(500), Look::Reset, Look::Garbage, Look::Truncated] {
        desk.gateway.statuses(look.clone());
        assert!(desk.status(&id).await.is_err(), "{look:?}");
    }
}

pub async fn asking_sends_nothing(desk: Desk) {
    desk.send(1).await;
    let id = desk.only_listed(1).await;
    for _ in 0..3 {
        desk.status(&id).await.expect("a status");
        desk.sent_to(1).await.expect("a listing");
    }
    assert_eq!(desk.gateway.posts().len(), 1);
}

pub async fn a_gateway_out_of_reach_cannot_be_asked(desk: Desk) {
    let number = message(1).number;
    desk.gateway.shutdown().await;
    assert!(desk.reports.status("7").await.is_err());
    assert!(desk.reports.sent_to(&number, since()).await.is_err());
}
