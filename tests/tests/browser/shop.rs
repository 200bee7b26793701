//! A shop over a SQLite database in a folder of its own.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sqlx::{Connection as _, SqliteConnection};
use tempfile::TempDir;
use whatsapp_core::format::Amount;
use whatsapp_core::message::{
    Cause, Delivery, Facts, Failure, FailureKind, NewMessage, Progress, State, StateRow,
};
use whatsapp_core::port::{
    Clock as _, Customer, Due, Outbox as _, PlanWrite, PlanWritten, PlannerStore as _, StepWrite,
};
use whatsapp_core::schedule::{ReminderStep, StepName, StepReason, StepState};
use whatsapp_core::{CustomerId, Desk, Dispatcher, InvoiceId, MessageId, Messenger, Ports};
use whatsapp_store_sqlx::SqliteStore;
use whatsapp_testkit::fixtures::{START, greeting, number, save_settings};
use whatsapp_testkit::{FixedDirectory, FixedLedger, ManualClock, ScriptedTransport};

/// A shop whose console is tested.
pub(crate) struct Shop {
    pub(crate) customers: FixedDirectory,
    pub(crate) ledger: FixedLedger,
    pub(crate) clock: ManualClock,
    pub(crate) ports: Ports,
    store: SqliteStore,
    folder: Arc<TempDir>,
}

/// Makes an invoice of customer `seed` and this date, over 500 rupees.
pub(crate) fn owed(seed: u64, id: &str, date: &str) -> Due {
    let (customer, date) = (format!("C-{seed}"), date.parse::<NaiveDate>().unwrap());
    let (id, customer) = (InvoiceId::new(id).unwrap(), CustomerId::new(customer).unwrap());
    let (number, due) = (format!("No. {id}"), date + TimeDelta::days(15));
    Due::new(id, customer, number, date, due, Amount::rupees("500").unwrap())
}

impl Shop {
    /// Makes an empty shop, on a working day at ten in India.
    pub(crate) async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let store = SqliteStore::open(folder.path().join("whatsapp.db")).await.unwrap();
        // A failure address is set, so that nobody is asked for one.
        let told = [("whatsapp_failure_notification_email", "asha@shop.example")];
        save_settings(&store, &told, START).await;
        let (customers, clock) = (FixedDirectory::default(), ManualClock::starting_at(START));
        let ledger = FixedLedger::new();
        let ports = Ports::over(Arc::new(store.clone()), Arc::new(customers.clone()))
            .with_search(Arc::new(customers.clone()))
            .with_transport(Arc::new(ScriptedTransport::new()))
            .with_invoices(Arc::new(ledger.clone()))
            .with_clock(Arc::new(clock.clone()));
        Self { customers, ledger, clock, ports, store, folder: Arc::new(folder) }
    }

    /// Returns the folder of the database. It is removed with the last of these values.
    pub(crate) fn kept(&self) -> Arc<TempDir> {
        self.folder.clone()
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

    /// Adds a customer with a number, as the host knows it.
    pub(crate) fn customer(&self, seed: u64, name: &str) {
        let id = CustomerId::new(format!("C-{seed}")).unwrap();
        self.customers.put(Customer::new(id, name, Some(&number(seed))));
    }

    /// Puts a message into the log unchanged.
    pub(crate) async fn put(&self, message: NewMessage) -> MessageId {
        let id = message.facts.id;
        self.store.enqueue(&[message]).await.unwrap();
        id
    }

    /// Puts many messages into the log.
    pub(crate) async fn put_all(&self, messages: Vec<NewMessage>) {
        for some in messages.chunks(1_000) {
            self.store.enqueue(some).await.unwrap();
        }
    }

    /// Returns the database, for a shop with other ports.
    pub(crate) fn store(&self) -> Arc<SqliteStore> {
        Arc::new(self.store.clone())
    }

    /// Writes a reminder of an invoice of customer `seed`, in this state.
    pub(crate) async fn remind(&self, seed: u64, invoice: &str, state: StepState) {
        let customer = CustomerId::new(format!("C-{seed}")).unwrap();
        let (id, day) = (InvoiceId::new(invoice).unwrap(), START.date_naive());
        let subject = format!("No. {invoice}");
        let new = ReminderStep::new(id, StepName::After(3), customer, subject, day, START);
        let (reason, why) = match state {
            StepState::Held => (Some(StepReason::TooLate), Some("Its day passed unsent.".into())),
            _ => (None, None),
        };
        self.plan(new.stands(state, reason, why, self.clock.now())).await;
    }

    /// Writes a reminder that is not there yet.
    pub(crate) async fn plan(&self, step: ReminderStep) {
        let write = StepWrite { step, seen: None, message: None };
        let write = PlanWrite { steps: vec![write], ..PlanWrite::default() };
        assert_eq!(self.store.write_plan(&write).await.unwrap(), PlanWritten::Done(Vec::new()));
    }

    /// Puts a setting into the database past all checks, as a person with a SQL client does.
    pub(crate) async fn put_setting(&self, key: &str, value: &str) {
        let change = "UPDATE invoice_configurations SET config_value = ? WHERE config_key = ?";
        self.change(change, value, key).await;
    }

    /// Gives a template another text past all checks.
    pub(crate) async fn put_template_text(&self, name: &str, text: &str) {
        let change = "UPDATE whatsapp_templates SET template_content = ? WHERE template_name = ?";
        self.change(change, text, name).await;
    }

    async fn change(&self, change: &'static str, value: &str, key: &str) {
        let path = self.folder.path().join("whatsapp.db");
        let address = format!("sqlite://{}", path.display());
        let mut database = SqliteConnection::connect(&address).await.unwrap();
        let done = sqlx::query(change).bind(value).bind(key).execute(&mut database).await.unwrap();
        assert_eq!(done.rows_affected(), 1, "{key}");
        database.close().await.unwrap();
    }
}

/// Makes a greeting to customer `seed`, in this state, made at `at`.
pub(crate) fn message(seed: u64, name: &str, at: DateTime<Utc>, state: State) -> NewMessage {
    let message = greeting(seed, at).with_facts(|facts| Facts {
        customer_name: name.into(),
        subject: Some(format!("SO-{seed}")),
        text: format!("Dear *{name}*, your order SO-{seed} is ready.").into(),
        ..facts
    });
    NewMessage { state: StateRow::of(&Progress::ended(state)), ..message }
}

fn failed(kind: FailureKind, cause: Cause, why: &str) -> State {
    State::Failed(Failure::new(kind, why).caused_by(cause))
}

/// State of a message that failed for good because of the number.
pub(crate) fn not_on_whatsapp() -> State {
    failed(FailureKind::Rejected, Cause::Recipient, "The number is not on WhatsApp.")
}

/// State of a message that failed for good because of the gateway.
pub(crate) fn exhausted() -> State {
    failed(FailureKind::Exhausted, Cause::Gateway, "The gateway cannot be reached.")
}

/// State of a message of which nobody knows whether it arrived.
pub(crate) fn unknown() -> State {
    let why = "The reply was lost, and the gateway could not be asked.";
    failed(FailureKind::UnknownOutcome, Cause::Gateway, why)
}

/// State of a message that waits for its time.
pub(crate) fn waiting(due: DateTime<Utc>) -> State {
    State::Waiting { due }
}

pub(crate) fn sent(at: DateTime<Utc>, delivery: Delivery) -> State {
    State::Sent { at, delivery, watch: None }
}

pub(crate) fn minutes(minutes: i64) -> TimeDelta {
    TimeDelta::minutes(minutes)
}
