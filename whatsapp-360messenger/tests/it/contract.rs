//! Tests with the stand-in gateway: a message whose acceptance was lost on the way is found again.

use chrono::{DateTime, FixedOffset};
use whatsapp_360messenger::{Dialect, Gateway};
use whatsapp_core::message::{Delivery, Reported};
use whatsapp_core::port::{DeliveryReports, Probe, Transport};
use whatsapp_core::retry::Disposition;
use whatsapp_testkit::gateway::{Answer, Envelope, Fault, Look, StandInGateway, V1Reply};

use crate::support::{DIALECTS, IMPATIENCE, builder, invoice, message, number};

fn gateway(stand_in: &StandInGateway, dialect: Dialect) -> Gateway {
    builder(stand_in.url(), stand_in.key())
        .dialect(dialect)
        .timeout(IMPATIENCE)
        .look_timeout(IMPATIENCE)
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_message_accepted_before_the_connection_broke_is_listed() {
    for dialect in DIALECTS {
        for answer in
            [Answer::Reset, Answer::Close, Answer::Hang, Answer::Truncated, Answer::Status(500)]
        {
            let stand_in = StandInGateway::start().await.unwrap();
            let gateway = gateway(&stand_in, dialect);
            stand_in.next(Fault::accept_then(answer.clone()));
            let error = gateway.send(&message("lost and found")).await.unwrap_err();
            assert_eq!(error.disposition(), Disposition::Unknown, "{dialect:?} {answer:?}");
            assert_eq!(stand_in.posts().len(), 1);

            let listing = gateway.sent_to(&number(), DateTime::UNIX_EPOCH).await.unwrap();
            assert!(listing.complete);
            let [found] = listing.messages.as_slice() else {
                panic!("{dialect:?} {answer:?}: {listing:?}");
            };
            assert_eq!(found.text.as_str(), "lost and found");
            let reported = gateway.status(found.gateway_id.as_deref().unwrap()).await.unwrap();
            assert_eq!(reported, Reported::Reached(Delivery::Delivered), "{dialect:?}");
        }
    }
}

#[tokio::test]
async fn a_message_that_was_not_accepted_is_not_listed() {
    for dialect in DIALECTS {
        let stand_in = StandInGateway::start().await.unwrap();
        let gateway = gateway(&stand_in, dialect);
        stand_in.next(Fault::refuse(Answer::Reset));
        let error = gateway.send(&message("lost")).await.unwrap_err();
        assert_eq!(error.disposition(), Disposition::Unknown);
        let listing = gateway.sent_to(&number(), DateTime::UNIX_EPOCH).await.unwrap();
        assert_eq!((listing.messages.len(), listing.complete), (0, true));
    }
}

#[tokio::test]
async fn ids_of_acceptances_are_those_of_the_list() {
    for (dialect, reply, envelope) in [
        (Dialect::V2, V1Reply::Text, Envelope::Data),
        (Dialect::V2, V1Reply::Text, Envelope::Result),
        (Dialect::Rest, V1Reply::Text, Envelope::Data),
        (Dialect::V1, V1Reply::Text, Envelope::Data),
        (Dialect::V1, V1Reply::Array, Envelope::Data),
    ] {
        let stand_in = StandInGateway::builder()
            .v1_reply(reply)
            .envelope(envelope)
            .page_size(2)
            .start()
            .await
            .unwrap();
        let gateway = gateway(&stand_in, dialect);
        let mut sent = Vec::new();
        for text in ["one", "two", "three", "four", "five"] {
            let accepted = gateway.send(&message(text)).await.unwrap();
            sent.push((accepted.gateway_id.unwrap(), text.to_owned()));
        }
        let listing = gateway.sent_to(&number(), DateTime::UNIX_EPOCH).await.unwrap();
        assert!(listing.complete);
        let mut listed: Vec<_> = listing
            .messages
            .into_iter()
            .map(|message| (message.gateway_id.unwrap(), message.text.into_string()))
            .collect();
        listed.reverse();
        assert_eq!(listed, sent, "{dialect:?}");
        assert_eq!(stand_in.posts().len(), 5);
    }
}

#[tokio::test]
async fn ids_of_21_digits_are_told_apart() {
    let stand_in = StandInGateway::builder().long_ids().start().await.unwrap();
    let gateway = gateway(&stand_in, Dialect::V2);
    let mut ids = Vec::new();
    for text in ["one", "two", "three"] {
        let id = gateway.send(&message(text)).await.unwrap().gateway_id.unwrap();
        assert_eq!(id.len(), 21, "{id}");
        assert_eq!(gateway.status(&id).await, Ok(Reported::Reached(Delivery::Delivered)));
        ids.push(id);
    }
    let accepted: Vec<_> = stand_in.accepted().into_iter().map(|message| message.id).collect();
    assert_eq!(ids, accepted);
    let listing = gateway.sent_to(&number(), DateTime::UNIX_EPOCH).await.unwrap();
    let mut listed: Vec<_> = listing.messages.into_iter().filter_map(|m| m.gateway_id).collect();
    listed.reverse();
    assert_eq!(listed, ids);
}

#[tokio::test]
async fn words_of_other_engines_are_understood_or_shown() {
    let stand_in = StandInGateway::start().await.unwrap();
    let gateway = gateway(&stand_in, Dialect::V2);
    let id = gateway.send(&message("Hello")).await.unwrap().gateway_id.unwrap();
    for (name, expected) in [
        ("status:-1", Reported::Reached(Delivery::Undelivered)),
        ("status:ACK_ERROR", Reported::Reached(Delivery::Undelivered)),
        ("status:noAccount", Reported::NotOnWhatsApp),
        ("status:ACK_READ", Reported::Reached(Delivery::Read)),
        ("status:MOON", Reported::Unreadable("MOON".to_owned())),
    ] {
        stand_in.deliveries().of_all(name.parse().unwrap());
        assert_eq!(gateway.status(&id).await, Ok(expected), "{name}");
    }
}

#[tokio::test]
async fn an_attachment_goes_by_its_url() {
    for dialect in [Dialect::V2, Dialect::V1] {
        let stand_in = StandInGateway::start().await.unwrap();
        let gateway = gateway(&stand_in, dialect);
        gateway.send(&invoice("Your invoice")).await.unwrap();
        let posts = stand_in.posts();
        assert_eq!(posts[0].text, "Your invoice");
        let url = "https://files.example/a/INV-7.pdf?sig=x&y=%2F";
        assert_eq!(posts[0].url.as_deref(), Some(url));
        let listing = gateway.sent_to(&number(), DateTime::UNIX_EPOCH).await.unwrap();
        let listed = listing.messages[0].url.as_ref();
        assert_eq!(listed.map(whatsapp_core::Private::as_str), Some(url));
    }
}

#[tokio::test]
async fn a_wrong_key_pauses_the_account_and_a_right_one_is_ready() {
    for dialect in DIALECTS {
        let stand_in = StandInGateway::start().await.unwrap();
        assert_eq!(gateway(&stand_in, dialect).probe().await, Ok(Probe::Ready));
        let stranger = builder(stand_in.url(), "another-key").dialect(dialect).build().unwrap();
        let error = stranger.send(&message("Hello")).await.unwrap_err();
        assert_eq!(error.disposition(), Disposition::Account);
        assert_eq!(stranger.probe().await, Ok(Probe::Refused));
        assert_eq!(stand_in.accepted().len(), 0);
    }
}

#[tokio::test]
async fn a_list_that_may_miss_something_is_not_complete() {
    let stand_in = StandInGateway::start().await.unwrap();
    let gateway = gateway(&stand_in, Dialect::V2);
    gateway.send(&message("there")).await.unwrap();
    stand_in.lists(Look::WrongPage);
    let listing = gateway.sent_to(&number(), DateTime::UNIX_EPOCH).await.unwrap();
    assert_eq!((listing.messages.len(), listing.complete), (0, false));
    // Without a filter, the list has too many messages, but never too few.
    stand_in.lists(Look::Unfiltered);
    let listing = gateway.sent_to(&number(), DateTime::UNIX_EPOCH).await.unwrap();
    assert_eq!((listing.messages.len(), listing.complete), (1, true));
}

#[tokio::test]
async fn times_are_read_in_the_zone_that_was_set() {
    let india = FixedOffset::east_opt(5 * 3600 + 1800).unwrap();
    let now = DateTime::parse_from_rfc3339("2030-01-02T03:04:05Z").unwrap().to_utc();
    let stand_in = StandInGateway::builder().zone(india).now(move || now).start().await.unwrap();
    let gateway = builder(stand_in.url(), stand_in.key()).reply_offset(india).build().unwrap();
    gateway.send(&message("Hello")).await.unwrap();
    let listing = gateway.sent_to(&number(), now).await.unwrap();
    assert_eq!(listing.messages[0].created_at, Some(now));
}
