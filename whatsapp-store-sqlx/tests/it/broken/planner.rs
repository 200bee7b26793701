//! Reminder steps changed by another program, and the values that the tables themselves refuse.

use chrono::{NaiveDate, TimeDelta};
use whatsapp_core::message::{NewMessage, Status};
use whatsapp_core::port::{
    PlanWrite, PlanWritten, RunClaim, RunWrite, StepMessage, StepWrite, StoreError, random,
};
use whatsapp_core::schedule::{ReminderStep, StepState};
use whatsapp_core::{CustomerId, InvoiceId, LeaseToken};
use whatsapp_testkit::SeededEntropy;
use whatsapp_testkit::fixtures::{START, new_message, number_key, step};

use super::Shop;

/// The run of the first day, held and once finished, and a step whose message is in the outbox.
pub(super) async fn planned(shop: &Shop) {
    let ports = shop.ports();
    let (day, until) = (START.date_naive(), START + TimeDelta::minutes(2));
    let token = LeaseToken::new(START, random(&SeededEntropy::new(7)));
    let progress = "begun".to_owned();
    let claim = RunClaim { day, token, now: START, until, progress: progress.clone() };
    assert!(ports.planner.claim_run(&claim).await.unwrap().is_some());
    let finished_at = Some(START);
    let run = RunWrite { day, token, until: Some(until), progress, finished_at };
    let write = PlanWrite { run: Some(run), ..queued(7) };
    assert!(matches!(ports.planner.write_plan(&write).await.unwrap(), PlanWritten::Done(_)));
}

fn message(seed: u64) -> NewMessage {
    new_message(seed, START)
}

/// Step `seed` with its message.
fn queued(seed: u64) -> PlanWrite {
    let mut step = step(seed, START).stands(StepState::Queued, None, None, START);
    step.number_key = Some(number_key(seed));
    let steps = vec![StepWrite { step, seen: None, message: Some(0) }];
    PlanWrite { steps, messages: vec![message(seed)], ..PlanWrite::default() }
}

/// The error of a call for an unreadable row: it names the column, and never its value.
fn corrupt<T: std::fmt::Debug>(answer: Result<T, StoreError>) -> &'static str {
    let error = answer.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("Asha"), "a value is shown");
    let StoreError::Corrupt { entity: "reminder step", column } = error else {
        panic!("{error:?}")
    };
    column
}

#[tokio::test]
async fn a_step_that_cannot_be_read_is_told_with_its_column() {
    for (column, value) in [
        ("customer_id", "'Asha Traders'"),
        ("step", "'T+07'"),
        ("step", "'Asha'"),
        ("invoice_id", "'INV 7'"),
    ] {
        for shop in Shop::both().await {
            let planner = &shop.ports().planner;
            for seed in [6, 7] {
                planner.write_plan(&queued(seed)).await.unwrap();
            }
            let (well, of) = (step(6, START), step(7, START));
            shop.run(format!(
                "UPDATE whatsapp_reminder_steps SET {column} = {value} WHERE invoice_id = 'INV-7'"
            ))
            .await
            .unwrap();
            let rows = planner.steps_of(std::slice::from_ref(&well.invoice)).await.unwrap();
            assert_eq!(rows.len(), 1, "the others are well");
            if column != "invoice_id" {
                assert_eq!(corrupt(planner.steps_of(&[of.invoice]).await), column);
            }
            let state = StepState::Queued;
            assert_eq!(corrupt(planner.steps_by(state, of.day, None, 9).await), column);
            let found = planner.steps_of_message(message(7).facts.id).await;
            assert_eq!(corrupt(found), column);
            shop.run("DELETE FROM whatsapp_message_logs".to_owned()).await.unwrap();
            assert_eq!(corrupt(planner.steps_ended(9).await), column);
        }
    }
}

#[tokio::test]
async fn a_step_whose_message_the_host_deletes_has_ended() {
    for shop in Shop::both().await {
        let planner = &shop.ports().planner;
        planner.write_plan(&queued(7)).await.unwrap();
        assert_eq!(planner.steps_ended(9).await.unwrap(), []);
        shop.run("DELETE FROM whatsapp_message_logs".to_owned()).await.unwrap();
        let ended = planner.steps_ended(9).await.unwrap();
        assert_eq!(ended.len(), 1);
        assert_eq!(ended[0].ended, StepMessage::deleted());
        assert_eq!(ended[0].ended.status, Status::Cancelled);
        assert_eq!(ended[0].step.message_id, Some(message(7).facts.id));
    }
}

#[tokio::test]
async fn what_no_planner_writes_is_refused_by_the_tables() {
    for shop in Shop::both().await {
        planned(&shop).await;
        let before = rows(&shop).await;
        for set in [
            "state = 'dunno'",
            "reason = 'because'",
            "message_id = NULL",
            "state = 'sent', message_id = NULL",
            "told = NOT told",
            "planned_for = 'soon'",
            "state = 'planned', planned_for = '2026-01-27'",
            "round = -1",
            "revision = -1",
            "subject = NULL",
        ] {
            let write = format!("UPDATE whatsapp_reminder_steps SET {set}");
            shop.run(write.clone()).await.expect_err(&write);
        }
        for set in ["lease_token = NULL", "lease_until = NULL", "progress = NULL"] {
            let write = format!("UPDATE whatsapp_planner_runs SET {set}");
            shop.run(write.clone()).await.expect_err(&write);
        }
        for table in ["whatsapp_planner_runs", "whatsapp_reminder_steps"] {
            let again = format!("INSERT INTO {table} SELECT * FROM {table}");
            shop.run(again.clone()).await.expect_err(&again);
        }
        assert_eq!(rows(&shop).await, before);
    }
}

async fn rows(shop: &Shop) -> Vec<ReminderStep> {
    shop.ports().planner.steps_of(&[InvoiceId::new("INV-7").unwrap()]).await.unwrap()
}

#[tokio::test]
async fn a_day_beyond_the_tables_undoes_the_write_that_brings_it() {
    for shop in Shop::both().await {
        let planner = &shop.ports().planner;
        for day in [NaiveDate::from_ymd_opt(10_000, 1, 1).unwrap(), NaiveDate::MAX, NaiveDate::MIN]
        {
            let mut write = queued(7);
            write.steps[0].step.day = day;
            assert!(planner.write_plan(&write).await.is_err(), "{day}");
            assert_eq!(rows(&shop).await, []);
            let counts = shop.store().counts(u64::MAX).await.unwrap();
            assert_eq!(counts.pending, 0, "its message is not there");
        }
        // A query for such a day is no error.
        planner.write_plan(&queued(7)).await.unwrap();
        for (day, found) in [(NaiveDate::MAX, 1), (NaiveDate::MIN, 0)] {
            let due = planner.steps_by(StepState::Queued, day, None, 9).await.unwrap();
            assert_eq!(due.len(), found, "{day}");
            assert_eq!(planner.reminders_on(day, &[number_key(7)]).await.unwrap(), []);
        }
        let customer = CustomerId::new("C-7").unwrap();
        assert_eq!(planner.last_reminded(&[customer]).await.unwrap().len(), 1);
    }
}
