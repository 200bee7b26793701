//! Another instant for a message that waits, and the question before a person's act outside
//! the hours.

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use whatsapp_core::audit::{Act, Actor, AuditChange, AuditTarget};
use whatsapp_core::message::{Class, Forbidden, Phase, Status, Trigger};
use whatsapp_core::messenger::{Consent, ManageError, Rescheduled, Resend, SendErrorKind, Wish};
use whatsapp_core::port::{AuditFilter, AuditLog as _, Clock as _};
use whatsapp_core::retry::Disposition;
use whatsapp_core::template::Festival;
use whatsapp_core::{CustomerId, MessageId, Request, UserId};

use crate::shop::{ASHA, Shop, error};

/// A shop that may write from 9 to 20 on each day. It is Tuesday, 10:00 in Kolkata.
fn shop() -> Shop {
    let shop = Shop::new();
    shop.set("whatsapp_send_from", "09:00");
    shop.set("whatsapp_send_until", "20:00");
    shop
}

fn at(instant: &str) -> DateTime<Utc> {
    instant.parse().unwrap()
}

/// 10:00 and 22:00 of the next day.
const DAY: &str = "2026-01-28T04:30:00Z";
const NIGHT: &str = "2026-01-28T16:30:00Z";

fn asha() -> Actor {
    Actor::Person(UserId::new("asha").unwrap())
}

fn greeting(name: &str) -> Request {
    Request::festival(CustomerId::new(ASHA).unwrap(), Festival { name: name.to_owned() })
}

/// A greeting for the day after tomorrow at noon.
async fn waiting(shop: &Shop) -> MessageId {
    let request = greeting("Holi").with_schedule(at("2026-01-29T06:30:00Z"));
    shop.messenger.enqueue(request).await.unwrap().message_id
}

async fn moved(shop: &Shop, id: MessageId, to: &str) -> Result<Rescheduled, ManageError> {
    shop.messenger.reschedule(id, at(to), Consent::NotAsked, &asha()).await
}

async fn refused(shop: &Shop, id: MessageId, to: &str) -> String {
    let before = shop.message(id).await;
    let error = moved(shop, id, to).await.unwrap_err().to_string();
    assert_eq!(shop.message(id).await, before, "nothing moved");
    error
}

/// The hours and minutes since the shop opened at which a message was POSTed.
async fn posted(shop: &Shop, id: MessageId) -> Vec<(i64, i64)> {
    let minutes = shop.attempts(id).await.into_iter().map(|(minutes, _)| minutes);
    minutes.map(|minutes| (minutes / 60, minutes % 60)).collect()
}

#[tokio::test]
async fn a_message_that_waits_goes_out_at_its_other_instant_and_the_audit_says_who_moved_it() {
    let shop = shop();
    let id = waiting(&shop).await;
    let instant: DateTime<FixedOffset> = "2026-01-28T10:00:00.1234567+05:30".parse().unwrap();
    let said = shop.messenger.reschedule(id, instant, Consent::NotAsked, &asha()).await.unwrap();
    assert_eq!((said.due, said.warning), (at("2026-01-28T04:30:00.123456Z"), None));
    let message = shop.message(id).await;
    assert_eq!(message.facts.scheduled_for, Some(said.due));
    assert_eq!(shop.phase(id).await, Phase::Scheduled { at: said.due });
    let about = AuditFilter::about(AuditTarget::Message(id));
    let audit = shop.store.audit(&about, None, 10).await.unwrap().entries;
    let change = AuditChange::Due { before: at("2026-01-29T06:30:00Z"), after: said.due };
    assert_eq!(audit.len(), 1);
    assert_eq!((audit[0].act, &audit[0].by), (Act::MessageRescheduled, &asha()));
    assert_eq!(audit[0].change, change);
    shop.live_for(TimeDelta::days(4)).await;
    assert_eq!(posted(&shop, id).await, [(24, 0)], "once");
}

#[tokio::test]
async fn an_instant_in_the_past_means_at_once_and_its_warning_goes_with_the_next_instant() {
    let shop = shop();
    let id = waiting(&shop).await;
    let past = async |id, to: &str| {
        shop.messenger.reschedule(id, at(to), Consent::NotAsked, &Actor::Host).await.unwrap()
    };
    let said = past(id, "2026-01-27T03:00:00Z").await;
    let late =
        "It was to go out on Tuesday, 27 Jan 2026, 08:30, which has passed: it goes out at once.";
    assert_eq!((said.due, said.warning.as_deref()), (shop.opened, Some(late)));
    let facts = shop.message(id).await.facts;
    assert_eq!(facts.warning.as_deref(), Some(late));
    assert_eq!(facts.scheduled_for, Some(shop.opened));
    moved(&shop, id, DAY).await.unwrap();
    assert_eq!(shop.message(id).await.facts.warning, None);
    // The message's other warnings stay.
    let zero = shop.invoice(ASHA, "INV-8").with_schedule(at(DAY));
    let order = shop.order("SO-1").with_schedule(shop.opened - TimeDelta::hours(2));
    for request in [zero, order] {
        let id = shop.messenger.enqueue(request).await.unwrap().message_id;
        let before = shop.message(id).await.facts.warning;
        past(id, "2026-01-27T03:00:00Z").await;
        past(id, "2026-01-27T03:10:00Z").await;
        let after = shop.message(id).await.facts.warning.unwrap();
        assert!(after.ends_with(&late.replace("08:30", "08:40")), "{after}");
        assert!(!after.contains("08:30"), "{after}");
        assert_eq!(after.matches("which has passed").count(), 1, "{before:?}");
    }
    past(id, "2026-01-27T03:00:00Z").await;
    shop.tick().await;
    assert_eq!(posted(&shop, id).await, [(0, 0)]);
}

#[tokio::test]
async fn a_person_is_asked_before_an_instant_in_the_past_means_at_once() {
    let shop = shop();
    let id = waiting(&shop).await;
    insta::assert_snapshot!(refused(&shop, id, "2026-01-27T04:28:59Z").await, @"Tuesday, 27 Jan 2026, 09:58 has passed, so that the message would go out at once: send it now?");
    let asked = Wish::of(&asha()).at_once();
    let past = at("2026-01-27T04:28:59Z");
    let said = shop.messenger.reschedule(id, past, Consent::NotAsked, asked).await.unwrap();
    assert_eq!(said.due, shop.opened);
    // An instant that has passed just now means now.
    let id = waiting(&shop).await;
    assert_eq!(moved(&shop, id, "2026-01-27T04:29:00Z").await.unwrap().due, shop.opened);
}

#[tokio::test]
async fn an_instant_that_nobody_can_mean_is_refused_with_a_sentence() {
    let shop = shop();
    let id = waiting(&shop).await;
    insta::assert_snapshot!(refused(&shop, id, "2027-01-28T04:31:00Z").await, @"Thursday, 28 Jan 2027 is too far ahead: a message can be scheduled for at most 366 days from now");
    insta::assert_snapshot!(refused(&shop, id, "0026-01-28T04:30:00Z").await, @"the instant is in the year 26: a year from 1900 to 2199 is expected");
    assert!(moved(&shop, id, "2027-01-28T04:30:00Z").await.is_ok(), "366 days to the second");
    let short = greeting("Onam").with_schedule(at(DAY)).with_expiry(at(NIGHT));
    let short = shop.messenger.enqueue(short).await.unwrap().message_id;
    insta::assert_snapshot!(refused(&shop, short, NIGHT).await, @"after Wednesday, 28 Jan 2026, 22:00 it is not sent any more: choose an earlier instant, or send it anew");
    moved(&shop, short, "2026-01-28T14:00:00Z").await.unwrap();
}

#[tokio::test]
async fn what_is_being_sent_or_is_over_stays_where_it_is() {
    let shop = shop();
    let why = async |id| match moved(&shop, id, DAY).await.unwrap_err() {
        ManageError::Forbidden(why) => why,
        other => panic!("{other}"),
    };
    let held = shop.enqueued("SO-1").await;
    let work = shop.dispatcher.take(shop.clock.now()).await.unwrap();
    assert!(matches!(moved(&shop, held, DAY).await, Err(ManageError::Changed)), "in hand");
    shop.dispatcher.perform(work).await;
    assert_eq!(why(held).await, Forbidden::AlreadySent);
    shop.gateway.next_send(Err(error(Disposition::Unknown)));
    let doubt = shop.enqueued("SO-2").await;
    shop.tick().await;
    assert_eq!(why(doubt).await, Forbidden::UnderWay);
    let cancelled = waiting(&shop).await;
    shop.messenger.cancel(cancelled, &asha()).await.unwrap();
    assert_eq!(why(cancelled).await, Forbidden::Cancelled);
    shop.gateway.next_send(Err(error(Disposition::Permanent)));
    let failed = shop.enqueued("SO-3").await;
    shop.tick().await;
    assert_eq!(why(failed).await, Forbidden::Final);
    let nobody = MessageId::from_bytes([7; 16]);
    assert!(matches!(moved(&shop, nobody, DAY).await, Err(ManageError::Unknown)));
}

#[tokio::test]
async fn a_retry_gets_another_instant_too_and_keeps_its_count() {
    let shop = shop();
    shop.gateway.next_send(Err(error(Disposition::Transient)));
    let id = shop.enqueued("SO-1").await;
    shop.tick().await;
    moved(&shop, id, DAY).await.unwrap();
    assert_eq!(shop.message(id).await.state.status, Status::Failed);
    shop.live_for(TimeDelta::days(2)).await;
    assert_eq!(posted(&shop, id).await, [(0, 0), (24, 0)]);
    assert_eq!(shop.message(id).await.state.retry_count, 1);
}

#[tokio::test]
async fn a_person_is_asked_about_an_instant_outside_the_hours_and_the_host_waits_for_them() {
    let shop = shop();
    let id = waiting(&shop).await;
    insta::assert_snapshot!(refused(&shop, id, NIGHT).await, @"Wednesday, 28 Jan 2026, 22:00 is outside the hours in which customers are written to, which begin on Thursday, 29 Jan 2026, 09:00: send it anyway?");
    shop.gateway.next_send(Err(error(Disposition::Transient)));
    shop.messenger.reschedule(id, at(NIGHT), Consent::Given, &asha()).await.unwrap();
    assert_eq!(shop.message(id).await.state.owed.unwrap().class, Class::Transactional);
    shop.live_for(TimeDelta::days(3)).await;
    // 22:00, and the library's own retry in the morning.
    assert_eq!(posted(&shop, id).await, [(36, 0), (47, 0)]);
    let hosts = shop.messenger.enqueue(greeting("Onam").with_schedule(at("2026-02-01T06:30:00Z")));
    let hosts = hosts.await.unwrap().message_id;
    let night = at("2026-01-31T16:30:00Z");
    shop.messenger.reschedule(hosts, night, Consent::NotAsked, &Actor::Host).await.unwrap();
    assert_eq!(shop.message(hosts).await.state.owed.unwrap().class, Class::Greeting);
    shop.live_for(TimeDelta::days(3)).await;
    assert_eq!(posted(&shop, hosts).await, [(119, 0)], "the next morning");
    // An order keeps no hours: nobody is asked.
    let order = shop.order("SO-1").with_schedule(shop.clock.now() + TimeDelta::days(1));
    let order = shop.messenger.enqueue(order).await.unwrap().message_id;
    assert!(moved(&shop, order, "2026-02-02T20:30:00Z").await.is_ok());
}

/// Every act of a person that leads to a POST of a type that keeps the hours: each asks first, does
/// nothing without the answer, and is obeyed with it.
#[tokio::test]
async fn every_act_of_a_person_that_leads_to_a_post_outside_the_hours_asks_first() {
    let night = at("2026-01-27T17:30:00Z");
    let manual = || greeting("Holi").with_trigger(Trigger::Manual);

    // Sending by hand, at once and at an instant.
    let shop = shop();
    for request in [manual().with_schedule(night), manual()] {
        shop.clock.advance_to(shop.clock.now().max(night - TimeDelta::hours(1)));
        if request == manual() {
            shop.clock.advance_to(night);
        }
        let asked = shop.messenger.enqueue(request.clone()).await.unwrap_err();
        assert!(matches!(asked.kind(), SendErrorKind::OutsideHours(_)), "{asked}");
        assert_eq!(asked.logged(), None);
        let asked = shop.messenger.send(request.clone()).await;
        assert!(asked.error.unwrap().ends_with("send it anyway?"));
    }
    assert!(shop.gateway.sent().is_empty());
    let sent = shop.messenger.enqueue(manual().with_consent(Consent::Given)).await.unwrap();
    shop.tick().await;
    assert_eq!(posted(&shop, sent.message_id).await, [(13, 0)]);

    // Sending now a message that waits for the hours, and one that will be tried again.
    let waits = shop.messenger.enqueue(greeting("Onam")).await.unwrap().message_id;
    shop.tick().await;
    for minutes in 0..2 {
        shop.clock.advance(TimeDelta::minutes(1));
        let asked = shop.messenger.send_now(waits, Consent::NotAsked, &asha()).await;
        assert!(matches!(asked, Err(ManageError::OutsideHours(_))), "{minutes}: {asked:?}");
        shop.tick().await;
        assert_eq!(posted(&shop, waits).await.len(), minutes);
        shop.gateway.next_send(Err(error(Disposition::Transient)));
        shop.messenger.send_now(waits, Consent::Given, &asha()).await.unwrap();
        shop.tick().await;
        assert_eq!(posted(&shop, waits).await.len(), minutes + 1);
    }
    // Retries of the library itself keep to the hours.
    shop.live_for(TimeDelta::hours(4)).await;
    assert_eq!(posted(&shop, waits).await.len(), 2);

    // Sending a failed message anew.
    shop.gateway.next_send(Err(error(Disposition::Permanent)));
    let failed = shop
        .messenger
        .enqueue(greeting("Diwali").with_trigger(Trigger::Manual).with_consent(Consent::Given));
    let failed = failed.await.unwrap().message_id;
    shop.tick().await;
    let resend = Resend::new(failed, asha());
    let asked = shop.messenger.resend(&resend).await;
    assert!(matches!(asked, Err(ManageError::OutsideHours(_))), "{asked:?}");
    shop.gateway.next_send(Err(error(Disposition::Transient)));
    let again = shop.messenger.resend(&resend.with_outside_hours(Consent::Given)).await.unwrap();
    shop.tick().await;
    assert_eq!(posted(&shop, again).await.len(), 1);
    shop.live_for(TimeDelta::hours(2)).await;
    assert_eq!(posted(&shop, again).await.len(), 1, "what follows by itself");
}

#[tokio::test]
async fn nobody_is_asked_within_the_hours() {
    let shop = shop();
    let request = greeting("Holi").with_trigger(Trigger::Manual);
    let id = shop.messenger.enqueue(request).await.unwrap().message_id;
    shop.gateway.next_send(Err(error(Disposition::Transient)));
    shop.tick().await;
    shop.messenger.retry(id, Consent::NotAsked, &asha()).await.unwrap();
    moved(&shop, id, "2026-01-27T14:29:59Z").await.unwrap();
    assert!(matches!(
        moved(&shop, id, "2026-01-27T14:30:00Z").await,
        Err(ManageError::OutsideHours(_))
    ));
}
