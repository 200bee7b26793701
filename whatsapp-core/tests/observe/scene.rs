//! A business with one customer, whose name, number and texts must be seen by nobody who watches.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use whatsapp_core::audit::Actor;
use whatsapp_core::campaign::CampaignPlan;
use whatsapp_core::dispatch::{DispatchOptions, RateLimit, TickReport};
use whatsapp_core::format::Amount;
use whatsapp_core::notices::{NoticeReport, Notices};
use whatsapp_core::port::{Clock as _, Customer, Due, Probe, Store, TransportError};
use whatsapp_core::retry::Disposition;
use whatsapp_core::template::StockDelivered;
use whatsapp_core::{
    CampaignFeeder, Campaigns, CustomerId, Dispatcher, InvoiceId, MessageId, Messenger, Planner,
    Ports, Request, UserId,
};
use whatsapp_testkit::{
    FixedDirectory, FixedLedger, ManualClock, MemoryStore, RecordingNotifier, ScriptedTransport,
    SeededEntropy,
};

/// Parts of the customer's name and number, of the texts, and of the managers' address, in lower
/// case.
pub(crate) const CANARIES: [&str; 3] = ["canary", "9876543210", "98765 43210"];

const SETTINGS: [(&str, &str); 4] = [
    ("whatsapp_send_days", "mon-sat"),
    ("whatsapp_send_from", "09:00"),
    ("whatsapp_send_until", "20:00"),
    ("whatsapp_failure_notification_email", "owner@canary.example"),
];

pub(crate) struct Scene {
    pub(crate) store: MemoryStore,
    pub(crate) gateway: ScriptedTransport,
    pub(crate) notifier: RecordingNotifier,
    pub(crate) clock: ManualClock,
    pub(crate) ports: Ports,
    pub(crate) dispatcher: Dispatcher,
}

impl Scene {
    /// A business at ten o'clock on Tuesday, 27 January 2026, in Kolkata. Scenes with different
    /// seeds have different ids.
    pub(crate) fn new(seed: u64) -> Self {
        Self::through(seed, |store| Arc::new(store))
    }

    /// A business that sees its store through a wrapper.
    pub(crate) fn through(seed: u64, wrap: impl FnOnce(MemoryStore) -> Arc<dyn Store>) -> Self {
        let store = MemoryStore::new();
        for (key, value) in SETTINGS {
            store.put_setting(key, value);
        }
        let customer = Customer::new(customer(), "Canary Traders", Some("+919876543210"));
        let ledger = FixedLedger::new();
        ledger.owe(Due::new(
            InvoiceId::new("81").unwrap(),
            customer.id.clone(),
            "CANARY-2026-81",
            date("2026-01-24"),
            date("2026-02-08"),
            Amount::rupees("15000").unwrap(),
        ));
        let (gateway, notifier) = (ScriptedTransport::new(), RecordingNotifier::new());
        let clock = ManualClock::starting_at("2026-01-27T04:30:00Z".parse().unwrap());
        let kept = Arc::new(store.clone());
        let customers = Arc::new(FixedDirectory::new([customer]));
        let ports = Ports::new(wrap(store.clone()), customers)
            .with_transport(Arc::new(gateway.clone()))
            .with_deliveries(Arc::new(gateway.clone()))
            .with_invoices(Arc::new(ledger))
            .with_notifier(Arc::new(notifier.clone()))
            .with_plans(kept.clone())
            .with_campaigns(kept)
            .with_clock(Arc::new(clock.clone()))
            .with_entropy(Arc::new(SeededEntropy::new(seed)));
        let options = DispatchOptions::default().with_rate_limit(RateLimit::Unlimited);
        let dispatcher = Dispatcher::new(ports.clone()).unwrap().with_options(options);
        Self { store, gateway, notifier, clock, ports, dispatcher }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Enqueues the message about an order.
    pub(crate) async fn enqueued(&self, order: &str) -> MessageId {
        let order = StockDelivered {
            order_number: format!("CANARY-{order}"),
            delivered_on: date("2026-01-27"),
            items: vec!["20 × Canary bulb".to_owned()],
        };
        let request = Request::stock_delivered(customer(), order);
        Messenger::new(self.ports.clone()).enqueue(request).await.unwrap().message_id
    }

    pub(crate) async fn tick(&self) -> TickReport {
        self.dispatcher.tick(self.now()).await.unwrap()
    }

    /// Lets time pass, a minute at a time.
    pub(crate) async fn live_for(&self, minutes: u32) {
        for _ in 0..minutes {
            self.clock.advance(TimeDelta::minutes(1));
            while self.tick().await.claimed > 0 {}
        }
    }

    /// Loses the reply to a POST, so that the gateway's list is asked, and sends the message again.
    pub(crate) async fn loses_a_reply(&self) -> MessageId {
        self.gateway.next_send(Err(error(Disposition::Unknown)));
        let id = self.enqueued("lost").await;
        assert_eq!(self.tick().await.checking, 1);
        self.live_for(60).await;
        id
    }

    /// Fails to send a message, and mails that to the managers.
    pub(crate) async fn tells_of_a_failure(&self) {
        self.gateway.next_send(Err(error(Disposition::Permanent)));
        self.enqueued("refused").await;
        assert_eq!(self.tick().await.failed, 1);
        let told = Notices::new(self.ports.clone()).tick(self.now()).await.unwrap();
        assert_eq!(told, NoticeReport::Sent(1));
    }

    /// Plans the reminder of the customer's invoice.
    pub(crate) async fn plans_a_reminder(&self) {
        let planner = Planner::new(self.ports.clone()).unwrap();
        assert_eq!(planner.tick(self.now()).await.unwrap().queued, 1);
    }

    /// Arms a greeting for the next day, and lives on until its first message is in the outbox.
    pub(crate) async fn greets(&self) {
        let campaigns = Campaigns::new(self.ports.clone()).unwrap();
        let plan = CampaignPlan::festival("Canary Festival", date("2026-01-28"));
        let draft = campaigns.create(plan, &manager()).await.unwrap();
        let checked = campaigns.check(draft.id).await.unwrap();
        campaigns.arm(draft.id, &checked, &manager()).await.unwrap();
        self.clock.advance_to("2026-01-28T04:30:00Z".parse().unwrap());
        let feeder = CampaignFeeder::new(self.ports.clone()).unwrap();
        assert_eq!(feeder.tick(self.now()).await.unwrap().queued, 1);
    }

    /// Refuses the key, which pauses the account, and mails that to the managers.
    pub(crate) async fn pauses(&self) {
        let refused = TransportError::new(Disposition::Account, "Invalid API key");
        self.gateway.next_send(Err(refused.with_status(401)));
        self.gateway.next_probe(Ok(Probe::Refused));
        self.enqueued("paused").await;
        self.tick().await;
        Notices::new(self.ports.clone()).tick(self.now()).await.unwrap();
        assert_eq!(self.notifier.account_mails().len(), 1);
    }
}

fn customer() -> CustomerId {
    CustomerId::new("C-1").unwrap()
}

fn manager() -> Actor {
    Actor::Person(UserId::new("manager-1").unwrap())
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn error(disposition: Disposition) -> TransportError {
    TransportError::new(disposition, "It did not work.")
}
