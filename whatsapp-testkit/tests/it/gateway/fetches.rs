//! Links of accepted messages, fetched as the real gateway does it.

mod answers;
mod host;
mod records;
mod ways;

use serde_json::json;
use whatsapp_testkit::gateway::{Answer, Fault, Fetched, StandInGateway};

use super::{NUMBER, ask, request};
use host::Host;

/// The smallest file that is whole.
const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<</Type/Page>>\nendobj\n%%EOF\n";

/// SHA-256 of that file.
const PDF_SHA256: &str = "9ac39b7a0ff667cf052937f8ca3c7a327d282773d7670941835ccb961553a6f5";

async fn fetching() -> StandInGateway {
    StandInGateway::builder().fetching().start().await.unwrap()
}

/// Sends a link through v2 and returns the message's id.
async fn send_link(gateway: &StandInGateway, link: &str) -> String {
    let response = request(gateway, reqwest::Method::POST, "/v2/sendMessage")
        .json(&json!({"phonenumber": NUMBER, "text": "Your invoice", "url": link}))
        .send()
        .await
        .unwrap();
    let body: serde_json::Value = response.json().await.unwrap();
    body["data"]["id"].as_str().unwrap().to_owned()
}

/// The gateway's words about a message: status, its meaning and the delivery.
async fn status(gateway: &StandInGateway, id: &str) -> String {
    let (code, body) = ask(gateway, &format!("/v2/message/status?id={id}")).await;
    assert_eq!(code, 200);
    let word = |field: &str| body["data"][field].as_str().unwrap_or("-").to_owned();
    [word("status"), word("statusInfo"), word("delivery")].join(", ")
}

/// Sends a link, waits until it is fetched, and returns the result and the message's status.
async fn fetch(gateway: &StandInGateway, link: &str) -> (Fetched, String) {
    let before = gateway.accepted().len();
    let id = send_link(gateway, link).await;
    let fetched = gateway.fetches().wait_for(before + 1).await.remove(before).fetched;
    assert_eq!(fetched.len(), 1);
    (fetched[0].clone(), status(gateway, &id).await)
}

const SENT: &str = "OK, message successfully sent, device";
const FAILED: &str = "ERROR, message sending failed, error";
const PENDING: &str = "PENDING, -, -";

#[tokio::test]
async fn a_link_is_fetched_after_the_send_and_the_message_waits_for_it() {
    let (gateway, host) = (fetching().await, Host::start().await);
    gateway.fetches().hold();
    let id = send_link(&gateway, &host.link("INV-7.pdf")).await;
    assert_eq!(status(&gateway, &id).await, PENDING);
    assert!(gateway.accepted()[0].fetched.is_empty());
    assert!(host.requests().is_empty());

    assert_eq!(gateway.fetches().release(), 1);
    let accepted = gateway.fetches().wait_for(1).await;
    let [fetched] = accepted[0].fetched.as_slice() else { panic!("{accepted:#?}") };
    assert_eq!(fetched.status, Some(200));
    assert_eq!(fetched.content_type.as_deref(), Some("application/pdf"));
    assert_eq!(fetched.content_disposition.as_deref(), Some("inline; filename=\"INV-7.pdf\""));
    assert_eq!(fetched.file_name, "INV-7.pdf");
    assert_eq!((fetched.bytes, fetched.sha256.as_str()), (PDF.len() as u64, PDF_SHA256));
    assert_eq!(fetched.kind.map(|kind| kind.to_string()).as_deref(), Some("pdf"));
    assert_eq!((&fetched.problem, fetched.kind.is_some()), (&None, true));
    assert!(fetched.fetched_at >= accepted[0].accepted_at);
    assert_eq!(status(&gateway, &id).await, SENT);
    assert_eq!(host.requests(), ["GET /INV-7.pdf"]);
}

#[tokio::test]
async fn no_link_is_fetched_before_its_answer_is_written() {
    let (gateway, host) = (fetching().await, Host::start().await);
    let delay = std::time::Duration::from_millis(60);
    gateway.next(Fault::ordinary().slowly(delay));
    fetch(&gateway, &host.link("INV-7.pdf")).await;
    let accepted = gateway.accepted();
    assert!(accepted[0].fetched[0].at >= gateway.posts()[0].at + delay, "{accepted:#?}");
}

#[tokio::test]
async fn a_link_is_fetched_although_the_client_never_hears_of_the_acceptance() {
    for answer in [Answer::Hang, Answer::Reset, Answer::Close, Answer::Status(500)] {
        let (gateway, host) = (fetching().await, Host::start().await);
        gateway.next(Fault::accept_then(answer.clone()));
        let sending = request(&gateway, reqwest::Method::POST, "/v2/sendMessage")
            .json(&json!({"phonenumber": NUMBER, "text": "x", "url": host.link("INV-7.pdf")}))
            .send();
        let accepted = tokio::select! {
            // A client that waits for its answer.
            accepted = gateway.fetches().wait_for(1) => accepted,
            // A client that has learned of a failure.
            _ = sending => gateway.fetches().wait_for(1).await,
        };
        assert!(accepted[0].fetched[0].kind.is_some(), "{answer:?}");
    }
}

#[tokio::test]
async fn what_is_never_accepted_is_never_fetched_and_what_is_late_is_fetched_late() {
    let (gateway, host) = (fetching().await, Host::start().await);
    gateway.next(Fault::lost());
    gateway.next(Fault::on_release(Answer::Ordinary));
    let lost = send_link(&gateway, &host.link("lost.pdf")).await;
    let late = send_link(&gateway, &host.link("late.pdf")).await;
    gateway.fetches().hold();
    assert_eq!(gateway.release_late(), 1);
    assert_eq!(gateway.fetches().release(), 1);
    gateway.fetches().wait_for(1).await;
    assert_eq!(host.requests(), ["GET /late.pdf"]);
    assert_eq!(status(&gateway, &late).await, SENT);
    assert_eq!(ask(&gateway, &format!("/v2/message/status?id={lost}")).await.0, 404);
}

#[tokio::test]
async fn without_being_asked_to_fetch_the_gateway_believes_every_link() {
    let (gateway, host) = (StandInGateway::start().await.unwrap(), Host::start().await);
    let id = send_link(&gateway, &host.link("missing.pdf")).await;
    assert_eq!(status(&gateway, &id).await, SENT);
    assert!(gateway.accepted()[0].fetched.is_empty());
    assert!(host.requests().is_empty());
}
