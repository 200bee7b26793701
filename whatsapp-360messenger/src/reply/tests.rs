//! Every kind of reply, row by row.

use chrono::TimeZone;
use serde_json::json;
use whatsapp_core::port::{ApiKey, OutgoingMessage};
use whatsapp_core::{Private, WhatsAppNumber};

use super::*;

const ID: &str = "11111111-2222-4333-8444-555555555555";

/// What must come out.
#[derive(Debug, PartialEq)]
enum Verdict {
    /// Accepted under this id.
    Accepted(Option<&'static str>),
    /// An error with this disposition.
    Is(Disposition),
}

use Disposition::{Account, Permanent, Transient, Unknown};
use Verdict::{Accepted as Yes, Is};

fn secrets() -> Secrets {
    let message = OutgoingMessage {
        number: WhatsAppNumber::parse("+919876543210").unwrap(),
        text: Private::new("Your parcel has arrived"),
        attachment: None,
    };
    Secrets::of_message(&ApiKey::new("sk-canary-0123456789").unwrap(), &message)
}

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2030, 1, 2, 3, 4, 5).unwrap()
}

fn reply(status: u16, body: &str) -> Reply {
    Reply { status, retry_after: None, body: Some(body.as_bytes().to_vec()) }
}

fn judge(dialect: Dialect, reply: &Reply) -> Result<Accepted, TransportError> {
    classify(dialect, reply, &secrets(), now())
}

fn check(dialect: Dialect, rows: &[(u16, &str, Verdict)]) {
    for (status, body, expected) in rows {
        let judged = judge(dialect, &reply(*status, body));
        match (expected, &judged) {
            (Yes(id), Ok(accepted)) => {
                assert_eq!(accepted.gateway_id.as_deref(), *id, "{status} {body}");
                assert_eq!(accepted.http_status, Some(*status), "{status} {body}");
            }
            (Is(disposition), Err(error)) => {
                assert_eq!(error.disposition(), *disposition, "{status} {body}");
                assert_eq!(error.http_status(), Some(*status), "{status} {body}");
                assert_eq!(error.retry_after().is_some(), *status == 429, "{status}");
                assert!(error.reached(), "{status} {body}");
                assert!(!error.detail().is_empty(), "{status} {body}");
            }
            _ => panic!("{dialect:?} {status} {body}: {judged:?} is not {expected:?}"),
        }
    }
}

#[test]
fn v2_and_rest_accept_only_what_says_so_exactly() {
    let rows = [
        (
            201,
            r#"{"success":true,"statusCode":201,"timestamp":"2030-01-02 03:04:05","data":{"phonenumber":"919876543210","id":"11111111-2222-4333-8444-555555555555"}}"#,
            Yes(Some(ID)),
        ),
        (200, r#"{"success":true,"data":[{"id":"7"}]}"#, Yes(Some("7"))),
        (202, r#"{"success":true,"result":{"id":7}}"#, Yes(Some("7"))),
        (200, r#"{"success":true}"#, Yes(None)),
        (200, r#"{"success":true,"data":null}"#, Yes(None)),
        (200, r#"{"success":true,"data":[]}"#, Yes(None)),
        (200, r#"{"success":true,"data":{"id":""}}"#, Yes(None)),
        (200, r#"{"success":true,"data":{"id":"two words"}}"#, Yes(None)),
        (201, r#" {"success":true,"statusCode":"201"} "#, Yes(None)),
        (200, r#"{"success":"true"}"#, Is(Unknown)),
        (200, r#"{"success":1}"#, Is(Unknown)),
        (200, r#"{"success":null}"#, Is(Unknown)),
        (200, r#"{"success":false,"success":true}"#, Is(Unknown)),
        (200, r#"{"success":true,"success":true}"#, Is(Unknown)),
        (200, r#"{"success":true,"data":{"id":"1","id":"2"}}"#, Is(Unknown)),
        (200, "\u{feff}{\"success\":true}", Is(Unknown)),
        (200, r#"{"success":true} and more"#, Is(Unknown)),
        (200, r#"{"success":tr"#, Is(Unknown)),
        (200, r#"[{"success":true}]"#, Is(Unknown)),
        (200, r#"{"data":{"id":"7"}}"#, Is(Unknown)),
        (200, "<!DOCTYPE html><html></html>", Is(Unknown)),
        (200, "", Is(Unknown)),
        (200, "true", Is(Unknown)),
        (200, "1234", Is(Unknown)),
        (200, "Bad Request", Is(Unknown)),
        (204, "", Is(Unknown)),
        (200, r#"{"success":false,"message":"No credit"}"#, Is(Transient)),
        (201, r#"{"success":false}"#, Is(Transient)),
    ];
    check(Dialect::V2, &rows);
    check(Dialect::Rest, &rows);
}

#[test]
fn v1_accepts_tracking_codes_too() {
    check(
        Dialect::V1,
        &[
            (201, "1234", Yes(Some("1234"))),
            (200, "1234\n", Yes(Some("1234"))),
            (200, r#"[{"phonenumber":"919876543210","tracking_Code":1234}]"#, Yes(Some("1234"))),
            (200, r#"[{"tracking_code":"1234"}]"#, Yes(Some("1234"))),
            (200, r#"{"success":true,"data":{"tracking_Code":9}}"#, Yes(Some("9"))),
            (201, r#"{"success":true,"data":{"id":"x-9"}}"#, Yes(Some("x-9"))),
            (200, r#"{"success":false,"message":"No credit"}"#, Is(Transient)),
            (200, "Bad Request", Is(Permanent)),
            (400, "Bad Request", Is(Permanent)),
            (200, "0", Is(Unknown)),
            (200, "-5", Is(Unknown)),
            (200, "1.5", Is(Unknown)),
            (200, "123456789012345678901", Is(Unknown)),
            (200, "1234 5678", Is(Unknown)),
            (200, "OK", Is(Unknown)),
            (200, "", Is(Unknown)),
            (200, "[]", Is(Unknown)),
            (200, r#"[{"phonenumber":"919876543210"}]"#, Is(Unknown)),
            (200, r#"[{"tracking_Code":1},{"tracking_Code":2,"tracking_Code":3}]"#, Is(Unknown)),
            (200, r#"{"errorCode":7,"errorDescription":"old"}"#, Is(Unknown)),
            (500, "1234", Is(Unknown)),
            (404, "1234", Is(Permanent)),
        ],
    );
}

#[test]
fn other_statuses_mean_the_same_in_every_dialect() {
    let mut rows = vec![
        (403, r#"{"message":"Forbidden resource"}"#, Is(Account)),
        (401, "", Is(Account)),
        (404, r#"{"success":false,"statusCode":404,"message":"Not Found"}"#, Is(Permanent)),
        (404, "<html>nginx</html>", Is(Permanent)),
        (400, r#"{"message":["text is too long"],"error":"Bad Request"}"#, Is(Permanent)),
        (429, "", Is(Transient)),
        (408, "", Is(Unknown)),
        (500, r#"{"success":true,"data":{"id":"7"}}"#, Is(Unknown)),
        (503, r#"{"success":false}"#, Is(Unknown)),
        (400, r#"{"success":true}"#, Is(Permanent)),
        (302, r#"{"success":true}"#, Is(Unknown)),
        (600, "", Is(Unknown)),
    ];
    rows.extend([300, 301, 303, 304, 307, 308, 399].map(|status| (status, "", Is(Unknown))));
    rows.extend(
        [402, 405, 406, 409, 410, 413, 415, 418, 422, 451, 499].map(|s| (s, "", Is(Permanent))),
    );
    rows.extend([501, 502, 504, 520, 599].map(|status| (status, "", Is(Unknown))));
    for dialect in [Dialect::V2, Dialect::V1, Dialect::Rest] {
        check(dialect, &rows);
    }
}

#[test]
fn a_body_that_broke_off_leaves_only_the_status() {
    for (status, disposition) in
        [(200, Unknown), (201, Unknown), (422, Permanent), (401, Account), (500, Unknown)]
    {
        for dialect in [Dialect::V2, Dialect::V1, Dialect::Rest] {
            let broken = Reply { status, ..Reply::default() };
            let error = judge(dialect, &broken).unwrap_err();
            assert_eq!(error.disposition(), disposition, "{status}");
        }
    }
}

#[test]
fn pauses_are_between_a_second_and_an_hour() {
    for (header, seconds) in [
        (Some("120"), 120),
        (Some(" 120 "), 120),
        (Some("0"), 1),
        (Some("-1"), 1),
        (Some("-99999999999"), 1),
        (Some("3600"), 3_600),
        (Some("999999999"), 3_600),
        (Some("99999999999999999999999"), 3_600),
        (Some("Wed, 02 Jan 2030 03:06:05 GMT"), 120),
        (Some("Wed, 02 Jan 2030 03:00:00 GMT"), 1),
        (Some("Thu, 03 Jan 2030 03:04:05 GMT"), 3_600),
        (Some("Fri, 31 Dec 9999 23:59:59 GMT"), 3_600),
        (Some("abc"), 60),
        (Some("1.5"), 60),
        (Some(""), 60),
        (None, 60),
    ] {
        let reply = Reply { status: 429, retry_after: header.map(str::to_owned), body: None };
        let error = judge(Dialect::V2, &reply).unwrap_err();
        assert_eq!(error.retry_after(), Some(TimeDelta::seconds(seconds)), "{header:?}");
        assert_eq!(error.disposition(), Transient);
    }
}

#[test]
fn details_are_sentences_for_people() {
    let detail = |status, body: &str| {
        judge(Dialect::V2, &reply(status, body)).unwrap_err().detail().to_owned()
    };
    for (status, body, said) in [
        (
            200,
            r#"{"success":false,"message":"No credit"}"#,
            "The gateway refused the message: No credit",
        ),
        (
            400,
            r#"{"message":["too long","no url"],"error":"x"}"#,
            "The gateway refused the message: too long; no url",
        ),
        (422, "", "The gateway refused the message (HTTP 422)"),
        (401, "", "The gateway refused the API key or the account"),
        (
            403,
            r#"{"message":"Forbidden resource"}"#,
            "The gateway refused the API key or the account: Forbidden resource",
        ),
        (500, "", "The gateway answered with an error (HTTP 500)"),
        (
            302,
            "",
            "The gateway redirected the request to another address; check the gateway's address in the settings",
        ),
        (
            404,
            "",
            "The gateway has nothing at this address (HTTP 404); check the gateway's address in the settings",
        ),
        (
            404,
            r#"{"message":"Cannot POST /v2/x","error":"Not Found","statusCode":404}"#,
            "The gateway has nothing at this address (HTTP 404); check the gateway's address in the settings",
        ),
        (
            404,
            r#"{"success":false,"message":"Not Found"}"#,
            "The gateway refused the message: Not Found",
        ),
        (200, "<html>", "The gateway's answer does not say whether it took the message"),
    ] {
        assert_eq!(detail(status, body), said);
    }
}

#[test]
fn details_and_responses_give_nobody_away() {
    let said = json!({
        "success": false,
        "message": "sk-canary-0123456789 may not send 'Your parcel has arrived' to +91 98765 43210",
    });
    for status in [200, 400, 403] {
        let error = judge(Dialect::V2, &reply(status, &said.to_string())).unwrap_err();
        assert!(error.detail().contains("may not send"), "{error:?}");
        for hidden in ["canary", "parcel", "98765", "43210"] {
            assert!(!format!("{error:?}").contains(hidden), "{error:?}");
        }
    }
    let body = json!({
        "success": true,
        "statusCode": "201",
        "message": "sent 'Your parcel has arrived'",
        "data": {"phonenumber": "919876543210", "id": "true_919876543210@c.us_3EB0"},
    });
    let accepted = judge(Dialect::V2, &reply(201, &body.to_string())).unwrap();
    assert_eq!(
        accepted.response,
        Some(json!({"success": true, "statusCode": 201, "id": "true_•••@c.us_3EB0"}))
    );
    assert_eq!(
        accepted.gateway_id.as_deref(),
        Some("true_919876543210@c.us_3EB0"),
        "the id itself is needed for looking it up"
    );
    let bare = judge(Dialect::V1, &reply(201, "1234")).unwrap();
    assert_eq!(bare.response, Some(json!({"id": "1234"})));
}
