//! A gateway whose address and key change while it is in use.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use whatsapp_360messenger::Gateway;
use whatsapp_core::port::{
    AddressError, AddressedGateway, ApiKey, ApiKeyError, ApiKeySource, DeliveryReports, Transport,
};
use whatsapp_testkit::fixtures::START;

use crate::support::{KEY, Play, Scripted, builder, message, number};

const ACCEPTED: &str = r#"{"success":true,"data":{"id":"7"}}"#;
const READY: &str = r#"{"success":true,"data":{"state":"connected"}}"#;
const NOTHING_LISTED: &str =
    r#"{"success":true,"data":{"data":[],"pageCount":1,"page":1,"total":0}}"#;

/// A key that is replaced.
#[derive(Debug, Clone)]
struct Replaced(Arc<Mutex<&'static str>>);

#[async_trait]
impl ApiKeySource for Replaced {
    async fn api_key(&self) -> Result<ApiKey, ApiKeyError> {
        ApiKey::new(*self.0.lock().unwrap())
    }
}

fn movable() -> (Gateway, Replaced) {
    let key = Replaced(Arc::new(Mutex::new(KEY)));
    (Gateway::builder(Arc::new(key.clone())).build().unwrap(), key)
}

#[tokio::test]
async fn a_line_stays_at_its_host_and_with_its_key() {
    let old = Scripted::start([
        Play::json(201, ACCEPTED),
        Play::json(200, NOTHING_LISTED),
        Play::json(200, ACCEPTED),
    ])
    .await;
    let new = Scripted::start([Play::json(200, READY), Play::json(201, ACCEPTED)]).await;
    let (gateway, key) = movable();
    gateway.go_to(&old.url()).await.unwrap();
    let line = Transport::line(&gateway).await.unwrap().unwrap();
    let asks = DeliveryReports::line(&gateway).await.unwrap().unwrap();
    assert_eq!(line.via, asks.via);
    assert_eq!(format!("http://{}", line.via.host()), old.url());

    *key.0.lock().unwrap() = "sk-canary-of-today";
    let turned = Transport::line(&gateway).await.unwrap().unwrap().via;
    assert_eq!(turned.host(), line.via.host());
    assert_ne!(turned.key(), line.via.key());
    gateway.go_to(&new.url()).await.unwrap();
    let moved = Transport::line(&gateway).await.unwrap().unwrap();
    assert_eq!(format!("http://{}", moved.via.host()), new.url());

    line.over.send(&message("Hello")).await.unwrap();
    asks.over.sent_to(&number(), START).await.unwrap();
    asks.over.status("7").await.unwrap();
    moved.over.send(&message("Hello")).await.unwrap();
    let asked = old.requests();
    assert_eq!(asked.len(), 3);
    assert!(asked.iter().all(|request| request.contains(&format!("Bearer {KEY}\r\n"))));
    let asked = new.requests();
    assert_eq!(asked.len(), 2, "the probe and the message");
    assert!(asked.iter().all(|request| request.contains("Bearer sk-canary-of-today\r\n")));
    let shown = format!("{line:?} {:?} {asks:?} {moved:?} {gateway:?}", line.over);
    assert!(!shown.contains("canary"), "{shown}");
}

#[tokio::test]
async fn the_first_address_is_taken_as_it_is_and_the_next_is_tried() {
    let (first, second) = (Scripted::start([]).await, Scripted::start([]).await);
    let (gateway, _) = movable();
    assert_eq!(gateway.address().in_use, None);
    assert_eq!(gateway.address().fixed, None);
    gateway.go_to(&first.url()).await.unwrap();
    gateway.go_to(&format!("{}/v2/", first.url())).await.unwrap();
    assert_eq!(gateway.address().in_use, Some(first.url()));
    assert_eq!(first.requests().len(), 0, "there was none to stay with");
    let error = gateway.go_to(&second.url()).await.unwrap_err();
    assert!(matches!(error, AddressError::NoAnswer { .. }), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("canary"));
    assert_eq!(gateway.address().in_use, Some(first.url()), "the old one is at work");
}

#[tokio::test]
async fn a_gateway_that_refuses_the_key_is_not_gone_to() {
    let first = Scripted::start([]).await;
    let refusal = r#"{"success":false,"message":"Invalid API key"}"#;
    let second = Scripted::start([Play::json(401, refusal), Play::json(401, refusal)]).await;
    let (gateway, _) = movable();
    gateway.go_to(&first.url()).await.unwrap();
    for error in [
        gateway.try_address(&second.url()).await.unwrap_err(),
        gateway.go_to(&second.url()).await.unwrap_err(),
    ] {
        let AddressError::Refused { host } = &error else { panic!("{error:?}") };
        assert_eq!(format!("http://{host}"), second.url());
    }
    assert_eq!(gateway.address().in_use, Some(first.url()));
}

#[tokio::test]
async fn a_host_that_is_not_allowed_is_never_spoken_to() {
    let first = Scripted::start([]).await;
    let (gateway, _) = movable();
    gateway.go_to(&first.url()).await.unwrap();
    let error = gateway.go_to("https://gate.example").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the gateway's address leads to gate.example, which this program may not send to; it may \
         send to api.360messenger.com and this machine"
    );
    assert_eq!(gateway.host_of("https://gate.example"), Err(error));
    let allowing = Gateway::builder(Arc::new(Replaced(Arc::new(Mutex::new(KEY)))))
        .allow_host("gate.example")
        .build()
        .unwrap();
    assert_eq!(
        allowing.host_of("https://gate.example:8443/x"),
        Ok("gate.example:8443/x".to_owned())
    );
}

#[tokio::test]
async fn an_address_of_the_program_is_fixed_and_may_have_a_name() {
    let server = Scripted::start([]).await;
    let gateway = builder(server.url(), KEY).build().unwrap();
    let shown = gateway.address();
    assert_eq!(shown.in_use, Some(server.url()));
    assert!(shown.fixed.is_some());
    for change in [
        gateway.go_to("https://api.360messenger.com").await,
        gateway.try_address("https://api.360messenger.com").await,
    ] {
        assert!(matches!(change, Err(AddressError::Fixed { .. })), "{change:?}");
    }
    let named = builder(server.url(), KEY).known_as("the stand-in").build().unwrap();
    assert_eq!(Transport::line(&named).await.unwrap().unwrap().via.host(), "the stand-in");
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn without_a_key_there_is_no_way() {
    let server = Scripted::start([]).await;
    let key = Replaced(Arc::new(Mutex::new("")));
    let gateway = Gateway::builder(Arc::new(key)).base_url(server.url()).build().unwrap();
    let error = Transport::line(&gateway).await.unwrap_err();
    assert!(!error.reached());
    assert_eq!(error, gateway.send(&message("Hello")).await.unwrap_err());
}
