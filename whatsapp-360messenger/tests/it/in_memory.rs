//! The stand-in gateway in memory beside the adapter over HTTP: a sender learns the same from both,
//! whatever fault is played.

use chrono::TimeDelta;
use whatsapp_core::WhatsAppNumber;
use whatsapp_core::message::Cause;
use whatsapp_core::port::{
    Accepted, DeliveryReports as _, Listing, Transport as _, TransportError,
};
use whatsapp_core::retry::Disposition;
use whatsapp_testkit::fixtures::START;
use whatsapp_testkit::gateway::{
    Answer, Delivery, Fault, Look, MemoryGateway, Probed, StandInGateway,
};

use crate::support::{IMPATIENCE, builder, message, number};

/// Every kind of answer, and each code that has a row of its own.
const FAULTS: &[&str] = &[
    "ordinary",
    "lost",
    "hang",
    "reset",
    "close",
    "garbage",
    "truncated",
    "empty",
    "without-id",
    "success-as-text",
    "data-array",
    "huge",
    "huge:1000",
    "session-not-connected",
    "session-unexpected",
    "session-down",
    "subscription-expired",
    "daily-limit",
    "code:400",
    "code:401",
    "code:402",
    "code:403",
    "code:404",
    "code:429",
    "code:500",
    "not-found-page",
    "firewall-page",
    "maintenance-page",
    "redirect:301",
    "redirect:302",
    "redirect:303",
    "redirect:307",
    "redirect:308",
    "429",
    "429:0",
    "429:-1",
    "429:120",
    "429:999999999",
    "429:soon",
    "400",
    "401",
    "402",
    "403",
    "404",
    "405",
    "408",
    "413",
    "418",
    "422",
    "500",
    "502",
    "503",
    "success-false",
    "success-false:Try again",
    "accept-then-reset",
    "accept-then-hang",
    "accept-then-500",
    "accept-then-garbage",
];

/// The part of a reply that a sender can act on.
#[derive(Debug, PartialEq)]
enum Learnt {
    Accepted(Option<String>),
    Error {
        disposition: Disposition,
        cause: (Cause, bool),
        reached: bool,
        http_status: Option<u16>,
        retry_after: Option<TimeDelta>,
    },
}

fn learnt(reply: Result<Accepted, TransportError>) -> Learnt {
    match reply {
        Ok(accepted) => Learnt::Accepted(accepted.gateway_id),
        Err(error) => Learnt::Error {
            disposition: error.disposition(),
            cause: (error.cause(), error.cause_is_sure()),
            reached: error.reached(),
            http_status: error.http_status(),
            retry_after: error.retry_after(),
        },
    }
}

#[tokio::test]
async fn every_fault_tells_a_sender_the_same_with_and_without_http() {
    let server = StandInGateway::builder().now(|| START).start().await.unwrap();
    let adapter = builder(server.url(), server.key()).timeout(IMPATIENCE).build().unwrap();
    let memory = MemoryGateway::new(|| START);
    for (no, name) in FAULTS.iter().enumerate() {
        let fault: Fault = name.parse().unwrap();
        server.next(fault.clone());
        memory.next(fault);
        // The fault's name would not count in a reply to a message that holds it.
        let message = message(&format!("Parcel {no} has arrived"));
        let (over_http, in_memory) = (adapter.send(&message).await, memory.send(&message).await);
        assert_eq!(learnt(over_http), learnt(in_memory), "{name}");
    }
    let ids = |accepted: Vec<whatsapp_testkit::gateway::Accepted>| -> Vec<String> {
        accepted.into_iter().map(|message| message.id).collect()
    };
    assert_eq!(ids(server.accepted()), ids(memory.accepted()));

    let over_http = adapter.sent_to(&number(), START).await.unwrap();
    let in_memory = memory.sent_to(&number(), START).await.unwrap();
    assert_eq!(over_http.messages, in_memory.messages);
    assert!(over_http.complete && in_memory.complete);
    server.shutdown().await;
}

/// The number of listed messages, and whether the list proves that there are no others.
fn proof(listing: Result<Listing, TransportError>) -> (usize, bool) {
    listing.map_or((0, false), |listing| (listing.messages.len(), listing.complete))
}

#[tokio::test]
async fn lists_that_fail_prove_the_same_with_and_without_http() {
    let server = StandInGateway::builder().now(|| START).start().await.unwrap();
    let adapter = builder(server.url(), server.key()).look_timeout(IMPATIENCE).build().unwrap();
    let memory = MemoryGateway::new(|| START);
    adapter.send(&message("Hello")).await.unwrap();
    memory.send(&message("Hello")).await.unwrap();
    let stranger = WhatsAppNumber::parse("+919876500001").unwrap();
    for look in [
        Look::Honest,
        Look::Status(401),
        Look::Status(500),
        Look::Hang,
        Look::Reset,
        Look::Garbage,
        Look::Truncated,
        Look::WrongPage,
        Look::Unfiltered,
        Look::NoSuchChat,
        Look::Nothing,
    ] {
        server.lists(look.clone());
        memory.lists(look.clone());
        for number in [number(), stranger.clone()] {
            let over_http = adapter.sent_to(&number, START).await;
            let in_memory = memory.sent_to(&number, START).await;
            assert_eq!(proof(over_http), proof(in_memory), "{look:?} of {number:?}");
        }
    }
    server.shutdown().await;
}

#[tokio::test]
async fn probes_and_deliveries_are_told_the_same_with_and_without_http() {
    let server = StandInGateway::builder().now(|| START).start().await.unwrap();
    let adapter = builder(server.url(), server.key()).build().unwrap();
    let memory = MemoryGateway::new(|| START);
    assert_eq!(adapter.probe().await, memory.probe().await);
    for answer in [Answer::session_down(), Answer::Status(401), Answer::Status(403)] {
        server.account().refuses(answer.clone(), Probed::No);
        memory.account().refuses(answer.clone(), Probed::No);
        assert_eq!(adapter.probe().await, memory.probe().await, "{answer}");
        server.account().refuses(answer.clone(), Probed::Yes);
        memory.account().refuses(answer.clone(), Probed::Yes);
        assert_eq!(adapter.probe().await, memory.probe().await, "{answer}");
    }
    server.account().recovers();
    memory.account().recovers();

    let id = adapter.send(&message("Hello")).await.unwrap().gateway_id.unwrap();
    assert_eq!(memory.send(&message("Hello")).await.unwrap().gateway_id.as_ref(), Some(&id));
    for delivery in [
        Delivery::Pending,
        Delivery::Delivered,
        Delivery::Read,
        Delivery::Failed,
        Delivery::NotOnWhatsApp,
    ] {
        server.deliveries().of_all(delivery.clone());
        memory.deliveries().of_all(delivery.clone());
        assert_eq!(adapter.status(&id).await, memory.status(&id).await, "{delivery:?}");
    }
    assert_eq!(adapter.status("7").await, memory.status("7").await);
    server.shutdown().await;
}
