//! Every kind of reply, row by row.

mod details;

use chrono::TimeZone;
use whatsapp_core::WhatsAppNumber;
use whatsapp_core::port::{ApiKey, OutgoingMessage};

use super::*;
use whatsapp_core::message::Cause;

const ID: &str = "11111111-2222-4333-8444-555555555555";

/// The expected result.
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
    let number = WhatsAppNumber::parse("+919876543210").unwrap();
    let message = OutgoingMessage::new(number, "Your parcel has arrived");
    Secrets::of_message(&ApiKey::new("sk-canary-0123456789").unwrap(), &message)
}

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2030, 1, 2, 3, 4, 5).unwrap()
}

fn reply(status: u16, body: &str) -> Reply {
    Reply { status, body: Some(body.as_bytes().to_vec()), ..Reply::default() }
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
        // Ids keep every digit, or are no ids.
        (
            201,
            r#"{"success":true,"data":{"id":123456789012345678901}}"#,
            Yes(Some("123456789012345678901")),
        ),
        (201, r#"{"success":true,"data":{"id":1e20}}"#, Yes(None)),
        (201, r#"{"success":true,"data":{"id":-7}}"#, Yes(None)),
        (201, r#"{"success":true,"data":{"id":true}}"#, Yes(None)),
        (201, r#"{"success":true,"data":{"id":"1.2345678901234567e+20"}}"#, Yes(None)),
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
        (200, r#"{"success":false,"message":"Not now"}"#, Is(Transient)),
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
            (200, r#"{"success":false,"message":"Not now"}"#, Is(Transient)),
            (200, "Bad Request", Is(Permanent)),
            (400, "Bad Request", Is(Permanent)),
            (200, "0", Is(Unknown)),
            (200, "-5", Is(Unknown)),
            (200, "1.5", Is(Unknown)),
            // Ids keep every digit, or are no ids.
            (200, "123456789012345678901", Yes(Some("123456789012345678901"))),
            (
                201,
                r#"[{"tracking_Code":123456789012345678901}]"#,
                Yes(Some("123456789012345678901")),
            ),
            (200, r#"[{"tracking_Code":1e20}]"#, Is(Unknown)),
            (200, "1e20", Is(Unknown)),
            (200, "1234 5678", Is(Unknown)),
            (200, "OK", Is(Unknown)),
            (200, "", Is(Unknown)),
            (200, "[]", Is(Unknown)),
            (200, r#"[{"phonenumber":"919876543210"}]"#, Is(Unknown)),
            (200, r#"[{"tracking_Code":1},{"tracking_Code":2,"tracking_Code":3}]"#, Is(Unknown)),
            (200, r#"{"errorCode":7,"errorDescription":"old"}"#, Is(Unknown)),
            (500, "1234", Is(Unknown)),
            (404, "1234", Is(Account)),
        ],
    );
}

#[test]
fn other_statuses_mean_the_same_in_every_dialect() {
    let mut rows = vec![
        (403, r#"{"message":"Forbidden resource"}"#, Is(Account)),
        (401, "", Is(Account)),
        (404, r#"{"success":false,"statusCode":404,"message":"Not Found"}"#, Is(Account)),
        (404, "<html>nginx</html>", Is(Account)),
        (400, r#"{"message":["text is too long"],"error":"Bad Request"}"#, Is(Permanent)),
        (429, "", Is(Transient)),
        (408, "", Is(Unknown)),
        (500, r#"{"success":true,"data":{"id":"7"}}"#, Is(Unknown)),
        (503, r#"{"success":false}"#, Is(Unknown)),
        (400, r#"{"success":true}"#, Is(Permanent)),
        (302, r#"{"success":true}"#, Is(Unknown)),
        (301, "", Is(Account)),
        (307, "", Is(Account)),
        (308, "", Is(Account)),
        (402, "", Is(Account)),
        (499, "", Is(Unknown)),
        (600, "", Is(Unknown)),
    ];
    rows.extend([300, 303, 304, 399].map(|status| (status, "", Is(Unknown))));
    rows.extend([409, 413, 415, 422].map(|status| (status, "", Is(Permanent))));
    rows.extend([405, 406, 407, 410, 418, 451].map(|status| (status, "", Is(Account))));
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
        let reply =
            Reply { status: 429, retry_after: header.map(str::to_owned), ..Reply::default() };
        let error = judge(Dialect::V2, &reply).unwrap_err();
        assert_eq!(error.retry_after(), Some(TimeDelta::seconds(seconds)), "{header:?}");
        assert_eq!(error.disposition(), Transient);
    }
}

/// The rows of the table on the crate's page: status, body, whether it is moved, and its meaning.
fn table() -> Vec<(Reply, Disposition, Cause, bool)> {
    let code = |cell: &str| {
        let (_, rest) = cell.split_once('`')?;
        rest.rsplit_once('`').map(|(code, _)| code.to_owned())
    };
    include_str!("../../replies.md")
        .lines()
        .filter_map(|line| {
            let cells: Vec<_> =
                line.strip_prefix("| ")?.trim_end_matches(" |").split(" | ").collect();
            let [status, body, disposition, whose, why] = cells.as_slice() else {
                panic!("five cells: {line}")
            };
            let status = status.parse().ok()?;
            assert!(!why.is_empty());
            let disposition = match code(disposition)?.as_str() {
                "Account" => Account,
                "Permanent" => Permanent,
                "Transient" => Transient,
                "Unknown" => Unknown,
                other => panic!("{other}"),
            };
            let reply = Reply {
                status,
                body: Some(code(body).unwrap_or_default().into_bytes()),
                moved: *body == "to the same path",
                ..Reply::default()
            };
            let cause = whose.trim_start_matches("perhaps ").parse().unwrap();
            Some((reply, disposition, cause, !whose.starts_with("perhaps ")))
        })
        .collect()
}

#[test]
fn the_table_on_the_crates_page_holds_in_every_dialect() {
    let table = table();
    assert!(table.len() > 40, "{} rows", table.len());
    for (reply, disposition, cause, sure) in table {
        for dialect in [Dialect::V2, Dialect::V1, Dialect::Rest] {
            let body = String::from_utf8_lossy(reply.body.as_deref().unwrap());
            let row = format!("{dialect:?} {} {body}", reply.status);
            let error = judge(dialect, &reply).unwrap_err();
            let found = (error.disposition(), error.cause(), error.cause_is_sure());
            assert_eq!(found, (disposition, cause, sure), "{row}");
            assert_eq!(
                error.retry_after().is_some(),
                disposition == Transient && cause != Cause::Message,
                "{row}"
            );
            assert_eq!(error.http_status(), Some(reply.status), "{row}");
        }
    }
}

/// The same refusal under every name of a code, as number and as text.
#[test]
fn a_code_in_the_body_is_read_as_the_status_would_be() {
    for status in [400, 401, 402, 403, 404, 405, 407, 408, 418, 422, 429, 500, 503] {
        let plain = judge(Dialect::V2, &reply(status, "")).unwrap_err();
        for body in [
            format!(r#"{{"success":false,"statusCode":{status}}}"#),
            format!(r#"{{"success":false,"statusCode":"{status}"}}"#),
            format!(r#"{{"success":false,"status":{status}}}"#),
            format!(r#"{{"success":false,"code":"{status}"}}"#),
            format!(r#"{{"success":false,"error":{{"code":{status}}}}}"#),
            format!(r#"{{"status":false,"code":{status}}}"#),
        ] {
            for outer in [200, 201] {
                let error = judge(Dialect::V2, &reply(outer, &body)).unwrap_err();
                let meaning = |e: &TransportError| {
                    (e.disposition(), e.cause(), e.cause_is_sure(), e.retry_after())
                };
                assert_eq!(meaning(&error), meaning(&plain), "{outer} {body}");
            }
        }
    }
}

#[test]
fn a_probe_is_refused_by_what_refuses_a_message() {
    for (status, body, refused) in [
        (200, r#"{"success":true,"data":{"state":"CONNECTED"}}"#, false),
        (200, r#"{"success":true,"data":{"groups":[]}}"#, false),
        (200, r#"{"success":true}"#, false),
        (200, "CONNECTED", false),
        (200, "No Pending Message", false),
        (200, "<html><title>Unauthorized</title></html>", false),
        (500, "", false),
        (404, "", false),
        (429, r#"{"message":"Daily limit"}"#, false),
        (401, "", true),
        (402, "", true),
        (403, r#"{"message":"Forbidden resource"}"#, true),
        (200, r#"{"success":false,"statusCode":401}"#, true),
        (200, r#"{"success":false,"state":null,"message":"session_not_connected"}"#, true),
        (404, r#"{"success":false,"error":"session_not_connected"}"#, true),
        (422, r#"{"error":"Session status is not as expected. Try again later"}"#, true),
        (200, r#"{"success":true,"data":{"state":"DISCONNECTED"}}"#, true),
        (200, r#"{"success":true,"data":{"state":"UNPAIRED_IDLE"}}"#, true),
        (200, r#"{"success":true,"data":{"status":"SCAN_QR_CODE"}}"#, true),
        (200, r#"{"success":true,"result":"disconnected"}"#, true),
        (200, r#"{"stateInstance":"notAuthorized"}"#, true),
        (200, r#"{"instance":{"state":"open"},"state":"close"}"#, true),
        (200, "Session is not connected", true),
    ] {
        assert_eq!(refuses_the_account(&reply(status, body), now()), refused, "{status} {body}");
    }
}
