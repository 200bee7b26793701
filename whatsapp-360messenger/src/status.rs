//! Status of one message, read from the gateway's words.

use serde_json::Value;
use whatsapp_core::message::{Delivery, Reported};

use crate::json;
use crate::scrub::Secrets;
use crate::words::fold;

/// Maximum number of characters kept of an unknown word.
const STRANGE_WORD_MOST: usize = 40;

/// The number has no WhatsApp.
const NOT_ON_WHATSAPP: &[&str] = &[
    "not found",
    "user not found",
    "number not found",
    "not on whatsapp",
    "no account",
    "no whatsapp",
    "no whatsapp account",
    "not registered",
    "not exist",
    "unregistered",
    "invalid number",
    "not whatsapp user",
    "not whatsapp number",
];

/// The message was not delivered. Numbers below zero are acks of the engine: failed, expired,
/// content gone, too big, not uploaded.
const FAILED: &[&str] = &[
    "error",
    "failed",
    "fail",
    "failure",
    "rejected",
    "undelivered",
    "undeliverable",
    "ack error",
    "canceled",
    "cancelled",
    "expired",
    "not sent",
    "not delivered",
    "unsent",
    "bounced",
    "blocked",
    "banned",
    "invalid",
    "yellow card",
    "not in group",
    "sending failed",
    "send failed",
    "send error",
    "message failed",
    "failed to send",
    "delivery failed",
    "aborted",
    "dropped",
    "discarded",
    "content gone",
    "content too big",
    "content unuploadable",
    "-1",
    "-2",
    "-3",
    "-4",
    "-5",
];

const READ: &[&str] = &[
    "read",
    "played",
    "seen",
    "viewed",
    "opened",
    "ack read",
    "ack played",
    "read ack",
    "read self",
    "played self",
    "3",
    "4",
];

/// The handset has the message. "Inactive" is the receipt of a handset that is not in use.
const DELIVERED: &[&str] = &[
    "device",
    "delivered",
    "sent",
    "received",
    "ack device",
    "delivery ack",
    "delivery",
    "delivered to device",
    "inactive",
    "2",
    "-6",
];

/// The message is on its way.
const UNDER_WAY: &[&str] = &[
    "",
    "ok",
    "success",
    "successful",
    "pending",
    "queued",
    "queue",
    "in queue",
    "scheduled",
    "server",
    "sender",
    "server ack",
    "ack server",
    "ack pending",
    "clock",
    "processing",
    "in progress",
    "sending",
    "accepted",
    "submitted",
    "new",
    "created",
    "waiting",
    "sent to server",
    "ready",
    "n a",
    "none",
    "0",
    "1",
    "200",
    "201",
    "202",
];

/// Returns the progress of the message with this id. `None` if `reply` does not answer the
/// question.
pub(crate) fn reported(reply: &Value, id: &str) -> Option<Reported> {
    if !reply.is_object() {
        return None;
    }
    if reply.get("success") == Some(&Value::Bool(false)) {
        let unknown_id = json::number(reply.get("statusCode")) == Some(404);
        return unknown_id.then_some(Reported::Nothing);
    }
    let Some(record) = record(json::payload(reply)?, id) else {
        return Some(Reported::Nothing);
    };
    Some(meaning(record))
}

/// Returns the record of this message: an object, or the element of an array that has its id. A
/// record of another message is not believed.
fn record<'a>(payload: &'a Value, id: &str) -> Option<&'a Value> {
    let records = match payload {
        Value::Array(records) => records.as_slice(),
        record => std::slice::from_ref(record),
    };
    records
        .iter()
        .find(|record| record.is_object() && json::id(record).is_none_or(|found| found == id))
}

/// Returns a status word in small letters, its parts separated by blanks.
fn plain(word: &str) -> String {
    if word.parse::<i64>().is_ok() { word.to_owned() } else { fold(word).join(" ") }
}

/// Interprets a record. A failing word in any field wins; an unknown word changes nothing.
fn meaning(record: &Value) -> Reported {
    let written: Vec<_> = ["status", "delivery", "ack", "ackName"]
        .into_iter()
        .filter_map(|name| json::text(record.get(name)))
        .collect();
    let words: Vec<_> = written.iter().map(|word| plain(word)).collect();
    let any = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    if any(NOT_ON_WHATSAPP) {
        return Reported::NotOnWhatsApp;
    }
    for (known, delivery) in
        [(FAILED, Delivery::Undelivered), (READ, Delivery::Read), (DELIVERED, Delivery::Delivered)]
    {
        if any(known) {
            return Reported::Reached(delivery);
        }
    }
    let strange = words.iter().position(|word| !UNDER_WAY.contains(&word.as_str()));
    match strange.and_then(|at| written.get(at)) {
        Some(word) => Reported::Unreadable(shown(word, record)),
        None => Reported::Nothing,
    }
}

/// Returns an unknown word, without the contents of the record's message.
fn shown(word: &str, record: &Value) -> String {
    let values = ["text", "phonenumber", "to", "url"].into_iter();
    let secrets = Secrets::of_record(values.filter_map(|name| json::text(record.get(name))));
    secrets.scrub(word).chars().take(STRANGE_WORD_MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const READ: Reported = Reported::Reached(Delivery::Read);
    const DELIVERED: Reported = Reported::Reached(Delivery::Delivered);
    const UNDELIVERED: Reported = Reported::Reached(Delivery::Undelivered);

    #[test]
    fn words_mean_what_the_gateway_means_by_them() {
        for (status, delivery, means) in [
            ("OK", "device", DELIVERED),
            ("OK", "read", READ),
            ("OK", "Played", READ),
            ("OK", "server", Reported::Nothing),
            ("OK", "", Reported::Nothing),
            ("SENT", "", DELIVERED),
            ("delivered", "", DELIVERED),
            ("DELIVERED", "read", READ),
            ("ERROR", "error", UNDELIVERED),
            ("FAILED", "", UNDELIVERED),
            ("REJECTED", "", UNDELIVERED),
            ("UNDELIVERED", "", UNDELIVERED),
            ("OK", "error", UNDELIVERED),
            ("error", "read", UNDELIVERED),
            ("NOT FOUND", "not found", Reported::NotOnWhatsApp),
            ("not_found", "", Reported::NotOnWhatsApp),
            ("ERROR", "Not Found", Reported::NotOnWhatsApp),
            ("PENDING", "", Reported::Nothing),
            ("QUEUED", "", Reported::Nothing),
            // The words of the engines that such gateways are built on.
            ("-1", "", UNDELIVERED),
            ("OK", "-1", UNDELIVERED),
            ("-2", "", UNDELIVERED),
            ("ACK_ERROR", "", UNDELIVERED),
            ("CANCELED", "", UNDELIVERED),
            ("cancelled", "", UNDELIVERED),
            ("EXPIRED", "", UNDELIVERED),
            ("UNDELIVERABLE", "", UNDELIVERED),
            ("yellowCard", "", UNDELIVERED),
            ("CONTENT_TOO_BIG", "", UNDELIVERED),
            ("noAccount", "", Reported::NotOnWhatsApp),
            ("no_account", "", Reported::NotOnWhatsApp),
            ("NO-ACCOUNT", "", Reported::NotOnWhatsApp),
            ("OK", "noAccount", Reported::NotOnWhatsApp),
            ("USER_NOT_FOUND", "", Reported::NotOnWhatsApp),
            ("0", "", Reported::Nothing),
            ("1", "", Reported::Nothing),
            ("2", "", DELIVERED),
            ("3", "", READ),
            ("4", "", READ),
            ("ACK_PENDING", "", Reported::Nothing),
            ("ACK_SERVER", "", Reported::Nothing),
            ("ACK_DEVICE", "", DELIVERED),
            ("ACK_READ", "", READ),
            ("ACK_PLAYED", "", READ),
            ("SERVER_ACK", "", Reported::Nothing),
            ("DELIVERY_ACK", "", DELIVERED),
            ("deliveryAck", "", DELIVERED),
            ("brand new word", "", strange("brand new word")),
            ("OK", "moon", strange("moon")),
            ("99", "", strange("99")),
            ("DELETED", "", strange("DELETED")),
            ("moon", "read", READ),
            ("moon", "error", UNDELIVERED),
        ] {
            let reply = json!({"success": true, "data": {"status": status, "delivery": delivery}});
            assert_eq!(reported(&reply, "7"), Some(means), "{status} {delivery}");
        }
    }

    fn strange(word: &str) -> Reported {
        Reported::Unreadable(word.to_owned())
    }

    #[test]
    fn acks_of_the_engine_are_read_as_numbers_too() {
        for (record, means) in [
            (json!({"ack": -1}), UNDELIVERED),
            (json!({"status": -1}), UNDELIVERED),
            (json!({"status": 3}), READ),
            (json!({"ack": 2, "ackName": "DEVICE"}), DELIVERED),
            (json!({"ack": 0, "ackName": "PENDING"}), Reported::Nothing),
            (json!({"ack": -1, "ackName": "ERROR", "status": "OK"}), UNDELIVERED),
            (json!({"status": true}), Reported::Nothing),
            (json!({"status": null}), Reported::Nothing),
        ] {
            assert_eq!(reported(&json!({"data": record}), "7"), Some(means), "{record}");
        }
    }

    #[test]
    fn a_word_that_nobody_knows_is_shown_clean_and_short() {
        let said = format!("kept\u{0} for\n919876543210: Dear Asha, {}", "long ".repeat(20));
        let record = json!({"status": said, "text": "Dear Asha,", "phonenumber": "919876543210"});
        let Some(Reported::Unreadable(word)) = reported(&json!({"data": record}), "7") else {
            panic!("{record}")
        };
        assert!(word.starts_with("kept for •••"), "{word}");
        assert_eq!(word.chars().count(), 40);
        assert!(!word.contains("Asha"), "{word}");
    }

    #[test]
    fn every_envelope_is_understood() {
        let record = json!({"status": "OK", "delivery": "read", "id": "7"});
        let number = json!({"status": "OK", "delivery": "read", "id": 7});
        for reply in [
            json!({"success": true, "statusCode": 200, "data": record}),
            json!({"success": true, "statusCode": "200", "result": record}),
            json!({"success": true, "data": null, "result": [record]}),
            json!({"pageCount": 1, "data": [{"status": "ERROR", "id": 6}, number]}),
        ] {
            assert_eq!(reported(&reply, "7"), Some(READ), "{reply}");
        }
    }

    #[test]
    fn what_is_said_of_another_message_is_not_believed() {
        let reply = json!({"success": true, "data": {"status": "ERROR", "id": "6"}});
        assert_eq!(reported(&reply, "7"), Some(Reported::Nothing));
        let v1 = json!({"pageCount": 1, "data": [{"status": "ERROR", "tracking_Code": 6}]});
        assert_eq!(reported(&v1, "7"), Some(Reported::Nothing));
        let none = json!({"pageCount": 0, "data": []});
        assert_eq!(reported(&none, "7"), Some(Reported::Nothing));
    }

    #[test]
    fn no_answer_is_told_from_nothing_new() {
        let unknown = json!({"success": false, "statusCode": 404, "message": "Not Found"});
        assert_eq!(reported(&unknown, "7"), Some(Reported::Nothing));
        let down = json!({"success": false, "statusCode": 500});
        for reply in [down, json!({"success": true}), json!("OK"), json!(["OK"])] {
            assert_eq!(reported(&reply, "7"), None, "{reply}");
        }
    }
}
