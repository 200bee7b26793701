//! A forecast within limits: the same as far as it looks, and it says which part it has not
//! looked at.

use async_trait::async_trait;
use whatsapp_core::Messenger;
use whatsapp_core::planner::{Forecast, ForecastLimits};
use whatsapp_core::port::{DirectoryError, InvoiceLedger, PlannerStore as _};
use whatsapp_testkit::FixedLedger;

use super::*;

const ALL: ForecastLimits = ForecastLimits::each(1_000);

/// The compared parts of a forecast.
pub(super) fn told(forecast: &Forecast) -> Vec<(String, String, String)> {
    let reminders = forecast.reminders.iter();
    let reminders =
        reminders.map(|it| (it.day.to_string(), it.subject.clone(), it.name.to_string()));
    let others = forecast.others.iter().map(|it| {
        (it.day.to_string(), format!("{} {}", it.subject, it.state), it.name.to_string())
    });
    reminders.chain(others).collect()
}

/// A shop with invoices of many days, some of which are planned, held and on their way already.
async fn busy() -> Reminding {
    let shop = Reminding::new().await;
    for no in 1..=12_u32 {
        let (customer, day) = (if no % 3 == 0 { "C-2" } else { ASHA }, no.div_ceil(2));
        let due = owed_by(customer, &format!("INV-{no:02}"), &format!("2026-02-{day:02}"));
        let due = if no == 5 { due.with_standing(Standing::Disputed) } else { due };
        shop.shop.invoices.owe(due);
    }
    shop.until("2026-02-06 08:00").await;
    let messenger = Messenger::new(shop.ports.clone());
    for no in 1..=3 {
        let order = shop.shop.order(&format!("SO-{no}"));
        let order = order.with_schedule(shop.now() + TimeDelta::hours(no));
        messenger.enqueue(order).await.unwrap();
    }
    shop
}

#[tokio::test]
async fn within_its_limits_a_forecast_is_the_same() {
    let shop = busy().await;
    let (free, within) = (
        shop.planner.forecast(14).await.unwrap(),
        shop.planner.forecast_within(14, ALL).await.unwrap(),
    );
    assert!(free.reminders.len() > 8, "{free:?}");
    assert_eq!(told(&free), told(&within));
    assert_eq!(free.messages, within.messages);
    assert!(!within.cut.is_any());
    // A limit of exactly the number of invoices cuts nothing.
    let exact = ALL.with_invoices(12);
    let exact = shop.planner.forecast_within(14, exact).await.unwrap();
    assert_eq!((told(&exact), exact.cut.is_any()), (told(&within), false));
}

#[tokio::test]
async fn what_is_not_looked_at_is_said() {
    let shop = busy().await;
    let cut = async |limits| shop.planner.forecast_within(14, limits).await.unwrap();
    let few = cut(ALL.with_invoices(11)).await;
    assert_eq!((few.cut.invoices, few.cut.steps, few.cut.messages), (true, false, false));
    let few = cut(ALL.with_steps(0)).await;
    assert_eq!((few.cut.invoices, few.cut.steps, few.cut.messages), (false, true, false));
    assert!(shop.planner.forecast(14).await.unwrap().messages.len() > 1);
    let few = cut(ALL.with_messages(1)).await;
    assert_eq!((few.cut.invoices, few.cut.steps, few.cut.messages), (false, false, true));
    assert_eq!(few.messages.len(), 1);
}

#[tokio::test]
async fn what_a_person_left_out_is_told_beside_what_goes_out() {
    let shop = busy().await;
    let before = shop.planner.forecast_within(14, ALL).await.unwrap();
    let first = before.reminders.iter().find(|it| it.day > date("2026-02-06")).unwrap();
    shop.planner.skip(&first.invoice, first.name, &manager()).await.unwrap();
    let after = shop.planner.forecast_within(14, ALL).await.unwrap();
    let is_it = |step: &&ReminderStep| step.invoice == first.invoice && step.name == first.name;
    let left = after.others.iter().find(is_it).unwrap();
    assert_eq!((left.state, left.own_day), (StepState::Skipped, first.own_day));
    assert!(!after.reminders.iter().any(|it| it.invoice == first.invoice && it.name == first.name));
}

/// A ledger that counts its pages.
#[derive(Debug)]
struct Counting(FixedLedger, Mutex<Vec<u32>>);

#[async_trait]
impl InvoiceLedger for Counting {
    async fn due(&self, invoices: &[InvoiceId]) -> Result<Vec<Option<Due>>, DirectoryError> {
        self.0.due(invoices).await
    }

    async fn unpaid(
        &self,
        after: Option<InvoiceId>,
        limit: u32,
    ) -> Result<Vec<Due>, DirectoryError> {
        self.1.lock().unwrap().push(limit);
        self.0.unpaid(after, limit).await
    }
}

#[tokio::test]
async fn each_invoice_is_asked_for_once_however_many_days_are_foretold() {
    let shop = Reminding::new().await;
    for no in 0..2_000 {
        shop.shop.invoices.owe(owed(&format!("INV-{no:04}"), "2026-02-03"));
    }
    let ledger = Arc::new(Counting(shop.shop.invoices.clone(), Mutex::default()));
    let planner = Planner::new(shop.ports.clone().with_invoices(ledger.clone())).unwrap();
    let limits = ALL.with_invoices(1_200);
    let forecast = planner.forecast_within(14, limits).await.unwrap();
    assert!(forecast.cut.invoices);
    // Two pages, the rest of the third, and a check for a fourth.
    assert_eq!(*ledger.1.lock().unwrap(), [500, 500, 200, 1]);
    assert_eq!(ledger.0.questions(), 0, "what a page said is not asked again");
    assert!(planner.steps(&invoice("INV-0000")).await.unwrap().is_empty());
    assert!(shop.shop.store.planner_runs(date("2026-02-03"), 9).await.unwrap().len() < 3);
}
