//! The fault that each POST gets, the record file, and the end.

use serde_json::Value;
use whatsapp_testkit::gateway::{Answer, Fault, StandInGateway};

use super::{NUMBER, OTHER_NUMBER, accepted, client, send, sent};

async fn status(gateway: &StandInGateway, number: &str) -> u16 {
    send(gateway, number, "x").await.unwrap().status().as_u16()
}

fn refuse(status: u16) -> Fault {
    Fault::refuse(Answer::Status(status))
}

#[tokio::test]
async fn next_faults_are_played_in_order_and_once() {
    let gateway = StandInGateway::start().await.unwrap();
    gateway.next(refuse(500));
    gateway.next_times(refuse(422), 2);
    gateway.next(Fault::ordinary());
    gateway.next(refuse(503));
    let mut seen = Vec::new();
    for _ in 0..6 {
        seen.push(status(&gateway, NUMBER).await);
    }
    assert_eq!(seen, [500, 422, 422, 201, 503, 201]);
}

#[tokio::test]
async fn a_number_has_its_own_script_and_leaves_the_queue_alone() {
    let gateway = StandInGateway::start().await.unwrap();
    gateway.next(refuse(500));
    gateway.for_number("+91 98765 43210", refuse(429), 2);
    assert_eq!(status(&gateway, NUMBER).await, 429);
    assert_eq!(status(&gateway, OTHER_NUMBER).await, 500);
    assert_eq!(status(&gateway, NUMBER).await, 429);
    assert_eq!(status(&gateway, NUMBER).await, 201);
}

#[tokio::test]
async fn a_predicate_picks_posts() {
    let gateway = StandInGateway::start().await.unwrap();
    gateway.matching(|post| post.text.contains("INV-7"), refuse(422), usize::MAX);
    assert_eq!(sent(&gateway, "Invoice INV-7").await.0, 422);
    assert_eq!(sent(&gateway, "Invoice INV-8").await.0, 201);
    assert_eq!(sent(&gateway, "Invoice INV-7 again").await.0, 422);
}

#[tokio::test]
async fn always_yields_to_the_particular_and_ends_with_behave() {
    let gateway = StandInGateway::start().await.unwrap();
    gateway.always(refuse(503));
    gateway.next(Fault::ordinary());
    assert_eq!(status(&gateway, NUMBER).await, 201);
    assert_eq!(status(&gateway, NUMBER).await, 503);
    assert_eq!(status(&gateway, NUMBER).await, 503);
    gateway.behave();
    assert_eq!(status(&gateway, NUMBER).await, 201);
}

#[tokio::test]
async fn a_mix_depends_on_seed_and_arrival_alone() {
    let mut runs = Vec::new();
    for seed in [1, 1, 2] {
        let gateway = StandInGateway::start().await.unwrap();
        gateway.mix(seed, &[(30, refuse(500)), (20, Fault::accept_then(Answer::Empty))]);
        let client = client();
        for _ in 0..60 {
            let url = format!("{}/sendMessage/{}", gateway.url(), gateway.key());
            client.post(url).form(&[("phonenumber", NUMBER), ("text", "x")]).send().await.unwrap();
        }
        let played = gateway.posts().into_iter().map(|post| post.played.to_string());
        runs.push(played.collect::<Vec<_>>());
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
    for name in ["500", "accept-then-empty", "ordinary"] {
        assert!(runs[0].iter().any(|played| played == name), "{name}");
    }
}

#[tokio::test]
async fn every_post_and_acceptance_is_on_record_before_the_answer() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("record.jsonl");
    let gateway = StandInGateway::builder().record(&file).start().await.unwrap();
    let lines = || -> Vec<Value> {
        let text = std::fs::read_to_string(&file).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    gateway.next(refuse(500));
    gateway.next(Fault::accept_then(Answer::Reset));
    gateway.next(Fault::on_release(Answer::Status(500)));
    sent(&gateway, "first").await;
    assert!(send(&gateway, NUMBER, "second").await.is_err());
    sent(&gateway, "third").await;
    assert_eq!(lines().len(), 4);
    assert_eq!(gateway.release_late(), 1);
    let lines = lines();
    let events: Vec<_> = lines
        .iter()
        .map(|line| (line["event"].as_str().unwrap(), line["arrival"].as_u64().unwrap()))
        .collect();
    assert_eq!(events, [("post", 1), ("post", 2), ("accepted", 2), ("post", 3), ("accepted", 3)]);
    assert_eq!(lines[1]["played"], "accept-then-reset");
    assert_eq!(lines[2]["text"], "second");
    assert_eq!(lines[2]["id"], gateway.accepted()[0].id.as_str());
    assert!(lines[1]["at_us"].as_u64().unwrap() > 0);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(!text.contains(gateway.key()));
}

#[tokio::test]
async fn a_record_that_cannot_be_opened_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    assert!(StandInGateway::builder().record(folder.path()).start().await.is_err());
}

#[tokio::test]
async fn concurrent_posts_are_all_remembered() {
    let gateway = StandInGateway::start().await.unwrap();
    let client = client();
    let mut sending = tokio::task::JoinSet::new();
    for n in 0..100 {
        let request = client
            .post(format!("{}/v2/sendMessage", gateway.url()))
            .bearer_auth(gateway.key())
            .form(&[("phonenumber", NUMBER.to_owned()), ("text", n.to_string())]);
        sending.spawn(async move { request.send().await.unwrap().status() });
    }
    assert_eq!(gateway.wait_for_posts(100).await.len(), 100);
    assert!(sending.join_all().await.iter().all(|status| *status == 201));
    let mut texts: Vec<usize> =
        accepted(&gateway).iter().map(|text| text.parse().unwrap()).collect();
    texts.sort_unstable();
    assert_eq!(texts, (0..100).collect::<Vec<_>>());
}

#[tokio::test]
async fn shutdown_frees_the_port_for_the_next_gateway() {
    let gateway = StandInGateway::start().await.unwrap();
    let address = gateway.address();
    assert_eq!(sent(&gateway, "before").await.0, 201);
    gateway.shutdown().await;
    let error = client().get(format!("http://{address}/")).send().await.unwrap_err();
    assert!(error.is_connect());
    let gateway = StandInGateway::builder().bind(address).start().await.unwrap();
    assert_eq!(gateway.address(), address);
    assert_eq!(accepted(&gateway), [""; 0]);
}
