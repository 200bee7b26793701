//! Reminders by the calendar: planned, sent and waiting ones.

mod acts;
mod books;
mod forecast;
mod glance;
mod mutes;
mod runs;
mod shift;
mod steps;
mod summary;

use std::sync::{Arc, Mutex};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use whatsapp_core::audit::Actor;
use whatsapp_core::dispatch::{DispatchOptions, RateLimit};
use whatsapp_core::format::Amount;
use whatsapp_core::planner::PlannerReport;
use whatsapp_core::port::{Clock as _, Customer, Due, Standing};
use whatsapp_core::schedule::{ReminderStep, StepName, StepReason, StepState};
use whatsapp_core::{CustomerId, Dispatcher, InvoiceId, Planner, Ports, UserId};

use crate::mutes::Keeper;
use crate::shop::{ASHA, Shop};

/// A shop that reminds: from nine to eight, from Monday to Saturday. Its first run was on
/// Sunday, 1 February 2026.
pub(crate) struct Reminding {
    shop: Shop,
    ports: Ports,
    planner: Planner,
    dispatcher: Dispatcher,
    /// Messages that were sent, and their number.
    sent: Mutex<(Vec<String>, usize)>,
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// An instant by the clocks of Kolkata.
fn at(text: &str) -> DateTime<Utc> {
    format!("{text}:00+05:30").replace(' ', "T").parse().unwrap()
}

fn rupees(amount: &str) -> Amount {
    Amount::rupees(amount).unwrap()
}

fn invoice(id: &str) -> InvoiceId {
    InvoiceId::new(id).unwrap()
}

fn manager() -> Actor {
    Actor::Person(UserId::new("manager-1").unwrap())
}

/// An invoice of this customer and date over 500 rupees, due 15 days later.
fn owed_by(customer: &str, id: &str, day: &str) -> Due {
    let day = date(day);
    let customer = CustomerId::new(customer).unwrap();
    Due::new(invoice(id), customer, id, day, day + TimeDelta::days(15), rupees("500"))
}

fn owed(id: &str, day: &str) -> Due {
    owed_by(ASHA, id, day)
}

impl Reminding {
    async fn new() -> Self {
        let reminding = Self::closed();
        reminding.until("2026-02-01 02:00").await;
        reminding
    }

    /// The same shop before its first run.
    fn closed() -> Self {
        let shop = Shop::new();
        for (key, value) in [
            ("whatsapp_send_days", "mon-sat"),
            ("whatsapp_send_from", "09:00"),
            ("whatsapp_send_until", "20:00"),
        ] {
            shop.set(key, value);
        }
        let gupta = CustomerId::new("C-2").unwrap();
        shop.customers.put(Customer::new(gupta, "Gupta & Sons", Some("+919876543211")));
        let ports = shop.ports.clone().with_plans(Arc::new(shop.store.clone()));
        let planner = Planner::new(ports.clone()).unwrap();
        let options = DispatchOptions::default().with_rate_limit(RateLimit::Unlimited);
        let dispatcher = Dispatcher::new(ports.clone()).unwrap().with_options(options);
        shop.clock.advance_to(at("2026-02-01 01:00"));
        Self { shop, ports, planner, dispatcher, sent: Mutex::default() }
    }

    fn now(&self) -> DateTime<Utc> {
        self.shop.clock.now()
    }

    /// The same shop with mutes.
    fn keeping_mutes(self, keeper: &Keeper) -> Self {
        let ports = self.ports.with_mutes(Arc::new(keeper.clone()));
        let planner = Planner::new(ports.clone()).unwrap();
        let options = DispatchOptions::default().with_rate_limit(RateLimit::Unlimited);
        let dispatcher = Dispatcher::new(ports.clone()).unwrap().with_options(options);
        Self { ports, planner, dispatcher, ..self }
    }

    async fn plan(&self) -> PlannerReport {
        self.planner.tick(self.now()).await.unwrap()
    }

    /// Lives on until an instant, a quarter of an hour at a time, as a service does.
    async fn until(&self, instant: &str) {
        let end = at(instant);
        while self.now() < end {
            self.shop.clock.advance_to((self.now() + TimeDelta::minutes(15)).min(end));
            self.turn().await;
        }
    }

    /// A turn of the planner and of the dispatcher.
    async fn turn(&self) {
        self.plan().await;
        while self.dispatcher.tick(self.now()).await.unwrap().sent > 0 {}
        self.take_note();
    }

    /// Sets the wall clock.
    fn set_clock(&self, instant: &str) {
        self.shop.clock.jump_wall_clock(at(instant) - self.now());
    }

    /// Lives on until an instant while nothing runs.
    fn sleep_until(&self, instant: &str) {
        self.shop.clock.advance_to(at(instant));
    }

    async fn step(&self, id: &str, name: StepName) -> ReminderStep {
        let steps = self.planner.steps(&invoice(id)).await.unwrap();
        steps.into_iter().find(|step| step.name == name).unwrap()
    }

    /// A step's state, its day, and the reason for its move.
    async fn stands(&self, id: &str, days: u16) -> (StepState, String, Option<StepReason>) {
        let step = self.step(id, StepName::After(days)).await;
        (step.state, step.day.to_string(), step.reason)
    }

    async fn said(&self, id: &str, days: u16) -> String {
        let step = self.step(id, StepName::After(days)).await;
        step.sentence.map(|said| said.as_str().to_owned()).unwrap_or_default()
    }

    /// Returns the invoices whose reminders were sent, turn by turn, sorted within each turn.
    fn sent(&self) -> Vec<String> {
        self.sent.lock().unwrap().0.clone()
    }

    fn take_note(&self) {
        let (sent, seen) = &mut *self.sent.lock().unwrap();
        let all = self.shop.gateway.sent();
        let new = all[*seen..].iter().flat_map(|message| numbers(message.text.as_str()));
        let mut new: Vec<String> = new.collect();
        new.sort();
        sent.extend(new);
        *seen = all.len();
    }
}

/// The numbers of the invoices, or of the order, that a text is about.
fn numbers(text: &str) -> Vec<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let is_number = |word: &&str| word.starts_with("INV-") || word.starts_with("SO-");
    let words = text.split(|c| !is_part(c)).filter(is_number);
    words.map(str::to_owned).collect()
}
