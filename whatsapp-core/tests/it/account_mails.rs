//! The mails about the account, by the hour.

use chrono::TimeDelta;
use whatsapp_core::notices::Notices;
use whatsapp_core::port::{AccountEventKind as Kind, AccountMail, Clock as _, TransportError};
use whatsapp_core::retry::Disposition;

use crate::shop::{Shop, error};

fn open() -> Shop {
    let shop = Shop::new();
    shop.set("whatsapp_failure_notification_email", "owner@shop.example");
    shop
}

/// Lets time pass and looks at the mails each minute.
async fn minutes(shop: &Shop, minutes: i64) {
    let notices = Notices::new(shop.ports.clone());
    for _ in 0..minutes {
        shop.live_for(TimeDelta::minutes(1)).await;
        notices.tick(shop.clock.now()).await.unwrap();
    }
}

fn refused() -> TransportError {
    TransportError::new(Disposition::Account, "Invalid API key").with_status(401)
}

fn busy() -> TransportError {
    error(Disposition::Transient).with_retry_after(TimeDelta::minutes(1))
}

fn mails(shop: &Shop) -> Vec<(Kind, i64)> {
    let of = |mail: &AccountMail| (mail.kind, (mail.at - shop.opened).num_minutes());
    shop.notifier.account_mails().iter().map(|(_, mail)| of(mail)).collect()
}

/// The key is refused for hours.
#[tokio::test]
async fn a_stop_is_told_once_and_so_is_that_it_goes_on() {
    let shop = open();
    shop.gateway.every_send(Some(refused()));
    for number in 0..3 {
        shop.enqueued(&format!("SO-{number}")).await;
    }
    minutes(&shop, 1).await;
    let (recipient, mail) = shop.notifier.account_mails()[0].clone();
    assert_eq!(recipient, "owner@shop.example");
    assert_eq!(mail.detail.as_deref(), Some("Invalid API key"));
    assert_eq!(mail.waiting, Some(3));
    minutes(&shop, 300).await;
    assert_eq!(mails(&shop), [(Kind::Stopped, 0)], "one mail in five hours");
    shop.gateway.every_send(None);
    minutes(&shop, 10).await;
    assert_eq!(mails(&shop).len(), 2);
    assert_eq!(mails(&shop)[1].0, Kind::Resumed);
}

#[tokio::test]
async fn mails_leave_also_while_other_settings_are_broken() {
    let shop = open();
    shop.gateway.every_send(Some(refused()));
    shop.enqueued("SO-1").await;
    shop.tick().await;
    shop.set("whatsapp_retry_interval_minutes", "soon");
    minutes(&shop, 1).await;
    assert_eq!(mails(&shop).len(), 1);
}

#[tokio::test]
async fn what_passes_by_itself_is_told_once_it_has_lasted() {
    let shop = open();
    shop.gateway.every_send(Some(busy()));
    shop.enqueued("SO-1").await;
    minutes(&shop, 14).await;
    assert!(mails(&shop).is_empty());
    minutes(&shop, 3).await;
    assert_eq!(mails(&shop), [(Kind::Stopped, 0)]);

    let shop = open();
    shop.gateway.every_send(Some(busy()));
    shop.enqueued("SO-1").await;
    minutes(&shop, 5).await;
    shop.gateway.every_send(None);
    minutes(&shop, 300).await;
    assert!(mails(&shop).is_empty(), "it was over before anybody had to know");
    assert!(shop.store.every_account_event().iter().all(|event| event.told_at.is_some()));
}

#[tokio::test]
async fn an_account_that_stops_and_goes_on_all_the_time_is_told_by_the_hour() {
    let shop = open();
    for round in 0..24 {
        shop.gateway.next_send(Err(refused()));
        shop.enqueued(&format!("SO-{round}")).await;
        minutes(&shop, 10).await;
    }
    minutes(&shop, 120).await;
    let told = shop.notifier.account_mails();
    let of_stops: Vec<_> =
        told.iter().filter(|(_, mail)| mail.stops > 0).map(|(_, mail)| mail.at).collect();
    assert!((3..=6).contains(&of_stops.len()), "{of_stops:?} in four hours");
    let hour = TimeDelta::hours(1) - TimeDelta::minutes(10);
    assert!(of_stops.windows(2).all(|pair| pair[1] - pair[0] >= hour), "{of_stops:?}");
    assert!(told.len() <= 2 * of_stops.len(), "{} mails", told.len());
    assert!(told.iter().any(|(_, mail)| mail.stops >= 4), "stops are told together");
    assert_eq!(told.last().unwrap().1.kind, Kind::Resumed, "the last word is that it goes on");
}

#[tokio::test]
async fn many_short_outages_are_told_together() {
    let shop = open();
    for round in 0..6 {
        shop.gateway.next_send(Err(busy()));
        shop.enqueued(&format!("SO-{round}")).await;
        minutes(&shop, 10).await;
    }
    let told = shop.notifier.account_mails();
    assert_eq!(told.first().map(|(_, mail)| mail.stops), Some(3));
}

#[tokio::test]
async fn a_mail_that_could_not_leave_is_sent_later_and_no_two_processes_send_it() {
    let shop = open();
    shop.gateway.every_send(Some(refused()));
    shop.enqueued("SO-1").await;
    shop.tick().await;
    shop.notifier.fail_next(3);
    let others = [Notices::new(shop.ports.clone()), Notices::new(shop.ports.clone())];
    for _ in 0..20 {
        for notices in &others {
            notices.tick(shop.clock.now()).await.unwrap();
        }
        shop.clock.advance(TimeDelta::minutes(1));
    }
    assert_eq!(mails(&shop), [(Kind::Stopped, 0)]);
}

#[tokio::test]
async fn another_reason_that_somebody_has_to_mend_is_told_too() {
    let shop = open();
    shop.gateway.every_send(Some(refused()));
    shop.enqueued("SO-1").await;
    minutes(&shop, 30).await;
    let unlinked = TransportError::new(Disposition::Account, "session_not_connected");
    shop.gateway.every_send(Some(unlinked.with_status(404)));
    minutes(&shop, 60).await;
    let details: Vec<_> = shop
        .notifier
        .account_mails()
        .into_iter()
        .map(|(_, mail)| mail.detail.unwrap_or_default())
        .collect();
    assert_eq!(details, ["Invalid API key", "session_not_connected"]);
}

#[tokio::test]
async fn reminders_that_wait_for_newer_payments_are_told_in_one_mail_beside_a_stop() {
    let shop = open();
    shop.set("whatsapp_payments_fresh_days", "3");
    shop.invoices.know_payments_until(Some(shop.opened - TimeDelta::days(9)));
    shop.messenger.enqueue(shop.reminder("2026-02-18")).await.unwrap();
    minutes(&shop, 200).await;
    assert_eq!(mails(&shop), [(Kind::StalePayments, 0)]);
    let mail = shop.notifier.account_mails()[0].1.clone();
    assert_eq!((mail.reason, mail.detail.as_deref()), (None, Some("18 Jan 2026")));
    shop.gateway.every_send(Some(refused()));
    shop.enqueued("SO-1").await;
    minutes(&shop, 2).await;
    assert_eq!(mails(&shop), [(Kind::StalePayments, 0), (Kind::Stopped, 200)]);
}
