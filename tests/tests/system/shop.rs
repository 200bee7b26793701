//! A shop with a database, a gateway, and a clock that only moves when it is told.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;
use whatsapp_360messenger::Gateway;
use whatsapp_core::dispatch::{DispatchOptions, RateLimit, TickReport};
use whatsapp_core::format::Amount;
use whatsapp_core::message::{Failure, FailureKind, Message, Phase, Status};
use whatsapp_core::notices::{NoticeReport, Notices};
use whatsapp_core::port::{ApiKey, ApiKeyError, ApiKeySource, Clock, Customer, MessageLog as _};
use whatsapp_core::template::{Invoice, StockDelivered};
use whatsapp_core::{Attachment, CustomerId, Dispatcher, MessageId, Messenger, Ports, Request};
use whatsapp_store_sqlx::SqliteStore;
use whatsapp_testkit::fixtures::{START, save_settings};
use whatsapp_testkit::gateway::{GatewayBuilder, StandInGateway};
use whatsapp_testkit::{FixedDirectory, FixedLedger, ManualClock, MemoryMedia, RecordingNotifier};

/// Timeout for the gateway's answer, in real time.
const PATIENCE: Duration = Duration::from_secs(2);

pub(crate) struct Shop {
    pub(crate) gateway: StandInGateway,
    pub(crate) store: SqliteStore,
    pub(crate) customers: FixedDirectory,
    pub(crate) invoices: FixedLedger,
    pub(crate) notifier: RecordingNotifier,
    pub(crate) clock: ManualClock,
    pub(crate) key: ChangingKey,
    pub(crate) ports: Ports,
    pub(crate) dispatcher: Dispatcher,
    pub(crate) messenger: Messenger,
    /// Holds the database; removed with the shop.
    _folder: TempDir,
}

/// A key that a manager may change.
#[derive(Debug, Clone)]
pub(crate) struct ChangingKey(Arc<Mutex<String>>);

impl ChangingKey {
    pub(crate) fn change(&self, key: &str) {
        key.clone_into(&mut self.0.lock().unwrap());
    }
}

#[async_trait]
impl ApiKeySource for ChangingKey {
    async fn api_key(&self) -> Result<ApiKey, ApiKeyError> {
        ApiKey::new(self.0.lock().unwrap().clone())
    }
}

/// Dispatches without a rate limit.
pub(crate) fn unhurried() -> DispatchOptions {
    DispatchOptions::default().with_rate_limit(RateLimit::Unlimited)
}

impl Shop {
    pub(crate) async fn open() -> Self {
        Self::with(unhurried(), |gateway| gateway).await
    }

    pub(crate) async fn with(
        options: DispatchOptions,
        build: impl FnOnce(GatewayBuilder) -> GatewayBuilder,
    ) -> Self {
        let folder = TempDir::new().unwrap();
        let store = SqliteStore::open(folder.path().join("whatsapp.db")).await.unwrap();
        Self::over(store, folder, options, build).await
    }

    /// Opens a shop whose whole database is one connection.
    pub(crate) async fn in_memory() -> Self {
        let store = SqliteStore::in_memory().await.unwrap();
        Self::over(store, TempDir::new().unwrap(), unhurried(), |gateway| gateway).await
    }

    async fn over(
        store: SqliteStore,
        folder: TempDir,
        options: DispatchOptions,
        build: impl FnOnce(GatewayBuilder) -> GatewayBuilder,
    ) -> Self {
        let clock = ManualClock::starting_at(START);
        let now = clock.clone();
        let gateway =
            build(StandInGateway::builder().now(move || now.now())).start().await.unwrap();
        let key = ChangingKey(Arc::new(Mutex::new(gateway.key().to_owned())));
        let adapter = Gateway::builder(Arc::new(key.clone()))
            .base_url(gateway.url())
            .clock(Arc::new(clock.clone()))
            .timeout(PATIENCE)
            .look_timeout(PATIENCE)
            .build()
            .unwrap();
        let adapter = Arc::new(adapter);
        let (customers, invoices) = (FixedDirectory::default(), FixedLedger::new());
        let notifier = RecordingNotifier::new();
        let ports = Ports::new(Arc::new(store.clone()), Arc::new(customers.clone()))
            .with_transport(adapter.clone())
            .with_deliveries(adapter)
            .with_invoices(Arc::new(invoices.clone()))
            .with_media(Arc::new(MemoryMedia::new()))
            .with_notifier(Arc::new(notifier.clone()))
            .with_clock(Arc::new(clock.clone()));
        let dispatcher = Dispatcher::new(ports.clone()).unwrap().with_options(options);
        let messenger = Messenger::new(ports.clone());
        let shop = Self {
            gateway,
            store,
            customers,
            invoices,
            notifier,
            clock,
            key,
            ports,
            dispatcher,
            messenger,
            _folder: folder,
        };
        shop.meet(1, Some(&number(1)));
        shop
    }

    /// Adds a customer; `C-1` is there from the beginning.
    pub(crate) fn meet(&self, no: u32, number: Option<&str>) {
        self.customers.put(Customer::new(customer(no), format!("Customer {no}"), number));
    }

    pub(crate) async fn set(&self, key: &str, value: &str) {
        save_settings(&self.store, &[(key, value)], START).await;
    }

    /// Enqueues a message for customer `C-1`.
    pub(crate) async fn enqueued(&self, no: u32) -> MessageId {
        self.messenger.enqueue(order(1, no)).await.unwrap().message_id
    }

    /// Enqueues a message for each of a number of customers.
    pub(crate) async fn enqueued_for(&self, customers: u32) -> Vec<MessageId> {
        let mut ids = Vec::new();
        for no in 1..=customers {
            self.meet(no, Some(&number(no)));
            ids.push(self.messenger.enqueue(order(no, no)).await.unwrap().message_id);
            self.clock.advance(TimeDelta::milliseconds(1));
        }
        ids
    }

    pub(crate) async fn tick(&self) -> TickReport {
        self.dispatcher.tick(self.clock.now()).await.unwrap()
    }

    /// Ticks until nothing is due, then moves the clock to the next due time, for `time` at most.
    pub(crate) async fn live_for(&self, time: TimeDelta) {
        let end = self.clock.now() + time;
        for _ in 0..100_000 {
            match self.tick().await.again_at {
                Some(at) if at <= self.clock.now() => {}
                Some(at) if at <= end => self.clock.advance_to(at),
                Some(_) | None => return self.clock.advance_to(end),
            }
        }
        panic!("the dispatcher does not come to rest");
    }

    pub(crate) async fn tell(&self) -> NoticeReport {
        Notices::new(self.ports.clone()).tick(self.clock.now()).await.unwrap()
    }

    pub(crate) async fn message(&self, id: MessageId) -> Message {
        self.store.message(id).await.unwrap().unwrap()
    }

    pub(crate) async fn status(&self, id: MessageId) -> Status {
        self.message(id).await.state.status
    }

    pub(crate) async fn phase(&self, id: MessageId) -> Phase {
        self.message(id).await.phase(self.clock.now())
    }

    pub(crate) async fn failure(&self, id: MessageId) -> FailureKind {
        match self.phase(id).await {
            Phase::Failed(Failure { kind, .. }) => kind,
            other => panic!("{other:?} is not failed"),
        }
    }

    /// Returns the outcomes of a message's attempts; `open` while nobody knows.
    pub(crate) async fn outcomes(&self, id: MessageId) -> Vec<&'static str> {
        let attempts = self.store.attempts(id).await.unwrap();
        let word = |outcome: Option<whatsapp_core::message::AttemptOutcome>| {
            outcome.map_or("open", |outcome| outcome.as_str())
        };
        attempts.iter().map(|attempt| word(attempt.outcome)).collect()
    }

    /// Returns the times at which POSTs arrived at the gateway, in minutes after the shop opened.
    pub(crate) fn post_minutes(&self) -> Vec<i64> {
        let minute = |at: DateTime<Utc>| (at - START).num_minutes();
        self.gateway.posts().iter().map(|post| minute(post.received_at)).collect()
    }
}

pub(crate) fn customer(no: u32) -> CustomerId {
    CustomerId::new(format!("C-{no}")).unwrap()
}

pub(crate) fn number(no: u32) -> String {
    whatsapp_testkit::fixtures::number(no.into())
}

/// Makes an order that was delivered.
pub(crate) fn order(customer_no: u32, no: u32) -> Request {
    Request::stock_delivered(
        customer(customer_no),
        StockDelivered {
            order_number: format!("SO-{no}"),
            delivered_on: START.date_naive(),
            items: vec!["20 × LED bulb 9 W".to_owned()],
        },
    )
}

/// Makes an invoice with its PDF.
pub(crate) fn invoice(no: u32) -> Request {
    invoice_for(1, no)
}

/// Makes an invoice of this customer's, with its PDF.
pub(crate) fn invoice_for(customer_no: u32, no: u32) -> Request {
    let pdf = b"%PDF-1.7\n1 0 obj\n<</Type/Page>>\nendobj\n%%EOF\n".to_vec();
    let pdf = Attachment::file(format!("INV-{no}.pdf"), pdf).unwrap();
    Request::invoice(
        customer(customer_no),
        Invoice {
            number: format!("INV-{no}"),
            date: START.date_naive(),
            amount: Amount::rupees("123456").unwrap(),
            due: START.date_naive(),
            link: None,
        },
    )
    .with_attachment(pdf)
}
