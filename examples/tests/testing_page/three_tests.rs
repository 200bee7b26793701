use whatsapp_core::template::StockDelivered;
use whatsapp_testkit::Scene;
use whatsapp_testkit::gateway::{Answer, Fault};
use whatsapp_testkit::scene::RunningScene;

/// A shop whose gateway has this fault, after an order of Asha's was delivered.
async fn shop(gateway: Fault) -> RunningScene {
    let scene = Scene::new()
        .customer("C-1", "Asha Traders", "+919876543210")
        .failure_mail_to("office@shop.example")
        .gateway(gateway)
        .start()
        .await;
    // Your back-end does this; it gets a clone of `scene.messenger()` or of `scene.ports()`.
    let order_number = "SO-2026-0107".to_owned();
    let delivered_on = "2026-01-27".parse().unwrap();
    let order = StockDelivered { order_number, delivered_on, items: vec!["20 × Fan".into()] };
    scene.messenger().tell("C-1", order).await.unwrap();

    scene.run_until_idle().await;
    scene
}

#[tokio::test]
async fn a_refused_message_is_tried_again_three_times() {
    let scene = shop(Fault::refuse(Answer::not_taken())).await;
    assert_eq!(scene.posts().await.to("C-1").minutes(), [0, 30, 60, 90]);
}

#[tokio::test]
async fn a_lost_answer_makes_no_second_message() {
    let scene = shop(Fault::accept_then(Answer::Reset)).await;
    let post = scene.posts().await.to("C-1").about("SO-2026-0107").once();
    // No answer came, so this id was found in the gateway's list.
    assert_eq!(scene.log().await[0].gateway_id, post.gateway_id);
}

#[tokio::test]
async fn the_office_is_told_of_a_number_that_the_gateway_refuses() {
    let scene = shop("code:400".parse().unwrap()).await;
    let mail = scene.mails().to("office@shop.example").about("SO-2026-0107").once();
    assert!(mail.failures[0].failure.reason.contains("refused the customer's number"));
}
