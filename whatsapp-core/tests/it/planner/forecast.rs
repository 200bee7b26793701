//! What the forecast says is what happens if nothing changes meanwhile, and it writes nothing.

use std::collections::BTreeSet;

use proptest::prelude::*;
use whatsapp_core::message::{MessageKey, Trigger};
use whatsapp_core::messenger::Consent;
use whatsapp_core::mute::{MuteOf, MuteOn};
use whatsapp_core::planner::ForecastMessage;
use whatsapp_core::port::PlannerStore as _;
use whatsapp_core::template::{Festival, PaymentReminder};
use whatsapp_core::{Desk, MessageId, Messenger, Request};

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
    // An order and a person's greeting at their moments, a greeting in the morning, one that is too late
    // by then, and a reminder of the host's own.
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
        ("", "Greetings to this customer are muted.")
    );
}

/// An invoice of one of two customers, and how it stands.
fn invoices() -> impl Strategy<Value = Vec<(bool, i64, u8)>> {
    proptest::collection::vec((any::<bool>(), -12_i64..12, 0_u8..8), 0..10)
}

/// A message that is scheduled: what it is, in how many minutes, and how long it may wait.
type Plain = (u8, i64, Option<i64>);

fn plain() -> impl Strategy<Value = Vec<Plain>> {
    let expiry = proptest::option::of(1_i64..4_000);
    proptest::collection::vec((0_u8..5, 0_i64..12_000, expiry), 0..6)
}

impl Reminding {
    /// Schedules a message: an order, a greeting of the host's or of a person's, a reminder of the host's.
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

async fn foretold_and_sent(
    owed: Vec<(bool, i64, u8)>,
    plain: Vec<Plain>,
    closed: Option<i64>,
    cap: u32,
    lived: i64,
    summary: bool,
) -> (Vec<(NaiveDate, String)>, Vec<(NaiveDate, String)>) {
    let shop = Reminding::closed();
    let start = date("2026-02-01");
    if let Some(closed) = closed {
        shop.shop.set("whatsapp_closed_dates", &(start + TimeDelta::days(closed)).to_string());
    }
    shop.shop.set("whatsapp_reminders_per_day", &cap.to_string());
    shop.shop.set("whatsapp_reminder_summary", &summary.to_string());
    for (no, (gupta, day, standing)) in owed.into_iter().enumerate() {
        let day = (start + TimeDelta::days(day)).to_string();
        let due = owed_by(if gupta { "C-2" } else { ASHA }, &format!("INV-{no}"), &day);
        shop.shop.invoices.owe(due.with_standing(match standing {
            0 => Standing::Disputed,
            1 => Standing::PromisedUntil(start + TimeDelta::days(9)),
            2 => Standing::Paid,
            _ => Standing::Open,
        }));
    }
    let days = |from: i64| (start + TimeDelta::days(from)).to_string();
    shop.until(&format!("{} 12:00", days(lived))).await;
    let mut waiting = Vec::new();
    for (no, plain) in (0..).zip(plain) {
        waiting.push(shop.schedule(no, plain).await);
    }
    let before = shop.sent().len();
    let forecast = shop.planner.forecast(8).await.unwrap();
    let foretold = forecast.reminders.iter().map(|r| (r.day, r.subject.clone()));
    let goes = forecast.messages.iter().filter(|message| message.kept.is_none());
    let goes = goes.map(|message| (message.day, message.message.to_string()));
    let foretold = foretold.chain(goes).collect();
    let mut sent = Vec::new();
    for day in lived..lived + 8 {
        // A summary is one post about several invoices.
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

/// The invoices of which the planner's own reminders were sent, behind those that are known.
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
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn a_day_sends_what_its_forecast_says(
        owed in invoices(),
        plain in plain(),
        closed in proptest::option::of(0_i64..14),
        cap in 1_u32..4,
        lived in 0_i64..5,
        summary in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let told = foretold_and_sent(owed, plain, closed, cap, lived, summary);
        let (foretold, sent) = runtime.block_on(told);
        let foretold: BTreeSet<_> = foretold.into_iter().collect();
        let sent: BTreeSet<_> = sent.into_iter().collect();
        prop_assert_eq!(foretold, sent);
    }
}
