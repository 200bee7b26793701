//! Steps that leave a summary which they share with others.

use whatsapp_core::messenger::Consent;
use whatsapp_core::planner::{Anyway, ReminderActError};

use super::*;
use StepState::{GaveWay, Skipped};

const THREE: StepName = StepName::After(3);
const ANYWAY: Anyway =
    Anyway::new().with_outside_hours(Consent::Given).with_again_today(Consent::Given);

#[tokio::test]
async fn what_is_left_out_or_held_leaves_it_and_the_others_go() {
    let shop = summing().await;
    owe_three(&shop);
    shop.until("2026-02-09 08:00").await;
    let id = shop.message_of("INV-1", 3).await;
    shop.planner.skip(&invoice("INV-1"), THREE, &manager()).await.unwrap();
    shop.planner.hold(&invoice("INV-2"), THREE, &manager()).await.unwrap();
    shop.until("2026-02-09 12:00").await;
    assert_eq!(shop.lists(), [["INV-3"]]);
    assert_eq!(shop.message_of("INV-3", 3).await, id);
    assert_eq!(shop.stands("INV-1", 3).await.0, Skipped);
    assert_eq!(shop.stands("INV-2", 3).await.0, Held);
    assert_eq!(shop.stands("INV-3", 3).await.0, Sent);
    let late = shop.planner.skip(&invoice("INV-3"), THREE, &manager()).await;
    assert!(matches!(late, Err(ReminderActError::Forbidden(Sent))));
    // The held reminder goes with the next summary.
    shop.planner.approve(&invoice("INV-2"), THREE, &manager()).await.unwrap();
    shop.until("2026-02-11 12:00").await;
    assert_eq!(shop.lists()[1..], [["INV-2"]]);
}

#[tokio::test]
async fn the_last_one_that_leaves_takes_the_message_with_it() {
    let shop = summing().await;
    owe_three(&shop);
    shop.until("2026-02-09 08:00").await;
    let id = shop.message_of("INV-1", 3).await;
    for (no, name) in ["INV-1", "INV-2", "INV-3"].into_iter().enumerate() {
        let status = shop.shop.message(id).await.state.status;
        assert_eq!(status, Status::Pending, "{no}");
        shop.planner.skip(&invoice(name), THREE, &manager()).await.unwrap();
    }
    let state = shop.shop.message(id).await.state;
    assert_eq!(state.cancel_reason, Some(CancelReason::Superseded));
    assert_eq!(state.explanation.unwrap().as_str(), "A person left it out.");
    shop.until("2026-02-09 12:00").await;
    assert!(shop.lists().is_empty());
}

#[tokio::test]
async fn a_message_that_all_left_is_not_sent_also_where_nobody_withdrew_it() {
    let shop = summing().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.until("2026-02-09 08:00").await;
    let id = shop.message_of("INV-1", 3).await;
    // A person's act that ended half way.
    let step = shop.step("INV-1", THREE).await;
    let seen = Some(step.revision);
    let why = Some("A person left it out.".into());
    let step = step.stands(Skipped, None, why, shop.now());
    let steps = vec![whatsapp_core::port::StepWrite { step, seen, message: None }];
    let write = whatsapp_core::port::PlanWrite { steps, ..Default::default() };
    shop.shop.store.write_plan(&write).await.unwrap();
    shop.until("2026-02-09 12:00").await;
    assert!(shop.lists().is_empty());
    let state = shop.shop.message(id).await.state;
    assert_eq!(state.cancel_reason, Some(CancelReason::Superseded));
    assert_eq!(state.explanation.unwrap().as_str(), "A person left it out.");
}

#[tokio::test]
async fn reminding_now_is_a_message_of_its_own_and_the_others_go() {
    let shop = summing().await;
    owe_three(&shop);
    shop.until("2026-02-09 08:00").await;
    shop.planner.remind_now(&invoice("INV-2"), &manager(), ANYWAY, None).await.unwrap();
    shop.until("2026-02-09 08:15").await;
    assert_eq!(shop.sent(), ["INV-2"]);
    shop.until("2026-02-09 12:00").await;
    assert_eq!(shop.lists()[1..], [["INV-1", "INV-3"]]);
    let moved = (Planned, "2026-02-11".into(), Some(StepReason::Gap));
    assert_eq!(shop.stands("INV-2", 3).await, moved);
    shop.until("2026-02-11 12:00").await;
    assert_eq!(shop.lists()[2..], [["INV-2"]]);
}

#[tokio::test]
async fn a_later_step_takes_an_earlier_one_out_of_a_summary_that_still_waits() {
    let shop = summing().await;
    shop.shop.set("whatsapp_send_until", "24:00");
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.shop.invoices.owe(owed("INV-2", "2026-02-08"));
    let last = owed("INV-3", "2026-02-06");
    shop.shop.invoices.owe(last);
    shop.shop.set("whatsapp_payment_reminder_days", "3,5");
    // Nothing sends meanwhile.
    shop.sleep_until("2026-02-09 02:00");
    shop.plan().await;
    let first = shop.message_of("INV-1", 3).await;
    shop.shop.invoices.pay(invoice("INV-3"));
    shop.sleep_until("2026-02-11 02:00");
    shop.plan().await;
    assert_eq!(shop.stands("INV-1", 3).await.0, GaveWay);
    assert_eq!(shop.stands("INV-1", 5).await.0, Queued);
    let second = shop.message_of("INV-1", 5).await;
    assert_ne!(first, second);
    assert_eq!(shop.message_of("INV-2", 3).await, second);
    // Nothing stays in the first summary.
    let left = shop.shop.message(first).await.state.cancel_reason;
    assert_eq!(left, Some(CancelReason::Superseded));
    assert_eq!(shop.said("INV-3", 3).await, "INV-3 was paid.");
    shop.until("2026-02-11 12:00").await;
    assert_eq!(shop.lists(), [["INV-1", "INV-2"]]);
}

#[tokio::test]
async fn nothing_leaves_a_message_that_is_being_sent() {
    let shop = summing().await;
    owe_three(&shop);
    shop.until("2026-02-09 08:45").await;
    shop.sleep_until("2026-02-09 09:00");
    // It is claimed, and its work has not begun.
    let work = shop.dispatcher.take(shop.now()).await.unwrap();
    let late = shop.planner.skip(&invoice("INV-1"), THREE, &manager()).await;
    assert!(matches!(late, Err(ReminderActError::BeingSent)), "{late:?}");
    let late = shop.planner.remind_now(&invoice("INV-2"), &manager(), ANYWAY, None).await;
    assert!(matches!(late, Err(ReminderActError::BeingSent)), "{late:?}");
    shop.dispatcher.perform(work).await;
    shop.turn().await;
    assert_eq!(shop.lists(), [["INV-1", "INV-2", "INV-3"]]);
    assert_eq!(shop.stands("INV-1", 3).await.0, Sent);
}
