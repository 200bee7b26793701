//! Mutes right before each POST.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::TimeDelta;
use whatsapp_core::audit::{Act, Actor};
use whatsapp_core::dispatch::{DispatchOptions, RateLimit};
use whatsapp_core::message::{CancelReason, Category, HeldFor, MessageType, Part, Phase, Trigger};
use whatsapp_core::mute::{Mute, MuteOf, MuteOn};
use whatsapp_core::port::{
    AuditFilter, AuditLog as _, Clock as _, Customer, Due, Listing, MuteCursor, MuteEnd,
    MuteFilter, MuteQuestion, MuteStore, StoreError,
};
use whatsapp_core::retry::Disposition;
use whatsapp_core::{
    Attachment, AuditId, CustomerId, Desk, Dispatcher, InvoiceId, MessageId, Request, UserId,
    WhatsAppNumber,
};
use whatsapp_testkit::MemoryStore;

use crate::shop::{ASHA, NUMBER, PDF, Shop, error, row};

/// Mutes that count questions, and give no answer for a while.
#[derive(Debug, Clone)]
pub(crate) struct Keeper {
    store: MemoryStore,
    /// Number of messages in each question.
    pub(crate) asked: Arc<Mutex<Vec<usize>>>,
    deaf: Arc<Mutex<bool>>,
}

impl Keeper {
    pub(crate) fn new(store: MemoryStore) -> Self {
        Self { store, asked: Arc::default(), deaf: Arc::default() }
    }
}

#[async_trait]
impl MuteStore for Keeper {
    async fn add_mute(&self, mute: &Mute, audit: AuditId) -> Result<Mute, StoreError> {
        self.store.add_mute(mute, audit).await
    }

    async fn end_mute(&self, end: &MuteEnd) -> Result<Option<Mute>, StoreError> {
        self.store.end_mute(end).await
    }

    async fn mutes(
        &self,
        filter: &MuteFilter,
        after: Option<MuteCursor>,
        limit: u32,
    ) -> Result<Vec<Mute>, StoreError> {
        self.store.mutes(filter, after, limit).await
    }

    async fn muted(&self, asked: &[MuteQuestion]) -> Result<Vec<Vec<Mute>>, StoreError> {
        if *self.deaf.lock().unwrap() {
            return Err(StoreError::Unavailable { reason: "the test asked for it".to_owned() });
        }
        self.asked.lock().unwrap().push(asked.len());
        self.store.muted(asked).await
    }
}

/// A shop that keeps mutes.
struct House {
    shop: Shop,
    keeper: Keeper,
    desk: Desk,
}

fn asha() -> MuteOn {
    MuteOn::Customer(CustomerId::new(ASHA).unwrap())
}

fn number(number: &str) -> MuteOn {
    MuteOn::number(&WhatsAppNumber::parse(number).unwrap())
}

fn invoice(id: &str) -> MuteOn {
    MuteOn::Invoice(InvoiceId::new(id).unwrap())
}

fn manager() -> Actor {
    Actor::Person(UserId::new("manager-1").unwrap())
}

impl House {
    fn new() -> Self {
        let mut shop = Shop::new();
        let keeper = Keeper::new(shop.store.clone());
        shop.ports = shop.ports.with_mutes(Arc::new(keeper.clone()));
        let options = DispatchOptions::default().with_rate_limit(RateLimit::Unlimited);
        shop.dispatcher = Dispatcher::new(shop.ports.clone()).unwrap().with_options(options);
        let desk = Desk::new(shop.ports.clone());
        Self { shop, keeper, desk }
    }

    async fn mute(&self, on: MuteOn, of: MuteOf) -> Mute {
        self.desk.mute(on, of, &manager()).await.unwrap()
    }

    async fn enqueue(&self, request: Request) -> MessageId {
        self.shop.messenger.enqueue(request).await.unwrap().message_id
    }

    /// The sentence about a message that was kept back.
    async fn muted(&self, id: MessageId) -> String {
        let message = self.shop.message(id).await;
        let phase = message.phase(self.shop.clock.now());
        assert_eq!(phase, Phase::Cancelled(CancelReason::Muted));
        message.state.explanation.unwrap().into_string()
    }

    async fn is_sent(&self, id: MessageId) -> bool {
        matches!(self.shop.phase(id).await, Phase::Sent | Phase::Delivered)
    }

    fn nothing_is_listed(&self) {
        for _ in 0..3 {
            let nothing = Listing::new(Vec::new(), true);
            self.shop.gateway.next_listing(Ok(nothing));
        }
    }
}

/// A person's text to the first customer.
pub(crate) fn of_type(message_type: MessageType) -> Request {
    let customer = CustomerId::new(ASHA).unwrap();
    Request::text(customer, message_type, "Dear {customerName}", BTreeMap::new())
        .with_attachment(Attachment::file("a.pdf", PDF.to_vec()).unwrap())
}

/// Every built-in type, with its category.
pub(crate) fn types() -> Vec<(MessageType, Category)> {
    let house = House::new();
    let all: Vec<_> = house.shop.ports.types().iter().collect();
    assert!(all.len() >= 6);
    all.into_iter().map(|of| (of, of.category())).collect()
}

#[tokio::test]
async fn messages_of_every_type_are_kept_back_by_the_mutes_that_cover_them() {
    for &of in MuteOf::ALL {
        for (message_type, category) in types() {
            let house = House::new();
            house.shop.set("whatsapp_announcement_enabled", "true");
            house.mute(asha(), of).await;
            let id = house.enqueue(of_type(message_type)).await;
            house.shop.tick().await;
            if of.covers(category) {
                assert_eq!(
                    house.muted(id).await,
                    format!("{} to this customer are kept back.", of.label())
                );
                assert!(house.shop.gateway.sent().is_empty());
                assert!(house.shop.attempts(id).await.is_empty(), "it uses up nothing");
                assert!(house.shop.store.notices().is_empty());
            } else {
                assert!(house.is_sent(id).await, "{message_type} under {of}");
            }
        }
    }
}

#[tokio::test]
async fn numbers_and_invoices_are_muted_with_words_of_their_own() {
    let due = || {
        let (date, due) = ("2026-01-02".parse().unwrap(), "2026-02-11".parse().unwrap());
        let amount = whatsapp_core::format::Amount::rupees("500").unwrap();
        let (id, customer) = (InvoiceId::new("INV-7").unwrap(), CustomerId::new(ASHA).unwrap());
        Due::new(id, customer, "INV-7", date, due, amount)
    };
    for (on, of, said) in [
        (number(NUMBER), MuteOf::Reminders, Some("Reminders to this number are kept back.")),
        (invoice("INV-7"), MuteOf::All, Some("All messages about this invoice are kept back.")),
        (invoice("INV-7"), MuteOf::Reminders, Some("Reminders about this invoice are kept back.")),
        (invoice("INV-8"), MuteOf::All, None),
        (number("+919812345671"), MuteOf::All, None),
        (MuteOn::Customer(CustomerId::new("INV-7").unwrap()), MuteOf::All, None),
    ] {
        let house = House::new();
        house.shop.invoices.owe(due());
        house.mute(on.clone(), of).await;
        let id = house.enqueue(house.shop.reminder("2026-02-18")).await;
        house.shop.tick().await;
        match said {
            Some(said) => assert_eq!(house.muted(id).await, said),
            None => assert!(house.is_sent(id).await, "{on:?}"),
        }
    }
}

#[tokio::test]
async fn all_spellings_of_a_number_share_its_mute() {
    let house = House::new();
    let brazil = CustomerId::new("C-9").unwrap();
    house.shop.customers.put(Customer::new(brazil.clone(), "Silva", Some("+553187654321")));
    house.mute(number("+5531987654321"), MuteOf::All).await;
    let text = Request::text(brazil, MessageType::FESTIVAL, "Olá", BTreeMap::new());
    let id = house.enqueue(text).await;
    house.shop.tick().await;
    assert_eq!(house.muted(id).await, "All messages to this number are kept back.");
}

#[tokio::test]
async fn a_mute_set_between_claim_and_begin_is_obeyed() {
    let house = House::new();
    let id = house.shop.enqueued("SO-1").await;
    let work = house.shop.dispatcher.take(house.shop.clock.now()).await.unwrap();
    house.mute(asha(), MuteOf::All).await;
    house.shop.dispatcher.perform(work).await;
    house.muted(id).await;
    assert!(house.shop.gateway.sent().is_empty());
}

#[tokio::test]
async fn a_retry_asks_again() {
    let house = House::new();
    house.shop.gateway.next_send(Err(error(Disposition::Transient)));
    let id = house.shop.enqueued("SO-1").await;
    house.shop.tick().await;
    house.mute(asha(), MuteOf::All).await;
    house.shop.live_for(TimeDelta::hours(5)).await;
    house.muted(id).await;
    assert_eq!(house.shop.attempts(id).await, [(0, Some("rejected"))]);
    assert!(house.shop.store.notices().is_empty());
}

#[tokio::test]
async fn a_look_gets_its_answer_and_only_the_resend_asks() {
    let house = House::new();
    house.shop.gateway.next_send(Err(error(Disposition::Unknown)));
    let id = house.shop.enqueued("SO-1").await;
    house.shop.tick().await;
    house.mute(asha(), MuteOf::All).await;
    house.nothing_is_listed();
    house.shop.live_for(TimeDelta::hours(5)).await;
    house.muted(id).await;
    assert!(!house.shop.gateway.looks().is_empty());
    let attempts = house.shop.attempts(id).await;
    assert_eq!(attempts, [(0, Some("not_accepted"))], "what the look found is written down");
    assert_eq!(house.shop.gateway.sent().len(), 1);
}

#[tokio::test]
async fn a_message_that_the_gateway_has_is_sent_though_it_is_muted_since() {
    let house = House::new();
    house.shop.gateway.next_send(Err(error(Disposition::Unknown)));
    let id = house.shop.enqueued("SO-1").await;
    house.shop.tick().await;
    house.mute(asha(), MuteOf::All).await;
    let text = house.shop.message(id).await.facts.text;
    let messages = vec![row("77", text, house.shop.clock.now())];
    house.shop.gateway.next_listing(Ok(Listing::new(messages, true)));
    house.shop.live_for(TimeDelta::hours(5)).await;
    assert!(house.is_sent(id).await);
}

#[tokio::test]
async fn a_text_follows_its_file_though_it_is_muted_since() {
    let house = House::new();
    let words = "Happy Holi! ".repeat(120);
    let customer = CustomerId::new(ASHA).unwrap();
    let text = Request::text(customer, MessageType::FESTIVAL, words, BTreeMap::new());
    let file = Attachment::file("holi.pdf", PDF.to_vec()).unwrap();
    let id = house.enqueue(text.with_attachment(file).with_trigger(Trigger::Auto)).await;
    house.shop.tick().await;
    assert_eq!(house.shop.message(id).await.state.part, Part::Text);
    assert_eq!(house.shop.attempts(id).await.len(), 1);
    house.mute(asha(), MuteOf::All).await;
    house.shop.gateway.next_send(Err(error(Disposition::Transient)));
    house.shop.live_for(TimeDelta::hours(1)).await;
    assert!(house.is_sent(id).await);
    assert_eq!(house.shop.attempts(id).await.len(), 3);
    assert_eq!(*house.keeper.asked.lock().unwrap(), [1], "only about the file");
}

#[tokio::test]
async fn a_file_that_is_muted_is_not_sent_and_neither_is_its_text() {
    let house = House::new();
    house.mute(asha(), MuteOf::Greetings).await;
    let words = "Happy Holi! ".repeat(120);
    let customer = CustomerId::new(ASHA).unwrap();
    let text = Request::text(customer, MessageType::FESTIVAL, words, BTreeMap::new());
    let file = Attachment::file("holi.pdf", PDF.to_vec()).unwrap();
    let id = house.enqueue(text.with_attachment(file)).await;
    house.shop.live_for(TimeDelta::hours(1)).await;
    assert_eq!(house.muted(id).await, "Greetings to this customer are kept back.");
    assert!(house.shop.gateway.sent().is_empty());
    assert!(house.shop.media.links().is_empty(), "nobody needs its file any more");
}

#[tokio::test]
async fn what_is_muted_together_is_asked_in_one_question_and_others_go_out() {
    let house = House::new();
    house.shop.customers.put(Customer::new(
        CustomerId::new("C-2").unwrap(),
        "Gupta & Sons",
        Some("+919876543211"),
    ));
    house.mute(asha(), MuteOf::All).await;
    let mut ids = Vec::new();
    for no in 0..10 {
        let customer = CustomerId::new(if no % 2 == 0 { ASHA } else { "C-2" }).unwrap();
        let text = format!("Message {no}");
        let values = BTreeMap::new();
        ids.push(house.enqueue(Request::text(customer, MessageType::FESTIVAL, text, values)).await);
    }
    house.shop.tick().await;
    assert_eq!(*house.keeper.asked.lock().unwrap(), [10]);
    for (no, id) in ids.into_iter().enumerate() {
        if no % 2 == 0 {
            house.muted(id).await;
        } else {
            assert!(house.is_sent(id).await);
        }
    }
    assert_eq!(house.shop.gateway.sent().len(), 5);
}

#[tokio::test]
async fn nothing_is_sent_while_the_mutes_cannot_be_read() {
    let house = House::new();
    let id = house.shop.enqueued("SO-1").await;
    *house.keeper.deaf.lock().unwrap() = true;
    house.shop.live_for(TimeDelta::minutes(30)).await;
    assert!(house.shop.gateway.sent().is_empty());
    assert!(house.shop.attempts(id).await.is_empty());
    let state = house.shop.message(id).await.state;
    assert_eq!(state.held_for, Some(HeldFor::Records));
    assert_eq!(state.explanation.unwrap().as_str(), "The mutes could not be read.");
    *house.keeper.deaf.lock().unwrap() = false;
    house.shop.live_for(TimeDelta::minutes(2)).await;
    assert!(house.is_sent(id).await);
}

#[tokio::test]
async fn a_resend_waits_while_the_mutes_cannot_be_read() {
    let house = House::new();
    house.shop.gateway.next_send(Err(error(Disposition::Unknown)));
    let id = house.shop.enqueued("SO-1").await;
    house.shop.tick().await;
    *house.keeper.deaf.lock().unwrap() = true;
    house.nothing_is_listed();
    house.shop.live_for(TimeDelta::hours(2)).await;
    assert_eq!(house.shop.attempts(id).await, [(0, Some("not_accepted"))]);
    *house.keeper.deaf.lock().unwrap() = false;
    house.shop.live_for(TimeDelta::minutes(2)).await;
    assert!(house.is_sent(id).await);
}

#[tokio::test]
async fn a_text_follows_its_file_while_the_mutes_cannot_be_read() {
    let house = House::new();
    let words = "Happy Holi! ".repeat(120);
    let customer = CustomerId::new(ASHA).unwrap();
    let text = Request::text(customer, MessageType::FESTIVAL, words, BTreeMap::new());
    let file = Attachment::file("holi.pdf", PDF.to_vec()).unwrap();
    let id = house.enqueue(text.with_attachment(file)).await;
    house.shop.tick().await;
    *house.keeper.deaf.lock().unwrap() = true;
    house.shop.live_for(TimeDelta::minutes(2)).await;
    assert!(house.is_sent(id).await);
}

#[tokio::test]
async fn once_a_mute_ended_later_messages_go_out_and_what_it_cancelled_stays_so() {
    let house = House::new();
    let mute = house.mute(asha(), MuteOf::All).await;
    assert_eq!(house.mute(asha(), MuteOf::All).await, mute, "the same again is the same");
    let first = house.shop.enqueued("SO-1").await;
    house.shop.tick().await;
    house.shop.clock.advance(TimeDelta::minutes(5));
    let ended = house.desk.unmute(mute.id, &Actor::Host).await.unwrap().unwrap();
    assert_eq!(ended.ended.unwrap().by, Actor::Host);
    assert_eq!(house.desk.unmute(mute.id, &manager()).await.unwrap(), None);
    let second = house.shop.enqueued("SO-2").await;
    house.shop.live_for(TimeDelta::hours(1)).await;
    house.muted(first).await;
    assert!(house.is_sent(second).await);

    let holding = MuteFilter::default();
    assert_eq!(house.desk.mutes(&holding, None, 9).await.unwrap(), []);
    let all = MuteFilter::about(asha()).with_ended();
    assert_eq!(house.desk.mutes(&all, None, 9).await.unwrap().len(), 1);
    let audit = house.shop.store.audit(&AuditFilter::default(), None, 9).await.unwrap();
    let acts: Vec<_> = audit.entries.iter().map(|entry| (entry.act, entry.by.clone())).collect();
    assert_eq!(acts, [(Act::Unmuted, Actor::Host), (Act::Muted, manager())]);
    assert!(!format!("{:?}", audit.entries).contains(&NUMBER[1..]));
}

#[tokio::test]
async fn ports_without_mutes_ask_nobody_and_a_desk_over_them_says_so() {
    let shop = Shop::new();
    let house = House::new();
    house.mute(asha(), MuteOf::All).await;
    let error = Desk::new(shop.ports.clone()).mute(asha(), MuteOf::All, &manager()).await;
    assert!(error.unwrap_err().to_string().contains("add `with_mutes`"));
    let id = shop.enqueued("SO-1").await;
    shop.tick().await;
    assert!(matches!(shop.phase(id).await, Phase::Sent | Phase::Delivered));
}
