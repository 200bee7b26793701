//! Lists and status answers: paging, filters, lags, envelopes, and their own faults.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use whatsapp_testkit::gateway::{Delivery, Envelope, Look, StandInGateway};

use super::{NUMBER, OTHER_NUMBER, StillClock, ask, listed, request, send, sent_id, texts};

const SENT: &str = "/v2/message/sentMessages";

async fn seven_messages(gateway: &StandInGateway) {
    for text in ["1", "2", "3", "4", "5", "6", "7"] {
        let number = if text == "4" { OTHER_NUMBER } else { NUMBER };
        assert_eq!(send(gateway, number, text).await.unwrap().status(), 201);
    }
}

#[tokio::test]
async fn sent_list_is_paged_newest_first() {
    let gateway = StandInGateway::builder().page_size(3).start().await.unwrap();
    seven_messages(&gateway).await;
    for (page, expected, label) in [
        ("", vec!["7", "6", "5"], "1 of 3"),
        ("?page=1", vec!["7", "6", "5"], "1 of 3"),
        ("?page=2", vec!["4", "3", "2"], "2 of 3"),
        ("?page=3", vec!["1"], "3 of 3"),
        ("?page=4", vec![], "4 of 3"),
    ] {
        let (status, body) = ask(&gateway, &format!("{SENT}{page}")).await;
        assert_eq!((status, &body["success"]), (200, &json!(true)));
        let data = &body["data"];
        assert_eq!(texts(&data["data"]), expected);
        assert_eq!((&data["page"], &data["pageCount"]), (&json!(label), &json!(3)));
        assert_eq!(data["count"], 7);
    }
    let questions = gateway.wait_for_questions(5).await;
    assert_eq!(questions[4].page.as_deref(), Some("4"));
    assert_eq!(questions[4].path, SENT);
}

#[tokio::test]
async fn sent_list_is_filtered_by_the_beginning_of_the_number() {
    let gateway = StandInGateway::builder().page_size(10).start().await.unwrap();
    seven_messages(&gateway).await;
    for (filter, count) in [(OTHER_NUMBER, 1), (NUMBER, 6), ("91", 6), ("9", 7), ("1", 0)] {
        let (_, body) = ask(&gateway, &format!("{SENT}?phonenumber={filter}")).await;
        assert_eq!(body["data"]["count"], count, "{filter}");
        assert_eq!(body["data"]["data"].as_array().unwrap().len(), count);
        assert_eq!(body["data"]["pageCount"], 1);
    }
}

#[tokio::test]
async fn result_may_take_the_place_of_data() {
    let gateway = StandInGateway::builder().envelope(Envelope::Result).start().await.unwrap();
    let id = sent_id(&gateway, NUMBER, "x").await;
    let (_, list) = ask(&gateway, SENT).await;
    assert_eq!(texts(&list["result"]["data"]), ["x"]);
    assert!(list.get("data").is_none());
    let (_, status) = ask(&gateway, &format!("/v2/message/status?id={id}")).await;
    assert_eq!(status["result"]["id"], json!(id));
    assert!(status.get("data").is_none());
}

#[tokio::test]
async fn a_message_is_unknown_then_pending_then_delivered() {
    let clock = StillClock::at("2030-01-02T03:04:05Z");
    let gateway = clock
        .gateway()
        .list_lag(Duration::from_secs(10))
        .delivery_lag(Duration::from_secs(37))
        .start()
        .await
        .unwrap();
    let id = sent_id(&gateway, NUMBER, "x").await;
    let path = format!("/v2/message/status?id={id}");
    let not_found = json!({"success": false, "statusCode": 404, "message": "Not Found"});
    assert_eq!(ask(&gateway, &path).await, (404, not_found.clone()));
    assert_eq!(listed(&gateway).await, [""; 0]);

    clock.advance(Duration::from_secs(10));
    assert_eq!(listed(&gateway).await, ["x"]);
    let (status, body) = ask(&gateway, &path).await;
    assert_eq!(status, 200);
    let mut record = json!({
        "id": id, "phonenumber": NUMBER, "text": "x", "url": null,
        "status": "PENDING", "statusInfo": null, "delivery": null,
        "createdAt": "2030-01-02 03:04:05", "executedAt": null,
    });
    assert_eq!(body, json!({"success": true, "statusCode": 200, "data": record}));

    clock.advance(Duration::from_secs(27));
    record["status"] = json!("OK");
    record["statusInfo"] = json!("message successfully sent");
    record["delivery"] = json!("device");
    record["executedAt"] = json!("2030-01-02 03:04:42");
    assert_eq!(ask(&gateway, &path).await.1["data"], record);
    assert_eq!(ask(&gateway, "/v2/message/status?id=unheard-of").await, (404, not_found));
}

#[tokio::test]
async fn a_number_may_have_a_fate_of_its_own() {
    let gateway = StandInGateway::start().await.unwrap();
    let id = sent_id(&gateway, NUMBER, "x").await;
    let other = sent_id(&gateway, OTHER_NUMBER, "x").await;
    let words = |status: &str, info: &str, delivery: &str| Delivery::Words {
        status: status.to_owned(),
        info: info.to_owned(),
        delivery: delivery.to_owned(),
    };
    for (fate, expected) in [
        (Delivery::Read, ["OK", "message has been read by the user", "read"]),
        (Delivery::Failed, ["ERROR", "message sending failed", "error"]),
        (Delivery::NotOnWhatsApp, ["NOT FOUND", "user not found", "not found"]),
        (words("PLAYED", "who knows", "server"), ["PLAYED", "who knows", "server"]),
    ] {
        gateway.deliveries().of_number(&format!("+{NUMBER}"), fate);
        let (_, body) = ask(&gateway, &format!("/v2/message/status?id={id}")).await;
        let said = ["status", "statusInfo", "delivery"].map(|key| body["data"][key].clone());
        assert_eq!(said, expected.map(Value::from));
    }
    gateway.deliveries().of_number(NUMBER, Delivery::Pending);
    let (_, body) = ask(&gateway, &format!("/v2/message/status?id={id}")).await;
    assert_eq!(
        (&body["data"]["status"], &body["data"]["executedAt"]),
        (&json!("PENDING"), &json!(null))
    );
    let (_, body) = ask(&gateway, &format!("/v2/message/status?id={other}")).await;
    assert_eq!(body["data"]["delivery"], "device");
}

#[tokio::test]
async fn v1_shows_the_same_world_under_its_own_ids() {
    let gateway = StandInGateway::builder().page_size(1).start().await.unwrap();
    sent_id(&gateway, NUMBER, "first").await;
    sent_id(&gateway, OTHER_NUMBER, "second").await;
    let (_, list) = ask(&gateway, "/showAllMessages/stand-in-key?page=2").await;
    assert_eq!((&list["pageCount"], texts(&list["data"])), (&json!(2), vec!["first".to_owned()]));
    assert_eq!(list["data"][0]["id"], 1001);
    let path = format!("/showAllMessages/stand-in-key?phonenumber={OTHER_NUMBER}");
    assert_eq!(texts(&ask(&gateway, &path).await.1["data"]), ["second"]);
    let (_, status) = ask(&gateway, "/getStatus/stand-in-key?id=1002").await;
    assert_eq!((&status["pageCount"], &status["data"][0]["status"]), (&json!(1), &json!("OK")));
    assert_eq!(ask(&gateway, "/getStatus/stand-in-key?id=9").await.0, 404);
    assert_eq!(gateway.questions()[0].path, "/showAllMessages/{key}");
}

#[tokio::test]
async fn lists_fail_without_forgetting() {
    let gateway = StandInGateway::builder().page_size(2).start().await.unwrap();
    seven_messages(&gateway).await;
    let list = async |path: &str| request(&gateway, Method::GET, path).send().await;

    gateway.lists(Look::Status(503));
    assert_eq!(list(SENT).await.unwrap().status(), 503);
    gateway.lists(Look::Reset);
    assert!(list(SENT).await.is_err());
    gateway.lists(Look::Garbage);
    let garbage = list(SENT).await.unwrap();
    assert_eq!(garbage.status(), 200);
    assert!(garbage.json::<Value>().await.is_err());
    gateway.lists(Look::Truncated);
    assert!(list(SENT).await.unwrap().bytes().await.is_err());
    gateway.lists(Look::WrongPage);
    let (_, body) = ask(&gateway, &format!("{SENT}?page=1")).await;
    assert_eq!(
        (&body["data"]["page"], texts(&body["data"]["data"])),
        (&json!("2 of 4"), vec!["5".to_owned(), "4".to_owned()])
    );
    gateway.lists(Look::Unfiltered);
    let (_, body) = ask(&gateway, &format!("{SENT}?phonenumber={OTHER_NUMBER}")).await;
    assert_eq!(body["data"]["count"], 7);
    gateway.lists(Look::Nothing);
    let (_, body) = ask(&gateway, SENT).await;
    assert_eq!((&body["data"]["count"], &body["data"]["pageCount"]), (&json!(0), &json!(1)));
    gateway.lists(Look::Hang);
    let hanging = list(SENT);
    tokio::pin!(hanging);
    let before = gateway.questions().len();
    tokio::select! {
        answer = &mut hanging => panic!("answered {answer:?}"),
        _ = gateway.wait_for_questions(before + 1) => {}
    }
    gateway.lists(Look::Honest);
    assert_eq!(listed(&gateway).await, ["7", "6"]);
}

#[tokio::test]
async fn statuses_fail_on_their_own() {
    let gateway = StandInGateway::start().await.unwrap();
    let id = sent_id(&gateway, NUMBER, "x").await;
    gateway.statuses(Look::Status(500));
    assert_eq!(ask(&gateway, &format!("/v2/message/status?id={id}")).await.0, 500);
    assert_eq!(listed(&gateway).await, ["x"]);
}

#[tokio::test]
async fn lags_may_change_while_the_gateway_runs() {
    let gateway = StandInGateway::start().await.unwrap();
    sent_id(&gateway, NUMBER, "x").await;
    gateway.list_lag(Duration::MAX);
    assert_eq!(listed(&gateway).await, [""; 0]);
    gateway.list_lag(Duration::ZERO);
    gateway.deliveries().lag(Duration::MAX);
    assert_eq!(ask(&gateway, SENT).await.1["data"]["data"][0]["status"], "PENDING");
}

#[tokio::test]
async fn state_and_groups_are_told() {
    let gateway = StandInGateway::builder().group("120363@g.us", "Dealers").start().await.unwrap();
    let (_, groups) = ask(&gateway, "/v2/groupChat/getGroupList").await;
    assert_eq!(groups["data"]["groups"], json!([{"id": "120363@g.us", "name": "Dealers"}]));
    assert_eq!(ask(&gateway, "/v2/client/getState").await.1["data"]["state"], "CONNECTED");
    gateway.account().connection("DISCONNECTED");
    assert_eq!(ask(&gateway, "/v2/client/getState").await.1["data"]["state"], "DISCONNECTED");
}

#[tokio::test]
async fn a_gateway_goes_on_where_the_one_before_it_ended() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("record.jsonl");
    let first = StandInGateway::builder().continuing(&file).start().await.unwrap();
    assert_eq!(send(&first, NUMBER, "one").await.unwrap().status(), 201);
    first.shutdown().await;
    // The gateway was killed in the middle of a line.
    let mut text = std::fs::read_to_string(&file).unwrap();
    text.push_str("{\"event\":\"acc");
    std::fs::write(&file, text).unwrap();

    for lives in 2..4 {
        let gateway = StandInGateway::builder().continuing(&file).start().await.unwrap();
        assert_eq!(send(&gateway, NUMBER, "more").await.unwrap().status(), 201);
        let accepted = gateway.accepted();
        let texts: Vec<_> = accepted.iter().map(|message| message.text.as_str()).collect();
        assert_eq!(texts.len(), lives);
        assert_eq!(texts[0], "one");
        let ids: std::collections::HashSet<_> = accepted.iter().map(|m| &m.uuid).collect();
        assert_eq!(ids.len(), lives, "no id is given twice");
        gateway.shutdown().await;
    }
}
