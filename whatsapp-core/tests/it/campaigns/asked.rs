//! Dispatchers' questions about campaigns: one question per group, and none about a host's
//! own greetings.

use whatsapp_core::Messenger;
use whatsapp_core::messenger::Request;
use whatsapp_core::template::Festival;

use super::crash::Dying;
use super::*;

#[tokio::test]
async fn a_group_of_attempts_is_one_question_and_a_hosts_own_greetings_are_none() {
    let first = Greeting::with(40);
    for (key, value) in [
        ("whatsapp_bulk_gap_least", "1"),
        ("whatsapp_bulk_gap_most", "2"),
        ("whatsapp_bulk_per_hour", "3600"),
    ] {
        first.shop.set(key, value);
    }
    let counting = Arc::new(Dying::never(first.shop.store.clone()));
    let ports = first.ports.clone().with_campaigns(counting.clone());
    let shop = Greeting::over(first.shop, ports);
    shop.armed(diwali(WEDNESDAY)).await;
    shop.sleep_until("2026-01-28 10:00");
    shop.feed().await;
    shop.shop.clock.advance(TimeDelta::minutes(2));
    let own = |no: u32| {
        let festival = Festival { name: "Holi".to_owned() };
        Request::festival(customer(&format!("K-{no:03}")), festival)
    };
    let own: Vec<Request> = (0..20).map(own).collect();
    for sent in Messenger::new(shop.ports.clone()).enqueue_all(&own).await {
        sent.unwrap();
    }
    while shop.dispatcher.tick(shop.now()).await.unwrap().claimed > 0 {}
    assert_eq!(shop.sent().len(), 60);
    let asked = counting.asked();
    assert_eq!(asked.iter().sum::<usize>(), 40, "the campaign's alone: {asked:?}");
    assert!(asked.len() <= 5, "by groups: {asked:?}");
}
