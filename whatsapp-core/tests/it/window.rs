//! The send window: messages that the library itself sends do not go out while it is closed.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use whatsapp_core::audit::Actor;
use whatsapp_core::desk::SettingEdit;
use whatsapp_core::dispatch::{DispatchOptions, RateLimit};
use whatsapp_core::message::{CancelReason, Class, MessageType, Part, Phase, Trigger};
use whatsapp_core::messenger::{Consent, ManageError, Resend};
use whatsapp_core::port::{
    Clock as _, DirectoryError, Due, InvoiceLedger, Listing, MessageLog as _, SettingsStore as _,
};
use whatsapp_core::retry::Disposition;
use whatsapp_core::template::Festival;
use whatsapp_core::{
    Attachment, CustomerId, Desk, Dispatcher, InvoiceId, MessageId, Request, UserId,
};
use whatsapp_testkit::{FixedLedger, ManualClock};

use crate::shop::{ASHA, PNG, Shop, error};

/// A shop that may write from 9 to 20, six days a week. It is Tuesday, 10:00 in Kolkata.
fn shop() -> Shop {
    let shop = Shop::new();
    shop.set("whatsapp_send_days", "mon-sat");
    shop.set("whatsapp_send_from", "09:00");
    shop.set("whatsapp_send_until", "20:00");
    shop
}

fn at(instant: &str) -> DateTime<Utc> {
    instant.parse().unwrap()
}

/// 20:00 of the first day, and 9:00 of the second.
const CLOSING: &str = "2026-01-27T14:30:00Z";
const OPENING: &str = "2026-01-28T03:30:00Z";

/// The minutes from the shop's opening to these.
const NEXT_MORNING: i64 = 23 * 60;

fn greeting(name: &str) -> Request {
    Request::festival(CustomerId::new(ASHA).unwrap(), Festival { name: name.to_owned() })
}

/// A request of a person who was asked about the hours.
fn by_hand(request: Request) -> Request {
    request.with_trigger(Trigger::Manual).with_consent(Consent::Given)
}

async fn enqueue(shop: &Shop, request: Request) -> MessageId {
    shop.messenger.enqueue(request).await.unwrap().message_id
}

/// The next three looks find a complete list without any message.
fn nothing_is_listed(shop: &Shop) {
    for _ in 0..3 {
        shop.gateway.next_listing(Ok(Listing::new(Vec::new(), true)));
    }
}

/// The attempts of a message that is enqueued at `from`, after two days.
async fn posted(shop: &Shop, from: &str, request: Request) -> Vec<(i64, Option<&'static str>)> {
    shop.clock.advance_to(at(from));
    let id = enqueue(shop, request).await;
    shop.live_for(TimeDelta::days(2)).await;
    shop.attempts(id).await
}

#[tokio::test]
async fn what_is_due_at_the_closing_waits_for_the_morning() {
    let accepted = Some("accepted");
    let last = posted(&shop(), "2026-01-27T14:29:59Z", greeting("Holi")).await;
    assert_eq!(last, [(599, accepted)]);
    assert_eq!(posted(&shop(), CLOSING, greeting("Holi")).await, [(NEXT_MORNING, accepted)]);
    // On Saturday evening the next morning is Monday's.
    let shop = shop();
    shop.set("whatsapp_send_window_types", "stock_delivered");
    let weekend = posted(&shop, "2026-01-31T14:30:00Z", shop.order("SO-1")).await;
    assert_eq!(weekend, [(NEXT_MORNING + 5 * 1_440, accepted)]);
}

#[tokio::test]
async fn a_greeting_keeps_the_hours_and_goes_out_on_a_closed_day() {
    let accepted = Some("accepted");
    let sunday = posted(&shop(), "2026-01-31T14:30:00Z", greeting("Holi")).await;
    assert_eq!(sunday, [(NEXT_MORNING + 4 * 1_440, accepted)]);
    let shop = shop();
    shop.set("whatsapp_closed_dates", "2026-01-28");
    assert_eq!(posted(&shop, CLOSING, greeting("Holi")).await, [(NEXT_MORNING, accepted)]);
}

#[tokio::test]
async fn a_schedule_of_the_host_keeps_to_the_window() {
    let shop = shop();
    let id = enqueue(&shop, greeting("Holi").with_schedule(at("2026-01-27T20:00:00Z"))).await;
    shop.live_for(TimeDelta::days(1)).await;
    assert_eq!(shop.attempts(id).await, [(NEXT_MORNING, Some("accepted"))]);
}

#[tokio::test]
async fn orders_and_invoices_go_out_at_night_unless_a_setting_says_otherwise() {
    let night = "2026-01-27T17:30:00Z";
    let at_once = [(13 * 60, Some("accepted"))];
    let order = shop();
    assert_eq!(posted(&order, night, order.order("SO-1")).await, at_once);
    let held = shop();
    held.set("whatsapp_send_window_types", "stock_delivered,not festival");
    assert_eq!(posted(&held, night, held.order("SO-1")).await, [(NEXT_MORNING, Some("accepted"))]);
    let free = shop();
    free.set("whatsapp_send_window_types", "stock_delivered,not festival");
    assert_eq!(posted(&free, night, greeting("Holi")).await, at_once);
    // A person is obeyed for such a type as well.
    let manual = shop();
    manual.set("whatsapp_send_window_types", "stock_delivered");
    let order = by_hand(manual.order("SO-1"));
    assert_eq!(posted(&manual, night, order).await, at_once);
}

#[tokio::test]
async fn a_retry_asks_the_window_again_and_uses_up_nothing_while_it_waits() {
    let shop = shop();
    shop.gateway.next_send(Err(error(Disposition::Transient)));
    let attempts = posted(&shop, "2026-01-27T14:15:00Z", greeting("Holi")).await;
    assert_eq!(attempts, [(585, Some("rejected")), (NEXT_MORNING, Some("accepted"))]);
}

#[tokio::test]
async fn a_resend_after_a_look_asks_the_window_again() {
    let shop = shop();
    shop.gateway.next_send(Err(error(Disposition::Unknown)));
    nothing_is_listed(&shop);
    let attempts = posted(&shop, "2026-01-27T14:15:00Z", greeting("Holi")).await;
    assert_eq!(attempts, [(585, Some("not_accepted")), (NEXT_MORNING, Some("accepted"))]);
    let looks = shop.gateway.looks();
    assert!(looks.iter().any(|(_, since)| *since < at(CLOSING)), "{looks:?}");
}

#[tokio::test]
async fn a_person_is_obeyed_at_night_and_what_follows_by_itself_is_not() {
    for outcome in [Disposition::Transient, Disposition::Unknown] {
        let shop = shop();
        shop.gateway.next_send(Err(error(outcome)));
        nothing_is_listed(&shop);
        let request = by_hand(greeting("Holi"));
        let attempts = posted(&shop, "2026-01-27T17:30:00Z", request).await;
        let minutes: Vec<_> = attempts.iter().map(|(minute, _)| *minute).collect();
        assert_eq!(minutes, [13 * 60, NEXT_MORNING], "{outcome:?}");
    }
}

#[tokio::test]
async fn an_instant_that_a_person_chose_is_kept() {
    let shop = shop();
    let request = greeting("Holi").with_schedule(at("2026-01-27T20:00:00Z"));
    let id = enqueue(&shop, by_hand(request)).await;
    shop.live_for(TimeDelta::days(1)).await;
    assert_eq!(shop.attempts(id).await, [(15 * 60 + 30, Some("accepted"))]);
}

#[tokio::test]
async fn a_retry_by_hand_goes_out_at_night_each_time_it_is_asked_for() {
    let shop = shop();
    shop.clock.advance_to(at("2026-01-27T17:30:00Z"));
    let id = enqueue(&shop, greeting("Holi")).await;
    shop.tick().await;
    assert_eq!(shop.attempts(id).await, []);
    for _ in 0..2 {
        shop.gateway.next_send(Err(error(Disposition::Transient)));
        shop.messenger.send_now(id, Consent::Given, &Actor::Host).await.unwrap();
        shop.live_for(TimeDelta::hours(1)).await;
    }
    let rejected = Some("rejected");
    assert_eq!(shop.attempts(id).await, [(780, rejected), (840, rejected)]);
    shop.live_for(TimeDelta::days(1)).await;
    assert_eq!(shop.attempts(id).await[2..], [(NEXT_MORNING, Some("accepted"))]);
}

/// 19:50 of the first day, when nobody is asked, and 22:00, when the person is asked.
const BEFORE_CLOSING: &str = "2026-01-27T14:20:00Z";
const NIGHT: &str = "2026-01-27T16:30:00Z";

/// The minutes from the shop's opening to 22:30.
const AT_NIGHT: i64 = 750;

/// Does something by hand, sends nothing until 22:30, and returns the times of the attempts from
/// then on.
async fn late(act: impl AsyncFnOnce(&Shop) -> MessageId) -> Vec<i64> {
    let shop = shop();
    let id = act(&shop).await;
    shop.clock.advance_to(at("2026-01-27T17:00:00Z"));
    shop.live_for(TimeDelta::days(1)).await;
    shop.attempts(id).await.into_iter().map(|(minute, _)| minute).collect()
}

fn person() -> Actor {
    Actor::Person(UserId::new("manager-1").unwrap())
}

#[tokio::test]
async fn an_instant_of_a_person_within_the_hours_keeps_to_them_when_it_comes_late() {
    for (instant, minute) in [(BEFORE_CLOSING, NEXT_MORNING), (NIGHT, AT_NIGHT)] {
        let instant = at(instant);
        let (tomorrow, consent) = (instant + TimeDelta::days(1), Consent::Given);
        let now = async |shop: &Shop| {
            shop.clock.advance_to(instant);
            enqueue(shop, by_hand(greeting("Holi"))).await
        };
        assert_eq!(late(now).await, [minute], "now, {instant}");
        let schedule = async |shop: &Shop| {
            enqueue(shop, by_hand(greeting("Holi").with_schedule(instant))).await
        };
        assert_eq!(late(schedule).await, [minute], "schedule, {instant}");
        let reschedule = async |shop: &Shop| {
            let id = enqueue(shop, greeting("Holi").with_schedule(tomorrow)).await;
            shop.messenger.reschedule(id, instant, consent, &person()).await.unwrap();
            id
        };
        assert_eq!(late(reschedule).await, [minute], "reschedule, {instant}");
        let send_now = async |shop: &Shop| {
            let id = enqueue(shop, greeting("Holi").with_schedule(tomorrow)).await;
            shop.clock.advance_to(instant);
            shop.messenger.send_now(id, consent, &person()).await.unwrap();
            id
        };
        assert_eq!(late(send_now).await, [minute], "send now, {instant}");
        let resend = async |shop: &Shop| {
            shop.gateway.next_send(Err(error(Disposition::Permanent)));
            let message_id = enqueue(shop, greeting("Holi")).await;
            shop.tick().await;
            shop.clock.advance_to(instant);
            let resend = Resend::new(message_id, person()).with_outside_hours(consent);
            shop.messenger.resend(&resend).await.unwrap()
        };
        assert_eq!(late(resend).await, [minute], "resend, {instant}");
    }
}

#[tokio::test]
async fn a_retry_of_a_person_keeps_to_the_hours_unless_it_was_wanted_at_night() {
    for (instant, minute) in [(BEFORE_CLOSING, NEXT_MORNING), (NIGHT, AT_NIGHT)] {
        let retry = async |shop: &Shop| {
            shop.gateway.next_send(Err(error(Disposition::Permanent)));
            let id = enqueue(shop, greeting("Holi")).await;
            shop.tick().await;
            shop.clock.advance_to(at(instant));
            shop.messenger.retry(id, Consent::Given, &person()).await.unwrap();
            id
        };
        assert_eq!(late(retry).await[1..], [minute], "{instant}");
    }
}

#[tokio::test]
async fn send_now_at_night_is_obeyed_for_what_a_person_wanted_within_the_hours() {
    let shop = shop();
    shop.clock.advance_to(at(BEFORE_CLOSING));
    let id = enqueue(&shop, by_hand(greeting("Holi"))).await;
    shop.clock.advance_to(at("2026-01-27T17:00:00Z"));
    let asked = shop.messenger.send_now(id, Consent::NotAsked, &person()).await;
    assert!(matches!(asked, Err(ManageError::OutsideHours(_))), "{asked:?}");
    shop.messenger.send_now(id, Consent::Given, &person()).await.unwrap();
    shop.live_for(TimeDelta::hours(1)).await;
    assert_eq!(shop.attempts(id).await, [(AT_NIGHT, Some("accepted"))]);
}

#[tokio::test]
async fn what_a_person_sends_to_many_at_once_keeps_to_the_window() {
    let shop = shop();
    shop.clock.advance_to(at(CLOSING));
    let many = ["Holi", "Onam"].map(|name| greeting(name).with_trigger(Trigger::Manual));
    let ids: Vec<_> = shop
        .messenger
        .enqueue_all(&many)
        .await
        .into_iter()
        .map(|it| it.unwrap().message_id)
        .collect();
    shop.live_for(TimeDelta::days(1)).await;
    for id in ids {
        assert_eq!(shop.attempts(id).await, [(NEXT_MORNING, Some("accepted"))]);
    }
}

#[tokio::test]
async fn a_message_that_would_be_too_late_by_the_next_opening_ends_at_once() {
    for (expiry, ends) in [(OPENING, true), ("2026-01-28T03:30:01Z", false)] {
        let shop = shop();
        shop.clock.advance_to(at(CLOSING));
        let id = enqueue(&shop, greeting("Holi").with_expiry(at(expiry))).await;
        shop.tick().await;
        let ended = shop.phase(id).await == Phase::Cancelled(CancelReason::Expired);
        assert_eq!(ended, ends, "{expiry}");
        shop.live_for(TimeDelta::days(1)).await;
        assert_eq!(shop.gateway.sent().len(), usize::from(!ends), "{expiry}");
    }
}

#[tokio::test]
async fn a_text_follows_its_file_though_the_window_has_closed_meanwhile() {
    let shop = shop();
    shop.clock.advance_to(at("2026-01-27T14:29:00Z"));
    let customer = CustomerId::new(ASHA).unwrap();
    let words = "Happy Holi! ".repeat(120);
    let text = Request::text(customer, MessageType::FESTIVAL, words, BTreeMap::new());
    let png = Attachment::file("holi.png", PNG.to_vec()).unwrap();
    let id = enqueue(&shop, text.with_attachment(png).with_trigger(Trigger::Auto)).await;
    shop.tick().await;
    assert_eq!(shop.attempts(id).await.len(), 1);
    assert_eq!(shop.message(id).await.state.part, Part::Text);
    shop.gateway.next_send(Err(error(Disposition::Transient)));
    shop.live_for(TimeDelta::hours(1)).await;
    let outcomes = [(599, Some("accepted")), (599, Some("rejected")), (629, Some("accepted"))];
    assert_eq!(shop.attempts(id).await, outcomes);
}

#[tokio::test]
async fn the_local_clock_decides_in_summer_too() {
    // beszel#1825: 19:00 to 23:00 in the east of the United States.
    let shop = Shop::new();
    shop.set("whatsapp_time_zone", "US/Eastern");
    shop.set("whatsapp_send_from", "19:00");
    shop.set("whatsapp_send_until", "23:00");
    shop.clock.advance_to(at("2026-07-01T22:59:00Z"));
    let id = enqueue(&shop, greeting("the 4th of July")).await;
    shop.live_for(TimeDelta::minutes(2)).await;
    let attempts = shop.store.attempts(id).await.unwrap();
    assert_eq!(attempts[0].started_at, at("2026-07-01T23:00:00Z"));
}

/// A ledger that answers slowly.
#[derive(Debug)]
struct Slow(ManualClock, FixedLedger);

#[async_trait]
impl InvoiceLedger for Slow {
    async fn due(&self, invoices: &[InvoiceId]) -> Result<Vec<Option<Due>>, DirectoryError> {
        self.0.advance(TimeDelta::seconds(2));
        self.1.due(invoices).await
    }
}

#[tokio::test]
async fn the_window_is_asked_again_when_the_moment_has_come() {
    let shop = shop();
    let ports =
        shop.ports.clone().with_invoices(Arc::new(Slow(shop.clock.clone(), shop.invoices.clone())));
    let options = DispatchOptions::default().with_rate_limit(RateLimit::Unlimited);
    let dispatcher = Dispatcher::new(ports).unwrap().with_options(options);
    shop.clock.advance_to(at("2026-01-27T14:29:59Z"));
    let id = enqueue(&shop, shop.reminder("2026-01-27")).await;
    dispatcher.tick(shop.clock.now()).await.unwrap();
    assert_eq!(shop.clock.now(), at("2026-01-27T14:30:01Z"));
    assert_eq!(shop.attempts(id).await, []);
}

#[tokio::test]
async fn a_message_that_keeps_to_the_window_is_not_transactional_and_is_no_persons_after_a_post() {
    let shop = shop();
    shop.set("whatsapp_send_window_types", "stock_delivered");
    let class = async |id| shop.message(id).await.state.owed.unwrap().class;
    let order = enqueue(&shop, shop.order("SO-1")).await;
    assert_eq!(class(order).await, Class::Reminder);
    let manual = enqueue(&shop, shop.order("SO-2").with_trigger(Trigger::Manual)).await;
    assert_eq!(class(manual).await, Class::Transactional);
    shop.gateway.next_send(Err(error(Disposition::Transient)));
    shop.tick().await;
    assert_eq!(class(manual).await, Class::Reminder);
}

#[tokio::test]
async fn a_window_that_never_opens_is_refused_when_it_is_saved() {
    let shop = Shop::new();
    let desk = Desk::new(shop.ports.clone());
    let first: NaiveDate = "2026-01-01".parse().unwrap();
    let closed: Vec<_> = first.iter_days().take(450).map(|date| date.to_string()).collect();
    let edit = |key: &str, value: &str| SettingEdit::new(key, value);
    let save = async |edits: &[SettingEdit]| {
        desk.save_settings(edits, Consent::NotAsked, &Actor::Host)
            .await
            .map_err(|error| error.to_string())
    };
    let never = save(&[edit("whatsapp_closed_dates", &closed.join(","))]).await.unwrap_err();
    insta::assert_snapshot!(never, @"setting whatsapp_closed_dates: with these closed dates the hours do not begin within 400 days, and nothing would ever be sent; leave some of them out");
    let no_time = [edit("whatsapp_send_from", "20:00"), edit("whatsapp_send_until", "20:00")];
    insta::assert_snapshot!(save(&no_time).await.unwrap_err(), @"setting whatsapp_send_until: the hours end when they begin; for the whole day use 00:00 to 24:00");
    let unknown = save(&[edit("whatsapp_send_window_types", "not parcel")]).await.unwrap_err();
    insta::assert_snapshot!(unknown, @"setting whatsapp_send_window_types: no message type parcel is known here");
    // Each value alone is right, and so are both together.
    save(&[edit("whatsapp_send_from", "20:00"), edit("whatsapp_send_until", "22:00")])
        .await
        .unwrap();
    let rows = shop.store.load_settings().await.unwrap();
    assert!(rows.iter().any(|row| row.key == "whatsapp_send_from" && row.value == "20:00"));
}
