//! The forecast comes true if nothing changes meanwhile, and it writes nothing.

use std::collections::BTreeSet;

use proptest::prelude::*;
use whatsapp_core::message::{Category, MessageKey, Trigger};
use whatsapp_core::messenger::Consent;
use whatsapp_core::mute::{MuteOf, MuteOn};
use whatsapp_core::planner::{ForecastLimits, ForecastMessage};
use whatsapp_core::port::PlannerStore as _;
use whatsapp_core::template::{Festival, PaymentReminder};
use whatsapp_core::{Desk, MessageId, Messenger, Request};

use super::glance::told;
use super::*;

#[tokio::test]
async fn a_forecast_says_what_goes_out_to_whom_and_when_and_what_is_held() {
    let shop = Reminding::closed();
    shop.shop.invoices.owe(owed("INV-1", "2026-02-03"));
    shop.shop.invoices.owe(owed_by("C-2", "INV-2", "2026-01-12"));
    let disputed = owed_by("C-2", "INV-3", "2026-02-02").with_standing(Standing::Disputed);
    shop.shop.invoices.owe(disputed);
    let forecast = shop.planner.forecast(7).await.unwrap();
    let sends: Vec<_> =
        forecast.reminders.iter().map(|r| (r.at, r.subject.as_str(), r.name.to_string())).collect();
    assert_eq!(sends, [(at("2026-02-06 09:00"), "INV-1", "T+3".to_owned())]);
    let first = &forecast.reminders[0];
    assert_eq!(first.customer_name.as_str(), "Asha Traders");
    assert!(first.text.as_str().contains("INV-1"));
    let others: Vec<_> = forecast
        .others
        .iter()
        .map(|step| (step.subject.as_str(), step.state, step.reason))
        .filter(|other| other.1.is_open())
        .collect();
    let held = ("INV-2", StepState::Held, Some(StepReason::FirstRun));
    let waits = ("INV-3", StepState::Planned, Some(StepReason::Disputed));
    assert_eq!(others, [held, waits]);
    // Nothing of it was written.
    assert!(shop.shop.store.planner_runs(date("9999-12-31"), 10).await.unwrap().is_empty());
    assert!(shop.planner.steps(&invoice("INV-2")).await.unwrap().is_empty());
    assert!(shop.shop.gateway.sent().is_empty());
}

#[tokio::test]
async fn a_reminder_that_cannot_be_sent_is_told_with_its_reason() {
    let shop = Reminding::closed();
    let nobody = CustomerId::new("C-2").unwrap();
    shop.shop.customers.put(Customer::new(nobody, "Gupta & Sons", None));
    shop.shop.invoices.owe(owed_by("C-2", "INV-1", "2026-02-03"));
    let forecast = shop.planner.forecast(7).await.unwrap();
    assert_eq!(forecast.reminders, []);
    let [step] = &forecast.others[..] else { panic!("{forecast:?}") };
    let why = step.sentence.as_ref().unwrap().as_str();
    assert_eq!((step.state, why), (StepState::Failed, "The customer has no WhatsApp number."));
}

#[tokio::test]
async fn what_waits_in_the_outbox_is_foretold_with_its_moment_or_why_it_is_kept() {
    let shop = Reminding::closed();
    let keeper = Keeper::new(shop.shop.store.clone());
    let shop = shop.keeping_mutes(&keeper);
    shop.until("2026-02-02 12:00").await;
    shop.shop.invoices.owe(owed("INV-0", "2026-01-30"));
    let minutes = |hours: i64| hours * 60;
    // An order and a person's greeting at their moments, a greeting in the morning, one that is too
    // late by then, and a reminder of the host's own.
    let ids = [
        shop.schedule(0, (0, minutes(10), None)).await,
        shop.schedule(1, (2, minutes(11), None)).await,
        shop.schedule(2, (1, minutes(12), None)).await,
        shop.schedule(3, (1, minutes(12), Some(minutes(8)))).await,
        shop.schedule(4, (3, minutes(24), None)).await,
        shop.schedule(5, (0, minutes(240), None)).await,
    ];
    let told = async |days| {
        let messages = shop.planner.forecast(days).await.unwrap().messages;
        let place = |id| ids.iter().position(|it| *it == id).unwrap();
        let line = |it: ForecastMessage| {
            let kept = it.kept.map(|why| why.as_str().to_owned()).unwrap_or_default();
            (place(it.message), it.at, kept)
        };
        messages.into_iter().map(line).collect::<Vec<_>>()
    };
    let kept = "It was too late to send it.".to_owned();
    let (at, none) = (|text| at(text), String::new);
    let first = [(0, at("2026-02-02 22:00"), none()), (1, at("2026-02-02 23:00"), none())];
    assert_eq!(told(1).await, first);
    let second = [
        (3, at("2026-02-03 00:00"), kept),
        (2, at("2026-02-03 09:00"), none()),
        (4, at("2026-02-03 12:00"), none()),
    ];
    assert_eq!(told(2).await, [&first[..], &second].concat());
    let disputed = owed("INV-0", "2026-01-30").with_standing(Standing::Disputed);
    shop.shop.invoices.owe(disputed);
    assert_eq!(told(2).await[4].2, "INV-0 is disputed.");
    let promised = Standing::PromisedUntil(date("2026-02-04"));
    shop.shop.invoices.owe(owed("INV-0", "2026-01-30").with_standing(promised));
    assert_eq!(told(4).await[4], (4, at("2026-02-05 09:00"), none()));
    let desk = Desk::new(shop.ports.clone());
    let on = MuteOn::Customer(CustomerId::new(ASHA).unwrap());
    desk.mute(on, MuteOf::Greetings, &manager()).await.unwrap();
    let greetings = told(1).await;
    assert_eq!(
        (greetings[0].2.as_str(), greetings[1].2.as_str()),
        ("", "Greetings to this customer are kept back.")
    );
}

#[tokio::test]
async fn what_waits_for_approval_since_earlier_days_is_told_again() {
    let shop = Reminding::closed();
    shop.shop.invoices.owe(owed("INV-1", "2026-01-05"));
    shop.shop.invoices.owe(owed_by("C-2", "INV-2", "2026-02-06"));
    shop.until("2026-02-03 12:00").await;
    shop.planner.hold(&invoice("INV-2"), StepName::After(3), &manager()).await.unwrap();
    let others = shop.planner.forecast(7).await.unwrap().others;
    let held = others.iter().filter(|step| step.state == StepState::Held);
    let held: Vec<_> = held.map(|step| (step.subject.as_str(), step.reason)).collect();
    let first_run = ("INV-1", Some(StepReason::FirstRun));
    assert_eq!(held, [first_run, ("INV-2", Some(StepReason::ByHand))]);
    // Steps after these days are not in it.
    let others = shop.planner.forecast(2).await.unwrap().others;
    assert!(others.iter().all(|step| step.subject == "INV-1"), "{others:?}");
}

#[tokio::test]
async fn while_the_account_is_stopped_all_is_kept_and_says_why() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.shop.invoices.owe(owed_by("C-2", "INV-2", "2026-02-07"));
    shop.until("2026-02-09 05:00").await;
    Desk::new(shop.ports.clone()).pause(&manager()).await.unwrap();
    let forecast = shop.planner.forecast(3).await.unwrap();
    let why = |kept: &Option<whatsapp_core::Private>| kept.as_ref().unwrap().as_str().to_owned();
    let stopped = "Sending was paused by hand.";
    assert_eq!(forecast.messages.len(), 1);
    assert_eq!(why(&forecast.messages[0].kept), stopped);
    assert_eq!(forecast.reminders.len(), 1);
    assert_eq!(why(&forecast.reminders[0].kept), stopped);
}

#[tokio::test]
async fn a_summary_that_waits_is_foretold_with_what_it_will_list() {
    let shop = Reminding::new().await;
    shop.shop.set("whatsapp_reminder_summary", "true");
    shop.shop.set("whatsapp_payment_reminder_days", "3");
    for id in ["INV-1", "INV-2", "INV-3"] {
        shop.shop.invoices.owe(owed(id, "2026-02-06"));
    }
    shop.shop.invoices.owe(owed_by("C-2", "INV-4", "2026-02-06"));
    shop.shop.invoices.owe(owed("INV-5", "2026-02-08"));
    shop.shop.invoices.owe(owed("INV-6", "2026-02-08"));
    shop.until("2026-02-09 05:00").await;
    shop.shop.invoices.pay(invoice("INV-2"));
    let promised = Standing::PromisedUntil(date("2026-02-10"));
    shop.shop.invoices.owe(owed("INV-3", "2026-02-06").with_standing(promised));
    let gupta = CustomerId::new("C-2").unwrap();
    let gupta = Customer::new(gupta, "Gupta & Sons", Some("+919876543211"));
    shop.shop.customers.put(gupta.with_declined(Category::Reminders));
    let forecast = shop.planner.forecast(7).await.unwrap();
    let lists: Vec<_> = forecast
        .messages
        .iter()
        .map(|message| {
            let listed = message.reminders.iter().map(|step| step.subject.as_str());
            let kept = message.kept.as_ref().map(|why| why.as_str().to_owned());
            (message.customer.as_str(), listed.collect::<Vec<_>>(), kept)
        })
        .collect();
    let declined = "The customer wants no reminders.".to_owned();
    assert_eq!(lists, [(ASHA, vec!["INV-1"], None), ("C-2", Vec::new(), Some(declined))]);
    let later: Vec<_> =
        forecast.reminders.iter().map(|r| (r.day.to_string(), r.subject.as_str())).collect();
    let day = || "2026-02-11".to_owned();
    assert_eq!(later, [(day(), "INV-3"), (day(), "INV-5"), (day(), "INV-6")]);
    let shared = forecast.reminders.iter().all(|r| r.message == forecast.reminders[0].message);
    assert!(shared, "they share a message");
}

/// An invoice of one of two customers, and how it stands.
fn invoices() -> impl Strategy<Value = Vec<(bool, i64, u8)>> {
    proptest::collection::vec((any::<bool>(), -12_i64..12, 0_u8..8), 0..10)
}

/// A scheduled message: its kind, the minutes until it is due, and the minutes that it may wait.
type Plain = (u8, i64, Option<i64>);

fn plain() -> impl Strategy<Value = Vec<Plain>> {
    // In quarters of an hour, which is how often the dispatcher looks.
    let expiry = proptest::option::of((1_i64..270).prop_map(|quarters| quarters * 15));
    let at = (0_i64..800).prop_map(|quarters| quarters * 15);
    proptest::collection::vec((0_u8..5, at, expiry), 0..6)
}

impl Reminding {
    /// Schedules a message: an order, a greeting of the host or of a person, or a reminder of the
    /// host.
    async fn schedule(&self, no: usize, (kind, minutes, expiry): Plain) -> MessageId {
        let at = self.now() + TimeDelta::minutes(minutes);
        let greeting = Festival { name: format!("Holi {no}") };
        let greeting = Request::festival(CustomerId::new(ASHA).unwrap(), greeting);
        let request = match kind {
            0 => self.shop.order(&format!("SO-{no}")),
            1 => greeting,
            2 => greeting.with_trigger(Trigger::Manual).with_consent(Consent::Given),
            _ => {
                let reminder = PaymentReminder {
                    invoice_number: "INV-0".to_owned(),
                    amount: rupees("500"),
                    due: date("2026-02-11"),
                    today: date("2026-02-01"),
                };
                let customer = CustomerId::new(ASHA).unwrap();
                let key = MessageKey::new(format!("own:{no}")).unwrap();
                Request::payment_reminder(customer, invoice("INV-0"), reminder).with_key(key)
            }
        };
        let request = request.with_schedule(at);
        let request = match expiry {
            Some(minutes) => request.with_expiry(at + TimeDelta::minutes(minutes)),
            None => request,
        };
        Messenger::new(self.ports.clone()).enqueue(request).await.unwrap().message_id
    }
}

/// Changes between the plan of the day and the forecast: the invoice, and its new standing.
type Changes = Vec<(usize, u8)>;

/// The shop in which a forecast is made.
#[derive(Debug, Clone)]
struct Foretold {
    owed: Vec<(bool, i64, u8)>,
    plain: Vec<Plain>,
    closed: Option<i64>,
    cap: u32,
    lived: i64,
    /// The hour at which it is made: before the opening, the reminders planned for the day
    /// still wait.
    hour: u8,
    summary: bool,
    changes: Changes,
    /// True if one of the customers has declined reminders since.
    declines: bool,
    /// True if somebody has stopped all sending.
    paused: bool,
}

fn foretold() -> impl Strategy<Value = Foretold> {
    let hour = prop_oneof![Just(5_u8), Just(12)];
    let changes = proptest::collection::vec((0_usize..10, 0_u8..4), 0..4);
    let often_not = || proptest::bool::weighted(0.15);
    let days = (proptest::option::of(0_i64..14), 1_u32..4, 0_i64..5, hour);
    let meanwhile = (any::<bool>(), changes, often_not(), often_not());
    (invoices(), plain(), days, meanwhile).prop_map(|(owed, plain, days, meanwhile)| {
        let (closed, cap, lived, hour) = days;
        let (summary, changes, declines, paused) = meanwhile;
        Foretold { owed, plain, closed, cap, lived, hour, summary, changes, declines, paused }
    })
}

fn standing(no: u8, start: NaiveDate) -> Standing {
    match no {
        0 => Standing::Disputed,
        1 => Standing::PromisedUntil(start + TimeDelta::days(9)),
        2 => Standing::Paid,
        _ => Standing::Open,
    }
}

async fn foretold_and_sent(of: Foretold) -> (Vec<(NaiveDate, String)>, Vec<(NaiveDate, String)>) {
    let Foretold { owed, plain, closed, cap, lived, hour, summary, changes, declines, paused } = of;
    let shop = Reminding::closed();
    let start = date("2026-02-01");
    if let Some(closed) = closed {
        shop.shop.set("whatsapp_closed_dates", &(start + TimeDelta::days(closed)).to_string());
    }
    shop.shop.set("whatsapp_reminders_per_day", &cap.to_string());
    shop.shop.set("whatsapp_reminder_summary", &summary.to_string());
    let owe = |no: usize, (gupta, day, stands): (bool, i64, u8)| {
        let day = (start + TimeDelta::days(day)).to_string();
        let due = owed_by(if gupta { "C-2" } else { ASHA }, &format!("INV-{no}"), &day);
        shop.shop.invoices.owe(due.with_standing(standing(stands, start)));
    };
    for (no, owed) in owed.iter().enumerate() {
        owe(no, *owed);
    }
    let days = |from: i64| (start + TimeDelta::days(from)).to_string();
    shop.until(&format!("{} {hour:02}:00", days(lived))).await;
    for (no, stands) in changes {
        if let Some((gupta, day, _)) = owed.get(no) {
            owe(no, (*gupta, *day, stands));
        }
    }
    if declines {
        let gupta = CustomerId::new("C-2").unwrap();
        let gupta = Customer::new(gupta, "Gupta & Sons", Some("+919876543211"));
        shop.shop.customers.put(gupta.with_declined(Category::Reminders));
    }
    if paused {
        Desk::new(shop.ports.clone()).pause(&manager()).await.unwrap();
    }
    let mut waiting = Vec::new();
    for (no, plain) in (0..).zip(plain) {
        waiting.push(shop.schedule(no, plain).await);
    }
    let before = shop.sent().len();
    let forecast = shop.planner.forecast(8).await.unwrap();
    // Within limits that nothing reaches, the forecast is the same.
    let limits = ForecastLimits::each(100);
    let within = shop.planner.forecast_within(8, limits).await.unwrap();
    assert_eq!((told(&within), within.cut.is_any()), (told(&forecast), false));
    assert_eq!(within.messages, forecast.messages);
    let made = forecast.reminders.iter().filter(|reminder| reminder.kept.is_none());
    let made = made.map(|reminder| (reminder.day, reminder.subject.clone()));
    let mut foretold: Vec<_> = made.collect();
    for message in forecast.messages.iter().filter(|message| message.kept.is_none()) {
        foretold.extend(message.reminders.iter().map(|step| (message.day, step.subject.clone())));
        if waiting.contains(&message.message) {
            foretold.push((message.day, message.message.to_string()));
        }
    }
    // Held steps are listed, whenever they were held.
    let held = shop.shop.store.steps_by(StepState::Held, date("2027-01-01"), None, 100).await;
    for step in held.unwrap() {
        let told = |other: &&ReminderStep| other.invoice == step.invoice && other.name == step.name;
        assert!(forecast.others.iter().any(|other| told(&other)), "{step:?}");
    }
    let mut sent = Vec::new();
    for day in lived..lived + 8 {
        let known = shop.shop.gateway.sent().len();
        shop.until(&format!("{} 23:45", days(day))).await;
        let new = of_steps(&shop, known).await;
        sent.extend(new.into_iter().map(|number| (start + TimeDelta::days(day), number)));
    }
    assert!(shop.sent().len() >= before);
    for id in waiting {
        let went = shop.shop.message(id).await.state.sent_at;
        sent.extend(went.map(|at| (date_of(at), id.to_string())));
    }
    (foretold, sent)
}

/// The date of an instant by the clocks of Kolkata.
fn date_of(at: DateTime<Utc>) -> NaiveDate {
    (at + TimeDelta::minutes(330)).date_naive()
}

/// The invoices whose reminders the planner itself sent, after the first `known` messages.
async fn of_steps(shop: &Reminding, known: usize) -> Vec<String> {
    let posts = shop.shop.gateway.sent();
    let mut numbers = Vec::new();
    for post in &posts[known..] {
        let id = post.reference.as_ref().unwrap().message_id;
        if !shop.shop.store.steps_of_message(id).await.unwrap().is_empty() {
            numbers.extend(super::numbers(post.text.as_str()));
        }
    }
    numbers
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_day_sends_what_its_forecast_says(
        of in foretold(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (foretold, sent) = runtime.block_on(foretold_and_sent(of));
        let foretold: BTreeSet<_> = foretold.into_iter().collect();
        let sent: BTreeSet<_> = sent.into_iter().collect();
        prop_assert_eq!(foretold, sent);
    }
}
