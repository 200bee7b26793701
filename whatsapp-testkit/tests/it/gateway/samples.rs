//! Answers that other gateways were seen to give, and an account that is in trouble as a whole.

use serde_json::Value;
use whatsapp_testkit::gateway::{Answer, Delivery, Fault, Probed, Sample, StandInGateway};

use super::{NUMBER, accepted, ask, request, send, sent, sent_id};

#[tokio::test]
async fn every_sample_is_played_by_its_name() {
    let gateway = StandInGateway::start().await.unwrap();
    for (name, status, words) in [
        ("session-not-connected", 404, "session_not_connected"),
        ("session-unexpected", 422, "Session status is not as expected. Try again later"),
        ("session-down", 200, "Session is not connected"),
        ("subscription-expired", 402, "subscription expired"),
        ("daily-limit", 429, "Daily limit"),
        ("code:400", 200, "not a valid WhatsApp number"),
        ("code:401", 200, "\"statusCode\":401"),
        ("code:429", 200, "\"statusCode\":429"),
        ("not-found-page", 404, "<title>404 Not Found</title>"),
        ("firewall-page", 403, "<html>"),
        ("maintenance-page", 200, "<html>"),
    ] {
        gateway.next(name.parse().unwrap());
        let response = send(&gateway, NUMBER, "x").await.unwrap();
        assert_eq!(response.status(), status, "{name}");
        assert_eq!(response.headers().get("retry-after"), None, "{name}");
        let is_page = response.headers()["content-type"].to_str().unwrap().starts_with("text/html");
        let body = response.text().await.unwrap();
        assert!(body.contains(words), "{name}: {body}");
        assert_eq!(is_page, body.starts_with('<'), "{name}");
    }
    assert_eq!(accepted(&gateway), [""; 0]);
    assert!(Sample::all().all(|sample| sample.to_string().parse::<Fault>().is_ok()));
}

#[tokio::test]
async fn an_account_in_trouble_takes_nothing_until_it_recovers() {
    let gateway = StandInGateway::start().await.unwrap();
    let trouble = Answer::Says(Sample::SessionNotConnected);
    for (probed, status) in [(Probed::Yes, 200), (Probed::No, 404)] {
        gateway.next(Fault::ordinary());
        gateway.account().refuses(trouble.clone(), probed);
        for _ in 0..2 {
            assert_eq!(sent(&gateway, "lost").await.0, 404);
        }
        for probe in ["/v2/client/getState", "/v2/groupChat/getGroupList"] {
            assert_eq!(ask(&gateway, probe).await.0, status, "{probed:?} {probe}");
        }
        assert_eq!(ask(&gateway, "/v2/message/sentMessages").await.0, 200, "lists go on");
        gateway.account().recovers();
        assert_eq!(ask(&gateway, "/v2/client/getState").await.0, 200);
    }
    assert_eq!(accepted(&gateway), [""; 0]);
    assert_eq!(sent(&gateway, "taken").await.0, 201);
    assert_eq!(accepted(&gateway), ["taken"]);
}

#[tokio::test]
async fn trouble_redirects_questions_too() {
    let gateway = StandInGateway::start().await.unwrap();
    gateway.account().refuses(Answer::Redirect(302), Probed::No);
    let get = request(&gateway, reqwest::Method::GET, "/v2/client/getState");
    let response = get.send().await.unwrap();
    assert_eq!(response.status(), 302);
    assert_eq!(response.headers()["location"], "/moved/v2/client/getState");
}

#[tokio::test]
async fn deliveries_have_names_and_hold_for_everybody() {
    let gateway = StandInGateway::start().await.unwrap();
    let id = sent_id(&gateway, NUMBER, "x").await;
    for (name, status) in [("status:noAccount", "noAccount"), ("status:-1", "-1"), ("read", "OK")] {
        gateway.deliveries().of_all(name.parse().unwrap());
        let (_, body) = ask(&gateway, &format!("/v2/message/status?id={id}")).await;
        assert_eq!(body["data"]["status"], status);
    }
    gateway.deliveries().of_number(NUMBER, Delivery::Failed);
    let (_, body) = ask(&gateway, &format!("/v2/message/status?id={id}")).await;
    assert_eq!(body["data"]["status"], "ERROR", "what was said of a number counts first");
    for name in ["", "status:", "gone"] {
        assert!(name.parse::<Delivery>().is_err(), "{name}");
    }
}

#[tokio::test]
async fn long_ids_are_numbers_that_a_double_cannot_hold() {
    let gateway = StandInGateway::builder().long_ids().start().await.unwrap();
    let mut rounded = Vec::new();
    for text in ["one", "two"] {
        let (_, body) = sent(&gateway, text).await;
        let id = gateway.accepted().last().unwrap().id.clone();
        assert!(body.contains(&format!("\"id\":{id}")), "{body}");
        let body: Value = serde_json::from_str(&body).unwrap();
        rounded.push(body["data"]["id"].as_f64().unwrap());
        let (status, _) = ask(&gateway, &format!("/v2/message/status?id={id}")).await;
        assert_eq!(status, 200);
    }
    assert_eq!(rounded.first(), rounded.last());
}
