use std::sync::Arc;

use chrono::TimeDelta;
use uuid::Uuid;
use whatsapp_core::dispatch::{DispatchOptions, RateLimit};
use whatsapp_core::port::{Clock as _, InvoiceLedger, Standing};
use whatsapp_core::schedule::{StepName, StepState};
use whatsapp_core::{Dispatcher, InvoiceId, Planner};
use whatsapp_example_backend::shop::Told;
use whatsapp_testkit::ManualClock;

use crate::trial::{Place, Trial, on_both};

on_both! {
    the_ledger_answers_for_many_invoices_in_their_order,
    unpaid_invoices_come_page_by_page_each_once,
    an_invoice_is_reminded_of_on_its_day_and_once,
    a_person_reminds_now_and_is_asked_before_a_second_time,
}

fn key(id: &str) -> InvoiceId {
    InvoiceId::new(id).unwrap()
}

/// Makes out invoices of these numbers.
async fn invoices(trial: &Trial, numbers: &[&str]) -> Vec<InvoiceId> {
    let mut ids = Vec::new();
    for number in numbers {
        let (invoice, _) = trial.shop().create_invoice(trial.invoice(number)).await.unwrap();
        ids.push(key(&invoice.id.to_string()));
    }
    ids
}

async fn the_ledger_answers_for_many_invoices_in_their_order(place: Place) {
    let trial = Trial::open(place).await;
    let ids = invoices(&trial, &["INV-1", "INV-2"]).await;
    trial.shop().pay_invoice("INV-2").await.unwrap();
    let nobodys = key(&Uuid::from_u128(7).to_string());
    let asked = [ids[1].clone(), nobodys, ids[0].clone(), key("no-uuid"), ids[1].clone()];
    let database = trial.shop().database();
    let due = database.due(&asked).await.unwrap();
    let told: Vec<Option<(&str, Standing)>> =
        due.iter().map(|due| due.as_ref().map(|due| (due.number.as_str(), due.standing))).collect();
    let paid = Some(("INV-2", Standing::Paid));
    assert_eq!(told, [paid, None, Some(("INV-1", Standing::Open)), None, paid]);
    assert!(std::iter::zip(&due, &asked).all(|(due, id)| due.iter().all(|due| due.invoice == *id)));
    assert!(database.due(&[]).await.unwrap().is_empty());
}

async fn unpaid_invoices_come_page_by_page_each_once(place: Place) {
    let trial = Trial::open(place).await;
    let numbers = ["INV-1", "INV-2", "INV-3", "INV-4", "INV-5", "INV-6", "INV-7"];
    let mut ids = invoices(&trial, &numbers).await;
    trial.shop().pay_invoice("INV-3").await.unwrap();
    ids.remove(2);
    let database = trial.shop().database();
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = InvoiceLedger::unpaid(database, after, 2).await.unwrap();
        assert!(page.len() <= 2);
        let Some(last) = page.last() else { break };
        after = Some(last.invoice.clone());
        // The invoice that the next page begins after is paid meanwhile.
        trial.shop().pay_invoice(&last.number).await.unwrap();
        seen.extend(page.into_iter().map(|due| due.invoice));
    }
    seen.sort();
    ids.sort();
    assert_eq!(seen, ids);
}

async fn an_invoice_is_reminded_of_on_its_day_and_once(place: Place) {
    let trial = Trial::open(place).await;
    let ids = invoices(&trial, &["INV-1"]).await;
    trial.dispatch().await;
    // Noon of the next day in India, whatever the hour of the test.
    let here = trial.shop().now() + TimeDelta::minutes(5 * 60 + 30);
    let noon = (here.date_naive() + TimeDelta::days(1)).and_hms_opt(6, 30, 0).unwrap().and_utc();
    let clock = ManualClock::starting_at(noon);
    let ports = trial.backend.ports.clone().with_clock(Arc::new(clock.clone()));
    let planner = Planner::new(ports.clone()).unwrap();
    let options = DispatchOptions::default().with_rate_limit(RateLimit::Unlimited);
    let dispatcher = Dispatcher::new(ports).unwrap().with_options(options);
    let mut sent = Vec::new();
    for _ in 0..=8 {
        planner.tick(clock.now()).await.unwrap();
        dispatcher.tick(clock.now()).await.unwrap();
        sent.push(trial.sent().len() - 1);
        clock.advance(TimeDelta::days(1));
    }
    assert_eq!(sent, [0, 0, 1, 1, 1, 1, 2, 2, 2], "on the third day and on the seventh");
    let steps = planner.steps(&ids[0]).await.unwrap();
    let names: Vec<StepName> = steps.iter().map(|step| step.name).collect();
    assert_eq!(names, [StepName::After(3), StepName::After(7)]);
    assert!(trial.sent()[1].contains("INV-1") && trial.sent()[1].contains("₹1,23,456.00"));
}

async fn a_person_reminds_now_and_is_asked_before_a_second_time(place: Place) {
    let trial = Trial::open(place).await;
    invoices(&trial, &["INV-1", "INV-2"]).await;
    trial.dispatch().await;
    let shop = trial.shop();
    assert!(matches!(shop.remind("INV-1", false).await.unwrap(), Told::Message(_)));
    // A second click finds the first one's reminder.
    assert!(matches!(shop.remind("INV-1", false).await.unwrap(), Told::Before));
    let asked = shop.remind("INV-2", false).await.unwrap();
    assert!(matches!(&asked, Told::Refused(why) if why.contains("reminded today")), "{asked:?}");
    assert!(matches!(shop.remind("INV-2", true).await.unwrap(), Told::Message(_)));
    trial.dispatch().await;
    assert_eq!(trial.sent().len(), 4);
    shop.pay_invoice("INV-1").await.unwrap();
    let paid = shop.remind("INV-1", true).await.unwrap();
    assert!(matches!(&paid, Told::Refused(why) if why == "INV-1 was paid."), "{paid:?}");
    let steps = shop.reminders("INV-1").await.unwrap();
    assert_eq!(steps.len(), 1);
    assert_eq!((steps[0].name, steps[0].state), (StepName::Now(1), StepState::Queued));
}
