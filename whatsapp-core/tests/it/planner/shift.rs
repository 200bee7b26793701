//! The effect of other settings on reminders, told before they are saved.

use async_trait::async_trait;
use whatsapp_core::Desk;
use whatsapp_core::desk::{Consent, ReminderShift, SaveSettingsError, SettingEdit};
use whatsapp_core::port::{
    AuditFilter, AuditLog as _, DirectoryError, InvoiceLedger, SettingsStore as _,
};

use super::*;

const DAYS: &str = "whatsapp_payment_reminder_days";

/// Books that cannot be read.
#[derive(Debug)]
struct Unreadable;

#[async_trait]
impl InvoiceLedger for Unreadable {
    async fn due(&self, _: &[InvoiceId]) -> Result<Vec<Option<Due>>, DirectoryError> {
        Err(DirectoryError::new("the books are closed"))
    }

    async fn unpaid(&self, _: Option<InvoiceId>, _: u32) -> Result<Vec<Due>, DirectoryError> {
        Err(DirectoryError::new("the books are closed"))
    }
}

impl Reminding {
    /// The effect of a setting's value, in a sentence. Nothing is written by asking.
    async fn would(&self, key: &str, value: &str) -> String {
        let before = self.everything().await;
        let edits = [SettingEdit::new(key, value)];
        let shift = Desk::new(self.ports.clone()).reminder_shift(&edits).await.unwrap();
        assert_eq!(self.everything().await, before);
        shift.to_string()
    }

    async fn everything(&self) -> String {
        let mut steps = Vec::new();
        for id in ["INV-1", "INV-2", "INV-3"] {
            steps.extend(self.planner.steps(&invoice(id)).await.unwrap());
        }
        let rows = self.shop.store.load_settings().await.unwrap();
        let values: Vec<_> = rows.into_iter().map(|row| (row.key, row.value)).collect();
        let audit = self.shop.store.audit(&AuditFilter::default(), None, 100).await.unwrap();
        format!("{steps:?} {values:?} {}", audit.entries.len())
    }
}

#[tokio::test]
async fn each_setting_of_reminders_says_how_many_it_moves() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.until("2026-02-07 12:00").await;
    // Both of its days are still to come.
    assert_eq!(shop.would(DAYS, "3,8").await, "1 reminder is new and 1 is not sent any more");
    assert_eq!(shop.would(DAYS, "3,7,14,21").await, "2 reminders are new");
    assert_eq!(shop.would(DAYS, "7").await, "1 reminder is not sent any more");
    let from = "whatsapp_payment_reminder_from";
    assert_eq!(shop.would(from, "due_date").await, "2 reminders move to another day");
    let minimum = "whatsapp_reminder_minimum";
    assert_eq!(shop.would(minimum, "INR 600").await, "2 reminders are not sent any more");
    assert_eq!(shop.would(minimum, "INR 500").await, "no reminder changes");
    assert_eq!(shop.would("whatsapp_reminders_per_day", "1").await, "no reminder changes");
    shop.shop.invoices.owe(owed("INV-2", "2026-02-06"));
    shop.shop.invoices.owe(owed("INV-3", "2026-02-06"));
    // Of the three reminders on each of two days, one had to leave its day before.
    let cap = "whatsapp_reminders_per_day";
    assert_eq!(shop.would(cap, "1").await, "2 reminders move to another day");
    assert_eq!(shop.would(cap, "3").await, "2 reminders move to another day");
    assert_eq!(shop.would("whatsapp_retry_max", "1").await, "no reminder changes");
}

#[tokio::test]
async fn what_was_sent_shortly_before_counts_and_a_wider_gap_moves_what_follows() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.until("2026-02-09 12:00").await;
    assert_eq!(shop.sent(), ["INV-1"]);
    assert_eq!(shop.would(DAYS, "3,4,7").await, "1 reminder counts as done");
    assert_eq!(shop.would(DAYS, "3,5,7").await, "1 reminder is new");
    assert_eq!(shop.would(DAYS, "1,3,7").await, "no reminder changes", "its day has passed");
    let gap = "whatsapp_reminder_gap_days";
    assert_eq!(shop.would(gap, "10").await, "1 reminder moves to another day");
    assert_eq!(shop.would(gap, "4").await, "no reminder changes");
    // The announced effect is what then happens.
    let desk = Desk::new(shop.ports.clone());
    let edit = [SettingEdit::new(DAYS, "3,4,7")];
    desk.save_settings(&edit, Consent::Given, &manager()).await.unwrap();
    shop.until("2026-02-10 12:00").await;
    assert_eq!(shop.stands("INV-1", 4).await.0, StepState::Done);
}

#[tokio::test]
async fn a_held_reminder_stays_held_or_ends_and_a_moved_one_may_give_way() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.until("2026-02-07 12:00").await;
    shop.planner.hold(&invoice("INV-1"), StepName::After(3), &manager()).await.unwrap();
    let from = "whatsapp_payment_reminder_from";
    assert_eq!(shop.would(from, "due_date").await, "2 reminders move to another day");
    assert_eq!(shop.would(DAYS, "7").await, "1 reminder is not sent any more");
    shop.planner.remind_now(&invoice("INV-1"), &manager(), acts::ANYWAY, None).await.unwrap();
    shop.until("2026-02-07 13:00").await;
    let gap = "whatsapp_reminder_gap_days";
    assert_eq!(shop.would(gap, "30").await, "1 reminder moves to another day");
    shop.planner.approve(&invoice("INV-1"), StepName::After(3), &manager()).await.unwrap();
    let said = shop.would(gap, "6").await;
    assert_eq!(said, "1 reminder gives way to a later one");
}

#[tokio::test]
async fn saving_without_the_answer_asks_and_saves_nothing() {
    let shop = Reminding::new().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    let desk = Desk::new(shop.ports.clone());
    let edits = [SettingEdit::new(DAYS, "3,8"), SettingEdit::new("whatsapp_retry_max", "1")];
    let before = shop.everything().await;
    let asked = desk.save_settings(&edits, Consent::NotAsked, &manager()).await.unwrap_err();
    insta::assert_snapshot!(asked.to_string(), @"1 reminder is new and 1 is not sent any more: save it anyway?");
    let changes = desk.check_settings(&edits).await.unwrap();
    let asked = desk.write_settings(changes, Consent::NotAsked, &manager()).await.unwrap_err();
    assert!(matches!(asked, SaveSettingsError::Unconfirmed(_)), "{asked}");
    assert_eq!(shop.everything().await, before);
    desk.save_settings(&edits, Consent::Given, &manager()).await.unwrap();
    assert_ne!(shop.everything().await, before);
    // A change that moves nothing needs no consent, and an invalid number of days is
    // refused before.
    desk.save_settings(&edits, Consent::NotAsked, &manager()).await.unwrap();
    let wrong = [SettingEdit::new(DAYS, "soon")];
    let refused = desk.save_settings(&wrong, Consent::NotAsked, &manager()).await;
    assert!(matches!(refused, Err(SaveSettingsError::Invalid(_))));
}

#[tokio::test]
async fn where_the_invoices_cannot_be_read_only_an_answer_given_before_saves() {
    let shop = Reminding::new().await;
    let desk = Desk::new(shop.ports.clone().with_invoices(Arc::new(Unreadable)));
    let edits = [SettingEdit::new(DAYS, "3,8")];
    let refused = desk.save_settings(&edits, Consent::NotAsked, &manager()).await.unwrap_err();
    assert!(matches!(refused, SaveSettingsError::Directory(_)), "{refused}");
    let other = [SettingEdit::new("whatsapp_retry_max", "1")];
    desk.save_settings(&other, Consent::NotAsked, &manager()).await.unwrap();
    desk.save_settings(&edits, Consent::Given, &manager()).await.unwrap();
}

#[tokio::test]
async fn before_the_first_run_nothing_is_planned_and_nothing_asked() {
    let shop = Reminding::closed();
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    let desk = Desk::new(shop.ports.clone());
    let edits = [SettingEdit::new(DAYS, "3,8")];
    assert_eq!(desk.reminder_shift(&edits).await.unwrap(), ReminderShift::default());
    desk.save_settings(&edits, Consent::NotAsked, &manager()).await.unwrap();
}
