//! A shop with a console, and the messages that are in it.

mod browser;
mod page;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::http::request::Parts;
use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_console::{Console, Credential, Gate, Refused, Role, Visitor};
use whatsapp_core::audit::Actor;
use whatsapp_core::desk::TemplateEdit;
use whatsapp_core::message::{
    Cause, Delivery, Facts, Failure, FailureKind, MessageType, NewMessage, Progress, State,
    StateRow,
};
use whatsapp_core::port::{
    Clock as _, Customer, CustomerDirectory, CustomerSearch, DirectoryError, Outbox as _,
    PlanWrite, PlanWritten, PlannerStore as _, StepWrite, Store,
};
use whatsapp_core::schedule::{ReminderStep, StepName, StepReason, StepState};
use whatsapp_core::{
    CustomerId, Desk, Dispatcher, InvoiceId, MessageId, Messenger, Ports, TemplateId, UserId,
};
use whatsapp_testkit::fixtures::{START, greeting, number};
use whatsapp_testkit::{
    FixedDirectory, FixedLedger, FixedSource, ManualClock, MemoryMedia, MemoryStore,
    ScriptedTransport,
};

pub(crate) use browser::Browser;
pub(crate) use page::{Form, Page};

/// A gate that lets in whoever a header names: `asha manager`, or `asha manager Asha Rao`.
#[derive(Debug)]
struct Door;

#[async_trait]
impl Gate for Door {
    async fn enter(&self, request: &Parts) -> Result<Visitor, Refused> {
        let who = request.headers.get("x-who").and_then(|who| who.to_str().ok());
        let (name, role) = who.and_then(|who| who.split_once(' ')).ok_or(Refused::Nobody)?;
        // The role may be followed by the person's name, where that is not the key.
        let (role, called) = role.split_once(' ').unwrap_or((role, name));
        let role = if role == "viewer" { Role::Viewer } else { Role::Manager };
        let user = UserId::new(name).map_err(|_| Refused::Nobody)?;
        Ok(Visitor::new(user, called, role, Credential::Ambient, format!("session of {name}")))
    }
}

/// A shop with a console.
#[derive(Debug, Clone)]
pub(crate) struct Shop {
    pub(crate) store: MemoryStore,
    pub(crate) customers: FixedDirectory,
    pub(crate) ledger: FixedLedger,
    pub(crate) clock: ManualClock,
    pub(crate) gateway: ScriptedTransport,
    /// The host's files, for a shop that has some.
    pub(crate) files: FixedSource,
    pub(crate) ports: Ports,
    console: Router,
}

impl Shop {
    /// An empty shop on a working day at ten in India.
    pub(crate) fn new() -> Self {
        Self::over(|store| Arc::new(store))
    }

    /// The same over a store that behaves otherwise in one place.
    pub(crate) fn over(wrapped: impl FnOnce(MemoryStore) -> Arc<dyn Store>) -> Self {
        let (store, customers) = (MemoryStore::new(), FixedDirectory::default());
        let (clock, gateway) = (ManualClock::starting_at(START), ScriptedTransport::new());
        let ledger = FixedLedger::new();
        // Somebody is told of failures, so that nobody has to be asked for an address.
        store.put_setting("whatsapp_failure_notification_email", "asha@shop.example");
        let ports = Ports::new(wrapped(store.clone()), Arc::new(customers.clone()))
            .with_search(Arc::new(customers.clone()))
            .with_transport(Arc::new(gateway.clone()))
            .with_audit(Arc::new(store.clone()))
            .with_invoices(Arc::new(ledger.clone()))
            .with_plans(Arc::new(store.clone()))
            .with_mutes(Arc::new(store.clone()))
            .with_daily(Arc::new(store.clone()))
            .with_bulk(Arc::new(store.clone()))
            .with_campaigns(Arc::new(store.clone()))
            .with_clock(Arc::new(clock.clone()));
        let files = FixedSource::new();
        Self { console: mounted(&ports), store, customers, ledger, clock, gateway, files, ports }
    }

    /// The same shop with other adapters.
    pub(crate) fn with(mut self, change: impl FnOnce(Ports) -> Ports) -> Self {
        self.ports = change(self.ports);
        self.console = mounted(&self.ports);
        self
    }

    /// The same shop whose host searches no names.
    pub(crate) fn without_search() -> Self {
        let mut shop = Self::new();
        let store = Arc::new(shop.store.clone());
        let ports = Ports::new(store.clone(), Arc::new(shop.customers.clone()));
        shop.ports = ports.with_audit(store).with_clock(Arc::new(shop.clock.clone()));
        shop.console = mounted(&shop.ports);
        shop
    }

    /// The same shop whose host has files, reminders and mutes.
    pub(crate) fn with_files() -> Self {
        let mut shop = Self::new();
        let store = Arc::new(shop.store.clone());
        shop.ports = shop
            .ports
            .with_media(Arc::new(MemoryMedia::new()))
            .with_sources(Arc::new(shop.files.clone()))
            .with_invoices(Arc::new(shop.ledger.clone()))
            .with_plans(store.clone())
            .with_mutes(store);
        shop.console = mounted(&shop.ports);
        shop
    }

    /// The same shop whose host's records never answer.
    pub(crate) fn hanging() -> Self {
        let mut shop = Self::new();
        let store = Arc::new(shop.store.clone());
        let ports = Ports::new(store.clone(), Arc::new(Hangs)).with_search(Arc::new(Hangs));
        shop.ports = ports.with_audit(store).with_clock(Arc::new(shop.clock.clone()));
        shop.console = mounted(&shop.ports);
        shop
    }

    pub(crate) fn messenger(&self) -> Messenger {
        Messenger::new(self.ports.clone())
    }

    pub(crate) fn desk(&self) -> Desk {
        Desk::new(self.ports.clone())
    }

    pub(crate) fn dispatcher(&self) -> Dispatcher {
        Dispatcher::new(self.ports.clone()).unwrap()
    }

    /// A customer with a number, as the host knows it.
    pub(crate) fn customer(&self, seed: u64, name: &str) -> CustomerId {
        let id = CustomerId::new(format!("C-{seed}")).unwrap();
        self.customers.put(Customer::new(id.clone(), name, Some(&number(seed))));
        id
    }

    /// Puts a message into the log as it is.
    pub(crate) async fn put(&self, message: NewMessage) -> MessageId {
        let id = message.facts.id;
        self.store.enqueue(&[message]).await.unwrap();
        id
    }

    /// Saves a template and returns its id.
    pub(crate) async fn template(
        &self,
        name: &str,
        message_type: MessageType,
        text: &str,
        is_active: bool,
    ) -> TemplateId {
        let edit = TemplateEdit::new(name, message_type, text).with_active(is_active);
        self.desk().save_template(&edit, &Actor::Host).await.unwrap().id
    }

    /// A reminder of an invoice of customer `seed`, in this state; an earlier one is replaced.
    pub(crate) async fn remind(&self, seed: u64, invoice: &str, state: StepState) -> ReminderStep {
        let (id, customer) = (InvoiceId::new(invoice).unwrap(), format!("C-{seed}"));
        let (day, customer) = (START.date_naive(), CustomerId::new(customer).unwrap());
        let subject = format!("No. {invoice}");
        let new = ReminderStep::new(id, StepName::After(3), customer, subject, day, START);
        let (reason, why) = match state {
            StepState::Held => (Some(StepReason::TooLate), "Its day passed unsent."),
            _ => (None, ""),
        };
        let why = (!why.is_empty()).then(|| why.into());
        let step = new.stands(state, reason, why, self.clock.now());
        self.plan(step.clone()).await;
        step
    }

    /// Writes a reminder.
    pub(crate) async fn plan(&self, step: ReminderStep) {
        let before = self.store.steps_of(std::slice::from_ref(&step.invoice)).await.unwrap();
        let before = before.iter().find(|before| before.name == step.name);
        let seen = before.map(|before| before.revision);
        let write = StepWrite { step, seen, message: None };
        let write = PlanWrite { steps: vec![write], ..PlanWrite::default() };
        assert_eq!(self.store.write_plan(&write).await.unwrap(), PlanWritten::Done(Vec::new()));
    }

    /// A browser of this person, who has opened no page yet.
    pub(crate) fn browser(&self, who: &str) -> Browser {
        let console = self.console.clone();
        let (page, cookies) = (Page::default(), BTreeMap::new());
        Browser { console, who: who.to_owned(), cookies, page, done: String::new(), clicks: 0 }
    }

    pub(crate) fn manager(&self) -> Browser {
        self.browser("asha manager")
    }

    pub(crate) fn viewer(&self) -> Browser {
        self.browser("vik viewer")
    }
}

/// A host whose records never answer.
#[derive(Debug)]
struct Hangs;

#[async_trait]
impl CustomerDirectory for Hangs {
    async fn find_many(&self, _: &[CustomerId]) -> Result<Vec<Customer>, DirectoryError> {
        std::future::pending().await
    }
}

#[async_trait]
impl CustomerSearch for Hangs {
    async fn search(&self, _: &str, _: u32) -> Result<Vec<Customer>, DirectoryError> {
        std::future::pending().await
    }
}

fn mounted(ports: &Ports) -> Router {
    let console = Console::builder(ports.clone(), Arc::new(Door)).name("Shree").build().unwrap();
    console.mount(Router::new(), "/console")
}

/// A greeting to customer `seed`, in this state, made at `at`.
pub(crate) fn message(seed: u64, name: &str, at: DateTime<Utc>, state: State) -> NewMessage {
    let message = greeting(seed, at).with_facts(|facts| Facts {
        customer_name: name.into(),
        subject: Some(format!("SO-{seed}")),
        text: format!("Dear *{name}*, your order SO-{seed} is ready.").into(),
        ..facts
    });
    NewMessage { state: StateRow::of(&Progress::ended(state)), ..message }
}

/// A message that failed for good because of the number.
pub(crate) fn not_on_whatsapp() -> State {
    let failure = Failure::new(FailureKind::Rejected, "The number is not on WhatsApp.");
    State::Failed(failure.caused_by(Cause::Recipient))
}

/// A message that failed for good because of the gateway.
pub(crate) fn exhausted() -> State {
    let failure = Failure::new(FailureKind::Exhausted, "The gateway cannot be reached.");
    State::Failed(failure.caused_by(Cause::Gateway))
}

/// A message of which nobody knows whether it arrived.
pub(crate) fn unknown() -> State {
    let why = "The reply was lost, and the gateway could not be asked.";
    State::Failed(Failure::new(FailureKind::UnknownOutcome, why).caused_by(Cause::Gateway))
}

/// A message that waits for its time.
pub(crate) fn waiting(due: DateTime<Utc>) -> State {
    State::Waiting { due }
}

pub(crate) fn sent(at: DateTime<Utc>, delivery: Delivery) -> State {
    State::Sent { at, delivery, watch: None }
}

pub(crate) fn minutes(minutes: i64) -> TimeDelta {
    TimeDelta::minutes(minutes)
}

/// Counts how often each of these is there.
pub(crate) fn counted<T: Ord>(all: impl IntoIterator<Item = T>) -> BTreeMap<T, usize> {
    let mut counted = BTreeMap::new();
    for one in all {
        *counted.entry(one).or_default() += 1;
    }
    counted
}
