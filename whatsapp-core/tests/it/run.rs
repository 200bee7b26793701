use std::sync::Arc;

use whatsapp_core::Dispatcher;
use whatsapp_core::message::Phase;
use whatsapp_core::port::SystemClock;

use crate::shop::Shop;

#[tokio::test(flavor = "multi_thread")]
async fn a_graceful_stop_leaves_nothing_open() {
    let shop = Shop::new();
    let ports = shop.ports.clone().with_clock(Arc::new(SystemClock::new()));
    let dispatcher = Dispatcher::new(ports);
    let messenger = whatsapp_core::Messenger::new(dispatcher.clone());
    let (ring, bell) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(dispatcher.clone().run(async move {
        let _ = bell.await;
    }));
    let mut ids = Vec::new();
    for number in 0..3 {
        ids.push(messenger.enqueue(shop.order(&format!("SO-{number}"))).await.unwrap().message_id);
    }
    while shop.gateway.sent().is_empty() {
        tokio::task::yield_now().await;
    }
    ring.send(()).unwrap();
    running.await.unwrap();
    let open = shop.store.ledger().iter().filter(|(_, a)| a.outcome.is_none()).count();
    assert_eq!(open, 0, "no attempt is left open");
    assert_eq!(shop.phase(ids[0]).await, Phase::Sent);
    for id in ids {
        assert_eq!(shop.store.lease(id), None, "no claim is left");
    }
}
