//! Summaries: one message per customer and day, with all invoices whose reminders are due.

mod exact;
mod leave;
mod waits;
mod wrong;

use whatsapp_core::message::{CancelReason, MessageType, Status};
use whatsapp_core::messenger::{Consent, Resend};
use whatsapp_core::mute::{MuteOf, MuteOn};
use whatsapp_core::port::{PlannerStore as _, TransportError};
use whatsapp_core::retry::Disposition;
use whatsapp_core::{Desk, MessageId};

use super::*;
use StepState::{Cancelled, Failed, Held, Planned, Queued, Sent};

/// A shop that reminds by summaries.
async fn summing() -> Reminding {
    let shop = Reminding::new().await;
    shop.shop.set("whatsapp_reminder_summary", "true");
    shop
}

fn euros(amount: &str) -> Amount {
    Amount::parse(amount, "EUR".parse().unwrap()).unwrap()
}

/// All invoices that a text lists, in its order.
fn listed(text: &str) -> Vec<String> {
    text.lines().filter(|line| line.starts_with("INV-")).flat_map(numbers).collect()
}

impl Reminding {
    /// Messages that were sent, as the invoices that each lists.
    fn lists(&self) -> Vec<Vec<String>> {
        self.shop.gateway.sent().iter().map(|sent| listed(sent.text.as_str())).collect()
    }

    async fn message_of(&self, id: &str, days: u16) -> MessageId {
        self.step(id, StepName::After(days)).await.message_id.unwrap()
    }
}

/// Three invoices of 6 February, of which the last is in euros.
fn owe_three(shop: &Reminding) {
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.shop.invoices.owe(owed("INV-2", "2026-02-06"));
    let mut abroad = owed("INV-3", "2026-02-06");
    abroad.outstanding = euros("20");
    shop.shop.invoices.owe(abroad);
}

#[tokio::test]
async fn a_customer_gets_one_message_with_all_invoices_and_a_total_of_each_currency() {
    let shop = summing().await;
    owe_three(&shop);
    shop.shop.invoices.owe(owed_by("C-2", "INV-4", "2026-02-06"));
    shop.until("2026-02-09 08:00").await;
    let id = shop.message_of("INV-1", 3).await;
    let facts = shop.shop.message(id).await.facts;
    assert_eq!(facts.key.as_str(), "payment_summary:C-1:2026-02-09");
    assert_eq!(facts.message_type, MessageType::PAYMENT_SUMMARY);
    shop.until("2026-02-09 12:00").await;
    let mut lists = shop.lists();
    lists.sort();
    assert_eq!(lists, [vec!["INV-1", "INV-2", "INV-3"], vec!["INV-4"]]);
    let sent = shop.shop.gateway.sent();
    let text = sent.iter().map(|sent| sent.text.as_str()).find(|text| text.contains("INV-1"));
    insta::assert_snapshot!(text.unwrap(), @r"
    Hello Asha Traders,

    This is a friendly reminder that these invoices are not paid yet:
    INV-1, due 21 Feb 2026: ₹500.00
    INV-2, due 21 Feb 2026: ₹500.00
    INV-3, due 21 Feb 2026: €20.00

    Total: ₹1,000.00
    €20.00
    Oldest due date: 21 Feb 2026

    Please make the payment at your earliest convenience. If you have already paid, thank you, and please ignore this message.

    Thank you!
    ");
    for invoice in ["INV-1", "INV-2", "INV-3"] {
        assert_eq!(shop.stands(invoice, 3).await, (Sent, "2026-02-09".into(), None));
        assert_eq!(shop.message_of(invoice, 3).await, id);
    }
}

#[tokio::test]
async fn customers_who_share_a_number_stay_apart_and_the_cap_counts_messages() {
    let shop = summing().await;
    for who in ["C-2", "C-3", "C-4"] {
        let id = CustomerId::new(who).unwrap();
        shop.shop.customers.put(Customer::new(id, who, Some("+919876543211")));
        for no in [1, 2] {
            shop.shop.invoices.owe(owed_by(who, &format!("INV-{who}-{no}"), "2026-02-06"));
        }
    }
    shop.until("2026-02-09 12:00").await;
    let lists = shop.lists();
    assert_eq!(lists.len(), 2, "two a number and day");
    assert!(lists.iter().all(|list| list.len() == 2), "{lists:?}");
    let full = (Planned, "2026-02-10".into(), Some(StepReason::Cap));
    assert_eq!(shop.stands("INV-C-4-1", 3).await, full);
    shop.until("2026-02-10 12:00").await;
    assert_eq!(shop.lists()[2], ["INV-C-4-1", "INV-C-4-2"]);
}

#[tokio::test]
async fn what_was_paid_meanwhile_is_not_listed_and_nothing_left_cancels_the_message() {
    let shop = summing().await;
    owe_three(&shop);
    shop.until("2026-02-09 08:00").await;
    shop.shop.invoices.pay(invoice("INV-2"));
    let mut part_paid = owed("INV-1", "2026-02-06");
    part_paid.outstanding = rupees("300");
    shop.shop.invoices.owe(part_paid);
    shop.until("2026-02-09 12:00").await;
    assert_eq!(shop.lists(), [["INV-1", "INV-3"]]);
    let sent = shop.shop.gateway.sent();
    assert!(sent[0].text.as_str().contains("Total: ₹300.00\n€20.00"), "{}", sent[0].text.as_str());
    assert_eq!(shop.stands("INV-2", 3).await.0, Cancelled);
    assert_eq!(shop.said("INV-2", 3).await, "INV-2 was paid.");
    assert_eq!(shop.stands("INV-1", 3).await.0, Sent);

    // The next reminders, after seven days.
    shop.until("2026-02-13 08:00").await;
    let id = shop.message_of("INV-1", 7).await;
    shop.shop.invoices.pay(invoice("INV-1"));
    shop.shop.invoices.pay(invoice("INV-3"));
    shop.until("2026-02-13 12:00").await;
    assert_eq!(shop.lists().len(), 1);
    let state = shop.shop.message(id).await.state;
    assert_eq!(state.cancel_reason, Some(CancelReason::Paid));
    assert_eq!(state.explanation.unwrap().as_str(), "INV-1 was paid. INV-3 was paid.");
    for (invoice, why) in [("INV-1", "INV-1 was paid."), ("INV-3", "INV-3 was paid.")] {
        assert_eq!(shop.stands(invoice, 7).await.0, Cancelled);
        assert_eq!(shop.said(invoice, 7).await, why);
    }
}

#[tokio::test]
async fn what_is_disputed_or_promised_or_late_stays_out_and_says_why() {
    let shop = summing().await;
    owe_three(&shop);
    let disputed = owed("INV-4", "2026-02-06").with_standing(Standing::Disputed);
    let promised = Standing::PromisedUntil(date("2026-02-11"));
    shop.shop.invoices.owe(disputed);
    shop.shop.invoices.owe(owed("INV-5", "2026-02-06").with_standing(promised));
    // Its step after seven days was to go out on 27 January.
    shop.shop.invoices.owe(owed("INV-6", "2026-01-20"));
    shop.until("2026-02-09 08:00").await;
    // This invoice becomes disputed between the plan and the message.
    shop.shop.invoices.owe(owed("INV-2", "2026-02-06").with_standing(Standing::Disputed));
    shop.until("2026-02-09 12:00").await;
    assert_eq!(shop.lists(), [["INV-1", "INV-3"]]);
    for disputed in ["INV-2", "INV-4"] {
        let waits = (Planned, "2026-02-10".into(), Some(StepReason::Disputed));
        assert_eq!(shop.stands(disputed, 3).await, waits);
        assert_eq!(shop.said(disputed, 3).await, format!("{disputed} is disputed."));
    }
    assert_eq!(shop.stands("INV-5", 3).await.2, Some(StepReason::Promised));
    assert_eq!(shop.stands("INV-6", 7).await.0, Held);
}

#[tokio::test]
async fn credit_holds_the_currency_whose_total_it_covers() {
    let shop = summing().await;
    owe_three(&shop);
    let asha = CustomerId::new(ASHA).unwrap();
    // It covers one of the two invoices in rupees, and all in euros.
    shop.shop.invoices.credit_to(asha.clone(), vec![rupees("999.99"), euros("20")]);
    shop.until("2026-02-09 08:00").await;
    let waits = (Planned, "2026-02-10".into(), Some(StepReason::Credit));
    assert_eq!(shop.stands("INV-3", 3).await, waits);
    assert_eq!(shop.said("INV-3", 3).await, "The customer has €20.00 credit.");
    // The rest of the rupees is covered once one of the invoices is paid.
    shop.shop.invoices.pay(invoice("INV-2"));
    shop.until("2026-02-09 12:00").await;
    assert_eq!(shop.lists(), [[""; 0]; 0]);
    assert_eq!(shop.stands("INV-1", 3).await, waits);
    assert_eq!(shop.stands("INV-2", 3).await.0, Cancelled);
    shop.shop.invoices.credit_to(asha, Vec::new());
    shop.until("2026-02-10 12:00").await;
    assert_eq!(shop.lists(), [["INV-1", "INV-3"]]);
}

#[tokio::test]
async fn gap_and_closed_day_are_asked_once_for_all_of_it() {
    let shop = summing().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.shop.invoices.owe(owed("INV-2", "2026-02-07"));
    // A Sunday is closed: the reminder of that day joins those that are due the day after the gap.
    shop.shop.invoices.owe(owed("INV-3", "2026-02-05"));
    shop.until("2026-02-09 12:00").await;
    assert_eq!(shop.lists(), [["INV-3", "INV-1"]], "the 8th is a Sunday");
    let moved = (Planned, "2026-02-11".into(), Some(StepReason::Gap));
    shop.until("2026-02-10 12:00").await;
    assert_eq!(shop.stands("INV-2", 3).await, moved);
    shop.until("2026-02-11 12:00").await;
    assert_eq!(shop.lists()[1..], [["INV-2"]]);
}

#[tokio::test]
async fn what_becomes_free_after_the_summary_goes_with_the_next_one() {
    let shop = summing().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.shop.invoices.owe(owed("INV-2", "2026-02-06"));
    let three = StepName::After(3);
    shop.planner.hold(&invoice("INV-2"), three, &manager()).await.unwrap();
    shop.until("2026-02-09 12:00").await;
    assert_eq!(shop.lists(), [["INV-1"]]);
    shop.planner.approve(&invoice("INV-2"), three, &manager()).await.unwrap();
    shop.until("2026-02-09 13:00").await;
    let next = (Planned, "2026-02-11".into(), Some(StepReason::Summary));
    assert_eq!(shop.stands("INV-2", 3).await, next);
    assert_eq!(
        shop.said("INV-2", 3).await,
        "The customer's summary of 09 Feb 2026 was made already: it goes with that of 11 Feb 2026."
    );
    shop.until("2026-02-11 12:00").await;
    assert_eq!(shop.lists(), [["INV-1"], ["INV-2"]]);
}

#[tokio::test]
async fn a_summary_that_was_withdrawn_is_the_one_of_its_day() {
    let shop = summing().await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.until("2026-02-09 08:00").await;
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06").with_standing(Standing::Disputed));
    shop.until("2026-02-09 09:00").await;
    shop.shop.invoices.owe(owed("INV-2", "2026-02-06"));
    shop.planner.hold(&invoice("INV-2"), StepName::After(3), &manager()).await.unwrap();
    shop.planner.approve(&invoice("INV-2"), StepName::After(3), &manager()).await.unwrap();
    shop.until("2026-02-09 12:00").await;
    // Nobody was reminded, so that no gap follows.
    let next = (Planned, "2026-02-10".into(), Some(StepReason::Summary));
    assert_eq!(shop.stands("INV-2", 3).await, next);
    shop.shop.invoices.owe(owed("INV-1", "2026-02-06"));
    shop.until("2026-02-10 12:00").await;
    assert_eq!(shop.lists(), [["INV-1", "INV-2"]]);
}

#[tokio::test]
async fn all_its_steps_fail_with_it_and_what_a_person_tries_again_is_listed_anew() {
    let shop = summing().await;
    shop.shop.set("whatsapp_retry_max", "1");
    owe_three(&shop);
    shop.until("2026-02-09 08:00").await;
    let refused = TransportError::new(Disposition::Permanent, "No such number.");
    shop.shop.gateway.next_send(Err(refused));
    shop.until("2026-02-09 10:00").await;
    for invoice in ["INV-1", "INV-2", "INV-3"] {
        assert_eq!(shop.stands(invoice, 3).await.0, Failed);
        assert_eq!(shop.said(invoice, 3).await, "No such number.");
    }
    let tried = shop.lists().len();
    shop.shop.invoices.pay(invoice("INV-2"));
    let id = shop.message_of("INV-1", 3).await;
    shop.shop.gateway.next_send(Err(TransportError::new(Disposition::Permanent, "No.")));
    shop.shop.messenger.retry(id, Consent::Given, &manager()).await.unwrap();
    shop.until("2026-02-09 11:00").await;
    assert_eq!(shop.lists()[tried..], [["INV-1", "INV-3"]]);
    assert_eq!(shop.shop.message(id).await.state.status, Status::Failed);
    // A message that is sent again as a new one leaves out paid invoices too.
    shop.shop.invoices.pay(invoice("INV-3"));
    let resend = Resend::new(id, manager()).with_outside_hours(Consent::Given);
    let again = shop.shop.messenger.resend(&resend).await.unwrap();
    shop.until("2026-02-09 12:00").await;
    assert_eq!(shop.lists()[tried + 1..], [["INV-1"]]);
    assert_eq!(shop.shop.message(again).await.state.status, Status::Sent);
}

#[tokio::test]
async fn an_invoice_that_is_muted_meanwhile_is_not_listed() {
    let shop = summing().await;
    let keeper = Keeper::new(shop.shop.store.clone());
    let shop = shop.keeping_mutes(&keeper);
    owe_three(&shop);
    let desk = Desk::new(shop.ports.clone());
    let mute = async |id| {
        let on = MuteOn::Invoice(invoice(id));
        desk.mute(on, MuteOf::Reminders, &manager()).await.unwrap()
    };
    mute("INV-3").await;
    shop.until("2026-02-09 08:00").await;
    mute("INV-2").await;
    shop.until("2026-02-09 12:00").await;
    assert_eq!(shop.lists(), [["INV-1"]]);
    for muted in ["INV-2", "INV-3"] {
        assert_eq!(shop.stands(muted, 3).await.0, Cancelled);
        assert_eq!(shop.said(muted, 3).await, "Reminders about this invoice are kept back.");
    }
}

#[tokio::test]
async fn what_was_made_stays_as_it_is_when_the_setting_is_changed() {
    let shop = summing().await;
    owe_three(&shop);
    shop.until("2026-02-09 08:00").await;
    shop.shop.set("whatsapp_reminder_summary", "false");
    shop.shop.invoices.pay(invoice("INV-3"));
    shop.until("2026-02-09 12:00").await;
    assert_eq!(shop.lists(), [["INV-1", "INV-2"]], "a summary is one, and is brought up to date");
    shop.until("2026-02-13 08:00").await;
    assert_ne!(shop.message_of("INV-1", 7).await, shop.message_of("INV-2", 7).await);
    shop.shop.set("whatsapp_reminder_summary", "true");
    shop.until("2026-02-13 12:00").await;
    assert_eq!(shop.sent()[2..], ["INV-1", "INV-2"], "each in a message of its own");
}

#[tokio::test]
async fn stale_payments_give_a_summary_back() {
    let shop = summing().await;
    shop.shop.set("whatsapp_payments_fresh_days", "3");
    shop.shop.invoices.know_payments_until(Some(at("2026-02-09 01:00")));
    owe_three(&shop);
    shop.until("2026-02-09 08:00").await;
    shop.shop.invoices.know_payments_until(Some(at("2026-02-05 18:00")));
    shop.until("2026-02-09 12:00").await;
    assert!(shop.lists().is_empty());
    for invoice in ["INV-1", "INV-2", "INV-3"] {
        let waits = (Planned, "2026-02-09".into(), Some(StepReason::StalePayments));
        assert_eq!(shop.stands(invoice, 3).await, waits);
    }
    shop.shop.invoices.know_payments_until(Some(at("2026-02-10 01:00")));
    shop.until("2026-02-10 12:00").await;
    assert_eq!(shop.lists(), [["INV-1", "INV-2", "INV-3"]]);
}

#[tokio::test]
async fn a_list_that_is_too_long_is_cut_and_the_totals_are_those_of_all() {
    let shop = summing().await;
    for no in 100..190 {
        let id = format!("INV-2026-{no}-{}", "0".repeat(40));
        shop.shop.invoices.owe(owed(&id, "2026-02-06"));
    }
    shop.until("2026-02-09 12:00").await;
    let sent = shop.shop.gateway.sent();
    let text = sent[0].text.as_str();
    assert_eq!(sent.len(), 1);
    assert!(text.encode_utf16().count() <= 4096);
    let listed = listed(text).len();
    assert!(listed > 30, "{listed}");
    assert!(text.contains(&format!("\nand {} more\n", 90 - listed)), "{text}");
    assert!(text.contains("Total: ₹45,000.00\n"), "{text}");
    let steps = shop.shop.store.steps_by(Sent, date("2026-03-01"), None, 200).await.unwrap();
    assert_eq!(steps.len(), 90, "what is counted is told as well");
}

#[tokio::test]
async fn a_template_of_summaries_is_previewed_and_saved_like_any_other() {
    let shop = summing().await;
    let summary = MessageType::PAYMENT_SUMMARY;
    let text = "{customerName}: {totals}\n{invoices}\nsince {oldestDueDate}";
    let preview = whatsapp_core::Messenger::preview(summary, text).unwrap();
    assert!(preview.text.starts_with("Asha Traders: ₹1,28,456.00\nINV-2026-0042"));
    shop.shop.save_template("ours", summary, text, true).await;
    owe_three(&shop);
    shop.until("2026-02-09 12:00").await;
    let sent = shop.shop.gateway.sent();
    assert!(sent[0].text.as_str().starts_with("Asha Traders: ₹1,000.00\n€20.00\nINV-1, due"));
}
