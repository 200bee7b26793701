//! The first page's figures: things that need a person, today's and the week's messages, and
//! the queue.

use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_core::Desk;
use whatsapp_core::audit::Actor;
use whatsapp_core::message::Facts;
use whatsapp_core::overview::{Need, OverviewNow};
use whatsapp_core::port::{AttentionFor, Count, Outbox as _, PlannerStore as _};
use whatsapp_core::port::{PlanWrite, StepWrite};
use whatsapp_core::retry::Disposition;
use whatsapp_core::schedule::StepState;
use whatsapp_testkit::fixtures;

use crate::shop::{Shop, error};

async fn now(shop: &Shop) -> OverviewNow {
    OverviewNow::read(&shop.ports).await.unwrap()
}

const ONE: Count = Count { number: 1, is_exact: true };

#[tokio::test]
async fn all_that_needs_a_person_is_told_and_nothing_else() {
    let shop = Shop::new();
    assert_eq!(now(&shop).await.needs(), []);
    shop.gateway.next_send(Err(error(Disposition::Permanent)));
    shop.enqueued("SO-1").await;
    shop.tick().await;
    let failed = Need::Messages(AttentionFor::Failed, ONE);
    assert_eq!(now(&shop).await.needs(), [failed.clone(), Need::NoticesWithoutAddress(1)]);
    shop.set("whatsapp_failure_notification_email", "owner@shop.example");
    assert_eq!(now(&shop).await.needs(), std::slice::from_ref(&failed));

    // A message that was taken is silent after an hour, while it is followed.
    shop.enqueued("SO-2").await;
    shop.tick().await;
    shop.clock.advance(TimeDelta::hours(1));
    assert_eq!(now(&shop).await.needs(), std::slice::from_ref(&failed));
    shop.clock.advance(TimeDelta::microseconds(1));
    let silent = Need::Messages(AttentionFor::Silent, ONE);
    assert_eq!(now(&shop).await.needs(), [failed.clone(), silent.clone()]);

    shop.set("whatsapp_retry_max", "many");
    let needs = now(&shop).await.needs();
    assert!(
        matches!(&needs[0], Need::BrokenSettings(problems) if problems.len() == 1),
        "{needs:?}"
    );
    assert_eq!(needs[1..], [failed, silent]);
    shop.set("whatsapp_retry_max", "3");
    // Failures are news for 30 days.
    shop.live_for(TimeDelta::days(31)).await;
    assert_eq!(now(&shop).await.needs(), []);
}

#[tokio::test]
async fn held_reminders_are_told_where_reminders_are_kept() {
    let shop = Shop::new();
    assert_eq!(now(&shop).await.held, None);
    let ports = shop.ports.clone().with_plans(Arc::new(shop.store.clone()));
    let held = fixtures::step(1, shop.opened).stands(StepState::Held, None, None, shop.opened);
    let steps = vec![StepWrite { step: held, seen: None, message: None }];
    shop.store.write_plan(&PlanWrite { steps, ..PlanWrite::default() }).await.unwrap();
    let now = OverviewNow::read(&ports).await.unwrap();
    assert_eq!((now.held, now.needs()), (Some(ONE), vec![Need::Held(ONE)]));
}

#[tokio::test]
async fn today_and_the_week_begin_at_midnight_of_the_business() {
    let shop = Shop::new();
    shop.enqueued("SO-1").await;
    shop.tick().await;
    // It is 10:00 in Kolkata, and midnight in 14 hours.
    let made = async || {
        let now = now(&shop).await;
        (now.today.made(), now.week.made())
    };
    shop.clock.advance_to(shop.opened + TimeDelta::hours(14) - TimeDelta::microseconds(1));
    assert_eq!(made().await, (1, 1));
    shop.clock.advance(TimeDelta::microseconds(1));
    assert_eq!(made().await, (0, 1));
    shop.clock.advance(TimeDelta::days(6) - TimeDelta::microseconds(1));
    assert_eq!(made().await, (0, 1));
    shop.clock.advance(TimeDelta::microseconds(1));
    assert_eq!(made().await, (0, 0));
    assert_eq!(now(&shop).await.last_taken, Some(shop.opened));
}

#[tokio::test]
async fn the_queue_is_empty_when_its_requests_are_made() {
    let shop = Shop::new();
    shop.set("whatsapp_requests_per_second", "0.5");
    assert_eq!(now(&shop).await.empty_at, Some(shop.opened));
    for number in ["SO-1", "SO-2", "SO-3"] {
        shop.enqueued(number).await;
    }
    assert_eq!(now(&shop).await.empty_at, Some(shop.opened + TimeDelta::seconds(6)));
    Desk::new(shop.ports.clone()).pause(&Actor::Host).await.unwrap();
    assert_eq!(now(&shop).await.empty_at, None, "nothing is sent");
}

#[tokio::test]
async fn what_a_pause_will_cost_is_told_beforehand() {
    let shop = Shop::new();
    let desk = Desk::new(shop.ports.clone());
    let none = desk.before_pause().await.unwrap();
    assert_eq!((none.waiting.number, none.ends_in_a_day.number, none.first_end), (0, 0, None));
    let ends = |seed, hours| {
        let expires_at = Some(shop.opened + TimeDelta::hours(hours));
        fixtures::new_message(seed, shop.opened).with_facts(|facts| Facts { expires_at, ..facts })
    };
    shop.store.enqueue(&[ends(1, 9), ends(2, 24), ends(3, 5)]).await.unwrap();
    let outlook = desk.before_pause().await.unwrap();
    assert_eq!(outlook.waiting, Count { number: 3, is_exact: true });
    assert_eq!(outlook.ends_in_a_day, Count { number: 2, is_exact: true });
    assert_eq!(outlook.first_end, Some(shop.opened + TimeDelta::hours(5)));
}
