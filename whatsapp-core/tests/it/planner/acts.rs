//! People's acts on reminders.

use whatsapp_core::Messenger;
use whatsapp_core::audit::{Act, AuditTarget};
use whatsapp_core::messenger::{Consent, OutsideHours, Receipt, Wish};
use whatsapp_core::planner::{Anyway, ReminderActError, ReminderQuestion};
use whatsapp_core::port::{
    AccountEventKind, AccountStore as _, AuditFilter, AuditLog as _, PlanWrite, PlanWritten,
    PlannerStore as _, StepWrite,
};
use whatsapp_core::retry::Disposition;

use crate::shop::error;

use super::*;
use StepState::{Dropped, Held, Planned, Queued, Sent, Skipped};

const ASK: Anyway = Anyway::new();
pub(super) const ANYWAY: Anyway =
    Anyway::new().with_outside_hours(Consent::Given).with_again_today(Consent::Given);

/// A shop whose first run finds an old invoice.
async fn with_something_held() -> Reminding {
    let shop = Reminding::closed();
    shop.shop.invoices.owe(owed("INV-1", "2026-01-05"));
    shop.until("2026-02-01 02:00").await;
    assert_eq!(shop.stands("INV-1", 7).await.0, Held);
    shop
}

async fn events(shop: &Reminding) -> Vec<(AccountEventKind, Option<String>)> {
    let events = shop.shop.store.account_events(50).await.unwrap();
    events.into_iter().map(|event| (event.kind, event.detail)).collect()
}

#[tokio::test]
async fn managers_are_told_once_that_something_waits() {
    let shop = with_something_held().await;
    shop.until("2026-02-05 12:00").await;
    assert_eq!(events(&shop).await, [(AccountEventKind::Approvals, Some("1".to_owned()))]);
    assert_eq!(shop.planner.waiting(None, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_approved_goes_out_in_the_next_hours_and_is_audited() {
    let shop = with_something_held().await;
    shop.until("2026-02-02 11:00").await;
    let approved = shop.planner.approve(&invoice("INV-1"), StepName::After(7), &manager()).await;
    assert_eq!(approved.unwrap().state, Planned);
    shop.until("2026-02-02 11:15").await;
    assert_eq!(shop.sent(), ["INV-1"]);
    let entries = shop.shop.store.audit(&AuditFilter::default(), None, 10).await.unwrap().entries;
    let on = AuditTarget::Reminder(StepName::After(7), invoice("INV-1"));
    assert_eq!(entries.len(), 1);
    assert_eq!((entries[0].act, &entries[0].on), (Act::ReminderApproved, &on));
    let again = shop.planner.approve(&invoice("INV-1"), StepName::After(7), &manager()).await;
    assert!(matches!(again, Err(ReminderActError::Forbidden(_))));
}

#[tokio::test]
async fn of_two_managers_who_saw_the_same_reminder_one_decides() {
    let shop = with_something_held().await;
    let (invoice, week) = (invoice("INV-1"), StepName::After(7));
    let steps = shop.planner.steps(&invoice).await.unwrap();
    let seen = steps.iter().find(|step| step.name == week).unwrap().since;
    shop.until("2026-02-01 03:00").await;
    let saw_it = || Wish::of(&manager()).over(seen);
    shop.planner.approve(&invoice, week, saw_it()).await.unwrap();
    let late = shop.planner.drop_reminder(&invoice, week, saw_it()).await;
    assert!(matches!(late, Err(ReminderActError::Changed)), "{late:?}");
    insta::assert_snapshot!(late.unwrap_err(), @"the reminder changed meanwhile");
    // It waits again, for another reason than they saw.
    shop.until("2026-02-01 03:01").await;
    shop.planner.hold(&invoice, week, &manager()).await.unwrap();
    let late = shop.planner.approve(&invoice, week, saw_it()).await;
    assert!(matches!(late, Err(ReminderActError::Changed)), "{late:?}");
    assert_eq!(shop.stands("INV-1", 7).await.0, Held);
    let entries = shop.shop.store.audit(&AuditFilter::default(), None, 10).await.unwrap().entries;
    assert_eq!(
        entries.iter().map(|entry| entry.act).collect::<Vec<_>>(),
        [Act::ReminderHeld, Act::ReminderApproved]
    );
}

#[tokio::test]
async fn nothing_is_approved_while_reminders_are_off() {
    let shop = with_something_held().await;
    shop.shop.set("whatsapp_payment_reminder_enabled", "false");
    let week = StepName::After(7);
    let asked = shop.planner.approve(&invoice("INV-1"), week, &manager()).await;
    assert!(matches!(asked, Err(ReminderActError::SwitchedOff)), "{asked:?}");
    insta::assert_snapshot!(asked.unwrap_err(), @"reminders are switched off: approve it once they are on again");
    assert_eq!(shop.stands("INV-1", 7).await.0, Held);
    shop.shop.set("whatsapp_payment_reminder_enabled", "true");
    shop.planner.approve(&invoice("INV-1"), week, &manager()).await.unwrap();
    shop.until("2026-02-02 09:00").await;
    assert_eq!(shop.sent(), ["INV-1"]);
}

#[tokio::test]
async fn what_is_approved_at_night_or_on_a_closed_day_waits_for_the_hours() {
    let shop = with_something_held().await;
    // A Sunday.
    shop.planner.approve(&invoice("INV-1"), StepName::After(7), &manager()).await.unwrap();
    shop.until("2026-02-02 08:45").await;
    assert!(shop.sent().is_empty());
    shop.until("2026-02-02 09:00").await;
    assert_eq!(shop.sent(), ["INV-1"]);
}

#[tokio::test]
async fn what_nobody_approves_within_a_fortnight_is_dropped_and_what_is_dropped_stays_so() {
    let shop = with_something_held().await;
    shop.until("2026-02-14 12:00").await;
    assert_eq!(shop.stands("INV-1", 7).await.0, Held);
    shop.until("2026-02-15 03:00").await;
    assert_eq!(shop.stands("INV-1", 7).await.0, Dropped);
    assert_eq!(shop.said("INV-1", 7).await, "Nobody approved it within 14 days.");
    let by_hand = with_something_held().await;
    let week = StepName::After(7);
    let dropped = by_hand.planner.drop_reminder(&invoice("INV-1"), week, &manager()).await;
    assert_eq!(dropped.unwrap().state, Dropped);
    by_hand.until("2026-03-01 12:00").await;
    assert!(by_hand.sent().is_empty());
}

#[tokio::test]
async fn what_waits_leaves_the_list_when_it_is_paid() {
    let shop = with_something_held().await;
    shop.shop.invoices.pay(invoice("INV-1"));
    shop.until("2026-02-02 03:00").await;
    assert_eq!(shop.stands("INV-1", 7).await.0, StepState::Cancelled);
    assert!(shop.planner.waiting(None, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_step_can_be_left_out_or_held_before_its_day() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.shop.invoices.owe(owed_by("C-2", "INV-2", "2026-02-06"));
    let skipped = shop.planner.skip(&invoice("INV-1"), StepName::After(3), &manager()).await;
    assert_eq!(skipped.unwrap().state, Skipped);
    let held = shop.planner.hold(&invoice("INV-2"), StepName::After(3), &manager()).await.unwrap();
    assert_eq!((held.state, held.day), (Held, date("2026-02-09")));
    let unknown = shop.planner.skip(&invoice("INV-1"), StepName::After(4), &manager()).await;
    assert!(matches!(unknown, Err(ReminderActError::Unknown)));
    shop.until("2026-02-10 12:00").await;
    assert!(shop.sent().is_empty());
    shop.planner.approve(&invoice("INV-2"), StepName::After(3), &manager()).await.unwrap();
    shop.until("2026-02-10 13:00").await;
    assert_eq!(shop.sent(), ["INV-2"]);
    shop.until("2026-02-13 13:00").await;
    assert_eq!(shop.sent(), ["INV-2", "INV-1", "INV-2"]);
    // Whoever held it was not told of it.
    assert!(events(&shop).await.is_empty());
}

#[tokio::test]
async fn what_was_seen_to_come_is_left_once_somebody_decided_about_it() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    let (invoice, three) = (invoice("INV-1"), StepName::After(3));
    let saw_none = Wish::of(&manager()).over_none(shop.now());
    shop.sleep_until("2026-02-01 03:00");
    // A wish over a row that is not there finds another one.
    let wrong = shop.planner.hold(&invoice, three, Wish::of(&manager()).over(shop.now())).await;
    assert!(matches!(wrong, Err(ReminderActError::Changed)), "{wrong:?}");
    shop.planner.hold(&invoice, three, saw_none.clone()).await.unwrap();
    shop.planner.approve(&invoice, three, &manager()).await.unwrap();
    let late = shop.planner.hold(&invoice, three, saw_none).await;
    assert!(matches!(late, Err(ReminderActError::Changed)), "{late:?}");
    assert_eq!(shop.stands("INV-1", 3).await.0, Planned);
}

#[tokio::test]
async fn what_is_in_the_outbox_is_withdrawn_when_it_is_held_or_left_out() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.shop.invoices.owe(owed_by("C-2", "INV-2", "2026-02-06"));
    shop.until("2026-02-09 08:00").await;
    shop.planner.skip(&invoice("INV-1"), StepName::After(3), &manager()).await.unwrap();
    shop.planner.hold(&invoice("INV-2"), StepName::After(3), &manager()).await.unwrap();
    shop.until("2026-02-09 11:00").await;
    assert!(shop.sent().is_empty());
    shop.planner.approve(&invoice("INV-2"), StepName::After(3), &manager()).await.unwrap();
    shop.until("2026-02-09 12:00").await;
    assert_eq!(shop.sent(), ["INV-2"]);
    let late = shop.planner.skip(&invoice("INV-2"), StepName::After(3), &manager()).await;
    assert!(matches!(late, Err(ReminderActError::Forbidden(Sent))));
}

#[tokio::test]
async fn reminding_now_is_a_step_of_its_own_and_starts_the_gap() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.until("2026-02-08 21:00").await;
    let question = shop.planner.remind_now(&invoice("INV-1"), &manager(), ASK, None).await;
    assert!(matches!(
        question,
        Err(ReminderActError::Question(ReminderQuestion::OutsideHours(OutsideHours { opens, .. })))
            if opens.map(|opens| opens.to_utc()) == Some(at("2026-02-09 09:00"))
    ));
    let now = shop.planner.remind_now(&invoice("INV-1"), &manager(), ANYWAY, None).await.unwrap();
    let twice = shop.planner.remind_now(&invoice("INV-1"), &manager(), ANYWAY, None).await.unwrap();
    assert_eq!((twice.message_id, twice.is_new), (now.message_id, false));
    shop.until("2026-02-08 21:15").await;
    assert_eq!(shop.sent(), ["INV-1"], "a person's moment is obeyed, also on a Sunday evening");
    shop.until("2026-02-09 12:00").await;
    assert_eq!(
        shop.stands("INV-1", 3).await,
        (Planned, "2026-02-10".into(), Some(StepReason::Gap))
    );
    shop.until("2026-02-10 12:00").await;
    assert_eq!(shop.sent(), ["INV-1", "INV-1"]);
}

#[tokio::test]
async fn one_wish_to_remind_now_is_one_reminder_also_once_it_was_sent() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    let remind = async |seen: Option<usize>| {
        let (invoice, by) = (invoice("INV-1"), manager());
        let receipt = shop.planner.remind_now(&invoice, &by, ANYWAY, seen).await.unwrap();
        (receipt.message_id, receipt.is_new)
    };
    // Two calls at once, of people who saw the same.
    let (one, other) = tokio::join!(remind(Some(0)), remind(Some(0)));
    assert_eq!((one.0, one.1), (other.0, !other.1));
    let first = one.0;
    shop.until("2026-02-02 11:00").await;
    assert_eq!(shop.sent(), ["INV-1"]);
    // The answer was lost: the same call is made again, whatever it consents to.
    assert_eq!(remind(Some(0)).await, (first, false));
    let (second, is_new) = remind(Some(1)).await;
    assert!(is_new && second != first, "who saw it wants another one");
    shop.until("2026-02-02 12:00").await;
    assert_eq!(remind(Some(0)).await, (second, false));
    // The same holds where nothing is due any more.
    shop.shop.invoices.pay(invoice("INV-1"));
    assert_eq!(remind(Some(1)).await, (second, false));
    shop.until("2026-02-02 13:00").await;
    assert_eq!(shop.sent(), ["INV-1", "INV-1"]);
}

#[tokio::test]
async fn a_reminder_by_hand_within_the_hours_does_not_go_out_at_night() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.sleep_until("2026-02-07 19:50");
    shop.planner.remind_now(&invoice("INV-1"), &manager(), ASK, None).await.unwrap();
    shop.sleep_until("2026-02-07 20:10");
    shop.turn().await;
    shop.until("2026-02-08 01:00").await;
    assert!(shop.sent().is_empty());
    let step = shop.step("INV-1", StepName::Now(1)).await;
    assert_eq!(step.state, StepState::Cancelled);
    let why = "Business hours begin on Monday, 9 Feb 2026, 09:00, which is too late for it.";
    assert_eq!(step.sentence.unwrap().as_str(), why);
}

#[tokio::test]
async fn reminding_now_moves_what_waits_in_the_outbox() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.until("2026-02-09 08:00").await;
    assert_eq!(shop.stands("INV-1", 3).await.0, Queued);
    let asked = shop.planner.remind_now(&invoice("INV-1"), &manager(), ASK, None).await;
    assert!(matches!(asked, Err(ReminderActError::Question(ReminderQuestion::RemindedToday))));
    shop.planner.remind_now(&invoice("INV-1"), &manager(), ANYWAY, None).await.unwrap();
    shop.until("2026-02-09 12:00").await;
    assert_eq!(shop.sent(), ["INV-1"]);
    assert_eq!(
        shop.stands("INV-1", 3).await,
        (Planned, "2026-02-11".into(), Some(StepReason::Gap))
    );
    shop.until("2026-02-11 12:00").await;
    assert_eq!(shop.sent(), ["INV-1", "INV-1"]);
}

#[tokio::test]
async fn nobody_is_reminded_now_of_what_is_paid_or_disputed() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06").with_standing(Standing::Disputed));
    shop.until("2026-02-02 12:00").await;
    let said =
        |asked: Result<_, ReminderActError>| asked.map(|_: Receipt| ()).unwrap_err().to_string();
    let asked = shop.planner.remind_now(&invoice("INV-1"), &manager(), ANYWAY, None).await;
    assert_eq!(said(asked), "INV-1 is disputed.");
    shop.shop.invoices.pay(invoice("INV-1"));
    let asked = shop.planner.remind_now(&invoice("INV-1"), &manager(), ANYWAY, None).await;
    assert_eq!(said(asked), "INV-1 was paid.");
    assert!(shop.planner.steps(&invoice("INV-1")).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_invoice_that_was_reminded_of_by_hand_is_not_reminded_of_again_that_day() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    // No run of the planner took place in the night.
    shop.sleep_until("2026-02-09 10:00");
    shop.planner.remind_now(&invoice("INV-1"), &manager(), ASK, None).await.unwrap();
    shop.until("2026-02-10 12:00").await;
    assert_eq!(shop.sent(), ["INV-1"]);
    shop.until("2026-02-11 12:00").await;
    assert_eq!(shop.sent(), ["INV-1", "INV-1"]);
}

#[tokio::test]
async fn what_the_cap_left_over_does_not_follow_a_reminder_by_hand_at_once() {
    let shop = Reminding::new().await;
    shop.shop.set("whatsapp_reminders_per_day", "1");
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.shop.invoices.owe(owed("INV-2", "2026-02-06"));
    shop.until("2026-02-09 12:00").await;
    assert_eq!(shop.stands("INV-2", 3).await.2, Some(StepReason::Cap));
    shop.planner.remind_now(&invoice("INV-2"), &manager(), ANYWAY, None).await.unwrap();
    shop.until("2026-02-10 12:00").await;
    assert_eq!(shop.sent(), ["INV-1", "INV-2"]);
    assert_eq!(shop.stands("INV-2", 3).await.2, Some(StepReason::Gap));
}

#[tokio::test]
async fn nothing_is_withdrawn_for_a_reminder_by_hand_that_cannot_be_made() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.until("2026-02-09 08:00").await;
    let asha = CustomerId::new(ASHA).unwrap();
    shop.shop.customers.put(Customer::new(asha, "Asha Traders", None));
    let asked = shop.planner.remind_now(&invoice("INV-1"), &manager(), ANYWAY, None).await;
    assert!(matches!(asked, Err(ReminderActError::NoMessage(_))), "{asked:?}");
    assert_eq!(shop.stands("INV-1", 3).await.0, Queued);
    assert_eq!(shop.planner.steps(&invoice("INV-1")).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_reminder_by_hand_that_was_switched_off_does_not_come_back_weeks_later() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.planner.remind_now(&invoice("INV-1"), &manager(), ANYWAY, None).await.unwrap();
    shop.shop.set("whatsapp_payment_reminder_enabled", "false");
    shop.until("2026-02-03 12:00").await;
    shop.shop.set("whatsapp_payment_reminder_enabled", "true");
    shop.until("2026-02-08 12:00").await;
    assert!(shop.sent().is_empty());
    assert_eq!(shop.step("INV-1", StepName::Now(1)).await.state, StepState::Cancelled);
}

#[tokio::test]
async fn a_step_whose_message_was_not_withdrawn_when_it_was_held_is_sent_once() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.until("2026-02-09 08:00").await;
    // The process ends between the step's row and its message.
    let step = shop.step("INV-1", StepName::After(3)).await;
    let seen = Some(step.revision);
    let held =
        step.stands(Held, Some(StepReason::ByHand), Some("A person holds it.".into()), shop.now());
    let steps = vec![StepWrite { step: held, seen, message: None }];
    let write = PlanWrite { steps, ..PlanWrite::default() };
    assert_eq!(shop.shop.store.write_plan(&write).await.unwrap(), PlanWritten::Done(Vec::new()));
    shop.planner.approve(&invoice("INV-1"), StepName::After(3), &manager()).await.unwrap();
    shop.until("2026-02-09 12:00").await;
    assert_eq!(shop.sent(), ["INV-1"]);
    assert_eq!(shop.stands("INV-1", 3).await.0, Sent);
}

#[tokio::test]
async fn a_held_step_keeps_a_message_back_that_is_still_in_the_outbox() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.until("2026-02-09 08:00").await;
    let step = shop.step("INV-1", StepName::After(3)).await;
    let (seen, message) = (Some(step.revision), step.message_id.unwrap());
    let held =
        step.stands(Held, Some(StepReason::ByHand), Some("A person holds it.".into()), shop.now());
    let steps = vec![StepWrite { step: held, seen, message: None }];
    shop.shop.store.write_plan(&PlanWrite { steps, ..PlanWrite::default() }).await.unwrap();
    shop.until("2026-02-09 12:00").await;
    assert!(shop.sent().is_empty());
    let said = shop.shop.message(message).await.state.explanation.unwrap();
    assert_eq!(said.as_str(), "A person holds it.");
}

#[tokio::test]
async fn a_reminder_that_a_person_tries_again_gives_way_to_the_next_step() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.shop.gateway.every_send(Some(error(Disposition::Permanent)));
    shop.until("2026-02-09 12:00").await;
    let step = shop.step("INV-1", StepName::After(3)).await;
    assert_eq!(step.state, StepState::Failed);
    shop.until("2026-02-12 21:00").await;
    shop.shop.gateway.every_send(None);
    // It is night, and nothing sends then.
    let id = step.message_id.unwrap();
    shop.shop.messenger.retry(id, Consent::Given, &manager()).await.unwrap();
    shop.plan().await;
    shop.sleep_until("2026-02-13 08:00");
    shop.plan().await;
    shop.until("2026-02-13 12:00").await;
    assert_eq!(shop.shop.gateway.sent().len(), 2, "one that failed, and one that was sent");
}

#[tokio::test]
async fn the_message_of_a_reminder_is_not_moved_to_another_instant() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.until("2026-02-09 08:00").await;
    let step = shop.step("INV-1", StepName::After(3)).await;
    let id = step.message_id.unwrap();
    let messenger = Messenger::new(shop.ports.clone());
    let moved = async || {
        let to = at("2026-02-09 15:00");
        messenger.reschedule(id, to, Consent::NotAsked, &manager()).await
    };
    let refused = moved().await.unwrap_err().to_string();
    insta::assert_snapshot!(refused, @"it is the reminder T+3 of INV-1, whose day is planned: hold the reminder or leave it out, or remind the customer now");
    // A message that is retried after its step is over is nobody's reminder any more.
    shop.shop.gateway.next_send(Err(error(Disposition::Permanent)));
    shop.until("2026-02-09 12:00").await;
    assert_eq!(shop.stands("INV-1", 3).await.0, StepState::Failed);
    shop.shop.messenger.retry(id, Consent::NotAsked, &manager()).await.unwrap();
    moved().await.unwrap();
}
