//! The steps that exist, and their times.

use whatsapp_core::message::{Delivery, Reported, Status};
use whatsapp_core::port::{DirectoryError, InvoiceLedger};

use super::*;
use StepState::{Done, GaveWay, Held, Planned, Queued, Sent};

#[tokio::test]
async fn a_reminder_is_planned_at_two_and_sent_at_nine_with_what_is_open_then() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.until("2026-02-09 01:45").await;
    assert!(shop.planner.steps(&invoice("INV-1")).await.unwrap().is_empty());
    shop.until("2026-02-09 02:00").await;
    let step = shop.step("INV-1", StepName::After(3)).await;
    assert_eq!((step.state, step.own_day), (Queued, date("2026-02-09")));
    let message = shop.shop.message(step.message_id.unwrap()).await;
    assert_eq!(message.facts.scheduled_for, Some(at("2026-02-09 09:00")));
    assert_eq!(message.facts.key.as_str(), "payment_reminder:INV-1:T+3");
    shop.until("2026-02-09 08:45").await;
    assert!(shop.sent().is_empty());
    let mut part_paid = owed("INV-1", "2026-02-06");
    part_paid.outstanding = rupees("123");
    shop.shop.invoices.owe(part_paid);
    shop.until("2026-02-09 09:00").await;
    assert_eq!(shop.sent(), ["INV-1"]);
    assert!(shop.shop.gateway.sent()[0].text.as_str().contains("₹123.00"));
    shop.until("2026-02-09 09:15").await;
    assert_eq!(shop.stands("INV-1", 3).await, (Sent, "2026-02-09".into(), None));
    shop.until("2026-02-13 10:00").await;
    assert_eq!(shop.sent(), ["INV-1", "INV-1"]);
    shop.until("2026-03-13 10:00").await;
    assert_eq!(shop.sent().len(), 2, "two steps are two reminders for ever");
}

#[tokio::test]
async fn what_falls_on_a_closed_day_goes_on_the_next_open_one() {
    let shop = Reminding::new().await;
    shop.shop.set("whatsapp_closed_dates", "2026-02-09");
    // Its day is Sunday, 8 February; Monday is closed, too.
    shop.shop.invoices.owe(owed("INV-1", "2026-02-05"));
    shop.until("2026-02-08 02:00").await;
    let closed = (Planned, "2026-02-10".into(), Some(StepReason::ClosedDay));
    assert_eq!(shop.stands("INV-1", 3).await, closed);
    assert_eq!(shop.said("INV-1", 3).await, "08 Feb 2026 is a closed day.");
    shop.until("2026-02-10 09:00").await;
    assert_eq!(shop.sent(), ["INV-1"]);
}

#[tokio::test]
async fn all_that_is_due_on_a_day_goes_that_day_and_the_next_reminder_waits_for_the_gap() {
    let shop = Reminding::new().await;
    shop.shop.set("whatsapp_reminders_per_day", "5");
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.shop.invoices.owe(owed("INV-2", "2026-02-06"));
    shop.shop.invoices.owe(owed("INV-3", "2026-02-07"));
    shop.shop.invoices.owe(owed_by("C-2", "INV-4", "2026-02-07"));
    shop.until("2026-02-09 09:00").await;
    assert_eq!(shop.sent(), ["INV-1", "INV-2"]);
    shop.until("2026-02-10 09:00").await;
    assert_eq!(shop.sent(), ["INV-1", "INV-2", "INV-4"]);
    assert_eq!(
        shop.stands("INV-3", 3).await,
        (Planned, "2026-02-11".into(), Some(StepReason::Gap))
    );
    assert_eq!(shop.said("INV-3", 3).await, "The customer's last reminder is that of 09 Feb 2026.");
    shop.until("2026-02-11 09:00").await;
    assert_eq!(shop.sent().last().unwrap(), "INV-3");
}

#[tokio::test]
async fn a_number_gets_no_more_than_the_cap_and_the_rest_goes_on_the_next_open_days_oldest_first() {
    let shop = Reminding::new().await;
    let days = ["2026-02-06", "2026-02-06", "2026-02-06", "2026-02-06", "2026-02-06"];
    for (no, day) in days.into_iter().enumerate() {
        shop.shop.invoices.owe(owed(&format!("INV-{no}"), day));
    }
    shop.until("2026-02-09 09:00").await;
    assert_eq!(shop.sent(), ["INV-0", "INV-1"]);
    assert_eq!(
        shop.stands("INV-4", 3).await,
        (Planned, "2026-02-10".into(), Some(StepReason::Cap))
    );
    shop.until("2026-02-10 09:00").await;
    assert_eq!(shop.sent(), ["INV-0", "INV-1", "INV-2", "INV-3"]);
    shop.until("2026-02-11 09:00").await;
    assert_eq!(shop.sent().last().unwrap(), "INV-4");
}

#[tokio::test]
async fn customers_who_share_a_number_share_its_cap() {
    let shop = Reminding::new().await;
    shop.shop.set("whatsapp_reminders_per_day", "1");
    let gupta = CustomerId::new("C-2").unwrap();
    let number = crate::shop::NUMBER;
    shop.shop.customers.put(Customer::new(gupta, "Gupta & Sons", Some(number)));
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.shop.invoices.owe(owed_by("C-2", "INV-2", "2026-02-06"));
    shop.until("2026-02-09 09:00").await;
    assert_eq!(shop.sent(), ["INV-1"]);
    shop.until("2026-02-10 09:00").await;
    assert_eq!(shop.sent(), ["INV-1", "INV-2"]);
}

#[tokio::test]
async fn missed_steps_are_made_up_once_and_the_latest_speaks_for_the_earlier() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-05"));
    shop.shop.invoices.owe(owed("INV-2", "2026-02-02"));
    shop.until("2026-02-04 09:00").await;
    // Out of order until Thursday, 12 February: both days of the first invoice's steps lie
    // in between.
    shop.sleep_until("2026-02-12 11:00");
    shop.turn().await;
    assert_eq!(shop.sent(), ["INV-1", "INV-2"]);
    assert_eq!(shop.stands("INV-1", 3).await.0, GaveWay);
    assert_eq!(shop.said("INV-1", 3).await, "The reminder of INV-1 after 7 days takes its place.");
    // The day of the second invoice's step was Monday, 9 February: three open days ago.
    shop.plan().await;
    assert_eq!(shop.stands("INV-2", 7).await, (Sent, "2026-02-12".into(), None));
}

#[tokio::test]
async fn what_is_more_than_three_open_days_late_waits_for_approval() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-02"));
    shop.until("2026-02-04 09:00").await;
    shop.sleep_until("2026-02-13 11:00");
    shop.turn().await;
    assert_eq!(
        shop.stands("INV-1", 7).await,
        (Held, "2026-02-09".into(), Some(StepReason::TooLate))
    );
    let said = "It was to go out on 09 Feb 2026: that is more than 3 open days ago.";
    assert_eq!(shop.said("INV-1", 7).await, said);
    assert!(shop.sent().is_empty());
}

#[tokio::test]
async fn changed_days_move_what_is_to_come_and_repeat_nothing() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.until("2026-02-09 10:00").await;
    shop.shop.set("whatsapp_payment_reminder_days", "4, 10");
    shop.until("2026-02-10 10:00").await;
    assert_eq!(shop.stands("INV-1", 4).await, (Done, "2026-02-10".into(), None));
    shop.until("2026-02-28 10:00").await;
    let sent = shop.shop.gateway.sent();
    assert_eq!(sent.len(), 2);
    assert_eq!(shop.stands("INV-1", 10).await, (Sent, "2026-02-16".into(), None));
}

#[tokio::test]
async fn days_that_are_changed_between_plan_and_send_hold_at_once() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.until("2026-02-09 08:00").await;
    shop.shop.set("whatsapp_payment_reminder_days", "5");
    shop.until("2026-02-09 12:00").await;
    assert!(shop.sent().is_empty());
    assert_eq!(shop.stands("INV-1", 3).await.0, StepState::Cancelled);
    shop.until("2026-02-11 09:00").await;
    assert_eq!(shop.sent(), ["INV-1"]);
}

#[tokio::test]
async fn a_date_that_is_moved_between_plan_and_send_moves_the_step() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.until("2026-02-09 08:00").await;
    let step = shop.step("INV-1", StepName::After(3)).await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-17"));
    shop.until("2026-02-09 12:00").await;
    assert!(shop.sent().is_empty());
    let moved = (Planned, "2026-02-20".into(), Some(StepReason::Moved));
    assert_eq!(shop.stands("INV-1", 3).await, moved);
    let withdrawn = shop.shop.message(step.message_id.unwrap()).await;
    let said = withdrawn.state.explanation.unwrap();
    assert_eq!(said.as_str(), "Its day was moved to 20 Feb 2026.");
    shop.until("2026-02-20 09:00").await;
    assert_eq!(shop.sent(), ["INV-1"]);
    shop.until("2026-02-20 09:30").await;
    assert_eq!(shop.stands("INV-1", 3).await, (Sent, "2026-02-20".into(), None));
}

#[tokio::test]
async fn a_customer_without_a_number_is_told_as_a_failure_once() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed_by("C-3", "INV-1", "2026-02-06"));
    shop.until("2026-02-09 12:00").await;
    assert_eq!(shop.stands("INV-1", 3).await.0, StepState::Failed);
    assert_eq!(shop.said("INV-1", 3).await, "The customer has no WhatsApp number.");
    assert!(shop.sent().is_empty());
}

#[tokio::test]
async fn a_message_that_could_not_go_out_in_time_waits_for_approval() {
    let shop = Reminding::new().await;
    shop.shop.set("whatsapp_payment_reminder_days", "3, 8");
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.until("2026-02-09 08:00").await;
    // Nobody sends until Friday, 13 February, when the third open day is over.
    while shop.now() < at("2026-02-13 00:15") {
        shop.shop.clock.advance(TimeDelta::hours(1));
        shop.plan().await;
    }
    shop.turn().await;
    shop.plan().await;
    assert!(shop.sent().is_empty());
    assert_eq!(
        shop.stands("INV-1", 3).await,
        (Held, "2026-02-09".into(), Some(StepReason::TooLate))
    );
    let said = "It was to go out on 09 Feb 2026: that is more than 3 open days ago.";
    assert_eq!(shop.said("INV-1", 3).await, said);
    // Its next step takes its place.
    shop.until("2026-02-14 10:00").await;
    assert_eq!(shop.stands("INV-1", 3).await.0, GaveWay);
    assert_eq!(shop.sent(), ["INV-1"]);
}

#[tokio::test]
async fn a_reminder_that_was_not_delivered_is_tried_again_though_its_step_was_sent() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.until("2026-02-09 09:15").await;
    let step = shop.step("INV-1", StepName::After(3)).await;
    assert_eq!(step.state, Sent);
    shop.shop.gateway.next_status(Ok(Reported::Reached(Delivery::Undelivered)));
    shop.until("2026-02-09 15:00").await;
    let message = shop.shop.message(step.message_id.unwrap()).await;
    assert_ne!(message.state.status, Status::Cancelled);
    assert_eq!(shop.shop.gateway.sent().len(), 2);
}

#[tokio::test]
async fn an_invoice_that_comes_twice_or_from_before_all_calendars_stops_nobody() {
    #[derive(Debug)]
    struct Odd(whatsapp_testkit::FixedLedger);

    #[async_trait::async_trait]
    impl InvoiceLedger for Odd {
        async fn due(&self, invoices: &[InvoiceId]) -> Result<Vec<Option<Due>>, DirectoryError> {
            self.0.due(invoices).await
        }

        async fn unpaid(
            &self,
            after: Option<InvoiceId>,
            limit: u32,
        ) -> Result<Vec<Due>, DirectoryError> {
            let page = self.0.unpaid(after, limit).await?;
            Ok(page.into_iter().flat_map(|due| [due.clone(), due]).collect())
        }
    }

    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    for (id, day) in [("INV-2", "-4000-01-01"), ("INV-3", "0000-01-01"), ("INV-4", "+20000-01-01")]
    {
        shop.shop.invoices.owe(owed(id, day));
    }
    let odd = Arc::new(Odd(shop.shop.invoices.clone()));
    let planner = Planner::new(shop.ports.clone().with_invoices(odd)).unwrap();
    shop.sleep_until("2026-02-09 09:00");
    assert_eq!(planner.tick(shop.now()).await.unwrap().queued, 1);
}

#[tokio::test]
async fn a_closed_day_does_not_excuse_what_was_late_before() {
    let shop = Reminding::new().await;
    shop.shop.set("whatsapp_payment_reminder_days", "3");
    // Its day is Wednesday, 4 February.
    shop.shop.invoices.owe(owed("INV-1", "2026-02-01"));
    shop.until("2026-02-03 12:00").await;
    shop.sleep_until("2026-02-08 12:00");
    shop.turn().await;
    assert_eq!(shop.stands("INV-1", 3).await.2, Some(StepReason::TooLate));
}
