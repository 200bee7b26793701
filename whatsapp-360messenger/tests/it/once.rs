//! One call of `send` is one POST, whatever the network does.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use whatsapp_360messenger::Gateway;
use whatsapp_core::message::Cause;
use whatsapp_core::port::{
    ApiKey, ApiKeyError, ApiKeySource, DeliveryReports, FixedKey, Probe, Transport, TransportError,
};
use whatsapp_core::retry::Disposition;

use crate::support::{DIALECTS, IMPATIENCE, KEY, Play, Scripted, builder, message};

const ACCEPTED: &str = r#"{"success":true,"data":{"id":"7"}}"#;

/// Sends one message to a server with this script; returns the error and all requests that arrived.
async fn fails(script: Vec<Play>) -> (TransportError, Vec<String>) {
    let server = Scripted::start(script).await;
    let gateway = builder(server.url(), KEY).timeout(IMPATIENCE).build().unwrap();
    let error = gateway.send(&message("Hello")).await.unwrap_err();
    (error, server.requests())
}

fn assert_unknown(error: &TransportError) {
    assert_eq!(error.disposition(), Disposition::Unknown, "{error:?}");
    assert!(error.reached(), "{error:?}");
}

#[tokio::test]
async fn a_broken_connection_leaves_the_outcome_unknown_and_one_post() {
    for play in [Play::Reset, Play::Close, Play::Silence] {
        let (error, requests) = fails(vec![play.clone()]).await;
        assert_unknown(&error);
        assert_eq!(requests.len(), 1, "{play:?}");
        let in_time = error.detail() == "The gateway did not answer in time";
        assert_eq!(in_time, matches!(play, Play::Silence), "{error:?}");
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_leaves_the_outcome_unknown() {
    for answer in [
        "HTTP/1.1 201 Created\r\nContent-Le".to_owned(),
        format!("HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\n{ACCEPTED}"),
        "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"suc".to_owned(),
        "no HTTP at all\r\n\r\n".to_owned(),
    ] {
        let (error, requests) = fails(vec![Play::AnswerAndClose(answer)]).await;
        assert_unknown(&error);
        assert_eq!(requests.len(), 1);
    }
}

#[tokio::test]
async fn an_answer_is_read_to_64_kib_and_no_further() {
    let accepted = |length: usize| {
        let padded = format!("{ACCEPTED}{}", " ".repeat(length - ACCEPTED.len()));
        Play::json(201, &padded)
    };
    let server = Scripted::start([accepted(65_536), accepted(65_537)]).await;
    let gateway = builder(server.url(), KEY).build().unwrap();
    assert!(gateway.send(&message("Hello")).await.is_ok());
    let error = gateway.send(&message("Hello")).await.unwrap_err();
    assert_unknown(&error);
    assert_eq!(error.http_status(), Some(201));

    // An answer that never ends is abandoned, not waited for.
    let endless = format!("HTTP/1.1 201 Created\r\n\r\n{}", " ".repeat(70_000));
    let (error, _) = fails(vec![Play::Answer(endless)]).await;
    assert_unknown(&error);
}

#[tokio::test]
async fn a_kept_alive_connection_that_breaks_gets_no_second_post() {
    for play in [Play::Close, Play::Reset] {
        let server =
            Scripted::start([Play::json(201, ACCEPTED), play, Play::json(201, ACCEPTED)]).await;
        let gateway = builder(server.url(), KEY).build().unwrap();
        gateway.send(&message("first")).await.unwrap();
        let error = gateway.send(&message("second")).await.unwrap_err();
        assert_unknown(&error);
        let requests = server.requests();
        assert_eq!(requests.len(), 2);
        assert!(requests[1].contains("second"));
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = Scripted::start([]).await;
    for dialect in DIALECTS {
        for status in [301, 302, 303, 307, 308] {
            let location = format!(
                "Location: {}/elsewhere\r\n",
                elsewhere.url().replace("127.0.0.1", "localhost")
            );
            let server = Scripted::start([Play::answer(status, &location, "")]).await;
            let gateway = builder(server.url(), KEY).dialect(dialect).build().unwrap();
            let error = gateway.send(&message("Hello")).await.unwrap_err();
            // 303 means that the result is elsewhere; so does 302, unless it leads to the same path
            // or host.
            let waits = matches!(status, 301 | 302 | 307 | 308);
            let expected = if waits { Disposition::Account } else { Disposition::Unknown };
            assert_eq!(error.disposition(), expected, "{status}");
            assert_eq!((error.cause(), error.cause_is_sure()), (Cause::Address, false));
            assert_eq!(error.http_status(), Some(status));
            assert!(error.detail().contains("redirected"), "{error}");
            assert_eq!(server.requests().len(), 1);
        }
    }
    assert_eq!(elsewhere.requests(), Vec::<String>::new());
}

#[tokio::test]
async fn where_no_byte_can_arrive_nothing_was_sent() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    // A server without TLS: the handshake fails.
    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let no_tls = format!("https://{}", plain.local_addr().unwrap());
    let speaking = tokio::spawn(async move {
        let (mut stream, _) = plain.accept().await.unwrap();
        stream.write_all(b"220 mail ready\r\n").await.unwrap();
    });
    // By definition no name ends like this (RFC 6761).
    let no_name = "https://gateway.invalid".to_owned();
    for url in [nobody, no_tls, no_name] {
        let gateway = builder(url.clone(), KEY).build().unwrap();
        let error = gateway.send(&message("Hello")).await.unwrap_err();
        assert_eq!(error.disposition(), Disposition::Transient, "{url} {error:?}");
        assert!(!error.reached(), "{url} {error:?}");
        assert_eq!(error.http_status(), None);
    }
    speaking.await.unwrap();
}

/// Has no key, or a different one each time.
#[derive(Debug)]
struct Keys(std::sync::Mutex<Vec<&'static str>>);

#[async_trait::async_trait]
impl ApiKeySource for Keys {
    async fn api_key(&self) -> Result<ApiKey, ApiKeyError> {
        match self.0.lock().unwrap().pop() {
            Some(key) => ApiKey::new(key),
            None => Err(ApiKeyError::Missing {
                hint: "set the environment variable SECRET_PLACE".to_owned(),
            }),
        }
    }
}

#[tokio::test]
async fn the_key_is_asked_for_each_time_and_without_one_nothing_is_sent() {
    let server = Scripted::start([Play::json(201, ACCEPTED), Play::json(201, ACCEPTED)]).await;
    let keys = Arc::new(Keys(vec!["key-b", "key-a"].into()));
    let gateway = Gateway::builder(keys).base_url(server.url()).build().unwrap();
    gateway.send(&message("Hello")).await.unwrap();
    gateway.send(&message("Hello")).await.unwrap();
    for error in [
        gateway.send(&message("Hello")).await.unwrap_err(),
        gateway.probe().await.unwrap_err(),
        gateway.status("7").await.unwrap_err(),
    ] {
        assert_eq!(error.disposition(), Disposition::Misconfigured);
        assert!(!error.reached());
        assert!(!error.detail().contains("SECRET_PLACE"));
    }
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert!(requests[0].contains("authorization: Bearer key-a\r\n"));
    assert!(requests[1].contains("authorization: Bearer key-b\r\n"));
}

#[tokio::test]
async fn the_short_constructor_speaks_v2_to_the_vendor() {
    let key = ApiKey::new(KEY).unwrap();
    let gateway = Gateway::new(key.clone()).unwrap();
    assert_eq!(
        format!("{gateway:?}"),
        "Gateway { base_url: \"https://api.360messenger.com/\", dialect: V2, .. }"
    );
    let strict = Gateway::builder(Arc::new(FixedKey(key)));
    let refused = strict.dialect(whatsapp_360messenger::Dialect::V1).build();
    assert_eq!(refused.unwrap_err(), whatsapp_360messenger::BuildError::KeyInUrl);
    for timeout in [Duration::ZERO, Duration::from_millis(30_001)] {
        let builder = || builder("http://localhost", KEY);
        for builder in [builder().timeout(timeout), builder().look_timeout(timeout)] {
            let error = builder.build().unwrap_err();
            assert_eq!(error, whatsapp_360messenger::BuildError::Timeout);
        }
    }
}

#[tokio::test]
async fn a_probe_ends_in_ready_refused_or_an_error() {
    let envelope = r#"{"success":false,"statusCode":404,"message":"Not Found"}"#;
    let not_found = || Play::json(404, envelope);
    for (script, expected) in [
        (vec![Play::json(200, r#"{"success":true}"#)], Some(Probe::Ready)),
        (vec![Play::answer(200, "", "CONNECTED")], Some(Probe::Ready)),
        (vec![not_found(), Play::json(200, r#"{"success":true}"#)], Some(Probe::Ready)),
        (vec![Play::json(401, "")], Some(Probe::Refused)),
        (vec![Play::json(402, "")], Some(Probe::Refused)),
        (vec![Play::json(200, r#"{"success":false,"code":"401"}"#)], Some(Probe::Refused)),
        (
            vec![Play::json(404, r#"{"success":false,"error":"session_not_connected"}"#)],
            Some(Probe::Refused),
        ),
        (vec![Play::json(200, r#"{"data":{"state":"DISCONNECTED"}}"#)], Some(Probe::Refused)),
        (vec![Play::answer(403, "", "<html>Firewall</html>")], None),
        (vec![Play::json(403, r#"{"message":"Forbidden resource"}"#)], Some(Probe::Refused)),
        (vec![not_found(), Play::json(403, "")], Some(Probe::Refused)),
        (vec![not_found(), not_found()], None),
        (vec![Play::json(500, "")], None),
        (vec![Play::json(302, "")], None),
        (vec![Play::answer(200, "", " <html>Welcome</html>")], None),
        (vec![Play::json(200, r#"{"success":false}"#)], None),
        (vec![Play::json(200, r#"{"success":"false"}"#)], None),
        (vec![Play::json(200, r#"{"success":true,"statusCode":401}"#)], None),
        (vec![Play::json(200, r#"{"success":true,"error":"session not connected"}"#)], None),
        (vec![Play::Reset], None),
        (vec![Play::Silence], None),
    ] {
        for dialect in DIALECTS {
            let server = Scripted::start(script.clone()).await;
            let gateway = builder(server.url(), KEY)
                .dialect(dialect)
                .look_timeout(IMPATIENCE)
                .build()
                .unwrap();
            assert_eq!(gateway.probe().await.ok(), expected, "{dialect:?} {script:?}");
            assert_eq!(server.requests().len(), script.len());
        }
    }
}
