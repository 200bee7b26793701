//! Reminders of customers, numbers and invoices that are muted, and of customers who decline them.

use whatsapp_core::message::Category;
use whatsapp_core::messenger::Consent;
use whatsapp_core::mute::{Mute, MuteOf, MuteOn};
use whatsapp_core::planner::{Anyway, ReminderActError};
use whatsapp_core::{Desk, WhatsAppNumber};

use super::*;
use StepState::{Cancelled, Queued, Sent};

const ANYWAY: Anyway =
    Anyway::new().with_outside_hours(Consent::Given).with_again_today(Consent::Given);

/// A shop that reminds of two invoices, of two customers, and keeps mutes.
async fn with_mutes() -> Reminding {
    let shop = Reminding::new().await;
    let keeper = Keeper::new(shop.shop.store.clone());
    let shop = shop.keeping_mutes(&keeper);
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.shop.invoices.owe(owed_by("C-2", "INV-2", "2026-02-06"));
    shop
}

fn asha() -> MuteOn {
    MuteOn::Customer(CustomerId::new(ASHA).unwrap())
}

async fn mute(shop: &Reminding, on: MuteOn, of: MuteOf) -> Mute {
    Desk::new(shop.ports.clone()).mute(on, of, &manager()).await.unwrap()
}

fn ways() -> [(MuteOn, &'static str); 3] {
    let number = WhatsAppNumber::parse(crate::shop::NUMBER).unwrap();
    [
        (asha(), "Reminders to this customer are kept back."),
        (MuteOn::number(&number), "Reminders to this number are kept back."),
        (MuteOn::Invoice(invoice("INV-1")), "Reminders about this invoice are kept back."),
    ]
}

#[tokio::test]
async fn what_is_muted_gets_no_message_and_its_step_says_why() {
    for (on, sentence) in ways() {
        let shop = with_mutes().await;
        mute(&shop, on, MuteOf::Reminders).await;
        shop.until("2026-02-09 12:00").await;
        assert_eq!(shop.stands("INV-1", 3).await.0, Cancelled);
        assert_eq!(shop.said("INV-1", 3).await, sentence);
        assert_eq!(shop.step("INV-1", StepName::After(3)).await.message_id, None);
        assert_eq!(shop.sent(), ["INV-2"], "others are reminded as ever");
    }
}

#[tokio::test]
async fn greetings_that_are_muted_hold_no_reminder_back() {
    let shop = with_mutes().await;
    mute(&shop, asha(), MuteOf::Greetings).await;
    shop.until("2026-02-09 12:00").await;
    assert_eq!(shop.stands("INV-1", 3).await.0, Sent);
}

#[tokio::test]
async fn a_reminder_that_waits_in_the_outbox_is_cancelled_and_so_is_its_step() {
    let shop = with_mutes().await;
    shop.until("2026-02-09 08:00").await;
    assert_eq!(shop.stands("INV-1", 3).await.0, Queued);
    mute(&shop, asha(), MuteOf::All).await;
    shop.until("2026-02-09 12:00").await;
    assert_eq!(shop.stands("INV-1", 3).await.0, Cancelled);
    assert_eq!(shop.said("INV-1", 3).await, "All messages to this customer are kept back.");
    assert_eq!(shop.sent(), ["INV-2"]);
}

#[tokio::test]
async fn once_a_mute_ended_the_next_step_goes_out() {
    let shop = with_mutes().await;
    let mute = mute(&shop, asha(), MuteOf::Reminders).await;
    shop.until("2026-02-10 12:00").await;
    Desk::new(shop.ports.clone()).unmute(mute.id, &manager()).await.unwrap().unwrap();
    shop.until("2026-02-14 12:00").await;
    assert_eq!(shop.stands("INV-1", 3).await.0, Cancelled);
    assert_eq!(shop.stands("INV-1", 7).await.0, Sent);
    assert_eq!(shop.sent(), ["INV-2", "INV-1", "INV-2"]);
}

#[tokio::test]
async fn nobody_is_reminded_now_who_is_muted_or_declines_reminders() {
    for (on, sentence) in ways() {
        let shop = with_mutes().await;
        mute(&shop, on, MuteOf::Reminders).await;
        let asked = shop.planner.remind_now(&invoice("INV-1"), &manager(), ANYWAY, None).await;
        assert!(matches!(&asked, Err(ReminderActError::NotDue(why)) if why.as_str() == sentence));
        assert!(shop.planner.steps(&invoice("INV-1")).await.unwrap().is_empty());
        shop.planner.remind_now(&invoice("INV-2"), &manager(), ANYWAY, None).await.unwrap();
    }
    let shop = with_mutes().await;
    decline(&shop);
    let asked = shop.planner.remind_now(&invoice("INV-1"), &manager(), ANYWAY, None).await;
    assert_eq!(asked.unwrap_err().to_string(), "The customer wants no reminders.");
}

fn decline(shop: &Reminding) {
    let asha = CustomerId::new(ASHA).unwrap();
    let customer = Customer::new(asha, "Asha Traders", Some(crate::shop::NUMBER));
    shop.shop.customers.put(customer.with_declined(Category::Reminders));
}

#[tokio::test]
async fn a_customer_who_declines_reminders_gets_none_and_the_step_says_so() {
    let shop = with_mutes().await;
    decline(&shop);
    shop.until("2026-02-09 12:00").await;
    assert_eq!(shop.stands("INV-1", 3).await.0, Cancelled);
    assert_eq!(shop.said("INV-1", 3).await, "The customer wants no reminders.");
    assert_eq!(shop.sent(), ["INV-2"]);
}

#[tokio::test]
async fn a_page_of_steps_is_asked_about_in_one_question() {
    let shop = Reminding::new().await;
    let keeper = Keeper::new(shop.shop.store.clone());
    let shop = shop.keeping_mutes(&keeper);
    for no in 1..40 {
        let customer = if no % 2 == 0 { ASHA } else { "C-2" };
        shop.shop.invoices.owe(owed_by(customer, &format!("INV-{no}"), "2026-02-06"));
    }
    shop.shop.set("whatsapp_reminders_per_day", "20");
    mute(&shop, MuteOn::Invoice(invoice("INV-7")), MuteOf::Reminders).await;
    shop.until("2026-02-09 08:00").await;
    assert_eq!(*keeper.asked.lock().unwrap(), [39]);
    assert_eq!(shop.stands("INV-7", 3).await.0, Cancelled);
    assert_eq!(shop.stands("INV-9", 3).await.0, Queued);
}
