//! What the forecast says is what happens if nothing changes meanwhile, and it writes nothing.

use std::collections::BTreeSet;

use proptest::prelude::*;
use whatsapp_core::port::PlannerStore as _;

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

/// An invoice of one of two customers, and how it stands.
fn invoices() -> impl Strategy<Value = Vec<(bool, i64, u8)>> {
    proptest::collection::vec((any::<bool>(), -12_i64..12, 0_u8..8), 0..10)
}

async fn foretold_and_sent(
    owed: Vec<(bool, i64, u8)>,
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
    let before = shop.sent().len();
    let forecast = shop.planner.forecast(8).await.unwrap();
    let foretold = forecast.reminders.iter().map(|r| (r.day, r.subject.clone())).collect();
    let mut sent = Vec::new();
    for day in lived..lived + 8 {
        let known = shop.sent().len();
        shop.until(&format!("{} 23:45", days(day))).await;
        let new = shop.sent()[known..].to_vec();
        sent.extend(new.into_iter().map(|number| (start + TimeDelta::days(day), number)));
    }
    assert!(shop.sent().len() >= before);
    (foretold, sent)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn a_day_sends_what_its_forecast_says(
        owed in invoices(),
        closed in proptest::option::of(0_i64..14),
        cap in 1_u32..4,
        lived in 0_i64..5,
        summary in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (foretold, sent) = runtime.block_on(foretold_and_sent(owed, closed, cap, lived, summary));
        let foretold: BTreeSet<_> = foretold.into_iter().collect();
        let sent: BTreeSet<_> = sent.into_iter().collect();
        prop_assert_eq!(foretold, sent);
    }
}
