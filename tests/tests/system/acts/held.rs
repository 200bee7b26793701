//! A pause by hand: nothing is sent, and messages that went out are looked up and followed.

use chrono::TimeDelta;
use whatsapp_core::desk::Desk;
use whatsapp_core::message::{Delivery, Part, Phase, Reported, SentText};
use whatsapp_core::port::{
    Begin, Begun, Claim, ClaimOf, Clock as _, Customer, Lane, ListedMessage, Listing,
    TransportError, random,
};
use whatsapp_core::retry::Disposition;
use whatsapp_core::{LeaseToken, MessageId};
use whatsapp_testkit::SeededEntropy;
use whatsapp_testkit::fixtures::{key_of, number};

use super::{House, person};
use crate::shop::{customer, order};

impl House {
    /// Sends an order of this customer's, with this outcome.
    async fn posted(&self, no: u32, error: Option<TransportError>) -> MessageId {
        if let Some(error) = error {
            self.gateway.next_send(Err(error));
        }
        let id = self.messenger.enqueue(order(no, no)).await.unwrap().message_id;
        self.tick().await;
        id
    }

    /// Makes an order whose attempt a crash has left open.
    async fn left_open(&self, no: u32) -> MessageId {
        let id = self.messenger.enqueue(order(no, no)).await.unwrap().message_id;
        let (now, elapsed) = (self.clock.now(), self.clock.elapsed());
        let claim = Claim {
            lane: Lane::Transactional,
            of: ClaimOf::All,
            only: Some(id),
            after: None,
            token: LeaseToken::new(now, random(&SeededEntropy::new(99))),
            now,
            elapsed,
            lease: TimeDelta::seconds(120),
            limit: 1,
            excluding: Vec::new(),
        };
        let claimed = self.store.claim(&claim).await.unwrap().remove(0);
        let begin = Begin {
            lease: claimed.lease,
            no: 1,
            part: Part::Whole,
            number_key: key_of(claimed.whatsapp_number.as_str()),
            number: claimed.whatsapp_number.clone(),
            text: SentText::of(claimed.text.as_str()),
            via: None,
            at: now,
            elapsed,
            lease_needed: TimeDelta::seconds(40),
            close: None,
            revision: None,
        };
        assert_eq!(self.store.begin(&[begin]).await.unwrap(), [Begun::Open]);
        id
    }

    /// Makes the gateway's row of a message.
    async fn row(&self, id: MessageId, gateway_id: &str) -> ListedMessage {
        let message = self.message(id).await;
        let number = message.facts.whatsapp_number.as_str().trim_start_matches('+').to_owned();
        ListedMessage::new(Some(gateway_id.to_owned()), message.facts.text)
            .with_recipient(Some(number.into()))
            .with_created_at(Some(message.facts.created_at))
    }
}

pub(super) async fn what_went_out_is_looked_up_and_followed_while_a_person_has_paused_sending(
    house: House,
) {
    for no in [3, 4, 5, 6] {
        let name = format!("Customer {no}");
        house.customers.put(Customer::new(customer(no), name.as_str(), Some(&number(no.into()))));
    }
    let no_answer = || Some(TransportError::new(Disposition::Unknown, "No answer."));
    let shown = house.posted(3, no_answer()).await;
    let absent = house.posted(4, no_answer()).await;
    let taken = house.posted(5, None).await;
    let crashed = house.left_open(6).await;
    let desk = Desk::new(house.ports.clone());
    assert!(desk.pause(&person("asha")).await.unwrap());
    let waits = house.messenger.enqueue(order(1, 7)).await.unwrap().message_id;
    let posts = house.gateway.sent().len();
    for id in [shown, absent] {
        assert_eq!(house.phase(id).await, Phase::Checking);
    }

    house.clock.advance(TimeDelta::minutes(3));
    let messages = vec![house.row(shown, "G-8").await, house.row(crashed, "G-9").await];
    for _ in 0..3 {
        house.gateway.next_listing(Ok(Listing::new(messages.clone(), true)));
    }
    house.gateway.next_status(Ok(Reported::Reached(Delivery::Read)));
    house.tick().await;
    assert_eq!(house.gateway.looks().len(), 3);
    for id in [shown, crashed] {
        assert_eq!(house.phase(id).await, Phase::Sent);
    }
    assert_eq!(house.phase(absent).await, Phase::Checking);
    assert_eq!(house.phase(taken).await, Phase::Read);
    assert_eq!(house.gateway.sent().len(), posts);

    // A message that surely did not arrive is tried again once somebody lets sending go on, and not
    // before.
    house.clock.advance(TimeDelta::minutes(40));
    for _ in 0..3 {
        house.tick().await;
        house.clock.advance(TimeDelta::minutes(1));
    }
    assert!(matches!(house.phase(absent).await, Phase::Retrying { .. }));
    assert_eq!(house.phase(waits).await, Phase::Queued);
    assert_eq!(house.gateway.sent().len(), posts);
    assert!(desk.resume(&person("asha")).await.unwrap());
    house.tick().await;
    for id in [absent, waits] {
        assert_eq!(house.phase(id).await, Phase::Sent);
    }
    assert_eq!(house.gateway.sent().len(), posts + 2);
}
