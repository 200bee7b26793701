//! Delivery is followed, by the ids that the gateway gives or lists.

use chrono::TimeDelta;
use whatsapp_core::message::{Delivery, FailureKind, Phase, Reported};
use whatsapp_core::port::{Accepted, GATEWAY_ID_MAX};

use super::{LONG, failed, listed};
use crate::shop::{Shop, row};

#[tokio::test]
async fn delivery_is_followed_and_moves_only_forward() {
    let shop = Shop::new();
    let id = shop.enqueued("SO-1").await;
    for reported in [
        Reported::Nothing,
        Reported::Reached(Delivery::Read),
        Reported::Reached(Delivery::Delivered),
    ] {
        shop.gateway.next_status(Ok(reported));
    }
    shop.live_for(TimeDelta::minutes(2)).await;
    assert_eq!(shop.phase(id).await, Phase::Sent);
    shop.live_for(TimeDelta::minutes(4)).await;
    assert_eq!(shop.phase(id).await, Phase::Read);
    shop.live_for(LONG).await;
    assert_eq!(shop.phase(id).await, Phase::Read);
    assert_eq!(shop.gateway.asked(), ["G-1", "G-1"], "a read message is not asked about again");
}

#[tokio::test]
async fn a_number_that_is_not_on_whatsapp_fails_for_good() {
    let shop = Shop::new();
    let id = shop.enqueued("SO-1").await;
    shop.gateway.next_status(Ok(Reported::NotOnWhatsApp));
    shop.live_for(LONG).await;
    assert_eq!(failed(&shop.phase(id).await), FailureKind::Undelivered);
    assert_eq!(shop.gateway.sent().len(), 1);
    assert_eq!(shop.store.notices().len(), 1);
}

#[tokio::test]
async fn a_status_word_that_nobody_knows_is_kept_with_the_message_and_moves_nothing() {
    let shop = Shop::new();
    let id = shop.enqueued("SO-1").await;
    shop.gateway.next_status(Ok(Reported::Unreadable("MOON".to_owned())));
    shop.live_for(TimeDelta::minutes(2)).await;
    assert_eq!(shop.phase(id).await, Phase::Sent);
    let response = shop.message(id).await.api_response;
    assert_eq!(response, Some(serde_json::json!({"status": "MOON"})));
    shop.gateway.next_status(Ok(Reported::Reached(Delivery::Read)));
    shop.live_for(LONG).await;
    assert_eq!(shop.phase(id).await, Phase::Read);
    assert_eq!(shop.gateway.sent().len(), 1);
}

#[tokio::test]
async fn an_undelivered_message_is_sent_again() {
    let shop = Shop::new();
    let id = shop.enqueued("SO-1").await;
    shop.gateway.next_status(Ok(Reported::Reached(Delivery::Undelivered)));
    shop.live_for(LONG).await;
    assert_eq!(shop.attempts(id).await, [(0, Some("accepted")), (30, Some("accepted"))]);
    assert_eq!(shop.phase(id).await, Phase::Sent);
}

#[tokio::test]
async fn an_acceptance_without_an_id_finds_it_in_the_list_later() {
    let shop = Shop::new();
    shop.gateway.next_send(Ok(Accepted::default()));
    let id = shop.enqueued("SO-1").await;
    shop.tick().await;
    assert_eq!(shop.phase(id).await, Phase::Sent);
    let text = shop.message(id).await.facts.text;
    let entry = row("G-7", text, shop.opened);
    shop.gateway.next_listing(Ok(listed(vec![entry])));
    shop.gateway.next_status(Ok(Reported::Reached(Delivery::Delivered)));
    shop.live_for(TimeDelta::minutes(2)).await;
    assert_eq!(shop.message(id).await.gateway_id.as_deref(), Some("G-7"));
    assert_eq!(shop.phase(id).await, Phase::Delivered);
}

#[tokio::test]
async fn a_gateway_that_gives_one_id_twice_loses_no_outcome() {
    let shop = Shop::new();
    for _ in 0..2 {
        shop.gateway.next_send(Ok(Accepted::new(Some("G-1".to_owned()))));
    }
    let one = shop.enqueued("SO-1").await;
    let two = shop.enqueued("SO-2").await;
    shop.tick().await;
    assert_eq!(shop.phase(one).await, Phase::Sent);
    assert_eq!(shop.phase(two).await, Phase::Sent);
}

#[tokio::test]
async fn an_id_without_an_end_loses_no_outcome() {
    let shop = Shop::new();
    let endless = "G".repeat(GATEWAY_ID_MAX + 1);
    shop.gateway.next_send(Ok(Accepted::new(Some(endless.clone()))));
    let id = shop.enqueued("SO-1").await;
    shop.tick().await;
    assert_eq!(shop.phase(id).await, Phase::Sent);
    assert_eq!(shop.message(id).await.gateway_id, None);

    let text = shop.message(id).await.facts.text;
    let entry = row(&endless, text, shop.opened);
    shop.gateway.next_listing(Ok(listed(vec![entry])));
    shop.gateway.next_status(Ok(Reported::Reached(Delivery::Delivered)));
    shop.live_for(TimeDelta::minutes(2)).await;
    assert_eq!(
        shop.phase(id).await,
        Phase::Delivered,
        "its delivery can be asked for all the same"
    );
    assert_eq!(shop.message(id).await.gateway_id, None);
}
