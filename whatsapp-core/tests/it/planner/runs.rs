//! One run on every date: through outages, killed runs, several hosts and clocks that are set.

use async_trait::async_trait;
use whatsapp_core::planner::PlannerError;
use whatsapp_core::port::{DirectoryError, InvoiceLedger, PlannerStore as _};
use whatsapp_testkit::FixedLedger;

use super::*;
use StepState::{Held, Queued};

async fn days(shop: &Reminding) -> Vec<String> {
    let runs = shop.shop.store.planner_runs(date("9999-12-31"), 100).await.unwrap();
    runs.iter().rev().map(|run| run.day.to_string()).collect()
}

#[tokio::test]
async fn each_date_is_run_once_and_missed_ones_are_covered_by_the_latest() {
    let shop = Reminding::new().await;
    shop.until("2026-02-03 12:00").await;
    shop.sleep_until("2026-02-07 01:59");
    shop.turn().await;
    shop.until("2026-02-07 12:00").await;
    // At one minute to two on the 7th the latest date is the 6th.
    let run = ["2026-01-31", "2026-02-01", "2026-02-02", "2026-02-03", "2026-02-06", "2026-02-07"];
    assert_eq!(days(&shop).await, run);
}

#[tokio::test]
async fn several_hosts_plan_each_step_once() {
    let shop = Reminding::new().await;
    for no in 0..700 {
        let customer = CustomerId::new(format!("K-{no}")).unwrap();
        let number = format!("+9198{no:08}");
        shop.shop.customers.put(Customer::new(customer, "A customer", Some(&number)));
        shop.shop.invoices.owe(owed_by(&format!("K-{no}"), &format!("INV-{no}"), "2026-02-06"));
    }
    shop.sleep_until("2026-02-09 02:00");
    let other = Planner::new(shop.ports.clone()).unwrap();
    let (one, two) = tokio::join!(shop.planner.tick(shop.now()), other.tick(shop.now()));
    assert_eq!(one.unwrap().queued + two.unwrap().queued, 700);
    assert_eq!(shop.plan().await.queued + other.tick(shop.now()).await.unwrap().queued, 0);
}

/// A ledger that breaks off after an invoice, once.
#[derive(Debug)]
struct Breaking {
    inner: FixedLedger,
    behind: Mutex<Option<InvoiceId>>,
    pages: Mutex<Vec<Option<InvoiceId>>>,
}

#[async_trait]
impl InvoiceLedger for Breaking {
    async fn due(&self, invoices: &[InvoiceId]) -> Result<Vec<Option<Due>>, DirectoryError> {
        self.inner.due(invoices).await
    }

    async fn unpaid(
        &self,
        after: Option<InvoiceId>,
        limit: u32,
    ) -> Result<Vec<Due>, DirectoryError> {
        let breaks = self.behind.lock().unwrap().take_if(|behind| after.as_ref() >= Some(behind));
        if breaks.is_some() {
            return Err(DirectoryError::new("the books are away"));
        }
        self.pages.lock().unwrap().push(after.clone());
        self.inner.unpaid(after, limit).await
    }
}

#[tokio::test]
async fn a_run_that_breaks_off_goes_on_where_it_was() {
    let shop = Reminding::new().await;
    for no in 0..1_200 {
        let customer = CustomerId::new(format!("K-{no:04}")).unwrap();
        let number = format!("+9198{no:08}");
        shop.shop.customers.put(Customer::new(customer, "A customer", Some(&number)));
        shop.shop.invoices.owe(owed_by(
            &format!("K-{no:04}"),
            &format!("INV-{no:04}"),
            "2026-02-06",
        ));
    }
    let ledger = Arc::new(Breaking {
        inner: shop.shop.invoices.clone(),
        behind: Mutex::new(Some(invoice("INV-0600"))),
        pages: Mutex::default(),
    });
    let ports = shop.ports.clone().with_invoices(ledger.clone());
    let first = Planner::new(ports.clone()).unwrap();
    shop.sleep_until("2026-02-09 02:00");
    let broken = first.tick(shop.now()).await;
    assert!(matches!(broken, Err(PlannerError::Directory(_))), "{broken:?}");
    // Another host takes the run over once the claim of the first has run out.
    let second = Planner::new(ports).unwrap();
    assert_eq!(second.tick(shop.now()).await.unwrap().queued, 0);
    shop.sleep_until("2026-02-09 02:06");
    assert_eq!(second.tick(shop.now()).await.unwrap().queued, 1_200);
    let pages: Vec<Option<InvoiceId>> = ledger.pages.lock().unwrap().clone();
    let from = [None, Some("INV-0499"), Some("INV-0999"), Some("INV-1199")];
    assert_eq!(pages, from.map(|id| id.map(invoice)));
}

#[tokio::test]
async fn a_ledger_that_gives_the_same_page_again_does_not_turn_for_ever() {
    #[derive(Debug)]
    struct Stuck(Due);

    #[async_trait]
    impl InvoiceLedger for Stuck {
        async fn due(&self, _: &[InvoiceId]) -> Result<Vec<Option<Due>>, DirectoryError> {
            Ok(vec![Some(self.0.clone())])
        }

        async fn unpaid(&self, _: Option<InvoiceId>, _: u32) -> Result<Vec<Due>, DirectoryError> {
            Ok(vec![self.0.clone()])
        }
    }

    let shop = Reminding::new().await;
    let ports = shop.ports.clone().with_invoices(Arc::new(Stuck(owed("INV-1", "2026-02-06"))));
    shop.sleep_until("2026-02-09 02:00");
    let stuck = Planner::new(ports).unwrap().tick(shop.now()).await;
    assert!(matches!(stuck, Err(PlannerError::Directory(_))), "{stuck:?}");
}

#[tokio::test]
async fn a_clock_that_is_set_back_runs_no_date_twice_and_one_far_ahead_stops_nothing() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.until("2026-02-09 03:00").await;
    shop.set_clock("2026-02-08 12:00");
    shop.turn().await;
    shop.until("2026-02-09 12:00").await;
    assert_eq!(shop.sent(), ["INV-1"]);
    assert_eq!(days(&shop).await.iter().filter(|day| *day == "2026-02-09").count(), 1);
    // Two years ahead by mistake.
    shop.set_clock("2028-02-09 12:00");
    shop.plan().await;
    shop.set_clock("2026-02-10 12:00");
    shop.shop.invoices.owe(owed_by("C-2", "INV-2", "2026-02-08"));
    shop.until("2026-02-11 12:00").await;
    assert_eq!(shop.sent().last().unwrap(), "INV-2");
}

#[tokio::test]
async fn a_zone_that_brings_a_date_back_runs_it_once() {
    let shop = Reminding::new().await;
    shop.until("2026-02-09 03:00").await;
    shop.shop.set("whatsapp_time_zone", "America/New_York");
    shop.until("2026-02-11 03:00").await;
    // It is the 10th in New York.
    let run = days(&shop).await;
    assert_eq!(run.last().unwrap(), "2026-02-10");
    assert_eq!(run.len(), 11);
}

#[tokio::test]
async fn a_date_that_does_not_exist_has_no_run() {
    let shop = Reminding::closed();
    shop.shop.set("whatsapp_time_zone", "Pacific/Apia");
    shop.set_clock("2011-12-29 18:30");
    for _ in 0..60 {
        shop.plan().await;
        shop.shop.clock.advance(TimeDelta::hours(1));
    }
    assert_eq!(days(&shop).await, ["2011-12-29", "2011-12-31", "2012-01-01"]);
}

#[tokio::test]
async fn reminders_that_were_off_begin_anew() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-05"));
    shop.until("2026-02-06 12:00").await;
    shop.shop.set("whatsapp_payment_reminder_enabled", "false");
    shop.until("2026-02-09 12:00").await;
    assert!(shop.planner.steps(&invoice("INV-1")).await.unwrap().is_empty());
    shop.shop.set("whatsapp_payment_reminder_enabled", "true");
    shop.until("2026-02-10 12:00").await;
    assert_eq!(
        shop.stands("INV-1", 3).await,
        (Held, "2026-02-08".into(), Some(StepReason::FirstRun))
    );
    shop.until("2026-02-12 12:00").await;
    assert_eq!(shop.sent(), ["INV-1"], "the step after 7 days");
}

#[tokio::test]
async fn reminders_that_are_switched_off_between_plan_and_send_are_not_sent() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.until("2026-02-09 08:00").await;
    assert_eq!(shop.stands("INV-1", 3).await.0, Queued);
    shop.shop.set("whatsapp_payment_reminder_enabled", "false");
    shop.until("2026-02-10 12:00").await;
    shop.shop.set("whatsapp_payment_reminder_enabled", "true");
    shop.until("2026-02-11 12:00").await;
    assert!(shop.sent().is_empty());
    assert_eq!(shop.stands("INV-1", 3).await.0, Held);
}

#[tokio::test]
async fn reminders_that_are_switched_on_in_the_day_begin_that_day() {
    let shop = Reminding::closed();
    shop.shop.set("whatsapp_payment_reminder_enabled", "false");
    shop.shop.invoices.owe(owed("INV-1", "2026-02-02"));
    shop.shop.invoices.owe(owed("INV-2", "2026-01-12"));
    shop.until("2026-02-05 09:30").await;
    shop.shop.set("whatsapp_payment_reminder_enabled", "true");
    shop.until("2026-02-05 10:30").await;
    assert_eq!(shop.sent(), ["INV-1"]);
    assert_eq!(shop.stands("INV-2", 7).await.0, Held);
    shop.planner.approve(&invoice("INV-2"), StepName::After(7), &manager()).await.unwrap();
    shop.until("2026-02-07 12:00").await;
    assert_eq!(shop.sent(), ["INV-1", "INV-2"]);
}

#[tokio::test]
async fn days_that_are_added_hold_from_the_same_day() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-04"));
    shop.until("2026-02-09 08:30").await;
    shop.shop.set("whatsapp_reminder_gap_days", "1");
    shop.shop.set("whatsapp_payment_reminder_days", "3, 5, 7");
    shop.until("2026-02-09 12:00").await;
    // Three days after the due date it was Saturday, five days after it is today.
    assert_eq!(shop.sent(), ["INV-1", "INV-1"]);
}

#[tokio::test]
async fn a_clock_that_began_in_another_century_forgets_nothing() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-01-05"));
    shop.until("2026-02-09 03:00").await;
    let before = shop.planner.steps(&invoice("INV-1")).await.unwrap();
    shop.set_clock("1970-01-02 12:00");
    shop.turn().await;
    shop.set_clock("2026-02-10 12:00");
    shop.shop.invoices.owe(owed("INV-2", "2026-01-05"));
    shop.turn().await;
    assert_eq!(shop.planner.steps(&invoice("INV-1")).await.unwrap()[0].state, before[0].state);
    // Reminders that were due before the first run are still held.
    assert_eq!(shop.stands("INV-2", 7).await.2, Some(StepReason::FirstRun));
    assert!(shop.sent().is_empty());
}
