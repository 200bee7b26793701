//! Scenes as hosts play them.

mod parts;
mod words;

use chrono::TimeDelta;
use whatsapp_core::audit::Actor;
use whatsapp_core::desk::Desk;
use whatsapp_core::format::Amount;
use whatsapp_core::message::{FailureKind, MessageType, Phase, Status};
use whatsapp_core::port::{Clock as _, Due};
use whatsapp_core::template::{Invoice, StockDelivered};
use whatsapp_core::{Attachment, CustomerId, InvoiceId, Request};

use super::Scene;
use crate::ManualClock;
use crate::fixtures::START;
use crate::gateway::{Answer, Delivery, Fault, Look, Probed};

const OFFICE: &str = "office@shop.example";

/// A scene with two customers.
fn shop() -> Scene {
    Scene::new()
        .customer("C-1", "Asha Traders", "+919876543210")
        .customer("C-2", "Nair Constructions", "+919876543211")
        .failure_mail_to(OFFICE)
}

fn customer(id: &str) -> CustomerId {
    CustomerId::new(id).unwrap()
}

/// The delivery of an order of customer `C-1`.
fn order(number: &str) -> Request {
    let order = StockDelivered {
        order_number: number.to_owned(),
        delivered_on: START.date_naive(),
        items: vec!["20 × LED bulb 9 W".to_owned()],
    };
    Request::stock_delivered(customer("C-1"), order)
}

#[tokio::test]
async fn an_ordinary_message_goes_out_at_once_and_is_delivered() {
    let scene = shop().start().await;
    scene.messenger().enqueue(order("SO-7")).await.unwrap();
    scene.run_until_idle().await;
    let post = scene.sent().await.once();
    assert_eq!((post.at, post.since_start), (START, TimeDelta::zero()));
    assert_eq!(post.customer, Some(customer("C-1")));
    assert!(post.text.as_str().starts_with("Hello Asha Traders,"));
    let message = &scene.log().await[0];
    assert_eq!(message.phase(scene.clock().now()), Phase::Delivered);
    assert_eq!(message.gateway_id, post.gateway_id);
    scene.mails().never();
}

#[tokio::test]
async fn refused_messages_are_posted_four_times_and_then_told() {
    let scene = shop().gateway(Fault::refuse(Answer::not_taken())).start().await;
    scene.messenger().enqueue(order("SO-7")).await.unwrap();
    scene.run_until_idle().await;
    assert_eq!(scene.posts().await.about("SO-7").minutes(), [0, 30, 60, 90]);
    scene.sent().await.never();
    let mail = scene.mails().to(OFFICE).about("SO-7").once();
    assert_eq!(mail.failures[0].failure.kind, FailureKind::Exhausted);
    assert_eq!(scene.clock().now(), START + TimeDelta::minutes(90));
}

#[tokio::test]
async fn a_lost_answer_is_made_up_for_by_the_list() {
    for answer in [Answer::Reset, Answer::Hang, Answer::Status(500)] {
        let scene = shop().gateway(Fault::accept_then(answer)).start().await;
        scene.messenger().enqueue(order("SO-7")).await.unwrap();
        scene.run_until_idle().await;
        let post = scene.posts().await.once();
        assert_eq!(scene.log().await[0].gateway_id, post.gateway_id);
        let asked = scene.gateway().questions();
        assert!(asked.iter().any(|asked| asked.path == "/v2/message/sentMessages"));
        scene.mails().never();
    }
}

#[tokio::test]
async fn a_lost_request_is_posted_again_after_half_an_hour() {
    let scene = shop().start().await;
    scene.gateway().next(Fault::refuse(Answer::Reset));
    scene.messenger().enqueue(order("SO-7")).await.unwrap();
    scene.run_until_idle().await;
    assert_eq!(scene.posts().await.minutes(), [0, 30]);
    scene.sent().await.to("C-1").once();
}

#[tokio::test]
async fn an_outcome_that_nobody_can_look_up_is_told_and_never_posted_again() {
    let scene = shop().gateway(Fault::accept_then(Answer::Hang)).start().await;
    scene.gateway().lists(Look::Status(500));
    scene.messenger().enqueue(order("SO-7")).await.unwrap();
    scene.run_until_idle().await;
    scene.posts().await.once();
    let mail = scene.mails().about("SO-7").once();
    assert_eq!(mail.failures[0].failure.kind, FailureKind::UnknownOutcome);
}

#[tokio::test]
async fn a_number_without_whatsapp_is_told_once_its_delivery_was_asked_for() {
    let scene = shop().start().await;
    scene.gateway().deliveries().of_number("+919876543210", Delivery::NotOnWhatsApp);
    scene.messenger().enqueue(order("SO-7")).await.unwrap();
    scene.run_until_idle().await;
    scene.sent().await.once();
    let mail = scene.mails().once();
    assert_eq!(mail.failures[0].failure.kind, FailureKind::Undelivered);
}

#[tokio::test]
async fn a_message_with_a_file_is_posted_with_a_link_to_it() {
    let scene = shop().start().await;
    let pdf = b"%PDF-1.7\n1 0 obj\n<</Type/Page>>\nendobj\n%%EOF\n".to_vec();
    let invoice = Invoice {
        number: "INV-7".to_owned(),
        date: START.date_naive(),
        amount: Amount::rupees("500").unwrap(),
        due: START.date_naive(),
        link: None,
    };
    let request = Request::invoice(customer("C-2"), invoice)
        .with_invoice(InvoiceId::new("81").unwrap())
        .with_attachment(Attachment::file("INV-7.pdf", pdf.clone()).unwrap());
    scene.messenger().enqueue(request).await.unwrap();
    scene.run_until(START).await;
    let sent = scene.sent().await.to("+919876543211").of_type(MessageType::INVOICE);
    let post = sent.about("INV-7").about("81").once();
    let url = post.attachment.unwrap().url;
    assert_eq!(scene.media().fetch(&url, START), Some(pdf));
}

#[tokio::test]
async fn whoever_waits_for_the_first_answer_gets_it() {
    let scene = shop().start().await;
    scene.gateway().next(Fault::refuse(Answer::not_taken()));
    let refused = scene.messenger().send(order("SO-7")).await;
    let sent = scene.messenger().send(order("SO-8")).await;
    assert!(!refused.success && sent.success, "{refused:?} {sent:?}");
    let both = tokio::join!(
        scene.messenger().send(order("SO-9")),
        scene.messenger().send(order("SO-10")),
    );
    assert!(both.0.success && both.1.success);
    assert!(scene.clock().now() < START + TimeDelta::seconds(30), "nobody waited for a time-out");
    scene.sent().await.times(3);
}

#[tokio::test]
async fn reminders_go_out_on_their_days_until_the_invoice_is_paid() {
    let invoice = InvoiceId::new("81").unwrap();
    let due = Due::new(
        invoice.clone(),
        customer("C-1"),
        "INV-2026-0042",
        "2026-11-24".parse().unwrap(),
        "2026-12-09".parse().unwrap(),
        Amount::rupees("15000").unwrap(),
    );
    let clock = ManualClock::starting_at("2026-11-25T05:00:00Z".parse().unwrap());
    let scene = shop().clock(clock).invoice(due).start().await;
    scene.run_until_idle().await;
    scene.posts().await.never();
    scene.run_until("2026-11-28T05:00:00Z".parse().unwrap()).await;
    let reminders = scene.sent().await.of_type(MessageType::PAYMENT_REMINDER);
    reminders.about("INV-2026-0042").once();
    scene.invoices().pay(invoice);
    scene.pass(TimeDelta::days(7)).await;
    scene.posts().await.once();
}

#[tokio::test]
async fn a_message_for_a_later_day_is_not_waited_for() {
    let scene = shop().start().await;
    let (soon, late) = (START + TimeDelta::days(2), START + TimeDelta::days(10));
    scene.messenger().enqueue(order("SO-7").with_schedule(late)).await.unwrap();
    scene.run_until_idle().await;
    assert_eq!(scene.clock().now(), START);
    scene.messenger().enqueue(order("SO-8").with_schedule(soon)).await.unwrap();
    scene.run_until_idle().await;
    scene.sent().await.about("SO-8").once();
    scene.run_until(late).await;
    assert_eq!(scene.sent().await.about("SO-7").once().at, late);
}

#[tokio::test]
async fn a_pause_by_hand_is_not_waited_for() {
    let scene = shop().start().await;
    let desk = Desk::new(scene.ports().clone());
    desk.pause(&Actor::Host).await.unwrap();
    scene.messenger().enqueue(order("SO-7")).await.unwrap();
    scene.run_until_idle().await;
    assert_eq!(scene.clock().now(), START);
    assert_eq!(scene.log().await[0].state.status, Status::Pending);
    desk.resume(&Actor::Host).await.unwrap();
    scene.run_until_idle().await;
    scene.sent().await.once();
}

#[tokio::test]
async fn a_refused_account_is_told_and_all_is_made_up_for() {
    let scene = shop().start().await;
    scene.gateway().account().refuses(Answer::session_down(), Probed::No);
    scene.messenger().enqueue(order("SO-7")).await.unwrap();
    scene.pass(TimeDelta::hours(3)).await;
    scene.sent().await.never();
    scene.mails().about_the_account().to(OFFICE).once();
    scene.gateway().account().recovers();
    scene.run_until_idle().await;
    scene.sent().await.once();
    scene.mails().about_the_account().times(2);
}
