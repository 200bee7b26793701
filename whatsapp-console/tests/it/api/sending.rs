//! A message before it is sent: the result it would have, and files that are uploaded.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use whatsapp_core::audit::{Act, Actor};
use whatsapp_core::mute::{MuteOf, MuteOn};
use whatsapp_core::port::AuditFilter;
use whatsapp_core::{CustomerId, UserId};
use whatsapp_testkit::fixtures::number;
use whatsapp_testkit::{FixedSource, MemoryMedia};

use super::caller::{Caller, PDF, Reply};
use crate::shop::Shop;

const PREVIEW: &str = "/api/messages/preview";
const SEND: &str = "/api/whatsapp-send";

fn shop() -> (Shop, MemoryMedia) {
    let media = MemoryMedia::new();
    let files = Arc::new(FixedSource::new());
    let ports = Arc::new(media.clone());
    let shop = Shop::new().with(|it| it.with_media(ports).with_sources(files));
    shop.customer(7, "Asha Traders");
    (shop, media)
}

fn invoice() -> Value {
    let placeholders = json!({
        "invoiceNumber": "INV-7",
        "invoiceDate": "27 Jan 2026",
        "amount": "₹1,500.00",
        "dueDate": "11 Feb 2026",
    });
    json!({"customerId": "C-7", "messageType": "invoice", "placeholders": placeholders})
}

/// A call with another member.
fn with(mut call: Value, member: &str, value: Value) -> Value {
    call[member] = value;
    call
}

async fn uploaded(caller: &Caller, name: &str, bytes: &[u8]) -> Reply {
    let call = json!({"name": name, "content": STANDARD.encode(bytes)});
    caller.post("/api/files", &call).await
}

/// The words of all problems.
fn words(reply: &Reply) -> Vec<String> {
    let problems = reply.json["problems"].as_array().unwrap().iter();
    problems.map(|problem| problem["word"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_message_is_looked_over_without_being_sent() {
    let (shop, _) = shop();
    let caller = Caller::of_api(&shop).await;
    let file = uploaded(&caller, "INV-7.pdf", PDF).await.json["uploadedFile"].clone();
    let reply = caller.post(PREVIEW, &with(invoice(), "uploadedFile", file)).await;
    assert_eq!(
        (reply.status.as_u16(), &reply.json["isReady"]),
        (200, &json!(true)),
        "{}",
        reply.json
    );
    assert_eq!(reply.json["customerName"], "Asha Traders");
    assert_eq!(reply.json["whatsappNumber"], number(7));
    let text = reply.json["text"].as_str().unwrap();
    assert!(text.starts_with("Dear Asha Traders,") && text.contains("₹1,500.00"), "{text}");
    let file = json!({"name": "INV-7.pdf", "kind": "pdf", "bytes": PDF.len()});
    assert_eq!(reply.json["file"], file);
    assert_eq!(shop.store.messages().len(), 0);

    let nobody = json!({"customerId": "C-404", "messageType": "invoice"});
    let reply = caller.post(PREVIEW, &nobody).await;
    assert_eq!(words(&reply), ["unknown-customer", "missing-value", "attachment-missing"]);
    assert_eq!(reply.json["problems"][1]["pointers"][0], "#/placeholders/invoiceNumber");
    assert_eq!(reply.json["isReady"], false);
    let id = CustomerId::new("C-7").unwrap();
    shop.desk().mute(MuteOn::Customer(id), MuteOf::All, &Actor::Host).await.unwrap();
    let night =
        with(json!({"customerId": "C-7", "messageType": "festival"}), "customMessage", json!("Hi"));
    let night = with(night, "scheduledFor", json!("2026-12-01T20:00:00Z"));
    let reply = caller.post(PREVIEW, &night).await;
    assert_eq!(words(&reply), ["outside-hours", "not-possible"]);
    // A body that cannot be understood is refused as by the call that sends.
    let reply = caller.post(PREVIEW, &json!({"customerId": "C-7", "messageType": "nothing"})).await;
    assert_eq!(reply.status, 422);
}

#[tokio::test]
async fn a_file_is_uploaded_and_goes_out_with_a_message() {
    let (shop, media) = shop();
    let caller = Caller::of_api(&shop).await;
    let reply = uploaded(&caller, "C:\\files\\INV 7.pdf", PDF).await;
    assert_eq!((reply.status.as_u16(), &reply.json["name"]), (200, &json!("INV 7.pdf")));
    let call = with(invoice(), "uploadedFile", reply.json["uploadedFile"].clone());
    let call = with(call, "scheduledFor", json!("2026-12-01T06:00:00Z"));
    let sent = caller.post(SEND, &call).await;
    assert_eq!(sent.json["success"], true, "{}", sent.json);
    let message = shop.store.messages().pop().unwrap();
    assert_eq!(message.facts.attachment.unwrap().name, "INV 7.pdf");
    assert_eq!(media.links().len(), 2, "the file's own, and the message's");
    let audit = shop.desk().audit(&AuditFilter::default(), None, 9).await.unwrap().entries;
    assert_eq!((audit.len(), audit[0].act), (1, Act::MessageSent));
    assert_eq!(audit[0].by, Actor::Person(UserId::new("U-manager").unwrap()));

    for (member, value) in [("attachmentUrl", "https://a.example/a.pdf"), ("attachmentFileId", "k")]
    {
        let both = with(call.clone(), member, json!(value));
        assert_eq!(caller.post(SEND, &both).await.status, 422, "{member}");
    }
    for made_up in ["", "x", "a.pdf.1.x.y"] {
        let reply = caller.post(SEND, &with(invoice(), "uploadedFile", json!(made_up))).await;
        assert_eq!(reply.status, 422, "{made_up}");
        assert_eq!(reply.json["errors"][0]["pointer"], "#/uploadedFile", "{}", reply.json);
    }
    assert_eq!(shop.store.messages().len(), 1);
}

#[tokio::test]
async fn a_file_that_cannot_be_sent_is_refused_in_words() {
    let (shop, media) = shop();
    let caller = Caller::of_api(&shop).await;
    for (bytes, told) in [
        (b"<html>Sign in</html>".as_slice(), "web page"),
        (b"", "empty"),
        (b"PK\x03\x04 a zip", ""),
        (b"%PDF-1.7 no end", "incomplete"),
    ] {
        let reply = uploaded(&caller, "a.pdf", bytes).await;
        assert_eq!(reply.status, 422, "{bytes:?}");
        assert!(reply.json["detail"].as_str().unwrap().contains(told), "{}", reply.json);
    }
    let reply = caller.post("/api/files", &json!({"name": "a.pdf", "content": "%%"})).await;
    assert_eq!(
        (reply.status.as_u16(), &reply.json["errors"][0]["pointer"]),
        (422, &json!("#/content"))
    );
    assert_eq!(media.files().len(), 0);
    let none = Caller::of_api(&Shop::new()).await;
    assert_eq!(uploaded(&none, "a.pdf", PDF).await.status, 422);
    // As large as a file may be, and a byte more.
    let most = 10 * 1024 * 1024;
    let mut large = PDF[..9].to_vec();
    large.resize(most - (PDF.len() - 9), b' ');
    large.extend_from_slice(&PDF[9..]);
    assert_eq!(uploaded(&caller, "a.pdf", &large).await.status, 200);
    large.insert(9, b' ');
    assert_eq!(uploaded(&caller, "a.pdf", &large).await.status, 422);
    assert_eq!(uploaded(&caller, "a.pdf", &vec![b' '; 11 * 1024 * 1024]).await.status, 413);
}

#[tokio::test]
async fn a_viewer_may_neither_look_a_message_over_nor_upload() {
    let (shop, media) = shop();
    let viewer = Caller::of_api(&shop).await.as_who("Bearer viewer");
    assert_eq!(viewer.post(PREVIEW, &invoice()).await.status, 403);
    assert_eq!(uploaded(&viewer, "a.pdf", PDF).await.status, 403);
    assert_eq!(media.files().len(), 0);
}
