//! Fetches in the record file, and after a restart.

use serde_json::Value;
use whatsapp_testkit::gateway::StandInGateway;

use super::{Host, PDF_SHA256, SENT, send_link, status};

#[tokio::test]
async fn a_gateway_that_goes_on_remembers_fetches_and_makes_up_for_those_that_are_missing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("record.jsonl");
    let host = Host::start().await;
    let start = || StandInGateway::builder().fetching().continuing(&file).start();

    let first = start().await.unwrap();
    send_link(&first, &host.link("one.pdf")).await;
    let one = first.fetches().wait_for(1).await.remove(0);
    first.fetches().hold();
    let two = send_link(&first, &host.link("two.pdf")).await;
    first.shutdown().await;

    let second = start().await.unwrap();
    let accepted = second.fetches().wait_for(2).await;
    assert_eq!(accepted[0].fetched[0].fetched_at, one.fetched[0].fetched_at);
    assert_eq!(accepted[0].fetched[0].sha256, PDF_SHA256);
    assert_eq!(accepted[1].fetched[0].file_name, "two.pdf");
    assert_eq!(status(&second, &two).await, SENT);
    assert_eq!(host.requests(), ["GET /one.pdf", "GET /two.pdf"]);
    second.shutdown().await;

    let text = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let events = lines.iter().map(|line| (line["event"].as_str().unwrap(), &line["arrival"]));
    assert_eq!(
        events.map(|(event, arrival)| format!("{event} {arrival}")).collect::<Vec<_>>(),
        ["post 1", "accepted 1", "fetched 1", "post 2", "accepted 2", "fetched 2"]
    );
    assert_eq!(lines[2]["status"], 200);
    assert_eq!(lines[2]["sha256"], PDF_SHA256);
    assert_eq!(lines[2]["kind"], "pdf");
    assert!(lines[2]["at_us"].as_u64().unwrap() > 0);
}
