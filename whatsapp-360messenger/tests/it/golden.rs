//! The exact requests of each dialect.

use std::fmt::Write;

use serde_json::json;
use whatsapp_360messenger::{BodyType, Dialect};
use whatsapp_core::TemplateId;
use whatsapp_core::port::{DeliveryReports, OutgoingMessage, Transport};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::support::{builder, invoice, message, number};

const KEY: &str = "key/4f7a?0b";

/// All characters that may go wrong in an encoding.
const UNICODE: &str = "नमस्ते 🎉\nA & B = 50% + 1 \"quoted\" \\ end";

async fn server() -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any())
        .respond_with(
            ResponseTemplate::new(201).set_body_json(json!({"success": true, "data": {"id": "7"}})),
        )
        .mount(&server)
        .await;
    server
}

/// Sends a message, and shows the one request that results; a multipart boundary as `BOUNDARY`.
async fn sent(dialect: Dialect, body_type: BodyType, message: &OutgoingMessage) -> String {
    let server = server().await;
    let gateway = builder(server.uri(), KEY).dialect(dialect).body_type(body_type).build().unwrap();
    let accepted = gateway.send(message).await.unwrap();
    assert_eq!(accepted.gateway_id.as_deref(), Some("7"));
    let requests = server.received_requests().await.unwrap();
    assert_eq!(requests.len(), 1);
    show(&requests[0])
}

fn show(request: &Request) -> String {
    let query = request.url.query().map(|query| format!("?{query}"));
    let mut shown =
        format!("{} {}{}\n", request.method, request.url.path(), query.unwrap_or_default());
    for (name, value) in &request.headers {
        // These name the test server's address and the body's length, which is checked below.
        if name != "host" && name != "content-length" {
            writeln!(shown, "{name}: {}", value.to_str().unwrap()).unwrap();
        }
    }
    if let Some(length) = request.headers.get("content-length") {
        assert_eq!(length.to_str().unwrap(), request.body.len().to_string());
    }
    shown.push('\n');
    shown.push_str(std::str::from_utf8(&request.body).unwrap());
    match shown.split_once("boundary=") {
        Some((_, rest)) => {
            let boundary = rest.lines().next().unwrap().to_owned();
            shown.replace(&boundary, "BOUNDARY")
        }
        None => shown,
    }
}

/// The head of a POST; every header is listed, in the order of their names.
fn head(path: &str, bearer: bool, content_type: &str) -> String {
    let mut headers = vec![
        format!("content-type: {content_type}"),
        "accept: */*".to_owned(),
        format!("user-agent: whatsapp-360messenger/{}", env!("CARGO_PKG_VERSION")),
    ];
    if bearer {
        headers.push(format!("authorization: Bearer {KEY}"));
    }
    headers.sort();
    format!("POST {path}\n{}\n\n", headers.join("\n"))
}

/// The request, with its headers in the order of their names.
fn sorted(shown: &str) -> String {
    let (head, body) = shown.split_once("\n\n").unwrap();
    let (first, headers) = head.split_once('\n').unwrap();
    let mut headers: Vec<_> = headers.lines().collect();
    headers.sort_unstable();
    format!("{first}\n{}\n\n{body}", headers.join("\n"))
}

async fn check(
    dialect: Dialect,
    body_type: BodyType,
    message: &OutgoingMessage,
    head: &str,
    body: &str,
) {
    let shown = sorted(&sent(dialect, body_type, message).await);
    assert_eq!(shown, format!("{head}{body}"), "{dialect:?} {body_type:?}");
}

#[tokio::test]
async fn v2_writes_json() {
    let head = head("/v2/sendMessage", true, "application/json");
    for (message, body) in [
        (message("Hello"), r#"{"phonenumber":"919876543210","text":"Hello"}"#),
        (
            invoice("Your invoice"),
            r#"{"phonenumber":"919876543210","text":"Your invoice","url":"https://files.example/a/INV-7.pdf?sig=x&y=%2F"}"#,
        ),
        (
            message(UNICODE),
            r#"{"phonenumber":"919876543210","text":"नमस्ते 🎉\nA & B = 50% + 1 \"quoted\" \\ end"}"#,
        ),
    ] {
        check(Dialect::V2, BodyType::Json, &message, &head, body).await;
    }
}

#[tokio::test]
async fn v2_writes_urlencoded_forms() {
    let head = head("/v2/sendMessage", true, "application/x-www-form-urlencoded");
    for (message, body) in forms() {
        check(Dialect::V2, BodyType::Form, &message, &head, body).await;
    }
}

#[tokio::test]
async fn v1_writes_the_key_into_the_path_and_a_urlencoded_form() {
    let head = head("/sendMessage/key%2F4f7a%3F0b", false, "application/x-www-form-urlencoded");
    for (message, body) in forms() {
        // The body type is an option of v2 only.
        check(Dialect::V1, BodyType::Json, &message, &head, body).await;
    }
}

fn forms() -> [(OutgoingMessage, &'static str); 3] {
    [
        (message("Hello"), "phonenumber=919876543210&text=Hello"),
        (
            invoice("Your invoice"),
            "phonenumber=919876543210&text=Your+invoice&url=https%3A%2F%2Ffiles.example%2Fa%2FINV-7.pdf%3Fsig%3Dx%26y%3D%252F",
        ),
        (
            message(UNICODE),
            "phonenumber=919876543210&text=%E0%A4%A8%E0%A4%AE%E0%A4%B8%E0%A5%8D%E0%A4%A4%E0%A5%87+%F0%9F%8E%89%0AA+%26+B+%3D+50%25+%2B+1+%22quoted%22+%5C+end",
        ),
    ]
}

/// The body of a multipart form with these fields.
fn parts(fields: &[(&str, &str)]) -> String {
    let mut body = String::new();
    for (name, value) in fields {
        write!(
            body,
            "--BOUNDARY\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        )
        .unwrap();
    }
    body + "--BOUNDARY--\r\n"
}

#[tokio::test]
async fn v2_writes_multipart_forms() {
    let head = head("/v2/sendMessage", true, "multipart/form-data; boundary=BOUNDARY");
    let url = "https://files.example/a/INV-7.pdf?sig=x&y=%2F";
    for (message, fields) in [
        (message("Hello"), vec![("phonenumber", "919876543210"), ("text", "Hello")]),
        (
            invoice("Your invoice"),
            vec![("phonenumber", "919876543210"), ("text", "Your invoice"), ("url", url)],
        ),
        (message(UNICODE), vec![("phonenumber", "919876543210"), ("text", UNICODE)]),
    ] {
        check(Dialect::V2, BodyType::Multipart, &message, &head, &parts(&fields)).await;
    }
}

#[tokio::test]
async fn rest_writes_json_for_texts() {
    let head = head("/api/v1/messages/text", true, "application/json");
    for (message, body) in [
        (message("Hello"), r#"{"to":"+919876543210","message":"Hello"}"#),
        (
            message(UNICODE),
            r#"{"to":"+919876543210","message":"नमस्ते 🎉\nA & B = 50% + 1 \"quoted\" \\ end"}"#,
        ),
    ] {
        // The body type is an option of v2 only.
        check(Dialect::Rest, BodyType::Form, &message, &head, body).await;
    }
}

#[tokio::test]
async fn rest_names_the_stored_template_of_a_text() {
    let template: TemplateId = "01940000-0000-7000-8000-00000000000a".parse().unwrap();
    let message = message("Hello").with_template(template, 3);
    let rest = head("/api/v1/messages/text", true, "application/json");
    let body = r#"{"to":"+919876543210","message":"Hello","template_id":"01940000-0000-7000-8000-00000000000a"}"#;
    check(Dialect::Rest, BodyType::Json, &message, &rest, body).await;
    // The other dialects have no such field.
    let v2 = head("/v2/sendMessage", true, "application/json");
    let body = r#"{"phonenumber":"919876543210","text":"Hello"}"#;
    check(Dialect::V2, BodyType::Json, &message, &v2, body).await;
}

#[tokio::test]
async fn rest_writes_multipart_forms_for_media() {
    let head = head("/api/v1/messages/media", true, "multipart/form-data; boundary=BOUNDARY");
    for text in ["Your invoice", UNICODE] {
        let body = parts(&[
            ("to", "+919876543210"),
            ("message", text),
            ("media_url", "https://files.example/a/INV-7.pdf?sig=x&y=%2F"),
            ("media_type", "pdf"),
        ]);
        check(Dialect::Rest, BodyType::Json, &invoice(text), &head, &body).await;
    }
}

#[tokio::test]
async fn a_path_before_the_dialects_is_kept() {
    let server = server().await;
    for base in ["/proxy/wa", "/proxy/wa/", "/proxy/wa/v2", "/proxy/wa/v2/"] {
        let gateway = builder(format!("{}{base}", server.uri()), KEY).build().unwrap();
        gateway.send(&message("Hello")).await.unwrap();
    }
    for request in server.received_requests().await.unwrap() {
        assert_eq!(request.url.path(), "/proxy/wa/v2/sendMessage");
    }
}

#[tokio::test]
async fn questions_are_asked_where_each_dialect_answers_them() {
    let v2 = [
        "GET /v2/client/getState",
        "GET /v2/message/status?id=a%26b+c",
        "GET /v2/message/sentMessages?phonenumber=919876543210&page=1",
    ];
    let v1 = [
        "GET /pending/key%2F4f7a%3F0b",
        "GET /getStatus/key%2F4f7a%3F0b?id=a%26b+c",
        "GET /showAllMessages/key%2F4f7a%3F0b?phonenumber=919876543210&page=1",
    ];
    for (dialect, asked) in [(Dialect::V2, v2), (Dialect::V1, v1), (Dialect::Rest, v2)] {
        let server = server().await;
        let gateway = builder(server.uri(), KEY).dialect(dialect).build().unwrap();
        gateway.probe().await.unwrap();
        gateway.status("a&b c").await.unwrap();
        // The answer is no list, but the request was made.
        let since = chrono::DateTime::UNIX_EPOCH;
        gateway.sent_to(&number(), since).await.unwrap_err();
        let requests = server.received_requests().await.unwrap();
        let bearer = (dialect != Dialect::V1).then(|| format!("Bearer {KEY}"));
        for (request, asked) in requests.iter().zip(asked) {
            assert_eq!(show(request).lines().next(), Some(asked));
            let authorization = request.headers.get("authorization");
            assert_eq!(authorization.map(|value| value.to_str().unwrap()), bearer.as_deref());
            assert!(request.body.is_empty());
        }
        assert_eq!(requests.len(), asked.len());
    }
}
