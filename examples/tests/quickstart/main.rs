//! The quickstart as a user runs it: the built program over a folder of data.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod arguments;
mod everything;
mod faults;
mod files;
mod gateways;
mod greetings;
mod reminders;
mod rows;
#[cfg(unix)]
mod serve;
mod shop;
mod spreadsheets;

use serde_json::json;
use shop::Shop;

#[tokio::test]
async fn the_first_run_sends_everything_and_the_second_nothing() {
    let shop = Shop::new();
    shop.write(
        "orders.csv",
        "id,customer_id,number,delivered_on,items\n\
         O-1,C-1,SO-1,2026-10-05,2 × Fan; 5 × Bulb ;\n\
         O-2,C-1,SO-2,,1 × Fan\n",
    );
    let first = shop.run(&[]).await;
    assert_eq!(first.code, Some(0), "{first:#?}");
    first.tells("2 messages were enqueued.");
    first.tells("Times     Asia/Kolkata, time zone rules 20");
    assert_eq!(first.all("status"), ["sent", "sent"]);
    assert_eq!(first.all("message_key"), ["invoice:I-1", "stock_delivered:O-1"]);

    let text = |row: &serde_json::Value| row["message_content"].as_str().unwrap().to_owned();
    let row = |kind| first.report.iter().find(|row| row["message_type"] == kind).unwrap();
    let invoice = row("invoice");
    let url = invoice["attachment_url"].as_str().unwrap();
    assert!(url.starts_with("http://127.0.0.1:") && url.ends_with("/INV-1.pdf"), "{url}");
    assert!(text(invoice).contains("₹560.50") && text(invoice).contains(url));
    assert!(text(row("stock_delivered")).contains("2 × Fan\n5 × Bulb\n"));
    for (field, value) in [
        ("customer_id", json!("C-1")),
        ("customer_name", json!("Asha Traders")),
        ("whatsapp_number", json!("+919876543210")),
        ("trigger_type", json!("auto")),
        ("retry_count", json!(0)),
        ("max_retries", json!(3)),
        ("attachment_type", json!("pdf")),
        ("failure_reason", json!(null)),
        ("phase", json!("sent")),
        ("delivery", json!("accepted")),
    ] {
        assert_eq!(invoice[field], value, "{field}");
    }
    let attempts = invoice["attempts"].as_array().unwrap();
    assert_eq!(attempts.len(), 1);
    assert_eq!(attempts[0]["no"], 1);
    assert_eq!(attempts[0]["outcome"], "accepted");
    assert_eq!(attempts[0]["http_status"], 201);
    let sent_at = invoice["sent_at"].as_str().unwrap();
    assert!(chrono::DateTime::parse_from_rfc3339(sent_at).is_ok(), "{sent_at}");

    let second = shop.run(&[]).await;
    assert_eq!(second.code, Some(0), "{second:#?}");
    second.tells("Nothing new: 2 messages were enqueued before.");
    assert_eq!(second.report, first.report);
}

#[tokio::test]
async fn a_corrected_number_gets_its_message_and_a_wrong_one_only_a_suggestion() {
    let shop = Shop::new();
    shop.write("customers.csv", "id,name,whatsapp_number\nC-1,Asha Traders,098765 43210\n");
    let wrong = shop.run(&[]).await;
    assert_eq!(wrong.code, Some(3), "{wrong:#?}");
    assert_eq!(wrong.message()["status"], "failed");
    assert_eq!(wrong.message()["phase"], "failed (could not be sent)");
    assert_eq!(wrong.message()["attempts"], json!([]));
    let told = wrong.told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("invoice INV-1"), "{told}");
    wrong.tells("1 failure notice waits");
    wrong.tells("+919876543210");

    shop.write("customers.csv", "id,name,whatsapp_number\nC-1,Asha Traders,+919876543210\n");
    let right = shop.run(&[]).await;
    right.tells("1 message was enqueued.");
    assert_eq!(right.all("status"), ["failed", "sent"]);
    assert!(!right.told.contains("Not sent to"), "{}", right.told);
}

#[tokio::test]
async fn notices_that_no_mail_server_takes_are_kept() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let shop = Shop::new();
    shop.write("customers.csv", "id,name,whatsapp_number\nC-1,Asha Traders,\n");
    let smtp = format!("smtp://{nobody}");
    let run = shop.run(&["--smtp", &smtp, "--notify-to", "asha@shop.example"]).await;
    assert_eq!(run.code, Some(3), "{run:#?}");
    run.tells("1 failure notice waits: the mail server did not take the mail.");
}
