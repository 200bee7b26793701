use std::sync::Arc;

use whatsapp_360messenger::Gateway;
use whatsapp_core::message::MessageType;
use whatsapp_core::port::{ApiKey, Clock, FixedKey};
use whatsapp_core::{CustomerId, Request};
use whatsapp_testkit::fixtures::START;
use whatsapp_testkit::gateway::{Answer, Fault, StandInGateway};
use whatsapp_testkit::{ManualClock, Scene};

#[tokio::test]
async fn the_adapter_of_production_finds_a_lost_answer_too() {
    let clock = ManualClock::starting_at(START);
    let now = clock.clone();
    let server = StandInGateway::builder().now(move || now.now()).start().await.unwrap();
    let key = Arc::new(FixedKey(ApiKey::new(server.key()).unwrap()));
    let adapter = Gateway::builder(key).base_url(server.url()).clock(Arc::new(clock.clone()));
    let adapter = Arc::new(adapter.build().unwrap());
    let scene = Scene::new()
        .clock(clock)
        .customer("C-1", "Asha Traders", "+919876543210")
        .ports(|ports| ports.with_transport(adapter.clone()).with_deliveries(adapter))
        .start()
        .await;

    server.next(Fault::accept_then(Answer::Reset));
    let (asha, news) = (CustomerId::new("C-1").unwrap(), "Your order is on its way.");
    let request = Request::text(asha, MessageType::STOCK_DELIVERED, news, [].into());
    scene.messenger().enqueue(request).await.unwrap();
    scene.run_until_idle().await;
    // With another gateway than its own the scene has no posts; the server has them.
    assert_eq!(server.posts().len(), 1);
    assert_eq!(scene.log().await[0].gateway_id.as_ref(), Some(&server.accepted()[0].id));
    server.shutdown().await;
}
