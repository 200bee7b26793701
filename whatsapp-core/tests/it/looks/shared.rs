//! A row of the list belongs to one message.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use whatsapp_core::message::{MessageType, Phase};
use whatsapp_core::port::{Accepted, Listing, MessageLog as _};
use whatsapp_core::retry::Disposition;
use whatsapp_core::{CustomerId, Request};

use crate::shop::{ASHA, Shop, error, row};

#[tokio::test]
async fn one_row_proves_one_of_two_messages_that_are_looked_for_at_once() {
    let shop = Shop::new();
    let greeting = || {
        let customer = CustomerId::new(ASHA).unwrap();
        Request::text(customer, MessageType::FESTIVAL, "Happy Diwali!", BTreeMap::new())
    };
    let mut ids = Vec::new();
    for _ in 0..2 {
        shop.gateway.next_send(Err(error(Disposition::Unknown)));
        ids.push(shop.messenger.enqueue(greeting()).await.unwrap().message_id);
    }
    shop.tick().await;
    // The gateway took one of them.
    for _ in 0..20 {
        let rows = vec![row("G-9", "Happy Diwali!", shop.opened)];
        shop.gateway.next_listing(Ok(Listing::new(rows, true)));
    }
    shop.live_for(TimeDelta::minutes(29)).await;
    assert_eq!(shop.gateway.sent().len(), 2);
    let mut phases = vec![shop.phase(ids[0]).await, shop.phase(ids[1]).await];
    phases.sort_by_key(|phase| *phase == Phase::Sent);
    assert_eq!(phases, [Phase::Checking, Phase::Sent], "the row is one message's");
    shop.live_for(TimeDelta::hours(2)).await;
    assert_eq!(shop.gateway.sent().len(), 3, "the other one was not taken");
    let mut owned = Vec::new();
    for id in ids {
        assert_eq!(shop.phase(id).await, Phase::Sent);
        owned.extend(shop.message(id).await.gateway_id);
    }
    owned.sort_unstable();
    assert_eq!(owned, ["G-1", "G-9"]);
}

#[tokio::test]
async fn an_id_that_the_watch_finds_is_owned_by_the_attempt_from_then_on() {
    let shop = Shop::new();
    shop.gateway.next_send(Ok(Accepted::new(None)));
    let id = shop.enqueued("SO-1").await;
    shop.tick().await;
    let text = shop.message(id).await.facts.text;
    let rows = vec![row("G-7", text, shop.opened)];
    shop.gateway.next_listing(Ok(Listing::new(rows, true)));
    shop.live_for(TimeDelta::minutes(2)).await;
    let attempts = shop.store.attempts(id).await.unwrap();
    assert_eq!(attempts[0].gateway_id.as_deref(), Some("G-7"));
    assert_eq!(shop.attempts(id).await, [(0, Some("accepted"))]);
    assert_eq!(attempts[0].finished_at, Some(shop.opened));
}
