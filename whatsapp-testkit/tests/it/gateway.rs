//! The stand-in gateway as a client sees it.

#[cfg(feature = "bin")]
mod binary;
mod dialects;
mod faults;
mod fetches;
mod looks;
mod samples;
mod scripts;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use whatsapp_testkit::gateway::{GatewayBuilder, StandInGateway};

const NUMBER: &str = "919876543210";
const OTHER_NUMBER: &str = "971501234567";

/// A client that does what a careful adapter does: no proxies, no redirects, no waiting.
fn client() -> Client {
    Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .build()
        .unwrap()
}

fn request(gateway: &StandInGateway, method: Method, path: &str) -> RequestBuilder {
    client().request(method, format!("{}{path}", gateway.url())).bearer_auth(gateway.key())
}

/// Sends a text through v2.
async fn send(gateway: &StandInGateway, number: &str, text: &str) -> reqwest::Result<Response> {
    request(gateway, Method::POST, "/v2/sendMessage")
        .json(&json!({"phonenumber": number, "text": text}))
        .send()
        .await
}

/// Sends a text through v2 and returns the status and the body.
async fn sent(gateway: &StandInGateway, text: &str) -> (u16, String) {
    let response = send(gateway, NUMBER, text).await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

/// Sends a text through v2 and returns the id in the acceptance reply.
async fn sent_id(gateway: &StandInGateway, number: &str, text: &str) -> String {
    let body: Value = send(gateway, number, text).await.unwrap().json().await.unwrap();
    body["data"]["id"].as_str().unwrap().to_owned()
}

/// Asks, and returns the status and the JSON body.
async fn ask(gateway: &StandInGateway, path: &str) -> (u16, Value) {
    let response = request(gateway, Method::GET, path).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

/// The texts on the first page of v2's sent list.
async fn listed(gateway: &StandInGateway) -> Vec<String> {
    let (status, body) = ask(gateway, "/v2/message/sentMessages").await;
    assert_eq!(status, 200);
    texts(&body["data"]["data"])
}

fn texts(rows: &Value) -> Vec<String> {
    let rows = rows.as_array().unwrap();
    rows.iter().map(|row| row["text"].as_str().unwrap().to_owned()).collect()
}

/// The texts of the accepted messages.
fn accepted(gateway: &StandInGateway) -> Vec<String> {
    gateway.accepted().into_iter().map(|message| message.text).collect()
}

/// A clock that stands still until it is moved.
#[derive(Debug, Clone)]
struct StillClock(Arc<Mutex<DateTime<Utc>>>);

impl StillClock {
    fn at(instant: &str) -> Self {
        Self(Arc::new(Mutex::new(instant.parse().unwrap())))
    }

    fn advance(&self, time: Duration) {
        *self.0.lock().unwrap() += TimeDelta::from_std(time).unwrap();
    }

    /// Makes a gateway that goes by this clock.
    fn gateway(&self) -> GatewayBuilder {
        let clock = self.clone();
        StandInGateway::builder().now(move || *clock.0.lock().unwrap())
    }
}
