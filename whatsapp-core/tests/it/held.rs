//! The host's books right before each attempt: messages that wait, messages that are withdrawn, and
//! the sentences about both.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::audit::Actor;
use whatsapp_core::format::Amount;
use whatsapp_core::message::{CancelReason, HeldFor, MessageKey, Phase, Trigger};
use whatsapp_core::port::{
    AccountEventKind, AccountStore as _, Clock as _, DirectoryError, Due, InvoiceLedger, Listing,
    MessageLog as _, Standing,
};
use whatsapp_core::retry::Disposition;
use whatsapp_core::{CustomerId, Dispatcher, InvoiceId, MessageId};

use crate::shop::{ASHA, Shop, error};

fn invoice() -> InvoiceId {
    InvoiceId::new("INV-7").unwrap()
}

fn rupees(text: &str) -> Amount {
    Amount::rupees(text).unwrap()
}

fn due(standing: Standing) -> Due {
    let (date, due) = ("2026-01-02".parse().unwrap(), "2026-01-20".parse().unwrap());
    let asha = CustomerId::new(ASHA).unwrap();
    Due::new(invoice(), asha, "INV-7", date, due, rupees("500")).with_standing(standing)
}

/// A shop with a reminder of this invoice that was to go out now.
async fn asked(standing: Standing) -> (Shop, MessageId) {
    let shop = Shop::new();
    shop.invoices.owe(due(standing));
    let id = shop.messenger.enqueue(shop.reminder("2026-02-18")).await.unwrap().message_id;
    shop.tick().await;
    (shop, id)
}

async fn said(shop: &Shop, id: MessageId) -> (Option<HeldFor>, String) {
    let state = shop.message(id).await.state;
    (state.held_for, state.explanation.map(|said| said.as_str().to_owned()).unwrap_or_default())
}

async fn asked_again_at(shop: &Shop, id: MessageId) -> DateTime<Utc> {
    shop.message(id).await.state.owed.unwrap().due_at
}

#[tokio::test]
async fn a_withdrawn_reminder_says_why() {
    for (standing, reason, sentence) in [
        (Standing::Paid, CancelReason::Paid, "INV-7 was paid."),
        (Standing::Void, CancelReason::Void, "INV-7 was withdrawn."),
    ] {
        let (shop, id) = asked(standing).await;
        assert_eq!(shop.phase(id).await, Phase::Cancelled(reason));
        assert_eq!(said(&shop, id).await, (None, sentence.to_owned()));
        assert!(shop.gateway.sent().is_empty());
    }
}

#[tokio::test]
async fn an_invoice_that_is_not_in_the_books_counts_as_void() {
    let shop = Shop::new();
    shop.invoices.lose(invoice());
    let id = shop.messenger.enqueue(shop.reminder("2026-02-18")).await.unwrap().message_id;
    shop.tick().await;
    assert_eq!(shop.phase(id).await, Phase::Cancelled(CancelReason::Void));
    assert_eq!(said(&shop, id).await, (None, "The invoice no longer exists.".to_owned()));
}

#[tokio::test]
async fn a_disputed_invoice_waits_until_it_is_open_again_and_says_so_meanwhile() {
    let (shop, id) = asked(Standing::Disputed).await;
    let disputed = (Some(HeldFor::Disputed), "INV-7 is disputed.".to_owned());
    assert_eq!(said(&shop, id).await, disputed);
    shop.live_for(TimeDelta::days(3)).await;
    assert_eq!(said(&shop, id).await, disputed);
    assert!(shop.gateway.sent().is_empty());
    assert_eq!(shop.message(id).await.state.retry_count, 0);
    shop.invoices.owe(due(Standing::Open));
    shop.live_for(TimeDelta::hours(1)).await;
    assert_eq!(shop.phase(id).await, Phase::Sent);
    assert_eq!(said(&shop, id).await, (None, String::new()));
}

#[tokio::test]
async fn a_promise_is_waited_for_to_the_end_of_its_day() {
    let promised = Standing::PromisedUntil("2026-01-28".parse().unwrap());
    let (shop, id) = asked(promised).await;
    let sentence = "Payment was promised for 28 Jan 2026.".to_owned();
    assert_eq!(said(&shop, id).await, (Some(HeldFor::Promised), sentence));
    assert_eq!(asked_again_at(&shop, id).await, shop.clock.now() + TimeDelta::days(1));
    // 28 January ends in Kolkata at 18:30.
    let over = "2026-01-28T18:30:00Z".parse::<DateTime<Utc>>().unwrap();
    shop.live_for(over - TimeDelta::minutes(1) - shop.clock.now()).await;
    assert_eq!(asked_again_at(&shop, id).await, over);
    assert!(shop.gateway.sent().is_empty());
    shop.live_for(TimeDelta::minutes(5)).await;
    assert_eq!(shop.phase(id).await, Phase::Sent);
}

#[tokio::test]
async fn a_promise_that_is_paid_is_not_reminded_of() {
    let (shop, id) = asked(Standing::PromisedUntil("2026-01-28".parse().unwrap())).await;
    shop.invoices.pay(invoice());
    shop.live_for(TimeDelta::days(2)).await;
    assert_eq!(shop.phase(id).await, Phase::Cancelled(CancelReason::Paid));
}

#[tokio::test]
async fn credit_of_the_same_currency_that_covers_the_amount_holds() {
    let shop = Shop::new();
    shop.invoices.owe(due(Standing::Open));
    let asha = CustomerId::new(ASHA).unwrap();
    let euros = Amount::parse("9000", "EUR".parse().unwrap()).unwrap();
    shop.invoices.credit_to(asha.clone(), vec![euros, rupees("500")]);
    let id = shop.messenger.enqueue(shop.reminder("2026-02-18")).await.unwrap().message_id;
    shop.tick().await;
    let credit = (Some(HeldFor::Credit), "The customer has ₹500.00 credit.".to_owned());
    assert_eq!(said(&shop, id).await, credit);
    shop.invoices.credit_to(asha, vec![euros, rupees("499.99")]);
    shop.live_for(TimeDelta::hours(2)).await;
    assert_eq!(shop.phase(id).await, Phase::Sent);
}

#[tokio::test]
async fn what_is_below_the_least_amount_of_its_currency_is_withdrawn() {
    let shop = Shop::new();
    shop.set("whatsapp_reminder_minimum", "EUR 10, INR 500.01");
    shop.invoices.owe(due(Standing::Open));
    let id = shop.messenger.enqueue(shop.reminder("2026-02-18")).await.unwrap().message_id;
    shop.tick().await;
    assert_eq!(shop.phase(id).await, Phase::Cancelled(CancelReason::BelowMinimum));
    let sentence = "₹500.00 is below the least amount, ₹500.01.".to_owned();
    assert_eq!(said(&shop, id).await, (None, sentence));
}

#[tokio::test]
async fn stale_payments_hold_all_reminders_and_are_told_once() {
    let shop = Shop::new();
    shop.set("whatsapp_payments_fresh_days", "3");
    shop.invoices.know_payments_until(Some("2026-01-23T10:00:00Z".parse().unwrap()));
    let mut ids = Vec::new();
    for _ in 0..3 {
        let key = MessageKey::new(format!("reminder:{}", ids.len())).unwrap();
        let reminder = shop.reminder("2026-02-18").with_key(key);
        ids.push(shop.messenger.enqueue(reminder).await.unwrap().message_id);
    }
    let kinds = || async {
        let events = shop.store.account_events(10).await.unwrap();
        events.iter().map(|event| (event.kind, event.detail.clone())).collect::<Vec<_>>()
    };
    shop.live_for(TimeDelta::hours(30)).await;
    let sentence = "Payments were last recorded on 23 Jan 2026.".to_owned();
    for id in &ids {
        assert_eq!(said(&shop, *id).await, (Some(HeldFor::StalePayments), sentence.clone()));
    }
    let told = (AccountEventKind::StalePayments, Some("23 Jan 2026".to_owned()));
    assert_eq!(kinds().await, std::slice::from_ref(&told));
    // Another process says nothing more about the same day.
    let other = Dispatcher::new(shop.ports.clone()).unwrap();
    shop.clock.advance(TimeDelta::hours(2));
    other.tick(shop.clock.now()).await.unwrap();
    assert_eq!(kinds().await, [told]);
    // Newer payments that are too old as well are reported.
    shop.invoices.know_payments_until(Some("2026-01-24T10:00:00Z".parse().unwrap()));
    shop.live_for(TimeDelta::hours(2)).await;
    assert_eq!(kinds().await.len(), 2);
    shop.invoices.know_payments_until(Some(shop.clock.now()));
    shop.live_for(TimeDelta::hours(2)).await;
    for id in ids {
        assert_eq!(shop.phase(id).await, Phase::Sent);
    }
}

#[tokio::test]
async fn payments_are_not_asked_about_where_the_setting_is_zero() {
    let shop = Shop::new();
    shop.invoices.know_payments_until(Some(DateTime::UNIX_EPOCH));
    let id = shop.messenger.enqueue(shop.reminder("2026-02-18")).await.unwrap().message_id;
    shop.tick().await;
    assert_eq!(shop.phase(id).await, Phase::Sent);
}

#[tokio::test]
async fn a_ledger_that_cannot_be_asked_is_asked_again_and_the_message_says_so() {
    let shop = Shop::new();
    shop.invoices.fail_next(1);
    let id = shop.messenger.enqueue(shop.reminder("2026-02-18")).await.unwrap().message_id;
    shop.tick().await;
    let unread = (Some(HeldFor::Records), "The invoices could not be read.".to_owned());
    assert_eq!(said(&shop, id).await, unread);
    shop.live_for(TimeDelta::minutes(2)).await;
    assert_eq!(shop.phase(id).await, Phase::Sent);
}

#[tokio::test]
async fn a_held_message_expires_when_it_is_too_late_and_not_after() {
    let shop = Shop::new();
    shop.invoices.owe(due(Standing::PromisedUntil("2026-02-18".parse().unwrap())));
    let expires = shop.clock.now() + TimeDelta::minutes(90);
    let reminder = shop.reminder("2026-02-18").with_expiry(expires);
    let id = shop.messenger.enqueue(reminder).await.unwrap().message_id;
    shop.tick().await;
    assert_eq!(asked_again_at(&shop, id).await, expires);
    shop.live_for(TimeDelta::hours(2)).await;
    assert_eq!(shop.phase(id).await, Phase::Cancelled(CancelReason::Expired));
    assert_eq!(said(&shop, id).await, (None, String::new()));
}

#[tokio::test]
async fn the_books_are_asked_before_a_retry_and_before_what_follows_a_look() {
    for (trouble, wait) in
        [(Disposition::Transient, TimeDelta::hours(2)), (Disposition::Unknown, TimeDelta::hours(2))]
    {
        let shop = Shop::new();
        shop.invoices.owe(due(Standing::Open));
        shop.gateway.next_send(Err(error(trouble)));
        let id = shop.messenger.enqueue(shop.reminder("2026-02-18")).await.unwrap().message_id;
        shop.tick().await;
        shop.invoices.owe(due(Standing::Disputed));
        if trouble == Disposition::Unknown {
            shop.gateway.next_listing(Ok(Listing::new(Vec::new(), true)));
        }
        shop.live_for(wait).await;
        assert_eq!(shop.gateway.sent().len(), 1, "{trouble:?}");
        assert_eq!(said(&shop, id).await.0, Some(HeldFor::Disputed), "{trouble:?}");
        shop.invoices.owe(due(Standing::Open));
        shop.live_for(wait).await;
        assert_eq!(shop.gateway.sent().len(), 2, "{trouble:?}");
    }
}

#[tokio::test]
async fn a_manager_may_cancel_a_held_message() {
    let (shop, id) = asked(Standing::Disputed).await;
    shop.messenger.cancel(id, &Actor::Host).await.unwrap();
    assert_eq!(shop.phase(id).await, Phase::Cancelled(CancelReason::Manager));
    assert_eq!(said(&shop, id).await, (None, String::new()));
}

#[tokio::test]
async fn what_is_said_of_a_customer_is_in_no_debug_output() {
    let (shop, id) = asked(Standing::Disputed).await;
    let message = shop.store.message(id).await.unwrap().unwrap();
    assert!(!format!("{message:?}").contains("INV-7 is disputed"));
}

#[tokio::test]
async fn what_a_person_sent_waits_for_the_morning_once_the_books_have_held_it() {
    let shop = Shop::new();
    shop.set("whatsapp_send_from", "09:00");
    shop.set("whatsapp_send_until", "20:00");
    // It is 10:00 of this day, which ends in the middle of the night.
    shop.invoices.owe(due(Standing::PromisedUntil("2026-01-27".parse().unwrap())));
    let reminder = shop.reminder("2026-02-18").with_trigger(Trigger::Manual);
    let id = shop.messenger.enqueue(reminder).await.unwrap().message_id;
    shop.live_for(TimeDelta::days(2)).await;
    assert_eq!(shop.attempts(id).await, [(23 * 60, Some("accepted"))]);
}

#[tokio::test]
async fn nobody_is_asked_to_pay_what_belongs_to_another_customer_now() {
    let shop = Shop::new();
    let mut moved = due(Standing::Open);
    moved.customer = CustomerId::new("C-2").unwrap();
    shop.invoices.owe(moved);
    let id = shop.messenger.enqueue(shop.reminder("2026-02-18")).await.unwrap().message_id;
    shop.tick().await;
    assert_eq!(shop.phase(id).await, Phase::Cancelled(CancelReason::Void));
    let sentence = "INV-7 belongs to another customer now.".to_owned();
    assert_eq!(said(&shop, id).await, (None, sentence));
    assert!(shop.gateway.sent().is_empty());
}

/// A ledger that gives the same answer for every invoice.
#[derive(Debug)]
struct Muddled;

#[async_trait]
impl InvoiceLedger for Muddled {
    async fn due(&self, invoices: &[InvoiceId]) -> Result<Vec<Option<Due>>, DirectoryError> {
        let mut other = due(Standing::Open);
        other.invoice = InvoiceId::new("INV-8").unwrap();
        Ok(vec![Some(other); invoices.len()])
    }
}

#[tokio::test]
async fn an_answer_about_another_invoice_is_none() {
    let shop = Shop::new();
    let id = shop.messenger.enqueue(shop.reminder("2026-02-18")).await.unwrap().message_id;
    let ports = shop.ports.clone().with_invoices(Arc::new(Muddled));
    Dispatcher::new(ports).unwrap().tick(shop.clock.now()).await.unwrap();
    let unread = (Some(HeldFor::Records), "The invoices could not be read.".to_owned());
    assert_eq!(said(&shop, id).await, unread);
    assert!(shop.gateway.sent().is_empty());
}
