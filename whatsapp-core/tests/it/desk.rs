//! People's changes, and the audit's record of them.

use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_core::account::SeenPause;
use whatsapp_core::audit::{Act, Actor, AuditChange, AuditEntry, AuditTarget};
use whatsapp_core::desk::{PauseWish, SaveSettingsError, SettingEdit};
use whatsapp_core::message::{CancelReason, Cause, Phase};
use whatsapp_core::messenger::{Consent, ManageError, Resend};
use whatsapp_core::port::{
    AccountEventKind, AccountStore as _, AuditFilter, Clock as _, PauseReason, SettingsStore as _,
};
use whatsapp_core::retry::Disposition;
use whatsapp_core::{Desk, MessageId, UserId};

use crate::shop::{Shop, error};

const RETRIES: &str = "whatsapp_retry_max";
const EMAIL: &str = "whatsapp_failure_notification_email";

fn asha() -> Actor {
    Actor::Person(UserId::new("asha").unwrap())
}

fn desk(shop: &Shop) -> Desk {
    Desk::new(shop.ports.clone().with_audit(Arc::new(shop.store.clone())))
}

async fn audit(shop: &Shop) -> Vec<AuditEntry> {
    let page = desk(shop).audit(&AuditFilter::default(), None, 200).await.unwrap();
    assert_eq!(page.next, None);
    page.entries
}

async fn value(shop: &Shop, key: &str) -> String {
    let rows = shop.store.load_settings().await.unwrap();
    rows.into_iter().find(|row| row.key == key).unwrap().value
}

fn about(id: MessageId) -> AuditTarget {
    AuditTarget::Message(id)
}

#[tokio::test]
async fn settings_are_checked_all_of_them_before_any_is_written() {
    let shop = Shop::new();
    let edits = [
        SettingEdit::new(RETRIES, "2"),
        SettingEdit::new("whatsapp_enabled", "yes"),
        SettingEdit::new("whatsapp_retry_maximum", "2"),
        SettingEdit::new("whatsapp_api_key", "a-key-of-the-gateway"),
        SettingEdit::new(RETRIES, "1"),
    ];
    let refused = desk(&shop).save_settings(&edits, Consent::NotAsked, &asha()).await.unwrap_err();
    insta::assert_snapshot!(refused, @"setting whatsapp_enabled: true or false is expected; setting whatsapp_retry_maximum: there is no such setting; setting whatsapp_api_key: the API key does not belong into the database: give it to the program by its environment and empty this setting; setting whatsapp_retry_max: it is named twice; one value is expected");
    assert!(!format!("{refused:?}").contains("a-key"), "{refused:?}");
    assert_eq!(value(&shop, RETRIES).await, "3");
    assert_eq!(audit(&shop).await, []);
}

#[tokio::test]
async fn a_saved_setting_is_audited_with_both_values_and_one_that_stays_is_not() {
    let shop = Shop::new();
    let edits = [SettingEdit::new(RETRIES, " 2 "), SettingEdit::new("whatsapp_enabled", "true")];
    desk(&shop).save_settings(&edits, Consent::NotAsked, &asha()).await.unwrap();
    assert_eq!(value(&shop, RETRIES).await, "2");
    let entries = audit(&shop).await;
    assert_eq!(entries.len(), 1);
    assert_eq!((&entries[0].by, entries[0].act), (&asha(), Act::SettingSaved));
    assert_eq!(entries[0].on, AuditTarget::Setting(RETRIES.to_owned()));
    let change = AuditChange::Value { before: Some("3".to_owned()), after: "2".to_owned() };
    assert_eq!(entries[0].change, change);
}

#[tokio::test]
async fn of_private_settings_and_unusable_values_the_audit_keeps_nothing() {
    let shop = Shop::new();
    shop.set(EMAIL, "owner@shop.example, old@shop.example");
    shop.set("whatsapp_api_url", "a-key-in-the-wrong-field");
    let edits = [
        SettingEdit::new(EMAIL, "owner@shop.example,new@shop.example,boss@shop.example"),
        SettingEdit::new("whatsapp_api_url", "https://api.360messenger.com"),
    ];
    assert!(!format!("{edits:?}").contains("shop.example"));
    desk(&shop).save_settings(&edits, Consent::NotAsked, &asha()).await.unwrap();
    let changes: Vec<_> = audit(&shop).await.into_iter().map(|entry| entry.change).collect();
    assert!(changes.contains(&AuditChange::Private { added: 2, removed: 1 }), "{changes:?}");
    let after = "https://api.360messenger.com".to_owned();
    assert!(changes.contains(&AuditChange::Value { before: None, after }), "{changes:?}");
}

#[tokio::test]
async fn who_saves_over_what_somebody_else_wrote_is_shown_both_values() {
    let shop = Shop::new();
    let form = SettingEdit::new(RETRIES, "1").over("3");
    shop.set(RETRIES, "2");
    let refused = desk(&shop)
        .save_settings(std::slice::from_ref(&form), Consent::NotAsked, &asha())
        .await
        .unwrap_err();
    let SaveSettingsError::Changed(clashes) = refused else { panic!("{refused}") };
    assert_eq!((clashes[0].yours.as_str(), clashes[0].theirs.as_str()), ("1", "2"));

    // A change between the check and the write, as when a host tries an address out meanwhile.
    shop.set(RETRIES, "3");
    let checked = desk(&shop).check_settings(std::slice::from_ref(&form)).await.unwrap();
    assert_eq!(checked[0].value(), "1");
    shop.set(RETRIES, "0");
    let refused =
        desk(&shop).write_settings(checked, Consent::NotAsked, &asha()).await.unwrap_err();
    let SaveSettingsError::Changed(clashes) = refused else { panic!("{refused}") };
    assert_eq!((clashes[0].yours.as_str(), clashes[0].theirs.as_str()), ("1", "0"));
    assert_eq!(value(&shop, RETRIES).await, "0");
    assert_eq!(audit(&shop).await, []);
}

#[tokio::test]
async fn a_clash_over_a_key_that_stands_in_the_database_does_not_show_it() {
    let shop = Shop::new();
    shop.set("whatsapp_api_key", "s3cret-1");
    let empty = SettingEdit::new("whatsapp_api_key", "").over("");
    let checked = desk(&shop).check_settings(std::slice::from_ref(&empty)).await.unwrap();
    shop.set("whatsapp_api_key", "s3cret-2");
    let refused =
        desk(&shop).write_settings(checked, Consent::NotAsked, &asha()).await.unwrap_err();
    let SaveSettingsError::Changed(clashes) = refused else { panic!("{refused}") };
    assert_eq!((clashes[0].key.as_str(), clashes[0].theirs.as_str()), ("whatsapp_api_key", ""));
}

#[tokio::test]
async fn a_switch_that_switches_nothing_is_refused_with_the_one_that_does() {
    let shop = Shop::new();
    let own = SettingEdit::new("whatsapp_payment_summary_enabled", "false");
    let misspelt = SettingEdit::new("whatsapp_invioce_enabled", "false");
    let refused = desk(&shop)
        .save_settings(&[own.clone(), misspelt], Consent::NotAsked, &asha())
        .await
        .unwrap_err();
    insta::assert_snapshot!(refused, @"setting whatsapp_payment_summary_enabled: payment_summary messages have no switch of their own: use whatsapp_payment_reminder_enabled; setting whatsapp_invioce_enabled: no message type invioce is known here");
    // A switch that was written past the library and stops all sending can be mended.
    shop.set("whatsapp_payment_summary_enabled", "off");
    desk(&shop).save_settings(&[own], Consent::NotAsked, &asha()).await.unwrap();
    assert_eq!(value(&shop, "whatsapp_payment_summary_enabled").await, "false");
}

#[tokio::test]
async fn the_most_gap_between_messages_of_campaigns_is_not_less_than_the_least() {
    let shop = Shop::new();
    let (least, most) = ("whatsapp_bulk_gap_least", "whatsapp_bulk_gap_most");
    let desk = desk(&shop);
    let save =
        async |edits: &[SettingEdit]| desk.save_settings(edits, Consent::NotAsked, &asha()).await;
    let error = save(&[SettingEdit::new(least, "101")]).await.unwrap_err().to_string();
    assert!(error.starts_with("setting whatsapp_bulk_gap_most: it is less than"), "{error}");
    save(&[SettingEdit::new(least, "101"), SettingEdit::new(most, "101")]).await.unwrap();
    shop.set(most, "100");
    let now = desk.settings().await.unwrap();
    let broken: Vec<_> = now.iter().filter(|one| one.problem.is_some()).collect();
    assert_eq!(broken.iter().map(|one| &*one.def.key).collect::<Vec<_>>(), [most]);
    assert!(shop.ports.settings().await.is_err());
}

#[tokio::test]
async fn a_broken_row_is_shown_as_broken_and_can_be_mended_alone() {
    let shop = Shop::new();
    shop.set(RETRIES, "lots");
    shop.set("whatsapp_locale", "??");
    let broken = |all: Vec<whatsapp_core::settings::SettingNow>| {
        let broken = all.into_iter().filter(|one| one.problem.is_some());
        broken.map(|one| one.def.key.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(broken(desk(&shop).settings().await.unwrap()), [RETRIES, "whatsapp_locale"]);
    desk(&shop)
        .save_settings(&[SettingEdit::new(RETRIES, "3")], Consent::NotAsked, &asha())
        .await
        .unwrap();
    assert_eq!(broken(desk(&shop).settings().await.unwrap()), ["whatsapp_locale"]);
}

#[tokio::test]
async fn nobody_goes_by_a_default_while_a_setting_is_broken() {
    let shop = Shop::new();
    shop.gateway.next_send(Err(error(Disposition::Permanent)));
    let failed = shop.messenger.enqueue(shop.invoice("C-1", "INV-1")).await.unwrap().message_id;
    shop.tick().await;
    shop.set("whatsapp_attachment_link_hours", "long");
    let resend = Resend::new(failed, asha());
    let refused = shop.messenger.resend(&resend).await.unwrap_err();
    assert!(matches!(refused, ManageError::Settings(_)), "{refused}");
    let swept = whatsapp_core::sweep::Sweep::new(shop.ports.clone()).tick(shop.opened).await;
    assert!(matches!(swept, Err(whatsapp_core::sweep::SweepError::Settings(_))), "{swept:?}");
    assert!(shop.ports.settings().await.is_err());
}

#[tokio::test]
async fn sending_that_was_paused_by_hand_goes_on_only_by_hand() {
    let shop = Shop::new();
    let desk = desk(&shop);
    assert!(desk.pause(&asha()).await.unwrap());
    assert!(!desk.pause(&asha()).await.unwrap(), "it is paused");
    let id = shop.enqueued("SO-1").await;
    for _ in 0..6 {
        shop.clock.advance(TimeDelta::hours(5));
        shop.tick().await;
    }
    assert_eq!(shop.phase(id).await, Phase::Queued, "no message is let through");
    assert_eq!(desk.account().await.unwrap().pause.unwrap().reason, PauseReason::Held);
    assert!(desk.resume(&Actor::Host).await.unwrap());
    assert!(!desk.resume(&Actor::Host).await.unwrap(), "nothing is paused");
    shop.tick().await;
    assert_eq!(shop.phase(id).await, Phase::Sent);

    let entries = audit(&shop).await;
    let told: Vec<_> = entries.iter().map(|entry| (entry.act, entry.by.clone())).collect();
    assert_eq!(told, [(Act::AccountResumed, Actor::Host), (Act::AccountPaused, asha())]);
    let events = shop.store.account_events(10).await.unwrap();
    let kinds: Vec<_> = events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [AccountEventKind::Stopped, AccountEventKind::Resumed]);
}

#[tokio::test]
async fn a_pause_that_was_not_seen_is_neither_lifted_nor_replaced() {
    let shop = Shop::new();
    let desk = desk(&shop);
    let over = |seen| PauseWish::of(&asha()).over(seen);
    assert!(!desk.resume(over(SeenPause::None)).await.unwrap());
    assert!(desk.pause(over(SeenPause::None)).await.unwrap());
    let first = SeenPause::of(&desk.account().await.unwrap());
    shop.clock.advance(TimeDelta::minutes(1));
    assert!(desk.resume(over(first)).await.unwrap());
    shop.clock.advance(TimeDelta::minutes(1));
    assert!(!desk.pause(over(first)).await.unwrap(), "it was seen paused, and is not");
    assert!(desk.pause(over(SeenPause::None)).await.unwrap());
    assert!(!desk.resume(over(first)).await.unwrap(), "it is another pause");
    assert!(!desk.resume(over(SeenPause::None)).await.unwrap());
    let second = desk.account().await.unwrap();
    assert!(second.is_held());
    assert!(desk.resume(over(SeenPause::of(&second))).await.unwrap());
    assert_eq!(audit(&shop).await.len(), 4);
}

/// Trouble that surely stops the account.
async fn trouble(shop: &Shop, reason: PauseReason) {
    let rest = TimeDelta::minutes(1);
    let step = whatsapp_core::port::AccountStep::Stop { reason, detail: None, rest, trial: true };
    let change = whatsapp_core::port::AccountChange {
        id: whatsapp_core::AccountEventId::from_bytes([reason as u8; 16]),
        at: shop.clock.now(),
        step,
        by: None,
    };
    shop.store.change_account(&change).await.unwrap();
}

#[tokio::test]
async fn a_pause_is_lifted_by_whoever_saw_the_reason_that_is_there_now() {
    let shop = Shop::new();
    let desk = desk(&shop);
    let over = |seen| PauseWish::of(&asha()).over(seen);
    trouble(&shop, PauseReason::Outage).await;
    let outage = SeenPause::of(&desk.account().await.unwrap());
    shop.clock.advance(TimeDelta::minutes(1));
    trouble(&shop, PauseReason::KeyRefused).await;
    let refused = desk.account().await.unwrap();
    assert!(!desk.resume(over(outage)).await.unwrap(), "the key is refused by now");
    assert!(!desk.pause(over(outage)).await.unwrap(), "nobody would mend the key");
    assert_eq!(desk.account().await.unwrap(), refused);
    assert!(desk.resume(over(SeenPause::of(&refused))).await.unwrap());
    assert_eq!(audit(&shop).await.len(), 1);
}

#[tokio::test]
async fn trouble_of_what_was_under_way_does_not_end_a_pause_by_hand() {
    let shop = Shop::new();
    desk(&shop).pause(&asha()).await.unwrap();
    trouble(&shop, PauseReason::Outage).await;
    let pause = shop.store.account().await.unwrap().pause.unwrap();
    assert_eq!((pause.reason, pause.reason.cause()), (PauseReason::Held, Cause::Account));
    shop.clock.advance(TimeDelta::days(1));
    let id = shop.enqueued("SO-1").await;
    shop.tick().await;
    assert_eq!(shop.phase(id).await, Phase::Queued);
}

#[tokio::test]
async fn a_managers_acts_on_messages_are_audited_and_refused_ones_are_not() {
    let shop = Shop::new();
    shop.gateway.next_send(Err(error(Disposition::Transient)));
    let retried = shop.enqueued("SO-1").await;
    shop.tick().await;
    shop.messenger.retry(retried, Consent::NotAsked, &asha()).await.unwrap();
    shop.clock.advance(TimeDelta::seconds(1));
    let cancelled = shop.enqueued("SO-2").await;
    shop.messenger.cancel(cancelled, &Actor::Host).await.unwrap();
    assert_eq!(shop.phase(cancelled).await, Phase::Cancelled(CancelReason::Manager));
    shop.tick().await;
    shop.messenger.retry(retried, Consent::NotAsked, &asha()).await.unwrap_err();
    shop.messenger.cancel(cancelled, &asha()).await.unwrap_err();

    let entries = audit(&shop).await;
    let told: Vec<_> =
        entries.into_iter().map(|entry| (entry.act, entry.by, entry.on, entry.change)).collect();
    let queued = AuditChange::state("queued", "cancelled");
    let retrying = AuditChange::state("retrying", "retrying");
    assert_eq!(
        told,
        [
            (Act::MessageCancelled, Actor::Host, about(cancelled), queued),
            (Act::MessageRetried, asha(), about(retried), retrying),
        ]
    );
}

#[tokio::test]
async fn a_message_that_is_sent_again_is_audited_once_whoever_asks_how_often() {
    let shop = Shop::new();
    shop.gateway.next_send(Err(error(Disposition::Permanent)));
    let failed = shop.enqueued("SO-1").await;
    shop.tick().await;
    let resend = Resend::new(failed, asha());
    let fresh = shop.messenger.resend(&resend).await.unwrap();
    assert_eq!(shop.messenger.resend(&resend).await.unwrap(), fresh);
    let entries = audit(&shop).await;
    assert_eq!(entries.len(), 1);
    assert_eq!((entries[0].act, &entries[0].on), (Act::MessageResent, &about(failed)));
    assert_eq!(entries[0].change, AuditChange::Resent { message: fresh, other_number: false });
    assert_eq!(shop.message(fresh).await.facts.created_by, asha().user().cloned());
}

#[tokio::test]
async fn what_the_library_does_by_itself_is_not_in_the_audit() {
    let shop = Shop::new();
    shop.gateway.next_send(Err(error(Disposition::Permanent)));
    shop.enqueued("SO-1").await;
    shop.enqueued("SO-2").await;
    for _ in 0..3 {
        shop.tick().await;
        shop.clock.advance(TimeDelta::minutes(31));
    }
    assert_eq!(audit(&shop).await, []);
}

#[tokio::test]
async fn the_switch_of_a_hosts_own_type_is_shown_and_saved_like_any_other() {
    use whatsapp_core::message::{MessageType, TypeDef};
    use whatsapp_core::template::Types;

    static OWN: TypeDef = TypeDef::new("own", "Own", &[], "Hello!").off_by_default();
    let shop = Shop::new();
    let types = Types::new([MessageType::of(&OWN)]).unwrap();
    let desk = Desk::new(shop.ports.clone().with_types(types));
    let shown = async || {
        let settings = desk.settings().await.unwrap();
        let own = settings.into_iter().find(|now| now.def.key == "whatsapp_own_enabled");
        own.unwrap().value.into_string()
    };
    assert_eq!(shown().await, "false");
    let on = SettingEdit::new("whatsapp_own_enabled", "true").over("false");
    desk.save_settings(&[on], Consent::NotAsked, &asha()).await.unwrap();
    assert_eq!(shown().await, "true");
    let wrong = SettingEdit::new("whatsapp_own_enabled", "yes");
    desk.save_settings(&[wrong], Consent::NotAsked, &asha()).await.unwrap_err();
    let change = AuditChange::Value { before: None, after: "true".to_owned() };
    assert_eq!(audit(&shop).await[0].change, change);
}
