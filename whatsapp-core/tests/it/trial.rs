//! The trial: only its numbers get messages, whoever sends them, and all others wait for its end.

use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_core::audit::{Actor, AuditChange};
use whatsapp_core::desk::{self, SettingEdit};
use whatsapp_core::message::{CancelReason, HeldFor, Phase, Trigger};
use whatsapp_core::messenger::Consent;
use whatsapp_core::port::{AuditFilter, Clock as _, Customer};
use whatsapp_core::retry::Disposition;
use whatsapp_core::settings::SettingDef;
use whatsapp_core::{CustomerId, Desk, Dispatcher, MessageId, UserId};

use crate::shop::{NUMBER, Shop, error};

/// The other customer.
const GUPTA: &str = "C-2";

/// A shop that tries messages out with these numbers.
fn trying(numbers: &str) -> Shop {
    let shop = Shop::new();
    shop.set("whatsapp_trial", "true");
    shop.set("whatsapp_trial_numbers", numbers);
    shop
}

async fn is_held(shop: &Shop, id: MessageId) -> bool {
    matches!(shop.phase(id).await, Phase::Held { by: HeldFor::Trial, .. })
}

#[tokio::test]
async fn with_an_empty_list_nothing_goes_out_whoever_sends_it() {
    let shop = trying("");
    let by_itself = shop.enqueued("1").await;
    let by_hand = shop.order("2").with_trigger(Trigger::Manual).with_consent(Consent::Given);
    let by_hand = shop.messenger.enqueue(by_hand).await.unwrap().message_id;
    shop.live_for(TimeDelta::hours(30)).await;
    assert!(is_held(&shop, by_itself).await && is_held(&shop, by_hand).await);
    assert!(shop.gateway.sent().is_empty());
    // Waiting is no attempt.
    let message = shop.message(by_itself).await;
    assert_eq!((message.state.retry_count, shop.attempts(by_itself).await.len()), (0, 0));
}

#[tokio::test]
async fn the_numbers_of_the_trial_get_messages_and_the_others_when_it_ends() {
    // Numbers as people write them.
    let (code, rest) = NUMBER.split_at(3);
    let shop = trying(&format!("+49 30 1234567, {code} {rest}"));
    let gupta = CustomerId::new(GUPTA).unwrap();
    shop.customers.put(Customer::new(gupta, "Gupta & Sons", Some("+919876543211")));
    let hers = shop.enqueued("1").await;
    let his = shop.messenger.enqueue(shop.invoice(GUPTA, "INV-2")).await.unwrap().message_id;
    shop.live_for(TimeDelta::hours(3)).await;
    assert_eq!(shop.phase(hers).await, Phase::Sent);
    assert!(is_held(&shop, his).await);
    assert_eq!(shop.gateway.sent().len(), 1);
    shop.set("whatsapp_trial", "false");
    shop.live_for(TimeDelta::minutes(11)).await;
    assert_eq!(shop.phase(his).await, Phase::Sent);
    assert_eq!(shop.gateway.sent().len(), 2);
}

#[tokio::test]
async fn a_retry_asks_too() {
    let shop = Shop::new();
    shop.gateway.next_send(Err(error(Disposition::Transient)));
    let id = shop.enqueued("1").await;
    shop.tick().await;
    assert!(matches!(shop.phase(id).await, Phase::Retrying { .. }));
    shop.set("whatsapp_trial", "true");
    let posts = shop.attempts(id).await.len();
    shop.live_for(TimeDelta::hours(2)).await;
    assert!(is_held(&shop, id).await, "{:?}", shop.phase(id).await);
    assert_eq!(shop.attempts(id).await.len(), posts);
    shop.set("whatsapp_trial", "false");
    shop.live_for(TimeDelta::minutes(11)).await;
    assert_eq!(shop.phase(id).await, Phase::Sent);
}

/// A message that was claimed before the trial began is asked about again when it has its slot.
#[tokio::test]
async fn what_waits_for_a_slot_when_it_begins_stays() {
    let shop = Shop::new();
    let id = shop.enqueued("1").await;
    let work = shop.dispatcher.take(shop.clock.now()).await.unwrap();
    assert!(!work.is_empty());
    shop.clock.advance(TimeDelta::seconds(2));
    shop.set("whatsapp_trial", "true");
    shop.dispatcher.perform(work).await;
    assert!(is_held(&shop, id).await);
    assert!(shop.gateway.sent().is_empty());
}

/// Each question takes one of the account's places in the rate limit from messages that
/// may go.
#[tokio::test]
async fn it_is_asked_about_seldom_and_let_go_when_the_trial_ends_or_has_other_numbers() {
    for (key, value) in [("whatsapp_trial", "false"), ("whatsapp_trial_numbers", NUMBER)] {
        let shop = trying("");
        let id = shop.enqueued("1").await;
        shop.live_for(TimeDelta::hours(30)).await;
        let next = shop.message(id).await.state.owed.unwrap().due_at - shop.clock.now();
        assert!(next > TimeDelta::minutes(10), "it is asked about in {next}");
        shop.set(key, value);
        shop.live_for(TimeDelta::minutes(10)).await;
        assert_eq!(shop.phase(id).await, Phase::Sent, "{key}");
    }
}

#[tokio::test]
async fn what_another_process_had_in_hand_when_the_trial_ended_is_let_go_too() {
    let shop = trying("");
    let other = Dispatcher::new(shop.ports.clone()).unwrap();
    let id = shop.enqueued("1").await;
    shop.live_for(TimeDelta::hours(30)).await;
    shop.clock.advance_to(shop.message(id).await.state.owed.unwrap().due_at);
    let work = other.take(shop.clock.now()).await.unwrap();
    assert!(!work.is_empty());
    shop.set("whatsapp_trial", "false");
    shop.tick().await;
    // It goes by the settings of a moment ago.
    other.perform(work).await;
    assert!(is_held(&shop, id).await);
    for _ in 0..2 {
        shop.clock.advance(TimeDelta::minutes(1));
        shop.tick().await;
    }
    assert_eq!(shop.phase(id).await, Phase::Sent);
}

/// A message that a person wants again has its week from then on, whatever keeps it.
#[tokio::test]
async fn a_retry_and_another_instant_begin_a_new_week() {
    let shop = Shop::new();
    shop.gateway.next_send(Err(error(Disposition::Permanent)));
    let retried = shop.enqueued("1").await;
    shop.tick().await;
    shop.set("whatsapp_trial", "true");
    shop.clock.advance(TimeDelta::seconds(2));
    let moved = shop.enqueued("2").await;
    shop.live_for(TimeDelta::days(7) - TimeDelta::minutes(1)).await;
    let (consent, host) = (Consent::NotAsked, Actor::Host);
    shop.messenger.retry(retried, consent, &host).await.unwrap();
    shop.messenger.reschedule(moved, shop.opened, consent, &host).await.unwrap();
    for id in [retried, moved] {
        shop.live_for(TimeDelta::days(3)).await;
        assert!(is_held(&shop, id).await, "{:?}", shop.phase(id).await);
    }
    shop.live_for(TimeDelta::days(2)).await;
    for id in [retried, moved] {
        assert_eq!(shop.phase(id).await, Phase::Cancelled(CancelReason::Expired));
    }
}

#[tokio::test]
async fn what_was_retried_in_a_long_pause_is_not_over_at_once() {
    let shop = Shop::new();
    shop.gateway.next_send(Err(error(Disposition::Permanent)));
    let id = shop.enqueued("1").await;
    shop.tick().await;
    let desk = Desk::new(shop.ports.clone());
    let host = Actor::Host;
    desk.pause(&host).await.unwrap();
    shop.clock.advance(TimeDelta::days(8));
    shop.messenger.retry(id, Consent::NotAsked, &host).await.unwrap();
    for _ in 0..3 {
        shop.tick().await;
        shop.clock.advance(TimeDelta::minutes(2));
    }
    assert!(matches!(shop.phase(id).await, Phase::Retrying { .. }), "{:?}", shop.phase(id).await);
}

#[tokio::test]
async fn a_week_is_too_long() {
    let shop = trying("");
    let id = shop.enqueued("1").await;
    shop.live_for(TimeDelta::days(7) - TimeDelta::minutes(1)).await;
    assert!(is_held(&shop, id).await);
    shop.live_for(TimeDelta::minutes(21)).await;
    assert_eq!(shop.phase(id).await, Phase::Cancelled(CancelReason::Expired));
    let said = shop.message(id).await.state.explanation.unwrap();
    assert_eq!(said.as_str(), "The trial went on for too long.");
}

#[tokio::test]
async fn what_is_too_late_during_the_trial_is_withdrawn_when_it_is() {
    let shop = trying("");
    let until = shop.clock.now() + TimeDelta::minutes(95);
    let id = shop.messenger.enqueue(shop.order("1").with_expiry(until)).await.unwrap().message_id;
    shop.live_for(TimeDelta::minutes(94)).await;
    assert!(is_held(&shop, id).await);
    shop.live_for(TimeDelta::minutes(2)).await;
    assert_eq!(shop.phase(id).await, Phase::Cancelled(CancelReason::Expired));
}

#[test]
fn only_different_numbers_with_their_country_are_taken() {
    let def = SettingDef::of("whatsapp_trial_numbers").unwrap();
    let many = |count: u64| {
        let numbers = (0..count).map(|n| format!("+9198765{n:05}"));
        numbers.collect::<Vec<_>>().join(",")
    };
    for right in ["", "+919876500001", "+91 98765 00001, +49 30 1234567", &many(50)] {
        assert!(def.check(right).is_ok(), "{right}");
    }
    // Two spellings of one telephone are one number.
    let twice = "+5531987654321, +553187654321";
    for wrong in ["98765 00001", "+91 98765 00001,", "asha", twice, &many(51), ",", "+91"] {
        let problem = def.check(wrong).unwrap_err().to_string();
        assert!(problem.contains("telephone numbers with their country codes"), "{problem}");
        assert!(!problem.contains("00001, asha"), "{problem}");
    }
}

#[tokio::test]
async fn the_audit_counts_its_numbers_and_nothing_shows_them() {
    let shop = Shop::new();
    let desk = Desk::new(shop.ports.clone().with_audit(Arc::new(shop.store.clone())));
    let edit = [SettingEdit::new("whatsapp_trial_numbers", "+919876500001, +919876500002")];
    let by = Actor::Person(UserId::new("asha").unwrap());
    desk.save_settings(&edit, desk::Consent::NotAsked, &by).await.unwrap();
    let entries = desk.audit(&AuditFilter::default(), None, 20).await.unwrap().entries;
    let changes: Vec<_> = entries.into_iter().map(|entry| entry.change).collect();
    assert_eq!(changes, [AuditChange::Private { added: 2, removed: 0 }]);
    let settings = shop.ports.settings().await.unwrap();
    assert_eq!(settings.trial_numbers.len(), 2);
    assert!(!format!("{edit:?} {settings:?}").contains("8765000"));
}
