//! The spans of a message and of all other work, and what they must not show.

use std::collections::BTreeSet;

use whatsapp_core::MessageId;
use whatsapp_core::observe::{FIELDS, SPANS};

use crate::recorder::{Noted, Recorder};
use crate::scene::{CANARIES, Scene};

/// All that tells of a message by its id.
fn about(recorder: &Recorder, id: MessageId) -> Vec<Noted> {
    let id = id.to_string();
    let all = recorder.all().into_iter();
    all.filter(|noted| noted.field("message.id") == Some(id.as_str())).collect()
}

#[tokio::test]
async fn a_message_is_followed_by_its_id_from_its_enqueue_to_its_settlement() {
    let recorder = Recorder::of_process();
    let scene = Scene::new(1);
    let id = scene.enqueued("followed").await;
    assert_eq!(scene.tick().await.sent, 1);
    let way = about(recorder, id);
    let told: Vec<_> = way.iter().map(|noted| (noted.told(), noted.within)).collect();
    assert_eq!(
        told,
        [
            ("whatsapp.enqueue", None),
            ("a message is written down", Some("whatsapp.enqueue")),
            ("whatsapp.message", None),
            ("whatsapp.post", Some("whatsapp.message")),
            ("an outcome is written down", Some("whatsapp.settle")),
        ]
    );
    let field = |place: usize, name: &str| way[place].field(name).unwrap().to_owned();
    assert_eq!((field(0, "count"), field(0, "account")), ("1".to_owned(), "1".to_owned()));
    assert_eq!(field(1, "message.type"), "stock_delivered");
    let message = ["message.type", "message.step", "account", "outcome"];
    assert_eq!(message.map(|name| field(2, name)), ["stock_delivered", "send", "1", "sent"]);
    let post = ["attempt", "part", "account", "outcome"];
    assert_eq!(post.map(|name| field(3, name)), ["1", "whole", "1", "accepted"]);
    assert_eq!(field(4, "outcome"), "sent");
}

#[tokio::test]
async fn a_lost_reply_is_seen_in_the_post_and_in_the_looks() {
    let recorder = Recorder::of_process();
    let scene = Scene::new(2);
    let id = scene.loses_a_reply().await;
    let way = about(recorder, id);
    let of = |name: &str| -> Vec<(String, String)> {
        let spans = way.iter().filter(|noted| noted.told() == name);
        let field = |noted: &Noted, name| noted.field(name).unwrap_or_default().to_owned();
        spans.map(|noted| (field(noted, "attempt"), field(noted, "outcome"))).collect()
    };
    let own = |attempt: &str, outcome: &str| (attempt.to_owned(), outcome.to_owned());
    assert_eq!(of("whatsapp.post"), [own("1", "unknown"), own("2", "accepted")]);
    let looks = of("whatsapp.look");
    assert!(!looks.is_empty());
    assert!(looks.iter().all(|look| *look == own("1", "absent")), "{looks:?}");
}

/// Everything that has a span of its own is done once. Other tests of this process add theirs.
#[tokio::test]
async fn every_span_is_as_it_is_documented_and_shows_nothing_of_a_customer() {
    let recorder = Recorder::of_process();
    let scene = Scene::new(3);
    scene.enqueued("sent").await;
    scene.tick().await;
    scene.loses_a_reply().await;
    scene.tells_of_a_failure().await;
    scene.plans_a_reminder().await;
    scene.greets().await;
    scene.pauses().await;
    // The customer did get messages with all of it.
    let sent: Vec<_> =
        scene.gateway.sent().iter().map(|sent| sent.text.as_str().to_owned()).collect();
    let sent = sent.join("\n");
    assert!(sent.contains("Canary Traders") && sent.contains("Canary bulb"), "{sent}");

    let all = recorder.all();
    let spans: Vec<_> =
        all.iter().filter(|noted| noted.metadata.is_span() && noted.is_of_core()).collect();
    for span in &spans {
        let metadata = span.metadata;
        let known = SPANS.iter().find(|known| known.name == metadata.name());
        let known = known.unwrap_or_else(|| panic!("{} is not in SPANS", metadata.name()));
        assert_eq!(metadata.level().as_str().to_lowercase(), known.level, "{}", known.name);
        let fields: Vec<_> = metadata.fields().iter().map(|field| field.name()).collect();
        assert_eq!(fields, known.fields, "{}", known.name);
    }
    let seen: BTreeSet<_> = spans.iter().map(|span| span.metadata.name()).collect();
    assert_eq!(seen, SPANS.iter().map(|known| known.name).collect::<BTreeSet<_>>());

    let is_known = |name: &str| name == "message" || FIELDS.contains(&name);
    for noted in all.iter().filter(|noted| noted.is_of_core()) {
        let unknown: Vec<_> = noted.fields.keys().filter(|name| !is_known(name)).collect();
        assert!(unknown.is_empty(), "{unknown:?} in {noted:?}");
    }
    for noted in &all {
        let shown = format!("{} {:?}", noted.metadata.name(), noted.fields).to_lowercase();
        for canary in CANARIES {
            assert!(!shown.contains(canary), "{canary} in {shown}");
        }
    }
}
