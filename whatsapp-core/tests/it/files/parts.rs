//! Messages in two parts: a file, and a text that is too long to be its caption.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use whatsapp_core::audit::Actor;
use whatsapp_core::message::{Delivery, MessageType, Part, Phase, Reported, Status};
use whatsapp_core::messenger::{ManageError, Resend};
use whatsapp_core::port::{Clock as _, MessageLog as _};
use whatsapp_core::{Attachment, CustomerId, Request};

use super::enqueued;
use crate::shop::{ASHA, PDF, Shop, row};

/// A greeting with the file and a text that is too long to be its caption.
fn long_greeting() -> Request {
    let text = format!("Happy {{festivalName}}! {}", "Thank you. ".repeat(100));
    let values = BTreeMap::from([("festivalName".to_owned(), "Diwali".to_owned())]);
    Request::text(CustomerId::new(ASHA).unwrap(), MessageType::FESTIVAL, text, values)
        .with_attachment(Attachment::file("card.pdf", PDF.to_vec()).unwrap())
}

#[tokio::test]
async fn a_text_too_long_for_a_caption_follows_its_file_in_the_same_message() {
    let shop = Shop::new();
    let id = enqueued(&shop, long_greeting()).await;
    let parts = async || -> Vec<(Part, &'static str)> {
        let parts = shop.message(id).await.parts(shop.clock.now());
        parts.iter().map(|(part, phase)| (*part, phase.word())).collect()
    };
    assert_eq!(parts().await, [(Part::File, "queued"), (Part::Text, "queued")]);
    shop.tick().await;
    assert_eq!(parts().await, [(Part::File, "sent"), (Part::Text, "queued")]);
    assert_eq!(shop.message(id).await.state.status, Status::Pending);
    shop.tick().await;
    assert_eq!(parts().await, [(Part::File, "sent"), (Part::Text, "sent")]);
    let sent = shop.gateway.sent();
    assert_eq!(sent.len(), 2);
    assert_eq!((sent[0].text.as_str(), sent[0].attachment.is_some()), ("card.pdf", true));
    assert!(sent[1].text.as_str().starts_with("Happy Diwali!") && sent[1].attachment.is_none());
    let attempts = shop.store.attempts(id).await.unwrap();
    let parts: Vec<_> = attempts.iter().map(|attempt| attempt.part).collect();
    assert_eq!(parts, [Part::File, Part::Text]);
    assert_eq!(shop.store.messages().len(), 1);
}

#[tokio::test]
async fn both_parts_are_watched_and_one_that_is_lost_is_told() {
    for (file, text, expected) in [
        (Delivery::Read, Delivery::Delivered, "delivered"),
        (Delivery::Undelivered, Delivery::Delivered, "failed"),
        (Delivery::Delivered, Delivery::Undelivered, "failed"),
    ] {
        let shop = Shop::new();
        let id = enqueued(&shop, long_greeting()).await;
        shop.tick().await;
        shop.tick().await;
        // The text is asked about first.
        shop.gateway.next_status(Ok(Reported::Reached(text)));
        shop.gateway.next_status(Ok(Reported::Reached(file)));
        shop.live_for(TimeDelta::minutes(2)).await;
        assert_eq!(shop.phase(id).await.word(), expected, "{file}, {text}");
        assert_eq!(shop.gateway.sent().len(), 2, "nothing is repeated");
    }
}

#[tokio::test]
async fn an_unknown_outcome_of_the_file_is_looked_up_by_its_name() {
    use whatsapp_core::port::{Listing, TransportError};
    let shop = Shop::new();
    let id = enqueued(&shop, long_greeting()).await;
    let lost = TransportError::new(whatsapp_core::retry::Disposition::Unknown, "No answer.");
    shop.gateway.next_send(Err(lost));
    shop.tick().await;
    let entry = row("F-1", "card.pdf", shop.clock.now());
    shop.gateway.next_listing(Ok(Listing::new(vec![entry], true)));
    shop.live_for(TimeDelta::minutes(2)).await;
    assert_eq!(shop.phase(id).await, Phase::Sent);
    let sent: Vec<_> = shop.gateway.sent().iter().map(|sent| sent.attachment.is_some()).collect();
    assert_eq!(sent, [true, false], "the file once, then the text");
}

#[tokio::test]
async fn a_part_that_is_reported_lost_after_its_delivery_is_asked_about_at_its_time() {
    let shop = Shop::new();
    let id = enqueued(&shop, long_greeting()).await;
    shop.tick().await;
    shop.tick().await;
    for _ in 0..2 {
        shop.gateway.next_status(Ok(Reported::Reached(Delivery::Delivered)));
    }
    shop.live_for(TimeDelta::minutes(2)).await;
    assert_eq!(shop.phase(id).await, Phase::Delivered);
    for _ in 0..2 {
        shop.gateway.next_status(Ok(Reported::Reached(Delivery::Undelivered)));
    }
    shop.clock.advance(TimeDelta::minutes(10));
    shop.tick().await;
    let next = shop.tick().await.again_at;
    assert!(next.is_some_and(|at| at > shop.clock.now()), "not asked again at once");
    assert_eq!(shop.phase(id).await, Phase::Delivered);
}

#[tokio::test]
async fn a_resend_of_a_message_whose_file_went_out_must_be_confirmed() {
    let shop = Shop::new();
    let id = enqueued(&shop, long_greeting()).await;
    shop.tick().await;
    let no = whatsapp_core::retry::Disposition::Permanent;
    shop.gateway.next_send(Err(crate::shop::error(no)));
    shop.tick().await;
    let mut resend = Resend::new(id, Actor::Host);
    let refused = shop.messenger.resend(&resend).await;
    assert!(matches!(refused, Err(ManageError::Unconfirmed)));
    resend.confirmed = true;
    let again = shop.messenger.resend(&resend).await.unwrap();
    assert_eq!(shop.messenger.resend(&resend).await.unwrap(), again, "the same click");
}
