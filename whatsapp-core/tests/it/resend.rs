//! The way back: messages that failed for the account's, the address's or the gateway's sake are
//! sent again.

use chrono::TimeDelta;
use whatsapp_core::audit::Actor;
use whatsapp_core::message::{Cause, Phase};
use whatsapp_core::messenger::{ManageError, Resend, Resent};
use whatsapp_core::port::{Clock as _, Customer, TransportError};
use whatsapp_core::retry::Disposition;
use whatsapp_core::template::Festival;
use whatsapp_core::{CustomerId, InvoiceId, MessageId, Request};

use crate::shop::{ASHA, NUMBER, Shop};

/// An error that ends a message at once, as the trouble of `cause`.
fn fatal(cause: Cause) -> TransportError {
    TransportError::new(Disposition::Permanent, "It did not work.").with_cause(cause)
}

/// Fails this request for good, as the trouble of `cause`.
async fn failed(shop: &Shop, request: Request, cause: Cause) -> MessageId {
    shop.gateway.next_send(Err(fatal(cause)));
    let id = shop.messenger.enqueue(request).await.unwrap().message_id;
    shop.tick().await;
    assert!(matches!(shop.phase(id).await, Phase::Failed(_)));
    id
}

async fn resend(shop: &Shop) -> Resent {
    shop.messenger.resend_failed(shop.opened, None, None, &Actor::Host).await.unwrap()
}

fn greeting() -> Request {
    let festival = Festival { name: "Diwali".to_owned() };
    Request::festival(CustomerId::new(ASHA).unwrap(), festival)
}

#[tokio::test]
async fn what_failed_for_a_cause_that_was_not_its_own_goes_out_once() {
    let shop = Shop::new();
    let theirs = [Cause::Account, Cause::Address, Cause::Between, Cause::Gateway, Cause::Host];
    for (number, cause) in (0..).zip(theirs) {
        failed(&shop, shop.order(&format!("SO-{number}")), cause).await;
    }
    for (number, cause) in (10..).zip([Cause::Message, Cause::Recipient]) {
        failed(&shop, shop.order(&format!("SO-{number}")), cause).await;
    }
    let posts = shop.gateway.sent().len();
    let first = resend(&shop).await;
    assert_eq!((first.messages.len(), first.left_out.count(), first.next), (5, 0, None));
    // Any caller, at any time.
    let again = resend(&shop).await;
    assert_eq!((again.messages.len(), again.left_out.resent_before), (0, 5));
    shop.tick().await;
    assert_eq!(shop.gateway.sent().len() - posts, 5);
    for id in first.messages {
        assert_eq!(shop.phase(id).await, Phase::Sent);
        let message = shop.message(id).await;
        let old = message.facts.resend_of.unwrap();
        assert_eq!(message.facts.key.as_str(), format!("resend:{old}"));
        assert_eq!(message.facts.text, shop.message(old).await.facts.text);
    }
}

#[tokio::test]
async fn two_callers_at_once_send_each_message_once() {
    let shop = Shop::new();
    for number in 0..20 {
        failed(&shop, shop.order(&format!("SO-{number}")), Cause::Account).await;
    }
    let posts = shop.gateway.sent().len();
    let (one, other) = tokio::join!(resend(&shop), resend(&shop));
    assert!(one.messages.len() + other.messages.len() >= 20);
    shop.live_for(TimeDelta::minutes(1)).await;
    assert_eq!(shop.gateway.sent().len() - posts, 20);
}

#[tokio::test]
async fn only_the_cause_that_was_asked_for_and_only_since_then() {
    let shop = Shop::new();
    let account = failed(&shop, shop.order("SO-1"), Cause::Account).await;
    shop.clock.advance(TimeDelta::hours(1));
    let later = shop.clock.now();
    failed(&shop, shop.order("SO-2"), Cause::Gateway).await;
    let wanted = Some(Cause::Account);
    let late = shop.messenger.resend_failed(later, wanted, None, &Actor::Host).await.unwrap();
    assert!(late.messages.is_empty());
    let resent =
        shop.messenger.resend_failed(shop.opened, wanted, None, &Actor::Host).await.unwrap();
    let [id] = resent.messages[..] else { panic!("{resent:?}") };
    assert_eq!(shop.message(id).await.facts.resend_of, Some(account));
    for cause in [Cause::Message, Cause::Recipient] {
        let refused =
            shop.messenger.resend_failed(shop.opened, Some(cause), None, &Actor::Host).await;
        assert!(matches!(refused, Err(ManageError::NotInBulk)), "{cause}");
    }
}

#[tokio::test]
async fn what_must_not_go_out_any_more_is_left_out_and_counted() {
    let shop = Shop::new();
    let soon = shop.clock.now() + TimeDelta::minutes(10);
    failed(&shop, shop.order("SO-late").with_expiry(soon), Cause::Account).await;
    failed(&shop, shop.reminder("2026-01-27"), Cause::Account).await;
    failed(&shop, shop.order("SO-fine"), Cause::Account).await;
    // Paid meanwhile, on the same day.
    shop.invoices.pay(InvoiceId::new("INV-7").unwrap());
    shop.clock.advance(TimeDelta::minutes(20));
    let unreachable = failed(&shop, shop.order("SO-no-number"), Cause::Gateway).await;
    shop.customers.put(Customer::new(CustomerId::new(ASHA).unwrap(), "Asha Traders", None));
    let left_out = resend(&shop).await.left_out;
    assert_eq!((left_out.expired, left_out.paid), (1, 1));
    // Without a number no message can go; each is named with its reason.
    assert_eq!(left_out.refused.len(), 2);
    assert_eq!(left_out.refused[1].0, unreachable);
    assert!(!left_out.refused[1].1.contains(NUMBER));
    shop.customers.put(Customer::new(CustomerId::new(ASHA).unwrap(), "Asha Traders", Some(NUMBER)));
    shop.set("whatsapp_stock_delivered_enabled", "false");
    assert_eq!(resend(&shop).await.left_out.switched_off, 2);
    shop.set("whatsapp_stock_delivered_enabled", "true");
    assert_eq!(resend(&shop).await.messages.len(), 2);
}

#[tokio::test]
async fn a_greeting_or_reminder_of_yesterday_is_not_sent_today() {
    let shop = Shop::new();
    failed(&shop, greeting(), Cause::Account).await;
    failed(&shop, shop.reminder("2026-01-27"), Cause::Account).await;
    // 23:59 in India, then midnight.
    shop.clock.advance_to("2026-01-27T18:29:00Z".parse().unwrap());
    shop.clock.advance_to("2026-01-27T18:30:00Z".parse().unwrap());
    let resent = resend(&shop).await;
    assert_eq!((resent.messages.len(), resent.left_out.of_a_past_day), (0, 2));
}

#[tokio::test]
async fn what_may_have_been_delivered_is_never_sent_again_by_itself() {
    let shop = Shop::new();
    shop.set("whatsapp_on_unknown", "hold");
    shop.gateway.next_send(Err(TransportError::new(Disposition::Unknown, "No answer.")));
    let id = shop.enqueued("SO-1").await;
    shop.live_for(TimeDelta::hours(3)).await;
    assert!(matches!(shop.phase(id).await, Phase::Failed(_)));
    let resent = resend(&shop).await;
    assert_eq!((resent.messages.len(), resent.left_out.unknown_outcome), (0, 1));
}

#[tokio::test]
async fn what_a_person_put_aside_is_left_out_and_counted() {
    let shop = Shop::new();
    let id = failed(&shop, shop.order("SO-1"), Cause::Account).await;
    shop.messenger.put_aside(id, &Actor::Host).await.unwrap();
    let resent = resend(&shop).await;
    assert_eq!((resent.messages.len(), resent.left_out.put_aside), (0, 1));
    assert_eq!(shop.messenger.resends(id).await.unwrap(), []);
}

#[tokio::test]
async fn what_a_manager_sent_again_by_hand_is_not_sent_a_third_time() {
    let shop = Shop::new();
    let id = failed(&shop, shop.order("SO-1"), Cause::Account).await;
    let by_hand = Resend::new(id, Actor::Host);
    let again = shop.messenger.resend(&by_hand).await.unwrap();
    let resent = resend(&shop).await;
    assert_eq!((resent.messages.len(), resent.left_out.resent_before), (0, 1));
    assert_eq!(shop.messenger.resends(id).await.unwrap(), [again]);
}

#[tokio::test]
async fn who_did_not_see_that_all_were_sent_again_sends_none_of_them_twice() {
    let shop = Shop::new();
    let id = failed(&shop, shop.order("SO-1"), Cause::Account).await;
    let seen_before = Resend::new(id, Actor::Host);
    let resent = resend(&shop).await;
    assert_eq!(shop.messenger.resend(&seen_before).await.unwrap(), resent.messages[0]);
    shop.clock.advance(TimeDelta::seconds(1));
    let seen_after = seen_before.with_resends(1);
    let again = shop.messenger.resend(&seen_after).await.unwrap();
    assert_ne!(again, resent.messages[0]);
    assert_eq!(shop.messenger.resends(id).await.unwrap(), [resent.messages[0], again]);
}

#[tokio::test]
async fn pages_go_on_where_the_last_one_ended() {
    let shop = Shop::new();
    for number in 0..230 {
        shop.gateway.next_send(Err(fatal(Cause::Account)));
        shop.enqueued(&format!("SO-{number}")).await;
    }
    shop.live_for(TimeDelta::minutes(1)).await;
    let posts = shop.gateway.sent().len();
    let mut all = resend(&shop).await;
    let mut pages = 1;
    while let Some(after) = all.next {
        let page = shop
            .messenger
            .resend_failed(shop.opened, None, Some(after), &Actor::Host)
            .await
            .unwrap();
        all.add(page);
        pages += 1;
    }
    assert_eq!((all.messages.len(), pages), (230, 3));
    shop.live_for(TimeDelta::minutes(1)).await;
    assert_eq!(shop.gateway.sent().len() - posts, 230);
}
