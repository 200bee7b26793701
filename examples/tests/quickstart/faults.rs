//! Gateways that misbehave, and a program that is killed. The clock runs 600 times as fast as time:
//! half an hour passes in three seconds.

use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use serde_json::Value;
use whatsapp_testkit::gateway::{Answer, Fault, Look, StandInGateway};

use crate::shop::{PDF, Shop};

#[tokio::test]
async fn a_connection_that_breaks_after_acceptance_leads_to_one_post_and_sent() {
    let gateway = StandInGateway::start().await.unwrap();
    gateway.next(Fault::accept_then(Answer::Reset));
    let run = Shop::new().run_fast(&gateway).await;
    assert_eq!(run.code, Some(0), "{run:#?}");
    assert_eq!(run.message()["status"], "sent");
    assert_eq!(gateway.posts().len(), 1);
    assert_eq!(run.message()["attempts"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn four_refusals_are_half_an_hour_apart_and_then_it_has_failed() {
    let gateway = StandInGateway::start().await.unwrap();
    gateway.always(Fault::refuse(Answer::not_taken()));
    let run = Shop::new().run_fast(&gateway).await;
    assert_eq!(run.code, Some(3), "{run:#?}");
    let message = run.message();
    assert_eq!(message["status"], "failed");
    assert_eq!(message["phase"], "failed (all attempts failed)");
    assert_eq!(message["retry_count"], 3);
    run.tells("1 failure notice waits");

    let starts: Vec<_> = message["attempts"].as_array().unwrap().iter().map(started).collect();
    assert_eq!(starts.len(), 4);
    for pair in starts.windows(2) {
        let apart = pair[1] - pair[0];
        assert!(apart >= TimeDelta::minutes(30), "{apart}");
        assert!(apart < TimeDelta::minutes(60), "{apart}");
    }
    let posts = gateway.posts();
    assert_eq!(posts.len(), 4);
    for pair in posts.windows(2) {
        let [one, next] = [pair[0].at, pair[1].at];
        assert!(next > one + Duration::from_millis(2_900), "{one:?}, {next:?}");
    }
}

#[tokio::test]
async fn without_until_idle_a_retry_is_left_for_later() {
    let gateway = StandInGateway::start().await.unwrap();
    gateway.next(Fault::refuse(Answer::not_taken()));
    let shop = Shop::new();
    let url = gateway.url();
    let arguments = ["--gateway", &url, "--api-key", gateway.key()];
    let first = shop.run(&arguments).await;
    assert_eq!(first.code, Some(0), "{first:#?}");
    assert_eq!(first.message()["status"], "failed");
    let phase = first.message()["phase"].as_str().unwrap();
    assert!(phase.starts_with("retrying at "), "{phase}");
    first.tells("1 message waits for another attempt, from ");
    let second = shop.run(&arguments).await;
    assert_eq!(second.message()["attempts"], first.message()["attempts"]);
    assert_eq!(gateway.posts().len(), 1);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let gateway = StandInGateway::start().await.unwrap();
    gateway.always(Fault::refuse(Answer::Redirect(303)));
    let run = Shop::new().run_fast(&gateway).await;
    assert_eq!(run.message()["status"], "failed", "{run:#?}");
    assert!(gateway.posts().iter().all(|post| !post.followed_redirect));
    assert_eq!(gateway.posts().len(), 4);
}

#[tokio::test]
async fn a_timeout_with_the_listing_down_leads_to_one_post_and_an_unknown_outcome() {
    let gateway = StandInGateway::start().await.unwrap();
    gateway.next(Fault::accept_then(Answer::Hang));
    gateway.lists(Look::Status(503));
    let run = Shop::new().run_fast(&gateway).await;
    assert_eq!(run.code, Some(3), "{run:#?}");
    assert_eq!(run.message()["phase"], "failed (outcome unknown)");
    assert_eq!(gateway.posts().len(), 1);
    run.tells("1 failure notice waits");
}

#[tokio::test]
async fn killed_while_sending_it_finds_out_what_happened_and_sends_nothing_twice() {
    let gateway = StandInGateway::start().await.unwrap();
    gateway.next(Fault::accept_then(Answer::Hang));
    let shop = Shop::new();
    let mut running = shop.start_fast(&gateway);
    let post = gateway.wait_for_posts(1).await.remove(0);

    // Meanwhile the gateway can fetch the PDF.
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = post.url.unwrap();
    let head = client.head(&url).send().await.unwrap();
    let got = client.get(&url).send().await.unwrap();
    for reply in [&head, &got] {
        assert_eq!(reply.status(), 200);
        assert_eq!(reply.headers()["content-type"], "application/pdf");
        assert_eq!(reply.headers()["content-length"], PDF.len().to_string().as_str());
        assert_eq!(reply.headers()["x-content-type-options"], "nosniff");
        let disposition = reply.headers()["content-disposition"].to_str().unwrap();
        assert!(disposition.contains("INV-1.pdf"), "{disposition}");
    }
    assert_eq!(got.bytes().await.unwrap(), PDF);
    let (folder, _) = url.rsplit_once('/').unwrap();
    for nothing in ["INV-2.pdf", "..%2Fport", "%2e%2e/port", ""] {
        let reply = client.get(format!("{folder}/{nothing}")).send().await.unwrap();
        assert_eq!(reply.status(), 404, "{nothing}");
    }

    running.start_kill().unwrap();
    running.wait().await.unwrap();
    let run = shop.run_fast(&gateway).await;
    assert_eq!(run.code, Some(0), "{run:#?}");
    run.tells("Nothing new: 1 message was enqueued before.");
    assert_eq!(run.message()["status"], "sent");
    assert_eq!(gateway.posts().len(), 1);
}

#[tokio::test]
async fn an_outage_is_told_with_code_1_and_is_over_when_the_gateway_is_back() {
    let gateway = StandInGateway::start().await.unwrap();
    let (address, url) = (gateway.address(), gateway.url());
    gateway.shutdown().await;
    let shop = Shop::new();
    shop.many_invoices(8);
    let arguments = ["--gateway", &url, "--api-key", "stand-in-key"];
    let down = shop.run(&arguments).await;
    assert_eq!(down.code, Some(1), "{down:#?}");
    down.tells("The gateway cannot be reached");
    assert_eq!(down.all("status").iter().filter(|status| **status == "failed").count(), 5);

    let gateway = StandInGateway::builder().bind(address).start().await.unwrap();
    let up = shop.run(&arguments).await;
    assert_eq!(up.code, Some(0), "{up:#?}");
    assert_eq!(up.all("status").iter().filter(|status| **status == "sent").count(), 3);
    up.tells("5 messages wait for another attempt");
    assert_eq!(gateway.accepted().len(), 3);
}

#[cfg(unix)]
#[tokio::test]
async fn interrupted_it_finishes_what_is_under_way_and_leaves_nothing_unknown() {
    let gateway = StandInGateway::start().await.unwrap();
    gateway.always(Fault::ordinary().slowly(Duration::from_millis(500)));
    let shop = Shop::new();
    shop.many_invoices(30);
    let url = gateway.url();
    let arguments = ["--gateway", &url, "--api-key", gateway.key()];
    let running = shop.start(&arguments);
    gateway.wait_for_posts(2).await;
    let id = running.id().unwrap().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let run = shop.end(running).await;
    assert_eq!(run.code, Some(0), "{run:#?}");
    run.tells("Interrupted; nothing is lost.");
    let sent = run.all("status").iter().filter(|status| **status == "sent").count();
    assert_eq!(sent, gateway.posts().len());
    assert!(sent < 30);
    assert!(run.all("phase").iter().all(|phase| ["queued", "sent"].contains(phase)), "{run:#?}");
}

fn started(attempt: &Value) -> DateTime<chrono::FixedOffset> {
    DateTime::parse_from_rfc3339(attempt["started_at"].as_str().unwrap()).unwrap()
}
