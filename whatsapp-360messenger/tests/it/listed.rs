//! Lists that show a message in another form than it was sent, tested from end to end. The message
//! is accepted, and its reply is lost. Whatever the list shows, nobody gets a second copy.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_core::dispatch::{DispatchOptions, RateLimit};
use whatsapp_core::message::{FailureKind, MessageType, Phase};
use whatsapp_core::port::{Clock as _, Customer, MessageLog as _};
use whatsapp_core::{CustomerId, Dispatcher, MessageId, Messenger, Ports, Request};
use whatsapp_testkit::fixtures::START;
use whatsapp_testkit::gateway::{Answer, Fault, Guise, Look, StandInGateway};
use whatsapp_testkit::{FixedDirectory, ManualClock, MemoryStore, SeededEntropy};

use crate::support::builder;

const SONS: &str = "Dear D'Souza & Sons, your order is on its way. We shall tell you when it has arrived at \
                    your shop, and whom to ask until then.";
const HINDI: &str = "नमस्ते आशा, आपका ऑर्डर रास्ते में है।";

/// A shop with the real adapter and the stand-in gateway.
struct Shop {
    gateway: StandInGateway,
    store: MemoryStore,
    clock: ManualClock,
    customers: FixedDirectory,
    dispatcher: Dispatcher,
    messenger: Messenger,
}

impl Shop {
    async fn open() -> Self {
        let clock = ManualClock::starting_at(START);
        let now = clock.clone();
        let gateway =
            StandInGateway::builder().now(move || now.now()).page_size(2).start().await.unwrap();
        let client = Arc::new(builder(gateway.url(), gateway.key()).build().unwrap());
        let store = MemoryStore::new();
        let customers = FixedDirectory::new([]);
        let ports = Ports::new(Arc::new(store.clone()), Arc::new(customers.clone()))
            .with_transport(client.clone())
            .with_deliveries(client)
            .with_clock(Arc::new(clock.clone()))
            .with_entropy(Arc::new(SeededEntropy::new(7)));
        let options = DispatchOptions::default().with_rate_limit(RateLimit::Unlimited);
        let dispatcher = Dispatcher::new(ports.clone()).unwrap().with_options(options);
        let messenger = Messenger::new(ports);
        Self { gateway, store, clock, customers, dispatcher, messenger }
    }

    async fn enqueued(&self, digits: &str, text: &str) -> MessageId {
        let customer = CustomerId::new(digits).unwrap();
        let number = format!("+{digits}");
        self.customers.put(Customer::new(customer.clone(), "Asha Traders", Some(&number)));
        let request = Request::text(customer, MessageType::FESTIVAL, text, BTreeMap::new());
        self.messenger.enqueue(request).await.unwrap().message_id
    }

    async fn live_for(&self, time: TimeDelta) {
        let end = self.clock.now() + time;
        loop {
            let report = self.dispatcher.tick(self.clock.now()).await.unwrap();
            match report.again_at {
                Some(at) if at > self.clock.now() && at <= end => self.clock.advance_to(at),
                Some(at) if at <= self.clock.now() => {}
                _ => return self.clock.advance_to(end),
            }
        }
    }

    async fn phase(&self, id: MessageId) -> Phase {
        self.store.message(id).await.unwrap().unwrap().phase(self.clock.now())
    }
}

/// Sends a message to `digits` whose reply is lost, and which is listed in this form. Returns the
/// number of POSTs, and the final phase.
async fn lost(digits: &str, text: &str, guise: &str) -> (usize, Phase) {
    let shop = Shop::open().await;
    // Another page, with another message to this customer.
    shop.enqueued(digits, "Your parcel waits at the counter.").await;
    shop.live_for(TimeDelta::minutes(2)).await;
    shop.gateway.guises().of_all(guise.parse().unwrap());
    shop.gateway.next(Fault::accept_then(Answer::Reset));
    let id = shop.enqueued(digits, text).await;
    shop.live_for(TimeDelta::hours(30)).await;
    (shop.gateway.posts().len() - 1, shop.phase(id).await)
}

#[tokio::test]
async fn a_message_that_is_found_under_another_spelling_of_its_number_is_sent() {
    for (digits, guise) in [
        ("919800000001", "as-sent"),
        ("919800000001", "device"),
        ("919800000001", "server"),
        ("919800000001", "c.us"),
        ("919800000001", "other-digits"),
        ("5531987654321", "other-digits"),
        ("553187654321", "other-digits"),
        ("5215512345678", "other-digits"),
        ("525512345678", "other-digits"),
        ("5491123456789", "other-digits"),
        ("541123456789", "other-digits"),
        ("919800000001", "no-time"),
        // In a chat that the gateway files under its own spelling.
        ("5531987654321", "own-spelling"),
        ("553187654321", "own-spelling"),
        ("5215512345678", "own-spelling"),
        ("525512345678", "own-spelling+c.us"),
        ("5491123456789", "own-spelling+device"),
        ("541123456789", "own-spelling"),
        ("919800000001", "own-spelling"),
    ] {
        let (posts, phase) = lost(digits, SONS, guise).await;
        assert_eq!(posts, 1, "{digits} {guise}");
        assert!(matches!(phase, Phase::Sent | Phase::Delivered), "{digits} {guise}: {phase:?}");
    }
}

#[tokio::test]
async fn a_message_that_is_listed_so_that_nobody_knows_it_is_told_of_and_never_sent_again() {
    for (text, guise) in [
        (SONS, "lid"),
        (SONS, "bare-lid"),
        (SONS, "no-recipient"),
        (SONS, "domestic"),
        (SONS, "lid+escaped+shift:330"),
        (SONS, "escaped"),
        (SONS, "escaped+shift:330"),
        (SONS, "escaped-twice+shift:-480+device"),
        (SONS, "escaped-numbers+shift:840"),
        (SONS, "cut:100"),
        (SONS, "cut:100+shift:330"),
        (SONS, "cut:0+no-time"),
        (SONS, "escaped+cut:100+no-time+lid"),
        (HINDI, "question-marks"),
        (HINDI, "question-marks+shift:330"),
        (HINDI, "replaced+shift:-330"),
        (HINDI, "escaped-numbers+other-digits+shift:345"),
        (SONS, "shift:330"),
        (SONS, "shift:1560"),
        (SONS, "shift:-1560"),
        (SONS, "no-id"),
        (SONS, "no-id+lid+no-time"),
        (SONS, "own-spelling+escaped+shift:330"),
        (HINDI, "own-spelling+lid+question-marks"),
        (SONS, "own-spelling+no-time+no-id"),
    ] {
        let digits = if guise.contains("own-spelling") { "5531987654321" } else { "919800000001" };
        let (posts, phase) = lost(digits, text, guise).await;
        assert_eq!(posts, 1, "{guise}");
        let unknown =
            matches!(&phase, Phase::Failed(why) if why.kind == FailureKind::UnknownOutcome);
        assert!(unknown, "{guise}: {phase:?}");
    }
}

#[tokio::test]
async fn a_message_to_a_number_with_two_spellings_is_sent_after_half_an_hour_if_neither_has_it() {
    for (lists, guise) in [
        (Look::Honest, "as-sent"),
        (Look::Honest, "own-spelling"),
        (Look::Unfiltered, "own-spelling"),
        (Look::NoSuchChat, "as-sent"),
    ] {
        let shop = Shop::open().await;
        shop.gateway.guises().of_all(guise.parse::<Guise>().unwrap());
        shop.gateway.lists(lists.clone());
        shop.enqueued("5531987654321", "Your parcel waits at the counter.").await;
        shop.live_for(TimeDelta::minutes(2)).await;
        shop.gateway.next(Fault::refuse(Answer::Reset));
        let started = shop.clock.now();
        let id = shop.enqueued("5531987654321", SONS).await;
        shop.live_for(TimeDelta::hours(2)).await;
        let attempts = shop.store.attempts(id).await.unwrap();
        let minutes: Vec<_> =
            attempts.iter().map(|attempt| (attempt.started_at - started).num_minutes()).collect();
        assert_eq!(minutes, [0, 30], "{lists:?} {guise}");
    }
}

#[tokio::test]
async fn a_message_that_was_not_taken_is_sent_after_half_an_hour_among_other_peoples_rows() {
    for guise in ["as-sent", "lid+escaped", "no-recipient+shift:330", "question-marks+no-time"] {
        let shop = Shop::open().await;
        // The gateway filters by the beginning of a number, so both are listed.
        for digits in ["491512345678", "4915123456789"] {
            for text in [SONS, HINDI] {
                shop.enqueued(digits, text).await;
            }
        }
        shop.live_for(TimeDelta::minutes(2)).await;
        shop.gateway.guises().of_all(guise.parse::<Guise>().unwrap());
        shop.gateway.next(Fault::refuse(Answer::Reset));
        let started = shop.clock.now();
        let id = shop.enqueued("491512345678", SONS).await;
        shop.live_for(TimeDelta::hours(2)).await;
        let attempts = shop.store.attempts(id).await.unwrap();
        let minutes: Vec<_> =
            attempts.iter().map(|attempt| (attempt.started_at - started).num_minutes()).collect();
        assert_eq!(minutes, [0, 30], "{guise}");
        assert!(matches!(shop.phase(id).await, Phase::Sent | Phase::Delivered), "{guise}");
    }
}
