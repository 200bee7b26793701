//! Reasons why a call was not done, in the same form everywhere.

use axum::http::Method;
use serde_json::json;

use super::caller::{Caller, shop};

const SEND: &str = "/api/whatsapp-send";

#[tokio::test]
async fn what_is_no_call_is_a_problem_too() {
    let shop = shop();
    let caller = Caller::of_api(&shop).await;
    let json = caller.with("content-type", "application/json; charset=utf-8");
    let text = caller.with("content-type", "text/plain");
    let whole = json!({"customerId": "C-7", "messageType": "festival"}).to_string();
    let large = format!("{{\"customMessage\": \"{}\"}}", "x".repeat(256 * 1024));
    for (reply, status, problem) in [
        (json.call(Method::POST, SEND, "{").await, 400, "malformed-json"),
        (json.call(Method::POST, SEND, "").await, 400, "malformed-json"),
        (json.call(Method::POST, SEND, "[]").await, 400, "invalid-body"),
        (json.call(Method::POST, SEND, &large).await, 413, "too-large"),
        (text.call(Method::POST, SEND, &whole).await, 415, "not-json"),
        (caller.call(Method::POST, SEND, &whole).await, 415, "not-json"),
        (caller.call(Method::POST, SEND, "").await, 400, "invalid-body"),
        (caller.call(Method::GET, SEND, "").await, 405, "method-not-allowed"),
        (caller.call(Method::DELETE, "/api/overview", "").await, 405, "method-not-allowed"),
        (caller.call(Method::GET, "/api/nothing", "").await, 404, "no-such-address"),
        (caller.call(Method::POST, "/api/x/y/z", "").await, 404, "no-such-address"),
    ] {
        assert_eq!((reply.status.as_u16(), reply.problem()), (status, problem), "{}", reply.json);
        assert_eq!(reply.headers.contains_key("allow"), status == 405);
    }
}

#[tokio::test]
async fn a_body_that_says_something_else_is_told_where() {
    let shop = shop();
    let caller = Caller::of_api(&shop).await;
    for (more, status, problem, pointer) in [
        (json!({"secret": 1}), 400, "invalid-body", "#/secret"),
        (json!({"customerId": 7}), 400, "invalid-body", "#/customerId"),
        (json!({"customerId": "a b"}), 400, "invalid-body", "#/customerId"),
        (json!({"messageType": "Festival"}), 400, "invalid-body", "#/messageType"),
        (json!({"triggerType": "never"}), 400, "invalid-body", "#/triggerType"),
        (json!({"templateId": "x"}), 400, "invalid-body", "#/templateId"),
        (json!({"scheduledFor": "tomorrow"}), 400, "invalid-body", "#/scheduledFor"),
        (
            json!({"placeholders": {"festivalName": true}}),
            400,
            "invalid-body",
            "#/placeholders/festivalName",
        ),
        (
            json!({"placeholders": {"festivalName": 1500.10}}),
            400,
            "invalid-body",
            "#/placeholders/festivalName",
        ),
        (json!({"messageType": "birthday"}), 422, "unknown-message-type", "#/messageType"),
        (
            json!({"templateId": "0190b1c2-7d3e-7f00-8a4b-5c6d7e8f9a0b"}),
            422,
            "unknown-template",
            "#/templateId",
        ),
        (
            json!({"scheduledFor": "2036-01-01T00:00:00Z"}),
            422,
            "instant-unusable",
            "#/scheduledFor",
        ),
        (json!({"messageType": "invoice"}), 422, "attachment-missing", "#/attachmentUrl"),
        (json!({"attachmentUrl": "ftp://x"}), 422, "attachment-unusable", "#/attachmentUrl"),
        (
            json!({"attachmentUrl": "https://a.example/x.pdf", "attachmentFileId": "x"}),
            422,
            "attachment-unusable",
            "#/attachmentFileId",
        ),
        (
            json!({"messageType": "payment_reminder", "triggerType": "auto", "customMessage": "Pay!"}),
            422,
            "text-not-allowed",
            "#/customMessage",
        ),
    ] {
        let mut body = json!({
            "customerId": "C-7", "messageType": "festival", "placeholders": {"festivalName": "Holi"},
        });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let reply = caller.post(SEND, &body).await;
        assert_eq!(
            (reply.status.as_u16(), reply.problem()),
            (status, problem),
            "{more}: {}",
            reply.json
        );
        assert_eq!(reply.pointers(), [pointer], "{more}");
        // Whoever reads the sentence alone knows which member it is, too.
        let (member, detail) = (pointer.rsplit('/').next().unwrap(), &reply.json["detail"]);
        assert!(detail.as_str().unwrap().contains(member), "{more}: {detail}");
    }
    assert!(shop.store.messages().is_empty());
}

#[tokio::test]
async fn whoever_may_not_is_told_in_the_same_form() {
    let shop = shop();
    let caller = Caller::of_functions(&shop).await;
    for (who, status, problem) in [
        ("Bearer stranger", 401, "bad-credential"),
        ("Bearer inactive", 403, "not-allowed"),
        ("Bearer viewer", 403, "only-managers"),
    ] {
        let reply = caller.as_who(who).post("/functions/v1/whatsapp-retry", &json!({})).await;
        assert_eq!((reply.status.as_u16(), reply.problem()), (status, problem));
        assert_eq!(reply.headers.contains_key("www-authenticate"), status == 401);
    }
    let nothing = caller.get("/functions/v1/whatsapp-other").await;
    assert_eq!((nothing.status.as_u16(), nothing.problem()), (404, "no-such-address"));
    let method = caller.get("/functions/v1/whatsapp-send").await;
    assert_eq!((method.status.as_u16(), method.problem()), (405, "method-not-allowed"));
}

#[tokio::test]
async fn the_servers_trouble_says_nothing_of_its_cause() {
    let shop = shop();
    let caller = Caller::of_api(&shop).await;
    shop.customers.fail_next(9);
    let body = json!({"customerId": "C-7", "messageType": "festival"});
    let reply = caller.post(SEND, &body).await;
    assert_eq!((reply.status.as_u16(), reply.problem()), (503, "records-unavailable"));
    assert_eq!(reply.headers["retry-after"], "60");
    shop.store.put_setting("whatsapp_retry_max", "many");
    let reply = caller.post(SEND, &body).await;
    assert_eq!((reply.status.as_u16(), reply.problem()), (503, "settings-unusable"));
    assert_eq!(reply.json["detail"], "Nothing is sent until the settings are corrected.");
}
