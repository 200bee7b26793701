//! What became of one message, read off the gateway's words.

use serde_json::Value;
use whatsapp_core::message::{Delivery, Reported};

use crate::json;

/// How far the message with this id has come. `None` if `reply` is no answer to the question.
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
    Some(meaning(&word(record.get("status")), &word(record.get("delivery"))))
}

/// The record of this message: an object, or the one in an array that has its id. What is said of
/// another message is not believed.
fn record<'a>(payload: &'a Value, id: &str) -> Option<&'a Value> {
    let records = match payload {
        Value::Array(records) => records.as_slice(),
        record => std::slice::from_ref(record),
    };
    records
        .iter()
        .find(|record| record.is_object() && json::id(record).is_none_or(|found| found == id))
}

/// A status word without case, with blanks as underscores.
fn word(value: Option<&Value>) -> String {
    json::text(value).unwrap_or_default().to_ascii_uppercase().replace([' ', '-'], "_")
}

/// A failing word in either field wins; a word that nobody knows means nothing.
fn meaning(status: &str, delivery: &str) -> Reported {
    let either = |words: &[&str]| words.contains(&status) || words.contains(&delivery);
    if either(&["NOT_FOUND", "USER_NOT_FOUND", "NOT_ON_WHATSAPP"]) {
        Reported::NotOnWhatsApp
    } else if either(&["ERROR", "FAILED", "FAIL", "REJECTED", "UNDELIVERED"]) {
        Reported::Reached(Delivery::Undelivered)
    } else if either(&["READ", "PLAYED"]) {
        Reported::Reached(Delivery::Read)
    } else if either(&["DEVICE", "DELIVERED", "SENT"]) {
        Reported::Reached(Delivery::Delivered)
    } else {
        Reported::Nothing
    }
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
            ("brand new word", "", Reported::Nothing),
        ] {
            let reply = json!({"success": true, "data": {"status": status, "delivery": delivery}});
            assert_eq!(reported(&reply, "7"), Some(means), "{status} {delivery}");
        }
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
