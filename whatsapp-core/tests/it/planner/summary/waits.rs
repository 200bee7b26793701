//! Summaries that wait for days, that come back, or that cannot be made.

use std::sync::atomic::{AtomicBool, Ordering};

use whatsapp_core::Messenger;
use whatsapp_core::message::Message;
use whatsapp_core::planner::ReminderActError;
use whatsapp_core::port::{LogFilter, MessageLog as _, Sort, Store, StoreError, Turn};
use whatsapp_testkit::{MemoryStore, StoreWrapper, forward_store};

use super::*;

const THREE: StepName = StepName::After(3);

/// A shop with one reminder per invoice.
async fn with_one_step() -> Reminding {
    let shop = summing().await;
    shop.shop.set("whatsapp_payment_reminder_days", "3");
    shop
}

impl Reminding {
    /// Plans on each of these days, and nothing is sent.
    async fn plan_on(&self, days: &[&str]) {
        for day in days {
            self.sleep_until(&format!("{day} 02:00"));
            self.plan().await;
        }
    }

    /// The messages that are still to be sent.
    async fn pending(&self) -> Vec<MessageId> {
        let mut filter = LogFilter::default();
        filter.statuses = [Status::Pending].into();
        let page = self.shop.store.page(&filter, Sort::Oldest, Turn::First, 50).await.unwrap();
        page.messages.into_iter().map(|message| message.facts.id).collect()
    }
}

#[tokio::test]
async fn what_comes_back_from_a_summary_is_late_by_the_day_to_which_it_was_put_off() {
    let shop = with_one_step().await;
    shop.shop.set("whatsapp_reminder_gap_days", "7");
    shop.shop.invoices.owe(owed("INV-0", "2026-02-06"));
    shop.until("2026-02-09 12:00").await;
    assert_eq!(shop.lists(), [["INV-0"]]);
    // The gap moves the first to the 16th, and a promise the other ones to the 18th.
    shop.shop.invoices.owe(owed("INV-1", "2026-02-07"));
    let promised = Standing::PromisedUntil(date("2026-02-17"));
    for id in ["INV-2", "INV-3"] {
        shop.shop.invoices.owe(owed(id, "2026-02-09").with_standing(promised));
    }
    shop.until("2026-02-15 12:00").await;
    let gap = (Planned, "2026-02-16".into(), Some(StepReason::Gap));
    assert_eq!(shop.stands("INV-1", 3).await, gap);
    shop.plan_on(&["2026-02-18"]).await;
    let days = async |id| {
        let step = shop.step(id, THREE).await;
        (step.state, step.day, step.planned_for)
    };
    let first = Some(date("2026-02-16"));
    assert_eq!(days("INV-1").await, (Queued, date("2026-02-18"), first));
    assert_eq!(days("INV-2").await, (Queued, date("2026-02-18"), Some(date("2026-02-18"))));
    // Nothing was sent until the first would have been too late.
    shop.sleep_until("2026-02-20 10:00");
    shop.plan().await;
    assert_eq!(days("INV-1").await, (Queued, date("2026-02-20"), first));
    // The books take one out in the same moment.
    shop.shop.invoices.owe(owed("INV-3", "2026-02-09").with_standing(Standing::Disputed));
    shop.turn().await;
    shop.turn().await;
    assert_eq!(shop.lists()[1..], [["INV-2"]]);
    assert_eq!(
        shop.stands("INV-1", 3).await,
        (Held, "2026-02-16".into(), Some(StepReason::TooLate))
    );
    let why = "It was to go out on 16 Feb 2026: that is more than 3 open days ago.";
    assert_eq!(shop.said("INV-1", 3).await, why);
    let disputed = (Planned, "2026-02-21".into(), Some(StepReason::Disputed));
    assert_eq!(shop.stands("INV-3", 3).await, disputed);
}

#[tokio::test]
async fn a_reminder_that_comes_back_names_the_day_to_which_it_was_put_off() {
    let shop = with_one_step().await;
    shop.shop.set("whatsapp_reminder_summary", "false");
    shop.shop.invoices.owe(owed("INV-0", "2026-02-06"));
    shop.shop.invoices.owe(owed("INV-1", "2026-02-07"));
    shop.until("2026-02-10 12:00").await;
    assert_eq!(shop.stands("INV-1", 3).await.2, Some(StepReason::Gap));
    shop.plan_on(&["2026-02-11"]).await;
    shop.sleep_until("2026-02-16 10:00");
    shop.turn().await;
    shop.plan().await;
    assert_eq!(shop.sent(), ["INV-0"]);
    assert_eq!(
        shop.stands("INV-1", 3).await,
        (Held, "2026-02-11".into(), Some(StepReason::TooLate))
    );
    let why = "It was to go out on 11 Feb 2026: that is more than 3 open days ago.";
    assert_eq!(shop.said("INV-1", 3).await, why);
}

#[tokio::test]
async fn a_customer_has_at_most_one_summary_that_waits() {
    let shop = with_one_step().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.shop.invoices.owe(owed("INV-2", "2026-02-07"));
    shop.shop.invoices.owe(owed("INV-3", "2026-02-09"));
    shop.plan_on(&["2026-02-09"]).await;
    let first = shop.message_of("INV-1", 3).await;
    assert_eq!(shop.pending().await, [first]);
    shop.plan_on(&["2026-02-10", "2026-02-11"]).await;
    let second = shop.message_of("INV-2", 3).await;
    assert_eq!(shop.pending().await, [second]);
    let gone = shop.shop.message(first).await.state;
    assert_eq!(gone.cancel_reason, Some(CancelReason::Superseded));
    let why = "All its reminders were taken out of it.";
    assert_eq!(gone.explanation.unwrap().as_str(), why);
    // An invoice that is paid meanwhile goes with no message.
    shop.shop.invoices.pay(invoice("INV-2"));
    shop.plan_on(&["2026-02-12"]).await;
    let third = shop.message_of("INV-3", 3).await;
    assert_eq!(shop.pending().await, [third]);
    assert_eq!(shop.stands("INV-2", 3).await.0, Cancelled);
    let step = shop.step("INV-1", THREE).await;
    assert_eq!((step.message_id, step.planned_for), (Some(third), Some(date("2026-02-09"))));
    // On a day on which nothing new is due, the message stays as it is.
    shop.plan_on(&["2026-02-13"]).await;
    assert_eq!(shop.pending().await, [third]);
}

#[tokio::test]
async fn what_waited_for_days_goes_out_as_one_message() {
    let shop = with_one_step().await;
    for (id, day) in [("INV-1", "2026-02-06"), ("INV-2", "2026-02-07"), ("INV-3", "2026-02-08")] {
        shop.shop.invoices.owe(owed(id, day));
    }
    shop.shop.set("whatsapp_reminders_per_day", "1");
    shop.plan_on(&["2026-02-09", "2026-02-10", "2026-02-11"]).await;
    shop.until("2026-02-14 12:00").await;
    assert_eq!(shop.lists(), [["INV-1", "INV-2", "INV-3"]]);
    for id in ["INV-1", "INV-2", "INV-3"] {
        assert_eq!(shop.stands(id, 3).await, (Sent, "2026-02-11".into(), None));
    }
}

#[tokio::test]
async fn while_an_earlier_summary_is_in_hand_the_next_one_waits_for_the_gap() {
    let shop = with_one_step().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.shop.invoices.owe(owed("INV-2", "2026-02-07"));
    shop.plan_on(&["2026-02-09"]).await;
    shop.sleep_until("2026-02-10 02:00");
    // It is claimed, and its work has not begun.
    let work = shop.dispatcher.take(shop.now()).await.unwrap();
    shop.plan().await;
    let next = (Planned, "2026-02-12".into(), Some(StepReason::Summary));
    assert_eq!(shop.stands("INV-2", 3).await, next);
    let why = "An earlier summary is being sent to the customer: it goes with that of 12 Feb 2026.";
    assert_eq!(shop.said("INV-2", 3).await, why);
    shop.dispatcher.perform(work).await;
    shop.until("2026-02-10 12:00").await;
    assert_eq!(shop.lists(), [["INV-1"]]);
    shop.until("2026-02-12 12:00").await;
    assert_eq!(shop.lists()[1..], [["INV-2"]]);
}

#[tokio::test]
async fn two_hosts_that_plan_and_send_make_one_message_of_what_waited() {
    let shop = with_one_step().await;
    for (id, day) in [("INV-1", "2026-02-06"), ("INV-2", "2026-02-07"), ("INV-3", "2026-02-08")] {
        shop.shop.invoices.owe(owed(id, day));
    }
    let other = Planner::new(shop.ports.clone()).unwrap();
    shop.plan_on(&["2026-02-09", "2026-02-10"]).await;
    shop.sleep_until("2026-02-11 02:00");
    let now = shop.now();
    let (one, two) = tokio::join!(shop.planner.tick(now), other.tick(now));
    one.unwrap();
    two.unwrap();
    shop.sleep_until("2026-02-11 10:00");
    let now = shop.now();
    let (sent, planned) = tokio::join!(shop.dispatcher.tick(now), other.tick(now));
    sent.unwrap();
    planned.unwrap();
    shop.until("2026-02-11 12:00").await;
    assert_eq!(shop.lists(), [["INV-1", "INV-2", "INV-3"]]);
}

#[tokio::test]
async fn after_a_refusal_the_next_step_says_so_and_names_the_next_open_day() {
    let shop = with_one_step().await;
    let gupta = CustomerId::new("C-2").unwrap();
    shop.shop.customers.put(Customer::new(gupta.clone(), "Gupta & Sons", None));
    // A Saturday.
    shop.shop.invoices.owe(owed_by("C-2", "INV-1", "2026-02-11"));
    shop.shop.invoices.owe(owed_by("C-2", "INV-2", "2026-02-11"));
    shop.planner.hold(&invoice("INV-2"), THREE, &manager()).await.unwrap();
    shop.until("2026-02-14 12:00").await;
    assert_eq!(shop.stands("INV-1", 3).await.0, Failed);
    shop.planner.approve(&invoice("INV-2"), THREE, &manager()).await.unwrap();
    shop.until("2026-02-14 13:00").await;
    let next = (Planned, "2026-02-16".into(), Some(StepReason::Summary));
    assert_eq!(shop.stands("INV-2", 3).await, next);
    let why = "No summary of 14 Feb 2026 could be made: The customer has no WhatsApp number. It goes \
               with that of 16 Feb 2026.";
    assert_eq!(shop.said("INV-2", 3).await, why);
    shop.shop.customers.put(Customer::new(gupta, "Gupta & Sons", Some("+919876543211")));
    shop.until("2026-02-16 12:00").await;
    assert_eq!(shop.lists(), [["INV-2"]]);
}

#[tokio::test]
async fn a_refused_summary_of_very_many_invoices_is_sent_again_once_there_is_a_number() {
    let shop = with_one_step().await;
    let gupta = CustomerId::new("C-2").unwrap();
    shop.shop.customers.put(Customer::new(gupta.clone(), "Gupta & Sons", None));
    for no in 100..190 {
        let id = format!("INV-2026-{no}-{}", "0".repeat(40));
        shop.shop.invoices.owe(owed_by("C-2", &id, "2026-02-06"));
    }
    shop.until("2026-02-09 12:00").await;
    let failed = shop.shop.store.steps_by(Failed, date("2026-03-01"), None, 200).await.unwrap();
    assert_eq!(failed.len(), 90);
    let message_id = failed[0].message_id.unwrap();
    let kept = shop.shop.message(message_id).await.facts.values.unwrap();
    assert!(kept.get("invoices").unwrap().contains("\nand "));
    shop.shop.customers.put(Customer::new(gupta, "Gupta & Sons", Some("+919876543211")));
    shop.shop.messenger.resend(&Resend::new(message_id, manager())).await.unwrap();
    shop.until("2026-02-09 13:00").await;
    let sent = shop.shop.gateway.sent();
    assert_eq!(sent.len(), 1);
    assert!(sent[0].text.as_str().contains("Total: ₹45,000.00\n"));
}

#[tokio::test]
async fn an_invoice_that_has_another_customer_since_the_night_goes_with_that_ones_summary() {
    let shop = with_one_step().await;
    shop.shop.set("whatsapp_payments_fresh_days", "3");
    shop.shop.invoices.know_payments_until(Some(at("2026-02-02 01:00")));
    for who in ["C-4", "C-5", "C-6"] {
        let id = CustomerId::new(who).unwrap();
        let number = format!("+9198765432{}1", &who[2..]);
        shop.shop.customers.put(Customer::new(id, who, Some(&number)));
    }
    // More than a page of steps lie between those of the two customers.
    shop.shop.invoices.owe(owed("INV-000", "2026-02-06"));
    for no in 100..340 {
        let who = format!("C-{}", 4 + no % 3);
        shop.shop.invoices.owe(owed_by(&who, &format!("INV-{no}"), "2026-02-06"));
    }
    shop.shop.invoices.owe(owed_by("C-2", "INV-999", "2026-02-06"));
    shop.until("2026-02-09 08:00").await;
    assert_eq!(shop.stands("INV-000", 3).await.2, Some(StepReason::StalePayments));
    shop.shop.invoices.owe(owed_by("C-2", "INV-000", "2026-02-06"));
    shop.shop.invoices.know_payments_until(Some(at("2026-02-09 08:00")));
    shop.until("2026-02-09 12:00").await;
    let lists = shop.lists();
    assert!(lists.contains(&vec!["INV-000".to_owned(), "INV-999".to_owned()]), "{lists:?}");
}

#[tokio::test]
async fn nothing_is_done_to_a_step_whose_message_has_ended_before_that_is_noted() {
    let shop = with_one_step().await;
    owe_three(&shop);
    shop.until("2026-02-09 08:45").await;
    let refused = TransportError::new(Disposition::Permanent, "No such number.");
    shop.shop.gateway.next_send(Err(refused));
    shop.sleep_until("2026-02-09 09:00");
    shop.dispatcher.tick(shop.now()).await.unwrap();
    // The message has failed, and no step says so yet. Somebody may try it again at any moment.
    assert_eq!(shop.stands("INV-1", 3).await.0, Queued);
    let late = shop.planner.skip(&invoice("INV-1"), THREE, &manager()).await;
    assert!(matches!(late, Err(ReminderActError::Forbidden(Failed))), "{late:?}");
    let anyway = super::super::acts::ANYWAY;
    shop.planner.remind_now(&invoice("INV-2"), &manager(), anyway, None).await.unwrap();
    assert_eq!(shop.stands("INV-2", 3).await.0, Failed, "it is not planned again");
}

/// A store in which somebody withdraws a message right after it was read.
#[derive(Debug)]
struct Withdrawing {
    store: MemoryStore,
    messenger: Messenger,
    armed: AtomicBool,
}

#[async_trait::async_trait]
impl StoreWrapper for Withdrawing {
    fn inner(&self) -> &dyn Store {
        &self.store
    }

    async fn message(&self, id: MessageId) -> Result<Option<Message>, StoreError> {
        let message = self.store.message(id).await?;
        if self.armed.swap(false, Ordering::SeqCst) {
            self.messenger.cancel(id, &manager()).await.unwrap();
        }
        Ok(message)
    }
}

forward_store!(Withdrawing);

#[tokio::test]
async fn what_has_ended_in_between_is_not_said_to_be_under_way() {
    let shop = with_one_step().await;
    owe_three(&shop);
    shop.until("2026-02-09 08:45").await;
    let store = shop.shop.store.clone();
    let messenger = Messenger::new(shop.ports.clone());
    let store = Withdrawing { store, messenger, armed: AtomicBool::new(true) };
    let ports = Ports::new(Arc::new(store), Arc::new(shop.shop.customers.clone()))
        .with_invoices(Arc::new(shop.shop.invoices.clone()))
        .with_plans(Arc::new(shop.shop.store.clone()))
        .with_clock(Arc::new(shop.shop.clock.clone()));
    let planner = Planner::new(ports).unwrap();
    let late = planner.skip(&invoice("INV-1"), THREE, &manager()).await;
    assert!(matches!(late, Err(ReminderActError::Forbidden(Cancelled))), "{late:?}");
    assert_eq!(shop.stands("INV-1", 3).await.0, Cancelled);
}
