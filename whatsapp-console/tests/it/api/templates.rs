//! Templates by the API: errors are named, and nothing is changed that somebody else changed
//! meanwhile.

use serde_json::{Value, json};
use whatsapp_core::message::{Facts, MessageType, MessageValues};
use whatsapp_testkit::fixtures::START;

use super::caller::{Caller, Reply, shop};
use crate::shop::{Shop, exhausted, message, minutes};

fn body(text: &str) -> Value {
    json!({"name": "Friendly", "messageType": "invoice", "text": text, "isActive": true})
}

async fn created(caller: &Caller) -> String {
    let made = caller.post("/api/templates", &body("Dear {customerName}")).await;
    assert_eq!((made.status.as_u16(), tag(&made)), (200, "\"1\""));
    format!("/api/templates/{}", made.json["id"].as_str().unwrap())
}

fn tag(reply: &Reply) -> &str {
    reply.headers.get("etag").map_or("", |tag| tag.to_str().unwrap())
}

async fn scene() -> (Shop, Caller) {
    let shop = shop();
    let caller = Caller::of_api(&shop).await;
    (shop, caller)
}

#[tokio::test]
async fn templates_are_listed_with_what_each_type_is_made_with() {
    let (shop, caller) = scene().await;
    let list = caller.get("/api/templates").await.json;
    let types = list["types"].as_array().unwrap();
    assert_eq!(types.len(), MessageType::BUILT_IN.len());
    assert_eq!(types[1]["messageType"], "invoice");
    assert_eq!((types[1].get("usedTemplateId"), types[1].get("usedSince")), (None, None));
    assert_eq!(types[1]["placeholders"][3]["kind"], "amount");
    assert_eq!(types[2]["isComposedAgain"], true);
    let path = created(&caller).await;
    shop.template("Other", MessageType::INVOICE, "Hi", false).await;
    let list = caller.get("/api/templates").await.json;
    let id = path.rsplit('/').next().unwrap();
    assert_eq!(list["types"][1]["usedTemplateId"], id);
    let told: Vec<_> = list["templates"].as_array().unwrap().iter().collect();
    assert_eq!((&told[0]["isUsed"], &told[1]["isUsed"]), (&true.into(), &false.into()));
    assert_eq!(told[0]["text"], "Dear {customerName}");
    let viewer = caller.as_who("Bearer viewer");
    let list = viewer.get("/api/templates").await.json;
    assert_eq!(list["templates"][0].get("text"), None, "texts are for managers");
    assert_eq!(viewer.get(&path).await.status, 403);
}

#[tokio::test]
async fn a_change_names_the_version_that_it_is_decided_over() {
    let (_, caller) = scene().await;
    let path = created(&caller).await;
    let one = caller.get(&path).await;
    assert_eq!((tag(&one), &one.json["version"]), ("\"1\"", &1.into()));
    let unseen = caller.post(&path, &body("Hello {customerName}")).await;
    assert_eq!((unseen.status.as_u16(), unseen.problem()), (428, "version-missing"));
    let changed = caller.with("if-match", "\"1\"").post(&path, &body("Hello {customerName}")).await;
    assert_eq!((changed.status.as_u16(), tag(&changed)), (200, "\"2\""));
    // The same call twice is once, and another one is told the present version.
    let again = caller.with("if-match", "\"1\"").post(&path, &body("Hello {customerName}")).await;
    assert_eq!((again.status.as_u16(), tag(&again)), (200, "\"2\""));
    let late = caller.with("if-match", "\"1\"").post(&path, &body("Hi {customerName}")).await;
    assert_eq!((late.status.as_u16(), late.problem()), (412, "version-passed"));
    assert_eq!(
        late.json["detail"],
        "It is in version 2 now. Read it again, and decide with both versions in view."
    );
    for unfit in ["*", "2", "\"x\""] {
        let unfit = caller.with("if-match", unfit).post(&path, &body("Hi")).await;
        assert_eq!((unfit.status.as_u16(), unfit.problem()), (400, "version-unusable"));
    }
    assert_eq!(caller.get(&path).await.json["text"], "Hello {customerName}");
    let other = "/api/templates/01936f0a-7c31-7cc2-9d5e-0f2b3c4d5e6f";
    for unknown in
        [caller.get(other).await, caller.with("if-match", "\"1\"").post(other, &body("Hi")).await]
    {
        assert_eq!((unknown.status.as_u16(), unknown.problem()), (404, "no-such-template"));
    }
}

#[tokio::test]
async fn what_cannot_be_saved_is_named_with_its_place_and_what_would_be_right() {
    let (_, caller) = scene().await;
    created(&caller).await;
    let wrong = caller.post("/api/templates", &json!({"name": "New", "messageType": "invoice", "text": "Dear {custmerName}\n{", "isActive": true})).await;
    assert_eq!((wrong.status.as_u16(), wrong.problem()), (422, "template-unusable"));
    assert_eq!(wrong.pointers(), ["#/text", "#/text"]);
    assert_eq!(
        wrong.json["errors"][0]["detail"],
        "line 1, column 6: there is no placeholder {custmerName} for this message type; did you mean {customerName}?"
    );
    for (member, value, status, problem) in [
        ("name", json!("Friendly"), 409, "name-taken"),
        ("name", json!(""), 422, "invalid-value"),
        ("messageType", json!("gone"), 422, "unknown-message-type"),
        ("text", json!(""), 422, "template-unusable"),
        ("text", json!(7), 400, "invalid-body"),
        ("isActive", json!("yes"), 400, "invalid-body"),
    ] {
        let mut body =
            json!({"name": "New", "messageType": "invoice", "text": "Hi", "isActive": true});
        body[member] = value;
        let refused = caller.post("/api/templates", &body).await;
        assert_eq!((refused.status.as_u16(), refused.problem()), (status, problem), "{body}");
        assert_eq!(refused.pointers(), [format!("#/{member}")], "{body}");
    }
    let gone = caller
        .post(
            "/api/templates",
            &json!({"name": "New", "messageType": "gone", "text": "Hi", "isActive": true}),
        )
        .await;
    assert!(
        gone.json["detail"].as_str().unwrap().contains("stock_delivered, invoice"),
        "{}",
        gone.json
    );
    assert_eq!(caller.get("/api/templates").await.json["templates"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_template_is_switched_and_an_earlier_version_comes_back() {
    let (_, caller) = scene().await;
    let path = created(&caller).await;
    let over = |version: &'static str| caller.with("if-match", version);
    for _ in 0..2 {
        let off = over("\"1\"").post(&format!("{path}/deactivate"), &json!({})).await;
        assert_eq!((off.status.as_u16(), tag(&off)), (200, "\"2\""), "twice is once");
        assert_eq!(off.json["isActive"], false);
    }
    let on = over("\"2\"").post(&format!("{path}/activate"), &json!({})).await;
    assert_eq!(
        (&on.json["isActive"], &on.json["isUsed"], tag(&on)),
        (&true.into(), &true.into(), "\"3\"")
    );
    let late = over("\"1\"").post(&format!("{path}/activate"), &json!({})).await;
    assert_eq!((late.status.as_u16(), late.problem()), (412, "version-passed"));
    over("\"3\"").post(&path, &body("Hi")).await;
    let back = over("\"4\"").post(&format!("{path}/restore"), &json!({"version": 1})).await;
    assert_eq!((&back.json["text"], tag(&back)), (&"Dear {customerName}".into(), "\"5\""));
    let none = over("\"5\"").post(&format!("{path}/restore"), &json!({"version": 9})).await;
    assert_eq!((none.status.as_u16(), none.pointers()), (404, vec!["#/version"]));
    let first = caller.get(&format!("{path}/versions?limit=2")).await.json;
    let versions: Vec<_> =
        first["versions"].as_array().unwrap().iter().map(|it| it["version"].clone()).collect();
    assert_eq!((versions, &first["next"]), (vec![5.into(), 4.into()], &4.into()));
    let next = caller.get(&format!("{path}/versions?before=4")).await.json;
    assert_eq!(next["versions"].as_array().unwrap().len(), 3);
    assert_eq!(next["versions"][2]["by"], "U-manager");
    assert_eq!(caller.get(&format!("{path}/versions?before=0")).await.problem(), "invalid-query");
}

#[tokio::test]
async fn a_text_is_looked_over_and_shown_without_being_saved() {
    let (shop, caller) = scene().await;
    let text = "नमस्ते * {customerName} * {custmer}";
    let asked = json!({"messageType": "invoice", "text": text});
    let checked = caller.post("/api/templates/check", &asked).await.json;
    assert_eq!(
        (&checked["isUsable"], &checked["findings"][0]["isProblem"]),
        (&false.into(), &false.into())
    );
    let [begins, ends] = ["begins", "ends"]
        .map(|at| usize::try_from(checked["findings"][1][at].as_u64().unwrap()).unwrap());
    let units: Vec<u16> = text.encode_utf16().collect();
    assert_eq!(String::from_utf16(&units[begins..ends]).unwrap(), "{custmer}");
    assert_eq!(checked["findings"][1]["mend"], "{customerName}");
    let many = json!({"messageType": "invoice", "text": "}".repeat(400)});
    assert_eq!(
        caller.post("/api/templates/check", &many).await.json["findings"].as_array().unwrap().len(),
        100
    );

    let shown = caller.post("/api/templates/preview", &asked).await.json;
    assert_eq!(shown["text"], "नमस्ते * Asha Traders * {custmer}");
    assert_eq!(shown["values"], json!([{"begins": 9, "ends": 21}]));
    let values = MessageValues::new([("customerName", "Ravi")]);
    let made = message(7, "Ravi", START - minutes(9), exhausted()).with_facts(|facts| Facts {
        message_type: MessageType::INVOICE.name(),
        values: Some(values),
        ..facts
    });
    let id = shop.put(made).await;
    let of =
        json!({"messageType": "invoice", "text": "{customerName}, {amount}", "customerId": "C-7"});
    let shown = caller.post("/api/templates/preview", &of).await.json;
    assert_eq!(
        (&shown["text"], &shown["samples"]),
        (&"Ravi, ₹1,23,456.00".into(), &json!(["amount"]))
    );
    assert_eq!(shown["messageLogId"], id.to_string());
    let nobody = json!({"messageType": "invoice", "text": "x", "customerId": "C-404"});
    let refused = caller.post("/api/templates/preview", &nobody).await;
    assert_eq!((refused.status.as_u16(), refused.pointers()), (422, vec!["#/customerId"]));
    let long = json!({"messageType": "invoice", "text": "x".repeat(4_097)});
    assert_eq!(caller.post("/api/templates/preview", &long).await.pointers(), ["#/text"]);
    assert_eq!(caller.get("/api/templates").await.json["templates"], json!([]));
}
