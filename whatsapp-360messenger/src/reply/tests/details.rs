//! The details of a reply that people are told, and those that they are not.

use serde_json::json;
use whatsapp_core::WhatsAppNumber;
use whatsapp_core::message::Cause;
use whatsapp_core::port::{ApiKey, OutgoingMessage};
use whatsapp_core::retry::Disposition::Permanent;

use super::{classify, judge, now, reply};
use crate::dialect::Dialect;
use crate::scrub::Secrets;

/// Statuses and bodies of replies, and what people are told of each.
const DETAILS: [(u16, &str, &str); 18] = [
    (200, r#"{"success":false,"message":"Not now"}"#, "The gateway refused the message: Not now"),
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
        "The gateway refused the API key, the account or the message: Forbidden resource",
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
        "The gateway has nothing at this address (HTTP 404); check the gateway's address in the settings: Cannot POST /v2/x",
    ),
    (
        404,
        r#"{"success":false,"message":"Not Found"}"#,
        "The gateway has nothing at this address (HTTP 404); check the gateway's address in the settings: Not Found",
    ),
    (200, "", "The gateway's answer does not say whether it took the message"),
    (
        404,
        r#"{"success":false,"error":"session_not_connected"}"#,
        "The gateway refused the API key or the account: session_not_connected",
    ),
    (
        402,
        r#"{"message":"subscription expired"}"#,
        "The gateway refused the API key or the account: subscription expired",
    ),
    (
        400,
        r#"{"error":"Bad Request","message":"Failed","reason":"not a valid WhatsApp number"}"#,
        "The gateway refused the customer's number: not a valid WhatsApp number",
    ),
    // A daily limit, in its own words.
    (
        429,
        r#"{"message":"Daily limit of 250 messages reached"}"#,
        "The gateway is asked too often; sending pauses for a while: Daily limit of 250 messages reached",
    ),
    // A firewall before the gateway.
    (
        403,
        "<!DOCTYPE html><title>Attention\n Required!</title><h1>Blocked</h1>",
        "Something before the gateway refused: a web page came back (HTTP 403); check the gateway's address in the settings: Attention Required!",
    ),
    // A page while the gateway is under maintenance.
    (
        200,
        "<html><title>We are down for maintenance</title></html>",
        "Something before the gateway answered: a web page came back; check the gateway's address in the settings: We are down for maintenance",
    ),
    (500, r#"{"message":"Boom"}"#, "The gateway answered with an error (HTTP 500): Boom"),
];

#[test]
fn details_are_sentences_for_people() {
    let detail = |status, body: &str| {
        judge(Dialect::V2, &reply(status, body)).unwrap_err().detail().to_owned()
    };
    for (status, body, said) in DETAILS {
        assert_eq!(detail(status, body), said);
    }
}

#[test]
fn details_and_responses_give_nobody_away() {
    let said = json!({
        "success": false,
        "message": "sk-canary-0123456789 may not send 'Your parcel has arrived' to +91 98765 43210",
    });
    for status in [200, 400, 401, 402, 403, 404, 422, 429, 500] {
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

/// Words of the message that come back in a refusal do not count as the gateway's.
#[test]
fn an_echo_of_the_message_is_neither_believed_nor_shown() {
    let text = "Dear Asha, your plan has expired and payment required. Session not connected";
    let number = WhatsAppNumber::parse("+919876543210").unwrap();
    let message = OutgoingMessage::new(number, text);
    let secrets = Secrets::of_message(&ApiKey::new("sk-canary-0123456789").unwrap(), &message);
    for echo in [
        text,
        "Dear Asha, your plan has exp...",
        "asha  your plan has expired",
        "«payment required. Session not connected»",
    ] {
        let body =
            json!({"success": false, "statusCode": 400, "message": format!("Bad text: {echo}")});
        let error =
            classify(Dialect::V2, &reply(400, &body.to_string()), &secrets, now()).unwrap_err();
        assert_eq!(error.disposition(), Permanent, "{echo}");
        assert_eq!(error.cause(), Cause::Message, "{echo}");
        assert!(error.detail().contains("Bad text"), "{error}");
        for hidden in ["Asha", "asha", "your plan", "Session not"] {
            assert!(!error.detail().contains(hidden), "{error}");
        }
    }
}
