//! Interpretation of the answers to questions.

use chrono::DateTime;
use whatsapp_core::WhatsAppNumber;
use whatsapp_core::message::{Delivery, Reported};
use whatsapp_core::port::DeliveryReports;
use whatsapp_core::retry::Disposition;

use crate::support::{DIALECTS, IMPATIENCE, KEY, Play, Scripted, builder, number};

#[tokio::test]
async fn a_status_is_an_answer_nothing_or_an_error() {
    let unknown_id = r#"{"success":false,"statusCode":404,"message":"Not Found"}"#;
    let read = r#"{"success":true,"data":{"status":"OK","delivery":"read","id":"7"}}"#;
    let session = r#"{"success":false,"error":"session_not_connected"}"#;
    let strange = r#"{"success":true,"data":{"status":"MOON","id":"7"}}"#;
    let no_account = r#"{"success":true,"data":{"status":"noAccount","id":"7"}}"#;
    for (play, expected) in [
        (Play::json(200, read), Ok(Reported::Reached(Delivery::Read))),
        (Play::json(404, unknown_id), Ok(Reported::Nothing)),
        (Play::json(200, unknown_id), Ok(Reported::Nothing)),
        (Play::answer(404, "", "<html>nginx</html>"), Err(Disposition::Account)),
        (Play::json(404, r#"{"message":"Cannot GET /v2/x"}"#), Err(Disposition::Account)),
        (Play::json(400, unknown_id), Err(Disposition::Account)),
        (Play::json(400, ""), Err(Disposition::Permanent)),
        (Play::json(404, session), Err(Disposition::Account)),
        (Play::json(200, session), Err(Disposition::Account)),
        // A word of another engine, kept as it is.
        (Play::json(200, strange), Ok(Reported::Unreadable("MOON".to_owned()))),
        (Play::json(200, no_account), Ok(Reported::NotOnWhatsApp)),
        (Play::json(401, ""), Err(Disposition::Account)),
        (Play::json(403, ""), Err(Disposition::Account)),
        (Play::json(429, ""), Err(Disposition::Transient)),
        (Play::json(500, ""), Err(Disposition::Unknown)),
        (Play::json(307, ""), Err(Disposition::Account)),
        (Play::answer(200, "", "<html></html>"), Err(Disposition::Unknown)),
        (Play::answer(200, "", ""), Err(Disposition::Unknown)),
        (Play::Reset, Err(Disposition::Unknown)),
        (Play::Silence, Err(Disposition::Unknown)),
    ] {
        for dialect in DIALECTS {
            let server = Scripted::start([play.clone()]).await;
            let gateway = builder(server.url(), KEY)
                .dialect(dialect)
                .look_timeout(IMPATIENCE)
                .build()
                .unwrap();
            let reported = gateway.status("7").await;
            assert_eq!(
                reported.map_err(|error| error.disposition()),
                expected,
                "{dialect:?} {play:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_list_of_which_one_page_fails_is_an_error() {
    let page = |number: u32| {
        Play::json(
            200,
            &format!(
                r#"{{"success":true,"data":{{"pageCount":2,"page":"{number} of 2","data":[
                    {{"id":"{number}","phonenumber":"919876543210","text":"Hello","createdAt":"2030-01-02 03:04:05"}}]}}}}"#
            ),
        )
    };
    for dialect in DIALECTS {
        let server = Scripted::start([page(1), page(2)]).await;
        let gateway = builder(server.url(), KEY).dialect(dialect).build().unwrap();
        let listing = gateway.sent_to(&number(), DateTime::UNIX_EPOCH).await.unwrap();
        assert_eq!(listing.messages.len(), 2);
        assert!(listing.complete);

        for broken in [
            Play::json(500, ""),
            Play::json(404, r#"{"success":false}"#),
            Play::json(200, r#"{"success":false,"data":[]}"#),
            Play::json(200, r#"{"success":"false","data":[]}"#),
            Play::json(200, r#"{"success":0,"data":[]}"#),
            Play::json(200, r#"{"success":true,"statusCode":401,"data":[]}"#),
            Play::json(200, r#"{"success":true,"error":"session not connected","data":[]}"#),
            Play::json(200, r#"{"status":"error","message":"Session closed","data":[]}"#),
            Play::json(200, r#"{"error":{"code":401},"data":[]}"#),
            Play::answer(200, "", "<html></html>"),
            Play::AnswerAndClose("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{".to_owned()),
            Play::Reset,
            Play::Silence,
        ] {
            let server = Scripted::start([page(1), broken.clone()]).await;
            let gateway = builder(server.url(), KEY)
                .dialect(dialect)
                .look_timeout(IMPATIENCE)
                .build()
                .unwrap();
            let listing = gateway.sent_to(&number(), DateTime::UNIX_EPOCH).await;
            assert!(listing.is_err(), "{dialect:?} {broken:?}");
            assert_eq!(server.requests().len(), 2);
        }
    }
}

#[tokio::test]
async fn every_spelling_of_a_number_is_asked_for_and_a_refusal_of_another_one_is_an_answer() {
    let page = |pages: u32, number: u32, to: &str| {
        let row = format!(r#"{{"id":"{to}-{number}","phonenumber":"{to}","text":"Hello"}}"#);
        let page = format!(r#""pageCount":{pages},"page":"{number} of {pages}""#);
        Play::json(200, &format!(r#"{{"success":true,"data":{{{page},"data":[{row}]}}}}"#))
    };
    let brazil = WhatsAppNumber::parse("+5531987654321").unwrap();
    let list = async |dialect, script: Vec<Play>| {
        let server = Scripted::start(script).await;
        let gateway =
            builder(server.url(), KEY).dialect(dialect).look_timeout(IMPATIENCE).build().unwrap();
        (gateway.sent_to(&brazil, DateTime::UNIX_EPOCH).await, server.requests())
    };
    let own = || page(1, 1, "5531987654321");
    for dialect in DIALECTS {
        let other = [page(2, 1, "553187654321"), page(2, 2, "553187654321")];
        let (listing, requests) = list(dialect, [own()].into_iter().chain(other).collect()).await;
        let listing = listing.unwrap();
        assert!(listing.complete);
        assert_eq!(listing.messages.len(), 3);
        let asked = ["5531987654321&page=1", "553187654321&page=1", "553187654321&page=2"];
        for (request, asked) in requests.iter().zip(asked) {
            assert!(request.contains(&format!("phonenumber={asked}")), "{request}");
        }

        for refusal in [
            Play::json(404, r#"{"success":false,"statusCode":404,"message":"Not Found"}"#),
            Play::json(404, ""),
            Play::json(404, r#"{"message":"chat not found"}"#),
            Play::json(400, r#"{"message":"invalid phone number"}"#),
            Play::json(422, ""),
            Play::json(403, r#"{"message":"Forbidden resource"}"#),
            Play::json(200, r#"{"success":false,"statusCode":404,"message":"Not Found"}"#),
            Play::json(200, r#"{"success":true,"data":[]}"#),
        ] {
            let (listing, requests) = list(dialect, vec![own(), refusal.clone()]).await;
            let listing = listing.unwrap();
            assert!(listing.complete, "{refusal:?}");
            assert_eq!((listing.messages.len(), requests.len()), (1, 2), "{refusal:?}");
            // For the number itself this is no answer, and neither is it in the middle of a list.
            let empty = Play::json(200, r#"{"success":true,"data":[]}"#);
            if !matches!(&refusal, Play::Answer(text) if text.contains("[]")) {
                let (listing, _) = list(dialect, vec![refusal.clone(), empty]).await;
                assert!(listing.is_err(), "{refusal:?}");
                let pages = vec![own(), page(2, 1, "553187654321"), refusal.clone()];
                assert!(list(dialect, pages).await.0.is_err(), "{refusal:?}");
            }
        }

        for broken in [
            Play::json(500, ""),
            Play::json(503, r#"{"message":"chat not found"}"#),
            Play::json(401, ""),
            Play::json(408, ""),
            Play::json(429, ""),
            Play::json(301, ""),
            Play::json(404, r#"{"success":false,"error":"session_not_connected"}"#),
            Play::json(403, r#"{"message":"The server is busy"}"#),
            Play::json(200, r#"{"success":false}"#),
            Play::answer(404, "", "<html><title>404 Not Found</title></html>"),
            Play::answer(200, "", "<html></html>"),
            Play::Reset,
            Play::Silence,
        ] {
            let (listing, _) = list(dialect, vec![own(), broken.clone()]).await;
            assert!(listing.is_err(), "{dialect:?} {broken:?}");
        }
    }
}

#[tokio::test]
async fn a_page_may_be_longer_than_a_reply() {
    let text = "ॐ".repeat(40_000);
    let body = format!(
        r#"{{"success":true,"data":{{"pageCount":1,"data":[{{"id":"1","phonenumber":"919876543210","text":"{text}"}}]}}}}"#
    );
    assert!(body.len() > 100_000);
    let server = Scripted::start([Play::json(200, &body)]).await;
    let gateway = builder(server.url(), KEY).build().unwrap();
    let listing = gateway.sent_to(&number(), DateTime::UNIX_EPOCH).await.unwrap();
    assert_eq!(listing.messages[0].text.as_str(), text);
}
