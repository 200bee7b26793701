//! Campaigns: their checks, their messages and times, and stopping them by hand.

mod acts;
mod asked;
mod checks;
mod crash;
mod dates;
mod ends;
mod planned;
mod runs;
mod stands;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use whatsapp_core::audit::Actor;
use whatsapp_core::campaign::{
    Audience, Campaign, CampaignPlan, CampaignState, RecipientCounts, RecipientState,
};
use whatsapp_core::campaigns::{CampaignError, FeedReport};
use whatsapp_core::dispatch::{DispatchOptions, RateLimit};
use whatsapp_core::message::Message;
use whatsapp_core::port::{AccountEventKind, Clock as _, Customer};
use whatsapp_core::{CampaignFeeder, CampaignId, Campaigns, CustomerId, Dispatcher, Ports, UserId};

use crate::shop::Shop;

/// A shop that greets: from nine to eight, from Monday to Saturday. It is Tuesday, 27 January 2026,
/// ten o'clock in Kolkata.
struct Greeting {
    shop: Shop,
    ports: Ports,
    campaigns: Campaigns,
    feeder: CampaignFeeder,
    dispatcher: Dispatcher,
}

/// The day after the shop opens, a Wednesday.
const WEDNESDAY: &str = "2026-01-28";
/// A Sunday, on which the shop is closed.
const SUNDAY: &str = "2026-02-01";

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// An instant by the clocks of Kolkata.
fn at(text: &str) -> DateTime<Utc> {
    format!("{text}:00+05:30").replace(' ', "T").parse().unwrap()
}

/// A time of day by the clocks of Kolkata.
fn clock(at: DateTime<Utc>) -> String {
    (at + TimeDelta::minutes(330)).format("%d %H:%M").to_string()
}

fn customer(id: &str) -> CustomerId {
    CustomerId::new(id).unwrap()
}

fn manager() -> Actor {
    Actor::Person(UserId::new("manager-1").unwrap())
}

fn diwali(day: &str) -> CampaignPlan {
    CampaignPlan::festival("Diwali", date(day))
}

fn number(no: u32) -> String {
    format!("+9198{no:08}")
}

impl Greeting {
    /// A shop with this number of customers, `K-000` and so on, and no others.
    fn with(customers: u32) -> Self {
        let shop = Shop::new();
        for (key, value) in [
            ("whatsapp_send_days", "mon-sat"),
            ("whatsapp_send_from", "09:00"),
            ("whatsapp_send_until", "20:00"),
        ] {
            shop.set(key, value);
        }
        let directory = whatsapp_testkit::FixedDirectory::default();
        for no in 0..customers {
            let (id, name) = (customer(&format!("K-{no:03}")), format!("Customer {no}"));
            directory.put(Customer::new(id, name, Some(&number(no))));
        }
        let shop = Shop { customers: directory.clone(), ..shop };
        let store = Arc::new(shop.store.clone());
        let ports = Ports::new(store.clone(), Arc::new(directory))
            .with_transport(Arc::new(shop.gateway.clone()))
            .with_deliveries(Arc::new(shop.gateway.clone()))
            .with_clock(Arc::new(shop.clock.clone()))
            .with_entropy(Arc::new(whatsapp_testkit::SeededEntropy::new(8)))
            .with_plans(store.clone())
            .with_mutes(store.clone())
            .with_audit(store.clone())
            .with_campaigns(store);
        Self::over(shop, ports)
    }

    fn over(shop: Shop, ports: Ports) -> Self {
        let options = DispatchOptions::default().with_rate_limit(RateLimit::Unlimited);
        let dispatcher = Dispatcher::new(ports.clone()).unwrap().with_options(options);
        let campaigns = Campaigns::new(ports.clone()).unwrap();
        let feeder = CampaignFeeder::new(ports.clone()).unwrap();
        Self { shop, ports, campaigns, feeder, dispatcher }
    }

    fn now(&self) -> DateTime<Utc> {
        self.shop.clock.now()
    }

    /// A campaign that was checked and armed.
    async fn armed(&self, plan: CampaignPlan) -> Campaign {
        // A campaign that is made later sorts after the others.
        self.shop.clock.advance(TimeDelta::milliseconds(1));
        let draft = self.campaigns.create(plan, &manager()).await.unwrap();
        let checked = self.campaigns.check(draft.id).await.unwrap();
        self.campaigns.arm(draft.id, &checked, &manager()).await.unwrap()
    }

    /// The reason why this plan cannot be armed.
    async fn refused(&self, plan: CampaignPlan) -> String {
        let draft = self.campaigns.create(plan, &manager()).await.unwrap();
        self.campaigns.check(draft.id).await.unwrap_err().to_string()
    }

    async fn feed(&self) -> FeedReport {
        self.feeder.tick(self.now()).await.unwrap()
    }

    /// A turn of the feeder and of the dispatcher.
    async fn turn(&self) -> FeedReport {
        let report = self.feed().await;
        while self.dispatcher.tick(self.now()).await.unwrap().claimed > 0 {}
        report
    }

    /// Lives on until an instant, half a minute at a time, as a service does.
    async fn until(&self, instant: &str) {
        let end = at(instant);
        while self.now() < end {
            self.shop.clock.advance_to((self.now() + TimeDelta::seconds(30)).min(end));
            self.turn().await;
        }
    }

    fn sleep_until(&self, instant: &str) {
        self.shop.clock.advance_to(at(instant));
    }

    async fn state(&self, id: CampaignId) -> CampaignState {
        self.campaigns.campaign(id).await.unwrap().state
    }

    async fn counts(&self, id: CampaignId) -> RecipientCounts {
        self.campaigns.counts(id).await.unwrap()
    }

    /// Sentences about recipients who were left out, each with the number of recipients.
    async fn left_out(&self, id: CampaignId) -> BTreeMap<String, u32> {
        let state = Some(RecipientState::LeftOut);
        let rows = self.campaigns.recipients(id, state, None, 1_000).await.unwrap();
        let mut said = BTreeMap::new();
        for row in rows {
            *said.entry(row.sentence.unwrap().into_string()).or_default() += 1;
        }
        said
    }

    /// Events that managers were told, in their order.
    fn told(&self) -> Vec<(AccountEventKind, String)> {
        let events = self.shop.store.every_account_event();
        events.into_iter().map(|event| (event.kind, event.detail.unwrap())).collect()
    }

    /// Times at which messages were sent, in their order.
    fn sent(&self) -> Vec<DateTime<Utc>> {
        let mut sent: Vec<_> =
            self.shop.store.messages().into_iter().filter_map(|m| m.state.sent_at).collect();
        sent.sort_unstable();
        sent
    }

    fn messages(&self) -> Vec<Message> {
        self.shop.store.messages()
    }

    /// Number of messages that the gateway took for each number.
    fn by_number(&self) -> BTreeMap<String, u32> {
        let mut by_number = BTreeMap::new();
        for message in self.shop.gateway.sent() {
            *by_number.entry(message.number.as_str().to_owned()).or_default() += 1;
        }
        by_number
    }
}
