//! A small business: two customers, a gateway, a clock that only moves when it is told to.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::audit::Actor;
use whatsapp_core::desk::{SeenTemplate, TemplateEdit};
use whatsapp_core::dispatch::{DispatchOptions, RateLimit, TickReport};
use whatsapp_core::format::Amount;
use whatsapp_core::message::{AttemptOutcome, Message, MessageType, Phase};
use whatsapp_core::port::{
    Clock as _, Customer, ListedMessage, MessageLog as _, Store, TransportError,
};
use whatsapp_core::retry::Disposition;
use whatsapp_core::template::{Invoice, PaymentReminder, StockDelivered, Types};
use whatsapp_core::{
    Attachment, CustomerId, Desk, Dispatcher, InvoiceId, MessageId, Messenger, Ports, Private,
    Request, TemplateId,
};
use whatsapp_testkit::{
    FixedDirectory, FixedLedger, FixedSource, ManualClock, MemoryMedia, MemoryStore,
    RecordingNotifier, ScriptedTransport, SeededEntropy,
};

pub(crate) const ASHA: &str = "C-1";
/// The smallest file that passes for a PDF.
pub(crate) const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<</Type/Page>>\nendobj\n%%EOF\n";

/// One pixel.
pub(crate) const PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\x0DIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\0\0\0\0\
    \0\0\0\x01IDAT\0\0\0\0\0\0\0\0\0IEND\xAE\x42\x60\x82";

/// A send window that holds nothing back.
const OPEN_AT_ALL_HOURS: [(&str, &str); 3] = [
    ("whatsapp_send_days", "mon-sun"),
    ("whatsapp_send_from", "00:00"),
    ("whatsapp_send_until", "24:00"),
];

pub(crate) const NUMBER: &str = "+919812345670";

#[derive(Debug)]
pub(crate) struct Shop {
    pub(crate) store: MemoryStore,
    pub(crate) gateway: ScriptedTransport,
    pub(crate) customers: FixedDirectory,
    pub(crate) invoices: FixedLedger,
    pub(crate) notifier: RecordingNotifier,
    pub(crate) media: MemoryMedia,
    pub(crate) sources: FixedSource,
    pub(crate) clock: ManualClock,
    pub(crate) ports: Ports,
    pub(crate) dispatcher: Dispatcher,
    pub(crate) messenger: Messenger,
    pub(crate) opened: DateTime<Utc>,
}

impl Shop {
    /// A shop without a rate limit.
    pub(crate) fn new() -> Self {
        Self::with_options(DispatchOptions::default().with_rate_limit(RateLimit::Unlimited))
    }

    pub(crate) fn with_options(options: DispatchOptions) -> Self {
        Self::over(options, Types::default(), |store| Arc::new(store))
    }

    /// A shop that sees its store through a wrapper, and has no rate limit.
    pub(crate) fn through(wrap: impl FnOnce(MemoryStore) -> Arc<dyn Store>) -> Self {
        let options = DispatchOptions::default().with_rate_limit(RateLimit::Unlimited);
        Self::over(options, Types::default(), wrap)
    }

    /// A shop with message types of its own, and without a rate limit.
    pub(crate) fn with_types(types: impl IntoIterator<Item = MessageType>) -> Self {
        let options = DispatchOptions::default().with_rate_limit(RateLimit::Unlimited);
        Self::over(options, Types::new(types).unwrap(), |store| Arc::new(store))
    }

    fn over(
        options: DispatchOptions,
        types: Types,
        wrap: impl FnOnce(MemoryStore) -> Arc<dyn Store>,
    ) -> Self {
        let opened = DateTime::parse_from_rfc3339("2026-01-27T04:30:00Z").unwrap().to_utc();
        let id = |id| CustomerId::new(id).unwrap();
        let store = MemoryStore::new();
        for (key, value) in OPEN_AT_ALL_HOURS {
            store.put_setting(key, value);
        }
        let gateway = ScriptedTransport::new();
        let customers = FixedDirectory::new([
            Customer::new(id(ASHA), "Asha Traders", Some(NUMBER)),
            Customer::new(id("C-2"), "Gupta & Sons", Some("098765 43211")),
            Customer::new(id("C-3"), "Das Home", None),
        ]);
        let invoices = FixedLedger::new();
        let notifier = RecordingNotifier::new();
        let (media, sources) = (MemoryMedia::new(), FixedSource::new());
        let clock = ManualClock::starting_at(opened);
        let ports = Ports::new(wrap(store.clone()), Arc::new(customers.clone()))
            .with_transport(Arc::new(gateway.clone()))
            .with_deliveries(Arc::new(gateway.clone()))
            .with_invoices(Arc::new(invoices.clone()))
            .with_notifier(Arc::new(notifier.clone()))
            .with_media(Arc::new(media.clone()))
            .with_sources(Arc::new(sources.clone()))
            .with_types(types)
            .with_clock(Arc::new(clock.clone()))
            .with_entropy(Arc::new(SeededEntropy::new(7)));
        let dispatcher = Dispatcher::new(ports.clone()).unwrap().with_options(options);
        let messenger = Messenger::new(ports.clone());
        Self {
            store,
            gateway,
            customers,
            invoices,
            notifier,
            media,
            sources,
            clock,
            ports,
            dispatcher,
            messenger,
            opened,
        }
    }

    /// Writes a setting past the library: it may be one that cannot be used.
    pub(crate) fn set(&self, key: &str, value: &str) {
        self.store.put_setting(key, value);
    }

    /// Saves a template of this name, over its current version.
    pub(crate) async fn save_template(
        &self,
        name: &str,
        message_type: MessageType,
        content: &str,
        is_active: bool,
    ) -> TemplateId {
        let desk = Desk::new(self.ports.clone());
        let known = desk.templates().await.unwrap().templates.into_iter().map(|now| now.template);
        let mut over = known
            .filter(|known| known.name == name)
            .map(|known| SeenTemplate { id: known.id, version: known.version });
        let mut edit = TemplateEdit::new(name, message_type, content).with_active(is_active);
        edit.over = over.next_back();
        desk.save_template(&edit, &Actor::Host).await.unwrap().id
    }

    pub(crate) fn order(&self, number: &str) -> Request {
        Request::stock_delivered(
            CustomerId::new(ASHA).unwrap(),
            StockDelivered {
                order_number: number.to_owned(),
                delivered_on: "2026-01-27".parse().unwrap(),
                items: vec!["20 × LED bulb 9 W".to_owned(), "5 × Switch board".to_owned()],
            },
        )
    }

    pub(crate) fn invoice(&self, customer: &str, number: &str) -> Request {
        let pdf = Attachment::file(format!("{number}.pdf"), PDF.to_vec()).unwrap();
        Request::invoice(
            CustomerId::new(customer).unwrap(),
            Invoice {
                number: number.to_owned(),
                date: "2026-01-27".parse().unwrap(),
                amount: Amount::rupees("123456").unwrap(),
                due: "2026-02-11".parse().unwrap(),
                link: None,
            },
        )
        .with_attachment(pdf)
    }

    pub(crate) fn reminder(&self, today: &str) -> Request {
        Request::payment_reminder(
            CustomerId::new(ASHA).unwrap(),
            InvoiceId::new("INV-7").unwrap(),
            PaymentReminder {
                invoice_number: "INV-7".to_owned(),
                amount: Amount::rupees("500").unwrap(),
                due: "2026-02-11".parse().unwrap(),
                today: today.parse().unwrap(),
            },
        )
    }

    /// Enqueues an order's message and gives its id.
    pub(crate) async fn enqueued(&self, number: &str) -> MessageId {
        self.messenger.enqueue(self.order(number)).await.unwrap().message_id
    }

    pub(crate) async fn tick(&self) -> TickReport {
        self.dispatcher.tick(self.clock.now()).await.unwrap()
    }

    /// Ticks until nothing is due, then moves the clock to whatever is due next, for `time` at
    /// most.
    pub(crate) async fn live_for(&self, time: TimeDelta) {
        let end = self.clock.now() + time;
        for _ in 0..100_000 {
            let report = self.tick().await;
            match report.again_at {
                Some(at) if at > self.clock.now() && at <= end => self.clock.advance_to(at),
                Some(at) if at <= self.clock.now() => {}
                _ => {
                    self.clock.advance_to(end);
                    return;
                }
            }
        }
        panic!("the dispatcher does not come to rest");
    }

    pub(crate) async fn message(&self, id: MessageId) -> Message {
        self.store.message(id).await.unwrap().unwrap()
    }

    pub(crate) async fn phase(&self, id: MessageId) -> Phase {
        self.message(id).await.phase(self.clock.now())
    }

    /// The attempts of a message: minutes after opening, and outcome.
    pub(crate) async fn attempts(&self, id: MessageId) -> Vec<(i64, Option<&'static str>)> {
        let attempts = self.store.attempts(id).await.unwrap();
        let opened = self.opened;
        attempts
            .iter()
            .map(|attempt| {
                let outcome = attempt.outcome.map(AttemptOutcome::as_str);
                ((attempt.started_at - opened).num_minutes(), outcome)
            })
            .collect()
    }
}

pub(crate) fn error(disposition: Disposition) -> TransportError {
    TransportError::new(disposition, "It did not work.")
}

/// A row of the gateway's list: a message to the first customer.
pub(crate) fn row(id: &str, text: impl Into<Private>, at: DateTime<Utc>) -> ListedMessage {
    ListedMessage::new(Some(id.to_owned()), text)
        .with_recipient(Some(NUMBER.trim_start_matches('+').into()))
        .with_created_at(Some(at))
}
