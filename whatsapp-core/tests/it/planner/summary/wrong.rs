//! Summaries and failures: steps that moved on, missing ports, impossible dates.

use std::sync::atomic::{AtomicU32, Ordering};

use whatsapp_core::AuditId;
use whatsapp_core::message::{HeldFor, MessageKey};
use whatsapp_core::messenger::Request;
use whatsapp_core::mute::Mute;
use whatsapp_core::port::{
    MuteCursor, MuteEnd, MuteFilter, MuteQuestion, MuteStore, PlanWrite, StepWrite, StoreError,
};
use whatsapp_core::template::{OpenInvoice, PaymentSummary};

use super::*;

const THREE: StepName = StepName::After(3);

impl Reminding {
    /// Plans a step anew, as if the process had ended before it withdrew the message.
    async fn forget_message(&self, id: &str) {
        let step = self.step(id, THREE).await;
        let seen = Some(step.revision);
        let mut step = step.stands(Planned, None, None, self.now());
        (step.message_id, step.day) = (None, date("2026-02-10"));
        let steps = vec![StepWrite { step, seen, message: None }];
        let write = PlanWrite { steps, ..PlanWrite::default() };
        self.shop.store.write_plan(&write).await.unwrap();
    }
}

#[tokio::test]
async fn a_summary_that_all_steps_moved_on_from_is_withdrawn_and_not_taken_for_a_hosts() {
    let shop = summing().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.shop.invoices.owe(owed("INV-2", "2026-02-06"));
    shop.until("2026-02-09 08:00").await;
    let first = shop.message_of("INV-1", 3).await;
    shop.forget_message("INV-1").await;
    shop.forget_message("INV-2").await;
    shop.shop.invoices.pay(invoice("INV-2"));
    shop.until("2026-02-10 12:00").await;
    assert_eq!(shop.lists(), [["INV-1"]]);
    assert_ne!(shop.message_of("INV-1", 3).await, first);
    let state = shop.shop.message(first).await.state;
    assert_eq!(state.cancel_reason, Some(CancelReason::Superseded));
    let why = "All its reminders were taken out of it.";
    assert_eq!(state.explanation.unwrap().as_str(), why);
}

#[tokio::test]
async fn a_summary_of_a_host_goes_out_as_it_is() {
    let shop = summing().await;
    let asha = CustomerId::new(ASHA).unwrap();
    let due = date("2026-01-05");
    let open = OpenInvoice::new("INV-9", due, rupees("70"));
    let key = MessageKey::new("payment_summary:C-1:by-hand").unwrap();
    let request = Request::payment_summary(asha, PaymentSummary::new([open])).with_key(key);
    shop.shop.messenger.enqueue(request).await.unwrap();
    shop.until("2026-02-02 12:00").await;
    assert_eq!(shop.lists(), [["INV-9"]]);
}

#[tokio::test]
async fn whoever_sends_without_the_steps_or_the_ledger_keeps_a_summary_waiting() {
    let shop = summing().await;
    owe_three(&shop);
    shop.until("2026-02-09 08:00").await;
    let id = shop.message_of("INV-1", 3).await;
    shop.shop.invoices.pay(invoice("INV-1"));
    shop.sleep_until("2026-02-09 09:00");
    // These ports have no plans.
    let options = DispatchOptions::default().with_rate_limit(RateLimit::Unlimited);
    let other = Dispatcher::new(shop.shop.ports.clone()).unwrap().with_options(options);
    other.tick(shop.now()).await.unwrap();
    assert!(shop.lists().is_empty());
    let state = shop.shop.message(id).await.state;
    assert_eq!((state.status, state.held_for), (Status::Pending, Some(HeldFor::Records)));
    let why = "The reminders that it lists could not be read.";
    assert_eq!(state.explanation.unwrap().as_str(), why);
    shop.until("2026-02-09 12:00").await;
    assert_eq!(shop.lists(), [["INV-2", "INV-3"]]);
}

#[tokio::test]
async fn a_number_that_the_customers_own_summary_fills_does_not_lift_the_gap() {
    let shop = summing().await;
    shop.shop.set("whatsapp_reminders_per_day", "1");
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.shop.invoices.owe(owed("INV-2", "2026-02-06"));
    shop.planner.hold(&invoice("INV-2"), THREE, &manager()).await.unwrap();
    shop.until("2026-02-09 12:00").await;
    assert_eq!(shop.lists(), [["INV-1"]]);
    shop.planner.approve(&invoice("INV-2"), THREE, &manager()).await.unwrap();
    shop.until("2026-02-09 13:00").await;
    let next = (Planned, "2026-02-11".into(), Some(StepReason::Gap));
    assert_eq!(shop.stands("INV-2", 3).await, next);
    let why = "The customer's last reminder is that of 09 Feb 2026.";
    assert_eq!(shop.said("INV-2", 3).await, why);
    shop.until("2026-02-10 12:00").await;
    assert_eq!(shop.lists().len(), 1);
    shop.until("2026-02-11 12:00").await;
    assert_eq!(shop.lists(), [["INV-1"], ["INV-2"]]);
}

#[tokio::test]
async fn an_invoice_whose_due_date_no_message_says_stops_no_other_one() {
    let misdated = |id: &str| {
        let (asha, day) = (CustomerId::new(ASHA).unwrap(), date("2026-02-06"));
        Due::new(invoice(id), asha, id, day, date("0026-02-21"), rupees("500"))
    };
    let shop = summing().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.shop.invoices.owe(misdated("INV-2"));
    shop.shop.invoices.owe(owed("INV-3", "2026-02-06"));
    shop.until("2026-02-09 08:00").await;
    // This invoice gets its wrong date between the plan and the message.
    shop.shop.invoices.owe(misdated("INV-3"));
    shop.until("2026-02-09 12:00").await;
    assert_eq!(shop.lists(), [["INV-1"]]);
    for wrong in ["INV-2", "INV-3"] {
        let waits = (Planned, "2026-02-10".into(), Some(StepReason::Records));
        assert_eq!(shop.stands(wrong, 3).await, waits);
        let why = format!(
            "The due date of {wrong} is in the year 26: one from 1900 to 2199 is expected."
        );
        assert_eq!(shop.said(wrong, 3).await, why);
    }
}

#[tokio::test]
async fn a_cap_that_customers_share_leaves_over_whose_turn_came_last() {
    let shop = summing().await;
    shop.shop.set("whatsapp_reminders_per_day", "1");
    for (who, day) in [("C-8", "2026-02-06"), ("C-9", "2026-02-05")] {
        let id = CustomerId::new(who).unwrap();
        shop.shop.customers.put(Customer::new(id, who, Some("+919876543215")));
        shop.shop.invoices.owe(owed_by(who, &format!("INV-{who}"), day));
    }
    // The 8th, on which one of them was to go out, is a Sunday.
    shop.until("2026-02-09 12:00").await;
    assert_eq!(shop.lists(), [["INV-C-9"]]);
    let full = (Planned, "2026-02-10".into(), Some(StepReason::Cap));
    assert_eq!(shop.stands("INV-C-8", 3).await, full);
}

/// Mutes that hold from the second question about an invoice on.
#[derive(Debug)]
struct Later {
    keeper: Keeper,
    invoice: InvoiceId,
    asked: AtomicU32,
}

#[async_trait::async_trait]
impl MuteStore for Later {
    async fn add_mute(&self, mute: &Mute, audit: AuditId) -> Result<Mute, StoreError> {
        self.keeper.add_mute(mute, audit).await
    }

    async fn end_mute(&self, end: &MuteEnd) -> Result<Option<Mute>, StoreError> {
        self.keeper.end_mute(end).await
    }

    async fn mutes(
        &self,
        filter: &MuteFilter,
        after: Option<MuteCursor>,
        limit: u32,
    ) -> Result<Vec<Mute>, StoreError> {
        self.keeper.mutes(filter, after, limit).await
    }

    async fn muted(&self, asked: &[MuteQuestion]) -> Result<Vec<Vec<Mute>>, StoreError> {
        let about = |question: &MuteQuestion| question.invoice.as_ref() == Some(&self.invoice);
        let first = asked.iter().any(about) && self.asked.fetch_add(1, Ordering::SeqCst) == 0;
        let answers = self.keeper.muted(asked).await?;
        Ok(if first { vec![Vec::new(); asked.len()] } else { answers })
    }
}

#[tokio::test]
async fn an_invoice_that_is_muted_after_the_list_was_made_is_not_sent() {
    let shop = summing().await;
    let keeper = Keeper::new(shop.shop.store.clone());
    let shop = shop.keeping_mutes(&keeper);
    owe_three(&shop);
    shop.until("2026-02-09 08:45").await;
    let on = MuteOn::Invoice(invoice("INV-2"));
    Desk::new(shop.ports.clone()).mute(on, MuteOf::Reminders, &manager()).await.unwrap();
    let asked = AtomicU32::new(0);
    let later = Arc::new(Later { keeper, invoice: invoice("INV-2"), asked });
    let options = DispatchOptions::default().with_rate_limit(RateLimit::Unlimited);
    let dispatcher = Dispatcher::new(shop.ports.clone().with_mutes(later.clone())).unwrap();
    let shop = Reminding { dispatcher: dispatcher.with_options(options), ..shop };
    shop.until("2026-02-09 12:00").await;
    assert!(later.asked.load(Ordering::SeqCst) > 1);
    assert_eq!(shop.lists(), [["INV-1", "INV-3"]]);
    assert_eq!(shop.stands("INV-2", 3).await.0, Cancelled);
    assert_eq!(shop.said("INV-2", 3).await, "Reminders about this invoice are kept back.");
}

#[tokio::test]
async fn what_is_approved_one_by_one_goes_in_one_message() {
    let shop = summing().await;
    owe_three(&shop);
    for id in ["INV-1", "INV-2", "INV-3"] {
        shop.planner.hold(&invoice(id), THREE, &manager()).await.unwrap();
    }
    shop.until("2026-02-09 12:00").await;
    for id in ["INV-1", "INV-2", "INV-3"] {
        shop.planner.approve(&invoice(id), THREE, &manager()).await.unwrap();
        shop.turn().await;
        assert_eq!(shop.stands(id, 3).await.0, Planned);
    }
    shop.until("2026-02-09 12:15").await;
    assert_eq!(shop.lists(), [["INV-1", "INV-2", "INV-3"]]);
}

#[tokio::test]
async fn credit_is_compared_with_what_goes_out_and_not_with_what_the_gap_keeps() {
    let shop = summing().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.shop.invoices.owe(owed("INV-2", "2026-02-07"));
    shop.until("2026-02-09 12:00").await;
    assert_eq!(shop.lists(), [["INV-1"]]);
    shop.shop.invoices.credit_to(CustomerId::new(ASHA).unwrap(), vec![rupees("500")]);
    shop.until("2026-02-10 12:00").await;
    let gap = (Planned, "2026-02-11".into(), Some(StepReason::Gap));
    assert_eq!(shop.stands("INV-2", 3).await, gap);
    shop.until("2026-02-11 12:00").await;
    let covered = (Planned, "2026-02-12".into(), Some(StepReason::Credit));
    assert_eq!(shop.stands("INV-2", 3).await, covered);
    assert_eq!(shop.lists().len(), 1);
}
