//! The books' facts about an invoice move its reminders, or end them.

use whatsapp_core::port::{
    AccountEventKind, AccountStore as _, DirectoryError, InvoiceLedger, StoredTemplate,
    TemplateStore as _,
};

use super::*;
use StepState::{Cancelled, Planned, Queued, Sent};

#[tokio::test]
async fn who_has_paid_before_the_plan_or_before_the_message_is_not_reminded() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.shop.invoices.owe(owed_by("C-2", "INV-2", "2026-02-06"));
    shop.until("2026-02-08 12:00").await;
    shop.shop.invoices.pay(invoice("INV-1"));
    shop.until("2026-02-09 08:00").await;
    assert!(shop.planner.steps(&invoice("INV-1")).await.unwrap().is_empty());
    assert_eq!(shop.stands("INV-2", 3).await.0, Queued);
    shop.shop.invoices.pay(invoice("INV-2"));
    shop.until("2026-02-09 10:00").await;
    assert_eq!(shop.stands("INV-2", 3).await.0, Cancelled);
    assert_eq!(shop.said("INV-2", 3).await, "INV-2 was paid.");
    assert!(shop.sent().is_empty());
}

#[tokio::test]
async fn a_cheque_that_bounces_is_reminded_of_by_the_next_step() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.until("2026-02-09 08:00").await;
    shop.shop.invoices.pay(invoice("INV-1"));
    shop.until("2026-02-10 10:00").await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.until("2026-02-12 10:00").await;
    assert!(shop.sent().is_empty());
    shop.until("2026-02-13 10:00").await;
    assert_eq!(shop.sent(), ["INV-1"]);
}

#[tokio::test]
async fn a_dispute_puts_off_from_day_to_day_and_nothing_grows_late() {
    let shop = Reminding::new().await;
    let disputed = owed("INV-1", "2026-02-06").with_standing(Standing::Disputed);
    shop.shop.set("whatsapp_payment_reminder_days", "3");
    shop.shop.invoices.owe(disputed);
    shop.until("2026-02-09 10:00").await;
    let tomorrow = (Planned, "2026-02-10".into(), Some(StepReason::Disputed));
    assert_eq!(shop.stands("INV-1", 3).await, tomorrow);
    assert_eq!(shop.said("INV-1", 3).await, "INV-1 is disputed.");
    shop.until("2026-02-26 10:00").await;
    assert!(shop.sent().is_empty());
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.until("2026-02-27 09:00").await;
    assert_eq!(shop.sent(), ["INV-1"]);
}

#[tokio::test]
async fn an_invoice_that_the_host_cannot_tell_of_waits_and_no_other_does() {
    let shop = Reminding::new().await;
    shop.shop.set("whatsapp_payment_reminder_days", "3");
    let open = |no: &str| owed_by(&format!("C-{no}"), &format!("INV-{no}"), "2026-02-06");
    shop.shop.invoices.owe(open("1").with_standing(Standing::Unknown));
    shop.shop.invoices.owe(open("2"));
    shop.until("2026-02-09 10:00").await;
    assert_eq!(shop.sent(), ["INV-2"]);
    let tomorrow = (Planned, "2026-02-10".into(), Some(StepReason::Records));
    assert_eq!(shop.stands("INV-1", 3).await, tomorrow);
    assert_eq!(shop.said("INV-1", 3).await, "The record of INV-1 could not be read.");
    shop.shop.invoices.owe(open("1"));
    shop.until("2026-02-10 10:00").await;
    assert_eq!(shop.sent(), ["INV-2", "INV-1"]);
}

#[tokio::test]
async fn after_a_promise_the_latest_step_alone_is_sent() {
    let shop = Reminding::new().await;
    let promised = Standing::PromisedUntil(date("2026-02-16"));
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06").with_standing(promised));
    shop.until("2026-02-09 10:00").await;
    assert_eq!(shop.stands("INV-1", 3).await.2, Some(StepReason::Promised));
    shop.until("2026-02-13 10:00").await;
    assert_eq!(shop.stands("INV-1", 3).await.0, StepState::GaveWay);
    let waits = (Planned, "2026-02-14".into(), Some(StepReason::Promised));
    assert_eq!(shop.stands("INV-1", 7).await, waits);
    assert_eq!(shop.said("INV-1", 7).await, "Payment was promised for 16 Feb 2026.");
    shop.until("2026-02-17 09:00").await;
    assert_eq!(shop.sent(), ["INV-1"]);
    shop.until("2026-03-17 09:00").await;
    assert_eq!(shop.sent().len(), 1);
}

#[tokio::test]
async fn credit_puts_off_until_it_is_used_up() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    let asha = CustomerId::new(ASHA).unwrap();
    shop.shop.invoices.credit_to(asha.clone(), vec![rupees("500")]);
    shop.until("2026-02-10 10:00").await;
    assert_eq!(shop.stands("INV-1", 3).await.2, Some(StepReason::Credit));
    shop.shop.invoices.credit_to(asha, vec![rupees("499")]);
    shop.until("2026-02-11 10:00").await;
    assert_eq!(shop.stands("INV-1", 3).await.0, Sent);
}

#[tokio::test]
async fn what_is_below_the_minimum_is_not_planned() {
    let shop = Reminding::new().await;
    shop.shop.set("whatsapp_reminder_minimum", "INR 500.01");
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.until("2026-02-20 10:00").await;
    assert!(shop.planner.steps(&invoice("INV-1")).await.unwrap().is_empty());
}

#[tokio::test]
async fn stale_payments_hold_all_steps_and_the_day_they_are_known_they_go() {
    let shop = Reminding::new().await;
    shop.shop.set("whatsapp_payments_fresh_days", "3");
    shop.shop.invoices.know_payments_until(Some(at("2026-02-05 18:00")));
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.until("2026-02-12 10:00").await;
    assert!(shop.sent().is_empty());
    let waits = (Planned, "2026-02-12".into(), Some(StepReason::StalePayments));
    assert_eq!(shop.stands("INV-1", 3).await, waits);
    assert_eq!(shop.said("INV-1", 3).await, "Payments were last recorded on 05 Feb 2026.");
    shop.shop.invoices.know_payments_until(Some(at("2026-02-12 09:00")));
    shop.until("2026-02-12 11:00").await;
    assert_eq!(shop.sent(), ["INV-1"]);
}

#[tokio::test]
async fn a_template_that_cannot_be_used_leaves_the_step_with_a_sentence() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    let reminder = whatsapp_core::message::MessageType::PAYMENT_REMINDER;
    let id =
        shop.shop.save_template("ours", reminder, "Pay {amount} for {invoiceNumber}", true).await;
    let stored = shop.shop.store.template(id).await.unwrap().unwrap();
    shop.shop.store.put_template(StoredTemplate { content: "Pay {amoun}".to_owned(), ..stored });
    shop.until("2026-02-09 12:00").await;
    let (state, _, reason) = shop.stands("INV-1", 3).await;
    assert_eq!((state, reason), (Planned, Some(StepReason::Records)));
    assert!(!shop.said("INV-1", 3).await.is_empty());
}

#[tokio::test]
async fn stale_payments_are_told_when_the_planner_meets_them() {
    let shop = Reminding::new().await;
    shop.shop.set("whatsapp_payments_fresh_days", "3");
    shop.shop.invoices.know_payments_until(Some(at("2026-02-03 18:00")));
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.until("2026-02-10 10:00").await;
    let events = shop.shop.store.account_events(50).await.unwrap();
    let told: Vec<_> = events.iter().map(|event| (event.kind, event.detail.as_deref())).collect();
    assert_eq!(told, [(AccountEventKind::StalePayments, Some("03 Feb 2026"))]);
}

#[tokio::test]
async fn a_promise_that_was_a_mistake_frees_the_step_the_next_day() {
    let shop = Reminding::new().await;
    let promised = Standing::PromisedUntil(date("2027-12-31"));
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06").with_standing(promised));
    shop.until("2026-02-09 10:00").await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.until("2026-02-10 10:00").await;
    assert_eq!(shop.sent(), ["INV-1"]);
}

#[tokio::test]
async fn a_dispute_between_plan_and_send_withdraws_the_message_and_puts_the_step_off() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.until("2026-02-09 08:00").await;
    let message = shop.step("INV-1", StepName::After(3)).await.message_id.unwrap();
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06").with_standing(Standing::Disputed));
    shop.until("2026-02-09 12:00").await;
    let withdrawn = shop.shop.message(message).await.state;
    assert_eq!(withdrawn.explanation.unwrap().as_str(), "INV-1 is disputed.");
    let waits = (Planned, "2026-02-10".into(), Some(StepReason::Disputed));
    assert_eq!(shop.stands("INV-1", 3).await, waits);
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.until("2026-02-10 12:00").await;
    assert_eq!(shop.sent(), ["INV-1"]);
}

/// A ledger that leaves out its last answer, as often as it is told to.
#[derive(Debug)]
struct Short(whatsapp_testkit::FixedLedger);

#[async_trait::async_trait]
impl InvoiceLedger for Short {
    async fn due(&self, invoices: &[InvoiceId]) -> Result<Vec<Option<Due>>, DirectoryError> {
        let mut answers = self.0.due(invoices).await?;
        answers.pop();
        Ok(answers)
    }

    async fn unpaid(
        &self,
        after: Option<InvoiceId>,
        most: u32,
    ) -> Result<Vec<Due>, DirectoryError> {
        self.0.unpaid(after, most).await
    }
}

#[tokio::test]
async fn a_ledger_that_answers_short_cancels_nothing() {
    let shop = Reminding::closed();
    shop.shop.invoices.owe(owed("INV-1", "2026-01-05"));
    shop.shop.invoices.owe(owed("INV-2", "2026-01-29"));
    let short = Arc::new(Short(shop.shop.invoices.clone()));
    let planner = Planner::new(shop.ports.clone().with_invoices(short)).unwrap();
    shop.sleep_until("2026-02-01 02:00");
    assert!(planner.tick(shop.now()).await.is_err());
    assert_eq!(shop.stands("INV-1", 7).await.0, StepState::Held);
    assert_eq!(shop.stands("INV-2", 3).await.0, Planned);
    // Managers are told by the process that can look after the waiting messages.
    assert!(shop.shop.store.account_events(50).await.unwrap().is_empty());
    shop.until("2026-02-01 02:15").await;
    assert_eq!(shop.shop.store.account_events(50).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_disputed_invoice_does_not_grow_late_while_nobody_plans() {
    let shop = Reminding::new().await;
    shop.shop.set("whatsapp_payment_reminder_days", "3");
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06").with_standing(Standing::Disputed));
    shop.until("2026-02-09 10:00").await;
    shop.sleep_until("2026-03-02 10:00");
    shop.turn().await;
    assert_eq!(shop.stands("INV-1", 3).await.2, Some(StepReason::Disputed));
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.sleep_until("2026-03-10 10:00");
    shop.turn().await;
    assert_eq!(shop.sent(), ["INV-1"]);
}
