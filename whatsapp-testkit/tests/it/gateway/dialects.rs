//! The three dialects, their replies and their refusals.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use whatsapp_testkit::gateway::{Answer, Dialect, Fault, StandInGateway, V1Reply};

use super::{NUMBER, StillClock, accepted, client, request, send, sent};

const PDF: &[u8] = b"%PDF-1.4 invented";

fn media() -> Form {
    let file = Part::bytes(PDF).file_name("INV-7.pdf").mime_str("application/pdf").unwrap();
    Form::new().text("to", format!("+{NUMBER}")).text("message", "Invoice").part("media", file)
}

#[tokio::test]
async fn v2_takes_three_kinds_of_body() {
    let gateway = StandInGateway::start().await.unwrap();
    let fields =
        [("phonenumber", NUMBER), ("text", "a & b"), ("url", "https://files.example/a.pdf")];
    let path = "/v2/sendMessage";
    let requests = [
        request(&gateway, Method::POST, path).json(&json!({
            "phonenumber": NUMBER, "text": "a & b", "url": "https://files.example/a.pdf",
        })),
        request(&gateway, Method::POST, path).form(&fields),
        request(&gateway, Method::POST, path).multipart(
            fields.iter().fold(Form::new(), |form, (name, value)| form.text(*name, *value)),
        ),
    ];
    for request in requests {
        assert_eq!(request.send().await.unwrap().status(), 201);
    }
    let posts = gateway.posts();
    assert_eq!(posts.iter().map(|post| post.arrival).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(posts[0].content_type.starts_with("application/json"));
    assert!(posts[1].content_type.starts_with("application/x-www-form-urlencoded"));
    assert!(posts[2].content_type.starts_with("multipart/form-data"));
    for post in &posts {
        assert_eq!((post.number.as_str(), post.text.as_str()), (NUMBER, "a & b"));
        assert_eq!(post.url.as_deref(), Some("https://files.example/a.pdf"));
        assert_eq!(post.dialect, Some(Dialect::V2));
        assert_eq!(post.played, Fault::ordinary());
        assert_eq!(post.header("authorization"), None);
        assert_eq!(post.header("content-type"), Some(post.content_type.as_str()));
        assert!(!post.body.is_empty());
    }
    assert!(posts.is_sorted_by_key(|post| post.at));
    assert_eq!(accepted(&gateway).len(), 3);
}

#[tokio::test]
async fn v2_reply_has_a_uuid_and_the_time_of_the_clock_in_its_zone() {
    let clock = StillClock::at("2030-01-02T20:04:05Z");
    let india = chrono::FixedOffset::east_opt(19_800).unwrap();
    let gateway = clock.gateway().zone(india).start().await.unwrap();
    let (status, body) = sent(&gateway, "x").await;
    let accepted = &gateway.accepted()[0];
    assert_eq!(status, 201);
    assert_eq!(
        serde_json::from_str::<Value>(&body).unwrap(),
        json!({
            "success": true, "statusCode": 201, "timestamp": "2030-01-03 01:34:05",
            "data": {"phonenumber": NUMBER, "id": accepted.id},
        })
    );
    assert_eq!(accepted.id.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
}

#[tokio::test]
async fn ids_are_the_same_for_the_same_seed() {
    let mut ids = Vec::new();
    for seed in [7, 7, 8] {
        let gateway = StandInGateway::builder().seed(seed).start().await.unwrap();
        for text in ["a", "b"] {
            sent(&gateway, text).await;
        }
        ids.push(gateway.accepted().into_iter().map(|message| message.id).collect::<Vec<_>>());
    }
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[0], ids[2]);
    assert_ne!(ids[0][0], ids[0][1]);
}

#[tokio::test]
async fn v1_answers_a_bare_tracking_code_or_an_array() {
    let path = "/sendMessage/stand-in-key";
    let form = [("phonenumber", NUMBER), ("text", "x"), ("360notify-medium", "shop")];
    let gateway = StandInGateway::start().await.unwrap();
    let url = format!("{}{path}", gateway.url());
    let response = client().post(&url).form(&form).send().await.unwrap();
    assert_eq!(response.status(), 201);
    assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/plain"));
    assert_eq!(response.text().await.unwrap(), "1001");
    let post = gateway.posts().remove(0);
    assert_eq!(post.path, "/sendMessage/{key}");
    assert_eq!(post.fields[2], ("360notify-medium".to_owned(), "shop".to_owned()));
    assert_eq!(gateway.accepted()[0].id, "1001");

    let gateway = StandInGateway::builder().v1_reply(V1Reply::Array).start().await.unwrap();
    let url = format!("{}{path}", gateway.url());
    let response = client().post(&url).json(&json!({"phonenumber": NUMBER, "text": "x"}));
    let body: Value = response.send().await.unwrap().json().await.unwrap();
    assert_eq!(body, json!([{"phonenumber": NUMBER, "tracking_Code": 1001}]));
}

#[tokio::test]
async fn v1_takes_an_upload_and_delivers_only_the_text() {
    let gateway = StandInGateway::start().await.unwrap();
    let form = media().text("phonenumber", NUMBER).text("text", "Invoice");
    let url = format!("{}/sendMessage/stand-in-key", gateway.url());
    let response = client().post(url).multipart(form).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(gateway.posts()[0].file.as_ref().unwrap().name, "INV-7.pdf");
    assert_eq!(gateway.accepted()[0].file, None);
}

#[tokio::test]
async fn rest_takes_text_as_json_and_media_as_multipart() {
    let gateway = StandInGateway::start().await.unwrap();
    let text = json!({"to": format!("+{NUMBER}"), "message": "Hello", "template_id": "t-1"});
    let text = request(&gateway, Method::POST, "/api/v1/messages/text").json(&text);
    let media = request(&gateway, Method::POST, "/api/v1/messages/media")
        .multipart(media().text("media_type", "pdf"));
    for (request, arrival) in [(text, 0), (media, 1)] {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 201);
        let body: Value = response.json().await.unwrap();
        let id = &gateway.accepted()[arrival].id;
        assert_eq!(body, json!({"success": true, "statusCode": 201, "data": {"id": id}}));
    }
    let posts = gateway.posts();
    assert_eq!(posts[0].template_id.as_deref(), Some("t-1"));
    assert_eq!(posts[1].number, format!("+{NUMBER}"));
    let accepted = gateway.accepted();
    assert_eq!(accepted[1].number, NUMBER);
    let file = accepted[1].file.as_ref().unwrap();
    assert_eq!((file.field.as_str(), file.content_type.as_str()), ("media", "application/pdf"));
    assert_eq!(&*file.bytes, PDF);
}

#[tokio::test]
async fn rest_media_without_a_file_is_a_bad_request() {
    let gateway = StandInGateway::start().await.unwrap();
    let request = request(&gateway, Method::POST, "/api/v1/messages/media")
        .multipart(Form::new().text("to", NUMBER).text("message", "Invoice"));
    assert_eq!(request.send().await.unwrap().status(), 400);
    assert_eq!(accepted(&gateway), [""; 0]);
}

#[tokio::test]
async fn a_wrong_key_is_refused_and_uses_up_no_script() {
    for expected in [401, 403] {
        let gateway = StandInGateway::builder()
            .key("right")
            .wrong_key_status(expected)
            .start()
            .await
            .unwrap();
        gateway.next(Fault::accept_then(Answer::Status(500)));
        let form = [("phonenumber", NUMBER), ("text", "x")];
        let url = gateway.url();
        let requests = [
            client().post(format!("{url}/v2/sendMessage")).bearer_auth("wrong").form(&form),
            client().post(format!("{url}/v2/sendMessage")).form(&form),
            client().post(format!("{url}/sendMessage/wrong")).form(&form),
            client().get(format!("{url}/v2/client/getState")).bearer_auth("wrong"),
            client().get(format!("{url}/showAllMessages/wrong")),
        ];
        for request in requests {
            assert_eq!(request.send().await.unwrap().status(), expected);
        }
        assert_eq!(accepted(&gateway), [""; 0]);
        assert_eq!(gateway.questions(), []);
        assert_eq!(sent(&gateway, "scripted").await.0, 500);
    }
}

#[tokio::test]
async fn a_misspelt_recipient_is_a_forbidden_resource() {
    let gateway = StandInGateway::start().await.unwrap();
    let paths = ["/v2/sendMessage", "/sendMessage/stand-in-key", "/api/v1/messages/text"];
    for path in paths {
        let response = request(&gateway, Method::POST, path)
            .json(&json!({"phone_number": NUMBER, "text": "x", "message": "x"}))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 403);
        let body: Value = response.json().await.unwrap();
        assert_eq!(body, json!({"message": "Forbidden resource"}));
    }
    assert_eq!(gateway.posts().len(), 3);
    assert_eq!(gateway.posts()[0].number, "");
}

#[tokio::test]
async fn nothing_to_say_is_a_bad_request() {
    let gateway = StandInGateway::start().await.unwrap();
    assert_eq!(send(&gateway, NUMBER, "").await.unwrap().status(), 400);
    let v1 = request(&gateway, Method::POST, "/sendMessage/stand-in-key");
    let response = v1.form(&[("phonenumber", NUMBER)]).send().await.unwrap();
    assert_eq!(response.status(), 400);
    assert_eq!(response.text().await.unwrap(), "Bad Request");
}

#[tokio::test]
async fn an_unknown_path_is_a_404_with_the_envelope_and_on_record() {
    let gateway =
        StandInGateway::builder().without("/api/v1/messages/media").start().await.unwrap();
    let unknown = ["/v2/sendMessages", "/sendDocument/stand-in-key", "/api/v1/messages/media"];
    for path in unknown {
        let response = request(&gateway, Method::POST, path)
            .json(&json!({"phonenumber": NUMBER, "text": "x"}))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 404);
        let body: Value = response.json().await.unwrap();
        assert_eq!((&body["success"], &body["statusCode"]), (&json!(false), &json!(404)));
    }
    let posts = gateway.posts();
    assert_eq!(posts.len(), 3);
    assert_eq!((posts[1].path.as_str(), posts[1].dialect), ("/sendDocument/{key}", None));
    let (status, body) = super::ask(&gateway, "/v2/nothing").await;
    assert_eq!((status, &body["statusCode"]), (404, &json!(404)));
    let (status, _) = super::ask(&gateway, "/v2/sendMessage").await;
    assert_eq!(status, 404);
    assert_eq!(gateway.posts().len(), 3);
}

#[tokio::test]
async fn a_delay_keeps_a_message_pending_until_its_time() {
    let clock = StillClock::at("2030-01-02T03:04:05Z");
    let gateway = clock.gateway().start().await.unwrap();
    for (delay, expected) in [("tomorrow", 400), ("01-02-2030 03:06", 201)] {
        let fields = [("phonenumber", NUMBER), ("text", "x"), ("delay", delay)];
        let request = request(&gateway, Method::POST, "/v2/sendMessage").form(&fields);
        assert_eq!(request.send().await.unwrap().status(), expected);
    }
    let path = format!("/v2/message/status?id={}", gateway.accepted()[0].id);
    assert_eq!(super::ask(&gateway, &path).await.1["data"]["status"], "PENDING");
    clock.advance(std::time::Duration::from_secs(115));
    assert_eq!(super::ask(&gateway, &path).await.1["data"]["status"], "OK");
}
