//! Each fault as a client observes it, and the messages that the gateway has accepted meanwhile.

use std::error::Error as _;
use std::io::ErrorKind;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use whatsapp_testkit::gateway::{Answer, Fault, RetryAfter, StandInGateway};

use super::{NUMBER, StillClock, accepted, listed, request, send, sent};

/// Time that a test waits for things that must happen at once, before it gives up.
const PATIENCE: Duration = Duration::from_secs(10);

/// Tells whether an I/O error of this kind is among the causes.
fn caused_by(error: &reqwest::Error, kind: ErrorKind) -> bool {
    let mut cause = error.source();
    while let Some(found) = cause {
        if found.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == kind) {
            return true;
        }
        cause = found.source();
    }
    false
}

/// Sends by hand and reads to the end, to see how the connection ends.
async fn read_to_end(gateway: &StandInGateway) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(gateway.address()).await?;
    let body = format!("phonenumber={NUMBER}&text=raw");
    let head = format!(
        "POST /v2/sendMessage HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        gateway.key(),
        body.len(),
    );
    stream.write_all(head.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(answer)
}

#[tokio::test]
async fn reset_after_acceptance_hides_a_message_that_the_list_shows() {
    let gateway = StandInGateway::start().await.unwrap();
    gateway.next(Fault::accept_then(Answer::Reset));
    let error = send(&gateway, NUMBER, "hidden").await.unwrap_err();
    assert!(caused_by(&error, ErrorKind::ConnectionReset), "{error:?}");
    assert!(!error.is_connect());
    assert_eq!(accepted(&gateway), ["hidden"]);
    assert_eq!(listed(&gateway).await, ["hidden"]);
    assert_eq!(gateway.posts()[0].played, Fault::accept_then(Answer::Reset));
}

#[tokio::test]
async fn reset_without_acceptance_leaves_nothing_in_the_list() {
    let gateway = StandInGateway::start().await.unwrap();
    gateway.next(Fault::refuse(Answer::Reset));
    assert!(send(&gateway, NUMBER, "never").await.is_err());
    assert_eq!(gateway.posts().len(), 1);
    assert_eq!(accepted(&gateway), [""; 0]);
    assert_eq!(listed(&gateway).await, [""; 0]);
}

#[tokio::test]
async fn reset_and_close_differ_on_the_wire() {
    let gateway = StandInGateway::start().await.unwrap();
    gateway.next(Fault::accept_then(Answer::Reset));
    let reset = read_to_end(&gateway).await.unwrap_err();
    assert_eq!(reset.kind(), ErrorKind::ConnectionReset);
    gateway.next(Fault::accept_then(Answer::Close));
    assert_eq!(read_to_end(&gateway).await.unwrap(), b"");
    assert_eq!(accepted(&gateway), ["raw", "raw"]);
}

#[tokio::test]
async fn hang_never_answers_but_has_accepted() {
    let gateway = StandInGateway::start().await.unwrap();
    gateway.next(Fault::accept_then(Answer::Hang));
    let request = request(&gateway, reqwest::Method::POST, "/v2/sendMessage");
    let sending = request.form(&[("phonenumber", NUMBER), ("text", "hung")]).send();
    tokio::pin!(sending);
    let accepted = tokio::select! {
        answer = &mut sending => panic!("answered {answer:?}"),
        accepted = gateway.wait_for_accepted(1) => accepted,
    };
    assert_eq!(accepted[0].text, "hung");
    // The wait ends only with the gateway.
    let end = async { tokio::join!(sending, gateway.shutdown()) };
    let (answer, ()) = timeout(PATIENCE, end).await.expect("the end frees those who wait");
    assert!(answer.is_err());
}

#[tokio::test]
async fn a_client_killed_while_it_waits_does_not_disturb_the_gateway() {
    let gateway = StandInGateway::start().await.unwrap();
    gateway.next(Fault::accept_then(Answer::Hang));
    tokio::select! {
        answer = send(&gateway, NUMBER, "abandoned") => panic!("answered {answer:?}"),
        _ = gateway.wait_for_posts(1) => {}
    }
    let mut half = TcpStream::connect(gateway.address()).await.unwrap();
    half.write_all(b"POST /v2/sendMessage HTTP/1.1\r\nContent-Length: 50\r\n\r\nphone")
        .await
        .unwrap();
    drop(half);
    assert_eq!(sent(&gateway, "alive").await.0, 201);
    assert_eq!(accepted(&gateway), ["abandoned", "alive"]);
}

#[tokio::test]
async fn slow_answer_takes_its_time_after_the_acceptance() {
    let gateway = StandInGateway::start().await.unwrap();
    let delay = Duration::from_millis(60);
    gateway.next(Fault::ordinary().slowly(delay));
    #[expect(clippy::disallowed_methods, reason = "real time is what is measured here")]
    let start = Instant::now();
    assert_eq!(sent(&gateway, "slow").await.0, 201);
    assert!(start.elapsed() >= delay);
    assert_eq!(accepted(&gateway), ["slow"]);
}

#[tokio::test]
async fn truncated_body_breaks_off_in_the_middle() {
    let gateway = StandInGateway::start().await.unwrap();
    gateway.next(Fault::accept_then(Answer::Truncated));
    let response = send(&gateway, NUMBER, "cut").await.unwrap();
    assert_eq!(response.status(), 201);
    let promised = response.content_length().unwrap();
    let error = response.bytes().await.unwrap_err();
    assert!(error.is_body() || error.is_decode(), "{error:?}");

    gateway.next(Fault::accept_then(Answer::Truncated));
    let raw = String::from_utf8(read_to_end(&gateway).await.unwrap()).unwrap();
    let (_, body) = raw.split_once("\r\n\r\n").unwrap();
    assert!(body.starts_with('{'));
    assert!((body.len() as u64) < promised);
    assert_eq!(accepted(&gateway), ["cut", "raw"]);
}

#[tokio::test]
async fn unreadable_answers_are_two_hundreds() {
    let gateway = StandInGateway::start().await.unwrap();
    gateway.next(Fault::accept_then(Answer::Garbage));
    gateway.next(Fault::accept_then(Answer::Empty));
    let (status, body) = sent(&gateway, "a").await;
    assert_eq!(status, 200);
    assert!(serde_json::from_str::<Value>(&body).is_err(), "{body}");
    assert_eq!(sent(&gateway, "b").await, (200, String::new()));
    assert_eq!(accepted(&gateway), ["a", "b"]);
}

#[tokio::test]
async fn doubtful_successes_differ_from_the_ordinary_one_in_one_place() {
    let gateway = StandInGateway::start().await.unwrap();
    let answers = [Answer::Ordinary, Answer::WithoutId, Answer::SuccessAsText, Answer::DataArray];
    let mut bodies = Vec::new();
    for answer in answers {
        gateway.next(Fault::accept_then(answer));
        let (status, body) = sent(&gateway, "x").await;
        assert_eq!(status, 201);
        bodies.push(serde_json::from_str::<Value>(&body).unwrap());
    }
    assert_eq!(bodies[0]["success"], true);
    assert!(bodies[0]["data"]["id"].is_string());
    assert_eq!(bodies[1]["success"], true);
    assert_eq!(bodies[1]["data"]["phonenumber"], NUMBER);
    assert!(bodies[1]["data"].get("id").is_none());
    assert_eq!(bodies[2]["success"], "true");
    assert!(bodies[2]["data"]["id"].is_string());
    assert!(bodies[3]["data"][0]["id"].is_string());
}

#[tokio::test]
async fn success_false_hides_under_two_hundred() {
    let gateway = StandInGateway::start().await.unwrap();
    gateway.next(Fault::refuse(Answer::SuccessFalse("Number is blocked".to_owned())));
    gateway.next(Fault::refuse(Answer::session_down()));
    for message in ["Number is blocked", "Session is not connected"] {
        let (status, body) = sent(&gateway, "x").await;
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!((status, &body["success"]), (200, &Value::Bool(false)));
        assert_eq!(body["message"], message);
    }
    assert_eq!(accepted(&gateway), [""; 0]);
}

#[tokio::test]
async fn statuses_come_with_or_without_acceptance() {
    let gateway = StandInGateway::start().await.unwrap();
    for status in [400, 401, 403, 404, 408, 422, 429, 500, 502, 503] {
        gateway.next(Fault::refuse(Answer::Status(status)));
        let (answered, body) = sent(&gateway, "refused").await;
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(answered, status);
        if status == 403 {
            assert_eq!(body, serde_json::json!({"message": "Forbidden resource"}));
        } else {
            assert_eq!((&body["success"], &body["statusCode"]), (&false.into(), &status.into()));
        }
    }
    assert_eq!(accepted(&gateway), [""; 0]);
    gateway.next(Fault::accept_then(Answer::Status(500)));
    assert_eq!(sent(&gateway, "taken").await.0, 500);
    assert_eq!(listed(&gateway).await, ["taken"]);
}

#[tokio::test]
async fn retry_after_comes_in_every_form() {
    let clock = StillClock::at("2030-01-02T03:04:05Z");
    let gateway = clock.gateway().start().await.unwrap();
    let ahead = Duration::from_secs(60);
    let mut forms = vec![
        (RetryAfter::Absent, None),
        (RetryAfter::Date(ahead), Some("Wed, 02 Jan 2030 03:05:05 GMT")),
    ];
    for text in ["120", "-1", "abc", "999999999"] {
        forms.push((RetryAfter::Text(text.to_owned()), Some(text)));
    }
    for (form, expected) in forms {
        gateway.next(Fault::refuse(Answer::TooManyRequests(form)));
        let response = send(&gateway, NUMBER, "x").await.unwrap();
        assert_eq!(response.status(), 429);
        let header = response.headers().get("retry-after");
        assert_eq!(header.map(|value| value.to_str().unwrap()), expected);
    }
}

#[tokio::test]
async fn a_followed_redirect_is_seen_and_sends_a_second_message() {
    let gateway = StandInGateway::start().await.unwrap();
    gateway.always(Fault::accept_then(Answer::Redirect(307)));
    let response = send(&gateway, NUMBER, "moved").await.unwrap();
    assert_eq!(response.status(), 307);
    assert_eq!(response.headers()["location"], "/moved/v2/sendMessage");
    assert_eq!(gateway.posts().len(), 1);

    for (status, method) in [(307, "POST"), (302, "GET")] {
        gateway.next(Fault::accept_then(Answer::Redirect(status)));
        let before = gateway.posts().len();
        let follower = reqwest::Client::builder().no_proxy().build().unwrap();
        let response = follower
            .post(format!("{}/v2/sendMessage", gateway.url()))
            .bearer_auth(gateway.key())
            .form(&[("phonenumber", NUMBER), ("text", "followed")])
            .send()
            .await
            .unwrap();
        assert!(response.status().is_success());
        let posts = gateway.posts().split_off(before);
        assert_eq!(posts.len(), 2);
        assert!(!posts[0].followed_redirect);
        assert!(posts[1].followed_redirect);
        assert_eq!(posts[1].method, method);
    }
    assert_eq!(accepted(&gateway), ["moved", "followed", "followed", "followed"]);
}

#[tokio::test]
async fn late_acceptance_waits_for_the_clock_or_the_test() {
    let clock = StillClock::at("2030-01-02T03:04:05Z");
    let gateway = clock.gateway().start().await.unwrap();
    gateway.next(Fault::late_by(Duration::from_secs(60), Answer::Status(500)));
    gateway.next(Fault::on_release(Answer::Reset));
    assert_eq!(sent(&gateway, "minute").await.0, 500);
    assert!(send(&gateway, NUMBER, "released").await.is_err());
    clock.advance(Duration::from_secs(59));
    assert_eq!(listed(&gateway).await, [""; 0]);
    clock.advance(Duration::from_secs(1));
    assert_eq!(listed(&gateway).await, ["minute"]);
    assert_eq!(gateway.release_late(), 1);
    assert_eq!(listed(&gateway).await, ["released", "minute"]);
    assert_eq!(gateway.release_late(), 0);
}

#[tokio::test]
async fn late_acceptance_needs_nobody_to_ask() {
    let gateway = StandInGateway::start().await.unwrap();
    gateway.next(Fault::late_by(Duration::from_millis(30), Answer::Status(500)));
    assert_eq!(sent(&gateway, "late").await.0, 500);
    let accepted = timeout(PATIENCE, gateway.wait_for_accepted(1)).await.expect("accepted unasked");
    assert_eq!(accepted[0].text, "late");
}

#[tokio::test]
async fn a_lost_message_has_an_id_that_nobody_knows() {
    let gateway = StandInGateway::start().await.unwrap();
    gateway.next(Fault::lost());
    let id = super::sent_id(&gateway, NUMBER, "lost").await;
    let (status, _) = super::ask(&gateway, &format!("/v2/message/status?id={id}")).await;
    assert_eq!(status, 404);
    assert_eq!(accepted(&gateway), [""; 0]);
}

#[tokio::test]
async fn huge_and_raw_bodies_arrive_as_asked() {
    let gateway = StandInGateway::start().await.unwrap();
    gateway.next(Fault::accept_then(Answer::Huge(100_003)));
    let (status, body) = sent(&gateway, "huge").await;
    assert_eq!((status, body.len()), (201, 100_003));
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["success"], true);

    let raw = Answer::Raw { status: 202, content_type: "x/y".to_owned(), body: vec![0xEF, 0xBB] };
    gateway.next(Fault::refuse(raw));
    let response = request(&gateway, reqwest::Method::POST, "/v2/sendMessage")
        .form(&[("phonenumber", NUMBER), ("text", "x")])
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 202);
    assert_eq!(response.headers()["content-type"], "x/y");
    assert_eq!(response.bytes().await.unwrap(), [0xEF, 0xBB].as_slice());
}
