//! A message that is sent again to a number that was given for it alone.

use whatsapp_core::audit::{Act, Actor};
use whatsapp_core::format::{Amount, Currency};
use whatsapp_core::message::{Category, Cause, FailureKind, Forbidden, NotOffered, Phase, Status};
use whatsapp_core::messenger::{Consent, ManageError, OnlyAlone, Resend, Wish};
use whatsapp_core::port::{Attention, Clock as _, Customer, Due, LogFilter, MessageLog as _};
use whatsapp_core::retry::Disposition;
use whatsapp_core::{CustomerId, InvalidNumber, InvoiceId, MessageId, UserId};

use crate::shop::{ASHA, NUMBER, Shop, error};

const OTHER: &str = "+919812345679";

fn to_other(id: MessageId) -> Resend {
    Resend::new(id, Actor::Host).with_number(OTHER)
}

fn customer(id: &str) -> CustomerId {
    CustomerId::new(id).unwrap()
}

/// The reminder of an invoice that is due, refused because of its number.
async fn failed_reminder(shop: &Shop) -> MessageId {
    let amount = Amount::from_minor(50_000, Currency::INR).unwrap();
    let (issued, due) = ("2026-01-12".parse().unwrap(), "2026-02-11".parse().unwrap());
    let invoice = InvoiceId::new("INV-7").unwrap();
    shop.invoices.owe(Due::new(invoice, customer(ASHA), "INV-7", issued, due, amount));
    shop.gateway.next_send(Err(error(Disposition::Permanent).with_cause(Cause::Recipient)));
    let id = shop.messenger.enqueue(shop.reminder("2026-02-18")).await.unwrap().message_id;
    shop.tick().await;
    assert!(matches!(shop.phase(id).await, Phase::Failed(_)));
    id
}

#[tokio::test]
async fn a_reminder_that_is_composed_anew_keeps_the_number_that_was_given_for_it() {
    let shop = Shop::new();
    let id = failed_reminder(&shop).await;
    let again = shop.messenger.resend(&to_other(id)).await.unwrap();
    shop.tick().await;
    assert_eq!(shop.message(again).await.state.status, Status::Sent);
    assert_eq!(shop.gateway.sent()[1].number.as_str(), OTHER);
}

#[tokio::test]
async fn so_it_does_where_the_customer_has_no_number_any_more() {
    let shop = Shop::new();
    let id = failed_reminder(&shop).await;
    shop.customers.put(Customer::new(customer(ASHA), "Asha Traders", None));
    let none = shop.messenger.resend(&Resend::new(id, Actor::Host)).await.unwrap_err();
    assert!(matches!(none, ManageError::Number(InvalidNumber::Missing)), "{none}");
    let again = shop.messenger.resend(&to_other(id)).await.unwrap();
    shop.tick().await;
    assert_eq!(shop.message(again).await.state.status, Status::Sent);
    assert_eq!(shop.gateway.sent()[1].number.as_str(), OTHER);
}

#[tokio::test]
async fn a_reminder_that_is_sent_again_goes_to_the_customers_number_of_that_moment() {
    let shop = Shop::new();
    let id = failed_reminder(&shop).await;
    let again = shop.messenger.resend(&Resend::new(id, Actor::Host)).await.unwrap();
    assert_eq!(shop.message(again).await.facts.whatsapp_number.as_str(), NUMBER);
    shop.customers.put(Customer::new(customer(ASHA), "Asha Traders", Some(OTHER)));
    shop.tick().await;
    assert_eq!(shop.gateway.sent()[1].number.as_str(), OTHER);
}

#[tokio::test]
async fn a_message_that_was_refused_for_want_of_a_number_is_composed_for_the_given_one() {
    let shop = Shop::new();
    let refused = shop.messenger.enqueue(shop.invoice("C-3", "INV-9")).await.unwrap_err();
    let id = refused.logged().unwrap();
    let failure = shop.message(id).await.state.failure.unwrap();
    assert_eq!((failure.kind, failure.cause), (FailureKind::Invalid, Cause::Recipient));
    let again = shop.messenger.resend(&to_other(id)).await.unwrap();
    shop.tick().await;
    let sent = shop.gateway.sent();
    assert_eq!(sent[0].number.as_str(), OTHER);
    assert!(sent[0].text.as_str().contains("Das Home"), "{}", sent[0].text.as_str());
    assert_eq!(shop.message(again).await.state.status, Status::Sent);
}

#[tokio::test]
async fn another_number_is_not_taken_where_the_number_was_not_what_was_wrong() {
    let shop = Shop::new();
    shop.gateway.next_send(Err(error(Disposition::Permanent)));
    let id = shop.enqueued("SO-1").await;
    shop.tick().await;
    let refused = shop.messenger.resend(&to_other(id)).await.unwrap_err();
    insta::assert_snapshot!(refused, @"the number is not what was wrong");
    assert!(matches!(refused, ManageError::NotOffered(NotOffered::NumberIsRight)));
    assert_eq!(shop.messenger.resends(id).await.unwrap(), []);
    shop.messenger.resend(&Resend::new(id, Actor::Host)).await.unwrap();
}

#[tokio::test]
async fn what_has_not_failed_is_not_tried_again_and_what_has_is_not_sent_now() {
    let shop = Shop::new();
    let waiting = shop.enqueued("SO-1").await;
    let refused = shop.messenger.retry(waiting, Consent::Given, &Actor::Host).await.unwrap_err();
    assert!(matches!(refused, ManageError::NotOffered(NotOffered::NotFailed)), "{refused}");
    shop.messenger.send_now(waiting, Consent::Given, &Actor::Host).await.unwrap();
    shop.gateway.next_send(Err(error(Disposition::Permanent)));
    shop.tick().await;
    assert!(matches!(shop.phase(waiting).await, Phase::Failed(_)));
    let refused = shop.messenger.send_now(waiting, Consent::Given, &Actor::Host).await.unwrap_err();
    assert!(matches!(refused, ManageError::Forbidden(Forbidden::Final)), "{refused}");
}

#[tokio::test]
async fn a_failed_message_that_was_settled_otherwise_is_put_aside_and_taken_up_again() {
    let shop = Shop::new();
    let asha = Actor::Person(UserId::new("asha").unwrap());
    let id = failed_reminder(&shop).await;
    let needs = async || {
        let mut filter = LogFilter::default();
        filter.attention = Some(Attention::at(shop.clock.now()));
        shop.store.count(&filter, 9).await.unwrap().number
    };
    assert_eq!(needs().await, 1);
    let seen = shop.message(id).await.updated_at;
    let late = Wish::of(&asha).over(seen - chrono::TimeDelta::microseconds(1));
    let late = shop.messenger.put_aside(id, late).await.unwrap_err();
    assert!(matches!(late, ManageError::Changed), "{late}");
    shop.messenger.put_aside(id, Wish::of(&asha).over(seen)).await.unwrap();
    assert_eq!(needs().await, 0);
    let twice = shop.messenger.put_aside(id, &asha).await.unwrap_err();
    assert!(matches!(twice, ManageError::Changed), "{twice}");
    shop.clock.advance(chrono::TimeDelta::seconds(1));
    shop.messenger.take_up(id, &asha).await.unwrap();
    assert_eq!(needs().await, 1);
    let entries = shop.store.every_audit_entry();
    let told: Vec<_> = entries.iter().map(|entry| (entry.act, &entry.by)).collect();
    assert_eq!(told, [(Act::MessagePutAside, &asha), (Act::MessageTakenUp, &asha)]);
    let waiting = shop.enqueued("SO-1").await;
    let refused = shop.messenger.put_aside(waiting, &asha).await.unwrap_err();
    assert!(matches!(refused, ManageError::Forbidden(Forbidden::UnderWay)), "{refused}");
}

#[tokio::test]
async fn what_was_put_aside_meanwhile_is_sent_again_by_nobody_who_has_not_seen_that() {
    let shop = Shop::new();
    let id = failed_reminder(&shop).await;
    let seen = shop.message(id).await.updated_at;
    let resend = Resend::new(id, Actor::Host).with_seen(seen);
    shop.messenger.put_aside(id, &Actor::Host).await.unwrap();
    let changed = shop.messenger.resend(&resend).await.unwrap_err();
    assert!(matches!(changed, ManageError::Changed), "{changed}");
    let message = shop.message(id).await;
    let told = shop.messenger.only_alone(&message).await.unwrap();
    assert_eq!(told, Some(OnlyAlone::PutAside));
    let resend = resend.with_seen(message.updated_at);
    let fresh = shop.messenger.resend(&resend).await.unwrap();
    assert_eq!(shop.messenger.resend(&resend).await.unwrap(), fresh, "a double click");
}

#[tokio::test]
async fn nothing_is_sent_again_to_whoever_declines_it_by_now() {
    let shop = Shop::new();
    let id = failed_reminder(&shop).await;
    let of = shop.message(id).await.facts.customer_id;
    let asha = Customer::new(of, "Asha Traders", Some(OTHER));
    shop.customers.put(asha.with_declined(Category::Reminders));
    let refused = shop.messenger.resend(&Resend::new(id, Actor::Host)).await.unwrap_err();
    assert!(matches!(refused, ManageError::Declined(Category::Reminders)), "{refused}");
    let refused = shop.messenger.resend(&to_other(id)).await.unwrap_err();
    assert!(matches!(refused, ManageError::Declined(_)), "{refused}");
    assert_eq!(shop.messenger.resends(id).await.unwrap(), []);
}

#[tokio::test]
async fn a_number_that_is_none_is_refused() {
    let shop = Shop::new();
    let id = failed_reminder(&shop).await;
    let wrong = Resend::new(id, Actor::Host).with_number("98123");
    let refused = shop.messenger.resend(&wrong).await.unwrap_err();
    assert!(matches!(refused, ManageError::Number(InvalidNumber::NoPlus)), "{refused}");
    assert_eq!(shop.messenger.resends(id).await.unwrap(), []);
}

#[tokio::test]
async fn a_corrected_message_counts_among_those_that_took_the_refused_ones_place() {
    let shop = Shop::new();
    let refused = shop.messenger.enqueue(shop.invoice("C-3", "INV-9")).await.unwrap_err();
    let id = refused.logged().unwrap();
    assert_eq!(shop.messenger.resends(id).await.unwrap(), []);
    shop.customers.put(Customer::new(customer("C-3"), "Das Home", Some(OTHER)));
    let corrected = shop.messenger.enqueue(shop.invoice("C-3", "INV-9")).await.unwrap().message_id;
    assert_eq!(shop.messenger.resends(id).await.unwrap(), [corrected]);
    let resend = Resend::new(id, Actor::Host).with_resends(1);
    let again = shop.messenger.resend(&resend).await.unwrap();
    assert_eq!(shop.messenger.resends(id).await.unwrap(), [corrected, again]);
}

#[tokio::test]
async fn what_others_took_the_place_of_is_not_tried_again_over_what_was_seen_before() {
    let shop = Shop::new();
    let refused = shop.messenger.enqueue(shop.invoice("C-3", "INV-9")).await.unwrap_err();
    let id = refused.logged().unwrap();
    shop.messenger.resend(&to_other(id)).await.unwrap();
    let wish = Wish::of(&Actor::Host).after_resends(0);
    let late = shop.messenger.retry(id, Consent::NotAsked, wish).await.unwrap_err();
    assert!(matches!(late, ManageError::Changed), "{late}");
}
