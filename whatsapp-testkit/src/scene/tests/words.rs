//! Assertions that fail, each with its message.

use chrono::TimeDelta;
use whatsapp_core::message::MessageType;

use super::{OFFICE, order, shop};
use crate::Scene;
use crate::fixtures::START;
use crate::gateway::{Answer, Fault};
use crate::scene::RunningScene;

/// A scene in which `C-1` got messages about these orders.
async fn told_about(numbers: &[&str]) -> RunningScene {
    let scene = shop().start().await;
    for number in numbers {
        scene.messenger().enqueue(order(number)).await.unwrap();
        // Messages of one instant go out in any order.
        scene.pass(TimeDelta::milliseconds(1)).await;
    }
    scene.run_until_idle().await;
    scene
}

/// A scene in which a message failed for good.
async fn failed() -> RunningScene {
    let scene = shop().gateway("code:400".parse().unwrap()).start().await;
    scene.messenger().enqueue(order("SO-7")).await.unwrap();
    scene.run_until_idle().await;
    scene
}

#[tokio::test]
async fn words_choose_and_sentences_that_are_true_give_their_messages() {
    let scene = told_about(&["SO-7", "SO-8"]).await;
    let sent = scene.sent().await.to("C-1").of_type(MessageType::STOCK_DELIVERED);
    let both = sent.clone().times(2);
    assert_eq!(both[0].subject.as_deref(), Some("SO-7"));
    assert_eq!(sent.clone().about("SO-8").once().subject.as_deref(), Some("SO-8"));
    assert_eq!(sent.clone().about("SO-8").all().len(), 1);
    sent.clone().about("SO-9").never();
    sent.clone().of_type(MessageType::INVOICE).never();
    sent.to("C-2").never();
    assert_eq!(scene.sent().await.to("+919876543210").all().len(), 2);
}

#[tokio::test]
async fn lines_tell_what_happened_without_number_and_text() {
    let scene = failed().await;
    let post = scene.posts().await.once();
    assert_eq!(
        post.to_string(),
        "after 0 min: stock_delivered about SO-7 to C-1, attempt 1 (code:400)"
    );
    let mail = scene.mails().once();
    let line = mail.to_string();
    let expected = "to office@shop.example: stock_delivered about SO-7 failed: The gateway refused";
    assert!(line.starts_with(expected), "{line}");
    let shown = format!("{post} {post:?} {mail} {mail:?}");
    assert!(!shown.contains("9876543210") && !shown.contains("Asha"), "{shown}");
}

#[tokio::test]
#[should_panic(expected = "expected 1 accepted message to C-1, and there is none, nor any other")]
async fn once_fails_where_nothing_was_sent() {
    told_about(&[]).await.sent().await.to("C-1").once();
}

#[tokio::test]
#[should_panic(
    expected = "expected 1 accepted message to C-2, and there is none\nBesides there is 1 other \
                accepted message:\n  after 0 min: stock_delivered about SO-7 to C-1, attempt 1 \
                (ordinary)"
)]
async fn once_fails_where_another_customer_got_it() {
    told_about(&["SO-7"]).await.sent().await.to("C-2").once();
}

#[tokio::test]
#[should_panic(
    expected = "expected 1 accepted message of type invoice about SO-7, and there is none\nBesides \
                there is 1 other accepted message:"
)]
async fn once_fails_where_the_type_is_another() {
    let sent = told_about(&["SO-7"]).await.sent().await;
    sent.of_type(MessageType::INVOICE).about("SO-7").once();
}

#[tokio::test]
#[should_panic(
    expected = "expected 1 POST about SO-9, and there is none\nBesides there are 2 other POSTs:"
)]
async fn once_fails_where_the_subject_is_another() {
    told_about(&["SO-7", "SO-8"]).await.posts().await.about("SO-9").once();
}

#[tokio::test]
#[should_panic(expected = "expected 1 accepted message to C-1, and there are 2:\n  after 0 min: \
                stock_delivered about SO-7 to C-1, attempt 1 (ordinary)\n  after 0 min: \
                stock_delivered about SO-8")]
async fn once_fails_where_there_are_two() {
    told_about(&["SO-7", "SO-8"]).await.sent().await.to("C-1").once();
}

#[tokio::test]
#[should_panic(expected = "expected no POST to C-1, and there is 1:\n  after 0 min: ")]
async fn never_fails_where_there_is_one() {
    told_about(&["SO-7"]).await.posts().await.to("C-1").never();
}

#[tokio::test]
#[should_panic(expected = "expected 2 POSTs to C-1, and there is 1:\n  after 0 min: ")]
async fn times_fails_with_another_number() {
    let _ = told_about(&["SO-7"]).await.posts().await.to("C-1").times(2);
}

#[tokio::test]
#[should_panic(
    expected = "expected 1 mail to owner@shop.example, and there is none\nBesides there is 1 other \
                mail:\n  to office@shop.example: stock_delivered about SO-7 failed: "
)]
async fn once_fails_where_the_mail_went_elsewhere() {
    failed().await.mails().to("owner@shop.example").once();
}

#[tokio::test]
#[should_panic(
    expected = "expected 1 mail about SO-9, and there is none\nBesides there is 1 other"
)]
async fn once_fails_where_the_mail_is_about_something_else() {
    failed().await.mails().about("SO-9").once();
}

#[tokio::test]
#[should_panic(expected = "expected 1 mail about the account, and there is none\nBesides there is")]
async fn once_fails_where_no_mail_is_about_the_account() {
    failed().await.mails().about_the_account().once();
}

#[tokio::test]
#[should_panic(expected = "expected no mail to office@shop.example, and there is 1:\n  to office@")]
async fn never_fails_where_there_is_a_mail() {
    failed().await.mails().to(OFFICE).never();
}

#[tokio::test]
#[should_panic(expected = "expected 3 mails, and there is 1:\n  to office@shop.example: ")]
async fn times_fails_with_another_number_of_mails() {
    let _ = failed().await.mails().times(3);
}

#[tokio::test]
#[should_panic(
    expected = "the scene cannot go back from 2026-01-27 04:30:00 UTC to 2026-01-27 04:29"
)]
async fn time_does_not_go_back() {
    let scene = shop().start().await;
    scene.run_until(START - TimeDelta::minutes(1)).await;
}

#[tokio::test]
#[should_panic(
    expected = "the scene is not idle after 14 days; failures that no mail has told of: 1; messages \
                that are not over: 0"
)]
async fn a_mail_that_never_goes_out_is_no_endless_loop() {
    let scene = shop().gateway("code:400".parse().unwrap()).start().await;
    scene.mail_server().fail_next(u32::MAX);
    scene.messenger().enqueue(order("SO-7")).await.unwrap();
    scene.run_until_idle().await;
}

#[tokio::test]
#[should_panic(expected = "a gateway in memory cannot read Answer::Raw")]
async fn an_answer_in_bytes_is_not_guessed_at() {
    let (content_type, body) = ("text/plain".to_owned(), b"OK".to_vec());
    let raw = Fault::refuse(Answer::Raw { status: 200, content_type, body });
    let scene = shop().gateway(raw).start().await;
    scene.messenger().enqueue(order("SO-7")).await.unwrap();
    scene.run_until_idle().await;
}

#[tokio::test]
#[should_panic(expected = "the settings of the scene cannot be saved: ")]
async fn a_setting_that_cannot_be_used_is_refused() {
    let _ = Scene::new().setting("whatsapp_retry_max", "9").start().await;
}

#[test]
#[should_panic(expected = "`C 1`: a customer id has 1 to 64 visible ASCII characters")]
fn a_key_that_cannot_be_used_is_refused() {
    let _ = Scene::new().customer("C 1", "Asha Traders", "+919876543210");
}

#[tokio::test]
#[should_panic(expected = "the scene is gone: keep it for as long as its messenger is used")]
async fn a_messenger_does_not_wait_in_a_scene_that_is_gone() {
    let scene = shop().start().await;
    let messenger = scene.messenger().clone();
    drop(scene);
    let _ = messenger.send(order("SO-7")).await;
}
